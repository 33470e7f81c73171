//! Why somebody may or may not do something somewhere, in words.

use axum::{Json, extract::State};
use db::Exec;
use kernel::{Actor, Grant, Power, RegionCode, Role};
use region::divisions;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;
use web::{App, Caller, Outcome, Problem, Query};

use crate::{deputy, model::Account, people, powers};

/// What is asked.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct Question {
    /// Whom it is about; oneself unless told.
    account: Option<Uuid>,
    /// Operation id.
    operation: String,
    /// Where.
    region: String,
    /// Supervised sector of what it is about; any unless told.
    sector: Option<String>,
    /// The enterprise that it is about; for accounts that are bound to some.
    enterprise: Option<Uuid>,
}

/// Something that may be asked about.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct PowerView {
    /// Operation id.
    operation: &'static str,
    /// What a person calls it.
    label: &'static str,
}

/// All operations that a power is needed for, by what they are called.
#[utoipa::path(get, path = "/api/powers", tag = "accounts",
    responses((status = 200, body = Vec<PowerView>), (status = 401, body = Problem)))]
pub(super) async fn list_powers(State(app): State<App>, Caller(_actor): Caller) -> Json<Vec<PowerView>> {
    let view = |power: &&Power| PowerView { operation: power.operation, label: power.label };
    Json(app.powers.iter().map(view).collect())
}

/// Whether, and why.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Answer {
    allowed: bool,
    reasons: Vec<String>,
}

/// Says why somebody may or may not do something somewhere. About others only administrators of their area may ask.
#[utoipa::path(get, path = "/api/why", tag = "accounts", params(Question),
    responses((status = 200, body = Answer), (status = 401, body = Problem), (status = 404, body = Problem)))]
pub(super) async fn explain_power(
    State(app): State<App>,
    Caller(actor): Caller,
    Query(asked): Query<Question>,
) -> Outcome<Json<Answer>> {
    let region = RegionCode::parse(&asked.region)?;
    let power = app.powers.iter().find(|power| power.operation == asked.operation).ok_or_else(|| {
        Problem::wrong_field("/operation", "operation.unknown", "没有这个操作，请从列表中选择。")
    })?;
    let id = asked.account.unwrap_or(actor.account);
    let mut sql = Account::select().push(" where id = ").arg(id);
    if id != actor.account {
        sql = sql.push(" and ").area(&actor.may(&powers::FIND)?, "");
    }
    let account: Account = app.db.one(sql).await?;
    let today = app.clock.today();
    let mut people = vec![(None, people::actor(&app.db, &account, today).await?)];
    for row in deputy::by(&app.db, account.id, today).await? {
        if let Some(acting) = deputy::acting(&app.db, &account, row.principal, today).await? {
            people.push((Some(row.valid_to), acting));
        }
    }
    let mut reasons = Vec::new();
    let mut allowed = false;
    for (until, person) in &people {
        // as somebody's deputy, with the person chosen in the session
        let as_whom =
            until.map_or(String::new(), |until| format!("以「{}」的身份（{until} 前有效）：", person.name));
        for grant in &person.grants {
            let (fits, reason) = explain(power, person, grant, &region, &asked);
            allowed |= fits;
            reasons.push(format!("{as_whom}{reason}"));
        }
    }
    if reasons.is_empty() {
        reasons.push("今天没有任何有效的授权。".into());
    }
    if account.disabled {
        allowed = false;
        reasons.push("账号已停用。".into());
    }
    if !allowed {
        let roles: Vec<&str> = power.allow.iter().map(|(role, _)| Role::label(*role)).collect();
        reasons.push(format!("具备此权限的角色：{}。", roles.join("、")));
    }
    Ok(Json(Answer { allowed, reasons }))
}

/// Whether the grant gives the power there, and why.
fn explain(
    power: &Power,
    person: &Actor,
    grant: &Grant,
    region: &RegionCode,
    asked: &Question,
) -> (bool, String) {
    let deed = grant.document.as_ref().map_or(String::new(), |document| format!("（依据 {document}）"));
    let name = format!("{}{}{deed}", divisions::full_name(grant.region.as_str()), grant.role.label());
    let line = power.allow.iter().find(|(role, _)| *role == grant.role);
    match line {
        None => return (false, format!("「{name}」不含「{}」的权限。", power.label)),
        Some((_, lowest)) if grant.region.tier() > *lowest => {
            return (false, format!("「{name}」的层级太低，「{}」需要{}一级。", power.label, lowest.label()));
        }
        Some(_) => {}
    }
    // what these see is said by their enterprises, wherever they lie
    if matches!(grant.role, Role::Enterprise | Role::Intermediary) {
        let whose = if grant.role == Role::Enterprise {
            "账号绑定的企业"
        } else {
            "正在委托其服务的企业"
        };
        return match asked.enterprise {
            _ if person.enterprises.is_empty() => (false, format!("「{name}」有此权限，但没有{whose}。")),
            Some(id) if !person.enterprises.iter().any(|(_, own)| *own == id) => {
                (false, format!("「{name}」有此权限，但这家不是{whose}。"))
            }
            _ => (true, format!("「{name}」有此权限，仅限{whose}。")),
        };
    }
    if !grant.region.contains(region.as_str()) {
        let place = divisions::full_name(region.as_str());
        return (false, format!("「{name}」有此权限，但{place}不在其辖区内。"));
    }
    let Some(sectors) = &grant.sectors else { return (true, format!("「{name}」有此权限。")) };
    let labels: Vec<&str> = sectors.iter().map(|code| rules::sector::label(code).unwrap_or(code)).collect();
    let only = labels.join("、");
    match &asked.sector {
        Some(sector) if !sectors.contains(sector) => {
            let other = rules::sector::label(sector).unwrap_or(sector);
            (false, format!("「{name}」有此权限，但仅限监管领域：{only}；这里是：{other}。"))
        }
        _ => (true, format!("「{name}」有此权限，仅限监管领域：{only}。")),
    }
}
