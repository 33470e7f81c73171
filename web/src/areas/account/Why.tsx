import { useQuery } from "@tanstack/react-query";
import { Alert, Select, Space } from "antd";
import { useState } from "react";

import { api, ask } from "../../api/client";
import { useSession } from "../../app/session";
import { RegionPicker } from "../../parts/RegionPicker";
import { sentence } from "../../parts/problem";

/** What it is about: an enterprise with its town and sector. */
export interface Matter {
  enterprise: string;
  region: string;
  sector?: string;
}

/** Why somebody, oneself unless told, may or may not do something somewhere, or with an enterprise. */
export function Why({ account, matter }: { account?: string; matter?: Matter }) {
  const session = useSession();
  const [operation, setOperation] = useState<string | null>(null);
  const [region, setRegion] = useState<string | undefined>(matter?.region ?? session.region.code);
  const powers = useQuery({ queryKey: ["powers"], queryFn: () => ask(api.GET("/api/powers")), staleTime: Infinity });
  const query = { operation: operation ?? "", region: region ?? "", ...(account ? { account } : {}), ...(matter ? { enterprise: matter.enterprise } : {}), ...(matter?.sector ? { sector: matter.sector } : {}) };
  const answer = useQuery({ queryKey: ["why", query], queryFn: () => ask(api.GET("/api/why", { params: { query } })), enabled: operation !== null && region !== undefined });
  return (
    <>
      <Space wrap>
        <Select
          aria-label="要办的事"
          placeholder="选择要办的事，可输入文字查找"
          style={{ width: 260 }}
          value={operation}
          onChange={setOperation}
          showSearch={{ optionFilterProp: "label" }}
          loading={powers.isPending}
          options={(powers.data ?? []).map((power) => ({ value: power.operation, label: power.label }))}
        />
        {!matter && (
          <div style={{ width: 240 }}>
            <RegionPicker root={session.city} value={region} onChange={setRegion} placeholder="在哪里" />
          </div>
        )}
      </Space>
      {(answer.isError || powers.isError) && <Alert style={{ marginTop: 12 }} type="error" showIcon title={sentence(answer.error ?? powers.error)} />}
      {answer.data && (
        <Alert style={{ marginTop: 12 }} type={answer.data.allowed ? "success" : "warning"} showIcon title={answer.data.allowed ? "可以。" : "不可以。"} description={answer.data.reasons.map((reason) => <div key={reason}>{reason}</div>)} />
      )}
    </>
  );
}
