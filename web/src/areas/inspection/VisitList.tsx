import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { Button, Grid, Tag } from "antd";
import { Link, useNavigate, useSearchParams } from "react-router";

import { type Schemas, api, ask } from "../../api/client";
import { useMay, useSession } from "../../app/session";
import { FilterSelect } from "../../parts/FilterSelect";
import { Pager } from "../../parts/Pager";
import { RecordTable } from "../../parts/RecordTable";
import { RegionPicker } from "../../parts/RegionPicker";
import { put, readFilters } from "../../parts/filters";
import { instant } from "../../parts/format";
import { useSectors } from "../enterprise/use";
import { VISIT_STATES } from "./words";
import "../cases/cases.css";
import "./inspection.css";

type Visit = Schemas["VisitView"];

const FILTERS = ["region", "state", "sector", "enterprise", "this_year"] as const;

export const state = (own: { state: string }, states: Record<string, [string, string]>) => <Tag color={states[own.state]?.[1] ?? "default"}>{states[own.state]?.[0] ?? own.state}</Tag>;

export const officers = (own: Visit) => own.officers.map((officer) => officer.name).join("、");

/** Visits under filters, the latest first. */
export default function VisitList() {
  const session = useSession();
  const may = useMay();
  const navigate = useNavigate();
  const [params, setParams] = useSearchParams();
  const filters = readFilters(params, FILTERS);
  const cursor = params.get("cursor") ?? undefined;
  const { this_year, ...words } = filters;
  const query = { ...words, ...(this_year === "true" ? { this_year: true } : {}) };
  const page = useQuery({
    queryKey: ["visits", filters, cursor],
    queryFn: () => ask(api.GET("/api/visits", { params: { query: { ...query, limit: 50, ...(cursor ? { cursor } : {}) } } })),
    placeholderData: keepPreviousData,
  });
  const sectors = useSectors();
  const filtered = Object.keys(filters).length > 0;
  return (
    <>
      <div className="page-head">
        <h1>现场检查</h1>
        <span className="grow" />
        {may("create_visit") && <Link to="/visits/new"><Button type="primary">开始检查</Button></Link>}
      </div>
      <div className="bar">
        <div style={{ width: 230 }}>
          <RegionPicker root={session.region.code} value={filters["region"]} onChange={(region) => setParams(put(filters, "region", region))} placeholder={session.region.name} />
        </div>
        <FilterSelect name="state" label="状态" filters={filters} onChange={setParams} options={Object.entries(VISIT_STATES).map(([value, [label]]) => ({ value, label }))} />
        <FilterSelect name="sector" label="监管领域" filters={filters} onChange={setParams} options={sectors} />
        <FilterSelect name="this_year" label="时间" filters={filters} onChange={setParams} options={[{ value: "true", label: "今年结束的" }]} />
        {filtered && <Button type="link" onClick={() => setParams({})}>清除筛选</Button>}
      </div>
      <Visits
        error={page.error}
        loading={page.isPending || (page.isFetching && page.isPlaceholderData)}
        items={page.data?.items ?? []}
        empty={filtered ? "没有符合这些条件的检查，可以清除筛选再试。" : "还没有现场检查。到企业后，点“开始检查”。"}
      />
      <Pager note={page.data?.items.length ? `本页 ${page.data.items.length} 次` : ""} back={cursor ? () => void navigate(-1) : null} next={page.data?.next ? () => setParams({ ...filters, cursor: page.data.next ?? "" }) : null} />
    </>
  );
}

/** Visits as a table, or one under the other on a phone. */
export function Visits({ items, error, loading, empty, named = true }: { items: Visit[]; error: unknown; loading: boolean; empty: string; named?: boolean }) {
  const wide = Grid.useBreakpoint().lg ?? true;
  if (!wide && !error && items.length > 0) {
    return (
      <div className="case-cards">
        {items.map((own) => (
          <Link key={own.id} to={`/visits/${own.city}/${own.id}`} className="panel case-card">
            <span className="case-card-head">
              {state(own, VISIT_STATES)}
              <span>{instant(own.started_at)}</span>
            </span>
            <b>{own.enterprise_name}</b>
            <span className="muted">{own.place}　{officers(own)}</span>
          </Link>
        ))}
      </div>
    );
  }
  return (
    <RecordTable<Visit>
      error={error}
      loading={loading}
      dataSource={items}
      empty={empty}
      columns={[
        { key: "started", title: "开始时间", width: 150, render: (_, own) => <Link to={`/visits/${own.city}/${own.id}`}>{instant(own.started_at)}</Link> },
        ...(named ? [{ key: "enterprise", title: "企业", width: 260, render: (_: unknown, own: Visit) => <Link to={`/enterprises/${own.city}/${own.enterprise}`}>{own.enterprise_name}</Link> }] : []),
        { key: "place", title: "检查场所", render: (_, own) => own.place },
        { key: "officers", title: "执法人员", render: (_, own) => officers(own) },
        { key: "state", title: "状态", render: (_, own) => state(own, VISIT_STATES) },
        { key: "due", title: "整改期限", render: (_, own) => own.due_on },
      ]}
    />
  );
}
