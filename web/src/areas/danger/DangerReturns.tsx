import { keepPreviousData, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Alert, App, Button, DatePicker, Form, Input, InputNumber, Segmented } from "antd";
import dayjs, { type Dayjs } from "dayjs";
import { Link, useNavigate, useSearchParams } from "react-router";

import { type Schemas, api, ask } from "../../api/client";
import { useMay, useSession } from "../../app/session";
import { Pager } from "../../parts/Pager";
import { RecordTable } from "../../parts/RecordTable";
import { cents, nearName, yuan } from "../../parts/format";
import { formProblems, sentence } from "../../parts/problem";
import "./danger.css";

type Return = Schemas["DangerReturnRow"];
type Missing = Schemas["DangerReturnMissing"];

/** What enterprises report month by month: an enterprise fills it in, offices see who has and who has not. */
export default function DangerReturns() {
  const session = useSession();
  return session.enterprise ? <OwnReturns city={session.enterprise.city} id={session.enterprise.id} /> : <OfficeReturns />;
}

const NUMBERS: [keyof Return, string][] = [
  ["general_found", "一般隐患发现"],
  ["general_mended", "其中已整改"],
  ["major_found", "重大隐患发现"],
  ["major_mended", "其中已整改"],
];

function OfficeReturns() {
  const session = useSession();
  const may = useMay();
  const navigate = useNavigate();
  const [params, setParams] = useSearchParams();
  const month = params.get("month") ?? dayjs().subtract(1, "month").format("YYYY-MM");
  const view = params.get("view") ?? "missing";
  const cursor = params.get("cursor") ?? undefined;
  const query = { month, limit: 50, ...(cursor ? { cursor } : {}) };
  const missing = useQuery({ queryKey: ["danger-returns", "missing", month, cursor], queryFn: () => ask(api.GET("/api/danger-returns/missing", { params: { query } })), enabled: view === "missing" && may("list_missing_danger_returns"), placeholderData: keepPreviousData });
  const made = useQuery({ queryKey: ["danger-returns", month, cursor], queryFn: () => ask(api.GET("/api/danger-returns", { params: { query } })), enabled: view === "made", placeholderData: keepPreviousData });
  const next = view === "missing" ? missing.data?.next : made.data?.next;
  return (
    <>
      <div className="page-head">
        <h1>隐患月报</h1>
        <DatePicker aria-label="月份" picker="month" allowClear={false} value={dayjs(`${month}-01`)} disabledDate={(day: Dayjs) => day.isAfter(dayjs())} onChange={(day: Dayjs | null) => day && setParams({ month: day.format("YYYY-MM"), view })} />
        <Segmented value={view} onChange={(value) => setParams({ month, view: String(value) })} options={[{ value: "missing", label: "未报企业" }, { value: "made", label: "已报企业" }]} />
      </div>
      {view === "missing" ? (
        <RecordTable<Missing>
          error={missing.error}
          loading={missing.isPending}
          dataSource={missing.data?.items ?? []}
          empty="这个月都报了。"
          columns={[
            { key: "name", title: "企业", width: 280, render: (_, own) => <Link to={`/enterprises/${own.city}/${own.id}`}>{own.name}</Link> },
            { key: "region", title: "所在地区", render: (_, own) => nearName(own.region_name, session.region.name) },
            { key: "principal", title: "主要负责人", render: (_, own) => own.principal },
          ]}
        />
      ) : (
        <RecordTable<Return>
          error={made.error}
          loading={made.isPending}
          dataSource={made.data?.items ?? []}
          empty="这个月还没有企业报送。"
          columns={[
            { key: "name", title: "企业", width: 280, render: (_, own) => <Link to={`/enterprises/${own.city}/${own.enterprise}?tab=cases`}>{own.enterprise_name}</Link> },
            { key: "region", title: "所在地区", render: (_, own) => nearName(own.region_name, session.region.name) },
            ...NUMBERS.map(([name, title]) => ({ key: name, title, align: "right" as const, render: (_: unknown, own: Return) => <span className="number">{Number(own[name])}</span> })),
            { key: "funds", title: "投入（元）", align: "right", render: (_, own) => yuan(own.funds_spent) },
            { key: "note", title: "说明", render: (_, own) => own.note },
          ]}
        />
      )}
      <Pager back={cursor ? () => void navigate(-1) : null} next={next ? () => setParams({ month, view, cursor: next }) : null} />
    </>
  );
}

interface Values {
  month: Dayjs;
  general_found: number;
  general_mended: number;
  major_found: number;
  major_mended: number;
  funds: string | null;
  note?: string;
}

function OwnReturns({ city, id }: { city: string; id: string }) {
  const queries = useQueryClient();
  const { message } = App.useApp();
  const [form] = Form.useForm<Values>();
  const list = useQuery({ queryKey: ["danger-returns", id], queryFn: () => ask(api.GET("/api/danger-returns", { params: { query: { enterprise: id, limit: 24 } } })) });
  const items = list.data?.items ?? [];
  const save = useMutation({
    mutationFn: (values: Values) => {
      const month = values.month.format("YYYY-MM");
      const before = items.find((own) => own.month === month);
      const { general_found, general_mended, major_found, major_mended } = values;
      return ask(
        api.PUT("/api/enterprises/{city}/{id}/danger-return", {
          params: { path: { city, id } },
          body: { month, general_found, general_mended, major_found, major_mended, funds_spent: cents(String(values.funds ?? "0")) ?? 0, note: values.note ?? null, version: before?.version ?? null },
        }),
      );
    },
    onSuccess: () => {
      void message.success("已报送。");
      void queries.invalidateQueries({ queryKey: ["danger-returns"] });
    },
    onError: (error) => form.setFields(formProblems(error).map((problem) => ({ name: problem.name as keyof Values, errors: problem.errors }))),
  });
  return (
    <>
      <div className="page-head">
        <h1>隐患月报</h1>
        <span className="muted">没有查出隐患也要报：数量都填 0</span>
      </div>
      <Form<Values> form={form} layout="vertical" className="panel danger-form" initialValues={{ month: dayjs().subtract(1, "month"), general_found: 0, general_mended: 0, major_found: 0, major_mended: 0, funds: "0" }} onFinish={(values) => save.mutate(values)}>
        <Form.Item name="month" label="月份">
          <DatePicker picker="month" allowClear={false} disabledDate={(day: Dayjs) => day.isAfter(dayjs())} />
        </Form.Item>
        <div className="danger-two">
          {NUMBERS.map(([name, label]) => (
            <Form.Item key={name} name={name} label={label} rules={[{ required: true, message: "请填写数量，没有填 0。" }]}>
              <InputNumber min={0} precision={0} style={{ width: "100%" }} />
            </Form.Item>
          ))}
          <Form.Item name="funds" label="投入整改资金（元）">
            <InputNumber min="0" precision={2} stringMode style={{ width: "100%" }} />
          </Form.Item>
          <Form.Item name="note" label="说明">
            <Input maxLength={200} />
          </Form.Item>
        </div>
        {save.isError && <Alert type="error" showIcon style={{ marginBottom: 12 }} title={sentence(save.error)} />}
        <Button type="primary" htmlType="submit" loading={save.isPending}>报送</Button>
      </Form>
      <RecordTable<Return>
        error={list.error}
        loading={list.isPending}
        dataSource={items}
        empty="还没有报送过。"
        columns={[
          { key: "month", title: "月份", render: (_, own) => own.month },
          ...NUMBERS.map(([name, title]) => ({ key: name, title, align: "right" as const, render: (_: unknown, own: Return) => <span className="number">{Number(own[name])}</span> })),
          { key: "funds", title: "投入（元）", align: "right", render: (_, own) => yuan(own.funds_spent) },
        ]}
      />
    </>
  );
}
