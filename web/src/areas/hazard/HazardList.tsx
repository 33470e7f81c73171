import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { Button, Grid, Segmented, Select, Tag } from "antd";
import { Link, useNavigate, useSearchParams } from "react-router";

import { type Schemas, api, ask } from "../../api/client";
import { useMay, useSession } from "../../app/session";
import { ExportButton } from "../../parts/ExportDialog";
import { Pager } from "../../parts/Pager";
import { RecordTable } from "../../parts/RecordTable";
import { RegionPicker } from "../../parts/RegionPicker";
import { address, put, readFilters } from "../../parts/filters";
import { count, nearName } from "../../parts/format";
import { options } from "../cases/words";
import { useSectors } from "../enterprise/use";
import HazardFigures from "./HazardFigures";
import { CATEGORIES, FILING, GRADES, REVIEW, gradeName } from "./words";
import "../cases/cases.css";
import "./hazard.css";

type Source = Schemas["HazardSource"];

const FILTERS = ["region", "at", "major", "grade", "category", "filing", "review", "state", "sector", "ownership", "enterprise", "differs", "edition_not"] as const;

/** Grade or what it is instead, as a tag. */
export function GradeTag({ source }: { source: Pick<Source, "grade" | "is_major"> }) {
  if (!source.is_major) return <Tag>不构成</Tag>;
  const own = source.grade ? GRADES[source.grade] : undefined;
  return <Tag color={own?.[1] ?? "blue"}>{own?.[0] ?? "未分级"}</Tag>;
}

/** Where the filing stands. */
function Filed({ source }: { source: Source }) {
  if (source.open_filing) return <Link to={`/hazard-filings/${source.city}/${source.open_filing}`}>正在办理</Link>;
  if (source.state === "cancelled") return <Tag>已核销</Tag>;
  return source.filing_number ? <>{source.filing_number}</> : <span className="muted">未备案</span>;
}

/** The register of major hazard sources under filters. */
export default function HazardList() {
  const may = useMay();
  const [params] = useSearchParams();
  return params.get("view") === "figures" && may("list_hazard_figures") ? <HazardFigures /> : <Register />;
}

function Register() {
  const session = useSession();
  const may = useMay();
  const navigate = useNavigate();
  const wide = Grid.useBreakpoint().lg ?? true;
  const [params, setParams] = useSearchParams();
  const filters = readFilters(params, FILTERS);
  const cursor = params.get("cursor") ?? undefined;
  const query = { ...filters, differs: filters["differs"] === "true" };
  const page = useQuery({
    queryKey: ["hazards", filters, cursor],
    queryFn: () => ask(api.GET("/api/hazard-sources", { params: { query: { ...query, limit: 50, ...(cursor ? { cursor } : {}) } } })),
    placeholderData: keepPreviousData,
  });
  const total = useQuery({ queryKey: ["hazards", "count", filters], queryFn: () => ask(api.GET("/api/hazard-sources/count", { params: { query } })) });
  const go = (next: Record<string, string>) => setParams(next);
  const pick = (name: string, label: string, list: { value: string; label: string }[]) => (
    <Select aria-label={label} allowClear style={{ minWidth: 130 }} placeholder={label} value={filters[name] ?? null} options={list} onChange={(value: string | null) => go(put(filters, name, value ?? ""))} />
  );
  const sectors = useSectors();
  const items = page.data?.items ?? [];
  const link = (own: Source) => `/hazards/${own.city}/${own.id}`;
  return (
    <>
      <div className="page-head">
        <h1>重大危险源</h1>
        <span>
          共 <b className="number">{count(total.data?.total)}</b> {total.data?.more ? "处以上" : "处"}
        </span>
        <span className="grow" />
        {may("list_hazard_figures") && <Link to={address("/hazards", { view: "figures", ...(filters["region"] ? { region: filters["region"] } : {}) })}>按级别和地区统计</Link>}
        <ExportButton of="hazard-sources" title="重大危险源" query={query} />
        {may("create_hazard_source") && <Link to="/hazards/new"><Button type="primary">登记重大危险源</Button></Link>}
      </div>
      <div className="bar">
        <Segmented value={filters["major"] ?? "all"} onChange={(value) => go(put(filters, "major", value === "all" ? "" : String(value)))} options={[{ value: "all", label: "全部" }, { value: "yes", label: "构成" }, { value: "no", label: "不构成" }]} />
        {!session.enterprise && (
          <div style={{ width: 230 }}>
            <RegionPicker root={session.region.code} value={filters["region"]} onChange={(region) => go(put(filters, "region", region))} placeholder={session.region.name} />
          </div>
        )}
        {pick("grade", "级别", [...options(GRADES), { value: "0", label: "未分级" }])}
        {pick("category", "类别", options(CATEGORIES))}
        {pick("filing", "备案", options(FILING))}
        {pick("review", "重新辨识", options(REVIEW))}
        {pick("differs", "与申报不一致", [{ value: "true", label: "级别与申报不一致" }])}
        {!session.enterprise && pick("sector", "监管领域", sectors)}
        {Object.keys(filters).length > 0 && <Button type="link" onClick={() => go({})}>清除筛选</Button>}
      </div>
      {wide ? (
        <RecordTable<Source>
          error={page.error}
          loading={page.isPending || (page.isFetching && page.isPlaceholderData)}
          dataSource={items}
          empty={Object.keys(filters).length > 0 ? "没有符合这些条件的重大危险源，可以清除筛选再试。" : "还没有登记重大危险源。点“登记重大危险源”，填写单元和存量，系统会给出辨识和分级结果。"}
          columns={[
            { key: "name", title: "名称", width: 220, render: (_, own) => <Link to={link(own)}>{own.name}</Link> },
            { key: "enterprise", title: "企业", width: 220, render: (_, own) => <Link to={`/enterprises/${own.city}/${own.enterprise}`}>{own.enterprise_name}</Link> },
            { key: "region", title: "所在地区", render: (_, own) => nearName(own.region_name, session.region.name) },
            { key: "category", title: "类别", render: (_, own) => own.category_label },
            { key: "holds", title: "存有", width: 240, render: (_, own) => own.holds },
            { key: "grade", title: "级别", render: (_, own) => <GradeTag source={own} /> },
            { key: "r", title: "R", align: "right", render: (_, own) => own.r },
            { key: "declared", title: "申报级别", render: (_, own) => <span className={own.differs ? "down" : ""}>{gradeName(own.declared_grade)}</span> },
            { key: "filed", title: "备案", render: (_, own) => <Filed source={own} /> },
            { key: "until", title: "有效期至", render: (_, own) => own.filed_until },
            { key: "review", title: "重新辨识", render: (_, own) => own.review_on },
          ]}
        />
      ) : (
        <div className="case-cards">
          {items.map((own) => (
            <Link key={own.id} to={link(own)} className="panel case-card">
              <span className="case-card-head"><b>{own.name}</b><GradeTag source={own} /></span>
              <span>{own.holds}</span>
              <span className="muted">{own.enterprise_name}</span>
              <span className="muted">{own.filing_number ?? (own.open_filing ? "备案正在办理" : own.state_label)}</span>
            </Link>
          ))}
          {items.length === 0 && !page.isPending && <p className="muted">没有符合条件的重大危险源。</p>}
        </div>
      )}
      <Pager note={items.length > 0 ? `本页 ${items.length} 处` : ""} back={cursor ? () => void navigate(-1) : null} next={page.data?.next ? () => setParams({ ...Object.fromEntries(params), cursor: page.data.next ?? "" }) : null} />
    </>
  );
}
