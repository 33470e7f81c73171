import { CheckCircleFilled, EllipsisOutlined } from "@ant-design/icons";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Alert, App, Button, DatePicker, Dropdown, Modal, Popconfirm, Result, Space, Spin, Tabs, Tag } from "antd";
import dayjs, { type Dayjs } from "dayjs";
import { Suspense, lazy, useState } from "react";
import { useParams, useSearchParams } from "react-router";

import { ApiError, type Row, api, ask } from "../../api/client";
import { useMay, useSession } from "../../app/session";
import { PastButton } from "../../parts/PastButton";
import { COLOURS, instant, show } from "../../parts/format";
import { sentence } from "../../parts/problem";
import { Why } from "../account/Why";
import { PrintMenu } from "../archive/PrintMenu";
import { AssignDialog } from "./AssignDialog";
import { ClusterDialog } from "./Clusters";
import { DutyDialog } from "./DutyDialog";
import { Engagements } from "./Engagements";
import { HandoverDialog } from "./HandoverDialog";
import { HeaderFigures } from "./HeaderFigures";
import { History } from "./History";
import { Industry } from "./IndustryPicker";
import { Links } from "./Links";
import { OwnProposals } from "./OwnProposals";
import { Propose } from "./Propose";
import { RecordEditor } from "./RecordEditor";
import { SplitDialog } from "./SplitDialog";
import { StatusDialog, StatusHistory } from "./StatusDialog";
import { type Field, readRecord, useFields } from "./use";

const EnterpriseMap = lazy(() => import("./EnterpriseMap"));
const EnterpriseTimeline = lazy(() => import("./EnterpriseTimeline"));
const EnterpriseCases = lazy(() => import("../cases/EnterpriseCases"));
const EnterpriseMonitoring = lazy(() => import("../monitoring/EnterpriseMonitoring"));
const ArchiveTab = lazy(() => import("../archive/ArchiveTab"));
const CompareTab = lazy(() => import("../archive/CompareTab"));

/** What changes nothing may be done in the past, too, and to a file that became part of another. */
const READING = /^(list|find|print)_/;

function Badge({ record, name, fields }: { record: Row; name: string; fields: Field[] }) {
  const field = fields.find((own) => own.name === name);
  const text = field ? show(field, record[name]) : "";
  return text ? <Tag color={COLOURS[String(record[name])] ?? "blue"}>{text}</Tag> : null;
}

export default function EnterprisePage() {
  const { city = "", id = "" } = useParams();
  const may = useMay();
  const session = useSession();
  const queries = useQueryClient();
  const { message } = App.useApp();
  const [params, setParams] = useSearchParams();
  const asOf = params.get("as_of") ?? undefined;
  // an enterprise's own account comes to fill in its archive
  const tab = params.get("tab") ?? (session.enterprise && may("find_archive") ? "archive" : "fields");
  const go = (changes: Record<string, string | undefined>) => {
    const kept = { ...Object.fromEntries(params), ...changes };
    setParams(Object.fromEntries(Object.entries(kept).filter((own): own is [string, string] => own[1] !== undefined)));
  };
  const [editing, setEditing] = useState(false);
  const [proposing, setProposing] = useState(false);
  const [doing, setDoing] = useState<"assign" | "status" | "duty" | "cluster" | "handover" | "split" | "why" | null>(null);
  const [past, setPast] = useState<string | null>(null);
  const fields = useFields();
  const record = useQuery({ queryKey: ["enterprise", city, id, asOf], queryFn: () => readRecord(city, id, asOf) });
  const verify = useMutation({
    mutationFn: (names: string[] | null) =>
      ask(api.POST("/api/enterprises/{city}/{id}/verify", { params: { path: { city, id } }, body: { version: record.data?.version ?? 0, fields: names } })),
    onSuccess: () => {
      void message.success("已核实。");
      void queries.invalidateQueries({ queryKey: ["enterprise"] });
      void queries.invalidateQueries({ queryKey: ["enterprises"] });
    },
    onError: (error) => void message.error(sentence(error)),
  });
  if (record.isError) {
    const gone = record.error instanceof ApiError && record.error.status === 404;
    return (
      <Result
        status={gone ? "404" : "warning"}
        title={gone ? (asOf ? "那一天还没有这家企业的档案" : "没有这家企业，或它不在您的管辖范围内") : sentence(record.error)}
        extra={asOf ? <Button onClick={() => go({ as_of: undefined })}>回到现在</Button> : <Button onClick={() => void record.refetch()}>重试</Button>}
      />
    );
  }
  if (record.isPending || fields.isPending || !fields.data) {
    return (
      <div className="centre">
        <Spin size="large" />
      </div>
    );
  }
  const row = record.data;
  const all = fields.data;
  if (proposing) return <Propose record={row} fields={all} onClose={() => setProposing(false)} />;
  if (editing) return <RecordEditor record={row} fields={all} onClose={() => setEditing(false)} />;
  const verified = new Set(Array.isArray(row["verified_fields"]) ? (row["verified_fields"] as string[]) : []);
  const groups = [...new Set(all.map((field) => field.group))];
  const now = asOf === undefined;
  const mayPast = may("list_enterprise_history");
  const pastField = all.find((field) => field.name === past);
  const can = (operation: string) => now && row["status"] !== "merged" && may(operation);
  const more = [
    { key: "duty", label: "监管责任…", needs: "set_enterprise_duty" },
    { key: "assign", label: "分配镇街…", needs: "assign_enterprises" },
    { key: "cluster", label: "加入市场、园区…", needs: "set_enterprise_cluster" },
    { key: "handover", label: "移交到其他地方…", needs: "create_handover" },
    { key: "split", label: "拆分成两份…", needs: "split_enterprise" },
  ]
    .filter((own) => can(own.needs))
    .map(({ key, label }) => ({ key, label }))
    .concat({ key: "why", label: "我能办什么、为什么…" });
  const mend = can("update_enterprise") ? () => setEditing(true) : can("create_proposal") ? () => setProposing(true) : null;
  return (
    <>
      <div className="panel">
        <div className="page-head" style={{ marginBottom: 6 }}>
          <h1>{String(row["name"])}</h1>
          <Badge record={row} name="status" fields={all} />
          <Badge record={row} name="verification" fields={all} />
          {String(row["assignment"]) !== "certain" && <Badge record={row} name="assignment" fields={all} />}
          <span className="grow" />
          <Space wrap className="no-print">
            {mayPast && (
              <DatePicker
                aria-label="查看某一天的档案"
                placeholder="查看某一天的档案"
                value={asOf ? dayjs(asOf) : null}
                disabledDate={(day: Dayjs) => day.isAfter(dayjs())}
                onChange={(day: Dayjs | null) => go({ as_of: day?.endOf("day").toISOString() })}
              />
            )}
            {can("update_enterprise") && <Button onClick={() => setEditing(true)}>修改</Button>}
            {can("change_enterprise_status") && <Button onClick={() => setDoing("status")}>变更状态</Button>}
            <Dropdown menu={{ items: more, onClick: ({ key }) => setDoing(key as typeof doing) }} trigger={["click"]}>
              <Button icon={<EllipsisOutlined />}>更多</Button>
            </Dropdown>
            {now && may("create_proposal") && <Button type="primary" onClick={() => setProposing(true)}>申报变更</Button>}
            {can("verify_enterprise") && row["verification"] !== "verified" && (
              <Popconfirm title="确认档案内容与现场一致？" description="您的姓名和今天的日期会记为核实人和核实日期。" okText="核实全部栏目" cancelText="取消" onConfirm={() => verify.mutate(null)}>
                <Button type="primary" loading={verify.isPending}>
                  核实
                </Button>
              </Popconfirm>
            )}
            <PrintMenu place={{ city, id, asOf }} archive={may("print_archive")} />
          </Space>
        </div>
        <div className="muted">
          {String(row["region_name"] ?? "")}　{String(row["credit_code"] ?? row["old_code"] ?? "无证照编码")}　{show(all.find((field) => field.name === "sector") ?? all[0] as Field, row["sector"])}
        </div>
        {row["verified_by_name"] ? (
          <div style={{ marginTop: 6 }}>
            <CheckCircleFilled style={{ color: "#2e8b57" }} /> {String(row["verified_by_name"])} 于 {instant(row["verified_at"])} 核实
            {row["verification"] === "partly" && <span className="muted">（部分栏目此后有改动或尚未核实）</span>}
          </div>
        ) : (
          <div className="muted" style={{ marginTop: 6 }}>
            镇街尚未核实。
          </div>
        )}
        <div style={{ marginTop: 6 }}>
          <span className="muted">责任监管员</span> {String(row["officer_name"] ?? "未指定")}
          {row["agency_name"] ? <span className="muted">　{String(row["agency_name"])}</span> : null}
        </div>
        {now && row["status"] !== "merged" && <HeaderFigures record={row} />}
        {now && may("find_enterprise_links") && <Links record={row} />}
        {!now && <Alert type="warning" showIcon style={{ marginTop: 10 }} title={`这是 ${instant(asOf).slice(0, 10)} 的档案，只能查看。`} action={<Button size="small" onClick={() => go({ as_of: undefined })}>回到现在</Button>} />}
      </div>
      <Tabs
        activeKey={tab}
        onChange={(key) => go({ tab: key, section: undefined, record: undefined, fill: undefined })}
        items={[
          {
            key: "fields",
            label: "档案内容",
            children: groups.map((group) => {
              const own = all.filter((field) => field.group === group);
              const filled = own.filter((field) => show(field, row[field.name]) !== "");
              const empty = own.filter((field) => field.editable && show(field, row[field.name]) === "");
              return (
                <section key={group} className="panel">
                  <h2>{group}</h2>
                  <dl className="fields" style={{ margin: 0 }}>
                    {filled.map((field) => (
                      <div key={field.name} className={field.kind === "long_text" ? "field long" : "field"}>
                        <dt>{field.label}</dt>
                        <dd>
                          {field.name === "industry" ? <Industry record={row} /> : show(field, row[field.name])}
                          {verified.has(field.name) && <CheckCircleFilled title="已核实" style={{ color: "#2e8b57", marginLeft: 6 }} />}
                          {mayPast && <PastButton label={field.label} onClick={() => setPast(field.name)} />}
                        </dd>
                      </div>
                    ))}
                  </dl>
                  {group === "地址" && <Suspense fallback={<Spin />}><EnterpriseMap record={row} onMend={mend} /></Suspense>}
                  {empty.length > 0 && <p className="muted" style={{ margin: "8px 0 0", fontSize: 13 }}>尚缺：{empty.map((field) => field.label).join("、")}</p>}
                </section>
              );
            }),
          },
          ...(may("find_archive")
            ? [{
                key: "archive",
                label: "安全生产档案",
                children: (
                  <Suspense fallback={<Spin />}>
                    <ArchiveTab enterprise={row} asOf={asOf} can={(operation) => (READING.test(operation) ? may(operation) : can(operation))} onBasic={mend} />
                  </Suspense>
                ),
              }]
            : []),
          ...(now && may("list_enterprise_timeline") ? [{ key: "timeline", label: "时间线", children: <div className="panel"><Suspense fallback={<Spin />}><EnterpriseTimeline city={city} id={id} /></Suspense></div> }] : []),
          ...(may("list_proposals") ? [{ key: "proposals", label: "申报", children: <OwnProposals id={id} fields={all} /> }] : []),
          ...(now && may("list_cases") ? [{ key: "cases", label: "隐患和事项", children: <Suspense fallback={<Spin />}><EnterpriseCases city={city} id={id} /></Suspense> }] : []),
          ...(now && may("list_monitor_points") ? [{ key: "monitoring", label: "在线监测", children: <Suspense fallback={<Spin />}><EnterpriseMonitoring city={city} id={id} /></Suspense> }] : []),
          ...(may("find_enterprise_status") ? [{ key: "status", label: "状态变更", children: <div className="panel"><StatusHistory city={city} id={id} /></div> }] : []),
          ...(now && may("list_engagements") ? [{ key: "engagements", label: "委托服务", children: <Engagements record={row} fixed={row["status"] === "merged"} /> }] : []),
          ...(mayPast ? [{ key: "history", label: "修改记录", children: <div className="panel"><History city={city} id={id} fields={all} /></div> }] : []),
          ...(may("compare_archive") ? [{ key: "compare", label: "两日对比", children: <Suspense fallback={<Spin />}><CompareTab city={city} id={id} /></Suspense> }] : []),
        ]}
      />
      {doing === "assign" && <AssignDialog rows={[row]} onClose={() => setDoing(null)} />}
      {doing === "status" && <StatusDialog record={row} onClose={() => setDoing(null)} />}
      {doing === "duty" && <DutyDialog rows={[row]} onClose={() => setDoing(null)} />}
      {doing === "cluster" && <ClusterDialog rows={[row]} onClose={() => setDoing(null)} />}
      {doing === "handover" && <HandoverDialog record={row} onClose={() => setDoing(null)} />}
      {doing === "why" && (
        <Modal open title="我能办什么、为什么" footer={null} onCancel={() => setDoing(null)}>
          <p className="muted">选择一件事，看您能不能对这家企业办理，以及依据哪一项授权。</p>
          <Why matter={{ enterprise: id, region: String(row["town"]), ...(row["sector"] ? { sector: String(row["sector"]) } : {}) }} />
        </Modal>
      )}
      {doing === "split" && <SplitDialog record={row} onClose={() => setDoing(null)} />}
      {pastField && (
        <Modal open title={`${pastField.label}的修改记录`} footer={null} onCancel={() => setPast(null)}>
          <History city={city} id={id} fields={all} only={pastField.name} />
        </Modal>
      )}
    </>
  );
}
