import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Alert, App, Button, Grid, Modal, Popconfirm, Segmented, Select, Table, Tooltip } from "antd";
import dayjs from "dayjs";
import { type ReactNode, useState } from "react";
import { Link, useSearchParams } from "react-router";

import { type Schemas, api, ask } from "../../api/client";
import { useMay, useSession } from "../../app/session";
import { LongText } from "../../parts/LongText";
import { RecordTable } from "../../parts/RecordTable";
import { RegionPicker } from "../../parts/RegionPicker";
import { address } from "../../parts/filters";
import { instant } from "../../parts/format";
import { sentence } from "../../parts/problem";
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
  const { from = "", to = "" } = own ?? {};
  /** Whose rows a line counts. */
  const part = (line: Line): Record<string, string> => {
    const place: Record<string, string> = region ? { region } : {};
    if (!line.of) return place;
    return line.of === "sector" ? { ...place, sector: line.key } : { [line.of]: line.key };
  };
  /** The lists behind a number: the dangers that were entered, and the months that were reported by number. */
  const lists = (line: Line, code: string): [number, string, string][] => {
    const dangers = (filters: Record<string, string>) => address("/dangers", { ...part(line), from, to, ...filters });
    const months = address("/danger-returns", { ...part(line), view: "made", from: from.slice(0, 7), to: to.slice(0, 7) });
    const [severity, what] = code.split("_");
    switch (code) {
      case "enterprises":
        return line.of === "at" ? [] : [[line.enterprises, "", address("/enterprises", { ...part(line), status: "pending,normal,no_premises" })]];
      case "reported":
        return [[line.reported, "", address("/danger-returns", { ...part(line), view: "reported", from, to })]];
      case "general_found":
      case "general_mended":
      case "major_found":
      case "major_mended": {
        const returned = line.returned[code];
        return [
          [line[code] - returned, "登记", dangers({ counted: what ?? "", severity: severity ?? "" })],
          [returned, "月报", months],
        ];
      }
      default:
        return code.startsWith("planned") ? [[Number(line[code as keyof Line]), "", dangers({ counted: code })]] : [];
    }
  };
  const cell = (line: Line, figure: Figure): ReactNode => {
    if (figure.code === "funds") return line.funds_wan;
    const value = line[figure.code as keyof Line];
    if (value === null || value === undefined) return <span className="muted">/</span>;
    if (value === 0) return <span className="muted">0</span>;
    if (figure.code.endsWith("_rate")) return <span className="number">{`${String(value)}%`}</span>;
    const parts = lists(line, figure.code).filter(([number]) => number > 0);
    const [first] = parts;
    if (!first) return <span className="number">{String(value)}</span>;
    if (parts.length === 1) return <Link className="number" to={first[2]}>{String(value)}</Link>;
    return (
      <>
        <span className="number">{String(value)}</span>
        <small className="quarter-parts">{parts.map(([number, label, to]) => <Link key={label} to={to}>{label} {number}</Link>)}</small>
      </>
    );
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
        {own && <Closing own={own} region={region ?? session.region.code} />}
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
      {own?.closed_at && <Alert type="success" showIcon style={{ marginBottom: 12 }} title={`已于 ${instant(own.closed_at)} 由${own.closed_by_name ?? ""}报送，数字不再变化。点开数字看到的是现在的明细。`} />}
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

/** Handing the table in, after which it stays what it is; opening it again with a reason. */
function Closing({ own, region }: { own: Schemas["DangerQuarter"]; region: string }) {
  const may = useMay();
  const queries = useQueryClient();
  const { message, modal } = App.useApp();
  const [opening, setOpening] = useState(false);
  const [reason, setReason] = useState("");
  const which = { region, year: own.year, quarter: own.quarter };
  const done = (text: string) => {
    setOpening(false);
    void message.success(text);
    void queries.invalidateQueries({ queryKey: ["dangers", "quarter"] });
  };
  const failed = (error: Error) => void modal.warning({ title: "没有办理", content: sentence(error) });
  const close = useMutation({ mutationFn: () => ask(api.POST("/api/danger-quarter/close", { body: which })), onSuccess: () => done("已报送。"), onError: failed });
  const open = useMutation({ mutationFn: () => ask(api.POST("/api/danger-quarter/reopen", { body: { ...which, reason } })), onSuccess: () => done("已退回，数字重新计算。"), onError: failed });
  if (own.running) return null;
  if (!own.closed_at) {
    return may("close_danger_quarter") ? (
      <Popconfirm title="报送后数字不再变化。确定数字无误？" okText="报送" cancelText="取消" onConfirm={() => close.mutate()}>
        <Button type="primary" loading={close.isPending}>报送季报</Button>
      </Popconfirm>
    ) : null;
  }
  return may("reopen_danger_quarter") ? (
    <>
      <Button onClick={() => setOpening(true)}>退回</Button>
      <Modal open={opening} title="退回已报送的季报" okText="确定" cancelText="取消" okButtonProps={{ loading: open.isPending, disabled: !reason.trim() }} onOk={() => open.mutate()} onCancel={() => setOpening(false)}>
        <LongText aria-label="退回原因" placeholder="为什么要重新计算" value={reason} onChange={(event) => setReason(event.target.value)} maxLength={200} />
      </Modal>
    </>
  ) : null;
}
