import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { Button, Checkbox, Grid, Tag } from "antd";
import { Link, useNavigate, useSearchParams } from "react-router";

import { type Schemas, api, ask } from "../../api/client";
import { useSession } from "../../app/session";
import { FilterSelect } from "../../parts/FilterSelect";
import { Pager } from "../../parts/Pager";
import { RecordTable } from "../../parts/RecordTable";
import { RegionPicker } from "../../parts/RegionPicker";
import { put, readFilters } from "../../parts/filters";
import { count, nearName } from "../../parts/format";
import { DUE, SEVERITY, WAITS, options, term } from "./words";
import "./cases.css";

type Case = Schemas["CaseView"];

const FILTERS = ["region", "kind", "life", "waits", "severity", "tier", "due", "mine", "unassigned", "agency", "enterprise"] as const;

/** Every kind of case in one list: what is due first. */
export default function CaseList() {
  const session = useSession();
  const navigate = useNavigate();
  const wide = Grid.useBreakpoint().lg ?? true;
  const [params, setParams] = useSearchParams();
  const filters = readFilters(params, FILTERS);
  const cursor = params.get("cursor") ?? undefined;
  const query = { life: "open", ...filters, mine: filters["mine"] === "true", unassigned: filters["unassigned"] === "true" };
  const flows = useQuery({ queryKey: ["case-flows"], queryFn: () => ask(api.GET("/api/case-flows")), staleTime: Infinity });
  const page = useQuery({
    queryKey: ["cases", filters, cursor],
    queryFn: () => ask(api.GET("/api/cases", { params: { query: { ...query, limit: 50, ...(cursor ? { cursor } : {}) } } })),
    placeholderData: keepPreviousData,
  });
  const total = useQuery({ queryKey: ["cases", "count", filters], queryFn: () => ask(api.GET("/api/cases/count", { params: { query } })) });
  const go = (next: Record<string, string>) => setParams(next);
  const pick = (name: string, label: string, list: { value: string; label: string }[]) => (
    <FilterSelect name={name} label={label} options={list} filters={filters} onChange={go} />
  );
  const items = page.data?.items ?? [];
  const kinds = (flows.data ?? []).map((flow) => ({ value: flow.kind, label: flow.label }));
  return (
    <>
      <div className="page-head">
        <h1>事项</h1>
        <span>
          共 <b className="number">{count(total.data?.total)}</b> {total.data?.more ? "件以上" : "件"}
        </span>
      </div>
      <div className="bar">
        {!session.enterprise && (
          <div style={{ width: 230 }}>
            <RegionPicker root={session.region.code} value={filters["region"]} onChange={(region) => go(put(filters, "region", region))} placeholder={session.region.name} />
          </div>
        )}
        {pick("kind", "种类", kinds)}
        {pick("due", "期限", options(DUE))}
        {pick("waits", "等谁办", options({ enterprise: "等企业", officer: "等监管" }))}
        {pick("severity", "轻重", options(SEVERITY))}
        {pick("life", "办结情况", [{ value: "open", label: "未办结" }, { value: "closed", label: "已办结" }])}
        {!session.enterprise && (
          <Checkbox checked={filters["mine"] === "true"} onChange={(event) => go(put(filters, "mine", event.target.checked ? "true" : ""))}>
            只看我经办的
          </Checkbox>
        )}
        {!session.enterprise && (
          <Checkbox checked={filters["unassigned"] === "true"} onChange={(event) => go(put(filters, "unassigned", event.target.checked ? "true" : ""))}>
            还没有经办人
          </Checkbox>
        )}
        {Object.keys(filters).length > 0 && <Button type="link" onClick={() => go({})}>清除筛选</Button>}
      </div>
      {wide ? (
        <RecordTable<Case>
          error={page.error}
          loading={page.isPending || (page.isFetching && page.isPlaceholderData)}
          dataSource={items}
          empty="没有符合条件的事项。"
          columns={[
            { key: "title", title: "事项", width: 320, render: (_, own) => <Link to={own.link}>{own.title}</Link> },
            { key: "kind", title: "种类", render: (_, own) => own.kind_label },
            { key: "enterprise", title: "企业", width: 220, render: (_, own) => (own.enterprise ? <Link to={`/enterprises/${own.city}/${own.enterprise}`}>{own.enterprise_name}</Link> : "") },
            { key: "region", title: "所在地区", render: (_, own) => nearName(own.region_name, session.region.name) },
            { key: "severity", title: "轻重", render: (_, own) => <Tag color={SEVERITY[own.severity]?.[1] ?? "default"}>{SEVERITY[own.severity]?.[0]}</Tag> },
            { key: "state", title: "状态", render: (_, own) => own.state_label },
            { key: "waits", title: "等谁", render: (_, own) => WAITS[own.waits] },
            { key: "due", title: "期限", render: (_, own) => <span className={own.overdue ? "down" : ""}>{term(own)}</span> },
            { key: "officer", title: "经办人", render: (_, own) => own.officer_name },
            { key: "number", title: "编号", render: (_, own) => own.number },
          ]}
        />
      ) : (
        <CaseCards items={items} />
      )}
      <Pager note={items.length > 0 ? `本页 ${items.length} 件` : ""} back={cursor ? () => void navigate(-1) : null} next={page.data?.next ? () => setParams({ ...Object.fromEntries(params), cursor: page.data.next ?? "" }) : null} />
    </>
  );
}

/** Cases on a phone: one under the other, what is due large. */
export function CaseCards({ items }: { items: Case[] }) {
  if (items.length === 0) return <p className="muted">没有符合条件的事项。</p>;
  return (
    <div className="case-cards">
      {items.map((own) => (
        <Link key={own.id} to={own.link} className="panel case-card">
          <span className="case-card-head">
            <Tag color={SEVERITY[own.severity]?.[1] ?? "default"}>{SEVERITY[own.severity]?.[0]}{own.kind_label}</Tag>
            <span>{own.state_label}</span>
          </span>
          <b>{own.title}</b>
          <span className="muted">{own.enterprise_name}</span>
          <span className={own.overdue ? "down" : "muted"}>期限 {term(own)}</span>
        </Link>
      ))}
    </div>
  );
}
