import { Form, Input, InputNumber, Select } from "antd";
import dayjs from "dayjs";

import { cents } from "../../parts/format";
import { LongText } from "../../parts/LongText";
import { useLawTable } from "../law/use";
import { CIRCUMSTANCES, STAGES } from "./words";

/** What is found out and proposed, as a form has it; the fine in 元. */
export interface Facts {
  violation?: string;
  stage?: string;
  circumstance?: string;
  mitigation?: string;
  facts?: string;
  evidence?: string;
  duty?: string;
  basis?: string;
  fine?: string | null;
  other?: string;
}

/** As the server takes them: what was emptied is taken out. */
export function told(own: Facts) {
  return {
    violation: own.violation ?? "",
    stage: own.stage ?? "",
    circumstance: own.circumstance ?? "",
    mitigation: own.mitigation ?? "",
    facts: own.facts ?? "",
    evidence: own.evidence ?? "",
    duty: own.duty ?? "",
    basis: own.basis ?? "",
    fine: own.fine === null || own.fine === undefined || own.fine === "" ? null : cents(String(own.fine)),
    other: own.other ?? "",
  };
}

const choices = (words: Record<string, string>) => Object.entries(words).map(([value, label]) => ({ value, label }));

/** The fields of what is found out and proposed. */
export function FactsFields() {
  const rows = useLawTable("penalty-discretion", dayjs().format("YYYY-MM-DD"));
  const violations = new Map(rows.map((row) => [row["code"] ?? "", row["name"] ?? ""]));
  return (
    <>
      <Form.Item name="violation" label="违法行为（选后系统给出依据和罚款幅度）">
        <Select allowClear showSearch={{ optionFilterProp: "label" }} placeholder="表里没有的不选，自行填写依据" options={choices(Object.fromEntries(violations))} />
      </Form.Item>
      <div className="inspection-two">
        <Form.Item name="stage" label="阶段"><Select allowClear options={choices(STAGES)} /></Form.Item>
        <Form.Item name="circumstance" label="情节"><Select allowClear options={choices(CIRCUMSTANCES)} /></Form.Item>
      </div>
      <Form.Item name="facts" label="违法事实"><LongText rows={3} maxLength={5000} placeholder="时间、地点、行为、后果" /></Form.Item>
      <Form.Item name="evidence" label="证据"><LongText maxLength={5000} placeholder="现场检查记录、询问笔录、照片等" /></Form.Item>
      <Form.Item name="duty" label="违反的规定（不填用系统给出的）"><Input maxLength={500} /></Form.Item>
      <Form.Item name="basis" label="处罚依据（不填用系统给出的）"><Input maxLength={500} /></Form.Item>
      <div className="inspection-two">
        <Form.Item name="fine" label="拟处罚款（元）"><InputNumber style={{ width: "100%" }} min="0" precision={2} stringMode /></Form.Item>
        <Form.Item name="other" label="其他处罚"><Input maxLength={500} placeholder="如：警告、责令停产停业整顿" /></Form.Item>
      </div>
      <Form.Item name="mitigation" label="不在情节幅度内的理由和依据"><LongText rows={1} maxLength={1000} /></Form.Item>
    </>
  );
}
