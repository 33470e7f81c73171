import { useQuery } from "@tanstack/react-query";
import { Alert, Empty, Spin, Timeline } from "antd";

import { api, ask } from "../../api/client";
import { instant, show } from "../../parts/format";
import { sentence } from "../../parts/problem";
import type { Field } from "./use";

const ACTIONS: Record<string, string> = { create: "建立档案", update: "修改", delete: "删除" };

/** The steps of a record's life with what was before and after; `only` narrows them to one field. */
export function History({ city, id, fields, only }: { city: string; id: string; fields: Field[]; only?: string }) {
  const steps = useQuery({
    queryKey: ["enterprise", city, id, "history"],
    queryFn: () => ask(api.GET("/api/enterprises/{city}/{id}/history", { params: { path: { city, id } } })),
  });
  if (steps.isPending) return <Spin />;
  if (steps.isError) return <Alert type="error" showIcon title={sentence(steps.error)} />;
  const label = new Map(fields.map((field) => [field.name, field]));
  const shown = [...steps.data].reverse().filter((step) => !only || only in step.after || only in step.before);
  if (shown.length === 0) return <Empty description="这一栏没有修改过。" />;
  return (
    <Timeline
      items={shown.map((step) => {
        const before = step.before as Record<string, unknown>;
        const after = step.after as Record<string, unknown>;
        const names = step.action === "create" && !only ? [] : Object.keys(after).filter((name) => label.has(name) && (!only || name === only));
        return {
          key: step.at,
          content: (
            <>
              <div>
                <b>{ACTIONS[step.action] ?? step.action}</b>　{step.actor}　<span className="muted">{instant(step.at)}</span>
                {step.reason && <span className="muted">　原因：{step.reason}</span>}
              </div>
              {names.map((name) => {
                const field = label.get(name);
                return (
                  field && (
                    <div key={name}>
                      {field.label}：<span className="before">{show(field, before[name]) || "（空）"}</span> → <span className="after">{show(field, after[name]) || "（空）"}</span>
                    </div>
                  )
                );
              })}
            </>
          ),
        };
      })}
    />
  );
}
