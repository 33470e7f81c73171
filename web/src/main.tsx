import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { App as Antd, ConfigProvider } from "antd";
import zhCN from "antd/locale/zh_CN";
import dayjs from "dayjs";
import "dayjs/locale/zh-cn";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";

import { ApiError } from "./api/client";
import { Application } from "./app/Application";
import "./app/app.css";
import "./app/nonce";
import { keepProgram } from "./app/program";

dayjs.locale("zh-cn");
keepProgram();

const queries = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: 10_000,
      // a question that cannot be asked fails at once: what works without a network takes over
      networkMode: "always",
      // what the server understood and refused will be refused again
      retry: (count, error) => !(error instanceof ApiError && error.status < 500) && count < 2,
    },
    mutations: { networkMode: "always" },
  },
});

// who asked the system for stillness gets it: lists and calendars stand where they will stay
const motion = !window.matchMedia("(prefers-reduced-motion: reduce)").matches;
const root = document.getElementById("root");
if (root) {
  createRoot(root).render(
    <StrictMode>
      <ConfigProvider
        locale={zhCN}
        theme={{
          token: { colorPrimary: "#1d4f91", borderRadius: 4, fontSize: 14, colorLink: "#1d4f91", motion },
          components: { Menu: { itemSelectedBg: "#e3edf9", itemSelectedColor: "#1d4f91" }, Table: { cellPaddingBlockSM: 6 }, Layout: { headerBg: "#1d4f91", siderBg: "#fff" } },
        }}
      >
        <Antd>
          <QueryClientProvider client={queries}>
            <Application />
          </QueryClientProvider>
        </Antd>
      </ConfigProvider>
    </StrictMode>,
  );
}
