import { DownloadOutlined, InboxOutlined } from "@ant-design/icons";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { App, Button, Progress, Radio, Select, Space, Tag, TreeSelect, Upload } from "antd";
import { useState } from "react";
import { Link, useNavigate } from "react-router";

import { ApiError, type Schemas, api, ask, currentCsrf } from "../../api/client";
import { useMay, useSession } from "../../app/session";
import { JobProgress, useJob } from "../../parts/JobProgress";
import { RecordTable } from "../../parts/RecordTable";
import { RegionPicker } from "../../parts/RegionPicker";
import { count, instant } from "../../parts/format";
import { sentence } from "../../parts/problem";
import { useSections } from "./use";

export const STATES: Record<string, [string, string]> = {
  reading: ["核对中", "processing"],
  preview: ["待确认", "gold"],
  committing: ["写入中", "processing"],
  committed: ["已写入", "green"],
  failed: ["未成功", "red"],
};

type With = "empty" | Schemas["ArchiveExportHolds"];

/** Uploads a workbook with its progress; fetch cannot tell how far an upload is. */
function upload(region: string | undefined, file: File, tell: (percent: number) => void): Promise<Schemas["ArchiveImportJob"]> {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open("POST", `/api/archive-imports${region ? `?region=${region}` : ""}`);
    request.setRequestHeader("X-CSRF-Token", currentCsrf());
    request.responseType = "json";
    request.upload.onprogress = (event) => tell(event.lengthComputable ? Math.round((event.loaded / event.total) * 100) : 0);
    request.onload = () => (request.status === 202 ? resolve(request.response as Schemas["ArchiveImportJob"]) : reject(new ApiError(request.status, request.response)));
    request.onerror = () => reject(new ApiError(0, null));
    const form = new FormData();
    form.append("file", file);
    request.send(form);
  });
}

/** Filling in the archives of a whole area by workbook: the form out, the filled-in form in. */
export default function ImportBook() {
  const session = useSession();
  const navigate = useNavigate();
  const { message } = App.useApp();
  const own = session.enterprise !== null && session.enterprise !== undefined;
  const [region, setRegion] = useState<string | undefined>(session.region.code);
  const [percent, setPercent] = useState<number | null>(null);
  const imports = useQuery({ queryKey: ["archive-imports"], queryFn: () => ask(api.GET("/api/archive-imports", { params: { query: { limit: 50 } } })) });
  const send = (file: File) => {
    setPercent(0);
    upload(own ? undefined : region, file, setPercent)
      .then((taken) => navigate(`/archive-imports/${taken.city}/${taken.id}`))
      .catch((error: unknown) => message.error(sentence(error)))
      .finally(() => setPercent(null));
  };
  return (
    <>
      <div className="page-head">
        <h1>批量填报</h1>
      </div>
      {!own && (
        <div className="panel">
          <h2>哪个地区的企业</h2>
          <div style={{ maxWidth: 360 }}>
            <RegionPicker root={session.region.code} value={region} onChange={setRegion} clearable={false} />
          </div>
        </div>
      )}
      <div className="panel">
        <h2>一、下载填报表</h2>
        <Download key={region ?? ""} region={own ? undefined : region} own={own} />
      </div>
      <div className="panel">
        <h2>二、上传填好的表</h2>
        <Upload.Dragger
          accept=".xlsx"
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
          <p>把填好的 .xlsx 拖到这里，或点击选择文件</p>
          <p className="muted">上传后先核对，列出每个有错的单元格；确认之前不会改动任何档案。</p>
        </Upload.Dragger>
        {percent !== null && <Progress percent={percent} status="active" style={{ marginTop: 12 }} />}
      </div>
      <div className="panel">
        <h2>填报记录</h2>
        <RecordTable
          error={imports.error}
          loading={imports.isPending}
          dataSource={imports.data?.items ?? []}
          empty="还没有批量填报过。先下载填报表，填好后上传。"
          columns={[
            { title: "文件", render: (_, row) => <Link to={`/archive-imports/${row.city}/${row.id}`}>{row.file_name}</Link> },
            { title: "状态", render: (_, row) => <Tag color={STATES[row.state]?.[1] ?? "default"}>{STATES[row.state]?.[0] ?? row.state}</Tag> },
            { title: "行数", align: "right", render: (_, row) => count(row.counts.rows) },
            { title: "有错", align: "right", render: (_, row) => (row.counts.rejected > 0 ? count(row.counts.rejected) : "") },
            { title: "地区", dataIndex: "region_name" },
            { title: "时间", render: (_, row) => instant(row.created_at) },
          ]}
        />
      </div>
    </>
  );
}

/** Chooses sections and what the form holds, and fetches it. */
function Download({ region, own }: { region: string | undefined; own: boolean }) {
  const { message } = App.useApp();
  const [chosen, setChosen] = useState<string[]>([]);
  const [holds, setHolds] = useState<With>("enterprises");
  const [id, setId] = useState<string | null>(null);
  const [cluster, setCluster] = useState<string>();
  const [named, setNamed] = useState("");
  const may = useMay();
  const parks = useQuery({
    queryKey: ["clusters", "pick", region, named],
    queryFn: () => ask(api.GET("/api/clusters", { params: { query: { limit: 50, ...(region ? { region } : {}), ...(named ? { q: named } : {}) } } })),
    enabled: !own && may("list_clusters"),
    placeholderData: keepPreviousData,
  });
  const sections = useSections();
  const job = useJob(id, (done) => {
    if (done.state === "done") window.location.assign(`/api/archive-exports/${done.id}/file`);
  });
  const busy = id !== null && job?.ended_at === undefined;
  const groups = [...new Set((sections.data ?? []).map((section) => section.group_label))];
  const tree = groups.map((group) => ({
    title: group,
    value: `group:${group}`,
    children: (sections.data ?? []).filter((section) => section.group_label === group).map((section) => ({ title: section.label, value: section.code })),
  }));
  const start = () => {
    if (holds === "empty") {
      window.location.assign(`/api/sections/workbook?sections=${chosen.join(",")}`);
      return;
    }
    setId(null);
    ask(api.POST("/api/archive-exports", { body: { sections: chosen, with: holds, ...(region ? { region } : {}), ...(cluster ? { cluster } : {}) } }))
      .then((asked) => setId(asked.job))
      .catch((error: unknown) => message.error(sentence(error)));
  };
  return (
    <Space orientation="vertical" size="middle" style={{ width: "100%" }}>
      <TreeSelect
        aria-label="栏目"
        style={{ width: "100%", maxWidth: 560 }}
        treeData={tree}
        loading={sections.isPending}
        value={chosen}
        onChange={(codes: string[]) => setChosen(codes)}
        treeCheckable
        showSearch={{ treeNodeFilterProp: "title" }}
        allowClear
        maxTagCount={6}
        placeholder="选择要填的栏目；不选就是全部栏目"
      />
      <Radio.Group
        value={holds}
        onChange={(event) => setHolds(event.target.value as With)}
        options={[
          { value: "enterprises", label: own ? "填好本企业名称的空表" : "列好企业名单的空表" },
          { value: "records", label: "带已有记录（改了再上传就是修改）" },
          { value: "empty", label: "空白表" },
        ]}
      />
      {parks.data && holds !== "empty" && (parks.data.items.length > 0 || named !== "" || cluster) && (
        <Select
          aria-label="市场、园区"
          style={{ width: "100%", maxWidth: 560 }}
          allowClear
          showSearch={{ filterOption: false, onSearch: setNamed }}
          placeholder="只要一个市场、楼宇或园区的企业；不选就是整个地区"
          notFoundContent="这个地区没有这个名称的市场、园区。"
          value={cluster}
          onChange={(chosen: string | undefined) => setCluster(chosen)}
          options={parks.data.items.map((park) => ({ value: park.id, label: `${park.name}（${park.kind_label}，${count(park.members)} 家）` }))}
        />
      )}
      <Button icon={<DownloadOutlined />} type="primary" loading={busy} onClick={start}>
        下载填报表
      </Button>
      {id !== null && <JobProgress job={job} title="生成填报表" />}
    </Space>
  );
}
