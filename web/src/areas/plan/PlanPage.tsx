import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Alert, App, Button, Form, Input, Modal, Popconfirm, Result, Space, Spin } from "antd";
import { useState } from "react";
import { Link, useParams } from "react-router";

import { ApiError, type Schemas, api, ask } from "../../api/client";
import { useMay, useSession } from "../../app/session";
import { LongText } from "../../parts/LongText";
import { RecordTable } from "../../parts/RecordTable";
import { instant } from "../../parts/format";
import { sentence } from "../../parts/problem";
import { state } from "../inspection/VisitList";
import { AddTarget } from "./AddTarget";
import { PLAN_STATES, whom } from "./words";
import "./plan.css";

type Plan = Schemas["InspectionPlan"];
type Line = Schemas["PlanLineView"];
type Draw = Schemas["InspectionDrawRow"];

/** One plan: its lines and how far each has come, drawing them, its draws. */
export default function PlanPage() {
  const session = useSession();
  const may = useMay();
  const queries = useQueryClient();
  const { message } = App.useApp();
  const { city = "", id = "" } = useParams();
  const [drawing, setDrawing] = useState<Line | null>(null);
  const [returning, setReturning] = useState(false);
  const [adding, setAdding] = useState(false);
  const path = { city, id };
  const found = useQuery({ queryKey: ["inspection-plan", city, id], queryFn: () => ask(api.GET("/api/inspection-plans/{city}/{id}", { params: { path } })) });
  const refresh = () => Promise.all(["inspection-plan", "inspection-plans", "inspection-targets", "inbox", "indicators"].map((key) => queries.invalidateQueries({ queryKey: [key] })));
  const step = useMutation({
    mutationFn: ({ plan, to, reason }: { plan: Plan; to: "submit" | "approve" | "return"; reason?: string }) => {
      const { version } = plan;
      if (to === "submit") return ask(api.POST("/api/inspection-plans/{city}/{id}/submit", { params: { path }, body: { version } }));
      if (to === "approve") return ask(api.POST("/api/inspection-plans/{city}/{id}/approve", { params: { path }, body: { version } }));
      return ask(api.POST("/api/inspection-plans/{city}/{id}/return", { params: { path }, body: { version, reason: reason ?? "" } }));
    },
    onSuccess: (_, { to }) => {
      void message.success({ submit: "已报批。", approve: "已批准，可以抽取。", return: "已退回。" }[to]);
      setReturning(false);
      void refresh();
    },
    onError: (error) => {
      void message.error(sentence(error));
      void refresh();
    },
  });
  if (found.isError) {
    const gone = found.error instanceof ApiError && found.error.status === 404;
    return <Result status={gone ? "404" : "warning"} title={gone ? "没有这个检查计划，或它不在您的管辖范围内" : sentence(found.error)} extra={<Link to="/inspection-plans">回到检查计划</Link>} />;
  }
  const plan = found.data;
  if (!plan) return <div className="centre"><Spin size="large" /></div>;
  const { capacity } = plan;
  const rows = (line: number, more: string) => `/inspection-targets?plan=${id}&line=${line}${more}`;
  const number = (line: number, value: number, more: string, className = "") => (value === 0 ? "0" : <Link className={className} to={rows(line, more)}>{value}</Link>);
  const drawable = plan.state === "approved" && may("draw_inspection_targets");
  return (
    <>
      <div className="panel">
        <div className="page-head" style={{ marginBottom: 6 }}>
          <h1>{plan.name}</h1>
          {state(plan, PLAN_STATES)}
          <span className="grow" />
          <Space wrap>
            {plan.state === "draft" && may("update_inspection_plan") && <Link to={`/inspection-plans/${city}/${id}/edit`}><Button>修改</Button></Link>}
            {plan.state === "draft" && may("submit_inspection_plan") && <Button type="primary" loading={step.isPending} onClick={() => step.mutate({ plan, to: "submit" })}>报批</Button>}
            {plan.state === "submitted" && may("approve_inspection_plan") && (
              <Popconfirm title="批准这个计划？批准后即可抽取检查对象。" okText="批准" cancelText="取消" onConfirm={() => step.mutate({ plan, to: "approve" })}>
                <Button type="primary" loading={step.isPending}>批准</Button>
              </Popconfirm>
            )}
            {plan.state !== "draft" && may("return_inspection_plan") && <Button onClick={() => setReturning(true)}>{plan.state === "approved" ? "退回调整" : "退回"}</Button>}
            {plan.state === "approved" && may("create_inspection_target") && <Button onClick={() => setAdding(true)}>增加企业</Button>}
            <Link to={`/inspection-targets?plan=${id}`}><Button>计划检查的企业</Button></Link>
          </Space>
        </div>
        <div className="muted">
          {plan.agency_name}　{plan.year} 年
          {plan.approved_at && `\u3000${plan.approved_by_name ?? ""} ${instant(plan.approved_at)} 批准`}
        </div>
        <div className="plan-facts">
          <span>持证执法人员 {capacity.officers} 人{capacity.working_days ? `，全年工作日 ${capacity.working_days} 天，合 ${capacity.officers * capacity.working_days} 人日` : ""}</span>
          <span>已列入检查 {capacity.inspections} 次，每次两人，合 {capacity.inspections * 2} 人次</span>
        </div>
        {plan.note && <p style={{ whiteSpace: "pre-wrap", margin: "8px 0 0" }}>{plan.note}</p>}
        {plan.returned_reason && <Alert type="warning" showIcon style={{ marginTop: 10 }} title={`退回原因：${plan.returned_reason}`} />}
      </div>
      <RecordTable<Line>
        rowKey="code"
        dataSource={plan.lines}
        empty="计划还没有内容，点“修改”填写。"
        columns={[
          { key: "name", title: "检查项", width: 200, render: (_, own) => own.name },
          { key: "whom", title: "范围", width: 240, render: (_, own) => whom(own, session.region.name) },
          { key: "number", title: "要检查", render: (_, own) => (own.number ? `抽 ${own.number} 家` : "全部") },
          { key: "months", title: "月份", render: (_, own) => `${own.from_month}—${own.to_month} 月${own.times > 1 ? `，每家 ${own.times} 次` : ""}` },
          { key: "chosen", title: "已抽中", render: (_, own) => `${own.chosen} 家` },
          { key: "left", title: "还可抽", render: (_, own) => `${own.candidates >= 1000 ? "1000+" : own.candidates} 家` },
          { key: "planned", title: "待检查", render: (_, own) => number(own.code, own.planned, "&state=planned") },
          { key: "late", title: "逾期", render: (_, own) => number(own.code, own.late, "&late=true", "down") },
          { key: "done", title: "已检查", render: (_, own) => number(own.code, own.done, "&state=done") },
          ...(drawable ? [{ key: "act", title: "", render: (_: unknown, own: Line) => (own.candidates > 0 && (!own.number || own.chosen < own.number) ? <Button size="small" type="primary" ghost onClick={() => setDrawing(own)}>{own.chosen > 0 ? "补抽" : "抽取"}</Button> : null) }] : []),
        ]}
      />
      {plan.extra.planned + plan.extra.done + plan.extra.cancelled > 0 && (
        <p className="muted">
          另有人工增加的检查：<Link to={rows(0, "")}>{plan.extra.planned + plan.extra.done} 次</Link>
        </p>
      )}
      <div className="panel" style={{ marginTop: 16 }}>
        <h2 className="plan-title">抽取记录</h2>
        <RecordTable<Draw>
          dataSource={plan.draws}
          empty={plan.state === "approved" ? "还没有抽取。在上面的检查项后点“抽取”。" : "计划批准后才能抽取。"}
          columns={[
            { key: "day", title: "日期", render: (_, own) => <Link to={`/inspection-draws/${city}/${own.id}`}>{own.drawn_on}</Link> },
            { key: "line", title: "检查项", render: (_, own) => plan.lines.find((line) => line.code === own.line)?.name },
            { key: "drawn", title: "结果", render: (_, own) => `${own.candidates} 家抽 ${own.drawn} 家` },
            { key: "officers", title: "执法人员库", render: (_, own) => `${own.officers} 人` },
            { key: "seed", title: "随机种子", render: (_, own) => <span className="draw-seed">{own.seed}</span> },
            { key: "by", title: "抽取人", render: (_, own) => own.created_by_name },
          ]}
        />
      </div>
      {drawing && <DrawDialog plan={plan} line={drawing} onClose={() => setDrawing(null)} onDone={refresh} />}
      {adding && <AddTarget plan={plan} onClose={() => setAdding(false)} onDone={refresh} />}
      {returning && <ReturnDialog busy={step.isPending} approved={plan.state === "approved"} onClose={() => setReturning(false)} onSend={(reason) => step.mutate({ plan, to: "return", reason })} />}
    </>
  );
}

function DrawDialog({ plan, line, onClose, onDone }: { plan: Plan; line: Line; onClose: () => void; onDone: () => Promise<unknown> }) {
  const { message } = App.useApp();
  const [text, setText] = useState("");
  const draw = useMutation({
    mutationFn: () => ask(api.POST("/api/inspection-plans/{city}/{id}/draws", { params: { path: { city: plan.city, id: plan.id } }, body: { version: plan.version, line: line.code, text: text.trim() || null } })),
    onSuccess: (own) => {
      void message.success(`抽中 ${own.drawn} 家，执法人员已随机搭配。`);
      void onDone();
      onClose();
    },
    onError: () => void onDone(),
  });
  const wanted = line.number ? Math.min(line.number - line.chosen, line.candidates) : line.candidates;
  return (
    <Modal open title={`抽取：${line.name}`} okText="开始抽取" cancelText="取消" okButtonProps={{ loading: draw.isPending }} onOk={() => draw.mutate()} onCancel={onClose}>
      <p>
        从 {line.candidates >= 1000 ? "1000 多" : line.candidates} 家在营企业中抽取 {wanted >= 1000 ? "1000 多" : wanted} 家，并从 {plan.capacity.officers} 名持证人员中为每家抽取两名；登记了回避的自动避开。
      </p>
      <Alert type="info" showIcon style={{ marginBottom: 12 }} title="抽取后不能重来" description="名录、种子和每一步都永久保存，任何人可以用同样的名录和种子重新抽取核对。" />
      {plan.capacity.officers < 2 && <Alert type="warning" showIcon style={{ marginBottom: 12 }} title="本机关有效的执法证不足两张，抽中的企业暂时没有执法人员，需要以后指定。" />}
      <Form layout="vertical">
        <Form.Item label="见证人给出的数字或文字（可不填）" extra="与系统当场产生的随机数合成种子，谁也不能事先知道结果。">
          <Input aria-label="见证人给出的数字或文字" maxLength={100} value={text} onChange={(event) => setText(event.target.value)} />
        </Form.Item>
      </Form>
      {draw.isError && <Alert type="error" showIcon title={sentence(draw.error)} />}
    </Modal>
  );
}

function ReturnDialog({ approved, busy, onClose, onSend }: { approved: boolean; busy: boolean; onClose: () => void; onSend: (reason: string) => void }) {
  const [form] = Form.useForm<{ reason: string }>();
  return (
    <Modal open title={approved ? "退回调整" : "退回计划"} okText="退回" cancelText="取消" okButtonProps={{ loading: busy }} onOk={() => form.submit()} onCancel={onClose}>
      {approved && <p className="muted">已抽取的企业都保留；调整后要重新报批。</p>}
      <Form form={form} layout="vertical" onFinish={({ reason }) => onSend(reason)}>
        <Form.Item name="reason" label="原因" rules={[{ required: true, message: "请写明原因。" }]}><LongText rows={3} maxLength={500} /></Form.Item>
      </Form>
    </Modal>
  );
}
