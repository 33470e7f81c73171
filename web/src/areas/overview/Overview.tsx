import { useQuery } from "@tanstack/react-query";
import { Alert, Breadcrumb, Button, Empty, Segmented, Spin } from "antd";
import { useState } from "react";
import { Link, useSearchParams } from "react-router";

import { type Schemas, api, ask } from "../../api/client";
import { useSession } from "../../app/session";
import { address } from "../../parts/filters";
import { count } from "../../parts/format";
import { sentence } from "../../parts/problem";
import { RegionMap } from "./RegionMap";
import { SliceChart } from "./SliceChart";

type Figures = Schemas["Figures"];

const NUMBERS: { key: string; label: string; dimension: string; value: string }[] = [
  { key: "all", label: "企业总数", dimension: "", value: "" },
  { key: "non_public", label: "非公有", dimension: "ownership", value: "non_public" },
  { key: "public", label: "公有", dimension: "ownership", value: "public" },
  { key: "verified", label: "已核实", dimension: "verification", value: "verified" },
  { key: "open", label: "待分配", dimension: "assignment", value: "open,proposed" },
  { key: "unlocated", label: "未定位", dimension: "located", value: "no" },
];

const CHARTS: [string, string][] = [
  ["sector", "监管领域"],
  ["ownership", "经济成分"],
  ["size", "企业规模"],
  ["status", "经营状态"],
  ["verification", "核实情况"],
];

/** The number of one dimension's values in some figures. */
function numberOf(figures: Figures, dimension: string, value: string): number {
  if (dimension === "") return figures.total;
  const values = value.split(",");
  return (figures.by[dimension] ?? []).filter((slice) => values.includes(slice.value)).reduce((sum, slice) => sum + slice.count, 0);
}

/** The list behind a number. */
function listOf(region: string, dimension: string, value: string, directly: boolean): string {
  return address("/enterprises", { region, ...(directly ? { directly: "true" } : {}), ...(dimension ? { [dimension]: value } : {}) });
}

export default function Overview() {
  const session = useSession();
  const [params, setParams] = useSearchParams();
  const home = session.region.code;
  const region = params.get("region") ?? home;
  const [shade, setShade] = useState("all");
  const overview = useQuery({
    queryKey: ["enterprises", "overview", region],
    queryFn: () => ask(api.GET("/api/overview", { params: { query: { region } } })),
  });
  const above = [4, 6, 9].filter((digits) => digits >= home.length && digits < region.length).map((digits) => region.slice(0, digits));
  const names = useQuery({
    queryKey: ["region-names", region],
    queryFn: () => Promise.all([...above, region].map((code) => ask(api.GET("/api/regions/{code}", { params: { path: { code } } })))),
    staleTime: Infinity,
  });
  if (overview.isPending) return <div className="centre"><Spin size="large" /></div>;
  if (overview.isError) return <Alert type="error" showIcon title={sentence(overview.error)} action={<Button size="small" onClick={() => void overview.refetch()}>重试</Button>} />;
  const { own, children } = overview.data;
  const chosen = NUMBERS.find((number) => number.key === shade) ?? NUMBERS[0];
  if (!chosen) return null;
  const drill = (code: string) => setParams(code === home ? {} : { region: code });
  const shaded = children.map((child) => ({ code: child.code, name: child.name, value: numberOf(child, chosen.dimension, chosen.value), to: child.code === region ? listOf(region, chosen.dimension, chosen.value, true) : address("/overview", { region: child.code }) }));
  return (
    <>
      <div className="page-head">
        <h1>概览</h1>
        <Breadcrumb
          items={(names.data ?? []).map((own) => ({
            key: own.code,
            title: own.code === region ? own.name : <a onClick={() => drill(own.code)}>{own.name}</a>,
          }))}
        />
      </div>
      <div className="tiles" style={{ marginBottom: 16 }}>
        {NUMBERS.map((number) => (
          <Link key={number.key} className="tile" to={listOf(region, number.dimension, number.value, false)}>
            {number.label}
            <b>{count(numberOf(own, number.dimension, number.value))}</b>
          </Link>
        ))}
      </div>
      {own.total === 0 ? (
        <div className="panel">
          <Empty description="这里还没有企业。业务人员可以在“导入名单”中装入市场监管部门的企业名单。" />
        </div>
      ) : (
        <>
          <div className="two">
            <div className="panel">
              <div className="page-head">
                <h2 style={{ margin: 0, fontSize: 15 }}>分布图</h2>
                <span className="grow" />
                <div className="scroll">
                  <Segmented size="small" value={shade} onChange={setShade} options={NUMBERS.map((number) => ({ value: number.key, label: number.label }))} />
                </div>
              </div>
              <RegionMap region={region} values={shaded} label={chosen.label} onOpen={drill} filters={chosen.dimension ? { [chosen.dimension]: chosen.value } : {}} />
            </div>
            <div className="panel">
              <h2>监管领域</h2>
              <SliceChart slices={own.by["sector"] ?? []} link={(value) => listOf(region, "sector", value, false)} label="监管领域" />
            </div>
          </div>
          {children.length > 0 && (
            <div className="panel">
              <h2>{region.length === 4 ? "各区县" : "各镇街"}</h2>
              <div className="scroll">
                <table className="stat">
                  <thead>
                    <tr>
                      <th>地区</th>
                      {NUMBERS.map((number) => (
                        <th key={number.key}>{number.label}</th>
                      ))}
                    </tr>
                  </thead>
                  <tbody>
                    {children.map((child) => {
                      const directly = child.code === region;
                      return (
                        <tr key={child.code}>
                          <td>{directly ? <span className="muted">{child.name}</span> : <a onClick={() => drill(child.code)}>{child.name}</a>}</td>
                          {NUMBERS.map((number) => {
                            const value = numberOf(child, number.dimension, number.value);
                            return (
                              <td key={number.key} className="number">
                                {value === 0 ? <span className="muted">0</span> : <Link to={listOf(child.code, number.dimension, number.value, directly)}>{count(value)}</Link>}
                              </td>
                            );
                          })}
                        </tr>
                      );
                    })}
                  </tbody>
                </table>
              </div>
            </div>
          )}
          <div className="tiles" style={{ gridTemplateColumns: "repeat(auto-fill, minmax(260px, 1fr))" }}>
            {CHARTS.filter(([name]) => name !== "sector").map(([name, label]) => (
              <div key={name} className="panel">
                <h2>{label}</h2>
                <SliceChart slices={own.by[name] ?? []} link={(value) => listOf(region, name, value, false)} label={label} />
              </div>
            ))}
          </div>
        </>
      )}
    </>
  );
}
