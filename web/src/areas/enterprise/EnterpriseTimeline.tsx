import { useInfiniteQuery } from "@tanstack/react-query";
import { Alert, Button, Empty, Spin, Timeline } from "antd";
import { Link } from "react-router";

import { api, ask } from "../../api/client";
import { instant } from "../../parts/format";
import { sentence } from "../../parts/problem";

/** What kinds of things are told in which colour: cases and what officers bring stand out. */
const COLOURS: Record<string, string> = { case: "red", visit: "orange", enforcement_document: "orange", penalty_document: "orange", record: "green", attachment: "green" };

/** Everything that was done to an enterprise and to what belongs to it, the latest first. */
export default function EnterpriseTimeline({ city, id }: { city: string; id: string }) {
  const lines = useInfiniteQuery({
    queryKey: ["enterprise", city, id, "timeline"],
    queryFn: ({ pageParam }) => ask(api.GET("/api/enterprises/{city}/{id}/timeline", { params: { path: { city, id }, query: { limit: 50, ...(pageParam ? { cursor: pageParam } : {}) } } })),
    initialPageParam: "",
    getNextPageParam: (page) => page.next ?? undefined,
  });
  if (lines.isPending) return <Spin />;
  if (lines.isError) return <Alert type="error" showIcon title={sentence(lines.error)} action={<Button size="small" onClick={() => void lines.refetch()}>重试</Button>} />;
  const items = lines.data.pages.flatMap((page) => page.items);
  if (items.length === 0) return <Empty description="还没有记录。" />;
  return (
    <>
      <p className="muted" style={{ marginTop: 0 }}>企业档案、安全生产档案、申报、移交、检查、文书、隐患和其他事项的每一步，最近的在前；只列出您可以查看的。</p>
      <Timeline
        items={items.map((line) => ({
          key: line.id,
          color: COLOURS[line.kind] ?? "blue",
          content: (
            <div style={{ overflowWrap: "anywhere" }}>
              <div>{line.link ? <Link to={line.link}>{line.what}</Link> : line.what}</div>
              <div className="muted">
                {instant(line.at)}　{line.actor_name}
                {line.on_behalf_name && `（代理${line.on_behalf_name}）`}　{line.kind_label}
              </div>
              {line.reason && <div className="muted">原因：{line.reason}</div>}
              {line.changes.map((change) => (
                <div key={change.label}>
                  {change.label}：<span className="before">{change.before || "（空）"}</span> → <span className="after">{change.after || "（空）"}</span>
                </div>
              ))}
            </div>
          ),
        }))}
      />
      {lines.hasNextPage && <Button loading={lines.isFetchingNextPage} onClick={() => void lines.fetchNextPage()}>更早的记录</Button>}
    </>
  );
}
