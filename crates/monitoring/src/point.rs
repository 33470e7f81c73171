//! Points: entering one, and changing it.

use audit::Action;
use caseflow::Acting;
use chrono::{DateTime, Utc};
use db::{Exec, FromRow, Tx, sql};
use enterprise::Enterprise;
use rules::{At, monitor_point};
use serde::Deserialize;
use utoipa::ToSchema;
use uuid::Uuid;
use web::{Outcome, Problem, required};

use crate::{
    kept,
    model::{KINDS, Now, Point, VIDEO},
    number::Milli,
};

/// Most points of an enterprise.
const MOST: i64 = 2_000;

/// What is said of a point. Limits that are not given are those of the table `monitor-point`.
#[derive(Debug, Clone, Default, Deserialize, ToSchema)]
#[schema(as = MonitorPointGiven)]
#[serde(default)]
pub struct Given {
    /// The enterprise's own number of it (位号), by which readings name it.
    pub code: String,
    /// Name.
    pub name: String,
    /// Where in the enterprise.
    pub place: Option<String>,
    /// The unit of a major hazard source that it watches, as the enterprise calls it.
    pub hazard_unit: Option<String>,
    /// `temperature`, `pressure`, `level`, `flow`, `combustible_gas`, `toxic_gas`, `wind`, `video`.
    pub kind: String,
    /// Unit of measure; that of the kind unless told.
    pub unit: Option<String>,
    /// Address of a video.
    pub link: Option<String>,
    /// Limit of level 2 below.
    #[schema(value_type = Option<f64>)]
    pub low_low: Option<Milli>,
    /// Limit of level 1 below.
    #[schema(value_type = Option<f64>)]
    pub low: Option<Milli>,
    /// Limit of level 1 above.
    #[schema(value_type = Option<f64>)]
    pub high: Option<Milli>,
    /// Limit of level 2 above.
    #[schema(value_type = Option<f64>)]
    pub high_high: Option<Milli>,
    /// By how much a value must come back before an alarm ends.
    #[schema(value_type = Option<f64>)]
    pub hysteresis: Option<Milli>,
    /// Seconds that a limit is passed before it is an alarm.
    pub delay_s: Option<i64>,
    /// Seconds between two readings.
    pub interval_s: Option<i64>,
    /// Lowest value that can be true.
    #[schema(value_type = Option<f64>)]
    pub range_low: Option<Milli>,
    /// Highest value that can be true.
    #[schema(value_type = Option<f64>)]
    pub range_high: Option<Milli>,
    /// Where the limits are from.
    pub basis: Option<String>,
    /// Whether it is watched; yes unless told.
    pub in_use: Option<bool>,
}

fn perhaps(text: Option<&str>, pointer: &str, what: &str, most: usize) -> Outcome<Option<String>> {
    web::filled(text).map(|text| required(&text, pointer, what, most)).transpose()
}

/// Seconds within bounds.
fn seconds(value: i64, pointer: &str, (least, most): (i64, i64), what: &str) -> Outcome<i64> {
    if (least..=most).contains(&value) {
        return Ok(value);
    }
    let text = format!("{what}应为 {least}–{most} 秒。");
    Err(Problem::wrong_field(pointer, "number.range", text))
}

/// Limits that do not rise from the lowest to the highest.
fn ordered(given: &[(&str, &str, Option<i64>)]) -> Outcome<()> {
    let set: Vec<(&str, &str, i64)> =
        given.iter().filter_map(|(pointer, name, value)| Some((*pointer, *name, (*value)?))).collect();
    for two in set.windows(2) {
        if let [(_, lower, low), (pointer, upper, high)] = two
            && low >= high
        {
            let text = format!("{upper}应大于{lower}。");
            return Err(Problem::wrong_field(pointer, "number.order", text));
        }
    }
    Ok(())
}

/// What is said of a point, checked; what only the system knows is that of `before`.
fn checked(by: Acting<'_>, given: &Given, before: Point) -> Outcome<Point> {
    let code = required(&given.code, "/code", "位号", 50)?;
    let name = required(&given.name, "/name", "监测点名称", 50)?;
    if !KINDS.iter().any(|(kind, _)| *kind == given.kind) {
        return Err(Problem::wrong_field("/kind", "choice.unknown", "请选择监测项目。"));
    }
    let video = given.kind == VIDEO;
    let at = At { on: by.clock.today(), region: &before.town, law: by.law };
    let input = monitor_point::Input { kind: given.kind.clone() };
    let table = monitor_point::defaults(&at, &input).map_err(law::problem)?.value;
    let milli = |own: Option<Milli>| own.map(|own| own.0);
    let of = |number: Option<rules::Number>| number.map(|number| Milli::from(number).0);
    let whole = |number: Option<rules::Number>, other: i64| of(number).map_or(other, |own| own / 1000);
    let limits = [given.low_low, given.low, given.high, given.high_high].map(milli);
    let own = limits.iter().any(Option::is_some);
    let [low_low, low, high, high_high] =
        if own || video { limits } else { [None, of(table.low), of(table.high), of(table.high_high)] };
    let unit = perhaps(given.unit.as_deref(), "/unit", "单位", 20)?.unwrap_or(table.unit);
    let link = perhaps(given.link.as_deref(), "/link", "视频地址", 500)?;
    let shown =
        |link: &String| ["http://", "https://", "rtsp://", "rtmp://"].iter().any(|own| link.starts_with(own));
    if video && !link.as_ref().is_some_and(shown) {
        let text = "请填写以 http://、https:// 或者 rtsp:// 开头的视频地址。";
        return Err(Problem::wrong_field("/link", "link.unknown", text));
    }
    if video && own {
        return Err(Problem::wrong_field("/high", "monitor.video", "视频没有报警限。"));
    }
    let point = Point {
        code,
        name,
        place: perhaps(given.place.as_deref(), "/place", "位置", 100)?,
        hazard_unit: perhaps(given.hazard_unit.as_deref(), "/hazard_unit", "重大危险源单元", 100)?,
        kind: given.kind.clone(),
        unit,
        link: link.filter(|_| video),
        low_low,
        low,
        high,
        high_high,
        hysteresis: milli(given.hysteresis).or(of(table.hysteresis)).unwrap_or_default(),
        delay_s: seconds(
            given.delay_s.unwrap_or_else(|| whole(table.delay_s, 0)),
            "/delay_s",
            (0, 3_600),
            "报警延时",
        )?,
        interval_s: seconds(
            given.interval_s.unwrap_or_else(|| whole(table.interval_s, 60)),
            "/interval_s",
            (1, 86_400),
            "上传间隔",
        )?,
        range_low: milli(given.range_low).or(of(table.range_low)),
        range_high: milli(given.range_high).or(of(table.range_high)),
        basis: perhaps(given.basis.as_deref(), "/basis", "限值依据", 200)?
            .or(Some(table.basis).filter(|_| !own)),
        in_use: given.in_use.unwrap_or(true),
        updated_at: by.clock.now(),
        updated_by: by.actor.account,
        ..before
    };
    if point.hysteresis < 0 {
        return Err(Problem::wrong_field("/hysteresis", "number.negative", "回差不能小于 0。"));
    }
    ordered(&[
        ("/low_low", "低低限", point.low_low),
        ("/low", "低限", point.low),
        ("/high", "高限", point.high),
        ("/high_high", "高高限", point.high_high),
    ])?;
    ordered(&[("/range_low", "量程下限", point.range_low), ("/range_high", "量程上限", point.range_high)])?;
    Ok(point)
}

fn entry(
    point: &Point,
    action: Action,
    before: Option<serde_json::Value>,
    after: serde_json::Value,
) -> audit::Entry {
    audit::Entry {
        action,
        subject: Point::TABLE,
        city: point.city.clone(),
        town: point.town.clone(),
        row: Some(point.id),
        title: Some(format!("{} {}", point.code, point.name)),
        before,
        after: Some(after),
        reason: None,
    }
}

fn blank(by: Acting<'_>, firm: &Enterprise, now: DateTime<Utc>) -> Point {
    Point {
        city: firm.city.clone(),
        id: Uuid::now_v7(),
        town: firm.town.clone(),
        sector: firm.sector.clone(),
        enterprise: firm.id,
        code: String::new(),
        name: String::new(),
        place: None,
        hazard_unit: None,
        kind: String::new(),
        unit: String::new(),
        link: None,
        low_low: None,
        low: None,
        high: None,
        high_high: None,
        hysteresis: 0,
        delay_s: 0,
        interval_s: 60,
        range_low: None,
        range_high: None,
        basis: None,
        in_use: true,
        state: "new".into(),
        state_since: now,
        created_at: now,
        created_by: by.actor.account,
        updated_at: now,
        updated_by: by.actor.account,
        version: 1,
    }
}

/// A code that another point of the enterprise has.
fn twice(error: db::Error) -> Problem {
    match error {
        db::Error::Conflict { .. } => {
            Problem::wrong_field("/code", "monitor.code", "这家企业已经有这个位号的监测点。请换一个位号。")
        }
        other => other.into(),
    }
}

/// Enters a point of an enterprise that the caller found in its scope.
///
/// # Errors
/// 422 with the fields that are missing or wrong.
pub async fn create(tx: &mut Tx, by: Acting<'_>, firm: &Enterprise, given: &Given) -> Outcome<Point> {
    #[derive(FromRow)]
    struct Number {
        number: i64,
    }
    let point = checked(by, given, blank(by, firm, by.clock.now()))?;
    kept::hold(tx, &firm.city, firm.id, None).await?;
    let sql = sql!(
        "select count(*) as number from monitor_point where city = $1 and enterprise = $2",
        &firm.city,
        firm.id
    );
    if tx.one::<Number>(sql).await?.number >= MOST {
        let text = format!("一家企业最多登记 {MOST} 个监测点。请停用并改用不再需要的。");
        return Err(Problem::conflict("monitor.many", text));
    }
    tx.run(point.insert()).await.map_err(twice)?;
    tx.run(Now::nothing(&point.city, point.id).insert()).await?;
    audit::record(tx, by.clock, by.actor, entry(&point, Action::Create, None, point.document())).await?;
    Ok(point)
}

/// Changes a point that was found in the caller's scope at the version that was read. What it measured before stays what it was.
///
/// # Errors
/// 422 with the fields that are missing or wrong.
pub async fn update(tx: &mut Tx, by: Acting<'_>, before: &Point, given: &Given) -> Outcome<Point> {
    let after = checked(by, given, Point { version: before.version + 1, ..before.clone() })?;
    if (after.kind != before.kind || after.unit != before.unit) && before.state != "new" {
        return Err(Problem::conflict(
            "monitor.kind",
            "已经有数据的监测点不能改监测项目和单位。请停用它，另登记一个。",
        ));
    }
    tx.run(after.update(&["city", "id"])).await.map_err(twice)?;
    let (old, new) = audit::diff(&before.document(), &after.document());
    audit::record(tx, by.clock, by.actor, entry(&after, Action::Update, Some(old), new)).await?;
    Ok(after)
}
