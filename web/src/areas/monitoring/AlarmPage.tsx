import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Alert, App, Button, Form, Modal, Result, Spin, Tag } from "antd";
import dayjs from "dayjs";
import { useState } from "react";
import { Link, useParams } from "react-router";

import { ApiError, type Schemas, api, ask } from "../../api/client";
import { useMay } from "../../app/session";
import { address } from "../../parts/filters";
import { instant } from "../../parts/format";
import { LongText } from "../../parts/LongText";
import { formProblems, sentence } from "../../parts/problem";
import { Timeline } from "../cases/Timeline";
import { TIERS, WAITS, term } from "../cases/words";
import { Curve } from "./Curve";
import { ALARM_STATES, lasted, measured } from "./words";
import "../cases/cases.css";
import "./monitoring.css";

type Alarm = Schemas["AlarmView"];

/** One alarm: what was passed by how much, what comes next, and what was done. */
export default function AlarmPage() {
  const { city = "", id = "" } = useParams();
  const may = useMay();
  const [doing, setDoing] = useState<{ action: string; label: string } | null>(null);
  const alarm = useQuery({ queryKey: ["alarm", city, id], queryFn: () => ask(api.GET("/api/monitoring/alarms/{city}/{id}", { params: { path: { city, id } } })), refetchInterval: doing ? false : 10_000 });
  const steps = useQuery({ queryKey: ["cases", "events", id, alarm.data?.case.version], queryFn: () => ask(api.GET("/api/cases/{city}/{id}/events", { params: { path: { city, id } } })), enabled: alarm.isSuccess });
  if (alarm.isError && !alarm.data) {
    const gone = alarm.error instanceof ApiError && alarm.error.status === 404;
    return <Result status={gone ? "404" : "warning"} title={gone ? "没有这起报警，或它不在您的管辖范围内" : sentence(alarm.error)} extra={<Link to="/monitoring/alarms">回到监测报警</Link>} />;
  }
  if (alarm.isPending) return <div className="centre"><Spin size="large" /></div>;
  const own = alarm.data;
  const { case: head, detail } = own;
  const ended = detail.ended_at;
  const facts: [string, string | null | undefined][] = [
    ["监测点", `${detail.code} ${detail.name}（${detail.kind_label}）`],
    ["限值", `${detail.side === "high" ? "高于" : "低于"} ${measured(detail.limit, detail.unit)}`],
    ["最严重值", measured(detail.peak, detail.unit)],
    ["开始超限", instant(detail.started_at)],
    ["报警时间", instant(detail.raised_at)],
    ["恢复时间", ended ? `${instant(ended)}（超限时长：${lasted(dayjs(ended).diff(detail.started_at, "minute"))}）` : "仍超限"],
    ["超限次数", detail.times > 1 ? `${detail.times} 次` : null],
    ["确认", detail.acknowledged_at ? `${detail.acknowledged_by ?? ""} ${instant(detail.acknowledged_at)}（报警到确认：${lasted(detail.waited_minutes)}）` : `尚未确认（报警至今：${lasted(detail.waited_minutes)}）`],
    ["报警原因", detail.cause],
    ["处置措施", detail.measures],
  ];
  const handleable = own.next.some((step) => step.action === "handle");
  return (
    <>
      <div className="panel">
        <div className="page-head" style={{ marginBottom: 6 }}>
          <h1>{head.title}</h1>
          <Tag color={detail.level === 2 ? "red" : "orange"}>{detail.level === 2 ? "二级报警" : "一级报警"}</Tag>
          <Tag color={ALARM_STATES[head.state]?.[1] ?? "default"}>{head.state_label}</Tag>
          {!head.closed_on && <Tag color={ended ? "green" : "red"}>{ended ? "监测值已恢复" : "仍超限"}</Tag>}
        </div>
        <div>
          <Link to={`/enterprises/${head.city}/${head.enterprise ?? ""}?tab=monitoring`}>{head.enterprise_name}</Link>
          <span className="muted">　{head.region_name}　{head.number}</span>
        </div>
        <div style={{ marginTop: 6 }}>
          <b className={head.overdue ? "down" : ""}>{head.closed_on ? "" : "期限 "}{term(head)}</b>
          <span className="muted">　{WAITS[head.waits]}{head.due_basis ? ` ${head.due_basis}` : ""}{head.tier !== "town" && !head.closed_on ? `\u3000已上报至${TIERS[head.tier] ?? ""}` : ""}</span>
        </div>
        {(own.next.length > 0 || may("create_danger")) && (
          <div className="monitor-steps no-print">
            {own.next.map((step) => (
              <Button key={step.action} type={step.action === "dismiss" ? "default" : "primary"} onClick={() => setDoing(step)}>{step.label}</Button>
            ))}
            {may("create_danger") && <Link to={asDanger(own)}><Button>登记为隐患</Button></Link>}
          </div>
        )}
        {head.state === "acknowledged" && !handleable && <Alert style={{ marginTop: 10 }} type="info" showIcon title="监测值恢复正常后，才能填写原因和处置措施、办结报警。" />}
      </div>
      <div className="monitor-page">
        <div>
          {may("find_monitor_curve") && <Around alarm={own} />}
          <section className="panel">
            <h2>报警情况</h2>
            <dl className="fields" style={{ margin: 0 }}>
              {facts.filter(([, text]) => text).map(([label, text]) => (
                <div key={label} className={(text?.length ?? 0) > 30 ? "field long" : "field"}><dt>{label}</dt><dd>{text}</dd></div>
              ))}
            </dl>
            <p style={{ marginBottom: 0 }}><Link to={`/monitoring/points/${head.city}/${detail.point}`}>查看监测点</Link></p>
          </section>
          {may("list_dangers") && <FoundHere id={head.id} />}
        </div>
        <section className="panel">
          <h2>办理经过</h2>
          <Timeline steps={steps.data ?? []} pending={steps.isPending} error={steps.error} />
        </section>
      </div>
      {doing && <StepDialog alarm={own} action={doing.action} label={doing.label} onClose={() => setDoing(null)} />}
    </>
  );
}

/** The form of a new danger with what the alarm says of it. */
function asDanger({ case: head, detail }: Alarm): string {
  const passed = `${detail.side === "high" ? "高于" : "低于"}限值 ${measured(detail.limit, detail.unit)}`;
  return address("/dangers/new", {
    city: head.city,
    enterprise: head.enterprise ?? "",
    source: "monitoring",
    found_in: head.id,
    found_on: dayjs(detail.raised_at).format("YYYY-MM-DD"),
    place: `${detail.code} ${detail.name}`,
    description: `${detail.kind_label}监测值${passed}，最严重时 ${measured(detail.peak, detail.unit)}（${instant(detail.raised_at)} ${detail.level === 2 ? "二级报警" : "一级报警"}，${head.number}）。`,
  });
}

/** The dangers that were entered from the alarm. */
function FoundHere({ id }: { id: string }) {
  const list = useQuery({ queryKey: ["dangers", "found-in", id], queryFn: () => ask(api.GET("/api/dangers", { params: { query: { found_in: id, listed: false, mine: false, limit: 20 } } })) });
  const items = list.data?.items ?? [];
  if (items.length === 0) return null;
  return (
    <section className="panel">
      <h2>由此登记的隐患</h2>
      {items.map((own) => (
        <div key={own.case.id}><Link to={own.case.link}>{own.case.number} {own.case.title}</Link><span className="muted">　{own.case.state_label}</span></div>
      ))}
    </section>
  );
}

/** What the point measured around the alarm. */
function Around({ alarm }: { alarm: Alarm }) {
  const { case: head, detail } = alarm;
  const path = { city: head.city, id: detail.point };
  const point = useQuery({ queryKey: ["monitoring", "point", head.city, detail.point], queryFn: () => ask(api.GET("/api/monitoring/points/{city}/{id}", { params: { path } })) });
  const last = detail.ended_at ?? null;
  const curve = useQuery({
    queryKey: ["monitoring", "curve", detail.point, "alarm", detail.started_at, last],
    queryFn: () => {
      const end = last ? dayjs(last) : dayjs();
      const margin = Math.max(end.diff(detail.started_at, "minute") / 2, 30);
      const after = end.add(last ? margin : 0, "minute");
      const query = { from: dayjs(detail.started_at).subtract(margin, "minute").toISOString(), to: (after.isAfter(dayjs()) ? dayjs() : after).toISOString() };
      return ask(api.GET("/api/monitoring/points/{city}/{id}/curve", { params: { path, query } }));
    },
    refetchInterval: last ? false : 15_000,
  });
  return (
    <section className="panel">
      <h2>报警前后的监测值</h2>
      {curve.isError && <Alert type="error" showIcon title={sentence(curve.error)} />}
      {curve.data && point.data && <Curve drawn={curve.data} limits={point.data} unit={detail.unit} interval={point.data.interval_s} span={[detail.started_at, last ?? curve.data.to]} />}
    </section>
  );
}

interface Values {
  note?: string;
  cause?: string;
  measures?: string;
  reason?: string;
}

const ASKED: Record<string, { name: keyof Values; label: string; optional?: boolean }[]> = {
  acknowledge: [{ name: "note", label: "现场情况（可不填）", optional: true }],
  handle: [{ name: "cause", label: "报警原因" }, { name: "measures", label: "处置措施" }],
  dismiss: [{ name: "reason", label: "为什么是误报" }],
};

function StepDialog({ alarm, action, label, onClose }: { alarm: Alarm; action: string; label: string; onClose: () => void }) {
  const queries = useQueryClient();
  const { message } = App.useApp();
  const [form] = Form.useForm<Values>();
  const params = { path: { city: alarm.case.city, id: alarm.case.id } };
  const version = alarm.case.version;
  const again = () => {
    for (const key of ["alarm", "alarms", "monitoring", "cases", "inbox", "indicators"]) void queries.invalidateQueries({ queryKey: [key] });
  };
  const take = useMutation({
    mutationFn: (values: Values) => {
      switch (action) {
        case "acknowledge":
          return ask(api.POST("/api/monitoring/alarms/{city}/{id}/acknowledge", { params, body: { version, note: values.note || null } }));
        case "handle":
          return ask(api.POST("/api/monitoring/alarms/{city}/{id}/handle", { params, body: { version, cause: values.cause ?? "", measures: values.measures ?? "" } }));
        default:
          return ask(api.POST("/api/monitoring/alarms/{city}/{id}/dismiss", { params, body: { version, reason: values.reason ?? "" } }));
      }
    },
    onSuccess: () => {
      void message.success(`${label}：已办理。`);
      again();
      onClose();
    },
    onError: (error) => {
      form.setFields(formProblems(error).map((own) => ({ name: own.name as keyof Values, errors: own.errors })));
      if (error instanceof ApiError && error.status === 409) again();
    },
  });
  return (
    <Modal open title={label} okText="确定" cancelText="取消" okButtonProps={{ loading: take.isPending }} onOk={() => form.submit()} onCancel={onClose}>
      <Form<Values> form={form} layout="vertical" onFinish={(values) => take.mutate(values)}>
        {(ASKED[action] ?? []).map((field) => (
          <Form.Item key={field.name} name={field.name} label={field.label} rules={field.optional ? [] : [{ required: true, message: "请填写这一项。" }]}>
            <LongText maxLength={1000} />
          </Form.Item>
        ))}
      </Form>
      {take.isError && <Alert type="error" showIcon title={sentence(take.error)} />}
    </Modal>
  );
}
