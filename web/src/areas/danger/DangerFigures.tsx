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

/** By what the figures are told. */
const PARTS: Record<string, string> = { region: "地区", sector: "监管领域", ownership: "经济成分", category: "隐患类别" };

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
    return row.of === "region" || row.of === "at" ? { [row.of]: row.key } : { ...place, [row.of]: row.key };
  };
  const cell = (row: Figures, value: number, filters: Record<string, string>) =>
    value === 0 ? <span className="muted">0</span> : <Link to={address("/dangers", { ...part(row), ...filters })} className="number">{value}</Link>;
  const rate = (row: Figures) => {
    const all = row.general_closed + row.major_closed;
    if (all === 0) return "/";
    const share = `${((row.in_time * 100) / all).toFixed(1)}%`;
    return row.in_time === 0 ? share : <Link to={address("/dangers", { ...part(row), ...in_time })} className="number" title={`按期整改的 ${row.in_time} 条`}>{share}</Link>;
  };
  const found = { counted: "found", from, to };
  const closed = { counted: "closed", from, to };
  const in_time = { counted: "in_time", from, to };
  const open = { counted: "open", from, to };
  const columns = [
    { key: "name", title: PARTS[by] ?? "", render: (_: unknown, row: Figures) => (row.of === "region" && row.key.length < 9 ? <a onClick={() => go({ region: row.key })}>{row.name}</a> : row.name) },
    { title: "一般隐患", children: [
      { key: "gf", title: "发现", align: "right" as const, render: (_: unknown, row: Figures) => cell(row, row.general_found, { ...found, severity: "general" }) },
      { key: "gc", title: "销号", align: "right" as const, render: (_: unknown, row: Figures) => cell(row, row.general_closed, { ...closed, severity: "general" }) },
      { key: "go", title: "期末未销号", align: "right" as const, render: (_: unknown, row: Figures) => cell(row, row.general_open, { ...open, severity: "general" }) },
    ] },
    { title: "重大隐患", children: [
      { key: "mf", title: "发现", align: "right" as const, render: (_: unknown, row: Figures) => cell(row, row.major_found, { ...found, severity: "major" }) },
      { key: "mc", title: "销号", align: "right" as const, render: (_: unknown, row: Figures) => cell(row, row.major_closed, { ...closed, severity: "major" }) },
      { key: "mo", title: "期末未销号", align: "right" as const, render: (_: unknown, row: Figures) => cell(row, row.major_open, { ...open, severity: "major" }) },
    ] },
    { key: "rate", title: "按期整改率", align: "right" as const, render: (_: unknown, row: Figures) => rate(row) },
    { title: "现在", children: [
      { key: "overdue", title: "逾期", align: "right" as const, render: (_: unknown, row: Figures) => cell(row, row.overdue, { counted: "overdue" }) },
      { key: "listed", title: "挂牌督办", align: "right" as const, render: (_: unknown, row: Figures) => cell(row, row.listed, { counted: "listed" }) },
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
        <Segmented value={by} onChange={(value) => go({ by: String(value) })} options={Object.entries(PARTS).map(([value, label]) => ({ value, label: `按${label}` }))} />
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
                cell(total, total.general_open, { ...open, severity: "general" }),
                cell(total, total.major_found, { ...found, severity: "major" }),
                cell(total, total.major_closed, { ...closed, severity: "major" }),
                cell(total, total.major_open, { ...open, severity: "major" }),
                rate(total),
                cell(total, total.overdue, { counted: "overdue" }),
                cell(total, total.listed, { counted: "listed" }),
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
