import { keepPreviousData, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Alert, App, Button, Empty, Modal, Popconfirm, Segmented, Select, Space, Spin, Tag } from "antd";
import { useState } from "react";
import { Link, useNavigate, useSearchParams } from "react-router";

import { type Schemas, api, ask } from "../../api/client";
import { useMay, useSession } from "../../app/session";
import { LongText } from "../../parts/LongText";
import { Pager } from "../../parts/Pager";
import { RegionPicker } from "../../parts/RegionPicker";
import { count, instant, nearName } from "../../parts/format";
import { sentence } from "../../parts/problem";

type Handover = Schemas["HandoverView"];

const STATES: Record<string, [string, string]> = {
  open: ["待接收", "gold"],
  accepted: ["已接收", "green"],
  returned: ["已退回", "red"],
  withdrawn: ["已撤回", "default"],
};

/** Enterprises that come from other places and go to them. */
export default function Handovers() {
  const navigate = useNavigate();
  const [params, setParams] = useSearchParams();
  const direction = params.get("direction") ?? "incoming";
  const state = params.get("state") ?? "open";
  const cursor = params.get("cursor") ?? undefined;
  const numbers = ["incoming", "outgoing", "within"].map((own) =>
    // eslint-disable-next-line react-hooks/rules-of-hooks -- the three are always the same
    useQuery({ queryKey: ["handovers", "count", own, "open"], queryFn: () => ask(api.GET("/api/handovers/count", { params: { query: { direction: own, state: "open" } } })) }),
  );
  const handovers = useQuery({
    queryKey: ["handovers", direction, state, cursor],
    queryFn: () => ask(api.GET("/api/handovers", { params: { query: { direction, limit: 20, ...(state === "all" ? {} : { state }), ...(cursor ? { cursor } : {}) } } })),
    placeholderData: keepPreviousData,
  });
  const label = (text: string, at: number) => `${text} ${count(numbers[at]?.data?.total)}`;
  const items = handovers.data?.items ?? [];
  return (
    <>
      <div className="page-head">
        <h1>企业移交</h1>
        <Segmented
          value={direction}
          onChange={(value) => setParams({ direction: value })}
          options={[
            { value: "incoming", label: label("转入待办", 0) },
            { value: "outgoing", label: label("转出待办", 1) },
            { value: "within", label: label("辖区内", 2) },
          ]}
        />
        <Select
          aria-label="状态"
          value={state}
          onChange={(value: string) => setParams({ direction, ...(value === "open" ? {} : { state: value }) })}
          options={[...Object.entries(STATES).map(([value, [text]]) => ({ value, label: text })), { value: "all", label: "全部状态" }]}
        />
      </div>
      {handovers.isPending && <Spin />}
      {handovers.isError && <Alert type="error" showIcon title={sentence(handovers.error)} />}
      {handovers.isSuccess && items.length === 0 && (
        <div className="panel">
          <Empty description={direction === "incoming" ? "没有要接收的企业。" : direction === "outgoing" ? "没有转出的企业。要移交企业，请打开它的档案，点“移交”。" : "辖区内各地之间没有移交。"} />
        </div>
      )}
      {items.map((handover) => (
        <HandoverCard key={handover.id} handover={handover} direction={direction} />
      ))}
      {(cursor || handovers.data?.next) && (
        <Pager back={cursor ? () => void navigate(-1) : null} next={handovers.data?.next ? () => setParams({ direction, state, cursor: handovers.data.next ?? "" }) : null} />
      )}
    </>
  );
}

const SHOWN: [string, string][] = [
  ["credit_code", "信用代码"],
  ["legal_person", "法定代表人"],
  ["registered_address", "注册地址"],
  ["address", "经营地址"],
  ["scope", "经营范围"],
];

function HandoverCard({ handover, direction }: { handover: Handover; direction: string }) {
  const may = useMay();
  const session = useSession();
  const queries = useQueryClient();
  const { message } = App.useApp();
  const [returning, setReturning] = useState(false);
  const [reason, setReason] = useState("");
  const [town, setTown] = useState<string | undefined>(handover.target.length === 9 ? handover.target : undefined);
  const path = { city: handover.city, id: handover.id };
  const done = (text: string) => () => {
    void message.success(text);
    for (const key of ["handovers", "enterprise", "enterprises"]) void queries.invalidateQueries({ queryKey: [key] });
    setReturning(false);
  };
  const failed = (error: unknown) => {
    void message.error(sentence(error));
    void queries.invalidateQueries({ queryKey: ["handovers"] });
  };
  const accept = useMutation({
    mutationFn: () => ask(api.POST("/api/handovers/{city}/{id}/decide", { params: { path }, body: { version: handover.version, accept: true, ...(town?.length === 9 ? { town } : {}) } })),
    onSuccess: done("已接收，企业转入本辖区。"),
    onError: failed,
  });
  const refuse = useMutation({
    mutationFn: () => ask(api.POST("/api/handovers/{city}/{id}/decide", { params: { path }, body: { version: handover.version, accept: false, reason: reason.trim() } })),
    onSuccess: done("已退回，对方会看到原因。"),
    onError: failed,
  });
  const withdraw = useMutation({
    mutationFn: () => ask(api.POST("/api/handovers/{city}/{id}/withdraw", { params: { path }, body: { version: handover.version } })),
    onSuccess: done("已撤回，企业仍归本地。"),
    onError: failed,
  });
  const open = handover.state === "open";
  const record = handover.enterprise as Record<string, unknown> | null | undefined;
  const near = (name: string) => nearName(name, session.region.name);
  // the link leads there only for who has the record now
  const linked = handover.state === "accepted" ? direction !== "outgoing" : direction !== "incoming";
  return (
    <section className="panel">
      <div className="page-head" style={{ marginBottom: 6 }}>
        {linked ? (
          <Link to={`/enterprises/${handover.city}/${handover.enterprise_id}`}>
            <b>{handover.enterprise_name}</b>
          </Link>
        ) : (
          <b>{handover.enterprise_name}</b>
        )}
        <Tag color={STATES[handover.state]?.[1] ?? "default"}>{STATES[handover.state]?.[0] ?? handover.state}</Tag>
        <span>
          {near(handover.from_name)} → {near(handover.target_name)}
        </span>
      </div>
      <div>移交原因：{handover.reason}</div>
      <div className="muted">
        {handover.proposed_by_name} 于 {instant(handover.created_at)} 移交
        {handover.decided_at && `；${handover.decided_by_name ?? ""} 于 ${instant(handover.decided_at)} ${STATES[handover.state]?.[0].slice(1) ?? ""}`}
        {handover.answer && `，原因：${handover.answer}`}
      </div>
      {open && record && direction !== "outgoing" && (
        <dl className="fields" style={{ margin: "8px 0 0" }}>
          {SHOWN.filter(([name]) => record[name]).map(([name, label]) => (
            <div key={name} className={name === "scope" ? "field long" : "field"}>
              <dt>{label}</dt>
              <dd>{String(record[name])}</dd>
            </div>
          ))}
        </dl>
      )}
      {open && direction !== "outgoing" && may("decide_handover") && (
        <Space wrap style={{ marginTop: 12 }}>
          {handover.target.length < 9 && (
            <div style={{ width: 240 }}>
              <RegionPicker root={handover.target} value={town ?? handover.target} onChange={setTown} placeholder="分配到镇街（可稍后）" />
            </div>
          )}
          <Button type="primary" loading={accept.isPending} onClick={() => accept.mutate()}>
            接收
          </Button>
          <Button onClick={() => setReturning(true)}>退回…</Button>
        </Space>
      )}
      {open && direction === "outgoing" && may("withdraw_handover") && (
        <Popconfirm title="撤回这次移交？" description="企业仍归本地管。" okText="撤回" cancelText="取消" onConfirm={() => withdraw.mutate()}>
          <Button style={{ marginTop: 12 }} loading={withdraw.isPending}>
            撤回
          </Button>
        </Popconfirm>
      )}
      {returning && (
        <Modal open title={`退回“${handover.enterprise_name}”`} okText="退回" cancelText="取消" okButtonProps={{ disabled: reason.trim() === "", loading: refuse.isPending }} onOk={() => refuse.mutate()} onCancel={() => setReturning(false)}>
          <LongText aria-label="退回原因" autoFocus maxLength={200} placeholder="退回原因，如：现场核对仍在贵地经营" value={reason} onChange={(event) => setReason(event.target.value)} />
        </Modal>
      )}
    </section>
  );
}
