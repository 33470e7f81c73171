import { useQuery } from "@tanstack/react-query";
import { Button } from "antd";
import { useEffect, useRef } from "react";
import { useNavigate } from "react-router";

import { type Row, type Schemas, api, ask } from "../../api/client";
import { useMay } from "../../app/session";
import { count } from "../../parts/format";
import { TEXT, echarts, useShape, within } from "../overview/outlines";
import { asQuery } from "./use";

type Point = Schemas["Point"];

/** A square around a place, where there is no outline: it keeps the points to scale. */
function square(points: [number, number][]) {
  const of = (at: 0 | 1) => points.map((point) => point[at]);
  const middle = (at: 0 | 1) => (Math.min(...of(at)) + Math.max(...of(at))) / 2;
  const reach = Math.max(0.01, ...([0, 1] as const).map((at) => Math.max(...of(at)) - middle(at))) * 1.15;
  const [x, y] = [middle(0), middle(1)];
  const corners = [[-1, -1], [1, -1], [1, 1], [-1, 1], [-1, -1]].map(([a = 0, b = 0]) => [x + a * reach, y + b * reach]);
  return { properties: { name: "" }, geometry: { type: "Polygon", coordinates: [corners] }, type: "Feature" };
}

/** Where an enterprise lies in its county, with the others of its town; without a place, the way to the form that gives it one. */
export default function EnterpriseMap({ record, onMend }: { record: Row; onMend: (() => void) | null }) {
  const { longitude, latitude } = record as { longitude?: number | null; latitude?: number | null };
  if (typeof longitude === "number" && typeof latitude === "number") return <Placed record={record} at={[longitude, latitude]} onMend={onMend} />;
  return (
    <p className="muted" style={{ margin: "8px 0 0" }}>
      还没有坐标，不能在地图上显示。{onMend && <Button type="link" size="small" style={{ padding: 0 }} onClick={onMend}>填写经度、纬度</Button>}
    </p>
  );
}

function Placed({ record, at, onMend }: { record: Row; at: [number, number]; onMend: (() => void) | null }) {
  const place = useRef<HTMLDivElement>(null);
  const navigate = useNavigate();
  const may = useMay();
  const [longitude, latitude] = at;
  const town = record.town;
  const shape = useShape(town.slice(0, 4));
  // the others of a town of which the certain part is too short would be those of a whole city
  const query = { region: town, cells: "400" };
  const near = useQuery({
    queryKey: ["enterprises", "points", query],
    queryFn: () => ask(api.GET("/api/enterprises/points", { params: { query: asQuery(query) } })),
    enabled: town.length >= 9 && may("list_enterprise_points"),
  });
  const others = near.data?.points.filter((point) => point.id !== record.id) ?? [];
  const county = town.length >= 6 ? within(shape.data, town) : [];
  const outlined = county.length > 0;
  const name = String(record["name"]);
  useEffect(() => {
    const element = place.current;
    if (!element || shape.isPending) return;
    const chart = echarts.init(element);
    const key = outlined ? `outline-${town.slice(0, 6)}` : `square-${record.id}`;
    const features = outlined ? county : [square([[longitude, latitude], ...others.map((point): [number, number] => [point.lon, point.lat])])];
    echarts.registerMap(key, { type: "FeatureCollection", features } as never);
    chart.setOption({
      tooltip: {
        trigger: "item",
        formatter: (item: { name: string; data?: { point?: Point } }) => {
          const point = item.data?.point;
          return echarts.format.encodeHTML(point ? (point.name ?? `${count(point.count)} 家企业`) : item.name);
        },
      },
      geo: { map: key, roam: true, scaleLimit: { min: 1, max: 40 }, label: { show: false }, itemStyle: { areaColor: outlined ? "#eef4fb" : "#f7f9fc", borderColor: "#8fb5e0", borderWidth: 1 }, emphasis: { disabled: true }, tooltip: { show: false } },
      series: [
        {
          type: "scatter",
          coordinateSystem: "geo",
          data: others.map((point) => ({ value: [point.lon, point.lat, point.count], point })),
          symbolSize: (value: number[]) => Math.min(14, 5 + Math.sqrt(value[2] ?? 1)),
          itemStyle: { color: "rgba(29, 79, 145, .45)", borderColor: "#fff", borderWidth: 0.5 },
        },
        {
          type: "scatter",
          coordinateSystem: "geo",
          z: 10,
          symbol: "pin",
          symbolSize: 34,
          data: [{ name, value: [longitude, latitude] }],
          itemStyle: { color: "#c0392b", borderColor: "#fff", borderWidth: 1 },
          label: { show: true, position: "top", formatter: "{b}", ...TEXT },
        },
      ],
    });
    chart.on("click", (item) => {
      const point = (item.data as { point?: Point } | undefined)?.point;
      if (point?.id) void navigate(`/enterprises/${point.city ?? ""}/${point.id}`);
    });
    const resize = new ResizeObserver(() => chart.resize());
    resize.observe(element);
    return () => {
      resize.disconnect();
      chart.dispose();
    };
  });
  const countyName = county[0]?.properties.name;
  return (
    <>
      <div ref={place} className="map small" role="img" aria-label={`${name}的位置`} />
      <p className="muted" style={{ margin: "4px 0 0", fontSize: 13 }}>
        坐标 {longitude}, {latitude}（WGS 84）。
        {outlined ? `红标是这家企业，外框是${countyName ?? "所在区县"}` : "没有所在区县的边界图，按坐标示意，上北下南"}
        {others.length > 0 && "，蓝点是同一镇街的其他企业，点开看档案"}。可以拖动、缩放。
        {onMend && <Button type="link" size="small" className="no-print" style={{ padding: 0 }} onClick={onMend}>位置不对</Button>}
      </p>
    </>
  );
}
