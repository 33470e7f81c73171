import { useQuery } from "@tanstack/react-query";
import { Input } from "antd";
import { Link, useSearchParams } from "react-router";

import { api, ask } from "../../api/client";
import { RecordTable } from "../../parts/RecordTable";

/** Every table of the law: what rests on it, how many rows, how many of them want checking. */
export default function LawTables() {
  const [parameters, setParameters] = useSearchParams();
  const q = parameters.get("q") ?? "";
  const tables = useQuery({ queryKey: ["law-tables"], queryFn: () => ask(api.GET("/api/law-tables")), staleTime: Infinity });
  const shown = (tables.data ?? []).filter((table) => `${table.title}${table.name}${table.sources.join("")}`.includes(q.trim()));
  return (
    <>
      <div className="page-head">
        <h1>规则表</h1>
        <span className="muted">每一行都写明文号条款、起止日期和可靠程度</span>
        <span className="grow" />
        <Link to="/calculator">法规计算器</Link>
      </div>
      <Input.Search aria-label="查找规则表" placeholder="名称或文号" allowClear value={q} style={{ maxWidth: 420, marginBottom: 12 }} onChange={(event) => setParameters(event.target.value ? { q: event.target.value } : {}, { replace: true })} />
      <RecordTable
        error={tables.error}
        loading={tables.isPending}
        dataSource={shown}
        rowKey="name"
        empty="没有符合的规则表，请换一个词。"
        columns={[
          { title: "规则表", render: (_, table) => <Link to={`/law/${table.name}`}>{table.title}</Link> },
          { title: "行数", dataIndex: "rows", align: "right" },
          { title: "待核对的行", align: "right", render: (_, table) => (table.memory > 0 ? <Link to={`/law/${table.name}?certainty=memory`}>{table.memory}</Link> : 0) },
          { title: "用于", render: (_, table) => table.rules.map(([name, title]) => <div key={name}><Link to={`/calculator/${name}`}>{title}</Link></div>) },
          { title: "文号", render: (_, table) => table.sources.join("；") },
        ]}
      />
    </>
  );
}
