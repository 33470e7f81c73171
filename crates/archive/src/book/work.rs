//! The jobs of workbooks: writing one out, judging one, committing one, tidying up.

use std::{path::PathBuf, time::Duration};

use audit::Action;
use chrono::TimeDelta;
use db::{Exec, FromRow, sql};
use futures::FutureExt;
use job::{Context, Failure, Kind};
use kernel::{Power, RegionCode, Scope};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use utoipa::ToSchema;
use uuid::Uuid;
use web::{App, Outcome, Problem};

use super::{
    BookImport, MOST_ROWS,
    commit::{self, Ended, Work},
    judge, template,
};
use crate::{
    http,
    model::Record,
    powers,
    section::{self, Described, SECTIONS},
};

/// Writing a workbook out.
pub(crate) const EXPORT: &str = "export_archives";
/// Judging the rows of one.
pub(crate) const JUDGE: &str = "judge_archive_import";
/// Committing one.
pub(crate) const COMMIT: &str = "commit_archive_import";

/// Enterprises whose records are read at a time.
const FIRMS: u32 = 50;
/// Days that the rows of a workbook are kept.
const KEEP: i64 = 30;

/// The kinds of jobs of this module.
pub(crate) fn kinds() -> Vec<Kind> {
    let kind = |name, label, run| Kind { name, label, every: None, run };
    vec![
        kind(EXPORT, "生成档案填报表", |context| export(context).boxed()),
        kind(JUDGE, "核对批量填报", |context| judge(context).boxed()),
        kind(COMMIT, "写入批量填报", |context| commit(context).boxed()),
        Kind {
            name: "tidy_archive_imports",
            label: "清理过期的批量填报",
            every: Some(Duration::from_secs(86_400)),
            run: |context| tidy(context).boxed(),
        },
    ]
}

/// Where an uploaded workbook lies.
pub(crate) fn upload_path(app: &App, id: Uuid) -> PathBuf {
    app.files.join("imports").join(id.to_string())
}

/// Where a workbook lies that was written out.
pub(crate) fn export_path(app: &App, job: Uuid) -> PathBuf {
    app.files.join("exports").join(job.to_string())
}

/// What a workbook holds beside its heads.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = ArchiveExportHolds)]
pub(crate) enum Holds {
    /// A row for each enterprise, to be filled in.
    Enterprises,
    /// The records there are.
    Records,
}

/// A workbook to be written out.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub(crate) struct NewArchiveExport {
    /// Division of the enterprises; all of the own area unless told.
    pub(crate) region: Option<String>,
    /// Only the enterprises of this market, building or park; the region may then be left out.
    #[serde(default)]
    pub(crate) cluster: Option<Uuid>,
    /// Sections; all unless told.
    #[serde(default)]
    pub(crate) sections: Vec<String>,
    /// What it holds.
    pub(crate) with: Holds,
}

/// The sections of these codes, in the order of the archive; all where none is named.
pub(crate) fn chosen<'a>(codes: impl IntoIterator<Item = &'a str>) -> Outcome<Vec<&'static Described>> {
    let codes: Vec<&str> = codes.into_iter().map(str::trim).filter(|code| !code.is_empty()).collect();
    if let Some(unknown) = codes.iter().find(|code| section::find(code).is_none()) {
        let message = format!("没有「{unknown}」这个档案栏目。");
        return Err(Problem::wrong_field("/sections", "section.unknown", message));
    }
    Ok(SECTIONS.iter().filter(|own| codes.is_empty() || codes.contains(&own.code)).collect())
}

async fn export(context: Context) -> Result<Value, Failure> {
    let wanted: NewArchiveExport = serde_json::from_value((*context.input).clone())
        .map_err(|error| Failure::Problem(Problem::internal(error)))?;
    let app = &context.app;
    let scope = context.actor.may(&powers::CREATE_ARCHIVE_EXPORT)?;
    let filter = enterprise::store::Filter {
        region: wanted.region.clone(),
        cluster: wanted.cluster,
        ..Default::default()
    };
    let scope = filter.scope(&scope)?;
    let sections = chosen(wanted.sections.iter().map(String::as_str))?;
    let failed = |error: sheet::SheetError| Failure::Again(error.to_string());
    let path = export_path(app, context.job);
    if let Some(folder) = path.parent() {
        tokio::fs::create_dir_all(folder).await.map_err(|error| Failure::Again(error.to_string()))?;
    }
    let mut book = template::begin(&path, &sections).map_err(failed)?;
    let (mut cursor, mut written, mut firms) = (None, 0u64, 0u64);
    loop {
        let sort = Some("town");
        let mut rows =
            enterprise::store::list(&app.db, &scope, &filter, sort, cursor.as_deref(), FIRMS).await?;
        let more = rows.len() > FIRMS as usize;
        rows.truncate(FIRMS as usize);
        let last = rows.last().map(enterprise::store::Line::of);
        cursor = last.map(|row| enterprise::store::cursor(&row, sort).encode());
        rows.retain(|row| row.status != "merged");
        firms += rows.len() as u64;
        // a wide area has enterprises of several cities
        for own in rows.chunk_by(|one, other| one.city == other.city) {
            written += match wanted.with {
                Holds::Enterprises => {
                    tokio::task::block_in_place(|| template::enterprises(&mut book, &sections, own))
                        .map_err(failed)?
                }
                Holds::Records => template::records(&app.db, &mut book, &sections, own).await?,
            };
        }
        if written > MOST_ROWS {
            let message = format!("超过 {MOST_ROWS} 行。请缩小地区或者减少栏目，分几次导出。");
            return Err(Problem::invalid("export.too_long", message).into());
        }
        context.progress(firms, None, "读取企业")?;
        if !more {
            break;
        }
    }
    context.progress(firms, Some(firms), "保存文件")?;
    tokio::task::block_in_place(|| book.finish()).map_err(failed)?;
    let what = if wanted.with == Holds::Records { "档案记录" } else { "档案填报表" };
    let result =
        json!({"rows": written, "enterprises": firms, "name": format!("{what}-{}.xlsx", app.clock.today())});
    let mut tx = app.db.begin().await?;
    let title = match wanted.with {
        Holds::Records => format!("导出 {written} 条档案记录"),
        Holds::Enterprises => format!("导出 {firms} 家企业的档案填报表"),
    };
    let entry = audit::Entry {
        action: Action::Export,
        subject: Record::TABLE,
        city: context.city.clone(),
        town: wanted.region.clone().unwrap_or_else(|| context.city.clone()),
        row: None,
        title: Some(title),
        before: None,
        after: Some((*context.input).clone()),
        reason: None,
    };
    audit::record(&mut tx, &app.clock, &context.actor, entry).await?;
    context.finish(&mut tx, &result).await?;
    tx.commit().await?;
    Ok(result)
}

#[derive(Deserialize)]
struct Which {
    city: String,
    id: Uuid,
}

/// The import of the job, and the scope in which its rows may speak of enterprises.
async fn named(context: &Context, power: &Power) -> Result<(BookImport, Scope), Failure> {
    let which: Which = serde_json::from_value((*context.input).clone())
        .map_err(|error| Failure::Problem(Problem::internal(error)))?;
    let scope = context.actor.may(power)?;
    let import = http::find_book(&context.app.db, (&context.actor, &scope), &which.city, which.id).await?;
    let region = RegionCode::parse(&import.town).map_err(Problem::from)?;
    let scope = scope.narrow(&region).map_err(Problem::from)?;
    Ok((import, scope))
}

async fn fail(app: &App, import: &BookImport, state: &str, problem: &Problem) -> db::Result<()> {
    let said = json!({"code": problem.code, "detail": problem.detail});
    app.db
        .run(sql!(
            "update archive_import set state = $1, error = $2, updated_at = $3, version = version + 1 where city = $4 and id = $5",
            state,
            said,
            app.clock.now(),
            &import.city,
            import.id
        ))
        .await
        .map(drop)
}

async fn judge(context: Context) -> Result<Value, Failure> {
    let (import, scope) = named(&context, &powers::CREATE_ARCHIVE_IMPORT).await?;
    match judged(&context, &import, &scope, None).await {
        Err(Failure::Problem(problem)) => {
            fail(&context.app, &import, "failed", &problem).await?;
            Err(Failure::Problem(problem))
        }
        Err(Failure::Cancelled) => {
            let problem = Problem::conflict("job.cancelled", "核对已取消。请重新上传。");
            fail(&context.app, &import, "failed", &problem).await?;
            Err(Failure::Cancelled)
        }
        other => other,
    }
}

/// Judges every row, and says `why` somebody must look at it again.
async fn judged(
    context: &Context,
    import: &BookImport,
    scope: &Scope,
    why: Option<&Problem>,
) -> Result<Value, Failure> {
    let app = &context.app;
    let path = upload_path(app, import.id);
    let about = tokio::task::spawn_blocking({
        let path = path.clone();
        // less the header of each sheet
        move || sheet::rows_about(&path).iter().map(|rows| rows.saturating_sub(1)).sum::<u64>()
    });
    let about = about.await.ok().filter(|about| *about > 0);
    let tell = |rows: u64| context.progress(rows, about.map(|about| about.max(rows)), "核对").is_ok();
    let Some((sheets, counts)) = judge::judge(&app.db, scope, import, &path, tell).await? else {
        return Err(Failure::Cancelled);
    };
    let error = why.map(|own| json!({"code": own.code, "detail": own.detail}));
    let mut tx = app.db.begin().await?;
    tx.run(sql!(
        "update archive_import set state = 'preview', sheets = $1, counts = $2, error = $3, updated_at = $4, version = version + 1
         where city = $5 and id = $6",
        json!(sheets),
        json!(counts),
        error,
        app.clock.now(),
        &import.city,
        import.id
    ))
    .await?;
    let result = json!({"counts": counts});
    if why.is_none() {
        context.finish(&mut tx, &result).await?;
    }
    tx.commit().await?;
    Ok(result)
}

async fn commit(context: Context) -> Result<Value, Failure> {
    let (import, scope) = named(&context, &powers::COMMIT_ARCHIVE_IMPORT).await?;
    let app = &context.app;
    let number = |name: &str| import.counts.0[name].as_u64().unwrap_or_default();
    let total = number("created") + number("updated");
    let mut tell = |rows: u64| context.progress(rows, Some(total), "写入").is_ok();
    let mut tx = app.db.begin().await?;
    let work = Work { app, actor: &context.actor, scope: &scope, import: &import };
    let problem: Failure = match commit::commit(&mut tx, &work, &mut tell).await {
        Ok(Ended::Written(written)) => {
            tx.run(sql!(
                "update archive_import set state = 'committed', error = null, updated_at = $1, updated_by = $2, version = version + 1
                 where city = $3 and id = $4",
                app.clock.now(),
                context.actor.account,
                &import.city,
                import.id
            ))
            .await?;
            let result = json!({"written": written});
            context.finish(&mut tx, &result).await?;
            tx.commit().await?;
            return Ok(result);
        }
        Ok(Ended::Stale(rows)) => {
            drop(tx);
            let message = format!(
                "核对之后有 {rows} 行涉及的企业或记录又有了变化，没有写入任何内容。已按现在的档案重新核对，请看过后再确认。"
            );
            let problem = Problem::conflict("archive_import.stale", message);
            judged(&context, &import, &scope, Some(&problem)).await?;
            return Err(Failure::Problem(problem));
        }
        Ok(Ended::Stopped) => Failure::Cancelled,
        Err(problem) => problem.into(),
    };
    drop(tx);
    // nothing was written: it can be looked at and committed again
    if !matches!(problem, Failure::Again(_)) {
        app.db
            .run(sql!(
                "update archive_import set state = 'preview', version = version + 1 where city = $1 and id = $2 and state = 'committing'",
                &import.city,
                import.id
            ))
            .await?;
    }
    Err(problem)
}

#[derive(FromRow)]
struct Old {
    city: String,
    id: Uuid,
}

/// Removes uploads and rows of workbooks that nobody touched for a month. What they wrote stays.
async fn tidy(context: Context) -> Result<Value, Failure> {
    let app = &context.app;
    let mut tidied = 0u64;
    loop {
        let old: Vec<Old> = app
            .db
            .all(sql!(
                "select city, id from archive_import where updated_at < $1 and exists
                 (select 1 from archive_import_row r where r.city = archive_import.city and r.import_id = archive_import.id) limit 100",
                app.clock.now() - TimeDelta::days(KEEP)
            ))
            .await?;
        if old.is_empty() {
            return Ok(json!({"imports": tidied}));
        }
        for import in &old {
            drop(tokio::fs::remove_file(upload_path(app, import.id)).await);
            app.db
                .run(sql!(
                    "delete from archive_import_row where city = $1 and import_id = $2",
                    &import.city,
                    import.id
                ))
                .await?;
            app.db
                .run(sql!(
                    "update archive_import set state = 'failed', error = $1 where city = $2 and id = $3 and state <> 'committed'",
                    json!({"code": "archive_import.expired", "detail": "核对后 30 天没有写入，已清理。请重新上传。"}),
                    &import.city,
                    import.id
                ))
                .await?;
        }
        tidied += old.len() as u64;
        context.progress(tidied, None, "清理")?;
    }
}
