//! The indicators of hazard sources.

use std::collections::BTreeMap;

use futures::FutureExt;
use indicator::{By, Indicator, Part, Unit};
use kernel::Scope;
use web::{App, Outcome};

use crate::store::{self, Tally};

const DECREE: &str = "安监总局令第40号（危险化学品重大危险源监督管理暂行规定）";

/// The indicators of this area.
pub const INDICATORS: &[Indicator] = &[
    Indicator {
        code: "hazard_sources",
        label: "重大危险源",
        formula: "经辨识构成、尚未核销的重大危险源数",
        source: DECREE,
        unit: Unit::Number,
        rising: false,
        rows: "/hazards?major=yes",
        read: |app, scope, by| async move { number(&app, &scope, by, |own| own.number, None).await }.boxed(),
    },
    Indicator {
        code: "hazard_sources_grave",
        label: "一、二级重大危险源",
        formula: "分级为一级或者二级、尚未核销的重大危险源数",
        source: DECREE,
        unit: Unit::Number,
        rising: false,
        rows: "/hazards?major=yes&grade=1,2",
        read: |app, scope, by| {
            let grave = |own: &Tally| if matches!(own.grade, 1 | 2) { own.number } else { 0 };
            async move { number(&app, &scope, by, grave, None).await }.boxed()
        },
    },
    Indicator {
        code: "hazard_sources_filed",
        label: "重大危险源备案率",
        formula: "备案在有效期内的重大危险源数 ÷ 尚未核销的重大危险源数",
        source: DECREE,
        unit: Unit::Percent,
        rising: true,
        rows: "/hazards?major=yes&filing=valid",
        read: |app, scope, by| {
            async move { number(&app, &scope, by, |own| own.filed, Some(|own| own.number)).await }.boxed()
        },
    },
    Indicator {
        code: "hazard_sources_overdue",
        label: "逾期未重新辨识的重大危险源",
        formula: "安全评估已满三年，或者发生应重新辨识的情形而未重新评估的重大危险源数",
        source: DECREE,
        unit: Unit::Number,
        rising: false,
        rows: "/hazards?major=yes&review=overdue",
        read: |app, scope, by| async move { number(&app, &scope, by, |own| own.overdue, None).await }.boxed(),
    },
];

async fn number(
    app: &App,
    scope: &Scope,
    by: By,
    above: fn(&Tally) -> i64,
    below: Option<fn(&Tally) -> i64>,
) -> Outcome<Vec<Part>> {
    let mut parts: BTreeMap<String, (i64, i64)> = BTreeMap::new();
    for row in store::tally(&app.db, scope, &by.column(), app.clock.today()).await? {
        let part = parts.entry(row.key.clone()).or_default();
        part.0 += above(&row);
        part.1 += below.map_or(0, |below| below(&row));
    }
    let part = |(key, (numerator, denominator))| Part { key, numerator, denominator };
    Ok(parts.into_iter().map(part).collect())
}
