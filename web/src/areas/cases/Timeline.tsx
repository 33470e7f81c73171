import { Alert, Empty, Spin, Timeline as Line } from "antd";
import type { ReactNode } from "react";

import type { Schemas } from "../../api/client";
import { instant } from "../../parts/format";
import { sentence } from "../../parts/problem";

type Step = Schemas["CaseEventView"];

/** The steps of cases as a story, in the order they come. */
export function Timeline<T extends Step>({ steps, pending, error, head }: { steps: T[]; pending: boolean; error: unknown; head?: (step: T) => ReactNode }) {
  if (pending) return <Spin />;
  if (error) return <Alert type="error" showIcon title={sentence(error)} />;
  if (steps.length === 0) return <Empty description="还没有办理经过。" />;
  return (
    <Line
      items={steps.map((step) => ({
        key: `${step.case}-${step.seq}`,
        color: step.action === "escalate" || step.action === "remind" ? "red" : "blue",
        content: (
          <div className="case-step">
            {head?.(step)}
            <b>{step.label}</b>
            {step.from_label !== step.to_label && <span className="muted">　→ {step.to_label}</span>}
            <div className="muted">
              {step.actor_name}
              {step.on_behalf_name && `（代理${step.on_behalf_name}）`} {instant(step.at)}
              {step.due_on && ` 期限 ${step.due_on}`}
            </div>
            {step.reason && <div>{step.reason}</div>}
            {step.fields.map((own) => (
              <div key={own.pointer}>
                {own.pointer}：{own.reason}
              </div>
            ))}
          </div>
        ),
      }))}
    />
  );
}
