import { keepPreviousData, useQuery, useQueryClient } from "@tanstack/react-query";
import { Button, Dropdown, Grid, Segmented, Tag } from "antd";
import dayjs from "dayjs";
import { useState } from "react";
import { Link, useNavigate, useSearchParams } from "react-router";

import { type Schemas, api, ask } from "../../api/client";
import { useMay, useSession } from "../../app/session";
import { ExportButton } from "../../parts/ExportDialog";
import { FilterSelect } from "../../parts/FilterSelect";
import { Pager } from "../../parts/Pager";
import { RecordTable } from "../../parts/RecordTable";
import { RegionPicker } from "../../parts/RegionPicker";
import { put, readFilters } from "../../parts/filters";
import { nearName } from "../../parts/format";
import { useSectors } from "../enterprise/use";
import { state } from "../inspection/VisitList";
import { AssignDialog, CancelDialog, JoinDialog } from "./TargetDialogs";
import { MONTHS, TARGET_STATES } from "./words";
import "../cases/cases.css";
import "./plan.css";

type Target = Schemas["InspectionTarget"];

const FILTERS = ["region", "plan", "line", "enterprise", "agency", "sector", "state", "year", "this_year", "month", "late", "mine", "unassigned", "due_by"] as const;
const YES = ["this_year", "late", "mine", "unassigned"];
const NUMBERS = ["line", "year", "month"];

export const stateOf = (own: Target) => (own.late ? <Tag color="error">逾期未检查</Tag> : state(own, TARGET_STATES));

/** Whom plans mean to have inspected, in the order of the months. */
export default function TargetList() {
  const session = useSession();
  const may = useMay();
  const navigate = useNavigate();
  const queries = useQueryClient();
  const wide = Grid.useBreakpoint().lg ?? true;
  const [params, setParams] = useSearchParams();
  const [acting, setActing] = useState<[Target, "assign" | "cancel" | "join"] | null>(null);
  const filters = readFilters(params, FILTERS);
  const cursor = params.get("cursor") ?? undefined;
  const query = Object.fromEntries(Object.entries(filters).map(([name, value]) => [name, YES.includes(name) ? value === "true" : NUMBERS.includes(name) ? Number(value) : value]));
  const page = useQuery({
    queryKey: ["inspection-targets", filters, cursor],
    queryFn: () => ask(api.GET("/api/inspection-targets", { params: { query: { ...query, limit: 50, ...(cursor ? { cursor } : {}) } } })),
    placeholderData: keepPreviousData,
  });
  const items = page.data?.items ?? [];
  const filtered = Object.keys(filters).length > 0;
  const sectors = useSectors();
  const view = filters["late"] ? "late" : filters["unassigned"] ? "unassigned" : (filters["state"] ?? "all");
  const choose = (value: string) => {
    const rest = put(put(put(filters, "late", ""), "unassigned", ""), "state", "");
    setParams(value === "all" ? rest : ["late", "unassigned"].includes(value) ? put(rest, value, "true") : put(rest, "state", value));
  };
  const refresh = () => Promise.all(["inspection-targets", "inspection-plan", "inbox", "indicators"].map((key) => queries.invalidateQueries({ queryKey: [key] })));
  const menu = (own: Target) => {
    const items = [
      ...(may("update_inspection_target") ? [{ key: "assign", label: "安排月份和人员" }] : []),
      ...(may("join_inspection_target") && own.others.length > 0 ? [{ key: "join", label: own.joined ? "改为单独检查" : "与其他部门合并检查" }] : []),
      ...(may("cancel_inspection_target") ? [{ key: "cancel", label: "取消检查", danger: true }] : []),
    ];
    if (own.state !== "planned" || items.length === 0) return null;
    return (
      <Dropdown trigger={["click"]} menu={{ items, onClick: ({ key }) => setActing([own, key as "assign"]) }}>
        <Button size="small">安排</Button>
      </Dropdown>
    );
  };
  const who = (own: Target) => own.officers.map((officer) => officer.name).join("、") || (own.state === "planned" ? <span className="down">未指定</span> : "");
  const others = (own: Target) => own.others.map((other) => `${other.joined ? "与" : ""}${other.agency_name}（${other.month} 月）${other.joined ? "合并检查" : "也计划检查"}`).join("；");
  const begin = (own: Target) => may("create_visit") && own.state === "planned" && <Link to={`/visits/new?city=${own.city}&enterprise=${own.enterprise}`}>开始检查</Link>;
  const empty = filtered ? "没有符合这些条件的计划检查，可以清除筛选再试。" : "还没有计划检查。检查计划批准后，在计划页面抽取。";
  return (
    <>
      <div className="page-head">
        <h1>计划检查的企业</h1>
        <Link to="/inspection-plans">检查计划</Link>
        <span className="grow" />
        <ExportButton of="inspection-targets" title="计划检查" query={query} />
      </div>
      <div className="bar">
        <Segmented value={view} onChange={choose} options={[{ value: "all", label: "全部" }, { value: "planned", label: "待检查" }, { value: "late", label: "逾期" }, { value: "unassigned", label: "未指定" }, { value: "done", label: "已检查" }, { value: "cancelled", label: "已取消" }]} />
        <div style={{ width: 230 }}>
          <RegionPicker root={session.region.code} value={filters["region"]} onChange={(region) => setParams(put(filters, "region", region))} placeholder={session.region.name} />
        </div>
        <FilterSelect name="month" label="月份" filters={filters} onChange={setParams} options={MONTHS.map((own) => ({ value: String(own.value), label: own.label }))} />
        <FilterSelect name="year" label="年度" filters={filters} onChange={setParams} options={Array.from({ length: 4 }, (_, back) => String(dayjs().year() + 1 - back)).map((value) => ({ value, label: `${value} 年` }))} />
        <FilterSelect name="sector" label="监管领域" filters={filters} onChange={setParams} options={sectors} />
        <FilterSelect name="mine" label="谁检查" filters={filters} onChange={setParams} options={[{ value: "true", label: "我检查的" }]} />
        {filtered && <Button type="link" onClick={() => setParams({})}>清除筛选</Button>}
      </div>
      {wide || page.error || items.length === 0 ? (
        <RecordTable<Target>
          error={page.error}
          loading={page.isPending || (page.isFetching && page.isPlaceholderData)}
          dataSource={items}
          empty={empty}
          columns={[
            { key: "month", title: "月份", render: (_, own) => `${own.year} 年 ${own.month} 月` },
            { key: "enterprise", title: "企业", width: 260, render: (_, own) => <Link to={`/enterprises/${own.city}/${own.enterprise}`}>{own.enterprise_name}</Link> },
            { key: "region", title: "所在地区", render: (_, own) => nearName(own.region_name, session.region.name) },
            { key: "sector", title: "监管领域", render: (_, own) => own.sector_label },
            { key: "agency", title: "检查机关", render: (_, own) => own.agency_name },
            { key: "line", title: "检查项", render: (_, own) => own.line_name ?? `人工增加：${own.reason ?? ""}` },
            { key: "officers", title: "执法人员", render: (_, own) => who(own) },
            { key: "state", title: "状态", render: (_, own) => (own.visit ? <Link to={`/visits/${own.city}/${own.visit}`}>{stateOf(own)}</Link> : <span title={own.reason ?? ""}>{stateOf(own)}</span>) },
            { key: "others", title: "其他部门", width: 200, render: (_, own) => others(own) },
            { key: "act", title: "", width: 150, fixed: "right", render: (_, own) => <span style={{ display: "flex", gap: 8, alignItems: "center" }}>{menu(own)}{begin(own)}</span> },
          ]}
        />
      ) : (
        <div className="case-cards">
          {items.map((own) => (
            <div key={own.id} className="panel case-card">
              <span className="case-card-head">
                {stateOf(own)}
                <span>{own.year} 年 {own.month} 月</span>
              </span>
              <Link to={`/enterprises/${own.city}/${own.enterprise}`}><b>{own.enterprise_name}</b></Link>
              <span className="muted">{own.agency_name}　{who(own)}</span>
              {own.others.length > 0 && <span className="muted">{others(own)}</span>}
              <span style={{ display: "flex", gap: 16, alignItems: "center" }}>{menu(own)}{begin(own)}</span>
            </div>
          ))}
        </div>
      )}
      <Pager note={items.length > 0 ? `本页 ${items.length} 次` : ""} back={cursor ? () => void navigate(-1) : null} next={page.data?.next ? () => setParams({ ...filters, cursor: page.data.next ?? "" }) : null} />
      {acting?.[1] === "assign" && <AssignDialog target={acting[0]} onClose={() => setActing(null)} onDone={refresh} />}
      {acting?.[1] === "cancel" && <CancelDialog target={acting[0]} onClose={() => setActing(null)} onDone={refresh} />}
      {acting?.[1] === "join" && <JoinDialog target={acting[0]} onClose={() => setActing(null)} onDone={refresh} />}
    </>
  );
}
