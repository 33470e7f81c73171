import { keepPreviousData, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { App, Button, Form, Input, Modal, Popconfirm, Segmented, Space } from "antd";
import { useState } from "react";
import { Link, useNavigate, useSearchParams } from "react-router";

import { ApiError, type Row, type Schemas, api, ask } from "../../api/client";
import { useMay, useSession } from "../../app/session";
import { LongText } from "../../parts/LongText";
import { Pager } from "../../parts/Pager";
import { RecordTable } from "../../parts/RecordTable";
import { RegionPicker } from "../../parts/RegionPicker";
import { count, nearName } from "../../parts/format";
import { formProblems, sentence } from "../../parts/problem";
import { commonPlace, itemsOf } from "./use";

type Cluster = Schemas["ClusterView"];

const KINDS = [
  { value: "market", label: "市场" },
  { value: "building", label: "楼宇" },
  { value: "park", label: "园区" },
  { value: "street", label: "街区" },
];

/** Markets, buildings, parks and streets whose many small enterprises have one manager. */
export default function Clusters() {
  const session = useSession();
  const may = useMay();
  const navigate = useNavigate();
  const queries = useQueryClient();
  const { message } = App.useApp();
  const [params, setParams] = useSearchParams();
  const q = params.get("q") ?? "";
  const cursor = params.get("cursor") ?? undefined;
  const [editing, setEditing] = useState<{ city: string; id: string } | "new" | null>(null);
  const clusters = useQuery({
    queryKey: ["clusters", q, cursor],
    queryFn: () => ask(api.GET("/api/clusters", { params: { query: { limit: 50, ...(q ? { q } : {}), ...(cursor ? { cursor } : {}) } } })),
    placeholderData: keepPreviousData,
  });
  const remove = useMutation({
    mutationFn: ({ city, id }: Cluster) => ask(api.DELETE("/api/clusters/{city}/{id}", { params: { path: { city, id } } })),
    onSuccess: () => void queries.invalidateQueries({ queryKey: ["clusters"] }),
    onError: (error) => void message.error(sentence(error)),
  });
  return (
    <>
      <div className="page-head">
        <h1>市场、楼宇、园区</h1>
        <span className="muted">成片的小微企业，通过管理方一起管。</span>
        <span className="grow" />
        {may("create_cluster") && (
          <Button type="primary" onClick={() => setEditing("new")}>
            新增
          </Button>
        )}
      </div>
      <div className="bar">
        <Input.Search key={q} defaultValue={q} allowClear placeholder="名称" style={{ maxWidth: 300 }} onSearch={(text) => setParams(text.trim() ? { q: text.trim() } : {})} />
      </div>
      <RecordTable<Cluster>
        error={clusters.error}
        loading={clusters.isPending}
        dataSource={clusters.data?.items ?? []}
        empty={q ? "没有这个名称的市场、楼宇或园区。" : "还没有登记。新增以后，在企业名单中选中企业，点“加入市场、园区”。"}
        columns={[
          { title: "名称", width: 220, render: (_, row) => <Link to={`/enterprises?cluster=${row.id}`}>{row.name}</Link> },
          { title: "类别", dataIndex: "kind_label", width: 70 },
          { title: "企业数", width: 80, align: "right", render: (_, row) => <Link to={`/enterprises?cluster=${row.id}`}>{count(row.members)}</Link> },
          { title: "所在地区", width: 140, render: (_, row) => nearName(row.region_name, session.region.name) },
          { title: "地址", dataIndex: "address", width: 220 },
          { title: "管理方", dataIndex: "manager", width: 140 },
          { title: "电话", dataIndex: "manager_phone", width: 120 },
          {
            title: "",
            width: 130,
            render: (_, row) => (
              <Space>
                {may("update_cluster") && (
                  <Button size="small" onClick={() => setEditing({ city: row.city, id: row.id })}>
                    修改
                  </Button>
                )}
                {may("delete_cluster") && row.members === 0 && (
                  <Popconfirm title={`删除“${row.name}”？`} okText="删除" cancelText="取消" onConfirm={() => remove.mutate(row)}>
                    <Button size="small">删除</Button>
                  </Popconfirm>
                )}
              </Space>
            ),
          },
        ]}
      />
      {(cursor || clusters.data?.next) && <Pager back={cursor ? () => void navigate(-1) : null} next={clusters.data?.next ? () => setParams({ ...(q ? { q } : {}), cursor: clusters.data.next ?? "" }) : null} />}
      {editing === "new" && <ClusterForm onClose={() => setEditing(null)} />}
      {editing !== null && editing !== "new" && <ClusterEditor {...editing} onClose={() => setEditing(null)} />}
    </>
  );
}

function ClusterEditor({ city, id, onClose }: { city: string; id: string; onClose: () => void }) {
  // lists hide the phone; the form needs it
  const cluster = useQuery({ queryKey: ["clusters", "one", city, id], queryFn: () => ask(api.GET("/api/clusters/{city}/{id}", { params: { path: { city, id } } })), gcTime: 0 });
  return cluster.data ? <ClusterForm cluster={cluster.data} onClose={onClose} /> : null;
}

function ClusterForm({ cluster, place, onClose, onMade }: { cluster?: Cluster; place?: string; onClose: () => void; onMade?: (made: Cluster) => void }) {
  const session = useSession();
  const queries = useQueryClient();
  const { message } = App.useApp();
  const [form] = Form.useForm<Schemas["ClusterForm"]>();
  const own = session.region.code.length === 9 ? session.region.code : undefined;
  const save = useMutation({
    mutationFn: (said: Schemas["ClusterForm"]) =>
      cluster
        ? ask(api.PUT("/api/clusters/{city}/{id}", { params: { path: { city: cluster.city, id: cluster.id } }, body: { ...said, version: cluster.version } }))
        : ask(api.POST("/api/clusters", { body: said })),
    onSuccess: (made) => {
      void message.success("已保存。");
      void queries.invalidateQueries({ queryKey: ["clusters"] });
      onMade?.(made);
      onClose();
    },
    onError: (error) => {
      form.setFields(formProblems(error).map(({ name, errors }) => ({ name: name as keyof Schemas["ClusterForm"], errors })));
      void message.error(error instanceof ApiError && error.code === "conflict.version" ? "别人刚改过，请关闭后重新打开再改。" : sentence(error));
    },
  });
  return (
    <Modal open title={cluster ? `修改“${cluster.name}”` : "新增市场、楼宇、园区、街区"} okText="保存" cancelText="取消" okButtonProps={{ loading: save.isPending }} onOk={() => form.submit()} onCancel={onClose}>
      <Form form={form} layout="vertical" requiredMark={false} initialValues={cluster ?? { kind: "market", town: place ?? own }} onFinish={(said) => save.mutate(said)}>
        <Form.Item name="kind" label="类别">
          <Segmented options={KINDS} />
        </Form.Item>
        <Form.Item name="name" label="名称" rules={[{ required: true, whitespace: true, message: "请填写名称。" }]}>
          <Input maxLength={100} placeholder="如：外砂小商品市场" />
        </Form.Item>
        <Form.Item name="town" label="所在区县、镇街" rules={[{ required: true, min: 6, message: "请选择区县或镇街。" }]}>
          <RegionPicker root={session.region.code} placeholder="选择到镇街；跨镇街的选到区县" />
        </Form.Item>
        <Form.Item name="address" label="地址">
          <Input maxLength={200} />
        </Form.Item>
        <Form.Item name="manager" label="管理方（单位或负责人）">
          <Input maxLength={100} />
        </Form.Item>
        <Form.Item name="manager_phone" label="电话">
          <Input maxLength={40} inputMode="tel" />
        </Form.Item>
        <Form.Item name="note" label="备注">
          <LongText maxLength={500} rows={1} />
        </Form.Item>
      </Form>
    </Modal>
  );
}

/** Puts the chosen enterprises into a cluster, or takes them out of theirs. */
export function ClusterDialog({ rows, onClose, onDone }: { rows: Row[]; onClose: () => void; onDone?: () => void }) {
  const may = useMay();
  const queries = useQueryClient();
  const { message } = App.useApp();
  const [making, setMaking] = useState(false);
  const [q, setQ] = useState("");
  const county = commonPlace(rows).slice(0, 6);
  const clusters = useQuery({
    queryKey: ["clusters", "pick", county, q],
    queryFn: () => ask(api.GET("/api/clusters", { params: { query: { region: county, limit: 20, ...(q ? { q } : {}) } } })),
    placeholderData: keepPreviousData,
  });
  const put = useMutation({
    mutationFn: (cluster: string | null) => ask(api.POST("/api/enterprises/cluster", { body: { items: itemsOf(rows), cluster } })),
    onSuccess: ({ changed }, cluster) => {
      void message.success(changed === 0 ? "没有变化。" : cluster ? `${changed} 家企业已加入。` : `${changed} 家企业已移出。`);
      for (const key of ["enterprises", "enterprise", "clusters"]) void queries.invalidateQueries({ queryKey: [key] });
      onDone?.();
      onClose();
    },
    onError: (error) => void message.error(sentence(error)),
  });
  const fitting = clusters.data?.items ?? [];
  return (
    <Modal open title={`将 ${rows.length} 家企业加入市场、园区`} footer={null} onCancel={onClose}>
      <Space.Compact style={{ width: "100%", marginBottom: 12 }}>
        <Input.Search allowClear placeholder="按名称查找" onSearch={(text) => setQ(text.trim())} />
        {may("create_cluster") && <Button onClick={() => setMaking(true)}>新增…</Button>}
      </Space.Compact>
      <Space orientation="vertical" style={{ width: "100%" }}>
        {fitting.map((own) => (
          <Button key={own.id} block style={{ textAlign: "left", height: "auto", whiteSpace: "normal" }} loading={put.isPending} onClick={() => put.mutate(own.id)}>
            {own.name}
            <span className="muted">
              　{own.kind_label}　{own.members} 家　{own.address ?? ""}
            </span>
          </Button>
        ))}
        {clusters.isSuccess && fitting.length === 0 && <span className="muted">这个区县还没有{q ? "这个名称的" : ""}市场或园区，请新增。</span>}
        {rows.some((row) => row["cluster"]) && (
          <Button block danger loading={put.isPending} onClick={() => put.mutate(null)}>
            移出现在的市场、园区
          </Button>
        )}
      </Space>
      {making && <ClusterForm place={commonPlace(rows)} onClose={() => setMaking(false)} onMade={(made) => put.mutate(made.id)} />}
    </Modal>
  );
}
