import { InboxOutlined } from "@ant-design/icons";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Alert, Upload } from "antd";

import { ApiError, type Schemas, currentCsrf } from "../../api/client";
import { useSession } from "../../app/session";
import { RecordTable } from "../../parts/RecordTable";
import { count } from "../../parts/format";
import { sentence } from "../../parts/problem";

async function send(region: string, file: File): Promise<Schemas["Villages"]> {
  const form = new FormData();
  form.append("file", file);
  const response = await fetch(`/api/villages?region=${region}`, { method: "POST", body: form, headers: { "X-CSRF-Token": currentCsrf() } }).catch(() => null);
  if (!response) throw new ApiError(0, null);
  const body: unknown = await response.json().catch(() => null);
  if (!response.ok) throw new ApiError(response.status, body);
  return body as Schemas["Villages"];
}

/** Villages of the city from a file, with the reason beside each row that was not taken. */
export function VillageUpload() {
  const city = useSession().region.code.slice(0, 4);
  const queries = useQueryClient();
  const load = useMutation({ mutationFn: (file: File) => send(city, file), onSuccess: () => void queries.invalidateQueries({ queryKey: ["regions"] }) });
  const done = load.data;
  return (
    <div className="panel">
      <Upload.Dragger
        accept=".csv,.xlsx,.txt"
        showUploadList={false}
        disabled={load.isPending}
        beforeUpload={(file) => {
          load.mutate(file);
          return false;
        }}
      >
        <p className="ant-upload-drag-icon">
          <InboxOutlined />
        </p>
        <p>{load.isPending ? "正在核对…" : "把村居名单拖到这里，或点击选择文件"}</p>
        <p className="muted">CSV 或 XLSX，第一行写“代码”和“名称”；代码为 12 位。名单中没有列出的村居保持不变。</p>
      </Upload.Dragger>
      {load.error && <Alert style={{ marginTop: 12 }} type="error" showIcon title={sentence(load.error)} />}
      {done && (
        <Alert
          style={{ margin: "12px 0" }}
          showIcon
          type={done.errors.length > 0 ? "warning" : "success"}
          title={`新增 ${count(done.added)}，更名 ${count(done.renamed)}，未变 ${count(done.unchanged)}，未装入 ${count(done.errors.length)} 行`}
          description={done.unnamed > 0 ? `所涉镇街另有 ${count(done.unnamed)} 个村居不在名单中，保持不变。` : undefined}
        />
      )}
      {done && done.errors.length > 0 && (
        <RecordTable
          rowKey="cell"
          dataSource={done.errors}
          columns={[
            { title: "单元格", dataIndex: "cell" },
            { title: "代码", dataIndex: "code" },
            { title: "名称", dataIndex: "name" },
            { title: "原因", dataIndex: "message" },
          ]}
        />
      )}
    </div>
  );
}
