import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { App, Checkbox, Input, Modal, Select } from "antd";
import { useState } from "react";

import { type Row, api, ask } from "../../api/client";
import { useMay, useSession } from "../../app/session";
import { sentence } from "../../parts/problem";
import { commonPlace, itemsOf } from "./use";

type Name = "officer" | "agency" | "department" | "grid";

const LABELS: [Name, string][] = [
  ["officer", "责任监管员"],
  ["agency", "监管机构"],
  ["department", "行业主管部门"],
  ["grid", "网格"],
];

/** Says who watches over one enterprise or many; only what is ticked is changed. */
export function DutyDialog({ rows, onClose, onDone }: { rows: Row[]; onClose: () => void; onDone?: () => void }) {
  const may = useMay();
  const session = useSession();
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
  // the offices of the own area whose division holds all of these enterprises
  const reach = region.slice(0, Math.max(4, session.region.code.length));
  const agencies = useQuery({
    queryKey: ["agencies", "duty", reach],
    queryFn: () => ask(api.GET("/api/agencies", { params: { query: { region: reach, limit: 200 } } })),
    enabled: may("list_agencies"),
  });
  const answering = (agencies.data?.items ?? []).filter((own) => region.startsWith(own.region)).map((own) => ({ value: own.id, label: own.name }));
  const before = first("agency");
  const choices = {
    officer: {
      pending: officers.isPending,
      hint: "选择人员，可输入姓名",
      nothing: "这个地方还没有监管员账号，请安全管理员先授权。",
      options: (officers.data ?? []).map((own) => ({ value: own.id, label: `${own.name}（${own.region_name}）` })),
    },
    agency: {
      pending: agencies.isLoading,
      hint: "选择机构，可输入名称",
      nothing: "这个地方还没有登记机构，请系统管理员先在“机构”中登记。",
      // one of a wider area stays readable, though it is not offered here
      options: before === undefined || answering.some((own) => own.value === before) ? answering : [{ value: before, label: String(one?.["agency_name"] ?? "原来的机构") }, ...answering],
    },
  };
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
            (name === "officer" || name === "agency" ? (
              <Select
                aria-label={label}
                style={{ width: "100%", marginTop: 6 }}
                allowClear
                showSearch={{ optionFilterProp: "label" }}
                loading={choices[name].pending}
                placeholder={choices[name].hint}
                value={said[name]}
                onChange={(id: string | undefined) => setSaid({ ...said, [name]: id })}
                notFoundContent={choices[name].nothing}
                options={choices[name].options}
              />
            ) : (
              <Input aria-label={label} style={{ marginTop: 6 }} maxLength={100} value={said[name] ?? ""} onChange={(event) => setSaid({ ...said, [name]: event.target.value })} />
            ))}
        </div>
      ))}
    </Modal>
  );
}
