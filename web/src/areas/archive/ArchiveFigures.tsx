import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { Alert, Skeleton } from "antd";
import { Link } from "react-router";

import { api, ask } from "../../api/client";
import { type Filters, address } from "../../parts/filters";
import { count } from "../../parts/format";
import { sentence } from "../../parts/problem";

/** The indicators of archives in an area, each opening its rows; their parts are on the indicators' own page. */
export function ArchiveFigures({ region }: { region: string | undefined }) {
  const query: Filters = region ? { region } : {};
  const indicators = useQuery({
    // only the totals are shown; by ownership they come in the fewest parts
    queryKey: ["indicators", region ?? "", "ownership"],
    queryFn: () => ask(api.GET("/api/indicators", { params: { query: { ...query, by: "ownership" } } })),
    placeholderData: keepPreviousData,
  });
  if (indicators.isError) return <Alert type="error" showIcon style={{ marginBottom: 12 }} title={sentence(indicators.error)} />;
  if (indicators.isPending) return <div className="panel"><Skeleton active paragraph={{ rows: 2 }} /></div>;
  const own = indicators.data.filter(({ total }) => total.link.startsWith("/archives") || total.link.startsWith("/expiries"));
  return (
    <>
      <div className="tiles">
        {own.map(({ code, label, unit, total }) => (
          <Link key={code} className="tile" to={total.link}>
            {label}
            <b>{unit === "number" ? count(total.numerator) : total.value}</b>
            <small className="muted">{unit === "number" ? "" : `${count(total.numerator)} ÷ ${count(total.denominator)}`}</small>
          </Link>
        ))}
      </div>
      <p style={{ margin: "6px 0 12px" }}>
        <Link to={address("/indicators", query)}>按地区、行业领域或者经济成分对比</Link>
      </p>
    </>
  );
}
