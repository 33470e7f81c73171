import { useMutation, useQuery } from "@tanstack/react-query";
import { Alert, Button, Form, Input, InputNumber, Radio, Select, Space } from "antd";
import dayjs, { type Dayjs } from "dayjs";
import { useNavigate, useSearchParams } from "react-router";

import { api, ask } from "../../api/client";
import { useSession } from "../../app/session";
import { Day } from "../../parts/Day";
import { formProblems, sentence } from "../../parts/problem";
import { EnterpriseField } from "../enterprise/EnterpriseField";
import { OfficersField, remember, useCards, usual } from "../inspection/OfficersField";
import { type Facts, FactsFields, told } from "./FactsFields";
import { PARTIES, PROCEDURES, SOURCES } from "./words";
import "../inspection/inspection.css";

interface Values extends Facts {
  enterprise?: string;
  procedure: string;
  party: string;
  person_name?: string;
  person?: { sex?: string; age?: number; identity?: string; phone?: string; address?: string; post?: string };
  cards: string[];
  source: string;
  cause: string;
  happened_on: Dayjs;
}

const list = (words: Record<string, string>) => Object.entries(words).map(([value, label]) => ({ value, label }));

/** A penalty is opened: against whom, what for, by which two officers. */
export default function PenaltyForm() {
  const session = useSession();
  const navigate = useNavigate();
  const [params] = useSearchParams();
  const [form] = Form.useForm<Values>();
  const city = params.get("city") ?? session.city ?? "";
  const own = params.get("enterprise");
  const party = Form.useWatch("party", form);
  const named = useQuery({ queryKey: ["enterprise", city, own, undefined], queryFn: () => ask(api.GET("/api/enterprises/{city}/{id}", { params: { path: { city, id: own ?? "" } } })), enabled: own !== null });
  const { cards, known, valid } = useCards();
  const save = useMutation({
    mutationFn: (values: Values) => {
      const [where, id] = own === null ? (values.enterprise ?? "/").split("/") : [city, own];
      const { sex, age, identity, phone, address, post } = values.person ?? {};
      const body = {
        ...told(values),
        procedure: values.procedure,
        party: values.party,
        person_name: values.person_name ?? null,
        person: { sex: sex ?? null, age: age ?? null, identity: identity ?? null, phone: phone ?? null, address: address ?? null, post: post ?? null },
        visit: params.get("visit"),
        cards: values.cards,
        source: values.source,
        cause: values.cause,
        happened_on: values.happened_on.format("YYYY-MM-DD"),
      };
      return ask(api.POST("/api/enterprises/{city}/{id}/penalties", { params: { path: { city: where ?? "", id: id ?? "" } }, body }));
    },
    onSuccess: (penalty, values) => {
      remember(values.cards);
      void navigate(penalty.case.link, { replace: true });
    },
    onError: (error) => form.setFields(formProblems(error).map((problem) => ({ name: problem.name as keyof Values, errors: problem.errors }))),
  });
  return (
    <>
      <div className="page-head">
        <h1>行政处罚立案</h1>
        <span className="muted">{own ? String((named.data as Record<string, unknown> | undefined)?.["name"] ?? "") : "先选企业"}</span>
      </div>
      {!cards.isPending && (
        <Form<Values> form={form} layout="vertical" className="panel inspection-form" initialValues={{ procedure: "ordinary", party: "unit", source: SOURCES[0], happened_on: dayjs(), cards: usual(valid.map((card) => card.id)) }} onFinish={(values) => save.mutate(values)} scrollToFirstError>
          {own === null && <EnterpriseField />}
          <Form.Item name="procedure" label="程序"><Radio.Group options={list(PROCEDURES)} /></Form.Item>
          <Form.Item name="party" label="当事人"><Radio.Group options={list(PARTIES)} /></Form.Item>
          {party === "person" && (
            <div className="inspection-two">
              <Form.Item name="person_name" label="姓名" rules={[{ required: true, message: "请填写姓名。" }]}><Input maxLength={50} /></Form.Item>
              <Form.Item name={["person", "post"]} label="职务"><Input maxLength={50} /></Form.Item>
              <Form.Item name={["person", "sex"]} label="性别"><Radio.Group options={["男", "女"]} /></Form.Item>
              <Form.Item name={["person", "age"]} label="年龄"><InputNumber min={14} max={100} precision={0} style={{ width: "100%" }} /></Form.Item>
              <Form.Item name={["person", "identity"]} label="身份证号"><Input maxLength={18} /></Form.Item>
              <Form.Item name={["person", "phone"]} label="电话"><Input maxLength={20} /></Form.Item>
              <Form.Item name={["person", "address"]} label="住址"><Input maxLength={100} /></Form.Item>
            </div>
          )}
          <Form.Item name="cause" label="案由" rules={[{ required: true, message: "请填写案由。" }]}>
            <Input maxLength={200} placeholder="如：未按照规定对从业人员进行安全生产教育和培训" />
          </Form.Item>
          <div className="inspection-two">
            <Form.Item name="source" label="案件来源" rules={[{ required: true, message: "请选择来源。" }]}><Select options={SOURCES.map((value) => ({ value, label: value }))} /></Form.Item>
            <Form.Item name="happened_on" label="违法行为发生日期" rules={[{ required: true, message: "请选择日期。" }]}><Day disabledDate={(day: Dayjs) => day.isAfter(dayjs())} /></Form.Item>
          </div>
          <OfficersField known={known} valid={valid} />
          <FactsFields />
          {save.isError && <Alert type="error" showIcon style={{ marginBottom: 12 }} title={sentence(save.error)} />}
          <Space>
            <Button type="primary" htmlType="submit" loading={save.isPending}>提交</Button>
            <Button onClick={() => void navigate(-1)}>取消</Button>
          </Space>
        </Form>
      )}
    </>
  );
}
