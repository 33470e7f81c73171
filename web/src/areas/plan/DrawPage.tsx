import { useQuery } from "@tanstack/react-query";
import { Alert, Button, Result, Spin } from "antd";
import { Link, useParams } from "react-router";

import { ApiError, api, ask } from "../../api/client";
import { RecordTable } from "../../parts/RecordTable";
import { instant } from "../../parts/format";
import { sentence } from "../../parts/problem";
import "./plan.css";

interface Drawn {
  target: string;
  name: string;
  officers: string[];
}

/** A draw as it was made: from what, by which seed, step by step; drawn again to be compared. */
export default function DrawPage() {
  const { city = "", id = "" } = useParams();
  const found = useQuery({ queryKey: ["inspection-draw", city, id], queryFn: () => ask(api.GET("/api/inspection-draws/{city}/{id}", { params: { path: { city, id } } })), staleTime: Infinity });
  if (found.isError) {
    const gone = found.error instanceof ApiError && found.error.status === 404;
    return <Result status={gone ? "404" : "warning"} title={gone ? "没有这次抽取，或它不在您的管辖范围内" : sentence(found.error)} extra={<Link to="/inspection-plans">回到检查计划</Link>} />;
  }
  const own = found.data;
  if (!own) return <div className="centre"><Spin size="large" /></div>;
  const input = own.input as { officers: { id: string; name: string }[] };
  const outcome = own.outcome as { value: { drawn: Drawn[] }; explanation: { text: string }[] };
  const names = new Map(input.officers.map((officer) => [officer.id, officer.name]));
  const save = () => {
    const link = document.createElement("a");
    link.href = URL.createObjectURL(new Blob([JSON.stringify(own.input, null, 1)], { type: "application/json" }));
    link.download = `抽取名录-${own.drawn_on}.json`;
    link.click();
    URL.revokeObjectURL(link.href);
  };
  return (
    <>
      <div className="panel">
        <div className="page-head" style={{ marginBottom: 6 }}>
          <h1>抽取记录</h1>
          <Link to={`/inspection-plans/${own.city}/${own.plan}`}>{own.plan_name}</Link>
          <span className="grow" />
          <Button onClick={save}>下载名录和种子</Button>
        </div>
        <dl className="document-fields">
          <div><dt>检查项</dt><dd>{own.line_name}</dd></div>
          <div><dt>结果</dt><dd>{own.candidates} 家企业中抽取 {own.drawn} 家，执法人员库 {own.officers} 人</dd></div>
          <div><dt>随机种子</dt><dd className="draw-seed">{own.seed}</dd></div>
          <div><dt>名录指纹</dt><dd className="draw-seed">{own.fingerprint}</dd></div>
          <div><dt>抽取人和时间</dt><dd>{own.created_by_name}　{instant(own.created_at)}</dd></div>
        </dl>
        {own.same ? (
          <Alert type="success" showIcon style={{ marginTop: 12 }} title="刚才按保存的名录和种子重新抽取了一次，结果相同。" description="任何人可以下载名录，在法规计算器的“双随机抽取”里自己核对。" />
        ) : (
          <Alert type="error" showIcon style={{ marginTop: 12 }} title="按保存的名录和种子重新抽取，结果不同。请系统管理员核对抽取权重表是否改动过。" />
        )}
      </div>
      <RecordTable<Drawn>
        rowKey="target"
        dataSource={outcome.value.drawn}
        columns={[
          { key: "at", title: "顺序", width: 70, render: (_, __, at) => at + 1 },
          { key: "name", title: "企业", render: (_, row) => <Link to={`/enterprises/${own.city}/${row.target}`}>{row.name}</Link> },
          { key: "officers", title: "执法人员", render: (_, row) => row.officers.map((officer) => names.get(officer) ?? "").join("、") || <span className="muted">另行指定</span> },
        ]}
      />
      <div className="panel" style={{ marginTop: 16 }}>
        <h2 className="plan-title">抽取过程</h2>
        <ol className="draw-steps">
          {outcome.explanation.map((step, at) => (
            <li key={at}>{step.text}</li>
          ))}
        </ol>
      </div>
    </>
  );
}
