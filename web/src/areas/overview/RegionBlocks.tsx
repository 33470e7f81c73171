import { Empty } from "antd";
import { Link } from "react-router";

import { count } from "../../parts/format";
import { blocks } from "./blocks";

export interface Shaded {
  code: string;
  name: string;
  value: number;
  /** Where a click on it leads. */
  to: string;
}

/** Divisions as blocks, large and dark by their number, each a link: the picture where there are no outlines. */
export function RegionBlocks({ values, label }: { values: Shaded[]; label: string }) {
  const found = blocks(values, 3, 2);
  if (found.length === 0) return <Empty image={Empty.PRESENTED_IMAGE_SIMPLE} description={`各地的${label}都是 0。`} />;
  const most = Math.max(...values.map((own) => own.value));
  return (
    <div className="blocks" role="group" aria-label={`各地的${label}`}>
      {found.map(({ of, left, top, width, height }) => {
        const part = of.value / most;
        return (
          <Link
            key={of.code + of.name}
            to={of.to}
            title={`${of.name} ${label} ${count(of.value)}`}
            style={{ left: `${left}%`, top: `${top}%`, width: `${width}%`, height: `${height}%`, background: `hsl(213 ${30 + part * 35}% ${74 - part * 40}%)`, color: part > 0.25 ? "#fff" : "#1b2533" }}
          >
            {of.name}
            <b>{count(of.value)}</b>
          </Link>
        );
      })}
    </div>
  );
}
