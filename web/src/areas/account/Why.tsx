import { useQuery } from "@tanstack/react-query";
import { Alert, Select, Space } from "antd";
import { useState } from "react";

import { api, ask } from "../../api/client";
import { useSession } from "../../app/session";
import { RegionPicker } from "../../parts/RegionPicker";
import { sentence } from "../../parts/problem";

const OPERATIONS: [string, string][] = [
  ["list_enterprises", "查看企业名单"],
  ["find_enterprise", "查看企业档案"],
  ["update_enterprise", "修改企业档案"],
  ["verify_enterprise", "核实企业档案"],
  ["assign_enterprises", "分配企业到镇街"],
  ["create_import", "导入企业名单"],
  ["create_export", "导出企业名单"],
  ["list_accounts", "管理账号"],
  ["list_audit", "查看操作记录"],
];

/** Why one may or may not do something somewhere. */
export function Why() {
  const session = useSession();
  const [operation, setOperation] = useState<string | null>(null);
  const [region, setRegion] = useState<string | undefined>(session.region.code);
  const answer = useQuery({
    queryKey: ["why", operation, region],
    queryFn: () => ask(api.GET("/api/why", { params: { query: { operation: operation ?? "", region: region ?? "" } } })),
    enabled: operation !== null && region !== undefined,
  });
  return (
    <div className="panel">
      <h2>为什么能（不能）做某件事</h2>
      <Space wrap>
        <Select placeholder="选择操作" style={{ width: 200 }} value={operation} onChange={setOperation} options={OPERATIONS.map(([value, label]) => ({ value, label }))} />
        <div style={{ width: 240 }}>
          <RegionPicker root={session.city} value={region} onChange={setRegion} placeholder="在哪里" />
        </div>
      </Space>
      {answer.isError && <Alert style={{ marginTop: 12 }} type="error" showIcon title={sentence(answer.error)} />}
      {answer.data && (
        <Alert style={{ marginTop: 12 }} type={answer.data.allowed ? "success" : "warning"} showIcon title={answer.data.allowed ? "可以。" : "不可以。"} description={answer.data.reasons.map((reason) => <div key={reason}>{reason}</div>)} />
      )}
    </div>
  );
}
