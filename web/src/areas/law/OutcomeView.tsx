/** A computed figure with its steps, as a clerk reads it and as it is printed for the file. */
import { Tag } from "antd";

import type { Json } from "../../parts/schema";
import { type Labels, labelOf, worded } from "./labels";

export interface Step {
  text: string;
  source?: string;
  row?: string;
  certainty?: "text" | "single" | "memory";
  note?: string;
}

const CERTAINTY: Record<string, { label: string; colour: string }> = {
  text: { label: "依据原文", colour: "green" },
  single: { label: "单一来源", colour: "gold" },
  memory: { label: "凭记忆，请核对", colour: "red" },
};

export function CertaintyTag({ certainty }: { certainty: string }) {
  const own = CERTAINTY[certainty];
  return own ? <Tag color={own.colour}>{own.label}</Tag> : null;
}

function rowsOf(value: Json): value is { [key: string]: Json }[] {
  return Array.isArray(value) && value.length > 0 && value.every((row) => typeof row === "object" && row !== null && !Array.isArray(row));
}

/** Any value in words: a figure, a table of named figures, a table of rows. */
export function ValueView({ value, labels, top = false }: { value: Json; labels: Labels; top?: boolean }) {
  if (rowsOf(value)) {
    const columns = [...new Set(value.flatMap((row) => Object.keys(row)))].filter((column) => value.some((row) => row[column] !== null && row[column] !== undefined));
    return (
      <div className="scroll">
        <table className="outcome-table">
          <thead>
            <tr>{columns.map((column) => <th key={column}>{labelOf(labels, column)}</th>)}</tr>
          </thead>
          <tbody>
            {value.map((row, at) => (
              <tr key={at}>
                {columns.map((column) => <td key={column}><ValueView value={row[column] ?? null} labels={labels} /></td>)}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    );
  }
  if (Array.isArray(value)) return value.length === 0 ? <span className="muted">无</span> : <ul style={{ margin: 0, paddingLeft: 18 }}>{value.map((item, at) => <li key={at}><ValueView value={item} labels={labels} /></li>)}</ul>;
  if (typeof value === "object" && value !== null) {
    return (
      <table className="outcome-table">
        <tbody>
          {Object.entries(value)
            .filter(([, own]) => own !== null)
            .map(([name, own]) => (
              <tr key={name}>
                <th>{labelOf(labels, name)}</th>
                <td><ValueView value={own} labels={labels} /></td>
              </tr>
            ))}
        </tbody>
      </table>
    );
  }
  return <span className={top ? "outcome" : "number"}>{worded(labels, value)}</span>;
}

export function Steps({ steps }: { steps: Step[] }) {
  return (
    <ol className="steps">
      {steps.map((step, at) => (
        <li key={at}>
          {step.text}
          {(step.source || step.note) && (
            <small>
              {step.source && <>依据：{step.source}</>}
              {step.row && <>（{step.row}）</>} {step.certainty && step.certainty !== "text" && <CertaintyTag certainty={step.certainty} />}
              {step.note && <span>{step.note}</span>}
            </small>
          )}
        </li>
      ))}
    </ol>
  );
}
