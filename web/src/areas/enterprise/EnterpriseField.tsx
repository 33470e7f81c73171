import { useQuery } from "@tanstack/react-query";
import { Form, Select } from "antd";
import { useState } from "react";

import { type Rows, api, ask } from "../../api/client";
import { asQuery } from "./use";

/** An enterprise chosen by some signs of its name, as the field `enterprise` of a form: `city/id`. */
export function EnterpriseField() {
  const [word, setWord] = useState("");
  const found = useQuery({
    queryKey: ["enterprises", "choose", word],
    queryFn: async () => (await ask(api.GET("/api/enterprises", { params: { query: asQuery({ q: word, limit: "20" }) } }))) as unknown as Rows,
    enabled: word.length > 1,
  });
  return (
    <Form.Item name="enterprise" label="企业" rules={[{ required: true, message: "请选择企业。" }]}>
      <Select
        showSearch={{ filterOption: false, onSearch: setWord }}
        placeholder="输入企业名称的几个字"
        notFoundContent={word.length > 1 ? (found.isFetching ? "正在查找…" : "没有找到这家企业") : "请输入至少两个字"}
        options={(found.data?.items ?? []).map((row) => ({ value: `${row.city}/${row.id}`, label: String(row["name"]) }))}
      />
    </Form.Item>
  );
}
