import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { App, Button, DatePicker, Drawer, Form, Modal, Radio, Space, Table, Tag } from "antd";
import type { Dayjs } from "dayjs";
import { useState } from "react";

import { type Schemas, api, ask } from "../../api/client";
import { LongText } from "../../parts/LongText";
import { RecordTable } from "../../parts/RecordTable";
import { instant } from "../../parts/format";
import { sentence } from "../../parts/problem";
import { COMMON } from "./columns";

type Local = Schemas["LocalView"];

function cells(row: Local): Record<string, string> {
  return row.cells as unknown as Record<string, string>;
}

function said(row: Local, columns: string[]): string {
  return columns.filter((column) => !COMMON.includes(column) && cells(row)[column]).map((column) => cells(row)[column]).join(" · ");
}

/** A city's own rows of a table: in force, ended, withdrawn; with their history and the way to end one. */
export function LocalRows({ table, rows, columns, may }: { table: string; rows: Local[]; columns: string[]; may: boolean }) {
  const [ending, setEnding] = useState<Local | null>(null);
  const [past, setPast] = useState<Local | null>(null);
  if (rows.length === 0) return null;
  const actions = (_: unknown, row: Local) => (
    <Space>
      <Button size="small" onClick={() => setPast(row)}>变更记录</Button>
      {!row.withdrawn && <Button size="small" onClick={() => setEnding(row)}>终止或撤销</Button>}
    </Space>
  );
  return (
    <section className="panel">
      <h2>本地规定</h2>
      <Table
        size="small"
        rowKey="id"
        scroll={{ x: "max-content" }}
        pagination={{ hideOnSinglePage: true }}
        dataSource={rows}
        columns={[
          { title: "地区", dataIndex: "region" },
          { title: "内容", render: (_, row) => <span className="cell">{said(row, columns)}</span> },
          { title: "文号条款", render: (_, row) => cells(row)["source"] },
          { title: "起止", render: (_, row) => `${row.valid_from} 至 ${row.valid_to ?? "今"}` },
          { title: "状态", render: (_, row) => (row.withdrawn ? <Tag>已撤销</Tag> : <Tag color="blue">已录入</Tag>) },
          { title: "录入", render: (_, row) => `${row.created_by_name} ${instant(row.created_at)}` },
          ...(may ? [{ title: "", render: actions }] : []),
        ]}
      />
      {ending && <EndDialog table={table} row={ending} onClose={() => setEnding(null)} />}
      {past && <Past row={past} onClose={() => setPast(null)} />}
    </section>
  );
}

interface Ending {
  kind: "end" | "withdraw";
  valid_to?: Dayjs;
  reason: string;
}

function EndDialog({ table, row, onClose }: { table: string; row: Local; onClose: () => void }) {
  const queries = useQueryClient();
  const { message } = App.useApp();
  const [form] = Form.useForm<Ending>();
  const kind = Form.useWatch("kind", form) ?? "end";
  const end = useMutation({
    mutationFn: ({ kind, valid_to, reason }: Ending) =>
      ask(
        api.POST("/api/law-rows/{city}/{id}/end", {
          params: { path: { city: row.city, id: row.id } },
          body: { version: row.version, reason, ...(kind === "end" && valid_to ? { valid_to: valid_to.format("YYYY-MM-DD") } : {}) },
        }),
      ),
    onSuccess: () => {
      void queries.invalidateQueries({ queryKey: ["law-table", table] });
      onClose();
    },
    onError: (error) => void message.error(sentence(error)),
  });
  return (
    <Modal open title="终止或撤销本地规定" okText="确定" cancelText="取消" confirmLoading={end.isPending} onCancel={onClose} onOk={() => void form.validateFields().then((values) => end.mutate(values))}>
      <Form form={form} layout="vertical" initialValues={{ kind: "end" }}>
        <Form.Item name="kind">
          <Radio.Group options={[{ value: "end", label: "到某日为止" }, { value: "withdraw", label: "录入有误，整条撤销" }]} />
        </Form.Item>
        {kind === "end" && (
          <Form.Item name="valid_to" label="最后一天" rules={[{ required: true, message: "请选择最后一天" }]}>
            <DatePicker style={{ width: "100%" }} />
          </Form.Item>
        )}
        <Form.Item name="reason" label="原因和文号" rules={[{ required: true, whitespace: true, message: "请填写原因和文号" }]}>
          <LongText />
        </Form.Item>
      </Form>
    </Modal>
  );
}

const ACTIONS: Record<string, string> = { create: "录入", update: "终止或撤销" };

function Past({ row, onClose }: { row: Local; onClose: () => void }) {
  const steps = useQuery({
    queryKey: ["law-history", row.id],
    queryFn: () => ask(api.GET("/api/law-rows/{city}/{id}/history", { params: { path: { city: row.city, id: row.id } } })),
  });
  return (
    <Drawer open size={520} title="变更记录" onClose={onClose}>
      <RecordTable
        error={steps.error}
        loading={steps.isPending}
        dataSource={steps.data ?? []}
        rowKey="at"
        empty="没有变更记录。"
        columns={[
          { title: "时间", render: (_, step) => instant(step.at) },
          { title: "谁", dataIndex: "actor_name" },
          { title: "做了什么", render: (_, step) => ACTIONS[step.action] ?? step.action },
          { title: "原因", dataIndex: "reason" },
        ]}
      />
    </Drawer>
  );
}
