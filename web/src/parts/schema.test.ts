import { describe, expect, it } from "vitest";

import { filled, formOf, tagsOf } from "./schema";

const schema = {
  type: "object",
  required: ["unit"],
  $defs: {
    Unit: { title: "Unit", oneOf: [{ const: "storage", title: "储存单元" }, { const: "production", title: "生产单元" }] },
    Substance: { title: "Substance", type: "object", required: ["quantity_t"], properties: { quantity_t: { type: ["string", "number"], format: "decimal", title: "最大量", "x-unit": "吨" } } },
    Kind: { oneOf: [{ type: "object", title: "锅炉", properties: { kind: { const: "boiler", type: "string" }, pressure: { type: "number", title: "压力" } } }] },
  },
  properties: {
    people: { type: ["integer", "null"], title: "外部人数", "x-unit": "人", description: "边界外 500 m" },
    unit: { $ref: "#/$defs/Unit", title: "单元类型" },
    substances: { type: "array", title: "物质", items: { $ref: "#/$defs/Substance" } },
    day: { type: ["string", "null"], format: "date", title: "日期" },
    optional: { anyOf: [{ $ref: "#/$defs/Unit" }, { type: "null" }], title: "另一单元" },
    kind: { $ref: "#/$defs/Kind" },
    units: { type: "array", items: { $ref: "#/$defs/Unit" } },
    classes: { anyOf: [{ type: "string" }, { type: "array", items: { type: "string" } }] },
  },
};

describe("a form made from a schema", () => {
  const parts = formOf(schema);
  const named = (name: string) => parts.find((part) => part.name === name);

  it("keeps the order in which the input is declared, and knows what must be filled in", () => {
    expect(parts.map((part) => part.name)).toEqual(["people", "unit", "substances", "day", "optional", "kind", "units", "classes"]);
    expect(parts.filter((part) => part.required).map((part) => part.name)).toEqual(["unit"]);
  });

  it("offers a list of choices as one field, and takes a text where a text will do", () => {
    expect(named("units")?.shape).toMatchObject({ kind: "several", choices: [{ value: "storage" }, { value: "production" }] });
    expect(named("classes")?.shape.kind).toBe("text");
  });

  it("shows labels, units and choices in Chinese", () => {
    expect(named("people")).toMatchObject({ label: "外部人数", unit: "人", remark: "边界外 500 m", shape: { kind: "whole" } });
    expect(named("unit")).toMatchObject({ label: "单元类型", shape: { kind: "choice", choices: [{ value: "storage", label: "储存单元" }, { value: "production", label: "生产单元" }] } });
    expect(named("optional")).toMatchObject({ label: "另一单元", shape: { kind: "choice" } });
    expect(named("day")?.shape.kind).toBe("date");
  });

  it("follows lists of objects", () => {
    expect(named("substances")?.shape).toMatchObject({ kind: "list", item: { shape: { kind: "object", parts: [{ name: "quantity_t", unit: "吨", shape: { kind: "decimal" } }] } } });
  });

  it("knows the tag of a variant", () => {
    const kind = named("kind");
    const variant = kind?.shape.kind === "variants" ? kind.shape.variants[0] : undefined;
    expect(variant?.label).toBe("锅炉");
    expect(variant && tagsOf(variant)).toEqual({ kind: "boiler" });
  });

  it("sends only what was filled in", () => {
    expect(filled({ a: "", b: null, c: { d: "" }, e: [{ f: "1" }, {}], g: 0, h: false })).toEqual({ e: [{ f: "1" }], g: 0, h: false });
  });
});
