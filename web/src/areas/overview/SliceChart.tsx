import { Link } from "react-router";

import type { Schemas } from "../../api/client";
import { count } from "../../parts/format";

/** A bar for each value; every bar is a link to its rows. Plain marks, so that it can be read aloud and printed. */
export function SliceChart({ slices, link, label }: { slices: Schemas["Slice"][]; link: (value: string) => string; label: string }) {
  const most = Math.max(1, ...slices.map((slice) => slice.count));
  const all = slices.reduce((sum, slice) => sum + slice.count, 0);
  return (
    <ul className="bars" aria-label={label}>
      {slices.map((slice) => (
        <li key={slice.value}>
          <Link to={link(slice.value)} title={`${slice.label} ${count(slice.count)} 家，占 ${((slice.count / Math.max(all, 1)) * 100).toFixed(1)}%`}>
            <span className="bars-label">{slice.label}</span>
            <span className="bars-track">
              <span className="bars-bar" style={{ width: `${(slice.count / most) * 100}%` }} />
            </span>
            <span className="bars-number">{count(slice.count)}</span>
          </Link>
        </li>
      ))}
    </ul>
  );
}
