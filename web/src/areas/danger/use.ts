import { useQueryClient } from "@tanstack/react-query";

/** What a write to a danger makes old: its own page, the lists and numbers, and what waits. */
export function useRefresh(): () => void {
  const queries = useQueryClient();
  return () => {
    for (const key of ["dangers", "danger", "cases", "inbox", "indicators"]) void queries.invalidateQueries({ queryKey: [key] });
  };
}
