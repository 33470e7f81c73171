import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { App, Checkbox, Input, Modal, Select } from "antd";
import { useState } from "react";

import { type Row, api, ask } from "../../api/client";
import { OfficePicker } from "../../parts/OfficePicker";
import { sentence } from "../../parts/problem";
import { commonPlace, itemsOf } from "./use";

type Name = "officer" | "agency" | "department" | "grid" | "grade";

const LABELS: [Name, string][] = [
  ["officer", "责任监管员"],
  ["agency", "监管机构"],
  ["department", "行业主管部门"],
  ["grid", "网格"],
  ["grade", "监管等级"],
];

/** Says who watches over one enterprise or many; only what is ticked is changed. */
export function DutyDialog({ rows, onClose, onDone }: { rows: Row[]; onClose: () => void; onDone?: () => void }) {
  const queries = useQueryClient();
  const { message } = App.useApp();
  const one = rows.length === 1 ? rows[0] : undefined;
  const first = (name: Name) => (typeof one?.[name] === "string" ? (one[name]) : undefined);
  const [said, setSaid] = useState<Partial<Record<Name, string | undefined>>>({ officer: first("officer") });
  const region = commonPlace(rows);
  const officers = useQuery({
    queryKey: ["officers", region],
    queryFn: () => ask(api.GET("/api/officers", { params: { query: { region } } })),
  });
  const save = useMutation({
    mutationFn: () => ask(api.POST("/api/enterprises/duty", { body: { items: itemsOf(rows), ...Object.fromEntries(Object.entries(said).map(([name, value]) => [name, value?.trim() || null])) } })),
    onSuccess: ({ changed }) => {
      void message.success(changed > 0 ? `已更新 ${changed} 家企业的监管责任。` : "没有变化。");
      void queries.invalidateQueries({ queryKey: ["enterprises"] });
      void queries.invalidateQueries({ queryKey: ["enterprise"] });
      onDone?.();
      onClose();
    },
    onError: (error) => void message.error(sentence(error)),
  });
  return (
    <Modal
      open
      title={one ? `“${String(one["name"])}”的监管责任` : `选中的 ${rows.length} 家企业的监管责任`}
      okText="保存"
      cancelText="取消"
      okButtonProps={{ loading: save.isPending, disabled: Object.keys(said).length === 0 }}
      onOk={() => save.mutate()}
      onCancel={onClose}
    >
      <p className="muted">勾选要改的项目；留空保存就是清除。</p>
      {LABELS.map(([name, label]) => (
        <div key={name} style={{ marginBottom: 12 }}>
          <Checkbox checked={name in said} onChange={(event) => setSaid(event.target.checked ? { ...said, [name]: first(name) } : Object.fromEntries(Object.entries(said).filter(([own]) => own !== name)))}>
            {label}
          </Checkbox>
          {name in said &&
            (name === "officer" ? (
              <Select
                aria-label={label}
                style={{ width: "100%", marginTop: 6 }}
                allowClear
                showSearch={{ optionFilterProp: "label" }}
                loading={officers.isPending}
                placeholder="选择人员，可输入姓名"
                value={said[name]}
                onChange={(id: string | undefined) => setSaid({ ...said, [name]: id })}
                notFoundContent="这个地方还没有监管员账号，请安全管理员先授权。"
                options={(officers.data ?? []).map((own) => ({ value: own.id, label: `${own.name}（${own.region_name}）` }))}
              />
            ) : name === "agency" ? (
              <div style={{ marginTop: 6 }}>
                <OfficePicker label={label} region={region} value={said[name]} name={one?.["agency_name"] as string | null} onChange={(id) => setSaid({ ...said, [name]: id ?? undefined })} />
              </div>
            ) : name === "grade" ? (
              <Select aria-label={label} style={{ width: "100%", marginTop: 6 }} allowClear placeholder="按分类分级评定结果选择，A 级最好" value={said[name]} onChange={(grade: string | undefined) => setSaid({ ...said, grade })} options={["A", "B", "C", "D"].map((value) => ({ value, label: `${value} 级` }))} />
            ) : (
              <Input aria-label={label} style={{ marginTop: 6 }} maxLength={100} value={said[name] ?? ""} onChange={(event) => setSaid({ ...said, [name]: event.target.value })} />
            ))}
        </div>
      ))}
    </Modal>
  );
}
