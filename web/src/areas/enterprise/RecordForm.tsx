import { DatePicker, Form, type FormInstance, Input, InputNumber, Select } from "antd";
import dayjs, { type Dayjs } from "dayjs";

import { cents, yuan } from "../../parts/format";
import { LongText } from "../../parts/LongText";
import type { Field } from "./use";

export type Values = Record<string, unknown>;

/** A record's values as the form holds them: days as days, money as 元. */
export function toForm(fields: Field[], record: Values): Values {
  return Object.fromEntries(
    fields.map((field) => {
      const value = record[field.name];
      if (value === null || value === undefined) return [field.name, undefined];
      if (field.kind === "date") return [field.name, dayjs(String(value))];
      if (field.kind === "money") return [field.name, yuan(Number(value))];
      return [field.name, value];
    }),
  );
}

/** What the form holds, as the server takes it. */
function fromForm(field: Field, value: unknown): unknown {
  if (value === undefined || value === null || value === "") return null;
  if (field.kind === "date") return (value as Dayjs).format("YYYY-MM-DD");
  if (field.kind === "money") return cents(String(value));
  return typeof value === "string" ? value.trim() : value;
}

/** The editable fields that differ from the record. */
export function changesOf(fields: Field[], record: Values, values: Values): Values {
  const changes: Values = {};
  for (const field of fields.filter((field) => field.editable)) {
    const now = fromForm(field, values[field.name]);
    const before = record[field.name] ?? null;
    if (now !== before && !(now === null && before === "")) changes[field.name] = now;
  }
  return changes;
}

function control(field: Field) {
  switch (field.kind) {
    case "option":
      return <Select allowClear showSearch={{ optionFilterProp: "label" }} options={field.options.filter(([code]) => code !== "merged").map(([value, label]) => ({ value, label }))} />;
    case "date":
      return <DatePicker style={{ width: "100%" }} placeholder="如 2019-03-01" />;
    case "number":
      return <InputNumber style={{ width: "100%" }} min={0} precision={0} />;
    case "degrees":
      return <InputNumber style={{ width: "100%" }} step={0.0001} precision={6} />;
    case "money":
      return <Input suffix="元" inputMode="decimal" />;
    case "long_text":
      return <LongText />;
    default:
      return <Input inputMode={field.name.endsWith("_phone") ? "tel" : "text"} />;
  }
}

/** The form of a record, made from its fields; it begins with the record's values. */
export function RecordForm({ form, fields, record }: { form: FormInstance<Values>; fields: Field[]; record?: Values }) {
  const editable = fields.filter((field) => field.editable);
  const groups = [...new Set(editable.map((field) => field.group))];
  return (
    <Form form={form} layout="vertical" initialValues={record ? toForm(fields, record) : {}} requiredMark={(label, { required }) => (required ? <>{label}　<span className="after">必填</span></> : label)}>
      {groups.map((group) => (
        <section key={group} className="panel">
          <h2>{group}</h2>
          <div className="fields">
            {editable
              .filter((field) => field.group === group)
              .map((field) => (
                <Form.Item
                  key={field.name}
                  name={field.name}
                  label={field.label}
                  style={field.kind === "long_text" ? { gridColumn: "1 / -1" } : {}}
                  rules={[
                    ...(field.name === "name" ? [{ required: true, message: "请填写企业名称" }] : []),
                    ...(field.kind === "money"
                      ? [{ validator: (_: unknown, value: unknown) => (value === undefined || value === "" || cents(String(value)) !== null ? Promise.resolve() : Promise.reject(new Error("请填写金额，如 500000 或 1234.56"))) }]
                      : []),
                  ]}
                >
                  {control(field)}
                </Form.Item>
              ))}
          </div>
        </section>
      ))}
    </Form>
  );
}
