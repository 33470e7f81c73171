//! All SQL of penalties.

use db::{Exec, Result};
use kernel::Scope;
use uuid::Uuid;

use super::model::{Exhibit, Penalty, PenaltyPaper};
use crate::store::MOST;

pub(super) async fn find(db: impl Exec, scope: &Scope, city: &str, id: Uuid) -> Result<Penalty> {
    let sql = Penalty::select().push(" where city = ").arg(city).push(" and id = ").arg(id).push(" and ");
    db.one(sql.scope(scope, "", "enterprise")).await
}

/// Those of the keys that there are.
pub(super) async fn some(db: impl Exec, keys: &[(String, Uuid)]) -> Result<Vec<Penalty>> {
    db.all(Penalty::select().push(" where ").keys("id", keys.iter().map(|(city, id)| (city.as_str(), *id))))
        .await
}

pub(super) async fn paper(db: impl Exec, scope: &Scope, city: &str, id: Uuid) -> Result<PenaltyPaper> {
    let sql =
        PenaltyPaper::select().push(" where city = ").arg(city).push(" and id = ").arg(id).push(" and ");
    db.one(sql.scope(scope, "", "enterprise")).await
}

/// The papers of a penalty, the first one first.
pub(super) async fn papers(db: impl Exec, own: &Penalty) -> Result<Vec<PenaltyPaper>> {
    let sql =
        PenaltyPaper::select().push(" where city = ").arg(&own.city).push(" and penalty = ").arg(own.id);
    db.all(sql.push(" order by id limit ").arg(MOST)).await
}

/// The exhibits of a penalty, the first one first.
pub(super) async fn exhibits(db: impl Exec, own: &Penalty) -> Result<Vec<Exhibit>> {
    let sql = Exhibit::select().push(" where city = ").arg(&own.city).push(" and penalty = ").arg(own.id);
    db.all(sql.push(" order by id limit ").arg(MOST)).await
}
