import { keepPreviousData, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Alert, App, Button, Checkbox, Empty, Popconfirm, Segmented, Space, Spin, Tag } from "antd";
import { useState } from "react";
import { Link, useNavigate, useSearchParams } from "react-router";

import { type Row, type Schemas, api, ask } from "../../api/client";
import { useMay, useSession } from "../../app/session";
import { Pager } from "../../parts/Pager";
import { RecordTable } from "../../parts/RecordTable";
import { RegionPicker } from "../../parts/RegionPicker";
import { COLOURS, nearName, show } from "../../parts/format";
import { sentence } from "../../parts/problem";
import { MergeDialog } from "./MergeDialog";
import { Mergers } from "./Mergers";
import { useFields } from "./use";

type Group = Schemas["DuplicateGroup"];

/** Records that may be one enterprise, those that were made one, and those that were split. */
export default function Duplicates() {
  const session = useSession();
  const [params, setParams] = useSearchParams();
  const done = params.get("view") === "done";
  const region = params.get("region") ?? undefined;
  return (
    <>
      <div className="page-head">
        <h1>重复档案</h1>
        <Segmented value={done ? "done" : "open"} onChange={(value) => setParams(value === "done" ? { view: "done" } : {})} options={[{ value: "open", label: "疑似重复" }, { value: "done", label: "合并、拆分记录" }]} />
        {!done && (
          <div style={{ width: 230 }}>
            <RegionPicker root={session.region.code} value={region} onChange={(code) => setParams(code ? { region: code } : {})} placeholder={session.region.name} />
          </div>
        )}
      </div>
      {done ? <Mergers /> : <Groups region={region} />}
    </>
  );
}

function Groups({ region }: { region: string | undefined }) {
  const navigate = useNavigate();
  const [params, setParams] = useSearchParams();
  const cursor = params.get("cursor") ?? undefined;
  const groups = useQuery({
    queryKey: ["duplicates", region, cursor],
    queryFn: () => ask(api.GET("/api/duplicates", { params: { query: { limit: 20, ...(region ? { region } : {}), ...(cursor ? { cursor } : {}) } } })),
    placeholderData: keepPreviousData,
  });
  if (groups.isPending) return <Spin />;
  if (groups.isError) return <Alert type="error" showIcon title={sentence(groups.error)} />;
  return (
    <>
      <Alert type="info" showIcon style={{ marginBottom: 12 }} title="证号、地址和法定代表人、名称相同的档案列在这里，请核对后合并；确实是不同企业的，点“不是同一家”，以后不再提示。" />
      {groups.data.items.length === 0 && (
        <div className="panel">
          <Empty description="没有疑似重复的档案。" />
        </div>
      )}
      {groups.data.items.map((group) => (
        <GroupCard key={`${group.city}/${group.key}`} group={group} />
      ))}
      <Pager back={cursor ? () => void navigate(-1) : null} next={groups.data.next ? () => setParams({ ...(region ? { region } : {}), cursor: groups.data.next ?? "" }) : null} />
    </>
  );
}

function GroupCard({ group }: { group: Group }) {
  const may = useMay();
  const session = useSession();
  const queries = useQueryClient();
  const { message } = App.useApp();
  const fields = useFields();
  const records = group.records as unknown as Row[];
  const [chosen, setChosen] = useState<string[]>(records.slice(0, 2).map((row) => row.id));
  const [merging, setMerging] = useState(false);
  const apart = useMutation({
    mutationFn: () => ask(api.POST("/api/duplicates/apart", { body: { city: group.city, key: group.key } })),
    onSuccess: () => {
      void message.success("已记下，以后不再提示。");
      void queries.invalidateQueries({ queryKey: ["duplicates"] });
    },
    onError: (error) => void message.error(sentence(error)),
  });
  const label = (name: string, row: Row) => {
    const field = (fields.data ?? []).find((own) => own.name === name);
    return field ? show(field, row[name]) : "";
  };
  const [first, second] = records.filter((row) => chosen.includes(row.id));
  return (
    <section className="panel">
      <div className="page-head" style={{ marginBottom: 8 }}>
        <Tag color="gold">{group.why}</Tag>
        <span className="muted">
          共 {group.number} 份档案{group.number > records.length && `，只列出 ${records.length} 份`}
        </span>
        <span className="grow" />
        <Space wrap>
          {may("merge_enterprises") && (
            <Button type="primary" size="small" disabled={chosen.length !== 2} onClick={() => setMerging(true)}>
              {records.length > 2 ? "合并选中的两份…" : "合并…"}
            </Button>
          )}
          {may("keep_apart") && (
            <Popconfirm title="确认这些是不同的企业？" description="以后不再提示，除非又出现一份相同的。" okText="不是同一家" cancelText="取消" onConfirm={() => apart.mutate()}>
              <Button size="small" loading={apart.isPending}>
                不是同一家
              </Button>
            </Popconfirm>
          )}
        </Space>
      </div>
      <RecordTable<Row>
        dataSource={records}
        columns={[
          ...(records.length > 2
            ? [
                {
                  title: "",
                  width: 32,
                  render: (_: unknown, row: Row) => (
                    <Checkbox aria-label={`选择${String(row["name"])}`} checked={chosen.includes(row.id)} onChange={(event) => setChosen(event.target.checked ? [...chosen, row.id].slice(-2) : chosen.filter((id) => id !== row.id))} />
                  ),
                },
              ]
            : []),
          { title: "企业名称", width: 240, render: (_, row) => <Link to={`/enterprises/${row.city}/${row.id}`}>{String(row["name"])}</Link> },
          { title: "信用代码", width: 170, render: (_, row) => String(row["credit_code"] ?? row["old_code"] ?? "无") },
          { title: "法定代表人", width: 90, render: (_, row) => String(row["legal_person"] ?? "") },
          { title: "地址", width: 260, render: (_, row) => String(row["address"] ?? row["registered_address"] ?? "") },
          { title: "所在地区", width: 130, render: (_, row) => nearName(row["region_name"], session.region.name) },
          { title: "状态", width: 80, render: (_, row) => <Tag color={COLOURS[String(row["status"])] ?? "default"}>{label("status", row)}</Tag> },
        ]}
      />
      {merging && first && second && <MergeDialog one={first} two={second} onClose={() => setMerging(false)} />}
    </section>
  );
}
