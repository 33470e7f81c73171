/** The documents of a record: pictures to be looked at, files to be fetched, each with its versions. */
import { CameraOutlined, FileExcelOutlined, FilePdfOutlined, FileWordOutlined, UploadOutlined } from "@ant-design/icons";
import { useInfiniteQuery, useMutation, useQueryClient } from "@tanstack/react-query";
import { Alert, App, Button, Image, Input, Modal, Progress, Skeleton, Space, Switch, Tag } from "antd";
import { type ReactNode, useRef, useState } from "react";

import { ApiError, api, ask } from "../../api/client";
import { instant } from "../../parts/format";
import { sentence } from "../../parts/problem";
import { ACCEPT, type Attachment, MOST_BYTES, size, upload } from "../../parts/upload";
import { PaperPages } from "./PaperPages";
import "./attachments.css";

interface Sending {
  key: string;
  file: File;
  address: string;
  percent: number;
  error: string | null;
  /** Whether sending it again may go better. */
  again: boolean;
}

const ICONS: Record<string, ReactNode> = {
  pdf: <FilePdfOutlined style={{ color: "#c0392b" }} />,
  xlsx: <FileExcelOutlined style={{ color: "#2e8b57" }} />,
  docx: <FileWordOutlined style={{ color: "#2b6cb0" }} />,
};

const address = (of: Attachment) => `/api/attachments/${of.city}/${of.id}`;
const versionOf = (of: Attachment, number: number) => `${address(of)}/versions/${number}`;
const fileOf = (of: Attachment, number: number) => `${versionOf(of, number)}/file`;

/** `can` says which operations the person may do; `record` has not ended where anything is changed. */
export function Attachments({ record, live, can, asOf }: { record: { city: string; id: string }; live: boolean; can: (operation: string) => boolean; asOf?: string | undefined }) {
  const queries = useQueryClient();
  const [all, setAll] = useState(false);
  const [sending, setSending] = useState<Sending[]>([]);
  const [over, setOver] = useState(false);
  const picker = useRef<HTMLInputElement>(null);
  const camera = useRef<HTMLInputElement>(null);
  const list = useInfiniteQuery({
    queryKey: ["attachments", record.city, record.id, all, asOf],
    queryFn: ({ pageParam }) =>
      ask(api.GET("/api/records/{city}/{id}/attachments", { params: { path: { city: record.city, id: record.id }, query: { all, ...(asOf ? { as_of: asOf } : {}), ...(pageParam ? { cursor: pageParam } : {}) } } })),
    initialPageParam: "",
    getNextPageParam: (page) => page.next ?? undefined,
  });
  const refresh = () => {
    for (const key of ["attachments", "enterprise", "archives"]) void queries.invalidateQueries({ queryKey: [key] });
  };
  const patch = (key: string, change: Partial<Sending>) => setSending((rows) => rows.map((row) => (row.key === key ? { ...row, ...change } : row)));
  const send = (row: Sending) => {
    patch(row.key, { error: null, percent: 0 });
    upload(row.address, row.file, row.key, (percent) => patch(row.key, { percent })).then(
      () => {
        setSending((rows) => rows.filter((own) => own.key !== row.key));
        refresh();
      },
      (error: unknown) => {
        // the same file is refused again; what the line or the server did not manage may go better the next time
        patch(row.key, { error: sentence(error), again: !(error instanceof ApiError && error.status < 500 && error.status !== 429) });
        if (error instanceof ApiError && error.status === 409) refresh();
      },
    );
  };
  const take = (files: FileList | null, to: string) => {
    const rows = Array.from(files ?? []).map((file): Sending => {
      const long = file.size > MOST_BYTES;
      return { key: crypto.randomUUID(), file, address: to, percent: 0, error: long ? "文件超过 20 MB，请压缩或拆分后再上传。" : null, again: false };
    });
    setSending((before) => [...before, ...rows]);
    for (const row of rows) if (row.error === null) send(row);
  };
  const add = `/api/records/${record.city}/${record.id}/attachments`;
  const may = live && can("create_attachment");
  const rows = list.data?.pages.flatMap((page) => page.items) ?? [];
  const chosen = (input: HTMLInputElement) => {
    take(input.files, add);
    // the same file may be chosen again
    input.value = "";
  };
  return (
    <section
      className={over ? "attachments over no-print" : "attachments no-print"}
      aria-label="附件"
      onDragOver={(event) => {
        if (!may || !event.dataTransfer.types.includes("Files")) return;
        event.preventDefault();
        setOver(true);
      }}
      onDragLeave={() => setOver(false)}
      onDrop={(event) => {
        setOver(false);
        if (!may) return;
        event.preventDefault();
        take(event.dataTransfer.files, add);
      }}
    >
      <div className="attachments-head">
        <b>附件{rows.length > 0 ? `（${rows.filter((row) => row.state === "live").length}）` : ""}</b>
        {may && (
          <Space wrap>
            <Button size="small" icon={<UploadOutlined />} onClick={() => picker.current?.click()}>上传附件</Button>
            <Button size="small" className="camera" icon={<CameraOutlined />} onClick={() => camera.current?.click()}>拍照</Button>
          </Space>
        )}
      </div>
      {may && (
        <>
          <input ref={picker} hidden type="file" multiple accept={ACCEPT} aria-label="选择附件" onChange={(event) => chosen(event.currentTarget)} />
          <input ref={camera} hidden type="file" accept="image/*" capture="environment" aria-label="拍照上传" onChange={(event) => chosen(event.currentTarget)} />
        </>
      )}
      {list.isPending && <Skeleton active paragraph={{ rows: 1 }} title={false} />}
      {list.isError && <Alert type="error" showIcon title={sentence(list.error)} action={<Button size="small" onClick={() => void list.refetch()}>重试</Button>} />}
      {list.isSuccess && rows.length === 0 && sending.length === 0 && (
        <p className="muted" style={{ margin: "8px 0 0" }}>{may ? "还没有附件。可上传证照照片、PDF、Word 或 Excel 文件，每个不超过 20 MB，也可以拖到这里。" : asOf ? "这一天没有附件。" : "没有附件。"}</p>
      )}
      <Image.PreviewGroup>
        {rows.map((row) => (
          <Line key={row.id} attachment={row} live={live} can={can} onReplace={(files) => take(files, `${address(row)}/versions?version=${row.version}`)} onChanged={refresh} />
        ))}
      </Image.PreviewGroup>
      {sending.map((row) => (
        <div key={row.key} className="attachment">
          <div className="attachment-body">
            <span className="attachment-name">{row.file.name}</span>
            {row.error ? (
              <Alert
                type="error"
                showIcon
                title={row.error}
                action={
                  <Space>
                    {row.again && <Button size="small" onClick={() => send(row)}>重试</Button>}
                    <Button size="small" type="text" onClick={() => setSending((before) => before.filter((own) => own.key !== row.key))}>知道了</Button>
                  </Space>
                }
              />
            ) : (
              <Progress percent={row.percent} size="small" status="active" />
            )}
          </div>
        </div>
      ))}
      {list.hasNextPage && <Button size="small" style={{ marginTop: 8 }} loading={list.isFetchingNextPage} onClick={() => void list.fetchNextPage()}>显示更多</Button>}
      {!asOf && (
        <label className="muted attachments-all">
          <Switch size="small" checked={all} onChange={setAll} /> 也显示已删除的附件
        </label>
      )}
    </section>
  );
}

interface LineProps {
  attachment: Attachment;
  live: boolean;
  can: (operation: string) => boolean;
  onReplace: (files: FileList | null) => void;
  onChanged: () => void;
}

function Line({ attachment, live, can, onReplace, onChanged }: LineProps) {
  const [open, setOpen] = useState(false);
  const [looking, setLooking] = useState<{ number: number; name: string } | null>(null);
  const [doing, setDoing] = useState<"rename" | "remove" | null>(null);
  const picker = useRef<HTMLInputElement>(null);
  const current = attachment.versions.find((own) => own.number === attachment.number);
  const removed = attachment.state === "removed";
  const may = (operation: string) => live && !removed && can(operation);
  const paper = attachment.kind === "pdf" && can("find_attachment_preview");
  const look = () => setLooking({ number: attachment.number, name: attachment.name });
  return (
    <div className={removed ? "attachment removed" : "attachment"}>
      <div className="attachment-picture">
        {attachment.shown ? (
          <Image src={`${versionOf(attachment, attachment.number)}/preview`} alt={attachment.name} width={56} height={56} style={{ objectFit: "cover" }} />
        ) : paper ? (
          <button type="button" className="attachment-icon" aria-label={`预览：${attachment.name}`} onClick={look}>
            {ICONS[attachment.kind]}
          </button>
        ) : (
          <span className="attachment-icon">{ICONS[attachment.kind]}</span>
        )}
      </div>
      <div className="attachment-body">
        <a className="attachment-name" href={fileOf(attachment, attachment.number)} download>{attachment.name}</a>
        <span className="muted">
          {size(attachment.size)}　{instant(current?.created_at)}　{current?.created_by_name}
          {attachment.number > 1 && <>　第 {attachment.number} 版</>}
          {removed && <Tag style={{ marginInlineStart: 8 }}>已删除</Tag>}
        </span>
        <Space wrap size={0}>
          {paper && <Button size="small" type="link" onClick={look}>预览</Button>}
          {may("replace_attachment") && <Button size="small" type="link" onClick={() => picker.current?.click()}>换版本</Button>}
          {attachment.versions.length > 1 && <Button size="small" type="link" aria-expanded={open} onClick={() => setOpen(!open)}>{open ? "收起旧版本" : `旧版本（${attachment.versions.length - 1}）`}</Button>}
          {may("rename_attachment") && <Button size="small" type="link" onClick={() => setDoing("rename")}>改名</Button>}
          {may("remove_attachment") && <Button size="small" type="link" danger onClick={() => setDoing("remove")}>删除…</Button>}
        </Space>
        {open &&
          attachment.versions
            .filter((own) => own.number !== attachment.number)
            .map((own) => (
              <span key={own.number} className="muted">
                第 {own.number} 版　<a href={fileOf(attachment, own.number)} download>{own.name}</a>　{own.kind === "pdf" && can("find_attachment_preview") && <><Button size="small" type="link" aria-label={`预览第 ${own.number} 版`} onClick={() => setLooking({ number: own.number, name: own.name })}>预览</Button>　</>}{size(own.size)}　{instant(own.created_at)}　{own.created_by_name}
                {own.note && <>　{own.note}</>}
              </span>
            ))}
      </div>
      <input
        ref={picker}
        hidden
        type="file"
        accept={ACCEPT}
        aria-label={`换版本：${attachment.name}`}
        onChange={(event) => {
          onReplace(event.currentTarget.files);
          event.currentTarget.value = "";
        }}
      />
      {looking && <PaperPages version={versionOf(attachment, looking.number)} name={looking.name} onClose={() => setLooking(null)} />}
      {doing && <Change attachment={attachment} what={doing} onClose={() => setDoing(null)} onChanged={onChanged} />}
    </div>
  );
}

/** Renames an attachment, or takes it out with the reason. */
function Change({ attachment, what, onClose, onChanged }: { attachment: Attachment; what: "rename" | "remove"; onClose: () => void; onChanged: () => void }) {
  const { message } = App.useApp();
  const [text, setText] = useState(what === "rename" ? attachment.name : "");
  const path = { city: attachment.city, id: attachment.id };
  const change = useMutation({
    mutationFn: () =>
      what === "rename"
        ? ask(api.PATCH("/api/attachments/{city}/{id}", { params: { path }, body: { version: attachment.version, name: text.trim() } }))
        : ask(api.POST("/api/attachments/{city}/{id}/remove", { params: { path }, body: { version: attachment.version, reason: text.trim() } })),
    onSuccess: () => {
      void message.success(what === "rename" ? "已改名。" : "已删除，仍可在“已删除的附件”中查看。");
      onChanged();
      onClose();
    },
    onError: (error) => {
      if (error instanceof ApiError && error.status === 409) onChanged();
    },
  });
  return (
    <Modal
      open
      title={what === "rename" ? "附件改名" : `删除附件：${attachment.name}`}
      okText={what === "rename" ? "保存" : "删除"}
      cancelText="取消"
      okButtonProps={{ danger: what === "remove", disabled: text.trim() === "", loading: change.isPending }}
      onOk={() => change.mutate()}
      onCancel={onClose}
    >
      {what === "remove" && <p>删除后不再计入档案，文件和原因仍可查到。到期换新请用“换版本”。</p>}
      {change.isError && <Alert type="error" showIcon style={{ marginBottom: 12 }} title={sentence(change.error)} />}
      <Input aria-label={what === "rename" ? "附件名称" : "删除原因"} autoFocus maxLength={200} placeholder={what === "rename" ? "附件名称" : "原因，如：传错了文件"} value={text} onChange={(event) => setText(event.target.value)} />
    </Modal>
  );
}
