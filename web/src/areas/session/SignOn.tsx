import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Alert, Button, Form, Input, Spin } from "antd";
import { useEffect, useRef } from "react";

import { ApiError, api, ask } from "../../api/client";
import { sentence } from "../../parts/problem";

/** Goes to the provider: to sign in, or to bind the signed-in account. */
export function useSignOn(link: boolean) {
  return useMutation({
    mutationFn: () => ask(api.POST("/api/sign-on", { body: { link } })),
    onSuccess: ({ url }) => window.location.assign(url),
  });
}

export function useProvider() {
  return useQuery({ queryKey: ["sign-on"], queryFn: () => ask(api.GET("/api/sign-on")), staleTime: Infinity });
}

/** The button under the form, where a provider is configured. */
export function SignOnButton({ tell }: { tell: (text: string) => void }) {
  const provider = useProvider();
  const go = useSignOn(false);
  if (!provider.data?.name) return null;
  return (
    <Button block size="large" style={{ marginTop: 12 }} loading={go.isPending} onClick={() => go.mutate(undefined, { onError: (error) => tell(sentence(error)) })}>
      用{provider.data.name}登录
    </Button>
  );
}

/** The page to which the provider sends the browser: hands over what it brought, asks for the second factor where it is on. */
export function SignOnReturn({ onDone }: { onDone: () => void }) {
  const queries = useQueryClient();
  const brought = new URLSearchParams(window.location.search);
  const end = useMutation({
    mutationFn: (totp: string | undefined) => {
      const code = brought.get("code");
      return ask(api.POST("/api/sign-on/session", { body: { state: brought.get("state") ?? "", ...(code ? { code } : {}), ...(totp ? { totp } : {}) } }));
    },
    onSuccess: async () => {
      await queries.invalidateQueries({ queryKey: ["session"] });
      onDone();
    },
  });
  const { mutate } = end;
  // what was brought counts once
  const begun = useRef(false);
  useEffect(() => {
    if (begun.current) return;
    begun.current = true;
    mutate(undefined);
  }, [mutate]);
  const error = end.error;
  const second = error instanceof ApiError && error.code.startsWith("auth.totp");
  return (
    <main className="gate">
      <div className="gate-card">
        <h1>
          <img src="/mark.svg" alt="" width={30} height={30} />
          安监
        </h1>
        {end.isPending && <p><Spin size="small" />　正在登录…</p>}
        {second && (
          <Form<{ totp: string }> layout="vertical" size="large" requiredMark={false} onFinish={({ totp }) => end.mutate(totp)}>
            {error.code !== "auth.totp_required" && <Alert type="error" showIcon title={sentence(error)} style={{ marginBottom: 16 }} />}
            <Form.Item name="totp" label="动态口令" extra="打开手机上的验证器，输入 6 位数字" rules={[{ required: true, message: "请输入动态口令" }]}>
              <Input autoFocus inputMode="numeric" autoComplete="one-time-code" maxLength={6} />
            </Form.Item>
            <Button type="primary" htmlType="submit" block>登录</Button>
          </Form>
        )}
        {error && !second && (
          <>
            <Alert type="error" showIcon title={sentence(error)} style={{ marginBottom: 16 }} />
            <Button type="primary" block size="large" onClick={onDone}>返回</Button>
          </>
        )}
      </div>
    </main>
  );
}
