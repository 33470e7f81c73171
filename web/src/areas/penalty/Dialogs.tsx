import { Form, InputNumber, Modal } from "antd";

import { api, ask } from "../../api/client";
import { cents } from "../../parts/format";
import { LongText } from "../../parts/LongText";
import { Told } from "../../parts/Told";
import { formProblems } from "../../parts/problem";
import { type Facts, FactsFields, told } from "./FactsFields";
import type { Penalty } from "./PenaltyPage";
import { useSend } from "./use";
import { LEADER_STEPS, PAPERS } from "./words";

/** A paper is drafted with what is known. */
export function DraftDialog({ penalty, form, onClose }: { penalty: Penalty; form: string; onClose: (document: string | null) => void }) {
  const { city, id, state } = penalty.case;
  const save = useSend(() => ask(api.POST("/api/penalties/{city}/{id}/documents", { params: { path: { city, id } }, body: { form } })), "已起草。", (own) => onClose(own.id));
  return (
    <Modal open title={`起草${PAPERS[state]?.[form] ?? "文书"}`} okText="起草" cancelText="取消" okButtonProps={{ loading: save.isPending }} onOk={() => save.mutate(undefined)} onCancel={() => onClose(null)}>
      <p>系统会填好已知内容，起草后可以修改和预览。</p>
      <Told error={save.error} />
    </Modal>
  );
}

/** What is found out and proposed is set right. */
export function AmendDialog({ penalty, onClose }: { penalty: Penalty; onClose: () => void }) {
  const { city, id, version } = penalty.case;
  const [form] = Form.useForm<Facts>();
  const save = useSend(
    (values: Facts) => ask(api.PATCH("/api/penalties/{city}/{id}", { params: { path: { city, id } }, body: { ...told(values), version } })),
    "已修改。",
    onClose,
    (error) => form.setFields(formProblems(error).map((problem) => ({ name: problem.name as keyof Facts, errors: problem.errors }))),
  );
  const text = (value: string | null | undefined) => value ?? "";
  return (
    <Modal open width={820} title="修改案情" okText="保存" cancelText="取消" okButtonProps={{ loading: save.isPending }} onOk={() => form.submit()} onCancel={onClose}>
      <Form<Facts>
        form={form}
        layout="vertical"
        initialValues={{
          ...(penalty.violation ? { violation: penalty.violation } : {}),
          ...(penalty.stage ? { stage: penalty.stage } : {}),
          ...(penalty.circumstance ? { circumstance: penalty.circumstance } : {}),
          mitigation: text(penalty.mitigation),
          facts: penalty.facts,
          evidence: penalty.evidence,
          duty: penalty.duty,
          basis: penalty.basis,
          fine: String(penalty.fine / 100),
          other: text(penalty.other),
        }}
        onFinish={(values) => save.mutate(values)}
      >
        <FactsFields />
      </Form>
      <Told error={save.error} />
    </Modal>
  );
}

/** A step that has no paper. */
export function StepDialog({ penalty, action, label, onClose }: { penalty: Penalty; action: string; label: string; onClose: () => void }) {
  const { city, id, version } = penalty.case;
  const [form] = Form.useForm<{ paid?: string | null; reason?: string }>();
  const leader = LEADER_STEPS.includes(action);
  const save = useSend(
    (values: { paid?: string | null; reason?: string }) => {
      const params = { path: { city, id } };
      const body = { version, action, reason: values.reason ?? null, paid: values.paid ? cents(String(values.paid)) : null };
      return leader ? ask(api.POST("/api/penalties/{city}/{id}/return", { params, body })) : ask(api.POST("/api/penalties/{city}/{id}/steps", { params, body }));
    },
    `${label}：已办理。`,
    onClose,
    (error) => form.setFields(formProblems(error).map((problem) => ({ name: problem.name as "paid", errors: problem.errors }))),
  );
  return (
    <Modal open title={label} okText="确定" cancelText="取消" okButtonProps={{ loading: save.isPending }} onOk={() => form.submit()} onCancel={onClose}>
      <Form form={form} layout="vertical" onFinish={(values) => save.mutate(values)}>
        {action === "pay" && <Form.Item name="paid" label="本次缴款（元）" rules={[{ required: true, message: "请填写缴款数额。" }]}><InputNumber style={{ width: "100%" }} min="0" precision={2} stringMode /></Form.Item>}
        {action !== "pay" && <Form.Item name="reason" label={leader ? "原因" : "说明"} rules={leader ? [{ required: true, message: "请写明原因。" }] : []}><LongText maxLength={500} /></Form.Item>}
      </Form>
      <Told error={save.error} />
    </Modal>
  );
}
