import { useQuery } from "@tanstack/react-query";
import { Alert, Tag } from "antd";
import dayjs from "dayjs";

import { api, ask } from "../../api/client";
import { count, instant } from "../../parts/format";
import { sentence } from "../../parts/problem";
import { ADVICE } from "./words";

/** What is kept although it is counted. */
const KEPT = ["late", "disordered"];

/** The time of a reading as it was sent: by the clock here where it is one, else as it was. */
function sentAt(text: string): string {
  const at = dayjs(text);
  return text !== "" && at.isValid() ? at.format("MM-DD HH:mm:ss") : text || "（空）";
}

/** What of the readings of an enterprise, or of one of its points, was not taken in the last seven days, why, and what to do. */
export function Counts({ city, enterprise, code }: { city: string; enterprise: string; code?: string }) {
  const counts = useQuery({
    queryKey: ["monitoring", "counts", enterprise, code],
    queryFn: () => ask(api.GET("/api/enterprises/{city}/{id}/monitor-counts", { params: { path: { city, id: enterprise }, query: code ? { code } : {} } })),
  });
  const rows = counts.data ?? [];
  return (
    <section className="panel" aria-label="未收和异常的数据">
      <h2>近 7 天未收和异常的数据</h2>
      {counts.isError && <Alert type="error" showIcon title={sentence(counts.error)} />}
      {counts.isSuccess && rows.length === 0 && <p className="muted" style={{ margin: 0 }}>没有。上传的数据都已正常保存。</p>}
      <div className="monitor-counts">
        {rows.slice(0, 30).map((own) => (
          <div key={`${own.day}${own.code}${own.outcome}`}>
            <span className="number">{own.day}</span>　{!code && <b>{own.code || (own.outcome === "absurd" ? "无法识别的报文" : "其他未登记的位号")}　</b>}
            <Tag color={KEPT.includes(own.outcome) ? "gold" : "red"}>{own.outcome_label}</Tag>
            <b className="number" style={{ marginLeft: 8 }}>{count(own.number)}</b> 条
            <span className="muted">，最近一条：时间 {sentAt(own.last_at)}，数值 {own.last_value || "（空）"}，{instant(own.seen_at)} 收到</span>
            <div className="muted">{ADVICE[own.outcome]}</div>
          </div>
        ))}
      </div>
      {rows.length > 30 && <p className="muted">另有 {rows.length - 30} 项。请先处理以上问题。</p>}
    </section>
  );
}
