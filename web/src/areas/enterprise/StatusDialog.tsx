import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Alert, App, DatePicker, Form, Input, Modal, Radio, Spin, Tag, Timeline } from "antd";
import dayjs, { type Dayjs } from "dayjs";

import { type Row, api, ask } from "../../api/client";
import { COLOURS, instant } from "../../parts/format";
import { formProblems, sentence } from "../../parts/problem";

/** What officers write most; a click puts it into the reason. */
const REASONS = ["现场查看", "企业书面报告", "登记机关通报", "厂房已清空", "无法联系"];

function useStatus(city: string, id: string) {
  return useQuery({
    queryKey: ["enterprise", city, id, "status"],
    queryFn: () => ask(api.GET("/api/enterprises/{city}/{id}/status", { params: { path: { city, id } } })),
  });
}

interface Said {
  status: string;
  on: Dayjs;
  reason: string;
  document?: string;
}

/** Changes the state of an enterprise's life, with its day and its reason. */
export function StatusDialog({ record, onClose }: { record: Row; onClose: () => void }) {
  const [form] = Form.useForm<Said>();
  const queries = useQueryClient();
  const { message } = App.useApp();
  const known = useStatus(record.city, record.id);
  const chosen = Form.useWatch("status", form);
  const step = known.data?.next.find((own) => own.value === chosen);
  const save = useMutation({
    mutationFn: ({ status, on, reason, document }: Said) =>
      ask(
        api.POST("/api/enterprises/{city}/{id}/status", {
          params: { path: { city: record.city, id: record.id } },
          body: { version: record.version, status, on: on.format("YYYY-MM-DD"), reason: reason.trim(), document: document?.trim() || null },
        }),
      ),
    onSuccess: () => {
      void message.success("状态已变更。");
      void queries.invalidateQueries({ queryKey: ["enterprise"] });
      void queries.invalidateQueries({ queryKey: ["enterprises"] });
      onClose();
    },
    onError: (error) => {
      form.setFields(formProblems(error).map(({ name, errors }) => ({ name: name as keyof Said, errors })));
      void message.error(sentence(error));
    },
  });
  return (
    <Modal open title="变更经营状态" okText="变更" cancelText="取消" okButtonProps={{ loading: save.isPending, disabled: !chosen }} onOk={() => form.submit()} onCancel={onClose}>
      {known.isPending && <Spin />}
      {known.isError && <Alert type="error" showIcon title={sentence(known.error)} />}
      {known.data && (
        <Form form={form} layout="vertical" requiredMark={false} initialValues={{ on: dayjs() }} onFinish={(said) => save.mutate(said)}>
          <Form.Item name="status" label="变更为" rules={[{ required: true, message: "请选择状态。" }]}>
            <Radio.Group options={known.data.next.map(({ value, label }) => ({ value, label }))} optionType="button" />
          </Form.Item>
          <Form.Item name="on" label="从哪一天起" rules={[{ required: true, message: "请选择日期。" }]}>
            <DatePicker style={{ width: "100%" }} disabledDate={(day: Dayjs) => day.isAfter(dayjs())} allowClear={false} />
          </Form.Item>
          <Form.Item name="reason" label="原因" rules={[{ required: true, whitespace: true, message: "请写明原因。" }]} style={{ marginBottom: 8 }}>
            <Input maxLength={200} placeholder="写明怎样得知，如：现场查看，厂门已封" />
          </Form.Item>
          <div style={{ marginBottom: 12 }}>
            {REASONS.map((reason) => (
              <Tag key={reason} style={{ cursor: "pointer" }} onClick={() => form.setFieldValue("reason", reason)}>
                {reason}
              </Tag>
            ))}
          </div>
          <Form.Item name="document" label={step?.document ? "文号（恢复在营必填）" : "文号（选填）"} rules={[{ required: step?.document ?? false, message: "请填写登记机关撤销决定或恢复登记的文号。" }]}>
            <Input maxLength={100} placeholder="如：汕市监函〔2025〕12号" />
          </Form.Item>
        </Form>
      )}
    </Modal>
  );
}

/** The states of an enterprise's life so far, the latest first. */
export function StatusHistory({ city, id }: { city: string; id: string }) {
  const known = useStatus(city, id);
  if (known.isPending) return <Spin />;
  if (known.isError) return <Alert type="error" showIcon title={sentence(known.error)} />;
  return (
    <Timeline
      items={known.data.steps.map((step) => ({
        key: step.at,
        content: (
          <>
            <div>
              <Tag color={COLOURS[step.status] ?? "default"}>{step.label}</Tag>
              {step.on ? `自 ${step.on} 起` : ""}
              {step.reason && <span>　{step.reason}</span>}
              {step.document && <span>　{step.document}</span>}
            </div>
            <div className="muted">
              {step.actor} 于 {instant(step.at)} 记录
            </div>
          </>
        ),
      }))}
    />
  );
}
