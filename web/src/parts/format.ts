/** Values as people read them. */
import dayjs from "dayjs";

import type { Schemas } from "../api/client";

export type Field = Schemas["Field"];

/** 分 as 元 with two decimals; worked out on digits, never on floating numbers. */
export function yuan(value: number): string {
  const digits = String(Math.abs(Math.trunc(value))).padStart(3, "0");
  const whole = digits.slice(0, -2).replace(/\B(?=(\d{3})+$)/g, ",");
  return `${value < 0 ? "-" : ""}${whole}.${digits.slice(-2)}`;
}

/** 元 as a person types them, as 分; null when it is no amount. */
export function cents(text: string): number | null {
  const plain = text.replaceAll(",", "").trim();
  const match = /^(\d{1,13})(?:\.(\d{1,2}))?$/.exec(plain);
  if (!match) return null;
  return Number(`${match[1]}${(match[2] ?? "").padEnd(2, "0")}`);
}

export function count(value: number | undefined): string {
  return value === undefined ? "…" : value.toLocaleString("zh-CN");
}

export function instant(value: unknown): string {
  return typeof value === "string" ? dayjs(value).format("YYYY-MM-DD HH:mm") : "";
}

/** A division's name without what everybody here knows: the names of the divisions above the reader's own. */
export function nearName(full: unknown, own: string): string {
  const name = String(full ?? "");
  if (name === own) return name;
  const known = /^(.*?省)?(.*?市)?/.exec(own)?.[0] ?? "";
  return known && name.startsWith(known) && name.length > known.length ? name.slice(known.length) : name;
}

/** The label of one of a field's options. */
export function optionLabel(field: Field, code: unknown): string {
  const found = field.options.find((option) => option[0] === code);
  return found?.[1] ?? String(code);
}

/** A field's value in words; empty where there is none. */
export function show(field: Field, value: unknown): string {
  if (value === null || value === undefined || value === "") return "";
  switch (field.kind) {
    case "option":
      return optionLabel(field, value);
    case "money":
      return `${yuan(Number(value))} 元`;
    case "number":
      return Number(value).toLocaleString("zh-CN");
    default:
      return String(value);
  }
}

/** The signs by which statuses are told apart at a glance. */
export const COLOURS: Record<string, string> = {
  verified: "green",
  partly: "gold",
  unverified: "default",
  normal: "green",
  pending: "gold",
  suspended: "orange",
  deregistered: "default",
  revoked: "red",
  no_premises: "red",
  moved_out: "default",
  open: "red",
  proposed: "gold",
  certain: "green",
};
