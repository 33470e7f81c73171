import { LeftOutlined, RightOutlined } from "@ant-design/icons";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { Alert, Button } from "antd";
import dayjs from "dayjs";

import { api, ask } from "../../api/client";
import type { Filters } from "../../parts/filters";
import { count } from "../../parts/format";
import { sentence } from "../../parts/problem";
import { weeksOf } from "./words";

interface Props {
  month: string;
  today: string;
  from: string;
  to: string;
  which: Filters;
  onMonth: (month: string) => void;
  onDay: (day: string) => void;
}

/** A month with the number of papers that run out on each day; a number opens its papers. */
export function ExpiryCalendar({ month, today, from, to, which, onMonth, onDay }: Props) {
  const weeks = weeksOf(month);
  const query = { ...which, from: weeks[0]?.[0] ?? today, to: weeks.at(-1)?.[6] ?? today };
  const days = useQuery({
    queryKey: ["expiries", "days", query],
    queryFn: () => ask(api.GET("/api/expiries/days", { params: { query } })),
    placeholderData: keepPreviousData,
  });
  const number = new Map((days.data ?? []).map((own) => [own.day, own.number]));
  const sum = (days.data ?? []).filter((own) => own.day.startsWith(month)).reduce((all, own) => all + own.number, 0);
  const step = (by: number) => onMonth(dayjs(`${month}-01`).add(by, "month").format("YYYY-MM"));
  return (
    <section className="panel calendar" aria-label="到期日历">
      <div className="calendar-head">
        <Button size="small" aria-label="上个月" icon={<LeftOutlined />} onClick={() => step(-1)} />
        <b>{dayjs(`${month}-01`).format("YYYY 年 M 月")}</b>
        <Button size="small" aria-label="下个月" icon={<RightOutlined />} onClick={() => step(1)} />
        <span className="muted">{days.isSuccess ? `本月 ${count(sum)} 份` : ""}</span>
        {month !== today.slice(0, 7) && <Button size="small" type="link" onClick={() => onMonth(today.slice(0, 7))}>回到本月</Button>}
      </div>
      {days.isError && <Alert type="error" showIcon title={sentence(days.error)} />}
      <div className="calendar-grid">
        {["一", "二", "三", "四", "五", "六", "日"].map((name) => <span key={name} className="muted">{name}</span>)}
        {weeks.flat().map((day) => {
          const own = number.get(day) ?? 0;
          const marks = [day.startsWith(month) ? "" : "other", day === today ? "today" : "", from && day >= from && to && day <= to ? "on" : "", own > 0 && day < today ? "late" : ""].filter(Boolean).join(" ");
          return (
            <button key={day} type="button" className={marks} disabled={own === 0} aria-label={`${day}，${own} 份`} onClick={() => onDay(day)}>
              <span>{Number(day.slice(8))}</span>
              <b>{own > 0 ? count(own) : ""}</b>
            </button>
          );
        })}
      </div>
    </section>
  );
}
