import { useQuery } from "@tanstack/react-query";
import { LineChart } from "echarts/charts";
import { GridComponent, TooltipComponent } from "echarts/components";
import * as echarts from "echarts/core";
import { CanvasRenderer } from "echarts/renderers";
import { useEffect, useRef } from "react";

import { type Schemas, api, ask } from "../../api/client";

type Period = Schemas["IndicatorPeriod"];

echarts.use([LineChart, GridComponent, TooltipComponent, CanvasRenderer]);

/** Where a month stands on the line; nothing where nothing was asked for. */
export function height(unit: Schemas["IndicatorUnit"], period: Pick<Period, "numerator" | "denominator">): number | null {
  if (unit === "number") return period.numerator;
  return period.denominator === 0 ? null : (period.numerator / period.denominator) * 100;
}

/** What an indicator of a division was month by month. */
export function Trend({ code, label, unit, region }: { code: string; label: string; unit: Schemas["IndicatorUnit"]; region: string }) {
  const periods = useQuery({
    queryKey: ["indicators", "periods", code, region],
    queryFn: () => ask(api.GET("/api/indicators/{code}/periods", { params: { path: { code }, query: { region } } })),
    retry: false,
  });
  const months = periods.data ?? [];
  if (periods.isPending) return <p className="muted trend-none">正在读取各月数值…</p>;
  // a number of the whole division is not shown to who sees only a part of it
  if (periods.isError) return <p className="muted trend-none">各月数值只对负责整个辖区的人员显示。</p>;
  if (months.length < 2) return <p className="muted trend-none">从本月起逐月记录，下月起可看走势。</p>;
  return <Line label={label} unit={unit} months={months} />;
}

function Line({ label, unit, months }: { label: string; unit: Schemas["IndicatorUnit"]; months: Period[] }) {
  const place = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const element = place.current;
    if (!element) return;
    const chart = echarts.init(element);
    chart.setOption({
      animation: false,
      grid: { left: 4, right: 10, top: 8, bottom: 20 },
      tooltip: {
        trigger: "axis",
        confine: true,
        formatter: (items: { dataIndex: number }[]) => {
          const month = months[items[0]?.dataIndex ?? -1];
          return month ? `${month.period}${month.frozen ? "" : "（本月至今）"}<br/>${label} ${month.value}` : "";
        },
      },
      xAxis: {
        type: "category",
        boundaryGap: false,
        data: months.map((month) => month.period),
        axisTick: { show: false },
        axisLine: { lineStyle: { color: "#d5dbe3" } },
        axisLabel: { color: "#5c6675", fontSize: 11, interval: months.length - 2, showMinLabel: true, showMaxLabel: true, alignMinLabel: "left", alignMaxLabel: "right" },
      },
      yAxis: { type: "value", show: false, min: 0, ...(unit === "percent" ? { max: 100 } : {}) },
      series: [{ type: "line", data: months.map((month) => height(unit, month)), symbolSize: 5, lineStyle: { width: 2, color: "#1d4f91" }, itemStyle: { color: "#1d4f91" }, areaStyle: { color: "#eef4fb" } }],
    });
    const watch = new ResizeObserver(() => chart.resize());
    watch.observe(element);
    return () => {
      watch.disconnect();
      chart.dispose();
    };
  }, [label, unit, months]);
  const said = months.map((month) => `${month.period} ${month.value}`).join("，");
  return <div ref={place} className="trend" role="img" aria-label={`${label}各月：${said}`} />;
}
