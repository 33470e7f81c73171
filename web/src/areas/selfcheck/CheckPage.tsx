import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Alert, App, Button, Checkbox, Form, Input, Result, Spin, Tag } from "antd";
import dayjs, { type Dayjs } from "dayjs";
import { useState } from "react";
import { Link, useParams } from "react-router";

import { ApiError, type Schemas, api, ask } from "../../api/client";
import { useMay, useSession } from "../../app/session";
import { Answered, Checklist, type ChecklistItem, useAnswers } from "../../parts/Checklist";
import { Day } from "../../parts/Day";
import { LongText } from "../../parts/LongText";
import { formProblems, sentence } from "../../parts/problem";
import "./selfcheck.css";

type Check = Schemas["WholeSelfCheck"];

interface Found {
  place: string;
  description: string;
  due_on?: Dayjs | null;
  facts?: string[];
}

interface Values {
  person: string;
  note?: string;
  found?: Record<string, Found>;
}

const one = (city: string, id: string) => ({ queryKey: ["self-checks", "one", city, id], queryFn: () => ask(api.GET("/api/self-checks/{city}/{id}", { params: { path: { city, id } } })) });

/** One self-check: answered item by item, what is not met said on the spot, and handed in. */
export default function CheckPage() {
  const { city = "", id = "" } = useParams();
  const may = useMay();
  const check = useQuery(one(city, id));
  const [dangers, setDangers] = useState<string[]>([]);
  if (check.isError) {
    const gone = check.error instanceof ApiError && check.error.status === 404;
    return <Result status={gone ? "404" : "warning"} title={gone ? "没有这次自查，或它不在您的管辖范围内" : sentence(check.error)} extra={<Link to="/self-checks">回到自查</Link>} />;
  }
  if (check.isPending) return <div className="centre"><Spin size="large" /></div>;
  const own = check.data;
  const head = own.check;
  const open = head.state === "open" && may("finish_self_check");
  return (
    <>
      <div className="panel">
        <div className="page-head" style={{ marginBottom: 6 }}>
          <h1>{own.name}</h1>
          <Tag color={head.state === "done" ? "green" : "blue"}>{head.state === "done" ? (head.late ? "逾期提交" : "已提交") : "正在填写"}</Tag>
        </div>
        <div>
          <Link to={`/enterprises/${head.city}/${head.enterprise}?tab=cases`}>{head.enterprise_name}</Link>
          <span className="muted">　{own.period}</span>
        </div>
        {head.done_on && <div className="muted">{head.person} {head.done_on} 提交，不符合 {head.unmet} 项{head.note ? `。${head.note}` : ""}</div>}
        {dangers.length > 0 && (
          <Alert
            style={{ marginTop: 8 }}
            type="success"
            showIcon
            title={`已提交，登记了 ${dangers.length} 条隐患。`}
            description={dangers.map((danger, at) => <span key={danger}><Link to={`/dangers/${head.city}/${danger}`}>第 {at + 1} 条：上传照片、填写整改</Link>　</span>)}
          />
        )}
      </div>
      {open ? <Fill own={own} onDone={setDangers} /> : <Answered items={own.items} answers={own.checklist} />}
    </>
  );
}

function Fill({ own, onDone }: { own: Check; onDone: (dangers: string[]) => void }) {
  const session = useSession();
  const queries = useQueryClient();
  const { message } = App.useApp();
  const [form] = Form.useForm<Values>();
  const { city, id } = own.check;
  const { queryKey } = one(city, id);
  const known = () => queries.getQueryData<Check>(queryKey) ?? own;
  const answers = useAnswers({
    saved: own.checklist,
    send: async (checklist) => {
      const after = await ask(api.PATCH("/api/self-checks/{city}/{id}", { params: { path: { city, id } }, body: { version: known().check.version, checklist } }));
      queries.setQueryData<Check>(queryKey, (before) => before && { ...before, check: after, checklist: { ...before.checklist, ...checklist } });
    },
    fresh: async () => {
      const now = await queries.fetchQuery({ ...one(city, id), staleTime: 0 });
      return now.check.state === "open" ? now.checklist : null;
    },
  });
  const unmet = own.items.filter((item) => answers.answers[item.code] === "unmet");
  const finish = useMutation({
    mutationFn: (values: Values) => {
      const found = unmet.map((item) => {
        const said = values.found?.[item.code];
        return {
          item: item.code,
          place: said?.place ?? "",
          description: said?.description ?? "",
          due_on: said?.due_on?.format("YYYY-MM-DD") ?? "",
          fixable_at_once: said?.facts?.includes("fixable_at_once") ?? false,
          needs_stop: said?.facts?.includes("needs_stop") ?? false,
        };
      });
      return ask(api.POST("/api/self-checks/{city}/{id}/finish", { params: { path: { city, id } }, body: { version: known().check.version, person: values.person, note: values.note ?? null, found } }));
    },
    onSuccess: async (done) => {
      void message.success("已提交。");
      onDone(done.dangers);
      await Promise.all(["self-checks", "self-check-tasks", "dangers", "cases", "inbox"].map((key) => queries.invalidateQueries({ queryKey: [key] })));
      window.scrollTo({ top: 0 });
    },
    onError: (error) => {
      if (error instanceof ApiError) {
        form.setFields(
          error.errors.flatMap(({ pointer, message: text }) => {
            const [, at, name] = /^\/found\/(\d+)\/(.+)$/.exec(pointer) ?? [];
            const item = unmet[Number(at)];
            return item && name ? [{ name: ["found", item.code, name as keyof Found], errors: [text] }] : [];
          }),
        );
        form.setFields(formProblems(error).filter((problem) => problem.name === "person").map((problem) => ({ name: "person", errors: problem.errors })));
        if (error.code === "stale") void queries.invalidateQueries({ queryKey });
      }
    },
  });
  const found = (item: ChecklistItem, answer: string | undefined) =>
    answer === "unmet" && (
      <div className="self-check-found">
        <Form.Item className="wide" name={["found", item.code, "description"]} label="哪里不符合" rules={[{ required: true, message: "请写明哪里不符合。" }]}>
          <LongText maxLength={1000} placeholder="看到了什么" />
        </Form.Item>
        <Form.Item name={["found", item.code, "place"]} label="部位" rules={[{ required: true, message: "请填写部位。" }]}>
          <Input maxLength={100} placeholder="如：二楼车间东侧" />
        </Form.Item>
        <Form.Item name={["found", item.code, "due_on"]} label="什么时候改好" rules={[{ required: true, message: "请选择日期。" }]}>
          <Day disabledDate={(day: Dayjs) => day.isBefore(dayjs(), "day")} />
        </Form.Item>
        <Form.Item className="wide" name={["found", item.code, "facts"]}>
          <Checkbox.Group options={[{ value: "fixable_at_once", label: "能够立即整改" }, { value: "needs_stop", label: "须停产停业整改" }]} />
        </Form.Item>
      </div>
    );
  return (
    <Form<Values> form={form} layout="vertical" initialValues={{ person: session.enterprise ? session.account.name : "" }} onFinish={(values) => finish.mutate(values)} scrollToFirstError>
      <Checklist items={own.items} own={answers} extra={found} />
      <section className="panel">
        <h2>提交</h2>
        <Form.Item name="person" label="检查人" rules={[{ required: true, message: "请填写检查人。" }]}>
          <Input maxLength={50} style={{ maxWidth: 320 }} />
        </Form.Item>
        <Form.Item name="note" label="其他情况">
          <LongText maxLength={500} />
        </Form.Item>
        {unmet.length > 0 && <p className="muted">提交后，{unmet.length} 项不符合会登记为隐患，整改情况在“隐患”里填写。</p>}
        {finish.isError && <Alert type="error" showIcon style={{ marginBottom: 12 }} title={sentence(finish.error)} />}
        <Button type="primary" htmlType="submit" size="large" disabled={answers.saving} loading={finish.isPending}>提交自查</Button>
      </section>
    </Form>
  );
}
