import { Form, Input } from "antd";

import type { Schemas } from "../../api/client";
import { LongText } from "../../parts/LongText";

type Field = Schemas["DocumentField"];

/** The fields of a draft that are filled in here, as `fields` of a form in their order; `long` names those with room for several lines. */
export function DraftFields({ fields, long }: { fields: Field[]; long: RegExp }) {
  const wide = (field: Field) => field.value.length > 24 || long.test(field.label);
  const typed = fields.filter((field) => !field.by_hand);
  const byHand = fields.filter((field) => field.by_hand).map((field) => field.label);
  return (
    <>
      <div className="document-form">
        {typed.map((field, at) => (
          <Form.Item key={field.label} name={["fields", at]} label={field.label} className={wide(field) ? "document-long" : ""}>
            {wide(field) ? <LongText maxLength={10000} /> : <Input maxLength={500} />}
          </Form.Item>
        ))}
      </div>
      {byHand.length > 0 && <p className="muted">以下栏目打印后手写或者盖章：{byHand.join("、")}。</p>}
    </>
  );
}

/** What of these fields was typed otherwise, by label. */
export function typedOtherwise(fields: Field[], values: (string | undefined)[]): Record<string, string> {
  const typed = fields.filter((field) => !field.by_hand).map((field, at) => [field, values[at] ?? ""] as const);
  return Object.fromEntries(typed.filter(([field, text]) => text !== field.value).map(([field, text]) => [field.label, text]));
}
