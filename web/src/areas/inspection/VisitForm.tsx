import { useMutation, useQuery } from "@tanstack/react-query";
import { Alert, Button, Form, Input, Space } from "antd";
import { Link, useNavigate, useSearchParams } from "react-router";

import { ApiError, api, ask } from "../../api/client";
import { useMay, useSession } from "../../app/session";
import { formProblems, sentence } from "../../parts/problem";
import { EnterpriseField } from "../enterprise/EnterpriseField";
import { OfficersField, OthersField, remember, useCards, usual } from "./OfficersField";
import { useRefresh } from "./use";
import "./inspection.css";

interface Values {
  enterprise?: string;
  place: string;
  cards: string[];
  others?: string[];
}

/** A visit begins: to whom, where, and by which two officers. */
export default function VisitForm() {
  const session = useSession();
  const may = useMay();
  const navigate = useNavigate();
  const refresh = useRefresh();
  const [params] = useSearchParams();
  const [form] = Form.useForm<Values>();
  const city = params.get("city") ?? session.city ?? "";
  const own = params.get("enterprise");
  const about = params.get("about");
  const named = useQuery({ queryKey: ["enterprise", city, own, undefined], queryFn: () => ask(api.GET("/api/enterprises/{city}/{id}", { params: { path: { city, id: own ?? "" } } })), enabled: own !== null });
  const { cards, known, valid } = useCards();
  const begin = useMutation({
    mutationFn: (values: Values) => {
      const [where, id] = own === null ? (values.enterprise ?? "/").split("/") : [city, own];
      return ask(api.POST("/api/enterprises/{city}/{id}/visits", { params: { path: { city: where ?? "", id: id ?? "" } }, body: { place: values.place, cards: values.cards, others: values.others ?? [] } }));
    },
    onSuccess: async (visit, values) => {
      remember(values.cards);
      await refresh();
      void navigate(`/visits/${visit.city}/${visit.id}${about ? `?about=${about}` : ""}`, { replace: true });
    },
    onError: (error) => form.setFields(formProblems(error).map((problem) => ({ name: problem.name as keyof Values, errors: problem.errors }))),
  });
  return (
    <>
      <div className="page-head">
        <h1>{about ? "开始复查" : "开始检查"}</h1>
        <span className="muted">{own ? String((named.data as Record<string, unknown> | undefined)?.["name"] ?? "") : "先选企业"}</span>
      </div>
      {cards.isSuccess && valid.length < 2 && (
        <Alert
          type="warning"
          showIcon
          style={{ marginBottom: 12 }}
          title="现场检查须有两名持有效执法证的人员"
          description={<>现有有效证件 {valid.length} 张。{may("create_officer_card") ? <Link to="/officer-cards">去登记执法证件</Link> : "请系统管理员先在“执法证件”中登记。"}</>}
        />
      )}
      {cards.isPending ? null : (
        <Form<Values> form={form} layout="vertical" className="panel inspection-form" initialValues={{ place: "全厂", cards: usual(valid.map((card) => card.id)) }} onFinish={(values) => begin.mutate(values)} scrollToFirstError>
          {own === null && <EnterpriseField />}
          <Form.Item name="place" label="检查场所" rules={[{ required: true, message: "请填写检查场所。" }]}>
            <Input maxLength={100} placeholder="如：全厂、注塑车间、仓库" />
          </Form.Item>
          <OfficersField known={known} valid={valid} />
          <OthersField known={known} valid={valid} />
          {begin.isError && (!(begin.error instanceof ApiError) || begin.error.errors.length === 0) && <Alert type="error" showIcon style={{ marginBottom: 12 }} title={sentence(begin.error)} />}
          <Space>
            <Button type="primary" htmlType="submit" loading={begin.isPending}>开始</Button>
            <Button onClick={() => void navigate(-1)}>取消</Button>
          </Space>
        </Form>
      )}
    </>
  );
}
