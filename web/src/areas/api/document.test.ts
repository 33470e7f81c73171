import { expect, test } from "vitest";

import text from "../../../../openapi.json?raw";
import { type Node, fields, operations, resolve, typeOf } from "./document";

const document = JSON.parse(text) as Node;

test("every operation of the document is listed, with a name, a tag and answers", () => {
  const all = operations(document);
  const paths = Object.values(document["paths"] as Record<string, object>);
  expect(all.length).toBe(paths.reduce((sum, ways) => sum + Object.keys(ways).length, 0));
  expect(all.filter((one) => !one.id || !one.tag || !one.summary || one.responses.length === 0)).toEqual([]);
});

test("schemas are told in plain words, and what they refer to is found", () => {
  const root: Node = { components: { schemas: { Town: { type: "object", required: ["code"], properties: { code: { type: "string" }, parent: { oneOf: [{ type: "null" }, { $ref: "#/components/schemas/Town" }] } } } } } };
  const town = { $ref: "#/components/schemas/Town" };
  expect(typeOf(root, town)).toBe("对象 Town");
  expect(typeOf(root, { type: "array", items: town })).toBe("对象 Town的列表");
  expect(typeOf(root, { type: ["string", "null"], format: "date" })).toBe("日期，可空");
  expect(fields(root, town).map(({ name, required }) => [name, required])).toEqual([["code", true], ["parent", false]]);
  expect(resolve(root, fields(root, town)[1]?.schema ?? {})).toMatchObject({ name: "Town", nullable: true });
});
