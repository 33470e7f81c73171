import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Alert, App, DatePicker, Form, Input, Modal } from "antd";
import type { Dayjs } from "dayjs";

import { api, ask } from "../../api/client";
import { useSession } from "../../app/session";
import { RegionPicker } from "../../parts/RegionPicker";
import { formProblems, sentence } from "../../parts/problem";
import { COMMON, worded } from "./columns";

interface Values {
  region: string;
  source: string;
  valid_from: Dayjs;
  valid_to?: Dayjs;
  note?: string;
  cells: Record<string, string>;
}

/** Lays a city's own row over a national one: begins with that row's cells, asks for document and days. */
export function NewLocalRow({ table, keys, base, words, onClose }: { table: string; keys: string[]; base: Record<string, string>; words: Record<string, string>; onClose: () => void }) {
  const session = useSession();
  const queries = useQueryClient();
  const { message } = App.useApp();
  const [form] = Form.useForm<Values>();
  const columns = Object.keys(base).filter((column) => !COMMON.includes(column));
  const own = Object.fromEntries(columns.map((column) => [column, base[column] ?? ""]));
  const save = useMutation({
    mutationFn: (values: Values) =>
      ask(
        api.POST("/api/law-tables/{name}/rows", {
          params: { path: { name: table } },
          body: {
            region: values.region,
            source: values.source,
            note: values.note ?? null,
            valid_from: values.valid_from.format("YYYY-MM-DD"),
            valid_to: values.valid_to?.format("YYYY-MM-DD") ?? null,
            cells: values.cells as Record<string, never>,
          },
        }),
      ),
    onSuccess: () => {
      void queries.invalidateQueries({ queryKey: ["law-table", table] });
      void message.success("本地规定已录入，自起始日期起按它计算。");
      onClose();
    },
    onError: (error) => {
      const problems = formProblems(error);
      form.setFields(problems.map(({ name, errors }) => ({ name: name in own ? ["cells", name] : name, errors })) as Parameters<typeof form.setFields>[0]);
      void message.error(sentence(error));
    },
  });
  return (
    <Modal open width={680} title="设本地规定" okText="保存" cancelText="取消" confirmLoading={save.isPending} onCancel={onClose} onOk={() => void form.validateFields().then((values) => save.mutate(values))}>
      <Alert type="info" style={{ marginBottom: 12 }} title="在所选地区和日期内，本行代替全国规定中的同一项；计算结果会注明这里填写的文号。" />
      <Form form={form} layout="vertical" initialValues={{ region: session.region.code, cells: own }}>
        <div className="fields tight">
          <Form.Item name="region" label="适用地区" rules={[{ required: true, message: "请选择市或区县" }]}>
            <RegionPicker root={session.city} clearable={false} />
          </Form.Item>
          <Form.Item name="source" label="文号条款" rules={[{ required: true, whitespace: true, message: "请填写文号" }]}>
            <Input placeholder="如 汕府办〔2026〕1号 第三条" />
          </Form.Item>
          <Form.Item name="valid_from" label="起始日期" rules={[{ required: true, message: "请选择起始日期" }]}>
            <DatePicker style={{ width: "100%" }} />
          </Form.Item>
          <Form.Item name="valid_to" label="终止日期" extra="仍然有效的不填">
            <DatePicker style={{ width: "100%" }} />
          </Form.Item>
          {columns.map((column) => (
            <Form.Item key={column} name={["cells", column]} label={worded(words, column)} extra={keys.includes(column) ? "指明是哪一项，一般不改" : undefined}>
              <Input />
            </Form.Item>
          ))}
          <Form.Item name="note" label="说明">
            <Input />
          </Form.Item>
        </div>
      </Form>
    </Modal>
  );
}
