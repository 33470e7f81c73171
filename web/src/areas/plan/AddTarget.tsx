import { useMutation } from "@tanstack/react-query";
import { Alert, App, Form, Input, Modal, Select } from "antd";
import dayjs from "dayjs";

import { type Schemas, api, ask } from "../../api/client";
import { formProblems, sentence } from "../../parts/problem";
import { EnterpriseField } from "../enterprise/EnterpriseField";
import { useCards } from "../inspection/OfficersField";
import { MONTHS } from "./words";

type Plan = Schemas["InspectionPlan"];

interface Values {
  enterprise: string;
  month: number;
  cards: string[];
  reason: string;
}

/** Adds an enterprise to a plan by hand. */
export function AddTarget({ plan, onClose, onDone }: { plan: Plan; onClose: () => void; onDone: () => Promise<unknown> }) {
  const { message } = App.useApp();
  const [form] = Form.useForm<Values>();
  const add = useMutation({
    mutationFn: (values: Values) =>
      ask(
        api.POST("/api/inspection-plans/{city}/{id}/targets", {
          params: { path: { city: plan.city, id: plan.id } },
          body: { version: plan.version, enterprise: values.enterprise.split("/")[1] ?? "", month: values.month, cards: values.cards ?? [], reason: values.reason },
        }),
      ),
    onSuccess: () => {
      void message.success("已增加。");
      void onDone();
      onClose();
    },
    onError: (error) => form.setFields(formProblems(error).map((problem) => ({ name: problem.name as keyof Values, errors: problem.errors }))),
  });
  return (
    <Modal open title="增加计划检查的企业" okText="增加" cancelText="取消" okButtonProps={{ loading: add.isPending }} onOk={() => form.submit()} onCancel={onClose}>
      <Form<Values> form={form} layout="vertical" initialValues={{ month: plan.year === dayjs().year() ? dayjs().month() + 1 : 1, cards: [] }} onFinish={(values) => add.mutate(values)}>
        <EnterpriseField />
        <Form.Item name="month" label="月份" rules={[{ required: true, message: "请选择月份。" }]}><Select options={MONTHS} /></Form.Item>
        <CardsField agencies={[plan.agency]} />
        <Form.Item name="reason" label="增加的原因" rules={[{ required: true, message: "请写明原因，如群众举报、上级交办。" }]}><Input maxLength={200} /></Form.Item>
      </Form>
      {add.isError && <Alert type="error" showIcon title={sentence(add.error)} />}
    </Modal>
  );
}

/** Two officers of some agencies, or nobody yet. */
export function CardsField({ agencies }: { agencies: string[] }) {
  const { valid } = useCards();
  return (
    <Form.Item
      name="cards"
      label="执法人员（两名，可以以后指定）"
      rules={[{ validator: (_, chosen: string[] | undefined) => ((chosen?.length ?? 0) === 1 ? Promise.reject(new Error("请选择两名，或者都不选。")) : Promise.resolve()) }]}
    >
      <Select mode="multiple" maxCount={2} allowClear showSearch={{ optionFilterProp: "label" }} placeholder="选择两名持证人员" options={valid.filter((card) => agencies.includes(card.agency)).map((card) => ({ value: card.id, label: `${card.name}（${card.agency_name}，${card.number}）` }))} />
    </Form.Item>
  );
}
