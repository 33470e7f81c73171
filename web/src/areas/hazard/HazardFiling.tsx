import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Alert, App, Button, DatePicker, Form, Input, Modal, Result, Select, Spin, Tag } from "antd";
import dayjs, { type Dayjs } from "dayjs";
import { useState } from "react";
import { Link, useParams } from "react-router";

import { ApiError, type Schemas, api, ask } from "../../api/client";
import { LongText } from "../../parts/LongText";
import { sentence } from "../../parts/problem";
import { Timeline } from "../cases/Timeline";
import { WAITS, term } from "../cases/words";
import { GradeTag } from "./HazardList";
import { Papers, type PaperValues, papers } from "./Papers";
import { CASE_STATES } from "./words";
import "../cases/cases.css";
import "./hazard.css";

type Filing = Schemas["HazardFilingView"];

const FIRST = ["accept", "decide", "resubmit"];

/** One filing: what was handed in, what comes next, and what was done. */
export default function HazardFiling() {
  const { city = "", id = "" } = useParams();
  const [doing, setDoing] = useState<{ action: string; label: string } | null>(null);
  const query = useQuery({ queryKey: ["hazard", "filing", city, id], queryFn: () => ask(api.GET("/api/hazard-filings/{city}/{id}", { params: { path: { city, id } } })) });
  const steps = useQuery({ queryKey: ["cases", "events", id], queryFn: () => ask(api.GET("/api/cases/{city}/{id}/events", { params: { path: { city, id } } })) });
  if (query.isError) {
    const gone = query.error instanceof ApiError && query.error.status === 404;
    return <Result status={gone ? "404" : "warning"} title={gone ? "没有这份备案，或它不在您的管辖范围内" : sentence(query.error)} extra={<Link to="/hazards">回到重大危险源名单</Link>} />;
  }
  if (query.isPending) return <div className="centre"><Spin size="large" /></div>;
  const own = query.data;
  const { case: head, source } = own;
  return (
    <>
      <div className="panel">
        <div className="page-head" style={{ marginBottom: 6 }}>
          <h1>{own.kind === "cancel" ? "重大危险源核销" : "重大危险源备案"}</h1>
          <Tag color={CASE_STATES[head.state] ?? "default"}>{head.state_label}</Tag>
          <GradeTag source={source} />
        </div>
        <div>
          <Link to={`/hazards/${source.city}/${source.id}`}>{source.name}</Link>　<Link to={`/enterprises/${head.city}/${head.enterprise ?? ""}`}>{head.enterprise_name}</Link>
          <span className="muted">　{head.region_name}　{head.number}</span>
        </div>
        <div style={{ marginTop: 6 }}>
          {own.number ? <>编号 <b>{own.number}</b>{own.valid_until && `\u3000有效期至 ${own.valid_until}`}</> : <><b className={head.overdue ? "down" : ""}>{head.closed_on ? "" : "期限 "}{term(head)}</b><span className="muted">　{WAITS[head.waits]}　{head.due_basis}</span></>}
        </div>
        {own.next.length > 0 && (
          <div className="hazard-steps no-print">
            {own.next.map((step) => (
              <Button key={step.action} type={FIRST.includes(step.action) ? "primary" : "default"} onClick={() => setDoing(step)}>{step.action === "decide" ? (own.kind === "cancel" ? "准予核销" : "予以备案") : step.label}</Button>
            ))}
          </div>
        )}
      </div>
      <div className="hazard-page">
        <section className="panel">
          <h2>报送的材料</h2>
          {own.reason && <p>理由：{own.reason}</p>}
          <ol style={{ margin: 0, paddingLeft: 22 }}>
            {own.materials.map((paper) => <li key={paper.name}>{paper.name}<span className="muted">　{paper.note}</span></li>)}
          </ol>
        </section>
        <section className="panel">
          <h2>办理经过</h2>
          <Timeline steps={steps.data ?? []} pending={steps.isPending} error={steps.error} />
        </section>
      </div>
      {doing && <StepDialog filing={own} action={doing.action} label={doing.label} onClose={() => setDoing(null)} />}
    </>
  );
}

interface Values extends PaperValues {
  reason?: string;
  pointer?: string;
  number?: string;
  valid_until?: Dayjs;
}

const PARTS: Record<string, string> = { "/units": "单元和数量", "/population": "厂外人口", "/assessed_on": "安全评估", "/persons": "责任人", "/materials": "材料" };

function StepDialog({ filing, action, label, onClose }: { filing: Filing; action: string; label: string; onClose: () => void }) {
  const queries = useQueryClient();
  const { message } = App.useApp();
  const [form] = Form.useForm<Values>();
  const path = { city: filing.case.city, id: filing.case.id };
  const { version } = filing.case;
  const save = useMutation({
    mutationFn: (values: Values) => {
      const params = { path };
      switch (action) {
        case "accept":
          return ask(api.POST("/api/hazard-filings/{city}/{id}/accept", { params, body: { version } }));
        case "return":
          return ask(api.POST("/api/hazard-filings/{city}/{id}/return", { params, body: { version, reason: values.reason ?? null, fields: values.pointer ? [{ pointer: values.pointer, reason: values.reason ?? "" }] : [] } }));
        case "resubmit":
          return ask(api.POST("/api/hazard-filings/{city}/{id}/resubmit", { params, body: { version, materials: papers(filing.documents, values) } }));
        case "decide":
          return ask(api.POST("/api/hazard-filings/{city}/{id}/decide", { params, body: { version, number: values.number || null, valid_until: values.valid_until?.format("YYYY-MM-DD") ?? null } }));
        default:
          return ask(api.POST("/api/hazard-filings/{city}/{id}/withdraw", { params, body: { version, reason: values.reason ?? null } }));
      }
    },
    onSuccess: () => {
      for (const key of ["hazard", "hazards", "cases", "inbox"]) void queries.invalidateQueries({ queryKey: [key] });
      void message.success("已办理。");
      onClose();
    },
  });
  const text = action === "decide" ? (filing.kind === "cancel" ? "准予核销" : "予以备案") : label;
  return (
    <Modal open width={action === "resubmit" ? 760 : 520} title={text} okText="确定" cancelText="取消" onCancel={onClose} onOk={() => form.submit()} confirmLoading={save.isPending}>
      <Form form={form} layout="vertical" onFinish={(values) => save.mutate(values)}>
        {action === "accept" && <p>材料齐全的予以受理，30 日内审查办结。</p>}
        {action === "return" && <Form.Item name="pointer" label="哪一部分需要补正"><Select allowClear options={Object.entries(PARTS).map(([value, own]) => ({ value, label: own }))} /></Form.Item>}
        {(action === "return" || action === "withdraw") && <Form.Item name="reason" label="原因" rules={[{ required: true, message: "请写明原因。" }]}><LongText maxLength={500} /></Form.Item>}
        {action === "resubmit" && <Papers wanted={filing.documents} />}
        {action === "decide" && (
          <>
            <Form.Item name="number" label="编号" extra="不填则由系统按本县（区）顺序编号"><Input maxLength={50} /></Form.Item>
            {filing.kind === "filing" && <Form.Item name="valid_until" label="有效期至" extra="不填则为安全评估之日起三年"><DatePicker disabledDate={(day: Dayjs) => day.isBefore(dayjs(), "day")} /></Form.Item>}
          </>
        )}
        {save.isError && <Alert type="error" showIcon title={sentence(save.error)} />}
      </Form>
    </Modal>
  );
}
