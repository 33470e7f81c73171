/** One of the enterprises taken along: what is known of it, what is missing, its records, and what can be done on the spot. */
import { Alert, Button, Input, Modal, Select, Tag } from "antd";
import { useState } from "react";

import { NewDanger } from "./NewDanger";
import { NewRecord } from "./NewRecord";
import { NewVisit } from "./NewVisit";
import { type ArchiveRecord, type Packed, enqueue } from "./store";
import { STATES, recordsOf, useField, workOf } from "./use";
import { instant } from "../../parts/format";
import { STATES as DANGER_STATES } from "../danger/words";
import { RECORD_COLOURS, STATES as SECTION_STATES, say, valuesOf } from "../archive/words";

function Return({ enterprise, record, onClose }: { enterprise: Packed; record: ArchiveRecord; onClose: () => void }) {
  const field = useField();
  const [name, setName] = useState("");
  const [reason, setReason] = useState("");
  const section = field.forms.sections.find((own) => own.code === record.section);
  const keep = async () => {
    const body = { version: record.version, fields: [{ field: name, reason: reason.trim() }] };
    const path = `/api/records/${record.city}/${record.id}/return`;
    await enqueue(field.opened, [workOf(field, enterprise, { what: "退回", method: "POST", path, body, base: record, said: `${record.title}：${reason.trim()}` })]);
    await field.refresh();
    onClose();
  };
  return (
    <Modal open title={`退回：${record.title}`} okText="退回" cancelText="取消" okButtonProps={{ danger: true, disabled: reason.trim() === "" }} onOk={() => void keep()} onCancel={onClose}>
      <p className="muted">指出要改的一项，写明原因。有网络时发送，企业随后看到。</p>
      <Select aria-label="要改的内容" style={{ width: "100%", marginBottom: 8 }} value={name} onChange={setName} options={[{ value: "", label: "整条记录" }, ...(section?.fields ?? []).map((own) => ({ value: own.name, label: own.label }))]} />
      <Input aria-label="退回原因" placeholder="原因，如：与证书不符" value={reason} maxLength={500} onChange={(event) => setReason(event.target.value)} />
    </Modal>
  );
}

function Record({ enterprise, record }: { enterprise: Packed; record: ArchiveRecord }) {
  const field = useField();
  const [returning, setReturning] = useState(false);
  const section = field.forms.sections.find((own) => own.code === record.section);
  const pending = field.queue.filter((own) => own.state !== "sent" && own.work.base?.id === record.id);
  const verify = async () => {
    const body = { records: [{ id: record.id, version: record.version }] };
    const path = `/api/enterprises/${record.city}/${enterprise.id}/sections/${record.section}/verify`;
    await enqueue(field.opened, [workOf(field, enterprise, { what: "核实", method: "POST", path, body, base: record, said: record.title })]);
    await field.refresh();
  };
  const values = valuesOf(record);
  return (
    <div className="field-item">
      <h3>
        <span>{section?.label ?? record.section} · {record.title}</span>
        <Tag color={RECORD_COLOURS[record.state] ?? "default"}>{record.state_label}</Tag>
      </h3>
      <dl style={{ margin: 0 }}>
        {(section?.fields ?? []).map((own) => ({ own, text: say(own, values[own.name]) })).filter(({ text }) => text !== "").map(({ own, text }) => (
          <div key={own.name} className="field"><dt>{own.label}</dt><dd>{text}</dd></div>
        ))}
      </dl>
      {pending.map((own) => <Tag key={own.work.id} color={STATES[own.state][1]} style={{ marginTop: 6 }}>{own.work.what}：{STATES[own.state][0]}</Tag>)}
      {pending.length === 0 && field.forms.powers.includes("verify_records") && (
        <div className="field-bar" style={{ marginBottom: 0 }}>
          {record.state !== "verified" && <Button onClick={() => void verify()}>核实无误</Button>}
          <Button danger onClick={() => setReturning(true)}>退回…</Button>
        </div>
      )}
      {returning && <Return enterprise={enterprise} record={record} onClose={() => setReturning(false)} />}
    </div>
  );
}

export function EnterpriseView({ enterprise, onBack }: { enterprise: Packed; onBack: () => void }) {
  const field = useField();
  const [filling, setFilling] = useState<string | null>(null);
  const [finding, setFinding] = useState(false);
  const [visiting, setVisiting] = useState(false);
  const { archive } = enterprise;
  const may = (operation: string) => field.forms.powers.includes(operation);
  const facts: [string, string | number | null | undefined][] = [
    ["所在地", enterprise.region_name],
    ["地址", enterprise.address],
    ["信用代码", enterprise.credit_code],
    ["行业领域", enterprise.sector_label],
    ["从业人数", enterprise.staff],
    ["法定代表人", enterprise.legal_person],
    ["安全负责人", enterprise.safety_head],
  ];
  const added = field.queue.filter((own) => own.state !== "sent" && own.work.enterprise === enterprise.id && own.work.base === null);
  return (
    <>
      <div className="field-bar">
        <Button onClick={onBack}>返回</Button>
        <span style={{ flex: 1 }} />
        {may("create_record") && <Button onClick={() => setFilling("")}>填报记录</Button>}
        {may("create_visit") && <Button type="primary" onClick={() => setVisiting(true)}>现场检查</Button>}
        {may("create_danger") && <Button onClick={() => setFinding(true)}>登记隐患</Button>}
      </div>
      <section className="panel">
        <h2>{enterprise.name}</h2>
        <dl style={{ margin: 0 }}>
          {facts.filter(([, own]) => own !== null && own !== undefined && own !== "").map(([label, own]) => (
            <div key={label} className="field"><dt>{label}</dt><dd>{own}</dd></div>
          ))}
        </dl>
      </section>
      <section className="panel">
        <h2>档案 {archive.score}%：必须 {archive.required} 栏，已有 {archive.present} 栏</h2>
        {archive.lacking.length === 0 && <p className="muted">没有缺项，也没有过期。</p>}
        {archive.lacking.map((own) => (
          <div key={own.section} className="field-bar" style={{ margin: "4px 0" }}>
            <Tag color={SECTION_STATES[own.state][1]}>{SECTION_STATES[own.state][0]}</Tag>
            <span style={{ flex: 1 }}>{own.label}</span>
            {may("create_record") && field.forms.sections.some((known) => known.code === own.section) && <Button size="small" onClick={() => setFilling(own.section)}>填报</Button>}
          </div>
        ))}
      </section>
      <section className="panel">
        <h2>没有整改完的隐患 {enterprise.dangers.length}</h2>
        {enterprise.dangers.length === 0 && <p className="muted">没有。</p>}
        {enterprise.dangers.map((own) => (
          <div key={own.id} className="field-bar" style={{ margin: "4px 0" }}>
            <Tag color={DANGER_STATES[own.state]?.[1] ?? "default"}>{DANGER_STATES[own.state]?.[0] ?? own.state}</Tag>
            <span style={{ flex: 1 }}>{own.severity === "major" && <b>重大：</b>}{own.title}<br /><small className="muted">{own.number}{own.due_on && `\u3000期限 ${own.due_on}`}</small></span>
          </div>
        ))}
      </section>
      {enterprise.visits.length > 0 && (
        <section className="panel">
          <h2>最近的检查</h2>
          {enterprise.visits.map((own) => <p key={own.id} style={{ margin: "4px 0" }}>{instant(own.started_at)}　{own.place}　<span className="muted">{own.officers}</span></p>)}
        </section>
      )}
      {added.map((own) => (
        <div key={own.work.id} className="field-item">
          <h3><span>{own.work.what}：{own.work.said}</span><Tag color={STATES[own.state][1]}>{STATES[own.state][0]}</Tag></h3>
        </div>
      ))}
      {recordsOf(enterprise).map((record) => <Record key={record.id} enterprise={enterprise} record={record} />)}
      {archive.records.length === 0 && <Alert type="info" title="没有带来档案记录。含个人信息的记录不下载到设备。" />}
      {visiting && <NewVisit enterprise={enterprise} onClose={() => setVisiting(false)} />}
      {finding && <NewDanger enterprise={enterprise} onClose={() => setFinding(false)} />}
      {filling !== null && <NewRecord enterprise={enterprise} first={filling} onClose={() => setFilling(null)} />}
    </>
  );
}
