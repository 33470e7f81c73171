/** A visit made without a network: checklist, findings with photos, signatures, and the documents that are drafted with it. */
import { Alert, Button, Checkbox, Drawer, Form, Input, Select, Space } from "antd";
import dayjs, { type Dayjs } from "dayjs";
import { useState } from "react";

import { LongText } from "../../parts/LongText";
import { SignaturePad } from "../inspection/SignaturePad";
import "../inspection/inspection.css";
import { ChecklistItems } from "../../parts/Checklist";
import { Day } from "../../parts/Day";
import { sentence } from "../../parts/problem";
import { DraftPaper } from "./DraftPaper";
import { Photos } from "./Photos";
import { KEPT, useDraft } from "./draft";
import { type Packed, dropDraft, enqueue } from "./store";
import { now, useField, visitDraft, workOf } from "./use";
import { FACTS, type HalfFinding, type HalfVisit, emptyVisit, lacking, name, open, possible, sent } from "./visit";

type Change = (change: (before: HalfVisit) => HalfVisit) => void;

function Finding({ own, at, about, onChange, onRemove }: { own: HalfFinding; at: number; about: string | undefined; onChange: (change: (before: HalfFinding) => HalfFinding) => void; onRemove: () => void }) {
  return (
    <div className="field-item">
      <h3><span>问题 {at + 1}</span><Button size="small" danger onClick={onRemove}>删除</Button></h3>
      {about && <p className="muted">检查项：{about}</p>}
      <LongText aria-label={`问题 ${at + 1} 内容`} maxLength={1000} value={own.content} placeholder="看到了什么、不符合什么" onChange={(event) => onChange((before) => ({ ...before, content: event.target.value }))} />
      <Input aria-label={`问题 ${at + 1} 部位`} maxLength={100} style={{ margin: "8px 0" }} value={own.place} placeholder="部位，不填就是检查场所" onChange={(event) => onChange((before) => ({ ...before, place: event.target.value }))} />
      <Checkbox.Group value={own.facts} options={FACTS} onChange={(next) => onChange((before) => ({ ...before, facts: next }))} />
      <Photos id={`visit-photo-${at + 1}`} photos={own.photos} onChange={(next) => onChange((before) => ({ ...before, photos: next(before.photos) }))} />
    </div>
  );
}

function Signed({ who, label, half, change }: { who: string; label: string; half: HalfVisit; change: Change }) {
  // what was drawn before the page was opened anew is shown as a picture
  const [before] = useState(half.drawn[who] ?? null);
  const set = (drawing: string | null) => change((own) => ({ ...own, drawn: { ...own.drawn, [who]: drawing } }));
  if (!before || half.drawn[who] !== before) return <SignaturePad label={label} value={half.drawn[who] ?? null} onChange={set} />;
  return (
    <div>
      <Space>{label}<Button type="link" size="small" onClick={() => set(null)}>重签</Button></Space>
      <img className="signature-drawn" src={before} alt={label} />
    </div>
  );
}

export function NewVisit({ enterprise, onClose }: { enterprise: Packed; onClose: () => void }) {
  const field = useField();
  const key = visitDraft(enterprise.id);
  const { value: half, change, kept, settled } = useDraft<HalfVisit>(field.opened, key, emptyVisit());
  const [problem, setProblem] = useState("");
  const [paper, setPaper] = useState<string | null>(null);
  if (!half) return null;
  const set = <K extends keyof HalfVisit>(part: K, value: HalfVisit[K]) => change((before) => ({ ...before, [part]: value }));
  const today = dayjs(now(field.opened.device)).startOf("day");
  const on = today.format("YYYY-MM-DD");
  const items = field.forms.checklists[enterprise.sector] ?? [];
  const officers = half.cards.map((id) => field.forms.cards.find((own) => own.id === id)?.name ?? "");
  const lead = field.forms.cards.find((own) => own.id === half.cards[0])?.agency;
  // each agency's stand together, as they will in the record
  const strangers = field.forms.cards.filter((own) => lead !== undefined && own.agency !== lead).sort((one, other) => (one.agency < other.agency ? -1 : one.agency > other.agency ? 1 : 0));
  const companions = strangers.filter((own) => half.others?.includes(own.id));
  const lonely = companions.find((own) => companions.filter((other) => other.agency === own.agency).length < 2);
  const find = (item: string | null) => change((before) => ({ ...before, findings: [...before.findings, { id: crypto.randomUUID(), item, content: "", place: "", facts: [], photos: [] }] }));
  const amend = (id: string) => (next: (before: HalfFinding) => HalfFinding) => change((before) => ({ ...before, findings: before.findings.map((own) => (own.id === id ? next(own) : own)) }));
  const photos = half.findings.flatMap((own) => own.photos);
  const save = async () => {
    const missing = lacking(half);
    if (missing.length > 0) return setProblem(`还没有填写：${missing.join("、")}。`);
    if (lonely) return setProblem(`${lonely.agency_name}只有${lonely.name}一人，每个机关的执法人员不得少于两人。`);
    const body = sent(enterprise, half);
    const work = workOf(field, enterprise, { what: "检查", method: "PUT", path: "", body: { what: body }, half, said: `${half.place}，发现问题 ${half.findings.length} 个`, photos });
    work.path = `/api/field/works/${enterprise.city}/${work.id}`;
    // each takes its number when it is at the server
    const issued = body.visit.documents.map((form) =>
      workOf(field, enterprise, { what: "签发", method: "POST", path: `/api/enforcement-documents/${enterprise.city}/{document:${form}}/issue`, body: { version: 1 }, after: work.id, said: name(form) }),
    );
    try {
      await settled();
      await enqueue(field.opened, [work, ...issued], key);
    } catch (error) {
      return setProblem(`没有存下来：${sentence(error)}`);
    }
    await field.refresh();
    onClose();
    void field.send();
  };
  const clear = async () => {
    await settled();
    await dropDraft(field.opened, key, photos);
    onClose();
  };
  return (
    <Drawer open title="现场检查" size="100%" placement="bottom" onClose={onClose}>
      <div className="field-page">
        <p className="muted">{enterprise.name}　{KEPT(kept)}</p>
        <Form component="div" layout="vertical">
          <Form.Item label="检查场所" htmlFor="visit-place" required>
            <Input id="visit-place" maxLength={100} value={half.place} onChange={(event) => set("place", event.target.value)} />
          </Form.Item>
          <Form.Item label="执法人员（两名）" htmlFor="visit-cards" required>
            <Select
              id="visit-cards"
              mode="multiple"
              maxCount={2}
              showSearch={{ optionFilterProp: "label" }}
              value={half.cards}
              options={field.forms.cards.map((own) => ({ value: own.id, label: `${own.name}（${own.number}）`, disabled: on < own.valid_from || on > own.valid_to }))}
              onChange={(next) => set("cards", next)}
            />
          </Form.Item>
          {strangers.length > 0 && (
            <Form.Item label="合并检查：参加的其他机关人员" htmlFor="visit-others" extra="几个机关一起去时填写，每个机关不少于两人，都要签名。">
              <Select
                id="visit-others"
                mode="multiple"
                allowClear
                showSearch={{ optionFilterProp: "label" }}
                placeholder="没有就不填"
                value={companions.map((own) => own.id)}
                options={strangers.map((own) => ({ value: own.id, label: `${own.name}（${own.agency_name}，${own.number}）`, disabled: on < own.valid_from || on > own.valid_to }))}
                onChange={(next) => set("others", strangers.map((own) => own.id).filter((id) => next.includes(id)))}
              />
            </Form.Item>
          )}
        </Form>
        <h2>检查表</h2>
        {items.length === 0 && <p className="muted">没有带来这个领域的检查表，请直接记录发现的问题。</p>}
        <ChecklistItems
          folded
          items={items.map((own) => ({ ...own, method: "", severity: own.level }))}
          answers={half.checklist}
          onAnswer={(code, answer) => set("checklist", { ...half.checklist, [code]: answer })}
          extra={(item, answer) => answer === "unmet" && !half.findings.some((found) => found.item === item.code) && <Button type="link" onClick={() => find(item.code)}>记录问题</Button>}
        />
        <h2>发现的问题</h2>
        {half.findings.map((own, at) => (
          <Finding key={own.id} own={own} at={at} about={items.find((item) => item.code === own.item)?.content} onChange={amend(own.id)} onRemove={() => set("findings", half.findings.filter((other) => other.id !== own.id))} />
        ))}
        <Button onClick={() => find(null)}>再记一个问题</Button>
        {open(half).length > 0 && (
          <Form.Item label="整改期限" required style={{ marginTop: 12 }}>
            <Day aria-label="整改期限" placeholder="最后一天" value={half.due_on ? dayjs(half.due_on) : null} disabledDate={(day: Dayjs) => !day.isAfter(today, "day")} onChange={(day) => set("due_on", day?.format("YYYY-MM-DD") ?? null)} />
            <Space size={4} style={{ marginTop: 8 }}>
              {[3, 7, 15, 30].map((days) => <Button key={days} size="small" onClick={() => set("due_on", today.add(days, "day").format("YYYY-MM-DD"))}>{days} 天</Button>)}
            </Space>
          </Form.Item>
        )}
        <h2>文书</h2>
        <p className="muted">现在起草的都是草稿，同步以后由系统签发、编文号。</p>
        <Checkbox.Group value={half.forms} options={possible(half).map((form) => ({ value: form, label: name(form) }))} onChange={(next) => set("forms", next)} />
        <div className="field-bar">
          {possible(half).filter((form) => half.forms.includes(form)).map((form) => <Button key={form} size="small" onClick={() => setPaper(form)}>看草稿：{name(form)}</Button>)}
        </div>
        <h2>签名</h2>
        <div className="signatures">
          <Signed who="officer_one" label={`执法人员 ${officers[0] ?? "一"} 签名`} half={half} change={change} />
          <Signed who="officer_two" label={`执法人员 ${officers[1] ?? "二"} 签名`} half={half} change={change} />
          {companions.map((own) => <Signed key={own.id} who={own.id} label={`${own.agency_name} ${own.name} 签名`} half={half} change={change} />)}
          <div>
            {half.refused ? (
              <LongText aria-label="拒绝签名的情况" rows={3} maxLength={300} value={half.why} placeholder="写明谁拒绝签名、原因和见证人" onChange={(event) => set("why", event.target.value)} />
            ) : (
              <Signed who="enterprise" label="被检查单位现场负责人签名" half={half} change={change} />
            )}
            <Checkbox checked={half.refused} onChange={(event) => set("refused", event.target.checked)}>被检查单位拒绝签名</Checkbox>
          </div>
        </div>
        {problem && <Alert type="error" showIcon title={problem} style={{ margin: "12px 0" }} />}
        <Button type="primary" size="large" block style={{ margin: "12px 0" }} onClick={() => void save()}>签名完毕，保存到设备</Button>
        <Button danger block onClick={() => void clear()}>不检查了，清空</Button>
      </div>
      {paper && <DraftPaper enterprise={enterprise} half={half} form={paper} officers={[...officers, ...companions.map((own) => own.name)]} onClose={() => setPaper(null)} />}
    </Drawer>
  );
}
