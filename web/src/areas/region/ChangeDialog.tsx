import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Alert, Button, Checkbox, DatePicker, Drawer, Form, Input, Segmented, Select, Space } from "antd";
import dayjs, { type Dayjs } from "dayjs";
import { useState } from "react";

import { type Schemas, api, ask } from "../../api/client";
import { useSession } from "../../app/session";
import { JobProgress, useJob } from "../../parts/JobProgress";
import { LongText } from "../../parts/LongText";
import { RecordTable } from "../../parts/RecordTable";
import { RegionPicker } from "../../parts/RegionPicker";
import { count } from "../../parts/format";
import { formProblems, sentence } from "../../parts/problem";
import { KINDS } from "./words";

type NewChange = Schemas["NewChange"];
type Preview = Schemas["ChangePreview"];

const HELP: Record<string, string> = {
  rename: "只改名称，代码不变；旧名称仍能用于识别地址。",
  merge: "把一个或几个区划并入另一个，或合成一个新的区划。企业、账号、授权和机构随之移动。",
  split: "把一个镇街按村居（或一个区县按镇街）分开。地址写明村居的企业自动归位，其余按约定承接或留待分配。",
  move: "把一个镇街划归本市另一个区县，按新区县编新代码。",
  establish: "设立一个新的区县或镇街。",
  abolish: "撤销一个已经没有企业、账号和机构的区划；还有的请用合并。",
};

interface PartFields {
  keep?: boolean;
  name?: string;
  members?: string[];
  words?: string;
  rest?: boolean;
}

interface Fields {
  kind: string;
  changed_on: Dayjs;
  document: string;
  note?: string;
  one?: string;
  more?: (string | undefined)[];
  into?: string;
  name?: string;
  code?: string;
  parent?: string;
  parts?: PartFields[];
}

function wanted(fields: Fields): NewChange {
  const { kind, one } = fields;
  const codes = kind === "establish" ? [] : [one, ...(kind === "merge" ? (fields.more ?? []) : [])].filter((code): code is string => Boolean(code));
  const parts = kind === "split" ? (fields.parts ?? []).map((part) => ({ code: part.keep ? (one ?? null) : null, name: part.name ?? null, members: part.members ?? [], words: (part.words ?? "").split(/[，、,\s]+/).filter(Boolean), rest: part.rest ?? false })) : [];
  return {
    kind,
    changed_on: fields.changed_on.format("YYYY-MM-DD"),
    document: fields.document,
    note: fields.note ?? "",
    codes,
    code: (kind === "merge" ? fields.into : undefined) ?? fields.code ?? null,
    name: fields.name ?? null,
    parent: kind === "move" || kind === "establish" ? (fields.parent ?? null) : null,
    parts,
  };
}

/** Says what is to change, shows to the row what that would move, and only then does it. */
export function ChangeDialog({ chosen, onClose, onDone }: { chosen: string | undefined; onClose: () => void; onDone: () => void }) {
  const root = useSession().region.code.slice(0, 4);
  const queries = useQueryClient();
  const [form] = Form.useForm<Fields>();
  const kind = Form.useWatch("kind", form) ?? "rename";
  const one = Form.useWatch("one", form);
  const [asked, setAsked] = useState<NewChange | null>(null);
  const [job, setJob] = useState<string | null>(null);
  const below = useQuery({ queryKey: ["regions", one, "members"], queryFn: () => ask(api.GET("/api/regions", { params: { query: { parent: one ?? "" } } })), enabled: kind === "split" && Boolean(one) });
  const shown = (error: unknown) => form.setFields(formProblems(error).map(({ name, errors }) => ({ name: (name === "codes" ? "one" : name) as keyof Fields, errors })));
  const preview = useMutation({ mutationFn: (change: NewChange) => ask(api.POST("/api/region-changes/preview", { body: change })), onSuccess: (_, change) => setAsked(change), onError: shown });
  const carry = useMutation({ mutationFn: (change: NewChange) => ask(api.POST("/api/region-changes", { body: change })), onSuccess: (done) => setJob(done.job), onError: shown });
  const running = useJob(job, (end) => {
    if (end.state !== "done") return;
    void queries.invalidateQueries();
    onDone();
  });
  const error = carry.error ?? preview.error;
  const members = (below.data ?? []).map((region) => ({ value: region.code, label: `${region.name}（${region.code.slice(-3)}）` }));
  const open = asked !== null && preview.data ? preview.data : null;
  return (
    <Drawer
      open
      title="调整行政区划"
      size={Math.min(680, window.innerWidth)}
      onClose={onClose}
      footer={
        <Space>
          {open ? (
            <>
              <Button type="primary" danger loading={carry.isPending || (job !== null && running?.state !== "failed")} onClick={() => carry.mutate(asked as NewChange)}>
                确认办理
              </Button>
              <Button disabled={job !== null} onClick={() => setAsked(null)}>返回修改</Button>
            </>
          ) : (
            <Button type="primary" loading={preview.isPending} onClick={() => form.submit()}>
              预览影响
            </Button>
          )}
        </Space>
      }
    >
      {error !== null && <Alert style={{ marginBottom: 12 }} type="error" showIcon title={sentence(error)} />}
      {job && <JobProgress job={running} title="调整行政区划" />}
      {open && <Effects preview={open} />}
      <Form<Fields>
        form={form}
        layout="vertical"
        requiredMark={false}
        style={{ display: open ? "none" : "block" }}
        initialValues={{ kind: "rename", changed_on: dayjs(), one: chosen && chosen.length >= 6 && chosen.length <= 9 ? chosen : undefined, more: [undefined], parts: [{ keep: true, rest: true }, {}] }}
        onFinish={(fields) => preview.mutate(wanted(fields))}
      >
        <Form.Item name="kind">
          <Segmented block options={["rename", "merge", "split", "move", "establish", "abolish"].map((value) => ({ value, label: KINDS[value] ?? value }))} />
        </Form.Item>
        <p className="muted">{HELP[kind]}</p>
        {kind !== "establish" && (
          <Form.Item name="one" label={kind === "merge" ? "并入别处的区划" : "要调整的区划"} rules={[{ required: true, message: "请选择区县或镇街" }]}>
            <RegionPicker root={root} />
          </Form.Item>
        )}
        {kind === "merge" && (
          <>
            <Form.List name="more">
              {(fields, { add, remove }) => (
                <>
                  {fields.map((field) => (
                    <div key={field.key} className="bar" style={{ flexWrap: "nowrap" }}>
                      <Form.Item name={field.name} noStyle>
                        <RegionPicker root={root} placeholder="一并合并的区划（可不选）" />
                      </Form.Item>
                      <Button onClick={() => remove(field.name)}>去掉</Button>
                    </div>
                  ))}
                  <Form.Item>
                    <Button onClick={() => add()}>再加一个</Button>
                  </Form.Item>
                </>
              )}
            </Form.List>
            <Form.Item name="into" label="并入哪个现有区划" extra="不选则合成一个新的区划，须填新名称。">
              <RegionPicker root={root} />
            </Form.Item>
          </>
        )}
        {(kind === "move" || kind === "establish") && (
          <Form.Item name="parent" label={kind === "move" ? "划归哪个区县" : "设在哪里（市或区县）"} rules={[{ required: true, message: "请选择" }]}>
            <RegionPicker root={root} />
          </Form.Item>
        )}
        {(kind === "rename" || kind === "merge" || kind === "establish" || kind === "move") && (
          <Form.Item name="name" label={kind === "rename" || kind === "establish" ? "新名称" : "新名称（不变可不填）"} rules={kind === "rename" || kind === "establish" ? [{ required: true, message: "请填写新名称" }] : []}>
            <Input maxLength={40} />
          </Form.Item>
        )}
        {(kind === "move" || kind === "establish") && (
          <Form.Item name="code" label="新代码（不填则取下一个未用过的代码）">
            <Input inputMode="numeric" maxLength={9} />
          </Form.Item>
        )}
        {kind === "split" && (
          <Form.List name="parts">
            {(fields, { add, remove }) => (
              <>
                {fields.map((field, at) => (
                  <div key={field.key} className="panel" style={{ padding: 12 }}>
                    <Space wrap style={{ justifyContent: "space-between", width: "100%" }}>
                      <b>第 {at + 1} 部分</b>
                      <Space wrap>
                        <Form.Item name={[field.name, "keep"]} valuePropName="checked" noStyle>
                          <Checkbox>沿用原代码和名称</Checkbox>
                        </Form.Item>
                        <Form.Item name={[field.name, "rest"]} valuePropName="checked" noStyle>
                          <Checkbox>承接看不出归属的企业</Checkbox>
                        </Form.Item>
                        {fields.length > 2 && <Button size="small" onClick={() => remove(field.name)}>去掉</Button>}
                      </Space>
                    </Space>
                    <Form.Item name={[field.name, "name"]} label="名称（沿用的可不填）" style={{ marginTop: 8 }}>
                      <Input maxLength={40} />
                    </Form.Item>
                    <Form.Item name={[field.name, "members"]} label={one && one.length === 9 ? "分到的村居" : "分到的镇街"}>
                      <Select mode="multiple" loading={below.isFetching} options={members} optionFilterProp="label" placeholder={one ? "选择" : "请先选择要拆分的区划"} maxTagCount="responsive" />
                    </Form.Item>
                    {one && one.length === 9 && (
                      <Form.Item name={[field.name, "words"]} label="地址中还有这些字样的也归它">
                        <Input placeholder="如：第三工业区、某某大道（用顿号隔开）" />
                      </Form.Item>
                    )}
                  </div>
                ))}
                <Form.Item>
                  <Button onClick={() => add({})}>再分一部分</Button>
                </Form.Item>
              </>
            )}
          </Form.List>
        )}
        <Form.Item name="changed_on" label="生效日期" rules={[{ required: true, message: "请选择生效日期" }]}>
          <DatePicker style={{ width: "100%" }} maxDate={dayjs()} />
        </Form.Item>
        <Form.Item name="document" label="批准文件" rules={[{ required: true, message: "请填写批准文件的文号" }]}>
          <Input placeholder="如：粤民区字〔2026〕3号" maxLength={100} />
        </Form.Item>
        <Form.Item name="note" label="备注">
          <LongText maxLength={500} />
        </Form.Item>
      </Form>
    </Drawer>
  );
}

const WHAT: Record<string, string> = { open: "新设", rename: "改名", close: "不再使用" };

function Effects({ preview }: { preview: Preview }) {
  return (
    <>
      <h3>区划</h3>
      <ul>
        {preview.regions.map((region) => (
          <li key={region.code + region.what}>
            {WHAT[region.what] ?? region.what}：{region.what === "rename" && region.was !== region.name ? `${region.was ?? ""} → ` : ""}
            {region.name} <span className="muted number">{region.code}</span>
          </li>
        ))}
        {preview.villages > 0 && <li>{count(preview.villages)} 个村居换用新代码</li>}
        {preview.regions.length === 0 && preview.villages === 0 && <li>代码和名称都不变</li>}
      </ul>
      <h3>随之移动的数据</h3>
      <RecordTable
        rowKey={(row) => `${row.subject}${row.from}${row.to}`}
        dataSource={preview.moves}
        empty="没有数据需要移动。"
        columns={[
          { title: "数据", dataIndex: "label" },
          { title: "数量", align: "right", render: (_, row) => count(row.count) },
          { title: "从", render: (_, row) => row.from_name || "（新增）" },
          { title: "到", render: (_, row) => row.to_name || "（不再适用）" },
        ]}
      />
      <p className="muted">这是试算的结果，还没有改动任何内容。办理后可在“调整记录”中撤销。</p>
    </>
  );
}
