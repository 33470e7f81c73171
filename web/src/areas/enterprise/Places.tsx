import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { App, Button, Popconfirm } from "antd";

import { api, ask } from "../../api/client";
import { RecordTable } from "../../parts/RecordTable";
import { instant } from "../../parts/format";
import { sentence } from "../../parts/problem";

/** What the resolver was taught by assigning, with a button that makes it forget. */
export function Places() {
  const queries = useQueryClient();
  const { message } = App.useApp();
  const places = useQuery({ queryKey: ["places"], queryFn: () => ask(api.GET("/api/places", { params: { query: { limit: 200 } } })) });
  const forget = useMutation({
    mutationFn: ({ city, id }: { city: string; id: string }) => ask(api.DELETE("/api/places/{city}/{id}", { params: { path: { city, id } } })),
    onSuccess: () => void queries.invalidateQueries({ queryKey: ["places"] }),
    onError: (error) => void message.error(sentence(error)),
  });
  return (
    <RecordTable
      error={places.error}
      loading={places.isPending}
      dataSource={places.data?.items ?? []}
      empty="还没有学到地名。分配镇街时勾选“记住地址中的工业区、村名”即可。"
      columns={[
        { title: "地址中的名称", dataIndex: "word" },
        { title: "区县", dataIndex: "county_name" },
        { title: "分到", dataIndex: "town_name" },
        { title: "由谁教会", dataIndex: "taught_by_name" },
        { title: "时间", render: (_, row) => instant(row.updated_at) },
        {
          title: "",
          render: (_, row) => (
            <Popconfirm title="以后导入时不再按这个名称分配？" okText="删除" cancelText="取消" onConfirm={() => forget.mutate(row)}>
              <Button size="small">删除</Button>
            </Popconfirm>
          ),
        },
      ]}
    />
  );
}
