import { useQuery } from "@tanstack/react-query";

import { type Schemas, api, ask } from "../../api/client";

/** The rows of a table of the law that are in force, each by its columns. */
export function inForce({ columns, rows }: Pick<Schemas["TableDetail"], "columns" | "rows">): Record<string, string>[] {
  return rows.filter((row) => row.in_force).map((row) => Object.fromEntries(columns.map((column, at) => [column, row.cells[at] ?? ""])));
}

/** A table of the law as it stands on a day. */
export const readLawTable = (name: string, on: string) => ask(api.GET("/api/law-tables/{name}", { params: { path: { name }, query: { on } } }));

/** The rows of a table that are in force on a day. */
export function useLawTable(name: string, on: string): Record<string, string>[] {
  const table = useQuery({ queryKey: ["law-table", name, on], queryFn: () => readLawTable(name, on), staleTime: Infinity });
  return table.data ? inForce(table.data) : [];
}
