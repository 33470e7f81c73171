import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { Button, Select, Tag } from "antd";
import { Link, useNavigate, useSearchParams } from "react-router";

import { type Schemas, api, ask } from "../../api/client";
import { useMay, useSession } from "../../app/session";
import { FilterSelect } from "../../parts/FilterSelect";
import { Pager } from "../../parts/Pager";
import { RegionPicker } from "../../parts/RegionPicker";
import { type Filters, address, chosen, put, readFilters, toggle } from "../../parts/filters";
import { count } from "../../parts/format";
import { sentence } from "../../parts/problem";
import { options } from "../cases/words";
import { useSectors } from "../enterprise/use";
import { LineMark } from "./LineMark";
import { Points } from "./Points";
import { useLive } from "./live";
import { KINDS, STATES, lasted, measured, online } from "./words";
import "./monitoring.css";

const FILTERS = ["region", "state", "kind", "sector", "ownership", "enterprise", "in_use"] as const;

/** What is measured now: how many points stand how, the alarms of this moment, the areas, and the points as they go on. */
export default function Monitoring() {
  const session = useSession();
  const may = useMay();
  const navigate = useNavigate();
  const [params, setParams] = useSearchParams();
  const filters = readFilters(params, FILTERS);
  const cursor = params.get("cursor") ?? undefined;
  const go = (next: Filters) => setParams(next);
  const firm = filters["enterprise"] ?? session.enterprise?.id;
  const place: Filters = firm ? { enterprise: firm } : { region: filters["region"] ?? session.region.code };
  const query = { ...filters, ...place };
  const { live, line } = useLive({ ...query, limit: "50", ...(cursor ? { cursor } : {}) });
  const page = useQuery({
    queryKey: ["monitoring", "points", query, cursor],
    queryFn: () => ask(api.GET("/api/monitoring/points", { params: { query: { ...query, limit: 50, ...(cursor ? { cursor } : {}) } } })),
    placeholderData: keepPreviousData,
  });
  const items = live?.points ?? page.data?.items ?? [];
  const standings = live?.standings ?? [];
  const share = online(standings);
  const sectors = useSectors();
  const shown = chosen(filters, "state");
  const alarmFilters: Filters = { ...(filters["region"] ? { region: filters["region"] } : {}), ...(firm ? { enterprise: firm } : {}) };
  const wanted = Object.keys(filters).length > 0;
  return (
    <>
      <div className="page-head">
        <h1>在线监测</h1>
        <LineMark line={line} />
        <span className="grow" />
        <Link to={address("/monitoring/alarms", { ...alarmFilters, life: "open" })}><Button>监测报警</Button></Link>
        {may("create_monitor_point") && session.enterprise && <Link to={`/monitoring/new?city=${session.enterprise.city}&enterprise=${session.enterprise.id}`}><Button type="primary">登记监测点</Button></Link>}
      </div>
      <div className="monitor-tiles">
        <div className={`tile ${share.all === 0 ? "zero" : ""}`}>
          在线率
          <b>{live ? share.rate : "…"}</b>
          <span className="muted number">{live ? `${count(share.online)} ÷ ${count(share.all)}` : ""}</span>
        </div>
        {Object.entries(STATES).map(([state, [label]]) => {
          const number = standings.find((own) => own.state === state)?.number;
          return (
            <button key={state} type="button" className={`tile ${number ? state : "zero"} ${shown.includes(state) ? "on" : ""}`} aria-pressed={shown.includes(state)} onClick={() => go(toggle(filters, "state", state))}>
              {label}
              <b>{count(number)}</b>
              <span className="muted">个监测点</span>
            </button>
          );
        })}
        <Link to={address("/monitoring/alarms", { ...alarmFilters, state: "raised" })} className={`tile ${live?.unacknowledged ? "level2" : "zero"}`}>
          未确认报警
          <b>{count(live?.unacknowledged)}</b>
          <span className="muted">起</span>
        </Link>
      </div>
      <div className="monitor-two">
        <AlarmsNow filters={alarmFilters} sign={live ? `${live.unacknowledged}/${standings.map((own) => own.number).join("/")}` : ""} />
        {!firm && may("list_monitor_areas") && <Areas region={place["region"] ?? ""} sign={standings.map((own) => own.number).join("/")} />}
      </div>
      <div className="bar">
        {!session.enterprise && (
          <div style={{ width: 230 }}>
            <RegionPicker root={session.region.code} value={filters["region"]} onChange={(region) => go(put(filters, "region", region))} placeholder={session.region.name} />
          </div>
        )}
        <Select
          aria-label="状态"
          mode="multiple"
          allowClear
          style={{ minWidth: 130 }}
          placeholder="状态"
          value={shown}
          options={options(STATES)}
          onChange={(value: string[]) => go(put(filters, "state", value.join(",")))}
        />
        <FilterSelect name="kind" label="监测项目" options={options(KINDS)} filters={filters} onChange={go} />
        {!session.enterprise && <FilterSelect name="sector" label="监管领域" options={sectors} filters={filters} onChange={go} />}
        <FilterSelect name="in_use" label="在用" options={[{ value: "no", label: "已停用的" }]} filters={filters} onChange={go} />
        {filters["enterprise"] && !session.enterprise && <Tag closable onClose={() => go(put(filters, "enterprise", ""))}>{items[0]?.enterprise_name ?? "一家企业"}</Tag>}
        {wanted && <Button type="link" onClick={() => go({})}>清除筛选</Button>}
      </div>
      <Points
        items={items}
        error={live ? null : page.error}
        pending={!live && page.isPending}
        firm={!firm}
        empty={wanted ? "没有符合这些条件的监测点，可以清除筛选再试。" : session.enterprise ? "还没有登记监测点。点“登记监测点”填写位号和限值，再让采集网关上传数值。" : "辖区内还没有企业登记监测点。请督促有重大危险源的企业登记并接入。"}
      />
      <Pager note={items.length > 0 ? `本页 ${items.length} 个监测点` : ""} back={cursor ? () => void navigate(-1) : null} next={page.data?.next ? () => setParams({ ...Object.fromEntries(params), cursor: page.data.next ?? "" }) : null} />
    </>
  );
}

/** The alarms whose value is out of its limits now, or of which nobody took notice. */
function AlarmsNow({ filters, sign }: { filters: Filters; sign: string }) {
  const query = { ...filters, life: "open", mine: false, limit: 6 };
  const alarms = useQuery({
    queryKey: ["alarms", "now", query, sign],
    queryFn: () => ask(api.GET("/api/monitoring/alarms", { params: { query } })),
    placeholderData: keepPreviousData,
    enabled: sign !== "",
  });
  const items = alarms.data?.items ?? [];
  return (
    <section className="panel" aria-label="当前报警">
      <h2>当前报警</h2>
      {alarms.isError && <p className="down">{sentence(alarms.error)}</p>}
      {alarms.isSuccess && items.length === 0 && <p className="muted" style={{ margin: 0 }}>没有未办结的报警。</p>}
      {items.map((own) => <AlarmLine key={own.case.id} alarm={own} />)}
      {alarms.data?.next && <Link to={address("/monitoring/alarms", { ...filters, life: "open" })}>查看全部未办结的报警</Link>}
    </section>
  );
}

/** An alarm in one line. */
export function AlarmLine({ alarm }: { alarm: Schemas["AlarmRow"] }) {
  const { case: head, detail } = alarm;
  return (
    <div className="monitor-alarm">
      <span>
        <Tag color={detail.level === 2 ? "red" : "orange"}>{detail.level === 2 ? "二级" : "一级"}</Tag>
        <Link to={head.link}>{detail.code} {detail.name}</Link>
        {"\u3000"}
        <span className="number">{measured(detail.peak, detail.unit)}</span>
        <span className="muted">（限值 {detail.limit}）</span>
      </span>
      <span className={head.state === "raised" ? "down" : "muted"}>{head.state === "raised" ? `${lasted(detail.waited_minutes)}未确认` : detail.ended_at ? "已恢复，待办结" : "处置中"}</span>
    </div>
  );
}

/** The divisions of the area, or the enterprises of a town: how many of their points are online, and what is wrong now. */
function Areas({ region, sign }: { region: string; sign: string }) {
  const areas = useQuery({
    queryKey: ["monitoring", "areas", region, sign],
    queryFn: () => ask(api.GET("/api/monitoring/areas", { params: { query: { region } } })),
    placeholderData: keepPreviousData,
    enabled: sign !== "",
  });
  const rows = areas.data ?? [];
  const number = (value: number, to: string, grave: boolean) => <td>{value === 0 ? <span className="muted">0</span> : <Link to={to} className={grave ? "down" : ""}>{count(value)}</Link>}</td>;
  return (
    <section className="panel" aria-label="各地在线情况">
      <h2>{region.length >= 9 ? "各企业在线情况" : "各地在线情况"}</h2>
      {areas.isError && <p className="down">{sentence(areas.error)}</p>}
      {areas.isSuccess && rows.length === 0 && <p className="muted" style={{ margin: 0 }}>还没有登记监测点。</p>}
      {rows.length > 0 && (
        <div className="scroll">
          <table className="stat stat-first">
            <thead>
              <tr><th>{region.length >= 9 ? "企业" : "地区"}</th><th>监测点</th><th>在线率</th><th>不在线</th><th>报警中</th><th>未确认</th></tr>
            </thead>
            <tbody>
              {rows.map((own) => {
                const at: Filters = own.enterprise ? { enterprise: own.enterprise } : { region: own.region ?? "" };
                return (
                  <tr key={own.enterprise ?? own.region}>
                    <td><Link to={address("/monitoring", at)} className="clamp cell" title={own.label}>{own.label}</Link></td>
                    <td>{count(own.points)}</td>
                    <td className={own.online < own.points ? "down" : "up"}>{own.points === 0 ? "—" : `${((own.online / own.points) * 100).toFixed(1)}%`}</td>
                    {number(own.points - own.online, address("/monitoring", { ...at, state: "offline,new" }), false)}
                    {number(own.alarming, address("/monitoring", { ...at, state: "level2,level1" }), true)}
                    {number(own.unacknowledged, address("/monitoring/alarms", { ...at, state: "raised" }), true)}
                  </tr>
                );
              })}
            </tbody>
          </table>
        </div>
      )}
    </section>
  );
}
