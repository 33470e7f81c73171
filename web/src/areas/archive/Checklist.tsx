/** Basic safety conditions (安全基本条件): every condition as a row, met, not met or not applying, with what shows it. */
import { Button, Drawer, Grid, Progress, Tag } from "antd";

import { RecordTable } from "../../parts/RecordTable";
import { RecordBody } from "./RecordBody";
import { RecordForm } from "./RecordForm";
import type { Can, Place } from "./use";
import { type ArchiveRecord, RECORD_COLOURS, type Section, type Verdict, conditionsOf, valuesOf } from "./words";

const VERDICTS: Record<Verdict, [string, string]> = {
  met: ["具备", "green"],
  unmet: ["不具备", "red"],
  apart: ["不适用", "default"],
  open: ["未核查", "gold"],
};

interface Props {
  place: Place;
  section: Section;
  records: ArchiveRecord[];
  can: Can;
  open: string | null;
  onOpen: (record: string | null) => void;
}

/** `open` is the record that is shown, or the code of a condition that is being filled in. */
export function Checklist({ place, section, records, can, open, onOpen }: Props) {
  const wide = Grid.useBreakpoint().lg ?? true;
  const rows = conditionsOf(section, records);
  const number = (verdict: Verdict) => rows.filter((row) => row.verdict === verdict).length;
  const apply = rows.length - number("apart");
  const asked = rows.find((row) => row.code === open && !row.record);
  const shown = rows.find((row) => row.record?.id === open)?.record;
  const act = (row: (typeof rows)[number]) =>
    row.record ? (
      <Button type="link" size="small" onClick={() => onOpen(row.record?.id ?? null)}>{can("update_record") ? "查看、修改" : "查看"}</Button>
    ) : can("create_record") ? (
      <Button type="link" size="small" onClick={() => onOpen(row.code)}>填写</Button>
    ) : null;
  const verdict = (row: (typeof rows)[number]) => <Tag color={VERDICTS[row.verdict][1]}>{VERDICTS[row.verdict][0]}</Tag>;
  const state = (row: (typeof rows)[number]) => row.record && <Tag color={RECORD_COLOURS[row.record.state] ?? "default"}>{row.record.state_label}</Tag>;
  const evidence = (row: (typeof rows)[number]) => (row.record ? String(valuesOf(row.record)["evidence"] ?? "") : "");
  return (
    <>
      <div style={{ marginBottom: 12 }}>
        适用 {apply} 项：具备 {number("met")}，不具备 {number("unmet")}，未核查 {number("open")}；不适用 {number("apart")} 项
        <Progress percent={apply === 0 ? 0 : Math.floor((number("met") * 100) / apply)} size="small" style={{ maxWidth: 320, display: "block" }} />
      </div>
      {wide ? (
        <RecordTable
          columns={[
            { key: "label", title: "条件", render: (_: unknown, row: (typeof rows)[number]) => row.label },
            { key: "verdict", title: "情况", render: (_: unknown, row: (typeof rows)[number]) => verdict(row) },
            { key: "evidence", title: "证明材料、差距或者理由", render: (_: unknown, row: (typeof rows)[number]) => <span className="cell clamp">{evidence(row)}</span> },
            { key: "day", title: "核查日期", render: (_: unknown, row: (typeof rows)[number]) => row.record?.issued_on ?? "" },
            { key: "state", title: "状态", render: (_: unknown, row: (typeof rows)[number]) => state(row) },
            { key: "act", title: "", render: (_: unknown, row: (typeof rows)[number]) => act(row) },
          ]}
          dataSource={rows.map((row) => ({ ...row, id: row.key }))}
        />
      ) : (
        rows.map((row) => (
          <div key={row.key} className="record-card" style={{ boxSizing: "border-box", cursor: "default" }}>
            <span className="record-card-head">
              <b>{row.label}</b>
              {verdict(row)}
            </span>
            {evidence(row) && <span>{evidence(row)}</span>}
            <span style={{ display: "flex", justifyContent: "space-between" }}>{state(row) ?? <span />} {act(row)}</span>
          </div>
        ))
      )}
      {asked && can("create_record") && (
        <Drawer open title={asked.label} size={wide ? 720 : "100%"} closable={false} mask={{ closable: false }} keyboard={false}>
          <RecordForm place={place} section={section} base={null} preset={{ condition: asked.code, applies: true }} onCancel={() => onOpen(null)} onDone={(saved) => onOpen(saved.id)} />
        </Drawer>
      )}
      {shown && (
        <Drawer open title={shown.title} size={wide ? 720 : "100%"} mask={{ closable: wide }} onClose={() => onOpen(null)}>
          <RecordBody key={shown.id} place={place} section={section} record={shown} can={can} onReplaced={(next) => onOpen(next?.id ?? null)} />
        </Drawer>
      )}
    </>
  );
}
