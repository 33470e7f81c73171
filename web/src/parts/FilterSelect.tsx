import { Select } from "antd";

import { type Filters, put } from "./filters";

/** One filter of a list with one value at most, as it stands in the address; clearing it takes it away. */
export function FilterSelect({ name, label, options, filters, onChange }: { name: string; label: string; options: { value: string; label: string }[]; filters: Filters; onChange: (filters: Filters) => void }) {
  return (
    <Select
      aria-label={label}
      allowClear
      style={{ minWidth: 130 }}
      placeholder={label}
      value={filters[name] ?? null}
      options={options}
      onChange={(value: string | null) => onChange(put(filters, name, value ?? ""))}
    />
  );
}
