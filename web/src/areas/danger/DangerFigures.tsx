import { useQuery } from "@tanstack/react-query";
import { Segmented, Select, Table } from "antd";
import dayjs from "dayjs";
import { Link, useSearchParams } from "react-router";

import { type Schemas, api, ask } from "../../api/client";
import { useSession } from "../../app/session";
import { RecordTable } from "../../parts/RecordTable";
import { RegionPicker } from "../../parts/RegionPicker";
import { address } from "../../parts/filters";

type Figures = Schemas["DangerFigures"];

/** The quarterly figures of hidden dangers; every number leads to its rows. */
export default function DangerFigures() {
  const session = useSession();
  const [params, setParams] = useSearchParams();
  const region = params.get("region") ?? undefined;
  const by = params.get("by") ?? "region";
  const year = Number(params.get("year") ?? dayjs().year());
  const quarter = params.get("quarter");
  const go = (changes: Record<string, string | undefined>) => {
    const kept = { ...Object.fromEntries(params), ...changes };
    setParams(Object.fromEntries(Object.entries(kept).filter((own): own is [string, string] => !!own[1])));
  };
  const figures = useQuery({
    queryKey: ["dangers", "figures", region, by, year, quarter],
    queryFn: () => ask(api.GET("/api/danger-figures", { params: { query: { by, year, ...(region ? { region } : {}), ...(quarter ? { quarter: Number(quarter) } : {}) } } })),
  });
  const { from = "", to = "" } = figures.data ?? {};
  const part = (row: Figures): Record<string, string> => {
    const place: Record<string, string> = region ? { region } : {};
    if (!row.key) return place;
    return by === "region" ? { region: row.key } : { ...place, [by]: row.key };
  };
  const cell = (row: Figures, value: number, filters: Record<string, string>) =>
    value === 0 ? <span className="muted">0</span> : <Link to={address("/dangers", { ...part(row), ...filters })} className="number">{value}</Link>;
  const rate = (row: Figures) => {
    const closed = row.general_closed + row.major_closed;
    return closed === 0 ? "/" : `${((row.in_time * 100) / closed).toFixed(1)}%`;
  };
  const found = { opened_from: from, opened_to: to };
  const closed = { closed_from: from, closed_to: to, state: "closed" };
  const columns = [
    { key: "name", title: by === "region" ? "地区" : by === "sector" ? "监管领域" : "经济成分", render: (_: unknown, row: Figures) => (by === "region" && row.key.length < 9 ? <a onClick={() => go({ region: row.key })}>{row.name}</a> : row.name) },
    { title: "一般隐患", children: [
      { key: "gf", title: "发现", align: "right" as const, render: (_: unknown, row: Figures) => cell(row, row.general_found, { ...found, severity: "general" }) },
      { key: "gc", title: "销号", align: "right" as const, render: (_: unknown, row: Figures) => cell(row, row.general_closed, { ...closed, severity: "general" }) },
      { key: "go", title: "期末未销号", align: "right" as const, render: (_: unknown, row: Figures) => row.general_open },
    ] },
    { title: "重大隐患", children: [
      { key: "mf", title: "发现", align: "right" as const, render: (_: unknown, row: Figures) => cell(row, row.major_found, { ...found, severity: "major" }) },
      { key: "mc", title: "销号", align: "right" as const, render: (_: unknown, row: Figures) => cell(row, row.major_closed, { ...closed, severity: "major" }) },
      { key: "mo", title: "期末未销号", align: "right" as const, render: (_: unknown, row: Figures) => row.major_open },
    ] },
    { key: "rate", title: "按期整改率", align: "right" as const, render: (_: unknown, row: Figures) => rate(row) },
    { title: "现在", children: [
      { key: "overdue", title: "逾期", align: "right" as const, render: (_: unknown, row: Figures) => cell(row, row.overdue, { due: "overdue" }) },
      { key: "listed", title: "挂牌督办", align: "right" as const, render: (_: unknown, row: Figures) => cell(row, row.listed, { life: "open", listed: "true" }) },
    ] },
  ];
  const total = figures.data?.total;
  return (
    <>
      <div className="page-head">
        <h1>隐患排查治理统计</h1>
        <span className="muted">{from && `${from} 至 ${to}`}</span>
      </div>
      <div className="bar no-print">
        <div style={{ width: 230 }}>
          <RegionPicker root={session.region.code} value={region} onChange={(code) => go({ region: code })} placeholder={session.region.name} />
        </div>
        <Segmented value={by} onChange={(value) => go({ by: String(value) })} options={[{ value: "region", label: "按地区" }, { value: "sector", label: "按领域" }, { value: "ownership", label: "按经济成分" }]} />
        <Select aria-label="年份" value={year} onChange={(value: number) => go({ year: String(value) })} options={[0, 1, 2, 3, 4].map((ago) => ({ value: dayjs().year() - ago, label: `${dayjs().year() - ago} 年` }))} />
        <Segmented value={quarter ?? ""} onChange={(value) => go({ quarter: String(value) })} options={[{ value: "", label: "全年" }, ...["1", "2", "3", "4"].map((own) => ({ value: own, label: `第${"一二三四"[Number(own) - 1] ?? ""}季度` }))]} />
      </div>
      <RecordTable<Figures>
        rowKey="key"
        bordered
        error={figures.error}
        loading={figures.isPending}
        dataSource={figures.data?.rows ?? []}
        empty="这段时间没有隐患。"
        columns={columns}
        summary={() =>
          total && (
            <Table.Summary.Row>
              <Table.Summary.Cell index={0}><b>合计</b></Table.Summary.Cell>
              {[
                cell(total, total.general_found, { ...found, severity: "general" }),
                cell(total, total.general_closed, { ...closed, severity: "general" }),
                total.general_open,
                cell(total, total.major_found, { ...found, severity: "major" }),
                cell(total, total.major_closed, { ...closed, severity: "major" }),
                total.major_open,
                rate(total),
                cell(total, total.overdue, { due: "overdue" }),
                cell(total, total.listed, { life: "open", listed: "true" }),
              ].map((own, at) => (
                <Table.Summary.Cell key={at} index={at + 1} align="right">{own}</Table.Summary.Cell>
              ))}
            </Table.Summary.Row>
          )
        }
      />
    </>
  );
}
