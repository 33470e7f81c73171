import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Alert, App, Button, Popconfirm, Radio, Space } from "antd";
import { useState } from "react";
import { Link } from "react-router";

import { type Schemas, api, ask } from "../../api/client";
import { Pager } from "../../parts/Pager";
import { RecordTable } from "../../parts/RecordTable";
import { count, show } from "../../parts/format";
import { sentence } from "../../parts/problem";
import { useFields } from "../enterprise/use";

type DoubtRow = Schemas["ImportRowView"];
type Decision = "new" | "change" | "leave";

const LABELS: Record<Decision, string> = { new: "另一家，新增", change: "同一家，更新", leave: "不导入" };
/** What can be said by the kind of doubt. */
const ALLOWED: Record<string, Decision[]> = { possible: ["new", "change", "leave"], in_file: ["change", "leave"], elsewhere: ["leave"] };

/** The rows that may be records already: each is taken as new, as a change, or left out. */
export function Doubts(props: { city: string; id: string; columns: { name: string; field: string | null }[]; decisions: Record<string, number | undefined>; locked: boolean }) {
  const { city, id, columns, decisions, locked } = props;
  const queries = useQueryClient();
  const { message } = App.useApp();
  const fields = useFields();
  const [after, setAfter] = useState<number[]>([]);
  const from = after.at(-1);
  const key = ["import", city, id, "rows", "duplicate", from];
  const rows = useQuery({
    queryKey: key,
    queryFn: () => ask(api.GET("/api/imports/{city}/{id}/rows", { params: { path: { city, id }, query: { outcome: "duplicate", limit: 50, ...(from === undefined ? {} : { after: from }) } } })),
  });
  const decide = useMutation({
    mutationFn: ({ decision, numbers }: { decision: Decision; numbers?: number[] }) => ask(api.PUT("/api/imports/{city}/{id}/decisions", { params: { path: { city, id } }, body: { decision, ...(numbers ? { numbers } : {}) } })),
    onSuccess: ({ decided }, { numbers }) => {
      if (!numbers || numbers.length > 1) void message.success(`已处理 ${decided} 行。`);
      void queries.invalidateQueries({ queryKey: ["import", city, id] });
    },
    onError: (error) => void message.error(sentence(error)),
  });
  if (rows.isError) return <Alert type="error" showIcon title={sentence(rows.error)} />;
  const items = rows.data?.items ?? [];
  const known = new Map((fields.data ?? []).map((field) => [field.name, field]));
  const main = columns.filter((column) => ["name", "code", "registered_address", "address"].includes(column.field ?? ""));
  const open = decisions["open"] ?? 0;
  return (
    <>
      <div className="bar">
        <span>
          {open > 0 ? <b>还有 {count(open)} 行没有处理；没有处理的不会导入。</b> : "都已处理。"}
          <span className="muted">
            　新增 {count(decisions["new"] ?? 0)}，更新 {count(decisions["change"] ?? 0)}，不导入 {count(decisions["leave"] ?? 0)}
          </span>
        </span>
        {!locked && items.length > 0 && (
          <Space wrap>
            <span className="muted">本页全部：</span>
            {(Object.keys(LABELS) as Decision[]).map((decision) => (
              <Button key={decision} size="small" loading={decide.isPending} onClick={() => decide.mutate({ decision, numbers: items.map((row) => row.number) })}>
                {LABELS[decision]}
              </Button>
            ))}
            {open > 0 && (
              <Popconfirm title={`其余没有处理的 ${count(open)} 行都不导入？`} okText="都不导入" cancelText="取消" onConfirm={() => decide.mutate({ decision: "leave" })}>
                <Button size="small">其余都不导入</Button>
              </Popconfirm>
            )}
          </Space>
        )}
      </div>
      <RecordTable<DoubtRow>
        rowKey="number"
        loading={rows.isPending}
        dataSource={items}
        columns={[
          { title: "行", dataIndex: "number", width: 56 },
          {
            title: "处理",
            width: 140,
            render: (_, row) => (
              <Radio.Group
                aria-label={`第 ${row.number} 行的处理`}
                disabled={locked || decide.isPending}
                value={row.decision ?? null}
                onChange={(event) => decide.mutate({ decision: event.target.value as Decision, numbers: [row.number] })}
                options={(ALLOWED[row.doubt ?? ""] ?? []).map((value) => ({ value, label: LABELS[value] }))}
                style={{ display: "grid" }}
              />
            ),
          },
          ...main.map((column) => ({ title: column.name, width: 200, render: (_: unknown, row: DoubtRow) => String((row.original as Record<string, unknown>)[column.name] ?? "") })),
          {
            title: "与哪份档案相同、更新后改动什么",
            width: 380,
            render: (_, row) => {
              const errors = row.errors as unknown as { message: string }[];
              const changes = row.changes as { before?: Record<string, unknown>; after?: Record<string, unknown> } | null | undefined;
              return (
                <>
                  {row.candidate_name ? (
                    <div>
                      <Link to={`/enterprises/${row.candidate_city ?? city}/${row.enterprise ?? ""}`} target="_blank">
                        {row.candidate_name}
                      </Link>
                    </div>
                  ) : (
                    errors.map((error) => <div key={error.message}>{error.message}</div>)
                  )}
                  {Object.keys(changes?.after ?? {}).map((name) => {
                    const field = known.get(name);
                    return (
                      field && (
                        <div key={name}>
                          {field.label}：<span className="before">{show(field, changes?.before?.[name]) || "（空）"}</span> → <span className="after">{show(field, changes?.after?.[name]) || "（空）"}</span>
                        </div>
                      )
                    );
                  })}
                  {row.decided_by_name && <div className="muted">{row.decided_by_name} 已处理</div>}
                </>
              );
            },
          },
        ]}
      />
      <Pager back={after.length > 0 ? () => setAfter(after.slice(0, -1)) : null} next={rows.data?.next ? () => setAfter([...after, Number(rows.data.next)]) : null} />
    </>
  );
}
