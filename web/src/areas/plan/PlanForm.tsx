import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Alert, Button, Form, Input, InputNumber, Select, Space, Spin } from "antd";
import dayjs from "dayjs";
import { useNavigate, useParams } from "react-router";

import { type Schemas, api, ask } from "../../api/client";
import { useSession } from "../../app/session";
import { LongText } from "../../parts/LongText";
import { OfficePicker } from "../../parts/OfficePicker";
import { RegionPicker } from "../../parts/RegionPicker";
import { formProblems, sentence } from "../../parts/problem";
import { useSectors } from "../enterprise/use";
import { GRADES, MONTHS } from "./words";
import "./plan.css";

type Plan = Schemas["InspectionPlan"];
type Line = Schemas["PlanLine"];

interface Values {
  agency?: string;
  year: number;
  name: string;
  note?: string;
  lines: Partial<Line>[];
}

const needed = (message: string) => [{ required: true, message }];

/** Draws up a plan, or changes a draft. */
export default function PlanForm() {
  const { city, id } = useParams();
  const plan = useQuery({
    queryKey: ["inspection-plan", city, id],
    queryFn: () => ask(api.GET("/api/inspection-plans/{city}/{id}", { params: { path: { city: city ?? "", id: id ?? "" } } })),
    enabled: id !== undefined,
  });
  if (plan.isError) return <Alert type="error" showIcon title={sentence(plan.error)} />;
  if (id !== undefined && !plan.data) return <div className="centre"><Spin size="large" /></div>;
  return <Fields plan={plan.data} />;
}

function Fields({ plan }: { plan: Plan | undefined }) {
  const session = useSession();
  const navigate = useNavigate();
  const queries = useQueryClient();
  const [form] = Form.useForm<Values>();
  const sectors = useSectors();
  const root = plan?.town ?? session.region.code;
  const fresh: Partial<Line> = { region: root, from_month: 1, to_month: 12, times: 1 };
  const save = useMutation({
    mutationFn: (values: Values) => {
      const lines = values.lines.map((line) => ({ ...fresh, code: line.code ?? 0, name: line.name ?? "", region: line.region || root, sector: line.sector ?? null, grade: line.grade ?? null, number: line.number ?? null, from_month: line.from_month ?? 1, to_month: line.to_month ?? 12, times: line.times ?? 1 }));
      const rest = { name: values.name, note: values.note ?? null, lines };
      return plan
        ? ask(api.PUT("/api/inspection-plans/{city}/{id}", { params: { path: { city: plan.city, id: plan.id } }, body: { version: plan.version, ...rest } }))
        : ask(api.POST("/api/inspection-plans", { body: { city: session.city ?? "", agency: values.agency ?? "", year: values.year, ...rest } }));
    },
    onSuccess: async (own) => {
      await queries.invalidateQueries({ queryKey: ["inspection-plans"] });
      await queries.invalidateQueries({ queryKey: ["inspection-plan"] });
      void navigate(`/inspection-plans/${own.city}/${own.id}`, { replace: true });
    },
    onError: (error) =>
      form.setFields(
        formProblems(error).map((problem) => {
          const [first, at, field] = problem.name.split(/[/.]/);
          return { name: (first === "lines" && at ? ["lines", Number(at), field ?? "name"] : problem.name) as "name", errors: problem.errors };
        }),
      ),
  });
  const named = Form.useWatch("year", form) ?? dayjs().year();
  return (
    <>
      <div className="page-head">
        <h1>{plan ? "修改检查计划" : "编制检查计划"}</h1>
      </div>
      <Form<Values>
        form={form}
        layout="vertical"
        className="panel"
        initialValues={plan ? { name: plan.name, note: plan.note ?? "", year: plan.year, lines: plan.lines } : { year: dayjs().year() + (dayjs().month() >= 9 ? 1 : 0), lines: [fresh] }}
        onFinish={(values) => save.mutate({ ...values, year: named })}
        scrollToFirstError
      >
        <div className="plan-head">
          {!plan && <Form.Item name="agency" label="机关" rules={needed("请选择机关。")}><Office /></Form.Item>}
          {!plan && <Form.Item name="year" label="年度" rules={needed("请填写年度。")}><InputNumber min={2000} max={2100} style={{ width: "100%" }} /></Form.Item>}
          <Form.Item name="name" label="计划名称" rules={needed("请填写计划名称。")}><Input maxLength={100} placeholder={`${named}年度安全生产监督检查计划`} /></Form.Item>
        </div>
        <h2 className="plan-title">检查哪些企业</h2>
        <p className="muted">一行是一类企业。“抽取家数”不填，就是这类企业全部检查；填了，就从中随机抽取。批准后抽取，监管等级低的企业中签机会大。</p>
        <Form.List name="lines">
          {(rows, { add, remove }) => (
            <>
              {rows.map(({ key, name: at }) => (
                <div key={key} className="plan-line">
                  <Form.Item name={[at, "code"]} hidden><Input /></Form.Item>
                  <Form.Item name={[at, "name"]} label="名称" rules={needed("请填写名称。")} className="plan-wide"><Input maxLength={50} placeholder="如：危险化学品企业全覆盖" /></Form.Item>
                  <Form.Item name={[at, "region"]} label="地区"><RegionPicker root={root} placeholder="全部辖区" /></Form.Item>
                  <Form.Item name={[at, "sector"]} label="监管领域"><Select allowClear placeholder="各领域" options={sectors} /></Form.Item>
                  <Form.Item name={[at, "grade"]} label="监管等级"><Select allowClear placeholder="各等级" options={GRADES} /></Form.Item>
                  <Form.Item name={[at, "number"]} label="抽取家数"><InputNumber min={1} max={2000} precision={0} placeholder="全部" style={{ width: "100%" }} /></Form.Item>
                  <Form.Item label="月份">
                    <Space.Compact block>
                      <Form.Item name={[at, "from_month"]} noStyle><Select aria-label="从几月" options={MONTHS} /></Form.Item>
                      <Form.Item name={[at, "to_month"]} noStyle><Select aria-label="到几月" options={MONTHS} /></Form.Item>
                    </Space.Compact>
                  </Form.Item>
                  <Form.Item name={[at, "times"]} label="每家次数"><InputNumber min={1} max={12} precision={0} style={{ width: "100%" }} /></Form.Item>
                  <Button type="link" danger onClick={() => remove(at)} disabled={rows.length === 1}>删除</Button>
                </div>
              ))}
              <Button onClick={() => add(fresh)} disabled={rows.length >= 20}>再加一类</Button>
            </>
          )}
        </Form.List>
        <Form.Item name="note" label="说明" style={{ marginTop: 16 }}><LongText rows={3} maxLength={2000} /></Form.Item>
        {save.isError && <Alert type="error" showIcon title={sentence(save.error)} style={{ marginBottom: 12 }} />}
        <Space>
          <Button type="primary" htmlType="submit" loading={save.isPending}>保存草稿</Button>
          <Button onClick={() => void navigate(-1)}>返回</Button>
        </Space>
      </Form>
    </>
  );
}

/** An office of the own area as a field of a form. */
function Office({ value, onChange }: { value?: string; onChange?: (id: string | null) => void }) {
  const session = useSession();
  return <OfficePicker region={session.region.code} below value={value} name={null} label="机关" onChange={(id) => onChange?.(id)} />;
}
