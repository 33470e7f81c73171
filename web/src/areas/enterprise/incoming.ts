import { useQuery } from "@tanstack/react-query";

import { api, ask } from "../../api/client";

/** How many wait for the own division, for the menu. */
export function useIncoming(enabled: boolean): number {
  const query = useQuery({
    queryKey: ["handovers", "count", "incoming", "open"],
    queryFn: () => ask(api.GET("/api/handovers/count", { params: { query: { direction: "incoming", state: "open" } } })),
    enabled,
    refetchInterval: 120_000,
  });
  return query.data?.total ?? 0;
}
