/** The words for a rule's answer: from the schema of its value. */
import type { Json } from "../../parts/schema";

export interface Labels {
  names: Map<string, string>;
  values: Map<string, string>;
  /** Units of properties by name. */
  units: Map<string, string>;
}

/** Collects every title of a schema: of properties by name, of choices by value. */
export function labelsOf(schema: unknown): Labels {
  const labels: Labels = { names: new Map(), values: new Map(), units: new Map() };
  const walk = (node: unknown): void => {
    if (Array.isArray(node)) {
      node.forEach(walk);
    } else if (typeof node === "object" && node !== null) {
      const own = node as Record<string, unknown>;
      if (typeof own["const"] === "string") labels.values.set(own["const"], String(own["title"] ?? own["description"] ?? own["const"]));
      const properties = own["properties"];
      if (typeof properties === "object" && properties !== null) {
        for (const [name, property] of Object.entries(properties as Record<string, Record<string, unknown>>)) {
          if (typeof property["title"] === "string") labels.names.set(name, property["title"]);
          if (typeof property["x-unit"] === "string") labels.units.set(name, property["x-unit"]);
        }
      }
      Object.values(own).forEach(walk);
    }
  };
  walk(schema);
  return labels;
}

export function labelOf(labels: Labels, name: string): string {
  const unit = labels.units.get(name);
  return `${labels.names.get(name) ?? name}${unit ? `（${unit}）` : ""}`;
}

/** A single value in words; what has a unit is a number, written in groups of three digits. */
export function worded(labels: Labels, value: Json, name = ""): string {
  if (value === null) return "无";
  if (typeof value === "boolean") return value ? "是" : "否";
  const text = String(value);
  const number = labels.units.has(name) ? /^(-?)(\d{4,})(\.\d+)?$/.exec(text) : null;
  if (number) return `${number[1] ?? ""}${(number[2] ?? "").replace(/\B(?=(\d{3})+$)/g, ",")}${number[3] ?? ""}`;
  // an answer may name one of its inputs
  return labels.values.get(text) ?? labels.names.get(text) ?? text;
}
