import { Tag } from "antd";

import type { Line } from "./live";

const WORDS: Record<Line, [string, string]> = {
  opening: ["正在连接", "default"],
  open: ["实时更新中", "green"],
  cut: ["连接中断，正在重连，数值可能不是最新", "red"],
};

/** How the line to the server stands, for who relies on what is shown. */
export function LineMark({ line }: { line: Line }) {
  const [word, color] = WORDS[line];
  return (
    <span role="status">
      <Tag color={color} className="monitor-line">{word}</Tag>
    </span>
  );
}
