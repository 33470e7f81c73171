import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { App, Form, Input, InputNumber, Modal, Select } from "antd";
import { useNavigate } from "react-router";

import { type Row, api, ask } from "../../api/client";
import { useMay, useSession } from "../../app/session";
import { RegionPicker } from "../../parts/RegionPicker";
import { formProblems, sentence } from "../../parts/problem";
import { ChooseRecords } from "../archive/ChooseRecords";
import { asQuery } from "./use";

interface Said {
  name: string;
  town: string;
  address: string;
  staff?: number | null;
  own_staff?: number | null;
  records?: string[];
  things?: string[];
  reason: string;
}

/** Chosen by section, in a field of their own. */
const RECORDS = "档案记录";

/** What of the enterprise's other things belongs to the second premises: dangers, hazard sources, monitoring points, visits, penalties. */
function ChooseThings({ record, value, onChange }: { record: Row; value?: string[]; onChange?: (things: string[]) => void }) {
  const found = useQuery({
    queryKey: ["belongings", record.city, record.id],
    queryFn: () => ask(api.GET("/api/enterprises/{city}/{id}/belongings", { params: { path: { city: record.city, id: record.id } } })),
  });
  const rows = (found.data ?? []).filter((own) => own.kind !== RECORDS);
  const groups = [...new Set(rows.map((own) => own.kind))].map((kind) => {
    const own = rows.filter((row) => row.kind === kind);
    return { label: `${kind}（${own.length}）`, options: own.map((row) => ({ value: row.id, label: `${kind}：${row.called}（${row.made_on} 登记）` })) };
  });
  return (
    <Select
      mode="multiple"
      allowClear
      aria-label="划给第二处的其他资料"
      style={{ width: "100%" }}
      placeholder={found.isSuccess && rows.length === 0 ? "没有其他资料" : "选填：隐患、重大危险源、监测点、检查、处罚等"}
      loading={found.isPending}
      optionFilterProp="label"
      maxTagCount={6}
      options={groups}
      value={value ?? []}
      onChange={(chosen) => onChange?.(chosen)}
    />
  );
}

/** Splits a record that covers two premises into two. */
export function SplitDialog({ record, onClose }: { record: Row; onClose: () => void }) {
  const session = useSession();
  const may = useMay();
  const navigate = useNavigate();
  const queries = useQueryClient();
  const { message } = App.useApp();
  const [form] = Form.useForm<Said>();
  const split = useMutation({
    mutationFn: ({ name, town, address, staff, own_staff, records, things, reason }: Said) => {
      const changes = { name, address, ...(staff === null || staff === undefined ? {} : { staff }) };
      const own = own_staff === null || own_staff === undefined || own_staff === record["staff"] ? {} : { staff: own_staff };
      return ask(
        api.POST("/api/enterprises/{city}/{id}/split", {
          params: { path: { city: record.city, id: record.id } },
          body: { version: record.version, town, changes: asQuery(changes as unknown as Record<string, string>), own: asQuery(own as unknown as Record<string, string>), records: [...(records ?? []), ...(things ?? [])], reason },
        }),
      );
    },
    onSuccess: (both) => {
      const second = both.second as unknown as Row;
      void message.success("已拆分，新的一份登记为原企业的分支。拆错了可以在“重复档案—合并、拆分记录”中撤销。");
      for (const key of ["mergers", "enterprise", "enterprises"]) void queries.invalidateQueries({ queryKey: [key] });
      onClose();
      void navigate(`/enterprises/${second.city}/${second.id}`);
    },
    onError: (error) => {
      form.setFields(formProblems(error).map(({ name, errors }) => ({ name: name as keyof Said, errors })));
      void message.error(sentence(error));
    },
  });
  return (
    <Modal open title="拆分成两份档案" okText="拆分" cancelText="取消" okButtonProps={{ loading: split.isPending }} onOk={() => form.submit()} onCancel={onClose}>
      <p className="muted">一份档案其实是两处场所时使用。第二处沿用原档案的人员、行业等内容，证照编码留给原档案。</p>
      <Form form={form} layout="vertical" requiredMark={false} initialValues={{ name: `${String(record["name"])}（二厂）`, town: record.town.length === 9 ? record.town : undefined, own_staff: record["staff"] as number | null }} onFinish={(said) => split.mutate(said)}>
        <Form.Item name="name" label="第二处的名称" rules={[{ required: true, whitespace: true, message: "请填写名称。" }]}>
          <Input maxLength={200} />
        </Form.Item>
        <Form.Item name="town" label="第二处所在镇街" rules={[{ required: true, len: 9, message: "请选到镇或街道。" }]}>
          <RegionPicker root={session.region.code} placeholder="选择到镇、街道" />
        </Form.Item>
        <Form.Item name="address" label="第二处的地址" rules={[{ required: true, whitespace: true, message: "请填写地址。" }]}>
          <Input maxLength={200} />
        </Form.Item>
        <div className="fields" style={{ gridTemplateColumns: "1fr 1fr" }}>
          <Form.Item name="staff" label="第二处从业人数">
            <InputNumber style={{ width: "100%" }} min={0} precision={0} />
          </Form.Item>
          <Form.Item name="own_staff" label="原场所从业人数">
            <InputNumber style={{ width: "100%" }} min={0} precision={0} />
          </Form.Item>
        </div>
        {may("find_archive") && may("list_records") && (
          <Form.Item name="records" label="划给第二处的档案记录" extra="连同附件和核实情况一起划过去；其余的留在原档案。">
            <ChooseRecords place={{ city: record.city, id: record.id, asOf: undefined }} />
          </Form.Item>
        )}
        {may("list_belongings") && (
          <Form.Item name="things" label="划给第二处的其他资料" extra="与它相连的一起划过去，如隐患的照片、危险源的备案、检查的文书。">
            <ChooseThings record={record} />
          </Form.Item>
        )}
        <Form.Item name="reason" label="原因" rules={[{ required: true, whitespace: true, message: "请写明原因。" }]}>
          <Input maxLength={200} placeholder="如：两处厂房分开监管" />
        </Form.Item>
      </Form>
    </Modal>
  );
}
