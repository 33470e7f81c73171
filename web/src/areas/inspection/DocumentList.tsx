import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { Button, Grid, Segmented } from "antd";
import dayjs from "dayjs";
import { Link, useNavigate, useSearchParams } from "react-router";

import { type Schemas, api, ask } from "../../api/client";
import { useSession } from "../../app/session";
import { ExportButton } from "../../parts/ExportDialog";
import { FilterSelect } from "../../parts/FilterSelect";
import { Pager } from "../../parts/Pager";
import { RecordTable } from "../../parts/RecordTable";
import { RegionPicker } from "../../parts/RegionPicker";
import { put, readFilters } from "../../parts/filters";
import { nearName } from "../../parts/format";
import { state } from "./VisitList";
import { DOCUMENT_STATES, FORMS } from "./words";
import "../cases/cases.css";
import "./inspection.css";

type Row = Schemas["EnforcementDocumentRow"];

const FILTERS = ["region", "form", "state", "year", "unserved", "enterprise"] as const;

/** The register of documents, the latest first. */
export default function DocumentList() {
  const session = useSession();
  const navigate = useNavigate();
  const wide = Grid.useBreakpoint().lg ?? true;
  const [params, setParams] = useSearchParams();
  const filters = readFilters(params, FILTERS);
  const cursor = params.get("cursor") ?? undefined;
  const { year, unserved, ...words } = filters;
  const query = { ...words, ...(year ? { year: Number(year) } : {}), ...(unserved === "true" ? { unserved: true } : {}) };
  const page = useQuery({
    queryKey: ["enforcement-documents", filters, cursor],
    queryFn: () => ask(api.GET("/api/enforcement-documents", { params: { query: { ...query, limit: 50, ...(cursor ? { cursor } : {}) } } })),
    placeholderData: keepPreviousData,
  });
  const items = page.data?.items ?? [];
  const filtered = Object.keys(filters).length > 0;
  const view = filters["unserved"] === "true" ? "unserved" : (filters["state"] ?? "all");
  const empty = filtered ? "没有符合这些条件的文书，可以清除筛选再试。" : "还没有文书。现场检查结束后，在检查页面起草。";
  const choose = (value: string) => setParams(value === "unserved" ? put(put(filters, "state", ""), "unserved", "true") : put(put(filters, "unserved", ""), "state", value === "all" ? "" : value));
  const years = Array.from({ length: 6 }, (_, back) => String(dayjs().year() - back));
  return (
    <>
      <div className="page-head">
        <h1>文书台账</h1>
        <span className="grow" />
        <ExportButton of="enforcement-documents" title="文书台账" query={query} />
      </div>
      <div className="bar">
        <Segmented value={view} onChange={choose} options={[{ value: "all", label: "全部" }, { value: "draft", label: "草稿" }, { value: "unserved", label: "待送达" }, { value: "issued", label: "已签发" }, { value: "withdrawn", label: "已撤回" }]} />
        <div style={{ width: 230 }}>
          <RegionPicker root={session.region.code} value={filters["region"]} onChange={(region) => setParams(put(filters, "region", region))} placeholder={session.region.name} />
        </div>
        <FilterSelect name="form" label="文书种类" filters={filters} onChange={setParams} options={Object.entries(FORMS).map(([value, label]) => ({ value, label }))} />
        <FilterSelect name="year" label="文号年份" filters={filters} onChange={setParams} options={years.map((own) => ({ value: own, label: `${own} 年` }))} />
        {filtered && <Button type="link" onClick={() => setParams({})}>清除筛选</Button>}
      </div>
      {wide || page.error || items.length === 0 ? (
        <RecordTable<Row>
          error={page.error}
          loading={page.isPending || (page.isFetching && page.isPlaceholderData)}
          dataSource={items}
          empty={empty}
          columns={[
            { key: "name", title: "文书", width: 190, render: (_, own) => <Link to={`/enforcement-documents/${own.city}/${own.id}`}>{own.name}</Link> },
            { key: "number", title: "文号", width: 220, render: (_, own) => own.number },
            { key: "enterprise", title: "企业", width: 240, render: (_, own) => <Link to={`/enterprises/${own.city}/${own.enterprise}`}>{own.enterprise_name}</Link> },
            { key: "region", title: "所在地区", render: (_, own) => nearName(own.region_name, session.region.name) },
            { key: "state", title: "状态", render: (_, own) => state(own, DOCUMENT_STATES) },
            { key: "issued", title: "签发日期", render: (_, own) => own.issued_on },
            { key: "served", title: "送达日期", render: (_, own) => own.served_on ?? (own.state === "issued" ? <span className="down">未送达</span> : "") },
            { key: "due", title: "整改期限", render: (_, own) => own.due_on },
            { key: "issuer", title: "签发机关", render: (_, own) => own.issuer },
          ]}
        />
      ) : (
        <div className="case-cards">
          {items.map((own) => (
            <Link key={own.id} to={`/enforcement-documents/${own.city}/${own.id}`} className="panel case-card">
              <span className="case-card-head">
                {state(own, DOCUMENT_STATES)}
                <span>{own.issued_on}</span>
              </span>
              <b>{own.name}</b>
              <span>{own.number}</span>
              <span className="muted">{own.enterprise_name}</span>
            </Link>
          ))}
        </div>
      )}
      <Pager note={items.length > 0 ? `本页 ${items.length} 份` : ""} back={cursor ? () => void navigate(-1) : null} next={page.data?.next ? () => setParams({ ...filters, cursor: page.data.next ?? "" }) : null} />
    </>
  );
}
