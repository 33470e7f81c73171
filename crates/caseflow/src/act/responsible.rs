//! Who answers for a case where the enterprise names nobody: the office of its town, else of the county, else of the city; where there is
//! no office yet, the nearest officer.

use db::{Exec, FromRow, Sql, Tx};
use kernel::{ActorKind, RegionCode, Tier};
use uuid::Uuid;
use web::{Outcome, Problem};

use super::{Acting, Opening};

#[derive(FromRow)]
struct Office {
    id: Uuid,
    town: String,
    kind: String,
}

/// Agency and officer of a case to be opened; never neither.
///
/// # Errors
/// 422 where nobody answers for the place. An alarm that Anjian itself raises is not lost for want of an office.
pub(super) async fn responsible(
    tx: &mut Tx,
    by: Acting<'_>,
    opening: &Opening,
) -> Outcome<(Option<Uuid>, Option<Uuid>)> {
    let said = (opening.agency, opening.officer);
    if said != (None, None) {
        return Ok(said);
    }
    if let Some(office) = office(tx, &opening.city, &opening.town, opening.tier).await? {
        return Ok((Some(office), None));
    }
    let region = RegionCode::parse(&opening.town)?;
    let officers = account::officers(&mut *tx, &region, by.clock.today()).await?;
    let nearest = officers.iter().filter(|own| region.as_str().starts_with(&own.region));
    match nearest.max_by_key(|own| own.region.len()) {
        Some(officer) => Ok((None, Some(officer.id))),
        None if by.actor.kind == ActorKind::System => Ok((None, None)),
        None => Err(Problem::invalid(
            "case.nobody",
            "这里还没有监管机构和监管员，事项没有人负责。请联系系统管理员设置监管机构。",
        )),
    }
}

/// The office that answers for a place: the nearest, but not below the tier whose case it is unless there is none. A department answers
/// for its trade and not for a place.
async fn office(tx: &mut Tx, city: &str, town: &str, tier: Tier) -> Outcome<Option<Uuid>> {
    let over = [9, 6, 4].into_iter().filter_map(|digits| town.get(..digits));
    let sql = Sql::new("select id, town, kind from agency where city = ").arg(city);
    let sql = sql.push(" and kind <> 'department' and ").within("town", over).push(" order by id");
    let offices: Vec<Office> = tx.all(sql).await?;
    let rank = |own: &Office| {
        let below = own.town.len() > tier.digits();
        (below, std::cmp::Reverse(own.town.len()), own.kind == "committee")
    };
    Ok(offices.into_iter().min_by_key(rank).map(|own| own.id))
}
