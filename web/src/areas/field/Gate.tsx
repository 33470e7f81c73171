/** Before the device is open: enrolling it, and the PIN. */
import { useQueryClient } from "@tanstack/react-query";
import { Alert, Button, Form, Input } from "antd";
import { useContext, useState } from "react";

import { api, ask } from "../../api/client";
import { SessionContext, readSession } from "../../app/session";
import { sentence } from "../../parts/problem";
import { type Known, type Opened, GIVES_UP, WIPES, enrol, giveBack, unlock } from "./store";

function Digits({ label, name }: { label: string; name: string }) {
  return (
    <Form.Item name={name} label={label} rules={[{ required: true, pattern: /^\d{6,12}$/, message: "PIN 为 6 至 12 位数字。" }]}>
      <Input.Password inputMode="numeric" autoComplete="off" maxLength={12} size="large" />
    </Form.Item>
  );
}

export function Enrol({ onOpened }: { onOpened: (opened: Opened) => void }) {
  const session = useContext(SessionContext);
  const [problem, setProblem] = useState("");
  const [busy, setBusy] = useState(false);
  const start = async ({ name, pin, again }: { name: string; pin: string; again: string }) => {
    if (pin !== again) return setProblem("两次输入的 PIN 不一样。");
    if (/^(\d)\1+$/.test(pin) || "01234567890123".includes(pin)) return setProblem("这个 PIN 太容易猜，请换一个。");
    setBusy(true);
    try {
      const { account } = await readSession();
      const made = await ask(api.POST("/api/field/devices", { body: { name } }));
      const { now } = await ask(api.GET("/api/field/devices/{id}/state", { params: { path: { id: made.id } } }));
      // asked of the browser, which may refuse: then it may clear the device when it is short of room
      await navigator.storage?.persist?.();
      onOpened(await enrol({ id: made.id, name: made.name, part: made.key_part, account: account.id, accountName: account.name, pin, offset: new Date(now).getTime() - Date.now(), metAt: now }));
    } catch (error) {
      setProblem(sentence(error));
    } finally {
      setBusy(false);
    }
  };
  return (
    <section className="panel">
      <h2>登记这台设备</h2>
      <p className="muted">登记以后，可以把要检查的企业带在手机里，没有网络也能查档案、登记隐患、核实和填报，有网络时自动发送。资料在设备上加密保存，每次打开要输入 PIN。</p>
      {!session && <Alert type="info" showIcon title="登记要连上网络并登录。" />}
      {problem && <Alert type="error" showIcon title={problem} style={{ marginBottom: 12 }} />}
      <Form layout="vertical" onFinish={(values) => void start(values as { name: string; pin: string; again: string })} disabled={!session} initialValues={{ name: "我的手机" }}>
        <Form.Item name="name" label="设备名称" rules={[{ required: true, message: "请给这台设备起个名字。" }]}>
          <Input maxLength={50} size="large" />
        </Form.Item>
        <Digits name="pin" label="设置 PIN（6 至 12 位数字）" />
        <Digits name="again" label="再输入一次" />
        <p className="muted">请记住 PIN，没有人能替您找回。连续输错 {GIVES_UP} 次要联网登录才能再试，输错 {WIPES} 次设备上的资料全部清除。</p>
        <Button type="primary" htmlType="submit" size="large" block loading={busy}>登记并打开</Button>
      </Form>
    </section>
  );
}

export function Unlock({ devices, onOpened, onGone }: { devices: Known[]; onOpened: (opened: Opened) => void; onGone: () => void }) {
  const session = useContext(SessionContext);
  const queries = useQueryClient();
  const own = devices.find((known) => known.device.account === session?.account.id) ?? devices[0];
  const [problem, setProblem] = useState("");
  const [given, setGiven] = useState(false);
  const [busy, setBusy] = useState(false);
  const [form] = Form.useForm<{ pin: string }>();
  if (!own) return null;
  const locked = !own.device.part && !given;
  const attempt = async ({ pin }: { pin: string }) => {
    setBusy(true);
    const result = await unlock(own, pin);
    setBusy(false);
    if ("opened" in result) return onOpened(result.opened);
    form.resetFields();
    if ("left" in result) return setProblem(`PIN 不对，还可以试 ${result.left} 次。`);
    if (result.gone === "all") setProblem("PIN 输错次数太多，设备上的资料已经清除。");
    setGiven(false);
    onGone();
  };
  const askAgain = async () => {
    try {
      const session = await readSession();
      if (session.account.id !== own.device.account) return setProblem(`请用“${own.device.accountName}”的账号登录。`);
      const made = await ask(api.POST("/api/field/devices/{id}/key", { params: { path: { id: own.device.id } } }));
      await giveBack(own, made.key_part);
      setGiven(true);
      setProblem("");
      onGone();
    } catch (error) {
      setProblem(`${sentence(error)}`);
      void queries.invalidateQueries({ queryKey: ["session"] });
    }
  };
  return (
    <section className="panel">
      <h2>{own.device.name} · {own.device.accountName}</h2>
      {problem && <Alert type="error" showIcon title={problem} style={{ marginBottom: 12 }} />}
      {locked ? (
        <>
          <p>PIN 连续输错 {GIVES_UP} 次，这台设备已经锁住。请连上网络，用您的账号登录后解锁。资料还在，没有丢失。</p>
          <Button type="primary" size="large" block onClick={() => void askAgain()}>已登录，解锁</Button>
        </>
      ) : (
        <Form form={form} layout="vertical" onFinish={(values) => void attempt(values)}>
          <Digits name="pin" label="输入 PIN 打开外勤资料" />
          <Button type="primary" htmlType="submit" size="large" block loading={busy}>打开</Button>
        </Form>
      )}
    </section>
  );
}
