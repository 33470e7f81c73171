import { useQuery } from "@tanstack/react-query";

import { api, ask } from "../../api/client";

/** What waits for the person; asked anew every minute and whenever the window comes back. */
export function useInbox() {
  return useQuery({
    queryKey: ["inbox"],
    queryFn: () => ask(api.GET("/api/inbox")),
    refetchInterval: 60_000,
    refetchOnWindowFocus: true,
  });
}
