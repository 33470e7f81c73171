import { useQuery, useQueryClient } from "@tanstack/react-query";
import { Alert, Button, Result, Spin } from "antd";
import { useEffect } from "react";
import { Link, useParams } from "react-router";

import { ApiError, api, ask } from "../../api/client";
import { sentence } from "../../parts/problem";
import { FieldsShown } from "./FieldsShown";
import "./inspection.css";

/** One document that was served to the own enterprise. Opening it is what the inbox waits for. */
export default function ServedPage() {
  const { city = "", id = "" } = useParams();
  const queries = useQueryClient();
  const document = useQuery({ queryKey: ["served-documents", city, id], queryFn: () => ask(api.GET("/api/served-documents/{city}/{id}", { params: { path: { city, id } } })) });
  const opened = document.isSuccess;
  useEffect(() => {
    if (opened) void queries.invalidateQueries({ queryKey: ["inbox"] });
  }, [opened, queries]);
  if (document.isError) {
    const gone = document.error instanceof ApiError && document.error.status === 404;
    return <Result status={gone ? "404" : "warning"} title={gone ? "没有这份文书，或者它不是送达本企业的" : sentence(document.error)} extra={<Link to="/served-documents">回到送达文书</Link>} />;
  }
  if (document.isPending) return <div className="centre"><Spin size="large" /></div>;
  const own = document.data;
  return (
    <>
      <div className="panel">
        <div className="page-head" style={{ marginBottom: 6 }}>
          <h1>{own.name}</h1>
        </div>
        {own.number && <div>文号 <b>{own.number}</b></div>}
        <div className="muted">
          {own.issued_on} 由{own.issuer}签发，{own.served_on} 送达（{own.service}）
        </div>
        {own.due_on && <div>整改期限 <b>{own.due_on}</b></div>}
        {own.state === "withdrawn" && <Alert style={{ marginTop: 8 }} type="warning" showIcon title={`${own.withdrawn_on ?? ""} 签发机关撤回：${own.reason ?? ""}`} />}
        <div className="document-steps no-print">
          <Button type="primary" href={`/api/served-documents/${own.city}/${own.id}/print`} target="_blank" rel="noreferrer">打印（PDF）</Button>
        </div>
      </div>
      <FieldsShown city={own.city} fields={own.fields} dangers={own.dangers} />
    </>
  );
}
