import { useMutation, useQuery } from "@tanstack/react-query";
import { Alert, Button, Dropdown, Form, Modal, Select } from "antd";
import dayjs, { type Dayjs } from "dayjs";
import { useState } from "react";
import { Link, useNavigate, useSearchParams } from "react-router";

import { api, ask } from "../../api/client";
import { useMay } from "../../app/session";
import { Day } from "../../parts/Day";
import { formProblems, sentence } from "../../parts/problem";
import { type Visit, useRefresh } from "./use";
import { state } from "./VisitList";
import { DOCUMENT_STATES, FORMS, RECHECKED } from "./words";

interface Values {
  due_on?: Dayjs;
  about?: string;
}

/** The documents of a visit, and the next ones to draft. */
export function Documents({ visit }: { visit: Visit }) {
  const may = useMay();
  const [params] = useSearchParams();
  const about = params.get("about");
  const [form, setForm] = useState<string | null>(null);
  const { visit: head, documents } = visit;
  const fits = Object.entries(FORMS).filter(([code]) => {
    if (head.state === "open") return code === "inspection_plan";
    return code !== "inspection_plan" && (!RECHECKED.includes(code) || visit.findings.some((own) => !own.fixed));
  });
  return (
    <section className="panel">
      <h2>执法文书</h2>
      {documents.length === 0 && <p className="muted">{head.state === "open" ? "检查结束并签名后起草现场检查记录、责令限期整改指令书等文书。" : "还没有文书。点“起草文书”，系统会填好已知内容。"}</p>}
      {documents.map((own) => (
        <div key={own.id} className="document-line">
          <Link to={`/enforcement-documents/${own.city}/${own.id}`}>{own.name}</Link>
          {state(own, DOCUMENT_STATES)}
          <span className="muted">{[own.number, own.issued_on].filter(Boolean).join("\u3000")}{own.served_on ? `\u3000${own.served_on} 送达` : ""}</span>
        </div>
      ))}
      {may("create_enforcement_document") && head.state !== "withdrawn" && (
        <div className="document-drafts no-print">
          {about && head.state === "finished" && <Button type="primary" onClick={() => setForm("recheck_opinion")}>起草整改复查意见书</Button>}
          <Dropdown trigger={["click"]} menu={{ items: fits.map(([key, label]) => ({ key, label })), onClick: ({ key }) => setForm(key) }}>
            <Button type={about ? "default" : "primary"}>起草文书</Button>
          </Dropdown>
        </div>
      )}
      {form && <Draft visit={visit} form={form} about={about} onClose={() => setForm(null)} />}
    </section>
  );
}

function Draft({ visit, form: code, about, onClose }: { visit: Visit; form: string; about: string | null; onClose: () => void }) {
  const { city, id, enterprise, due_on } = visit.visit;
  const navigate = useNavigate();
  const refresh = useRefresh();
  const [form] = Form.useForm<Values>();
  const recheck = code === "recheck_opinion";
  const orders = useQuery({
    queryKey: ["enforcement-documents", "issued", enterprise],
    queryFn: () => ask(api.GET("/api/enforcement-documents", { params: { query: { enterprise, state: "issued", limit: 50 } } })),
    enabled: recheck,
  });
  const draft = useMutation({
    mutationFn: (values: Values) =>
      ask(api.POST("/api/visits/{city}/{id}/documents", { params: { path: { city, id } }, body: { form: code, due_on: values.due_on?.format("YYYY-MM-DD") ?? null, about: values.about ?? null } })),
    onSuccess: async (own) => {
      await refresh();
      void navigate(`/enforcement-documents/${own.city}/${own.id}`);
    },
    onError: (error) => form.setFields(formProblems(error).map((problem) => ({ name: problem.name as keyof Values, errors: problem.errors }))),
  });
  return (
    <Modal open title={`起草${FORMS[code] ?? "文书"}`} okText="起草" cancelText="取消" okButtonProps={{ loading: draft.isPending }} onOk={() => form.submit()} onCancel={onClose}>
      <Form<Values> form={form} layout="vertical" initialValues={{ ...(due_on ? { due_on: dayjs(due_on) } : {}), ...(about ? { about } : {}) }} onFinish={(values) => draft.mutate(values)}>
        {code === "correction_order" && (
          <Form.Item name="due_on" label="整改期限" rules={[{ required: true, message: "请填写整改期限。" }]}>
            <Day disabledDate={(day: Dayjs) => !day.isAfter(dayjs(), "day")} />
          </Form.Item>
        )}
        {recheck && (
          <Form.Item name="about" label="要复查的文书" rules={[{ required: true, message: "请选择要复查的文书。" }]}>
            <Select
              loading={orders.isFetching}
              notFoundContent="这家企业没有已签发的指令书或者决定书。"
              options={(orders.data?.items ?? []).filter((own) => RECHECKED.includes(own.form)).map((own) => ({ value: own.id, label: `${own.name} ${own.number ?? ""}（${own.issued_on ?? ""}）` }))}
            />
          </Form.Item>
        )}
        {!recheck && code !== "correction_order" && <p>系统会填好企业、人员、时间和发现的问题，起草后可以修改，签发时取得编号。</p>}
      </Form>
      {draft.isError && <Alert type="error" showIcon title={sentence(draft.error)} />}
    </Modal>
  );
}
