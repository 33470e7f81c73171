import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Alert, App, Button, Checkbox, Modal, Space } from "antd";
import { useState } from "react";

import { type Row, api, ask } from "../../api/client";
import { useSession } from "../../app/session";
import { RegionPicker } from "../../parts/RegionPicker";
import { sentence } from "../../parts/problem";

interface Suggestion {
  town: string;
  name: string;
  score: number;
  reason: string;
}

export function suggestionsOf(row: Row): Suggestion[] {
  return Array.isArray(row["suggestions"]) ? (row["suggestions"] as Suggestion[]) : [];
}

/** Gives records their town. */
export function useAssign(onDone: () => void) {
  const queries = useQueryClient();
  const { message } = App.useApp();
  return useMutation({
    mutationFn: ({ rows, town, teach = false }: { rows: Row[]; town: string; teach?: boolean }) =>
      ask(api.POST("/api/enterprises/assign", { body: { town, teach, items: rows.map(({ city, id, version }) => ({ city, id, version })) } })),
    onSuccess: (done) => {
      const learned = done.taught.length > 0 ? `以后地址中的“${done.taught.join("”“")}”也会分到这里。` : "";
      void message.success(`已分配 ${done.assigned} 家企业。${learned}`);
      void queries.invalidateQueries({ queryKey: ["enterprises"] });
      void queries.invalidateQueries({ queryKey: ["enterprise"] });
      onDone();
    },
    onError: (error) => void message.error(sentence(error)),
  });
}

export function AssignDialog({ rows, onClose }: { rows: Row[]; onClose: () => void }) {
  const session = useSession();
  const [town, setTown] = useState<string | undefined>(undefined);
  const [teach, setTeach] = useState(true);
  const assign = useAssign(onClose);
  const first = rows[0];
  const suggestions = rows.length === 1 && first ? suggestionsOf(first) : [];
  const whole = town?.length === 9;
  return (
    <Modal
      open
      title={rows.length === 1 && first ? `将“${String(first["name"])}”分配到镇街` : `将选中的 ${rows.length} 家企业分配到镇街`}
      okText="分配"
      cancelText="取消"
      okButtonProps={{ disabled: !whole, loading: assign.isPending }}
      onOk={() => town && assign.mutate({ rows, town, teach })}
      onCancel={onClose}
    >
      {suggestions.length > 0 && (
        <Space orientation="vertical" style={{ width: "100%", marginBottom: 12 }}>
          <span className="muted">建议（点击直接分配）：</span>
          {suggestions.map((own) => (
            <Button key={own.town} block style={{ textAlign: "left", height: "auto", whiteSpace: "normal" }} loading={assign.isPending} onClick={() => assign.mutate({ rows, town: own.town, teach })}>
              {own.name}
              <span className="muted">　{own.reason}</span>
            </Button>
          ))}
        </Space>
      )}
      <RegionPicker root={session.region.code.slice(0, 4)} value={town} onChange={setTown} placeholder="选择区县、镇街" />
      <Checkbox checked={teach} onChange={(event) => setTeach(event.target.checked)} style={{ marginTop: 12 }}>
        记住地址中的工业区、村名，以后导入时自动分到这里
      </Checkbox>
      {town && !whole && <Alert type="info" showIcon style={{ marginTop: 8 }} title="请选到镇或街道。" />}
    </Modal>
  );
}
