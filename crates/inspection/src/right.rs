//! Whether these officers may issue this document today, and in whose name: two valid cards of one agency; a bureau or department issues in
//! its own name, a town office only what a deed of a bureau covers, within its term, in the bureau's name (行政处罚法 2021 第二十条、第四十二条).
//! All of it is read in the transaction that issues, so that no card or deed can end in between.

use chrono::NaiveDate;
use db::Tx;
use region::Agency;
use web::{Outcome, Problem};

use crate::{
    model::{Deed, VisitOfficer},
    store,
};

/// In whose name a document is issued.
pub(crate) struct Right {
    /// The agency.
    pub(crate) agency: Agency,
    /// Number of the deed, where a town office acts.
    pub(crate) deed: Option<String>,
}

fn refuse<T>(code: &'static str, why: String) -> Outcome<T> {
    Err(Problem::conflict(code, why))
}

/// The right to issue that form (code and name), or the reason why there is none.
pub(crate) async fn to_issue(
    tx: &mut Tx,
    (town, officers): (&str, &[VisitOfficer]),
    (code, name): (&str, &str),
    on: NaiveDate,
) -> Outcome<Right> {
    let city = town.get(..4).unwrap_or_default();
    for own in officers {
        match store::card(&mut *tx, city, own.card).await? {
            Some(card) if on >= card.valid_from && on <= card.valid_to => {}
            Some(card) => {
                let why = format!(
                    "{}的执法证（{}）有效期为 {} 至 {}，今天不能签发文书。请换有有效证件的执法人员。",
                    own.name, own.number, card.valid_from, card.valid_to
                );
                return refuse("officer.card", why);
            }
            None => return refuse("officer.card", format!("没有找到{}的执法证，请先登记。", own.name)),
        }
    }
    let [one, two] = officers else {
        return refuse("officer.two", "签发文书须有两名执法人员。".into());
    };
    if one.agency != two.agency {
        let why = format!("{}和{}不是同一机关的执法人员，不能共同签发。", one.name, two.name);
        return refuse("officer.agency", why);
    }
    let Some(agency) = store::agency(&mut *tx, city, one.agency).await? else {
        return refuse("officer.agency", "执法人员所在机关已不存在，请核对执法证。".into());
    };
    if agency.kind == "committee" {
        return refuse("agency.kind", format!("{}是议事协调机构，不能签发执法文书。", agency.name));
    }
    if !town.starts_with(&agency.town) {
        return refuse("agency.place", format!("{}管辖不到这家企业所在地，不能签发。", agency.name));
    }
    if agency.kind == "town_office" {
        return by_deed(tx, city, &agency, (code, name), on).await;
    }
    Ok(Right { agency, deed: None })
}

async fn by_deed(
    tx: &mut Tx,
    city: &str,
    office: &Agency,
    (code, name): (&str, &str),
    on: NaiveDate,
) -> Outcome<Right> {
    let deeds = store::deeds(&mut *tx, city, office.id).await?;
    if deeds.is_empty() {
        let why =
            format!("{}没有委托执法书，不能签发《{name}》。请报区县局签发，或者先办理委托。", office.name);
        return refuse("deed.none", why);
    }
    let covering: Vec<&Deed> =
        deeds.iter().filter(|deed| deed.forms().iter().any(|own| own == code)).collect();
    let Some(latest) = covering.first() else {
        let numbers: Vec<&str> = deeds.iter().map(|deed| deed.number.as_str()).collect();
        let why = format!("委托执法书（{}）没有委托签发《{name}》。请报区县局签发。", numbers.join("、"));
        return refuse("deed.form", why);
    };
    let Some(deed) = covering.iter().find(|deed| on >= deed.valid_from && on <= deed.valid_to) else {
        let why = format!(
            "委托执法书（{}）的期限为 {} 至 {}，今天不能签发《{name}》。请先办理续期。",
            latest.number, latest.valid_from, latest.valid_to
        );
        return refuse("deed.term", why);
    };
    let Some(agency) = store::agency(&mut *tx, city, deed.principal).await? else {
        return refuse("deed.principal", "委托机关已不存在，请重新办理委托执法书。".into());
    };
    Ok(Right { agency, deed: Some(deed.number.clone()) })
}
