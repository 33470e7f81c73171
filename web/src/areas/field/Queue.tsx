/** What was done in the field and what became of it (待同步), with what is to be done where something was not taken. */
import { Alert, App, Button, Tag } from "antd";

import type { Schemas } from "../../api/client";
import { instant } from "../../parts/format";
import { differences, valuesOf } from "../archive/words";
import { type Done, type Queued, drop, reopen, replace } from "./store";
import { SKEWED, STATES, dangerDraft, trueTime, useField, visitDraft } from "./use";

/** The same thing once more, made against the row as it stands now. */
function again(own: Queued): Record<string, unknown> | null {
  const { body, current } = own.work;
  if (!body || !current) return body;
  if (Array.isArray(body["records"])) return { ...body, records: [{ id: current.id, version: current.version }] };
  return "version" in body ? { ...body, version: current.version } : body;
}

function Conflict({ own }: { own: Queued }) {
  const field = useField();
  const { base, current } = own.work;
  const section = field.forms.sections.find((known) => known.code === current?.section);
  if (!current) return null;
  const changed = section && base ? differences(section, valuesOf(base), valuesOf(current)) : [];
  return (
    <div className="field-item" style={{ background: "#fffaf0" }}>
      <p><b>您看到的（第 {base?.version ?? "?"} 版）：</b>{base?.title}，{base?.state_label}</p>
      <p><b>现在的（第 {current.version} 版）：</b>{current.title}，{current.state_label}</p>
      {changed.map((one) => (
        <div key={one.name} className="field"><dt>{one.label}</dt><dd><span className="before">{one.before || "（空）"}</span> → <span className="after">{one.after || "（空）"}</span></dd></div>
      ))}
    </div>
  );
}

/** What something that happened became at the server, and when it was by the server's clock. */
function Became({ done }: { done: Done }) {
  return (
    <p className="muted">
      已登记，时间按 {instant(done.happened_at)} 计{!done.certain && "（设备时钟调整过，请核对）"}。 <a href={`/${done.kind === "visit" ? "visits" : "dangers"}/${done.city}/${done.id}`}>查看</a>
    </p>
  );
}

function Item({ own }: { own: Queued }) {
  const field = useField();
  const { modal } = App.useApp();
  const { work, state } = own;
  const retry = async () => {
    await replace(field.opened, own, { ...work, id: crypto.randomUUID(), body: again(own), base: work.current ?? work.base, current: null, problem: "" });
    await field.refresh();
    await field.send();
  };
  const amend = async () => {
    await reopen(field.opened, work, (work.what === "检查" ? visitDraft : dangerDraft)(work.enterprise), work.half);
    await field.refresh();
    field.show(work.enterprise);
  };
  const forget = () =>
    void modal.confirm({
      title: "放弃这一项？",
      content: `“${work.what}：${work.said}”不再发送，设备上也不再保留。`,
      okText: "放弃",
      cancelText: "保留",
      okButtonProps: { danger: true },
      onOk: async () => {
        await drop(field.opened, work);
        await field.refresh();
      },
    });
  return (
    <div className="field-item">
      <h3><span>{work.what}：{work.said}</span><Tag color={STATES[state][1]}>{STATES[state][0]}</Tag></h3>
      <p className="muted">{work.enterpriseName}　{instant(trueTime(work))}{Math.abs(work.offset) > SKEWED && `（设备时钟${work.offset > 0 ? "慢" : "快"} ${Math.round(Math.abs(work.offset) / 60_000)} 分钟，已校正）`}</p>
      {state === "sent" && work.method === "PUT" && <Became done={work.answer as Done} />}
      {state === "sent" && work.what === "签发" && <p>文号：{(work.answer as Schemas["EnforcementDocument"]).number ?? "（这种文书没有文号）"}</p>}
      {work.problem && <p style={{ color: "#a3342f" }}>{work.problem}</p>}
      {state === "conflict" && <Conflict own={own} />}
      {(state === "conflict" || state === "refused") && (
        <div className="field-bar" style={{ marginBottom: 0 }}>
          {work.method === "PUT" ? <Button type="primary" onClick={() => void amend()}>修改后再提交</Button> : <Button type="primary" onClick={() => void retry()}>{state === "conflict" ? "按最新内容再提交" : "再试一次"}</Button>}
          <Button danger onClick={forget}>放弃</Button>
        </div>
      )}
      {state === "waiting" && <Button size="small" type="link" danger style={{ padding: 0 }} onClick={forget}>撤回</Button>}
    </div>
  );
}

export function Queue({ told }: { told: string }) {
  const field = useField();
  const open = field.queue.filter((own) => own.state !== "sent");
  const sent = field.queue.filter((own) => own.state === "sent").reverse();
  return (
    <>
      <div className="field-bar">
        <b>{open.length === 0 ? "全部已同步" : `${open.length} 项待同步`}</b>
        <span style={{ flex: 1 }} />
        <Button type="primary" loading={field.sending} onClick={() => void field.send()}>立即同步</Button>
      </div>
      {told && <Alert type="info" showIcon title={told} style={{ marginBottom: 8 }} />}
      {open.map((own) => <Item key={own.work.id} own={own} />)}
      {sent.map((own) => <Item key={own.work.id} own={own} />)}
      {field.queue.length === 0 && <p className="muted">在现场办的事项会排在这里，有网络时自动发送。</p>}
    </>
  );
}
