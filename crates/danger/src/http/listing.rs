//! Listed supervision (挂牌督办): a tier lists a major danger by a numbered notice, the notice is served, and the same tier releases it once
//! it was looked at on the spot.

use audit::Action;
use axum::{Json, extract::State, response::Response};
use caseflow::{Acting, Taken};
use chrono::NaiveDate;
use document::{Notice, Said, Signature};
use serde::Deserialize;
use utoipa::ToSchema;
use uuid::Uuid;
use web::{App, Body, Caller, Outcome, PathOf, Problem, required};

use super::{DangerView, read_danger, steps::stepped, view};
use crate::{
    listing::{self, Listing, held, until},
    model::Danger,
    powers, store,
};

/// Ways of serving a notice.
const WAYS: &[(&str, &str)] = &[
    ("direct", "直接送达"),
    ("left", "留置送达"),
    ("mail", "邮寄送达"),
    ("electronic", "电子送达"),
    ("public", "公告送达"),
];

/// Listed supervision (挂牌督办).
#[derive(Debug, Deserialize, ToSchema)]
pub(super) struct DangerListing {
    /// The version that was read.
    version: i64,
    /// `county`, `city` or `province`.
    tier: String,
    /// Number of the notice, where it has one already; the next one of the tier and year unless told.
    document: Option<String>,
    /// Until when it is to be put right.
    due_on: Option<NaiveDate>,
    /// Why.
    reason: String,
}

/// Puts it under listed supervision of a tier, with a numbered notice and a term.
#[utoipa::path(post, path = "/api/dangers/{city}/{id}/supervise", tag = "danger", params(("city" = String, Path), ("id" = Uuid, Path)), request_body = DangerListing,
    responses((status = 200, body = DangerView), (status = 403, body = Problem), (status = 404, body = Problem), (status = 409, body = Problem), (status = 422, body = Problem)))]
pub(super) async fn supervise_danger(
    State(app): State<App>,
    Caller(actor): Caller,
    PathOf((city, id)): PathOf<(String, Uuid)>,
    Body(given): Body<DangerListing>,
) -> Outcome<Json<DangerView>> {
    let scope = actor.may(&powers::SUPERVISE)?;
    let mut tx = app.db.begin().await?;
    let (case, row) = read_danger(&mut tx, &app, &scope, (&city, id), given.version).await?;
    let law = law::in_force(&mut tx, &row.town).await?;
    let by = Acting { clock: &app.clock, actor: &actor, law: &law };
    let listing =
        Listing { tier: given.tier, document: given.document, due_on: given.due_on, reason: given.reason };
    let (case, row) = listing::supervise(&mut tx, by, (&case, &row), listing).await?;
    let photos = store::photos(&mut tx, &row).await?;
    tx.commit().await?;
    Ok(Json(view(&app, &actor, case, row, photos)))
}

/// That the notice was served.
#[derive(Debug, Deserialize, ToSchema)]
pub(super) struct DangerListingServed {
    /// The version that was read.
    version: i64,
    /// When.
    served_on: NaiveDate,
    /// Who signed for it.
    served_to: String,
    /// `direct`, `left`, `mail`, `electronic`, `public`.
    served_way: String,
}

/// Notes the service of the notice (送达回证).
#[utoipa::path(post, path = "/api/dangers/{city}/{id}/serve", tag = "danger", params(("city" = String, Path), ("id" = Uuid, Path)), request_body = DangerListingServed,
    responses((status = 200, body = DangerView), (status = 403, body = Problem), (status = 404, body = Problem), (status = 409, body = Problem), (status = 422, body = Problem)))]
pub(super) async fn serve_danger_listing(
    State(app): State<App>,
    Caller(actor): Caller,
    PathOf((city, id)): PathOf<(String, Uuid)>,
    Body(given): Body<DangerListingServed>,
) -> Outcome<Json<DangerView>> {
    let key = (city.as_str(), id, given.version);
    stepped(&app, &actor, &powers::SERVE, key, |by, _, row| {
        let listed = row.listed_on.filter(|_| row.listed()).ok_or_else(not_listed)?;
        if given.served_on < listed || given.served_on > by.clock.today() {
            let text = "送达日期应在督办通知发出之后、不晚于今天。";
            return Err(Problem::wrong_field("/served_on", "date.range", text));
        }
        if !WAYS.iter().any(|(code, _)| *code == given.served_way) {
            return Err(Problem::wrong_field("/served_way", "choice.unknown", "请选择送达方式。"));
        }
        let after = Danger {
            served_on: Some(given.served_on),
            served_to: Some(required(&given.served_to, "/served_to", "签收人", 50)?),
            served_way: Some(given.served_way),
            ..row
        };
        Ok(("serve", after, Taken::default()))
    })
    .await
}

fn not_listed() -> Problem {
    Problem::conflict("danger.not_listed", "这条隐患没有在挂牌督办。")
}

/// The answer of the tier that listed it.
#[derive(Debug, Deserialize, ToSchema)]
pub(super) struct DangerRelease {
    /// The version that was read.
    version: i64,
    /// Whether it is released; yes unless told.
    grant: Option<bool>,
    /// Why.
    reason: String,
    /// Where it is not released: the new last day.
    due_on: Option<NaiveDate>,
}

/// Releases it and strikes it off after the recheck, or sends it back; before the recheck, takes back a listing that was a mistake.
#[utoipa::path(post, path = "/api/dangers/{city}/{id}/release", tag = "danger", params(("city" = String, Path), ("id" = Uuid, Path)), request_body = DangerRelease,
    responses((status = 200, body = DangerView), (status = 403, body = Problem), (status = 404, body = Problem), (status = 409, body = Problem), (status = 422, body = Problem)))]
pub(super) async fn release_danger(
    State(app): State<App>,
    Caller(actor): Caller,
    PathOf((city, id)): PathOf<(String, Uuid)>,
    Body(given): Body<DangerRelease>,
) -> Outcome<Json<DangerView>> {
    let key = (city.as_str(), id, given.version);
    stepped(&app, &actor, &powers::RELEASE, key, |by, case, row| {
        if !row.listed() {
            return Err(not_listed());
        }
        held(by.actor, &powers::RELEASE, &row)?;
        let taken = Taken { reason: web::filled(Some(&given.reason)), ..Taken::default() };
        if given.grant == Some(false) {
            let term = given
                .due_on
                .ok_or_else(|| Problem::wrong_field("/due_on", "field.required", "请填写新的督办期限。"))?;
            return Ok(("keep", until(by, row, term)?, Taken { due_on: Some(term), ..taken }));
        }
        let action = if case.state == "accepted" { "release" } else { "unlist" };
        let after =
            Danger { released_on: Some(by.clock.today()), released_text: taken.reason.clone(), ..row };
        Ok((action, after, taken))
    })
    .await
}

/// A sentence with its end.
fn sentence(text: &str) -> String {
    format!("{}。", text.trim_end_matches(['。', '；', '，', ' ']))
}

/// The notice as it is sent, with the line on which its receipt is signed.
fn notice(case: &caseflow::Case, row: &Danger) -> Notice {
    let day =
        |day: Option<NaiveDate>| day.map(|day| day.format("%Y年%-m月%-d日").to_string()).unwrap_or_default();
    let tier = caseflow::parse_tier(row.listed_tier.as_deref().unwrap_or_default());
    let place = row.town.get(..tier.digits()).unwrap_or(&row.town);
    let place = region::divisions::find(place).map_or("", |own| own.name.as_str());
    let agency = format!("{place}安全生产委员会办公室");
    let grounds = row.judgement.0["value"]["grounds"].as_array().into_iter().flatten();
    let grounds: Vec<&str> = grounds.filter_map(|own| own.as_str()).collect();
    let required = row.requirement.as_ref().map(|own| format!("整改要求：{}", sentence(own)));
    let last = row
        .listed_ask_by
        .map(|last| format!("确需延期的，最迟于{}书面提出申请，说明原因和期间的防范措施。", day(Some(last))));
    let text = [
        Some(format!("经查，你单位{}存在下列重大事故隐患：{}", row.place, sentence(&row.description))),
        (!grounds.is_empty()).then(|| format!("判定依据：{}", sentence(&grounds.join("；")))),
        required,
        Some(format!(
            "现决定由{place}挂牌督办。你单位应当落实责任、措施、资金、时限、预案，于{}前完成整改；整改期间采取防范措施，不能保证安全的，停产停业或者停止使用。",
            day(row.listed_until)
        )),
        last,
        Some(
            "整改完成后，经专家或者政府部门验收，向所在地监管部门报告；复查合格的，由督办机关解除督办。"
                .into(),
        ),
    ];
    let way = |code: &str| WAYS.iter().find(|(own, _)| *own == code).map_or("", |(_, label)| *label);
    let served = match row.served_on {
        Some(on) => format!("{}　{}", day(Some(on)), row.served_way.as_deref().map(way).unwrap_or_default()),
        None => "日期：　　　年　　月　　日".into(),
    };
    let signed = Signature {
        label: "签收人（签名）".into(),
        drawing: None,
        instead: row.served_to.clone(),
        beside: Some(served),
    };
    let line = |label: &str, value: &str| (label.to_string(), value.to_string());
    Notice {
        title: "重大事故隐患挂牌督办通知书".into(),
        number: row.listed_document.clone(),
        issued_on: row.listed_on.unwrap_or(case.opened_on),
        across: None,
        marks: row.released_on.map(|on| format!("已于{}解除挂牌督办。", day(Some(on)))).into_iter().collect(),
        to: Some(case.enterprise_name.clone()),
        parts: vec![
            Said::Line(vec![line("隐患编号", &case.number)]),
            Said::Line(vec![line("隐患所在地", &region::divisions::full_name(&row.town))]),
            Said::Text(text.into_iter().flatten().collect::<Vec<_>>().join("\n")),
        ],
        signatures: vec![signed],
        sealed: true,
        copies: Some(format!("本通知书一式两份：一份由{agency}存档，一份交被督办单位。")),
        agency,
    }
}

/// The notice of listed supervision with its receipt, to print.
#[utoipa::path(get, path = "/api/dangers/{city}/{id}/listing/print", tag = "danger", params(("city" = String, Path), ("id" = Uuid, Path)),
    responses((status = 200, content_type = "application/pdf", body = Vec<u8>), (status = 403, body = Problem), (status = 404, body = Problem), (status = 409, body = Problem)))]
pub(super) async fn print_danger_listing(
    State(app): State<App>,
    Caller(actor): Caller,
    PathOf((city, id)): PathOf<(String, Uuid)>,
) -> Outcome<Response> {
    let scope = actor.may(&powers::PRINT_LISTING)?;
    let row = store::find(&app.db, &scope, &city, id).await?;
    let case = caseflow::store::find(&app.db, &scope, &city, id).await?;
    if row.listed_tier.is_none() {
        return Err(not_listed());
    }
    let paper = notice(&case, &row);
    let made = tokio::task::spawn_blocking(move || paper.pdf()).await.map_err(Problem::internal)?;
    let bytes = made.map_err(|error| match error {
        document::DocumentError::NoFont | document::DocumentError::FontUnreadable { .. } => {
            Problem::conflict(error.code(), error.to_string())
        }
        other => Problem::internal(other),
    })?;
    let mut tx = app.db.begin().await?;
    let entry = audit::Entry {
        action: Action::Export,
        subject: Danger::TABLE,
        city: row.city.clone(),
        town: row.town.clone(),
        row: Some(row.id),
        title: Some(format!("打印挂牌督办通知书：{}", case.number)),
        before: None,
        after: None,
        reason: None,
    };
    audit::record(&mut tx, &app.clock, &actor, entry).await?;
    tx.commit().await?;
    Ok(web::send_bytes(bytes, &format!("挂牌督办通知书-{}.pdf", case.number), "application/pdf"))
}
