//! The long work of the register: judging and committing imports, exports, and tidying up.

use std::{
    path::Path,
    time::{Duration, SystemTime},
};

use chrono::TimeDelta;
use db::{Exec, sql};
use futures::FutureExt;
use job::{Context, Failure, Kind};
use kernel::{Power, Scope};
use serde::Deserialize;
use serde_json::{Value, json};
use uuid::Uuid;
use web::{List, Problem};

use crate::{
    fields::{self, Field},
    http::{self, NewExport},
    import::{self, Import, ImportError},
    model::Enterprise,
    numbers, powers, store, summary,
};

/// Judging the rows of an import.
pub const JUDGE: &str = "judge_import";
/// Committing an import.
pub const COMMIT: &str = "commit_import";
/// Exporting a list.
pub(crate) const EXPORT: audit::Listing = audit::Listing {
    kind: "export_enterprises",
    title: "企业名单",
    unit: "家企业",
    subject: Enterprise::TABLE,
};
/// Bringing the figures of whole provinces up to date.
pub const SUMMARISE: &str = "summarise_enterprises";
/// Removing what is no longer needed.
pub const TIDY: &str = "tidy_imports";

/// Rows read for an export at a time.
const CHUNK: u32 = 2_000;

/// The kinds of jobs of this area.
pub fn kinds() -> Vec<Kind> {
    let kind = |name, label, run| Kind { name, label, every: None, run };
    vec![
        kind(JUDGE, "核对导入名单", |context| judge(context).boxed()),
        kind(COMMIT, "导入名单", |context| commit(context).boxed()),
        kind(EXPORT.kind, "导出名单", |context| export(context).boxed()),
        Kind {
            name: SUMMARISE,
            label: "汇总各级数字",
            every: Some(Duration::from_secs(300)),
            run: |context| {
                async move { Ok(json!({"changed": summary::rebuild(&context.app.db).await?})) }.boxed()
            },
        },
        Kind {
            name: TIDY,
            label: "清理过期的导入",
            every: Some(Duration::from_secs(86_400)),
            run: |context| tidy(context).boxed(),
        },
    ]
}

#[derive(Deserialize)]
struct Which {
    city: String,
    id: Uuid,
}

async fn named(context: &Context, power: &Power) -> Result<(Import, Scope), Failure> {
    let which: Which = serde_json::from_value((*context.input).clone())
        .map_err(|error| Failure::Problem(Problem::internal(error)))?;
    let scope = context.actor.may(power)?;
    let import = http::find_import_row(&context.app.db, &scope, &which.city, which.id).await?;
    Ok((import, scope))
}

impl From<ImportError> for Failure {
    fn from(error: ImportError) -> Self {
        match error {
            ImportError::Stopped => Failure::Cancelled,
            other => Problem::from(other).into(),
        }
    }
}

async fn judge(context: Context) -> Result<Value, Failure> {
    let (import, scope) = named(&context, &powers::CREATE_IMPORT).await?;
    let app = &context.app;
    let path = http::import_path(app, import.id);
    let about = tokio::task::spawn_blocking({
        let path = path.clone();
        // less the header; a list is in one sheet
        move || sheet::rows_about(&path).into_iter().find(|rows| *rows > 1).map(|rows| rows - 1)
    });
    let about = about.await.unwrap_or_default();
    let mut tell = |what: &'static str, rows: u64| {
        context.progress(rows, about.map(|about| about.max(rows)), what).is_ok()
    };
    match import::judge(&app.db, &app.clock, &import, &path, Some(&scope), &mut tell).await {
        Ok(summary) => Ok(serde_json::to_value(summary).unwrap_or_default()),
        Err(error @ ImportError::Db(_)) => Err(error.into()),
        Err(error) => {
            import::fail(&app.db, &app.clock, &import, &error).await?;
            Err(error.into())
        }
    }
}

async fn commit(context: Context) -> Result<Value, Failure> {
    let (import, scope) = named(&context, &powers::COMMIT_IMPORT).await?;
    let app = &context.app;
    let total = ["created", "updated"].iter().filter_map(|name| import.counts.0[*name].as_u64()).sum();
    let mut tell = |what: &'static str, rows: u64| context.progress(rows, Some(total), what).is_ok();
    let mut tx = app.db.begin().await?;
    region::refresh(&app.db).await?;
    let committed =
        import::commit(&mut tx, &app.clock, &context.actor, &import, Some(&scope), &mut tell).await;
    match committed {
        Ok(written) => {
            let result = json!({"written": written, "counts": import.counts.0});
            context.finish(&mut tx, &result).await?;
            tx.commit().await?;
            // a leftover is cleared away with the import's rows
            drop(import::clear(&app.db, &import.city, import.id).await);
            // wider figures follow at once; otherwise the schedule brings them
            drop(summary::rebuild(&app.db).await);
            Ok(result)
        }
        Err(error) => {
            drop(tx);
            // nothing was written: it can be looked at and committed again
            app.db
                .run(sql!(
                    "update import set state = 'preview', version = version + 1 where city = $1 and id = $2 and state = 'committing'",
                    &import.city,
                    import.id
                ))
                .await?;
            Err(error.into())
        }
    }
}

/// The rows of a list, each value as a person reads it in a table.
async fn export(context: Context) -> Result<Value, Failure> {
    let wanted: NewExport = audit::told(&context)?;
    let (app, query) = (&context.app, &wanted.query);
    let scope = &query.scope(&context.actor.may(&powers::EXPORT)?)?;
    let total = numbers::count(&app.db, scope, query).await?.number;
    let known = fields::fields();
    let columns: Vec<Option<&Field>> =
        wanted.columns.iter().map(|name| known.iter().find(|field| field.name == name)).collect();
    let labels: Vec<String> = columns
        .iter()
        .map(|field| match field {
            Some(field) if field.kind == fields::Kind::Money => format!("{}（元）", field.label),
            Some(field) => field.label.to_string(),
            None => "所在地区".to_string(),
        })
        .collect();
    let labels: Vec<&str> = labels.iter().map(String::as_str).collect();
    let making = audit::Making {
        format: &wanted.format,
        columns: &labels,
        region: query.region.as_deref(),
        total: u64::try_from(total).ok(),
    };
    let read_of = columns.iter().flatten().map(|field| http::column_of(field.name));
    let read_of: Vec<&str> = read_of.collect();
    let (sort, columns, read_of) = (wanted.sort.as_deref(), &columns, &read_of);
    let read = |cursor: Option<String>| async move {
        let rows = store::lines(&app.db, scope, query, sort, cursor.as_deref(), CHUNK, read_of).await?;
        let mut page =
            List::page(rows, CHUNK, |row| store::cursor(row, sort).encode()).map(|row| Value::Object(row.0));
        http::add_names(&app.db, &mut page.items).await?;
        Ok(page.map(|row| {
            let cell = |field: &Option<&Field>| match field {
                Some(field) => field.show(&row[field.name]),
                None => region::divisions::full_name(row["town"].as_str().unwrap_or_default()),
            };
            columns.iter().map(cell).collect()
        }))
    };
    EXPORT.make(&context, making, read).await
}

/// Days that the file and the rows of an import are kept, and the file of an export.
const KEEP_IMPORTS: i64 = 30;
const KEEP_EXPORTS: i64 = 7;

/// Removes uploads and rows of imports that ended a month ago (looked at only or committed) and exports of last week.
/// What a record was made from stays with the record.
async fn tidy(context: Context) -> Result<Value, Failure> {
    let app = &context.app;
    let now = app.clock.now();
    let old: Vec<Old> = app
        .db
        .all(sql!(
            "select city, id from import where updated_at < $1 and state in ('preview', 'committed', 'failed', 'uploaded')
             and exists (select 1 from import_row where import_row.city = import.city and import_row.import_id = import.id) limit 500",
            now - TimeDelta::days(KEEP_IMPORTS)
        ))
        .await?;
    for import in &old {
        drop(tokio::fs::remove_file(http::import_path(app, import.id)).await);
        import::clear(&app.db, &import.city, import.id).await?;
        app.db
            .run(sql!("delete from import_row where city = $1 and import_id = $2", &import.city, import.id))
            .await?;
        app.db
            .run(sql!(
                "update import set state = 'failed', error = $1 where city = $2 and id = $3 and state <> 'committed'",
                json!({"code": "import.expired", "detail": "核对后 30 天没有导入，已清理。请重新上传。"}),
                &import.city,
                import.id
            ))
            .await?;
    }
    for (folder, days) in [("imports", KEEP_IMPORTS + 1), ("exports", KEEP_EXPORTS)] {
        let (folder, before) = (app.files.join(folder), (now - TimeDelta::days(days)).into());
        tokio::task::block_in_place(|| remove_older(&folder, before))
            .map_err(|error| Failure::Again(error.to_string()))?;
    }
    Ok(json!({"imports": old.len()}))
}

/// Removes the files of a folder that were last changed before; one that is not there yet has none.
fn remove_older(folder: &Path, before: SystemTime) -> std::io::Result<()> {
    if !folder.exists() {
        return Ok(());
    }
    for entry in std::fs::read_dir(folder)? {
        let entry = entry?;
        if entry.metadata()?.is_file() && entry.metadata()?.modified()? < before {
            std::fs::remove_file(entry.path())?;
        }
    }
    Ok(())
}

#[derive(db::FromRow)]
struct Old {
    city: String,
    id: Uuid,
}
