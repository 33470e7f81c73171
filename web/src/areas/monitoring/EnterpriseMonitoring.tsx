import { useMutation, useQuery } from "@tanstack/react-query";
import { App, Button, Typography } from "antd";
import { Link } from "react-router";

import { api, ask } from "../../api/client";
import { useMay, useSession } from "../../app/session";
import { sentence } from "../../parts/problem";
import { Counts } from "./Counts";
import { LineMark } from "./LineMark";
import { Points } from "./Points";
import { useLive } from "./live";
import { online } from "./words";
import "./monitoring.css";

/** The points of an enterprise as they go on, what of its readings was not taken, and how its gateway sends them. */
export default function EnterpriseMonitoring({ city, id }: { city: string; id: string }) {
  const may = useMay();
  const session = useSession();
  const { live, line } = useLive({ enterprise: id, limit: "200" });
  const page = useQuery({ queryKey: ["monitoring", "points", "enterprise", id], queryFn: () => ask(api.GET("/api/monitoring/points", { params: { query: { enterprise: id, limit: 200 } } })) });
  const items = live?.points ?? page.data?.items ?? [];
  const share = online(live?.standings ?? []);
  return (
    <>
      <section className="panel">
        <div className="page-head">
          <span>在线率 <b className="number">{live ? share.rate : "…"}</b><span className="muted">（{share.online} ÷ {share.all}）</span></span>
          <Link to={`/monitoring/alarms?enterprise=${id}&life=open`}>未确认报警 <b className={live?.unacknowledged ? "down" : ""}>{live?.unacknowledged ?? "…"}</b> 起</Link>
          <LineMark line={line} />
          <span className="grow" />
          <Link to={`/monitoring?enterprise=${id}`}><Button>全部监测点</Button></Link>
          {may("create_monitor_point") && <Link to={`/monitoring/new?city=${city}&enterprise=${id}`}><Button type="primary">登记监测点</Button></Link>}
        </div>
        <Points items={items} error={live ? null : page.error} pending={!live && page.isPending} firm={false} empty="这家企业还没有登记监测点。有重大危险源的企业应当登记温度、压力、液位、流量、气体等监测点并接入。" />
      </section>
      {may("list_monitor_counts") && <Counts city={city} enterprise={id} />}
      {session.enterprise?.id === id && may("create_readings") && <Gateway code={items.find((own) => own.kind !== "video")?.code ?? "TI-101"} />}
    </>
  );
}

/** How a gateway sends readings; makes the token that may do nothing else. */
function Gateway({ code }: { code: string }) {
  const { modal, message } = App.useApp();
  const make = useMutation({
    mutationFn: () => ask(api.POST("/api/tokens", { body: { name: "采集网关", days: 366, operations: ["create_readings"] } })),
    onSuccess: (made) => {
      modal.success({ title: "采集网关的访问令牌", content: <><Typography.Text code copyable>{made.token}</Typography.Text><p className="muted">只显示这一次，请存放在网关的配置中。它只能上传本企业的监测值，一年后到期；可在“账号安全”中删除。</p></> });
    },
    onError: (error) => void message.error(sentence(error)),
  });
  const example = `POST ${window.location.origin}/api/monitoring/readings
Authorization: Bearer 令牌
Content-Type: application/json

{"readings": [{"point": "${code}", "at": "2026-03-02T09:00:00+08:00", "value": 31.5}]}`;
  return (
    <section className="panel">
      <h2>怎样接入采集网关</h2>
      <p>为网关新建一个只能上传监测值的令牌，再让网关按下面的格式成批上传（每批最多 10,000 条）。收到回答的数据已经保存；没有收到回答的请原样重传，不会重复保存。网关用 MQTT 的，以令牌作密码，地址请问本地系统管理员。</p>
      <pre className="monitor-how">{example}</pre>
      <Button loading={make.isPending} onClick={() => make.mutate()}>新建网关令牌</Button>
    </section>
  );
}
