//! The edition of the standard that counts on a day, with its substances by name and CAS number, prepared once.

use std::{
    collections::{BTreeMap, HashMap},
    sync::OnceLock,
};

use chrono::NaiveDate;
use rust_decimal::Decimal;

use super::exact::{common, scaled};
use crate::{At, Row, Table, law_table, name::fold};

law_table!(
    /// Table 1: chemicals by name.
    SUBSTANCES, "hazard-substance", "危险化学品名称及其临界量", ["edition", "no"]
);
law_table!(
    /// Table 2 and Table 4: thresholds and beta by hazard class.
    CLASSES, "hazard-class", "危险化学品类别、临界量和校正系数", ["edition", "symbol"]
);
law_table!(
    /// Tables 3, 5 and 6: beta of toxic gases, alpha, grades.
    FACTORS, "hazard-factor", "重大危险源分级系数", ["kind", "key"]
);

static TABLES: [&Table; 3] = [&SUBSTANCES, &CLASSES, &FACTORS];

/// Decimals that beta and alpha are kept with.
pub const FACTOR_SCALE: u32 = 2;

/// A factor of the grading with the row it stands in.
#[derive(Debug, Clone, Copy)]
pub struct Factor<'a> {
    /// In hundredths.
    pub hundredths: i128,
    pub row: &'a Row,
}

/// A threshold: its value, and how many parts of the edition's common denominator one tonne is.
#[derive(Debug, Clone, Copy)]
pub struct Threshold<'a> {
    pub tonnes: Decimal,
    /// As the table writes it.
    pub text: &'a str,
    pub share: i128,
}

/// A chemical of Table 1.
#[derive(Debug)]
pub struct Named<'a> {
    pub row: &'a Row,
    pub no: u32,
    pub name: &'a str,
    pub threshold: Threshold<'a>,
    /// Of Table 3.
    pub beta: Option<Factor<'a>>,
    /// Positions in [`Edition::classes`].
    pub classes: Vec<usize>,
}

/// A hazard class of Table 2.
#[derive(Debug)]
pub struct Class<'a> {
    pub row: &'a Row,
    pub symbol: &'a str,
    pub name: &'a str,
    pub production: Option<Threshold<'a>>,
    pub storage: Option<Threshold<'a>>,
    pub beta: Option<Factor<'a>>,
}

/// The tables as they stand on a day.
#[derive(Debug)]
pub struct Edition<'a> {
    pub name: &'a str,
    pub named: Vec<Named<'a>>,
    pub classes: Vec<Class<'a>>,
    /// By least number of people, the largest first.
    pub alpha: Vec<(i128, Factor<'a>)>,
    /// By least R, the largest first.
    pub grade: Vec<(i128, u8, &'a Row)>,
    /// What every threshold divides: shares of one tonne are whole numbers over it.
    pub denominator: i128,
    by_name: HashMap<String, Vec<usize>>,
    by_cas: HashMap<&'a str, Vec<usize>>,
}

/// The edition of that day: prepared ones where the tables are as shipped, otherwise made for the asker.
pub fn with<'a, T>(at: &At<'a>, use_it: impl FnOnce(Option<&Edition<'_>>) -> T) -> T {
    if !at.law.as_shipped(&TABLES) {
        return use_it(Edition::of(at).as_ref());
    }
    static SHIPPED: OnceLock<Vec<(NaiveDate, Option<Edition<'static>>)>> = OnceLock::new();
    let shipped = SHIPPED.get_or_init(|| {
        let rows = || TABLES.iter().flat_map(|table| &table.rows().rows);
        let begins = rows().filter_map(|row| row.from);
        let ends = rows().filter_map(|row| row.to?.succ_opt());
        let days: std::collections::BTreeSet<NaiveDate> = begins.chain(ends).collect();
        days.into_iter().map(|day| (day, Edition::of(&At::nation(day)))).collect()
    });
    use_it(shipped.iter().rev().find(|(from, _)| *from <= at.on).and_then(|(_, edition)| edition.as_ref()))
}

fn hundredths<'a>(row: &'a Row, column: &str) -> Option<Factor<'a>> {
    Some(Factor { hundredths: scaled(row.decimal(column)?, FACTOR_SCALE)?, row })
}

/// The name without what stands in brackets behind it.
fn plain(name: &str) -> &str {
    name.split_once(['(', '（', '[']).map_or(name, |(plain, _)| plain)
}

impl<'a> Edition<'a> {
    /// The edition of that day; `None` where there is none (or a local threshold is no positive number).
    pub fn of(at: &At<'a>) -> Option<Edition<'a>> {
        let substances = at.rows(&SUBSTANCES);
        let classes = at.rows(&CLASSES);
        let factors = at.rows(&FACTORS);
        let name = classes.first()?.get("edition");
        let tonnes = substances
            .iter()
            .map(|row| row.decimal("threshold_t"))
            .chain(classes.iter().flat_map(|row| [row.decimal("production_t"), row.decimal("storage_t")]));
        let mut denominator: i128 = 1;
        for tonnes in tonnes.flatten() {
            let over = tonnes.normalize().mantissa();
            if over <= 0 {
                return None;
            }
            let shared = common(denominator.unsigned_abs(), over.unsigned_abs()) as i128;
            denominator = denominator.checked_mul(over / shared)?;
        }
        let threshold = |row: &'a Row, column: &str| {
            let tonnes = row.decimal(column)?.normalize();
            let share = (denominator / tonnes.mantissa()).checked_mul(10i128.checked_pow(tonnes.scale())?)?;
            Some(Threshold { tonnes, text: row.get(column), share })
        };
        let of_kind = |kind: &'static str| factors.iter().copied().filter(move |row| row.get("kind") == kind);
        let classes: Vec<Class<'a>> = classes
            .into_iter()
            .map(|row| Class {
                row,
                symbol: row.get("symbol"),
                name: row.get("name"),
                production: threshold(row, "production_t"),
                storage: threshold(row, "storage_t"),
                beta: hundredths(row, "beta"),
            })
            .collect();
        let mut by_name: HashMap<String, Vec<usize>> = HashMap::new();
        let mut by_cas: HashMap<&'a str, Vec<usize>> = HashMap::new();
        let mut named = Vec::new();
        for (at, row) in substances.into_iter().enumerate() {
            let (name, cas) = (row.get("name"), row.get("cas"));
            let listed = [row.get("alias"), row.get("common")];
            let names: Vec<&str> = [name, plain(name)]
                .into_iter()
                .chain(listed.into_iter().flat_map(|cell| cell.split(';')))
                .filter(|name| !name.is_empty())
                .collect();
            for name in &names {
                let rows = by_name.entry(fold(name)).or_default();
                if rows.last() != Some(&at) {
                    rows.push(at);
                }
            }
            for cas in cas.split(';').filter(|cas| !cas.is_empty()) {
                by_cas.entry(cas).or_default().push(at);
            }
            let beta = of_kind("beta").find(|beta| {
                names.contains(&beta.get("key")) || cas.split(';').any(|cas| cas == beta.get("cas"))
            });
            named.push(Named {
                row,
                no: row.get("no").parse().ok()?,
                name,
                threshold: threshold(row, "threshold_t")?,
                beta: beta.and_then(|row| hundredths(row, "value")),
                classes: row
                    .get("category")
                    .split(' ')
                    .filter_map(|own| classes.iter().position(|class| class.symbol == own))
                    .collect(),
            });
        }
        // the nearest limit below decides: the largest first
        let alpha: BTreeMap<i128, Factor<'a>> = of_kind("alpha")
            .filter_map(|row| Some((i128::from(row.whole("at_least")?), hundredths(row, "value")?)))
            .collect();
        let grade: BTreeMap<i128, (u8, &'a Row)> = of_kind("grade")
            .filter_map(|row| {
                Some((i128::from(row.whole("at_least")?), (row.get("value").parse().ok()?, row)))
            })
            .collect();
        Some(Edition {
            name,
            named,
            classes,
            alpha: alpha.into_iter().rev().collect(),
            grade: grade.into_iter().rev().map(|(limit, (grade, row))| (limit, grade, row)).collect(),
            denominator,
            by_name,
            by_cas,
        })
    }

    /// Chemicals of Table 1 by a name, an alias or what they are commonly called.
    pub fn called(&self, name: &str) -> &[usize] {
        let exact = self.by_name.get(name);
        exact.or_else(|| self.by_name.get(&fold(name))).map_or(&[], Vec::as_slice)
    }

    /// Chemicals of Table 1 by CAS number.
    pub fn numbered(&self, cas: &str) -> &[usize] {
        self.by_cas.get(cas).map_or(&[], Vec::as_slice)
    }

    /// Chemicals of Table 1 whose name contains that one, or is contained in it: for a hint, a few at most.
    pub fn similar(&self, name: &str) -> Vec<usize> {
        let name = fold(name);
        let mut rows: Vec<usize> = self
            .by_name
            .iter()
            .filter(|(own, _)| {
                let long = own.chars().count() > 1 && name.chars().count() > 1;
                long && (own.contains(&name) || name.contains(own.as_str()))
            })
            .flat_map(|(_, rows)| rows.iter().copied())
            .collect();
        rows.sort_unstable();
        rows.dedup();
        rows.truncate(8);
        rows
    }

    /// The classes meant by a symbol or, where no symbol fits, by a class's name.
    pub fn classes_of(&self, text: &str) -> Vec<usize> {
        let text = fold(text);
        let by = |own: fn(&Class<'a>) -> &'a str| -> Vec<usize> {
            self.classes
                .iter()
                .enumerate()
                .filter(|(_, class)| fold(own(class)) == text)
                .map(|(at, _)| at)
                .collect()
        };
        let symbols = by(|class| class.symbol);
        if symbols.is_empty() { by(|class| class.name) } else { symbols }
    }
}
