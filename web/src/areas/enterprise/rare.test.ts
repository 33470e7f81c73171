import { expect, test } from "vitest";

import { type Schema, chips, industryName, reversed } from "./rare";

const schema: Schema = {
  fields: [],
  divisions: [
    { code: "24", name: "文教、工美、体育和娱乐用品制造业", section: "C", section_name: "制造业" },
    { code: "51", name: "批发业", section: "F", section_name: "批发和零售业" },
  ],
  choices: { missing: [["phone", "联系电话"], ["officer", "责任监管员"]] },
};

test("a code is named by its division, a letter by its section", () => {
  expect(industryName(schema, "2451")).toBe("2451 文教、工美、体育和娱乐用品制造业");
  expect(industryName(schema, "F")).toBe("F 批发和零售业");
  expect(industryName(undefined, "51")).toBe("51");
});

test("the chips say each filter that is set, both ends of a range in one", () => {
  const filters = { industry: "C,51", grid: "三", missing: "phone,officer", staff_min: "5", staff_max: "20", capital_max: "100", founded_from: "2020-01-01", region: "4405" };
  expect(chips(schema, filters).map((own) => own.says)).toEqual([
    "行业：C 制造业、51 批发业",
    "网格含“三”",
    "缺联系电话或责任监管员",
    "成立日期 2020-01-01 起",
    "从业人数 5 至 20 人",
    "注册资本 不超过 100 万元",
  ]);
  expect(chips(schema, { staff_max: "20" })[0]?.names).toEqual(["staff_min", "staff_max"]);
});

test("a range that ends before it begins is told", () => {
  expect(reversed({ staff_min: "9", staff_max: "10" })).toBeUndefined();
  expect(reversed({ staff_min: "10", staff_max: "9" })).toContain("从业人数");
  expect(reversed({ founded_from: "2020-01-02", founded_to: "2020-01-01" })).toContain("成立日期");
});
