//! The indicators of monitoring.

use std::collections::BTreeMap;

use db::{Exec, FromRow, Sql};
use futures::FutureExt;
use indicator::{By, Indicator, Part, Reading, Unit};
use kernel::Scope;
use web::{App, Outcome};

use crate::store::{self, Filter};

const DECREE: &str = "安监总局令第40号第十三条（危险化学品重大危险源监督管理暂行规定）";

/// The indicators of this area.
pub const INDICATORS: &[Indicator] = &[
    Indicator {
        code: "monitor_points_online",
        label: "监测点在线率",
        formula: "三个上传间隔内有数据的监测点数 ÷ 在用的监测点数（不含视频）",
        source: DECREE,
        unit: Unit::Percent,
        rising: true,
        rows: "/monitoring?state=offline,new",
        read: online,
    },
    Indicator {
        code: "alarms_unacknowledged",
        label: "未确认的监测报警",
        formula: "已报警、尚未确认的次数",
        source: DECREE,
        unit: Unit::Number,
        rising: false,
        rows: "/monitoring/alarms?state=raised",
        read: |app, scope, by| async move { unacknowledged(&app, &scope, by).await }.boxed(),
    },
];

fn online(app: App, scope: Scope, by: By) -> Reading {
    async move {
        let mut parts: BTreeMap<String, (i64, i64)> = BTreeMap::new();
        let column = by.column_of_enterprise("monitor_point");
        for row in store::standings(&app.db, &scope, &column, &Filter::default()).await? {
            let part = parts.entry(row.key).or_default();
            part.1 += row.number;
            if matches!(row.state.as_str(), "normal" | "level1" | "level2") {
                part.0 += row.number;
            }
        }
        Ok(parts
            .into_iter()
            .map(|(key, (numerator, denominator))| Part { key, numerator, denominator })
            .collect())
    }
    .boxed()
}

#[derive(FromRow)]
struct Number {
    key: String,
    number: i64,
}

async fn unacknowledged(app: &App, scope: &Scope, by: By) -> Outcome<Vec<Part>> {
    let key = by.column();
    let sql = Sql::new(&format!(
        "select coalesce({key}, '') as key, count(*) as number from case_header where kind = 'alarm' and closed_on is null and state = 'raised' and "
    ));
    let rows: Vec<Number> =
        app.db.all(sql.scope(scope, "", "enterprise").push(" group by 1 order by 1")).await?;
    Ok(rows.into_iter().map(|row| Part { key: row.key, numerator: row.number, denominator: 0 }).collect())
}
