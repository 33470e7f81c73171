//! What a list of enterprises can be narrowed by, and the conditions that follow from it. The same filter drives the list, its
//! count, the map and the export.

use db::{Engine, Result, Sql};
use kernel::Scope;
use serde::{Deserialize, Serialize};
use utoipa::IntoParams;
use uuid::Uuid;
use web::Problem;

use crate::count::DIMENSIONS;

/// What a list can be narrowed by. Several values of one filter are separated by commas.
#[derive(Debug, Clone, Default, Serialize, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(default)]
pub struct Filter {
    /// Division and all within it.
    pub region: Option<String>,
    /// Only rows not yet assigned below this division.
    #[serde(deserialize_with = "flag")]
    pub directly: bool,
    /// Any part of a name, an address or a person, pinyin or initials; or the beginning of a code.
    pub q: Option<String>,
    /// State of its life.
    pub status: Option<String>,
    /// `public`, `non_public`.
    pub ownership: Option<String>,
    /// `stated`, `inferred`, `assumed`.
    pub ownership_basis: Option<String>,
    /// Supervised sector.
    pub sector: Option<String>,
    /// Size class, `unknown` for none.
    pub size: Option<String>,
    /// `verified`, `partly`, `unverified`.
    pub verification: Option<String>,
    /// `certain`, `proposed`, `open`.
    pub assignment: Option<String>,
    /// `yes`, `no`.
    pub located: Option<String>,
    /// Import that brought it.
    pub import_id: Option<Uuid>,
    /// Market, building, park or street it is part of.
    pub cluster: Option<Uuid>,
    /// Responsible officer.
    pub officer: Option<Uuid>,
    /// Responsible agency.
    pub agency: Option<Uuid>,
    /// Name of the enterprise it is a branch of.
    pub parent_name: Option<String>,
    /// Grade of supervision: `A`, `B`, `C`, `D`.
    pub grade: Option<String>,
    /// Divisions, groups or classes of GB/T 4754-2017, or letters of its sections.
    pub industry: Option<String>,
    /// `stated`, `inferred`, `none`.
    pub industry_basis: Option<String>,
    /// Any part of the registration type.
    pub registration_type: Option<String>,
    /// Any part of the sector department.
    pub department: Option<String>,
    /// Any part of the grid.
    pub grid: Option<String>,
    /// `owned`, `rented`, `unknown`.
    pub premises: Option<String>,
    /// What is missing, any of: `credit_code`, `phone`, `officer`, `industry`, `founded_on`, `capital`, `staff`, `address`,
    /// `principal`, `safety_head`, `department`, `grid`.
    pub missing: Option<String>,
    /// First day of founding.
    pub founded_from: Option<String>,
    /// Last day of founding.
    pub founded_to: Option<String>,
    /// People working there, at least.
    pub staff_min: Option<String>,
    /// People working there, at most.
    pub staff_max: Option<String>,
    /// Registered capital in 万元, at least; of those in 人民币.
    pub capital_min: Option<String>,
    /// Registered capital in 万元, at most; of those in 人民币.
    pub capital_max: Option<String>,
    /// First day of the last change.
    pub updated_from: Option<String>,
    /// Last day of the last change.
    pub updated_to: Option<String>,
}

/// Yes or no, also as an address writes it: exports and saved views hold the filters as they stand there.
fn flag<'de, D: serde::Deserializer<'de>>(from: D) -> std::result::Result<bool, D::Error> {
    struct Flag;
    impl serde::de::Visitor<'_> for Flag {
        type Value = bool;
        fn expecting(&self, to: &mut std::fmt::Formatter) -> std::fmt::Result {
            to.write_str("true or false")
        }
        fn visit_bool<E>(self, value: bool) -> std::result::Result<bool, E> {
            Ok(value)
        }
        fn visit_str<E: serde::de::Error>(self, value: &str) -> std::result::Result<bool, E> {
            value.parse().map_err(E::custom)
        }
    }
    from.deserialize_any(Flag)
}

impl Filter {
    /// What a dimension is narrowed to, values separated by commas.
    pub fn value(&self, name: &str) -> Option<&str> {
        match name {
            "status" => self.status.as_deref(),
            "ownership" => self.ownership.as_deref(),
            "ownership_basis" => self.ownership_basis.as_deref(),
            "sector" => self.sector.as_deref(),
            "size" => self.size.as_deref(),
            "verification" => self.verification.as_deref(),
            "assignment" => self.assignment.as_deref(),
            _ => self.located.as_deref(),
        }
        .filter(|value| !value.is_empty())
    }

    /// The part of the scope that the region filter leaves. Outside the scope it does not exist.
    ///
    /// # Errors
    /// 404 outside the scope; 400 `filter.invalid` for a filter whose value is none.
    pub fn scope(&self, scope: &Scope) -> Result<Scope, Problem> {
        self.narrowed()?;
        web::narrowed(scope.clone(), self.region.as_deref())
    }

    /// Whether the filter asks for what only the records know, not their kept numbers.
    pub fn reads_records(&self) -> bool {
        self.text().is_some() || self.points() || self.import_id.is_some() || self.narrows()
    }

    /// What rows point at; an index finds the few that do.
    fn ids(&self) -> [(&'static str, Option<Uuid>); 4] {
        [
            (" and import_id = ", self.import_id),
            (" and cluster = ", self.cluster),
            (" and officer = ", self.officer),
            (" and agency = ", self.agency),
        ]
    }

    /// Whether the filter asks for the few records that point at something.
    pub fn points(&self) -> bool {
        self.ids().iter().skip(1).any(|(_, id)| id.is_some())
            || self.parent().is_some()
            || self.grade().is_some()
    }

    fn grade(&self) -> Option<&str> {
        self.grade.as_deref().filter(|grade| !grade.is_empty())
    }

    fn parent(&self) -> Option<&str> {
        self.parent_name.as_deref().filter(|name| !name.is_empty())
    }

    /// What is looked for: a text, or the beginning of a code.
    pub fn text(&self) -> Option<&str> {
        self.q.as_deref().map(str::trim).filter(|q| !q.is_empty())
    }

    /// The statement with the conditions of the filters, but for a text looked for, and of the scope.
    pub fn conditions(&self, sql: Sql, scope: &Scope) -> Sql {
        self.values(self.place(sql, scope), "")
    }

    /// The same for a page along an order. Where `many` rows have the assignment asked for, they too are met on the way.
    pub(super) fn along(&self, sql: Sql, engine: Engine, scope: &Scope, many: bool) -> Sql {
        let sql = self.others(sql.push(" where ").along(engine, scope, "id"));
        self.values(sql, if many && engine == Engine::Sqlite { "+" } else { "" })
    }

    fn values(&self, mut sql: Sql, plus: &str) -> Sql {
        for (name, column) in DIMENSIONS {
            if let Some(value) = self.value(name) {
                sql = sql.push(" and ").within(&format!("{plus}{column}"), value.split(','));
            }
        }
        sql
    }

    /// The statement with the condition that rows stand at the division itself, if that is asked.
    pub fn directly(&self, sql: Sql) -> Sql {
        match &self.region {
            Some(region) if self.directly => sql.push(" and town = ").arg(region),
            _ => sql,
        }
    }

    /// The statement with the scope and with all conditions but those on the dimensions and a text looked for.
    pub fn place(&self, sql: Sql, scope: &Scope) -> Sql {
        self.others(sql.push(" where ").scope(scope, "", "id"))
    }

    fn others(&self, sql: Sql) -> Sql {
        let mut sql = self.directly(sql.push(" and status <> 'merged'"));
        for (condition, id) in self.ids() {
            sql = sql.and(condition, id);
        }
        let sql = sql.and(" and parent_name = ", self.parent());
        let sql = match self.grade() {
            Some(grade) => sql.push(" and ").within("grade", grade.split(',')),
            None => sql,
        };
        match self.narrowed() {
            Ok(own) => sql.append(own),
            // what cannot be read was refused by `scope`; it must never widen a list
            Err(_) => sql.push(" and 1 = 0"),
        }
    }
}
