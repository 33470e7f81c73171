//! The indicators of archives, read from the figures kept at town grain.

use db::{Exec, FromRow, Sql};
use futures::FutureExt;
use indicator::{By, Indicator, Part, Reading, Unit};
use kernel::Scope;
use web::{App, Outcome};

/// The plan names the archive of every enterprise as the base of all supervision.
const PLAN: &str = "一企一档：安全生产法第六十二条；GB/T 33000";

/// The indicators of this area.
pub const INDICATORS: &[Indicator] = &[
    Indicator {
        code: "archive_coverage",
        label: "建档率",
        formula: "已建档的企业数 ÷ 应建档的企业数（不含注销、吊销、迁出）",
        source: PLAN,
        unit: Unit::Percent,
        rising: true,
        rows: "/archives?state=complete,incomplete,expired",
        read: |app, scope, by| share(app, scope, by, "kept", "enterprises"),
    },
    Indicator {
        code: "archive_completeness",
        label: "档案完整率",
        formula: "已有且有效的必须栏目数 ÷ 必须栏目数",
        source: PLAN,
        unit: Unit::Percent,
        rising: true,
        rows: "/archives?state=incomplete,expired,empty",
        read: |app, scope, by| share(app, scope, by, "present", "required"),
    },
    Indicator {
        code: "archive_verified",
        label: "栏目核实率",
        formula: "已由镇街核实的必须栏目数 ÷ 必须栏目数",
        source: PLAN,
        unit: Unit::Percent,
        rising: true,
        rows: "/archives?verification=partly,never",
        read: |app, scope, by| share(app, scope, by, "verified_sections", "required"),
    },
    Indicator {
        code: "complete_archives",
        label: "档案完整的企业",
        formula: "必须栏目全部已有且有效的企业数",
        source: PLAN,
        unit: Unit::Number,
        rising: true,
        rows: "/archives?state=complete",
        read: |app, scope, by| number(app, scope, by, "complete"),
    },
    Indicator {
        code: "papers_expired",
        label: "已过期的证照资料",
        formula: "有效期已过、尚未换发的档案记录数",
        source: "安全生产许可证条例第九条等",
        unit: Unit::Number,
        rising: false,
        rows: "/expiries?span=expired",
        read: |app, scope, by| number(app, scope, by, "papers_expired"),
    },
    Indicator {
        code: "papers_expiring",
        label: "60 天内到期的证照资料",
        formula: "从今天起 60 天内到期的档案记录数",
        source: "安全生产许可证条例第九条等",
        unit: Unit::Number,
        rising: false,
        rows: "/expiries?span=60",
        read: |app, scope, by| number(app, scope, by, "papers_expiring"),
    },
];

fn share(app: App, scope: Scope, by: By, above: &'static str, below: &'static str) -> Reading {
    async move { parts(&app, &scope, by, above, Some(below)).await }.boxed()
}

fn number(app: App, scope: Scope, by: By, measure: &'static str) -> Reading {
    async move { parts(&app, &scope, by, measure, None).await }.boxed()
}

async fn parts(app: &App, scope: &Scope, by: By, above: &str, below: Option<&str>) -> Outcome<Vec<Part>> {
    #[derive(FromRow)]
    struct Row {
        key: String,
        numerator: i64,
        denominator: i64,
    }
    let key = by.column();
    let sum = |sql: Sql, measure: &str, name: &str| {
        sql.push("cast(sum(case when measure = ")
            .arg(measure)
            .push(&format!(" then number else 0 end) as bigint) as {name}"))
    };
    let sql = sum(Sql::new(&format!("select {key} as key, ")), above, "numerator").push(", ");
    let sql = sum(sql, below.unwrap_or_default(), "denominator").push(" from archive_tally where ");
    // every part that has enterprises is told, be it with nothing
    let measures = [Some(above), below, Some("enterprises")].into_iter().flatten();
    // the sectors of a limited grant limit the numbers as they limit the rows
    let sql = sql.scope(scope, "", "city").push(" and ").within("measure", measures);
    let rows: Vec<Row> = app.db.all(sql.push(&format!(" group by {key} order by 1"))).await?;
    let part = |row: Row| Part { key: row.key, numerator: row.numerator, denominator: row.denominator };
    Ok(rows.into_iter().map(part).collect())
}
