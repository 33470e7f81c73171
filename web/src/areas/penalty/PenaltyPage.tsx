import { useQuery } from "@tanstack/react-query";
import { Button, Dropdown, Result, Spin, Tag } from "antd";
import { useState } from "react";
import { Link, Navigate, useParams } from "react-router";

import { ApiError, type Schemas, api, ask } from "../../api/client";
import { useMay } from "../../app/session";
import { yuan } from "../../parts/format";
import { sentence } from "../../parts/problem";
import { Timeline } from "../cases/Timeline";
import { WAITS, term } from "../cases/words";
import { state } from "../inspection/VisitList";
import { DOCUMENT_STATES } from "../inspection/words";
import { AmendDialog, DraftDialog, StepDialog } from "./Dialogs";
import { Exhibits } from "./Exhibits";
import { PaperDialog } from "./PaperDialog";
import { CIRCUMSTANCES, LEADER_STEPS, OWN_STEPS, PAPERS, PROCEDURES, STAGES, STATES } from "./words";
import "../cases/cases.css";
import "../danger/danger.css";
import "../inspection/inspection.css";

export type Penalty = Schemas["PenaltyView"];

/** One penalty: what it is about, what the law lets it cost, its papers, what comes next and what was done. */
export default function PenaltyPage() {
  const may = useMay();
  // an enterprise reads what was served to it, not the case
  return may("find_penalty") || !may("list_served_documents") ? <Whole /> : <Navigate to="/served-documents" replace />;
}

function Whole() {
  const { city = "", id = "" } = useParams();
  const may = useMay();
  const [doing, setDoing] = useState<{ action: string; label: string } | null>(null);
  const [drafting, setDrafting] = useState<string | null>(null);
  const [open, setOpen] = useState<string | null>(null);
  const penalty = useQuery({ queryKey: ["penalties", city, id], queryFn: () => ask(api.GET("/api/penalties/{city}/{id}", { params: { path: { city, id } } })) });
  const steps = useQuery({ queryKey: ["cases", "events", id], queryFn: () => ask(api.GET("/api/cases/{city}/{id}/events", { params: { path: { city, id } } })) });
  if (penalty.isError) {
    const gone = penalty.error instanceof ApiError && penalty.error.status === 404;
    return <Result status={gone ? "404" : "warning"} title={gone ? "没有这件处罚案件，或它不在您的管辖范围内" : sentence(penalty.error)} extra={<Link to="/penalties">回到行政处罚</Link>} />;
  }
  if (penalty.isPending) return <div className="centre"><Spin size="large" /></div>;
  const own = penalty.data;
  const head = own.case;
  const money = (value: number) => `${yuan(value)} 元`;
  const fields: [string, string | null | undefined][] = [
    ["当事人", own.party_name],
    ["案件来源", own.source],
    ["发生日期", own.happened_on],
    ["执法人员", own.officers.map((officer) => `${officer.name}（${officer.number}）`).join("、")],
    ["违法事实", own.facts],
    ["证据", own.evidence],
    ["违反的规定", own.duty],
    ["处罚依据", own.basis],
    ["阶段和情节", [STAGES[own.stage ?? ""], CIRCUMSTANCES[own.circumstance ?? ""]].filter(Boolean).join("，")],
    ["拟处或者已处", own.imposed],
    ["幅度外的理由", own.mitigation],
    ["结果", own.result],
  ];
  const days: [string, string | null | undefined][] = [
    ["立案", own.filed_on],
    ["告知送达", own.told_on],
    ["听证", own.hearing_on],
    ["最迟作出决定", own.limit_on],
    ["决定", own.decided_on],
    ["决定送达", own.served_on],
    ["已缴", own.paid > 0 ? money(own.paid) : null],
  ];
  const next = own.next.filter((step) => [...OWN_STEPS, ...LEADER_STEPS].includes(step.action));
  const papers = Object.entries(PAPERS[head.state] ?? {}).filter(([form]) => (own.party === "person" ? !form.endsWith("_unit") : !form.endsWith("_person")));
  const amend = own.next.some((step) => step.action === "amend");
  const shown = own.documents.find((document) => document.id === open);
  return (
    <>
      <div className="panel">
        <div className="page-head" style={{ marginBottom: 6 }}>
          <h1>{own.cause}</h1>
          <Tag color={STATES[head.state]?.[1] ?? "default"}>{head.state_label}</Tag>
          <Tag>{PROCEDURES[own.procedure]}</Tag>
        </div>
        <div>
          <Link to={`/enterprises/${head.city}/${head.enterprise ?? ""}?tab=cases`}>{head.enterprise_name}</Link>
          <span className="muted">　{head.number}　经办人 {head.officer_name || "未指定"}</span>
          {own.visit && <>{"\u3000"}<Link to={`/visits/${head.city}/${own.visit}`}>现场检查</Link></>}
        </div>
        <div style={{ marginTop: 6 }}>
          <b className={head.overdue ? "down" : ""}>{head.closed_on ? "" : "期限 "}{term(head)}</b>
          <span className="muted">　{WAITS[head.waits]}{head.due_basis ? ` ${head.due_basis}` : ""}</span>
        </div>
        <div className="danger-steps no-print">
          {papers.length > 0 && may("create_penalty_document") && (
            <Dropdown trigger={["click"]} menu={{ items: papers.map(([key, label]) => ({ key, label })), onClick: ({ key }) => setDrafting(key) }}>
              <Button type="primary">起草文书</Button>
            </Dropdown>
          )}
          {amend && may("update_penalty") && <Button onClick={() => setDoing({ action: "amend", label: "修改案情" })}>修改案情</Button>}
          {next.map((step) => <Button key={step.action} onClick={() => setDoing(step)}>{step.label}</Button>)}
        </div>
      </div>
      <div className="danger-page">
        <div>
          <section className="panel">
            <h2>执法文书</h2>
            {own.documents.length === 0 && <p className="muted">还没有文书。一步一份文书：起草后先看，再签发或者送领导审批；签发、审批就是办这一步。</p>}
            {own.documents.map((document) => (
              <div key={document.id} className="document-line">
                <a onClick={() => setOpen(document.id)}>{document.name}</a>
                {state(document, DOCUMENT_STATES)}
                {document.state === "draft" && <span className="muted">{document.approval ? "待领导审批" : "待签发"}</span>}
                <span className="muted">{[document.number, document.issued_on, document.served_on ? `${document.served_on} 送达` : null, document.opened_at ? "企业已查看" : null].filter(Boolean).join("\u3000")}</span>
              </div>
            ))}
          </section>
          <section className="panel">
            <h2>案情</h2>
            <dl className="fields" style={{ margin: 0 }}>
              {fields.filter(([, value]) => value).map(([label, value]) => (
                <div key={label} className={(value?.length ?? 0) > 30 ? "field long" : "field"}><dt>{label}</dt><dd>{value}</dd></div>
              ))}
            </dl>
          </section>
          {own.frame && (
            <section className="panel">
              <h2>裁量幅度</h2>
              <p style={{ margin: 0 }}>{own.frame.name}</p>
              <p style={{ margin: "6px 0" }}>
                法定 {money(own.frame.law_from)} 至 {money(own.frame.law_to)}；按情节 <b>{money(own.frame.from)} 至 {money(own.frame.to)}</b>{own.frame.other ? `；${own.frame.other}` : ""}
              </p>
              <p className="muted" style={{ margin: 0 }}>{own.frame.duty}　{own.frame.basis}{own.hearing_right ? "　应当告知听证权利" : ""}</p>
            </section>
          )}
          <Exhibits penalty={own} />
        </div>
        <div>
          <section className="panel">
            <h2>日期</h2>
            <dl className="fields" style={{ margin: 0 }}>
              {days.filter(([, value]) => value).map(([label, value]) => <div key={label} className="field"><dt>{label}</dt><dd>{value}</dd></div>)}
            </dl>
          </section>
          <section className="panel">
            <h2>办理经过</h2>
            <Timeline steps={steps.data ?? []} pending={steps.isPending} error={steps.error} />
          </section>
        </div>
      </div>
      {doing?.action === "amend" && <AmendDialog penalty={own} onClose={() => setDoing(null)} />}
      {doing && doing.action !== "amend" && <StepDialog penalty={own} {...doing} onClose={() => setDoing(null)} />}
      {drafting && <DraftDialog penalty={own} form={drafting} onClose={(document) => { setDrafting(null); if (document) setOpen(document); }} />}
      {shown && <PaperDialog key={shown.version} penalty={own} document={shown} onClose={() => setOpen(null)} />}
    </>
  );
}
