import { Alert, Button } from "antd";
import { useSyncExternalStore } from "react";

import { newer, takeNewer } from "./program";

/** Says that a newer program waits, and takes it up. What waits to be sent stays on the device. */
export function Newer() {
  const waits = useSyncExternalStore(newer.subscribe, newer.read);
  if (!waits) return null;
  return (
    <Alert
      className="no-print"
      style={{ marginBottom: 12 }}
      type="info"
      showIcon
      title="系统有新版本。更新会刷新页面，请先保存正在填写的内容；待同步的内容不受影响。"
      action={<Button size="small" type="primary" onClick={takeNewer}>更新</Button>}
    />
  );
}
