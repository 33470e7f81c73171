import { QuestionCircleOutlined } from "@ant-design/icons";
import { useQuery } from "@tanstack/react-query";
import { Alert, Breadcrumb, Button, Empty, Popover, Segmented, Spin } from "antd";
import { Link, useSearchParams } from "react-router";

import { type Schemas, api, ask } from "../../api/client";
import { useSession } from "../../app/session";
import { count } from "../../parts/format";
import { sentence } from "../../parts/problem";
import { Trend } from "./Trend";
import { rowsOf } from "./rows";

type Indicator = Schemas["IndicatorView"];

const BY = [
  { value: "region", label: "按地区" },
  { value: "sector", label: "按行业领域" },
  { value: "ownership", label: "按经济成分" },
];

/** The numbers of an area: each with how it is reckoned, what it was, its parts, and the rows behind it. */
export default function Indicators() {
  const session = useSession();
  const [params, setParams] = useSearchParams();
  const home = session.region.code;
  const region = params.get("region") ?? home;
  // a town has no divisions below it
  const ways = region.length >= 9 ? BY.filter((own) => own.value !== "region") : BY;
  const by = ways.find((own) => own.value === params.get("by"))?.value ?? ways[0]?.value ?? "sector";
  const change = (next: { region?: string; by?: string }) => {
    const own = { region, by, ...next };
    setParams({ ...(own.region === home ? {} : { region: own.region }), ...(own.by === "region" ? {} : { by: own.by }) });
  };
  const indicators = useQuery({
    queryKey: ["indicators", region, by],
    queryFn: () => ask(api.GET("/api/indicators", { params: { query: { region, by } } })),
  });
  const above = [4, 6, 9].filter((digits) => digits >= home.length && digits < region.length).map((digits) => region.slice(0, digits));
  const names = useQuery({
    queryKey: ["region-names", region],
    queryFn: () => Promise.all([...above, region].map((code) => ask(api.GET("/api/regions/{code}", { params: { path: { code } } })))),
    staleTime: Infinity,
  });
  if (indicators.isPending) return <div className="centre"><Spin size="large" /></div>;
  if (indicators.isError) return <Alert type="error" showIcon title={sentence(indicators.error)} action={<Button size="small" onClick={() => void indicators.refetch()}>重试</Button>} />;
  const all = indicators.data;
  const rows = rowsOf(all);
  return (
    <>
      <div className="page-head">
        <h1>指标</h1>
        <Breadcrumb
          items={(names.data ?? []).map((own) => ({
            key: own.code,
            title: own.code === region ? own.name : <a onClick={() => change({ region: own.code })}>{own.name}</a>,
          }))}
        />
      </div>
      <div className="indicators">
        {all.map((indicator) => (
          <Card key={indicator.code} indicator={indicator} region={region} />
        ))}
      </div>
      <div className="panel">
        <div className="page-head">
          <h2 style={{ margin: 0, fontSize: 15 }}>分组对比</h2>
          <span className="grow" />
          <Segmented value={by} onChange={(value) => change({ by: value })} options={ways} />
        </div>
        {rows.length === 0 ? (
          <Empty description="这里还没有企业，所以没有数值。业务人员可以在“导入名单”中装入企业名单。" />
        ) : (
          <div className="scroll">
            <table className="stat stat-first">
              <thead>
                <tr>
                  <th>{ways.find((own) => own.value === by)?.label.slice(1)}</th>
                  {all.map((indicator) => (
                    <th key={indicator.code}>{indicator.label}</th>
                  ))}
                </tr>
              </thead>
              <tbody>
                {rows.map((row) => (
                  <tr key={row.key}>
                    <td>{by === "region" && row.key.length > region.length ? <a onClick={() => change({ region: row.key })}>{row.label}</a> : row.label}</td>
                    {all.map((indicator) => (
                      <Cell key={indicator.code} indicator={indicator} part={row.parts[indicator.code]} />
                    ))}
                  </tr>
                ))}
                <tr className="stat-sum">
                  <td>合计</td>
                  {all.map((indicator) => (
                    <Cell key={indicator.code} indicator={indicator} part={indicator.total} />
                  ))}
                </tr>
              </tbody>
            </table>
          </div>
        )}
      </div>
    </>
  );
}

/** The value as people read it, its digits in groups. */
function said(indicator: Indicator, part: Schemas["IndicatorPart"]): string {
  return indicator.unit === "number" ? count(part.numerator) : part.value;
}

function Card({ indicator, region }: { indicator: Indicator; region: string }) {
  const { total } = indicator;
  const why = (
    <div style={{ maxWidth: 300 }}>
      <p style={{ marginTop: 0 }}><b>怎么算：</b>{indicator.formula}</p>
      <p><b>依据：</b>{indicator.source}</p>
      <p style={{ marginBottom: 0 }}>{indicator.rising ? "数值越大越好。" : "数值越小越好。"}</p>
    </div>
  );
  return (
    <section className="panel indicator" aria-label={indicator.label}>
      <h2>
        {indicator.label}
        <Popover content={why} trigger="click" placement="bottom">
          <Button type="text" size="small" icon={<QuestionCircleOutlined />} aria-label={`${indicator.label}怎么算`} />
        </Popover>
      </h2>
      <Link to={total.link} className="indicator-value">
        {said(indicator, total)}
      </Link>
      {indicator.unit === "percent" && (
        <span className="muted number">
          {count(total.numerator)} ÷ {count(total.denominator)}
        </span>
      )}
      <Trend code={indicator.code} label={indicator.label} unit={indicator.unit} region={region} />
    </section>
  );
}

function Cell({ indicator, part }: { indicator: Indicator; part: Schemas["IndicatorPart"] | undefined }) {
  if (!part) return <td className="number muted">—</td>;
  const title = indicator.unit === "percent" ? `${count(part.numerator)} ÷ ${count(part.denominator)}` : undefined;
  return (
    <td className="number">
      <Link to={part.link} title={title}>
        {said(indicator, part)}
      </Link>
    </td>
  );
}
