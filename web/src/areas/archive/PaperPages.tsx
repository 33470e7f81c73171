/** A PDF looked at in its place: its pages, one after another, as pictures that the server makes. */
import { DownloadOutlined, LeftOutlined, RightOutlined } from "@ant-design/icons";
import { useQuery } from "@tanstack/react-query";
import { Alert, Button, Modal, Space, Spin } from "antd";
import { useEffect, useRef, useState } from "react";

import { ApiError } from "../../api/client";
import { sentence } from "../../parts/problem";

/** Pages that can be looked at; the server shows no more. */
const MOST_PAGES = 20;

/** A page as a picture, and how many pages there are. */
async function fetchPage(version: string, page: number, signal: AbortSignal): Promise<{ picture: Blob; pages: number }> {
  const answer = await fetch(`${version}/preview?page=${page}`, { signal }).catch((error: unknown) => {
    throw signal.aborted ? error : new ApiError(0, null);
  });
  if (!answer.ok) throw new ApiError(answer.status, await answer.json().catch(() => null));
  return { picture: await answer.blob(), pages: Number(answer.headers.get("x-pages")) };
}

/** `version` is the address of a version of an attachment, `name` what it is called. */
export function PaperPages({ version, name, onClose }: { version: string; name: string; onClose: () => void }) {
  const [page, setPage] = useState(1);
  const [pages, setPages] = useState(0);
  const top = useRef<HTMLDivElement>(null);
  const shown = useQuery({ queryKey: ["preview", version, page], queryFn: ({ signal }) => fetchPage(version, page, signal), staleTime: Infinity, gcTime: 60_000, retry: (times, error) => times < 3 && error instanceof ApiError && error.status === 503 });
  const picture = shown.data?.picture;
  const [source, setSource] = useState<string>();
  useEffect(() => {
    if (!picture) return;
    const made = URL.createObjectURL(picture);
    setSource(made);
    return () => {
      setSource(undefined);
      URL.revokeObjectURL(made);
    };
  }, [picture]);
  useEffect(() => {
    if (shown.data) setPages(shown.data.pages);
  }, [shown.data]);
  const last = Math.min(pages, MOST_PAGES);
  const turn = (to: number) => {
    setPage(to);
    top.current?.scrollIntoView({ block: "nearest" });
    top.current?.parentElement?.scrollTo({ top: 0 });
  };
  const download = (
    <Button icon={<DownloadOutlined />} href={`${version}/file`} download>
      下载
    </Button>
  );
  return (
    <Modal
      open
      centered
      width={900}
      title={name}
      className="paper"
      onCancel={onClose}
      footer={
        <div className="paper-foot">
          <Space.Compact>
            <Button icon={<LeftOutlined />} disabled={page <= 1} onClick={() => turn(page - 1)}>
              上一页
            </Button>
            <Button icon={<RightOutlined />} iconPlacement="end" disabled={page >= last} onClick={() => turn(page + 1)}>
              下一页
            </Button>
          </Space.Compact>
          {pages > 0 && (
            <span className="muted" aria-live="polite">
              第 {page} 页，共 {pages} 页{pages > MOST_PAGES && page === last ? "；后面的请下载后查看" : ""}
            </span>
          )}
          {download}
        </div>
      }
    >
      <div className="paper-page">
        <div ref={top} />
        {shown.isError ? (
          <Alert type="warning" showIcon title={sentence(shown.error)} action={shown.error instanceof ApiError && shown.error.status < 500 && shown.error.status > 0 ? undefined : <Button size="small" onClick={() => void shown.refetch()}>重试</Button>} />
        ) : source ? (
          <img src={source} alt={`${name}，第 ${page} 页`} />
        ) : (
          <div className="paper-wait">
            <Spin />
          </div>
        )}
      </div>
    </Modal>
  );
}
