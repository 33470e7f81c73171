import { useQuery } from "@tanstack/react-query";
import { DownloadOutlined } from "@ant-design/icons";
import { Button, DatePicker, Select, Tag } from "antd";
import dayjs, { type Dayjs } from "dayjs";
import { useState } from "react";
import { useSearchParams } from "react-router";

import { api, ask } from "../../api/client";
import { useMay, useSession } from "../../app/session";
import { ExportDialog } from "../../parts/ExportDialog";
import { Pager } from "../../parts/Pager";
import { RecordTable } from "../../parts/RecordTable";
import { RegionPicker } from "../../parts/RegionPicker";
import { put, readFilters } from "../../parts/filters";
import { instant } from "../../parts/format";
import { Changes, useWords } from "./Changes";

const ACTIONS: Record<string, [string, string]> = {
  create: ["新增", "green"],
  update: ["修改", "blue"],
  delete: ["删除", "red"],
  read: ["查看个人信息", "default"],
  export: ["导出", "purple"],
  sign_in: ["登录", "default"],
  sign_out: ["退出", "default"],
  refused: ["被拒绝", "orange"],
};
const FILTERS = ["region", "subject", "action", "actor", "row", "from", "to"] as const;

/** The trail of the area, with what was before and after. */
export default function Trail() {
  const session = useSession();
  const may = useMay();
  const [exporting, setExporting] = useState(false);
  const [params, setParams] = useSearchParams();
  const filters = readFilters(params, FILTERS);
  const cursor = params.get("cursor");
  const trail = useQuery({
    queryKey: ["audit", filters, cursor],
    queryFn: () => ask(api.GET("/api/audit", { params: { query: { ...filters, limit: 50, ...(cursor ? { cursor } : {}) } as never } })),
  });
  const words = useWords();
  const set = (name: string, value: string | undefined) => setParams(put(filters, name, value));
  const from = filters["from"];
  const to = filters["to"];
  return (
    <>
      <div className="page-head">
        <h1>操作记录</h1>
        <span className="grow" />
        {may("create_audit_export") && <Button icon={<DownloadOutlined />} onClick={() => setExporting(true)}>导出</Button>}
      </div>
      {exporting && (
        <ExportDialog
          title="导出操作记录"
          begin={(format) => ask(api.POST("/api/audit/exports", { body: { query: filters as never, format } }))}
          file={(job) => `/api/audit/exports/${job}/file`}
          onClose={() => setExporting(false)}
        >
          <p>按当前筛选导出全部记录，含修改前后的内容。导出本身也会记入操作记录。</p>
        </ExportDialog>
      )}
      <div className="bar">
        <div style={{ width: 220 }}><RegionPicker root={session.region.code} value={filters["region"]} onChange={(code) => set("region", code)} placeholder={session.region.name} /></div>
        <Select allowClear placeholder="操作" style={{ minWidth: 150 }} value={filters["action"] ?? null} onChange={(value: string | null) => set("action", value ?? undefined)} options={Object.entries(ACTIONS).map(([value, [label]]) => ({ value, label }))} />
        <Select allowClear placeholder="对象" style={{ minWidth: 140 }} value={filters["subject"] ?? null} onChange={(value: string | null) => set("subject", value ?? undefined)} showSearch={{ optionFilterProp: "label" }} options={(words.data?.subjects ?? []).map(([value, label]) => ({ value: value ?? "", label: label ?? "" }))} />
        <DatePicker.RangePicker
          allowEmpty={[true, true]}
          value={[from ? dayjs(from) : null, to ? dayjs(to) : null]}
          onChange={(days: [Dayjs | null, Dayjs | null] | null) => setParams(put(put(filters, "from", days?.[0]?.format("YYYY-MM-DD")), "to", days?.[1]?.format("YYYY-MM-DD")))}
        />
        {(filters["actor"] ?? filters["row"]) && <Button type="link" onClick={() => setParams(put(put(filters, "actor", ""), "row", ""))}>不限人员和对象</Button>}
      </div>
      <RecordTable
        error={trail.error}
        loading={trail.isPending}
        dataSource={trail.data?.items ?? []}
        empty="没有符合条件的记录。"
        expandable={{
          rowExpandable: (row) => row.before !== null || row.after !== null,
          expandedRowRender: (row) => <Changes entry={row} />,
        }}
        columns={[
          { title: "时间", render: (_, row) => instant(row.at) },
          { title: "人员", render: (_, row) => <a onClick={() => set("actor", row.actor)}>{row.actor_name}</a> },
          { title: "操作", render: (_, row) => <Tag color={ACTIONS[row.action]?.[1] ?? "default"}>{ACTIONS[row.action]?.[0] ?? row.action}</Tag> },
          { title: "对象", render: (_, row) => <>{row.subject_label}　{row.row ? <a onClick={() => set("row", row.row ?? undefined)}>{row.title}</a> : row.title}</> },
          { title: "原因", dataIndex: "reason" },
          { title: "封存", render: (_, row) => (row.sealed ? <Tag color="green">已封存</Tag> : <Tag>待封存</Tag>) },
        ]}
      />
      <Pager back={cursor ? () => window.history.back() : null} next={trail.data?.next ? () => setParams({ ...filters, cursor: trail.data.next ?? "" }) : null} />
    </>
  );
}
