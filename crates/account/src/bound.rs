//! Accounts that are bound to an enterprise go where its record goes.

use db::{Exec, FromRow, Result, Sql, Tx, sql};
use uuid::Uuid;

/// The enterprise's record lies in another division from now on: its own accounts and what they are granted with it.
pub async fn follow(tx: &mut Tx, city: &str, enterprise: Uuid, town: &str) -> Result<()> {
    let moved = tx
        .run(sql!("update account set town = $1 where city = $2 and enterprise = $3", town, city, enterprise))
        .await?;
    if moved > 0 {
        tx.run(sql!(
            "update account_grant set region = $1 where role = 'enterprise' and account in (select id from account where city = $2 and enterprise = $3)",
            town,
            city,
            enterprise
        ))
        .await?;
    }
    Ok(())
}

/// Two records became one, or one became two again: binds accounts of one record to the other, all of them or those named. Answers which.
pub async fn rebind(
    tx: &mut Tx,
    city: &str,
    (from, to): (Uuid, Uuid),
    only: Option<&[Uuid]>,
    town: &str,
) -> Result<Vec<Uuid>> {
    #[derive(FromRow)]
    struct Bound {
        id: Uuid,
    }
    let sql = Sql::new("select id from account where city = ").arg(city).push(" and enterprise = ").arg(from);
    let mut bound: Vec<Uuid> = tx.all::<Bound>(sql).await?.into_iter().map(|own| own.id).collect();
    bound.retain(|id| only.is_none_or(|only| only.contains(id)));
    if !bound.is_empty() {
        let sql = Sql::new("update account set enterprise = ").arg(to).push(", town = ").arg(town);
        let sql = sql.push(" where city = ").arg(city).push(" and ");
        tx.run(sql.within("id", bound.iter().copied())).await?;
        let sql = Sql::new("update account_grant set region = ").arg(town);
        let sql = sql.push(" where role = 'enterprise' and ").within("account", bound.iter().copied());
        tx.run(sql).await?;
    }
    Ok(bound)
}

/// Somebody who can answer for enterprises of a division.
#[derive(Debug, Clone, FromRow)]
pub struct Officer {
    /// Account.
    pub id: Uuid,
    /// Name.
    pub name: String,
    /// Division of the grant.
    pub region: String,
}

/// People who hold the officer's role for a division: in it, above it or within it, by name.
pub async fn officers(
    db: impl Exec,
    region: &kernel::RegionCode,
    day: chrono::NaiveDate,
) -> Result<Vec<Officer>> {
    let code = region.as_str();
    let above = [4, 6, 9].iter().filter_map(|digits| code.get(..*digits));
    let (low, high) = region.span();
    let sql = Sql::new(
        "select distinct account.id, account.name, account_grant.region from account_grant
         join account on account.id = account_grant.account
         where account_grant.role = 'officer' and account.kind = 'officer' and not account.disabled and account_grant.valid_from <= ",
    );
    let sql = sql.arg(day).push(" and (account_grant.valid_to is null or account_grant.valid_to > ").arg(day);
    let sql = sql.push(") and (").within("account_grant.region", above);
    let sql =
        sql.push(" or account_grant.region >= ").arg(low).push(" and account_grant.region < ").arg(high);
    db.all(sql.push(") order by account.name, account.id, account_grant.region limit 500")).await
}

/// Divisions for which somebody holds the officer's role.
pub async fn officer_regions(db: impl Exec, id: Uuid, day: chrono::NaiveDate) -> Result<Vec<String>> {
    #[derive(FromRow)]
    struct Held {
        region: String,
    }
    let sql = Sql::new(
        "select account_grant.region from account_grant join account on account.id = account_grant.account
         where account_grant.role = 'officer' and account.kind = 'officer' and not account.disabled and account_grant.account = ",
    );
    let sql = sql.arg(id).push(" and account_grant.valid_from <= ").arg(day);
    let sql =
        sql.push(" and (account_grant.valid_to is null or account_grant.valid_to > ").arg(day).push(")");
    Ok(db.all::<Held>(sql).await?.into_iter().map(|own| own.region).collect())
}

/// Names of accounts of a city.
pub async fn names(db: impl Exec, ids: &[Uuid]) -> Result<Vec<(Uuid, String)>> {
    #[derive(FromRow)]
    struct Named {
        id: Uuid,
        name: String,
    }
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let sql = Sql::new("select id, name from account where ").within("id", ids.iter().copied());
    Ok(db.all::<Named>(sql).await?.into_iter().map(|own| (own.id, own.name)).collect())
}
