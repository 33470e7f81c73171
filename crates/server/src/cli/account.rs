//! `anjian account`: what only somebody at the server can mend.

use std::process::ExitCode;

use clap::{Subcommand, ValueEnum};
use db::Exec;
use kernel::Actor;

use super::System;

/// What may be done.
#[derive(Subcommand)]
pub(super) enum What {
    /// 重置一个账号：给出新的一次性密码，解除锁定，取消动态口令（例如唯一的安全管理员丢了手机）
    Reset {
        /// 登录名
        login: String,
    },
    /// 管理员是否必须使用动态口令
    SecondFactor {
        /// required 必须（默认）；optional 可不用
        policy: Policy,
    },
}

/// The policy.
#[derive(Clone, Copy, ValueEnum)]
pub(super) enum Policy {
    Required,
    Optional,
}

pub(super) async fn run(system: &System, what: What) -> anyhow::Result<ExitCode> {
    let mut tx = system.db.begin().await?;
    match what {
        What::Reset { login } => {
            let sql = account::Account::select().push(" where login = ").arg(login.trim().to_lowercase());
            let Some(found) = tx.optional::<account::Account>(sql).await? else {
                eprintln!("没有登录名为 {login} 的账号。");
                return Ok(ExitCode::FAILURE);
            };
            let actor = Actor::system("命令行");
            let password = account::reset(&mut tx, &system.clock, &actor, &found).await;
            let password = password.map_err(|problem| anyhow::anyhow!(problem.detail))?;
            tx.commit().await?;
            println!("{}（{}）的一次性密码：{password}", found.name, found.login);
            println!("登录后必须修改密码；管理员还须重新启用动态口令。");
        }
        What::SecondFactor { policy } => {
            let required = matches!(policy, Policy::Required);
            account::require_second_factor(&mut tx, &system.clock, required).await?;
            tx.commit().await?;
            println!("管理员{}使用动态口令。", if required { "必须" } else { "可以不" });
        }
    }
    Ok(ExitCode::SUCCESS)
}
