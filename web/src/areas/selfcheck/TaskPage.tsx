import { keepPreviousData, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Alert, App, Button, Form, Input, Modal, Popconfirm, Result, Segmented, Spin } from "antd";
import dayjs, { type Dayjs } from "dayjs";
import { useState } from "react";
import { Link, useNavigate, useParams, useSearchParams } from "react-router";

import { ApiError, type Schemas, api, ask } from "../../api/client";
import { useMay, useSession } from "../../app/session";
import { Day } from "../../parts/Day";
import { Pager } from "../../parts/Pager";
import { RecordTable } from "../../parts/RecordTable";
import { instant, nearName } from "../../parts/format";
import { formProblems, sentence } from "../../parts/problem";
import { Checks } from "./CheckList";

type Task = Schemas["SelfCheckTask"];
type Missing = Schemas["SelfCheckMissing"];

/** One task: who has handed in for a period, who has not, and reminding them at once. */
export default function TaskPage() {
  const session = useSession();
  const may = useMay();
  const navigate = useNavigate();
  const queries = useQueryClient();
  const { message } = App.useApp();
  const { city = "", id = "" } = useParams();
  const [params, setParams] = useSearchParams();
  const [ending, setEnding] = useState(false);
  const path = { city, id };
  const task = useQuery({ queryKey: ["self-check-tasks", "one", city, id], queryFn: () => ask(api.GET("/api/self-check-tasks/{city}/{id}", { params: { path } })) });
  const own = task.data;
  const periods = [own?.previous, own?.current].flatMap((period) => (period ? [period] : []));
  const shown = periods.find((period) => period.from === params.get("period")) ?? own?.current ?? own?.previous;
  const view = params.get("view") ?? "missing";
  const cursor = params.get("cursor") ?? undefined;
  const query = { period: shown?.from ?? "", limit: 50, ...(cursor ? { cursor } : {}) };
  const missing = useQuery({ queryKey: ["self-check-tasks", "missing", id, shown?.from, cursor], queryFn: () => ask(api.GET("/api/self-check-tasks/{city}/{id}/missing", { params: { path, query } })), enabled: shown !== undefined && shown !== null && view === "missing", placeholderData: keepPreviousData });
  const done = useQuery({ queryKey: ["self-checks", id, shown?.from, cursor], queryFn: () => ask(api.GET("/api/self-checks", { params: { query: { ...query, task: id, state: "done" } } })), enabled: shown !== undefined && shown !== null && view === "done", placeholderData: keepPreviousData });
  const remind = useMutation({
    mutationFn: (version: number) => ask(api.POST("/api/self-check-tasks/{city}/{id}/remind", { params: { path }, body: { version, period: shown?.from ?? null } })),
    onSuccess: () => {
      void message.success("已催办。没有提交的企业会在待办里看到。");
      void queries.invalidateQueries({ queryKey: ["self-check-tasks"] });
    },
    onError: (error) => {
      void message.error(sentence(error));
      void queries.invalidateQueries({ queryKey: ["self-check-tasks"] });
    },
  });
  if (task.isError) {
    const gone = task.error instanceof ApiError && task.error.status === 404;
    return <Result status={gone ? "404" : "warning"} title={gone ? "没有这项自查任务，或它不在您的管辖范围内" : sentence(task.error)} extra={<Link to="/self-check-tasks">回到企业自查</Link>} />;
  }
  if (!own) return <div className="centre"><Spin size="large" /></div>;
  const number = (value: number) => (value > 999 ? "999+" : value);
  const next = view === "missing" ? missing.data?.next : done.data?.next;
  return (
    <>
      <div className="panel">
        <div className="page-head" style={{ marginBottom: 6 }}>
          <h1>{own.name}</h1>
          <span className="muted">{[own.region_name, own.sector_label, own.cycle_label].filter(Boolean).join("，")}</span>
          <span className="grow" />
          {own.own && may("end_self_check_task") && <Button onClick={() => setEnding(true)}>停止任务</Button>}
        </div>
        <div className="muted">
          {own.starts_on} 起{own.ends_on ? `，至 ${own.ends_on}` : ""}
          {own.reminded_at && own.reminded_for === shown?.from && `\u3000${own.reminded_by_name ?? ""} ${instant(own.reminded_at)} 催办过这一期`}
        </div>
      </div>
      {shown ? (
        <>
          <div className="bar">
            <Segmented value={shown.from} options={periods.map((period) => ({ value: period.from, label: period.label }))} onChange={(period) => setParams({ period: String(period), view })} />
            <Segmented value={view} options={[{ value: "missing", label: `未报 ${number(shown.missing)}` }, { value: "done", label: `已报 ${number(shown.done)}` }]} onChange={(value) => setParams({ period: shown.from, view: String(value) })} />
            {view === "missing" && own.own && shown.missing > 0 && may("remind_self_check_task") && (
              <Popconfirm title={`提醒 ${number(shown.missing)} 家没有提交${shown.label}自查的企业？`} okText="催办" cancelText="取消" onConfirm={() => remind.mutate(own.version)}>
                <Button type="primary" loading={remind.isPending}>一键催办</Button>
              </Popconfirm>
            )}
          </div>
          {view === "missing" ? (
            <RecordTable<Missing>
              error={missing.error}
              loading={missing.isPending}
              dataSource={missing.data?.items ?? []}
              empty="这一期都提交了。"
              columns={[
                { key: "name", title: "企业", width: 280, render: (_, row) => <Link to={`/enterprises/${row.city}/${row.id}?tab=cases`}>{row.name}</Link> },
                { key: "region", title: "所在地区", render: (_, row) => nearName(row.region_name, session.region.name) },
                { key: "sector", title: "监管领域", render: (_, row) => row.sector_label },
                { key: "principal", title: "主要负责人", render: (_, row) => row.principal },
              ]}
            />
          ) : (
            <Checks items={done.data?.items ?? []} error={done.error} loading={done.isPending} empty="这一期还没有企业提交。" />
          )}
          <Pager back={cursor ? () => void navigate(-1) : null} next={next ? () => setParams({ period: shown.from, view, cursor: next }) : null} />
        </>
      ) : (
        <Alert type="info" showIcon title={`任务从 ${own.starts_on} 开始，还没有到第一个周期，或者已经停止。`} />
      )}
      {ending && <End task={own} onClose={() => setEnding(false)} />}
    </>
  );
}

function End({ task, onClose }: { task: Task; onClose: () => void }) {
  const queries = useQueryClient();
  const [form] = Form.useForm<{ ends_on: Dayjs; reason: string }>();
  const save = useMutation({
    mutationFn: (values: { ends_on: Dayjs; reason: string }) => ask(api.PATCH("/api/self-check-tasks/{city}/{id}", { params: { path: { city: task.city, id: task.id } }, body: { version: task.version, ends_on: values.ends_on.format("YYYY-MM-DD"), reason: values.reason } })),
    onSuccess: () => {
      void queries.invalidateQueries({ queryKey: ["self-check-tasks"] });
      onClose();
    },
    onError: (error) => {
      form.setFields(formProblems(error).map((problem) => ({ name: problem.name as "reason", errors: problem.errors })));
      void queries.invalidateQueries({ queryKey: ["self-check-tasks"] });
    },
  });
  return (
    <Modal open title="停止自查任务" okText="停止" cancelText="取消" okButtonProps={{ loading: save.isPending }} onOk={() => form.submit()} onCancel={onClose}>
      <Form form={form} layout="vertical" initialValues={{ ends_on: dayjs() }} onFinish={(values) => save.mutate(values)}>
        <Form.Item name="ends_on" label="最后一天" rules={[{ required: true, message: "请选择日期。" }]}><Day /></Form.Item>
        <Form.Item name="reason" label="原因" rules={[{ required: true, message: "请写明原因。" }]}><Input maxLength={200} /></Form.Item>
      </Form>
      <p className="muted">已提交的自查都保留。</p>
      {save.isError && <Alert type="error" showIcon title={sentence(save.error)} />}
    </Modal>
  );
}
