import { useMutation } from "@tanstack/react-query";
import { Alert, App, Button, Checkbox, Form, Input, Modal, Popconfirm, Select, Space, Tag } from "antd";
import dayjs from "dayjs";
import { Link } from "react-router";

import { ApiError, type Schemas, api, ask } from "../../api/client";
import { LongText } from "../../parts/LongText";
import { formProblems, sentence } from "../../parts/problem";
import { UploadButton } from "../../parts/UploadButton";
import { SEVERITY } from "../cases/words";
import { useLawTable } from "../law/use";
import { type Finding, type Visit, useRefresh } from "./use";

type Item = Schemas["ChecklistItem"];

interface Values {
  item?: string;
  content: string;
  place?: string;
  basis?: string;
  category?: string;
  criteria?: string[];
  facts?: string[];
}

const FACTS = [
  { value: "fixed", label: "检查时当场改正" },
  { value: "needs_stop", label: "须停产停业、经过一定时间整改" },
  { value: "beyond_own_power", label: "因外部因素，企业自身难以排除" },
];

/** What was found at a visit; while it is open it is set right, taken out, photographed. */
export function Findings({ visit, open, onEdit }: { visit: Visit; open: boolean; onEdit: (finding: Finding) => void }) {
  const { city, id } = visit.visit;
  const refresh = useRefresh();
  const { message } = App.useApp();
  const remove = useMutation({
    mutationFn: (own: Finding) => ask(api.DELETE("/api/visits/{city}/{id}/findings/{finding}", { params: { path: { city, id, finding: own.id }, query: { version: own.version } } })),
    onSuccess: refresh,
    onError: (error) => {
      void message.error(sentence(error));
      void refresh();
    },
  });
  if (visit.findings.length === 0) return <p className="muted">{open ? "还没有记录问题。检查表里选“不符合”后点“记录问题”，或者直接点“记录问题”。" : "没有发现问题。"}</p>;
  return (
    <>
      {visit.findings.map((own) => (
        <div key={own.id} className="finding">
          <div>
            <b>{own.serial}. {own.content}</b>
          </div>
          <div>
            <Tag color={SEVERITY[own.severity]?.[1] ?? "default"}>{SEVERITY[own.severity]?.[0]}隐患</Tag>
            {own.fixed && <Tag color="green">当场改正</Tag>}
            {" "}
            <span className="muted">{[own.place, own.basis].filter(Boolean).join("　")}</span>
            {own.danger && <>　<Link to={`/dangers/${city}/${own.danger}`}>查看整改情况</Link></>}
          </div>
          <Photos visit={visit} finding={own} open={open} />
          {open && (
            <Space>
              <Button size="small" onClick={() => onEdit(own)}>修改</Button>
              <Popconfirm title="删除这个问题和它的照片？" okText="删除" cancelText="不删" onConfirm={() => remove.mutate(own)}>
                <Button size="small" danger>删除</Button>
              </Popconfirm>
            </Space>
          )}
        </div>
      ))}
    </>
  );
}

function Photos({ visit, finding, open }: { visit: Visit; finding: Finding; open: boolean }) {
  const { city, id } = visit.visit;
  const refresh = useRefresh();
  return (
    <div className="finding-photos">
      {finding.photos.map((photo) => (
        <a key={photo.id} href={`/api/visit-photos/${photo.city}/${photo.id}`} target="_blank" rel="noreferrer" title={photo.name}>
          <img src={`/api/visit-photos/${photo.city}/${photo.id}`} alt={photo.name} loading="lazy" />
        </a>
      ))}
      {open && <UploadButton address={`/api/visits/${city}/${id}/findings/${finding.id}/photos`} label="拍照" name={`第 ${finding.serial} 个问题的照片`} accept="image/png,image/jpeg" camera onDone={() => void refresh()} />}
    </div>
  );
}

/** The dialog in which something found is written down or set right. */
export function FindingDialog({ visit, item, finding, onClose }: { visit: Visit; item?: Item | undefined; finding?: Finding | undefined; onClose: () => void }) {
  const { city, id } = visit.visit;
  const refresh = useRefresh();
  const { message } = App.useApp();
  const [form] = Form.useForm<Values>();
  const today = dayjs().format("YYYY-MM-DD");
  const categories = useLawTable("danger-category", today);
  const criteria = useLawTable("danger-criterion", today);
  const save = useMutation({
    mutationFn: (values: Values) => {
      const yes = (name: string) => values.facts?.includes(name) ?? false;
      const body = {
        item: values.item ?? null,
        content: values.content,
        place: values.place ?? null,
        basis: values.basis ?? null,
        category: values.category ?? null,
        criteria: values.criteria ?? [],
        fixed: yes("fixed"),
        needs_stop: yes("needs_stop"),
        beyond_own_power: yes("beyond_own_power"),
      };
      return finding
        ? ask(api.PATCH("/api/visits/{city}/{id}/findings/{finding}", { params: { path: { city, id, finding: finding.id } }, body: { ...body, version: finding.version } }))
        : ask(api.POST("/api/visits/{city}/{id}/findings", { params: { path: { city, id } }, body }));
    },
    onSuccess: async (kept) => {
      await refresh();
      void message.success(kept.severity === "major" ? "已记录，判定为重大隐患。" : "已记录。可以继续拍照。");
      onClose();
    },
    onError: (error) => {
      form.setFields(formProblems(error).map((problem) => ({ name: ["fixed", "needs_stop", "beyond_own_power"].includes(problem.name) ? "facts" : (problem.name as keyof Values), errors: problem.errors })));
      if (error instanceof ApiError && error.status === 409) void refresh();
    },
  });
  const choose = (code: string | undefined) => {
    const own = visit.items.find((known) => known.code === code);
    if (own) form.setFieldsValue({ basis: own.basis, category: own.category });
  };
  const given = (name: "fixed" | "needs_stop" | "beyond_own_power") => finding?.[name] ?? false;
  return (
    <Modal open title={finding ? "修改问题" : "记录问题"} okText="保存" cancelText="取消" okButtonProps={{ loading: save.isPending }} onOk={() => form.submit()} onCancel={onClose}>
      <Form<Values>
        form={form}
        layout="vertical"
        initialValues={{
          item: finding?.item ?? item?.code,
          content: finding?.content ?? "",
          place: finding?.place ?? undefined,
          basis: finding?.basis ?? item?.basis,
          category: finding?.category ?? item?.category,
          criteria: finding?.criteria ?? [],
          facts: FACTS.map((fact) => fact.value).filter((name) => given(name as "fixed")),
        }}
        onFinish={(values) => save.mutate(values)}
      >
        {item && <p className="muted">检查项目：{item.content}</p>}
        <Form.Item name="content" label="发现的问题" rules={[{ required: true, message: "请写明发现的问题。" }]}>
          <LongText maxLength={1000} placeholder="如：二楼注塑车间东侧安全出口上锁" />
        </Form.Item>
        <Form.Item name="place" label="部位">
          <Input maxLength={100} placeholder={visit.visit.place} />
        </Form.Item>
        {visit.items.length > 0 && (
          <Form.Item name="item" label="对应的检查项目">
            <Select allowClear showSearch={{ optionFilterProp: "label" }} onChange={choose} placeholder="没有对应的就不选" options={visit.items.map((own) => ({ value: own.code, label: `${own.unit}：${own.content}` }))} />
          </Form.Item>
        )}
        <Form.Item name="basis" label="依据">
          <Input maxLength={200} placeholder="违反的法律、法规、标准条款" />
        </Form.Item>
        <Form.Item name="category" label="隐患类别">
          <Select allowClear showSearch={{ optionFilterProp: "label" }} options={categories.map((row) => ({ value: row["code"] ?? "", label: `${row["group_name"] ?? ""}：${row["name"] ?? ""}` }))} />
        </Form.Item>
        <Form.Item name="facts" label="整改情况（据此判定一般或者重大）">
          <Checkbox.Group options={FACTS} />
        </Form.Item>
        <Form.Item name="criteria" label="符合的重大隐患判定标准">
          <Select mode="multiple" allowClear showSearch={{ optionFilterProp: "label" }} placeholder="没有就不填" options={criteria.map((row) => ({ value: row["code"] ?? "", label: `${row["set_name"] ?? ""}：${row["text"] ?? ""}` }))} />
        </Form.Item>
      </Form>
      {save.isError && <Alert type="error" showIcon title={sentence(save.error)} />}
    </Modal>
  );
}
