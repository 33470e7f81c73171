import { Checkbox, Form, Input } from "antd";

import type { Schemas } from "../../api/client";

export interface PaperValues {
  papers?: { there?: boolean; note?: string }[];
}

/** What is said of each paper, as the server takes it. */
export function papers(wanted: string[], values: PaperValues): Schemas["HazardMaterial"][] {
  return wanted.map((name, at) => {
    const own = values.papers?.[at];
    return { name, record: null, note: own?.there ? own.note?.trim() || "已附" : null };
  });
}

/** The papers that go with a filing, each ticked with where it is. */
export function Papers({ wanted }: { wanted: string[] }) {
  return (
    <>
      <p className="muted">逐项勾选已备齐的材料，可写明文号或者存放处：</p>
      {wanted.map((name, at) => (
        <div key={name} className="hazard-paper">
          <Form.Item name={["papers", at, "there"]} valuePropName="checked" noStyle>
            <Checkbox>{name}</Checkbox>
          </Form.Item>
          <Form.Item name={["papers", at, "note"]} noStyle>
            <Input aria-label={`${name}的文号或者存放处`} placeholder="文号、存放处（可不填）" maxLength={100} />
          </Form.Item>
        </div>
      ))}
    </>
  );
}
