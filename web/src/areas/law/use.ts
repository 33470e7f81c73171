import { useQuery } from "@tanstack/react-query";

import { api, ask } from "../../api/client";

/** The rows of a table of the law that are in force on a day, each by its columns. */
export function useLawTable(name: string, on: string): Record<string, string>[] {
  const table = useQuery({ queryKey: ["law-table", name, on], queryFn: () => ask(api.GET("/api/law-tables/{name}", { params: { path: { name }, query: { on } } })), staleTime: Infinity });
  const columns = table.data?.columns ?? [];
  return (table.data?.rows ?? []).filter((row) => row.in_force).map((row) => Object.fromEntries(columns.map((column, at) => [column, row.cells[at] ?? ""])));
}
