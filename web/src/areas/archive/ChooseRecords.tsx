/** Records of an archive chosen out of its sections; a section's records are read when it is opened. */
import { TreeSelect } from "antd";
import { useState } from "react";

import { type Place, readRecords, useArchive } from "./use";
import { BASIC } from "./words";

interface Node {
  value: string;
  title: string;
  checkable: boolean;
  selectable?: boolean;
  isLeaf: boolean;
  children?: Node[];
}

export function ChooseRecords({ place, value, onChange }: { place: Place; value?: string[]; onChange?: (records: string[]) => void }) {
  const archive = useArchive(place);
  const [read, setRead] = useState<Record<string, Node[]>>({});
  const sections = (archive.data?.completeness.items ?? []).filter((item) => item.section !== BASIC && item.records > 0);
  const nodes = sections.map((item): Node => {
    const children = read[item.section];
    return { value: item.section, title: `${item.label}（${item.records}）`, checkable: false, selectable: false, isLeaf: false, ...(children ? { children } : {}) };
  });
  const load = async (section: string) => {
    const found: Node[] = [];
    for (let cursor: string | undefined; ; ) {
      const page = await readRecords(place, section, false, cursor);
      found.push(...page.items.map((own) => ({ value: own.id, title: own.number ? `${own.title}（${own.number}）` : own.title, checkable: true, isLeaf: true })));
      if (!page.next) break;
      cursor = page.next;
    }
    setRead((before) => ({ ...before, [section]: found }));
  };
  return (
    <TreeSelect
      aria-label="划给第二处的档案记录"
      treeCheckable
      allowClear
      style={{ width: "100%" }}
      placeholder="选填：展开栏目，勾选属于第二处的记录"
      loading={archive.isPending}
      treeData={nodes}
      value={value ?? []}
      onChange={(chosen) => onChange?.(chosen as string[])}
      loadData={(node) => load(String(node.value))}
      maxTagCount={6}
    />
  );
}
