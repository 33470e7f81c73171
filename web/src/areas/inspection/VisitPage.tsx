import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Alert, Button, Input, Modal, Result, Spin } from "antd";
import { useEffect, useState } from "react";
import { Link, useParams } from "react-router";

import { ApiError, type Schemas, api, ask } from "../../api/client";
import { useMay } from "../../app/session";
import { instant } from "../../parts/format";
import { Answered, Checklist, useAnswers } from "../../parts/Checklist";
import { sentence } from "../../parts/problem";
import { Documents } from "./Documents";
import { FindingDialog, Findings } from "./Findings";
import { Finish, Signatures } from "./Finish";
import { type Finding, type Visit, useRefresh, useVisit, visitQuery } from "./use";
import { state } from "./VisitList";
import { VISIT_STATES } from "./words";
import "../cases/cases.css";
import "./inspection.css";

type Item = Schemas["ChecklistItem"];

/** One visit: filled in on site while it is open, afterwards what was found, signed and issued. */
export default function VisitPage() {
  const { city = "", id = "" } = useParams();
  const may = useMay();
  const visit = useVisit(city, id);
  const [writing, setWriting] = useState<{ item?: Item; finding?: Finding } | null>(null);
  const [giving, setGiving] = useState(false);
  const [saving, setSaving] = useState(false);
  if (visit.isError) {
    const gone = visit.error instanceof ApiError && visit.error.status === 404;
    return <Result status={gone ? "404" : "warning"} title={gone ? "没有这次检查，或它不在您的管辖范围内" : sentence(visit.error)} extra={<Link to="/visits">回到现场检查名单</Link>} />;
  }
  if (visit.isPending) return <div className="centre"><Spin size="large" /></div>;
  const own = visit.data;
  const head = own.visit;
  const open = head.state === "open" && may("update_visit");
  return (
    <>
      <div className="panel">
        <div className="page-head" style={{ marginBottom: 6 }}>
          <h1>现场检查</h1>
          {state(head, VISIT_STATES)}
          <span className="grow" />
          {head.state === "finished" && may("create_penalty") && <Link to={`/penalties/new?city=${head.city}&enterprise=${head.enterprise}&visit=${head.id}`}><Button>行政处罚立案</Button></Link>}
          {open && may("withdraw_visit") && <Button onClick={() => setGiving(true)}>作废</Button>}
        </div>
        <div>
          <Link to={`/enterprises/${head.city}/${head.enterprise}`}>{head.enterprise_name}</Link>
          <span className="muted">　{head.place}</span>
        </div>
        <div className="muted">
          {instant(head.started_at)} 开始{head.ended_at ? `，${instant(head.ended_at)} 结束` : ""}　执法人员 {head.officers.map((officer) => `${officer.name}（${officer.number}）`).join("、")}
        </div>
        {head.others.length > 0 && <div className="muted">合并检查，参加的还有：{head.others.map((officer) => `${officer.agency_name} ${officer.name}（${officer.number}）`).join("、")}</div>}
        {head.due_on && <div>整改期限 <b>{head.due_on}</b></div>}
        {head.reason && <Alert style={{ marginTop: 8 }} type="info" showIcon title={`已作废：${head.reason}`} />}
      </div>
      <div className="visit-page">
        <div>
          {open ? <OpenChecklist visit={own} onFound={(item) => setWriting({ item })} onSaving={setSaving} /> : <Answered items={own.items} answers={own.checklist} />}
          <section className="panel">
            <h2>发现的问题</h2>
            <Findings visit={own} open={open} onEdit={(finding) => setWriting({ finding })} />
            {open && <Button type="primary" ghost style={{ marginTop: 8 }} onClick={() => setWriting({})}>记录问题</Button>}
          </section>
        </div>
        <div>
          <Documents visit={own} />
          {open && <Finish visit={own} saving={saving} />}
          {head.state === "finished" && <Signatures visit={own} />}
        </div>
      </div>
      {writing && <FindingDialog visit={own} {...writing} onClose={() => setWriting(null)} />}
      {giving && <Withdraw visit={own} onClose={() => setGiving(false)} />}
    </>
  );
}

function OpenChecklist({ visit, onFound, onSaving }: { visit: Visit; onFound: (item: Item) => void; onSaving: (saving: boolean) => void }) {
  const queries = useQueryClient();
  const { city, id } = visit.visit;
  const { queryKey } = visitQuery(city, id);
  const own = useAnswers({
    saved: visit.checklist,
    send: async (checklist) => {
      const version = (queries.getQueryData<Visit>(queryKey) ?? visit).visit.version;
      const after = await ask(api.PATCH("/api/visits/{city}/{id}", { params: { path: { city, id } }, body: { version, checklist } }));
      queries.setQueryData<Visit>(queryKey, (before) => before && { ...before, visit: after, checklist: { ...before.checklist, ...checklist } });
    },
    fresh: async () => {
      const now = await queries.fetchQuery({ ...visitQuery(city, id), staleTime: 0 });
      return now.visit.state === "open" ? now.checklist : null;
    },
  });
  useEffect(() => onSaving(own.saving), [own.saving, onSaving]);
  if (visit.items.length === 0) return <section className="panel"><h2>检查表</h2><p className="muted">这个领域还没有检查表，请直接记录发现的问题。</p></section>;
  return (
    <Checklist
      items={visit.items}
      own={own}
      extra={(item, answer) => answer === "unmet" && <Button onClick={() => onFound(item)}>{visit.findings.some((found) => found.item === item.code) ? "再记一个问题" : "记录问题"}</Button>}
    />
  );
}

function Withdraw({ visit, onClose }: { visit: Visit; onClose: () => void }) {
  const { city, id, version } = visit.visit;
  const refresh = useRefresh();
  const [reason, setReason] = useState("");
  const save = useMutation({
    mutationFn: () => ask(api.POST("/api/visits/{city}/{id}/withdraw", { params: { path: { city, id } }, body: { version, reason } })),
    onSuccess: async () => {
      await refresh();
      onClose();
    },
  });
  return (
    <Modal open title="作废这次检查" okText="作废" cancelText="取消" okButtonProps={{ danger: true, loading: save.isPending }} onOk={() => save.mutate()} onCancel={onClose}>
      <p>误开的检查可以作废，已记录的内容仍可查看，但不会转为隐患。</p>
      <Input aria-label="作废原因" placeholder="作废原因" maxLength={200} value={reason} onChange={(event) => setReason(event.target.value)} />
      {save.isError && <Alert style={{ marginTop: 8 }} type="error" showIcon title={sentence(save.error)} />}
    </Modal>
  );
}
