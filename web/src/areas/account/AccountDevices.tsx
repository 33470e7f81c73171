import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Alert, App, Button, Popconfirm, Tag } from "antd";

import { api, ask } from "../../api/client";
import { instant } from "../../parts/format";
import { sentence } from "../../parts/problem";
import { STOPPING } from "../field/revoke";

/** The devices that somebody takes into the field, to stop one that was lost; nothing where there are none. */
export function AccountDevices({ account }: { account: string }) {
  const queries = useQueryClient();
  const { message } = App.useApp();
  const list = useQuery({ queryKey: ["account-devices", account], queryFn: () => ask(api.GET("/api/accounts/{id}/field-devices", { params: { path: { id: account } } })) });
  const stop = useMutation({
    mutationFn: (device: string) => ask(api.DELETE("/api/accounts/{id}/field-devices/{device}", { params: { path: { id: account, device } } })),
    onSuccess: () => {
      void message.success("已停用。");
      void queries.invalidateQueries({ queryKey: ["account-devices", account] });
    },
    onError: (error) => void message.error(sentence(error)),
  });
  if (list.isError) return <Alert type="error" showIcon title={sentence(list.error)} />;
  if (!list.data?.length) return null;
  return (
    <>
      <h3>外勤设备</h3>
      {list.data.map((own) => (
        <div key={own.id} className="field" style={{ gridTemplateColumns: "minmax(0,1fr) auto" }}>
          <span>
            <b>{own.name}</b>
            <span className="muted">　{instant(own.created_at)} 登记{own.revoked_at ? `，${instant(own.revoked_at)} 停用` : ""}</span>
          </span>
          {own.revoked_at ? (
            <Tag>已停用</Tag>
          ) : (
            <Popconfirm title="停用这台设备？" description={STOPPING} okText="停用" cancelText="取消" onConfirm={() => stop.mutate(own.id)}>
              <Button size="small" danger loading={stop.isPending && stop.variables === own.id}>停用</Button>
            </Popconfirm>
          )}
        </div>
      ))}
    </>
  );
}
