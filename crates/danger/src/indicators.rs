//! The indicators of hidden dangers.

use std::collections::BTreeMap;

use chrono::{Datelike, NaiveDate};
use futures::FutureExt;
use indicator::{By, Indicator, Part, Reading, Unit};
use kernel::Scope;
use web::{App, Outcome};

use crate::store::{self, Counted};

const DECREE: &str = "总局令第16号（安全生产事故隐患排查治理暂行规定）";

/// The indicators of this area.
pub const INDICATORS: &[Indicator] = &[
    Indicator {
        code: "dangers_open",
        label: "未销号的隐患",
        formula: "已登记、尚未复查合格销号的隐患数",
        source: DECREE,
        unit: Unit::Number,
        rising: false,
        rows: "/dangers?life=open",
        read: |app, scope, by| {
            async move { number(&app, &scope, by, None, Counted::OpenNow(app.clock.today())).await }.boxed()
        },
    },
    Indicator {
        code: "dangers_major_open",
        label: "未销号的重大隐患",
        formula: "已登记、尚未复查合格销号的重大隐患数",
        source: DECREE,
        unit: Unit::Number,
        rising: false,
        rows: "/dangers?life=open&severity=major",
        read: |app, scope, by| {
            async move { number(&app, &scope, by, Some("major"), Counted::OpenNow(app.clock.today())).await }
                .boxed()
        },
    },
    Indicator {
        code: "dangers_overdue",
        label: "逾期未整改的隐患",
        formula: "整改或复查期限已过、尚未销号的隐患数",
        source: DECREE,
        unit: Unit::Number,
        rising: false,
        rows: "/dangers?due=overdue",
        read: |app, scope, by| {
            async move { number(&app, &scope, by, None, Counted::Overdue(app.clock.today())).await }.boxed()
        },
    },
    Indicator {
        code: "dangers_listed",
        label: "挂牌督办的隐患",
        formula: "正在挂牌督办、尚未销号的隐患数",
        source: DECREE,
        unit: Unit::Number,
        rising: false,
        rows: "/dangers?life=open&listed=true",
        read: |app, scope, by| async move { number(&app, &scope, by, None, Counted::Listed).await }.boxed(),
    },
    Indicator {
        code: "dangers_closed_in_time",
        label: "按期整改率（今年）",
        formula: "今年销号、且在整改期限内整改完成的隐患数 ÷ 今年销号的隐患数",
        source: DECREE,
        unit: Unit::Percent,
        rising: true,
        rows: "/dangers?life=closed",
        read: in_time,
    },
];

async fn number(
    app: &App,
    scope: &Scope,
    by: By,
    severity: Option<&str>,
    counted: Counted,
) -> Outcome<Vec<Part>> {
    let mut parts: BTreeMap<String, i64> = BTreeMap::new();
    for row in store::tally(&app.db, scope, &by.column(), counted).await? {
        if severity.is_none_or(|own| own == row.severity) {
            *parts.entry(row.key).or_default() += row.number;
        }
    }
    Ok(parts.into_iter().map(|(key, numerator)| Part { key, numerator, denominator: 0 }).collect())
}

/// First and last day of the year so far.
fn year(today: NaiveDate) -> (NaiveDate, NaiveDate) {
    (today.with_ordinal(1).unwrap_or(today), today)
}

fn in_time(app: App, scope: Scope, by: By) -> Reading {
    async move {
        let (from, to) = year(app.clock.today());
        let above = number(&app, &scope, by, None, Counted::InTime(from, to)).await?;
        let below = number(&app, &scope, by, None, Counted::Closed(from, to)).await?;
        let of = |key: &str| above.iter().find(|part| part.key == key).map_or(0, |part| part.numerator);
        let share = |part: &Part| Part {
            key: part.key.clone(),
            numerator: of(&part.key),
            denominator: part.numerator,
        };
        Ok(below.iter().map(share).collect())
    }
    .boxed()
}
