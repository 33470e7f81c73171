//! A list in a file: asked for with the filters of its page, made by a job in constant memory, fetched by who asked. How many rows were
//! taken out by which filters is on the trail, in the transaction that ends the job.

use std::{future::Future, path::PathBuf};

use axum::{Json, http::StatusCode, response::Response};
use job::{Context, Failure};
use kernel::Actor;
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use serde_json::{Value, json};
use sheet::{Format, SheetError, Writer};
use utoipa::ToSchema;
use uuid::Uuid;
use web::{App, List, Outcome, Problem};

use crate::{Action, Entry, record::record};

/// A list that can be taken out.
#[derive(Debug)]
pub struct Listing {
    /// Kind of the job.
    pub kind: &'static str,
    /// What its sheet and its file are called.
    pub title: &'static str,
    /// What its rows are counted in, for the trail: `家企业`.
    pub unit: &'static str,
    /// The table of its rows.
    pub subject: &'static str,
}

/// A list to be taken out: all its columns, by the filters of its page.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub struct ListExport {
    /// The filters as in the list.
    #[schema(value_type = Object)]
    query: Value,
    /// `xlsx` or `csv`.
    pub format: String,
}

impl ListExport {
    /// The filters.
    ///
    /// # Errors
    /// 422 where they are none of this list.
    pub fn query<F: DeserializeOwned>(&self) -> Outcome<F> {
        serde_json::from_value(self.query.clone()).map_err(|_| {
            Problem::wrong_field("/query", "query.unknown", "筛选条件有误，请回到列表重新选择。")
        })
    }
}

/// The job that makes the file.
#[derive(Debug, Serialize, ToSchema)]
pub struct ExportJob {
    job: Uuid,
}

/// What a job was told, as itself.
///
/// # Errors
/// Where it is something else.
pub fn told<T: DeserializeOwned>(context: &Context) -> Result<T, Failure> {
    serde_json::from_value((*context.input).clone())
        .map_err(|error| Failure::Problem(Problem::internal(error)))
}

/// How a file is made: its form (`xlsx` or `csv`), its columns, the division it was asked for, and how many rows there are if known.
#[derive(Debug)]
pub struct Making<'a> {
    /// `xlsx` or `csv`.
    pub format: &'a str,
    /// Heads of the columns.
    pub columns: &'a [&'a str],
    /// Division of the filters.
    pub region: Option<&'a str>,
    /// Rows, for the progress.
    pub total: Option<u64>,
}

impl Listing {
    /// Asks for the file. The caller has seen that the person may have it.
    ///
    /// # Errors
    /// 422 for another format than `xlsx` and `csv`.
    pub async fn ask(
        &self,
        app: &App,
        actor: &Actor,
        format: &str,
        wanted: &impl Serialize,
    ) -> Outcome<(StatusCode, Json<ExportJob>)> {
        if !matches!(format, "xlsx" | "csv") {
            return Err(Problem::wrong_field("/format", "format.unknown", "请选择 xlsx 或 csv。"));
        }
        let city = actor.grants.first().and_then(|grant| grant.region.city()).unwrap_or("0000").to_string();
        let input = serde_json::to_value(wanted).map_err(Problem::internal)?;
        let mut tx = app.db.begin().await?;
        let new = job::New { kind: self.kind, city, owner: actor.account, on_behalf: actor.on_behalf, input };
        let job = job::enqueue(&mut tx, &app.clock, new).await?;
        tx.commit().await?;
        Ok((StatusCode::ACCEPTED, Json(ExportJob { job })))
    }

    /// The file that the person asked for.
    ///
    /// # Errors
    /// 404 where it was somebody else, or it is not made or no longer kept.
    pub async fn fetch(&self, app: &App, actor: &Actor, id: Uuid) -> Outcome<Response> {
        let result = job::done_by(&app.db, actor.account, self.kind, id).await?;
        let name = result["name"].as_str().unwrap_or("export");
        let format = if result["format"] == "csv" { Format::Csv } else { Format::Xlsx };
        web::send_file(&path(app, id), name, format.media_type()).await
    }

    /// Makes the file and ends the job. `read` gives the cells of the rows from a cursor on.
    ///
    /// # Errors
    /// What reading says, or where the file cannot be written.
    pub async fn make<Read, Rows>(
        &self,
        context: &Context,
        making: Making<'_>,
        mut read: Read,
    ) -> Result<Value, Failure>
    where
        Read: FnMut(Option<String>) -> Rows + Send,
        Rows: Future<Output = Outcome<List<Vec<String>>>> + Send,
    {
        let app = &context.app;
        let failed = |error: SheetError| Failure::Again(error.to_string());
        let path = path(app, context.job);
        if let Some(folder) = path.parent() {
            tokio::fs::create_dir_all(folder).await.map_err(|error| Failure::Again(error.to_string()))?;
        }
        let format = if making.format == "csv" { Format::Csv } else { Format::Xlsx };
        let mut writer = Writer::create(&path, format, self.title, making.columns).map_err(failed)?;
        let (mut cursor, mut written) = (None, 0u64);
        loop {
            let page = read(cursor).await?;
            tokio::task::block_in_place(|| {
                for row in &page.items {
                    let cells: Vec<&str> = row.iter().map(String::as_str).collect();
                    writer.row(&cells)?;
                }
                Ok(())
            })
            .map_err(failed)?;
            written += page.items.len() as u64;
            context.progress(written, making.total, "导出")?;
            cursor = page.next;
            if cursor.is_none() {
                break;
            }
        }
        context.progress(written, Some(written), "保存文件")?;
        tokio::task::block_in_place(|| writer.finish()).map_err(failed)?;
        let name = format!("{}-{}.{}", self.title, app.clock.today(), making.format);
        let result = json!({"rows": written, "name": name, "format": making.format});
        let town = making.region.filter(|region| !region.is_empty()).unwrap_or(&context.city);
        let entry = Entry {
            action: Action::Export,
            subject: self.subject,
            city: context.city.clone(),
            town: town.to_string(),
            row: None,
            title: Some(format!("导出 {written} {}", self.unit)),
            before: None,
            after: Some((*context.input).clone()),
            reason: None,
        };
        let mut tx = app.db.begin().await?;
        record(&mut tx, &app.clock, &context.actor, entry).await?;
        context.finish(&mut tx, &result).await?;
        tx.commit().await?;
        Ok(result)
    }
}

/// Where the file of an export lies.
fn path(app: &App, job: Uuid) -> PathBuf {
    app.files.join("exports").join(job.to_string())
}
