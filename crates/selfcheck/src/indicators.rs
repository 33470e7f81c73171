//! The indicator of self-checks.

use chrono::Days;
use futures::FutureExt;
use indicator::{Indicator, Part, Unit};

use crate::store;

/// Days that it looks back.
pub const RECENT: u64 = 30;

/// The indicators of this area.
pub const INDICATORS: &[Indicator] = &[Indicator {
    code: "self_checks",
    label: "近 30 天自查企业",
    formula: "最近 30 天提交过自查的企业数",
    source: "安全生产法（2021年修正）第四十一条",
    unit: Unit::Number,
    rising: true,
    rows: "/self-checks?recent=true",
    read: |app, scope, by| {
        async move {
            let today = app.clock.today();
            let from = today.checked_sub_days(Days::new(RECENT)).unwrap_or(today);
            let rows = store::tally(&app.db, &scope, &by.column(), (from, today)).await?;
            Ok(rows
                .into_iter()
                .map(|row| Part { key: row.key, numerator: row.number, denominator: 0 })
                .collect())
        }
        .boxed()
    },
}];
