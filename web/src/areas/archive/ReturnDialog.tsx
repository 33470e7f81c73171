import { useMutation } from "@tanstack/react-query";
import { Alert, App, Checkbox, Input, Modal } from "antd";
import { useState } from "react";

import { ApiError, api, ask } from "../../api/client";
import { sentence } from "../../parts/problem";
import { useRefresh } from "./use";
import { type ArchiveRecord, type Section, say, valuesOf } from "./words";

/** The officer sends a record back: which fields, and for each what is wrong with it. */
export function ReturnDialog({ section, record, onClose }: { section: Section; record: ArchiveRecord; onClose: () => void }) {
  const { message } = App.useApp();
  const refresh = useRefresh();
  const [reasons, setReasons] = useState<Record<string, string>>({});
  const chosen = Object.entries(reasons);
  const send = useMutation({
    mutationFn: () =>
      ask(
        api.POST("/api/records/{city}/{id}/return", {
          params: { path: { city: record.city, id: record.id } },
          body: { version: record.version, fields: chosen.map(([field, reason]) => ({ field, reason: reason.trim() })) },
        }),
      ),
    onSuccess: () => {
      void message.success("已退回，企业会看到每一项的原因。");
      refresh();
      onClose();
    },
    onError: (error) => {
      if (error instanceof ApiError && error.status === 409) refresh();
    },
  });
  const rows = [...section.fields.map((field) => ({ name: field.name, label: field.label, value: say(field, valuesOf(record)[field.name]) })), { name: "", label: "整条记录", value: "" }];
  const toggle = (name: string, on: boolean) =>
    setReasons((before) => (on ? { ...before, [name]: "" } : Object.fromEntries(Object.entries(before).filter(([own]) => own !== name))));
  return (
    <Modal
      open
      title={`退回：${record.title}`}
      okText="退回"
      cancelText="取消"
      okButtonProps={{ danger: true, disabled: chosen.length === 0 || chosen.some(([, reason]) => reason.trim() === ""), loading: send.isPending }}
      onOk={() => send.mutate()}
      onCancel={onClose}
    >
      <p className="muted">勾选要改的内容，逐项写明原因，企业照此修改。</p>
      {send.isError && <Alert type="error" showIcon style={{ marginBottom: 12 }} title={sentence(send.error)} />}
      {rows.map((row) => (
        <div key={row.name} className="return-row">
          <Checkbox checked={row.name in reasons} onChange={(event) => toggle(row.name, event.target.checked)}>
            {row.label}
            {row.value && <span className="muted">　{row.value}</span>}
          </Checkbox>
          {row.name in reasons && (
            <Input
              autoFocus
              aria-label={`${row.label}的退回原因`}
              placeholder="原因，如：与证书不符"
              maxLength={500}
              value={reasons[row.name] ?? ""}
              onChange={(event) => setReasons((before) => ({ ...before, [row.name]: event.target.value }))}
            />
          )}
        </div>
      ))}
    </Modal>
  );
}
