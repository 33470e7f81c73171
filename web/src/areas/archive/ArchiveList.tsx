import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { Button, Progress, Select, Tag } from "antd";
import { Link, useNavigate, useSearchParams } from "react-router";

import { type Schemas, api, ask } from "../../api/client";
import { useSession } from "../../app/session";
import { Pager } from "../../parts/Pager";
import { RecordTable } from "../../parts/RecordTable";
import { RegionPicker } from "../../parts/RegionPicker";
import { put, readFilters } from "../../parts/filters";
import { nearName } from "../../parts/format";
import { useFields } from "../enterprise/use";
import { ArchiveFigures } from "./ArchiveFigures";
import { ARCHIVE_STATES, VERIFICATION } from "./words";

type ArchiveRow = Schemas["ArchiveRow"];

const FILTERS = ["region", "state", "verification", "sector", "ownership"] as const;

const words = (of: Record<string, [string, string]>) => Object.entries(of).map(([value, [label]]) => ({ value, label }));

/** The archives of an area by how complete they are, under the indicators they add up to. */
export default function ArchiveList() {
  const session = useSession();
  const navigate = useNavigate();
  const [params, setParams] = useSearchParams();
  const fields = useFields();
  const filters = readFilters(params, FILTERS);
  const cursor = params.get("cursor") ?? undefined;
  const page = useQuery({
    queryKey: ["archives", "page", filters, cursor],
    queryFn: () => ask(api.GET("/api/archives", { params: { query: { ...filters, limit: 50, ...(cursor ? { cursor } : {}) } } })),
    placeholderData: keepPreviousData,
  });
  const go = (next: Record<string, string>) => setParams(next);
  const options = (name: string) => (fields.data?.find((field) => field.name === name)?.options ?? []).map(([value, label]) => ({ value: value ?? "", label: label ?? "" }));
  const pick = (name: string, label: string, list: { value: string; label: string }[], width: number) => (
    <Select
      aria-label={label}
      mode="multiple"
      allowClear
      maxTagCount="responsive"
      style={{ minWidth: width }}
      placeholder={label}
      optionFilterProp="label"
      value={filters[name]?.split(",") ?? []}
      options={list}
      onChange={(values: string[]) => go(put(filters, name, values.join(",")))}
    />
  );
  const link = (own: ArchiveRow, more = "") => `/enterprises/${own.city}/${own.id}?tab=archive${more}`;
  const number = (value: number, bad: boolean) => <span className={value > 0 && bad ? "number down" : "number"}>{value}</span>;
  const items = page.data?.items ?? [];
  return (
    <>
      <div className="page-head">
        <h1>档案名单</h1>
        <span className="muted">每家企业的安全生产档案填了多少、核实了多少、哪些过期</span>
      </div>
      <ArchiveFigures region={filters["region"]} />
      <div className="bar">
        <div style={{ width: 230 }}>
          <RegionPicker root={session.region.code} value={filters["region"]} onChange={(region) => go(put(filters, "region", region))} placeholder={session.region.name} />
        </div>
        {pick("state", "档案状态", words(ARCHIVE_STATES), 150)}
        {pick("verification", "核实情况", words(VERIFICATION), 150)}
        {pick("sector", "监管领域", options("sector"), 150)}
        {pick("ownership", "经济成分", options("ownership"), 130)}
        {Object.keys(filters).length > 0 && <Button type="link" onClick={() => go({})}>清除筛选</Button>}
      </div>
      <RecordTable<ArchiveRow>
        error={page.error}
        loading={page.isPending || (page.isFetching && page.isPlaceholderData)}
        dataSource={items}
        empty={Object.keys(filters).length > 0 ? "没有符合这些条件的档案，可以清除筛选再试。" : "还没有档案。企业登记后，几分钟内会出现在这里。"}
        columns={[
          { key: "name", title: "企业", width: 260, render: (_, own) => <Link to={link(own)}>{own.name}</Link> },
          { key: "region", title: "所在地区", render: (_, own) => nearName(own.region_name, session.region.name) },
          { key: "score", title: "完整度", render: (_, own) => <Progress percent={own.score} size={[90, 8]} status="normal" format={(value) => `${value ?? 0}%`} /> },
          { key: "state", title: "状态", render: (_, own) => <Tag color={ARCHIVE_STATES[own.state]?.[1] ?? "default"}>{ARCHIVE_STATES[own.state]?.[0] ?? own.state}</Tag> },
          { key: "present", title: "已有/必须", align: "right", render: (_, own) => <span className="number">{own.present}/{own.required}</span> },
          { key: "missing", title: "缺", align: "right", render: (_, own) => (own.missing > 0 ? <Link to={link(own, "&todo=1")} className="number">{own.missing}</Link> : number(0, false)) },
          { key: "expired", title: "过期证照", align: "right", render: (_, own) => number(own.papers_expired, true) },
          { key: "expiring", title: "60 天内到期", align: "right", render: (_, own) => number(own.papers_expiring, false) },
          { key: "verification", title: "核实", render: (_, own) => <Tag color={VERIFICATION[own.verification]?.[1] ?? "default"}>{VERIFICATION[own.verification]?.[0] ?? own.verification}</Tag> },
        ]}
      />
      <Pager note={items.length > 0 ? `本页 ${items.length} 家，按地区排列` : ""} back={cursor ? () => void navigate(-1) : null} next={page.data?.next ? () => setParams({ ...Object.fromEntries(params), cursor: page.data.next ?? "" }) : null} />
    </>
  );
}
