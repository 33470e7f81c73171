/** A record filled in in the field, with photos of the paper. */
import { Alert, Button, Drawer, Form, Select } from "antd";
import { useMemo, useState } from "react";

import { SchemaForm } from "../../parts/SchemaForm";
import { sentence } from "../../parts/problem";
import { type JsonObject, filled, formOf } from "../../parts/schema";
import { Photos } from "./Photos";
import { KEPT, useDraft } from "./draft";
import { type Packed, type Photo, dropDraft, enqueue } from "./store";
import { recordDraft, useField, workOf } from "./use";

interface Half {
  code: string;
  value: JsonObject;
  photos: Photo[];
}

export function NewRecord({ enterprise, first, onClose }: { enterprise: Packed; first: string; onClose: () => void }) {
  const field = useField();
  const name = recordDraft(enterprise.id, first);
  const { value: half, change, kept, settled } = useDraft<Half>(field.opened, name, { code: first, value: {}, photos: [] });
  const [problem, setProblem] = useState("");
  const { code, value, photos } = half ?? { code: "", value: {}, photos: [] };
  const section = field.forms.sections.find((own) => own.code === code);
  const parts = useMemo(() => (section ? formOf(section.schema) : []), [section]);
  const save = async () => {
    const fields = (filled(value) ?? {}) as JsonObject;
    const lacking = parts.filter((part) => part.required && !(part.name in fields));
    if (!section || lacking.length > 0) return setProblem(section ? `还没有填写：${lacking.map((part) => part.label).join("、")}。` : "请先选择栏目。");
    const record = workOf(field, enterprise, {
      what: "新增",
      method: "POST",
      path: `/api/enterprises/${enterprise.city}/${enterprise.id}/records`,
      body: { section: section.code, fields },
      said: section.label,
    });
    const pictures = photos.map((photo) =>
      workOf(field, enterprise, {
        what: "照片",
        method: "POST",
        path: `/api/records/${enterprise.city}/{answer}/attachments`,
        body: null,
        said: `${section.label}：${photo.name}`,
        after: record.id,
        file: photo,
      }),
    );
    try {
      await settled();
      await enqueue(field.opened, [record, ...pictures], name);
    } catch (error) {
      return setProblem(`没有存下来：${sentence(error)}`);
    }
    await field.refresh();
    onClose();
    void field.send();
  };
  const clear = async () => {
    await settled();
    await dropDraft(field.opened, name, photos);
    onClose();
  };
  if (!half) return null;
  return (
    <Drawer open title="填报档案记录" size="100%" placement="bottom" onClose={onClose} extra={<Button type="primary" onClick={() => void save()}>保存到设备</Button>}>
      <div className="field-page">
        <p className="muted">{enterprise.name}　{KEPT(kept)}</p>
        {problem && <Alert type="error" showIcon title={problem} style={{ marginBottom: 12 }} />}
        <Form component="div" layout="vertical">
          <Form.Item label="栏目" htmlFor="field-section">
            <Select id="field-section" showSearch={{ optionFilterProp: "label" }} value={code || undefined} placeholder="选择栏目" options={field.forms.sections.map((own) => ({ value: own.code, label: own.label }))} onChange={(next) => change((before) => ({ ...before, code: next, value: {} }))} />
          </Form.Item>
          <SchemaForm parts={parts} value={value} problems={[]} onChange={(next) => change((before) => ({ ...before, value: next }))} />
          <Photos id="field-photo" photos={photos} onChange={(next) => change((before) => ({ ...before, photos: next(before.photos) }))} />
        </Form>
        <Button danger block onClick={() => void clear()}>不填了，清空</Button>
      </div>
    </Drawer>
  );
}
