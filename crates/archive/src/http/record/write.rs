//! What every write to an archive begins with (the enterprise held, the record as it was read) and ends with (the trail, the
//! score, the figures, the search box), whether it writes a record or its documents.

use audit::Action;
use db::Tx;
use enterprise::Enterprise;
use kernel::{Actor, Scope};
use uuid::Uuid;
use web::{App, Outcome, Problem};

use super::shown;
use crate::{keep, model::Record, section::Described, store};

/// What every write to an archive begins with: the enterprise in scope, held.
pub(in crate::http) async fn held(tx: &mut Tx, scope: &Scope, city: &str, id: Uuid) -> Outcome<Enterprise> {
    store::hold(tx, city, &[id]).await?;
    enterprise::store::standing(&mut *tx, scope, city, id).await
}

/// The last day of a record that says none itself but must be renewed.
pub(super) async fn set_due(
    tx: &mut Tx,
    app: &App,
    enterprise: &Enterprise,
    record: &mut Record,
    section: &'static Described,
) -> Outcome<()> {
    if section.says_end() || record.issued_on.is_none() {
        return Ok(());
    }
    let briefs = store::briefs(&mut *tx, &enterprise.city, &[enterprise.id]).await?;
    let briefs: Vec<_> = briefs.into_iter().map(|(_, brief)| brief).collect();
    let law = law::in_force(&mut *tx, &enterprise.town).await?;
    keep::Ends::new(&law, app.clock.today()).set(enterprise, &briefs, section, record)
}

/// What every write to an archive ends with: the score, the figures, the search box.
pub(in crate::http) async fn follow(
    tx: &mut Tx,
    app: &App,
    enterprise: &Enterprise,
    records: &[Record],
    why: &str,
) -> Outcome<()> {
    let law = law::in_force(&mut *tx, &enterprise.town).await?;
    keep::rescore(tx, &app.clock, &law, std::slice::from_ref(enterprise), why).await?;
    let (live, ended): (Vec<&Record>, Vec<&Record>) = records.iter().partition(|record| record.is_live());
    let entries = keep::entries(tx, &live, &enterprise.name).await?;
    search::write(tx, &entries).await?;
    for record in ended {
        search::remove(tx, &record.city, keep::KIND, record.id).await?;
    }
    Ok(())
}

/// One change of a record: refuse a stale version, change, record on the trail.
pub(in crate::http) async fn rewrite(
    tx: &mut Tx,
    app: &App,
    (actor, scope): (&Actor, &Scope),
    current: &Record,
    mut record: Record,
    reason: Option<String>,
) -> Outcome<Record> {
    record.updated_at = app.clock.now();
    record.updated_by = actor.account;
    record.version = current.version + 1;
    if !store::save(tx, scope, &record, current.version).await? {
        let now = store::find(&mut *tx, scope, &current.city, current.id).await?;
        return Err(Problem::stale(shown(&now)));
    }
    let (before, after) = audit::diff(&current.document(), &record.document());
    let entry = record.entry(Action::Update, Some(before), Some(after), reason);
    audit::record(tx, &app.clock, actor, entry).await?;
    Ok(record)
}

/// The record as it was read, held with its enterprise; refused where somebody changed it since, or where it has ended.
pub(in crate::http) async fn read(
    tx: &mut Tx,
    scope: &Scope,
    (city, id): (&str, Uuid),
    version: i64,
) -> Outcome<(Enterprise, Record)> {
    let (enterprise, current) = opened(tx, scope, (city, id)).await?;
    if current.version != version {
        return Err(Problem::stale(shown(&current)));
    }
    Ok((enterprise, current))
}

/// A record that has not ended, held with its enterprise.
pub(in crate::http) async fn opened(
    tx: &mut Tx,
    scope: &Scope,
    (city, id): (&str, Uuid),
) -> Outcome<(Enterprise, Record)> {
    let found = store::find(&mut *tx, scope, city, id).await?;
    let enterprise = held(tx, scope, city, found.enterprise).await?;
    let current = store::find(&mut *tx, scope, city, id).await?;
    if !current.is_live() {
        return Err(Problem::conflict("record.ended", "这条记录已换发或者删除，只能查看。"));
    }
    Ok((enterprise, current))
}
