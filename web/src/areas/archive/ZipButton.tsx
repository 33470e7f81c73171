/** The whole archive in one file: records in a workbook, documents in folders. */
import { FileZipOutlined } from "@ant-design/icons";
import { useMutation } from "@tanstack/react-query";
import { Alert, Button, Modal } from "antd";
import { useState } from "react";

import { api, ask } from "../../api/client";
import { JobProgress, useJob } from "../../parts/JobProgress";
import { sentence } from "../../parts/problem";

export const zipFile = (job: string) => `/api/archive-zips/${job}/file`;

export function ZipButton({ city, id }: { city: string; id: string }) {
  const [open, setOpen] = useState(false);
  return (
    <>
      <Button icon={<FileZipOutlined />} onClick={() => setOpen(true)}>打包下载</Button>
      {open && <ZipDialog city={city} id={id} onClose={() => setOpen(false)} />}
    </>
  );
}

function ZipDialog({ city, id, onClose }: { city: string; id: string; onClose: () => void }) {
  const [asked, setAsked] = useState<string | null>(null);
  const job = useJob(asked, (done) => {
    if (done.state === "done") window.location.assign(zipFile(done.id));
  });
  const start = useMutation({ mutationFn: () => ask(api.POST("/api/enterprises/{city}/{id}/archive/zip", { params: { path: { city, id } } })), onSuccess: (begun) => setAsked(begun.job) });
  const done = job?.state === "done" ? job : null;
  const missing = Number((done?.result as { missing?: unknown } | null)?.missing ?? 0);
  return (
    <Modal
      open
      title="打包下载整份档案"
      onCancel={onClose}
      footer={done ? <Button type="primary" href={zipFile(done.id)}>下载文件</Button> : <Button type="primary" loading={start.isPending || asked !== null} onClick={() => start.mutate()}>开始打包</Button>}
    >
      <p>各栏目的记录放在一个 Excel 文件里，附件按章节、栏目分文件夹存放，取最新版本。下载会记入操作记录，请妥善保管其中的个人信息。</p>
      {asked !== null && <JobProgress job={job} title="打包" unit="个文件" />}
      {missing > 0 && <Alert type="warning" showIcon style={{ marginTop: 12 }} title={`有 ${missing} 个附件的文件丢失或者损坏，名单见压缩包里的“缺少的附件.txt”。`} />}
      {start.isError && <Alert type="error" showIcon style={{ marginTop: 12 }} title={sentence(start.error)} />}
    </Modal>
  );
}
