//! `anjian region`.

use std::{path::PathBuf, process::ExitCode};

use anyhow::{Context, bail};
use clap::Subcommand;
use kernel::{Actor, RegionCode};

use super::System;

/// What may be done with divisions.
#[derive(Subcommand)]
pub(super) enum What {
    /// 装入本市的村居（CSV 或 XLSX，“代码”和“名称”两列）
    Villages {
        /// 文件
        file: PathBuf,
        /// 市的代码，如 4405；不给则用首次启动时设定的市
        #[arg(long)]
        region: Option<RegionCode>,
    },
}

/// Loads villages; exit status 2 if the file cannot be read, 1 if some rows were not taken.
pub(super) async fn run(system: &System, what: What) -> anyhow::Result<ExitCode> {
    let What::Villages { file, region } = what;
    let set = ::region::configured_city(&system.db).await?;
    let city = region.as_ref().map(RegionCode::as_str).or(set.as_deref());
    let city = city.context("还没有设定本市，请用 --region 指定市的代码，如 4405")?;
    if city.len() != 4 {
        bail!("--region 应为市的 4 位代码，如 4405");
    }
    let name = file.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let actor = Actor::system("命令行");
    let done = ::region::load_villages(&system.db, &system.clock, &actor, city, file, &name).await;
    match done {
        Err(problem) => {
            eprintln!("{}", problem.detail);
            Ok(ExitCode::from(2))
        }
        Ok(done) => {
            println!(
                "新增 {}，更名 {}，未变 {}，未列入名单 {}，未装入 {} 行。",
                done.added,
                done.renamed,
                done.unchanged,
                done.unnamed,
                done.errors.len()
            );
            for wrong in &done.errors {
                println!("{wrong}");
            }
            Ok(if done.errors.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
        }
    }
}
