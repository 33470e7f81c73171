import { useMutation } from "@tanstack/react-query";
import { Alert, App, Button, Form, Space } from "antd";
import { useState } from "react";
import { useNavigate } from "react-router";

import { ApiError, type Row, api, ask } from "../../api/client";
import { useSession } from "../../app/session";
import { RegionPicker } from "../../parts/RegionPicker";
import { formProblems, sentence } from "../../parts/problem";
import { RecordForm, type Values, changesOf } from "./RecordForm";
import { asQuery, useFields } from "./use";

/** A record by hand: an enterprise that is in no list, or a workshop without any licence. */
export default function NewEnterprise() {
  const session = useSession();
  const navigate = useNavigate();
  const { message } = App.useApp();
  const fields = useFields();
  const [form] = Form.useForm<Values>();
  const [town, setTown] = useState<string | undefined>(session.region.code.length === 9 ? session.region.code : undefined);
  const [twin, setTwin] = useState<string | null>(null);
  const make = useMutation({
    mutationFn: async (anyway: boolean) => {
      const changes = changesOf(fields.data ?? [], {}, form.getFieldsValue());
      return (await ask(api.POST("/api/enterprises", { body: { town: town ?? "", anyway, changes: asQuery(changes as Record<string, string>) } }))) as unknown as Row;
    },
    onSuccess: (record) => {
      void message.success("已新增。");
      void navigate(`/enterprises/${record.city}/${record.id}`);
    },
    onError: (error) => {
      if (error instanceof ApiError && error.code === "enterprise.same_name") {
        setTwin(error.message);
        return;
      }
      form.setFields(formProblems(error).map(({ name, errors }) => ({ name, errors })));
      void message.error(sentence(error));
    },
  });
  const submit = async (anyway: boolean) => {
    try {
      await form.validateFields();
    } catch {
      void message.error("有内容填写不正确，请按提示修改。");
      return;
    }
    if (town?.length === 9) make.mutate(anyway);
    else void message.error("请选择企业所在的镇街。");
  };
  return (
    <>
      <div className="page-head">
        <h1>新增企业</h1>
        <span className="muted">没有营业执照的作坊也应登记，信用代码留空即可。</span>
      </div>
      <div className="panel">
        <h2>所在镇街</h2>
        <div style={{ maxWidth: 360 }}>
          <RegionPicker root={session.region.code} value={town} onChange={setTown} placeholder="选择到镇、街道" />
        </div>
      </div>
      <RecordForm form={form} fields={(fields.data ?? []).filter((field) => !["former_names", "status_on", "status_reason"].includes(field.name))} />
      {twin && (
        <Alert
          type="warning"
          showIcon
          style={{ marginBottom: 12 }}
          title={twin}
          action={
            <Button size="small" onClick={() => void submit(true)}>
              仍然新增
            </Button>
          }
        />
      )}
      <Space>
        <Button type="primary" loading={make.isPending} onClick={() => void submit(false)}>
          保存
        </Button>
        <Button onClick={() => void navigate(-1)}>取消</Button>
      </Space>
    </>
  );
}
