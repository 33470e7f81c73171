import { useQuery, useQueryClient } from "@tanstack/react-query";

import { type Schemas, api, ask } from "../../api/client";

export type Visit = Schemas["WholeVisit"];
export type Finding = Schemas["VisitFinding"];
export type Document = Schemas["EnforcementDocument"];

/** One visit with its checklist, what was found and the documents. */
export function visitQuery(city: string, id: string) {
  return { queryKey: ["visit", city, id], queryFn: () => ask(api.GET("/api/visits/{city}/{id}", { params: { path: { city, id } } })) };
}

export const useVisit = (city: string, id: string) => useQuery(visitQuery(city, id));

/** What a write to a visit or a document makes old. */
export function useRefresh(): () => Promise<void> {
  const queries = useQueryClient();
  return async () => {
    await Promise.all(["visit", "visits", "enforcement-documents", "dangers", "danger", "cases", "inbox", "indicators"].map((key) => queries.invalidateQueries({ queryKey: [key] })));
  };
}
