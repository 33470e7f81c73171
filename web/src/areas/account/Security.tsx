import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { App, Button, Empty, Form, Input, InputNumber, Modal, Popconfirm, Space, Tag, Typography } from "antd";
import { useState } from "react";

import { api, ask } from "../../api/client";
import { useSession } from "../../app/session";
import { RecordTable } from "../../parts/RecordTable";
import { instant } from "../../parts/format";
import { sentence } from "../../parts/problem";
import { PasswordForm } from "../session/ChangePassword";
import { useProvider, useSignOn } from "../session/SignOn";
import { TotpForm } from "../session/Totp";
import { OwnDeputies } from "./Deputies";
import { Why } from "./Why";

/** What concerns only oneself: password, second factor, browsers, tokens, and what one may do. */
export default function Security() {
  const session = useSession();
  const { message } = App.useApp();
  return (
    <>
      <div className="page-head"><h1>账号安全</h1></div>
      <div className="panel">
        <h2>{session.on_behalf ? `${session.on_behalf.name}的授权（您正在代理）` : "我的授权"}</h2>
        {session.grants.length === 0 && <p className="muted">还没有任何授权，请联系本单位的安全管理员。</p>}
        {session.grants.map((grant) => (
          <Tag key={`${grant.role}${grant.region}`} color="blue">{grant.role_label}（{grant.region_name}）{grant.document ? `，依据 ${grant.document}` : ""}{grant.valid_to ? `，${grant.valid_to} 前有效` : ""}</Tag>
        ))}
      </div>
      {session.account.kind === "officer" && <OwnDeputies />}
      <div className="panel">
        <h2>为什么能（不能）做某件事</h2>
        <Why />
      </div>
      <Totp />
      <SignOn />
      <div className="panel">
        <h2>修改密码</h2>
        <PasswordForm onDone={() => void message.success("密码已修改，其他设备已退出登录。")} />
      </div>
      <Sessions />
      <Tokens />
    </>
  );
}

function Totp() {
  const session = useSession();
  const queries = useQueryClient();
  const { message } = App.useApp();
  const [enrolling, setEnrolling] = useState(false);
  const [password, setPassword] = useState("");
  const done = (text: string) => {
    setEnrolling(false);
    setPassword("");
    void message.success(text);
    void queries.invalidateQueries({ queryKey: ["session"] });
  };
  const remove = useMutation({
    mutationFn: () => ask(api.DELETE("/api/totp", { body: { password } })),
    onSuccess: () => done("动态口令已关闭。"),
    onError: (error) => void message.error(sentence(error)),
  });
  return (
    <div className="panel">
      <h2>动态口令（双因素登录）</h2>
      {session.account.totp ? (
        <Space wrap>
          <Tag color="green">已启用</Tag>
          {session.account.totp_required ? (
            <span className="muted">管理员必须使用。换手机请由另一位安全管理员重置。</span>
          ) : (
            <>
              <Input.Password placeholder="输入密码以关闭" value={password} onChange={(event) => setPassword(event.target.value)} style={{ width: 200 }} autoComplete="current-password" />
              <Button disabled={!password} loading={remove.isPending} onClick={() => remove.mutate()}>关闭</Button>
            </>
          )}
        </Space>
      ) : enrolling ? (
        <TotpForm onDone={() => done("动态口令已启用，下次登录时需要输入。")} />
      ) : (
        <Space wrap>
          <span className="muted">启用后，登录除密码外还要输入手机上的 6 位数字。</span>
          <Button onClick={() => setEnrolling(true)}>启用动态口令</Button>
        </Space>
      )}
    </div>
  );
}

/** Binds the account to the provider, where one is configured. */
function SignOn() {
  const session = useSession();
  const queries = useQueryClient();
  const { message } = App.useApp();
  const provider = useProvider();
  const go = useSignOn(true);
  const onError = (error: unknown) => void message.error(sentence(error));
  const remove = useMutation({
    mutationFn: () => ask(api.DELETE("/api/sign-on")),
    onSuccess: () => void queries.invalidateQueries({ queryKey: ["session"] }),
    onError,
  });
  if (!provider.data?.name) return null;
  return (
    <div className="panel">
      <h2>{provider.data.name}</h2>
      {session.account.sign_on ? (
        <Space wrap>
          <Tag color="green">已绑定</Tag>
          <span className="muted">登录时可以直接用{provider.data.name}。</span>
          <Popconfirm title="解除绑定？" description="以后只能用登录名和密码登录。" okText="解除" cancelText="取消" onConfirm={() => remove.mutate()}>
            <Button loading={remove.isPending}>解除绑定</Button>
          </Popconfirm>
        </Space>
      ) : (
        <Space wrap>
          <span className="muted">绑定后，登录时不必再输入本系统的密码。</span>
          <Button loading={go.isPending} onClick={() => go.mutate(undefined, { onError })}>绑定</Button>
        </Space>
      )}
    </div>
  );
}

function Sessions() {
  const queries = useQueryClient();
  const { message } = App.useApp();
  const sessions = useQuery({ queryKey: ["sessions"], queryFn: () => ask(api.GET("/api/sessions")) });
  const end = useMutation({
    mutationFn: (id: string) => ask(api.DELETE("/api/sessions/{id}", { params: { path: { id } } })),
    onSuccess: () => void queries.invalidateQueries({ queryKey: ["sessions"] }),
    onError: (error) => void message.error(sentence(error)),
  });
  return (
    <div className="panel">
      <h2>已登录的设备</h2>
      <RecordTable
        error={sessions.error}
        loading={sessions.isPending}
        dataSource={sessions.data ?? []}
        columns={[
          { title: "登录时间", render: (_, row) => instant(row.created_at) },
          { title: "最近使用", render: (_, row) => instant(row.seen_at) },
          { title: "网络地址", dataIndex: "address" },
          { title: "浏览器", render: (_, row) => <span title={row.agent}>{row.agent.slice(0, 48)}</span> },
          { title: "", render: (_, row) => (row.current ? <Tag color="blue">本机</Tag> : <Button size="small" onClick={() => end.mutate(row.id)}>退出该设备</Button>) },
        ]}
      />
    </div>
  );
}

function Tokens() {
  const queries = useQueryClient();
  const { modal, message } = App.useApp();
  const [making, setMaking] = useState(false);
  const [form] = Form.useForm<{ name: string; days: number }>();
  const tokens = useQuery({ queryKey: ["tokens"], queryFn: () => ask(api.GET("/api/tokens")) });
  const again = () => void queries.invalidateQueries({ queryKey: ["tokens"] });
  const onError = (error: unknown) => void message.error(sentence(error));
  const make = useMutation({
    mutationFn: (values: { name: string; days: number }) => ask(api.POST("/api/tokens", { body: values })),
    onSuccess: (made) => {
      setMaking(false);
      again();
      modal.success({ title: "访问令牌", content: <><Typography.Text code copyable>{made.token}</Typography.Text><p className="muted">只显示这一次，请存放在程序的配置中。</p></> });
    },
    onError,
  });
  const remove = useMutation({ mutationFn: (id: string) => ask(api.DELETE("/api/tokens/{id}", { params: { path: { id } } })), onSuccess: again, onError });
  return (
    <div className="panel">
      <div className="page-head">
        <h2 style={{ margin: 0, fontSize: 15 }}>访问令牌</h2>
        <span className="muted">供其他程序以您的身份读取数据</span>
        <span className="grow" />
        <Button onClick={() => setMaking(true)}>新建令牌</Button>
      </div>
      <RecordTable
        error={tokens.error}
        loading={tokens.isPending}
        dataSource={tokens.data ?? []}
        empty={<Empty image={Empty.PRESENTED_IMAGE_SIMPLE} description="没有令牌。" />}
        columns={[
          { title: "用途", dataIndex: "name" },
          { title: "有效至", render: (_, row) => instant(row.expires_at) },
          { title: "最近使用", render: (_, row) => instant(row.used_at) || "从未" },
          { title: "", render: (_, row) => <Popconfirm title="删除后使用它的程序立即失效。" okText="删除" cancelText="取消" onConfirm={() => remove.mutate(row.id)}><Button size="small">删除</Button></Popconfirm> },
        ]}
      />
      <Modal open={making} title="新建访问令牌" okText="新建" cancelText="取消" onCancel={() => setMaking(false)} onOk={() => form.submit()} okButtonProps={{ loading: make.isPending }}>
        <Form form={form} layout="vertical" initialValues={{ days: 90 }} onFinish={(values) => make.mutate(values)} requiredMark={false}>
          <Form.Item name="name" label="用途" rules={[{ required: true, message: "请写明用途" }]}><Input placeholder="如：统计报表程序" /></Form.Item>
          <Form.Item name="days" label="有效天数" rules={[{ required: true, message: "请填写天数" }]}><InputNumber min={1} max={366} precision={0} /></Form.Item>
        </Form>
      </Modal>
    </div>
  );
}
