/** A hidden danger found on the spot, with photos. When it was found is for the server to say: the phone's clock may be wrong. */
import { Alert, Button, Checkbox, Drawer, Form, Input, Radio, Select, Space } from "antd";
import dayjs, { type Dayjs } from "dayjs";
import { useState } from "react";

import { LongText } from "../../parts/LongText";
import { STOPS } from "../danger/words";
import { Day } from "../../parts/Day";
import { sentence } from "../../parts/problem";
import { Photos } from "./Photos";
import { KEPT, useDraft } from "./draft";
import { type Packed, type Photo, dropDraft, enqueue } from "./store";
import { dangerDraft, now, useField, workOf } from "./use";

interface Half {
  place: string;
  description: string;
  category: string | null;
  requirement: string;
  criteria: string[];
  facts: string[];
  stop: string;
  due_on: string | null;
  photos: Photo[];
}

const EMPTY: Half = { place: "", description: "", category: null, requirement: "", criteria: [], facts: [], stop: "none", due_on: null, photos: [] };
const FACTS = [
  { value: "fixable_at_once", label: "发现后能够立即整改" },
  { value: "needs_stop", label: "须停产停业、经过一定时间整改" },
  { value: "beyond_own_power", label: "因外部因素，企业自身难以排除" },
];

/** What is sent of it. */
function said(enterprise: Packed, { facts, photos, category, requirement, ...rest }: Half) {
  const given = Object.fromEntries(FACTS.map((own) => [own.value, facts.includes(own.value)]));
  return { danger: { ...rest, ...given, category, requirement: requirement.trim() || null, enterprise: enterprise.id, photos: photos.map(({ id, name, size }) => ({ id, name, size })) } };
}

export function NewDanger({ enterprise, onClose }: { enterprise: Packed; onClose: () => void }) {
  const field = useField();
  const name = dangerDraft(enterprise.id);
  const { value: half, change, kept, settled } = useDraft<Half>(field.opened, name, EMPTY);
  const [problem, setProblem] = useState("");
  if (!half) return null;
  const set = <K extends keyof Half>(key: K, value: Half[K]) => change((before) => ({ ...before, [key]: value }));
  const today = dayjs(now(field.opened.device)).startOf("day");
  const save = async () => {
    const lacking = [half.place.trim() === "" && "隐患部位", half.description.trim() === "" && "隐患内容", !half.due_on && "整改期限"].filter(Boolean);
    if (lacking.length > 0) return setProblem(`还没有填写：${lacking.join("、")}。`);
    const work = workOf(field, enterprise, {
      what: "隐患",
      method: "PUT",
      path: "",
      body: { what: said(enterprise, half) },
      half,
      said: half.description.slice(0, 40),
      photos: half.photos,
    });
    try {
      await settled();
      await enqueue(field.opened, [{ ...work, path: `/api/field/works/${enterprise.city}/${work.id}` }], name);
    } catch (error) {
      return setProblem(`没有存下来：${sentence(error)}`);
    }
    await field.refresh();
    onClose();
    void field.send();
  };
  const clear = async () => {
    await settled();
    await dropDraft(field.opened, name, half.photos);
    onClose();
  };
  return (
    <Drawer open title="登记隐患" size="100%" placement="bottom" onClose={onClose} extra={<Button type="primary" onClick={() => void save()}>保存到设备</Button>}>
      <div className="field-page">
        <p className="muted">{enterprise.name}　{KEPT(kept)}</p>
        {problem && <Alert type="error" showIcon title={problem} style={{ marginBottom: 12 }} />}
        <Form component="div" layout="vertical">
          <Form.Item label="隐患部位" htmlFor="danger-place" required>
            <Input id="danger-place" value={half.place} maxLength={100} placeholder="如：二楼注塑车间东侧配电箱" onChange={(event) => set("place", event.target.value)} />
          </Form.Item>
          <Form.Item label="隐患内容" htmlFor="danger-description" required>
            <LongText id="danger-description" value={half.description} maxLength={1000} placeholder="看到了什么、不符合什么" onChange={(event) => set("description", event.target.value)} />
          </Form.Item>
          <Photos id="danger-photo" photos={half.photos} onChange={(next) => change((before) => ({ ...before, photos: next(before.photos) }))} />
          <Form.Item label="隐患类别" htmlFor="danger-category">
            <Select id="danger-category" allowClear showSearch={{ optionFilterProp: "label" }} value={half.category} options={field.forms.categories} onChange={(next) => set("category", next ?? null)} />
          </Form.Item>
          <Form.Item label="整改难度（据此判定一般或者重大）">
            <Checkbox.Group value={half.facts} options={FACTS} onChange={(next) => set("facts", next)} />
          </Form.Item>
          <Form.Item label="符合的重大隐患判定标准" htmlFor="danger-criteria">
            <Select id="danger-criteria" mode="multiple" allowClear showSearch={{ optionFilterProp: "label" }} placeholder="没有就不填" value={half.criteria} options={field.forms.criteria} onChange={(next) => set("criteria", next)} />
          </Form.Item>
          <Form.Item label="整改要求" htmlFor="danger-requirement">
            <LongText id="danger-requirement" value={half.requirement} maxLength={1000} onChange={(event) => set("requirement", event.target.value)} />
          </Form.Item>
          <Form.Item label="整改期间">
            <Radio.Group value={half.stop} options={Object.entries(STOPS).map(([value, label]) => ({ value, label }))} onChange={(event) => set("stop", event.target.value as string)} />
          </Form.Item>
          <Form.Item label="整改期限" required>
            <Day aria-label="整改期限" placeholder="最后一天" value={half.due_on ? dayjs(half.due_on) : null} disabledDate={(day: Dayjs) => day.isBefore(today, "day")} onChange={(day) => set("due_on", day?.format("YYYY-MM-DD") ?? null)} />
            <Space size={4} style={{ marginTop: 8 }}>
              {[3, 7, 15, 30].map((days) => <Button key={days} size="small" onClick={() => set("due_on", today.add(days, "day").format("YYYY-MM-DD"))}>{days} 天</Button>)}
            </Space>
          </Form.Item>
        </Form>
        <Button danger block onClick={() => void clear()}>不登记了，清空</Button>
      </div>
    </Drawer>
  );
}
