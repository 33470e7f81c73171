import { DeleteOutlined } from "@ant-design/icons";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Alert, App, AutoComplete, Button, Form, Input, InputNumber, Select, Space } from "antd";
import dayjs, { type Dayjs } from "dayjs";
import { useNavigate, useSearchParams } from "react-router";

import { ApiError, type Schemas, api, ask } from "../../api/client";
import { useSession } from "../../app/session";
import { Day } from "../../parts/Day";
import { LongText } from "../../parts/LongText";
import { sentence } from "../../parts/problem";
import { options } from "../cases/words";
import { readRecords } from "../archive/use";
import { EnterpriseField } from "../enterprise/EnterpriseField";
import { useLawTable } from "../law/use";
import { CATEGORIES, CLASSES_2004, DUTIES, FACTS, type Fact, GRADES, holdsClasses } from "./words";
import "./hazard.css";

type View = Schemas["HazardSourceView"];

interface Line {
  name?: string;
  category?: string;
  class?: string;
  quantity_t?: string;
}

interface UnitValues {
  id?: string | null;
  name?: string;
  kind?: string;
  substances?: Line[];
  facts?: Record<string, string | string[] | null>;
}

interface Values {
  enterprise?: string;
  name: string;
  category: string;
  units: UnitValues[];
  population?: number | null;
  declared_grade?: number | null;
  declared_r?: string;
  location?: string;
  longitude?: number | null;
  latitude?: number | null;
  started_on?: Dayjs | null;
  assessed_on?: Dayjs | null;
  persons?: { duty: string; name: string; post?: string; phone?: string }[];
  evaluation?: string | null;
  plan?: string | null;
  note?: string;
  reason?: string;
}

/** Records of a section of the enterprise's archive, to choose from. */
function useRecords(section: string, city: string, id: string | undefined) {
  const records = useQuery({ queryKey: ["hazard", "records", section, city, id], queryFn: () => readRecords({ city, id: id ?? "", asOf: undefined }, section, false), enabled: id !== undefined });
  return (records.data?.items ?? []).map((own) => ({ value: own.id, label: own.number ? `${own.title}\u3000${own.number}` : own.title }));
}

/** A chemical by its name, or by the CAS number that was typed in its place. */
function named(text: string | undefined) {
  const own = text?.trim() || null;
  return own && /^\d{2,7}-\d\d-\d$/.test(own) ? { name: null, cas: own } : { name: own, cas: null };
}

function unit(own: UnitValues, category: string): Schemas["HazardUnit"] {
  const filled = Object.entries(own.facts ?? {}).filter(([, value]) => value !== null && value !== undefined && value !== "");
  const facts: Record<string, unknown> = Object.fromEntries(filled);
  const lines = own.substances ?? [];
  if (holdsClasses(category)) facts["substances"] = lines.map((line) => ({ name: line.name ?? null, class: line.class ?? null, quantity_t: line.quantity_t ?? "" }));
  if (category === "coal_mine" || category === "other_mine") facts["features"] ??= [];
  return {
    id: own.id ?? null,
    name: own.name ?? "",
    kind: category === "chemical" ? (own.kind ?? "storage") : null,
    substances: category === "chemical" ? lines.map((line) => ({ ...named(line.name), category: line.category || null, quantity_t: line.quantity_t ?? "" })) : [],
    facts: (category === "chemical" ? {} : facts) as never,
  };
}

function body(values: Values) {
  const day = (own: Dayjs | null | undefined) => own?.format("YYYY-MM-DD") ?? null;
  return {
    name: values.name,
    category: values.category,
    units: (values.units ?? []).map((own) => unit(own, values.category)),
    population: values.population ?? null,
    declared_grade: values.declared_grade ?? null,
    declared_r: values.declared_r || null,
    location: values.location || null,
    longitude: values.longitude ?? null,
    latitude: values.latitude ?? null,
    started_on: day(values.started_on),
    assessed_on: day(values.assessed_on),
    persons: (values.persons ?? []).map((own) => ({ duty: own.duty, name: own.name, post: own.post || null, phone: own.phone || null })),
    evaluation: values.evaluation ?? null,
    plan: values.plan ?? null,
    note: values.note || null,
  };
}

function initial(view: View | undefined): Partial<Values> {
  if (!view) return { category: "chemical", units: [{ kind: "storage", substances: [{}] }], persons: [{ duty: "principal", name: "" }, { duty: "technical", name: "" }, { duty: "operation", name: "" }] };
  const { source } = view;
  const lines = (own: Schemas["HazardUnit"]): Line[] =>
    source.category === "chemical" ? (own.substances ?? []).map((line) => ({ name: line.name ?? line.cas ?? "", category: line.category ?? "", quantity_t: line.quantity_t })) : (((own.facts as Record<string, unknown> | undefined)?.["substances"] ?? []) as Line[]);
  return {
    name: source.name,
    category: source.category,
    units: view.units.map((own) => ({ ...own, kind: own.kind ?? "storage", substances: lines(own), facts: (own.facts ?? {}) as never })),
    population: source.population ?? null,
    declared_grade: source.declared_grade ?? null,
    declared_r: source.declared_r ?? "",
    location: source.location ?? "",
    longitude: source.longitude ?? null,
    latitude: source.latitude ?? null,
    started_on: source.started_on ? dayjs(source.started_on) : null,
    assessed_on: source.assessed_on ? dayjs(source.assessed_on) : null,
    persons: view.persons.map((own) => ({ duty: own.duty, name: own.name, post: own.post ?? "", phone: own.phone ?? "" })),
    evaluation: view.evaluation ?? null,
    plan: view.plan ?? null,
    note: source.note ?? "",
  };
}

/** Where the server points, as the form names it: `/units/0/substances/1/quantity_t`. */
function place(pointer: string): (string | number)[] {
  return pointer.split("/").filter((part) => part && part !== "facts").map((part) => (/^\d+$/.test(part) ? Number(part) : part));
}

/** A major hazard source to be entered, or one to be brought up to date. */
export default function HazardForm({ view, onClose }: { view?: View; onClose?: () => void }) {
  const session = useSession();
  const navigate = useNavigate();
  const queries = useQueryClient();
  const { message } = App.useApp();
  const [params] = useSearchParams();
  const [form] = Form.useForm<Values>();
  const category = Form.useWatch("category", form) ?? view?.source.category ?? "chemical";
  const own = session.enterprise?.id ?? params.get("enterprise") ?? undefined;
  const city = session.enterprise?.city ?? params.get("city") ?? session.city ?? "";
  const today = dayjs().format("YYYY-MM-DD");
  const substances = useLawTable("hazard-substance", today);
  const classes = useLawTable("hazard-class", today);
  const chosen = Form.useWatch("enterprise", form) as string | undefined;
  const firm = view ? view.source.enterprise : (chosen?.split("/")[1] ?? own);
  const firmCity = view?.source.city ?? chosen?.split("/")[0] ?? city;
  const evaluations = useRecords("safety_evaluation", firmCity, firm);
  const plans = useRecords("emergency_plan", firmCity, firm);
  const save = useMutation({
    mutationFn: (values: Values) =>
      view
        ? ask(
            api.PUT("/api/hazard-sources/{city}/{id}", {
              params: { path: { city: view.source.city, id: view.source.id } },
              body: { ...body(values), version: view.source.version, reason: values.reason || null },
            }),
          )
        : ask(api.POST("/api/hazard-sources", { body: { ...body(values), city: values.enterprise?.split("/")[0] ?? city, enterprise: values.enterprise?.split("/")[1] ?? own ?? "" } })),
    onSuccess: (kept) => {
      for (const key of ["hazards", "hazard", "inbox", "enterprise"]) void queries.invalidateQueries({ queryKey: [key] });
      void message.success(kept.source.is_major ? "已登记并完成辨识、分级。" : "已登记，辨识结果不构成重大危险源。");
      if (onClose) onClose();
      else void navigate(`/hazards/${kept.source.city}/${kept.source.id}`, { replace: true });
    },
    onError: (error) => {
      if (error instanceof ApiError) form.setFields(error.errors.map((one) => ({ name: place(one.pointer) as never, errors: [one.message] })));
    },
  });
  const names = substances.map((row) => ({ value: row["name"] ?? "", label: `${row["name"] ?? ""}${row["alias"] ? `（${row["alias"]}）` : ""}\u3000${row["cas"] ?? ""}\u3000临界量 ${row["threshold_t"] ?? ""} 吨`, words: `${row["name"]};${row["alias"]};${row["common"]};${row["cas"]}` }));
  const kinds = classes.map((row) => ({ value: row["symbol"] ?? "", label: `${row["symbol"] ?? ""} ${row["name"] ?? ""}：${row["description"] ?? ""}` }));
  const fact = (at: number, one: Fact) => (
    <Form.Item key={one.name} name={[at, "facts", one.name]} label={one.unit ? `${one.label}（${one.unit}）` : one.label} rules={one.optional ? [] : [{ required: true, message: `请填写${one.label}。` }]}>
      {one.choice ? <Select allowClear {...(one.many ? { mode: "multiple" as const } : {})} options={options(one.choice)} /> : <Input inputMode="decimal" />}
    </Form.Item>
  );
  return (
    <>
      {!view && (
        <div className="page-head">
          <h1>登记重大危险源</h1>
          <span className="muted">按单元填写设计最大量，保存后即给出辨识、分级结果和每一步依据</span>
        </div>
      )}
      <Form<Values> form={form} layout="vertical" className="panel hazard-form" initialValues={initial(view)} onFinish={(values) => save.mutate(values)} scrollToFirstError>
        {own === undefined && !view && <EnterpriseField />}
        <div className="hazard-two">
          <Form.Item name="name" label="重大危险源名称" rules={[{ required: true, message: "请填写名称。" }]}>
            <Input maxLength={100} placeholder="如：液氨储罐区" />
          </Form.Item>
          <Form.Item name="category" label="类别" rules={[{ required: true }]}>
            <Select options={options(CATEGORIES)} />
          </Form.Item>
        </div>
        <Form.List name="units">
          {(units, { add, remove }) => (
            <>
              {units.map((field, number) => (
                <div key={field.key} className="hazard-unit">
                  <div className="hazard-two">
                    <Form.Item name={[field.name, "name"]} label={`单元 ${number + 1} 名称`} rules={[{ required: true, message: "请填写单元名称。" }]}>
                      <Input maxLength={100} placeholder="如：1 号罐区（以防火堤为界）" />
                    </Form.Item>
                    {category === "chemical" && (
                      <Form.Item name={[field.name, "kind"]} label="单元类型" initialValue="storage">
                        <Select options={[{ value: "storage", label: "储存单元" }, { value: "production", label: "生产单元" }]} />
                      </Form.Item>
                    )}
                  </div>
                  {(category === "chemical" || holdsClasses(category)) && (
                    <Form.List name={[field.name, "substances"]}>
                      {(lines, own) => (
                        <>
                          {lines.map((line) => (
                            <div key={line.key} className="hazard-line">
                              <Form.Item name={[line.name, "name"]} label="品名" rules={[{ required: category === "chemical", message: "请填写品名。" }]}>
                                <AutoComplete
                                  placeholder="输入名称、别名或者 CAS 号"
                                  options={category === "chemical" ? names : []}
                                  showSearch={{ filterOption: (text, option) => ((option as { words?: string } | undefined)?.words ?? "").includes(text.trim()) }}
                                />
                              </Form.Item>
                              {category === "chemical" ? (
                                <Form.Item name={[line.name, "category"]} label="危险性类别（不在表 1 中的填）">
                                  <Select allowClear showSearch={{ optionFilterProp: "label" }} options={kinds} popupMatchSelectWidth={false} />
                                </Form.Item>
                              ) : (
                                <Form.Item name={[line.name, "class"]} label="物质类别" rules={[{ required: true, message: "请选择物质类别。" }]}>
                                  <Select options={options(CLASSES_2004)} popupMatchSelectWidth={false} />
                                </Form.Item>
                              )}
                              <Form.Item name={[line.name, "quantity_t"]} label="最大量（吨）" rules={[{ required: true, message: "请填写数量。" }]}>
                                <Input inputMode="decimal" />
                              </Form.Item>
                              <Button type="text" aria-label="删除这种物质" icon={<DeleteOutlined />} style={{ marginTop: 30 }} onClick={() => own.remove(line.name)} />
                            </div>
                          ))}
                          <Button size="small" onClick={() => own.add({})}>加一种物质</Button>
                        </>
                      )}
                    </Form.List>
                  )}
                  <div className="hazard-three">{(FACTS[category] ?? []).map((one) => fact(field.name, one))}</div>
                  {units.length > 1 && <Button size="small" type="link" danger onClick={() => remove(field.name)}>删除这个单元</Button>}
                </div>
              ))}
              <Button style={{ marginBottom: 16 }} onClick={() => add({ kind: "storage", substances: [{}] })}>加一个单元</Button>
            </>
          )}
        </Form.List>
        <div className="hazard-three">
          {category === "chemical" && (
            <Form.Item name="population" label="厂界外 500 米内常住人口（人）" extra="分级用；不填则只辨识、不分级">
              <InputNumber min={0} precision={0} style={{ width: "100%" }} />
            </Form.Item>
          )}
          <Form.Item name="declared_grade" label="企业申报（评估报告）级别">
            <Select allowClear options={Object.entries(GRADES).map(([value, [label]]) => ({ value: Number(value), label }))} />
          </Form.Item>
          <Form.Item name="declared_r" label="申报的 R 值">
            <Input inputMode="decimal" />
          </Form.Item>
          <Form.Item name="assessed_on" label="安全评估（评价）日期">
            <Day disabledDate={(day: Dayjs) => day.isAfter(dayjs())} />
          </Form.Item>
          <Form.Item name="started_on" label="投用日期">
            <Day disabledDate={(day: Dayjs) => day.isAfter(dayjs())} />
          </Form.Item>
          <Form.Item name="location" label="厂内位置">
            <Input maxLength={200} />
          </Form.Item>
          <Form.Item name="longitude" label="经度">
            <InputNumber style={{ width: "100%" }} min={73} max={136} placeholder="如 116.7082" />
          </Form.Item>
          <Form.Item name="latitude" label="纬度">
            <InputNumber style={{ width: "100%" }} min={3} max={54} placeholder="如 23.3541" />
          </Form.Item>
        </div>
        <div className="hazard-two">
          <Form.Item name="evaluation" label="安全评价（评估）报告">
            <Select allowClear options={evaluations} placeholder={evaluations.length > 0 ? "从档案中选" : "档案中还没有，可先在“安全评价”栏目登记"} />
          </Form.Item>
          <Form.Item name="plan" label="应急预案">
            <Select allowClear options={plans} placeholder={plans.length > 0 ? "从档案中选" : "档案中还没有，可先在“应急预案”栏目登记"} />
          </Form.Item>
        </div>
        <h2>安全责任人</h2>
        <Form.List name="persons">
          {(persons, { add, remove }) => (
            <>
              {persons.map((field) => (
                <div key={field.key} className="hazard-line">
                  <Form.Item name={[field.name, "duty"]} label="责任" rules={[{ required: true, message: "请选择责任。" }]}>
                    <Select options={options(DUTIES)} />
                  </Form.Item>
                  <Form.Item name={[field.name, "name"]} label="姓名" rules={[{ required: true, message: "请填写姓名，没有的请删除这一行。" }]}>
                    <Input maxLength={50} />
                  </Form.Item>
                  <Form.Item name={[field.name, "phone"]} label="电话">
                    <Input maxLength={30} inputMode="tel" />
                  </Form.Item>
                  <Button type="text" aria-label="删除这个责任人" icon={<DeleteOutlined />} style={{ marginTop: 30 }} onClick={() => remove(field.name)} />
                </div>
              ))}
              <Button size="small" style={{ marginBottom: 16 }} onClick={() => add({ duty: "other" })}>加一个责任人</Button>
            </>
          )}
        </Form.List>
        <Form.Item name="note" label="备注"><LongText rows={1} maxLength={500} /></Form.Item>
        {view && <Form.Item name="reason" label="修改原因"><Input maxLength={200} /></Form.Item>}
        {save.isError && <Alert type="error" showIcon style={{ marginBottom: 12 }} title={sentence(save.error)} />}
        <Space>
          <Button type="primary" htmlType="submit" loading={save.isPending}>保存并辨识</Button>
          <Button onClick={() => (onClose ? onClose() : void navigate(-1))}>取消</Button>
        </Space>
      </Form>
    </>
  );
}
