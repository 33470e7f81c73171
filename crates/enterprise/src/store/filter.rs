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
    pub fn scope(&self, scope: &Scope) -> Result<Scope, Problem> {
        web::narrowed(scope.clone(), self.region.as_deref())
    }

    /// Whether the filter asks for what only the records know, not their kept numbers.
    pub fn reads_records(&self) -> bool {
        self.text().is_some() || self.points() || self.import_id.is_some()
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
        match self.grade() {
            Some(grade) => sql.push(" and ").within("grade", grade.split(',')),
            None => sql,
        }
    }
}
