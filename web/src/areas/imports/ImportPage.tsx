import { DownloadOutlined } from "@ant-design/icons";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Alert, App, Button, Popconfirm, Select, Space, Spin, Steps, Table, Tabs, Tag } from "antd";
import { useState } from "react";
import { Link, useParams } from "react-router";

import { api, ask } from "../../api/client";
import { JobProgress, useJob } from "../../parts/JobProgress";
import { Pager } from "../../parts/Pager";
import { RecordTable } from "../../parts/RecordTable";
import { count } from "../../parts/format";
import { sentence } from "../../parts/problem";
import { useFields } from "../enterprise/use";
import { Doubts } from "./Doubts";
import { STATES } from "./Imports";

const OUTCOMES: [string, string, string][] = [
  ["new", "新增", "created"],
  ["changed", "更新", "updated"],
  ["duplicate", "疑似重复", "duplicates"],
  ["rejected", "未导入", "rejected"],
  ["unchanged", "无变化", "unchanged"],
];

interface CellError {
  column: number | null;
  message: string;
}

/** One import: how its columns are read, what each row would do, and the word that writes it. */
export default function ImportPage() {
  const { city = "", id = "" } = useParams();
  const queries = useQueryClient();
  const { message } = App.useApp();
  const key = ["import", city, id];
  const found = useQuery({ queryKey: key, queryFn: () => ask(api.GET("/api/imports/{city}/{id}", { params: { path: { city, id } } })) });
  const refresh = () => {
    void queries.invalidateQueries({ queryKey: key });
    void queries.invalidateQueries({ queryKey: ["imports"] });
    void queries.invalidateQueries({ queryKey: ["enterprises"] });
  };
  const working = found.data && ["uploaded", "reading", "committing"].includes(found.data.state);
  const job = useJob(working ? (found.data.job ?? null) : null, refresh);
  const commit = useMutation({
    mutationFn: () => ask(api.POST("/api/imports/{city}/{id}/commit", { params: { path: { city, id } } })),
    onSuccess: refresh,
    onError: (error) => void message.error(sentence(error)),
  });
  const map = useMutation({
    mutationFn: (columns: Record<string, string | null>) => ask(api.PUT("/api/imports/{city}/{id}/columns", { params: { path: { city, id } }, body: { columns: columns as never } })),
    onSuccess: refresh,
    onError: (error) => void message.error(sentence(error)),
  });
  if (found.isPending) return <div className="centre"><Spin size="large" /></div>;
  if (found.isError) return <Alert type="error" showIcon title={sentence(found.error)} />;
  const own = found.data;
  const counts = own.counts as Record<string, number | undefined>;
  const ownership = (own.counts as Record<string, unknown>)["ownership"] as Record<string, number> | undefined;
  const columns = own.columns as unknown as { name: string; field: string | null }[];
  const step = { uploaded: 0, reading: 0, preview: 1, committing: 2, committed: 3, failed: 0 }[own.state] ?? 0;
  const decisions = own.decisions as Record<string, number | undefined>;
  const refused = (counts["rejected"] ?? 0) + (decisions["leave"] ?? 0) + (decisions["open"] ?? 0);
  const taken = (counts["created"] ?? 0) + (counts["updated"] ?? 0) + (decisions["new"] ?? 0) + (decisions["change"] ?? 0);
  return (
    <>
      <div className="page-head">
        <h1>{own.file_name}</h1>
        <Tag color={STATES[own.state]?.[1] ?? "default"}>{STATES[own.state]?.[0] ?? own.state}</Tag>
        <span className="muted">{own.region_name}</span>
      </div>
      <div className="panel no-print">
        <Steps size="small" current={step} status={own.state === "failed" ? "error" : "process"} items={[{ title: "读取和核对" }, { title: "查看结果" }, { title: "写入档案" }]} />
      </div>
      {working && (
        <div className="panel">
          <JobProgress job={job} title={own.state === "committing" ? "导入" : "核对"} />
        </div>
      )}
      {own.state === "failed" && (
        <Alert
          type="error"
          showIcon
          style={{ marginBottom: 16 }}
          title="这份文件没有导入"
          description={String((own.error as Record<string, unknown> | null)?.["detail"] ?? "")}
          action={<Link to="/imports">重新选择文件</Link>}
        />
      )}
      {(own.state === "preview" || own.state === "committed" || own.state === "committing") && (
        <>
          <div className="tiles" style={{ marginBottom: 16 }}>
            {[
              ["共", counts["rows"]],
              ["新增", counts["created"]],
              ["更新", counts["updated"]],
              ["无变化", counts["unchanged"]],
              ["疑似重复", counts["duplicates"]],
              ["未导入", counts["rejected"]],
              ["已定到镇街", counts["resolved_town"]],
              ["待分配镇街", counts["unassigned"]],
            ].map(([label, number]) => (
              <div key={label} className="tile">
                {label}
                <b>{count(Number(number ?? 0))}</b>
              </div>
            ))}
          </div>
          {Number(counts["skipped"] ?? 0) > 0 && <p className="muted">另有 {count(Number(counts["skipped"]))} 行是合计、注释或重复的表头，没有计入。</p>}
          {ownership && (
            <p className="muted">
              经济成分：公有 {count(ownership["public"])}，非公有 {count(ownership["non_public"])}，其中 {count(ownership["assumed"])} 家没有登记类型可依据，按规则推定。
            </p>
          )}
          {own.state === "preview" && (
            <div className="panel">
              <Space wrap>
                <Popconfirm title={`写入 ${count(taken)} 家企业的档案？`} description={`全部写入或全部不写入。${(decisions["open"] ?? 0) > 0 ? `还有 ${count(decisions["open"])} 行疑似重复没有处理，不会写入。` : ""}`} okText="确认导入" cancelText="取消" onConfirm={() => commit.mutate()} disabled={taken === 0}>
                  <Button type="primary" loading={commit.isPending} disabled={taken === 0}>
                    确认导入
                  </Button>
                </Popconfirm>
                {refused > 0 && (
                  <Button icon={<DownloadOutlined />} href={`/api/imports/${city}/${id}/rejects`}>
                    下载未导入的 {count(refused)} 行（附原因）
                  </Button>
                )}
                {taken === 0 && <span className="muted">这份名单没有带来新的内容，不需要导入。</span>}
              </Space>
            </div>
          )}
          {own.state === "committed" && (
            <Alert
              type="success"
              showIcon
              style={{ marginBottom: 16 }}
              title={`已写入 ${count(taken)} 家企业的档案。`}
              action={
                <Space wrap>
                  <Link to={`/enterprises?import_id=${id}`}>查看这些企业</Link>
                  {(counts["unassigned"] ?? 0) > 0 && <Link to={`/unassigned?import_id=${id}`}>分配镇街</Link>}
                  {refused > 0 && <a href={`/api/imports/${city}/${id}/rejects`}>下载未导入的行</a>}
                </Space>
              }
            />
          )}
          <Tabs
            items={[
              ...OUTCOMES.filter(([, , name]) => (counts[name] ?? 0) > 0).map(([outcome, label, name]) => ({
                key: outcome,
                label: `${label} ${count(counts[name])}`,
                children: outcome === "duplicate" ? <Doubts city={city} id={id} columns={columns} decisions={decisions} locked={own.state !== "preview"} /> : <Rows city={city} id={id} outcome={outcome} columns={columns} />,
              })),
              {
                key: "columns",
                label: "列的对应",
                children: <ColumnMap columns={columns} fields={own.fields as unknown as [string, string][]} locked={own.state !== "preview"} busy={map.isPending} onSave={(said) => map.mutate(said)} />,
              },
            ]}
          />
        </>
      )}
    </>
  );
}

function ColumnMap(props: { columns: { name: string; field: string | null }[]; fields: [string, string][]; locked: boolean; busy: boolean; onSave: (columns: Record<string, string | null>) => void }) {
  const { columns, fields, locked, busy, onSave } = props;
  const [said, setSaid] = useState<Record<string, string | null>>({});
  return (
    <div className="panel">
      <p className="muted">系统按表头认出了各列。认错的可以在这里改，改后会重新核对；同样表头的文件下次会照此读取。</p>
      <Table
        size="small"
        pagination={false}
        rowKey={(_, at) => String(at)}
        dataSource={columns.map((column, at) => ({ ...column, at }))}
        columns={[
          { title: "文件中的列", dataIndex: "name" },
          {
            title: "读作",
            render: (_, column) => (
              <Select
                style={{ minWidth: 200 }}
                disabled={locked}
                allowClear
                showSearch={{ optionFilterProp: "label" }}
                placeholder="不导入"
                value={column.at in said ? said[column.at] : column.field}
                options={fields.map(([value, label]) => ({ value, label }))}
                onChange={(field: string | undefined) => setSaid({ ...said, [column.at]: field ?? null })}
              />
            ),
          },
        ]}
      />
      {!locked && (
        <Button type="primary" style={{ marginTop: 12 }} disabled={Object.keys(said).length === 0} loading={busy} onClick={() => onSave(said)}>
          按此重新核对
        </Button>
      )}
    </div>
  );
}

function Rows({ city, id, outcome, columns }: { city: string; id: string; outcome: string; columns: { name: string; field: string | null }[] }) {
  const [after, setAfter] = useState<number[]>([]);
  const fields = useFields();
  const from = after.at(-1);
  const rows = useQuery({
    queryKey: ["import", city, id, "rows", outcome, from],
    queryFn: () => ask(api.GET("/api/imports/{city}/{id}/rows", { params: { path: { city, id }, query: { outcome, limit: 50, ...(from === undefined ? {} : { after: from }) } } })),
  });
  if (rows.isError) return <Alert type="error" showIcon title={sentence(rows.error)} />;
  const labels = new Map((fields.data ?? []).map((field) => [field.name, field.label]));
  const main = columns.filter((column) => ["name", "code", "registered_address", "address"].includes(column.field ?? ""));
  return (
    <>
      <RecordTable
        rowKey="number"
        loading={rows.isPending}
        dataSource={rows.data?.items ?? []}
        columns={[
          { title: "行", dataIndex: "number", width: 60 },
          ...main.map((column) => ({ title: column.name, width: 240, render: (_: unknown, row: { original: unknown }) => String((row.original as Record<string, unknown>)[column.name] ?? "") })),
          {
            title: outcome === "changed" ? "改动" : "原因",
            width: 360,
            render: (_, row) => {
              const errors = row.errors as unknown as CellError[];
              const changes = row.changes as { before?: Record<string, unknown>; after?: Record<string, unknown> } | null;
              const changed = Object.keys(changes?.after ?? {}).filter((name) => labels.has(name));
              return (
                <>
                  {errors.map((error) => (
                    <div key={error.message}>
                      {error.column !== null && error.column !== undefined ? `${columns[error.column]?.name ?? ""}：` : ""}
                      {error.message}
                    </div>
                  ))}
                  {changed.map((name) => (
                    <div key={name}>
                      {labels.get(name)}：<span className="before">{String(changes?.before?.[name] ?? "（空）")}</span> → <span className="after">{String(changes?.after?.[name] ?? "（空）")}</span>
                    </div>
                  ))}
                </>
              );
            },
          },
          { title: "所在地区", dataIndex: "region_name" },
        ]}
      />
      <Pager back={after.length > 0 ? () => setAfter(after.slice(0, -1)) : null} next={rows.data?.next ? () => setAfter([...after, Number(rows.data.next)]) : null} />
    </>
  );
}
