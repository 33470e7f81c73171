//! Printing the archives of a list into one ZIP.

use std::{io::Write, path::PathBuf};

use db::Exec;
use enterprise::Enterprise;
use job::{Context, Failure};
use serde_json::{Value, json};
use uuid::Uuid;
use web::{App, Problem};
use zip::{ZipWriter, write::SimpleFileOptions};

use crate::{
    http::print::{ManyPrints, bytes, note},
    powers, print,
};

/// The job.
pub const PRINT: &str = "print_archives";

/// Archives printed by one job at most.
const MOST: usize = 2_000;

/// Where the ZIP of a job of prints lies; it is cleared away with the exports.
pub(crate) fn print_path(app: &App, job: Uuid) -> PathBuf {
    app.files.join("exports").join(format!("{job}.zip"))
}

pub(crate) async fn prints(context: Context) -> Result<Value, Failure> {
    let wanted: ManyPrints = serde_json::from_value((*context.input).clone())
        .map_err(|error| Failure::Problem(Problem::internal(error)))?;
    let app = &context.app;
    let scope = wanted.query.scope(&context.actor.may(&powers::PRINTS)?)?;
    let enterprises = if wanted.ids.is_empty() {
        enterprise::store::list(&app.db, &scope, &wanted.query, Some("town"), None, MOST as u32).await?
    } else {
        let sql = Enterprise::select().push(" where ").scope(&scope, "", "id").push(" and ");
        let ids = wanted.ids.iter().take(MOST + 1).copied();
        app.db.all(sql.within("id", ids).push(" order by town, id")).await?
    };
    if enterprises.len() > MOST {
        return Err(Failure::Problem(Problem::invalid(
            "print.too_many",
            format!("超过 {MOST} 家企业，请按镇街或者其他条件分几次打印。"),
        )));
    }
    let again = |error: std::io::Error| Failure::Again(error.to_string());
    let path = print_path(app, context.job);
    if let Some(folder) = path.parent() {
        tokio::fs::create_dir_all(folder).await.map_err(again)?;
    }
    let mut zip = ZipWriter::new(std::fs::File::create(&path).map_err(again)?);
    let total = enterprises.len() as u64;
    for (done, own) in enterprises.iter().enumerate() {
        context.progress(done as u64, Some(total), "打印")?;
        let mut printed = print::compose(app, own, wanted.as_of).await?;
        let mut tx = app.db.begin().await?;
        print::seal(&mut tx, app, &context.actor, &mut printed, wanted.as_of, &wanted.home).await?;
        let said =
            json!({"as_of": wanted.as_of, "format": "pdf", "personal": printed.personal, "job": context.job});
        note(app, &mut tx, &context.actor, &printed.enterprise, said).await?;
        tx.commit().await?;
        // names may be the same; the beginning of the id tells them apart
        let id = own.id.simple().to_string();
        let name = format!(
            "{}-{}.pdf",
            printed.enterprise.name.replace(['/', '\\', ':'], "_"),
            id.get(24..).unwrap_or_default()
        );
        let bytes = bytes(printed.document, false).await?;
        let stored = SimpleFileOptions::default();
        zip.start_file(name, stored).map_err(|error| Failure::Again(error.to_string()))?;
        zip.write_all(&bytes).map_err(again)?;
    }
    context.progress(total, Some(total), "保存文件")?;
    zip.finish().map_err(|error| Failure::Again(error.to_string()))?;
    let place = wanted.query.region.as_deref().map(region::divisions::full_name).unwrap_or_default();
    let result = json!({"files": total, "name": format!("{place}安全生产档案-{}.zip", app.clock.today())});
    let mut tx = app.db.begin().await?;
    context.finish(&mut tx, &result).await?;
    tx.commit().await?;
    Ok(result)
}
