import { keepPreviousData, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { App, Button, Input, Modal, Tag } from "antd";
import { useState } from "react";
import { Link, useNavigate, useSearchParams } from "react-router";

import { ApiError, type Schemas, api, ask } from "../../api/client";
import { useMay } from "../../app/session";
import { Pager } from "../../parts/Pager";
import { RecordTable } from "../../parts/RecordTable";
import { instant } from "../../parts/format";
import { sentence } from "../../parts/problem";
import { MergeTwo } from "./MergeDialog";

type Merger = Schemas["MergerView"];

const deed = (merger: Merger) => (merger.kind === "split" ? "拆分" : "合并");

/** Asks why, and undoes a merger or a split; where that would lose something it says what. */
function UndoDialog({ merger, onClose, onMerge }: { merger: Merger; onClose: () => void; onMerge: (() => void) | null }) {
  const queries = useQueryClient();
  const { message, modal } = App.useApp();
  const [reason, setReason] = useState("");
  const split = merger.kind === "split";
  const undo = useMutation({
    mutationFn: () => ask(api.POST("/api/mergers/{city}/{id}/undo", { params: { path: { city: merger.city, id: merger.id } }, body: { version: merger.version, reason: reason.trim() } })),
    onSuccess: () => {
      void message.success(split ? "已撤销，两份又合为一份档案。" : "已撤销，两份档案恢复原样。");
      onClose();
      for (const key of ["mergers", "duplicates", "enterprise", "enterprises"]) void queries.invalidateQueries({ queryKey: [key] });
    },
    onError: (error) => {
      onClose();
      void queries.invalidateQueries({ queryKey: ["mergers"] });
      if (onMerge && error instanceof ApiError && error.code === "split.changed") {
        modal.confirm({ title: "不能撤销", content: sentence(error), okText: "改为合并…", cancelText: "知道了", onOk: onMerge });
      } else {
        modal.warning({ title: "不能撤销", content: sentence(error), okText: "知道了" });
      }
    },
  });
  return (
    <Modal open title={`撤销${deed(merger)}`} okText="撤销" cancelText="取消" okButtonProps={{ disabled: reason.trim() === "", loading: undo.isPending }} onOk={() => undo.mutate()} onCancel={onClose}>
      {split ? (
        <>
          <ul style={{ paddingInlineStart: 20, marginTop: 0 }}>
            <li>“{merger.kept_name}”恢复拆分以前的内容；</li>
            <li>“{merger.absorbed_name}”名下的档案记录、隐患、检查、账号等，不论是拆分时划去的还是后来登记的，都转到“{merger.kept_name}”；</li>
            <li>“{merger.absorbed_name}”的档案并入后只能查看，不再单独统计。</li>
          </ul>
          <p>拆分以后改过的内容如会因此丢失，系统会说明是哪几栏，不会撤销。</p>
        </>
      ) : (
        <p>
          “{merger.absorbed_name}”和“{merger.kept_name}”会恢复成合并以前的样子。合并以后改过的内容如会因此丢失，系统会提示，不会撤销。
        </p>
      )}
      <Input aria-label="撤销原因" autoFocus placeholder={split ? "撤销原因，如：核对后是同一处场所" : "撤销原因，如：核对后是两家企业"} maxLength={200} value={reason} onChange={(event) => setReason(event.target.value)} />
    </Modal>
  );
}

/** What was made one and what was split, each with a way back; of one record only where its page leads here. */
export function Mergers() {
  const may = useMay();
  const navigate = useNavigate();
  const [params, setParams] = useSearchParams();
  const cursor = params.get("cursor") ?? undefined;
  const enterprise = params.get("enterprise") ?? undefined;
  const [undoing, setUndoing] = useState<Merger | null>(null);
  const [merging, setMerging] = useState<Merger | null>(null);
  const mergers = useQuery({
    queryKey: ["mergers", enterprise, cursor],
    queryFn: () => ask(api.GET("/api/mergers", { params: { query: { limit: 50, ...(enterprise ? { enterprise } : {}), ...(cursor ? { cursor } : {}) } } })),
    placeholderData: keepPreviousData,
  });
  return (
    <>
      {enterprise && (
        <p className="muted">
          只列出这家企业的记录。<Link to="/duplicates?view=done">查看全部</Link>
        </p>
      )}
      <RecordTable
        error={mergers.error}
        loading={mergers.isPending}
        dataSource={mergers.data?.items ?? []}
        empty="还没有合并或拆分过档案。"
        columns={[
          { title: "类别", width: 60, render: (_, row) => <Tag color={row.kind === "split" ? "blue" : "gold"}>{deed(row)}</Tag> },
          { title: "保留的档案", width: 220, render: (_, row) => <Link to={`/enterprises/${row.city}/${row.kept}`}>{row.kept_name}</Link> },
          { title: "并入或拆出的档案", width: 220, render: (_, row) => <Link to={`/enterprises/${row.city}/${row.absorbed}`}>{row.absorbed_name}</Link> },
          { title: "原因", dataIndex: "reason", width: 180 },
          { title: "办理", width: 190, render: (_, row) => `${row.made_by_name} ${instant(row.created_at)}` },
          {
            title: "",
            width: 200,
            render: (_, row) =>
              row.state === "undone" ? (
                <span className="muted">
                  {row.undone_by_name} 已撤销：{row.undone_reason}
                </span>
              ) : (
                may("undo_merger") && (
                  <Button size="small" onClick={() => setUndoing(row)}>
                    撤销{deed(row)}…
                  </Button>
                )
              ),
          },
        ]}
      />
      {(cursor || mergers.data?.next) && <Pager back={cursor ? () => void navigate(-1) : null} next={mergers.data?.next ? () => setParams({ view: "done", ...(enterprise ? { enterprise } : {}), cursor: mergers.data.next ?? "" }) : null} />}
      {undoing && <UndoDialog merger={undoing} onClose={() => setUndoing(null)} onMerge={may("merge_enterprises") ? () => setMerging(undoing) : null} />}
      {merging && <MergeTwo city={merging.city} ids={[merging.kept, merging.absorbed]} onClose={() => setMerging(null)} />}
    </>
  );
}
