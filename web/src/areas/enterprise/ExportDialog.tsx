import { useMutation } from "@tanstack/react-query";
import { Alert, Button, Modal, Radio } from "antd";
import { useState } from "react";

import { api, ask } from "../../api/client";
import { JobProgress, useJob } from "../../parts/JobProgress";
import type { Filters } from "../../parts/filters";
import { count } from "../../parts/format";
import { sentence } from "../../parts/problem";
import { asQuery } from "./use";

/** Exports exactly the rows and columns of the list. */
export function ExportDialog(props: { filters: Filters; sort: string; columns: string[]; total: number | undefined; onClose: () => void }) {
  const { filters, sort, columns, total, onClose } = props;
  const [format, setFormat] = useState<"xlsx" | "csv">("xlsx");
  const [id, setId] = useState<string | null>(null);
  const job = useJob(id, (done) => {
    if (done.state === "done") window.location.assign(`/api/exports/${done.id}/file`);
  });
  const begin = useMutation({
    mutationFn: () => ask(api.POST("/api/exports", { body: { query: asQuery({ ...filters }), sort, columns, format } })),
    onSuccess: (asked) => setId(asked.job),
  });
  return (
    <Modal
      open
      title="导出企业名单"
      onCancel={onClose}
      footer={
        job?.state === "done" ? (
          <Button type="primary" href={`/api/exports/${job.id}/file`}>
            下载文件
          </Button>
        ) : (
          <Button type="primary" loading={begin.isPending || id !== null} onClick={() => begin.mutate()}>
            开始导出
          </Button>
        )
      }
    >
      <p>
        按当前筛选和显示的栏目导出，共 <b className="number">{count(total)}</b> 家。导出会记入操作记录。
      </p>
      {id === null ? (
        <Radio.Group value={format} onChange={(event) => setFormat(event.target.value as "xlsx" | "csv")} options={[{ value: "xlsx", label: "Excel（.xlsx）" }, { value: "csv", label: "CSV" }]} />
      ) : (
        <JobProgress job={job} title="导出" />
      )}
      {begin.isError && <Alert type="error" showIcon title={sentence(begin.error)} style={{ marginTop: 12 }} />}
    </Modal>
  );
}
