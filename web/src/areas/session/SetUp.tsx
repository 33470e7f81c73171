import { useQueryClient } from "@tanstack/react-query";
import { Alert, Button, Form, Input } from "antd";
import { useState } from "react";

import { api, ask } from "../../api/client";
import { RegionPicker } from "../../parts/RegionPicker";
import { formProblems, sentence } from "../../parts/problem";

interface Values {
  token: string;
  city: string;
  login: string;
  name: string;
  password: string;
}

/** The first start: the token of the log, the city, and the first administrator. */
export function SetUp() {
  const queries = useQueryClient();
  const [form] = Form.useForm<Values>();
  const [error, setError] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);
  const make = async (values: Values) => {
    setBusy(true);
    setError(null);
    try {
      await ask(api.POST("/api/setup", { body: values }));
      await queries.invalidateQueries();
    } catch (problem) {
      form.setFields(formProblems(problem).map(({ name, errors }) => ({ name: name as keyof Values, errors })));
      setError(sentence(problem));
    } finally {
      setBusy(false);
    }
  };
  return (
    <main className="gate">
      <div className="gate-card" style={{ maxWidth: 480 }}>
        <h1>
          <img src="/mark.svg" alt="" width={30} height={30} />
          首次启动
        </h1>
        <p>选择城市并建立第一个安全管理员。其他人员的账号由他新建和授权。</p>
        {error && <Alert type="error" showIcon title={error} style={{ marginBottom: 16 }} />}
        <Form<Values> form={form} layout="vertical" onFinish={(values) => void make(values)} requiredMark={false}>
          <Form.Item name="token" label="初始化口令" extra="在服务器启动日志中，只能使用一次" rules={[{ required: true, message: "请从启动日志中复制初始化口令" }]}>
            <Input autoFocus autoComplete="off" />
          </Form.Item>
          <Form.Item
            name="city"
            label="城市"
            rules={[{ required: true, message: "请选择城市" }, { pattern: /^\d{4}$/, message: "请选择到市一级" }]}
          >
            <RegionPicker root="" placeholder="选择省、市" />
          </Form.Item>
          <Form.Item name="name" label="管理员姓名" rules={[{ required: true, message: "请填写姓名" }]}>
            <Input autoComplete="name" />
          </Form.Item>
          <Form.Item name="login" label="登录名" extra="3–50 位字母、数字或 . - _" rules={[{ required: true, message: "请填写登录名" }]}>
            <Input autoComplete="username" />
          </Form.Item>
          <Form.Item name="password" label="密码" extra="至少 10 位，包含大小写字母、数字、符号中的三种" rules={[{ required: true, message: "请填写密码" }]}>
            <Input.Password autoComplete="new-password" />
          </Form.Item>
          <Button type="primary" htmlType="submit" block loading={busy} size="large">
            完成初始化
          </Button>
        </Form>
      </div>
    </main>
  );
}
