import { useQuery } from "@tanstack/react-query";

import { type Schemas, api, ask } from "../../api/client";
import { instant, show } from "../../parts/format";
import { useSections } from "../archive/use";
import { useFields } from "../enterprise/use";

/** What every change brings along and the entry itself says: when, by whom, how often. */
const BOOKKEEPING = ["updated_at", "updated_by", "version"];

/** The words of the trail: what a person calls the things and the columns. */
export function useWords() {
  return useQuery({ queryKey: ["audit-words"], queryFn: () => ask(api.GET("/api/audit/words")), staleTime: Infinity });
}

/** The columns with the fields of a record beside them, not within one column. */
function flat(row: unknown): Record<string, unknown> {
  const columns = (row ?? {}) as Record<string, unknown>;
  const fields = columns["fields"];
  if (typeof fields !== "object" || fields === null || Array.isArray(fields)) return columns;
  const rest = Object.entries(columns).filter(([name]) => name !== "fields");
  return { ...Object.fromEntries(rest), ...Object.fromEntries(Object.entries(fields).map(([name, value]) => [`fields.${name}`, value])) };
}

/** What an entry says that changed, in the words of the forms: the register's and the sections' own before those that are the same everywhere. */
export function Changes({ entry }: { entry: Schemas["EntryView"] }) {
  const words = useWords();
  const register = useFields();
  const sections = useSections();
  const common = Object.fromEntries(words.data?.columns ?? []);
  const filled = (sections.data ?? []).flatMap((section) => section.fields);
  const registered = (name: string) => (entry.subject === "enterprise" ? register.data?.find((own) => own.name === name) : undefined);
  const label = (name: string): string => registered(name)?.label ?? filled.find((own) => `fields.${own.name}` === name)?.label ?? common[name] ?? name;
  const text = (name: string, value: unknown): string => {
    if (value === null || value === undefined || value === "") return "（空）";
    const known = registered(name);
    if (known) return show(known, value);
    if (value === true || value === false) return value ? "是" : "否";
    if (Array.isArray(value) && value.every((own) => typeof own === "string")) return value.map(label).join("、") || "（空）";
    if (typeof value === "object") return JSON.stringify(value);
    return /^\d{4}-\d\d-\d\dT/.test(String(value)) ? instant(value) : String(value);
  };
  const [before, after] = [flat(entry.before), flat(entry.after)];
  const changed = Object.keys({ ...before, ...after }).filter((name) => !BOOKKEEPING.includes(name) && JSON.stringify(before[name] ?? null) !== JSON.stringify(after[name] ?? null));
  return (
    <div style={{ maxWidth: 900, whiteSpace: "normal" }}>
      {changed.map((name) => (
        <div key={name} style={{ overflowWrap: "anywhere" }}>
          <b>{label(name)}</b>：
          {entry.before !== null && (
            <>
              <span className="before">{text(name, before[name])}</span> →{" "}
            </>
          )}
          <span className="after">{text(name, after[name])}</span>
        </div>
      ))}
      {changed.length === 0 && <span className="muted">没有记下改动的内容。</span>}
    </div>
  );
}
