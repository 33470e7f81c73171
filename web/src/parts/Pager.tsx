import { Button, Space } from "antd";
import type { ReactNode } from "react";

/** The way through a list by keyset: a step that leads nowhere is null. */
export function Pager({ note, back, next }: { note?: ReactNode; back: (() => void) | null; next: (() => void) | null }) {
  return (
    <div className="pager">
      <span className="muted">{note}</span>
      <Space>
        <Button disabled={!back} onClick={() => back?.()}>
          上一页
        </Button>
        <Button disabled={!next} onClick={() => next?.()}>
          下一页
        </Button>
      </Space>
    </div>
  );
}
