import { expect, test } from "vitest";

import type { Schemas } from "../../api/client";
import { rowsOf } from "./rows";

function indicator(code: string, keys: string[]): Schemas["IndicatorView"] {
  const part = (key: string) => ({ key, label: `${key}区`, numerator: 1, denominator: 2, value: "50.0%", link: `/archives?region=${key}` });
  return { code, label: code, formula: "", source: "", unit: "percent", rising: true, total: part(""), parts: keys.map(part) };
}

test("every part of every indicator has a row, and a number only where there is one", () => {
  const rows = rowsOf([indicator("a", ["440507", "440511"]), indicator("b", ["440511", "440512"])]);
  expect(rows.map((row) => row.key)).toEqual(["440507", "440511", "440512"]);
  expect(rows.map((row) => Object.keys(row.parts))).toEqual([["a"], ["a", "b"], ["b"]]);
});
