import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { Button, Grid, Select, Tag } from "antd";
import { Link, useNavigate, useSearchParams } from "react-router";

import { type Schemas, api, ask } from "../../api/client";
import { useSession } from "../../app/session";
import { Pager } from "../../parts/Pager";
import { RecordTable } from "../../parts/RecordTable";
import { RegionPicker } from "../../parts/RegionPicker";
import { address, put, readFilters } from "../../parts/filters";
import { CaseCards } from "../cases/CaseList";
import { DUE, options, term } from "../cases/words";
import { NOTICE_STATES } from "./words";
import "../cases/cases.css";
import "./danger.css";

type Notice = Schemas["DangerNoticeView"];
type Figures = Schemas["DangerNoticeFigures"];

const FILTERS = ["region", "department", "state", "life", "due", "opened_from", "opened_to"] as const;

/** Notices to other departments: how each department stands, and the notices themselves. */
export default function DangerNotices() {
  const session = useSession();
  const navigate = useNavigate();
  const wide = Grid.useBreakpoint().lg ?? true;
  const [params, setParams] = useSearchParams();
  const filters = readFilters(params, FILTERS);
  const cursor = params.get("cursor") ?? undefined;
  const region = filters["region"];
  const figures = useQuery({
    queryKey: ["danger-notices", "figures", region],
    queryFn: () => ask(api.GET("/api/danger-notices/figures", { params: { query: region ? { region } : {} } })),
  });
  const page = useQuery({
    queryKey: ["danger-notices", filters, cursor],
    queryFn: () => ask(api.GET("/api/danger-notices", { params: { query: { ...filters, mine: false, limit: 50, ...(cursor ? { cursor } : {}) } } })),
    placeholderData: keepPreviousData,
  });
  const go = (next: Record<string, string>) => setParams(next);
  const { from = "", to = "" } = figures.data ?? {};
  const cell = (row: Figures, value: number, own: Record<string, string>) =>
    value === 0 ? (
      <span className="muted">0</span>
    ) : (
      <Link className="number" to={address("/danger-notices", { ...(region ? { region } : {}), department: row.department, opened_from: from, opened_to: to, ...own })}>
        {value}
      </Link>
    );
  const number = (key: keyof Figures, title: string, own: Record<string, string>) => ({
    key,
    title,
    align: "right" as const,
    render: (_: unknown, row: Figures) => cell(row, Number(row[key]), own),
  });
  const items = page.data?.items ?? [];
  const pick = (name: string, label: string, list: { value: string; label: string }[]) => (
    <Select aria-label={label} allowClear style={{ minWidth: 130 }} placeholder={label} value={filters[name] ?? null} options={list} onChange={(value: string | null) => go(put(filters, name, value ?? ""))} />
  );
  return (
    <>
      <div className="page-head">
        <h1>隐患抄告</h1>
        <span className="muted">在隐患页上点“抄告其他部门”发出；对方的签收、答复和处理结果登记在这里</span>
      </div>
      <div className="bar">
        <div style={{ width: 230 }}>
          <RegionPicker root={session.region.code} value={region} onChange={(code) => go(put(filters, "region", code))} placeholder={session.region.name} />
        </div>
        {pick("department", "部门", (figures.data?.rows ?? []).map((row) => ({ value: row.department, label: row.department })))}
        {pick("state", "状态", options(NOTICE_STATES))}
        {pick("due", "期限", options(DUE))}
        {Object.keys(filters).length > 0 && <Button type="link" onClick={() => go({})}>清除筛选</Button>}
      </div>
      {wide && Object.keys(filters).every((name) => name === "region") && (figures.data?.rows.length ?? 0) > 0 && (
        <section className="panel">
          <h2>今年各部门办理情况</h2>
          <RecordTable<Figures>
            rowKey="department"
            error={figures.error}
            loading={figures.isPending}
            dataSource={figures.data?.rows ?? []}
            empty="今年还没有抄告。"
            columns={[
              { key: "department", title: "部门", render: (_, row) => row.department },
              number("sent", "发出", {}),
              number("not_received", "未签收", { state: "sent" }),
              number("not_answered", "未答复", { state: "received" }),
              number("not_fed_back", "未反馈", { state: "answered" }),
              number("done", "已反馈", { state: "done" }),
              number("refused", "退回", { state: "refused" }),
              number("overdue", "逾期", { due: "overdue" }),
            ]}
          />
        </section>
      )}
      {wide ? (
        <RecordTable<Notice>
          rowKey={(own) => own.case.id}
          error={page.error}
          loading={page.isPending || (page.isFetching && page.isPlaceholderData)}
          dataSource={items}
          empty={Object.keys(filters).length > 0 ? "没有符合这些条件的抄告，可以清除筛选再试。" : "还没有抄告。在隐患页上点“抄告其他部门”。"}
          columns={[
            { key: "title", title: "抄告", width: 340, render: (_, own) => <Link to={own.case.link}>{own.case.title}</Link> },
            { key: "enterprise", title: "企业", width: 220, render: (_, own) => own.case.enterprise_name },
            { key: "state", title: "状态", render: (_, own) => <Tag color={NOTICE_STATES[own.case.state]?.[1] ?? "default"}>{own.case.state_label}</Tag> },
            { key: "sent", title: "发出", render: (_, own) => own.sent_on },
            { key: "due", title: "期限", render: (_, own) => <span className={own.case.overdue ? "down" : ""}>{term(own.case)}</span> },
            { key: "officer", title: "经办人", render: (_, own) => own.case.officer_name },
            { key: "number", title: "编号", render: (_, own) => own.case.number },
          ]}
        />
      ) : (
        <CaseCards items={items.map((own) => own.case)} />
      )}
      <Pager note={items.length > 0 ? `本页 ${items.length} 件` : ""} back={cursor ? () => void navigate(-1) : null} next={page.data?.next ? () => setParams({ ...Object.fromEntries(params), cursor: page.data.next ?? "" }) : null} />
    </>
  );
}
