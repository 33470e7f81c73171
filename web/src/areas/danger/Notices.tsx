import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Alert, App, AutoComplete, Button, DatePicker, Form, Modal, Tag } from "antd";
import dayjs, { type Dayjs } from "dayjs";
import { useState } from "react";
import { Link } from "react-router";

import { type Schemas, api, ask } from "../../api/client";
import { useMay } from "../../app/session";
import { LongText } from "../../parts/LongText";
import { formProblems, sentence } from "../../parts/problem";
import { term } from "../cases/words";
import { NOTICE_STATES } from "./words";

type Danger = Schemas["DangerView"];

/** Whom an office usually tells; any other can be typed. */
const DEPARTMENTS = ["消防救援", "住房城乡建设", "市场监督管理", "公安", "交通运输", "生态环境", "自然资源", "工业和信息化", "卫生健康", "商务", "教育", "供电"].map((value) => ({ value: `${value}部门` }));

/** The notices of a danger to other departments, and a new one. */
export function Notices({ danger }: { danger: Danger }) {
  const may = useMay();
  const [open, setOpen] = useState(false);
  const { city, id, closed_on } = danger.case;
  const list = useQuery({
    queryKey: ["danger-notices", "of", id],
    queryFn: () => ask(api.GET("/api/danger-notices", { params: { query: { danger: id, mine: false, limit: 50 } } })),
  });
  const items = list.data?.items ?? [];
  const can = may("create_danger_notice") && !closed_on;
  if (items.length === 0 && !can) return null;
  return (
    <section className="panel">
      <h2>抄告其他部门</h2>
      {items.map((own) => (
        <div key={own.case.id} className="notice-line">
          <Link to={`/danger-notices/${city}/${own.case.id}`}>{own.department}</Link>
          <Tag color={NOTICE_STATES[own.case.state]?.[1] ?? "default"}>{own.case.state_label}</Tag>
          <span className={own.case.overdue ? "down" : "muted"}>{own.sent_on} 发出{own.case.closed_on ? "" : `，期限 ${term(own.case)}`}</span>
        </div>
      ))}
      {list.isError && <Alert type="warning" showIcon title={sentence(list.error)} />}
      {items.length === 0 && !list.isPending && <p className="muted" style={{ margin: "0 0 8px" }}>还没有抄告。涉及消防、燃气、建筑、特种设备等其他部门职责的，抄告该部门并跟踪答复。</p>}
      {can && <Button onClick={() => setOpen(true)}>抄告其他部门</Button>}
      {open && <NewNotice danger={danger} onClose={() => setOpen(false)} />}
    </section>
  );
}

interface Values {
  department: string;
  content: string;
  due_on: Dayjs;
}

function NewNotice({ danger, onClose }: { danger: Danger; onClose: () => void }) {
  const queries = useQueryClient();
  const { message } = App.useApp();
  const [form] = Form.useForm<Values>();
  const { city, id, enterprise_name } = danger.case;
  const send = useMutation({
    mutationFn: (values: Values) =>
      ask(
        api.POST("/api/dangers/{city}/{id}/notices", {
          params: { path: { city, id } },
          body: { department: values.department, content: values.content, due_on: values.due_on.format("YYYY-MM-DD") },
        }),
      ),
    onSuccess: (notice) => {
      void message.success(`已登记抄告，编号 ${notice.case.number}。`);
      for (const key of ["danger-notices", "cases", "inbox"]) void queries.invalidateQueries({ queryKey: [key] });
      onClose();
    },
    onError: (error) => form.setFields(formProblems(error).map((problem) => ({ name: problem.name as keyof Values, errors: problem.errors }))),
  });
  const needed = [{ required: true, message: "请填写这一项。" }];
  return (
    <Modal open title="抄告其他部门" okText="确定" cancelText="取消" okButtonProps={{ loading: send.isPending }} onOk={() => form.submit()} onCancel={onClose}>
      <Form<Values>
        form={form}
        layout="vertical"
        initialValues={{ due_on: dayjs().add(15, "day"), content: `${enterprise_name}${danger.detail.place}：${danger.detail.description}。请依职责查处，并将结果反馈我单位。` }}
        onFinish={(values) => send.mutate(values)}
      >
        <Form.Item name="department" label="抄告的部门" rules={needed}>
          <AutoComplete options={DEPARTMENTS} placeholder="选择，或者填写部门全称" maxLength={50} showSearch={{ filterOption: (text, option) => String(option?.value ?? "").includes(text) }} />
        </Form.Item>
        <Form.Item name="content" label="抄告内容" rules={needed}>
          <LongText rows={3} maxLength={1000} />
        </Form.Item>
        <Form.Item name="due_on" label="要求答复的期限" rules={needed}>
          <DatePicker style={{ width: "100%" }} disabledDate={(day: Dayjs) => day.isBefore(dayjs(), "day")} />
        </Form.Item>
      </Form>
      {send.isError && <Alert type="error" showIcon title={sentence(send.error)} />}
    </Modal>
  );
}
