import { CheckCircleFilled } from "@ant-design/icons";
import { useMutation } from "@tanstack/react-query";
import { Alert, App, Button, Collapse, Modal, Popconfirm, Space, Tag } from "antd";
import { useState } from "react";

import { ApiError, api, ask } from "../../api/client";
import { LongText } from "../../parts/LongText";
import { PastButton } from "../../parts/PastButton";
import { instant } from "../../parts/format";
import { sentence } from "../../parts/problem";
import { Attachments } from "./Attachments";
import { RecordForm } from "./RecordForm";
import { RecordHistory } from "./RecordHistory";
import { ReturnDialog } from "./ReturnDialog";
import { type Can, type Place, useRefresh } from "./use";
import { type ArchiveRecord, RECORD_COLOURS, type Section, isLive, isQuestions, say, valuesOf, vouchedOf } from "./words";

/** Who vouched for a record, and when. */
export function Vouched({ record }: { record: ArchiveRecord }) {
  if (!record.verified_at || !record.verified_by_name) return null;
  return (
    <span>
      <CheckCircleFilled style={{ color: "#2e8b57" }} /> 已核实：{record.verified_by_name} {instant(record.verified_at).slice(0, 10)}
    </span>
  );
}

/** Vouches for records as they were read. */
export function useVerify(place: Place, section: Section) {
  const { message } = App.useApp();
  const refresh = useRefresh();
  const { city, id } = place;
  return useMutation({
    mutationFn: (records: ArchiveRecord[]) =>
      ask(
        api.POST("/api/enterprises/{city}/{id}/sections/{section}/verify", {
          params: { path: { city, id, section: section.code } },
          body: { records: records.map((own) => ({ id: own.id, version: own.version })) },
        }),
      ),
    onSuccess: (records) => {
      void message.success(`已核实 ${records.length} 条。`);
      refresh();
    },
    onError: (error) => {
      const stale = error instanceof ApiError && error.status === 409;
      void message.error(stale ? "有记录刚才被修改过，已换成最新内容，请看过以后再核实。" : sentence(error));
      if (stale) refresh();
    },
  });
}

/** One record in full, with all that can be done with it. */
export function RecordBody({ place, section, record, can, onReplaced }: { place: Place; section: Section; record: ArchiveRecord; can: Can; onReplaced: (record: ArchiveRecord | null) => void }) {
  const [mode, setMode] = useState<"view" | "edit" | "renew">("view");
  const [doing, setDoing] = useState<"return" | "remove" | null>(null);
  const [past, setPast] = useState<Section["fields"][number] | null>(null);
  const verify = useVerify(place, section);
  if (mode !== "view") {
    return (
      <RecordForm
        place={place}
        section={section}
        base={record}
        renew={mode === "renew"}
        onCancel={() => setMode("view")}
        onDone={(saved) => {
          setMode("view");
          if (saved.id !== record.id) onReplaced(saved);
        }}
      />
    );
  }
  const vouched = vouchedOf(record);
  const values = valuesOf(record);
  const live = isLive(record);
  const dated = section.fields.some((field) => field.role === "expires_on" || field.role === "issued_on");
  const above = (name: string) => record.warnings.find((own) => own.field === name)?.message;
  const sent = (name: string) => record.returned_fields.find((own) => own.field === name)?.reason;
  const shown = section.fields.map((field) => {
    const now = say(field, values[field.name]);
    const was = vouched ? say(field, vouched[field.name]) : now;
    return { field, now, was, moved: was !== now, sent: sent(field.name) };
  });
  const mayPast = !place.asOf && can("list_record_history");
  const whole = sent("");
  const empty = shown.filter((own) => own.now === "" && !own.moved && !own.sent);
  return (
    <>
      <Space wrap style={{ marginBottom: 8 }}>
        <Tag color={RECORD_COLOURS[record.state] ?? "default"}>{record.state_label}</Tag>
        <Vouched record={record} />
      </Space>
      {record.state === "returned" && (
        <Alert type="error" showIcon style={{ marginBottom: 8 }} title={`${record.returned_by_name ?? "监管员"} 于 ${instant(record.returned_at)} 退回${whole ? `：${whole}` : "，请按下面红字修改后保存"}`} />
      )}
      {record.state === "changed" && <Alert type="warning" showIcon style={{ marginBottom: 8 }} title="核实以后又有修改，需要重新核实；改过的内容旁边是核实时的内容。" />}
      <dl className={isQuestions(section) ? "answers" : "fields"} style={{ margin: 0 }}>
        {shown
          .filter((own) => !empty.includes(own))
          .map(({ field, now, was, moved, sent: reason }) => (
            <div key={field.name} className={field.kind === "long" ? "field long" : "field"}>
              <dt>{field.label}</dt>
              <dd>
                {now || <span className="muted">（空）</span>}
                {mayPast && <PastButton label={field.label} onClick={() => setPast(field)} />}
                {above(field.name) && <div className="sent-back">注意：{above(field.name)}</div>}
                {reason && <div className="sent-back">监管员退回：{reason}</div>}
                {moved && <div className="muted">核实时：{was || "（空）"}</div>}
              </dd>
            </div>
          ))}
        {record.expires_basis === "renewal" && record.expires_on && (
          <div className="field">
            <dt>应更新日期</dt>
            <dd>{record.expires_on}　<span className="muted">按规定的更新周期推算</span></dd>
          </div>
        )}
      </dl>
      {empty.length > 0 && <p className="muted" style={{ margin: "8px 0 0", fontSize: 13 }}>未填：{empty.map((own) => own.field.label).join("、")}</p>}
      {live && (
        <Space wrap className="no-print" style={{ marginTop: 12 }}>
          {can("update_record") && <Button type={record.state === "returned" ? "primary" : "default"} onClick={() => setMode("edit")}>修改</Button>}
          {can("create_record") && dated && !section.single && <Button onClick={() => setMode("renew")}>换发、续期</Button>}
          {can("verify_records") && record.state !== "verified" && (
            <Popconfirm title="确认内容与证照、现场一致？" description="您的姓名和今天的日期会记为核实人和核实日期。" okText="核实" cancelText="取消" onConfirm={() => verify.mutate([record])}>
              <Button type="primary" loading={verify.isPending}>核实</Button>
            </Popconfirm>
          )}
          {can("return_record") && <Button onClick={() => setDoing("return")}>退回…</Button>}
          {can("remove_record") && <Button danger type="text" onClick={() => setDoing("remove")}>删除…</Button>}
        </Space>
      )}
      {can("list_attachments") && <Attachments record={record} live={live} can={can} asOf={place.asOf} />}
      {mayPast && <Collapse ghost className="no-print" style={{ marginTop: 8 }} items={[{ key: "history", label: "修改记录", children: <RecordHistory section={section} record={record} /> }]} />}
      {past && (
        <Modal open title={`${past.label}的修改记录`} footer={null} onCancel={() => setPast(null)}>
          <RecordHistory section={section} record={record} only={past.name} />
        </Modal>
      )}
      {doing === "return" && <ReturnDialog section={section} record={record} onClose={() => setDoing(null)} />}
      {doing === "remove" && <RemoveDialog record={record} onClose={() => setDoing(null)} onDone={() => onReplaced(null)} />}
    </>
  );
}

function RemoveDialog({ record, onClose, onDone }: { record: ArchiveRecord; onClose: () => void; onDone: () => void }) {
  const { message } = App.useApp();
  const refresh = useRefresh();
  const [reason, setReason] = useState("");
  const remove = useMutation({
    mutationFn: () => ask(api.POST("/api/records/{city}/{id}/remove", { params: { path: { city: record.city, id: record.id } }, body: { version: record.version, reason: reason.trim() } })),
    onSuccess: () => {
      void message.success("已删除，仍可在“已换发、已删除的记录”中查看。");
      refresh();
      onDone();
    },
    onError: (error) => {
      if (error instanceof ApiError && error.status === 409) refresh();
    },
  });
  return (
    <Modal open title={`删除：${record.title}`} okText="删除" cancelText="取消" okButtonProps={{ danger: true, disabled: reason.trim() === "", loading: remove.isPending }} onOk={() => remove.mutate()} onCancel={onClose}>
      <p>删除后不再计入档案，内容和原因仍留在修改记录里。到期换新证请用“换发、续期”。</p>
      {remove.isError && <Alert type="error" showIcon style={{ marginBottom: 12 }} title={sentence(remove.error)} />}
      <LongText aria-label="删除原因" autoFocus maxLength={200} placeholder="原因，如：重复填报" value={reason} onChange={(event) => setReason(event.target.value)} />
    </Modal>
  );
}
