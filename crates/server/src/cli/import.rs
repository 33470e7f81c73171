//! `anjian import`.

use std::{
    io::{IsTerminal, Write as _},
    path::PathBuf,
    process::ExitCode,
};

use anyhow::Context;
use clap::Subcommand;
use enterprise::{ImportError, Request, Summary, import};
use kernel::{Actor, RegionCode};

use super::System;

/// What may be imported.
#[derive(Subcommand)]
pub(super) enum What {
    /// 企业名单（CSV 或 XLSX，任意中文编码，任意列序）
    Enterprises {
        /// 文件
        file: PathBuf,
        /// 名单所属的行政区划代码，如 4405、440507；不给则逐行按地址、名称和信用代码判断城市
        #[arg(long)]
        region: Option<RegionCode>,
        /// 只核对，不写入
        #[arg(long)]
        dry_run: bool,
        /// 只输出一个 JSON 对象
        #[arg(long)]
        json: bool,
    },
    /// 档案记录（与网页“批量填报”相同的 XLSX 工作簿）；有错的单元格逐一列出，全部写入或者都不写入
    Archive {
        /// 文件
        file: PathBuf,
        /// 工作簿里的企业所在的市、区县或镇街代码，如 4405、440515；只有一个市的企业时可以不给
        #[arg(long)]
        region: Option<RegionCode>,
        /// 只核对，不写入
        #[arg(long)]
        dry_run: bool,
        /// 跳过有错的行，写入其余的
        #[arg(long)]
        skip_wrong: bool,
        /// 只输出一个 JSON 对象
        #[arg(long)]
        json: bool,
    },
}

/// Imports; exit status 0 if the file was taken, 1 if its wrong cells kept it from being written, 2 if it cannot be read as a table.
pub(super) async fn run(system: &System, what: What) -> anyhow::Result<ExitCode> {
    let (file, region, dry_run, json) = match what {
        What::Enterprises { file, region, dry_run, json } => (file, region, dry_run, json),
        What::Archive { file, region, dry_run, skip_wrong, json } => {
            return archives(system, file, region, (dry_run, skip_wrong), json).await;
        }
    };
    ::region::refresh(&system.db).await.context("读取行政区划失败")?;
    let reports = system.data.join("reports");
    std::fs::create_dir_all(&reports).with_context(|| format!("无法建立目录 {}", reports.display()))?;
    let request = Request {
        file_name: file.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default(),
        path: file,
        region,
    };
    let report = reports.join(format!("{}.xlsx", uuid::Uuid::now_v7()));
    let terminal = std::io::stderr().is_terminal() && !json;
    let mut tell = |what: &'static str, rows: u64| {
        if terminal {
            eprint!("\r{what} {rows} 行");
            drop(std::io::stderr().flush());
        }
        true
    };
    let actor = Actor::system("命令行");
    let outcome = import(&system.db, &system.clock, &actor, request, dry_run, &report, &mut tell).await;
    if terminal {
        eprintln!();
    }
    match outcome {
        Ok(summary) if json => println!("{}", serde_json::to_string(&summary)?),
        Ok(summary) => println!("{}", words(&summary, dry_run)),
        Err(error @ (ImportError::Sheet(_) | ImportError::NoHeader)) => {
            eprintln!("没有导入：{error}");
            return Ok(ExitCode::from(2));
        }
        Err(error) => return Err(error.into()),
    }
    Ok(ExitCode::SUCCESS)
}

fn words(summary: &Summary, dry_run: bool) -> String {
    let done = if dry_run { "核对完毕（没有写入）" } else { "导入完毕" };
    let mut text = format!(
        "{done}：共 {} 行，新增 {}，更新 {}，无变化 {}，疑似重复 {}，未导入 {}。\n已定到区县 {}，已定到镇街 {}，待分配 {}。\n公有 {}，非公有 {}（其中推定 {}）。用时 {:.1} 秒。",
        summary.rows,
        summary.created,
        summary.updated,
        summary.unchanged,
        summary.duplicates,
        summary.rejected,
        summary.resolved_county,
        summary.resolved_town,
        summary.unassigned,
        summary.ownership.public,
        summary.ownership.non_public,
        summary.ownership.assumed,
        summary.seconds
    );
    if let Some(report) = &summary.report {
        text.push_str(&format!("\n未导入的行及原因见：{report}"));
    }
    text
}

/// Takes a workbook of archive records.
async fn archives(
    system: &System,
    file: PathBuf,
    region: Option<RegionCode>,
    (dry_run, skip_wrong): (bool, bool),
    json: bool,
) -> anyhow::Result<ExitCode> {
    ::region::refresh(&system.db).await.context("读取行政区划失败")?;
    let app = system.app();
    let said = |problem: web::Problem| anyhow::anyhow!(problem.detail);
    let region = match region {
        Some(region) => region,
        None => archive::only_city(&app.db)
            .await
            .map_err(said)?
            .context("请用 --region 说明工作簿里的企业在哪个市、区县或镇街，如 --region 4405")?,
    };
    let reports = system.data.join("reports");
    std::fs::create_dir_all(&reports).with_context(|| format!("无法建立目录 {}", reports.display()))?;
    let report = reports.join(format!("{}.xlsx", uuid::Uuid::now_v7()));
    let wanted = archive::Wanted {
        file_name: file.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default(),
        path: file,
        region,
        dry_run,
        skip_wrong,
    };
    let terminal = std::io::stderr().is_terminal() && !json;
    let mut tell = |what: &'static str, rows: u64| {
        if terminal {
            eprint!("\r{what} {rows} 行");
            drop(std::io::stderr().flush());
        }
    };
    let started = std::time::Instant::now();
    let outcome = archive::take_book(&app, &Actor::system("命令行"), wanted, &report, &mut tell).await;
    if terminal {
        eprintln!();
    }
    let taken = match outcome {
        Ok(taken) => taken,
        Err(problem) => {
            eprintln!("没有导入：{}", problem.detail);
            return Ok(ExitCode::from(2));
        }
    };
    let kept_out = taken.rejected > 0 && !dry_run && !skip_wrong;
    if json {
        println!("{}", serde_json::to_string(&taken)?);
    } else {
        println!("{}", book_words(&taken, dry_run, kept_out, started.elapsed().as_secs_f64()));
    }
    Ok(if kept_out { ExitCode::FAILURE } else { ExitCode::SUCCESS })
}

/// Wrong cells shown on the screen; all are in the report.
const SHOWN: usize = 20;

fn book_words(taken: &archive::Taken, dry_run: bool, kept_out: bool, seconds: f64) -> String {
    let done = match (dry_run, kept_out) {
        (true, _) => "核对完毕（没有写入）".to_string(),
        (_, true) => "有错的单元格，没有写入任何内容".to_string(),
        _ => format!("导入完毕，写入 {} 条", taken.written),
    };
    let mut text = format!(
        "{done}：共 {} 行，新增 {}，修改 {}，无变化 {}，有错 {}。用时 {seconds:.1} 秒。",
        taken.rows, taken.created, taken.updated, taken.unchanged, taken.rejected
    );
    for own in taken.wrong.iter().take(SHOWN) {
        text.push_str(&format!("\n{}　{}　{}", own.cell, own.value, own.message));
    }
    if taken.wrong.len() > SHOWN {
        text.push_str("\n……");
    }
    if let Some(report) = &taken.report {
        text.push_str(&format!("\n有错的行及原因见：{}", report.display()));
    }
    text
}
