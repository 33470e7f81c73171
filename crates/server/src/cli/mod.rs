//! The command line. What a command does is in the areas; here are its words and its answers.

mod account;
mod counts;
mod draw;
mod import;
mod mqtt;
mod region;
mod rule;
mod serve;

use std::{path::PathBuf, process::ExitCode, sync::Arc, time::Duration};

use anyhow::Context;
use clap::{Parser, Subcommand};
use db::Db;
use kernel::Clock;

/// How often the gateways of the demonstration send.
const MEASURE: Duration = Duration::from_secs(5);

#[derive(Parser)]
#[command(name = "anjian", about = "安监：安全生产监管信息系统", version)]
struct Cli {
    /// 数据库地址：sqlite://文件 或 postgres://…（默认 sqlite://<数据目录>/anjian.db）
    #[arg(long, env = "DATABASE_URL", global = true, hide_env_values = true)]
    database: Option<String>,
    /// 数据目录：存放上传和生成的文件
    #[arg(long, env = "ANJIAN_DATA", default_value = "data", global = true)]
    data: PathBuf,
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// 建立或升级数据库结构
    Migrate,
    /// 启动服务
    Serve {
        /// 监听地址
        #[arg(long, env = "ANJIAN_LISTEN", default_value = "127.0.0.1:8080")]
        listen: std::net::SocketAddr,
        #[command(flatten)]
        provider: serve::Provider,
        #[command(flatten)]
        mqtt: mqtt::Settings,
    },
    /// 启动演示城市：首次启动时装入虚构的企业和各级账号
    Demo {
        /// 监听地址
        #[arg(long, env = "ANJIAN_LISTEN", default_value = "127.0.0.1:8080")]
        listen: std::net::SocketAddr,
        /// 只装入数据，不启动服务
        #[arg(long)]
        fill_only: bool,
        #[command(flatten)]
        provider: serve::Provider,
        #[command(flatten)]
        mqtt: mqtt::Settings,
    },
    /// 输出接口说明（OpenAPI）
    Openapi,
    /// 输出权限表：操作 × 角色 × 最低层级
    Permissions,
    /// 输出数据字典：表、字段和档案栏目
    Dictionary,
    /// 输出事项流程图（操作手册的一页）
    Cases,
    /// 将 SQLite 系统的全部数据复制到一个新建的空 PostgreSQL 数据库（先停止服务）；文件目录不变
    CopyTo {
        /// 目标数据库地址：postgres://用户:密码@主机/库名
        #[arg(env = "ANJIAN_COPY_TO", hide_env_values = true)]
        target: String,
    },
    /// 批量导入
    #[command(subcommand)]
    Import(import::What),
    /// 行政区划
    #[command(subcommand)]
    Region(region::What),
    /// 核对汇总数
    #[command(subcommand)]
    Check(Check),
    /// 法规计算：list 列出全部规则；其余从标准输入读取 JSON，输出结果和计算过程（只用随程序发布的规则表）
    Rule(rule::Ask),
    /// 操作留痕
    #[command(subcommand)]
    Audit(Audit),
    /// 账号：无人能登录时，在服务器上补救
    #[command(subcommand)]
    Account(account::What),
    /// 供程序自己调用：将 PDF 的一页画成图片
    #[command(hide = true)]
    DrawPage {
        /// PDF 文件
        file: PathBuf,
        /// 第几页
        number: usize,
    },
}

#[derive(Subcommand)]
enum Check {
    /// 将各镇街的企业数、档案数和各级汇总与逐户重新统计的结果比较
    Counts {
        /// 有出入时按逐户统计的结果重建
        #[arg(long)]
        rebuild: bool,
    },
}

#[derive(Subcommand)]
enum Audit {
    /// 封存尚未封存的留痕
    Seal,
    /// 验证留痕没有被改动
    Verify,
}

/// Prints the data dictionary, of a database set up for it alone.
async fn dictionary() -> anyhow::Result<ExitCode> {
    let folder = std::env::temp_dir().join(format!("anjian-dictionary-{}", std::process::id()));
    std::fs::create_dir_all(&folder)?;
    let db = Db::connect(&format!("sqlite://{}", folder.join("anjian.db").display())).await?;
    db::migrate(&db).await.context("建立数据库结构失败")?;
    print!("{}", crate::dictionary(&db).await?);
    std::fs::remove_dir_all(&folder)?;
    Ok(ExitCode::SUCCESS)
}

/// The system a command works on.
struct System {
    db: Db,
    clock: Clock,
    data: PathBuf,
}

impl System {
    /// What handlers and jobs are given.
    fn app(&self) -> web::App {
        web::App {
            db: self.db.clone(),
            clock: self.clock.clone(),
            files: Arc::new(self.data.join("files")),
            powers: crate::powers(),
            progress: web::Progress::default(),
        }
    }
}

/// Runs the command of the arguments; the answer is the exit status.
pub async fn run() -> ExitCode {
    let cli = Cli::parse();
    match execute(cli).await {
        Ok(code) => code,
        Err(error) => {
            eprintln!("出错：{error:#}");
            ExitCode::FAILURE
        }
    }
}

async fn execute(cli: Cli) -> anyhow::Result<ExitCode> {
    if let Command::Rule(ask) = cli.command {
        return rule::run(&ask);
    }
    if let Command::Dictionary = cli.command {
        return dictionary().await;
    }
    if let Command::DrawPage { file, number } = &cli.command {
        return draw::run(file, *number);
    }
    std::fs::create_dir_all(&cli.data).with_context(|| format!("无法建立数据目录 {}", cli.data.display()))?;
    let url = cli.database.unwrap_or_else(|| format!("sqlite://{}", cli.data.join("anjian.db").display()));
    let db = Db::connect(&url).await.context("无法连接数据库，请检查 DATABASE_URL")?;
    let system = System { db, clock: Clock::System, data: cli.data };
    let code = match cli.command {
        Command::Migrate => {
            db::migrate(&system.db).await.context("升级数据库结构失败")?;
            println!("数据库结构已是最新。");
            ExitCode::SUCCESS
        }
        Command::Serve { listen, provider, mqtt } => serve::run(&system, listen, provider, mqtt).await?,
        Command::Demo { listen, fill_only, provider, mqtt } => {
            fill(&system).await?;
            if fill_only {
                return Ok(ExitCode::SUCCESS);
            }
            let app = system.app();
            tokio::spawn(async move {
                loop {
                    tokio::time::sleep(MEASURE).await;
                    if let Err(problem) = demo::measure(&app).await {
                        tracing::error!(problem.detail, "the gateways of the demonstration could not send");
                    }
                }
            });
            serve::run(&system, listen, provider, mqtt).await?
        }
        Command::Openapi => {
            println!("{}", crate::openapi());
            ExitCode::SUCCESS
        }
        Command::Permissions => {
            print!("{}", crate::permissions());
            ExitCode::SUCCESS
        }
        // answered above: it describes a database of its own
        Command::Dictionary => ExitCode::SUCCESS,
        Command::Cases => {
            print!("{}", crate::cases());
            ExitCode::SUCCESS
        }
        // answered above: a rule needs no system
        Command::Rule(ask) => rule::run(&ask)?,
        // answered above: it knows nothing of the system
        Command::DrawPage { .. } => ExitCode::SUCCESS,
        Command::CopyTo { target } => copy_to(&system, &target).await?,
        Command::Import(what) => import::run(&system, what).await?,
        Command::Region(what) => region::run(&system, what).await?,
        Command::Check(Check::Counts { rebuild }) => counts::run(&system.db, rebuild).await?,
        Command::Audit(Audit::Seal) => {
            let sealed = audit::seal_all(&system.db, &system.clock).await?;
            println!("已封存 {sealed} 条。");
            ExitCode::SUCCESS
        }
        Command::Audit(Audit::Verify) => verify(&system).await?,
        Command::Account(what) => account::run(&system, what).await?,
    };
    system.db.close().await;
    Ok(code)
}

/// Fills the demonstration city once, and shows the passwords that only then are known.
async fn fill(system: &System) -> anyhow::Result<()> {
    db::migrate(&system.db).await.context("升级数据库结构失败")?;
    let filled = demo::fill(&system.db, &system.clock).await;
    let Some(logins) = filled.map_err(|problem| anyhow::anyhow!(problem.detail))? else {
        println!("演示城市已在，沿用原有数据和账号。忘记密码可删除数据目录后重新启动。");
        return Ok(());
    };
    println!("演示城市：汕头市，{} 家虚构企业。账号和密码只在这里显示一次：\n", demo::NUMBER);
    println!("{:<18}{:<16}角色与辖区", "登录名", "密码");
    for login in logins {
        println!("{:<20} {:<18}{}（{}）", login.login, login.password, login.role, login.place);
    }
    println!();
    Ok(())
}

/// Copies the whole system into an empty database of PostgreSQL; the one that is left stays as it is.
async fn copy_to(system: &System, target: &str) -> anyhow::Result<ExitCode> {
    db::migrate(&system.db).await.context("升级数据库结构失败")?;
    let to = Db::connect(target).await.context("无法连接目标数据库，请检查地址")?;
    db::migrate(&to).await.context("建立目标数据库结构失败")?;
    let rows = db::carry(&system.db, &to, |table, rows| {
        if rows > 0 {
            println!("{table}：{rows} 行");
        }
    });
    let rows = rows.await.context("没有复制，目标数据库没有写入任何内容")?;
    to.close().await;
    println!("已复制 {rows} 行。以后用 DATABASE_URL 指向新数据库启动，文件目录 ANJIAN_DATA 不变。");
    println!("请先核对：anjian audit verify 和 anjian check counts。原数据库没有改动，确认无误前请留着。");
    Ok(ExitCode::SUCCESS)
}

async fn verify(system: &System) -> anyhow::Result<ExitCode> {
    let report = audit::verify(&system.db).await?;
    println!("已验证 {} 批、{} 条；尚未封存 {} 条。", report.batches, report.entries, report.open);
    match report.broken {
        None => {
            println!("留痕完整，没有被改动。");
            Ok(ExitCode::SUCCESS)
        }
        Some(broken) => {
            println!("第 {} 批不完整：{}。", broken.batch, broken.what);
            Ok(ExitCode::FAILURE)
        }
    }
}
