/** A text of several lines that grows with what is typed: by the style sheet, for a policy that lets no style stand in the markup. */
import { Input } from "antd";
import { type ComponentProps, type CSSProperties } from "react";

import "./long-text.css";

type Given = Omit<ComponentProps<typeof Input.TextArea>, "autoSize" | "className" | "style">;

/** `rows` are the lines that it has while it is empty. */
export function LongText({ rows = 2, ...rest }: Given) {
  return <Input.TextArea {...rest} rows={rows} className="long-text" style={{ "--rows": rows } as CSSProperties} />;
}
