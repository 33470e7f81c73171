//! The indicator of inspections.

use chrono::{DateTime, Datelike, NaiveDate, Utc};
use db::{Exec, FromRow, Sql};
use futures::FutureExt;
use indicator::{Indicator, Part, Unit};

/// The indicators of this area.
pub const INDICATORS: &[Indicator] = &[ENTERPRISES_INSPECTED, PLAN_DONE];

const PLAN_DONE: Indicator = Indicator {
    code: "inspection_plan_done",
    label: "年度检查计划完成率",
    formula: "今年计划检查中已完成的次数 ÷ 今年计划检查的次数（不含已取消的）",
    source: "安全生产法（2021年修正）第六十二条",
    unit: Unit::Percent,
    rising: true,
    rows: "/inspection-targets?state=done&this_year=true",
    read: |app, scope, by| {
        async move {
            let key = by.column_of_enterprise("inspection_target");
            let sql = Sql::new(&format!(
                "select {key} as key, cast(coalesce(sum(case when state = 'done' then 1 else 0 end), 0) as bigint) as done, count(*) as number
                 from inspection_target where "
            ));
            let sql = sql.scope(&scope, "", "enterprise").push(" and state <> 'cancelled' and year = ");
            let sql = sql.arg(i64::from(app.clock.today().year()));
            let rows: Vec<Share> = app.db.all(sql.push(" group by 1 order by 1")).await?;
            Ok(rows
                .into_iter()
                .map(|row| Part { key: row.key, numerator: row.done, denominator: row.number })
                .collect())
        }
        .boxed()
    },
};

#[derive(FromRow)]
struct Share {
    key: String,
    done: i64,
    number: i64,
}

const ENTERPRISES_INSPECTED: Indicator = Indicator {
    code: "enterprises_inspected",
    label: "今年检查过的企业",
    formula: "今年有已结束的现场检查的企业数（同一企业只计一次）",
    source: "安全生产法（2021年修正）第六十二条",
    unit: Unit::Number,
    rising: true,
    rows: "/visits?state=finished&this_year=true",
    read: |app, scope, by| {
        async move {
            let key = by.column_of_enterprise("visit");
            let sql = Sql::new(&format!(
                "select {key} as key, count(distinct enterprise) as number from visit where "
            ));
            let sql = sql.scope(&scope, "", "enterprise").push(" and state = 'finished'");
            let sql = sql.and(" and ended_at >= ", year_begins(app.clock.today()));
            let rows: Vec<Tally> = app.db.all(sql.push(" group by 1 order by 1")).await?;
            Ok(rows
                .into_iter()
                .map(|row| Part { key: row.key, numerator: row.number, denominator: 0 })
                .collect())
        }
        .boxed()
    },
};

#[derive(FromRow)]
struct Tally {
    key: String,
    number: i64,
}

/// The moment at which a day's year began, UTC.
pub(crate) fn year_begins(today: NaiveDate) -> Option<DateTime<Utc>> {
    NaiveDate::from_ymd_opt(today.year(), 1, 1).map(kernel::day_begins)
}
