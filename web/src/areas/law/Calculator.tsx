import { useQuery } from "@tanstack/react-query";
import { Alert, Input, Spin } from "antd";
import { Link, useSearchParams } from "react-router";

import { api, ask } from "../../api/client";
import { sentence } from "../../parts/problem";

/** Every figure the law computes, by heading; finds by name and document number. */
export default function Calculator() {
  const [parameters, setParameters] = useSearchParams();
  const q = parameters.get("q") ?? "";
  const rules = useQuery({ queryKey: ["rules"], queryFn: () => ask(api.GET("/api/rules")), staleTime: Infinity });
  const shown = (rules.data ?? []).filter((rule) => `${rule.title}${rule.documents}${rule.name}`.includes(q.trim()));
  const groups = [...new Set(shown.map((rule) => rule.group))];
  return (
    <>
      <div className="page-head">
        <h1>法规计算器</h1>
        <span className="muted">按所选日期适用的规定计算，列出依据和每一步</span>
        <span className="grow" />
        <Link to="/law">查看规则表</Link>
      </div>
      <Input.Search aria-label="查找规则" placeholder="名称或文号，如 安全费用、493号" allowClear value={q} style={{ maxWidth: 420, marginBottom: 12 }} onChange={(event) => setParameters(event.target.value ? { q: event.target.value } : {}, { replace: true })} />
      {rules.isError && <Alert type="error" showIcon title={sentence(rules.error)} />}
      {rules.isPending && <Spin />}
      {rules.data && shown.length === 0 && <Alert type="info" showIcon title="没有符合的规则，请换一个词，或清空后浏览全部。" />}
      <div className="rule-groups">
        {groups.map((group) => (
        <section className="panel" key={group}>
          <h2>{group}</h2>
          <div className="rule-list">
            {shown
              .filter((rule) => rule.group === group)
              .map((rule) => (
                <Link key={rule.name} className="rule-card" to={`/calculator/${rule.name}`}>
                  <b>{rule.title}</b>
                  <small>{rule.documents}</small>
                </Link>
              ))}
          </div>
        </section>
      ))}
      </div>
    </>
  );
}
