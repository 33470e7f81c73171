import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { Button, Grid, Segmented, Tag } from "antd";
import { Link, useNavigate, useSearchParams } from "react-router";

import { type Schemas, api, ask } from "../../api/client";
import { useSession } from "../../app/session";
import { Pager } from "../../parts/Pager";
import { RecordTable } from "../../parts/RecordTable";
import { RegionPicker } from "../../parts/RegionPicker";
import { put, readFilters } from "../../parts/filters";
import { nearName } from "../../parts/format";
import EnterpriseSelfChecks from "./EnterpriseSelfChecks";
import "../cases/cases.css";

type Check = Schemas["SelfCheck"];

const FILTERS = ["region", "state", "recent", "enterprise"] as const;

/** Self-checks, the latest first; an enterprise sees its own and what it has to do. */
export default function CheckList() {
  const session = useSession();
  const navigate = useNavigate();
  const [params, setParams] = useSearchParams();
  const filters = readFilters(params, FILTERS);
  const cursor = params.get("cursor") ?? undefined;
  const { recent, ...words } = filters;
  const query = { ...words, ...(recent === "true" ? { recent: true } : {}), limit: 50, ...(cursor ? { cursor } : {}) };
  const page = useQuery({ queryKey: ["self-checks", filters, cursor], queryFn: () => ask(api.GET("/api/self-checks", { params: { query } })), placeholderData: keepPreviousData });
  const filtered = Object.keys(filters).length > 0;
  return (
    <>
      <div className="page-head">
        <h1>{session.enterprise ? "自查" : "已提交的自查"}</h1>
        {!session.enterprise && <Link to="/self-check-tasks">自查任务</Link>}
      </div>
      {session.enterprise && <EnterpriseSelfChecks city={session.enterprise.city} id={session.enterprise.id} />}
      <div className="bar">
        {!session.enterprise && (
          <div style={{ width: 230 }}>
            <RegionPicker root={session.region.code} value={filters["region"]} onChange={(region) => setParams(put(filters, "region", region))} placeholder={session.region.name} />
          </div>
        )}
        <Segmented
          value={recent === "true" ? "recent" : (filters["state"] ?? "all")}
          onChange={(value) => setParams(value === "recent" ? put(put(filters, "state", ""), "recent", "true") : put(put(filters, "recent", ""), "state", value === "all" ? "" : String(value)))}
          options={[{ value: "all", label: "全部" }, { value: "recent", label: "近 30 天提交" }, { value: "done", label: "已提交" }, { value: "open", label: "正在填写" }]}
        />
        {filtered && <Button type="link" onClick={() => setParams({})}>清除筛选</Button>}
      </div>
      <Checks items={page.data?.items ?? []} error={page.error} loading={page.isPending} empty={filtered ? "没有符合这些条件的自查，可以清除筛选再试。" : "还没有自查。"} />
      <Pager back={cursor ? () => void navigate(-1) : null} next={page.data?.next ? () => setParams({ ...filters, cursor: page.data.next ?? "" }) : null} />
    </>
  );
}

function told(own: Check) {
  if (own.state !== "done") return <Tag color="blue">正在填写</Tag>;
  return <Tag color={own.late ? "orange" : "green"}>{own.late ? "逾期提交" : "已提交"}</Tag>;
}

const unmet = (own: Check) => (own.unmet > 0 ? <span className="down">{own.unmet} 项</span> : "无");

/** Self-checks as a table, or one under the other on a phone. */
export function Checks({ items, error, loading, empty }: { items: Check[]; error: unknown; loading: boolean; empty: string }) {
  const session = useSession();
  const wide = Grid.useBreakpoint().lg ?? true;
  if (!wide && !error && items.length > 0) {
    return (
      <div className="case-cards">
        {items.map((own) => (
          <Link key={own.id} to={`/self-checks/${own.city}/${own.id}`} className="panel case-card">
            <span className="case-card-head">{told(own)}<span>{own.done_on}</span></span>
            <b>{own.enterprise_name}</b>
            <span className="muted">{own.period_from} 至 {own.period_to}　不符合 {unmet(own)}</span>
          </Link>
        ))}
      </div>
    );
  }
  return (
    <RecordTable<Check>
      error={error}
      loading={loading}
      dataSource={items}
      empty={empty}
      columns={[
        { key: "enterprise", title: "企业", width: 260, render: (_, own) => <Link to={`/self-checks/${own.city}/${own.id}`}>{own.enterprise_name}</Link> },
        { key: "region", title: "所在地区", render: (_, own) => nearName(own.region_name, session.region.name) },
        { key: "period", title: "周期", render: (_, own) => `${own.period_from} 至 ${own.period_to}` },
        { key: "state", title: "状态", render: (_, own) => told(own) },
        { key: "unmet", title: "不符合", render: (_, own) => unmet(own) },
        { key: "person", title: "检查人", render: (_, own) => own.person },
        { key: "done", title: "提交日期", render: (_, own) => own.done_on },
      ]}
    />
  );
}
