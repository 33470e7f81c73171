//! What the search box finds: records that have a text, or a code that begins so. The index itself is the crate `search`.

use db::{Engine, Sql};
use kernel::Scope;

use super::Filter;
use crate::derived::KIND;

/// `select` over the records that the filters leave; of those with a text at most `most` hits.
pub fn filtered(engine: Engine, select: &str, scope: &Scope, filter: &Filter, most: i64) -> Sql {
    let sql = match filter.text() {
        Some(text) => match hits(engine, scope, text, most) {
            Some(found) => of_hits(engine, select, found),
            None => return Sql::new(&format!("{select} from enterprise where 1 = 0")),
        },
        None => Sql::new(&format!("{select} from enterprise")),
    };
    filter.conditions(sql, scope)
}

/// The half-open range of codes that begin with `text`; `None` when it does not look like the beginning of a code.
pub fn code_range(text: &str) -> Option<(String, String)> {
    let code = rules::name::fold(text);
    let digits = code.bytes().filter(u8::is_ascii_digit).count();
    let plain = code.bytes().all(|byte| byte.is_ascii_alphanumeric());
    // the last sign of all stands for "anything after"
    (plain && digits >= 3).then(|| (code.clone(), format!("{code}\u{10FFFF}")))
}

/// Appends whether a record has the text, or a code that begins so.
pub(super) fn has(sql: Sql, text: &str) -> Sql {
    let Some((low, high)) = code_range(text) else {
        return search::says(sql, KIND, "enterprise.city", "enterprise.id", text);
    };
    sql.push("coalesce(credit_code >= ")
        .arg(&low)
        .push(" and credit_code < ")
        .arg(&high)
        .push(", false) or coalesce(old_code >= ")
        .arg(&low)
        .push(" and old_code < ")
        .arg(&high)
        .push(", false)")
}

/// The keys (`hit_city`, `hit_id`) of the records that have a text or a code that begins so, at most `most`.
pub fn hits(engine: Engine, scope: &Scope, text: &str, most: i64) -> Option<Sql> {
    let Some((low, high)) = code_range(text) else {
        return search::keys(engine, scope, KIND, text, most);
    };
    let mut sql = Sql::new("");
    for (at, column) in ["credit_code", "old_code"].into_iter().enumerate() {
        let before = if at > 0 { " union select" } else { "select" };
        sql =
            sql.push(&format!("{before} city as hit_city, id as hit_id from enterprise where {column} >= "));
        sql = sql.arg(&low).push(&format!(" and {column} < ")).arg(&high);
        sql = sql.push(" and ").scope(scope, "", "id").push(" and status <> 'merged'");
    }
    Some(sql.push(" limit ").arg(most))
}

/// The statement `select` over the records of what the search box found, which are read by their keys.
pub fn of_hits(engine: Engine, select: &str, found: Sql) -> Sql {
    // SQLite, which does not know how few they are, begins with them only when it must
    let join = if engine == Engine::Sqlite { "cross join" } else { "join" };
    Sql::new(&format!("{select} from ("))
        .append(found)
        .push(&format!(") x {join} enterprise on enterprise.city = x.hit_city and enterprise.id = x.hit_id"))
}
