import { DownloadOutlined } from "@ant-design/icons";
import { useMutation } from "@tanstack/react-query";
import { Alert, Button, Modal, Radio } from "antd";
import { type ReactNode, useState } from "react";

import { api, ask } from "../api/client";
import { useMay } from "../app/session";
import { JobProgress, useJob } from "./JobProgress";
import { sentence } from "./problem";

export type Format = "xlsx" | "csv";

/** Makes a file by a job and fetches it: `begin` asks for it, `file` is where it is fetched. */
export function ExportDialog(props: { title: string; begin: (format: Format) => Promise<{ job: string }>; file: (job: string) => string; onClose: () => void; children: ReactNode }) {
  const { title, begin, file, onClose, children } = props;
  const [format, setFormat] = useState<Format>("xlsx");
  const [id, setId] = useState<string | null>(null);
  const job = useJob(id, (done) => {
    if (done.state === "done") window.location.assign(file(done.id));
  });
  const start = useMutation({ mutationFn: () => begin(format), onSuccess: (asked) => setId(asked.job) });
  return (
    <Modal
      open
      title={title}
      onCancel={onClose}
      footer={
        job?.state === "done" ? (
          <Button type="primary" href={file(job.id)}>
            下载文件
          </Button>
        ) : (
          <Button type="primary" loading={start.isPending || id !== null} onClick={() => start.mutate()}>
            开始导出
          </Button>
        )
      }
    >
      {children}
      {id === null ? (
        <Radio.Group value={format} onChange={(event) => setFormat(event.target.value as Format)} options={[{ value: "xlsx", label: "Excel（.xlsx）" }, { value: "csv", label: "CSV" }]} />
      ) : (
        <JobProgress job={job} title="导出" />
      )}
      {start.isError && <Alert type="error" showIcon title={sentence(start.error)} style={{ marginTop: 12 }} />}
    </Modal>
  );
}

const LISTS = {
  dangers: { power: "create_danger_export", path: "/api/dangers/exports" },
  "hazard-sources": { power: "create_hazard_export", path: "/api/hazard-sources/exports" },
  "enforcement-documents": { power: "create_enforcement_document_export", path: "/api/enforcement-documents/exports" },
  "inspection-targets": { power: "create_inspection_target_export", path: "/api/inspection-targets/exports" },
  penalties: { power: "create_penalty_export", path: "/api/penalties/exports" },
} as const;

/** Takes a list out in a file as it stands under its filters, for who may. */
export function ExportButton({ of, title, query }: { of: keyof typeof LISTS; title: string; query: Record<string, unknown> }) {
  const may = useMay();
  const [open, setOpen] = useState(false);
  const { power, path } = LISTS[of];
  if (!may(power)) return null;
  return (
    <>
      <Button icon={<DownloadOutlined />} onClick={() => setOpen(true)}>导出</Button>
      {open && (
        <ExportDialog title={`导出${title}`} begin={(format) => ask(api.POST(path, { body: { query: query as never, format } }))} file={(job) => `${path}/${job}/file`} onClose={() => setOpen(false)}>
          <p>按当前筛选导出，栏目齐全。导出会记入操作记录。</p>
        </ExportDialog>
      )}
    </>
  );
}
