import { useQuery } from "@tanstack/react-query";
import { Button, Result, Spin } from "antd";
import { useState } from "react";
import { Link, useParams } from "react-router";

import { ApiError, api, ask } from "../../api/client";
import { useMay } from "../../app/session";
import { instant } from "../../parts/format";
import { sentence } from "../../parts/problem";
import { Counts } from "./Counts";
import { CurvePanel } from "./CurvePanel";
import { AlarmLine } from "./Monitoring";
import PointForm from "./PointForm";
import { StateTag } from "./Points";
import { measured } from "./words";
import "../cases/cases.css";
import "./monitoring.css";

/** One point: what it measures now and measured before, its limits, its alarms, what of its readings was not taken. */
export default function PointPage() {
  const { city = "", id = "" } = useParams();
  const may = useMay();
  const [editing, setEditing] = useState(false);
  const path = { city, id };
  const query = useQuery({ queryKey: ["monitoring", "point", city, id], queryFn: () => ask(api.GET("/api/monitoring/points/{city}/{id}", { params: { path } })), refetchInterval: editing ? false : 5_000 });
  const alarms = useQuery({ queryKey: ["alarms", "point", id, query.data?.alarm, query.data?.state], queryFn: () => ask(api.GET("/api/monitoring/alarms", { params: { query: { point: id, mine: false, limit: 8 } } })), enabled: may("list_alarms") && query.isSuccess });
  // what was there stays readable while the line is cut
  if (query.isError && !query.data) {
    const gone = query.error instanceof ApiError && query.error.status === 404;
    return <Result status={gone ? "404" : "warning"} title={gone ? "没有这个监测点，或它不在您的管辖范围内" : sentence(query.error)} extra={<Link to="/monitoring">回到在线监测</Link>} />;
  }
  if (query.isPending) return <div className="centre"><Spin size="large" /></div>;
  const point = query.data;
  if (editing) return <PointForm point={point} onClose={() => setEditing(false)} />;
  const video = point.kind === "video";
  const value = (own: number | null | undefined) => (own === null || own === undefined ? null : measured(own, point.unit));
  const limits: [string, string | null][] = [
    ["高高限（二级）", value(point.high_high)],
    ["高限（一级）", value(point.high)],
    ["低限（一级）", value(point.low)],
    ["低低限（二级）", value(point.low_low)],
    ["回差", value(point.hysteresis)],
    ["报警延时", `${point.delay_s} 秒`],
    ["上传间隔", `${point.interval_s} 秒`],
    ["量程", point.range_low === null && point.range_high === null ? null : `${point.range_low ?? ""} 至 ${point.range_high ?? ""} ${point.unit}`],
    ["限值依据", point.basis ?? null],
  ];
  const open = (alarms.data?.items ?? []).find((own) => own.case.id === point.alarm);
  return (
    <>
      <div className="panel">
        <div className="page-head" style={{ marginBottom: 6 }}>
          <h1>{point.code}　{point.name}</h1>
          <StateTag point={point} />
          <span className="grow" />
          {may("update_monitor_point") && <Button onClick={() => setEditing(true)}>修改限值</Button>}
        </div>
        <div>
          <Link to={`/enterprises/${point.city}/${point.enterprise}?tab=monitoring`}>{point.enterprise_name}</Link>
          <span className="muted">　{[point.kind_label, point.place, point.hazard_unit].filter(Boolean).join("\u3000")}</span>
        </div>
        {video ? (
          <p style={{ marginBottom: 0 }}>视频地址 {point.link?.startsWith("http") ? <a href={point.link} target="_blank" rel="noreferrer">{point.link}</a> : <code>{point.link}</code>}</p>
        ) : (
          <div className="monitor-now">
            <b className={`number monitor-value ${point.state === "offline" ? "silent" : point.state}`}>{measured(point.last_value, point.unit)}</b>
            <span className="muted">{point.last_at ? `${instant(point.last_at)} 测得` : "还没有收到数据"}{point.state === "offline" && `，${instant(point.state_since)} 起离线`}</span>
            {query.isError && <span className="down" role="status">连接中断，正在重连，数值可能不是最新。</span>}
          </div>
        )}
        {open && (
          <div className="monitor-steps no-print">
            <Link to={open.case.link}><Button type="primary" danger={open.case.state === "raised"}>{open.case.state === "raised" ? "去确认报警" : "去处置报警"}</Button></Link>
          </div>
        )}
      </div>
      <div className="monitor-page">
        <div>
          {!video && <CurvePanel point={point} />}
          {!video && may("list_monitor_counts") && <Counts city={point.city} enterprise={point.enterprise} code={point.code} />}
        </div>
        <div>
          {!video && (
            <section className="panel">
              <h2>报警限值</h2>
              {[point.low_low, point.low, point.high, point.high_high].every((own) => own === null || own === undefined) && <p className="muted">没有设置限值，不会报警。请按设计文件填写。</p>}
              {limits.filter(([, text]) => text).map(([label, text]) => (
                <div key={label} className="field"><span className="muted">{label}</span><span className="number">{text}</span></div>
              ))}
            </section>
          )}
          {!video && may("list_alarms") && (
            <section className="panel">
              <h2>报警</h2>
              {alarms.isSuccess && alarms.data.items.length === 0 && <p className="muted" style={{ margin: 0 }}>没有报过警。</p>}
              {(alarms.data?.items ?? []).map((own) => <AlarmLine key={own.case.id} alarm={own} />)}
              {alarms.data?.next && <Link to={`/monitoring/alarms?point=${id}`}>全部报警</Link>}
            </section>
          )}
        </div>
      </div>
    </>
  );
}
