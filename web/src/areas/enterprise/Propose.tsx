import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Alert, App, Button, Form, Input, Space } from "antd";
import { useState } from "react";

import { type Row, api, ask } from "../../api/client";
import { formProblems, sentence } from "../../parts/problem";
import { RecordForm, type Values, changesOf } from "./RecordForm";
import { type Field, asQuery } from "./use";

/** What only officials say of an enterprise. */
const OFFICIAL = ["status", "status_on", "status_reason", "grid", "grade", "department", "sector"];

/** The enterprise's own form: what it changes goes to the town to be accepted or returned. */
export function Propose({ record, fields, onClose }: { record: Row; fields: Field[]; onClose: () => void }) {
  const [form] = Form.useForm<Values>();
  const queries = useQueryClient();
  const { message } = App.useApp();
  const own = fields.filter((field) => !OFFICIAL.includes(field.name));
  const [note, setNote] = useState("");
  const send = useMutation({
    mutationFn: () => {
      const changes = changesOf(own, record, form.getFieldsValue());
      return ask(
        api.POST("/api/enterprises/{city}/{id}/proposals", {
          params: { path: { city: record.city, id: record.id } },
          body: { changes: asQuery(changes as Record<string, string>), note: note.trim() || null },
        }),
      );
    },
    onSuccess: () => {
      void message.success("已报给镇街，处理后会在这里看到结果。");
      void queries.invalidateQueries({ queryKey: ["proposals"] });
      onClose();
    },
    onError: (error) => {
      form.setFields(formProblems(error).map(({ name, errors }) => ({ name, errors })));
      void message.error(sentence(error));
    },
  });
  return (
    <>
      <div className="page-head">
        <h1>申报变更</h1>
      </div>
      <Alert type="info" showIcon style={{ marginBottom: 12 }} title="改好需要变更的栏目后提交。镇街核对后采纳，或写明原因退回；采纳之前档案不变。" />
      <RecordForm form={form} fields={own} record={record} />
      <div className="panel" style={{ position: "sticky", bottom: 0, zIndex: 5 }}>
        <Space wrap>
          <Input aria-label="申报说明" placeholder="说明（选填）" maxLength={500} value={note} onChange={(event) => setNote(event.target.value)} style={{ width: 260 }} />
          <Button type="primary" loading={send.isPending} onClick={() => send.mutate()}>
            提交申报
          </Button>
          <Button onClick={onClose}>取消</Button>
        </Space>
      </div>
    </>
  );
}
