import { useMutation } from "@tanstack/react-query";
import { Alert, App, Button, Checkbox, Form, Space } from "antd";
import dayjs, { type Dayjs } from "dayjs";
import { useState } from "react";

import { ApiError, api, ask } from "../../api/client";
import { Day } from "../../parts/Day";
import { LongText } from "../../parts/LongText";
import { formProblems, sentence } from "../../parts/problem";
import { SignaturePad } from "./SignaturePad";
import { type Visit, useRefresh } from "./use";

/** The end of a visit: the term, and everybody signs. */
export function Finish({ visit, saving }: { visit: Visit; saving: boolean }) {
  const { city, id, version, officers, others } = visit.visit;
  const refresh = useRefresh();
  const { message } = App.useApp();
  const [form] = Form.useForm<{ due_on?: Dayjs }>();
  const [drawn, setDrawn] = useState<Record<string, string | null>>({});
  const [refused, setRefused] = useState(false);
  const [why, setWhy] = useState("");
  const term = visit.findings.some((own) => !own.fixed);
  const finish = useMutation({
    mutationFn: (values: { due_on?: Dayjs }) =>
      ask(
        api.POST("/api/visits/{city}/{id}/finish", {
          params: { path: { city, id } },
          body: {
            version,
            due_on: values.due_on?.format("YYYY-MM-DD") ?? null,
            officer_one: { drawing: drawn["officer_one"] ?? null },
            officer_two: { drawing: drawn["officer_two"] ?? null },
            others: others.map((own) => ({ drawing: drawn[own.card] ?? null })),
            enterprise: refused ? { refused: why } : { drawing: drawn["enterprise"] ?? null },
          },
        }),
      ),
    onSuccess: async () => {
      void message.success("检查已结束。发现的问题已转为隐患，请起草文书。");
      await refresh();
      window.scrollTo({ top: 0 });
    },
    onError: (error) => {
      form.setFields(formProblems(error).filter((problem) => problem.name === "due_on").map((problem) => ({ name: "due_on", errors: problem.errors })));
      if (error instanceof ApiError && error.status === 409) void refresh();
    },
  });
  const sign = (name: string) => (drawing: string | null) => {
    setDrawn((own) => ({ ...own, [name]: drawing }));
    finish.reset();
  };
  const problem = (name: string) => (finish.error instanceof ApiError ? finish.error.errors.find((own) => own.pointer === `/${name}`)?.message : undefined);
  const failed = (name: string) => problem(name) && <div className="down">{problem(name)}</div>;
  return (
    <section className="panel">
      <h2>签名并结束检查</h2>
      <Form form={form} layout="vertical" onFinish={(values) => finish.mutate(values)}>
        {term && (
          <Form.Item label="整改期限" required>
            <Form.Item name="due_on" noStyle rules={[{ required: true, message: "请填写整改期限。" }]}>
              <Day aria-label="整改期限" placeholder="最后一天" disabledDate={(day: Dayjs) => !day.isAfter(dayjs(), "day")} />
            </Form.Item>
            <Space size={4} style={{ marginTop: 6 }}>
              {[3, 7, 15, 30].map((days) => (
                <Button key={days} size="small" onClick={() => form.setFieldValue("due_on", dayjs().add(days, "day"))}>{days} 天</Button>
              ))}
            </Space>
          </Form.Item>
        )}
        <div className="signatures">
          <div>
            <SignaturePad label={`执法人员 ${officers[0]?.name ?? ""} 签名`} value={drawn["officer_one"] ?? null} onChange={sign("officer_one")} />
            {failed("officer_one")}
          </div>
          <div>
            <SignaturePad label={`执法人员 ${officers[1]?.name ?? ""} 签名`} value={drawn["officer_two"] ?? null} onChange={sign("officer_two")} />
            {failed("officer_two")}
          </div>
          {others.map((own, at) => (
            <div key={own.card}>
              <SignaturePad label={`${own.agency_name} ${own.name} 签名`} value={drawn[own.card] ?? null} onChange={sign(own.card)} />
              {failed(`others/${at}`)}
            </div>
          ))}
          <div>
            {refused ? (
              <LongText aria-label="拒绝签名的情况" rows={4} maxLength={300} value={why} onChange={(event) => setWhy(event.target.value)} placeholder="写明谁拒绝签名、原因和见证人" />
            ) : (
              <SignaturePad label="被检查单位现场负责人签名" value={drawn["enterprise"] ?? null} onChange={sign("enterprise")} />
            )}
            <Checkbox checked={refused} onChange={(event) => setRefused(event.target.checked)}>被检查单位拒绝签名</Checkbox>
            {failed("enterprise")}
          </div>
        </div>
        {finish.isError && <Alert type="error" showIcon style={{ margin: "12px 0" }} title={sentence(finish.error)} />}
        <Button type="primary" htmlType="submit" size="large" loading={finish.isPending} disabled={saving} style={{ marginTop: 12 }}>签名完毕，结束检查</Button>
      </Form>
    </section>
  );
}

/** The signatures of a finished visit. */
export function Signatures({ visit }: { visit: Visit }) {
  const { officer_one, officer_two, enterprise, others = [] } = visit.signatures;
  const own: [string, { drawing?: string | null; refused?: string | null } | undefined][] = [
    [`执法人员 ${visit.visit.officers[0]?.name ?? ""}`, officer_one],
    [`执法人员 ${visit.visit.officers[1]?.name ?? ""}`, officer_two],
    ...visit.visit.others.map((own, at): [string, (typeof others)[number] | undefined] => [`${own.agency_name} ${own.name}`, others[at]]),
    ["被检查单位现场负责人", enterprise],
  ];
  return (
    <section className="panel">
      <h2>签名</h2>
      <div className="signatures">
        {own.map(([label, signature]) => (
          <div key={label}>
            <div className="muted">{label}</div>
            {signature?.drawing ? <img className="signature-drawn" src={signature.drawing} alt={`${label}的签名`} /> : <div>拒绝签名：{signature?.refused}</div>}
          </div>
        ))}
      </div>
    </section>
  );
}
