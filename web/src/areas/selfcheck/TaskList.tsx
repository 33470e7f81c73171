import { keepPreviousData, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Alert, App, Button, Form, Input, Modal, Select, Switch } from "antd";
import dayjs, { type Dayjs } from "dayjs";
import { useState } from "react";
import { Link, useNavigate, useSearchParams } from "react-router";

import { type Schemas, api, ask } from "../../api/client";
import { useMay, useSession } from "../../app/session";
import { Day } from "../../parts/Day";
import { Pager } from "../../parts/Pager";
import { RecordTable } from "../../parts/RecordTable";
import { RegionPicker } from "../../parts/RegionPicker";
import { nearName } from "../../parts/format";
import { formProblems, sentence } from "../../parts/problem";
import { useSectors } from "../enterprise/use";
import { CYCLES } from "./words";

type Task = Schemas["SelfCheckTask"];
type Progress = Schemas["SelfCheckProgress"];

/** A number that leads to its rows; counted up to a thousand. */
function far(task: Task, own: Progress | null | undefined) {
  if (!own) return <span className="muted">—</span>;
  const to = (view: string) => `/self-check-tasks/${task.city}/${task.id}?period=${own.from}&view=${view}`;
  const number = (value: number) => (value > 999 ? "999+" : String(value));
  return (
    <>
      <Link to={to("done")}>已报 {number(own.done)}</Link>　<Link to={to("missing")} className={own.missing > 0 ? "down" : ""}>未报 {number(own.missing)}</Link>
    </>
  );
}

/** The tasks that count for a division, and how far each has come there. */
export default function TaskList() {
  const session = useSession();
  const may = useMay();
  const navigate = useNavigate();
  const [params, setParams] = useSearchParams();
  const [adding, setAdding] = useState(false);
  const region = params.get("region") ?? session.region.code;
  const ended = params.get("ended") === "true";
  const cursor = params.get("cursor") ?? undefined;
  const page = useQuery({
    queryKey: ["self-check-tasks", region, ended, cursor],
    queryFn: () => ask(api.GET("/api/self-check-tasks", { params: { query: { region, ended, limit: 20, ...(cursor ? { cursor } : {}) } } })),
    placeholderData: keepPreviousData,
  });
  const go = (more: Record<string, string>) => setParams(Object.fromEntries(Object.entries({ region, ended: String(ended), ...more }).filter(([name, value]) => value !== "" && !(name === "region" && value === session.region.code) && value !== "false")));
  return (
    <>
      <div className="page-head">
        <h1>企业自查</h1>
        <Link to="/self-checks">已提交的自查</Link>
        <span className="grow" />
        {may("create_self_check_task") && <Button type="primary" onClick={() => setAdding(true)}>布置自查任务</Button>}
      </div>
      <div className="bar">
        <div style={{ width: 230 }}>
          <RegionPicker root={session.region.code} value={region === session.region.code ? undefined : region} onChange={(own) => go({ region: own ?? "", cursor: "" })} placeholder={session.region.name} />
        </div>
        <label><Switch size="small" checked={ended} onChange={(on) => go({ ended: String(on), cursor: "" })} /> 包括已停止的</label>
      </div>
      <RecordTable<Task>
        error={page.error}
        loading={page.isPending}
        dataSource={page.data?.items ?? []}
        empty={may("create_self_check_task") ? "还没有自查任务。点“布置自查任务”，选择范围和周期，辖区企业就会在待办里看到。" : "还没有自查任务。"}
        columns={[
          { key: "name", title: "任务", width: 220, render: (_, own) => <Link to={`/self-check-tasks/${own.city}/${own.id}`}>{own.name}</Link> },
          { key: "area", title: "范围", render: (_, own) => [nearName(own.region_name, session.region.name), own.sector_label].filter(Boolean).join("，") },
          { key: "cycle", title: "周期", render: (_, own) => own.cycle_label },
          { key: "current", title: "本期", render: (_, own) => far(own, own.current) },
          { key: "previous", title: "上一期", render: (_, own) => far(own, own.previous) },
          { key: "term", title: "起止", render: (_, own) => `${own.starts_on} 起${own.ends_on ? `，至 ${own.ends_on}` : ""}` },
        ]}
      />
      <Pager back={cursor ? () => void navigate(-1) : null} next={page.data?.next ? () => go({ cursor: page.data.next ?? "" }) : null} />
      {adding && <NewTask region={region} onClose={() => setAdding(false)} />}
    </>
  );
}

interface Values {
  name: string;
  region: string;
  sector?: string;
  cycle: string;
  starts_on: Dayjs;
  ends_on?: Dayjs | null;
}

function NewTask({ region, onClose }: { region: string; onClose: () => void }) {
  const session = useSession();
  const queries = useQueryClient();
  const { message } = App.useApp();
  const [form] = Form.useForm<Values>();
  const sectors = useSectors();
  const save = useMutation({
    mutationFn: (values: Values) =>
      ask(
        api.POST("/api/self-check-tasks", {
          body: { name: values.name, region: values.region || session.region.code, sector: values.sector ?? null, cycle: values.cycle, starts_on: values.starts_on.format("YYYY-MM-DD"), ends_on: values.ends_on?.format("YYYY-MM-DD") ?? null },
        }),
      ),
    onSuccess: () => {
      void message.success("已布置。企业在待办里就能看到。");
      void queries.invalidateQueries({ queryKey: ["self-check-tasks"] });
      onClose();
    },
    onError: (error) => form.setFields(formProblems(error).map((problem) => ({ name: problem.name as keyof Values, errors: problem.errors }))),
  });
  return (
    <Modal open title="布置自查任务" okText="布置" cancelText="取消" okButtonProps={{ loading: save.isPending }} onOk={() => form.submit()} onCancel={onClose}>
      <Form<Values> form={form} layout="vertical" initialValues={{ region, cycle: "month", name: "安全生产自查", starts_on: dayjs() }} onFinish={(values) => save.mutate(values)}>
        <Form.Item name="name" label="任务名称" rules={[{ required: true, message: "请填写任务名称。" }]}><Input maxLength={50} /></Form.Item>
        <Form.Item name="region" label="范围：哪里的企业"><RegionPicker root={session.region.code} placeholder={session.region.name} /></Form.Item>
        <Form.Item name="sector" label="监管领域"><Select allowClear placeholder="所有领域" options={sectors} /></Form.Item>
        <Form.Item name="cycle" label="周期" rules={[{ required: true }]}><Select options={Object.entries(CYCLES).map(([value, label]) => ({ value, label }))} /></Form.Item>
        <Form.Item name="starts_on" label="从哪天起" rules={[{ required: true, message: "请选择日期。" }]}><Day /></Form.Item>
        <Form.Item name="ends_on" label="到哪天止（长期任务不填）"><Day /></Form.Item>
      </Form>
      {save.isError && <Alert type="error" showIcon title={sentence(save.error)} />}
    </Modal>
  );
}
