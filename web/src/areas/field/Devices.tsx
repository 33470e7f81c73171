/** The person's devices: each can be revoked from anywhere; this one can be locked or emptied. */
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Alert, App, Button, Tag } from "antd";

import { api, ask } from "../../api/client";
import { instant } from "../../parts/format";
import { sentence } from "../../parts/problem";
import { STOPPING } from "./revoke";
import { type Opened, wipe } from "./store";

export function Devices({ opened, unsent, onWiped }: { opened: Opened | null; unsent: number; onWiped: () => void }) {
  const { modal, message } = App.useApp();
  const queries = useQueryClient();
  const list = useQuery({ queryKey: ["field-devices"], queryFn: () => ask(api.GET("/api/field/devices")), retry: false });
  const revoke = useMutation({
    mutationFn: (id: string) => ask(api.DELETE("/api/field/devices/{id}", { params: { path: { id } } })),
    onSuccess: () => void queries.invalidateQueries({ queryKey: ["field-devices"] }),
    onError: (error) => void message.error(sentence(error)),
  });
  const clear = () =>
    void modal.confirm({
      title: "清除这台设备上的资料？",
      content: unsent > 0 ? `还有 ${unsent} 项没有同步，清除以后找不回来。` : "带来的企业资料会从设备上删除，系统里的不受影响。",
      okText: "清除",
      cancelText: "取消",
      okButtonProps: { danger: true },
      onOk: async () => {
        if (opened) await wipe(opened);
        onWiped();
      },
    });
  return (
    <section className="panel">
      <h2>我的外勤设备</h2>
      {list.isError && <Alert type="info" showIcon title="联网并登录后可以查看和停用设备。" />}
      {(list.data ?? []).map((own) => (
        <div key={own.id} className="field-bar" style={{ margin: "6px 0" }}>
          <span style={{ flex: 1 }}>{own.name}{own.id === opened?.device.id && "（这台）"}<br /><small className="muted">{instant(own.created_at)} 登记</small></span>
          {own.revoked_at ? (
            <Tag>已停用</Tag>
          ) : (
            <Button danger size="small" onClick={() => void modal.confirm({ title: `停用“${own.name}”？`, content: STOPPING, okText: "停用", cancelText: "取消", okButtonProps: { danger: true }, onOk: () => revoke.mutate(own.id) })}>停用</Button>
          )}
        </div>
      ))}
      {opened && <Button danger block style={{ marginTop: 12 }} onClick={clear}>清除这台设备上的资料</Button>}
    </section>
  );
}
