import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { Alert, Button, DatePicker, Segmented, Spin } from "antd";
import dayjs, { type Dayjs } from "dayjs";
import { useState } from "react";
import { useSearchParams } from "react-router";

import { api, ask } from "../../api/client";
import { sentence } from "../../parts/problem";
import { Curve } from "./Curve";
import type { Point } from "./Points";

/** Spans that end now: hours. */
const SPANS: Record<string, [string, number]> = {
  "1h": ["1 小时", 1],
  "24h": ["24 小时", 24],
  "7d": ["7 天", 7 * 24],
  "30d": ["30 天", 30 * 24],
  "1y": ["1 年", 366 * 24],
};

/** What a point measured over a span that a person chooses; the span stands in the address. */
export function CurvePanel({ point }: { point: Point }) {
  const [params, setParams] = useSearchParams();
  const from = params.get("from");
  const to = params.get("to");
  const span = from && to ? null : SPANS[params.get("span") ?? ""] ? (params.get("span") ?? "24h") : "24h";
  const [picking, setPicking] = useState(false);
  const curve = useQuery({
    queryKey: ["monitoring", "curve", point.id, span, from, to],
    queryFn: () => {
      const end = span ? dayjs() : dayjs(to);
      const begin = span ? end.subtract(SPANS[span]?.[1] ?? 24, "hour") : dayjs(from);
      return ask(api.GET("/api/monitoring/points/{city}/{id}/curve", { params: { path: { city: point.city, id: point.id }, query: { from: begin.toISOString(), to: end.toISOString() } } }));
    },
    placeholderData: keepPreviousData,
    // what ends now goes on
    refetchInterval: span === "1h" ? 10_000 : span ? 60_000 : false,
  });
  const custom = span === null || picking;
  return (
    <section className="panel">
      <div className="page-head">
        <h2 style={{ margin: 0, fontSize: 15 }}>监测曲线</h2>
        <span className="grow" />
        <Segmented
          value={custom ? "own" : (span ?? "24h")}
          options={[...Object.entries(SPANS).map(([value, [label]]) => ({ value, label })), { value: "own", label: "自选" }]}
          onChange={(value) => {
            setPicking(value === "own");
            if (value !== "own") setParams(value === "24h" ? {} : { span: String(value) });
          }}
        />
      </div>
      {custom && (
        <div className="bar">
          <DatePicker.RangePicker
            showTime={{ format: "HH:mm" }}
            format="YYYY-MM-DD HH:mm"
            value={from && to ? [dayjs(from), dayjs(to)] : null}
            disabledDate={(day: Dayjs) => day.isAfter(dayjs())}
            onChange={(days) => {
              const [begin, end] = days ?? [];
              if (begin && end) setParams({ from: begin.toISOString(), to: end.toISOString() });
            }}
          />
          {curve.isFetching && <Spin size="small" />}
        </div>
      )}
      {curve.isError && <Alert type="error" showIcon title={sentence(curve.error)} action={<Button size="small" onClick={() => void curve.refetch()}>重试</Button>} />}
      {curve.isPending && <div className="monitor-curve centre" style={{ minHeight: 0 }}><Spin /></div>}
      {curve.data && <Curve drawn={curve.data} limits={point} unit={point.unit} interval={point.interval_s} />}
    </section>
  );
}
