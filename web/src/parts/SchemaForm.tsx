/** A form made from a JSON Schema: labels, units and choices come from the server, problems are shown at the field they name. */
import { DeleteOutlined, PlusOutlined } from "@ant-design/icons";
import { Button, DatePicker, Form, Input, InputNumber, Segmented, Select } from "antd";
import dayjs from "dayjs";
import type { ReactNode } from "react";

import type { FieldProblem } from "../api/client";
import { LongText } from "./LongText";
import { type Json, type JsonObject, type Part, tagsOf } from "./schema";

interface Props {
  part: Part;
  value: Json | undefined;
  onChange: (value: Json | undefined) => void;
  pointer: string;
  problems: FieldProblem[];
  /** What is to be said beside a field, by its pointer. */
  notes: Record<string, ReactNode>;
}

function object(value: Json | undefined): JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? value : {};
}

function ownProblem(problems: FieldProblem[], pointer: string): string {
  return problems.find((problem) => problem.pointer === pointer)?.message ?? "";
}

function Control({ part, value, onChange, pointer }: Props) {
  const id = `input${pointer.replaceAll("/", "-")}`;
  const typed = value === undefined || value === null ? "" : String(value);
  switch (part.shape.kind) {
    case "decimal":
      return <Input id={id} inputMode="decimal" value={typed} suffix={part.unit} onChange={(event) => onChange(event.target.value)} />;
    case "whole":
      return (
        <InputNumber
          id={id}
          style={{ width: "100%" }}
          precision={0}
          {...(part.unit ? { suffix: part.unit } : {})}
          value={typeof value === "number" ? value : null}
          onChange={(number) => onChange(number === null ? undefined : Number(number))}
        />
      );
    case "yes_no":
      return (
        <Segmented
          value={value === true ? "yes" : value === false ? "no" : "unset"}
          options={[...(part.required ? [] : [{ value: "unset", label: "不填" }]), { value: "yes", label: "是" }, { value: "no", label: "否" }]}
          onChange={(chosen) => onChange(chosen === "unset" ? undefined : chosen === "yes")}
        />
      );
    case "date":
      return <DatePicker id={id} style={{ width: "100%" }} placeholder="如 2025-06-30" value={typed ? dayjs(typed) : null} onChange={(day) => onChange(day ? day.format("YYYY-MM-DD") : undefined)} />;
    case "choice": {
      const choices = part.shape.choices;
      return (
        <Select
          id={id}
          allowClear={!part.required}
          showSearch={{ optionFilterProp: "label" }}
          placeholder="请选择"
          value={choices.findIndex((choice) => choice.value === value)}
          options={choices.map((choice, at) => ({ value: at, label: choice.label }))}
          labelRender={(chosen) => (Number(chosen.value) < 0 ? <span className="muted">请选择</span> : chosen.label)}
          onChange={(at) => onChange(choices[at]?.value)}
        />
      );
    }
    case "several": {
      const choices = part.shape.choices;
      const chosen = Array.isArray(value) ? value : [];
      return (
        <Select
          id={id}
          mode="multiple"
          placeholder="可选多项"
          optionFilterProp="label"
          value={choices.flatMap((choice, at) => (chosen.includes(choice.value) ? [at] : []))}
          options={choices.map((choice, at) => ({ value: at, label: choice.label }))}
          onChange={(all) => onChange(all.flatMap((at) => choices[at]?.value ?? []))}
        />
      );
    }
    case "long":
      return <LongText id={id} value={typed} onChange={(event) => onChange(event.target.value)} />;
    case "any":
      return (
        <LongText
          id={id}
          defaultValue={value === undefined ? "" : JSON.stringify(value)}
          onChange={(event) => {
            try {
              onChange(JSON.parse(event.target.value) as Json);
            } catch {
              onChange(event.target.value);
            }
          }}
        />
      );
    default:
      return <Input id={id} value={typed} suffix={part.unit} onChange={(event) => onChange(event.target.value)} />;
  }
}

function Variants(props: Props & { variants: Part[] }) {
  const { variants, value, onChange } = props;
  const now = object(value);
  const fits = (variant: Part) => Object.entries(tagsOf(variant)).every(([name, tag]) => now[name] === tag);
  const at = variants.findIndex((variant) => Object.keys(tagsOf(variant)).length > 0 && fits(variant));
  const variant = variants[at];
  return (
    <>
      <Select
        style={{ width: "100%", marginBottom: 8 }}
        placeholder="请选择种类"
        value={at < 0 ? null : at}
        options={variants.map((own, key) => ({ value: key, label: own.label || Object.values(tagsOf(own)).join(" ") }))}
        onChange={(key) => {
          const chosen = key === null ? undefined : variants[key];
          onChange(chosen ? tagsOf(chosen) : undefined);
        }}
      />
      {variant && <Field {...props} part={{ ...variant, label: "", required: true }} />}
    </>
  );
}

function Field(props: Props) {
  const { part, value, onChange, pointer, problems, notes } = props;
  const shape = part.shape;
  if (shape.kind === "object") {
    const now = object(value);
    const tags = tagsOf(part);
    return (
      <div className="fields tight">
        {shape.parts
          .filter((own) => !(own.name in tags))
          .map((own) => (
            <Field key={own.name} part={own} value={now[own.name]} pointer={`${pointer}/${own.name}`} problems={problems} notes={notes} onChange={(changed) => onChange({ ...now, [own.name]: changed ?? null })} />
          ))}
      </div>
    );
  }
  const problem = ownProblem(problems, pointer);
  const wide = shape.kind === "list" || shape.kind === "variants" || shape.kind === "any" || shape.kind === "long";
  const note = notes[pointer];
  return (
    <Form.Item
      className={wide ? "wide" : ""}
      label={part.label}
      htmlFor={`input${pointer.replaceAll("/", "-")}`}
      required={part.required}
      extra={note ? <>{part.remark && <div>{part.remark}</div>}{note}</> : part.remark}
      {...(problem ? { validateStatus: "error" as const, help: problem } : {})}
    >
      {shape.kind === "list" ? <Rows {...props} item={shape.item} /> : shape.kind === "variants" ? <Variants {...props} variants={shape.variants} /> : <Control {...props} />}
    </Form.Item>
  );
}

function Rows(props: Props & { item: Part }) {
  const { item, value, onChange, pointer, problems, notes, part } = props;
  const rows = Array.isArray(value) ? value : [];
  const put = (at: number, row: Json | undefined) => onChange(rows.map((own, key) => (key === at ? (row ?? null) : own)));
  return (
    <>
      {rows.map((row, at) => (
        // rows have no name but their place
        <div key={at} className="form-row">
          <span className="form-row-number">{at + 1}</span>
          <div style={{ flex: 1, minWidth: 0 }}>
            <Field part={{ ...item, label: item.shape.kind === "object" ? "" : item.label }} value={row} pointer={`${pointer}/${at}`} problems={problems} notes={notes} onChange={(changed) => put(at, changed)} />
          </div>
          <Button aria-label={`删除第 ${at + 1} 行`} icon={<DeleteOutlined />} onClick={() => onChange(rows.filter((_, key) => key !== at))} />
        </div>
      ))}
      <Button icon={<PlusOutlined />} onClick={() => onChange([...rows, item.shape.kind === "object" ? {} : null])}>
        增加{part.label || "一行"}
      </Button>
    </>
  );
}

/** The fields of an input that is an object. */
export function SchemaForm({ parts, value, onChange, problems, notes = {} }: { parts: Part[]; value: JsonObject; onChange: (value: JsonObject) => void; problems: FieldProblem[]; notes?: Record<string, ReactNode> }) {
  const whole: Part = { name: "", label: "", remark: "", unit: "", required: true, shape: { kind: "object", parts } };
  return <Field part={whole} value={value} pointer="" problems={problems} notes={notes} onChange={(changed) => onChange(object(changed))} />;
}
