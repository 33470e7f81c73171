import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { Alert, Button, Form, Input, Modal, Select, Tabs } from "antd";
import dayjs, { type Dayjs } from "dayjs";
import { useState } from "react";
import { useSearchParams } from "react-router";

import { type Schemas, api, ask } from "../../api/client";
import { useMay, useSession } from "../../app/session";
import { Day } from "../../parts/Day";
import { OfficePicker } from "../../parts/OfficePicker";
import { Pager } from "../../parts/Pager";
import { RecordTable } from "../../parts/RecordTable";
import { sentence } from "../../parts/problem";
import { Conflicts } from "./Conflicts";
import { useSave } from "./useSave";
import { FORMS } from "./words";
import "./inspection.css";

type Card = Schemas["OfficerCard"];
type Deed = Schemas["DelegationDeed"];

const until = (own: { valid_from: string; valid_to: string }) => <span className={own.valid_to < dayjs().format("YYYY-MM-DD") ? "down" : ""}>{own.valid_from} 至 {own.valid_to}{own.valid_to < dayjs().format("YYYY-MM-DD") ? "（已过期）" : ""}</span>;

/** Who may enforce: officers' cards, and the deeds by which town offices act. */
export default function Cards() {
  const [params, setParams] = useSearchParams();
  return (
    <>
      <div className="page-head">
        <h1>执法证件</h1>
        <span className="muted">现场检查须有两名持证人员；镇街签发文书须有委托执法书。</span>
      </div>
      <Tabs activeKey={params.get("tab") ?? "cards"} onChange={(tab) => setParams({ tab })} items={[{ key: "cards", label: "执法证", children: <OfficerCards /> }, { key: "deeds", label: "委托执法书", children: <Deeds /> }, { key: "conflicts", label: "回避", children: <Conflicts /> }]} />
    </>
  );
}

function usePaged<T extends { id: string }>(key: string, read: (cursor: string | undefined) => Promise<{ items: T[]; next?: string | null }>) {
  const [trail, setTrail] = useState<string[]>([]);
  const cursor = trail.at(-1);
  const page = useQuery({ queryKey: [key, cursor], queryFn: () => read(cursor), placeholderData: keepPreviousData });
  const next = page.data?.next;
  const pager = <Pager back={cursor ? () => setTrail((own) => own.slice(0, -1)) : null} next={next ? () => setTrail((own) => [...own, next]) : null} />;
  return { page, pager };
}

function OfficerCards() {
  const may = useMay();
  const [adding, setAdding] = useState(false);
  const [changing, setChanging] = useState<Card | null>(null);
  const { page, pager } = usePaged<Card>("officer-cards", (cursor) => ask(api.GET("/api/officer-cards", { params: { query: { limit: 50, ...(cursor ? { cursor } : {}) } } })));
  return (
    <>
      {may("create_officer_card") && <Button type="primary" style={{ marginBottom: 12 }} onClick={() => setAdding(true)}>登记执法证</Button>}
      <RecordTable<Card>
        error={page.error}
        loading={page.isPending}
        dataSource={page.data?.items ?? []}
        empty={may("create_officer_card") ? "还没有登记执法证。点“登记执法证”填入姓名、证号和有效期。" : "还没有登记执法证，请系统管理员登记。"}
        columns={[
          { key: "name", title: "姓名", render: (_, own) => own.name },
          { key: "number", title: "证号", render: (_, own) => own.number },
          { key: "agency", title: "所在机关", render: (_, own) => own.agency_name },
          { key: "valid", title: "有效期", render: (_, own) => until(own) },
          { key: "account", title: "账号", render: (_, own) => (own.account ? "已关联" : <span className="muted">未关联</span>) },
          ...(may("update_officer_card") ? [{ key: "act", title: "", render: (_: unknown, own: Card) => <Button type="link" size="small" onClick={() => setChanging(own)}>变更</Button> }] : []),
        ]}
      />
      {pager}
      {adding && <NewCard onClose={() => setAdding(false)} />}
      {changing && (
        <Until
          own={changing}
          title={`${changing.name}的执法证`}
          send={(body) => ask(api.PATCH("/api/officer-cards/{city}/{id}", { params: { path: { city: changing.city, id: changing.id } }, body }))}
          refresh="officer-cards"
          onClose={() => setChanging(null)}
        />
      )}
    </>
  );
}

function Deeds() {
  const may = useMay();
  const [adding, setAdding] = useState(false);
  const [changing, setChanging] = useState<Deed | null>(null);
  const { page, pager } = usePaged<Deed>("delegation-deeds", (cursor) => ask(api.GET("/api/delegation-deeds", { params: { query: { limit: 50, ...(cursor ? { cursor } : {}) } } })));
  return (
    <>
      {may("create_delegation_deed") && <Button type="primary" style={{ marginBottom: 12 }} onClick={() => setAdding(true)}>登记委托执法书</Button>}
      <RecordTable<Deed>
        error={page.error}
        loading={page.isPending}
        dataSource={page.data?.items ?? []}
        empty="还没有登记委托执法书。没有委托的镇街不能签发执法文书。"
        columns={[
          { key: "number", title: "文号", render: (_, own) => own.number },
          { key: "agency", title: "受委托机构", render: (_, own) => own.agency_name },
          { key: "principal", title: "委托机关", render: (_, own) => own.principal_name },
          { key: "forms", title: "可以签发的文书", width: 320, render: (_, own) => own.forms.map((code) => FORMS[code] ?? code).join("、") },
          { key: "valid", title: "委托期限", render: (_, own) => until(own) },
          ...(may("update_delegation_deed") ? [{ key: "act", title: "", render: (_: unknown, own: Deed) => <Button type="link" size="small" onClick={() => setChanging(own)}>变更期限</Button> }] : []),
        ]}
      />
      {pager}
      {adding && <NewDeed onClose={() => setAdding(false)} />}
      {changing && (
        <Until
          own={changing}
          title={`委托执法书 ${changing.number}`}
          send={(body) => ask(api.PATCH("/api/delegation-deeds/{city}/{id}", { params: { path: { city: changing.city, id: changing.id } }, body }))}
          refresh="delegation-deeds"
          onClose={() => setChanging(null)}
        />
      )}
    </>
  );
}

interface Term {
  valid_from: Dayjs;
  valid_to: Dayjs;
}

const needed = (message: string) => [{ required: true, message }];
const day = (own: Dayjs) => own.format("YYYY-MM-DD");

function TermFields() {
  return (
    <div className="inspection-two">
      <Form.Item name="valid_from" label="起始日期" rules={needed("请选择起始日期。")}><Day /></Form.Item>
      <Form.Item name="valid_to" label="终止日期" rules={needed("请选择终止日期。")}><Day /></Form.Item>
    </div>
  );
}

type CardValues = Term & { agency: string; name: string; number: string; account?: string };

/** The account of the officer, so that what is assigned to the card waits for that person. */
function AccountField() {
  const session = useSession();
  const officers = useQuery({ queryKey: ["officers", session.region.code], queryFn: () => ask(api.GET("/api/officers", { params: { query: { region: session.region.code } } })) });
  return (
    <Form.Item name="account" label="本人账号（安排给他的检查会进他的待办）">
      <Select allowClear showSearch={{ optionFilterProp: "label" }} placeholder="可以以后关联" options={(officers.data ?? []).map((own) => ({ value: own.id, label: `${own.name}（${own.region_name}）` }))} />
    </Form.Item>
  );
}

function NewCard({ onClose }: { onClose: () => void }) {
  const session = useSession();
  const [form] = Form.useForm<CardValues>();
  const save = useSave(
    form,
    (values: CardValues) => ask(api.POST("/api/officer-cards", { body: { city: session.city ?? "", agency: values.agency, name: values.name, number: values.number, account: values.account ?? null, valid_from: day(values.valid_from), valid_to: day(values.valid_to) } })),
    "officer-cards",
    "已登记。",
    onClose,
  );
  return (
    <Modal open title="登记执法证" okText="登记" cancelText="取消" okButtonProps={{ loading: save.isPending }} onOk={() => form.submit()} onCancel={onClose}>
      <Form<CardValues> form={form} layout="vertical" onFinish={(values) => save.mutate(values)}>
        <Form.Item name="agency" label="所在机关" rules={needed("请选择机关。")}><Office label="所在机关" /></Form.Item>
        <Form.Item name="name" label="姓名" rules={needed("请填写姓名。")}><Input maxLength={30} /></Form.Item>
        <Form.Item name="number" label="证号" rules={needed("请填写证号。")}><Input maxLength={50} /></Form.Item>
        <AccountField />
        <TermFields />
      </Form>
      {save.isError && <Alert type="error" showIcon title={sentence(save.error)} />}
    </Modal>
  );
}

type DeedValues = Term & { agency: string; principal: string; number: string; forms: string[] };

function NewDeed({ onClose }: { onClose: () => void }) {
  const session = useSession();
  const [form] = Form.useForm<DeedValues>();
  const save = useSave(
    form,
    (values: DeedValues) => ask(api.POST("/api/delegation-deeds", { body: { city: session.city ?? "", agency: values.agency, principal: values.principal, number: values.number, forms: values.forms, valid_from: day(values.valid_from), valid_to: day(values.valid_to) } })),
    "delegation-deeds",
    "已登记。",
    onClose,
  );
  return (
    <Modal open title="登记委托执法书" okText="登记" cancelText="取消" okButtonProps={{ loading: save.isPending }} onOk={() => form.submit()} onCancel={onClose}>
      <Form<DeedValues> form={form} layout="vertical" initialValues={{ forms: Object.keys(FORMS) }} onFinish={(values) => save.mutate(values)}>
        <Form.Item name="number" label="委托执法书文号" rules={needed("请填写文号。")}><Input maxLength={100} /></Form.Item>
        <Form.Item name="principal" label="委托机关" rules={needed("请选择委托机关。")}><Office label="委托机关" /></Form.Item>
        <Form.Item name="agency" label="受委托的镇街机构" rules={needed("请选择受委托机构。")}><Office label="受委托机构" /></Form.Item>
        <Form.Item name="forms" label="可以签发的文书" rules={needed("请选择文书。")}><Select mode="multiple" options={Object.entries(FORMS).map(([value, label]) => ({ value, label }))} /></Form.Item>
        <TermFields />
      </Form>
      {save.isError && <Alert type="error" showIcon title={sentence(save.error)} />}
    </Modal>
  );
}

/** An office of the own area as a field of a form. */
function Office({ label, value, onChange }: { label: string; value?: string; onChange?: (id: string | null) => void }) {
  const session = useSession();
  return <OfficePicker region={session.region.code} below value={value} name={null} label={label} onChange={(id) => onChange?.(id)} />;
}

type UntilValues = { valid_to: Dayjs; reason: string; account?: string | null };

function Until({ own, title, send, refresh, onClose }: { own: Card | Deed; title: string; send: (body: Schemas["ValidTo"] & { account?: string | null }) => Promise<unknown>; refresh: string; onClose: () => void }) {
  const [form] = Form.useForm<UntilValues>();
  const save = useSave(form, (values: UntilValues) => send({ version: own.version, valid_to: day(values.valid_to), reason: values.reason, ...("account" in own ? { account: values.account ?? null } : {}) }), refresh, "已变更。", onClose);
  return (
    <Modal open title={title} okText="保存" cancelText="取消" okButtonProps={{ loading: save.isPending }} onOk={() => form.submit()} onCancel={onClose}>
      <Form<UntilValues> form={form} layout="vertical" initialValues={{ valid_to: dayjs(own.valid_to), ...("account" in own ? { account: own.account } : {}) }} onFinish={(values) => save.mutate(values)}>
        <Form.Item name="valid_to" label="终止日期（延期填更晚的，提前终止填更早的）" rules={needed("请选择终止日期。")}><Day /></Form.Item>
        {"account" in own && <AccountField />}
        <Form.Item name="reason" label="变更原因" rules={needed("请写明原因。")}><Input maxLength={200} /></Form.Item>
      </Form>
      {save.isError && <Alert type="error" showIcon title={sentence(save.error)} />}
    </Modal>
  );
}
