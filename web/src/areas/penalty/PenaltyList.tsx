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
import { yuan } from "../../parts/format";
import { CaseCards } from "../cases/CaseList";
import { DUE, options, term } from "../cases/words";
import { STATES, TODO } from "./words";

type Row = Schemas["PenaltyRow"];

const FILTERS = ["region", "life", "state", "due", "todo", "mine", "enterprise"] as const;

/** Penalties under filters: open ones by their deadline. */
export default function PenaltyList() {
  const session = useSession();
  const may = useMay();
  const navigate = useNavigate();
  const wide = Grid.useBreakpoint().lg ?? true;
  const [params, setParams] = useSearchParams();
  const filters = readFilters(params, FILTERS);
  const cursor = params.get("cursor") ?? undefined;
  const query = { life: "open", ...filters, mine: filters["mine"] === "true" };
  const page = useQuery({ queryKey: ["penalties", filters, cursor], queryFn: () => ask(api.GET("/api/penalties", { params: { query: { ...query, limit: 50, ...(cursor ? { cursor } : {}) } } })), placeholderData: keepPreviousData });
  const items = page.data?.items ?? [];
  return (
    <>
      <div className="page-head">
        <h1>行政处罚</h1>
        <span className="grow" />
        <ExportButton of="penalties" title="行政处罚" query={query} />
        {may("create_penalty") && <Link to="/penalties/new"><Button type="primary">立案</Button></Link>}
      </div>
      <div className="bar">
        <Segmented value={filters["life"] ?? "open"} onChange={(value) => setParams(put(filters, "life", value === "open" ? "" : String(value)))} options={[{ value: "open", label: "在办" }, { value: "closed", label: "已办结" }]} />
        <div style={{ width: 230 }}>
          <RegionPicker root={session.region.code} value={filters["region"]} onChange={(region) => setParams(put(filters, "region", region))} placeholder={session.region.name} />
        </div>
        <FilterSelect name="state" label="办到哪一步" filters={filters} onChange={setParams} options={Object.entries(STATES).map(([value, [label]]) => ({ value, label }))} />
        <FilterSelect name="due" label="期限" filters={filters} onChange={setParams} options={options(DUE)} />
        <FilterSelect name="todo" label="待办" filters={filters} onChange={setParams} options={options(TODO)} />
        {Object.keys(filters).length > 0 && <Button type="link" onClick={() => setParams({})}>清除筛选</Button>}
      </div>
      {wide || page.error || items.length === 0 ? (
        <RecordTable<Row>
          rowKey={(own) => own.case.id}
          error={page.error}
          loading={page.isPending || (page.isFetching && page.isPlaceholderData)}
          dataSource={items}
          empty={Object.keys(filters).length > 0 ? "没有符合这些条件的处罚案件，可以清除筛选再试。" : "没有在办的处罚案件。在检查页面或者这里点“立案”。"}
          columns={[
            { key: "cause", title: "案由", width: 320, render: (_, own) => <Link to={own.case.link}>{own.cause}</Link> },
            { key: "party", title: "当事人", width: 220, render: (_, own) => own.party_name },
            { key: "state", title: "办到哪一步", render: (_, own) => <Tag color={STATES[own.case.state]?.[1] ?? "default"}>{own.case.state_label}</Tag> },
            { key: "due", title: "期限", render: (_, own) => <span className={own.case.overdue ? "down" : ""}>{term(own.case)}</span> },
            { key: "fine", title: "罚款（元）", align: "right", render: (_, own) => <span className="number">{yuan(own.fine)}</span> },
            { key: "paid", title: "已缴（元）", align: "right", render: (_, own) => <span className="number">{yuan(own.paid)}</span> },
            { key: "number", title: "编号", render: (_, own) => own.case.number },
            { key: "officer", title: "经办人", render: (_, own) => own.case.officer_name },
          ]}
        />
      ) : (
        <CaseCards items={items.map((own) => own.case)} />
      )}
      <Pager back={cursor ? () => void navigate(-1) : null} next={page.data?.next ? () => setParams({ ...filters, cursor: page.data.next ?? "" }) : null} />
    </>
  );
}
