import { expect, test } from "vitest";

import { ApiError } from "../api/client";
import { address, chosen, put, readFilters, toggle } from "./filters";
import { formProblems } from "./problem";
import { cents, yuan } from "./format";

test("a filter in the address comes back as it was", () => {
  const filters = toggle(toggle({}, "sector", "textile"), "sector", "machinery");
  const link = address("/enterprises", put(filters, "q", "塑料 厂&a=b"));
  const back = readFilters(new URL(link, "http://x").searchParams, ["sector", "q"]);
  expect(back).toEqual({ sector: "textile,machinery", q: "塑料 厂&a=b" });
  expect(chosen(back, "sector")).toEqual(["textile", "machinery"]);
});

test("switching a value off leaves no empty filter behind", () => {
  expect(toggle({ status: "normal" }, "status", "normal")).toEqual({});
});

test("what an address carries beyond the list's filters is left alone", () => {
  expect(readFilters(new URLSearchParams("evil=1&status=normal"), ["status"])).toEqual({ status: "normal" });
});

test("a problem's pointers find their fields", () => {
  const error = new ApiError(422, {
    detail: "有内容填写不正确",
    errors: [
      { pointer: "/changes/name", code: "a", message: "不能为空" },
      { pointer: "/changes/name", code: "b", message: "太长" },
    ],
  });
  expect(formProblems(error)).toEqual([{ name: "name", errors: ["不能为空", "太长"] }]);
});

test("money keeps every cent on its way through the form", () => {
  expect(yuan(123456789012)).toBe("1,234,567,890.12");
  expect(cents("1,234,567,890.12")).toBe(123456789012);
  expect(cents("0.1")).toBe(10);
  expect(cents("1.234")).toBeNull();
  expect(cents("abc")).toBeNull();
});
