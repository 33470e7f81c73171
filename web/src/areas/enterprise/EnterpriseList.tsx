import { FilterOutlined, PlusOutlined, SettingOutlined } from "@ant-design/icons";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { Alert, Button, Checkbox, Empty, Grid, Input, Modal, Popover, Select, Space, Tag } from "antd";
import type { ColumnType } from "antd/es/table";
import { useState } from "react";
import { Link, useNavigate, useSearchParams } from "react-router";

import { type Row, api, ask } from "../../api/client";
import { useMay, useSession } from "../../app/session";
import { Pager } from "../../parts/Pager";
import { RecordTable } from "../../parts/RecordTable";
import { RegionPicker } from "../../parts/RegionPicker";
import { type Filters, put, readFilters, toggle } from "../../parts/filters";
import { COLOURS, count, instant, nearName, show } from "../../parts/format";
import { sentence } from "../../parts/problem";
import { PrintList } from "../archive/PrintList";
import { AssignDialog, suggestionsOf, useAssign } from "./AssignDialog";
import { ClusterDialog } from "./Clusters";
import { DutyDialog } from "./DutyDialog";
import { ExportList } from "./ExportList";
import { Facets } from "./Facets";
import { IndustryPicker } from "./IndustryPicker";
import { MergeTwo } from "./MergeDialog";
import { MoreFilters } from "./MoreFilters";
import { Places } from "./Places";
import { SavedViews } from "./SavedViews";
import { PANEL, RARE, chips, industryName } from "./rare";
import { FACETS, FILTERS, type Field, asQuery, readPage, useFields, useSchema } from "./use";

const USUAL = ["name", "region_name", "sector", "ownership", "size", "status", "verification", "principal", "principal_phone"];
const QUEUE = ["name", "registered_address", "region_name", "assignment_reason"];
const REGION: Field = { name: "region_name", label: "所在地区", group: "地址", kind: "text", editable: false, personal: false, options: [] };
const REMEMBERED = "anjian.columns.enterprises";

/** Filters that are not offered beside the list but lead to it from elsewhere. */
const POINTERS = ["cluster", "officer", "agency", "parent_name", "grade"];

/** What such a filter says, from a row that it leaves. */
function pointed(name: string, value: string, row: Row | undefined): string {
  if (name === "parent_name") return `${value}的分支`;
  if (name === "grade") return `监管等级：${value.replaceAll(",", "、")} 级`;
  const label = { cluster: "集群", officer: "责任监管员", agency: "监管机构" }[name] ?? name;
  return `${label}：${String(row?.[`${name}_name`] ?? "没有企业")}`;
}

function remembered(): string[] {
  try {
    const columns: unknown = JSON.parse(localStorage.getItem(REMEMBERED) ?? "null");
    return Array.isArray(columns) && columns.length > 0 ? columns.map(String) : USUAL;
  } catch {
    return USUAL;
  }
}

function cell(field: Field, row: Row, own: string, schema: ReturnType<typeof useSchema>["data"]) {
  if (field.name === "region_name") return nearName(row["region_name"], own);
  const text = show(field, row[field.name]);
  if (field.name === "industry" && text) return industryName(schema, text);
  if (field.name === "name") return <Link to={`/enterprises/${row.city}/${row.id}`}>{text}</Link>;
  const colour = COLOURS[String(row[field.name])];
  if (field.kind === "option" && colour && text) return <Tag color={colour}>{text}</Tag>;
  return text;
}

/** The register as a list; as a queue, those that wait for their town. */
export default function EnterpriseList({ queue = false }: { queue?: boolean }) {
  const session = useSession();
  const may = useMay();
  const navigate = useNavigate();
  const wide = Grid.useBreakpoint().lg ?? true;
  const [params, setParams] = useSearchParams();
  const [columns, setColumns] = useState(remembered);
  const [selected, setSelected] = useState<Row[]>([]);
  const [assigning, setAssigning] = useState<Row[] | null>(null);
  const [doing, setDoing] = useState<"duty" | "cluster" | "merge" | null>(null);
  const [exporting, setExporting] = useState(false);
  const [printing, setPrinting] = useState<Row[] | null>(null);
  const [learned, setLearned] = useState(false);
  const [facetsOpen, setFacetsOpen] = useState(false);
  const [narrowing, setNarrowing] = useState(false);
  const fields = useFields();
  const schema = useSchema();
  const of = (read: Filters): Filters => (queue && !read["assignment"] ? { ...read, assignment: "open,proposed" } : read);
  const read = readFilters(params, FILTERS);
  const filters = of(read);
  const sort = params.get("sort") ?? "-updated_at";
  const cursor = params.get("cursor") ?? undefined;
  const known = [REGION, ...(fields.data ?? [])];
  const chosenColumns = (queue ? QUEUE : columns).map((name) => known.find((field) => field.name === name)).filter((field) => field !== undefined);
  const asked = chosenColumns.map((field) => field.name);
  const page = useQuery({
    queryKey: ["enterprises", "page", filters, sort, cursor, asked],
    queryFn: () => readPage(filters, sort, cursor, asked),
    enabled: !fields.isPending,
    placeholderData: keepPreviousData,
  });
  const total = useQuery({
    queryKey: ["enterprises", "count", filters],
    queryFn: () => ask(api.GET("/api/enterprises/count", { params: { query: asQuery(filters) } })),
    placeholderData: keepPreviousData,
  });
  // while the filters' own number is on its way, none is shown rather than the one before
  const number = total.isPlaceholderData ? undefined : total.data?.total;
  const assign = useAssign(() => setSelected([]));
  const go = (next: Filters, order = sort) => {
    setSelected([]);
    setParams({ ...next, ...(order === "-updated_at" ? {} : { sort: order }) });
  };
  // by the address as it is now: one who clicks fast chooses the second value before the page of the first is drawn
  const now = () => readFilters(new URLSearchParams(window.location.search), FILTERS);
  const flip = (name: string, value: string) => go(toggle(of(now()), name, value));
  const turn = (next: string) => {
    setSelected([]);
    setParams({ ...read, ...(sort === "-updated_at" ? {} : { sort }), cursor: next });
    window.scrollTo({ top: 0 });
  };
  const table: ColumnType<Row>[] = chosenColumns.map((field) => ({
    key: field.name,
    title: field.label,
    ...(field.name === "name" && wide ? { fixed: "left" as const } : {}),
    ...(field.name === "name" ? { width: 260 } : {}),
    align: field.kind === "number" || field.kind === "money" ? "right" : "left",
    render: (_: unknown, row: Row) => cell(field, row, session.region.name, schema.data),
  }));
  if (queue) {
    table.splice(2, 0, {
      key: "suggestions",
      title: "建议镇街（点击分配）",
      render: (_: unknown, row: Row) => (
        <Space size={4} wrap>
          {suggestionsOf(row)
            .slice(0, 3)
            .map((own) => (
              <Button key={own.town} size="small" title={own.reason} disabled={assign.isPending} onClick={() => assign.mutate({ rows: [row], town: own.town })}>
                {own.name}
              </Button>
            ))}
          <Button size="small" type="link" onClick={() => setAssigning([row])}>
            选择…
          </Button>
        </Space>
      ),
    });
  }
  const active = Object.entries(read).filter(([name]) => FACETS.some(([own]) => own === name) || ["q", "region", "import_id", ...POINTERS, ...RARE].includes(name));
  const mine = read["officer"] === session.account.id;
  const choose = (names: string[]) => {
    setColumns(names);
    localStorage.setItem(REMEMBERED, JSON.stringify(names));
  };
  const items = page.data?.items ?? [];
  return (
    <>
      <div className="page-head">
        <h1>{queue ? "待分配到镇街" : "企业名单"}</h1>
        <span className="muted">
          共 <b className="number">{count(number)}</b> {total.data?.more ? "家以上" : "家"}
          {session.account.kind === "intermediary" && "，都是正在委托您服务的企业"}
        </span>
        <span className="grow" />
        {queue && may("list_places") && <Button onClick={() => setLearned(true)}>学到的地名</Button>}
        {!queue && may("create_enterprise") && (
          <Button type="primary" icon={<PlusOutlined />} onClick={() => void navigate("/enterprises/new")}>
            新增企业
          </Button>
        )}
      </div>
      {queue && <Alert type="info" showIcon style={{ marginBottom: 12 }} title="这些企业只能确定到市或区县。点一下建议的镇街即可分配；也可以选中多家一起分配。" />}
      <div className="list-page">
        <Facets filters={filters} onToggle={flip} open={facetsOpen} />
        <div style={{ minWidth: 0 }}>
          <div className="bar">
            {!wide && (
              <Button icon={<FilterOutlined />} onClick={() => setFacetsOpen(!facetsOpen)} aria-expanded={facetsOpen}>
                筛选
              </Button>
            )}
            <Input.Search
              key={read["q"] ?? ""}
              defaultValue={read["q"] ?? ""}
              placeholder="名称、拼音首字母、信用代码、地址、人员"
              allowClear
              onSearch={(text) => go(put(now(), "q", text.trim()))}
              style={{ width: wide ? 300 : "100%" }}
            />
            <div style={{ width: wide ? 230 : "100%" }}>
              <RegionPicker root={session.region.code} value={read["region"]} onChange={(region) => go(put(put(now(), "directly", ""), "region", region))} placeholder={session.region.name} />
            </div>
            <div style={{ width: wide ? 230 : "100%" }}>
              <IndustryPicker filters={read} onChange={(next) => go(put(now(), "industry", next["industry"]))} />
            </div>
            <Button onClick={() => setNarrowing(true)} type={PANEL.some((name) => read[name]) ? "primary" : "default"} ghost={PANEL.some((name) => read[name])}>
              更多筛选
            </Button>
            <Select
              value={sort}
              aria-label="排序"
              onChange={(order: string) => go(now(), order)}
              options={[
                { value: "-updated_at", label: "最近修改在前" },
                { value: "name", label: "按名称" },
                { value: "town", label: "按镇街" },
                { value: "-staff", label: "从业人数多的在前" },
                { value: "-founded_on", label: "新成立的在前" },
              ]}
            />
            {may("list_views") && (
              <SavedViews query={{ ...filters, ...(sort === "-updated_at" ? {} : { sort }) }} columns={columns} onOpen={(query, names) => {
                if (names.length > 0) choose(names);
                setParams(query);
              }} />
            )}
            <Popover
              trigger="click"
              placement="bottomRight"
              content={
                <Checkbox.Group
                  style={{ display: "grid", gridTemplateColumns: "1fr 1fr", maxHeight: 380, overflow: "auto", width: 300 }}
                  value={columns}
                  options={known.map((field) => ({ value: field.name, label: field.label, disabled: field.name === "name" }))}
                  onChange={(names) => choose(known.map((field) => field.name).filter((name) => name === "name" || names.includes(name)).sort((a, b) => order(columns, a) - order(columns, b)))}
                />
              }
            >
              <Button icon={<SettingOutlined />}>栏目</Button>
            </Popover>
            {!queue && may("set_enterprise_duty") && (
              <Button type={mine ? "primary" : "default"} aria-pressed={mine} onClick={() => go(put(now(), "officer", mine ? "" : session.account.id))}>
                我的企业
              </Button>
            )}
            {may("create_export") && <Button onClick={() => setExporting(true)}>导出</Button>}
            {!queue && may("create_archive_prints") && <Button onClick={() => setPrinting([])}>批量打印</Button>}
            {active.length > 0 && (
              <Button type="link" onClick={() => go({})}>
                清除筛选
              </Button>
            )}
          </div>
          {chips(schema.data, read).map(({ says, names }) => (
            <Tag key={says} closable style={{ marginBottom: 8, whiteSpace: "normal" }} onClose={() => go(names.reduce((rest, name) => put(rest, name, ""), now()))}>
              {says}
            </Tag>
          ))}
          {POINTERS.filter((name) => read[name] && !(name === "officer" && mine)).map((name) => (
            <Tag key={name} closable style={{ marginBottom: 8 }} onClose={() => go(put(now(), name, ""))}>
              {pointed(name, read[name] ?? "", items[0])}
            </Tag>
          ))}
          {selected.length > 0 && (
            <Alert
              style={{ marginBottom: 8 }}
              type="info"
              title={
                <Space wrap>
                  <span>已选 {selected.length} 家</span>
                  {may("assign_enterprises") && (
                    <Button size="small" type={queue ? "primary" : "default"} onClick={() => setAssigning(selected)}>
                      分配到镇街
                    </Button>
                  )}
                  {may("set_enterprise_duty") && (
                    <Button size="small" onClick={() => setDoing("duty")}>
                      监管责任
                    </Button>
                  )}
                  {may("set_enterprise_cluster") && (
                    <Button size="small" onClick={() => setDoing("cluster")}>
                      加入市场、园区
                    </Button>
                  )}
                  {may("create_archive_prints") && (
                    <Button size="small" onClick={() => setPrinting(selected)}>
                      打印档案
                    </Button>
                  )}
                  {may("merge_enterprises") && selected.length === 2 && (
                    <Button size="small" onClick={() => setDoing("merge")}>
                      合并这两份
                    </Button>
                  )}
                  <Button size="small" onClick={() => setSelected([])}>
                    取消选择
                  </Button>
                </Space>
              }
            />
          )}
          {page.isError ? (
            <Alert type="error" showIcon title={sentence(page.error)} action={<Button size="small" onClick={() => void page.refetch()}>重试</Button>} />
          ) : (
            <RecordTable<Row>
              columns={table}
              dataSource={items}
              loading={page.isPending || (page.isFetching && page.isPlaceholderData)}
              {...(may("set_enterprise_duty")
                ? { rowSelection: { selectedRowKeys: selected.map((row) => row.id), onChange: (_: React.Key[], rows: Row[]) => setSelected(rows) } }
                : {})}
              empty={
                <Empty
                  description={
                    active.length > 0 ? "没有符合这些条件的企业，可以清除筛选再试。" : queue ? "没有待分配的企业。" : may("create_enterprise") ? "还没有企业。可以导入市场监管部门的名单，或逐户新增。" : session.account.kind === "intermediary" ? "现在没有企业委托您服务。企业或监管员登记委托后，会显示在这里。" : "还没有企业。"
                  }
                >
                  {active.length === 0 && !queue && may("create_import") && (
                    <Button type="primary" onClick={() => void navigate("/imports")}>
                      导入名单
                    </Button>
                  )}
                </Empty>
              }
            />
          )}
          <Pager
            note={items[0] ? `本页 ${items.length} 家，最近修改 ${instant(items[0]["updated_at"])}` : ""}
            back={cursor ? () => void navigate(-1) : null}
            next={page.data?.next ? () => turn(page.data.next ?? "") : null}
          />
        </div>
      </div>
      {assigning && (
        <AssignDialog
          rows={assigning}
          onClose={() => {
            setAssigning(null);
            setSelected([]);
          }}
        />
      )}
      {doing === "duty" && <DutyDialog rows={selected} onClose={() => setDoing(null)} onDone={() => setSelected([])} />}
      {doing === "cluster" && <ClusterDialog rows={selected} onClose={() => setDoing(null)} onDone={() => setSelected([])} />}
      {doing === "merge" && selected[0] && selected[1] && <MergeTwo city={selected[0].city} ids={[selected[0].id, selected[1].id]} onClose={() => setDoing(null)} />}
      {learned && (
        <Modal open title="学到的地名" width={820} footer={null} onCancel={() => setLearned(false)}>
          <Places />
        </Modal>
      )}
      {printing && <PrintList filters={filters} ids={printing.map((row) => row.id)} total={printing.length || number} onClose={() => setPrinting(null)} />}
      {narrowing && <MoreFilters filters={read} onChange={(next) => go(PANEL.reduce((rest, name) => put(rest, name, next[name]), now()))} onClose={() => setNarrowing(false)} />}
      {exporting && <ExportList filters={filters} sort={sort} columns={columns} total={number} onClose={() => setExporting(false)} />}
    </>
  );
}

/** Columns keep their order; new ones come last. */
function order(columns: string[], name: string): number {
  const at = columns.indexOf(name);
  return at < 0 ? columns.length : at;
}
