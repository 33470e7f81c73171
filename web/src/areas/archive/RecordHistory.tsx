import { useQuery } from "@tanstack/react-query";
import { Alert, Empty, Spin, Timeline } from "antd";

import { api, ask } from "../../api/client";
import { instant } from "../../parts/format";
import { sentence } from "../../parts/problem";
import type { JsonObject } from "../../parts/schema";
import { type ArchiveRecord, type Section, deed, differences } from "./words";

/** The steps of a record's life, the latest first: who, when, which field from what to what; `only` narrows them to one field. */
export function RecordHistory({ section, record, only }: { section: Section; record: ArchiveRecord; only?: string }) {
  const { city, id } = record;
  const steps = useQuery({
    queryKey: ["enterprise", city, record.enterprise, "record", id, "history"],
    queryFn: () => ask(api.GET("/api/records/{city}/{id}/history", { params: { path: { city, id } } })),
  });
  if (steps.isPending) return <Spin />;
  if (steps.isError) return <Alert type="error" showIcon title={sentence(steps.error)} />;
  const told = [...steps.data].reverse().map((step) => {
    const after = step.after as JsonObject;
    const made = step.action === "create";
    // what a record was made with is told only of the field that is asked for
    const moved = made && !only ? [] : differences(section, made ? {} : (step.before as JsonObject), after);
    return { step, after, moved: moved.filter((own) => !only || own.name === only) };
  });
  const shown = told.filter((own) => !only || own.moved.length > 0);
  if (shown.length === 0) return <Empty description="这一栏没有填写过。" />;
  return (
    <Timeline
      items={shown.map(({ step, after, moved }) => {
        return {
          key: step.at,
          content: (
            <>
              <div>
                <b>{deed({ action: step.action, after })}</b>　{step.actor}　<span className="muted">{instant(step.at)}</span>
                {step.reason && <div className="muted">{step.reason}</div>}
              </div>
              {moved.map((own) => (
                <div key={own.name}>
                  {own.label}：<span className="before">{own.before || "（空）"}</span> → <span className="after">{own.after || "（空）"}</span>
                </div>
              ))}
            </>
          ),
        };
      })}
    />
  );
}
