import { useQuery } from "@tanstack/react-query";
import { Progress, Tag } from "antd";

import { api, ask } from "../../api/client";
import { RecordTable } from "../../parts/RecordTable";
import { count, instant } from "../../parts/format";

const KINDS: Record<string, string> = { judge_import: "核对导入名单", commit_import: "写入导入名单", export_enterprises: "导出企业名单", pack_archive: "打包企业档案" };
/** Where the files that jobs made are fetched. */
const FILES: Record<string, (job: string) => string> = { export_enterprises: (job) => `/api/exports/${job}/file`, pack_archive: (job) => `/api/archive-zips/${job}/file`, print_archives: (job) => `/api/archive-prints/${job}/file` };
const STATES: Record<string, [string, string]> = {
  waiting: ["等待", "default"],
  running: ["进行中", "processing"],
  done: ["完成", "green"],
  failed: ["未成功", "red"],
  cancelled: ["已取消", "default"],
};

export default function Jobs() {
  const jobs = useQuery({
    queryKey: ["jobs"],
    queryFn: () => ask(api.GET("/api/jobs", { params: { query: { limit: 50 } } })),
    refetchInterval: (query) => (query.state.data?.items.some((job) => !job.ended_at) ? 1000 : false),
  });
  return (
    <>
      <div className="page-head"><h1>我的任务</h1><span className="muted">导入、导出等用时较长的工作</span></div>
      <RecordTable
        error={jobs.error}
        loading={jobs.isPending}
        dataSource={jobs.data?.items ?? []}
        empty="还没有任务。导入或导出名单时会在这里显示进度。"
        columns={[
          { title: "任务", render: (_, job) => KINDS[job.kind] ?? job.kind },
          { title: "状态", render: (_, job) => <Tag color={STATES[job.state]?.[1] ?? "default"}>{STATES[job.state]?.[0] ?? job.state}</Tag> },
          { title: "进度", width: 200, render: (_, job) => (job.state === "running" && job.total ? <Progress size="small" percent={Math.floor((job.done / Math.max(job.total, 1)) * 100)} /> : count(job.done)) },
          { title: "说明", render: (_, job) => (job.state === "done" && FILES[job.kind] ? <a href={FILES[job.kind]?.(job.id)}>下载文件</a> : job.message) },
          { title: "开始", render: (_, job) => instant(job.created_at) },
          { title: "结束", render: (_, job) => instant(job.ended_at) },
        ]}
      />
    </>
  );
}
