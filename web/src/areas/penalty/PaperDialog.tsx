import { Alert, Button, Form, Input, Modal, Space } from "antd";
import dayjs, { type Dayjs } from "dayjs";
import { useState } from "react";

import { type Schemas, api, ask } from "../../api/client";
import { useMay } from "../../app/session";
import { Day } from "../../parts/Day";
import { Told } from "../../parts/Told";
import { formProblems } from "../../parts/problem";
import { DraftFields, typedOtherwise } from "../inspection/DraftFields";
import type { Penalty } from "./PenaltyPage";
import { useSend } from "./use";

type Paper = Schemas["PenaltyDocument"];

interface Issue {
  served_on?: Dayjs;
  service?: string;
  hearing_on?: Dayjs;
  until?: Dayjs;
  reason?: string;
}

const day = (own: Dayjs | undefined) => own?.format("YYYY-MM-DD") ?? null;
/** Fields with room for several lines. */
const LONG = /情况|内容|意见|依据|理由|事实|记录|证据|建议/;

/** One paper of a penalty: a draft to fill in, look at and issue or approve; an issued one to print and serve. */
export function PaperDialog({ penalty, document: own, onClose }: { penalty: Penalty; document: Paper; onClose: () => void }) {
  const may = useMay();
  const [form] = Form.useForm<{ fields: string[] }>();
  const [dirty, setDirty] = useState(false);
  const [doing, setDoing] = useState<"issue" | "serve" | "withdraw" | null>(null);
  const path = { city: own.city, id: own.id };
  const draft = own.state === "draft" && may("update_penalty_document");
  const fields = own.fields.filter((field) => !field.by_hand);
  const save = useSend(
    (values: { fields: string[] }) => ask(api.PATCH("/api/penalty-documents/{city}/{id}", { params: { path }, body: { version: own.version, fields: typedOtherwise(own.fields, values.fields) } })),
    "已保存。",
    () => setDirty(false),
    (error) => form.setFields(formProblems(error).flatMap((problem) => {
      const at = fields.findIndex((field) => field.label === problem.name);
      return at < 0 ? [] : [{ name: ["fields", at] as never, errors: problem.errors }];
    })),
  );
  const issue = own.approval ? may("approve_penalty_document") : may("issue_penalty_document");
  const receipt = own.form.startsWith("penalty_decision");
  const printed = (format: string) => `/api/penalty-documents/${own.city}/${own.id}/print?format=${format}`;
  return (
    <Modal open width={860} title={<>{own.name}{own.number ? `\u3000${own.number}` : ""}</>} footer={null} onCancel={onClose}>
      <Space wrap style={{ marginBottom: 12 }}>
        {own.state === "draft" && issue && <Button type="primary" disabled={dirty} title={dirty ? "请先保存修改" : ""} onClick={() => setDoing("issue")}>{own.approval ? "审批同意" : "签发"}</Button>}
        {own.state === "draft" && own.approval && !issue && <span className="muted">由机关负责人审批</span>}
        {own.state === "issued" && !own.served_on && !receipt && may("serve_penalty_document") && <Button onClick={() => setDoing("serve")}>登记送达</Button>}
        <Button href={printed("pdf")} target="_blank" rel="noreferrer" disabled={dirty}>{own.state === "draft" ? "预览" : "打印（PDF）"}</Button>
        <Button href={printed("docx")} disabled={dirty}>下载 Word</Button>
        {own.state !== "withdrawn" && may("withdraw_penalty_document") && <Button danger onClick={() => setDoing("withdraw")}>{own.state === "draft" ? "作废草稿" : "撤回"}</Button>}
      </Space>
      {own.state === "withdrawn" && <Alert type="warning" showIcon title={`${own.withdrawn_on ?? ""} 撤回：${own.reason ?? ""}`} />}
      {draft ? (
        <Form form={form} layout="vertical" initialValues={{ fields: fields.map((field) => field.value) }} onValuesChange={() => setDirty(true)} onFinish={(values) => save.mutate(values)}>
          <DraftFields fields={own.fields} long={LONG} />
          <Button type="primary" ghost htmlType="submit" loading={save.isPending}>保存草稿</Button>
          <Told error={save.error} />
        </Form>
      ) : (
        <dl className="document-fields">
          {fields.map((field) => <div key={field.label}><dt>{field.label}</dt><dd>{field.value}</dd></div>)}
        </dl>
      )}
      {doing === "issue" && <IssueDialog penalty={penalty} own={own} onClose={(done) => { setDoing(null); if (done) onClose(); }} />}
      {doing === "serve" && <ServeDialog penalty={penalty} own={own} onClose={() => setDoing(null)} />}
      {doing === "withdraw" && <WithdrawDialog own={own} onClose={() => setDoing(null)} />}
    </Modal>
  );
}

const needed = (message: string) => [{ required: true, message }];

function IssueDialog({ penalty, own, onClose }: { penalty: Penalty; own: Paper; onClose: (done: boolean) => void }) {
  const [form] = Form.useForm<Issue>();
  const label = own.approval ? "审批同意" : "签发";
  const send = useSend(
    (values: Issue) => {
      const params = { path: { city: own.city, id: own.id } };
      const body = { version: own.version, case_version: penalty.case.version, served_on: day(values.served_on), service: values.service ?? null, hearing_on: day(values.hearing_on), until: day(values.until), reason: values.reason ?? null };
      return own.approval ? ask(api.POST("/api/penalty-documents/{city}/{id}/approve", { params, body })) : ask(api.POST("/api/penalty-documents/{city}/{id}/issue", { params, body }));
    },
    own.approval ? "已审批。" : "已签发。",
    () => onClose(true),
  );
  return (
    <Modal open title={`${label}${own.name}`} okText={label} cancelText="取消" okButtonProps={{ loading: send.isPending }} onOk={() => form.submit()} onCancel={() => onClose(false)}>
      <p>{label}后案件进入下一步，文书内容不能再修改。</p>
      <Form<Issue> form={form} layout="vertical" initialValues={own.form === "service_receipt" ? { served_on: dayjs() } : {}} onFinish={(values) => send.mutate(values)}>
        {own.form === "service_receipt" && (
          <>
            <Form.Item name="served_on" label="送达日期" rules={needed("请选择送达日期。")}><Day disabledDate={(value: Dayjs) => value.isAfter(dayjs())} /></Form.Item>
            <Form.Item name="service" label="送达方式、地点和收件人" rules={needed("请填写送达方式、地点和收件人。")}><Input maxLength={200} placeholder="如：在该公司办公室直接送达，陈某签收" /></Form.Item>
          </>
        )}
        {own.form === "hearing_notice" && <Form.Item name="hearing_on" label="听证日期" rules={needed("请选择听证日期。")}><Day disabledDate={(value: Dayjs) => value.isBefore(dayjs(), "day")} /></Form.Item>}
        {own.form === "case_extension" && <Form.Item name="until" label="延长到" rules={needed("请选择新的期限。")}><Day disabledDate={(value: Dayjs) => value.isBefore(dayjs(), "day")} /></Form.Item>}
        {["case_extension", "closing_approval"].includes(own.form) && <Form.Item name="reason" label={own.form === "case_extension" ? "延长的原因" : "没有缴清的，写明结案理由"} rules={own.form === "case_extension" ? needed("请写明原因。") : []}><Input maxLength={500} /></Form.Item>}
      </Form>
      <Told error={send.error} />
    </Modal>
  );
}

function ServeDialog({ penalty, own, onClose }: { penalty: Penalty; own: Paper; onClose: () => void }) {
  const [form] = Form.useForm<{ on: Dayjs; service: string }>();
  const send = useSend(
    (values: { on: Dayjs; service: string }) => ask(api.POST("/api/penalty-documents/{city}/{id}/serve", { params: { path: { city: own.city, id: own.id } }, body: { version: own.version, case_version: penalty.case.version, served_on: values.on.format("YYYY-MM-DD"), service: values.service } })),
    "已登记送达。",
    onClose,
  );
  return (
    <Modal open title="登记送达" okText="登记" cancelText="取消" okButtonProps={{ loading: send.isPending }} onOk={() => form.submit()} onCancel={onClose}>
      <Form form={form} layout="vertical" initialValues={{ on: dayjs() }} onFinish={(values) => send.mutate(values)}>
        <Form.Item name="on" label="送达日期" rules={needed("请选择送达日期。")}><Day disabledDate={(value: Dayjs) => value.isAfter(dayjs())} /></Form.Item>
        <Form.Item name="service" label="送达方式、地点和收件人" rules={needed("请填写送达方式、地点和收件人。")}><Input maxLength={200} placeholder="如：在该公司办公室直接送达，陈某签收" /></Form.Item>
      </Form>
      <Told error={send.error} />
    </Modal>
  );
}

function WithdrawDialog({ own, onClose }: { own: Paper; onClose: () => void }) {
  const [reason, setReason] = useState("");
  const send = useSend(() => ask(api.POST("/api/penalty-documents/{city}/{id}/withdraw", { params: { path: { city: own.city, id: own.id } }, body: { version: own.version, reason } })), "已撤回。", onClose);
  return (
    <Modal open title={own.state === "draft" ? "作废草稿" : "撤回文书"} okText="确定" cancelText="取消" okButtonProps={{ danger: true, loading: send.isPending }} onOk={() => send.mutate(undefined)} onCancel={onClose}>
      <Input aria-label="原因" placeholder="原因" maxLength={200} value={reason} onChange={(event) => setReason(event.target.value)} />
      <Told error={send.error} />
    </Modal>
  );
}
