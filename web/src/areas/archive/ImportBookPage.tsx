import { DownloadOutlined } from "@ant-design/icons";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Alert, App, Button, Grid, Popconfirm, Space, Spin, Steps, Tabs, Tag } from "antd";
import { useState } from "react";
import { Link, useParams } from "react-router";

import { type Schemas, api, ask } from "../../api/client";
import { JobProgress, useJob } from "../../parts/JobProgress";
import { Pager } from "../../parts/Pager";
import { RecordTable } from "../../parts/RecordTable";
import { count } from "../../parts/format";
import { sentence } from "../../parts/problem";
import { STATES } from "./ImportBook";

type Row = Schemas["ArchiveRowView"];
type Counts = Schemas["ArchiveRowCounts"];

const OUTCOMES: [string, string, keyof Counts][] = [
  ["rejected", "有错的单元格", "wrong"],
  ["new", "新增", "created"],
  ["changed", "修改", "updated"],
  ["unchanged", "无变化", "unchanged"],
];

/** One workbook: what its sheets would do, every wrong cell, and the word that writes it. */
export default function ImportBookPage() {
  const { city = "", id = "" } = useParams();
  const queries = useQueryClient();
  const { message } = App.useApp();
  const found = useQuery({ queryKey: ["archive-import", city, id], queryFn: () => ask(api.GET("/api/archive-imports/{city}/{id}", { params: { path: { city, id } } })) });
  const refresh = () => {
    void queries.invalidateQueries({ queryKey: ["archive-import", city, id] });
    void queries.invalidateQueries({ queryKey: ["archive-imports"] });
  };
  const working = found.data && ["reading", "committing"].includes(found.data.state);
  const job = useJob(working ? (found.data.job ?? null) : null, refresh);
  const commit = useMutation({
    mutationFn: (skip: boolean) => ask(api.POST("/api/archive-imports/{city}/{id}/commit", { params: { path: { city, id } }, body: { skip_wrong: skip } })),
    onSuccess: refresh,
    onError: (error) => {
      void message.error(sentence(error));
      refresh();
    },
  });
  if (found.isPending) return <div className="centre"><Spin size="large" /></div>;
  if (found.isError) return <Alert type="error" showIcon title={sentence(found.error)} />;
  const own = found.data;
  const { counts } = own;
  const taken = counts.created + counts.updated;
  const step = { reading: 0, preview: 1, committing: 2, committed: 3, failed: 0 }[own.state] ?? 0;
  const ignored = own.sheets.filter((sheet) => sheet.ignored.length > 0);
  const detail = String((own.error as Record<string, unknown> | null)?.["detail"] ?? "");
  const rejects = `/api/archive-imports/${city}/${id}/rejects`;
  return (
    <>
      <div className="page-head">
        <h1>{own.file_name}</h1>
        <Tag color={STATES[own.state]?.[1] ?? "default"}>{STATES[own.state]?.[0] ?? own.state}</Tag>
        <span className="muted">{own.region_name}</span>
      </div>
      <div className="panel no-print">
        <Steps size="small" current={step} status={own.state === "failed" ? "error" : "process"} items={[{ title: "核对" }, { title: "查看结果" }, { title: "写入档案" }]} />
      </div>
      {working && (
        <div className="panel">
          <JobProgress job={job} title={own.state === "committing" ? "写入" : "核对"} />
        </div>
      )}
      {own.state === "failed" && <Alert type="error" showIcon style={{ marginBottom: 16 }} title="这份工作簿没有写入" description={detail} action={<Link to="/archive-imports">重新上传</Link>} />}
      {own.state === "preview" && detail !== "" && <Alert type="warning" showIcon style={{ marginBottom: 16 }} title={detail} />}
      {["preview", "committing", "committed"].includes(own.state) && (
        <>
          {own.state === "preview" && (
            <div className="panel">
              <p style={{ marginTop: 0 }}>
                {counts.rejected > 0 ? (
                  <>
                    有 <b>{count(counts.rejected)}</b> 行共 <b>{count(counts.wrong)}</b> 个单元格有错。下载有错的行，改正标红的单元格后再次上传。
                    {taken > 0 && <>没有错的 <b>{count(taken)}</b> 条不在那份表里，请在这里写入。</>}
                  </>
                ) : taken > 0 ? (
                  "没有发现错误。确认后全部写入，或者全部不写入。"
                ) : (
                  "这份表没有带来新的内容，不需要写入。"
                )}
              </p>
              <Space wrap>
                {counts.rejected > 0 && (
                  <Button type="primary" icon={<DownloadOutlined />} href={rejects}>
                    下载有错的 {count(counts.rejected)} 行
                  </Button>
                )}
                {taken > 0 && (
                  <Popconfirm
                    title={`写入 ${count(taken)} 条记录？`}
                    description={`新增 ${count(counts.created)} 条，修改 ${count(counts.updated)} 条。${counts.rejected > 0 ? `有错的 ${count(counts.rejected)} 行不写入。` : ""}`}
                    okText="确认写入"
                    cancelText="取消"
                    onConfirm={() => commit.mutate(counts.rejected > 0)}
                  >
                    <Button type={counts.rejected > 0 ? "default" : "primary"} loading={commit.isPending}>
                      {counts.rejected > 0 ? "跳过有错的行，写入其余" : "确认写入"}
                    </Button>
                  </Popconfirm>
                )}
              </Space>
            </div>
          )}
          {own.state === "committed" && (
            <Alert
              type="success"
              showIcon
              style={{ marginBottom: 16 }}
              title={`已写入：新增 ${count(counts.created)} 条，修改 ${count(counts.updated)} 条。`}
              description={counts.rejected > 0 ? `跳过了有错的 ${count(counts.rejected)} 行。` : undefined}
              action={counts.rejected > 0 ? <a href={rejects}>下载有错的行</a> : undefined}
            />
          )}
          <div className="panel">
            <h2>各工作表</h2>
            <RecordTable
              rowKey="name"
              dataSource={own.sheets}
              columns={[
                { title: "工作表", dataIndex: "name", render: (name: string, sheet) => (sheet.section === "" ? <>{name} <Tag color="red">不是栏目</Tag></> : name) },
                { title: "行数", align: "right", render: (_, sheet) => count(sheet.counts.rows) },
                { title: "新增", align: "right", render: (_, sheet) => count(sheet.counts.created) },
                { title: "修改", align: "right", render: (_, sheet) => count(sheet.counts.updated) },
                { title: "无变化", align: "right", render: (_, sheet) => count(sheet.counts.unchanged) },
                { title: "有错", align: "right", render: (_, sheet) => (sheet.counts.rejected > 0 ? <Tag color="red">{count(sheet.counts.rejected)}</Tag> : "0") },
              ]}
            />
            {ignored.length > 0 && (
              <Alert
                type="warning"
                showIcon
                style={{ marginTop: 12 }}
                title="下面的列与填报项对不上，没有读取。如果是改了表头，请改回模板里的名称后重新上传。"
                description={ignored.map((sheet) => <div key={sheet.name}>{sheet.name}：{sheet.ignored.join("、")}</div>)}
              />
            )}
          </div>
          <Tabs
            items={OUTCOMES.filter(([, , name]) => counts[name] > 0).map(([outcome, label, name]) => ({
              key: outcome,
              label: `${label} ${count(counts[name])}`,
              children: <Rows key={own.updated_at} city={city} id={id} outcome={outcome} />,
            }))}
          />
        </>
      )}
    </>
  );
}

type Wrong = Row["errors"][number] & { enterprise: string };

/** What is wrong and how it is put right: a table, on a phone one card under the other. */
function WrongCells({ error, pending, items }: { error: unknown; pending: boolean; items: Wrong[] }) {
  const wide = Grid.useBreakpoint().lg ?? true;
  const typed = (value: string) => (value === "" ? <span className="muted">（空）</span> : value);
  if (!wide && error === null) {
    return items.map((own) => (
      <div key={`${own.cell}${own.code}`} className="record-card" style={{ boxSizing: "border-box", cursor: "default" }}>
        <b>{own.cell}</b>
        <span>{own.message}</span>
        <span><span className="muted">{own.label || "填的是"}</span>　{typed(own.value)}</span>
        {own.enterprise !== "" && <span className="muted">{own.enterprise}</span>}
      </div>
    ));
  }
  return (
    <RecordTable
      rowKey={(own) => `${own.cell}${own.code}`}
      error={error}
      loading={pending}
      dataSource={items}
      columns={[
        { title: "单元格", dataIndex: "cell", render: (cell: string) => <b>{cell}</b> },
        { title: "怎么改", dataIndex: "message", width: 320 },
        { title: "项目", dataIndex: "label" },
        { title: "填的是", dataIndex: "value", width: 180, render: typed },
        { title: "企业", dataIndex: "enterprise" },
      ]}
    />
  );
}

/** The rows of one outcome: cell by cell what is wrong, or what changes. */
function Rows({ city, id, outcome }: { city: string; id: string; outcome: string }) {
  const [after, setAfter] = useState<number[]>([]);
  const from = after.at(-1);
  const rows = useQuery({
    queryKey: ["archive-import", city, id, "rows", outcome, from],
    queryFn: () => ask(api.GET("/api/archive-imports/{city}/{id}/rows", { params: { path: { city, id }, query: { outcome, limit: 50, ...(from === undefined ? {} : { after: from }) } } })),
  });
  const items: Row[] = rows.data?.items ?? [];
  const pager = <Pager back={after.length > 0 ? () => setAfter(after.slice(0, -1)) : null} next={rows.data?.next ? () => setAfter([...after, Number(rows.data.next)]) : null} />;
  if (outcome === "rejected") {
    return (
      <>
        <WrongCells error={rows.error} pending={rows.isPending} items={items.flatMap((row) => row.errors.map((cell) => ({ ...cell, enterprise: row.enterprise_name })))} />
        {pager}
      </>
    );
  }
  return (
    <>
      <RecordTable
        rowKey="number"
        error={rows.error}
        loading={rows.isPending}
        dataSource={items}
        columns={[
          { title: "工作表", dataIndex: "sheet" },
          { title: "行", dataIndex: "line", align: "right" },
          { title: "企业", render: (_, row) => (row.enterprise ? <Link to={`/enterprises/${city}/${row.enterprise}`}>{row.enterprise_name}</Link> : row.enterprise_name) },
          ...(outcome === "unchanged"
            ? []
            : [
                {
                  title: outcome === "changed" ? "改动" : "内容",
                  width: 480,
                  render: (_: unknown, row: Row) =>
                    outcome === "changed"
                      ? row.changes.map((change) => (
                          <div key={change.field}>
                            {change.label}：<span className="before">{change.before || "（空）"}</span> → <span className="after">{change.after || "（空）"}</span>
                          </div>
                        ))
                      : row.changes.map((change) => `${change.label}：${change.after}`).join("；"),
                },
              ]),
        ]}
      />
      {pager}
    </>
  );
}
