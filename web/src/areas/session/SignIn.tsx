import { useQueryClient } from "@tanstack/react-query";
import { Alert, Button, Form, Input } from "antd";
import { useState } from "react";
import { Link } from "react-router";

import { ApiError, api, ask } from "../../api/client";
import { sentence } from "../../parts/problem";
import { SignOnButton } from "./SignOn";

interface Values {
  login: string;
  password: string;
  totp?: string;
}

export function SignIn() {
  const queries = useQueryClient();
  const [error, setError] = useState<string | null>(null);
  const [second, setSecond] = useState(false);
  const [busy, setBusy] = useState(false);
  const enter = async (values: Values) => {
    setBusy(true);
    setError(null);
    try {
      await ask(api.POST("/api/session", { body: values }));
      await queries.invalidateQueries({ queryKey: ["session"] });
    } catch (problem) {
      if (problem instanceof ApiError && problem.code === "auth.totp_required") setSecond(true);
      else setError(sentence(problem));
    } finally {
      setBusy(false);
    }
  };
  return (
    <main className="gate">
      <div className="gate-card">
        <h1>
          <img src="/mark.svg" alt="" width={30} height={30} />
          安监
        </h1>
        <p>安全生产监管信息系统</p>
        {error && <Alert type="error" showIcon title={error} style={{ marginBottom: 16 }} />}
        <Form<Values> layout="vertical" onFinish={(values) => void enter(values)} requiredMark={false} size="large">
          <Form.Item name="login" label="登录名" rules={[{ required: true, message: "请输入登录名" }]}>
            <Input autoFocus autoComplete="username" disabled={second} />
          </Form.Item>
          <Form.Item name="password" label="密码" rules={[{ required: true, message: "请输入密码" }]}>
            <Input.Password autoComplete="current-password" disabled={second} />
          </Form.Item>
          {second && (
            <Form.Item name="totp" label="动态口令" extra="打开手机上的验证器，输入 6 位数字" rules={[{ required: true, message: "请输入动态口令" }]}>
              <Input autoFocus inputMode="numeric" autoComplete="one-time-code" maxLength={6} />
            </Form.Item>
          )}
          <Button type="primary" htmlType="submit" block loading={busy}>
            登录
          </Button>
        </Form>
        {!second && <SignOnButton tell={setError} />}
        <p style={{ margin: "16px 0 0", fontSize: 13 }}>忘记密码或被锁定，请联系本单位的安全管理员重置。</p>
        <p style={{ margin: "6px 0 0", fontSize: 13 }}>不登录也可以使用<Link to="/calculator">法规计算器</Link>。</p>
      </div>
    </main>
  );
}
