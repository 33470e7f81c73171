import { PrinterOutlined } from "@ant-design/icons";
import { useMutation, useQuery } from "@tanstack/react-query";
import { Alert, Button, DatePicker, Form, Result, Space, Spin } from "antd";
import dayjs from "dayjs";
import { useMemo, useState } from "react";
import { Link, useParams, useSearchParams } from "react-router";

import { ApiError, type Schemas, api, ask } from "../../api/client";
import { RegionPicker } from "../../parts/RegionPicker";
import { SchemaForm } from "../../parts/SchemaForm";
import { sentence } from "../../parts/problem";
import { type Json, type JsonObject, filled, formOf } from "../../parts/schema";
import { CertaintyTag, type Step, Steps, ValueView } from "./OutcomeView";
import { labelsOf } from "./labels";

/** One rule: the day, the place and the input on the left, the figure with its steps on the right; prints for the file. */
export default function RulePage() {
  const { name = "" } = useParams();
  const rule = useQuery({ queryKey: ["rule", name], queryFn: () => ask(api.GET("/api/rules/{name}", { params: { path: { name } } })), staleTime: Infinity });
  if (rule.isPending) return <Spin />;
  if (rule.isError) return <Result status="404" title={sentence(rule.error)} extra={<Link to="/calculator">返回法规计算器</Link>} />;
  return <Calculation key={name} rule={rule.data} />;
}

function Calculation({ rule }: { rule: Schemas["RuleDetail"] }) {
  const [parameters, setParameters] = useSearchParams();
  const on = parameters.get("on") ?? dayjs().format("YYYY-MM-DD");
  const region = parameters.get("region") ?? "";
  const [input, setInput] = useState<JsonObject>({});
  const parts = useMemo(() => formOf(rule.schema), [rule.schema]);
  const labels = useMemo(() => labelsOf([rule.schema, rule.result]), [rule]);
  const compute = useMutation({
    mutationFn: (asked: { input: JsonObject; on: string }) =>
      ask(
        api.POST("/api/rules/{name}", {
          params: { path: { name: rule.name }, query: { on: asked.on, ...(region ? { region } : {}) } },
          body: (filled(asked.input) ?? {}) as Record<string, never>,
        }),
      ),
  });
  const place = (changes: Record<string, string>) => {
    compute.reset();
    setParameters(Object.fromEntries(Object.entries({ on, region, ...changes }).filter(([, value]) => value !== "")), { replace: true });
  };
  const problems = compute.error instanceof ApiError ? compute.error.errors : [];
  const candidates = problems.flatMap((problem) => problem.candidates ?? []);
  const outcome = compute.data;
  return (
    <>
      <div className="page-head">
        <h1>{rule.title}</h1>
        <span className="muted">{rule.documents}</span>
        <span className="grow" />
        <Link className="no-print" to="/calculator">全部规则</Link>
      </div>
      <div className="two even">
        <section className="panel rule-form">
          <h2>填写</h2>
          <Form layout="vertical" onFinish={() => compute.mutate({ input, on })} requiredMark={(label, { required }) => (required ? <>{label}　<span className="after">必填</span></> : label)}>
            <div className="fields tight">
              <Form.Item label="按哪一天的规定" required extra="缴费月、事故日、文书日，不一定是今天" htmlFor="rule-on">
                <DatePicker id="rule-on" style={{ width: "100%" }} allowClear={false} value={dayjs(on)} onChange={(day) => place({ on: day ? day.format("YYYY-MM-DD") : on })} />
              </Form.Item>
              <Form.Item label="所在地" extra="有本地规定的按本地规定" htmlFor="rule-region">
                <RegionPicker id="rule-region" root="" value={region || undefined} placeholder="全国规定" onChange={(code) => place({ region: code ?? "" })} />
              </Form.Item>
            </div>
            <SchemaForm parts={parts} value={input} problems={problems} onChange={(changed) => { compute.reset(); setInput(changed); }} />
            <Space wrap>
              <Button type="primary" htmlType="submit" loading={compute.isPending}>计算</Button>
              <Button onClick={() => { compute.reset(); setInput(rule.example as JsonObject); if (rule.example_on) place({ on: rule.example_on }); }}>填入示例</Button>
              <Button onClick={() => { compute.reset(); setInput({}); }}>清空</Button>
            </Space>
          </Form>
        </section>
        <section>
          {compute.isError && (
            <Alert
              type={compute.error instanceof ApiError && compute.error.code === "rule.ambiguous" ? "warning" : "error"}
              showIcon
              title={sentence(compute.error)}
              description={candidates.length > 0 && <ValueView value={candidates as Json} labels={labels} />}
              style={{ marginBottom: 16 }}
            />
          )}
          {!outcome && !compute.isError && <div className="panel muted">填写左侧各项后点“计算”，这里显示结果、依据的文号条款和每一步。</div>}
          {outcome && (
            <div className="panel">
              <h2>结果</h2>
              <div className="print-only">
                <p>计算日期：{on}　所在地：{region || "全国规定"}　打印时间：{dayjs().format("YYYY-MM-DD HH:mm")}</p>
                <h3>填写内容</h3>
                <ValueView value={filled(input) ?? {}} labels={labels} />
              </div>
              <ValueView value={outcome.value as Json} labels={labels} top />
              <div style={{ margin: "12px 0" }}>
                <CertaintyTag certainty={outcome.certainty} />
                {outcome.certainty === "memory" && <span className="muted">所用规则表中有凭记忆录入的行，用于缴费或处罚前请核对原文。</span>}
              </div>
              <h2>计算过程</h2>
              <Steps steps={outcome.explanation as unknown as Step[]} />
              <Button className="no-print" icon={<PrinterOutlined />} onClick={() => window.print()}>打印存档</Button>
            </div>
          )}
          <div className="panel no-print">
            <h2>所用规则表</h2>
            {rule.tables.length === 0 ? <span className="muted">本规则不查表。</span> : rule.tables.map((table) => <div key={table.name}><Link to={`/law/${table.name}${region ? `?region=${region}` : ""}`}>{table.title}</Link></div>)}
          </div>
        </section>
      </div>
    </>
  );
}
