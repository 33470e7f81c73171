/** Work in the field (外勤): the same page with a network and without, in the application's frame or in one of its own. */
import { Alert, Button, Input, Result, Spin, Tabs } from "antd";
import { useCallback, useContext, useEffect, useMemo, useRef, useState } from "react";

import { SessionContext } from "../../app/session";
import { Devices } from "./Devices";
import { EnterpriseView } from "./Enterprise";
import { Enrol, Unlock } from "./Gate";
import { Queue } from "./Queue";
import { TakeAlong } from "./TakeAlong";
import "./field.css";
import { type Ended, contact, sendAll } from "./send";
import { type Forms, type Known, type Opened, type Packed, type Queued, known, packs, queued } from "./store";
import { FieldContext, type Field, useOnline } from "./use";

/** The device locks itself after so long without a touch, ms. */
const IDLE = 5 * 60_000;

const TOLD: Record<Ended, string> = {
  done: "",
  offline: "现在连不上服务器，恢复后自动发送。",
  "signed-out": "登录已过期，请登录后再同步。待同步的内容都在设备上。",
  "other-account": "现在登录的不是登记这台设备的账号，没有发送。",
  revoked: "这台设备已被停用，资料已清除。",
};

interface Held {
  enterprises: Packed[];
  forms: Forms;
  queue: Queued[];
}

function Home({ opened, onLock, onGone }: { opened: Opened; onLock: () => void; onGone: (why: string) => void }) {
  const session = useContext(SessionContext);
  const online = useOnline();
  const [held, setHeld] = useState<Held | null>(null);
  const [sending, setSending] = useState(false);
  const [told, setTold] = useState("");
  const [text, setText] = useState("");
  const [chosen, setChosen] = useState<string | null>(null);
  const [taking, setTaking] = useState(false);
  const [tab, setTab] = useState("enterprises");
  const show = useCallback((enterprise: string) => {
    setChosen(enterprise);
    setTab("enterprises");
  }, []);
  const refresh = useCallback(async () => {
    const [own, queue] = await Promise.all([packs(opened), queued(opened)]);
    own.enterprises.sort((one, other) => one.name.localeCompare(other.name, "zh"));
    setHeld({ ...own, queue });
  }, [opened]);
  const busy = useRef(false);
  const send = useCallback(async () => {
    if (busy.current) return;
    busy.current = true;
    setSending(true);
    const ended = await sendAll(opened, () => void refresh()).finally(() => {
      busy.current = false;
      setSending(false);
    });
    if (ended === "revoked") return onGone(TOLD.revoked);
    setTold(ended ? TOLD[ended] : "");
    await refresh();
  }, [opened, refresh, onGone]);
  useEffect(() => {
    // once opened, and whenever the network is back
    void refresh().then(send);
    const timer = setInterval(() => void send(), 60_000);
    window.addEventListener("online", send);
    return () => {
      clearInterval(timer);
      window.removeEventListener("online", send);
    };
  }, [refresh, send]);
  useEffect(() => {
    let timer = setTimeout(onLock, IDLE);
    const touched = () => {
      clearTimeout(timer);
      timer = setTimeout(onLock, IDLE);
    };
    const events = ["pointerdown", "keydown", "scroll"];
    for (const event of events) window.addEventListener(event, touched, true);
    return () => {
      clearTimeout(timer);
      for (const event of events) window.removeEventListener(event, touched, true);
    };
  }, [onLock]);
  const field = useMemo<Field | null>(() => (held ? { opened, ...held, refresh, send, sending, show, lock: onLock } : null), [opened, held, refresh, send, sending, show, onLock]);
  if (!field || !held) return <Spin />;
  const enterprise = held.enterprises.find((own) => own.id === chosen);
  const unsent = held.queue.filter((own) => own.state !== "sent").length;
  const shown = held.enterprises.filter((own) => `${own.name}${own.credit_code ?? ""}${own.address ?? ""}`.includes(text.trim()));
  const list = (
    <>
      <div className="field-bar">
        <Input allowClear placeholder="在带来的企业中查找" aria-label="在带来的企业中查找" value={text} onChange={(event) => setText(event.target.value)} style={{ flex: 1, minWidth: 160 }} />
        <Button type="primary" disabled={!session || !online} onClick={() => setTaking(true)}>带上企业</Button>
      </div>
      {held.enterprises.length === 0 && <Result title="还没有带企业" subTitle="出发前连上网络，点“带上企业”，选好当天要去的企业。" />}
      {shown.map((own) => (
        <button key={own.id} type="button" className="field-row" onClick={() => setChosen(own.id)}>
          <b>{own.name}</b>
          <small>{own.address}</small>
          <small>档案 {own.archive.score}%{own.archive.lacking.length > 0 && ` · 缺项或过期 ${own.archive.lacking.length} 栏`}</small>
        </button>
      ))}
      {taking && <TakeAlong onClose={() => setTaking(false)} />}
    </>
  );
  return (
    <FieldContext.Provider value={field}>
      {!online && <Alert type="warning" showIcon title="没有网络。照常办理，恢复后自动发送。" style={{ marginBottom: 8 }} />}
      <Tabs
        activeKey={tab}
        onChange={setTab}
        tabBarExtraContent={<Button size="small" onClick={onLock}>锁定</Button>}
        items={[
          { key: "enterprises", label: `企业 ${held.enterprises.length}`, children: enterprise ? <EnterpriseView enterprise={enterprise} onBack={() => setChosen(null)} /> : list },
          { key: "queue", label: `待同步 ${unsent}`, children: <Queue told={told} /> },
          { key: "device", label: "设备", children: <Devices opened={opened} unsent={unsent} onWiped={() => onGone("")} /> },
        ]}
      />
    </FieldContext.Provider>
  );
}

export default function FieldPage() {
  const session = useContext(SessionContext);
  const [devices, setDevices] = useState<Known[] | null>(null);
  const [opened, setOpened] = useState<Opened | null>(null);
  const [told, setTold] = useState("");
  const [failed, setFailed] = useState(false);
  const look = useCallback(async () => {
    setFailed(false);
    try {
      // a device that was revoked hears of it before anybody types a PIN, but who has a bad network need not wait long for theirs
      for (const own of await known()) {
        const state = await contact(own, 3_000);
        if (state?.revoked) setTold(TOLD.revoked);
      }
      setDevices(await known());
    } catch {
      // the browser does not open its database: short of room, or its own trouble
      setFailed(true);
    }
  }, []);
  useEffect(() => void look(), [look]);
  const lock = useCallback(() => {
    setOpened(null);
    void look();
  }, [look]);
  const gone = useCallback((why: string) => {
    setTold(why);
    setOpened(null);
    void look();
  }, [look]);
  if (failed) {
    return <Result status="warning" title="浏览器打不开这台设备上的外勤资料" subTitle="资料没有被删除。请重试；仍打不开时，检查手机剩余空间，关闭浏览器后再打开。" extra={<Button type="primary" onClick={() => void look()}>重试</Button>} />;
  }
  if (!devices) return <div className="centre"><Spin size="large" /></div>;
  const mine = session ? devices.filter((own) => own.device.account === session.account.id) : devices;
  return (
    <div className="field-page">
      <div className="page-head"><h1>外勤</h1></div>
      {told && <Alert type="warning" showIcon title={told} style={{ marginBottom: 12 }} />}
      {opened ? <Home opened={opened} onLock={lock} onGone={gone} /> : mine.length > 0 ? <Unlock devices={mine} onOpened={setOpened} onGone={() => void look()} /> : <Enrol onOpened={setOpened} />}
      {!opened && session && <Devices opened={null} unsent={0} onWiped={() => undefined} />}
    </div>
  );
}
