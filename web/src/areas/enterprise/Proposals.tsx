import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Alert, App, Button, Empty, Input, Radio, Segmented, Space, Spin, Tag } from "antd";
import { useState } from "react";
import { Link, useSearchParams } from "react-router";

import { type Schemas, api, ask } from "../../api/client";
import { useMay } from "../../app/session";
import { instant, show } from "../../parts/format";
import { sentence } from "../../parts/problem";
import { type Field, useFields } from "./use";

type Proposal = Schemas["ProposalView"];
type Changes = Record<string, { before: unknown; after: unknown }>;
type Decisions = Record<string, { accepted: boolean; reason: string | null } | undefined>;

export const PROPOSAL_STATES: Record<string, [string, string]> = {
  open: ["待处理", "gold"],
  accepted: ["已采纳", "green"],
  partly: ["部分采纳", "blue"],
  returned: ["已退回", "red"],
};

/** What enterprises want changed, for the officer to decide field by field. */
export default function Proposals() {
  const [params, setParams] = useSearchParams();
  const state = params.get("state") ?? "open";
  const fields = useFields();
  const proposals = useQuery({
    queryKey: ["proposals", state],
    queryFn: () => ask(api.GET("/api/proposals", { params: { query: { limit: 50, ...(state === "all" ? {} : { state }) } } })),
  });
  return (
    <>
      <div className="page-head">
        <h1>企业申报</h1>
        <Segmented value={state} onChange={(value) => setParams(value === "open" ? {} : { state: value })} options={[...Object.entries(PROPOSAL_STATES).map(([value, [label]]) => ({ value, label })), { value: "all", label: "全部" }]} />
      </div>
      {proposals.isPending && <Spin />}
      {proposals.isError && <Alert type="error" showIcon title={sentence(proposals.error)} />}
      {proposals.data?.items.length === 0 && (
        <div className="panel">
          <Empty description={state === "open" ? "没有待处理的申报。" : "没有这样的申报。"} />
        </div>
      )}
      {(proposals.data?.items ?? []).map((proposal) => (
        <ProposalCard key={proposal.id} proposal={proposal} fields={fields.data ?? []} />
      ))}
    </>
  );
}

export function ProposalCard({ proposal, fields }: { proposal: Proposal; fields: Field[] }) {
  const may = useMay();
  const queries = useQueryClient();
  const { message } = App.useApp();
  const changes = proposal.changes as unknown as Changes;
  const decisions = proposal.decisions as unknown as Decisions;
  const names = Object.keys(changes);
  const [refused, setRefused] = useState<Record<string, string | undefined>>({});
  const open = proposal.state === "open" && may("decide_proposal");
  const decide = useMutation({
    mutationFn: () => {
      const returned = Object.fromEntries(names.filter((name) => refused[name] !== undefined).map((name) => [name, refused[name] ?? ""]));
      return ask(
        api.POST("/api/proposals/{city}/{id}/decide", {
          params: { path: { city: proposal.city, id: proposal.id } },
          body: { version: proposal.version, accept: names.filter((name) => refused[name] === undefined), return: returned },
        }),
      );
    },
    onSuccess: () => {
      void message.success("已处理，企业会看到结果。");
      for (const key of ["proposals", "enterprise", "enterprises"]) void queries.invalidateQueries({ queryKey: [key] });
    },
    onError: (error) => void message.error(sentence(error)),
  });
  const missing = names.some((name) => refused[name] !== undefined && refused[name]?.trim() === "");
  return (
    <section className="panel">
      <div className="page-head" style={{ marginBottom: 8 }}>
        <Link to={`/enterprises/${proposal.city}/${proposal.enterprise_id}`}>
          <b>{proposal.enterprise_name}</b>
        </Link>
        <Tag color={PROPOSAL_STATES[proposal.state]?.[1] ?? "default"}>{PROPOSAL_STATES[proposal.state]?.[0] ?? proposal.state}</Tag>
        <span className="muted">
          {proposal.region_name}，{instant(proposal.created_at)} 申报
        </span>
      </div>
      {proposal.note && <p style={{ margin: "0 0 8px" }}>说明：{proposal.note}</p>}
      {names.map((name) => {
        const field = fields.find((own) => own.name === name);
        const change = changes[name];
        const decided = decisions[name];
        if (!field || !change) return null;
        return (
          <div key={name} className="field">
            <dt>{field.label}</dt>
            <dd>
              <span className="before">{show(field, change.before) || "（空）"}</span> → <span className="after">{show(field, change.after) || "（空）"}</span>
              {decided && <span className="muted">　{decided.accepted ? "已采纳" : `已退回：${decided.reason ?? ""}`}</span>}
              {open && (
                <Space wrap style={{ marginLeft: 12 }}>
                  <Radio.Group
                    size="small"
                    optionType="button"
                    value={refused[name] === undefined ? "yes" : "no"}
                    onChange={(event) => setRefused({ ...refused, [name]: event.target.value === "yes" ? undefined : "" })}
                    options={[{ value: "yes", label: "采纳" }, { value: "no", label: "退回" }]}
                  />
                  {refused[name] !== undefined && (
                    <Input size="small" aria-label={`${field.label}退回原因`} placeholder="退回原因" value={refused[name]} onChange={(event) => setRefused({ ...refused, [name]: event.target.value })} style={{ width: 240 }} />
                  )}
                </Space>
              )}
            </dd>
          </div>
        );
      })}
      {open && (
        <Button type="primary" style={{ marginTop: 12 }} disabled={missing} loading={decide.isPending} onClick={() => decide.mutate()}>
          提交处理结果
        </Button>
      )}
    </section>
  );
}
