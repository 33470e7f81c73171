import { useMutation } from "@tanstack/react-query";
import { Alert, App, DatePicker, Form, Input, InputNumber, Modal, Select } from "antd";
import dayjs, { type Dayjs } from "dayjs";

import { ApiError, type Schemas, api, ask } from "../../api/client";
import { cents } from "../../parts/format";
import { LongText } from "../../parts/LongText";
import { formProblems, sentence } from "../../parts/problem";
import { useRefresh } from "./use";
import { ACCEPTANCE, WAYS } from "./words";

type Danger = Schemas["DangerView"];
type Values = Record<string, string | number | Dayjs | null | undefined>;

interface Asked {
  name: string;
  label: string;
  kind: "text" | "long" | "day" | "yuan" | "choice";
  optional?: boolean;
  options?: Record<string, string>;
  initial?: string | null | undefined;
  past?: boolean;
}

const REASON: Asked = { name: "reason", label: "原因", kind: "long" };
const DUE: Asked = { name: "due_on", label: "新的期限", kind: "day" };

/** What each step asks for. */
function asked(action: string, danger: Danger): Asked[] {
  const { detail } = danger;
  const money = (value: number | null | undefined) => (value === null || value === undefined ? null : String(value / 100));
  switch (action) {
    case "plan":
      return [
        { name: "plan_person", label: "责任：责任人", kind: "text", initial: detail.plan_person },
        { name: "plan_measures", label: "措施：治理目标和措施", kind: "long", initial: detail.plan_measures },
        { name: "plan_funds", label: "资金：计划投入（元）", kind: "yuan", initial: money(detail.plan_funds) },
        { name: "plan_on", label: "时限：计划完成", kind: "day", initial: detail.plan_on },
        { name: "plan_emergency", label: "预案：治理期间的防范和应急措施", kind: "long", initial: detail.plan_emergency },
      ];
    case "mend":
      return [
        { name: "mended_on", label: "整改完成日期", kind: "day", initial: dayjs().format("YYYY-MM-DD"), past: true },
        { name: "mended_text", label: "怎样整改的", kind: "long" },
        { name: "funds_spent", label: "实际投入（元）", kind: "yuan", optional: true },
        { name: "acceptance", label: "验收方式", kind: "choice", options: ACCEPTANCE, initial: detail.listed ? "expert" : "self" },
        { name: "accepted_by", label: "验收人", kind: "text" },
      ];
    case "defer":
      return [{ name: "deferral_on", label: "申请延期到", kind: "day" }, REASON];
    case "grant":
      return [{ ...DUE, label: "同意延期到", initial: detail.deferral_on }];
    case "refuse":
      return [{ ...DUE, label: "仍应完成于", initial: detail.plan_on }, { ...REASON, label: "不同意的原因" }];
    case "pass":
    case "accept":
      return [{ name: "text", label: "复查情况", kind: "long" }];
    case "fail":
      return [{ name: "text", label: "哪里还不合格", kind: "long" }, DUE];
    case "supervise":
      return [
        { name: "tier", label: "督办级别", kind: "choice", options: { county: "区县", city: "市", province: "省" } },
        { name: "document", label: "督办通知文号（不填由系统编号；省级须填写）", kind: "text", optional: true },
        { ...DUE, label: "督办期限" },
        REASON,
      ];
    case "serve":
      return [
        { name: "served_on", label: "送达日期", kind: "day", initial: dayjs().format("YYYY-MM-DD"), past: true },
        { name: "served_to", label: "签收人", kind: "text" },
        { name: "served_way", label: "送达方式", kind: "choice", options: WAYS, initial: "direct" },
      ];
    case "release":
      return [{ ...REASON, label: "验收结论" }];
    case "keep":
      return [{ ...REASON, label: "哪里还不合格" }, { ...DUE, label: "新的督办期限" }];
    case "reopen":
      return [REASON, DUE];
    default:
      return [REASON];
  }
}

/** Sends a step with what was said. */
function send(danger: Danger, action: string, said: Record<string, unknown>) {
  const params = { path: { city: danger.case.city, id: danger.case.id } };
  const own = { version: danger.case.version, ...said };
  const body = own as never;
  switch (action) {
    case "plan":
      return ask(api.POST("/api/dangers/{city}/{id}/plan", { params, body }));
    case "mend":
      return ask(api.POST("/api/dangers/{city}/{id}/mend", { params, body }));
    case "defer":
      return ask(api.POST("/api/dangers/{city}/{id}/deferral", { params, body }));
    case "grant":
    case "refuse":
      return ask(api.POST("/api/dangers/{city}/{id}/deferral/decide", { params, body: { ...own, grant: action === "grant" } as never }));
    case "pass":
    case "accept":
    case "fail":
      return ask(api.POST("/api/dangers/{city}/{id}/recheck", { params, body: { ...own, passed: action !== "fail" } as never }));
    case "supervise":
      return ask(api.POST("/api/dangers/{city}/{id}/supervise", { params, body }));
    case "serve":
      return ask(api.POST("/api/dangers/{city}/{id}/serve", { params, body }));
    case "release":
    case "keep":
    case "unlist":
      return ask(api.POST("/api/dangers/{city}/{id}/release", { params, body: { ...own, grant: action !== "keep" } as never }));
    case "reopen":
      return ask(api.POST("/api/dangers/{city}/{id}/reopen", { params, body }));
    case "withdraw":
      return ask(api.POST("/api/dangers/{city}/{id}/withdraw", { params, body }));
    default:
      throw new Error(`no such step: ${action}`);
  }
}

/** The dialog of a step: what it asks for, and what is wrong beside the field. */
export function StepDialog({ danger, action, label, onClose }: { danger: Danger; action: string; label: string; onClose: () => void }) {
  const refresh = useRefresh();
  const { message } = App.useApp();
  const [form] = Form.useForm<Values>();
  const fields = asked(action, danger);
  const take = useMutation({
    mutationFn: (values: Values) => {
      const said = fields.map((field): [string, unknown] => {
        const value = values[field.name];
        if (value === null || value === undefined || value === "") return [field.name, null];
        if (field.kind === "day") return [field.name, (value as Dayjs).format("YYYY-MM-DD")];
        if (field.kind === "yuan") return [field.name, cents(String(value))];
        return [field.name, value];
      });
      return send(danger, action, Object.fromEntries(said));
    },
    onSuccess: () => {
      void message.success(`${label}：已办理。`);
      refresh();
      onClose();
    },
    onError: (error) => {
      form.setFields(formProblems(error).map((problem) => ({ name: problem.name, errors: problem.errors })));
      if (error instanceof ApiError && error.status === 409) refresh();
    },
  });
  const input = (field: Asked) => {
    switch (field.kind) {
      case "long":
        return <LongText maxLength={1000} />;
      case "day":
        return <DatePicker style={{ width: "100%" }} disabledDate={(day: Dayjs) => (field.past ? day.isAfter(dayjs()) : day.isBefore(dayjs(), "day"))} />;
      case "yuan":
        return <InputNumber style={{ width: "100%" }} min="0" precision={2} stringMode />;
      case "choice":
        return <Select options={Object.entries(field.options ?? {}).map(([value, text]) => ({ value, label: text }))} />;
      default:
        return <Input maxLength={100} />;
    }
  };
  return (
    <Modal open title={label} okText="确定" cancelText="取消" okButtonProps={{ loading: take.isPending }} onOk={() => form.submit()} onCancel={onClose}>
      <Form<Values>
        form={form}
        layout="vertical"
        initialValues={Object.fromEntries(fields.map((field) => [field.name, field.kind === "day" && field.initial ? dayjs(field.initial) : field.initial]))}
        onFinish={(values) => take.mutate(values)}
      >
        {fields.map((field) => (
          <Form.Item key={field.name} name={field.name} label={field.label} rules={field.optional ? [] : [{ required: true, message: "请填写这一项。" }]}>
            {input(field)}
          </Form.Item>
        ))}
      </Form>
      {take.isError && <Alert type="error" showIcon title={sentence(take.error)} />}
    </Modal>
  );
}
