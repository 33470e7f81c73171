import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Alert, App, Button, Form, Input, Modal, Space } from "antd";
import { useState } from "react";

import { ApiError, type Row, api, ask } from "../../api/client";
import { show } from "../../parts/format";
import { formProblems, sentence } from "../../parts/problem";
import { RecordForm, type Values, changesOf, toForm } from "./RecordForm";
import { type Field, asQuery } from "./use";

/** Corrects a record. Where somebody else was first, both versions are shown and nothing typed is lost. */
export function RecordEditor({ record, fields, onClose }: { record: Row; fields: Field[]; onClose: () => void }) {
  const [form] = Form.useForm<Values>();
  const queries = useQueryClient();
  const { message } = App.useApp();
  const [reason, setReason] = useState("");
  const [base, setBase] = useState<Row>(record);
  const [rival, setRival] = useState<Row | null>(null);
  const save = useMutation({
    mutationFn: (against: Row) => {
      const changes = changesOf(fields, base, form.getFieldsValue());
      return ask(
        api.PATCH("/api/enterprises/{city}/{id}", {
          params: { path: { city: record.city, id: record.id } },
          body: { version: against.version, reason: reason.trim() || null, changes: asQuery(changes as Record<string, string>) },
        }),
      );
    },
    onSuccess: () => {
      void message.success("已保存。");
      void queries.invalidateQueries({ queryKey: ["enterprise"] });
      void queries.invalidateQueries({ queryKey: ["enterprises"] });
      onClose();
    },
    onError: (error) => {
      if (error instanceof ApiError && error.code === "conflict.version" && error.current) {
        setRival(error.current as Row);
        return;
      }
      const problems = formProblems(error);
      form.setFields(problems.map(({ name, errors }) => ({ name, errors })));
      const first = problems[0];
      if (first) form.scrollToField(first.name, { block: "center" });
      void message.error(sentence(error));
    },
  });
  const submit = () => void form.validateFields().then(() => save.mutate(base), () => message.error("有内容填写不正确，请按提示修改。"));
  const mine = changesOf(fields, base, rival ? form.getFieldsValue() : {});
  const differing = rival ? fields.filter((field) => field.editable && (rival[field.name] ?? null) !== (base[field.name] ?? null)) : [];
  return (
    <>
      <div className="page-head">
        <h1>修改：{String(record["name"])}</h1>
      </div>
      <Alert type="info" showIcon style={{ marginBottom: 12 }} title="保存后，改动的栏目需要镇街重新核实；每一处改动都会留下修改前后的内容。" />
      <div onKeyDown={(event) => { if (event.key === "s" && (event.ctrlKey || event.metaKey)) { event.preventDefault(); submit(); } }}>
        <RecordForm form={form} fields={fields} record={record} />
      </div>
      <div className="panel" style={{ position: "sticky", bottom: 0, zIndex: 5 }}>
        <Space wrap>
          <Input aria-label="修改原因" placeholder="修改原因（选填，如：现场核对）" value={reason} maxLength={200} onChange={(event) => setReason(event.target.value)} style={{ width: 260 }} />
          <Button type="primary" loading={save.isPending} onClick={submit}>
            保存
          </Button>
          <Button onClick={onClose}>取消</Button>
        </Space>
      </div>
      {rival && (
        <Modal
          open
          title="您打开之后，别人已经修改了这条记录"
          okText="在最新内容上保存我的修改"
          cancelText="回去再看看"
          onOk={() => {
            const against = rival;
            setRival(null);
            save.mutate(against);
          }}
          onCancel={() => {
            // what was typed stays; the next save goes on top of what stands now
            const typed = changesOf(fields, base, form.getFieldsValue());
            const fresh = { ...toForm(fields, rival), ...Object.fromEntries(Object.keys(typed).map((name) => [name, form.getFieldValue(name) as unknown])) };
            setBase(rival);
            form.setFieldsValue(fresh);
            setRival(null);
          }}
        >
          <p>对方改动的栏目：</p>
          {differing.map((field) => (
            <div key={field.name} className="field">
              <dt>{field.label}</dt>
              <dd>
                <span className="before">{show(field, base[field.name]) || "（空）"}</span> → <span className="after">{show(field, rival[field.name]) || "（空）"}</span>
              </dd>
            </div>
          ))}
          <p>您填写的内容：</p>
          {fields
            .filter((field) => field.name in mine)
            .map((field) => (
              <div key={field.name} className="field">
                <dt>{field.label}</dt>
                <dd className="after">{show(field, mine[field.name]) || "（清空）"}</dd>
              </div>
            ))}
        </Modal>
      )}
    </>
  );
}
