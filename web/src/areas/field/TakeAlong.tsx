/** Choosing the day's enterprises and taking them along. */
import { useQuery } from "@tanstack/react-query";
import { Alert, Button, Checkbox, Input, Modal, Spin } from "antd";
import dayjs from "dayjs";
import { useState } from "react";

import { api, ask } from "../../api/client";
import { useSession } from "../../app/session";
import { sentence } from "../../parts/problem";
import { inForce, readLawTable } from "../law/use";
import { type VisitItem, keepPack } from "./store";
import { now, useField } from "./use";

/** The checklist of a sector; none on a day before the library begins. */
async function checklist(sector: string, on: string): Promise<VisitItem[]> {
  const answer = await api.POST("/api/rules/{name}", { params: { path: { name: "checklist" }, query: { on } }, body: { sector } as unknown as Record<string, never> });
  return answer.data ? (answer.data.value as unknown as VisitItem[]) : [];
}

export function TakeAlong({ onClose }: { onClose: () => void }) {
  const field = useField();
  const session = useSession();
  const [text, setText] = useState("");
  const [chosen, setChosen] = useState<Map<string, string>>(() => new Map(field.enterprises.map((own) => [own.id, own.city])));
  const [problem, setProblem] = useState("");
  const [busy, setBusy] = useState(false);
  const list = useQuery({
    queryKey: ["enterprises", "field", text],
    queryFn: () => ask(api.GET("/api/enterprises", { params: { query: { limit: 200, ...(text ? { q: text } : {}) } } })),
  });
  const rows = ((list.data as { items?: unknown } | undefined)?.items ?? []) as unknown as { id: string; city: string; name: string; address?: string }[];
  // what is assigned to the officer for this month, and what is late
  const due_by = dayjs().endOf("month").format("YYYY-MM-DD");
  const planned = useQuery({
    queryKey: ["inspection-targets", "field", due_by],
    queryFn: () => ask(api.GET("/api/inspection-targets", { params: { query: { mine: true, state: "planned", due_by, limit: 200 } } })),
    enabled: session.powers.includes("create_visit"),
  });
  const wanted = planned.data?.items ?? [];
  const toggle = (row: { id: string; city: string }, on: boolean) =>
    setChosen((before) => {
      const next = new Map(before);
      if (on) next.set(row.id, row.city);
      else next.delete(row.id);
      return next;
    });
  const take = async () => {
    setBusy(true);
    setProblem("");
    try {
      const cities = [...new Set(chosen.values())];
      const ids = (city: string) => [...chosen].filter(([, own]) => own === city).map(([id]) => id.replaceAll("-", "")).join(",");
      const today = now(field.opened.device).toLocaleDateString("sv-SE", { timeZone: "Asia/Shanghai" });
      const [sections, categories, criteria, ...taken] = await Promise.all([
        ask(api.GET("/api/sections")),
        readLawTable("danger-category", today).then(inForce),
        readLawTable("danger-criterion", today).then(inForce),
        ...cities.map((city) => ask(api.GET("/api/field/pack", { params: { query: { city, ids: ids(city) } } }))),
      ]);
      const enterprises = taken.flatMap((own) => own.enterprises);
      const visits = session.powers.includes("create_visit");
      const sectors = visits ? [...new Set(enterprises.map((own) => own.sector))] : [];
      const cards = visits ? (await ask(api.GET("/api/officer-cards", { params: { query: { limit: 200 } } }))).items : [];
      const checklists = Object.fromEntries(await Promise.all(sectors.map(async (sector) => [sector, await checklist(sector, today)] as const)));
      await keepPack(field.opened, enterprises, {
        cards,
        checklists,
        sections,
        powers: session.powers,
        categories: categories.map((row) => ({ value: row["code"] ?? "", label: `${row["group_name"] ?? ""}：${row["name"] ?? ""}` })),
        criteria: criteria.map((row) => ({ value: row["code"] ?? "", label: `${row["set_name"] ?? ""}：${row["text"] ?? ""}` })),
      });
      await field.refresh();
      onClose();
    } catch (error) {
      setProblem(sentence(error));
    } finally {
      setBusy(false);
    }
  };
  return (
    <Modal open title="选择要带走的企业" okText={`带走 ${chosen.size} 家`} cancelText="取消" okButtonProps={{ disabled: chosen.size === 0 || chosen.size > 200, loading: busy }} onOk={() => void take()} onCancel={onClose}>
      <Input.Search allowClear placeholder="企业名称、拼音首字母或代码" onSearch={setText} aria-label="查找企业" />
      <div className="field-bar">
        <Button size="small" onClick={() => setChosen((before) => new Map([...before, ...rows.map((row) => [row.id, row.city] as const)]))}>全选这 {rows.length} 家</Button>
        {wanted.length > 0 && <Button size="small" onClick={() => setChosen((before) => new Map([...before, ...wanted.map((row) => [row.enterprise, row.city] as const)]))}>加上我计划检查的 {new Set(wanted.map((row) => row.enterprise)).size} 家</Button>}
        <Button size="small" onClick={() => setChosen(new Map())}>清空</Button>
        <span className="muted">已选 {chosen.size} 家，最多 200 家</span>
      </div>
      {problem && <Alert type="error" showIcon title={problem} />}
      {list.isError && <Alert type="error" showIcon title={sentence(list.error)} />}
      {list.isPending ? (
        <Spin />
      ) : (
        <div style={{ maxHeight: "46vh", overflow: "auto" }}>
          {rows.map((row) => (
            <div key={row.id} style={{ padding: "6px 0" }}>
              <Checkbox checked={chosen.has(row.id)} onChange={(event) => toggle(row, event.target.checked)}>{row.name}</Checkbox>
            </div>
          ))}
          {rows.length === 0 && !list.isError && <p className="muted">没有找到企业。</p>}
        </div>
      )}
    </Modal>
  );
}
