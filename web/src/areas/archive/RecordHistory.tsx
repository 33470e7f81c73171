import { useQuery } from "@tanstack/react-query";
import { Alert, Spin, Timeline } from "antd";

import { api, ask } from "../../api/client";
import { instant } from "../../parts/format";
import { sentence } from "../../parts/problem";
import type { JsonObject } from "../../parts/schema";
import { type ArchiveRecord, type Section, deed, differences } from "./words";

/** The steps of a record's life, the latest first: who, when, which field from what to what. */
export function RecordHistory({ section, record }: { section: Section; record: ArchiveRecord }) {
  const { city, id } = record;
  const steps = useQuery({
    queryKey: ["enterprise", city, record.enterprise, "record", id, "history"],
    queryFn: () => ask(api.GET("/api/records/{city}/{id}/history", { params: { path: { city, id } } })),
  });
  if (steps.isPending) return <Spin />;
  if (steps.isError) return <Alert type="error" showIcon title={sentence(steps.error)} />;
  return (
    <Timeline
      items={[...steps.data].reverse().map((step) => {
        const after = step.after as JsonObject;
        return {
          key: step.at,
          content: (
            <>
              <div>
                <b>{deed({ action: step.action, after })}</b>　{step.actor}　<span className="muted">{instant(step.at)}</span>
                {step.reason && <div className="muted">{step.reason}</div>}
              </div>
              {step.action !== "create" &&
                differences(section, step.before as JsonObject, after).map((own) => (
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
