import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useState } from "react";

import { api, ask } from "../../api/client";
import { type Filters, chosen } from "../../parts/filters";
import { count } from "../../parts/format";
import { FACETS, asQuery } from "./use";

type Values = { value: string; label: string; count?: number | null }[];

/**
 * The values of a facet in the places they have had since the filters were last empty: new numbers come in while a hand is on its way to the
 * next value, which must not find another one there. What is left of nothing stays, with a zero.
 */
function placed(known: Values, now: Values): Values {
  const stay = known.map((old) => now.find((own) => own.value === old.value) ?? { ...old, count: 0 });
  return [...stay, ...now.filter((own) => !known.some((old) => old.value === own.value))];
}

/** The filters with their numbers; each number is what the list will hold. */
export function Facets({ filters, onToggle, open }: { filters: Filters; onToggle: (name: string, value: string) => void; open: boolean }) {
  const facets = useQuery({
    queryKey: ["enterprises", "facets", filters],
    queryFn: () => ask(api.GET("/api/enterprises/facets", { params: { query: asQuery(filters) } })),
    placeholderData: keepPreviousData,
  });
  const [known, setKnown] = useState<Record<string, Values>>({});
  const [seen, setSeen] = useState<typeof facets.data>();
  if (facets.data !== seen) {
    setSeen(facets.data);
    const bare = !FACETS.some(([name]) => chosen(filters, name).length > 0);
    setKnown(Object.fromEntries(FACETS.map(([name]) => [name, placed(bare ? [] : (known[name] ?? []), facets.data?.[name] ?? [])])));
  }
  return (
    <aside className={open ? "facets open" : "facets"} aria-label="筛选">
      {FACETS.map(([name, label]) => {
        const values = known[name] ?? [];
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
                <span>{value.count == null ? "" : count(value.count)}</span>
              </button>
            ))}
            {facets.isSuccess && values.length === 0 && <span className="muted">无</span>}
          </section>
        );
      })}
    </aside>
  );
}
