import { useQuery } from "@tanstack/react-query";
import { Button } from "antd";
import { Link } from "react-router";

import { api, ask } from "../../api/client";
import { useMay } from "../../app/session";
import { Visits } from "./VisitList";

/** The latest visits to an enterprise, and the way to the next. */
export default function EnterpriseVisits({ city, id }: { city: string; id: string }) {
  const may = useMay();
  const visits = useQuery({ queryKey: ["visits", "enterprise", id], queryFn: () => ask(api.GET("/api/visits", { params: { query: { enterprise: id, limit: 10 } } })) });
  return (
    <section className="panel">
      <div className="page-head">
        <h2 style={{ fontSize: 15, margin: 0 }}>现场检查</h2>
        <span className="grow" />
        <Link to={`/enforcement-documents?enterprise=${id}`}>执法文书</Link>
        {may("create_visit") && <Link to={`/visits/new?city=${city}&enterprise=${id}`}><Button type="primary">开始检查</Button></Link>}
      </div>
      <Visits items={visits.data?.items ?? []} error={visits.error} loading={visits.isPending} empty="还没有检查过这家企业。" named={false} />
      {visits.data?.next && <Link to={`/visits?enterprise=${id}`}>全部检查</Link>}
    </section>
  );
}
