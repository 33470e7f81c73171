import { LineChart } from "echarts/charts";
import { GridComponent, MarkAreaComponent, MarkLineComponent, TooltipComponent } from "echarts/components";
import * as echarts from "echarts/core";
import { CanvasRenderer } from "echarts/renderers";
import dayjs from "dayjs";
import { useEffect, useRef } from "react";

import type { Schemas } from "../../api/client";
import { measured } from "./words";

echarts.use([LineChart, GridComponent, MarkAreaComponent, MarkLineComponent, TooltipComponent, CanvasRenderer]);

type Drawn = Schemas["MonitorCurve"];
type Limits = Pick<Schemas["MonitorPoint"], "low_low" | "low" | "high" | "high_high">;

const GRAINS: Record<string, string> = { reading: "每条监测值", minute: "每分钟", hour: "每小时", day: "每天" };

/** How far two moments may lie apart, in milliseconds, until the line between them is broken: where nothing came, nothing is drawn. */
const GAPS: Record<string, number> = { reading: 15 * 60_000, minute: 15 * 60_000, hour: 3 * 3_600_000, day: 2 * 86_400_000 };

type Spot = [number, number | null];

/** The moments as a line, broken where nothing came. */
export function broken(items: { at: string; low: number; high: number; mean: number }[], gap: number, value: (own: { low: number; high: number; mean: number }) => number): Spot[] {
  const spots: Spot[] = [];
  let last: number | null = null;
  for (const own of items) {
    const at = Date.parse(own.at);
    if (last !== null && at - last > gap) spots.push([last + 1, null]);
    spots.push([at, value(own)]);
    last = at;
  }
  return spots;
}

/** What a point measured, with its limits; beyond single readings also the lowest and the highest of each moment. `span` marks an alarm. */
export function Curve({ drawn, limits, unit, interval, span }: { drawn: Drawn; limits: Limits; unit: string; interval: number; span?: [string, string] | undefined }) {
  const place = useRef<HTMLDivElement>(null);
  const from = span?.[0];
  const to = span?.[1];
  const { low_low, low, high, high_high } = limits;
  useEffect(() => {
    const element = place.current;
    if (!element) return;
    const chart = echarts.init(element);
    const gap = Math.max(GAPS[drawn.grain] ?? 0, interval * 3_000);
    const band = drawn.grain !== "reading";
    const lines: [string, number | null | undefined, string][] = [["低低限", low_low, "#c0392b"], ["低限", low, "#d98200"], ["高限", high, "#d98200"], ["高高限", high_high, "#c0392b"]];
    const set = lines.filter((own): own is [string, number, string] => own[1] !== null && own[1] !== undefined);
    const values = drawn.items.flatMap((own) => [own.low, own.high]);
    // limits near the values are shown; one far away would press the curve flat
    const least = Math.min(...values);
    const most = Math.max(...values);
    const room = Math.max(most - least, Math.abs(most) * 0.1, 1);
    const near = set.filter(([, value]) => value <= most + room * 3 && value >= least - room * 3).map(([, value]) => value);
    const bounds = [least, most, ...near];
    const edge = (Math.max(...bounds) - Math.min(...bounds) || 1) * 0.08;
    const fit = (value: number) => Number(value.toPrecision(3));
    chart.setOption({
      animation: false,
      grid: { left: 8, right: 16, top: 32, bottom: 4, containLabel: true },
      tooltip: {
        trigger: "axis",
        confine: true,
        formatter: (spots: { value: Spot }[]) => {
          const at = spots[0]?.value[0];
          const own = drawn.items.find((item) => Date.parse(item.at) === at);
          if (!own) return "";
          const when = dayjs(own.at).format(drawn.grain === "reading" ? "MM-DD HH:mm:ss" : drawn.grain === "day" ? "YYYY-MM-DD" : "MM-DD HH:mm");
          return band ? `${when}<br/>平均 ${measured(own.mean, unit)}<br/>最低 ${measured(own.low, unit)}<br/>最高 ${measured(own.high, unit)}<br/>${own.number} 条` : `${when}<br/>${measured(own.mean, unit)}`;
        },
      },
      xAxis: { type: "time", min: Date.parse(drawn.from), max: Date.parse(drawn.to), axisLabel: { color: "#5c6675", hideOverlap: true, formatter: { day: "{MM}-{dd}", month: "{yyyy}-{MM}", year: "{yyyy}" } } },
      yAxis: { type: "value", name: unit, nameTextStyle: { color: "#5c6675", align: "left" }, ...(values.length > 0 ? { min: fit(Math.min(...bounds) - edge), max: fit(Math.max(...bounds) + edge) } : {}), axisLabel: { color: "#5c6675" }, splitLine: { lineStyle: { color: "#eceff3" } } },
      series: [
        {
          type: "line",
          name: "平均",
          z: 3,
          data: broken(drawn.items, gap, (own) => own.mean),
          showSymbol: drawn.items.length < 40,
          symbolSize: 4,
          lineStyle: { width: 1.6, color: "#1d4f91" },
          itemStyle: { color: "#1d4f91" },
          markLine: {
            silent: true,
            symbol: "none",
            data: set.map(([name, value, color]) => ({ name, yAxis: value, lineStyle: { color, type: "dashed" }, label: { formatter: `${name} ${value}`, position: "insideStartTop", color } })),
          },
          ...(from && to ? { markArea: { silent: true, itemStyle: { color: "rgba(192, 57, 43, 0.10)" }, data: [[{ xAxis: Date.parse(from) }, { xAxis: Date.parse(to) }]] } } : {}),
        },
        ...(band
          ? (["low", "high"] as const).map((side) => ({
              type: "line",
              name: side,
              data: broken(drawn.items, gap, (own) => own[side]),
              showSymbol: false,
              lineStyle: { width: 1, color: "#9dbbe0" },
            }))
          : []),
      ],
    });
    const watch = new ResizeObserver(() => chart.resize());
    watch.observe(element);
    return () => {
      watch.disconnect();
      chart.dispose();
    };
  }, [drawn, low_low, low, high, high_high, unit, interval, from, to]);
  const first = drawn.items[0];
  const last = drawn.items.at(-1);
  const said = first && last ? `${drawn.items.length} 个点，从 ${measured(first.mean, unit)} 到 ${measured(last.mean, unit)}` : "这段时间没有数据";
  return (
    <>
      <div ref={place} className="monitor-curve" role="img" aria-label={`监测曲线：${said}`} />
      <p className="muted" style={{ margin: "4px 0 0" }}>
        {drawn.items.length === 0 ? "这段时间没有收到数据。" : `${GRAINS[drawn.grain] ?? ""}一个点，共 ${drawn.items.length} 个${drawn.grain === "reading" ? "" : "；浅色线是其中的最低和最高值"}。`}
      </p>
    </>
  );
}
