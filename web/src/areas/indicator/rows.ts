import type { Schemas } from "../../api/client";

/** A row of the table: one part of the area with its number of each indicator. */
export interface Row {
  key: string;
  label: string;
  parts: Record<string, Schemas["IndicatorPart"]>;
}

/** The parts of all indicators as rows, in the order of the indicators' parts: what one has and another lacks is not lost. */
export function rowsOf(indicators: Schemas["IndicatorView"][]): Row[] {
  const rows = new Map<string, Row>();
  for (const indicator of indicators) {
    for (const part of indicator.parts) {
      const row = rows.get(part.key) ?? { key: part.key, label: part.label, parts: {} };
      row.parts[indicator.code] = part;
      rows.set(part.key, row);
    }
  }
  return [...rows.values()];
}
