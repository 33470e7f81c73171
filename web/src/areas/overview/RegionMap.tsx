import { useQuery } from "@tanstack/react-query";
import { MapChart, ScatterChart, TreemapChart } from "echarts/charts";
import { GeoComponent, TooltipComponent, VisualMapComponent } from "echarts/components";
import * as echarts from "echarts/core";
import { CanvasRenderer } from "echarts/renderers";
import { Checkbox } from "antd";
import { useEffect, useRef, useState } from "react";
import { Link, useNavigate } from "react-router";

import { type Schemas, api, ask } from "../../api/client";
import { useMay } from "../../app/session";
import { address } from "../../parts/filters";
import { count } from "../../parts/format";
import { asQuery } from "../enterprise/use";
import { GRADES } from "../hazard/words";

echarts.use([MapChart, ScatterChart, TreemapChart, GeoComponent, TooltipComponent, VisualMapComponent, CanvasRenderer]);

interface Shaded {
  code: string;
  name: string;
  value: number;
}

interface Shape {
  type: "FeatureCollection";
  features: { properties: { code?: string; name?: string; cp?: number[] }; geometry: unknown }[];
}

async function readShape(city: string): Promise<Shape | null> {
  const answer = await fetch(`/outlines/${city}.json`);
  return answer.ok ? ((await answer.json()) as Shape) : null;
}

const TEXT = { color: "#1b2533", fontSize: 12, textBorderColor: "#fff", textBorderWidth: 2 };

/** A map of a city's counties, or of one of them with its enterprises; blocks by size where there is no outline. */
export function RegionMap(props: { region: string; values: Shaded[]; label: string; onOpen: (code: string) => void; filters: Record<string, string> }) {
  const { region, values, label, onOpen, filters } = props;
  const place = useRef<HTMLDivElement>(null);
  const navigate = useNavigate();
  const shape = useQuery({ queryKey: ["outline", region.slice(0, 4)], queryFn: () => readShape(region.slice(0, 4)), staleTime: Infinity });
  const query = { ...filters, region, cells: region.length === 4 ? "40" : "120" };
  const points = useQuery({
    queryKey: ["enterprises", "points", query],
    queryFn: () => ask(api.GET("/api/enterprises/points", { params: { query: asQuery(query) } })),
  });
  const may = useMay();
  const [sources, setSources] = useState(true);
  const hazards = useQuery({
    queryKey: ["hazards", "points", region],
    queryFn: () => ask(api.GET("/api/hazard-sources/points", { params: { query: { region, major: "yes" } } })),
    enabled: may("list_hazard_points"),
  });
  const known = hazards.data?.points ?? [];
  const within = shape.data?.features.filter((feature) => feature.properties.code?.startsWith(region.slice(0, 6)) ?? false) ?? [];
  const outlined = within.length > 0 && region.length <= 6;
  useEffect(() => {
    const element = place.current;
    if (!element || shape.isPending) return;
    const chart = echarts.init(element);
    const most = Math.max(1, ...values.map((own) => own.value));
    if (outlined) {
      const name = `outline-${region}`;
      echarts.registerMap(name, { type: "FeatureCollection", features: within } as never);
      const own = within.map((feature) => {
        const found = values.find((value) => value.code === feature.properties.code);
        const sum = region.length === 4 ? (found?.value ?? 0) : values.reduce((all, value) => all + value.value, 0);
        return { name: feature.properties.name ?? "", value: sum, code: feature.properties.code };
      });
      const spots = (points.data?.points ?? []).map((point) => ({ value: [point.lon, point.lat, point.count], point }));
      const units = sources ? known.map((unit) => ({ value: [unit.longitude, unit.latitude], unit })) : [];
      chart.setOption({
        tooltip: {
          trigger: "item",
          formatter: (item: { seriesType?: string; name: string; value: unknown; data?: { point?: Schemas["Point"]; unit?: Schemas["HazardPoint"] } }) => {
            const { point, unit } = item.data ?? {};
            if (unit) return `${GRADES[unit.grade ?? 0]?.[0] ?? "未分级"}重大危险源 ${echarts.format.encodeHTML(unit.name)}<br/>${echarts.format.encodeHTML(unit.enterprise_name)}${unit.filed ? "" : "（未备案）"}`;
            if (point) return point.name ?? `${count(point.count)} 家企业`;
            return `${item.name}<br/>${label} ${count(Number(item.value ?? 0))}`;
          },
        },
        visualMap: { min: 0, max: Math.max(most, ...own.map((value) => value.value)), inRange: { color: ["#eef4fb", "#8fb5e0", "#1d4f91"] }, seriesIndex: 0, calculable: false, left: 8, bottom: 8, itemHeight: 70, textStyle: TEXT },
        geo: { map: name, roam: true, scaleLimit: { min: 1, max: 12 }, label: { show: false }, itemStyle: { borderColor: "#fff", borderWidth: 1.5 }, emphasis: { itemStyle: { areaColor: "#f6c667" } } },
        series: [
          { type: "map", geoIndex: 0, data: own },
          {
            type: "scatter",
            coordinateSystem: "geo",
            silent: true,
            symbolSize: 0.1,
            z: 9,
            data: region.length === 4 ? within.map((feature) => ({ name: feature.properties.name, value: feature.properties.cp })) : [],
            label: { show: true, formatter: "{b}", ...TEXT },
          },
          {
            type: "scatter",
            coordinateSystem: "geo",
            data: spots,
            symbolSize: (value: number[]) => Math.min(16, 3 + Math.sqrt(value[2] ?? 1)),
            itemStyle: { color: "rgba(214, 104, 24, .6)", borderColor: "#fff", borderWidth: 0.5 },
          },
          {
            type: "scatter",
            coordinateSystem: "geo",
            symbol: "triangle",
            z: 10,
            data: units,
            symbolSize: (_: number[], item: { data?: unknown }) => 20 - 2 * ((item.data as { unit?: Schemas["HazardPoint"] } | undefined)?.unit?.grade ?? 4),
            itemStyle: { color: "#c0392b", borderColor: "#fff", borderWidth: 1 },
          },
        ],
      });
    } else {
      chart.setOption({
        tooltip: { formatter: (item: { name: string; value: number }) => `${item.name}<br/>${label} ${count(item.value)}` },
        series: [
          {
            type: "treemap",
            roam: false,
            nodeClick: false,
            breadcrumb: { show: false },
            width: "100%",
            height: "100%",
            label: { fontSize: 13, formatter: "{b}\n{c}" },
            itemStyle: { borderColor: "#fff", gapWidth: 2 },
            data: values.filter((value) => value.value > 0).map((value) => ({ ...value, itemStyle: { color: `hsl(213 ${30 + (value.value / most) * 35}% ${74 - (value.value / most) * 40}%)` } })),
          },
        ],
      });
    }
    chart.on("click", (item) => {
      const data = item.data as { code?: string; point?: Schemas["Point"]; unit?: Schemas["HazardPoint"] } | undefined;
      if (data?.unit) void navigate(`/hazards/${data.unit.city}/${data.unit.id}`);
      else if (data?.point?.id) void navigate(`/enterprises/${data.point.city ?? ""}/${data.point.id}`);
      else if (data?.code && data.code !== region) onOpen(data.code);
    });
    const resize = new ResizeObserver(() => chart.resize());
    resize.observe(element);
    return () => {
      resize.disconnect();
      chart.dispose();
    };
  });
  const without = points.data?.without ?? 0;
  return (
    <>
      <div ref={place} className="map" role="img" aria-label={`${label}分布图`} />
      {outlined && known.length > 0 && (
        <div style={{ marginTop: 6 }}>
          <Checkbox checked={sources} onChange={(event) => setSources(event.target.checked)}>
            <span className="down">▲</span> 显示重大危险源
          </Checkbox>
          <Link to={address("/hazards", { region, major: "yes" })}>{count(known.length)} 处{hazards.data?.more ? "以上" : ""}</Link>
          {(hazards.data?.without ?? 0) > 0 && <span className="muted">，另有 {count(hazards.data?.without)} 处没有坐标</span>}
        </div>
      )}
      {without > 0 && (
        <div className="muted" style={{ fontSize: 13, marginTop: 6 }}>
          另有 <Link to={address("/enterprises", { ...filters, region, located: "no" })}>{count(without)} 家</Link>没有坐标，未显示在图上。
        </div>
      )}
    </>
  );
}
