import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { Button } from "antd";
import dayjs from "dayjs";
import { Link, useNavigate, useSearchParams } from "react-router";

import { type Schemas, api, ask } from "../../api/client";
import { useMay, useSession } from "../../app/session";
import { FilterSelect } from "../../parts/FilterSelect";
import { Pager } from "../../parts/Pager";
import { RecordTable } from "../../parts/RecordTable";
import { RegionPicker } from "../../parts/RegionPicker";
import { put, readFilters } from "../../parts/filters";
import { instant } from "../../parts/format";
import { state } from "../inspection/VisitList";
import { PLAN_STATES } from "./words";

type Row = Schemas["InspectionPlanRow"];

const FILTERS = ["region", "year", "state"] as const;

/** The yearly plans of the agencies of the own area. */
export default function PlanList() {
  const session = useSession();
  const may = useMay();
  const navigate = useNavigate();
  const [params, setParams] = useSearchParams();
  const filters = readFilters(params, FILTERS);
  const cursor = params.get("cursor") ?? undefined;
  const { year, ...words } = filters;
  const page = useQuery({
    queryKey: ["inspection-plans", filters, cursor],
    queryFn: () => ask(api.GET("/api/inspection-plans", { params: { query: { ...words, ...(year ? { year: Number(year) } : {}), limit: 50, ...(cursor ? { cursor } : {}) } } })),
    placeholderData: keepPreviousData,
  });
  const years = Array.from({ length: 6 }, (_, back) => String(dayjs().year() + 1 - back));
  const filtered = Object.keys(filters).length > 0;
  return (
    <>
      <div className="page-head">
        <h1>检查计划</h1>
        <Link to="/inspection-targets">计划检查的企业</Link>
        <span className="grow" />
        {may("create_inspection_plan") && <Link to="/inspection-plans/new"><Button type="primary">编制计划</Button></Link>}
      </div>
      <div className="bar">
        <div style={{ width: 230 }}>
          <RegionPicker root={session.region.code} value={filters["region"]} onChange={(region) => setParams(put(filters, "region", region))} placeholder={session.region.name} />
        </div>
        <FilterSelect name="year" label="年度" filters={filters} onChange={setParams} options={years.map((value) => ({ value, label: `${value} 年` }))} />
        <FilterSelect name="state" label="状态" filters={filters} onChange={setParams} options={Object.entries(PLAN_STATES).map(([value, [label]]) => ({ value, label }))} />
        {filtered && <Button type="link" onClick={() => setParams({})}>清除筛选</Button>}
      </div>
      <RecordTable<Row>
        error={page.error}
        loading={page.isPending}
        dataSource={page.data?.items ?? []}
        empty={filtered ? "没有符合这些条件的计划，可以清除筛选再试。" : may("create_inspection_plan") ? "还没有检查计划。点“编制计划”，按地区、领域、等级列出要检查的企业，批准后随机抽取。" : "还没有检查计划。"}
        columns={[
          { key: "name", title: "计划", width: 320, render: (_, own) => <Link to={`/inspection-plans/${own.city}/${own.id}`}>{own.name}</Link> },
          { key: "year", title: "年度", render: (_, own) => own.year },
          { key: "agency", title: "机关", render: (_, own) => own.agency_name },
          { key: "state", title: "状态", render: (_, own) => state(own, PLAN_STATES) },
          { key: "approved", title: "批准时间", render: (_, own) => instant(own.approved_at) },
        ]}
      />
      <Pager back={cursor ? () => void navigate(-1) : null} next={page.data?.next ? () => setParams({ ...filters, cursor: page.data.next ?? "" }) : null} />
    </>
  );
}
