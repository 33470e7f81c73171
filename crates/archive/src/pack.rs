//! One archive as one ZIP: its records in a workbook, a sheet for each section, and the documents in folders by chapter and section.
//! Made by a job in little memory; that it was taken out is on the trail.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs::File,
    io::{BufWriter, Write},
    path::{Path, PathBuf},
};

use audit::{Action, Entry};
use enterprise::Enterprise;
use job::{Context, Failure};
use kernel::SHANGHAI;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use sheet::{Format, Writer};
use uuid::Uuid;
use web::{App, Problem};
use zip::{CompressionMethod, ZipWriter, write::SimpleFileOptions};

use crate::{
    attachment::{self, Attachment, AttachmentVersion},
    model::{Record, STATES},
    powers,
    section::SECTIONS,
    store,
};

/// What the job is told: whose archive.
#[derive(Debug, Serialize, Deserialize)]
pub struct Whose {
    /// City, 4 digits.
    pub city: String,
    /// The enterprise.
    pub id: Uuid,
}

/// Where the file of a job lies.
pub fn path(app: &App, job: Uuid) -> PathBuf {
    app.files.join("exports").join(job.to_string())
}

/// Everything that goes into the file.
struct Contents {
    enterprise: Enterprise,
    records: Vec<Record>,
    documents: Vec<(Attachment, AttachmentVersion)>,
}

/// The job.
pub async fn pack(context: &Context) -> Result<Value, Failure> {
    let app = &context.app;
    let whose: Whose = serde_json::from_value((*context.input).clone()).map_err(Problem::internal)?;
    let scope = context.actor.may(&powers::PACK)?;
    let enterprise = enterprise::store::find(&app.db, &scope, &whose.city, whose.id).await?;
    let records = store::live(&app.db, &whose.city, whose.id).await?;
    let documents = attachment::live(&app.db, &whose.city, whose.id).await?;
    let contents = Contents { enterprise, records, documents };
    let path = path(app, context.job);
    let own = context.clone();
    let (contents, missing) = tokio::task::spawn_blocking(move || {
        let missing = write(&own, &contents, &path)?;
        Ok::<_, Failure>((contents, missing))
    })
    .await
    .map_err(Problem::internal)??;
    let Contents { enterprise, records, documents } = contents;
    let result = json!({
        "name": format!("{}-档案-{}.zip", safe(&enterprise.name, 60), app.clock.today()),
        "records": records.len(),
        "documents": documents.len() - missing,
        "missing": missing,
    });
    let mut tx = app.db.begin().await?;
    let entry = Entry {
        action: Action::Export,
        subject: Enterprise::TABLE,
        city: enterprise.city.clone(),
        town: enterprise.town.clone(),
        row: Some(enterprise.id),
        title: Some(format!("打包下载档案：{}", enterprise.name)),
        before: None,
        after: Some(json!({"records": records.len(), "documents": documents.len()})),
        reason: None,
    };
    audit::record(&mut tx, &app.clock, &context.actor, entry).await?;
    context.finish(&mut tx, &result).await?;
    tx.commit().await?;
    Ok(result)
}

fn again(error: impl std::fmt::Display) -> Failure {
    Failure::Again(error.to_string())
}

/// Writes the file; answers how many documents have lost their content.
fn write(context: &Context, contents: &Contents, path: &Path) -> Result<usize, Failure> {
    if let Some(folder) = path.parent() {
        std::fs::create_dir_all(folder).map_err(again)?;
    }
    let total = contents.documents.len() as u64 + 1;
    context.progress(0, Some(total), "整理记录")?;
    let book = path.with_extension("xlsx");
    workbook(contents, &book).map_err(again)?;
    let mut zip = ZipWriter::new(BufWriter::new(File::create(path).map_err(again)?));
    let packed = SimpleFileOptions::default().compression_method(CompressionMethod::Deflated);
    // documents are packed already
    let stored = SimpleFileOptions::default().compression_method(CompressionMethod::Stored);
    zip.start_file("档案记录.xlsx", stored).map_err(again)?;
    std::io::copy(&mut File::open(&book).map_err(again)?, &mut zip).map_err(again)?;
    std::fs::remove_file(&book).map_err(again)?;
    let records: BTreeMap<Uuid, &Record> =
        contents.records.iter().map(|record| (record.id, record)).collect();
    let (mut names, mut missing) = (BTreeSet::new(), Vec::new());
    for (done, (attachment, version)) in contents.documents.iter().enumerate() {
        context.progress(done as u64 + 1, Some(total), "打包附件")?;
        // a document of a record that has ended is no part of the archive of now
        let Some(record) = records.get(&attachment.record) else { continue };
        let name = unique(&place(record, attachment, version), &mut names);
        let folder = attachment::folder(&context.app);
        let content = file::path(&folder, &version.hash).and_then(|path| File::open(path).ok());
        let Some(mut content) = content else {
            missing.push(name);
            continue;
        };
        zip.start_file(name, stored).map_err(again)?;
        std::io::copy(&mut content, &mut zip).map_err(again)?;
    }
    if !missing.is_empty() {
        zip.start_file("缺少的附件.txt", packed).map_err(again)?;
        let text =
            format!("\u{FEFF}以下附件的文件已经损坏或者丢失，请重新上传：\r\n{}\r\n", missing.join("\r\n"));
        zip.write_all(text.as_bytes()).map_err(again)?;
    }
    zip.finish().and_then(|mut file| Ok(file.flush()?)).map_err(again)?;
    Ok(missing.len())
}

/// Chapter, section, record and name of a document.
fn place(record: &Record, attachment: &Attachment, version: &AttachmentVersion) -> String {
    let (chapter, section) = match record.described() {
        Some(section) => {
            (format!("{:02}{}", section.group as usize + 1, section.group.label()), section.label)
        }
        None => ("其他".to_string(), record.section.as_str()),
    };
    let name = attachment::with_ending(&attachment.name, &version.kind);
    let (stem, ending) = name.rsplit_once('.').unwrap_or((&name, &version.kind));
    let name = format!("{}.{ending}", safe(stem, 80));
    [safe(&chapter, 40), safe(section, 40), safe(&record.title, 60), name].join("/")
}

/// A name that every system of files takes: no separators or signs of its own, nothing that means the folder above.
fn safe(name: &str, most: usize) -> String {
    let bad = |sign: char| sign.is_control() || r#"<>:"/\|?*"#.contains(sign);
    let name: String = name.chars().map(|sign| if bad(sign) { '_' } else { sign }).take(most).collect();
    let name = name.trim_matches(|sign: char| sign == '.' || sign.is_whitespace());
    if name.is_empty() { "未命名".into() } else { name.to_string() }
}

/// The name, numbered where another document has it; capitals are no difference to some systems.
fn unique(name: &str, names: &mut BTreeSet<String>) -> String {
    let (stem, ending) = name.rsplit_once('.').unwrap_or((name, ""));
    let mut number = 1;
    let mut own = name.to_string();
    while !names.insert(own.to_lowercase()) {
        number += 1;
        own = format!("{stem}（{number}）.{ending}");
    }
    own
}

/// A sheet of what there is, and one for each section that has records.
fn workbook(contents: &Contents, path: &Path) -> Result<(), sheet::SheetError> {
    let Contents { enterprise, records, documents } = contents;
    let mut writer = Writer::create(path, Format::Xlsx, "目录", &["章节", "栏目", "记录数", "附件数"])?;
    let of = |code: &str| records.iter().filter(|record| record.section == code).collect::<Vec<_>>();
    let attached = |record: &Record| {
        let own = documents.iter().filter(|(attachment, _)| attachment.record == record.id);
        own.map(|(attachment, _)| attachment.name.as_str()).collect::<Vec<_>>()
    };
    for (label, value) in [
        ("企业名称", Some(enterprise.name.as_str())),
        ("统一社会信用代码", enterprise.credit_code.as_deref()),
        ("所在地区", Some(region::divisions::full_name(&enterprise.town).as_str())),
        ("生产经营地址", enterprise.address.as_deref().or(enterprise.registered_address.as_deref())),
        ("法定代表人", enterprise.legal_person.as_deref()),
    ] {
        writer.row(&[label, value.unwrap_or_default()])?;
    }
    for section in SECTIONS.iter() {
        let own = of(section.code);
        let number: usize = own.iter().map(|record| attached(record).len()).sum();
        let (own, number) = (own.len().to_string(), number.to_string());
        writer.row(&[section.group.label(), section.label, &own, &number])?;
    }
    for section in SECTIONS.iter() {
        let own = of(section.code);
        if own.is_empty() {
            continue;
        }
        let mut columns: Vec<String> = Vec::new();
        for field in &section.fields {
            let unit = &field.unit;
            columns.push(if unit.is_empty() {
                field.label.clone()
            } else {
                format!("{}（{unit}）", field.label)
            });
        }
        columns.extend(["状态", "核实人", "核实时间", "附件"].map(String::from));
        let columns: Vec<&str> = columns.iter().map(String::as_str).collect();
        writer.sheet(section.label, &columns)?;
        for record in own {
            let mut cells: Vec<String> =
                section.fields.iter().map(|field| field.show(&record.fields.0[&field.name])).collect();
            let state = STATES.iter().find(|(code, _)| *code == record.state).map_or("", |(_, label)| label);
            let at =
                record.verified_at.map(|at| at.with_timezone(&SHANGHAI).format("%Y-%m-%d %H:%M").to_string());
            cells.extend([
                state.to_string(),
                record.verified_by_name.clone().unwrap_or_default(),
                at.unwrap_or_default(),
                attached(record).join("、"),
            ]);
            let cells: Vec<&str> = cells.iter().map(String::as_str).collect();
            writer.row(&cells)?;
        }
    }
    writer.finish().map(drop)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_leave_no_folder_and_meet_no_other() {
        assert_eq!(safe("../../etc/passwd", 60), "_.._etc_passwd");
        assert_eq!(safe(" . ", 60), "未命名");
        assert_eq!(safe("证:照|1?", 60), "证_照_1_");
        let mut names = BTreeSet::new();
        let own: Vec<String> =
            ["a/证.pdf", "a/证.PDF", "a/证.pdf"].map(|name| unique(name, &mut names)).into();
        assert_eq!(own, ["a/证.pdf", "a/证（2）.PDF", "a/证（3）.pdf"]);
    }
}
