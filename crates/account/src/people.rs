//! Making accounts and grants, and finding out what somebody may do today.

use chrono::NaiveDate;
use db::{Exec, Json, Sql, Tx, sql};
use kernel::{Actor, ActorKind, Clock, Grant, RegionCode, Role};
use serde_json::{Value, json};
use uuid::Uuid;
use web::Problem;

use crate::{
    deputy,
    http::engaged,
    model::{Account, GrantRow},
    password,
};

/// What a new account needs.
#[derive(Debug, Clone)]
pub struct NewAccount {
    /// Name to sign in with, 3–50 letters, digits, `.`, `-` or `_`.
    pub login: String,
    /// Name of the person.
    pub name: String,
    /// `officer`, `enterprise` or `intermediary`.
    pub kind: &'static str,
    /// Division it belongs to, city or below.
    pub region: RegionCode,
    /// Enterprise it is bound to.
    pub enterprise: Option<Uuid>,
}

/// What a grant gives.
#[derive(Debug, Clone)]
pub struct NewGrant {
    /// Role.
    pub role: Role,
    /// Where.
    pub region: RegionCode,
    /// Only these sectors.
    pub sectors: Option<Vec<String>>,
    /// First day.
    pub valid_from: NaiveDate,
    /// First day it no longer counts.
    pub valid_to: Option<NaiveDate>,
    /// Number of the delegation deed (委托执法) or order.
    pub document: Option<String>,
}

/// Makes an account. Without a password it gets a random one, which is answered once and must be changed at the first
/// sign-in.
pub async fn create(
    tx: &mut Tx,
    clock: &Clock,
    actor: &Actor,
    new: NewAccount,
    secret: Option<String>,
) -> Result<(Uuid, String), Problem> {
    let allowed = |sign: char| sign.is_ascii_alphanumeric() || matches!(sign, '.' | '-' | '_');
    if !(3..=50).contains(&new.login.len()) || !new.login.chars().all(allowed) {
        return Err(Problem::wrong_field(
            "/login",
            "login.invalid",
            "登录名应为 3–50 位字母、数字或 . - _。",
        ));
    }
    if new.name.trim().is_empty() {
        return Err(Problem::wrong_field("/name", "name.missing", "请填写姓名。"));
    }
    let Some(city) = new.region.city().map(str::to_string) else {
        return Err(Problem::wrong_field("/region", "region.too_wide", "账号应归属某个市或其下级。"));
    };
    let must_change = secret.is_none();
    let secret = match secret {
        Some(secret) => {
            password::check(&secret, &new.login, "/password")?;
            secret
        }
        None => password::random(),
    };
    let now = clock.now();
    let account = Account {
        city,
        id: Uuid::now_v7(),
        town: new.region.as_str().to_string(),
        login: new.login.to_lowercase(),
        name: new.name.trim().to_string(),
        kind: new.kind.to_string(),
        agency: None,
        enterprise: new.enterprise,
        phone: None,
        email: None,
        password: Some(password::hash(secret.clone()).await?),
        password_at: Some(now),
        must_change_password: must_change,
        totp_secret: None,
        totp_step: None,
        oidc_subject: None,
        failures: 0,
        locked_until: None,
        disabled: false,
        created_at: now,
        created_by: actor.account,
        updated_at: now,
        updated_by: actor.account,
        version: 1,
    };
    match tx.run(account.insert()).await {
        Err(db::Error::Conflict { .. }) => {
            return Err(Problem::wrong_field("/login", "login.taken", "这个登录名已有人使用，请换一个。"));
        }
        other => other?,
    };
    let after =
        json!({"login": account.login, "name": account.name, "kind": account.kind, "town": account.town});
    trail(tx, clock, actor, audit::Action::Create, &account, None, Some(after)).await?;
    Ok((account.id, secret))
}

/// Gives a role. One person holds, or stands in for, at most one of the three administrator duties.
pub async fn grant(
    tx: &mut Tx,
    clock: &Clock,
    actor: &Actor,
    account: &Account,
    new: NewGrant,
) -> Result<Uuid, Problem> {
    if new.role.is_administrator() {
        let today = clock.today();
        let mut people = vec![account.id];
        people.extend(deputy::of(&mut *tx, account.id, today).await?.into_iter().map(|row| row.account));
        for person in people {
            let other = deputy::duties(&mut *tx, &[person], today).await?;
            if let Some(other) = other.into_iter().find(|role| *role != new.role) {
                return Err(Problem::conflict(
                    "grant.duties",
                    format!(
                        "{}与{}必须由不同的人担任（代理也算），请授予另一个账号。",
                        other.label(),
                        new.role.label()
                    ),
                ));
            }
        }
    }
    let row = GrantRow {
        id: Uuid::now_v7(),
        account: account.id,
        role: new.role.code().into(),
        region: new.region.as_str().into(),
        sectors: new.sectors.as_ref().map(|sectors| Json(json!(sectors))),
        valid_from: new.valid_from,
        valid_to: new.valid_to,
        document: new.document,
        created_at: clock.now(),
        created_by: actor.account,
    };
    tx.run(row.insert()).await?;
    audit::in_force(tx, std::iter::once(row.region.as_str())).await?;
    let after = json!({"grant": row.role, "region": row.region, "valid_from": row.valid_from, "valid_to": row.valid_to, "sectors": new.sectors, "document": row.document});
    trail(tx, clock, actor, audit::Action::Update, account, Some(json!({})), Some(after)).await?;
    Ok(row.id)
}

/// The person of an account with the grants of that day, or with those of the person stood in for; `None` if the account
/// is gone or disabled, or does not stand in for that person that day.
pub async fn actor_of(
    db: &db::Db,
    account: Uuid,
    on_behalf: Option<Uuid>,
    day: NaiveDate,
) -> db::Result<Option<Actor>> {
    let Some(account) = in_use(db, account).await? else { return Ok(None) };
    match on_behalf {
        Some(principal) => deputy::acting(db, &account, principal, day).await,
        None => Ok(Some(bound(db, &account, day).await?)),
    }
}

/// The account as actor; an intermediary's is bound to the enterprises that have engaged it.
pub(crate) async fn bound(db: &db::Db, account: &Account, day: NaiveDate) -> db::Result<Actor> {
    engaged_by(db, actor(db, account, day).await?, day).await
}

/// An intermediary's actor is bound to the enterprises that have engaged it.
pub(crate) async fn engaged_by(db: &db::Db, mut actor: Actor, day: NaiveDate) -> db::Result<Actor> {
    if actor.kind == ActorKind::Intermediary {
        actor.enterprises = engaged(db, actor.account, day).await?;
    }
    Ok(actor)
}

/// The account, unless it is gone or disabled.
pub(crate) async fn in_use(db: impl Exec, id: Uuid) -> db::Result<Option<Account>> {
    in_use_of(db, Sql::new("").arg(id)).await
}

/// The account that a statement tells, unless it is gone or disabled.
pub(crate) async fn in_use_of(db: impl Exec, id: Sql) -> db::Result<Option<Account>> {
    db.optional(Account::select().push(" where id = ").append(id).push(" and disabled = false")).await
}

/// The account as actor, with the grants that count on that day.
pub(crate) async fn actor(db: impl Exec, account: &Account, day: NaiveDate) -> db::Result<Actor> {
    Ok(holding(account, grants_of(db, Sql::new("").arg(account.id), day).await?))
}

/// The grants, that count on that day, of the account that a statement tells.
pub(crate) async fn grants_of(db: impl Exec, account: Sql, day: NaiveDate) -> db::Result<Vec<Grant>> {
    let sql =
        GrantRow::select().push(" where account = ").append(account).push(" and valid_from <= ").arg(day);
    let rows: Vec<GrantRow> = db.all(sql.push(" order by id limit 200")).await?;
    let grants = rows.into_iter().filter_map(|row| {
        Some(Grant {
            role: Role::parse(&row.role)?,
            region: RegionCode::parse(&row.region).ok()?,
            sectors: row.sectors.and_then(|sectors| serde_json::from_value(sectors.0).ok()),
            valid_from: row.valid_from,
            valid_to: row.valid_to,
            document: row.document,
        })
    });
    Ok(grants.filter(|grant| grant.holds_on(day)).collect())
}

/// The account as actor with these grants.
pub(crate) fn holding(account: &Account, grants: Vec<Grant>) -> Actor {
    let enterprises = account.enterprise.iter().map(|id| (account.city.clone(), *id)).collect();
    Actor {
        account: account.id,
        name: account.name.clone(),
        kind: match account.kind.as_str() {
            "enterprise" => ActorKind::Enterprise,
            "intermediary" => ActorKind::Intermediary,
            _ => ActorKind::Officer,
        },
        on_behalf: None,
        operations: None,
        enterprises,
        grants,
    }
}

/// Gives a new random password, shown once, which must be changed at the next sign-in; the lock, the second factor and the
/// sessions end.
pub async fn reset(tx: &mut Tx, clock: &Clock, actor: &Actor, account: &Account) -> Result<String, Problem> {
    let secret = password::random();
    let hash = password::hash(secret.clone()).await?;
    tx.run(sql!(
        "update account set password = $1, password_at = $2, must_change_password = true, failures = 0, locked_until = null,
         totp_secret = null, totp_step = null, updated_at = $2, updated_by = $3, version = version + 1 where id = $4",
        hash,
        clock.now(),
        actor.account,
        account.id
    ))
    .await?;
    tx.run(sql!("delete from session where account = $1", account.id)).await?;
    let (before, after) =
        (json!({"totp": account.totp_secret.is_some()}), json!({"password": "reset", "totp": false}));
    trail(tx, clock, actor, audit::Action::Update, account, Some(before), Some(after)).await?;
    Ok(secret)
}

/// Records a step in the life of an account.
pub(crate) async fn trail(
    tx: &mut Tx,
    clock: &Clock,
    actor: &Actor,
    action: audit::Action,
    account: &Account,
    before: Option<Value>,
    after: Option<Value>,
) -> db::Result<()> {
    let entry = audit::Entry {
        action,
        subject: Account::TABLE,
        city: account.city.clone(),
        town: account.town.clone(),
        row: Some(account.id),
        title: Some(account.name.clone()),
        before,
        after,
        reason: None,
    };
    audit::record(tx, clock, actor, entry).await
}
