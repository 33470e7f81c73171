import { PlusOutlined } from "@ant-design/icons";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { App, Button, Form, Input, Modal, Popconfirm, Select, Space, Tag } from "antd";
import { useState } from "react";
import { useSearchParams } from "react-router";

import { type Schemas, api, ask } from "../../api/client";
import { useMay, useSession } from "../../app/session";
import { Pager } from "../../parts/Pager";
import { RecordTable } from "../../parts/RecordTable";
import { RegionPicker } from "../../parts/RegionPicker";
import { put, readFilters } from "../../parts/filters";
import { formProblems, sentence } from "../../parts/problem";

type Agency = Schemas["AgencyView"];

const KINDS: [string, string][] = [
  ["bureau", "安监局"],
  ["committee", "安委会办公室"],
  ["town_office", "镇街安监办"],
  ["department", "行业主管部门"],
];
/** Supervised sectors, as the law's module names them. */
const SECTORS: [string, string][] = [
  ["non_coal_mine", "非煤矿山"],
  ["hazardous_chemicals", "危险化学品"],
  ["fireworks", "烟花爆竹"],
  ["construction", "建筑施工"],
  ["road_transport", "道路运输"],
  ["water_transport", "水上运输"],
  ["metallurgy", "冶金有色"],
  ["building_materials", "建材"],
  ["machinery", "机械"],
  ["light_industry", "轻工"],
  ["textile", "纺织"],
  ["tobacco", "烟草"],
  ["trade", "商贸"],
  ["utilities", "电力、燃气及水务"],
  ["fishery", "农林渔业"],
  ["public_place", "人员密集场所"],
  ["other", "其他"],
];
const LABELS = new Map(SECTORS);

export default function Agencies() {
  const session = useSession();
  const may = useMay();
  const { message } = App.useApp();
  const queries = useQueryClient();
  const [params, setParams] = useSearchParams();
  const filters = readFilters(params, ["region", "q"]);
  const [cursors, setCursors] = useState<string[]>([]);
  const [open, setOpen] = useState<Agency | "new" | null>(null);
  const cursor = cursors.at(-1);
  const agencies = useQuery({
    queryKey: ["agencies", filters, cursor],
    queryFn: () => ask(api.GET("/api/agencies", { params: { query: { limit: 50, ...filters, ...(cursor ? { cursor } : {}) } } })),
  });
  const again = () => void queries.invalidateQueries({ queryKey: ["agencies"] });
  const narrow = (name: string, value: string | undefined) => {
    setCursors([]);
    setParams(put(filters, name, value));
  };
  const remove = useMutation({
    mutationFn: ({ city, id }: Agency) => ask(api.DELETE("/api/agencies/{city}/{id}", { params: { path: { city, id } } })),
    onSuccess: again,
    onError: (error) => void message.error(sentence(error)),
  });
  const keeps = may("create_agency");
  return (
    <>
      <div className="page-head">
        <h1>机构</h1>
        <span className="muted">安监局、安委办、镇街安监办和行业主管部门，账号归属于机构</span>
        <span className="grow" />
        {keeps && (
          <Button type="primary" icon={<PlusOutlined />} onClick={() => setOpen("new")}>
            新增机构
          </Button>
        )}
      </div>
      <div className="bar">
        <Input.Search placeholder="机构名称" allowClear defaultValue={filters["q"] ?? ""} onSearch={(text) => narrow("q", text.trim())} style={{ width: 240 }} />
        <div style={{ width: 230 }}>
          <RegionPicker root={session.region.code} value={filters["region"]} onChange={(code) => narrow("region", code)} placeholder={session.region.name} />
        </div>
      </div>
      <RecordTable<Agency>
        error={agencies.error}
        loading={agencies.isPending}
        dataSource={agencies.data?.items ?? []}
        empty={filters["q"] || filters["region"] ? "没有符合条件的机构，请放宽条件。" : keeps ? "还没有机构。请先新增本级安监局，再新增各镇街安监办。" : "本辖区还没有登记机构，请联系系统管理员。"}
        columns={[
          { title: "名称", dataIndex: "name" },
          { title: "类别", render: (_, row) => <Tag>{row.kind_label}</Tag> },
          { title: "所在地区", dataIndex: "region_name" },
          { title: "监管领域", render: (_, row) => (row.sectors.length === 0 ? <span className="muted">综合监管</span> : row.sectors.map((sector) => LABELS.get(sector) ?? sector).join("、")) },
          { title: "电话", render: (_, row) => row.phone ?? <span className="muted">未填</span> },
          ...(keeps
            ? [
                {
                  title: "",
                  render: (_: unknown, row: Agency) => (
                    <Space>
                      <Button size="small" onClick={() => setOpen(row)}>修改</Button>
                      <Popconfirm title={`删除“${row.name}”？`} description="还有账号或企业属于它时不能删除。" okText="删除" cancelText="取消" onConfirm={() => remove.mutate(row)}>
                        <Button size="small">删除</Button>
                      </Popconfirm>
                    </Space>
                  ),
                },
              ]
            : []),
        ]}
      />
      <Pager back={cursors.length > 0 ? () => setCursors(cursors.slice(0, -1)) : null} next={agencies.data?.next ? () => setCursors([...cursors, agencies.data.next ?? ""]) : null} />
      {open && (
        <Editor
          agency={open === "new" ? null : open}
          onClose={() => setOpen(null)}
          onSaved={() => {
            setOpen(null);
            again();
          }}
        />
      )}
    </>
  );
}

interface Fields {
  name: string;
  kind: string;
  region: string;
  sectors?: string[];
  phone?: string | null;
}

function Editor({ agency, onClose, onSaved }: { agency: Agency | null; onClose: () => void; onSaved: () => void }) {
  const session = useSession();
  const { message } = App.useApp();
  const [form] = Form.useForm<Fields>();
  const kind = Form.useWatch("kind", form) ?? agency?.kind;
  const save = useMutation({
    mutationFn: (fields: Fields) => {
      const body = { ...fields, sectors: fields.kind === "department" ? (fields.sectors ?? []) : [], phone: fields.phone ?? null };
      return agency
        ? ask(api.PUT("/api/agencies/{city}/{id}", { params: { path: { city: agency.city, id: agency.id } }, body: { ...body, version: agency.version } }))
        : ask(api.POST("/api/agencies", { body }));
    },
    onSuccess: onSaved,
    onError: (error) => {
      form.setFields(formProblems(error).map(({ name, errors }) => ({ name: name as keyof Fields, errors })));
      void message.error(sentence(error));
    },
  });
  return (
    <Modal open title={agency ? "修改机构" : "新增机构"} okText="保存" cancelText="取消" onCancel={onClose} onOk={() => form.submit()} okButtonProps={{ loading: save.isPending }}>
      <Form<Fields>
        form={form}
        layout="vertical"
        requiredMark={false}
        onFinish={(fields) => save.mutate(fields)}
        initialValues={agency ?? { kind: "town_office", region: session.region.code }}
      >
        <Form.Item name="kind" label="类别" rules={[{ required: true, message: "请选择类别" }]}>
          <Select options={KINDS.map(([value, label]) => ({ value, label }))} />
        </Form.Item>
        <Form.Item name="name" label="名称" rules={[{ required: true, message: "请填写机构名称" }]}>
          <Input maxLength={60} placeholder="例如：金平区应急管理局" />
        </Form.Item>
        <Form.Item name="region" label="所在地区" rules={[{ required: true, message: "请选择所在地区" }]}>
          <RegionPicker root={session.region.code} clearable={false} />
        </Form.Item>
        {kind === "department" && (
          <Form.Item name="sectors" label="监管领域" rules={[{ required: true, message: "请至少选择一个监管领域" }]}>
            <Select mode="multiple" options={SECTORS.map(([value, label]) => ({ value, label }))} />
          </Form.Item>
        )}
        <Form.Item name="phone" label="电话">
          <Input inputMode="tel" />
        </Form.Item>
      </Form>
    </Modal>
  );
}
