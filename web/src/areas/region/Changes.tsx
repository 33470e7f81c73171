import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Alert, App, Button, Popconfirm, Tag } from "antd";
import { useState } from "react";

import { type Schemas, api, ask } from "../../api/client";
import { JobProgress, useJob } from "../../parts/JobProgress";
import { Pager } from "../../parts/Pager";
import { RecordTable } from "../../parts/RecordTable";
import { count, instant } from "../../parts/format";
import { sentence } from "../../parts/problem";
import { KINDS } from "./words";

type Change = Schemas["ChangeView"];

/** Numbers by table in words: 企业 12、账号 3. */
function numbers(moved: unknown): string {
  const all = Object.entries((moved ?? {}) as Record<string, number>);
  return all.map(([label, number]) => `${label} ${count(number)}`).join("、");
}

interface Undone {
  restored?: Record<string, number>;
  left?: Record<string, number>;
  since?: { label: string; count: number; to_name: string }[];
}

function Outcome({ change }: { change: Change }) {
  if (!change.undone_at) return <Tag color="green">生效</Tag>;
  const undone = (change.undone ?? {}) as Undone;
  const left = numbers(undone.left);
  const since = (undone.since ?? []).map((own) => `${own.label} ${count(own.count)} 归${own.to_name}`).join("、");
  return (
    <>
      <Tag>已撤销</Tag>
      <span className="muted" style={{ whiteSpace: "nowrap" }}>
        {change.undone_by_name} {instant(change.undone_at)}
      </span>
      <div>恢复 {numbers(undone.restored) || "0"}</div>
      {left && <div className="before" style={{ textDecoration: "none" }}>未恢复（其后已另行变动）：{left}</div>}
      {since && <div>其后新增：{since}</div>}
    </>
  );
}

/** Changes carried out so far, each with what it moved and the way back. */
export function Changes() {
  const queries = useQueryClient();
  const { message } = App.useApp();
  const [cursors, setCursors] = useState<string[]>([]);
  const [job, setJob] = useState<string | null>(null);
  const cursor = cursors.at(-1);
  const changes = useQuery({ queryKey: ["region-changes", cursor], queryFn: () => ask(api.GET("/api/region-changes", { params: { query: { limit: 50, ...(cursor ? { cursor } : {}) } } })) });
  const running = useJob(job, () => {
    // every name on every page may be another one now
    void queries.invalidateQueries();
  });
  const undo = useMutation({
    mutationFn: ({ city, id }: Change) => ask(api.POST("/api/region-changes/{city}/{id}/undo", { params: { path: { city, id } } })),
    onSuccess: (asked) => setJob(asked.job),
    onError: (error) => void message.error(sentence(error)),
  });
  const busy = job !== null && !running?.ended_at;
  return (
    <>
      {job && (running?.state === "done" ? <Alert style={{ marginBottom: 12 }} type="success" showIcon title="已撤销，恢复情况见下表。" /> : <div className="panel"><JobProgress job={running} title="撤销区划调整" /></div>)}
      <RecordTable<Change>
        error={changes.error}
        loading={changes.isPending}
        dataSource={changes.data?.items ?? []}
        empty="还没有办理过区划调整。需要合并、拆分、更名或划归时，点右上角“调整区划”。"
        // what is told wraps, so that a phone shows it whole
        scroll={{}}
        columns={[
          {
            title: "调整",
            render: (_, row) => (
              <>
                <b>{KINDS[row.kind] ?? row.kind}</b>　{row.changed_on} 起
                <br />
                {row.from.join("、")}
                {row.from.length > 0 && row.to.length > 0 ? " → " : ""}
                {row.to.join("、")}
                <div className="muted">{[row.document, row.note].filter(Boolean).join("；")}</div>
              </>
            ),
          },
          { title: "移动的数据", render: (_, row) => numbers(row.moved) || <span className="muted">没有数据移动</span> },
          {
            title: "办理",
            render: (_, row) => (
              <>
                {row.created_by_name} <span className="muted" style={{ whiteSpace: "nowrap" }}>{instant(row.created_at)}</span>
                <br />
                <Outcome change={row} />
                {!row.undone_at && (
                  <Popconfirm title="撤销这次调整？" description="仍在原处的数据全部恢复；其后另行变动过的会列明，不改动。" okText="撤销" cancelText="不撤销" onConfirm={() => undo.mutate(row)}>
                    <Button size="small" disabled={busy}>撤销</Button>
                  </Popconfirm>
                )}
              </>
            ),
          },
        ]}
      />
      <Pager back={cursors.length > 0 ? () => setCursors(cursors.slice(0, -1)) : null} next={changes.data?.next ? () => setCursors([...cursors, changes.data.next ?? ""]) : null} />
    </>
  );
}
