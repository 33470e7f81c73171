import { useQuery } from "@tanstack/react-query";
import { Alert, Button, DatePicker, Empty, Space, Spin, Tabs, Tag, Tree, type TreeDataNode } from "antd";
import dayjs from "dayjs";
import { useState } from "react";
import { useSearchParams } from "react-router";

import { type Schemas, api, ask } from "../../api/client";
import { useMay, useSession } from "../../app/session";
import { put, readFilters } from "../../parts/filters";
import { sentence } from "../../parts/problem";
import { ChangeDialog } from "./ChangeDialog";
import { Changes } from "./Changes";
import { VillageUpload } from "./VillageUpload";
import { CERTAINTY, KINDS } from "./words";

type Region = Schemas["DivisionView"];

/** The map as a tree, of today or of any day, beside the life of the division chosen; changes and villages for those who keep it. */
export default function Regions() {
  const may = useMay();
  const [params, setParams] = useSearchParams();
  const filters = readFilters(params, ["on", "code", "tab"]);
  const set = (name: string, value: string | undefined) => setParams(put(filters, name, value), { replace: true });
  const [changing, setChanging] = useState(false);
  const keeps = may("create_region_change");
  const map = <MapOfDay on={filters["on"]} code={filters["code"]} onDay={(day) => setParams(put(put(filters, "on", day), "code", undefined))} onCode={(code) => set("code", code)} />;
  return (
    <>
      <div className="page-head">
        <h1>行政区划</h1>
        <span className="grow" />
        {keeps && (
          <Button type="primary" onClick={() => setChanging(true)}>
            调整区划
          </Button>
        )}
      </div>
      {keeps ? (
        <Tabs
          // the map that was open may be another one when it is looked at again
          destroyOnHidden
          activeKey={filters["tab"] ?? "map"}
          onChange={(tab) => set("tab", tab === "map" ? undefined : tab)}
          items={[
            { key: "map", label: "区划", children: map },
            { key: "changes", label: "调整记录", children: <Changes /> },
            { key: "villages", label: "村居名单", children: <VillageUpload /> },
          ]}
        />
      ) : (
        map
      )}
      {changing && (
        <ChangeDialog
          chosen={filters["code"]}
          onClose={() => setChanging(false)}
          onDone={() => {
            setChanging(false);
            set("tab", "changes");
          }}
        />
      )}
    </>
  );
}

function MapOfDay({ on, code, onDay, onCode }: { on: string | undefined; code: string | undefined; onDay: (day: string | undefined) => void; onCode: (code: string | undefined) => void }) {
  const session = useSession();
  const city = session.region.code.slice(0, 4);
  const [level, setLevel] = useState<Record<string, Region[]>>({});
  const key = `${city}/${on ?? ""}`;
  const load = async (parent: string) => {
    const found = await ask(api.GET("/api/regions", { params: { query: { parent, ...(on ? { on } : {}) } } }));
    setLevel((before) => ({ ...before, [`${on ?? ""}/${parent}`]: found }));
    return found;
  };
  const top = useQuery({ queryKey: ["regions", "tree", key], queryFn: () => ask(api.GET("/api/regions", { params: { query: { parent: city, ...(on ? { on } : {}) } } })) });
  const nodes = (regions: Region[]): TreeDataNode[] =>
    regions.map((region) => {
      const below = level[`${on ?? ""}/${region.code}`];
      return {
        key: region.code,
        isLeaf: region.code.length >= 12 || below?.length === 0,
        title: (
          <>
            {region.name} <span className="muted number">{region.code}</span>
            {region.certainty === "memory" && <Tag color="gold" style={{ marginLeft: 6 }}>待核</Tag>}
          </>
        ),
        ...(below ? { children: nodes(below) } : {}),
      };
    });
  return (
    <div className="two">
      <div className="panel">
        <Space wrap style={{ marginBottom: 12 }}>
          <DatePicker aria-label="哪一天的区划" value={on ? dayjs(on) : null} placeholder="今天的区划" maxDate={dayjs()} onChange={(day) => onDay(day ? day.format("YYYY-MM-DD") : undefined)} />
          {on && <Button onClick={() => onDay(undefined)}>回到今天</Button>}
          {["1990-01-01", "2003-01-28"].map((day) => (
            <Button key={day} type="link" size="small" onClick={() => onDay(day)}>{day}</Button>
          ))}
        </Space>
        {top.error ? (
          <Alert type="error" showIcon title={sentence(top.error)} />
        ) : top.isPending ? (
          <Spin />
        ) : top.data.length === 0 ? (
          <Empty description="资料中没有这一天的区划，请换一个较晚的日期。" />
        ) : (
          <Tree
            key={key}
            blockNode
            treeData={nodes(top.data)}
            selectedKeys={code ? [code] : []}
            onSelect={(keys) => onCode(keys[0]?.toString())}
            loadData={async (node) => {
              await load(String(node.key));
            }}
          />
        )}
      </div>
      <div className="panel">
        <History code={code ?? city} />
      </div>
    </div>
  );
}

function History({ code }: { code: string }) {
  const history = useQuery({ queryKey: ["regions", "history", code], queryFn: () => ask(api.GET("/api/regions/{code}/history", { params: { path: { code } } })) });
  if (history.isPending) return <Spin />;
  if (history.error) return <Alert type="error" showIcon title={sentence(history.error)} />;
  const { spans, changes, names } = history.data;
  const day = (text: string, precision: string) => (precision === "year" ? `${text.slice(0, 4)} 年` : text);
  const named = (codes: string[]) => codes.map((own) => `${names[own] || own}（${own}）`).join("、");
  return (
    <>
      <h2 style={{ fontSize: 15, marginTop: 0 }}>
        {spans.at(-1)?.name} <span className="muted number">{code}</span>
      </h2>
      <h3>这个代码用于</h3>
      {spans.map((span) => (
        <div key={`${span.name}${span.valid_from}`} className="field" style={{ gridTemplateColumns: "minmax(0,1fr)" }}>
          <span>
            <b>{span.name}</b>　{span.valid_from ? day(span.valid_from, span.precision) : "起始日期未见资料"} 起{span.valid_to ? `，至 ${span.valid_to}（不含）` : "，沿用至今"}
            <Tag style={{ marginLeft: 8 }} color={span.certainty === "memory" ? "gold" : "green"}>{CERTAINTY[span.certainty] ?? span.certainty}</Tag>
          </span>
          <small className="muted">
            {span.source}
            {span.note ? `；${span.note}` : ""}
          </small>
        </div>
      ))}
      <h3>变更</h3>
      {changes.length === 0 && <p className="muted">资料中没有它的变更。</p>}
      {changes.map((change, at) => (
        <div key={at} className="field" style={{ gridTemplateColumns: "minmax(0,1fr)" }}>
          <span>
            {day(change.changed_on, change.precision)}　<b>{KINDS[change.kind] ?? change.kind}</b>
            <Tag style={{ marginLeft: 8 }} color={change.certainty === "memory" ? "gold" : "green"}>{CERTAINTY[change.certainty] ?? change.certainty}</Tag>
          </span>
          {(change.from.length > 0 || change.to.length > 0) && (
            <span>
              {named(change.from)}
              {change.from.length > 0 && change.to.length > 0 ? " → " : ""}
              {named(change.to)}
            </span>
          )}
          <small className="muted">{[change.document, change.note].filter(Boolean).join("；")}</small>
        </div>
      ))}
    </>
  );
}
