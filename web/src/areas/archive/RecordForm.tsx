import { useMutation } from "@tanstack/react-query";
import { Alert, App, Button, Form, Input, Modal, Space } from "antd";
import { type ReactNode, useMemo, useState } from "react";

import { ApiError, api, ask } from "../../api/client";
import { SchemaForm } from "../../parts/SchemaForm";
import { sentence } from "../../parts/problem";
import { type JsonObject, filled, formOf } from "../../parts/schema";
import { type Place, useRefresh } from "./use";
import { type ArchiveRecord, type Difference, type Section, changesOf, differences, isLive, isQuestions, renewed, say, valuesOf, vouchedOf } from "./words";

interface Props {
  place: Place;
  section: Section;
  /** The record that is changed or renewed; none where a new one is filled in. */
  base: ArchiveRecord | null;
  renew?: boolean;
  /** What a new record begins with. */
  preset?: JsonObject;
  onDone: (record: ArchiveRecord) => void;
  onCancel: () => void;
}

/** What is to be said beside the fields of a record: what was sent back, and what was vouched for where it is another value now. */
function notesOf(section: Section, base: ArchiveRecord): Record<string, ReactNode> {
  const notes: Record<string, ReactNode> = {};
  const vouched = vouchedOf(base);
  for (const field of section.fields) {
    const sent = base.returned_fields.find((own) => own.field === field.name);
    const was = vouched ? say(field, vouched[field.name]) : "";
    const moved = vouched !== null && was !== say(field, valuesOf(base)[field.name]);
    const above = base.warnings.find((own) => own.field === field.name);
    if (!sent && !moved && !above) continue;
    notes[`/${field.name}`] = (
      <>
        {above && <div className="sent-back">注意：{above.message}</div>}
        {sent && <div className="sent-back">监管员退回：{sent.reason}</div>}
        {moved && <div>核实时：{was || "（空）"}</div>}
      </>
    );
  }
  return notes;
}

/** The form of a record, from its section's fields. What the server refuses stands beside the field; what was typed is never lost. */
export function RecordForm({ place, section, base: given, renew = false, preset = {}, onDone, onCancel }: Props) {
  const { message, modal } = App.useApp();
  const refresh = useRefresh();
  const parts = useMemo(() => formOf(section.schema), [section]);
  const [base, setBase] = useState(given);
  const [start, setStart] = useState<JsonObject>(() => (given === null ? preset : renew ? renewed(section, valuesOf(given)) : valuesOf(given)));
  const [value, setValue] = useState(start);
  const [reason, setReason] = useState("");
  const [rival, setRival] = useState<ArchiveRecord | null>(null);
  const { city, id } = place;
  const create = (extra: object) => {
    const fields = (filled(value) ?? {}) as Record<string, never>;
    return ask(api.POST("/api/enterprises/{city}/{id}/records", { params: { path: { city, id } }, body: { section: section.code, fields, ...extra } }));
  };
  const save = useMutation({
    mutationFn: (against: ArchiveRecord | null) => {
      if (against === null) return create({});
      if (renew) return create({ replaces: against.id, replaces_version: against.version });
      const fields = changesOf(section, start, value) as Record<string, never>;
      return ask(api.PATCH("/api/records/{city}/{id}", { params: { path: { city, id: against.id } }, body: { version: against.version, fields, reason: reason.trim() || null } }));
    },
    onSuccess: (record) => {
      const above = record.warnings[0]?.message;
      if (above) void message.warning(`已保存。请注意：${above}`, 8);
      else void message.success(renew ? "已换发，原来的一份留作历史。" : "已保存。");
      refresh();
      onDone(record);
    },
    onError: (error) => {
      if (error instanceof ApiError && error.current) {
        setRival(error.current as unknown as ArchiveRecord);
        return;
      }
      void message.error(sentence(error));
      const first = error instanceof ApiError ? error.errors[0]?.pointer.replace("/fields/", "") : undefined;
      if (first) document.getElementById(`input-${first}`)?.scrollIntoView({ block: "center" });
    },
  });
  const problems = save.error instanceof ApiError ? save.error.errors.map((own) => ({ ...own, pointer: own.pointer.replace(/^\/fields/, "") })) : [];
  const whole = problems.filter((own) => own.pointer === "");
  const dirty = Object.keys(changesOf(section, start, value)).length > 0;
  const leave = () => {
    if (!dirty) return onCancel();
    void modal.confirm({ title: "不保存就离开？", content: "刚才填写的内容会丢失。", okText: "不保存", cancelText: "继续填写", onOk: onCancel });
  };
  const submit = () => {
    if (base !== null && !renew && !dirty) {
      void message.info("没有改动。");
      return;
    }
    save.mutate(base);
  };
  return (
    <div onKeyDown={(event) => { if (event.key === "s" && (event.ctrlKey || event.metaKey)) { event.preventDefault(); submit(); } }}>
      {renew && <Alert type="info" showIcon style={{ marginBottom: 12 }} title="保存后，新的一份代替原来的一份；原来的一份不再计入，仍可以查看。" />}
      {base?.returned_fields.filter((own) => own.field === "" && !renew).map((own) => <Alert key={own.reason} type="error" showIcon style={{ marginBottom: 12 }} title={`监管员退回：${own.reason}`} />)}
      {whole.map((own) => <Alert key={own.message} type="error" showIcon style={{ marginBottom: 12 }} title={own.message} />)}
      <Form component="div" layout="vertical" className={isQuestions(section) ? "questions" : ""} requiredMark={(label, { required }) => (required ? <>{label}　<span className="after">必填</span></> : label)}>
        <SchemaForm parts={parts} value={value} problems={problems} notes={base && !renew ? notesOf(section, base) : {}} onChange={setValue} />
      </Form>
      <div className="form-foot">
        <Space wrap>
          {base !== null && !renew && (
            <Input aria-label="修改原因" placeholder="修改原因（选填）" value={reason} maxLength={200} onChange={(event) => setReason(event.target.value)} style={{ width: 180 }} />
          )}
          <Button type="primary" loading={save.isPending} onClick={submit}>保存</Button>
          <Button onClick={leave}>取消</Button>
        </Space>
      </div>
      {rival && (
        <Rival
          rival={rival}
          renew={renew}
          theirs={differences(section, base ? valuesOf(base) : {}, valuesOf(rival))}
          mine={differences(section, start, value)}
          onSave={() => { const against = rival; setRival(null); setBase(against); save.mutate(against); }}
          onBack={() => {
            // what was typed stays; the next save goes on top of what stands now
            if (!renew) {
              const typed = changesOf(section, start, value);
              setStart(valuesOf(rival));
              setValue({ ...valuesOf(rival), ...typed });
            }
            if (isLive(rival)) setBase(rival);
            setRival(null);
            refresh();
          }}
        />
      )}
    </div>
  );
}

function Values({ list, empty }: { list: Difference[]; empty: string }) {
  if (list.length === 0) return <p className="muted">{empty}</p>;
  return (
    <dl style={{ margin: "0 0 12px" }}>
      {list.map((own) => (
        <div key={own.name} className="field">
          <dt>{own.label}</dt>
          <dd>
            <span className="before">{own.before || "（空）"}</span> → <span className="after">{own.after || "（空）"}</span>
          </dd>
        </div>
      ))}
    </dl>
  );
}

/** Two versions side by side: what somebody else saved meanwhile, and what was typed here. */
function Rival(props: { rival: ArchiveRecord; renew: boolean; theirs: Difference[]; mine: Difference[]; onSave: () => void; onBack: () => void }) {
  const { rival, renew, theirs, mine, onSave, onBack } = props;
  const live = isLive(rival);
  return (
    <Modal
      open
      title={live ? "您打开之后，别人已经修改了这条记录" : `这条记录刚才已由别人${rival.state === "removed" ? "删除" : "换发"}`}
      okText={renew ? "仍然换发" : "在最新内容上保存我的修改"}
      cancelText="回去再看看"
      okButtonProps={live ? {} : { style: { display: "none" } }}
      onOk={onSave}
      onCancel={onBack}
    >
      <p>对方改动的内容（当前：{rival.state_label}）：</p>
      <Values list={theirs} empty="内容没有改动，状态有变化。" />
      {!renew && <p>您填写的内容：</p>}
      {!renew && <Values list={mine} empty="没有改动。" />}
      {!live && <p>您填写的内容还在，可以抄下来后新增一条。</p>}
    </Modal>
  );
}
