/** What the archive's sections and records are in words and in order: everything here is worked out from what the server says of a section. */
import dayjs from "dayjs";

import type { Schemas } from "../../api/client";
import type { Json, JsonObject } from "../../parts/schema";

export type Section = Schemas["SectionView"];
export type SectionField = Section["fields"][number];
export type Item = Schemas["SectionItem"];
export type ArchiveRecord = Schemas["RecordView"];
export type Completeness = Schemas["Completeness"];

/** The register's own record, which is no section of records, and the questions that decide which sections are asked for. */
export const BASIC = "basic_record";
export const PROFILE = "risk_profile";

/** What became of a section: word and colour. */
export const STATES: Record<Item["state"], [string, string]> = {
  present: ["已有", "green"],
  expiring: ["即将到期", "gold"],
  expired: ["已过期", "red"],
  missing: ["缺", "volcano"],
  unclear: ["待明确", "blue"],
  optional: ["选填", "default"],
  elsewhere: ["在其他栏目登记", "default"],
};

/** The basic safety conditions, which are a list to be gone through. */
export const CONDITIONS = "basic_condition";

export const LEVELS: Record<string, string> = { required: "必须", recommended: "建议", optional: "选填" };

/** Colours of a record's states; their words come with the record. */
export const RECORD_COLOURS: Record<string, string> = {
  entered: "blue",
  verified: "green",
  changed: "gold",
  returned: "red",
  replaced: "default",
  removed: "default",
};

export const ARCHIVE_STATES: Record<string, [string, string]> = {
  complete: ["完整", "green"],
  incomplete: ["不完整", "gold"],
  expired: ["有过期", "red"],
  empty: ["未建档", "default"],
};

export const VERIFICATION: Record<string, [string, string]> = {
  verified: ["已核实", "green"],
  partly: ["部分核实", "gold"],
  never: ["从未核实", "default"],
};

/** Whether a section waits for somebody: to fill it in, to renew it, to mend what was sent back. */
export function needsWork(item: Item): boolean {
  return item.returned > 0 || item.warnings > 0 || ["expiring", "expired", "missing", "unclear"].includes(item.state);
}

/** Whether a section waits for the officer. */
export function needsVerifying(item: Item): boolean {
  return item.records > item.verified + item.returned;
}

export interface Chapter {
  label: string;
  items: Item[];
}

/** The sections by chapter, in the order of the archive; what is kept elsewhere comes last. */
export function chapters(items: Item[], sections: Section[]): Chapter[] {
  const label = new Map(sections.map((own) => [own.code, own.group_label]));
  const first = sections[0]?.group_label ?? "基本情况";
  const found = new Map<string, Item[]>();
  for (const item of items) {
    const own = item.section === BASIC ? first : (label.get(item.section) ?? "在系统其他部分登记");
    found.set(own, [...(found.get(own) ?? []), item]);
  }
  return [...found].map(([own, list]) => ({ label: own, items: list }));
}

/** The score in one sentence. */
export function scoreSentence(score: Completeness): string {
  const parts = [`已有 ${score.present}`];
  if (score.missing > 0) parts.push(`缺 ${score.missing}`);
  if (score.expired > 0) parts.push(`过期 ${score.expired}`);
  return `必须 ${score.required} 栏，${parts.join("，")}`;
}

/** A field's value in words; empty where there is none. */
export function say(field: SectionField, value: unknown): string {
  if (value === null || value === undefined || value === "") return "";
  if (typeof value === "boolean") return value ? "是" : "否";
  const text = field.choices.find((choice) => choice.code === value)?.label ?? String(value);
  return field.unit && (field.kind === "decimal" || field.kind === "whole") ? `${text} ${field.unit}` : text;
}

/** The values of a record by field. */
export function valuesOf(record: ArchiveRecord): JsonObject {
  return record.fields as JsonObject;
}

/** The values that were vouched for, where they are no longer those of now. */
export function vouchedOf(record: ArchiveRecord): JsonObject | null {
  return (record.verified_fields ?? null) as JsonObject | null;
}

/** Whether a record counts: it is neither replaced nor removed. */
export function isLive(record: ArchiveRecord): boolean {
  return record.state !== "replaced" && record.state !== "removed";
}

/** At most so many columns beside the record's state. */
const COLUMNS = 5;

/**
 * The fields that a table shows of some records: what a record is called and its number, what must be filled in, the dates; in the section's
 * order, and none that all of them leave empty.
 */
export function columnsOf(section: Section, records: ArchiveRecord[]): SectionField[] {
  const said = section.fields.filter((field) => field.kind !== "long" && records.some((record) => say(field, valuesOf(record)[field.name]) !== ""));
  const rank = (field: SectionField) => {
    const roles = ["title", "number", "expires_on"];
    if (field.role && roles.includes(field.role)) return roles.indexOf(field.role);
    if (field.required) return 3;
    if (field.role) return field.role === "issued_on" ? 4 : 5;
    return 6;
  };
  const chosen = new Set([...said].sort((one, two) => rank(one) - rank(two)).slice(0, COLUMNS));
  const title = section.fields.find((field) => field.role === "title");
  const rest = section.fields.filter((field) => chosen.has(field) && field !== title);
  return title && chosen.has(title) ? [title, ...rest] : rest;
}

/** Whether a condition is met, is not, does not apply, or has not been looked at. */
export type Verdict = "met" | "unmet" | "apart" | "open";

export function verdictOf(record: ArchiveRecord | undefined): Verdict {
  if (!record) return "open";
  const values = valuesOf(record);
  if (values["applies"] === false) return "apart";
  return values["fulfilled"] === true ? "met" : "unmet";
}

export interface Condition {
  key: string;
  code: string;
  label: string;
  record: ArchiveRecord | undefined;
  verdict: Verdict;
}

/** Every condition with the record of it that counts, in the order of the law; one of which there are several has a row for each. */
export function conditionsOf(section: Section, records: ArchiveRecord[]): Condition[] {
  const choices = section.fields.find((field) => field.name === "condition")?.choices ?? [];
  return choices.flatMap(({ code, label }) => {
    const own: (ArchiveRecord | undefined)[] = records.filter((record) => isLive(record) && valuesOf(record)["condition"] === code);
    return (own.length > 0 ? own : [undefined]).map((record) => ({ key: record?.id ?? code, code, label, record, verdict: verdictOf(record) }));
  });
}

/** Whether a section asks one question after the other, rather than describing a thing. */
export function isQuestions(section: Section): boolean {
  return section.fields.filter((field) => field.kind === "yes_no").length > section.fields.length / 2;
}

/** What is sent for a change: the fields that differ, null where one was emptied. */
export function changesOf(section: Section, before: JsonObject, now: JsonObject): JsonObject {
  const changes: JsonObject = {};
  for (const { name } of section.fields) {
    const was = tidy(before[name]);
    const is = tidy(now[name]);
    if (was !== is) changes[name] = is;
  }
  return changes;
}

function tidy(value: Json | undefined): Json {
  if (value === undefined || value === null) return null;
  if (typeof value !== "string") return value;
  return value.trim() === "" ? null : value.trim();
}

/** What a renewed paper takes over from the old one: everything but its number and its dates. */
export function renewed(section: Section, old: JsonObject): JsonObject {
  const anew = section.fields.filter((field) => field.kind === "date" || field.role === "number").map((field) => field.name);
  return Object.fromEntries(Object.entries(old).filter(([name]) => !anew.includes(name)));
}

/** What an entry of a record's history tells that somebody did. */
export function deed(step: { action: string; after: Record<string, unknown> }): string {
  if (step.action === "create") return "填报";
  const deeds: Record<string, string> = { returned: "退回", verified: "核实", removed: "删除", replaced: "换发" };
  const changed = Object.keys(step.after).filter((name) => name !== "state");
  // put back as it was vouched for is a change, too
  return changed.length > 0 ? "修改" : (deeds[String(step.after["state"])] ?? "修改");
}

export interface Difference {
  name: string;
  label: string;
  before: string;
  after: string;
}

/** The fields in which two states of a record differ. */
export function differences(section: Section, before: JsonObject, after: JsonObject): Difference[] {
  return section.fields.flatMap((field) => {
    const was = say(field, before[field.name]);
    const is = say(field, after[field.name]);
    return was === is ? [] : [{ name: field.name, label: field.label, before: was, after: is }];
  });
}

/** Days that are left, in words. */
export function left(days: number): string {
  if (days < 0) return `已过期 ${-days} 天`;
  return days === 0 ? "今天到期" : `还有 ${days} 天`;
}

/** Days until a day as the calendar of this place counts them. */
export function daysUntil(day: string, today: string): number {
  return dayjs(day).diff(dayjs(today), "day");
}

/** The weeks that show a month, from Monday to Sunday. */
export function weeksOf(month: string): string[][] {
  const first = dayjs(`${month}-01`);
  const start = first.subtract((first.day() + 6) % 7, "day");
  const end = first.endOf("month");
  const weeks: string[][] = [];
  for (let monday = start; !monday.isAfter(end); monday = monday.add(7, "day")) {
    weeks.push([0, 1, 2, 3, 4, 5, 6].map((offset) => monday.add(offset, "day").format("YYYY-MM-DD")));
  }
  return weeks;
}

/** The days of a choice of the reminder list, as the server takes them. */
export function spanOf(when: string, today: string, from: string, to: string): { from?: string; to?: string } {
  const later = (days: number) => dayjs(today).add(days, "day").format("YYYY-MM-DD");
  switch (when) {
    case "expired":
      return { to: later(-1) };
    case "30":
    case "60":
    case "90":
      return { from: today, to: later(Number(when)) };
    case "dates":
      return { ...(from ? { from } : {}), ...(to ? { to } : {}) };
    default:
      return { to: later(60) };
  }
}
