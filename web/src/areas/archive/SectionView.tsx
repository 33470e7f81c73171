import { Alert, Button, Drawer, Empty, Grid, Popconfirm, Skeleton, Space, Switch, Tag } from "antd";
import type { ColumnType } from "antd/es/table";
import { useState } from "react";
import { useQuery } from "@tanstack/react-query";

import { api, ask } from "../../api/client";
import { RecordTable } from "../../parts/RecordTable";
import { sentence } from "../../parts/problem";
import { Checklist } from "./Checklist";
import { RecordBody, Vouched, useVerify } from "./RecordBody";
import { RecordForm } from "./RecordForm";
import { type Can, type Place, useRecords } from "./use";
import { type ArchiveRecord, CONDITIONS, type Item, LEVELS, RECORD_COLOURS, STATES, type Section, columnsOf, isLive, say, valuesOf } from "./words";

/** What a section is, why it is asked for, and what is to be done. */
export function SectionHead({ item }: { item: Item }) {
  const [open, setOpen] = useState(false);
  const [word, colour] = STATES[item.state];
  return (
    <>
      <Space wrap>
        <Tag color={colour}>{word}</Tag>
        {item.state !== "elsewhere" && <Tag>{LEVELS[item.level] ?? item.level}</Tag>}
        {item.records > 0 && <span className="muted">{item.records} 条，已核实 {item.verified}/{item.records}</span>}
        {item.returned > 0 && <Tag color="red">退回 {item.returned}</Tag>}
        {(item.why || item.source) && (
          <Button type="link" size="small" style={{ padding: 0 }} aria-expanded={open} onClick={() => setOpen(!open)}>
            为什么要填
          </Button>
        )}
      </Space>
      {open && (
        <p style={{ margin: "6px 0 0" }}>
          {item.why}
          {item.source && <span className="muted">　依据：{item.source}</span>}
        </p>
      )}
      {item.advice && <Alert type={item.state === "unclear" ? "info" : "warning"} showIcon style={{ marginTop: 8 }} title={item.advice} />}
    </>
  );
}

interface Props {
  place: Place;
  section: Section;
  item: Item;
  can: Can;
  /** The record that is open, as the address says. */
  open: string | null;
  onOpen: (record: string | null) => void;
  /** Whether a new record is being filled in. */
  filling: boolean;
  onFill: (filling: boolean) => void;
}

/** A section: its records as a table, on a phone as cards; one that has a single record as that record. */
export function SectionView({ place, section, item, can, open, onOpen, filling, onFill }: Props) {
  const wide = Grid.useBreakpoint().lg ?? true;
  const [all, setAll] = useState(false);
  const records = useRecords(place, section.code, all);
  const verify = useVerify(place, section);
  const rows = records.data?.pages.flatMap((page) => page.items) ?? [];
  const listed = rows.find((row) => row.id === open);
  const wanted = useQuery({
    queryKey: ["enterprise", place.city, place.id, "record", open],
    queryFn: () => ask(api.GET("/api/records/{city}/{id}", { params: { path: { city: place.city, id: open ?? "" } } })),
    enabled: open !== null && !listed && section.code !== CONDITIONS && records.isSuccess && place.asOf === undefined,
  });
  if (records.isPending) return <Skeleton active />;
  if (records.isError) return <Alert type="error" showIcon title={sentence(records.error)} action={<Button size="small" onClick={() => void records.refetch()}>重试</Button>} />;
  const waiting = rows.filter((row) => isLive(row) && row.state !== "verified" && row.state !== "returned");
  const checklist = section.code === CONDITIONS;
  const own = section.single ? rows.find(isLive) : undefined;
  const record = listed ?? (wanted.data?.section === section.code ? wanted.data : undefined);
  const body = (of: ArchiveRecord) => <RecordBody key={of.id} place={place} section={section} record={of} can={can} onReplaced={(next) => onOpen(next?.id ?? null)} />;
  const form = <RecordForm place={place} section={section} base={null} onCancel={() => onFill(false)} onDone={() => onFill(false)} />;
  const empty = (
    <Empty description={place.asOf ? "这一天还没有这一栏的记录。" : can("create_record") ? "还没有记录。" : "企业还没有填写这一栏。"}>
      {can("create_record") && <Button type="primary" onClick={() => onFill(true)}>去填写</Button>}
    </Empty>
  );
  return (
    <>
      <SectionHead item={item} />
      {!section.single && rows.length > 0 && (
        <Space wrap className="no-print" style={{ margin: "12px 0" }}>
          {can("create_record") && !checklist && <Button type="primary" onClick={() => onFill(true)}>新增</Button>}
          {can("verify_records") && waiting.length > 0 && (
            <Popconfirm
              title={`这 ${Math.min(waiting.length, 200)} 条都看过，内容与证照、现场一致？`}
              description="您的姓名和今天的日期会记为核实人和核实日期。"
              okText="核实"
              cancelText="取消"
              onConfirm={() => verify.mutate(waiting.slice(0, 200))}
            >
              <Button loading={verify.isPending}>核实本栏（{Math.min(waiting.length, 200)} 条）</Button>
            </Popconfirm>
          )}
        </Space>
      )}
      <div style={{ marginTop: 12 }}>
        {section.single ? (
          own ? body(own) : filling && can("create_record") ? form : empty
        ) : checklist ? (
          <Checklist place={place} section={section} records={rows} can={can} open={open} onOpen={onOpen} />
        ) : rows.length === 0 ? (
          empty
        ) : wide ? (
          <RecordTable<ArchiveRecord> columns={tableOf(section, rows)} dataSource={rows} onRow={(row) => ({ onClick: () => onOpen(row.id), style: { cursor: "pointer" } })} />
        ) : (
          rows.map((row) => <RecordCard key={row.id} section={section} record={row} onOpen={() => onOpen(row.id)} />)
        )}
        {records.hasNextPage && <Button style={{ marginTop: 8 }} loading={records.isFetchingNextPage} onClick={() => void records.fetchNextPage()}>显示更多</Button>}
      </div>
      {!section.single && (
        <div className="no-print" style={{ marginTop: 12 }}>
          <Switch size="small" checked={all} onChange={setAll} id="ended" /> <label htmlFor="ended" className="muted">也显示已换发、已删除的记录</label>
        </div>
      )}
      {!section.single && filling && can("create_record") && (
        <Drawer open title={`新增：${section.label}`} size={wide ? 720 : "100%"} closable={false} mask={{ closable: false }} keyboard={false}>
          {form}
        </Drawer>
      )}
      {!section.single && !checklist && open !== null && (
        <Drawer open title={record?.title ?? section.label} size={wide ? 720 : "100%"} mask={{ closable: wide }} onClose={() => onOpen(null)}>
          {record ? body(record) : wanted.isFetching ? <Skeleton active /> : <Empty description={place.asOf ? "这一天还没有这条记录。" : "没有这条记录，可能已经移走。"} />}
        </Drawer>
      )}
    </>
  );
}

function StateTag({ record }: { record: ArchiveRecord }) {
  return <Tag color={RECORD_COLOURS[record.state] ?? "default"}>{record.state_label}</Tag>;
}

function tableOf(section: Section, rows: ArchiveRecord[]): ColumnType<ArchiveRecord>[] {
  const columns: ColumnType<ArchiveRecord>[] = columnsOf(section, rows).map((field, at) => ({
    key: field.name,
    title: field.label,
    align: field.kind === "decimal" || field.kind === "whole" ? "right" : "left",
    render: (_: unknown, record: ArchiveRecord) => {
      const text = say(field, valuesOf(record)[field.name]);
      return at === 0 ? <a>{text || record.title}</a> : <span className="cell clamp">{text}</span>;
    },
  }));
  return [...columns, { key: "state", title: "状态", fixed: "right", render: (_: unknown, record: ArchiveRecord) => <StateTag record={record} /> }];
}

function RecordCard({ section, record, onOpen }: { section: Section; record: ArchiveRecord; onOpen: () => void }) {
  const values = valuesOf(record);
  const label = (name: string) => section.fields.find((field) => field.name === name)?.label ?? "整条";
  const title = section.fields.find((field) => field.role === "title")?.name;
  return (
    <button type="button" className="record-card" onClick={onOpen}>
      <span className="record-card-head">
        <b>{record.title}</b>
        <StateTag record={record} />
      </span>
      {columnsOf(section, [record])
        .filter((field) => field.name !== title)
        .map((field) => (
          <span key={field.name}>
            <span className="muted">{field.label}</span>　{say(field, values[field.name])}
          </span>
        ))}
      {record.state === "returned" && record.returned_fields.map((own) => <span key={own.field} className="sent-back">监管员退回：{label(own.field)}：{own.reason}</span>)}
      <Vouched record={record} />
    </button>
  );
}
