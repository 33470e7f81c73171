/** The words for a rule's answer: from the schema of its value. */
import type { Json } from "../../parts/schema";

export interface Labels {
  names: Map<string, string>;
  values: Map<string, string>;
}

/** Collects every title of a schema: of properties by name, of choices by value. */
export function labelsOf(schema: unknown): Labels {
  const labels: Labels = { names: new Map(), values: new Map() };
  const walk = (node: unknown): void => {
    if (Array.isArray(node)) {
      node.forEach(walk);
    } else if (typeof node === "object" && node !== null) {
      const own = node as Record<string, unknown>;
      if (typeof own["const"] === "string") labels.values.set(own["const"], String(own["title"] ?? own["description"] ?? own["const"]));
      const properties = own["properties"];
      if (typeof properties === "object" && properties !== null) {
        for (const [name, property] of Object.entries(properties as Record<string, Record<string, unknown>>)) {
          const unit = property["x-unit"] ? `（${String(property["x-unit"])}）` : "";
          if (typeof property["title"] === "string") labels.names.set(name, `${property["title"]}${unit}`);
        }
      }
      Object.values(own).forEach(walk);
    }
  };
  walk(schema);
  return labels;
}

export function labelOf(labels: Labels, name: string): string {
  return labels.names.get(name) ?? name;
}

/** A single value in words. */
export function worded(labels: Labels, value: Json): string {
  if (value === null) return "无";
  if (typeof value === "boolean") return value ? "是" : "否";
  const text = String(value);
  return labels.values.get(text) ?? text;
}
