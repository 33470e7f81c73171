import { Alert, Button, DatePicker, Form, Input, InputNumber, Modal, Select, Space } from "antd";
import dayjs, { type Dayjs } from "dayjs";
import { useState } from "react";

import { type Filters, chosen, put } from "../../parts/filters";
import { CHOICES, PANEL, RANGES, TEXTS, reversed } from "./rare";
import { useSchema } from "./use";

/** The rarer filters, set together: the list is asked once, when they are all said. */
export function MoreFilters({ filters, onChange, onClose }: { filters: Filters; onChange: (filters: Filters) => void; onClose: () => void }) {
  const schema = useSchema();
  const [draft, setDraft] = useState(filters);
  const set = (name: string, value: string) => setDraft((now) => put(now, name, value));
  const wrong = reversed(draft);
  const empty = () => setDraft(PANEL.reduce((now, name) => put(now, name, ""), draft));
  const end = (name: string, label: string, day: boolean) =>
    day ? (
      <DatePicker style={{ width: "100%" }} aria-label={label} placeholder="不限" value={draft[name] ? dayjs(draft[name]) : null} onChange={(value: Dayjs | null) => set(name, value?.format("YYYY-MM-DD") ?? "")} />
    ) : (
      <InputNumber style={{ width: "100%" }} aria-label={label} placeholder="不限" min={0} max={1_000_000_000} precision={0} value={draft[name] ? Number(draft[name]) : null} onChange={(value) => set(name, value === null ? "" : String(value))} />
    );
  return (
    <Modal
      open
      title="更多筛选"
      width={640}
      okText="筛选"
      cancelText="取消"
      onCancel={onClose}
      okButtonProps={{ disabled: wrong !== undefined }}
      onOk={() => {
        onChange(TEXTS.reduce((now, [name]) => put(now, name, now[name]?.trim()), draft));
        onClose();
      }}
      footer={(_, { OkBtn, CancelBtn }) => (
        <Space>
          <Button type="link" onClick={empty}>
            全部清空
          </Button>
          <CancelBtn />
          <OkBtn />
        </Space>
      )}
    >
      <Form layout="vertical" className="more-filters">
        {RANGES.map(({ from, to, label, unit, day }) => (
          <Form.Item key={from} label={unit ? `${label}（${unit}）` : label}>
            <div className="range">
              {end(from, `${label}，从`, day)}
              <span className="muted">至</span>
              {end(to, `${label}，到`, day)}
            </div>
          </Form.Item>
        ))}
        {CHOICES.map(([name, label]) => (
          <Form.Item key={name} label={label} extra={name === "missing" ? "选了几项的，缺其中任何一项都列出" : undefined}>
            <Select
              mode="multiple"
              aria-label={label}
              placeholder="不限"
              allowClear
              value={chosen(draft, name)}
              options={(schema.data?.choices[name] ?? []).map(([value, text]) => ({ value: value ?? "", label: text ?? "" }))}
              onChange={(values: string[]) => set(name, values.join(","))}
            />
          </Form.Item>
        ))}
        {TEXTS.map(([name, label]) => (
          <Form.Item key={name} label={`${label}含`}>
            <Input aria-label={`${label}含`} placeholder="不限" allowClear value={draft[name] ?? ""} maxLength={60} onChange={(event) => set(name, event.target.value)} />
          </Form.Item>
        ))}
      </Form>
      {wrong && <Alert type="warning" showIcon title={wrong} />}
    </Modal>
  );
}
