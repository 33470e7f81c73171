import { useQuery } from "@tanstack/react-query";
import { Alert, Button, Grid, Segmented, Select, Table, Tooltip } from "antd";
import dayjs from "dayjs";
import type { ReactNode } from "react";
import { Link, useSearchParams } from "react-router";

import { type Schemas, api, ask } from "../../api/client";
import { useMay, useSession } from "../../app/session";
import { RecordTable } from "../../parts/RecordTable";
import { RegionPicker } from "../../parts/RegionPicker";
import { address } from "../../parts/filters";
import "./danger.css";

type Line = Schemas["DangerQuarterLine"];
type Figure = Schemas["DangerQuarterFigure"];

/** The quarter that ended last. */
function last(): { year: number; quarter: number } {
  const today = dayjs();
  const quarter = Math.floor(today.month() / 3);
  return quarter === 0 ? { year: today.year() - 1, quarter: 4 } : { year: today.year(), quarter };
}

/** The statutory statistics of hidden dangers by quarter: computed, each number with its rows, and as a workbook. */
export default function DangerQuarter() {
  const session = useSession();
  const may = useMay();
  const wide = Grid.useBreakpoint().lg ?? true;
  const [params, setParams] = useSearchParams();
  const ended = last();
  const region = params.get("region") ?? undefined;
  const by = params.get("by") ?? "sector";
  const year = Number(params.get("year") ?? ended.year);
  const quarter = Number(params.get("quarter") ?? ended.quarter);
  const go = (changes: Record<string, string | undefined>) => {
    const kept = { ...Object.fromEntries(params), ...changes };
    setParams(Object.fromEntries(Object.entries(kept).filter((own): own is [string, string] => !!own[1])));
  };
  const query = { by, year, quarter, ...(region ? { region } : {}) };
  const table = useQuery({ queryKey: ["dangers", "quarter", query], queryFn: () => ask(api.GET("/api/danger-quarter", { params: { query } })) });
  const own = table.data;
  /** The rows of a number, where they stand in a list. */
  const rows = (line: Line, code: string): Record<string, string> | null => {
    const place: Record<string, string> = { ...(region ? { region } : {}), ...(line.key ? { [by]: line.key } : {}) };
    const found = { ...place, opened_from: own?.from ?? "", opened_to: own?.to ?? "" };
    switch (code) {
      case "general_found":
        return { ...found, severity: "general" };
      case "major_found":
        return { ...found, severity: "major" };
      case "general_mended":
        return { ...found, severity: "general", state: "closed", closed_to: own?.to ?? "" };
      case "major_mended":
        return { ...found, severity: "major", state: "closed", closed_to: own?.to ?? "" };
      default:
        return null;
    }
  };
  const cell = (line: Line, figure: Figure): ReactNode => {
    if (figure.code === "funds") return line.funds_wan;
    const value = line[figure.code as keyof Line];
    if (value === null || value === undefined) return <span className="muted">/</span>;
    const filters = rows(line, figure.code);
    if (value === 0) return <span className="muted">0</span>;
    const shown = figure.code.endsWith("_rate") ? `${String(value)}%` : String(value);
    return filters ? <Link className="number" to={address("/dangers", filters)}>{shown}</Link> : <span className="number">{shown}</span>;
  };
  const groups = [...new Set((own?.columns ?? []).map((figure) => figure.group))];
  const columns = [
    { key: "name", title: by === "sector" ? "行业领域" : "地区", fixed: "left" as const, width: 120, render: (_: unknown, line: Line) => line.name },
    ...groups.map((group) => ({
      title: group,
      children: (own?.columns ?? [])
        .filter((figure) => figure.group === group)
        .map((figure) => ({
          key: figure.code,
          title: <Tooltip title={figure.formula}>{figure.name}<br /><small className="muted">{figure.unit}</small></Tooltip>,
          align: "right" as const,
          render: (_: unknown, line: Line) => cell(line, figure),
        })),
    })),
  ];
  const wrong = (own?.lines ?? []).flatMap((line) => line.wrong.map((text) => `${line.name}：${text}`));
  const workbook = `/api/danger-quarter/workbook?${new URLSearchParams(Object.entries(query).map(([name, value]) => [name, String(value)])).toString()}`;
  return (
    <>
      <div className="page-head">
        <h1>隐患季报</h1>
        <span className="muted">{own && `${own.from} 至 ${own.to}，${own.due_on} 前报送`}</span>
        <span className="grow" />
        {may("export_danger_quarter") && <Button href={workbook}>导出 Excel</Button>}
      </div>
      <div className="bar no-print">
        <div style={{ width: 230 }}>
          <RegionPicker root={session.region.code} value={region} onChange={(code) => go({ region: code })} placeholder={session.region.name} />
        </div>
        <Segmented value={by} onChange={(value) => go({ by: String(value) })} options={[{ value: "sector", label: "按行业领域" }, { value: "region", label: "按地区" }]} />
        <Select aria-label="年份" value={year} onChange={(value: number) => go({ year: String(value), quarter: String(quarter) })} options={[0, 1, 2, 3, 4].map((ago) => ({ value: dayjs().year() - ago, label: `${dayjs().year() - ago} 年` }))} />
        <Segmented
          value={quarter}
          onChange={(value) => go({ quarter: String(value), year: String(year) })}
          options={[1, 2, 3, 4, 0].map((which) => ({ value: which, label: which === 0 ? "全年" : `第${"一二三四"[which - 1] ?? ""}季度` }))}
        />
      </div>
      {own?.running && <Alert type="info" showIcon style={{ marginBottom: 12 }} title="这个时期还没有结束，数字会随登记和月报变化。" />}
      {wrong.length > 0 && <Alert type="warning" showIcon style={{ marginBottom: 12 }} title="有数字互相矛盾，多为企业月报填错，请核对后再报送" description={wrong.join("；")} />}
      {wide ? (
        <RecordTable<Line>
          rowKey="key"
          bordered
          className="quarter-table"
          tableLayout="fixed"
          scroll={{ x: 1200 }}
          error={table.error}
          loading={table.isPending}
          dataSource={own?.lines ?? []}
          empty="这段时间没有数据。"
          columns={columns}
          summary={() =>
            own && (
              <Table.Summary.Row>
                <Table.Summary.Cell index={0}><b>合计</b></Table.Summary.Cell>
                {own.columns.map((figure, at) => (
                  <Table.Summary.Cell key={figure.code} index={at + 1} align="right">{cell(own.total, figure)}</Table.Summary.Cell>
                ))}
              </Table.Summary.Row>
            )
          }
        />
      ) : (
        <div className="quarter-cards">
          {(own ? [own.total, ...own.lines] : []).map((line) => (
            <section key={line.key || "total"} className="panel">
              <h2>{line.name}</h2>
              <dl className="fields" style={{ margin: 0 }}>
                {own?.columns.map((figure) => (
                  <div key={figure.code} className="field">
                    <dt>{figure.name}（{figure.unit}）</dt>
                    <dd>{cell(line, figure)}</dd>
                  </div>
                ))}
              </dl>
            </section>
          ))}
        </div>
      )}
      {own && <p className="muted" style={{ marginTop: 10 }}>由登记的隐患和企业月报算出，月报按数量报送的不要再逐条登记。依据：{own.source}。鼠标停在指标名称上看口径。</p>}
    </>
  );
}
