/** The frame of the field page where the server cannot be reached. */
import { Button, Layout } from "antd";

import { Newer } from "../../app/Newer";
import FieldPage from "./FieldPage";

export default function FieldOffline({ onRetry }: { onRetry: () => void }) {
  return (
    <Layout className="field-frame">
      <Layout.Header className="head">
        <img src="/mark.svg" alt="" width={26} height={26} />
        <span className="head-place">安监 · 外勤（离线打开）</span>
        <span style={{ flex: 1 }} />
        <Button type="text" className="head-button" onClick={onRetry}>回到系统</Button>
      </Layout.Header>
      <Layout.Content className="content">
        <Newer />
        <FieldPage />
      </Layout.Content>
    </Layout>
  );
}
