import { useQuery } from "@tanstack/react-query";

import { type Row, type Rows, type Schemas, api, ask } from "../../api/client";
import type { Filters } from "../../parts/filters";
import { RARE } from "./rare";

export type Field = Schemas["Field"];

/** The filters of the list, the same words as in the address and the interface. */
export const FILTERS: readonly string[] = [
  "region",
  "directly",
  "q",
  "status",
  "ownership",
  "ownership_basis",
  "sector",
  "size",
  "verification",
  "assignment",
  "located",
  "import_id",
  "cluster",
  "officer",
  "agency",
  "parent_name",
  "grade",
  ...RARE,
];

/** Facets in the order of the page. */
export const FACETS: [string, string][] = [
  ["status", "经营状态"],
  ["ownership", "经济成分"],
  ["sector", "监管领域"],
  ["size", "企业规模"],
  ["verification", "核实情况"],
  ["assignment", "镇街分配"],
  ["ownership_basis", "成分判定"],
  ["located", "地图定位"],
];

/** What forms, lists and filters are made from. */
export function useSchema() {
  return useQuery({ queryKey: ["enterprise-fields"], queryFn: () => ask(api.GET("/api/enterprises/schema")), staleTime: Infinity });
}

export function useFields() {
  return useQuery({
    queryKey: ["enterprise-fields"],
    queryFn: () => ask(api.GET("/api/enterprises/schema")),
    select: (schema) => schema.fields,
    staleTime: Infinity,
  });
}

/** The supervised sectors, to choose from. */
export function useSectors(): { value: string; label: string }[] {
  const fields = useFields();
  return (fields.data?.find((field) => field.name === "sector")?.options ?? []).map(([value, label]) => ({ value: value ?? "", label: label ?? "" }));
}

/** The request's query: filters as they stand in the address. */
export function asQuery(filters: Filters): Record<string, never> {
  return filters as unknown as Record<string, never>;
}

/** What is done with rows of the list goes by these, whichever columns are shown. */
const NEEDED = ["agency", "officer", "department", "grid", "grade", "cluster", "suggestions"];

export async function readPage(filters: Filters, sort: string, cursor: string | undefined, columns: string[]): Promise<Rows> {
  const query = { ...filters, sort, limit: "50", fields: [...NEEDED, ...columns].join(","), ...(cursor ? { cursor } : {}) };
  return (await ask(api.GET("/api/enterprises", { params: { query: asQuery(query) } }))) as unknown as Rows;
}

export async function readRecord(city: string, id: string, asOf: string | undefined): Promise<Row> {
  const query = asOf ? { as_of: asOf } : {};
  return (await ask(api.GET("/api/enterprises/{city}/{id}", { params: { path: { city, id }, query } }))) as unknown as Row;
}

/** The records as writes name them: key and the version that was read. */
export function itemsOf(rows: Row[]): { city: string; id: string; version: number }[] {
  return rows.map(({ city, id, version }) => ({ city, id, version }));
}

/** The smallest division that all the records lie in. */
export function commonPlace(rows: Row[]): string {
  const towns = rows.map((row) => row.town);
  const first = towns[0] ?? "";
  const digits = [9, 6, 4].find((length) => first.length >= length && towns.every((town) => town.startsWith(first.slice(0, length))));
  return first.slice(0, digits ?? 4);
}
