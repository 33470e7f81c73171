import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Alert, App, Modal } from "antd";
import { useState } from "react";

import { type Row, api, ask } from "../../api/client";
import { LongText } from "../../parts/LongText";
import { RegionPicker } from "../../parts/RegionPicker";
import { sentence } from "../../parts/problem";

/** Proposes that another county or town takes an enterprise over. */
export function HandoverDialog({ record, onClose }: { record: Row; onClose: () => void }) {
  const queries = useQueryClient();
  const { message } = App.useApp();
  const [target, setTarget] = useState<string | undefined>(undefined);
  const [reason, setReason] = useState("");
  const send = useMutation({
    mutationFn: () =>
      ask(
        api.POST("/api/enterprises/{city}/{id}/handover", {
          params: { path: { city: record.city, id: record.id } },
          body: { version: record.version, target: target ?? "", reason: reason.trim() },
        }),
      ),
    onSuccess: (handover) => {
      void message.success(`已移交给${handover.target_name}，等对方接收。`);
      for (const key of ["handovers", "enterprise"]) void queries.invalidateQueries({ queryKey: [key] });
      onClose();
    },
  });
  const ready = (target?.length ?? 0) >= 6 && reason.trim() !== "";
  return (
    <Modal open title={`将“${String(record["name"])}”移交到其他区县、镇街`} okText="移交" cancelText="取消" okButtonProps={{ disabled: !ready, loading: send.isPending }} onOk={() => send.mutate()} onCancel={onClose}>
      <p className="muted">对方接收以前，档案仍归本地管；对方可以接收，也可以写明原因退回。</p>
      <label>
        移交到
        <RegionPicker root={record.city} value={target} onChange={setTarget} placeholder="选择区县或镇街" />
      </label>
      <label style={{ display: "block", marginTop: 12 }}>
        原因
        <LongText aria-label="移交原因" maxLength={200} placeholder="如：2025年3月已搬到金平区经营" value={reason} onChange={(event) => setReason(event.target.value)} />
      </label>
      {send.isError && <Alert style={{ marginTop: 12 }} type="error" showIcon title={sentence(send.error)} />}
    </Modal>
  );
}
