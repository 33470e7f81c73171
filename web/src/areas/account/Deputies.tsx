import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { App, Button, DatePicker, Form, Input, Popconfirm, Tag } from "antd";
import dayjs, { type Dayjs } from "dayjs";

import { type Schemas, api, ask } from "../../api/client";
import { useSession } from "../../app/session";
import { formProblems, sentence } from "../../parts/problem";

type Deputy = Schemas["DeputyView"];

interface Values {
  login: string;
  days: [Dayjs, Dayjs];
  document?: string;
}

/** Names a deputy: who, on which days (both counted), by which order. */
export function DeputyForm({ name, onDone }: { name: (body: Schemas["Named"]) => Promise<unknown>; onDone: () => void }) {
  const { message } = App.useApp();
  const [form] = Form.useForm<Values>();
  const make = useMutation({
    mutationFn: ({ login, days: [from, to], document }: Values) =>
      name({ login, valid_from: from.format("YYYY-MM-DD"), valid_to: to.add(1, "day").format("YYYY-MM-DD"), ...(document ? { document } : {}) }),
    onSuccess: () => {
      form.resetFields();
      onDone();
    },
    onError: (error) => {
      const fields = formProblems(error).map(({ name, errors }) => ({ name: (name.startsWith("valid") ? "days" : name) as keyof Values, errors }));
      form.setFields(fields);
      if (fields.length === 0) void message.error(sentence(error));
    },
  });
  return (
    <Form<Values> form={form} layout="vertical" requiredMark={false} onFinish={(values) => make.mutate(values)} style={{ maxWidth: 420, marginTop: 12 }} initialValues={{ days: [dayjs(), dayjs().add(6, "day")] }}>
      <Form.Item name="login" label="代理人的登录名" rules={[{ required: true, message: "请填写代理人的登录名" }]}><Input autoComplete="off" /></Form.Item>
      <Form.Item name="days" label="起止日期（首尾两天都算）" rules={[{ required: true, message: "请选择起止日期" }]}>
        <DatePicker.RangePicker style={{ width: "100%" }} minDate={dayjs()} />
      </Form.Item>
      <Form.Item name="document" label="依据（文号，可不填）"><Input placeholder="如：汕应急办〔2026〕3号" maxLength={100} /></Form.Item>
      <Button htmlType="submit" loading={make.isPending}>指定代理人</Button>
    </Form>
  );
}

/** The days of standing in, with the last day that counts. */
export function DeputyLine({ deputy, about, end, disabled = false }: { deputy: Deputy; about: string; end: (id: string) => void; disabled?: boolean }) {
  const own = deputy.principal === about;
  const last = dayjs(deputy.valid_to).subtract(1, "day").format("YYYY-MM-DD");
  return (
    <div className="field" style={{ gridTemplateColumns: "minmax(0,1fr) auto" }}>
      <span>
        {own ? <>由 <b>{deputy.account_name}</b> 代理</> : <>代理 <b>{deputy.principal_name}</b></>}
        <span className="muted">　{deputy.valid_from} 至 {last}{deputy.document ? `，依据 ${deputy.document}` : ""}</span>　
        {deputy.holds ? <Tag color="green">代理中</Tag> : <Tag>未开始</Tag>}
      </span>
      <Popconfirm title="现在就结束代理？" okText="结束" cancelText="取消" onConfirm={() => end(deputy.id)} disabled={disabled}>
        <Button size="small" disabled={disabled}>结束</Button>
      </Popconfirm>
    </div>
  );
}

/** Who stands in for oneself and for whom one stands in. */
export function OwnDeputies() {
  const session = useSession();
  const { message } = App.useApp();
  const queries = useQueryClient();
  const deputies = useQuery({ queryKey: ["deputies"], queryFn: () => ask(api.GET("/api/deputies")) });
  const again = () => {
    void queries.invalidateQueries({ queryKey: ["deputies"] });
    void queries.invalidateQueries({ queryKey: ["session"] });
  };
  const end = useMutation({
    mutationFn: (id: string) => ask(api.DELETE("/api/deputies/{id}", { params: { path: { id } } })),
    onSuccess: again,
    onError: (error) => void message.error(sentence(error)),
  });
  return (
    <div className="panel">
      <h2>代理人</h2>
      <p className="muted">出差、休假时可请同事代办：代理人在页面右上角选择“代理”后，有您自己的授权，操作记录同时写明两个人。到期自动结束，代理人不能再转托他人。</p>
      {(deputies.data ?? []).map((deputy) => <DeputyLine key={deputy.id} deputy={deputy} about={session.account.id} end={(id) => end.mutate(id)} />)}
      {session.on_behalf ? (
        <p className="muted">您正在代理{session.on_behalf.name}。要为自己指定代理人，请先改回本人。</p>
      ) : (
        <DeputyForm name={(body) => ask(api.POST("/api/deputies", { body }))} onDone={() => { void message.success("已指定代理人。"); again(); }} />
      )}
    </div>
  );
}
