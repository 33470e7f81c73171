/** The archive of two dates beside each other: what came, what went, and what changed. The address says which dates. */
import { useQuery } from "@tanstack/react-query";
import { Alert, Button, DatePicker, Empty, Skeleton, Space, Tag } from "antd";
import dayjs, { type Dayjs } from "dayjs";
import type { ReactNode } from "react";
import { useSearchParams } from "react-router";

import { ApiError, type Schemas, api, ask } from "../../api/client";
import { instant } from "../../parts/format";
import { sentence } from "../../parts/problem";
import "./compare.css";

type Comparison = Schemas["ArchiveComparison"];
type Section = Comparison["sections"][number];
type Field = Comparison["basic"][number];
type Then = Section["came"][number];
type Changed = Section["changed"][number];

/** A day or an instant of the address as the server takes it: the end of the day; today is now. */
function instantOf(day: string): string | undefined {
  if (day.includes("T")) return day;
  return day === dayjs().format("YYYY-MM-DD") ? undefined : dayjs(day).endOf("day").toISOString();
}

/** A day or an instant of the address as people read it. */
function named(day: string): string {
  return day.includes("T") ? instant(day) : day;
}

export default function CompareTab({ city, id }: { city: string; id: string }) {
  const [params, setParams] = useSearchParams();
  const today = dayjs().format("YYYY-MM-DD");
  const from = params.get("from") ?? dayjs().subtract(1, "month").format("YYYY-MM-DD");
  const to = params.get("to") ?? today;
  const choose = (name: "from" | "to", day: Dayjs | null) => {
    const next = new URLSearchParams(params);
    if (day) next.set(name, day.format("YYYY-MM-DD"));
    else next.delete(name);
    setParams(next, { replace: true });
  };
  const inOrder = dayjs(instantOf(from) ?? undefined).isBefore(dayjs(instantOf(to) ?? undefined));
  const told = useQuery({
    queryKey: ["enterprise", city, id, "compare", from, to],
    queryFn: () => {
      const end = instantOf(to);
      return ask(api.GET("/api/enterprises/{city}/{id}/archive/compare", { params: { path: { city, id }, query: { from: instantOf(from) ?? "", ...(end ? { to: end } : {}) } } }));
    },
    enabled: inOrder,
  });
  const picker = (name: "from" | "to", label: string, day: string) => (
    <label>
      <span className="muted">{label}</span>{" "}
      <DatePicker aria-label={label} allowClear={false} value={dayjs(day)} disabledDate={(own: Dayjs) => own.isAfter(dayjs())} onChange={(own: Dayjs | null) => choose(name, own)} />
    </label>
  );
  return (
    <div className="panel compare">
      <Space wrap className="no-print">
        {picker("from", "从", from)}
        {picker("to", "到", to)}
        <Button onClick={() => window.print()}>打印</Button>
      </Space>
      <p className="muted">按每天结束时的档案对比；选今天就是现在的档案。</p>
      {!inOrder ? (
        <Alert type="info" showIcon title="请让前一个日期早于后一个日期。" />
      ) : told.isPending ? (
        <Skeleton active />
      ) : told.isError ? (
        told.error instanceof ApiError && told.error.status === 404 ? <Empty description="前一个日期还没有这家企业的档案，请选晚一些的日期。" /> :
        <Alert type="error" showIcon title={sentence(told.error)} action={<Button size="small" onClick={() => void told.refetch()}>重试</Button>} />
      ) : (
        <Told told={told.data} from={named(from)} to={named(to)} />
      )}
    </div>
  );
}

function Told({ told, from, to }: { told: Comparison; from: string; to: string }) {
  const { before, after } = told;
  const nothing = told.basic.length === 0 && told.sections.length === 0;
  const step = after.score - before.score;
  return (
    <>
      <p>
        完整度 {before.score}% → <b>{after.score}%</b>
        {step !== 0 && <span className={step > 0 ? "up" : "down"}>　{step > 0 ? `+${step}` : step}</span>}
        <span className="muted" style={{ marginLeft: 12 }}>
          {from} 必须 {before.required} 栏、已有 {before.present}、记录 {before.records} 条；{to} 必须 {after.required} 栏、已有 {after.present}、记录 {after.records} 条
        </span>
      </p>
      {nothing && <Empty description="这两个日期之间，档案没有变化。" />}
      {told.basic.length > 0 && (
        <section aria-label="企业基本情况">
          <h3>企业基本情况</h3>
          <Fields fields={told.basic} />
        </section>
      )}
      {told.sections.map((own) => (
        <SectionOf key={own.section} section={own} />
      ))}
    </>
  );
}

function Fields({ fields }: { fields: Field[] }) {
  return (
    <dl className="compare-fields">
      {fields.map((own) => (
        <div key={`${own.field}${own.label}`}>
          <dt>{own.label}</dt>
          <dd>
            <span className="before">{own.before || "（空）"}</span> → <span className="after">{own.after || "（空）"}</span>
          </dd>
        </div>
      ))}
    </dl>
  );
}

function SectionOf({ section }: { section: Section }) {
  const [came, went, changed] = section.numbers;
  const more = (number: number | undefined, shown: number) => (number ?? 0) > shown && <p className="muted">这里列出前 {shown} 条，共 {number} 条。</p>;
  return (
    <section aria-label={section.label}>
      <h3>
        {section.label}
        <span className="muted compare-numbers">
          {[came ? `新增 ${came}` : "", changed ? `修改 ${changed}` : "", went ? `不再有 ${went}` : ""].filter(Boolean).join("，")}
        </span>
      </h3>
      {section.came.map((own) => <Whole key={own.id} record={own} mark={<Tag color="green">新增</Tag>} />)}
      {more(came, section.came.length)}
      {section.changed.map((own) => <Change key={own.id} record={own} />)}
      {more(changed, section.changed.length)}
      {section.went.map((own) => <Whole key={own.id} record={own} mark={<Tag color="red">{own.state_label}</Tag>} gone />)}
      {more(went, section.went.length)}
    </section>
  );
}

function Whole({ record, mark, gone = false }: { record: Then; mark: ReactNode; gone?: boolean }) {
  return (
    <div className="compare-record">
      {mark} <b className={gone ? "before" : ""}>{record.title}</b>
      <div className="muted">{record.said.map((own) => `${own.label}：${own.value}`).join("　")}</div>
      {record.documents.length > 0 && <div className="muted">附件：{record.documents.join("、")}</div>}
    </div>
  );
}

function Change({ record }: { record: Changed }) {
  return (
    <div className="compare-record">
      <Tag color="gold">修改</Tag> <b>{record.title}</b>
      <Fields fields={record.fields} />
      {record.documents.map((own) => (
        <div key={`${own.before ?? ""}/${own.after ?? ""}`} className="muted">
          附件：<span className="before">{own.before ?? "（无）"}</span> → <span className="after">{own.after ?? "（删除）"}</span>
        </div>
      ))}
    </div>
  );
}
