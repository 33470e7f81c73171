import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { Grid, Tag } from "antd";
import { Link, useNavigate, useSearchParams } from "react-router";

import { type Schemas, api, ask } from "../../api/client";
import { Pager } from "../../parts/Pager";
import { RecordTable } from "../../parts/RecordTable";
import "../cases/cases.css";
import "./inspection.css";

type Row = Schemas["ServedDocumentRow"];

/** Whether it was taken back, or not looked at yet. */
export function standing(own: Pick<Row, "state" | "opened_at">) {
  if (own.state === "withdrawn") return <Tag>已撤回</Tag>;
  return own.opened_at ? <Tag color="green">已查看</Tag> : <Tag color="red">未查看</Tag>;
}

/** What was served to the own enterprise, the latest first. */
export default function ServedList() {
  const navigate = useNavigate();
  const wide = Grid.useBreakpoint().lg ?? true;
  const [params, setParams] = useSearchParams();
  const cursor = params.get("cursor") ?? undefined;
  const page = useQuery({
    queryKey: ["served-documents", cursor],
    queryFn: () => ask(api.GET("/api/served-documents", { params: { query: { limit: 50, ...(cursor ? { cursor } : {}) } } })),
    placeholderData: keepPreviousData,
  });
  const items = page.data?.items ?? [];
  const link = (own: Row) => `/served-documents/${own.city}/${own.id}`;
  return (
    <>
      <div className="page-head">
        <h1>送达文书</h1>
      </div>
      <p className="muted">应急管理部门检查、处罚中送达本企业的文书。点开可以看内容、打印。</p>
      {wide || page.error || items.length === 0 ? (
        <RecordTable<Row>
          error={page.error}
          loading={page.isPending || (page.isFetching && page.isPlaceholderData)}
          dataSource={items}
          empty="还没有送达本企业的文书。送达后在这里和“待办”里都能看到。"
          columns={[
            { key: "name", title: "文书", width: 220, render: (_, own) => <Link to={link(own)}>{own.name}</Link> },
            { key: "number", title: "文号", width: 220, render: (_, own) => own.number },
            { key: "issuer", title: "签发机关", render: (_, own) => own.issuer },
            { key: "issued", title: "签发日期", render: (_, own) => own.issued_on },
            { key: "served", title: "送达日期", render: (_, own) => own.served_on },
            { key: "due", title: "整改期限", render: (_, own) => own.due_on },
            { key: "state", title: "状态", render: (_, own) => standing(own) },
          ]}
        />
      ) : (
        <div className="case-cards">
          {items.map((own) => (
            <Link key={own.id} to={link(own)} className="panel case-card">
              <span className="case-card-head">
                {standing(own)}
                <span>{own.served_on} 送达</span>
              </span>
              <b>{own.name}</b>
              <span>{own.number}</span>
              <span className="muted">{own.issuer}{own.due_on ? `\u3000整改期限 ${own.due_on}` : ""}</span>
            </Link>
          ))}
        </div>
      )}
      <Pager note={items.length > 0 ? `本页 ${items.length} 份` : ""} back={cursor ? () => void navigate(-1) : null} next={page.data?.next ? () => setParams({ cursor: page.data.next ?? "" }) : null} />
    </>
  );
}
