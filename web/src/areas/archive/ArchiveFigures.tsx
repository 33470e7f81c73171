import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { Alert, Segmented, Skeleton } from "antd";
import { Link } from "react-router";

import { type Schemas, api, ask } from "../../api/client";
import { useSession } from "../../app/session";
import { type Filters, address, put } from "../../parts/filters";
import { count } from "../../parts/format";
import { sentence } from "../../parts/problem";
import { useFields } from "../enterprise/use";
import { percent } from "./words";

/** What is counted of one line: number by measure. */
type Line = Record<string, number>;

/** The figures' lines by key, and their sum. */
function linesOf(figures: Schemas["Figure"][]): { lines: Map<string, Line>; sum: Line } {
  const lines = new Map<string, Line>();
  const sum: Line = {};
  for (const { key, measure, number } of figures) {
    lines.set(key, { ...lines.get(key), [measure]: number });
    sum[measure] = (sum[measure] ?? 0) + number;
  }
  return { lines, sum };
}

interface Column {
  label: string;
  /** What the number says of a line. */
  say: (line: Line) => string;
  /** What stands small beside it. */
  of: (line: Line) => string;
  /** The rows behind it. */
  rows: (filters: Filters) => string;
}

const of = (line: Line, name: string) => line[name] ?? 0;

const COLUMNS: Column[] = [
  { label: "企业", say: (own) => count(of(own, "enterprises")), of: () => "", rows: (filters) => address("/archives", filters) },
  {
    label: "建档率",
    say: (own) => percent(of(own, "kept"), of(own, "enterprises")),
    of: (own) => `已建档 ${count(of(own, "kept"))} 家`,
    rows: (filters) => address("/archives", { ...filters, state: "complete,incomplete,expired" }),
  },
  {
    label: "完整度",
    say: (own) => percent(of(own, "present"), of(own, "required")),
    of: (own) => `${count(of(own, "present"))}/${count(of(own, "required"))} 栏`,
    rows: (filters) => address("/archives", { ...filters, state: "incomplete,expired,empty" }),
  },
  {
    label: "核实率",
    say: (own) => percent(of(own, "verified_sections"), of(own, "required")),
    of: (own) => `${count(of(own, "verified_sections"))} 栏已核实`,
    rows: (filters) => address("/archives", { ...filters, verification: "partly,never" }),
  },
  {
    label: "过期证照",
    say: (own) => count(of(own, "papers_expired")),
    of: (own) => `${count(of(own, "with_expired"))} 家`,
    rows: (filters) => address("/expiries", { ...filters, span: "expired" }),
  },
  {
    label: "60 天内到期",
    say: (own) => count(of(own, "papers_expiring")),
    of: () => "",
    rows: (filters) => address("/expiries", { ...filters, span: "60" }),
  },
];

const WAYS = [
  { value: "region", label: "按地区" },
  { value: "sector", label: "按监管领域" },
  { value: "ownership", label: "按经济成分" },
];

/** The figures of the area under the filters that figures know: area, sector, ownership. Every number opens its rows. */
export function ArchiveFigures({ filters, by, onBy }: { filters: Filters; by: string; onBy: (by: string) => void }) {
  const session = useSession();
  const fields = useFields();
  const region = filters["region"] ?? session.region.code;
  const known = Object.fromEntries(Object.entries(filters).filter(([name]) => ["region", "sector", "ownership"].includes(name)));
  const figures = useQuery({
    queryKey: ["archives", "figures", known, by],
    queryFn: () => ask(api.GET("/api/archives/figures", { params: { query: { ...known, by } } })),
    placeholderData: keepPreviousData,
  });
  const names = useQuery({
    queryKey: ["regions", region],
    queryFn: () => ask(api.GET("/api/regions", { params: { query: { parent: region } } })),
    enabled: by === "region",
    staleTime: 60_000,
  });
  if (figures.isError) return <Alert type="error" showIcon style={{ marginBottom: 12 }} title={sentence(figures.error)} />;
  if (figures.isPending) return <div className="panel"><Skeleton active paragraph={{ rows: 2 }} /></div>;
  const { lines, sum } = linesOf(figures.data);
  // an area whose enterprises are not yet assigned further down stands under its own code, whose link would open all of it
  const inside = (key: string) => by !== "region" || key.length > region.length || key.length >= 9;
  const label = (key: string) => {
    if (by !== "region") return fields.data?.find((field) => field.name === by)?.options.find(([code]) => code === key)?.[1] ?? key;
    if (key === region && key.length < 9) return "尚未分到下一级";
    return names.data?.find((own) => own.code === key)?.name ?? (key === session.region.code ? session.region.name : key);
  };
  const keys = [...lines.keys()].filter((key) => of(lines.get(key) ?? {}, "enterprises") > 0);
  return (
    <>
      <div className="tiles" style={{ marginBottom: 12 }}>
        {COLUMNS.map((column) => (
          <Link key={column.label} className="tile" to={column.rows(known)}>
            {column.label}
            <b>{column.say(sum)}</b>
            <small className="muted">{column.of(sum)}</small>
          </Link>
        ))}
      </div>
      {(keys.length > 1 || by !== "region") && (
        <details className="panel" open>
          <summary className="figures-head">
            各项分布
            <span onClick={(event) => event.preventDefault()}>
              <Segmented size="small" value={by} onChange={onBy} options={WAYS} />
            </span>
          </summary>
          <div className="scroll figures">
            <table className="stat">
              <thead>
                <tr>
                  <th>{WAYS.find((way) => way.value === by)?.label.slice(1)}</th>
                  {COLUMNS.map((column) => <th key={column.label}>{column.label}</th>)}
                </tr>
              </thead>
              <tbody>
                {keys.map((key) => {
                  const own = lines.get(key) ?? {};
                  const narrowed = put(known, by, key);
                  return (
                    <tr key={key}>
                      <td>{label(key)}</td>
                      {COLUMNS.map((column) => (
                        <td key={column.label} className="number">
                          {inside(key) ? <Link to={column.rows(narrowed)} title={column.of(own)}>{column.say(own)}</Link> : column.say(own)}
                        </td>
                      ))}
                    </tr>
                  );
                })}
              </tbody>
            </table>
          </div>
        </details>
      )}
    </>
  );
}
