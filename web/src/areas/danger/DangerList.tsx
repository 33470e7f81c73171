import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { Button, Grid, Segmented, Tag } from "antd";
import { Link, useNavigate, useSearchParams } from "react-router";

import { type Schemas, api, ask } from "../../api/client";
import { useMay, useSession } from "../../app/session";
import { ExportButton } from "../../parts/ExportDialog";
import { FilterSelect } from "../../parts/FilterSelect";
import { Pager } from "../../parts/Pager";
import { RecordTable } from "../../parts/RecordTable";
import { RegionPicker } from "../../parts/RegionPicker";
import { put, readFilters } from "../../parts/filters";
import { count, nearName } from "../../parts/format";
import { CaseCards } from "../cases/CaseList";
import { DUE, SEVERITY, options, term } from "../cases/words";
import { useSectors } from "../enterprise/use";
import { COUNTED, SOURCES, STATES } from "./words";

type Danger = Schemas["DangerRow"];

const FILTERS = ["region", "life", "state", "due", "severity", "source", "sector", "ownership", "listed", "opened_from", "opened_to", "closed_from", "closed_to", "in_time", "enterprise", "category", "found_in", "counted", "from", "to", "at"] as const;

/** Hidden dangers under filters: open ones by their deadline. */
export default function DangerList() {
  const session = useSession();
  const may = useMay();
  const navigate = useNavigate();
  const wide = Grid.useBreakpoint().lg ?? true;
  const [params, setParams] = useSearchParams();
  const filters = readFilters(params, FILTERS);
  const cursor = params.get("cursor") ?? undefined;
  const query = { ...filters, listed: filters["listed"] === "true", mine: false };
  const page = useQuery({
    queryKey: ["dangers", filters, cursor],
    queryFn: () => ask(api.GET("/api/dangers", { params: { query: { ...query, limit: 50, ...(cursor ? { cursor } : {}) } } })),
    placeholderData: keepPreviousData,
  });
  const total = useQuery({ queryKey: ["dangers", "count", filters], queryFn: () => ask(api.GET("/api/dangers/count", { params: { query } })) });
  const go = (next: Record<string, string>) => setParams(next);
  const pick = (name: string, label: string, list: { value: string; label: string }[]) => (
    <FilterSelect name={name} label={label} options={list} filters={filters} onChange={go} />
  );
  const sectors = useSectors();
  const items = page.data?.items ?? [];
  return (
    <>
      <div className="page-head">
        <h1>隐患</h1>
        <span>
          共 <b className="number">{count(total.data?.total)}</b> {total.data?.more ? "条以上" : "条"}
        </span>
        <span className="grow" />
        <ExportButton of="dangers" title="隐患" query={query} />
        {may("create_danger") && <Link to="/dangers/new"><Button type="primary">登记隐患</Button></Link>}
      </div>
      <div className="bar">
        <Segmented
          value={filters["life"] ?? "all"}
          onChange={(value) => go(put(filters, "life", value === "all" ? "" : String(value)))}
          options={[{ value: "all", label: "全部" }, { value: "open", label: "未销号" }, { value: "closed", label: "已办结" }]}
        />
        {!session.enterprise && (
          <div style={{ width: 230 }}>
            <RegionPicker root={session.region.code} value={filters["region"]} onChange={(region) => go(put(filters, "region", region))} placeholder={session.region.name} />
          </div>
        )}
        {pick("due", "期限", options(DUE))}
        {pick("state", "状态", options(STATES))}
        {pick("severity", "等级", options(SEVERITY))}
        {pick("source", "来源", options(SOURCES))}
        {!session.enterprise && pick("sector", "监管领域", sectors)}
        {pick("listed", "挂牌督办", [{ value: "true", label: "正在挂牌督办" }])}
        {filters["counted"] && (
          <Tag closable onClose={() => go(Object.fromEntries(Object.entries(filters).filter(([name]) => !["counted", "from", "to", "at"].includes(name))))}>
            统计口径：{COUNTED[filters["counted"]] ?? filters["counted"]}{filters["from"] && filters["to"] ? `（${filters["from"]} 至 ${filters["to"]}）` : ""}
          </Tag>
        )}
        {Object.keys(filters).length > 0 && <Button type="link" onClick={() => go({})}>清除筛选</Button>}
      </div>
      {wide ? (
        <RecordTable<Danger>
          error={page.error}
          rowKey={(own) => own.case.id}
          loading={page.isPending || (page.isFetching && page.isPlaceholderData)}
          dataSource={items}
          empty={Object.keys(filters).length > 0 ? "没有符合这些条件的隐患，可以清除筛选再试。" : "还没有登记隐患。检查或者自查发现隐患后，点“登记隐患”。"}
          columns={[
            { key: "title", title: "隐患", width: 320, render: (_, own) => <Link to={own.case.link}>{own.case.title}</Link> },
            { key: "enterprise", title: "企业", width: 220, render: (_, own) => <Link to={`/enterprises/${own.case.city}/${own.case.enterprise ?? ""}?tab=cases`}>{own.case.enterprise_name}</Link> },
            { key: "region", title: "所在地区", render: (_, own) => nearName(own.case.region_name, session.region.name) },
            {
              key: "severity",
              title: "等级",
              render: (_, own) => (
                <>
                  <Tag color={SEVERITY[own.case.severity]?.[1] ?? "default"}>{SEVERITY[own.case.severity]?.[0]}</Tag>
                  {own.detail.listed && <Tag color="volcano">挂牌</Tag>}
                </>
              ),
            },
            { key: "state", title: "状态", render: (_, own) => <Tag color={STATES[own.case.state]?.[1] ?? "default"}>{own.case.state_label}</Tag> },
            { key: "due", title: "期限", render: (_, own) => <span className={own.case.overdue ? "down" : ""}>{term(own.case)}</span> },
            { key: "source", title: "来源", render: (_, own) => own.detail.source_label },
            { key: "found", title: "发现日期", render: (_, own) => own.detail.found_on },
            { key: "officer", title: "经办人", render: (_, own) => own.case.officer_name },
            { key: "number", title: "编号", render: (_, own) => own.case.number },
          ]}
        />
      ) : (
        <CaseCards items={items.map((own) => own.case)} />
      )}
      <Pager note={items.length > 0 ? `本页 ${items.length} 条` : ""} back={cursor ? () => void navigate(-1) : null} next={page.data?.next ? () => setParams({ ...Object.fromEntries(params), cursor: page.data.next ?? "" }) : null} />
    </>
  );
}
