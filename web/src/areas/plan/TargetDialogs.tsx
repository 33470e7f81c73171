import { useMutation } from "@tanstack/react-query";
import { Alert, App, Form, Input, Modal, Radio, Select } from "antd";
import { useState } from "react";

import { type Schemas, api, ask } from "../../api/client";
import { sentence } from "../../parts/problem";
import { useSave } from "../inspection/useSave";
import { CardsField } from "./AddTarget";
import { MONTHS } from "./words";

type Target = Schemas["InspectionTarget"];

interface Own {
  target: Target;
  onClose: () => void;
  onDone: () => Promise<unknown>;
}

interface Change {
  month: number;
  cards: string[];
  reason?: string;
}

/** Another month, or other officers. */
export function AssignDialog({ target, onClose, onDone }: Own) {
  const [form] = Form.useForm<Change>();
  const save = useSave(
    form,
    (values: Change) => ask(api.PATCH("/api/inspection-targets/{city}/{id}", { params: { path: { city: target.city, id: target.id } }, body: { version: target.version, month: values.month, cards: values.cards ?? [], reason: values.reason ?? null } })),
    "inspection-targets",
    "已保存。",
    () => {
      void onDone();
      onClose();
    },
  );
  return (
    <Modal open title={`安排检查：${target.enterprise_name}`} okText="保存" cancelText="取消" okButtonProps={{ loading: save.isPending }} onOk={() => form.submit()} onCancel={onClose}>
      <Form<Change> form={form} layout="vertical" initialValues={{ month: target.month, cards: target.officers.map((own) => own.card) }} onFinish={(values) => save.mutate(values)}>
        <Form.Item name="month" label="月份" rules={[{ required: true, message: "请选择月份。" }]}><Select options={MONTHS} /></Form.Item>
        <CardsField agencies={[target.agency]} />
        <Form.Item name="reason" label={target.draw ? "原因（更换抽取的执法人员时必填）" : "原因"}><Input maxLength={200} /></Form.Item>
      </Form>
      {save.isError && <Alert type="error" showIcon title={sentence(save.error)} />}
    </Modal>
  );
}

/** Not inspected after all. */
export function CancelDialog({ target, onClose, onDone }: Own) {
  const [form] = Form.useForm<{ reason: string }>();
  const save = useSave(
    form,
    ({ reason }: { reason: string }) => ask(api.POST("/api/inspection-targets/{city}/{id}/cancel", { params: { path: { city: target.city, id: target.id } }, body: { version: target.version, reason } })),
    "inspection-targets",
    "已保存。",
    () => {
      void onDone();
      onClose();
    },
  );
  return (
    <Modal open title={`取消检查：${target.enterprise_name}`} okText="取消这次检查" cancelText="返回" okButtonProps={{ loading: save.isPending, danger: true }} onOk={() => form.submit()} onCancel={onClose}>
      <p className="muted">取消后可以在计划页面补抽一家。记录和原因都保留。</p>
      <Form form={form} layout="vertical" onFinish={(values) => save.mutate(values)}>
        <Form.Item name="reason" label="原因" rules={[{ required: true, message: "请写明原因，如企业已搬迁、停产。" }]}><Input maxLength={200} /></Form.Item>
      </Form>
      {save.isError && <Alert type="error" showIcon title={sentence(save.error)} />}
    </Modal>
  );
}

/** Visited together with another agency, or alone again. */
export function JoinDialog({ target, onClose, onDone }: Own) {
  const { message } = App.useApp();
  const choices = target.others.filter((own) => own.free);
  const [lead, setLead] = useState<string | null>(choices[0]?.id ?? null);
  const save = useMutation({
    mutationFn: () =>
      ask(api.POST("/api/inspection-targets/{city}/{id}/join", { params: { path: { city: target.city, id: target.id } }, body: { version: target.version, lead: target.joined ? null : lead } })),
    onSuccess: () => {
      void message.success("已保存。");
      void onDone();
      onClose();
    },
    onError: () => void onDone(),
  });
  return (
    <Modal open title={target.joined ? "改为单独检查" : "合并检查"} okText={target.joined ? "单独检查" : "合并"} cancelText="取消" okButtonProps={{ loading: save.isPending, disabled: !target.joined && lead === null }} onOk={() => save.mutate()} onCancel={onClose}>
      {target.joined ? (
        <p>本机关将另行检查{target.enterprise_name}。</p>
      ) : choices.length === 0 ? (
        <p>其他部门的检查已并入别的检查，不能再并入。</p>
      ) : (
        <>
          <p>本机关对{target.enterprise_name}的检查并入下面部门的检查：月份随对方，对方检查完成后，本机关的也记为完成，企业只接待一次。</p>
          <Radio.Group value={lead} onChange={(event) => setLead(event.target.value as string)} options={choices.map((own) => ({ value: own.id, label: `${own.agency_name}，${own.month} 月` }))} />
        </>
      )}
      {save.isError && <Alert type="error" showIcon title={sentence(save.error)} style={{ marginTop: 12 }} />}
    </Modal>
  );
}
