import { useMutation } from "@tanstack/react-query";
import { Alert, Button, Modal, Radio } from "antd";
import { type ReactNode, useState } from "react";

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
