import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Alert, App, Button, DatePicker, Empty, Form, Input, Modal, Popconfirm, Select, Spin, Tag } from "antd";
import dayjs, { type Dayjs } from "dayjs";
import { useState } from "react";

import { type Row, type Schemas, api, ask } from "../../api/client";
import { useMay } from "../../app/session";
import { formProblems, sentence } from "../../parts/problem";

type Engagement = Schemas["EngagementView"];

const SERVICES: [string, string][] = [
  ["evaluation", "安全评价"],
  ["testing", "检测检验"],
  ["consulting", "安全咨询"],
  ["management", "安全管理托管"],
  ["training", "教育培训"],
  ["standardization", "标准化评审"],
];

interface Values {
  login: string;
  service: string;
  days: [Dayjs, Dayjs];
  document?: string;
}

/** Registers that the enterprise engaged an intermediary: who, for what, on which days (both counted), by which contract. */
function NewEngagement({ record, onClose, onMade }: { record: Row; onClose: () => void; onMade: () => void }) {
  const { message } = App.useApp();
  const [form] = Form.useForm<Values>();
  const { city, id } = record;
  const make = useMutation({
    mutationFn: ({ login, service, days: [from, to], document }: Values) =>
      ask(
        api.POST("/api/enterprises/{city}/{id}/engagements", {
          params: { path: { city, id } },
          body: { login, service, valid_from: from.format("YYYY-MM-DD"), valid_to: to.add(1, "day").format("YYYY-MM-DD"), ...(document ? { document } : {}) },
        }),
      ),
    onSuccess: () => {
      void message.success("已登记，中介机构在服务期内可以查看本企业的档案。");
      onMade();
      onClose();
    },
    onError: (error) => {
      const fields = formProblems(error).map(({ name, errors }) => ({ name: (name.startsWith("valid") ? "days" : name) as keyof Values, errors }));
      form.setFields(fields);
      if (fields.length === 0) void message.error(sentence(error));
    },
  });
  return (
    <Modal open title="登记委托服务" okText="登记" cancelText="取消" okButtonProps={{ loading: make.isPending }} onOk={() => form.submit()} onCancel={onClose}>
      <Form<Values> form={form} layout="vertical" requiredMark={false} onFinish={(values) => make.mutate(values)} initialValues={{ days: [dayjs(), dayjs().add(1, "year").subtract(1, "day")] }}>
        <Form.Item name="login" label="中介机构的登录名" extra="请向中介机构索取；还没有账号的，请安全管理员先建立。" rules={[{ required: true, whitespace: true, message: "请填写中介机构的登录名。" }]}>
          <Input autoComplete="off" autoFocus />
        </Form.Item>
        <Form.Item name="service" label="服务类别" rules={[{ required: true, message: "请选择服务类别。" }]}>
          <Select placeholder="选择服务类别" options={SERVICES.map(([value, label]) => ({ value, label }))} />
        </Form.Item>
        <Form.Item name="days" label="服务期限（首尾两天都算）" rules={[{ required: true, message: "请选择服务期限。" }]}>
          <DatePicker.RangePicker style={{ width: "100%" }} />
        </Form.Item>
        <Form.Item name="document" label="合同编号（选填）">
          <Input maxLength={100} />
        </Form.Item>
      </Form>
    </Modal>
  );
}

function state({ holds, valid_from }: Engagement) {
  if (holds) return <Tag color="green">服务中</Tag>;
  return dayjs().isBefore(valid_from, "day") ? <Tag color="blue">未开始</Tag> : <Tag>已结束</Tag>;
}

/** The last day that counts; an engagement that ended before its first day counted has none. */
function days({ valid_from, valid_to }: Engagement): string {
  const last = dayjs(valid_to).subtract(1, "day").format("YYYY-MM-DD");
  return last < valid_from ? `${valid_from} 当天结束` : `${valid_from} 至 ${last}`;
}

/** The intermediaries an enterprise has engaged, the latest first; while one is engaged it reads the archive. */
export function Engagements({ record, fixed }: { record: Row; fixed: boolean }) {
  const may = useMay();
  const { message } = App.useApp();
  const queries = useQueryClient();
  const [adding, setAdding] = useState(false);
  const engagements = useQuery({
    queryKey: ["engagements", record.id],
    queryFn: () => ask(api.GET("/api/engagements", { params: { query: { enterprise: record.id, limit: 200 } } })),
  });
  const again = () => void queries.invalidateQueries({ queryKey: ["engagements"] });
  const end = useMutation({
    mutationFn: ({ city, id, version }: Engagement) => ask(api.POST("/api/engagements/{city}/{id}/end", { params: { path: { city, id } }, body: { version } })),
    onSuccess: () => {
      void message.success("服务已结束，中介机构不能再查看本企业的档案。");
      again();
    },
    onError: (error) => {
      void message.error(sentence(error));
      again();
    },
  });
  const items = engagements.data?.items ?? [];
  const mayAdd = !fixed && may("create_engagement");
  const mayEnd = !fixed && may("end_engagement");
  return (
    <section className="panel">
      <div className="page-head" style={{ marginBottom: 6 }}>
        <span className="muted">受委托的中介机构在服务期内可以查看本企业的档案，不能修改。</span>
        <span className="grow" />
        {mayAdd && (
          <Button type="primary" onClick={() => setAdding(true)}>
            登记委托服务
          </Button>
        )}
      </div>
      {engagements.isPending && <Spin />}
      {engagements.isError && <Alert type="error" showIcon title={sentence(engagements.error)} />}
      {engagements.isSuccess && items.length === 0 && <Empty description={mayAdd ? "还没有委托中介机构。签订合同后，在这里登记。" : "没有委托中介机构。"} />}
      {items.map((own) => (
        <div key={own.id} className="field" style={{ gridTemplateColumns: "minmax(0,1fr) auto" }}>
          <div>
            <div>
              <b>{own.intermediary_name}</b>　{own.service_label}　{state(own)}
            </div>
            <div className="muted">
              {days(own)}
              {own.document ? `，合同 ${own.document}` : ""}
            </div>
          </div>
          {mayEnd && own.valid_to > dayjs().format("YYYY-MM-DD") && (
            <Popconfirm title="现在就结束这项服务？" description="中介机构从今天起不能再查看本企业的档案。" okText="结束服务" cancelText="取消" onConfirm={() => end.mutate(own)}>
              <Button size="small" loading={end.isPending && end.variables.id === own.id}>
                结束
              </Button>
            </Popconfirm>
          )}
        </div>
      ))}
      {adding && <NewEngagement record={record} onClose={() => setAdding(false)} onMade={again} />}
    </section>
  );
}
