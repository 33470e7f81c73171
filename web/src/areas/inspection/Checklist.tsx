import { useQueryClient } from "@tanstack/react-query";
import { Alert, Button, Progress, Radio, Space, Tag } from "antd";
import { useEffect, useRef, useState } from "react";

import { ApiError, type Schemas, api, ask } from "../../api/client";
import { sentence } from "../../parts/problem";
import { SEVERITY } from "../cases/words";
import { type Visit, visitQuery } from "./use";
import { ANSWERS } from "./words";

type Item = Schemas["VisitItem"];
type Answers = Record<string, string>;

/**
 * Answers are sent a moment after they were given, together. Two officers may answer the same visit from two phones: answers to
 * different items join; where both answered the same item otherwise, nothing is overwritten before somebody has decided.
 */
function useAnswers(visit: Visit) {
  const queries = useQueryClient();
  const { city, id } = visit.visit;
  const [given, setGiven] = useState<Answers>({});
  const [clash, setClash] = useState<Answers | null>(null);
  const [failed, setFailed] = useState<unknown>(null);
  const [turn, setTurn] = useState(0);
  const sending = useRef(false);
  const said = useRef(given);
  said.current = given;
  useEffect(() => {
    if (Object.keys(given).length === 0 || clash || failed !== null) return;
    const timer = setTimeout(() => {
      if (sending.current) return;
      sending.current = true;
      void send().finally(() => {
        sending.current = false;
        setTurn((own) => own + 1);
      });
    }, 400);
    return () => clearTimeout(timer);
    // `send` reads what was given last by itself
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [given, clash, failed, turn]);
  async function send() {
    const mine = said.current;
    const key = visitQuery(city, id).queryKey;
    const before = queries.getQueryData<Visit>(key) ?? visit;
    try {
      const after = await ask(api.PATCH("/api/visits/{city}/{id}", { params: { path: { city, id } }, body: { version: before.visit.version, checklist: mine } }));
      queries.setQueryData<Visit>(key, (own) => own && { ...own, visit: after, checklist: { ...own.checklist, ...mine } });
      setGiven((own) => Object.fromEntries(Object.entries(own).filter(([code, answer]) => mine[code] !== answer)));
    } catch (error) {
      if (!(error instanceof ApiError) || error.status !== 409) {
        setFailed(error);
        return;
      }
      const now = await queries.fetchQuery({ ...visitQuery(city, id), staleTime: 0 });
      const other = Object.entries(now.checklist).filter(([code, answer]) => mine[code] !== undefined && answer !== mine[code] && answer !== before.checklist[code]);
      if (now.visit.state !== "open") setFailed(error);
      else if (other.length > 0) setClash(Object.fromEntries(other));
    }
  }
  return {
    answers: { ...visit.checklist, ...given } as Answers,
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

const units = (items: Item[]) => [...new Set(items.map((item) => item.unit))].map((unit) => ({ unit, items: items.filter((item) => item.unit === unit) }));

/** The checklist of an open visit, answered item by item. */
export function Checklist({ visit, onFound, onSaving }: { visit: Visit; onFound: (item: Item) => void; onSaving: (saving: boolean) => void }) {
  const own = useAnswers(visit);
  useEffect(() => onSaving(own.saving), [own.saving, onSaving]);
  if (visit.items.length === 0) return <section className="panel"><h2>检查表</h2><p className="muted">这个领域还没有检查表，请直接记录发现的问题。</p></section>;
  const done = visit.items.filter((item) => own.answers[item.code]).length;
  const name = (code: string) => visit.items.find((item) => item.code === code)?.content ?? code;
  return (
    <section className="panel">
      <div className="checklist-head">
        <h2>检查表</h2>
        <span className="muted">已查 {done} / {visit.items.length} 项　{own.failed !== null ? "没有保存" : own.saving ? "正在保存…" : done > 0 ? "已保存。" : ""}</span>
      </div>
      <Progress percent={Math.round((done / visit.items.length) * 100)} showInfo={false} size="small" />
      {own.failed !== null && <Alert type="error" showIcon title={sentence(own.failed)} action={<Button size="small" onClick={own.again}>重试</Button>} />}
      {own.clash && (
        <Alert
          type="warning"
          showIcon
          title="另一位执法人员对同一项有不同记录"
          description={Object.entries(own.clash).map(([code, answer]) => <div key={code}>{name(code)}：对方记为“{ANSWERS[answer]}”，您记为“{ANSWERS[own.answers[code] ?? ""]}”。</div>)}
          action={<Space orientation="vertical"><Button size="small" onClick={own.keepMine}>用我的</Button><Button size="small" onClick={own.keepTheirs}>用对方的</Button></Space>}
        />
      )}
      {units(visit.items).map((group) => (
        <details key={group.unit} className="checklist-unit" open>
          <summary>{group.unit}<span className="muted">　{group.items.filter((item) => own.answers[item.code]).length} / {group.items.length}</span></summary>
          {group.items.map((item) => (
            <div key={item.code} className="checklist-item">
              <div>
                {item.severity === "major" && <Tag color={SEVERITY["major"]?.[1] ?? "red"}>易构成重大隐患</Tag>}
                {item.content}
                <div className="muted checklist-basis">{[item.method, item.basis].filter(Boolean).join("　")}</div>
              </div>
              <div className="checklist-answer">
                <Radio.Group
                  aria-label={item.content}
                  optionType="button"
                  buttonStyle="solid"
                  value={own.answers[item.code] ?? null}
                  onChange={(event) => own.answer(item.code, String(event.target.value))}
                  options={Object.entries(ANSWERS).map(([value, label]) => ({ value, label }))}
                />
                {own.answers[item.code] === "unmet" && (
                  <Button type="link" onClick={() => onFound(item)}>{visit.findings.some((found) => found.item === item.code) ? "再记一个问题" : "记录问题"}</Button>
                )}
              </div>
            </div>
          ))}
        </details>
      ))}
    </section>
  );
}

/** What the checklist of a finished visit says: how many of each, and what was not met. */
export function Answered({ visit }: { visit: Visit }) {
  const answers: Answers = visit.checklist;
  const of = (answer: string) => visit.items.filter((item) => answers[item.code] === answer);
  const open = visit.items.filter((item) => !answers[item.code]).length;
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
