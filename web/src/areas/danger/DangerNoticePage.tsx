import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Alert, App, Button, DatePicker, Form, Input, Modal, Result, Spin, Tag } from "antd";
import dayjs, { type Dayjs } from "dayjs";
import { useState } from "react";
import { Link, useParams } from "react-router";

import { ApiError, type Schemas, api, ask } from "../../api/client";
import { useMay } from "../../app/session";
import { LongText } from "../../parts/LongText";
import { formProblems, sentence } from "../../parts/problem";
import { Timeline } from "../cases/Timeline";
import { term } from "../cases/words";
import { NOTICE_STATES } from "./words";
import "../cases/cases.css";
import "./danger.css";

type Notice = Schemas["DangerNoticeView"];

/** One notice to another department: what was asked, what came back, and what is next. */
export default function DangerNoticePage() {
  const { city = "", id = "" } = useParams();
  const may = useMay();
  const [doing, setDoing] = useState<{ action: string; label: string } | null>(null);
  const notice = useQuery({ queryKey: ["danger-notices", "one", id], queryFn: () => ask(api.GET("/api/danger-notices/{city}/{id}", { params: { path: { city, id } } })) });
  const steps = useQuery({ queryKey: ["cases", "events", id], queryFn: () => ask(api.GET("/api/cases/{city}/{id}/events", { params: { path: { city, id } } })) });
  if (notice.isError) {
    const gone = notice.error instanceof ApiError && notice.error.status === 404;
    return <Result status={gone ? "404" : "warning"} title={gone ? "没有这件抄告，或它不在您的管辖范围内" : sentence(notice.error)} extra={<Link to="/danger-notices">回到隐患抄告</Link>} />;
  }
  if (notice.isPending) return <div className="centre"><Spin size="large" /></div>;
  const own = notice.data;
  const { case: head } = own;
  const letter = `/api/danger-notices/${head.city}/${head.id}/print`;
  const fields: [string, string | null | undefined][] = [
    ["抄告部门", own.department],
    ["抄告内容", own.content],
    ["发出", own.sent_on],
    ["签收", own.received_on ? `${own.received_on} ${own.received_by ?? ""}` : null],
    ["答复", own.answered_on ? `${own.answered_on} ${own.answer ?? ""}` : null],
    ["处理结果", own.fed_back_on ? `${own.fed_back_on} ${own.feedback ?? ""}` : null],
  ];
  return (
    <>
      <div className="panel">
        <div className="page-head" style={{ marginBottom: 6 }}>
          <h1>{head.title}</h1>
          <Tag color={NOTICE_STATES[head.state]?.[1] ?? "default"}>{head.state_label}</Tag>
        </div>
        <div>
          <Link to={`/enterprises/${head.city}/${head.enterprise ?? ""}?tab=cases`}>{head.enterprise_name}</Link>
          <span className="muted">　{head.region_name}　{head.number}　经办人 {head.officer_name || "未指定"}</span>
        </div>
        <div style={{ marginTop: 6 }}>
          <b className={head.overdue ? "down" : ""}>{head.closed_on ? "" : "期限 "}{term(head)}</b>
          <span className="muted">　{head.due_basis}</span>
        </div>
        <div className="danger-steps no-print">
          {own.next.map((step, at) => (
            <Button key={step.action} type={at === 0 ? "primary" : "default"} onClick={() => setDoing(step)}>{step.label}</Button>
          ))}
          <Link to={`/dangers/${head.city}/${own.danger}`}><Button>看这条隐患</Button></Link>
          {may("print_danger_notice") && <Button href={letter}>抄告函 PDF</Button>}
          {may("print_danger_notice") && <Button href={`${letter}?format=docx`}>抄告函 Word</Button>}
        </div>
      </div>
      <div className="danger-page">
        <section className="panel">
          <h2>抄告和答复</h2>
          <dl className="fields" style={{ margin: 0 }}>
            {fields.filter(([, value]) => value).map(([label, value]) => (
              <div key={label} className={(value?.length ?? 0) > 30 ? "field long" : "field"}>
                <dt>{label}</dt>
                <dd>{value}</dd>
              </div>
            ))}
          </dl>
        </section>
        <section className="panel">
          <h2>办理经过</h2>
          <Timeline steps={steps.data ?? []} pending={steps.isPending} error={steps.error} />
        </section>
      </div>
      {doing && <Step notice={own} action={doing.action} label={doing.label} onClose={() => setDoing(null)} />}
    </>
  );
}

interface Values {
  on?: Dayjs;
  text?: string;
  reason?: string;
  due_on?: Dayjs;
}

const TEXTS: Record<string, string> = { receive: "签收人", answer: "答复内容", feed_back: "处理结果" };

function Step({ notice, action, label, onClose }: { notice: Notice; action: string; label: string; onClose: () => void }) {
  const queries = useQueryClient();
  const { message } = App.useApp();
  const [form] = Form.useForm<Values>();
  const { city, id, version } = notice.case;
  const refresh = () => {
    for (const key of ["danger-notices", "cases", "inbox"]) void queries.invalidateQueries({ queryKey: [key] });
  };
  const day = (value: Dayjs | undefined) => value?.format("YYYY-MM-DD") ?? null;
  const take = useMutation({
    mutationFn: (values: Values) =>
      ask(
        api.POST("/api/danger-notices/{city}/{id}/step", {
          params: { path: { city, id } },
          body: { version, action, on: day(values.on), text: values.text ?? null, reason: values.reason ?? null, due_on: day(values.due_on) },
        }),
      ),
    onSuccess: () => {
      void message.success(`${label}：已办理。`);
      refresh();
      onClose();
    },
    onError: (error) => {
      form.setFields(formProblems(error).map((problem) => ({ name: problem.name as keyof Values, errors: problem.errors })));
      if (error instanceof ApiError && error.status === 409) refresh();
    },
  });
  const needed = [{ required: true, message: "请填写这一项。" }];
  const text = TEXTS[action];
  return (
    <Modal open title={label} okText="确定" cancelText="取消" okButtonProps={{ loading: take.isPending }} onOk={() => form.submit()} onCancel={onClose}>
      <Form<Values> form={form} layout="vertical" initialValues={{ on: dayjs(), ...(action === "answer" ? { due_on: dayjs().add(15, "day") } : {}) }} onFinish={(values) => take.mutate(values)}>
        {text && (
          <>
            <Form.Item name="on" label="日期" rules={needed}>
              <DatePicker style={{ width: "100%" }} disabledDate={(own: Dayjs) => own.isAfter(dayjs()) || own.isBefore(dayjs(notice.sent_on), "day")} />
            </Form.Item>
            <Form.Item name="text" label={text} rules={needed}>
              {action === "receive" ? <Input maxLength={50} /> : <LongText maxLength={1000} />}
            </Form.Item>
          </>
        )}
        {action === "answer" && (
          <Form.Item name="due_on" label="何时反馈处理结果" rules={needed}>
            <DatePicker style={{ width: "100%" }} disabledDate={(own: Dayjs) => own.isBefore(dayjs(), "day")} />
          </Form.Item>
        )}
        {!text && (
          <Form.Item name="reason" label="原因" rules={needed}>
            <LongText maxLength={500} />
          </Form.Item>
        )}
      </Form>
      {take.isError && <Alert type="error" showIcon title={sentence(take.error)} />}
    </Modal>
  );
}
