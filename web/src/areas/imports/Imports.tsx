import { InboxOutlined } from "@ant-design/icons";
import { useQuery } from "@tanstack/react-query";
import { App, Progress, Tag, Upload } from "antd";
import { useState } from "react";
import { Link, useNavigate } from "react-router";

import { ApiError, type Schemas, api, ask, currentCsrf } from "../../api/client";
import { useSession } from "../../app/session";
import { RecordTable } from "../../parts/RecordTable";
import { RegionPicker } from "../../parts/RegionPicker";
import { count, instant } from "../../parts/format";
import { sentence } from "../../parts/problem";

export const STATES: Record<string, [string, string]> = {
  uploaded: ["已上传", "default"],
  reading: ["核对中", "processing"],
  preview: ["待确认", "gold"],
  committing: ["导入中", "processing"],
  committed: ["已导入", "green"],
  failed: ["未成功", "red"],
};

/** Uploads a file with its progress; fetch cannot tell how far an upload is. */
function upload(region: string, file: File, tell: (percent: number) => void): Promise<Schemas["ImportJob"]> {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open("POST", `/api/imports?region=${region}`);
    request.setRequestHeader("X-CSRF-Token", currentCsrf());
    request.responseType = "json";
    request.upload.onprogress = (event) => tell(event.lengthComputable ? Math.round((event.loaded / event.total) * 100) : 0);
    request.onload = () => (request.status === 202 ? resolve(request.response as Schemas["ImportJob"]) : reject(new ApiError(request.status, request.response)));
    request.onerror = () => reject(new ApiError(0, null));
    const form = new FormData();
    form.append("file", file);
    request.send(form);
  });
}

export default function Imports() {
  const session = useSession();
  const navigate = useNavigate();
  const { message } = App.useApp();
  const [region, setRegion] = useState<string | undefined>(session.region.code);
  const [percent, setPercent] = useState<number | null>(null);
  const imports = useQuery({ queryKey: ["imports"], queryFn: () => ask(api.GET("/api/imports", { params: { query: { limit: 50 } } })) });
  const send = (file: File) => {
    if (!region) {
      void message.error("请先选择名单所属的行政区划。");
      return;
    }
    setPercent(0);
    upload(region, file, setPercent)
      .then((taken) => navigate(`/imports/${taken.city}/${taken.id}`))
      .catch((error: unknown) => message.error(sentence(error)))
      .finally(() => setPercent(null));
  };
  return (
    <>
      <div className="page-head">
        <h1>导入企业名单</h1>
      </div>
      <div className="panel">
        <h2>一、名单属于哪个地区</h2>
        <div style={{ maxWidth: 360, marginBottom: 16 }}>
          <RegionPicker root={session.region.code} value={region} onChange={setRegion} clearable={false} />
        </div>
        <h2>二、选择文件</h2>
        <Upload.Dragger
          accept=".csv,.xlsx,.txt"
          showUploadList={false}
          disabled={percent !== null}
          beforeUpload={(file) => {
            send(file);
            return false;
          }}
        >
          <p className="ant-upload-drag-icon">
            <InboxOutlined />
          </p>
          <p>把表格拖到这里，或点击选择文件</p>
          <p className="muted">支持 .xlsx 和 .csv，编码和列的顺序不限，表头上方可以有标题。上传后先核对，确认前不会改动任何档案。</p>
        </Upload.Dragger>
        {percent !== null && <Progress percent={percent} status="active" style={{ marginTop: 12 }} />}
      </div>
      <div className="panel">
        <h2>导入记录</h2>
        <RecordTable
          error={imports.error}
          loading={imports.isPending}
          dataSource={imports.data?.items ?? []}
          empty="还没有导入过名单。"
          columns={[
            { title: "文件", render: (_, row) => <Link to={`/imports/${row.city}/${row.id}`}>{row.file_name}</Link> },
            { title: "地区", dataIndex: "region_name" },
            { title: "状态", render: (_, row) => <Tag color={STATES[row.state]?.[1] ?? "default"}>{STATES[row.state]?.[0] ?? row.state}</Tag> },
            { title: "行数", align: "right", render: (_, row) => count(Number((row.counts as Record<string, unknown>)["rows"] ?? 0)) },
            { title: "时间", render: (_, row) => instant(row.created_at) },
          ]}
        />
      </div>
    </>
  );
}
