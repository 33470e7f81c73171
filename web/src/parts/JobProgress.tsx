import { useQueryClient } from "@tanstack/react-query";
import { Alert, Button, Progress, Space } from "antd";
import { useEffect, useRef, useState } from "react";

import { ApiError, type Schemas, api, ask } from "../api/client";
import { count } from "./format";

/** A job as the server tells it. */
export type JobView = Schemas["JobView"];

/** Follows a job by server-sent events until its end. */
export function useJob(id: string | null, onEnd: (job: JobView) => void): JobView | null {
  const [job, setJob] = useState<JobView | null>(null);
  const end = useRef(onEnd);
  useEffect(() => {
    end.current = onEnd;
  });
  useEffect(() => {
    if (!id) return;
    const events = new EventSource(`/api/jobs/${id}/events`);
    events.addEventListener("progress", (event: MessageEvent<string>) => {
      const now = JSON.parse(event.data) as JobView;
      setJob(now);
      if (now.ended_at) {
        events.close();
        end.current(now);
      }
    });
    return () => events.close();
  }, [id]);
  return job && job.id === id ? job : null;
}

/** The progress of a job with what is left, and a button that stops it; `unit` is what it counts. */
export function JobProgress({ job, title, unit = "行" }: { job: JobView | null; title: string; unit?: string }) {
  const queries = useQueryClient();
  const [stopping, setStopping] = useState(false);
  if (job?.state === "failed") return <Alert type="error" showIcon title={`${title}没有完成`} description={job.message} />;
  if (job?.state === "cancelled") return <Alert type="warning" showIcon title={`${title}已取消，没有改动任何内容。`} />;
  const percent = job?.state === "done" ? 100 : job?.total ? Math.floor((job.done / Math.max(job.total, 1)) * 100) : undefined;
  const stop = () => {
    if (!job) return;
    setStopping(true);
    void ask(api.POST("/api/jobs/{id}/cancel", { params: { path: { id: job.id } } }))
      .catch((error: unknown) => {
        if (!(error instanceof ApiError)) throw error;
      })
      .finally(() => void queries.invalidateQueries({ queryKey: ["jobs"] }));
  };
  return (
    <div role="status" aria-live="polite">
      <Space style={{ width: "100%", justifyContent: "space-between" }}>
        <span>
          {title}：{job?.message ?? "等待处理"}
          {job && job.done > 0 ? ` ${count(job.done)}${job.total ? ` / ${count(job.total)}` : ""} ${unit}` : ""}
          {job?.remaining_s ? `，约剩 ${job.remaining_s} 秒` : ""}
        </span>
        {job?.state !== "done" && (
          <Button size="small" onClick={stop} loading={stopping}>
            取消
          </Button>
        )}
      </Space>
      <Progress percent={percent ?? 0} status={job?.state === "done" ? "success" : "active"} showInfo={percent !== undefined} />
    </div>
  );
}
