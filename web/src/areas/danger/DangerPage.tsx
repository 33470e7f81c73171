import { useQuery, useQueryClient } from "@tanstack/react-query";
import { Button, Result, Spin, Tag } from "antd";
import { type ReactNode, useState } from "react";
import { Link, useParams } from "react-router";

import { ApiError, type Schemas, api, ask } from "../../api/client";
import { useMay } from "../../app/session";
import { yuan } from "../../parts/format";
import { sentence } from "../../parts/problem";
import { UploadButton } from "../../parts/UploadButton";
import { Timeline } from "../cases/Timeline";
import { SEVERITY, TIERS, WAITS, term } from "../cases/words";
import DangerForm from "./DangerForm";
import { Notices } from "./Notices";
import { Papers } from "./Papers";
import { StepDialog } from "./StepDialog";
import { ACCEPTANCE, STATES, STOPS, WAYS } from "./words";
import "../cases/cases.css";
import "./danger.css";

type Danger = Schemas["DangerView"];

/** The step that a person most likely comes for. */
const FIRST = ["mend", "pass", "accept", "release", "grant"];

/** One danger: what it is, what comes next, and what was done. */
export default function DangerPage() {
  const { city = "", id = "" } = useParams();
  const may = useMay();
  const [doing, setDoing] = useState<{ action: string; label: string } | null>(null);
  const danger = useQuery({ queryKey: ["danger", city, id], queryFn: () => ask(api.GET("/api/dangers/{city}/{id}", { params: { path: { city, id } } })) });
  const steps = useQuery({ queryKey: ["cases", "events", id], queryFn: () => ask(api.GET("/api/cases/{city}/{id}/events", { params: { path: { city, id } } })) });
  if (danger.isError) {
    const gone = danger.error instanceof ApiError && danger.error.status === 404;
    return <Result status={gone ? "404" : "warning"} title={gone ? "没有这条隐患，或它不在您的管辖范围内" : sentence(danger.error)} extra={<Link to="/dangers">回到隐患名单</Link>} />;
  }
  if (danger.isPending) return <div className="centre"><Spin size="large" /></div>;
  const own = danger.data;
  const { case: head, detail } = own;
  if (doing?.action === "amend") return <DangerForm danger={own} onClose={() => setDoing(null)} />;
  const fields: [string, string | null | undefined][] = [
    ["隐患部位", detail.place],
    ["隐患内容", detail.description],
    ["整改要求", detail.requirement],
    ["类别", detail.category_label],
    ["来源", detail.source_label],
    ["发现", `${detail.found_on} ${detail.found_by ?? ""}`],
    ["整改期间", STOPS[detail.stop]],
  ];
  const plan: [string, string | null | undefined][] = [
    ["责任", detail.plan_person],
    ["措施", detail.plan_measures],
    ["资金", detail.plan_funds === null || detail.plan_funds === undefined ? null : `${yuan(detail.plan_funds)} 元`],
    ["时限", detail.plan_on],
    ["预案", detail.plan_emergency],
  ];
  const done: [string, string | null | undefined][] = [
    ["整改完成", detail.mended_on],
    ["整改情况", detail.mended_text],
    ["实际投入", detail.funds_spent === null || detail.funds_spent === undefined ? null : `${yuan(detail.funds_spent)} 元`],
    ["验收", detail.acceptance ? `${ACCEPTANCE[detail.acceptance] ?? ""} ${detail.accepted_by ?? ""}` : null],
    ["复查", detail.rechecked_on ? `${detail.rechecked_on} ${detail.rechecked_by ?? ""} ${detail.rechecked_text ?? ""}` : null],
  ];
  const listing: [string, string | null | undefined][] = [
    ["督办级别", `${TIERS[detail.listed_tier ?? ""] ?? ""}级`],
    ["文号", detail.listed_document],
    ["督办日期", detail.listed_on],
    ["督办期限", detail.listed_until],
    ["申请延期最迟", detail.released_on ? null : detail.listed_ask_by],
    ["送达", detail.served_on ? `${detail.served_on} ${WAYS[detail.served_way ?? ""] ?? ""} ${detail.served_to ?? ""} 签收` : "尚未登记送达"],
    ["解除", detail.released_on ? `${detail.released_on} ${detail.released_text ?? ""}` : null],
  ];
  const next = [...own.next].sort((a, b) => Number(FIRST.includes(b.action)) - Number(FIRST.includes(a.action)));
  return (
    <>
      <div className="panel">
        <div className="page-head" style={{ marginBottom: 6 }}>
          <h1>{head.title}</h1>
          <Tag color={SEVERITY[head.severity]?.[1] ?? "default"}>{SEVERITY[head.severity]?.[0]}隐患</Tag>
          <Tag color={STATES[head.state]?.[1] ?? "default"}>{head.state_label}</Tag>
          {detail.listed && <Tag color="volcano">{TIERS[detail.listed_tier ?? ""] ?? ""}级挂牌督办</Tag>}
        </div>
        <div>
          <Link to={`/enterprises/${head.city}/${head.enterprise ?? ""}?tab=cases`}>{head.enterprise_name}</Link>
          <span className="muted">　{head.region_name}　{head.number}　经办人 {head.officer_name || "未指定"}</span>
        </div>
        <div style={{ marginTop: 6 }}>
          <b className={head.overdue ? "down" : ""}>{head.closed_on ? "" : "期限 "}{term(head)}</b>
          <span className="muted">　{WAITS[head.waits]}{head.due_basis ? ` ${head.due_basis}` : ""}</span>
        </div>
        {next.length > 0 && (
          <div className="danger-steps no-print">
            {next.map((step) => (
              <Button key={step.action} type={FIRST.includes(step.action) ? "primary" : "default"} onClick={() => setDoing(step)}>
                {step.label}
              </Button>
            ))}
          </div>
        )}
      </div>
      <div className="danger-page">
        <div>
          <Panel title="隐患情况" fields={fields} extra={detail.found_in && <FoundIn city={head.city} id={detail.found_in} />} />
          <Photos danger={own} side="before" title="现场照片" may={may("create_danger_photo") && !head.closed_on} />
          {(head.severity === "major" || plan.some(([, value]) => value)) && <Panel title="治理方案（五落实）" fields={plan} empty="还没有填报治理方案。重大隐患须先填报，才能报告整改完成。" />}
          {detail.listed_on && (
            <Panel title="挂牌督办" fields={listing} />
          )}
          {done.some(([, value]) => value) && <Panel title="整改和复查" fields={done} />}
          {(head.state !== "mending" || own.photos.some((photo) => photo.side === "after") || own.next.some((step) => step.action === "mend")) && (
            <Photos danger={own} side="after" title="整改后照片" may={may("create_danger_photo") && !head.closed_on} />
          )}
          {may("list_danger_papers") && <Papers danger={own} />}
          {may("list_danger_notices") && <Notices danger={own} />}
          <section className="panel">
            <h2>等级判定</h2>
            <ol className="judgement">
              {((detail.judgement as { explanation?: { text: string; source?: string | null }[] }).explanation ?? []).map((step, at) => (
                <li key={at}>
                  {step.text}
                  {step.source && <small>{step.source}</small>}
                </li>
              ))}
            </ol>
          </section>
        </div>
        <section className="panel">
          <h2>办理经过</h2>
          <Timeline steps={steps.data ?? []} pending={steps.isPending} error={steps.error} />
        </section>
      </div>
      {doing && <StepDialog danger={own} action={doing.action} label={doing.label} onClose={() => setDoing(null)} />}
    </>
  );
}

/** The case in whose course it was found. */
function FoundIn({ city, id }: { city: string; id: string }) {
  const found = useQuery({ queryKey: ["cases", "one", city, id], queryFn: () => ask(api.GET("/api/cases/{city}/{id}", { params: { path: { city, id } } })), retry: false });
  const head = found.data?.case;
  return head ? <p style={{ margin: "8px 0 0" }}>由此登记：<Link to={head.link}>{head.number} {head.title}</Link></p> : null;
}

function Panel({ title, fields, empty, extra }: { title: string; fields: [string, string | null | undefined][]; empty?: string; extra?: ReactNode }) {
  const filled = fields.filter(([, value]) => value);
  return (
    <section className="panel">
      <h2>{title}</h2>
      {filled.length === 0 && empty && <p className="muted" style={{ margin: 0 }}>{empty}</p>}
      <dl className="fields" style={{ margin: 0 }}>
        {filled.map(([label, value]) => (
          <div key={label} className={(value?.length ?? 0) > 30 ? "field long" : "field"}>
            <dt>{label}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
      {extra}
    </section>
  );
}

function Photos({ danger, side, title, may }: { danger: Danger; side: "before" | "after"; title: string; may: boolean }) {
  const queries = useQueryClient();
  const { city, id } = danger.case;
  const photos = danger.photos.filter((photo) => photo.side === side);
  if (photos.length === 0 && !may) return null;
  return (
    <section className="panel">
      <h2>{title}</h2>
      <div className="danger-photos">
        {photos.map((photo) => (
          <a key={photo.id} href={`/api/danger-photos/${photo.city}/${photo.id}`} target="_blank" rel="noreferrer" title={photo.name}>
            {photo.kind === "pdf" ? <span className="paper">{photo.name}</span> : <img src={`/api/danger-photos/${photo.city}/${photo.id}`} alt={photo.name} loading="lazy" />}
          </a>
        ))}
      </div>
      {may && (
        <div style={{ marginTop: 8 }}>
          <UploadButton address={`/api/dangers/${city}/${id}/photos?side=${side}`} label={`上传${title}`} name={`${title}文件`} accept=".png,.jpg,.jpeg,.pdf" onDone={() => void queries.invalidateQueries({ queryKey: ["danger", city, id] })} />
        </div>
      )}
    </section>
  );
}
