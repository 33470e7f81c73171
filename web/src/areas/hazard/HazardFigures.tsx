import { useQuery } from "@tanstack/react-query";
import { Grid, Table } from "antd";
import type { ReactNode } from "react";
import { Link, useSearchParams } from "react-router";

import { type Schemas, api, ask } from "../../api/client";
import { useSession } from "../../app/session";
import { RecordTable } from "../../parts/RecordTable";
import { RegionPicker } from "../../parts/RegionPicker";
import { address } from "../../parts/filters";
import { nearName } from "../../parts/format";
import { GRADES } from "./words";

type Numbers = Schemas["HazardNumbers"];

/** Digits of the divisions of each tier below one of so many digits. */
const BELOW: Record<number, number> = { 2: 4, 4: 6, 6: 9, 9: 9 };

/** Major hazard sources by division and grade, tier by tier; every number leads to exactly its rows. */
export default function HazardFigures() {
  const session = useSession();
  const wide = Grid.useBreakpoint().md ?? true;
  const [params, setParams] = useSearchParams();
  const region = params.get("region") ?? session.region.code;
  const go = (code: string | undefined) => setParams({ view: "figures", ...(code ? { region: code } : {}) });
  const figures = useQuery({ queryKey: ["hazards", "figures", region], queryFn: () => ask(api.GET("/api/hazard-sources/figures", { params: { query: { region } } })) });
  const below = BELOW[region.length] ?? 9;
  const whole = (row: Numbers) => row.key.length === below;
  // what lies in no town of it stands by itself
  const place = (row: Numbers): Record<string, string> => (!row.key ? { region } : whole(row) ? { region: row.key } : { at: row.key });
  const cell = (row: Numbers, value: number, filters: Record<string, string>) =>
    value === 0 ? <span className="muted">0</span> : <Link to={address("/hazards", { ...place(row), major: "yes", ...filters })} className="number">{value}</Link>;
  const total = figures.data?.total;
  const numbers: { key: string; title: string; of: (row: Numbers) => ReactNode }[] = [
    { key: "total", title: "合计", of: (row) => cell(row, row.total, {}) },
    ...Object.entries(GRADES).map(([grade, [title]]) => ({ key: `grade-${grade}`, title, of: (row: Numbers) => cell(row, row.grades[Number(grade) - 1] ?? 0, { grade }) })),
    ...(total?.ungraded ? [{ key: "ungraded", title: "未分级", of: (row: Numbers) => cell(row, row.ungraded, { grade: "0" }) }] : []),
    { key: "filed", title: wide ? "备案有效" : "已备案", of: (row) => cell(row, row.filed, { filing: "valid" }) },
    { key: "overdue", title: wide ? "应重新辨识" : "应重辨", of: (row) => cell(row, row.overdue, { review: "overdue" }) },
  ];
  const name = (row: Numbers) => {
    const short = nearName(row.name, session.region.name);
    if (!whole(row)) return `${short}（未定到下级）`;
    return below < 9 ? <a onClick={() => go(row.key)}>{short}</a> : short;
  };
  return (
    <>
      <div className="page-head">
        <h1>重大危险源统计</h1>
        <span className="grow" />
        <Link to={address("/hazards", { region })}>返回名单</Link>
      </div>
      <div className="bar no-print">
        <div style={{ width: 230 }}>
          <RegionPicker root={session.region.code} value={params.get("region") ?? undefined} onChange={go} placeholder={session.region.name} />
        </div>
        <span className="muted">构成重大危险源、未核销的；点数字看名单{below < 9 ? "，点地区看下一级" : ""}</span>
      </div>
      <div className="hazard-figures">
        <RecordTable<Numbers>
          rowKey="key"
          bordered
          error={figures.error}
          loading={figures.isPending}
          dataSource={figures.data?.rows ?? []}
          empty="这里没有重大危险源。"
          columns={[
            { key: "name", title: "地区", render: (_, row) => name(row) },
            ...numbers.map(({ key, title, of }) => ({ key, title, align: "right" as const, render: (_: unknown, row: Numbers) => of(row) })),
          ]}
          summary={() =>
            total && (
              <Table.Summary.Row>
                <Table.Summary.Cell index={0}><b>合计</b></Table.Summary.Cell>
                {numbers.map(({ key, of }, at) => <Table.Summary.Cell key={key} index={at + 1} align="right">{of(total)}</Table.Summary.Cell>)}
              </Table.Summary.Row>
            )
          }
        />
      </div>
    </>
  );
}
