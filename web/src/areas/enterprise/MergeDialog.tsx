import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Alert, App, Checkbox, Input, Modal, Radio } from "antd";
import { useState } from "react";
import { useNavigate } from "react-router";

import { type Row, api, ask } from "../../api/client";
import { show } from "../../parts/format";
import { sentence } from "../../parts/problem";
import { type Field, readRecord, useFields } from "./use";

/** Fields that go with another one or are worked out; they are not chosen. */
const LED = new Set(["latitude", "status_on", "status_reason", "status_document", "ownership", "ownership_basis", "ownership_reason", "industry_reason", "size", "organization_code", "assignment", "assignment_reason", "verification", "verified_by_name"]);
/** Names shown for what is stored as something else. */
const STORED: Record<string, string> = { agency_name: "agency", officer_name: "officer", cluster_name: "cluster", region_name: "town" };
const REGION: Field = { name: "region_name", label: "所在地区", group: "地址", kind: "text", editable: false, personal: false, options: [] };

function filled(row: Row): number {
  return Object.values(row).filter((value) => value !== null && value !== "").length;
}

/** Two records side by side: which stays, and field by field whose value. */
export function MergeDialog({ one, two, onClose }: { one: Row; two: Row; onClose: () => void }) {
  const queries = useQueryClient();
  const navigate = useNavigate();
  const { message } = App.useApp();
  const fields = useFields();
  // who has a licence, or says more, stays unless the person says otherwise
  const better = Boolean(two["credit_code"]) !== Boolean(one["credit_code"]) ? Boolean(two["credit_code"]) : filled(two) > filled(one);
  const [keptId, setKeptId] = useState((better ? two : one).id);
  const kept = keptId === one.id ? one : two;
  const other = keptId === one.id ? two : one;
  const [chosen, setChosen] = useState<Record<string, string>>({});
  const [reason, setReason] = useState("");
  const differing = [REGION, ...(fields.data ?? [])].filter((field) => !LED.has(field.name) && (field.editable || field.name === "status" || field.name in STORED) && show(field, one[field.name]) !== show(field, two[field.name]));
  // a value is kept unless only the other record has one
  const owner = (field: Field): string => chosen[field.name] ?? (show(field, kept[field.name]) === "" ? other.id : kept.id);
  const merge = useMutation({
    mutationFn: () =>
      ask(
        api.POST("/api/enterprises/{city}/{id}/merge", {
          params: { path: { city: kept.city, id: kept.id } },
          body: {
            version: kept.version,
            other: other.id,
            other_version: other.version,
            take: differing.filter((field) => owner(field) === other.id).map((field) => STORED[field.name] ?? field.name),
            reason: reason.trim(),
          },
        }),
      ),
    onSuccess: (merger) => {
      void message.success("已合并。合错了可以在“重复档案—合并、拆分记录”中撤销。");
      for (const key of ["duplicates", "mergers", "enterprise", "enterprises"]) void queries.invalidateQueries({ queryKey: [key] });
      onClose();
      void navigate(`/enterprises/${merger.city}/${merger.kept}`);
    },
  });
  return (
    <Modal open width={860} title="合并重复档案" okText="合并" cancelText="取消" okButtonProps={{ disabled: reason.trim() === "", loading: merge.isPending }} onOk={() => merge.mutate()} onCancel={onClose}>
      <p className="muted">先选保留哪一份；两份不同的栏目，逐栏选择留用的内容。另一份并入后不再单独统计，可以随时撤销。</p>
      <div className="scroll" style={{ maxHeight: "52vh", overflowY: "auto" }}>
        <table className="compare">
          <thead>
            <tr>
              <th>保留</th>
              {[one, two].map((row) => (
                <th key={row.id}>
                  <Radio checked={keptId === row.id} onChange={() => { setKeptId(row.id); setChosen({}); }}>
                    {String(row["name"])}
                    <div className="muted" style={{ fontWeight: 400 }}>
                      {String(row["credit_code"] ?? row["old_code"] ?? "无证照编码")}
                    </div>
                  </Radio>
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {differing.map((field) => (
              <tr key={field.name}>
                <th scope="row">{field.name === "longitude" ? "坐标" : field.label}</th>
                {[one, two].map((row) => {
                  const text = field.name === "longitude" && row["longitude"] ? `${String(row["longitude"])}, ${String(row["latitude"])}` : show(field, row[field.name]);
                  return (
                    <td key={row.id} className={owner(field) === row.id ? "on" : ""}>
                      <Radio aria-label={`${field.label}用${String(row["name"])}的`} checked={owner(field) === row.id} onChange={() => setChosen({ ...chosen, [field.name]: row.id })}>
                        {text || <span className="muted">（空）</span>}
                      </Radio>
                    </td>
                  );
                })}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {differing.length === 0 && <p className="muted">两份档案的栏目没有不同。</p>}
      <Input aria-label="合并原因" style={{ marginTop: 12 }} placeholder="原因，如：现场核对为同一家" maxLength={200} value={reason} onChange={(event) => setReason(event.target.value)} />
      <Checkbox style={{ marginTop: 8 }} checked={reason === "现场核对为同一家"} onChange={(event) => setReason(event.target.checked ? "现场核对为同一家" : "")}>
        现场核对为同一家
      </Checkbox>
      {merge.isError && <Alert style={{ marginTop: 12 }} type="error" showIcon title={sentence(merge.error)} />}
    </Modal>
  );
}

/** Two records that a list names, read whole first. */
export function MergeTwo({ city, ids, onClose }: { city: string; ids: [string, string]; onClose: () => void }) {
  const records = useQuery({
    queryKey: ["enterprise", city, ids[0], "with", ids[1]],
    queryFn: () => Promise.all(ids.map((id) => readRecord(city, id, undefined))),
  });
  const [one, two] = records.data ?? [];
  if (one && two) return <MergeDialog one={one} two={two} onClose={onClose} />;
  return (
    <Modal open width={860} title="合并重复档案" footer={null} loading={records.isPending} onCancel={onClose}>
      {records.isError && <Alert type="error" showIcon title={sentence(records.error)} />}
    </Modal>
  );
}
