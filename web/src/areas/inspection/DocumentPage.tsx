import { useMutation, useQuery } from "@tanstack/react-query";
import { Alert, App, Button, Form, Input, Modal, Radio, Result, Space, Spin } from "antd";
import dayjs, { type Dayjs } from "dayjs";
import { useState } from "react";
import { Link, useParams } from "react-router";

import { ApiError, api, ask } from "../../api/client";
import { useMay } from "../../app/session";
import { Day } from "../../parts/Day";
import { Told } from "../../parts/Told";
import { instant } from "../../parts/format";
import { formProblems, sentence } from "../../parts/problem";
import { DraftFields, typedOtherwise } from "./DraftFields";
import { FieldsShown } from "./FieldsShown";
import { type Document, useRefresh } from "./use";
import { state } from "./VisitList";
import { DOCUMENT_STATES, RECHECKED } from "./words";
import "./inspection.css";

/** One document: a draft to fill in, look at and issue; an issued one to print and serve. */
export default function DocumentPage() {
  const { city = "", id = "" } = useParams();
  const document = useQuery({ queryKey: ["enforcement-documents", city, id], queryFn: () => ask(api.GET("/api/enforcement-documents/{city}/{id}", { params: { path: { city, id } } })) });
  if (document.isError) {
    const gone = document.error instanceof ApiError && document.error.status === 404;
    return <Result status={gone ? "404" : "warning"} title={gone ? "没有这份文书，或它不在您的管辖范围内" : sentence(document.error)} extra={<Link to="/enforcement-documents">回到文书台账</Link>} />;
  }
  if (document.isPending) return <div className="centre"><Spin size="large" /></div>;
  return <Shown own={document.data} />;
}

const printed = (own: Document, format: string) => `/api/enforcement-documents/${own.city}/${own.id}/print?format=${format}`;

function Shown({ own }: { own: Document }) {
  const may = useMay();
  const [doing, setDoing] = useState<"issue" | "serve" | "withdraw" | null>(null);
  const [dirty, setDirty] = useState(false);
  const draft = own.state === "draft";
  return (
    <>
      <div className="panel">
        <div className="page-head" style={{ marginBottom: 6 }}>
          <h1>{own.name}</h1>
          {state(own, DOCUMENT_STATES)}
        </div>
        <div>
          <Link to={`/enterprises/${own.city}/${own.enterprise}`}>{own.enterprise_name}</Link>
          {"\u3000"}<Link to={`/visits/${own.city}/${own.visit}`}>查看这次检查</Link>
          {own.about && <>　<Link to={`/enforcement-documents/${own.city}/${own.about}`}>查看被复查的文书</Link></>}
        </div>
        {own.number && <div>文号 <b>{own.number}</b></div>}
        {own.issued_on && (
          <div className="muted">
            {own.issued_on} 由{own.issuer}签发{own.deed ? `（委托执法书 ${own.deed}）` : ""}{own.served_on ? `，${own.served_on} 送达（${own.service ?? ""}）${own.opened_at ? `，企业 ${instant(own.opened_at)} 已查看` : ""}` : "，还没有登记送达"}
          </div>
        )}
        {own.due_on && <div>整改期限 <b>{own.due_on}</b></div>}
        {own.state === "withdrawn" && <Alert style={{ marginTop: 8 }} type="warning" showIcon title={`${own.withdrawn_on ?? ""} 撤回：${own.reason ?? ""}`} />}
        <div className="document-steps no-print">
          {draft && may("issue_enforcement_document") && <Button type="primary" disabled={dirty} title={dirty ? "请先保存修改" : ""} onClick={() => setDoing("issue")}>签发</Button>}
          {own.state === "issued" && !own.served_on && may("serve_enforcement_document") && <Button type="primary" onClick={() => setDoing("serve")}>登记送达</Button>}
          {own.state === "issued" && RECHECKED.includes(own.form) && may("create_visit") && (
            <Link to={`/visits/new?city=${own.city}&enterprise=${own.enterprise}&about=${own.id}`}><Button type={own.served_on ? "primary" : "default"}>开始复查</Button></Link>
          )}
          {may("print_enforcement_document") && (
            <>
              <Button href={printed(own, "pdf")} target="_blank" rel="noreferrer" disabled={dirty}>{draft ? "预览" : "打印（PDF）"}</Button>
              <Button href={printed(own, "docx")} disabled={dirty}>下载 Word</Button>
            </>
          )}
          {own.state !== "withdrawn" && may("withdraw_enforcement_document") && <Button danger onClick={() => setDoing("withdraw")}>{draft ? "作废草稿" : "撤回"}</Button>}
        </div>
      </div>
      {draft && may("update_enforcement_document") ? <Draft key={own.version} own={own} onDirty={setDirty} /> : <FieldsShown city={own.city} fields={own.fields} dangers={own.items.flatMap((item) => (item.danger ? [{ serial: item.serial, danger: item.danger }] : []))} />}
      {doing === "issue" && <Issue own={own} onClose={() => setDoing(null)} />}
      {doing === "serve" && <Serve own={own} onClose={() => setDoing(null)} />}
      {doing === "withdraw" && <Withdraw own={own} onClose={() => setDoing(null)} />}
    </>
  );
}

interface Seen {
  passed?: boolean;
  text?: string;
  due_on?: Dayjs | null;
}

interface Values {
  fields: string[];
  due_on?: Dayjs | null;
  results: Seen[];
}

/** Fields with room for several lines. */
const LONG = /逐项|情况|内容|意见|依据|理由|要求|处理决定|措施/;

/** The fields of a draft; what follows from the term and the results is told anew by the server. */
function Draft({ own, onDirty }: { own: Document; onDirty: (dirty: boolean) => void }) {
  const refresh = useRefresh();
  const { message } = App.useApp();
  const [form] = Form.useForm<Values>();
  const recheck = own.form === "recheck_opinion";
  const fields = own.fields.filter((field) => !field.by_hand);
  const results = Form.useWatch("results", form);
  const save = useMutation({
    mutationFn: (values: Values) => {
      const term = values.due_on?.format("YYYY-MM-DD") ?? null;
      const told = recheck ? own.items.map((item, at) => ({ item, said: values.results[at] })).filter(({ said }) => said?.passed !== undefined) : [];
      return ask(
        api.PATCH("/api/enforcement-documents/{city}/{id}", {
          params: { path: { city: own.city, id: own.id } },
          body: {
            version: own.version,
            fields: typedOtherwise(own.fields, values.fields),
            due_on: term === own.due_on ? null : term,
            results: told.map(({ item, said }) => ({ finding: item.finding, passed: said?.passed ?? false, text: said?.text ?? null, due_on: said?.passed ? null : (said?.due_on?.format("YYYY-MM-DD") ?? null) })),
          },
        }),
      );
    },
    onSuccess: async () => {
      void message.success("已保存。");
      onDirty(false);
      await refresh();
    },
    onError: (error) => {
      const problems = formProblems(error);
      form.setFields(problems.flatMap((problem) => {
        const at = fields.findIndex((field) => field.label === problem.name);
        return at < 0 ? [] : [{ name: ["fields", at], errors: problem.errors }];
      }));
    },
  });
  return (
    <section className="panel">
      <h2>填写文书</h2>
      <Form<Values>
        form={form}
        layout="vertical"
        initialValues={{
          fields: fields.map((field) => field.value),
          due_on: own.due_on ? dayjs(own.due_on) : null,
          results: own.items.map((item) => ({ ...(typeof item.passed === "boolean" ? { passed: item.passed } : {}), text: item.text ?? "", due_on: item.due_on ? dayjs(item.due_on) : null })),
        }}
        onValuesChange={() => onDirty(true)}
        onFinish={(values) => save.mutate(values)}
        scrollToFirstError
      >
        {recheck && own.items.map((item, at) => (
          <div key={item.finding} className="finding">
            <b>第 {item.serial} 项　{item.content}</b>
            <Form.Item name={["results", at, "passed"]} style={{ margin: "8px 0" }}>
              <Radio.Group aria-label={`第 ${item.serial} 项复查结果`} optionType="button" buttonStyle="solid" options={[{ value: true, label: "已整改" }, { value: false, label: "未整改到位" }]} />
            </Form.Item>
            <Form.Item name={["results", at, "text"]} style={{ marginBottom: 8 }}>
              <Input aria-label={`第 ${item.serial} 项复查情况`} placeholder="复查看到的情况" maxLength={300} />
            </Form.Item>
            {results?.[at]?.passed === false && (
              <Form.Item name={["results", at, "due_on"]} label="新的整改期限" rules={[{ required: true, message: "请填写新的整改期限。" }]}>
                <Day disabledDate={(day: Dayjs) => !day.isAfter(dayjs(), "day")} />
              </Form.Item>
            )}
          </div>
        ))}
        {own.form === "correction_order" && (
          <Form.Item name="due_on" label="整改期限（改动后文书中的期限一并更新）" rules={[{ required: true, message: "请填写整改期限。" }]}>
            <Day disabledDate={(day: Dayjs) => !day.isAfter(dayjs(), "day")} />
          </Form.Item>
        )}
        <DraftFields fields={own.fields} long={LONG} />
        {save.isError && <Alert type="error" showIcon style={{ marginBottom: 12 }} title={sentence(save.error)} />}
        <Button type="primary" htmlType="submit" loading={save.isPending}>保存草稿</Button>
      </Form>
    </section>
  );
}

function useStep(send: () => Promise<unknown>, done: string, onClose: () => void) {
  const refresh = useRefresh();
  const { message } = App.useApp();
  return useMutation({
    mutationFn: send,
    onSuccess: async () => {
      await refresh();
      void message.success(done);
      onClose();
    },
    onError: (error) => {
      if (error instanceof ApiError && error.code === "stale") void refresh();
    },
  });
}

function Issue({ own, onClose }: { own: Document; onClose: () => void }) {
  const step = useStep(() => ask(api.POST("/api/enforcement-documents/{city}/{id}/issue", { params: { path: { city: own.city, id: own.id } }, body: { version: own.version } })), "已签发。", onClose);
  return (
    <Modal open title={`签发${own.name}`} okText="签发" cancelText="取消" okButtonProps={{ loading: step.isPending }} onOk={() => step.mutate()} onCancel={onClose}>
      <p>签发后取得文号，内容不能再修改；有误的只能撤回后重新起草。</p>
      <Told error={step.error} />
    </Modal>
  );
}

const SERVICES = ["直接送达", "留置送达", "邮寄送达", "委托送达", "电子送达", "公告送达"];

function Serve({ own, onClose }: { own: Document; onClose: () => void }) {
  const [form] = Form.useForm<{ on: Dayjs; way: string; to: string }>();
  const step = useStep(
    async () => {
      const said = await form.validateFields();
      return ask(api.POST("/api/enforcement-documents/{city}/{id}/serve", { params: { path: { city: own.city, id: own.id } }, body: { version: own.version, served_on: said.on.format("YYYY-MM-DD"), service: `${said.way}，${said.to} 签收` } }));
    },
    "已登记送达。",
    onClose,
  );
  return (
    <Modal open title="登记送达" okText="登记" cancelText="取消" okButtonProps={{ loading: step.isPending }} onOk={() => step.mutate()} onCancel={onClose}>
      <Form form={form} layout="vertical" initialValues={{ on: dayjs(), way: SERVICES[0] }}>
        <Form.Item name="on" label="送达日期" rules={[{ required: true, message: "请选择送达日期。" }]}>
          <Day disabledDate={(day: Dayjs) => day.isAfter(dayjs()) || day.isBefore(dayjs(own.issued_on), "day")} />
        </Form.Item>
        <Form.Item name="way" label="送达方式" rules={[{ required: true }]}>
          <Radio.Group options={SERVICES} />
        </Form.Item>
        <Form.Item name="to" label="签收人" rules={[{ required: true, message: "请填写签收人；留置、公告送达的写明见证人或者公告处。" }]}>
          <Input maxLength={50} />
        </Form.Item>
      </Form>
      {step.error instanceof ApiError && <Told error={step.error} />}
    </Modal>
  );
}

function Withdraw({ own, onClose }: { own: Document; onClose: () => void }) {
  const [reason, setReason] = useState("");
  const step = useStep(() => ask(api.POST("/api/enforcement-documents/{city}/{id}/withdraw", { params: { path: { city: own.city, id: own.id } }, body: { version: own.version, reason } })), own.state === "draft" ? "草稿已作废。" : "已撤回。", onClose);
  return (
    <Modal open title={own.state === "draft" ? "作废草稿" : "撤回文书"} okText="确定" cancelText="取消" okButtonProps={{ danger: true, loading: step.isPending }} onOk={() => step.mutate()} onCancel={onClose}>
      {own.state === "issued" && <p>撤回后文书和文号都保留，并标明撤回；文号不再使用。已经送达的，请另行书面告知企业。</p>}
      <Space orientation="vertical" style={{ width: "100%" }}>
        <Input aria-label="原因" placeholder="原因" maxLength={200} value={reason} onChange={(event) => setReason(event.target.value)} />
        <Told error={step.error} />
      </Space>
    </Modal>
  );
}
