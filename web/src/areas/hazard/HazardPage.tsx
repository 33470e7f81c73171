import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Alert, App, Button, DatePicker, Form, Input, Modal, Result, Select, Spin, Tag } from "antd";
import dayjs, { type Dayjs } from "dayjs";
import { useState } from "react";
import { Link, useNavigate, useParams } from "react-router";

import { ApiError, type Schemas, api, ask } from "../../api/client";
import { useMay } from "../../app/session";
import { LongText } from "../../parts/LongText";
import { sentence } from "../../parts/problem";
import { options } from "../cases/words";
import { type Step, Steps } from "../law/OutcomeView";
import HazardForm from "./HazardForm";
import { GradeTag } from "./HazardList";
import { Papers, type PaperValues, papers } from "./Papers";
import { DUTIES, EVENTS, gradeName } from "./words";
import "../cases/cases.css";
import "./hazard.css";

type View = Schemas["HazardSourceView"];

/** One major hazard source: what it is and why, who answers for it, where its filing stands. */
export default function HazardPage() {
  const { city = "", id = "" } = useParams();
  const may = useMay();
  const [doing, setDoing] = useState<"edit" | "filing" | "cancel" | "event" | "remove" | null>(null);
  const query = useQuery({ queryKey: ["hazard", city, id], queryFn: () => ask(api.GET("/api/hazard-sources/{city}/{id}", { params: { path: { city, id } } })) });
  const filings = useQuery({ queryKey: ["hazard", city, id, "filings"], queryFn: () => ask(api.GET("/api/hazard-sources/{city}/{id}/filings", { params: { path: { city, id } } })) });
  if (query.isError) {
    const gone = query.error instanceof ApiError && query.error.status === 404;
    return <Result status={gone ? "404" : "warning"} title={gone ? "没有这处重大危险源，或它不在您的管辖范围内" : sentence(query.error)} extra={<Link to="/hazards">回到重大危险源名单</Link>} />;
  }
  if (query.isPending) return <div className="centre"><Spin size="large" /></div>;
  const view = query.data;
  const { source } = view;
  if (doing === "edit") return <HazardForm view={view} onClose={() => setDoing(null)} />;
  const open = source.open_filing;
  const live = source.state !== "cancelled";
  const today = dayjs().format("YYYY-MM-DD");
  const facts: [string, string | number | null | undefined][] = [
    ["类别", source.category_label],
    ["厂内位置", source.location],
    ["投用日期", source.started_on],
    ["厂界外 500 米内人口", source.population === null || source.population === undefined ? null : `${source.population} 人`],
    ["安全评估日期", source.assessed_on],
    ["辨识标准", source.edition],
    ["辨识日期", source.identified_on],
    ["备注", source.note],
  ];
  return (
    <>
      <div className="panel">
        <div className="page-head" style={{ marginBottom: 6 }}>
          <h1>{source.name}</h1>
          <GradeTag source={source} />
          <Tag color={source.state === "filed" ? "green" : "default"}>{source.state_label}</Tag>
        </div>
        <div>
          <Link to={`/enterprises/${source.city}/${source.enterprise}`}>{source.enterprise_name}</Link>
          <span className="muted">　{source.region_name}</span>
        </div>
        <div style={{ marginTop: 6 }}>
          {source.filing_number && <>备案编号 <b>{source.filing_number}</b>　{source.filed_on} 备案，有效期至 <span className={source.filed_until && source.filed_until < today ? "down" : ""}>{source.filed_until}</span>　<span className="muted">{source.filed_with}</span></>}
        </div>
        {source.review_on && (
          <Alert
            style={{ marginTop: 8 }}
            showIcon
            type={source.review_on < today || source.review_why === "event" ? "warning" : "info"}
            title={source.review_why === "event" ? "有应当重新辨识、评估的情形，请重新评估后点“修改”填入新的评估日期和数量。" : `${source.review_on} 前应重新辨识、评估、分级（安全评估满三年）。`}
          />
        )}
        {view.events.map((own, at) => (
          <div key={at} className="muted" style={{ marginTop: 4 }}>{own.on}　{EVENTS[own.kind]}　{own.note}</div>
        ))}
        {live && (
          <div className="hazard-steps no-print">
            {open && <Link to={`/hazard-filings/${source.city}/${open}`}><Button type="primary">查看正在办理的备案</Button></Link>}
            {!open && source.is_major && may("create_hazard_filing") && <Button type="primary" onClick={() => setDoing("filing")}>{source.state === "filed" ? "重新备案" : "申请备案"}</Button>}
            {may("update_hazard_source") && <Button onClick={() => setDoing("edit")}>修改</Button>}
            {source.is_major && may("add_hazard_event") && <Button onClick={() => setDoing("event")}>登记变化情形</Button>}
            {!open && source.state === "filed" && may("create_hazard_filing") && <Button onClick={() => setDoing("cancel")}>申请核销</Button>}
            {!open && source.state === "registered" && may("remove_hazard_source") && <Button danger onClick={() => setDoing("remove")}>删除误登</Button>}
          </div>
        )}
      </div>
      <div className="hazard-page">
        <div>
          <section className="panel">
            <h2>辨识和分级</h2>
            <p className="hazard-grade">{source.is_major ? (source.grade ? `${gradeName(source.grade)}重大危险源` : "构成重大危险源，未分级") : "不构成重大危险源"}</p>
            <p className="muted">
              {source.s && `S = ${source.s}\u3000`}
              {source.r && `R = ${source.r}\u3000`}
              {source.declared_grade && `企业申报 ${gradeName(source.declared_grade)}${source.declared_r ? `（R = ${source.declared_r}）` : ""}`}
            </p>
            {source.differs && <Alert type="warning" showIcon style={{ marginBottom: 12 }} title="系统辨识的结果与企业申报的级别不一致，请核对单元划分、数量和厂外人口。" />}
            {view.units.map((unit, at) => {
              const outcome = (unit.outcome ?? {}) as { explanation?: Step[] };
              return (
                <details key={unit.id ?? at} className="hazard-unit" open={view.units.length === 1}>
                  <summary><b>{unit.name}</b>　<span className="muted">{(unit.substances ?? []).map((own) => `${own.name ?? own.cas ?? ""} ${own.quantity_t} 吨`).join("、")}</span></summary>
                  <Steps steps={outcome.explanation ?? []} />
                </details>
              );
            })}
          </section>
          <section className="panel">
            <h2>基本情况</h2>
            <dl className="fields" style={{ margin: 0 }}>
              {facts.filter(([, value]) => value).map(([label, value]) => (
                <div key={label} className="field"><dt>{label}</dt><dd>{value}</dd></div>
              ))}
            </dl>
          </section>
        </div>
        <div>
          <section className="panel">
            <h2>安全责任人</h2>
            {view.persons.length === 0 && <p className="muted">还没有填写。备案前应填写主要负责人、技术负责人、操作负责人。</p>}
            {view.evaluation && <div><Link to={`/enterprises/${source.city}/${source.enterprise}?tab=archive&section=safety_evaluation&record=${view.evaluation}`}>安全评价（评估）报告</Link></div>}
            {view.plan && <div><Link to={`/enterprises/${source.city}/${source.enterprise}?tab=archive&section=emergency_plan&record=${view.plan}`}>应急预案</Link></div>}
            {view.persons.map((own, at) => (
              <div key={at}><span className="muted">{DUTIES[own.duty]}</span>　{own.name}　{own.phone}</div>
            ))}
          </section>
          <section className="panel">
            <h2>备案记录</h2>
            {(filings.data ?? []).length === 0 && <p className="muted">还没有申请过备案。</p>}
            {(filings.data ?? []).map((own) => (
              <div key={own.id}>
                <Link to={`/hazard-filings/${source.city}/${own.id}`}>{own.handed_in_on} {own.kind === "cancel" ? "核销" : "备案"}</Link>　{own.number ?? "办理中或未办成"}
              </div>
            ))}
          </section>
          {may("list_hazard_nearby") && <Around source={source} />}
        </div>
      </div>
      {(doing === "filing" || doing === "cancel") && <FilingDialog view={view} kind={doing} onClose={() => setDoing(null)} />}
      {doing === "event" && <EventDialog view={view} onClose={() => setDoing(null)} />}
      {doing === "remove" && <RemoveDialog view={view} onClose={() => setDoing(null)} />}
    </>
  );
}

/** What lies within 500 m, drawn to scale. */
function Around({ source }: { source: View["source"] }) {
  const { city, id, longitude, latitude } = source;
  const placed = typeof longitude === "number" && typeof latitude === "number";
  const near = useQuery({ queryKey: ["hazard", city, id, "nearby"], queryFn: () => ask(api.GET("/api/hazard-sources/{city}/{id}/nearby", { params: { path: { city, id } } })), enabled: placed });
  if (!placed) return <section className="panel"><h2>周边 500 米</h2><p className="muted">还没有填写经纬度，填写后显示周边的企业和重大危险源。</p></section>;
  const spot = (own: { longitude: number; latitude: number }) => ({
    x: (own.longitude - longitude) * 111195 * Math.cos((latitude * Math.PI) / 180),
    y: (latitude - own.latitude) * 111195,
  });
  const firms = near.data?.enterprises ?? [];
  const sources = near.data?.sources ?? [];
  return (
    <section className="panel">
      <h2>周边 500 米</h2>
      <svg className="hazard-map" viewBox="-560 -560 1120 1120" role="img" aria-label="周边示意图">
        {[250, 500].map((metres) => (
          <g key={metres}>
            <circle r={metres} fill="none" stroke="#8fb5e0" strokeWidth={3} strokeDasharray="12 8" />
            <text x={4} y={-metres - 8} fontSize={30} fill="#66707f">{metres} 米</text>
          </g>
        ))}
        {firms.map((own) => <circle key={own.id} cx={spot(own).x} cy={spot(own).y} r={11} fill="#1d4f91"><title>{own.name}</title></circle>)}
        {sources.map((own) => <rect key={own.id} x={spot(own).x - 12} y={spot(own).y - 12} width={24} height={24} fill="#c0392b"><title>{own.name}</title></rect>)}
        <path d="M0,-24 L22,16 L-22,16 Z" fill="#c0392b" />
      </svg>
      {near.data && firms.length + sources.length === 0 && <p className="muted">管辖范围内，500 米以内没有已标注位置的企业和重大危险源。</p>}
      {sources.map((own) => <div key={own.id}><Tag color="red">重大危险源</Tag><Link to={`/hazards/${own.city}/${own.id}`}>{own.name}</Link>　<span className="muted">{own.metres} 米</span></div>)}
      {firms.slice(0, 20).map((own) => <div key={own.id}><Link to={`/enterprises/${own.city}/${own.id}`}>{own.name}</Link>　<span className="muted">{own.metres} 米</span></div>)}
      {firms.length > 20 && <p className="muted">另有 {firms.length - 20} 家企业</p>}
    </section>
  );
}

function useDone(onClose: () => void, text: string) {
  const queries = useQueryClient();
  const { message } = App.useApp();
  return () => {
    for (const key of ["hazard", "hazards", "cases", "inbox", "enterprise"]) void queries.invalidateQueries({ queryKey: [key] });
    void message.success(text);
    onClose();
  };
}

function FilingDialog({ view, kind, onClose }: { view: View; kind: "filing" | "cancel"; onClose: () => void }) {
  const { source } = view;
  const navigate = useNavigate();
  const [form] = Form.useForm<PaperValues & { reason?: string }>();
  const done = useDone(onClose, "已报送，等县级受理。");
  const wanted = kind === "cancel" ? view.cancel_documents : view.documents;
  const save = useMutation({
    mutationFn: (values: PaperValues & { reason?: string }) =>
      ask(api.POST("/api/hazard-sources/{city}/{id}/filings", { params: { path: { city: source.city, id: source.id } }, body: { version: source.version, kind, materials: papers(wanted, values), reason: values.reason || null } })),
    onSuccess: (filing) => {
      done();
      void navigate(filing.case.link);
    },
  });
  const problems = save.error instanceof ApiError ? save.error.errors : [];
  return (
    <Modal open width={760} title={kind === "cancel" ? "申请核销" : "申请备案"} okText="报送" cancelText="取消" onCancel={onClose} onOk={() => form.submit()} confirmLoading={save.isPending}>
      <Form form={form} layout="vertical" onFinish={(values) => save.mutate(values)}>
        {kind === "cancel" && <Form.Item name="reason" label="核销理由" rules={[{ required: true, message: "请写明理由。" }]}><LongText maxLength={500} /></Form.Item>}
        <Papers wanted={wanted} />
        {save.isError && <Alert type="error" showIcon title={sentence(save.error)} description={problems.length > 0 && <ul>{problems.slice(0, 6).map((own) => <li key={own.pointer + own.message}>{own.message}</li>)}</ul>} />}
      </Form>
    </Modal>
  );
}

function EventDialog({ view, onClose }: { view: View; onClose: () => void }) {
  const { source } = view;
  const [form] = Form.useForm<{ kind: string; on: Dayjs; note?: string }>();
  const done = useDone(onClose, "已登记，请及时重新辨识、评估。");
  const save = useMutation({
    mutationFn: (values: { kind: string; on: Dayjs; note?: string }) =>
      ask(api.POST("/api/hazard-sources/{city}/{id}/events", { params: { path: { city: source.city, id: source.id } }, body: { version: source.version, kind: values.kind, on: values.on.format("YYYY-MM-DD"), note: values.note ?? "" } })),
    onSuccess: done,
  });
  return (
    <Modal open title="登记变化情形" okText="登记" cancelText="取消" onCancel={onClose} onOk={() => form.submit()} confirmLoading={save.isPending}>
      <Form form={form} layout="vertical" initialValues={{ on: dayjs() }} onFinish={(values) => save.mutate(values)}>
        <Form.Item name="kind" label="情形（安监总局令第40号第十一条）" rules={[{ required: true, message: "请选择情形。" }]}><Select options={options(EVENTS)} /></Form.Item>
        <Form.Item name="on" label="发生日期" rules={[{ required: true, message: "请选择日期。" }]}><DatePicker disabledDate={(day: Dayjs) => day.isAfter(dayjs())} /></Form.Item>
        <Form.Item name="note" label="说明"><LongText maxLength={300} /></Form.Item>
        {save.isError && <Alert type="error" showIcon title={sentence(save.error)} />}
      </Form>
    </Modal>
  );
}

function RemoveDialog({ view, onClose }: { view: View; onClose: () => void }) {
  const { source } = view;
  const navigate = useNavigate();
  const [reason, setReason] = useState("");
  const done = useDone(onClose, "已删除。");
  const save = useMutation({
    mutationFn: () => ask(api.POST("/api/hazard-sources/{city}/{id}/remove", { params: { path: { city: source.city, id: source.id } }, body: { version: source.version, reason } })),
    onSuccess: () => {
      done();
      void navigate("/hazards");
    },
  });
  return (
    <Modal open title="删除误登的重大危险源" okText="删除" cancelText="取消" okButtonProps={{ danger: true }} onCancel={onClose} onOk={() => save.mutate()} confirmLoading={save.isPending}>
      <Input aria-label="删除原因" placeholder="删除原因" maxLength={200} value={reason} onChange={(event) => setReason(event.target.value)} />
      {save.isError && <Alert style={{ marginTop: 8 }} type="error" showIcon title={sentence(save.error)} />}
    </Modal>
  );
}
