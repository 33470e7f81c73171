import { PlusOutlined } from "@ant-design/icons";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Alert, App, Button, DatePicker, Drawer, Form, Input, Modal, Popconfirm, Select, Space, Tag, Typography } from "antd";
import type { Dayjs } from "dayjs";
import { useState } from "react";

import { type Schemas, api, ask } from "../../api/client";
import { useSession } from "../../app/session";
import { OfficePicker } from "../../parts/OfficePicker";
import { Pager } from "../../parts/Pager";
import { RecordTable } from "../../parts/RecordTable";
import { RegionPicker } from "../../parts/RegionPicker";
import { formProblems, sentence } from "../../parts/problem";
import { useProvider } from "../session/SignOn";
import { DeputyForm, DeputyLine } from "./Deputies";
import { AccountDevices } from "./AccountDevices";
import { Why } from "./Why";

type Account = Schemas["AccountView"];

/** A password that is shown this once. */
function showOnce(modal: ReturnType<typeof App.useApp>["modal"], login: string, password: string) {
  modal.success({
    title: "请把一次性密码交给本人",
    content: (
      <>
        <p>登录名：{login}</p>
        <p>
          一次性密码：<Typography.Text code copyable>{password}</Typography.Text>
        </p>
        <p className="muted">关闭后不再显示。本人首次登录时必须修改。</p>
      </>
    ),
    okText: "已经记下",
  });
}

export default function Accounts() {
  const session = useSession();
  const { modal, message } = App.useApp();
  const queries = useQueryClient();
  const [q, setQ] = useState("");
  const [region, setRegion] = useState<string | undefined>(undefined);
  const [cursors, setCursors] = useState<string[]>([]);
  const [making, setMaking] = useState(false);
  const [opened, setOpened] = useState<string | null>(null);
  const cursor = cursors.at(-1);
  const accounts = useQuery({
    queryKey: ["accounts", q, region, cursor],
    queryFn: () => ask(api.GET("/api/accounts", { params: { query: { limit: 50, ...(q ? { q } : {}), ...(region ? { region } : {}), ...(cursor ? { cursor } : {}) } } })),
  });
  const again = () => void queries.invalidateQueries({ queryKey: ["accounts"] });
  const own = accounts.data?.items.find((account) => account.id === opened);
  return (
    <>
      <div className="page-head">
        <h1>账号与授权</h1>
        <span className="grow" />
        <Button type="primary" icon={<PlusOutlined />} onClick={() => setMaking(true)}>
          新建账号
        </Button>
      </div>
      <div className="bar">
        <Input.Search placeholder="登录名或姓名" allowClear onSearch={(text) => { setCursors([]); setQ(text.trim()); }} style={{ width: 240 }} />
        <div style={{ width: 230 }}>
          <RegionPicker root={session.region.code} value={region} onChange={(code) => { setCursors([]); setRegion(code); }} placeholder={session.region.name} />
        </div>
      </div>
      <RecordTable<Account>
        error={accounts.error}
        loading={accounts.isPending}
        dataSource={accounts.data?.items ?? []}
        empty="没有符合条件的账号。"
        columns={[
          { title: "姓名", render: (_, row) => <Button type="link" style={{ padding: 0 }} onClick={() => setOpened(row.id)}>{row.name}</Button> },
          { title: "登录名", dataIndex: "login" },
          { title: "所属地区与机构", render: (_, row) => <>{row.region_name}{row.agency_name && <div className="muted">{row.agency_name}</div>}</> },
          { title: "角色与辖区", render: (_, row) => (row.grants.length === 0 ? <span className="muted">尚未授权</span> : row.grants.map((grant) => <Tag key={grant.id} color="blue">{grant.role_label}（{grant.region_name}）</Tag>)) },
          {
            title: "状态",
            render: (_, row) => (
              <>
                {row.disabled ? <Tag color="red">已停用</Tag> : <Tag color="green">启用</Tag>}
                {row.must_change_password && <Tag color="gold">待改密码</Tag>}
                {row.totp && <Tag color="cyan">动态口令</Tag>}
              </>
            ),
          },
        ]}
      />
      <Pager back={cursors.length > 0 ? () => setCursors(cursors.slice(0, -1)) : null} next={accounts.data?.next ? () => setCursors([...cursors, accounts.data.next ?? ""]) : null} />
      {making && (
        <NewAccount
          onClose={() => setMaking(false)}
          onMade={(id, login, password) => {
            setMaking(false);
            setOpened(id);
            again();
            showOnce(modal, login, password);
          }}
        />
      )}
      {own && <AccountDrawer account={own} onClose={() => setOpened(null)} onChange={again} onReset={(password) => showOnce(modal, own.login, password)} tell={(text) => void message.error(text)} />}
    </>
  );
}

interface Person {
  login: string;
  name: string;
  phone?: string;
  kind: "officer" | "intermediary";
  region: string;
}

function NewAccount({ onClose, onMade }: { onClose: () => void; onMade: (id: string, login: string, password: string) => void }) {
  const session = useSession();
  const { message } = App.useApp();
  const [form] = Form.useForm<Person>();
  const make = useMutation({
    mutationFn: (person: Person) => ask(api.POST("/api/accounts", { body: person })),
    onSuccess: (made, person) => onMade(made.id, person.login, made.password),
    onError: (error) => {
      form.setFields(formProblems(error).map(({ name, errors }) => ({ name: name as keyof Person, errors })));
      void message.error(sentence(error));
    },
  });
  return (
    <Modal open title="新建账号" okText="新建" cancelText="取消" onCancel={onClose} onOk={() => form.submit()} okButtonProps={{ loading: make.isPending }}>
      <Form<Person> form={form} layout="vertical" onFinish={(person) => make.mutate(person)} requiredMark={false} initialValues={{ kind: "officer", region: session.region.code }}>
        <Form.Item name="name" label="姓名" rules={[{ required: true, message: "请填写姓名" }]}><Input autoFocus /></Form.Item>
        <Form.Item name="login" label="登录名" extra="3–50 位字母、数字或 . - _" rules={[{ required: true, message: "请填写登录名" }]}><Input autoComplete="off" /></Form.Item>
        <Form.Item name="kind" label="类别" extra="中介机构只看得到委托它服务的企业">
          <Select options={[{ value: "officer", label: "监管人员" }, { value: "intermediary", label: "中介机构" }]} />
        </Form.Item>
        <Form.Item name="phone" label="电话"><Input inputMode="tel" /></Form.Item>
        <Form.Item name="region" label="所属地区" rules={[{ required: true, message: "请选择所属地区" }]}><RegionPicker root={session.region.code} /></Form.Item>
      </Form>
    </Modal>
  );
}

function AccountDrawer(props: { account: Account; onClose: () => void; onChange: () => void; onReset: (password: string) => void; tell: (text: string) => void }) {
  const { account, onClose, onChange, onReset, tell } = props;
  const session = useSession();
  const path = { id: account.id };
  const own = account.id === session.account.id;
  const [role, setRole] = useState<string | undefined>(undefined);
  const [region, setRegion] = useState<string | undefined>(account.region);
  const [until, setUntil] = useState<Dayjs | null>(null);
  const [deed, setDeed] = useState("");
  const roles = useQuery({ queryKey: ["roles"], queryFn: () => ask(api.GET("/api/roles")), staleTime: Infinity });
  const onError = (error: unknown) => tell(sentence(error));
  const grant = useMutation({
    mutationFn: () => ask(api.POST("/api/accounts/{id}/grants", { params: { path }, body: { role: role ?? "", region: region ?? "", ...(until ? { valid_to: until.add(1, "day").format("YYYY-MM-DD") } : {}), ...(deed ? { document: deed } : {}) } })),
    onSuccess: () => { setRole(undefined); setDeed(""); onChange(); },
    onError,
  });
  const revoke = useMutation({ mutationFn: (id: string) => ask(api.DELETE("/api/accounts/{id}/grants/{grant}", { params: { path: { ...path, grant: id } } })), onSuccess: onChange, onError });
  const reset = useMutation({ mutationFn: () => ask(api.POST("/api/accounts/{id}/password", { params: { path } })), onSuccess: (made) => { onReset(made.password); onChange(); }, onError });
  const resetTotp = useMutation({ mutationFn: () => ask(api.DELETE("/api/accounts/{id}/totp", { params: { path } })), onSuccess: onChange, onError });
  const end = useMutation({ mutationFn: (deputy: string) => ask(api.DELETE("/api/accounts/{id}/deputies/{deputy}", { params: { path: { ...path, deputy } } })), onSuccess: onChange, onError });
  const change = useMutation({ mutationFn: (disabled: boolean) => ask(api.PATCH("/api/accounts/{id}", { params: { path }, body: { version: account.version, disabled } })), onSuccess: onChange, onError });
  const provider = useProvider();
  const bind = useMutation({ mutationFn: (subject: string) => ask(api.PATCH("/api/accounts/{id}", { params: { path }, body: { version: account.version, sign_on: subject } })), onSuccess: onChange, onError });
  const office = useMutation({ mutationFn: (agency: string | null) => ask(api.PATCH("/api/accounts/{id}", { params: { path }, body: { version: account.version, agency } })), onSuccess: onChange, onError });
  const chosen = roles.data?.find((known) => known.code === role);
  return (
    <Drawer open title={`${account.name}（${account.login}）`} onClose={onClose} size={Math.min(520, window.innerWidth)}>
      {own && <Alert type="info" showIcon style={{ marginBottom: 12 }} title="这是您自己的账号。自己的授权须由另一位安全管理员办理。" />}
      <h3>现有角色</h3>
      {account.grants.length === 0 && <p className="muted">尚未授权，登录后看不到任何企业。</p>}
      {account.grants.map((held) => (
        <div key={held.id} className="field" style={{ gridTemplateColumns: "minmax(0,1fr) auto" }}>
          <span>
            <b>{held.role_label}</b>　{held.region_name}
            <span className="muted">　{held.valid_from} 起{held.valid_to ? `，${held.valid_to} 前有效` : ""}{held.document ? `，依据 ${held.document}` : ""}</span>
          </span>
          <Popconfirm title="收回这个角色？" okText="收回" cancelText="取消" onConfirm={() => revoke.mutate(held.id)} disabled={own}>
            <Button size="small" disabled={own}>收回</Button>
          </Popconfirm>
        </div>
      ))}
      <h3>授予角色</h3>
      <Space orientation="vertical" style={{ width: "100%" }}>
        <Select
          style={{ width: "100%" }}
          placeholder="选择角色"
          value={role ?? null}
          disabled={own}
          onChange={(code) => setRole(code ?? undefined)}
          options={(roles.data ?? []).filter((known) => (account.kind === "officer") === !["enterprise", "intermediary"].includes(known.code)).map((known) => ({ value: known.code, label: known.label }))}
        />
        {chosen && <span className="muted">可以：{chosen.powers.join("、") || "（暂无业务操作）"}</span>}
        <RegionPicker root={session.region.code} value={region} onChange={setRegion} placeholder="辖区" />
        <DatePicker style={{ width: "100%" }} placeholder="有效至（不选为长期）" value={until} onChange={(day) => setUntil(day as Dayjs | null)} />
        <Input placeholder="依据（委托执法文书或任命的文号，可不填）" value={deed} maxLength={100} disabled={own} onChange={(event) => setDeed(event.target.value)} />
        <Button type="primary" disabled={own || !role || !region} loading={grant.isPending} onClick={() => grant.mutate()}>授予</Button>
      </Space>
      {account.kind === "officer" && (
        <>
          <h3>所属机构</h3>
          <OfficePicker label="所属机构" region={account.region} below value={account.agency} name={account.agency_name} disabled={own} saving={office.isPending} onChange={(id) => office.mutate(id)} />
        </>
      )}
      {account.kind === "officer" && (
        <>
          <h3>代理人</h3>
          {account.deputies.map((deputy) => <DeputyLine key={deputy.id} deputy={deputy} about={account.id} end={(id) => end.mutate(id)} disabled={own} />)}
          {!own && account.grants.length > 0 && <DeputyForm name={(body) => ask(api.POST("/api/accounts/{id}/deputies", { params: { path }, body }))} onDone={onChange} />}
        </>
      )}
      {provider.data?.name && !own && (
        <>
          <h3>{provider.data.name}</h3>
          <Input.Search
            key={account.version}
            defaultValue={account.sign_on ?? ""}
            placeholder="认证标识（平台上的用户编号）"
            enterButton={account.sign_on ? "保存" : "绑定"}
            loading={bind.isPending}
            onSearch={(subject) => bind.mutate(subject.trim())}
          />
          <p className="muted">本人也可以登录后在“账号安全”中自己绑定。清空并保存即解除绑定。</p>
        </>
      )}
      <AccountDevices account={account.id} />
      <h3>账号</h3>
      <Space wrap>
        <Popconfirm title="重置密码？" description="原密码和已登录的设备立即失效，动态口令也会关闭。" okText="重置" cancelText="取消" onConfirm={() => reset.mutate()} disabled={own}>
          <Button disabled={own} loading={reset.isPending}>重置密码</Button>
        </Popconfirm>
        {account.totp && (
          <Popconfirm title="重置动态口令？" description="换手机或丢失手机时使用。已登录的设备立即退出，本人登录后可重新启用。" okText="重置" cancelText="取消" onConfirm={() => resetTotp.mutate()} disabled={own}>
            <Button disabled={own} loading={resetTotp.isPending}>重置动态口令</Button>
          </Popconfirm>
        )}
        <Popconfirm title={account.disabled ? "重新启用这个账号？" : "停用这个账号？"} okText="确定" cancelText="取消" onConfirm={() => change.mutate(!account.disabled)} disabled={own}>
          <Button danger={!account.disabled} disabled={own} loading={change.isPending}>{account.disabled ? "启用" : "停用"}</Button>
        </Popconfirm>
      </Space>
      <h3>他（她）为什么能（不能）做某件事</h3>
      <Why account={account.id} />
    </Drawer>
  );
}
