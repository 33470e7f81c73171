import { keepPreviousData, useQuery } from "@tanstack/react-query";

import { api, ask } from "../../api/client";
import { type Filters, chosen } from "../../parts/filters";
import { count } from "../../parts/format";
import { FACETS, asQuery } from "./use";

/** The filters with their numbers; each number is what the list will hold. */
export function Facets({ filters, onToggle, open }: { filters: Filters; onToggle: (name: string, value: string) => void; open: boolean }) {
  const facets = useQuery({
    queryKey: ["enterprises", "facets", filters],
    queryFn: () => ask(api.GET("/api/enterprises/facets", { params: { query: asQuery(filters) } })),
    placeholderData: keepPreviousData,
  });
  return (
    <aside className={open ? "facets open" : "facets"} aria-label="筛选">
      {FACETS.map(([name, label]) => {
        const values = facets.data?.[name] ?? [];
        const on = chosen(filters, name);
        // what is chosen stays visible even where nothing is left of it
        const missing = on.filter((value) => !values.some((own) => own.value === value)).map((value) => ({ value, label: value, count: 0 }));
        return (
          <section key={name} className="facet">
            <h3>{label}</h3>
            {[...values, ...missing].map((value) => (
              <button
                key={value.value}
                type="button"
                className={on.includes(value.value) ? "facet-value on" : "facet-value"}
                aria-pressed={on.includes(value.value)}
                onClick={() => onToggle(name, value.value)}
              >
                <span>{value.label}</span>
                <span>{value.count === null ? "" : count(value.count)}</span>
              </button>
            ))}
            {facets.isSuccess && values.length === 0 && <span className="muted">无</span>}
          </section>
        );
      })}
    </aside>
  );
}
