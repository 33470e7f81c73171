import { useQueryClient } from "@tanstack/react-query";
import { Button, DatePicker, Input, Modal, Form, Select } from "antd";
import dayjs, { type Dayjs } from "dayjs";
import { useState } from "react";

import { useMay } from "../../app/session";
import { UploadButton } from "../../parts/UploadButton";
import { instant } from "../../parts/format";
import type { Penalty } from "./PenaltyPage";
import { EVIDENCE } from "./words";

/** What is asked of an exhibit before its file: what it is evidence as, when and where it was taken, and who took it. */
function AddDialog({ penalty, onClose }: { penalty: Penalty; onClose: () => void }) {
  const queries = useQueryClient();
  const { city, id } = penalty.case;
  const [evidence, setEvidence] = useState<string>();
  const [at, setAt] = useState<Dayjs | null>(dayjs());
  const [place, setPlace] = useState("");
  const [by, setBy] = useState(penalty.officers.map((own) => own.name).join("、"));
  const ready = evidence !== undefined && at !== null && place.trim() !== "" && by.trim() !== "";
  const source = new URLSearchParams({ evidence: evidence ?? "", taken_at: at?.toISOString() ?? "", taken_place: place, taken_by: by });
  return (
    <Modal open title="补充证据材料" onCancel={onClose} footer={null}>
      <Form component="div" layout="vertical">
        <Form.Item label="证据种类" htmlFor="exhibit-evidence" required>
          <Select id="exhibit-evidence" value={evidence ?? null} placeholder="选择种类" options={Object.entries(EVIDENCE).map(([value, label]) => ({ value, label }))} onChange={(value: string) => setEvidence(value)} />
        </Form.Item>
        <Form.Item label="取得时间" htmlFor="exhibit-at" required>
          <DatePicker id="exhibit-at" showTime={{ format: "HH:mm" }} format="YYYY-MM-DD HH:mm" value={at} disabledDate={(day: Dayjs) => day.isAfter(dayjs())} onChange={(day) => setAt(day)} />
        </Form.Item>
        <Form.Item label="取得地点" htmlFor="exhibit-place" required>
          <Input id="exhibit-place" value={place} maxLength={100} placeholder="如：二楼注塑车间" onChange={(event) => setPlace(event.target.value)} />
        </Form.Item>
        <Form.Item label="取证人" htmlFor="exhibit-by" required>
          <Input id="exhibit-by" value={by} maxLength={100} onChange={(event) => setBy(event.target.value)} />
        </Form.Item>
      </Form>
      {/* a form of this library shows what chooses files */}
      {ready ? (
        <UploadButton
          address={`/api/penalties/${city}/${id}/exhibits?${source.toString()}`}
          label="选择照片或 PDF 上传"
          name="证据材料文件"
          accept=".png,.jpg,.jpeg,.pdf"
          onDone={() => {
            void queries.invalidateQueries({ queryKey: ["penalties", city, id] });
            onClose();
          }}
        />
      ) : (
        <Button disabled>填好以上各项后上传文件</Button>
      )}
    </Modal>
  );
}

/** The exhibits of a penalty, each with what it is and where it comes from. */
export function Exhibits({ penalty }: { penalty: Penalty }) {
  const may = useMay();
  const [adding, setAdding] = useState(false);
  return (
    <section className="panel">
      <h2>证据材料</h2>
      {penalty.exhibits.length === 0 && <p className="muted">还没有证据材料。可上传照片和 PDF。</p>}
      {penalty.exhibits.map((own) => {
        const address = `/api/penalty-exhibits/${own.city}/${own.id}`;
        const taken = [own.taken_at && `${instant(own.taken_at)} 取得`, own.taken_place && `地点 ${own.taken_place}`, own.taken_by && `取证人 ${own.taken_by}`];
        return (
          <div key={own.id} className="exhibit">
            <a href={address} target="_blank" rel="noreferrer" title={own.name}>
              {own.kind === "pdf" ? <span className="paper">PDF</span> : <img src={address} alt={own.name} loading="lazy" />}
            </a>
            <div>
              <div>{own.evidence && <b>{EVIDENCE[own.evidence]}　</b>}{own.name}</div>
              <div className="muted">{taken.filter(Boolean).join("　")}</div>
            </div>
          </div>
        );
      })}
      {may("create_penalty_exhibit") && !penalty.case.closed_on && <Button style={{ marginTop: 8 }} onClick={() => setAdding(true)}>补充证据材料</Button>}
      {adding && <AddDialog penalty={penalty} onClose={() => setAdding(false)} />}
    </section>
  );
}
