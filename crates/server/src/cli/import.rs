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
}

/// Imports; exit status 0 if the file was taken, 2 if it cannot be read as a table.
pub(super) async fn run(system: &System, what: What) -> anyhow::Result<ExitCode> {
    let What::Enterprises { file, region, dry_run, json } = what;
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
