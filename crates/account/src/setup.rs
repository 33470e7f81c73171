//! The first start of an empty system: whether it still waits for its first administrator, and the one-time token that
//! whoever started the server reads in its log. The operation that takes the token is `http::setup`.

use db::{Db, Exec, FromRow, sql};
use serde_json::json;
use uuid::Uuid;
use web::{App, Problem};

use crate::session::{hash, token};

/// Whether nobody has an account yet.
pub async fn setup_needed(db: &Db) -> db::Result<bool> {
    #[derive(FromRow)]
    struct Number {
        number: i64,
    }
    let accounts: Number =
        db.one(sql!("select count(*) as number from (select 1 as one from account limit 1) first")).await?;
    Ok(accounts.number == 0)
}

/// Makes the one-time token of the first start, if nobody has an account yet. The log shows it; the database keeps its
/// hash only. Each start makes a new one.
pub async fn make_setup_token(app: &App) -> Result<Option<String>, Problem> {
    if !setup_needed(&app.db).await? {
        return Ok(None);
    }
    let token = token()?;
    app.db
        .run(sql!(
            "insert into setting (name, value, updated_at, updated_by) values ('setup_token', $1, $2, $3)
             on conflict (name) do update set value = excluded.value, updated_at = excluded.updated_at",
            json!(hash(&token)),
            app.clock.now(),
            Uuid::nil()
        ))
        .await?;
    Ok(Some(token))
}
