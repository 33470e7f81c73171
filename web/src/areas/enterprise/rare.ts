/** The rarer filters of the list: what they are called, and what the chip of one that is set says. */
import type { Schemas } from "../../api/client";
import { type Filters, chosen } from "../../parts/filters";

export type Schema = Schemas["RecordSchema"];

/** Any part of a text. */
export const TEXTS: [string, string][] = [
  ["registration_type", "企业类型"],
  ["department", "行业主管部门"],
  ["grid", "网格"],
];

/** Some of the options that the schema names. */
export const CHOICES: [string, string][] = [
  ["industry_basis", "行业来源"],
  ["premises", "场所权属"],
  ["missing", "缺少的内容"],
];

/** From one value to another, either of which may be open: the names of both ends, label, unit and kind. */
export const RANGES: { from: string; to: string; label: string; unit: string; day: boolean }[] = [
  { from: "founded_from", to: "founded_to", label: "成立日期", unit: "", day: true },
  { from: "staff_min", to: "staff_max", label: "从业人数", unit: "人", day: false },
  { from: "capital_min", to: "capital_max", label: "注册资本", unit: "万元", day: false },
  { from: "updated_from", to: "updated_to", label: "修改日期", unit: "", day: true },
];

/** What the panel of the rarer filters sets. */
export const PANEL = [...TEXTS.map(([name]) => name), ...CHOICES.map(([name]) => name), ...RANGES.flatMap((own) => [own.from, own.to])];

/** All that chips are shown for. */
export const RARE = ["industry", ...PANEL];

/** An end that lies beyond the other. */
export function reversed(filters: Filters): string | undefined {
  const wrong = RANGES.find(({ from, to, day }) => {
    const [low, high] = [filters[from], filters[to]];
    return low && high && (day ? low > high : Number(low) > Number(high));
  });
  return wrong && `${wrong.label}的起点不能大于终点。`;
}

/** A division or section by its code: `29 橡胶和塑料制品业`. */
export function industryName(schema: Schema | undefined, code: string): string {
  const own = schema?.divisions.find((division) => division.section === code || code.startsWith(division.code));
  if (!own) return code;
  return `${code} ${own.section === code ? own.section_name : own.name}`;
}

function range(low: string | undefined, high: string | undefined, unit: string): string {
  if (low && high) return low === high ? `${low} ${unit}` : `${low} 至 ${high} ${unit}`;
  return low ? `${low} ${unit}起` : `不超过 ${high ?? ""} ${unit}`;
}

/** The chips of the filters that are set: what each says, and the filters that go with it. */
export function chips(schema: Schema | undefined, filters: Filters): { says: string; names: string[] }[] {
  const found: { says: string; names: string[] }[] = [];
  if (filters["industry"]) found.push({ says: `行业：${chosen(filters, "industry").map((code) => industryName(schema, code)).join("、")}`, names: ["industry"] });
  for (const [name, label] of TEXTS) if (filters[name]) found.push({ says: `${label}含“${filters[name]}”`, names: [name] });
  for (const [name, label] of CHOICES) {
    const options = schema?.choices[name] ?? [];
    const said = chosen(filters, name).map((code) => options.find((own) => own[0] === code)?.[1] ?? code);
    if (said.length > 0) found.push({ says: name === "missing" ? `缺${said.join("或")}` : `${label}：${said.join("、")}`, names: [name] });
  }
  for (const { from, to, label, unit, day } of RANGES) {
    if (!filters[from] && !filters[to]) continue;
    const ends = day && !filters[to] ? `${filters[from] ?? ""} 起` : day && !filters[from] ? `${filters[to] ?? ""} 及以前` : range(filters[from], filters[to], unit);
    found.push({ says: `${label} ${ends}`.trim(), names: [from, to] });
  }
  return found;
}
