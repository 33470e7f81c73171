//! Writing a source: identified anew by the law of the day, with the trail, the search box and the enterprise's archive, in the caller's transaction.

use archive::elsewhere::{self, Thing};
use audit::Action;
use caseflow::Acting;
use db::{Exec, Json, Tx};
use enterprise::Enterprise;
use rules::At;
use serde_json::{Value, json};
use uuid::Uuid;
use web::{Outcome, Problem};

use crate::{
    find, identify,
    model::{DUTIES, EVENTS, Event, Person, Source, Unit},
    review,
};

/// What is filled in of a source.
#[derive(Debug, Clone, Default)]
pub struct Given {
    /// What it is called.
    pub name: String,
    /// One of [`crate::CATEGORIES`].
    pub category: String,
    /// Its units.
    pub units: Vec<Unit>,
    /// Grade declared.
    pub declared_grade: Option<i64>,
    /// R declared.
    pub declared_r: Option<String>,
    /// People within 500 m.
    pub population: Option<i64>,
    /// Where in the plant.
    pub location: Option<String>,
    /// Degrees east and north.
    pub place: Option<(f64, f64)>,
    /// In use since.
    pub started_on: Option<chrono::NaiveDate>,
    /// Who answers for it.
    pub persons: Vec<Person>,
    /// Record of the archive: evaluation report.
    pub evaluation: Option<Uuid>,
    /// Record of the archive: emergency plan.
    pub plan: Option<Uuid>,
    /// Day of the last assessment.
    pub assessed_on: Option<chrono::NaiveDate>,
    /// Remark.
    pub note: Option<String>,
}

/// Most units of a source, and most chemicals of a unit.
const MOST: usize = 200;

fn checked(given: &Given, today: chrono::NaiveDate) -> Outcome<()> {
    let wrong =
        |pointer: &str, code: &'static str, text: &str| Err(Problem::wrong_field(pointer, code, text));
    if given.name.trim().is_empty() || given.name.chars().count() > 100 {
        return wrong("/name", "field.required", "请填写重大危险源名称，不超过 100 字。");
    }
    if given.units.len() > MOST || given.units.iter().any(|unit| unit.substances.len() > MOST) {
        return wrong("/units", "field.long", "单元和每个单元的物质都不超过 200 项。");
    }
    for (at, unit) in given.units.iter().enumerate() {
        if unit.name.trim().is_empty() {
            return wrong(&format!("/units/{at}/name"), "field.required", "请填写单元名称。");
        }
    }
    if given.declared_grade.is_some_and(|grade| !(1..=4).contains(&grade)) {
        return wrong("/declared_grade", "choice.unknown", "申报级别应为一至四级。");
    }
    if let Some(r) = given.declared_r.as_deref().map(str::trim).filter(|r| !r.is_empty())
        && r.parse::<rules::Decimal>().is_err()
    {
        return wrong("/declared_r", "number.invalid", "申报的 R 值应为数字。");
    }
    if given.population.is_some_and(|people| !(0..=10_000_000).contains(&people)) {
        return wrong("/population", "number.range", "人数应为 0 至 1000 万的整数。");
    }
    if let Some((longitude, latitude)) = given.place
        && !((73.0..=136.0).contains(&longitude) && (3.0..=54.0).contains(&latitude))
    {
        return wrong("/longitude", "place.range", "经纬度不在国内，请核对（经度 73–136，纬度 3–54）。");
    }
    for (at, person) in given.persons.iter().enumerate() {
        if !DUTIES.iter().any(|(code, _)| *code == person.duty) {
            return wrong(&format!("/persons/{at}/duty"), "choice.unknown", "请选择责任类别。");
        }
        if person.name.trim().is_empty() {
            return wrong(&format!("/persons/{at}/name"), "field.required", "请填写责任人姓名。");
        }
    }
    for (pointer, day) in [("/assessed_on", given.assessed_on), ("/started_on", given.started_on)] {
        if day.is_some_and(|day| day > today) {
            return wrong(pointer, "date.future", "日期不能晚于今天。");
        }
    }
    Ok(())
}

/// Fills a source with what is given and identifies it. What changed of a source that was assessed asks for a new assessment, unless the new one came with
/// the change.
fn fill(by: Acting<'_>, enterprise: &Enterprise, before: Option<&Source>, given: Given) -> Outcome<Source> {
    let today = by.clock.today();
    checked(&given, today)?;
    let at = At { on: today, region: &enterprise.town, law: by.law };
    let blank = || Source::blank(enterprise, by.actor.account, by.clock.now(), today);
    let mut row = before.cloned().unwrap_or_else(blank);
    let old = (row.category.clone(), identify::substance(&row.units()));
    row.sector = enterprise.sector.clone();
    row.ownership = enterprise.ownership.clone();
    row.enterprise_name = enterprise.name.clone();
    row.name = given.name.trim().to_string();
    row.category = given.category;
    row.declared_grade = given.declared_grade;
    row.declared_r = web::filled(given.declared_r);
    row.population = given.population;
    row.location = web::filled(given.location);
    (row.longitude, row.latitude) = given.place.unzip();
    row.started_on = given.started_on;
    row.persons = Json(json!(given.persons));
    row.evaluation = given.evaluation;
    row.plan = given.plan;
    let reassessed = given.assessed_on > row.assessed_on;
    row.assessed_on = given.assessed_on;
    row.note = web::filled(given.note);
    let units: Vec<Unit> = given
        .units
        .into_iter()
        .map(|unit| Unit { id: unit.id.or_else(|| Some(Uuid::now_v7())), outcome: None, ..unit })
        .collect();
    let changed = before.is_some() && old != (row.category.clone(), identify::substance(&units));
    identify::apply(&at, &mut row, units).map_err(law::problem)?;
    let assessed = row.assessed_on.is_some() || row.state == "filed";
    if changed && assessed && !reassessed {
        let mut events = row.events();
        let note = "单元的种类、数量或者参数有变化（系统比对发现）".to_string();
        if !events.iter().any(|own| own.kind == "change" && own.on == today) {
            events.push(Event { kind: "change".into(), on: today, note });
        }
        row.events = Json(json!(events));
    }
    review::apply(&at, &mut row);
    Ok(row)
}

/// What follows from a source: the search box and the enterprise's archive.
async fn follow(tx: &mut Tx, by: Acting<'_>, enterprise: &Enterprise, source: &Source) -> Outcome<()> {
    find::write(tx, source).await?;
    elsewhere::tell(tx, by.clock, enterprise, &[thing(source)], "重大危险源").await
}

/// What the enterprise's archive is told of a source.
pub(crate) fn thing(source: &Source) -> Thing {
    Thing {
        id: source.id,
        section: "hazard_source",
        expires_on: None,
        counts: source.is_live() && source.is_major,
    }
}

/// Enters a source of an enterprise that was found in scope.
///
/// # Errors
/// 422 with the field that is missing or wrong, as the rules name it.
pub async fn create(tx: &mut Tx, by: Acting<'_>, enterprise: &Enterprise, given: Given) -> Outcome<Source> {
    let row = fill(by, enterprise, None, given)?;
    tx.run(row.insert()).await?;
    audit::record(tx, by.clock, by.actor, row.entry(Action::Create, None, Some(row.document()), None))
        .await?;
    follow(tx, by, enterprise, &row).await?;
    Ok(row)
}

/// Writes what became of a source that was read at its version.
pub(crate) async fn keep(
    tx: &mut Tx,
    by: Acting<'_>,
    enterprise: &Enterprise,
    (before, after): (&Source, Source),
    reason: Option<String>,
) -> Outcome<Source> {
    let after = Source {
        updated_at: by.clock.now(),
        updated_by: by.actor.account,
        version: before.version + 1,
        ..after
    };
    let sql = after.update(&["city", "id"]).push(" and version = ").arg(before.version);
    if tx.run(sql).await? == 0 {
        return Err(db::Error::Busy.into());
    }
    let (old, new) = audit::diff(&before.document(), &after.document());
    audit::record(tx, by.clock, by.actor, after.entry(Action::Update, Some(old), Some(new), reason)).await?;
    follow(tx, by, enterprise, &after).await?;
    Ok(after)
}

/// Sets a source right or brings it up to date; identified anew.
pub(crate) async fn update(
    tx: &mut Tx,
    by: Acting<'_>,
    enterprise: &Enterprise,
    before: &Source,
    (given, reason): (Given, Option<String>),
) -> Outcome<Source> {
    let after = fill(by, enterprise, Some(before), given)?;
    keep(tx, by, enterprise, (before, after), reason).await
}

/// Something has happened that asks for a new assessment.
pub(crate) async fn event(
    tx: &mut Tx,
    by: Acting<'_>,
    enterprise: &Enterprise,
    before: &Source,
    event: Event,
) -> Outcome<Source> {
    let today = by.clock.today();
    if !EVENTS.iter().any(|(code, _)| *code == event.kind) {
        return Err(Problem::wrong_field("/kind", "choice.unknown", "请选择发生的情形。"));
    }
    if event.on > today {
        return Err(Problem::wrong_field("/on", "date.future", "日期不能晚于今天。"));
    }
    if before.assessed_on.is_some_and(|day| event.on <= day) {
        let text = "该情形发生在最近一次安全评估之前，已由评估处理，不必登记。";
        return Err(Problem::wrong_field("/on", "date.settled", text));
    }
    let mut events = before.events();
    events.push(event);
    let mut after = Source { events: Json(json!(events)), ..before.clone() };
    review::apply(&At { on: today, region: &before.town, law: by.law }, &mut after);
    keep(tx, by, enterprise, (before, after), None).await
}

/// The steps of a unit that is only tried.
pub(crate) fn tried(
    at: &At<'_>,
    category: &str,
    population: Option<i64>,
    units: &mut [Unit],
) -> Outcome<Value> {
    let found = identify::identify(at, category, population, units).map_err(law::problem)?;
    Ok(json!({
        "is_major": found.is_major, "grade": found.grade, "s": found.s, "r": found.r, "edition": found.edition,
        "units": units.iter().map(|unit| json!(unit.outcome)).collect::<Vec<_>>(),
    }))
}
