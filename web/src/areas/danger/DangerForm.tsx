import { useMutation, useQuery } from "@tanstack/react-query";
import { Alert, App, Button, Checkbox, Form, Input, Radio, Select, Space } from "antd";
import dayjs, { type Dayjs } from "dayjs";
import { useNavigate, useSearchParams } from "react-router";

import { type Schemas, api, ask } from "../../api/client";
import { useSession } from "../../app/session";
import { Day } from "../../parts/Day";
import { LongText } from "../../parts/LongText";
import { formProblems, sentence } from "../../parts/problem";
import { EnterpriseField } from "../enterprise/EnterpriseField";
import { useLawTable } from "../law/use";
import { useRefresh } from "./use";
import { SOURCES, STOPS } from "./words";
import "./danger.css";

type Danger = Schemas["DangerView"];

interface Values {
  enterprise?: string;
  source: string;
  found_on: Dayjs;
  found_by?: string;
  category?: string;
  place: string;
  description: string;
  requirement?: string;
  criteria?: string[];
  facts?: string[];
  stop: string;
  due_on?: Dayjs;
  reason?: string;
}

const yes = (facts: string[] | undefined, name: string) => facts?.includes(name) ?? false;

function body(values: Values) {
  return {
    source: values.source,
    found_on: values.found_on.format("YYYY-MM-DD"),
    found_by: values.found_by ?? null,
    category: values.category ?? null,
    place: values.place,
    description: values.description,
    requirement: values.requirement ?? null,
    criteria: values.criteria ?? [],
    fixable_at_once: yes(values.facts, "fixable_at_once"),
    needs_stop: yes(values.facts, "needs_stop"),
    beyond_own_power: yes(values.facts, "beyond_own_power"),
    stop: values.stop,
    due_on: values.due_on?.format("YYYY-MM-DD") ?? null,
  };
}

/** What was found: for a new danger, or for one to be set right. */
export default function DangerForm({ danger, onClose }: { danger?: Danger; onClose?: () => void }) {
  const session = useSession();
  const navigate = useNavigate();
  const refresh = useRefresh();
  const { message } = App.useApp();
  const [params] = useSearchParams();
  const [form] = Form.useForm<Values>();
  const own = session.enterprise?.id ?? params.get("enterprise") ?? undefined;
  const city = session.enterprise?.city ?? params.get("city") ?? session.city ?? "";
  const today = dayjs().format("YYYY-MM-DD");
  const categories = useLawTable("danger-category", today);
  const criteria = useLawTable("danger-criterion", today);
  const named = useQuery({
    queryKey: ["enterprise", city, own, undefined],
    queryFn: () => ask(api.GET("/api/enterprises/{city}/{id}", { params: { path: { city, id: own ?? "" } } })),
    enabled: own !== undefined && !danger,
  });
  const save = useMutation({
    mutationFn: (values: Values) =>
      danger
        ? ask(api.PATCH("/api/dangers/{city}/{id}", { params: { path: { city: danger.case.city, id: danger.case.id } }, body: { ...body(values), version: danger.case.version, reason: values.reason ?? null } }))
        : ask(api.POST("/api/dangers", { body: { ...body(values), city: values.enterprise?.split("/")[0] ?? city, enterprise: values.enterprise?.split("/")[1] ?? own ?? "", found_in: params.get("found_in") } })),
    onSuccess: (kept) => {
      refresh();
      void message.success(danger ? "已修改。" : "已登记。可以继续上传现场照片。");
      if (onClose) onClose();
      else void navigate(kept.case.link, { replace: true });
    },
    onError: (error) => form.setFields(formProblems(error).map((problem) => ({ name: problem.name === "needs_stop" || problem.name === "beyond_own_power" ? "facts" : (problem.name as keyof Values), errors: problem.errors }))),
  });
  const detail = danger?.detail;
  const facts = detail ? ["fixable_at_once", "needs_stop", "beyond_own_power"].filter((name) => detail[name as "needs_stop"]) : [];
  return (
    <>
      {!danger && (
        <div className="page-head">
          <h1>登记隐患</h1>
          <span className="muted">{own ? String((named.data as Record<string, unknown> | undefined)?.["name"] ?? "") : "先选企业"}</span>
        </div>
      )}
      <Form<Values>
        form={form}
        layout="vertical"
        className="panel danger-form"
        initialValues={{
          source: detail?.source ?? (session.enterprise ? "self_check" : (params.get("source") ?? "inspection")),
          found_on: dayjs(detail?.found_on ?? params.get("found_on") ?? today),
          found_by: detail?.found_by ?? undefined,
          category: detail?.category ?? undefined,
          place: detail?.place ?? params.get("place") ?? undefined,
          description: detail?.description ?? params.get("description") ?? undefined,
          requirement: detail?.requirement ?? undefined,
          criteria: detail?.criteria ?? [],
          facts,
          stop: detail?.stop ?? "none",
        }}
        onFinish={(values) => save.mutate(values)}
        scrollToFirstError
      >
        {own === undefined && !danger && <EnterpriseField />}
        <div className="danger-two">
          {!session.enterprise && (
            <Form.Item name="source" label="隐患来源" rules={[{ required: true }]}>
              <Select disabled={!!danger} options={Object.entries(SOURCES).map(([value, label]) => ({ value, label }))} />
            </Form.Item>
          )}
          <Form.Item name="found_on" label="发现日期" rules={[{ required: true, message: "请选择发现日期。" }]}>
            <Day disabled={!!danger} disabledDate={(day: Dayjs) => day.isAfter(dayjs())} />
          </Form.Item>
          <Form.Item name="found_by" label="发现人">
            <Input maxLength={50} placeholder={session.account.name} />
          </Form.Item>
          <Form.Item name="category" label="隐患类别">
            <Select allowClear showSearch={{ optionFilterProp: "label" }} options={categories.map((row) => ({ value: row["code"] ?? "", label: `${row["group_name"] ?? ""}：${row["name"] ?? ""}` }))} />
          </Form.Item>
        </div>
        <Form.Item name="place" label="隐患部位" rules={[{ required: true, message: "请填写隐患部位。" }]}>
          <Input maxLength={100} placeholder="如：二楼注塑车间东侧配电箱" />
        </Form.Item>
        <Form.Item name="description" label="隐患内容" rules={[{ required: true, message: "请填写隐患内容。" }]}>
          <LongText maxLength={1000} placeholder="看到了什么、不符合什么" />
        </Form.Item>
        <Form.Item name="requirement" label="整改要求">
          <LongText maxLength={1000} />
        </Form.Item>
        <Form.Item name="facts" label="整改难度（据此判定一般或者重大）">
          <Checkbox.Group
            options={[
              { value: "fixable_at_once", label: "发现后能够立即整改" },
              { value: "needs_stop", label: "须停产停业、经过一定时间整改" },
              { value: "beyond_own_power", label: "因外部因素，企业自身难以排除" },
            ]}
          />
        </Form.Item>
        <Form.Item name="criteria" label="符合的重大隐患判定标准">
          <Select mode="multiple" allowClear showSearch={{ optionFilterProp: "label" }} placeholder="没有就不填" options={criteria.map((row) => ({ value: row["code"] ?? "", label: `${row["set_name"] ?? ""}：${row["text"] ?? ""}` }))} />
        </Form.Item>
        <Form.Item name="stop" label="整改期间">
          <Radio.Group options={Object.entries(STOPS).map(([value, label]) => ({ value, label }))} />
        </Form.Item>
        {!danger && (
          <Form.Item label="整改期限" required>
            <Form.Item name="due_on" noStyle rules={[{ required: true, message: "请填写整改期限。" }]}>
              <Day aria-label="整改期限" placeholder="最后一天" disabledDate={(day: Dayjs) => day.isBefore(dayjs(), "day")} />
            </Form.Item>
            <Space size={4} style={{ marginLeft: 8 }}>
              {[3, 7, 15, 30].map((days) => (
                <Button key={days} size="small" onClick={() => {
                    form.setFieldValue("due_on", dayjs().add(days, "day"));
                    void form.validateFields(["due_on"]);
                  }}>
                  {days} 天
                </Button>
              ))}
            </Space>
          </Form.Item>
        )}
        {danger && (
          <Form.Item name="reason" label="修改原因" rules={[{ required: true, message: "请写明修改原因。" }]}>
            <Input maxLength={200} />
          </Form.Item>
        )}
        {save.isError && <Alert type="error" showIcon style={{ marginBottom: 12 }} title={sentence(save.error)} />}
        <Space>
          <Button type="primary" htmlType="submit" loading={save.isPending}>
            {danger ? "保存修改" : "登记"}
          </Button>
          <Button onClick={() => (onClose ? onClose() : void navigate(-1))}>取消</Button>
        </Space>
      </Form>
    </>
  );
}
