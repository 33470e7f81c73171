import { useQuery } from "@tanstack/react-query";
import { Alert, Button, Checkbox, DatePicker, Result, Select, Space, Spin, Table } from "antd";
import dayjs from "dayjs";
import { useContext, useState } from "react";
import { Link, useParams, useSearchParams } from "react-router";

import { api, ask } from "../../api/client";
import { SessionContext } from "../../app/session";
import { sentence } from "../../parts/problem";
import { LocalRows } from "./LocalRows";
import { NewLocalRow } from "./NewLocalRow";
import { CertaintyTag } from "./OutcomeView";
import { worded } from "./columns";

const CERTAINTIES = [
  { value: "", label: "全部" },
  { value: "text", label: "依据原文" },
  { value: "single", label: "单一来源" },
  { value: "memory", label: "凭记忆，请核对" },
];

/** One table with every row; a city's own rows beside it, which its administrator keeps. */
export default function LawTablePage() {
  const { name = "" } = useParams();
  const session = useContext(SessionContext);
  const [parameters, setParameters] = useSearchParams();
  const [base, setBase] = useState<Record<string, string> | null>(null);
  const on = parameters.get("on");
  const certainty = parameters.get("certainty") ?? "";
  const region = parameters.get("region") ?? session?.city ?? "";
  const table = useQuery({
    queryKey: ["law-table", name, on, region],
    queryFn: () => ask(api.GET("/api/law-tables/{name}", { params: { path: { name }, query: { ...(on ? { on } : {}), ...(region ? { region } : {}) } } })),
  });
  const put = (key: string, value: string | null) =>
    setParameters(
      (before) => {
        const next = new URLSearchParams(before);
        if (value) next.set(key, value);
        else next.delete(key);
        return next;
      },
      { replace: true },
    );
  if (table.isPending) return <Spin />;
  if (table.isError) return <Result status="404" title={sentence(table.error)} extra={<Link to="/law">返回规则表</Link>} />;
  const { title, columns, rows, remarks, local, keys } = table.data;
  const words = table.data.words as Record<string, string>;
  const may = session?.powers.includes("create_law_row") ?? false;
  const shown = rows.filter((row) => certainty === "" || row.certainty === certainty);
  const cellsOf = (row: (typeof rows)[number]) => Object.fromEntries(columns.map((column, at) => [column, row.cells[at] ?? ""]));
  return (
    <>
      <div className="page-head">
        <h1>{title}</h1>
        <span className="muted">{rows.length} 行</span>
        <span className="grow" />
        <Link to="/law">全部规则表</Link>
      </div>
      <Space wrap className="bar">
        <Checkbox checked={on !== null} onChange={(event) => put("on", event.target.checked ? dayjs().format("YYYY-MM-DD") : null)}>
          只看某日有效的
        </Checkbox>
        {on !== null && <DatePicker allowClear={false} value={dayjs(on)} onChange={(day) => put("on", day ? day.format("YYYY-MM-DD") : null)} />}
        <Select aria-label="可靠程度" style={{ width: 160 }} value={certainty} options={CERTAINTIES} onChange={(value) => put("certainty", value)} />
      </Space>
      {remarks.length > 0 && <Alert type="info" style={{ marginBottom: 12 }} title={remarks.map((remark) => <div key={remark}>{remark}</div>)} />}
      <LocalRows table={name} rows={local} columns={columns} may={may} />
      <Table
        size="small"
        rowKey="line"
        scroll={{ x: "max-content" }}
        dataSource={shown}
        pagination={{ defaultPageSize: 50, hideOnSinglePage: true, showSizeChanger: true }}
        locale={{ emptyText: "没有符合的行，请放宽上面的条件。" }}
        columns={[
          ...columns.map((column, at) => ({
            title: worded(words, column),
            key: column,
            render: (_: unknown, row: (typeof rows)[number]) =>
              column === "certainty" ? <CertaintyTag certainty={row.certainty} /> : <span className={row.in_force ? "cell" : "cell muted"}>{worded(words, row.cells[at] ?? "")}</span>,
          })),
          ...(may
            ? [
                {
                  title: "",
                  key: "base",
                  fixed: "right" as const,
                  render: (_: unknown, row: (typeof rows)[number]) => (
                    <Button size="small" onClick={() => setBase(cellsOf(row))}>
                      设本地规定
                    </Button>
                  ),
                },
              ]
            : []),
        ]}
      />
      {base && <NewLocalRow table={name} keys={keys} base={base} words={words} onClose={() => setBase(null)} />}
    </>
  );
}
