import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { Button, Grid, Tag } from "antd";
import { Link } from "react-router";

import { type Schemas, api, ask } from "../../api/client";
import { useMay } from "../../app/session";
import { RecordTable } from "../../parts/RecordTable";
import EnterpriseVisits from "../inspection/EnterpriseVisits";
import EnterpriseSelfChecks from "../selfcheck/EnterpriseSelfChecks";
import { CaseCards } from "./CaseList";
import { Timeline } from "./Timeline";
import { SEVERITY, term } from "./words";
import "./cases.css";

type Case = Schemas["CaseView"];

/** The cases of an enterprise, and everything that was done in them, the latest first. */
export default function EnterpriseCases({ city, id }: { city: string; id: string }) {
  const may = useMay();
  const wide = Grid.useBreakpoint().lg ?? true;
  const cases = useQuery({ queryKey: ["cases", "enterprise", id], queryFn: () => ask(api.GET("/api/cases", { params: { query: { enterprise: id, mine: false, limit: 50 } } })) });
  const steps = useInfiniteQuery({
    queryKey: ["cases", "timeline", id],
    queryFn: ({ pageParam }) => ask(api.GET("/api/enterprises/{city}/{id}/case-events", { params: { path: { city, id }, query: { limit: 50, ...(pageParam ? { cursor: pageParam } : {}) } } })),
    initialPageParam: "",
    getNextPageParam: (page) => page.next ?? undefined,
  });
  const items = cases.data?.items ?? [];
  return (
    <>
      {may("list_due_self_checks") && <EnterpriseSelfChecks city={city} id={id} />}
      {may("create_danger") && (
        <div style={{ marginBottom: 12 }}>
          <Link to={`/dangers/new?city=${city}&enterprise=${id}`}>
            <Button type="primary">登记隐患</Button>
          </Link>
        </div>
      )}
      {wide ? (
        <RecordTable<Case>
          error={cases.error}
          loading={cases.isPending}
          dataSource={items}
          empty="这家企业还没有隐患、检查等事项。"
          columns={[
            { key: "title", title: "事项", width: 360, render: (_, own) => <Link to={own.link}>{own.title}</Link> },
            { key: "kind", title: "种类", render: (_, own) => own.kind_label },
            { key: "severity", title: "轻重", render: (_, own) => <Tag color={SEVERITY[own.severity]?.[1] ?? "default"}>{SEVERITY[own.severity]?.[0]}</Tag> },
            { key: "state", title: "状态", render: (_, own) => own.state_label },
            { key: "due", title: "期限", render: (_, own) => <span className={own.overdue ? "down" : ""}>{term(own)}</span> },
            { key: "opened", title: "开始", render: (_, own) => own.opened_on },
          ]}
        />
      ) : (
        <CaseCards items={items} />
      )}
      {may("list_visits") && <div style={{ marginTop: 16 }}><EnterpriseVisits city={city} id={id} /></div>}
      <section className="panel" style={{ marginTop: 16 }}>
        <h2>办理经过</h2>
        <Timeline
          steps={(steps.data?.pages ?? []).flatMap((page) => page.items)}
          pending={steps.isPending}
          error={steps.error}
          head={(step) => (
            <div>
              <Link to={step.link}>
                {step.kind_label}：{step.title}
              </Link>
            </div>
          )}
        />
        {steps.hasNextPage && <Button onClick={() => void steps.fetchNextPage()}>更早的经过</Button>}
      </section>
    </>
  );
}
