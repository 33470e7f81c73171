//! Deputies: who stands in for whom, from a day and until a day.
//!
//! A deputy chooses in the session for whom to act. Acting for the other gives what the other's own grants give that
//! day, no more: what a deputy holds only as a deputy is not handed on, and nothing outlives the dates or the grants.
//! The trail names both.

use chrono::{Days, NaiveDate};
use db::{Exec, FromRow, Sql, Tx};
use kernel::{Actor, Clock, Role};
use serde_json::json;
use uuid::Uuid;
use web::Problem;

use crate::{
    model::{Account, DeputyRow},
    people,
};

/// Most days somebody stands in by one order.
const LONGEST: u64 = 366;

/// What naming a deputy says.
#[derive(Debug, Clone)]
pub(crate) struct NewDeputy {
    pub login: String,
    pub valid_from: NaiveDate,
    pub valid_to: NaiveDate,
    pub document: Option<String>,
}

/// Those who stand in for the person now or later.
pub(crate) async fn of(db: impl Exec, principal: Uuid, today: NaiveDate) -> db::Result<Vec<DeputyRow>> {
    db.all(not_ended(today).push(" and principal = ").arg(principal).push(LAST)).await
}

/// Those for whom the account stands in, now or later.
pub(crate) async fn by(db: impl Exec, account: Uuid, today: NaiveDate) -> db::Result<Vec<DeputyRow>> {
    db.all(not_ended(today).push(" and account = ").arg(account).push(LAST)).await
}

/// All that concerns these accounts, now or later.
pub(crate) async fn about(db: impl Exec, accounts: &[Uuid], today: NaiveDate) -> db::Result<Vec<DeputyRow>> {
    let ids = || accounts.iter().copied();
    let sql =
        not_ended(today).push(" and (").within("principal", ids()).push(" or ").within("account", ids());
    db.all(sql.push(")").push(LAST)).await
}

const LAST: &str = " order by id limit 1000";

fn not_ended(today: NaiveDate) -> Sql {
    DeputyRow::select().push(" where valid_to > ").arg(today)
}

impl DeputyRow {
    /// Whether it counts that day.
    pub(crate) fn holds_on(&self, day: NaiveDate) -> bool {
        self.valid_from <= day && day < self.valid_to
    }
}

/// The account acting for `principal` that day; `None` if it does not stand in for that person, or the person's account
/// is out of use.
pub(crate) async fn acting(
    db: &db::Db,
    account: &Account,
    principal: Uuid,
    day: NaiveDate,
) -> db::Result<Option<Actor>> {
    let rows = by(db, account.id, day).await?;
    if !rows.iter().any(|row| row.principal == principal && row.holds_on(day)) {
        return Ok(None);
    }
    let Some(principal) = people::in_use(db, principal).await? else { return Ok(None) };
    let theirs = people::actor(db, &principal, day).await?;
    Ok(Some(Actor {
        account: account.id,
        name: format!("{}（代{}）", account.name, principal.name),
        on_behalf: Some(principal.id),
        ..theirs
    }))
}

/// The administrator duties that any of these people holds or stands in for, today or later.
pub(crate) async fn duties(db: impl Exec, people: &[Uuid], today: NaiveDate) -> db::Result<Vec<Role>> {
    #[derive(FromRow)]
    struct Duty {
        role: String,
    }
    let administrators = Role::ALL.iter().filter(|role| role.is_administrator()).map(|role| role.code());
    let sql = Sql::new("select distinct role from account_grant where ")
        .within("role", administrators)
        .push(" and (valid_to is null or valid_to > ")
        .arg(today)
        .push(") and (")
        .within("account", people.iter().copied())
        .push(" or account in (select principal from deputy where ")
        .within("account", people.iter().copied())
        .push(" and valid_to > ")
        .arg(today)
        .push(")) order by role");
    let rows: Vec<Duty> = db.all(sql).await?;
    Ok(rows.iter().filter_map(|row| Role::parse(&row.role)).collect())
}

/// Names a deputy for the person's own grants.
pub(crate) async fn name(
    tx: &mut Tx,
    clock: &Clock,
    actor: &Actor,
    principal: &Account,
    new: NewDeputy,
) -> Result<DeputyRow, Problem> {
    let today = clock.today();
    if actor.on_behalf.is_some_and(|other| [actor.account, other].contains(&principal.id)) {
        return Err(Problem::conflict(
            "deputy.passed_on",
            "代理期间不能再委托他人。请先改回本人，再为自己指定代理人。",
        ));
    }
    if new.valid_to <= new.valid_from || new.valid_to <= today {
        return Err(Problem::wrong_field(
            "/valid_to",
            "dates.order",
            "结束日期应晚于开始日期，且不早于今天。",
        ));
    }
    if new.valid_from.checked_add_days(Days::new(LONGEST)).is_none_or(|last| new.valid_to > last) {
        return Err(Problem::wrong_field("/valid_to", "dates.range", "一次委托最长一年，到期可以续办。"));
    }
    if new.document.as_ref().is_some_and(|text| text.chars().count() > 100) {
        return Err(Problem::wrong_field("/document", "document.long", "文号最多 100 字。"));
    }
    let login = new.login.trim().to_lowercase();
    let found: Option<Account> = tx
        .optional(
            Account::select()
                .push(" where login = ")
                .arg(&login)
                .push(" and city = ")
                .arg(&principal.city)
                .push(" and kind = 'officer' and disabled = false"),
        )
        .await?;
    let deputy = found.filter(|account| account.id != principal.id).ok_or_else(|| {
        Problem::wrong_field(
            "/login",
            "deputy.unknown",
            "本市没有这个监管人员的登录名，请核对代理人的登录名。",
        )
    })?;
    if principal.kind != "officer" || people::actor(&mut *tx, principal, today).await?.grants.is_empty() {
        return Err(Problem::conflict("deputy.nothing", "今天没有任何有效的授权，没有可以委托的内容。"));
    }
    if deputy.id == actor.account {
        return Err(Problem::conflict("account.own", "不能指定自己为代理人，请由另一位安全管理员办理。"));
    }
    if let [one, other, ..] = duties(&mut *tx, &[deputy.id, principal.id], today).await?.as_slice() {
        return Err(Problem::conflict(
            "grant.duties",
            format!("{}与{}必须由不同的人担任（代理也算），请另选代理人。", one.label(), other.label()),
        ));
    }
    if of(&mut *tx, principal.id, today)
        .await?
        .iter()
        .any(|row| row.account == deputy.id && row.valid_from < new.valid_to && new.valid_from < row.valid_to)
    {
        return Err(Problem::conflict("deputy.twice", "这段时间已经委托给他，如需更改请先结束原来的委托。"));
    }
    let document = web::filled(new.document);
    let row = DeputyRow {
        id: Uuid::now_v7(),
        principal: principal.id,
        account: deputy.id,
        valid_from: new.valid_from,
        valid_to: new.valid_to,
        document,
        created_at: clock.now(),
        created_by: actor.account,
    };
    tx.run(row.insert()).await?;
    let after = said(&row, &deputy.name);
    people::trail(tx, clock, actor, audit::Action::Update, principal, Some(json!({})), Some(after)).await?;
    Ok(row)
}

/// Ends it from now on. That it was there stays on the trail.
pub(crate) async fn end(tx: &mut Tx, clock: &Clock, actor: &Actor, row: &DeputyRow) -> Result<(), Problem> {
    let account = |id: Uuid| Account::select().push(" where id = ").arg(id);
    let principal: Account = tx.one(account(row.principal)).await?;
    let deputy: Account = tx.one(account(row.account)).await?;
    tx.run(db::sql!("delete from deputy where id = $1", row.id)).await?;
    let before = said(row, &deputy.name);
    people::trail(tx, clock, actor, audit::Action::Update, &principal, Some(before), Some(json!({}))).await?;
    Ok(())
}

fn said(row: &DeputyRow, name: &str) -> serde_json::Value {
    json!({"deputy": name, "deputy_account": row.account, "valid_from": row.valid_from, "valid_to": row.valid_to, "document": row.document})
}
