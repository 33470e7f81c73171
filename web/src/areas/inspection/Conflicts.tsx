import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { Alert, Button, Form, Input, Modal, Select } from "antd";
import { useState } from "react";
import { Link } from "react-router";

import { type Schemas, api, ask } from "../../api/client";
import { useMay } from "../../app/session";
import { Pager } from "../../parts/Pager";
import { RecordTable } from "../../parts/RecordTable";
import { sentence } from "../../parts/problem";
import { EnterpriseField } from "../enterprise/EnterpriseField";
import { useCards } from "./OfficersField";
import { useSave } from "./useSave";

type Conflict = Schemas["OfficerConflict"];

/** Who must not inspect whom. */
export function Conflicts() {
  const may = useMay();
  const [trail, setTrail] = useState<string[]>([]);
  const [adding, setAdding] = useState(false);
  const [ending, setEnding] = useState<Conflict | null>(null);
  const cursor = trail.at(-1);
  const page = useQuery({ queryKey: ["officer-conflicts", cursor], queryFn: () => ask(api.GET("/api/officer-conflicts", { params: { query: { limit: 50, ...(cursor ? { cursor } : {}) } } })), placeholderData: keepPreviousData });
  const next = page.data?.next;
  return (
    <>
      <p className="muted">执法人员与企业有利害关系的，在这里登记回避：抽取时自动避开，也不能由他检查。</p>
      {may("create_officer_conflict") && <Button type="primary" style={{ marginBottom: 12 }} onClick={() => setAdding(true)}>登记回避</Button>}
      <RecordTable<Conflict>
        error={page.error}
        loading={page.isPending}
        dataSource={page.data?.items ?? []}
        empty="没有登记回避。"
        columns={[
          { key: "officer", title: "执法人员", render: (_, own) => own.officer_name },
          { key: "enterprise", title: "企业", width: 280, render: (_, own) => <Link to={`/enterprises/${own.city}/${own.enterprise}`}>{own.enterprise_name}</Link> },
          { key: "reason", title: "原因", render: (_, own) => own.reason },
          { key: "ended", title: "状态", render: (_, own) => (own.ended_on ? `${own.ended_on} 解除` : "回避中") },
          ...(may("end_officer_conflict") ? [{ key: "act", title: "", render: (_: unknown, own: Conflict) => (own.ended_on ? null : <Button type="link" size="small" onClick={() => setEnding(own)}>解除</Button>) }] : []),
        ]}
      />
      <Pager back={cursor ? () => setTrail((own) => own.slice(0, -1)) : null} next={next ? () => setTrail((own) => [...own, next]) : null} />
      {adding && <NewConflict onClose={() => setAdding(false)} />}
      {ending && <EndConflict own={ending} onClose={() => setEnding(null)} />}
    </>
  );
}

type NewValues = { enterprise: string; card: string; reason: string };

function NewConflict({ onClose }: { onClose: () => void }) {
  const [form] = Form.useForm<NewValues>();
  const { known } = useCards();
  const save = useSave(
    form,
    ({ enterprise, card, reason }: NewValues) => {
      const [city, id] = enterprise.split("/");
      return ask(api.POST("/api/officer-conflicts", { body: { city: city ?? "", enterprise: id ?? "", card, reason } }));
    },
    "officer-conflicts",
    "已保存。",
    onClose,
  );
  return (
    <Modal open title="登记回避" okText="登记" cancelText="取消" okButtonProps={{ loading: save.isPending }} onOk={() => form.submit()} onCancel={onClose}>
      <p className="muted">已安排给他的这家企业的计划检查会退回，需要重新指定人员。</p>
      <Form<NewValues> form={form} layout="vertical" onFinish={(values) => save.mutate(values)}>
        <Form.Item name="card" label="执法人员" rules={[{ required: true, message: "请选择执法人员。" }]}><Select showSearch={{ optionFilterProp: "label" }} options={known.map((card) => ({ value: card.id, label: `${card.name}（${card.agency_name}，${card.number}）` }))} /></Form.Item>
        <EnterpriseField />
        <Form.Item name="reason" label="原因" rules={[{ required: true, message: "请写明原因，如近亲属在该企业任职。" }]}><Input maxLength={200} /></Form.Item>
      </Form>
      {save.isError && <Alert type="error" showIcon title={sentence(save.error)} />}
    </Modal>
  );
}

function EndConflict({ own, onClose }: { own: Conflict; onClose: () => void }) {
  const [form] = Form.useForm<{ reason: string }>();
  const save = useSave(form, ({ reason }: { reason: string }) => ask(api.POST("/api/officer-conflicts/{city}/{id}/end", { params: { path: { city: own.city, id: own.id } }, body: { version: own.version, reason } })), "officer-conflicts", "已保存。", onClose);
  return (
    <Modal open title={`解除${own.officer_name}对${own.enterprise_name}的回避`} okText="解除" cancelText="取消" okButtonProps={{ loading: save.isPending }} onOk={() => form.submit()} onCancel={onClose}>
      <Form form={form} layout="vertical" onFinish={(values) => save.mutate(values)}>
        <Form.Item name="reason" label="原因" rules={[{ required: true, message: "请写明原因。" }]}><Input maxLength={200} /></Form.Item>
      </Form>
      {save.isError && <Alert type="error" showIcon title={sentence(save.error)} />}
    </Modal>
  );
}
