import { useQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { Link } from "react-router";

import { type Row, api, ask } from "../../api/client";
import { useMay } from "../../app/session";
import { address } from "../../parts/filters";
import { count, instant } from "../../parts/format";
import { useArchive } from "../archive/use";

/** How an enterprise stands, in figures that open their rows: its archive, papers that run out, open dangers, the last visit. */
export function HeaderFigures({ record }: { record: Row }) {
  const may = useMay();
  const { city, id } = record;
  const page = `/enterprises/${city}/${id}`;
  return (
    <div className="tiles" style={{ marginTop: 12 }}>
      {may("find_archive") && <Archive city={city} id={id} page={page} />}
      {may("count_dangers") && <Dangers city={city} id={id} />}
      {may("list_visits") && <LastVisit id={id} />}
    </div>
  );
}

/** One figure; what it says while it is asked for, or could not be, keeps its place. */
function Tile({ to, label, value, note }: { to: string; label: string; value: ReactNode; note?: ReactNode }) {
  return (
    <Link className="tile" to={to}>
      {label}
      <b>{value ?? "…"}</b>
      {/* its line is kept from the beginning: what stands below must not move under a finger */}
      <small className="muted">{note || "\u00a0"}</small>
    </Link>
  );
}

function Archive({ city, id, page }: { city: string; id: string; page: string }) {
  const archive = useArchive({ city, id, asOf: undefined });
  const score = archive.data?.completeness;
  const wrong = archive.isError ? "—" : undefined;
  const papers = score && score.papers_expired + score.papers_expiring;
  return (
    <>
      <Tile
        to={`${page}?tab=archive&todo=1`}
        label="档案完整度"
        value={score ? `${score.score}%` : wrong}
        note={score && ([score.missing > 0 && `缺 ${score.missing} 栏`, score.expired > 0 && `${score.expired} 栏过期`].filter(Boolean).join("，") || "必须的栏目已齐")}
      />
      <Tile
        to={`${page}?tab=archive&todo=1`}
        label="到期证照"
        value={score ? <span className={score.papers_expired > 0 ? "down" : ""}>{count(papers)}</span> : wrong}
        note={score && (papers ? `${score.papers_expired} 份已过期，${score.papers_expiring} 份 60 天内到期` : "60 天内没有到期的")}
      />
    </>
  );
}

function Dangers({ city, id }: { city: string; id: string }) {
  const dangers = (due?: string) => ({
    queryKey: ["dangers", "count", "enterprise", city, id, due],
    queryFn: () => ask(api.GET("/api/dangers/count", { params: { query: { enterprise: id, life: "open", mine: false, listed: false, ...(due ? { due } : {}) } } })),
  });
  const open = useQuery(dangers());
  const late = useQuery(dangers("overdue"));
  const overdue = late.data?.total ?? 0;
  return (
    <Tile
      to={address("/dangers", { enterprise: id, life: "open" })}
      label="未销号隐患"
      value={open.data ? <span className={overdue > 0 ? "down" : ""}>{count(open.data.total)}</span> : open.isError ? "—" : undefined}
      note={overdue > 0 ? `${overdue} 条已逾期` : late.data && "没有逾期的"}
    />
  );
}

function LastVisit({ id }: { id: string }) {
  const visits = useQuery({ queryKey: ["visits", "enterprise", id, "last"], queryFn: () => ask(api.GET("/api/visits", { params: { query: { enterprise: id, limit: 1 } } })) });
  const last = visits.data?.items[0];
  return (
    <Tile
      to={address("/visits", { enterprise: id })}
      label="最近一次检查"
      value={last ? instant(last.started_at).slice(0, 10) : visits.isPending ? undefined : visits.isError ? "—" : "没有"}
      note={last?.place ?? (visits.data && "还没有检查过")}
    />
  );
}
