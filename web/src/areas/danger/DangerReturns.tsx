import { keepPreviousData, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Alert, App, Button, DatePicker, Form, Input, InputNumber, Popconfirm, Segmented } from "antd";
import dayjs, { type Dayjs } from "dayjs";
import { useState } from "react";
import { Link, useNavigate, useSearchParams } from "react-router";

import { type Schemas, api, ask } from "../../api/client";
import { useMay, useSession } from "../../app/session";
import { Pager } from "../../parts/Pager";
import { RecordTable } from "../../parts/RecordTable";
import { RegionPicker } from "../../parts/RegionPicker";
import { readFilters } from "../../parts/filters";
import { cents, instant, nearName, yuan } from "../../parts/format";
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
  const may = useMay();
  const navigate = useNavigate();
  const [params, setParams] = useSearchParams();
  const month = params.get("month") ?? dayjs().subtract(1, "month").format("YYYY-MM");
  const view = params.get("view") ?? "missing";
  const cursor = params.get("cursor") ?? undefined;
  // the months behind a number of the statistics, or who has looked for dangers in them
  const counted = readFilters(params, ["region", "sector", "at", "from", "to"]);
  const ranged = Boolean(counted["from"]);
  const query = { ...(ranged ? counted : { month }), limit: 50, ...(cursor ? { cursor } : {}) };
  const reported = useQuery({ queryKey: ["danger-returns", "reported", query], queryFn: () => ask(api.GET("/api/danger-quarter/enterprises", { params: { query: { ...query, from: counted["from"] ?? "", to: counted["to"] ?? "" } } })), enabled: view === "reported" && ranged, placeholderData: keepPreviousData });
  const missing = useQuery({ queryKey: ["danger-returns", "missing", month, cursor], queryFn: () => ask(api.GET("/api/danger-returns/missing", { params: { query } })), enabled: view === "missing" && may("list_missing_danger_returns"), placeholderData: keepPreviousData });
  const made = useQuery({ queryKey: ["danger-returns", query], queryFn: () => ask(api.GET("/api/danger-returns", { params: { query } })), enabled: view === "made", placeholderData: keepPreviousData });
  const next = (view === "missing" ? missing : view === "reported" ? reported : made).data?.next;
  if (ranged) {
    return (
      <>
        <div className="page-head">
          <h1>{view === "reported" ? "排查治理隐患的企业" : "隐患月报"}</h1>
          <span className="muted">{counted["from"]} 至 {counted["to"]}　统计表中这个数字的明细</span>
        </div>
        {view === "reported" ? <Missing query={reported} empty="没有企业。" /> : <Made query={made} />}
        <Pager back={cursor ? () => void navigate(-1) : null} next={next ? () => setParams({ ...counted, view, cursor: next }) : null} />
      </>
    );
  }
  return (
    <>
      <div className="page-head">
        <h1>隐患月报</h1>
        <DatePicker aria-label="月份" picker="month" allowClear={false} value={dayjs(`${month}-01`)} disabledDate={(day: Dayjs) => day.isAfter(dayjs())} onChange={(day: Dayjs | null) => day && setParams({ month: day.format("YYYY-MM"), view })} />
        <Segmented value={view} onChange={(value) => setParams({ month, view: String(value) })} options={[{ value: "missing", label: "未报企业" }, { value: "made", label: "已报企业" }]} />
        <span className="grow" />
        {view === "missing" && (missing.data?.items.length ?? 0) > 0 && may("remind_danger_returns") && <Remind month={month} />}
      </div>
      {view === "missing" ? <Missing query={missing} empty="这个月都报了。" /> : <Made query={made} />}
      <Pager back={cursor ? () => void navigate(-1) : null} next={next ? () => setParams({ month, view, cursor: next }) : null} />
    </>
  );
}

/** Reminding at once everybody in the caller's own area, or in a part of it, who has not reported. */
function Remind({ month }: { month: string }) {
  const session = useSession();
  const queries = useQueryClient();
  const { message, modal } = App.useApp();
  const own = session.region.code;
  const [region, setRegion] = useState(own.length >= 6 ? own : undefined);
  const remind = useMutation({
    mutationFn: () => ask(api.POST("/api/danger-returns/remind", { body: { region: region ?? null, month } })),
    onSuccess: (made) => {
      void message.success(`已催报 ${made.reduce((sum, one) => sum + one.number, 0)} 家，它们在待办中会看到。`);
      void queries.invalidateQueries({ queryKey: ["danger-returns"] });
    },
    onError: (error) => void modal.warning({ title: "没有催报", content: sentence(error) }),
  });
  return (
    <>
      {own.length < 6 && (
        <div style={{ width: 230 }}>
          <RegionPicker root={own} value={region} onChange={setRegion} placeholder="选择区县或者镇街" />
        </div>
      )}
      <Popconfirm title={`提醒没有报送 ${month} 月报的企业？`} okText="催报" cancelText="取消" onConfirm={() => remind.mutate()}>
        <Button type="primary" loading={remind.isPending} disabled={!region}>一键催报</Button>
      </Popconfirm>
    </>
  );
}

interface Asked<Row> {
  error: Error | null;
  isPending: boolean;
  data?: { items: Row[] } | undefined;
}

/** Enterprises that have not reported, or that have looked for dangers; when and by whom they were reminded last. */
function Missing({ query, empty }: { query: Asked<Missing>; empty: string }) {
  const session = useSession();
  return (
    <RecordTable<Missing>
      error={query.error}
      loading={query.isPending}
      dataSource={query.data?.items ?? []}
      empty={empty}
      columns={[
        { key: "name", title: "企业", width: 280, render: (_, own) => <Link to={`/enterprises/${own.city}/${own.id}`}>{own.name}</Link> },
        { key: "region", title: "所在地区", render: (_, own) => nearName(own.region_name, session.region.name) },
        { key: "principal", title: "主要负责人", render: (_, own) => own.principal },
        { key: "reminded", title: "催报", render: (_, own) => own.reminded_at && `${instant(own.reminded_at)} ${own.reminded_by_name ?? ""}` },
      ]}
    />
  );
}

/** What enterprises reported. */
function Made({ query }: { query: Asked<Return> }) {
  const session = useSession();
  return (
    <RecordTable<Return>
      error={query.error}
      loading={query.isPending}
      dataSource={query.data?.items ?? []}
      empty="这段时间还没有企业报送。"
      columns={[
        { key: "name", title: "企业", width: 280, render: (_, own) => <Link to={`/enterprises/${own.city}/${own.enterprise}?tab=cases`}>{own.enterprise_name}</Link> },
        { key: "region", title: "所在地区", render: (_, own) => nearName(own.region_name, session.region.name) },
        { key: "month", title: "月份", render: (_, own) => own.month },
        ...NUMBERS.map(([name, title]) => ({ key: name, title, align: "right" as const, render: (_: unknown, own: Return) => <span className="number">{Number(own[name])}</span> })),
        { key: "funds", title: "投入（元）", align: "right", render: (_, own) => yuan(own.funds_spent) },
        { key: "note", title: "说明", render: (_, own) => own.note },
      ]}
    />
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
  const [params] = useSearchParams();
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
      <Form<Values> form={form} layout="vertical" className="panel danger-form" initialValues={{ month: params.get("month") ? dayjs(`${params.get("month") ?? ""}-01`) : dayjs().subtract(1, "month"), general_found: 0, general_mended: 0, major_found: 0, major_mended: 0, funds: "0" }} onFinish={(values) => save.mutate(values)}>
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
