import { Select, Tag } from "antd";

import type { Row } from "../../api/client";
import { type Filters, chosen, put } from "../../parts/filters";
import { industryName } from "./rare";
import { useSchema } from "./use";

/** Sections and divisions of GB/T 4754-2017 to filter by, found by typing a part of the name or the code. */
export function IndustryPicker({ filters, onChange }: { filters: Filters; onChange: (filters: Filters) => void }) {
  const schema = useSchema();
  const divisions = schema.data?.divisions ?? [];
  const sections = [...new Map(divisions.map((own) => [own.section, own.section_name]))];
  const options = sections.flatMap(([section, name]) => [
    { value: section, label: `${section} ${name}（全部）` },
    ...divisions.filter((own) => own.section === section).map((own) => ({ value: own.code, label: `${own.code} ${own.name}` })),
  ]);
  return (
    <Select
      mode="multiple"
      aria-label="行业"
      placeholder="行业，如“塑料”“24”"
      style={{ width: "100%" }}
      allowClear
      maxTagCount="responsive"
      showSearch={{ optionFilterProp: "label" }}
      popupMatchSelectWidth={320}
      value={chosen(filters, "industry")}
      options={options}
      onChange={(values: string[]) => onChange(put(filters, "industry", values.join(",")))}
    />
  );
}

/** A record's industry in words, whether it was registered or guessed, and by which edition of the standard. */
export function Industry({ record }: { record: Row }) {
  const schema = useSchema();
  const inferred = record["industry_basis"] === "inferred";
  const reason = String(record["industry_reason"] ?? "");
  return (
    <>
      {industryName(schema.data, String(record["industry"]))}{" "}
      <Tag color={inferred ? "gold" : "green"} {...(inferred && reason ? { title: reason } : {})}>
        {inferred ? "推断" : "登记"}
      </Tag>
      {record["industry_edition"] ? <span className="muted">{String(record["industry_edition"])}</span> : null}
    </>
  );
}
