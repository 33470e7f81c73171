import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { DatePicker, Segmented, Select, Tag } from "antd";
import dayjs from "dayjs";
import { Link, useNavigate, useSearchParams } from "react-router";

import { type Schemas, api, ask } from "../../api/client";
import { useMay, useSession } from "../../app/session";
import { Pager } from "../../parts/Pager";
import { RecordTable } from "../../parts/RecordTable";
import { RegionPicker } from "../../parts/RegionPicker";
import { type Filters, put, readFilters } from "../../parts/filters";
import { nearName } from "../../parts/format";
import { useFields } from "../enterprise/use";
import { ExpiryCalendar } from "./ExpiryCalendar";
import { useSections } from "./use";
import { left, spanOf } from "./words";

type Expiry = Schemas["Expiry"];

const FILTERS = ["span", "from", "to", "region", "section", "sector", "ownership"] as const;

const SPANS = [
  { value: "open", label: "过期和 60 天内" },
  { value: "expired", label: "已过期" },
  { value: "30", label: "30 天内" },
  { value: "60", label: "60 天内" },
  { value: "90", label: "90 天内" },
  { value: "dates", label: "选日期" },
];

/** The papers that run out: a month at a glance, and the list in the order of their last days. */
export default function Expiries() {
  const session = useSession();
  const may = useMay();
  const navigate = useNavigate();
  const [params, setParams] = useSearchParams();
  const sections = useSections();
  const fields = useFields();
  const today = dayjs().format("YYYY-MM-DD");
  const read = readFilters(params, FILTERS);
  const { from = "", to = "" } = read;
  const span = read["span"] ?? (from || to ? "dates" : "open");
  const month = params.get("month") ?? (from || today).slice(0, 7);
  const cursor = params.get("cursor") ?? undefined;
  const which: Filters = Object.fromEntries(["region", "section", "sector", "ownership"].flatMap((name) => (read[name] ? [[name, read[name]]] : [])));
  const query = { ...which, ...spanOf(span, today, from, to) };
  const page = useQuery({
    queryKey: ["expiries", query, cursor],
    queryFn: () => ask(api.GET("/api/expiries", { params: { query: { ...query, limit: 50, ...(cursor ? { cursor } : {}) } } })),
    placeholderData: keepPreviousData,
  });
  const go = (next: Filters) => setParams({ ...next, ...(params.get("month") ? { month } : {}) });
  const choose = (value: string) => {
    const rest = put(put(put(read, "from", ""), "to", ""), "span", "");
    go(value === "open" ? rest : value === "dates" ? { ...rest, span: "dates", from: today } : { ...rest, span: value });
  };
  const days = (first: string, last: string) => go({ ...put(read, "span", ""), from: first, to: last });
  const firm = session.enterprise !== null && session.enterprise !== undefined;
  const items = page.data?.items ?? [];
  const options = (name: string) => (fields.data?.find((field) => field.name === name)?.options ?? []).map(([value, label]) => ({ value: value ?? "", label: label ?? "" }));
  return (
    <>
      <div className="page-head">
        <h1>到期提醒</h1>
        <span className="muted">证照、证书、保险、预案等，到期当天仍有效</span>
      </div>
      <div className="expiries">
        <ExpiryCalendar month={month} today={today} from={from} to={to} which={which} onMonth={(next) => setParams({ ...read, month: next }, { replace: true })} onDay={(day) => days(day, day)} />
        <div style={{ minWidth: 0 }}>
          <div className="bar">
            <div className="scroll">
              <Segmented value={span} onChange={choose} options={SPANS} />
            </div>
            {span === "dates" && (
              <DatePicker.RangePicker
                aria-label="到期日期"
                value={[from ? dayjs(from) : null, to ? dayjs(to) : null]}
                allowEmpty={[true, true]}
                onChange={(range) => go(put(put({ ...read, span: "dates" }, "from", range?.[0]?.format("YYYY-MM-DD")), "to", range?.[1]?.format("YYYY-MM-DD")))}
              />
            )}
            <Select
              aria-label="栏目"
              style={{ minWidth: 170 }}
              allowClear
              showSearch={{ optionFilterProp: "label" }}
              placeholder="全部栏目"
              value={read["section"] ?? null}
              options={(sections.data ?? []).map((own) => ({ value: own.code, label: own.label }))}
              onChange={(value: string | undefined) => go(put(read, "section", value))}
            />
            {!firm && (
              <div style={{ width: 230 }}>
                <RegionPicker root={session.region.code} value={read["region"]} onChange={(region) => go(put(read, "region", region))} placeholder={session.region.name} />
              </div>
            )}
            {!firm && may("list_enterprises") && (
              <>
                <Select aria-label="监管领域" style={{ minWidth: 130 }} allowClear placeholder="监管领域" value={read["sector"] ?? null} options={options("sector")} onChange={(value: string | undefined) => go(put(read, "sector", value))} />
                <Select aria-label="经济成分" style={{ minWidth: 110 }} allowClear placeholder="经济成分" value={read["ownership"] ?? null} options={options("ownership")} onChange={(value: string | undefined) => go(put(read, "ownership", value))} />
              </>
            )}
          </div>
          <RecordTable<Expiry>
            error={page.error}
            loading={page.isPending || (page.isFetching && page.isPlaceholderData)}
            dataSource={items}
            empty={span === "expired" ? "没有过期的证照资料。" : "这段时间没有要到期的。"}
            columns={[
              { key: "day", title: "到期日", render: (_, own) => <span className="number">{own.expires_on}</span> },
              { key: "left", title: "剩余", render: (_, own) => <Tag color={own.days < 0 ? "red" : own.days <= 30 ? "orange" : "gold"}>{left(own.days)}</Tag> },
              {
                key: "title",
                title: "证照资料",
                render: (_, own) => (
                  <>
                    <Link to={`/enterprises/${own.city}/${own.enterprise}?tab=archive&section=${own.section}&record=${own.id}`}>{own.title}</Link>
                    <div className="muted">{own.title === own.section_label ? "" : own.section_label}{own.expires_basis === "renewal" && "（按更新周期推算）"}</div>
                  </>
                ),
              },
              { key: "number", title: "编号", render: (_, own) => own.number },
              ...(firm
                ? []
                : [
                    { key: "enterprise", title: "企业", render: (_: unknown, own: Expiry) => <Link to={`/enterprises/${own.city}/${own.enterprise}?tab=archive`}>{own.enterprise_name}</Link> },
                    { key: "region", title: "所在地区", render: (_: unknown, own: Expiry) => nearName(own.region_name, session.region.name) },
                  ]),
            ]}
          />
          <Pager note={items.length > 0 ? `本页 ${items.length} 份` : ""} back={cursor ? () => void navigate(-1) : null} next={page.data?.next ? () => setParams({ ...Object.fromEntries(params), cursor: page.data.next ?? "" }) : null} />
        </div>
      </div>
    </>
  );
}
