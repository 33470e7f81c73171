import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { Button, Grid, Segmented, Tag } from "antd";
import { Link, useNavigate, useSearchParams } from "react-router";

import { type Schemas, api, ask } from "../../api/client";
import { useSession } from "../../app/session";
import { FilterSelect } from "../../parts/FilterSelect";
import { Pager } from "../../parts/Pager";
import { RecordTable } from "../../parts/RecordTable";
import { RegionPicker } from "../../parts/RegionPicker";
import { put, readFilters } from "../../parts/filters";
import { count, instant, nearName } from "../../parts/format";
import { DUE, options, term } from "../cases/words";
import { useSectors } from "../enterprise/use";
import { ALARM_STATES, LASTS, measured } from "./words";
import "../cases/cases.css";
import "./monitoring.css";

type Alarm = Schemas["AlarmRow"];

const FILTERS = ["region", "life", "state", "severity", "lasts", "due", "sector", "ownership", "enterprise", "point", "opened_from", "opened_to"] as const;
const LEVELS = [{ value: "major", label: "二级报警" }, { value: "general", label: "一级报警" }];

function Level({ level }: { level: number }) {
  return <Tag color={level === 2 ? "red" : "orange"}>{level === 2 ? "二级" : "一级"}</Tag>;
}

/** Alarms under filters. */
export default function AlarmList() {
  const session = useSession();
  const navigate = useNavigate();
  const wide = Grid.useBreakpoint().lg ?? true;
  const [params, setParams] = useSearchParams();
  const filters = readFilters(params, FILTERS);
  const cursor = params.get("cursor") ?? undefined;
  const query = { ...filters, mine: false };
  const page = useQuery({
    queryKey: ["alarms", filters, cursor],
    queryFn: () => ask(api.GET("/api/monitoring/alarms", { params: { query: { ...query, limit: 50, ...(cursor ? { cursor } : {}) } } })),
    placeholderData: keepPreviousData,
    refetchInterval: 30_000,
  });
  const total = useQuery({ queryKey: ["alarms", "count", filters], queryFn: () => ask(api.GET("/api/monitoring/alarms/count", { params: { query } })), refetchInterval: 30_000 });
  const go = (next: Record<string, string>) => setParams(next);
  const pick = (name: string, label: string, list: { value: string; label: string }[]) => <FilterSelect name={name} label={label} options={list} filters={filters} onChange={go} />;
  const sectors = useSectors();
  const items = page.data?.items ?? [];
  const value = ({ detail }: Alarm) => <>{measured(detail.peak, detail.unit)}<span className="muted">（限值 {detail.limit}）</span></>;
  const now = ({ detail }: Alarm) => (detail.ended_at ? <span className="muted">{instant(detail.ended_at)} 恢复</span> : <b className="down">仍超限</b>);
  return (
    <>
      <div className="page-head">
        <h1>监测报警</h1>
        <span>
          共 <b className="number">{count(total.data?.total)}</b> {total.data?.more ? "起以上" : "起"}
        </span>
        <span className="grow" />
        <Link to="/monitoring"><Button>在线监测</Button></Link>
      </div>
      <div className="bar">
        <Segmented
          value={filters["life"] ?? "all"}
          onChange={(own) => go(put(filters, "life", own === "all" ? "" : String(own)))}
          options={[{ value: "all", label: "全部" }, { value: "open", label: "未办结" }, { value: "closed", label: "已办结" }]}
        />
        {!session.enterprise && (
          <div style={{ width: 230 }}>
            <RegionPicker root={session.region.code} value={filters["region"]} onChange={(region) => go(put(filters, "region", region))} placeholder={session.region.name} />
          </div>
        )}
        {pick("state", "状态", options(ALARM_STATES))}
        {pick("severity", "级别", LEVELS)}
        {pick("lasts", "监测值", options(LASTS))}
        {pick("due", "期限", options(DUE))}
        {!session.enterprise && pick("sector", "监管领域", sectors)}
        {filters["point"] && <Tag closable onClose={() => go(put(filters, "point", ""))}>{items[0] ? `${items[0].detail.code} ${items[0].detail.name}` : "一个监测点"}</Tag>}
        {filters["enterprise"] && !session.enterprise && <Tag closable onClose={() => go(put(filters, "enterprise", ""))}>{items[0]?.case.enterprise_name ?? "一家企业"}</Tag>}
        {Object.keys(filters).length > 0 && <Button type="link" onClick={() => go({})}>清除筛选</Button>}
      </div>
      {wide ? (
        <RecordTable<Alarm>
          error={page.error}
          rowKey={(own) => own.case.id}
          loading={page.isPending || (page.isFetching && page.isPlaceholderData)}
          dataSource={items}
          empty={Object.keys(filters).length > 0 ? "没有符合这些条件的报警，可以清除筛选再试。" : "没有报过警。监测值超过限值时，报警会自动出现在这里。"}
          columns={[
            { key: "title", title: "报警", width: 300, render: (_, own) => <Link to={own.case.link}>{own.case.title}</Link> },
            { key: "level", title: "级别", render: (_, own) => <Level level={own.detail.level} /> },
            { key: "state", title: "状态", render: (_, own) => <Tag color={ALARM_STATES[own.case.state]?.[1] ?? "default"}>{own.case.state_label}</Tag> },
            { key: "value", title: "最严重值", render: (_, own) => value(own) },
            { key: "now", title: "监测值", render: (_, own) => now(own) },
            { key: "raised", title: "报警时间", render: (_, own) => instant(own.detail.raised_at) },
            { key: "enterprise", title: "企业", width: 220, render: (_, own) => <Link to={`/enterprises/${own.case.city}/${own.case.enterprise ?? ""}?tab=monitoring`}>{own.case.enterprise_name}</Link> },
            { key: "region", title: "所在地区", render: (_, own) => nearName(own.case.region_name, session.region.name) },
            { key: "due", title: "期限", render: (_, own) => <span className={own.case.overdue ? "down" : ""}>{term(own.case)}</span> },
            { key: "number", title: "编号", render: (_, own) => own.case.number },
          ]}
        />
      ) : (
        <div className="case-cards">
          {items.map((own) => (
            <Link key={own.case.id} to={own.case.link} className="panel case-card">
              <span className="case-card-head"><span><Level level={own.detail.level} />{instant(own.detail.raised_at)}</span><Tag color={ALARM_STATES[own.case.state]?.[1] ?? "default"}>{own.case.state_label}</Tag></span>
              <b>{own.case.title}</b>
              <span className="case-card-head"><span>{value(own)}</span>{now(own)}</span>
              <span className="muted">{own.case.enterprise_name}</span>
              <span className={own.case.overdue ? "down" : "muted"}>{own.case.closed_on ? "" : "期限 "}{term(own.case)}</span>
            </Link>
          ))}
          {items.length === 0 && !page.isPending && <p className="muted">没有符合条件的报警。</p>}
        </div>
      )}
      <Pager note={items.length > 0 ? `本页 ${items.length} 起` : ""} back={cursor ? () => void navigate(-1) : null} next={page.data?.next ? () => setParams({ ...Object.fromEntries(params), cursor: page.data.next ?? "" }) : null} />
    </>
  );
}
