//! When a record must be renewed where it does not say so itself.

use std::collections::HashMap;

use chrono::{NaiveDate, TimeDelta};
use enterprise::Enterprise;
use rules::{At, Law, archive_requirement::Requirements};
use uuid::Uuid;
use web::Outcome;

use crate::{model::Record, score::Brief, section::Described};

/// The last days of records whose section says none but that the law wants renewed, each reckoned once.
#[derive(Debug)]
pub struct Ends<'a> {
    law: &'a Law,
    today: NaiveDate,
    known: HashMap<(Uuid, &'static str, NaiveDate), Option<NaiveDate>>,
}

impl<'a> Ends<'a> {
    /// By the law of a place on a day.
    pub fn new(law: &'a Law, today: NaiveDate) -> Self {
        Ends { law, today, known: HashMap::new() }
    }

    /// Sets the last day of a record, reckoned from the day it was made. `briefs` are the records of its archive.
    pub fn set(
        &mut self,
        enterprise: &Enterprise,
        briefs: &[Brief],
        section: &'static Described,
        record: &mut Record,
    ) -> Outcome<()> {
        let Some(issued_on) = record.issued_on.filter(|_| !section.says_end()) else { return Ok(()) };
        let key = (enterprise.id, section.code, issued_on);
        let end = match self.known.get(&key) {
            Some(end) => *end,
            None => {
                let end = renewal(self.law, enterprise, briefs, section, issued_on, self.today)?;
                self.known.insert(key, end);
                end
            }
        };
        record.expires_on = end;
        record.expires_basis = end.map(|_| "renewal".to_string());
        Ok(())
    }
}

fn renewal(
    law: &Law,
    enterprise: &Enterprise,
    records: &[Brief],
    section: &Described,
    issued_on: NaiveDate,
    today: NaiveDate,
) -> Outcome<Option<NaiveDate>> {
    let at = At { on: today, region: &enterprise.town, law };
    let requirements = Requirements::of(&at).map_err(law::problem)?;
    let input = crate::score::input(enterprise, records).map_err(law::problem)?;
    let archive = requirements.explain(&input).value;
    let wanted = archive.sections.iter().find(|own| own.section == section.code);
    let Some(amount) = wanted.and_then(|own| own.renewal_amount) else { return Ok(None) };
    let due = match wanted.and_then(|own| own.renewal_unit.as_deref()) {
        Some("day") => issued_on.checked_add_signed(TimeDelta::days(amount)),
        _ => u32::try_from(amount)
            .ok()
            .and_then(|months| issued_on.checked_add_months(chrono::Months::new(months))),
    };
    Ok(due)
}
