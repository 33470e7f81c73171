import { useInfiniteQuery, useQuery, useQueryClient } from "@tanstack/react-query";

import { api, ask } from "../../api/client";

/** Whose archive, and of which instant; now where none is named. */
export interface Place {
  city: string;
  id: string;
  asOf: string | undefined;
}

/** Whether something may be done here and now: the power is held, and, where it changes anything, the enterprise lives and it is not the past that is shown. */
export type Can = (operation: string) => boolean;

export function useSections() {
  return useQuery({ queryKey: ["sections"], queryFn: () => ask(api.GET("/api/sections")), staleTime: Infinity });
}

const then = (asOf: string | undefined) => (asOf ? { as_of: asOf } : {});

export function readArchive({ city, id, asOf }: Place) {
  return ask(api.GET("/api/enterprises/{city}/{id}/archive", { params: { path: { city, id }, query: then(asOf) } }));
}

export function useArchive(place: Place) {
  return useQuery({ queryKey: ["enterprise", place.city, place.id, "archive", place.asOf], queryFn: () => readArchive(place) });
}

export function useScores({ city, id }: Place, enabled: boolean) {
  return useQuery({
    queryKey: ["enterprise", city, id, "scores"],
    queryFn: () => ask(api.GET("/api/enterprises/{city}/{id}/archive/scores", { params: { path: { city, id } } })),
    enabled,
  });
}

export function readRecords({ city, id, asOf }: Place, section: string, all: boolean, cursor?: string) {
  const query = { section, all, limit: 200, ...then(asOf), ...(cursor ? { cursor } : {}) };
  return ask(api.GET("/api/enterprises/{city}/{id}/records", { params: { path: { city, id }, query } }));
}

/** The records of a section, page after page. */
export function useRecords(place: Place, section: string, all: boolean) {
  return useInfiniteQuery({
    queryKey: ["enterprise", place.city, place.id, "records", section, all, place.asOf],
    queryFn: ({ pageParam }) => readRecords(place, section, all, pageParam),
    initialPageParam: "",
    getNextPageParam: (page) => page.next ?? undefined,
  });
}

/** What a write to an archive makes old: the enterprise's own pages, the lists of archives and of papers. */
export function useRefresh(): () => void {
  const queries = useQueryClient();
  return () => {
    for (const key of ["enterprise", "archives", "expiries"]) void queries.invalidateQueries({ queryKey: [key] });
  };
}
