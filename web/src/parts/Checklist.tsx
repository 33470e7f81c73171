import { Alert, Button, Progress, Radio, Space, Tag } from "antd";
import { type ReactNode, useEffect, useRef, useState } from "react";

import { ApiError, type Schemas } from "../api/client";
import { sentence } from "./problem";
import "./checklist.css";

export const ANSWERS: Record<string, string> = { met: "符合", unmet: "不符合", not_applicable: "不涉及" };

export type Answers = Record<string, string>;

export type ChecklistItem = Schemas["ChecklistItem"];

/** Where answers are kept. */
interface Keeper {
  /** What is kept, as it was read last. */
  saved: Answers;
  /** Sends answers at the version that was read last. */
  send: (answers: Answers) => Promise<void>;
  /** Reads what is kept now; null where it can no longer be changed. */
  fresh: () => Promise<Answers | null>;
}

/**
 * Answers are sent a moment after they were given, together. Two people may answer the same checklist from two phones: answers to
 * different items join; where both answered the same item otherwise, nothing is overwritten before somebody has decided.
 */
export function useAnswers({ saved, send, fresh }: Keeper) {
  const [given, setGiven] = useState<Answers>({});
  const [clash, setClash] = useState<Answers | null>(null);
  const [failed, setFailed] = useState<unknown>(null);
  const [turn, setTurn] = useState(0);
  const sending = useRef(false);
  const now = useRef({ given, saved, send, fresh });
  useEffect(() => {
    now.current = { given, saved, send, fresh };
  });
  useEffect(() => {
    if (Object.keys(given).length === 0 || clash || failed !== null) return;
    const deliver = async () => {
      const { given: mine, saved: before } = now.current;
      try {
        await now.current.send(mine);
        setGiven((own) => Object.fromEntries(Object.entries(own).filter(([code, answer]) => mine[code] !== answer)));
      } catch (error) {
        const kept = error instanceof ApiError && error.status === 409 ? await now.current.fresh().catch(() => null) : null;
        if (!kept) {
          setFailed(error);
          return;
        }
        const other = Object.entries(kept).filter(([code, answer]) => mine[code] !== undefined && answer !== mine[code] && answer !== before[code]);
        if (other.length > 0) setClash(Object.fromEntries(other));
      }
    };
    const timer = setTimeout(() => {
      if (sending.current) return;
      sending.current = true;
      void deliver().finally(() => {
        sending.current = false;
        setTurn((own) => own + 1);
      });
    }, 400);
    return () => clearTimeout(timer);
  }, [given, clash, failed, turn]);
  return {
    answers: { ...saved, ...given } as Answers,
    answer: (code: string, value: string) => setGiven((own) => ({ ...own, [code]: value })),
    saving: Object.keys(given).length > 0,
    failed,
    again: () => setFailed(null),
    clash,
    keepMine: () => setClash(null),
    keepTheirs: () => {
      setGiven((own) => Object.fromEntries(Object.entries(own).filter(([code]) => clash?.[code] === undefined)));
      setClash(null);
    },
  };
}

/** What an item shows while it is answered. */
type Shown = Pick<ChecklistItem, "code" | "unit" | "content" | "method" | "basis" | "severity">;

const units = <T extends Shown>(items: T[]) => [...new Set(items.map((item) => item.unit))].map((unit) => ({ unit, items: items.filter((item) => item.unit === unit) }));

/** The items of a checklist part by part, each with its answer; `extra` stands under it. */
export function ChecklistItems<T extends Shown>(props: { items: T[]; answers: Answers; folded?: boolean; onAnswer: (code: string, answer: string) => void; extra?: (item: T, answer: string | undefined) => ReactNode }) {
  const { items, answers, folded = false, onAnswer, extra } = props;
  return units(items).map((group) => (
    <details key={group.unit} className="checklist-unit" open={!folded || undefined}>
      <summary>{group.unit}<span className="muted">　{group.items.filter((item) => answers[item.code]).length} / {group.items.length}</span></summary>
      {group.items.map((item) => (
        <div key={item.code} className="checklist-item">
          <div>
            {item.severity === "major" && <Tag color="red">易构成重大隐患</Tag>}
            {item.content}
            <div className="muted checklist-basis">{[item.method, item.basis].filter(Boolean).join("\u3000")}</div>
          </div>
          <div className="checklist-answer">
            <Radio.Group
              aria-label={item.content}
              optionType="button"
              buttonStyle="solid"
              value={answers[item.code] ?? null}
              onChange={(event) => onAnswer(item.code, String(event.target.value))}
              options={Object.entries(ANSWERS).map(([value, label]) => ({ value, label }))}
            />
          </div>
          {extra && <div className="checklist-extra">{extra(item, answers[item.code])}</div>}
        </div>
      ))}
    </details>
  ));
}

/** A checklist answered item by item; `extra` stands under an item's answer. */
export function Checklist({ items, own, extra }: { items: ChecklistItem[]; own: ReturnType<typeof useAnswers>; extra?: (item: ChecklistItem, answer: string | undefined) => ReactNode }) {
  const done = items.filter((item) => own.answers[item.code]).length;
  const name = (code: string) => items.find((item) => item.code === code)?.content ?? code;
  return (
    <section className="panel">
      <div className="checklist-head">
        <h2>检查表</h2>
        <span className="muted">已查 {done} / {items.length} 项　{own.failed !== null ? "没有保存" : own.saving ? "正在保存…" : done > 0 ? "已保存。" : ""}</span>
      </div>
      <Progress percent={items.length === 0 ? 100 : Math.round((done / items.length) * 100)} showInfo={false} size="small" />
      {own.failed !== null && <Alert type="error" showIcon title={sentence(own.failed)} action={<Button size="small" onClick={own.again}>重试</Button>} />}
      {own.clash && (
        <Alert
          type="warning"
          showIcon
          title="另一位检查人员对同一项有不同记录"
          description={Object.entries(own.clash).map(([code, answer]) => <div key={code}>{name(code)}：对方记为“{ANSWERS[answer]}”，您记为“{ANSWERS[own.answers[code] ?? ""]}”。</div>)}
          action={<Space orientation="vertical"><Button size="small" onClick={own.keepMine}>用我的</Button><Button size="small" onClick={own.keepTheirs}>用对方的</Button></Space>}
        />
      )}
      <ChecklistItems items={items} answers={own.answers} onAnswer={own.answer} {...(extra ? { extra } : {})} />
    </section>
  );
}

/** What a checklist says: how many of each, and what was not met. */
export function Answered({ items, answers }: { items: ChecklistItem[]; answers: Answers }) {
  const of = (answer: string) => items.filter((item) => answers[item.code] === answer);
  const open = items.filter((item) => !answers[item.code]).length;
  return (
    <section className="panel">
      <h2>检查表</h2>
      <p style={{ margin: 0 }}>
        符合 {of("met").length} 项，不符合 {of("unmet").length} 项，不涉及 {of("not_applicable").length} 项{open > 0 ? `，没有检查 ${open} 项` : ""}。
      </p>
      {of("unmet").length > 0 && <ul className="checklist-unmet">{of("unmet").map((item) => <li key={item.code}>{item.content}<span className="muted">　{item.basis}</span></li>)}</ul>}
    </section>
  );
}
