//! A statement being put together: text and its arguments, never one inside the other.

use std::collections::BTreeMap;

use kernel::{Scope, Tier};
use uuid::Uuid;

use crate::{Engine, Value};

/// SQL text with `$n` parameters and the arguments that belong to them.
#[derive(Debug, Clone, Default)]
pub struct Sql {
    pub(crate) text: String,
    pub(crate) args: Vec<Value>,
}

impl Sql {
    /// Starts from text that has no parameters yet.
    pub fn new(text: &str) -> Self {
        Sql { text: text.to_string(), args: Vec::new() }
    }

    /// A complete statement: text with `$1…$n` and its n arguments, as [`sql!`](crate::sql!) makes it.
    pub fn with(text: &str, args: Vec<Value>) -> Self {
        Sql { text: text.to_string(), args }
    }

    /// Appends text. The text is the programmer's, never the user's.
    pub fn push(mut self, text: &str) -> Self {
        self.text.push_str(text);
        self
    }

    /// Appends a parameter with its value.
    pub fn arg(mut self, value: impl Into<Value>) -> Self {
        self.args.push(value.into());
        self.text.push('$');
        self.text.push_str(&self.args.len().to_string());
        self
    }

    /// Appends another statement's text and arguments; its parameters are numbered on from ours.
    pub fn append(mut self, other: Sql) -> Self {
        let mut other_args: Vec<Option<Value>> = other.args.into_iter().map(Some).collect();
        let mut order = vec![0usize; other_args.len()];
        let mut parts = other.text.split('$');
        self.text.push_str(parts.next().unwrap_or_default());
        for part in parts {
            let digits = part.bytes().take_while(u8::is_ascii_digit).count();
            let (number, rest) = part.split_at(digits);
            let at = number.parse::<usize>().unwrap_or_default().wrapping_sub(1);
            if let Some(value) = other_args.get_mut(at).and_then(Option::take) {
                self.args.push(value);
                order[at] = self.args.len();
            }
            self.text.push('$');
            self.text.push_str(&order.get(at).copied().unwrap_or_default().to_string());
            self.text.push_str(rest);
        }
        self
    }

    /// Appends `text` and the parameter, if there is a value: an optional filter.
    pub fn and<V: Into<Value>>(self, text: &str, value: Option<V>) -> Self {
        match value {
            Some(value) => self.push(text).arg(value),
            None => self,
        }
    }

    /// Appends `column in ($n, …)`; an empty list matches nothing.
    pub fn within<V: Into<Value>>(mut self, column: &str, values: impl IntoIterator<Item = V>) -> Self {
        self.text.push_str(column);
        self.text.push_str(" in (");
        let mut any = false;
        for value in values {
            if any {
                self.text.push_str(", ");
            }
            any = true;
            self = self.arg(value);
        }
        if !any {
            self.text.push_str("null");
        }
        self.push(")")
    }

    /// Appends that a row has one of these keys: the columns `city` and `id`, the latter by another name where it has one. Each
    /// city has a list of its own, so that both engines find the rows by their keys and read no others of a city.
    pub fn keys<'k>(mut self, id: &str, keys: impl IntoIterator<Item = (&'k str, Uuid)>) -> Self {
        let mut cities: BTreeMap<&str, Vec<Uuid>> = BTreeMap::new();
        for (city, id) in keys {
            cities.entry(city).or_default().push(id);
        }
        if cities.is_empty() {
            // so that the key is looked up, which is none, and no row is read
            return self.push("city in (null) and ").push(id).push(" in (null)");
        }
        self.text.push('(');
        for (at, (city, ids)) in cities.into_iter().enumerate() {
            self = self.push(if at > 0 { " or (city = " } else { "(city = " }).arg(city).push(" and ");
            self = self.within(id, ids).push(")");
        }
        self.push(")")
    }

    /// Appends the predicate of a scope over the columns `city` and `town` (and `sector`), with `prefix` before each
    /// (`""` or `"e."`): the city's own equality **and** the half-open range, so that one shard answers and the index
    /// is used. `enterprise` names the column that holds the enterprise's id, for scopes bound to certain enterprises.
    pub fn scope(self, scope: &Scope, prefix: &str, enterprise: &str) -> Self {
        self.within_areas(scope, prefix, true).of_enterprise(scope, prefix, enterprise)
    }

    /// The predicate of a scope over a table whose rows have a place but no sector and belong to no enterprise: imports,
    /// accounts, the trail.
    pub fn area(self, scope: &Scope, prefix: &str) -> Self {
        self.within_areas(scope, prefix, false)
    }

    /// The predicate of [`Sql::scope`] for a page along an order that an index of the city, or of all, holds: the scope only
    /// sifts the rows met on the way. SQLite, which would rather read a whole county and sort it, is kept from that by
    /// the plus before a column, which means nothing else.
    pub fn along(mut self, engine: Engine, scope: &Scope, enterprise: &str) -> Self {
        let areas = scope.areas();
        let city = areas.first().and_then(|area| area.region.city());
        let city = city.filter(|city| areas.iter().all(|area| area.region.city() == Some(city)));
        let plus = if engine == Engine::Sqlite { "+" } else { "" };
        if let Some(city) = city {
            self = self.push("city = ").arg(city).push(" and ");
        }
        self.text.push('(');
        for (at, area) in areas.iter().enumerate() {
            self.text.push_str(if at > 0 { " or " } else { "" });
            let (low, high) = area.region.span();
            let range = |sql: Sql, column: &str| {
                let sql = sql.push(&format!("{plus}{column} >= ")).arg(&low);
                sql.push(&format!(" and {plus}{column} < ")).arg(&high)
            };
            self = match area.region.tier() {
                Tier::Province => range(self, "city"),
                Tier::City if city.is_some() => self.push("1 = 1"),
                Tier::City => self.push(&format!("{plus}city = ")).arg(&low),
                Tier::Town if areas.len() == 1 => self.push("town = ").arg(&low),
                _ => range(self, "town"),
            };
            if let Some(sectors) = area.sectors.as_ref() {
                self = self.push(" and ").within("sector", sectors.iter().map(String::as_str));
            }
        }
        if areas.is_empty() {
            self.text.push_str("1 = 0");
        }
        self.push(")").of_enterprise(scope, "", enterprise)
    }

    fn of_enterprise(self, scope: &Scope, prefix: &str, column: &str) -> Self {
        match scope.enterprises() {
            Some(ids) => self.push(" and ").within(&format!("{prefix}{column}"), ids.iter().copied()),
            None => self,
        }
    }

    fn within_areas(mut self, scope: &Scope, prefix: &str, by_sector: bool) -> Self {
        let areas = scope.areas();
        self.text.push('(');
        for (at, area) in areas.iter().enumerate() {
            if at > 0 {
                self.text.push_str(" or ");
            }
            let (low, high) = area.region.span();
            self = match area.region.city() {
                Some(city) if city.len() == low.len() => self.push(&format!("{prefix}city = ")).arg(city),
                // rows are assigned to towns, not below
                Some(city) if area.region.tier() == Tier::Town => self
                    .push(&format!("{prefix}city = "))
                    .arg(city)
                    .push(&format!(" and {prefix}town = "))
                    .arg(low),
                Some(city) => self
                    .push(&format!("{prefix}city = "))
                    .arg(city)
                    .push(&format!(" and {prefix}town >= "))
                    .arg(low)
                    .push(&format!(" and {prefix}town < "))
                    .arg(high),
                None => self
                    .push(&format!("{prefix}city >= "))
                    .arg(low)
                    .push(&format!(" and {prefix}city < "))
                    .arg(high),
            };
            if let Some(sectors) = area.sectors.as_ref().filter(|_| by_sector) {
                self =
                    self.push(" and ").within(&format!("{prefix}sector"), sectors.iter().map(String::as_str));
            }
        }
        if areas.is_empty() {
            self.text.push_str("1 = 0");
        }
        self.push(")")
    }

    /// The text as it will be sent.
    pub fn text(&self) -> &str {
        &self.text
    }
}

/// A pattern for `like … escape '\'` that finds `text` anywhere, whatever signs the user typed.
pub fn like(text: &str) -> String {
    let mut pattern = String::from("%");
    for sign in text.chars() {
        if matches!(sign, '%' | '_' | '\\') {
            pattern.push('\\');
        }
        pattern.push(sign);
    }
    pattern.push('%');
    pattern
}

/// A complete statement. A test reads every such text from the sources and prepares it on the migrated schema of both
/// engines (`tests/it/statements.rs`); an arm `Engine::Sqlite => sql!(…)` is prepared on that engine only.
#[macro_export]
macro_rules! sql {
    ($text:literal $(, $arg:expr)* $(,)?) => {
        $crate::Sql::with($text, vec![$($crate::Value::from($arg)),*])
    };
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_appended_statement_keeps_its_arguments_and_is_numbered_on() {
        let first = Sql::new("select a from t where b = ").arg("x").push(" and ");
        let both = first.append(sql_of("c = $2 or d = $1 or e = $2"));
        assert_eq!(both.text, "select a from t where b = $1 and c = $2 or d = $3 or e = $2");
        assert_eq!(both.args, vec![Value::from("x"), Value::from("two"), Value::from("one")]);
    }

    #[test]
    fn a_scope_bound_to_enterprises_names_each_and_one_bound_to_none_finds_nothing() {
        const READ: kernel::Power = kernel::Power {
            operation: "read",
            label: "查看",
            allow: &[(kernel::Role::Intermediary, kernel::Tier::Town)],
        };
        let day = chrono::NaiveDate::from_ymd_opt(2026, 1, 1).unwrap_or_default();
        let mut actor = kernel::Actor::system("test");
        actor.grants = vec![kernel::Grant {
            role: kernel::Role::Intermediary,
            region: kernel::RegionCode::parse("4405").unwrap(),
            sectors: None,
            valid_from: day,
            valid_to: None,
            document: None,
        }];
        let text = |actor: &kernel::Actor| Sql::default().scope(&actor.may(&READ).unwrap(), "e.", "id").text;
        assert_eq!(text(&actor), "(e.city = $1) and e.id in (null)");
        actor.enterprises = (1..=2).map(|id| ("4405".to_string(), uuid::Uuid::from_u128(id))).collect();
        assert_eq!(text(&actor), "(e.city = $1) and e.id in ($2, $3)");
    }

    fn sql_of(text: &str) -> Sql {
        Sql::with(text, vec!["one".into(), "two".into()])
    }
}
