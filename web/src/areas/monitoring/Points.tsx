import { Grid, Tag } from "antd";
import { Link } from "react-router";

import type { Schemas } from "../../api/client";
import { RecordTable } from "../../parts/RecordTable";
import { STATES, limits, measured, moment } from "./words";
import "../cases/cases.css";
import "./monitoring.css";

export type Point = Schemas["MonitorPoint"];

export const pointLink = (own: { city: string; id: string }) => `/monitoring/points/${own.city}/${own.id}`;

/** How a point stands, as a tag. */
export function StateTag({ point }: { point: Pick<Point, "kind" | "state" | "in_use"> }) {
  if (!point.in_use) return <Tag>已停用</Tag>;
  if (point.kind === "video") return <Tag color="blue">视频</Tag>;
  const own = STATES[point.state];
  return <Tag color={own?.[1] ?? "default"}>{own?.[0] ?? point.state}</Tag>;
}

/** The latest value, as it stands against the limits. */
function Value({ point }: { point: Point }) {
  if (point.kind === "video") return point.link?.startsWith("http") ? <a href={point.link} target="_blank" rel="noreferrer">打开视频</a> : <span className="muted">{point.link}</span>;
  const alarm = point.state === "level1" || point.state === "level2";
  return <b className={`number monitor-value${alarm ? ` ${point.state}` : point.state === "offline" ? " silent" : ""}`}>{measured(point.last_value, point.unit)}</b>;
}

/** Points with their latest values: a table, on a phone one card under the other. */
export function Points({ items, error = null, pending, empty, firm }: { items: Point[]; error?: unknown; pending: boolean; empty: string; firm: boolean }) {
  const wide = Grid.useBreakpoint().lg ?? true;
  if (!wide && error === null) {
    return (
      <div className="case-cards">
        {items.map((own) => (
          <Link key={own.id} to={pointLink(own)} className="panel case-card monitor-card">
            <span className="case-card-head"><b>{own.code}　{own.name}</b><StateTag point={own} /></span>
            <span className="case-card-head">
              {own.kind === "video" ? <span className="muted">{own.place}</span> : <Value point={own} />}
              <span className="muted number">{moment(own.last_at)}</span>
            </span>
            {limits(own) && <span className="muted">限值 {limits(own)}</span>}
            {firm && <span className="muted">{own.enterprise_name}</span>}
          </Link>
        ))}
        {items.length === 0 && !pending && <p className="muted">{empty}</p>}
      </div>
    );
  }
  return (
    <RecordTable<Point>
      error={error}
      loading={pending}
      dataSource={items}
      empty={empty}
      columns={[
        { key: "code", title: "位号", render: (_, own) => <Link to={pointLink(own)}>{own.code}</Link> },
        { key: "name", title: "监测点", render: (_, own) => <Link to={pointLink(own)}>{own.name}</Link> },
        { key: "state", title: "状态", render: (_, own) => <StateTag point={own} /> },
        { key: "value", title: "最新值", align: "right", render: (_, own) => <Value point={own} /> },
        { key: "at", title: "时间", render: (_, own) => <span className="number">{moment(own.last_at)}</span> },
        { key: "limits", title: "报警限值", render: (_, own) => <span className="muted">{limits(own) || (own.kind === "video" ? "" : "未设")}</span> },
        { key: "place", title: "位置", render: (_, own) => own.place },
        ...(firm ? [{ key: "enterprise", title: "企业", width: 230, render: (_: unknown, own: Point) => <Link to={`/enterprises/${own.city}/${own.enterprise}?tab=monitoring`}>{own.enterprise_name}</Link> }] : []),
      ]}
    />
  );
}
