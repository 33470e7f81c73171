/** A document as it will say, marked as the draft that it is: its number and its official layout come from the server. */
import { Modal } from "antd";

import { instant } from "../../parts/format";
import type { Packed } from "./store";
import { type HalfVisit, name, open } from "./visit";

export function DraftPaper({ enterprise, half, form, officers, onClose }: { enterprise: Packed; half: HalfVisit; form: string; officers: string[]; onClose: () => void }) {
  const found = form === "inspection_record" ? half.findings : open(half);
  const facts: [string, string][] = [
    ["被检查单位", enterprise.name],
    ["地址", enterprise.address ?? ""],
    ["检查场所", half.place],
    ["检查开始", `${instant(half.started_at)}（设备时钟）`],
    ["执法人员", officers.join("、")],
    ...(form === "correction_order" && half.due_on ? ([["整改期限", half.due_on]] as [string, string][]) : []),
  ];
  return (
    <Modal open title={name(form)} footer={null} onCancel={onClose}>
      <p className="field-mark">草稿：尚未签发，没有文号，不产生效力</p>
      <dl style={{ margin: 0 }}>
        {facts.filter(([, value]) => value !== "").map(([label, value]) => <div key={label} className="field"><dt>{label}</dt><dd>{value}</dd></div>)}
      </dl>
      <ol>{found.map((own) => <li key={own.id}>{own.content}{own.place && `（${own.place}）`}</li>)}</ol>
      {found.length === 0 && <p>未发现问题。</p>}
    </Modal>
  );
}
