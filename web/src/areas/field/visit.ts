/** A visit as it is filled in on the device, and what is sent of it. */
import { FORMS } from "../inspection/words";
import type { Packed, Photo } from "./store";

export interface HalfFinding {
  id: string;
  item: string | null;
  content: string;
  place: string;
  facts: string[];
  photos: Photo[];
}

export interface HalfVisit {
  /** By the device's clock, ISO; set when the form is first opened. */
  started_at: string;
  place: string;
  cards: string[];
  /** Of officers of other agencies who came along, agency by agency; drafts from before have none. */
  others?: string[];
  checklist: Record<string, string>;
  findings: HalfFinding[];
  due_on: string | null;
  forms: string[];
  drawn: Record<string, string | null>;
  refused: boolean;
  why: string;
}

export const FACTS = [
  { value: "fixed", label: "检查时当场改正" },
  { value: "needs_stop", label: "须停产停业、经过一定时间整改" },
  { value: "beyond_own_power", label: "因外部因素，企业自身难以排除" },
];

/** The documents that a visit can be followed by at once. */
export const DRAFTED = ["inspection_record", "correction_order", "site_measures"];
/** Those that are about what was not put right on the spot. */
const ORDERS = ["correction_order", "site_measures"];

export const name = (form: string) => FORMS[form] ?? form;

export function emptyVisit(): HalfVisit {
  return { started_at: new Date().toISOString(), place: "全厂", cards: [], checklist: {}, findings: [], due_on: null, forms: ["inspection_record"], drawn: {}, refused: false, why: "" };
}

export const open = (half: HalfVisit) => half.findings.filter((own) => !own.facts.includes("fixed"));

/** Which documents there is something to say in. */
export const possible = (half: HalfVisit) => DRAFTED.filter((form) => !ORDERS.includes(form) || open(half).length > 0);

/** What is not filled in yet. */
export function lacking(half: HalfVisit): string[] {
  const signed = (who: string) => Boolean(half.drawn[who]);
  return [
    half.place.trim() === "" && "检查场所",
    half.cards.length !== 2 && "两名执法人员",
    half.findings.some((own) => own.content.trim() === "") && "每个问题的内容",
    open(half).length > 0 && !half.due_on && "整改期限",
    !(signed("officer_one") && signed("officer_two")) && "两名执法人员签名",
    !(half.others ?? []).every(signed) && "其他机关人员签名",
    !(half.refused ? half.why.trim() !== "" : signed("enterprise")) && "被检查单位签名或者拒绝签名的情况",
  ].filter((own): own is string => own !== false);
}

/** What is sent of it. */
export function sent(enterprise: Packed, half: HalfVisit) {
  const has = (own: HalfFinding, fact: string) => own.facts.includes(fact);
  return {
    visit: {
      enterprise: enterprise.id,
      place: half.place,
      cards: half.cards,
      others: half.others ?? [],
      started_at: half.started_at,
      checklist: half.checklist,
      findings: half.findings.map((own) => ({
        item: own.item,
        content: own.content,
        place: own.place.trim() || null,
        fixed: has(own, "fixed"),
        needs_stop: has(own, "needs_stop"),
        beyond_own_power: has(own, "beyond_own_power"),
      })),
      photos: half.findings.map((own) => own.photos.map(({ id, name, size }) => ({ id, name, size }))),
      due_on: open(half).length > 0 ? half.due_on : null,
      signatures: {
        officer_one: { drawing: half.drawn["officer_one"] ?? null },
        officer_two: { drawing: half.drawn["officer_two"] ?? null },
        others: (half.others ?? []).map((card) => ({ drawing: half.drawn[card] ?? null })),
        enterprise: half.refused ? { refused: half.why } : { drawing: half.drawn["enterprise"] ?? null },
      },
      documents: half.forms.filter((form) => possible(half).includes(form)),
    },
  };
}
