import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Alert, App, Button, Form, Input, QRCode, Spin, Typography } from "antd";
import { useEffect } from "react";

import { api, ask } from "../../api/client";
import { formProblems, sentence } from "../../parts/problem";

/** Sets up the second factor: the picture for the authenticator app, drawn here, and the first code made with it. */
export function TotpForm({ onDone }: { onDone: () => void }) {
  const [form] = Form.useForm<{ code: string }>();
  const begin = useMutation({ mutationFn: () => ask(api.POST("/api/totp")) });
  const { mutate } = begin;
  useEffect(() => mutate(), [mutate]);
  const confirm = useMutation({
    mutationFn: (code: string) => ask(api.PUT("/api/totp", { body: { secret: begin.data?.secret ?? "", code } })),
    onSuccess: onDone,
    onError: (error) => {
      const fields = formProblems(error);
      form.setFields([{ name: "code", errors: fields.length > 0 ? fields.flatMap(({ errors }) => errors) : [sentence(error)] }]);
    },
  });
  if (begin.isError) return <Alert type="error" showIcon title={sentence(begin.error)} action={<Button size="small" onClick={() => begin.mutate()}>重试</Button>} />;
  if (!begin.data) return <Spin />;
  return (
    <>
      <p>1. 在手机上打开验证器（身份验证器、Authenticator 等应用），扫描二维码：</p>
      <QRCode value={begin.data.uri} size={176} style={{ marginBottom: 8 }} />
      <p>
        不能扫描时，手工输入密钥：
        <Typography.Text code copyable style={{ overflowWrap: "anywhere" }}>{begin.data.secret}</Typography.Text>
      </p>
      <Form form={form} layout="vertical" requiredMark={false} onFinish={({ code }) => confirm.mutate(code)}>
        <Form.Item name="code" label="2. 输入验证器显示的 6 位动态口令" rules={[{ required: true, pattern: /^\d{6}$/, message: "请输入 6 位数字" }]}>
          <Input inputMode="numeric" autoComplete="one-time-code" maxLength={6} style={{ width: 160 }} />
        </Form.Item>
        <Button type="primary" htmlType="submit" loading={confirm.isPending}>启用动态口令</Button>
      </Form>
    </>
  );
}

/** The page of an administrator who must set up the second factor before anything else. */
export function EnrolTotp({ name }: { name: string }) {
  const queries = useQueryClient();
  const { message } = App.useApp();
  const again = () => void queries.invalidateQueries({ queryKey: ["session"] });
  const leave = async () => {
    await ask(api.DELETE("/api/session")).catch(() => null);
    window.location.assign("/");
  };
  return (
    <main className="gate">
      <div className="gate-card" style={{ maxWidth: 460 }}>
        <h1>启用动态口令</h1>
        <p>{name}，您是管理员，除密码外还必须使用手机上的动态口令。启用之后才能继续。</p>
        <TotpForm onDone={() => { void message.success("动态口令已启用，下次登录时需要输入。"); again(); }} />
        <Button type="link" style={{ padding: 0, marginTop: 16 }} onClick={() => void leave()}>退出登录</Button>
      </div>
    </main>
  );
}
