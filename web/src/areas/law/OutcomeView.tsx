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
export function ValueView({ value, labels, top = false, name = "" }: { value: Json; labels: Labels; top?: boolean; name?: string }) {
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
                {columns.map((column) => <td key={column}><ValueView value={row[column] ?? null} labels={labels} name={column} /></td>)}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    );
  }
  if (Array.isArray(value)) return value.length === 0 ? <span className="muted">无</span> : <ul style={{ margin: 0, paddingLeft: 18 }}>{value.map((item, at) => <li key={at}><ValueView value={item} labels={labels} /></li>)}</ul>;
  if (typeof value === "object" && value !== null) {
    const entries = Object.entries(value).filter(([, own]) => own !== null);
    // lists of rows stand below the single figures, over the whole width
    const below = entries.filter(([, own]) => top && rowsOf(own));
    return (
      <>
        <table className="outcome-table">
          <tbody>
            {entries
              .filter((entry) => !below.includes(entry))
              .map(([key, own]) => (
                <tr key={key}>
                  <th>{labelOf(labels, key)}</th>
                  <td><ValueView value={own} labels={labels} name={key} /></td>
                </tr>
              ))}
          </tbody>
        </table>
        {below.map(([key, own]) => (
          <div key={key} style={{ marginTop: 12 }}>
            <h3 className="outcome-head">{labelOf(labels, key)}</h3>
            <ValueView value={own} labels={labels} name={key} />
          </div>
        ))}
      </>
    );
  }
  return <span className={top ? "outcome" : "number"}>{worded(labels, value, name)}</span>;
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
