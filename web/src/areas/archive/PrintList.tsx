import { useMutation } from "@tanstack/react-query";
import { Alert, Button, Modal } from "antd";
import { useState } from "react";

import { api, ask } from "../../api/client";
import { JobProgress, useJob } from "../../parts/JobProgress";
import type { Filters } from "../../parts/filters";
import { count } from "../../parts/format";
import { sentence } from "../../parts/problem";
import { asQuery } from "../enterprise/use";

/** What the server prints at once. */
const MOST = 2_000;

const file = (job: string) => `/api/archive-prints/${job}/file`;

/** Prints the safety archives of the list, or of the rows chosen in it, into one ZIP of PDF files. */
export function PrintList({ filters, ids, total, onClose }: { filters: Filters; ids: string[]; total: number | undefined; onClose: () => void }) {
  const [asked, setAsked] = useState<string | null>(null);
  const job = useJob(asked, (done) => {
    if (done.state === "done") window.location.assign(file(done.id));
  });
  const start = useMutation({ mutationFn: () => ask(api.POST("/api/archive-prints", { body: { query: asQuery({ ...filters }), ids } })), onSuccess: (begun) => setAsked(begun.job) });
  const many = total !== undefined && total > MOST;
  const done = job?.state === "done" ? job : null;
  return (
    <Modal
      open
      title="批量打印安全生产档案"
      onCancel={onClose}
      footer={done ? <Button type="primary" href={file(done.id)}>下载文件</Button> : <Button type="primary" disabled={many || total === 0} loading={start.isPending || (asked !== null && !job?.ended_at)} onClick={() => start.mutate()}>开始打印</Button>}
    >
      <p>
        {ids.length > 0 ? "打印选中的企业" : "按当前筛选打印"}，共 <b className="number">{count(total)}</b> 家，每家一份 PDF，放在一个压缩包里，首页有核验码。打印会记入操作记录，请妥善保管其中的个人信息。
      </p>
      {many && <Alert type="warning" showIcon title={`一次最多打印 ${count(MOST)} 家，请先按镇街或者其他条件筛选。`} />}
      {asked !== null && <JobProgress job={job} title="打印" unit="家" />}
      {asked !== null && !job?.ended_at && <p className="muted">可以关闭这个窗口，打印在后台继续，做好后到“我的任务”下载。</p>}
      {start.isError && <Alert type="error" showIcon style={{ marginTop: 12 }} title={sentence(start.error)} />}
    </Modal>
  );
}
