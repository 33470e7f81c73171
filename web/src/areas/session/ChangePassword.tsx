import { useQueryClient } from "@tanstack/react-query";
import { Alert, App, Button, Form, Input } from "antd";
import { useState } from "react";

import { api, ask } from "../../api/client";
import { formProblems, sentence } from "../../parts/problem";

interface Values {
  old: string;
  new: string;
  again: string;
}

export function PasswordForm({ onDone }: { onDone: () => void }) {
  const [form] = Form.useForm<Values>();
  const [error, setError] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);
  const change = async (values: Values) => {
    setBusy(true);
    setError(null);
    try {
      await ask(api.POST("/api/password", { body: { old: values.old, new: values.new } }));
      form.resetFields();
      onDone();
    } catch (problem) {
      const fields = formProblems(problem);
      form.setFields(fields.map(({ name, errors }) => ({ name: name as keyof Values, errors })));
      if (fields.length === 0) setError(sentence(problem));
    } finally {
      setBusy(false);
    }
  };
  return (
    <Form<Values> form={form} layout="vertical" onFinish={(values) => void change(values)} requiredMark={false} style={{ maxWidth: 360 }}>
      {error && <Alert type="error" showIcon title={error} style={{ marginBottom: 16 }} />}
      <Form.Item name="old" label="原密码" rules={[{ required: true, message: "请输入原密码" }]}>
        <Input.Password autoComplete="current-password" />
      </Form.Item>
      <Form.Item name="new" label="新密码" extra="至少 10 位，包含大小写字母、数字、符号中的三种" rules={[{ required: true, message: "请输入新密码" }]}>
        <Input.Password autoComplete="new-password" />
      </Form.Item>
      <Form.Item
        name="again"
        label="再输一次新密码"
        dependencies={["new"]}
        rules={[
          { required: true, message: "请再输一次" },
          ({ getFieldValue }) => ({
            validator: (_, value) => (value === getFieldValue("new") ? Promise.resolve() : Promise.reject(new Error("两次输入不一致"))),
          }),
        ]}
      >
        <Input.Password autoComplete="new-password" />
      </Form.Item>
      <Button type="primary" htmlType="submit" loading={busy}>
        保存新密码
      </Button>
    </Form>
  );
}

/** The page of those who must change their password before anything else. */
export function ChangePassword({ forced }: { forced: boolean }) {
  const queries = useQueryClient();
  const { message } = App.useApp();
  return (
    <main className="gate">
      <div className="gate-card">
        <h1>修改密码</h1>
        {forced && <p>这是首次登录或密码已被重置。请换成只有您自己知道的密码。</p>}
        <PasswordForm
          onDone={() => {
            void message.success("密码已修改。");
            void queries.invalidateQueries({ queryKey: ["session"] });
          }}
        />
      </div>
    </main>
  );
}
