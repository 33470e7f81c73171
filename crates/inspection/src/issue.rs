//! Issuing: in one transaction the right is read, the number taken, and what the document orders or finds becomes the state of the dangers.

use caseflow::{Acting, Case};
use chrono::{Datelike, NaiveDate};
use danger::{Danger, Mended, Recheck};
use db::Tx;
use kernel::Scope;
use region::Agency;
use rules::enforcement_form::Form;
use web::{Outcome, Problem};

use crate::{
    act, compose, find,
    model::{Item, Paper, Visit},
    right, store,
};

/// A number as it was given.
pub(crate) struct Numbered {
    pub(crate) word: String,
    pub(crate) year: i64,
    pub(crate) serial: i64,
    /// As written.
    pub(crate) number: Option<String>,
}

/// Gives a paper of that form the next number of the agency, the kind and the year; none where the form is not numbered.
///
/// # Errors
/// Where the database fails.
pub(crate) async fn numbered(
    tx: &mut Tx,
    city: &str,
    (form, agency): (&Form, &Agency),
    today: NaiveDate,
) -> Outcome<Option<Numbered>> {
    let Some(word) = form.word.clone() else { return Ok(None) };
    let year = i64::from(today.year());
    // from here to its end nobody else takes a number of this agency, kind and year
    let serial = store::next_serial(tx, city, agency.id, &word, year).await?;
    let number = form.numbered(&compose::short(&agency.town), today.year(), serial);
    Ok(Some(Numbered { word, year, serial, number }))
}

/// Issues a draft of a visit: gives it the next number of the agency, the kind and the year.
pub(crate) async fn issue(
    tx: &mut Tx,
    by: Acting<'_>,
    scope: &Scope,
    (form, visit): (&Form, &Visit),
    mut row: Paper,
) -> Outcome<Paper> {
    let today = by.clock.today();
    if row.state != "draft" {
        return Err(Problem::conflict("document.state", "这份文书已经签发或者作废，不能再次签发。"));
    }
    compose::complete(row.fields())?;
    if row.due_on.is_some_and(|due| due <= today) {
        return Err(Problem::wrong_field("/due_on", "date.past", "整改期限应在今天之后，请先修改草稿。"));
    }
    if form.code == "recheck_opinion" && row.items().iter().any(|own| own.passed.is_none()) {
        return Err(Problem::conflict("recheck.items", "请先填写每一项的复查结果，再签发。"));
    }
    let right =
        right::to_issue(tx, (&visit.town, &visit.officers()), (&form.code, &form.name), today).await?;
    row.state = "issued".into();
    row.agency = Some(right.agency.id);
    row.issuer = Some(right.agency.name.clone());
    row.deed = right.deed;
    row.issued_on = Some(today);
    if let Some(own) = numbered(tx, &visit.city, (form, &right.agency), today).await? {
        (row.word, row.year, row.serial) = (Some(own.word), Some(own.year), Some(own.serial));
        row.number = own.number;
    }
    let row = act::save(tx, (by.clock, by.actor), scope, row, None).await?;
    find::write(tx, &row, &visit.enterprise_name).await?;
    match form.code.as_str() {
        "correction_order" => order(tx, by, scope, &row).await?,
        "recheck_opinion" => recheck(tx, by, scope, &row, visit).await?,
        _ => {}
    }
    Ok(row)
}

/// Name and number, as another document quotes it.
fn called(row: &Paper) -> String {
    let name = compose::form_name(&row.form, row.issued_on);
    format!("{name}{}", row.number.as_deref().map(|number| format!(" {number}")).unwrap_or_default())
}

async fn case(tx: &mut Tx, scope: &Scope, city: &str, item: &Item) -> Outcome<Option<(Case, Danger)>> {
    let Some(id) = item.danger else { return Ok(None) };
    let case = caseflow::store::find(&mut *tx, scope, city, id).await?;
    Ok(Some((case, danger::find(tx, scope, city, id).await?)))
}

/// The term of the order is that of the dangers it names.
async fn order(tx: &mut Tx, by: Acting<'_>, scope: &Scope, row: &Paper) -> Outcome<()> {
    let (Some(due_on), name) = (row.due_on, called(row)) else { return Ok(()) };
    for item in row.items() {
        let Some((case, danger)) = case(tx, scope, &row.city, &item).await? else { continue };
        // what was put right since, or waits for an answer, keeps the term it has
        if case.state == "mending" {
            danger::order(tx, by, (&case, &danger), (&name, due_on)).await?;
        }
    }
    Ok(())
}

/// The dangers that a withdrawn order named have the term again that they had before it.
pub(crate) async fn lift(tx: &mut Tx, by: Acting<'_>, scope: &Scope, row: &Paper, why: &str) -> Outcome<()> {
    let name = called(row);
    for item in row.items() {
        if let Some((case, danger)) = case(tx, scope, &row.city, &item).await? {
            danger::lift_order(tx, by, (&case, &danger), (&name, why)).await?;
        }
    }
    Ok(())
}

/// What the recheck found closes the dangers or returns them.
async fn recheck(tx: &mut Tx, by: Acting<'_>, scope: &Scope, row: &Paper, visit: &Visit) -> Outcome<()> {
    let name = called(row);
    for item in row.items() {
        let Some((mut case, mut own)) = case(tx, scope, &row.city, &item).await? else { continue };
        let passed = item.passed.unwrap_or_default();
        let seen = item.text.clone().unwrap_or_else(|| if passed { "已整改" } else { "未整改" }.into());
        let text = format!("{seen}（{name}）");
        match case.state.as_str() {
            // what others closed or took back since is over
            "closed" | "withdrawn" => continue,
            "deferral" => {
                let why =
                    format!("第 {} 项（{}）的延期申请还没有审批，请先审批再签发。", item.serial, case.number);
                return Err(Problem::conflict("recheck.deferral", why));
            }
            "mending" if passed => {
                let mended = Mended {
                    on: by.clock.today(),
                    text: seen,
                    funds_spent: None,
                    acceptance: "government".into(),
                    accepted_by: visit.names(),
                };
                (case, own) = danger::mend(tx, by, (&case, &own), mended).await?;
            }
            "mending" => {
                if let Some(due_on) = item.due_on {
                    danger::order(tx, by, (&case, &own), (&text, due_on)).await?;
                }
                continue;
            }
            _ => {}
        }
        danger::recheck(tx, by, (&case, &own), Recheck { passed, text, due_on: item.due_on }).await?;
    }
    Ok(())
}
