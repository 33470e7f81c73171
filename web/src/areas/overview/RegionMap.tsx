import { useQuery } from "@tanstack/react-query";
import { Checkbox, Empty } from "antd";
import { useEffect, useRef, useState } from "react";
import { Link, useNavigate } from "react-router";

import { type Schemas, api, ask } from "../../api/client";
import { useMay } from "../../app/session";
import { address } from "../../parts/filters";
import { count } from "../../parts/format";
import { asQuery } from "../enterprise/use";
import { GRADES } from "../hazard/words";
import { RegionBlocks, type Shaded } from "./RegionBlocks";
import { TEXT, echarts, useShape, within as outlinesOf } from "./outlines";

/**
 * A map of a city's counties with its enterprises. Outlines there are of counties only: within one its towns are blocks by size below the
 * outline, a town is its enterprises in the outline of its county, and where there is no outline blocks are all there is.
 */
export function RegionMap(props: { region: string; values: Shaded[]; label: string; onOpen: (code: string) => void; filters: Record<string, string> }) {
  const { region, values, label, onOpen, filters } = props;
  const place = useRef<HTMLDivElement>(null);
  const navigate = useNavigate();
  const shape = useShape(region.slice(0, 4));
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
  const within = outlinesOf(shape.data, region);
  const outlined = within.length > 0;
  const town = region.length > 6;
  // shaded by their numbers are the counties of a city; of one county there would be nothing to compare
  const counties = region.length === 4;
  useEffect(() => {
    const element = place.current;
    if (!element || !outlined) return;
    const chart = echarts.init(element);
    const name = `outline-${region}`;
    echarts.registerMap(name, { type: "FeatureCollection", features: within } as never);
    const own = within.map((feature) => {
      const found = values.find((value) => value.code === feature.properties.code);
      return { name: feature.properties.name ?? "", value: found?.value ?? 0, code: feature.properties.code };
    });
    const spots = (points.data?.points ?? []).map((point) => ({ value: [point.lon, point.lat, point.count], point }));
    // of a town only its county has an outline: the map begins where its enterprises are
    const middle = (of: "lon" | "lat") => (points.data?.points ?? []).reduce((sum, point) => sum + point[of], 0) / spots.length;
    const near = town && spots.length > 0 ? { center: [middle("lon"), middle("lat")], zoom: 3 } : {};
    const units = sources ? known.map((unit) => ({ value: [unit.longitude, unit.latitude], unit })) : [];
    chart.setOption({
      tooltip: {
        trigger: "item",
        formatter: (item: { seriesType?: string; name: string; value: unknown; data?: { point?: Schemas["Point"]; unit?: Schemas["HazardPoint"] } }) => {
          const { point, unit } = item.data ?? {};
          if (unit) return `${GRADES[unit.grade ?? 0]?.[0] ?? "未分级"}重大危险源 ${echarts.format.encodeHTML(unit.name)}<br/>${echarts.format.encodeHTML(unit.enterprise_name)}${unit.filed ? "" : "（未备案）"}`;
          if (point) return echarts.format.encodeHTML(point.name ?? `${count(point.count)} 家企业`);
          return counties ? `${item.name}<br/>${label} ${count(Number(item.value ?? 0))}` : item.name;
        },
      },
      visualMap: { show: counties, min: 0, max: Math.max(1, ...own.map((value) => value.value)), inRange: { color: ["#eef4fb", "#8fb5e0", "#1d4f91"] }, seriesIndex: 0, calculable: false, left: 8, bottom: 8, itemHeight: 70, textStyle: TEXT },
      geo: { map: name, roam: true, scaleLimit: { min: 1, max: 12 }, ...near, label: { show: false }, itemStyle: counties ? { borderColor: "#fff", borderWidth: 1.5 } : { areaColor: "#eef4fb", borderColor: "#8fb5e0", borderWidth: 1.5 }, emphasis: counties ? { itemStyle: { areaColor: "#f6c667" } } : { disabled: true } },
      series: [
        { type: "map", geoIndex: 0, data: counties ? own : [] },
        {
          type: "scatter",
          coordinateSystem: "geo",
          silent: true,
          symbolSize: 0.1,
          z: 9,
          data: counties ? within.map((feature) => ({ name: feature.properties.name, value: feature.properties.cp })) : [],
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
      {outlined && <div ref={place} className="map" role="img" aria-label={`${label}分布图`} />}
      {outlined && !counties && <p className="muted" style={{ fontSize: 13, margin: "4px 0 0" }}>{town ? "外框是所在区县，圆点是这个镇街的企业。" : "外框是本区县，圆点是企业；各镇街没有边界图，见下方的方块图，面积和深浅表示数量。"}</p>}
      {shape.isSuccess && !(outlined && counties) && values.length > 0 && <div style={{ marginTop: 8 }}><RegionBlocks values={values} label={label} /></div>}
      {shape.isSuccess && !outlined && values.length === 0 && <Empty image={Empty.PRESENTED_IMAGE_SIMPLE} description="这里没有边界图，下面也没有再分的地区；企业见左上方的数字。" />}
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
