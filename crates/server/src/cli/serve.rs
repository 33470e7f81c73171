//! `anjian serve`.

use std::{net::SocketAddr, process::ExitCode, time::Duration};

use anyhow::Context;
use axum::{
    Extension,
    extract::{ConnectInfo, Request},
    http::{HeaderValue, header},
    middleware::{self, Next},
    response::Response,
    serve::ListenerExt,
};
use web::PeerAddress;

use super::{System, mqtt};

/// How often what was written is sealed.
const SEAL: Duration = Duration::from_secs(2);

/// How often what was written is put into the index of the search box; until then its text is read. Not a scheduled job: one each
/// second would leave 86,400 rows a day in the table of jobs, and would wait behind an import that holds a worker.
const INDEX: Duration = Duration::from_secs(1);

/// How long a stop waits for what is being answered.
const PATIENCE: Duration = Duration::from_secs(10);

/// Jobs done at a time.
const WORKERS: usize = 2;

/// The provider for single sign-on (OpenID Connect); without an issuer there is none.
#[derive(clap::Args)]
pub(super) struct Provider {
    /// 统一认证平台（OpenID Connect）的 issuer 地址；不给则只用登录名和密码
    #[arg(long = "oidc-issuer", env = "ANJIAN_OIDC_ISSUER", requires_all = ["client", "home"])]
    issuer: Option<String>,
    /// 在统一认证平台登记的客户端标识
    #[arg(long = "oidc-client", env = "ANJIAN_OIDC_CLIENT")]
    client: Option<String>,
    /// 客户端密钥（公开客户端没有）
    #[arg(long = "oidc-secret", env = "ANJIAN_OIDC_SECRET", hide_env_values = true)]
    secret: Option<String>,
    /// 登录按钮上的平台名称
    #[arg(long = "oidc-name", env = "ANJIAN_OIDC_NAME", default_value = "统一认证平台")]
    name: String,
    /// 浏览器访问本系统的地址，如 https://anjian.example.gov.cn；以 https 开头时，浏览器只经加密连接送回登录凭据；
    /// 在统一认证平台登记的回调地址是它加 /sign-on
    #[arg(long = "url", env = "ANJIAN_URL")]
    home: Option<String>,
}

impl Provider {
    /// Whether browsers reach the system by TLS, which a proxy before it ends.
    fn encrypted(&self) -> bool {
        self.home.as_deref().is_some_and(|home| home.to_ascii_lowercase().starts_with("https://"))
    }

    fn sign_on(self) -> anyhow::Result<Option<account::SignOn>> {
        let (Some(issuer), Some(client), Some(home)) = (self.issuer, self.client, self.home) else {
            return Ok(None);
        };
        let config = account::SignOnConfig { issuer, client, secret: self.secret, name: self.name, home };
        let sign_on = account::SignOn::new(config).map_err(|error| anyhow::anyhow!(error));
        Ok(Some(sign_on.context("统一认证平台的配置不正确")?))
    }
}

/// Serves until the process is told to stop; prints the one-time token while nobody has an account.
pub(super) async fn run(
    system: &System,
    listen: SocketAddr,
    provider: Provider,
    mqtt: mqtt::Settings,
) -> anyhow::Result<ExitCode> {
    tracing_subscriber::fmt()
        .with_env_filter(
            tracing_subscriber::EnvFilter::try_from_default_env().unwrap_or_else(|_| "info".into()),
        )
        .init();
    let encrypted = provider.encrypted();
    let sign_on = provider.sign_on()?;
    db::migrate(&system.db).await.context("升级数据库结构失败")?;
    ::region::refresh(&system.db).await.context("读取行政区划失败")?;
    let app = system.app();
    if let Some(token) =
        account::make_setup_token(&app).await.map_err(|problem| anyhow::anyhow!(problem.detail))?
    {
        println!("尚无账号。首次访问时用这个一次性口令建立第一个管理员：{token}");
    }
    // an embedded database belongs to one process; several servers may share a PostgreSQL
    let alone = app.db.engine() == db::Engine::Sqlite;
    let _workers = job::start(app.clone(), crate::kinds(), WORKERS, alone).await?;
    tokio::spawn(region::follow(app.clone()));
    let sealing = app.clone();
    tokio::spawn(async move {
        loop {
            tokio::time::sleep(SEAL).await;
            if let Err(error) = audit::seal_all(&sealing.db, &sealing.clock).await {
                tracing::error!(%error, "sealing the trail failed");
            }
        }
    });
    let indexing = app.clone();
    tokio::spawn(async move {
        loop {
            tokio::time::sleep(INDEX).await;
            if let Err(error) = search::index_all(&indexing.db).await {
                tracing::error!(%error, "indexing for the search box failed");
            }
        }
    });
    mqtt::start(&app, mqtt).await?;
    let router = crate::router(app).layer(middleware::from_fn(peer));
    let router = match sign_on {
        Some(sign_on) => router.layer(Extension(sign_on)),
        None => router,
    };
    let router = if encrypted { router.layer(middleware::map_response(only_encrypted)) } else { router };
    let listener = tokio::net::TcpListener::bind(listen)
        .await
        .with_context(|| format!("无法监听 {listen}，端口可能已被占用"))?;
    println!("安监已启动：http://{}", listener.local_addr()?);
    // the last piece of a long answer does not wait for the one before to be acknowledged
    let listener = listener.tap_io(|stream| {
        if let Err(error) = stream.set_nodelay(true) {
            tracing::debug!(%error, "a connection went before it was set up");
        }
    });
    let served = axum::serve(listener, router.into_make_service_with_connect_info::<SocketAddr>());
    tokio::select! {
        served = served.with_graceful_shutdown(stop()).into_future() => served?,
        // a live page never ends its stream by itself
        () = async { stop().await; tokio::time::sleep(PATIENCE).await } => {}
    }
    Ok(ExitCode::SUCCESS)
}

/// Leaves the caller's network address in the request.
async fn peer(mut request: Request, next: Next) -> Response {
    if let Some(ConnectInfo(address)) = request.extensions().get::<ConnectInfo<SocketAddr>>().copied() {
        request.extensions_mut().insert(PeerAddress(address.ip()));
    }
    next.run(request).await
}

/// Marks every cookie `Secure`: a browser then never sends it over a connection that others can read (RFC 6265 4.1.2.5).
async fn only_encrypted(mut response: Response) -> Response {
    if let header::Entry::Occupied(mut cookies) = response.headers_mut().entry(header::SET_COOKIE) {
        for cookie in cookies.iter_mut() {
            if let Ok(secure) = HeaderValue::from_bytes(&[cookie.as_bytes(), b"; Secure"].concat()) {
                *cookie = secure;
            }
        }
    }
    response
}

async fn stop() {
    let interrupt = tokio::signal::ctrl_c();
    match tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate()) {
        Ok(mut terminate) => {
            tokio::select! {
                _ = interrupt => {}
                _ = terminate.recv() => {}
            }
        }
        Err(_) => drop(interrupt.await),
    }
}
