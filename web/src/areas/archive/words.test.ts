import { describe, expect, it } from "vitest";

import { type ArchiveRecord, type Completeness, type Item, type Section, type SectionField, changesOf, chapters, columnsOf, deed, differences, isQuestions, left, needsVerifying, needsWork, renewed, say, scoreSentence, spanOf, weeksOf } from "./words";

function field(name: string, more: Partial<SectionField> = {}): SectionField {
  return { name, label: `${name}的名`, remark: "", unit: "", kind: "text", role: null, required: false, personal: false, choices: [], ...more };
}

const paper: Section = {
  code: "paper",
  label: "证照",
  group: "papers",
  group_label: "证照与许可",
  single: false,
  schema: {},
  fields: [
    field("issuer", { role: "issuer" }),
    field("kind", { role: "title", kind: "choice", required: true, choices: [{ code: "fire", label: "消防" }] }),
    field("number", { role: "number", required: true }),
    field("scope", { kind: "long" }),
    field("area", { kind: "decimal", unit: "平方米" }),
    field("holder", { required: true }),
    field("issued_on", { kind: "date", role: "issued_on" }),
    field("expires_on", { kind: "date", role: "expires_on" }),
    field("posted", { kind: "yes_no" }),
  ],
};

function item(section: string, more: Partial<Item> = {}): Item {
  return { section, label: section, level: "required", state: "present", why: "", source: "", advice: "", records: 0, verified: 0, returned: 0, warnings: 0, expired: 0, next_expiry: null, ...more };
}

function record(fields: object): ArchiveRecord {
  return { fields, state: "entered", returned_fields: [] } as unknown as ArchiveRecord;
}

describe("a section's records", () => {
  const full = record({ issuer: "局", kind: "fire", number: "7", scope: "长", area: "12.5", holder: "甲", issued_on: "2025-01-06", expires_on: "2028-01-05", posted: true });

  it("are shown by what they are called, what must be there and when they end", () => {
    expect(columnsOf(paper, [full]).map((own) => own.name)).toEqual(["kind", "number", "holder", "issued_on", "expires_on"]);
  });

  it("need no column that all of them leave empty", () => {
    expect(columnsOf(paper, [record({ kind: "fire", number: "7", area: "3" })]).map((own) => own.name)).toEqual(["kind", "number", "area"]);
    expect(columnsOf(paper, [])).toEqual([]);
  });

  it("say their values in words and units", () => {
    const [issuer, kind, , , area, , , , posted] = paper.fields as [SectionField, SectionField, SectionField, SectionField, SectionField, SectionField, SectionField, SectionField, SectionField];
    expect(say(kind, "fire")).toBe("消防");
    expect(say(area, "12.5")).toBe("12.5 平方米");
    expect(say(posted, false)).toBe("否");
    expect(say(issuer, null)).toBe("");
  });
});

describe("a change of a record", () => {
  it("sends what differs, and null for what was emptied", () => {
    expect(changesOf(paper, { number: "7", issuer: "局", posted: false }, { number: " 8 ", issuer: " ", posted: false, area: "" })).toEqual({ number: "8", issuer: null });
  });

  it("of a renewal takes over all but the number and the days", () => {
    expect(renewed(paper, { kind: "fire", number: "7", issuer: "局", issued_on: "2025-01-06", expires_on: "2028-01-05" })).toEqual({ kind: "fire", issuer: "局" });
  });

  it("is told field by field in Chinese", () => {
    expect(differences(paper, { kind: "fire", area: "1" }, { kind: "fire", area: "2" })).toEqual([{ name: "area", label: "area的名", before: "1 平方米", after: "2 平方米" }]);
    expect(deed({ action: "create", after: { state: "entered" } })).toBe("填报");
    expect(deed({ action: "update", after: { state: "returned" } })).toBe("退回");
    expect(deed({ action: "update", after: { state: "verified" } })).toBe("核实");
    expect(deed({ action: "update", after: { state: "verified", number: "8" } })).toBe("修改");
    expect(deed({ action: "update", after: { number: "8" } })).toBe("修改");
  });
});

describe("the sections of an archive", () => {
  it("stand in their chapters, and what is kept elsewhere comes last", () => {
    const found = chapters([item("basic_record"), item("paper"), item("hidden_danger", { state: "elsewhere" })], [{ ...paper, code: "first", group_label: "基本情况" }, paper]);
    expect(found.map((own) => [own.label, own.items.length])).toEqual([["基本情况", 1], ["证照与许可", 1], ["在系统其他部分登记", 1]]);
  });

  it("wait for the enterprise where something is missing, late or sent back, for the officer where something is not verified", () => {
    expect(needsWork(item("a", { state: "missing" }))).toBe(true);
    expect(needsWork(item("a", { returned: 1, records: 1 }))).toBe(true);
    expect(needsWork(item("a", { state: "optional" }))).toBe(false);
    expect(needsVerifying(item("a", { records: 2, verified: 1 }))).toBe(true);
    expect(needsVerifying(item("a", { records: 2, verified: 1, returned: 1 }))).toBe(false);
  });

  it("are summed up in a sentence", () => {
    const score = { required: 24, present: 20, missing: 3, expired: 1 } as Completeness;
    expect(scoreSentence(score)).toBe("必须 24 栏，已有 20，缺 3，过期 1");
  });

  it("that ask questions are told from those that describe a thing", () => {
    expect(isQuestions(paper)).toBe(false);
    expect(isQuestions({ ...paper, fields: paper.fields.slice(-1) })).toBe(true);
  });
});

describe("days", () => {
  it("of a month stand in weeks from Monday to Sunday", () => {
    const weeks = weeksOf("2026-11");
    expect(weeks[0]?.[0]).toBe("2026-10-26");
    expect(weeks.at(-1)?.[6]).toBe("2026-12-06");
    // a month that begins on a Monday and fills whole weeks has none to spare
    expect(weeksOf("2027-02").length).toBe(4);
  });

  it("that are left are counted in words", () => {
    expect([left(-3), left(0), left(12)]).toEqual(["已过期 3 天", "今天到期", "还有 12 天"]);
  });

  it("of a choice are those the server is asked for", () => {
    expect(spanOf("expired", "2026-03-01", "", "")).toEqual({ to: "2026-02-28" });
    expect(spanOf("30", "2026-03-01", "", "")).toEqual({ from: "2026-03-01", to: "2026-03-31" });
    expect(spanOf("dates", "2026-03-01", "2026-04-01", "")).toEqual({ from: "2026-04-01" });
    expect(spanOf("", "2026-03-01", "", "")).toEqual({ to: "2026-04-30" });
  });
});
