/** The filters of a list as they stand in the address: the same words in the address, the request and the export. */
export type Filters = Record<string, string>;

/** The filters that an address carries, as far as the list knows them. */
export function readFilters(params: URLSearchParams, known: readonly string[]): Filters {
  const found: Filters = {};
  for (const name of known) {
    const value = params.get(name);
    if (value) found[name] = value;
  }
  return found;
}

/** The values chosen of one filter. */
export function chosen(filters: Filters, name: string): string[] {
  return filters[name]?.split(",").filter(Boolean) ?? [];
}

/** The filters with one value of a filter switched on or off. */
export function toggle(filters: Filters, name: string, value: string): Filters {
  const values = chosen(filters, name);
  const next = values.includes(value) ? values.filter((own) => own !== value) : [...values, value];
  return put(filters, name, next.join(","));
}

/** The filters with one of them set; an empty value takes it away. */
export function put(filters: Filters, name: string, value: string | undefined): Filters {
  const rest = Object.fromEntries(Object.entries(filters).filter(([own]) => own !== name));
  return value ? { ...rest, [name]: value } : rest;
}

/** The address of a list under filters. */
export function address(path: string, filters: Filters): string {
  const query = new URLSearchParams(filters).toString();
  return query ? `${path}?${query}` : path;
}
