import { HistoryOutlined } from "@ant-design/icons";
import { Button } from "antd";

/** Beside a field: what it was before. */
export function PastButton({ label, onClick }: { label: string; onClick: () => void }) {
  return <Button type="text" size="small" className="no-print" icon={<HistoryOutlined />} aria-label={`${label}的修改记录`} style={{ color: "#9aa5b5" }} onClick={onClick} />;
}
