//! Single sign-on by a provider that speaks OpenID Connect: the authorization code with PKCE, state and nonce
//! (OpenID Connect Core 1.0, RFC 7636), everything about the provider learnt from its discovery document.
//!
//! The provider only says who somebody is. What the person may do is ours, and an account comes never from there: a
//! subject must have been bound to one, by the security administrator or by its owner in a signed-in session.

use std::{pin::Pin, sync::Arc, time::Duration};

use axum::{body::Bytes, http::StatusCode};
use chrono::TimeDelta;
use db::{Db, Exec, Sql, sql};
use http_body_util::{BodyExt, Full, Limited};
use hyper_rustls::HttpsConnector;
use hyper_util::{
    client::legacy::{Client, connect::HttpConnector},
    rt::TokioExecutor,
};
use kernel::Clock;
use openidconnect::{
    AsyncHttpClient, AuthType, AuthorizationCode, ClaimsVerificationError, ClientId, ClientSecret, CsrfToken,
    HttpRequest, HttpResponse, IssuerUrl, Nonce, PkceCodeChallenge, PkceCodeVerifier, PostLogoutRedirectUrl,
    ProviderMetadataWithLogout, RedirectUrl, Scope, TokenResponse,
    core::{CoreAuthenticationFlow, CoreClient, CoreClientAuthMethod},
};
use serde::{Deserialize, Serialize};
use uuid::Uuid;
use web::Problem;

use crate::session;

/// How long somebody may take at the provider.
const TRY: TimeDelta = TimeDelta::minutes(10);
/// How long the provider may take for one answer.
const ANSWER: Duration = Duration::from_secs(10);
/// Bytes of the longest answer that is read.
const LONGEST: usize = 1 << 20;

/// What an operator configures.
#[derive(Debug, Clone)]
pub struct SignOnConfig {
    /// Issuer, `https://…`; plain `http` only on this machine.
    pub issuer: String,
    /// Client id at the provider.
    pub client: String,
    /// Client secret, for a client that has one.
    pub secret: Option<String>,
    /// What the button says.
    pub name: String,
    /// Where browsers reach this system, `https://host`.
    pub home: String,
}

/// The provider, as an extension of requests. Cheap to clone.
#[derive(Clone)]
pub struct SignOn(Arc<Provider>);

struct Provider {
    issuer: IssuerUrl,
    client: ClientId,
    secret: Option<ClientSecret>,
    name: String,
    redirect: RedirectUrl,
    home: PostLogoutRedirectUrl,
    http: Http,
}

/// Why a request to the provider failed.
#[derive(Debug)]
struct Unreachable(String);

impl std::fmt::Display for Unreachable {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str(&self.0)
    }
}

impl std::error::Error for Unreachable {}

/// Asks the provider: TLS by rustls with the machine's own certificates, no redirects, an answer of some size in some time.
struct Http(Client<HttpsConnector<HttpConnector>, Full<Bytes>>);

impl<'c> AsyncHttpClient<'c> for Http {
    type Error = Unreachable;
    type Future = Pin<Box<dyn Future<Output = Result<HttpResponse, Unreachable>> + Send + 'c>>;

    fn call(&'c self, request: HttpRequest) -> Self::Future {
        let sent = self.0.request(request.map(|body| Full::new(Bytes::from(body))));
        let failed = |error: &dyn std::fmt::Display| Unreachable(error.to_string());
        Box::pin(async move {
            let answer = async {
                let (parts, body) = sent.await.map_err(|error| failed(&error))?.into_parts();
                let body = Limited::new(body, LONGEST).collect().await.map_err(|error| failed(&error))?;
                Ok(HttpResponse::from_parts(parts, body.to_bytes().to_vec()))
            };
            tokio::time::timeout(ANSWER, answer).await.map_err(|error| failed(&error))?
        })
    }
}

db::table! {
    /// A sign-on that has begun.
    pub struct Try in "sign_on_try" {
        /// SHA-256 of state and browser's secret.
        pub hash: String,
        /// What the token must repeat.
        pub nonce: String,
        /// PKCE verifier.
        pub verifier: String,
        /// The signed-in account that wants to be bound.
        pub link: Option<Uuid>,
        /// Who came back, while the second factor is asked for.
        pub subject: Option<String>,
        /// When it ends, UTC.
        pub expires_at: chrono::DateTime<chrono::Utc>,
    }
}

/// Who came back from the provider.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Vouched {
    /// The subject, with its issuer, so that another provider's subjects are other people.
    pub subject: String,
    /// Where one signs out of the provider.
    pub sign_out_url: Option<String>,
}

impl SignOn {
    /// The provider of a configuration; nothing is asked of it yet.
    pub fn new(config: SignOnConfig) -> Result<SignOn, String> {
        let issuer = IssuerUrl::new(config.issuer).map_err(|error| format!("issuer: {error}"))?;
        let local = matches!(issuer.url().host_str(), Some("127.0.0.1" | "localhost" | "[::1]"));
        if issuer.url().scheme() != "https" && !local {
            return Err("the issuer must be reached by https".into());
        }
        let home = config.home.trim_end_matches('/');
        let redirect = RedirectUrl::new(format!("{home}/sign-on")).map_err(|error| error.to_string())?;
        let home = PostLogoutRedirectUrl::new(format!("{home}/")).map_err(|error| error.to_string())?;
        let https = hyper_rustls::HttpsConnectorBuilder::new()
            .with_native_roots()
            .map_err(|error| format!("certificates of this machine: {error}"))?
            .https_or_http()
            .enable_http1()
            .build();
        Ok(SignOn(Arc::new(Provider {
            issuer,
            client: ClientId::new(config.client),
            secret: config.secret.filter(|secret| !secret.is_empty()).map(ClientSecret::new),
            name: config.name,
            redirect,
            home,
            http: Http(Client::builder(TokioExecutor::new()).build(https)),
        })))
    }

    /// What the button says.
    pub fn name(&self) -> &str {
        &self.0.name
    }

    /// The subject as an account keeps it.
    pub(crate) fn subject(&self, subject: &str) -> String {
        format!("{} {subject}", self.0.issuer.as_str())
    }

    /// What the provider says of itself and its keys, asked anew each time: sign-ons are few and keys change.
    async fn discover(&self) -> Result<ProviderMetadataWithLogout, Problem> {
        ProviderMetadataWithLogout::discover_async(self.0.issuer.clone(), &self.0.http).await.map_err(
            |error| {
                tracing::warn!(error = format!("{error:?}"), "the sign-on provider cannot be asked");
                unreachable()
            },
        )
    }

    /// Begins: the address at the provider, and the state it will bring back. `browser` is the secret in the browser's cookie.
    pub(crate) async fn begin(
        &self,
        db: &Db,
        clock: &Clock,
        browser: &str,
        link: Option<Uuid>,
    ) -> Result<String, Problem> {
        let client = CoreClient::from_provider_metadata(
            self.discover().await?,
            self.0.client.clone(),
            self.0.secret.clone(),
        )
        .set_redirect_uri(self.0.redirect.clone());
        let (challenge, verifier) = PkceCodeChallenge::new_random_sha256();
        let (url, state, nonce) = client
            .authorize_url(
                CoreAuthenticationFlow::AuthorizationCode,
                CsrfToken::new_random,
                Nonce::new_random,
            )
            .add_scope(Scope::new("profile".into()))
            .set_pkce_challenge(challenge)
            .url();
        let row = Try {
            hash: key(state.secret(), browser),
            nonce: nonce.secret().clone(),
            verifier: verifier.secret().clone(),
            link,
            subject: None,
            expires_at: clock.now() + TRY,
        };
        let mut tx = db.begin().await?;
        tx.run(sql!("delete from sign_on_try where expires_at < $1", clock.now())).await?;
        tx.run(row.insert()).await?;
        tx.commit().await?;
        Ok(url.to_string())
    }

    /// Goes on with what the browser brought back: exchanges the code and verifies the token.
    pub(crate) async fn finish(&self, clock: &Clock, row: &Try, code: String) -> Result<Vouched, Problem> {
        let metadata = self.discover().await?;
        let sign_out_url = self.sign_out_url(&metadata);
        let by_body = metadata.token_endpoint_auth_methods_supported().is_some_and(|methods| {
            !methods.contains(&CoreClientAuthMethod::ClientSecretBasic)
                && methods.contains(&CoreClientAuthMethod::ClientSecretPost)
        });
        let client =
            CoreClient::from_provider_metadata(metadata, self.0.client.clone(), self.0.secret.clone())
                .set_redirect_uri(self.0.redirect.clone())
                .set_auth_type(if by_body { AuthType::RequestBody } else { AuthType::BasicAuth });
        let refused = |error: String| {
            tracing::warn!(error, "the sign-on provider refused a code");
            refusal("sign_on.code", "统一认证平台没有认可这次登录，请重新登录。")
        };
        let tokens = client
            .exchange_code(AuthorizationCode::new(code))
            .map_err(|error| refused(error.to_string()))?
            .set_pkce_verifier(PkceCodeVerifier::new(row.verifier.clone()))
            .request_async(&self.0.http)
            .await
            .map_err(|error| refused(format!("{error:?}")))?;
        let token = tokens.id_token().ok_or_else(|| refused("no id token".into()))?;
        let clock = clock.clone();
        let verifier = client.id_token_verifier().set_time_fn(move || clock.now());
        let claims = token.claims(&verifier, &Nonce::new(row.nonce.clone())).map_err(unverified)?;
        Ok(Vouched { subject: self.subject(claims.subject().as_str()), sign_out_url })
    }

    /// Where one signs out of the provider and comes back (OpenID Connect RP-Initiated Logout 1.0).
    fn sign_out_url(&self, metadata: &ProviderMetadataWithLogout) -> Option<String> {
        let end = metadata.additional_metadata().end_session_endpoint.clone()?;
        let request = openidconnect::LogoutRequest::from(end)
            .set_client_id(self.0.client.clone())
            .set_post_logout_redirect_uri(self.0.home.clone());
        Some(request.http_get_url().to_string())
    }
}

/// Takes out a sign-on that has begun in this browser: what the browser brings back counts once, whatever comes of it.
pub(crate) async fn take(db: &Db, clock: &Clock, state: &str, browser: &str) -> Result<Try, Problem> {
    let sql = Sql::new("delete from sign_on_try where hash = ").arg(key(state, browser));
    let mut tx = db.begin().await?;
    let found: Option<Try> = tx.optional(sql.push(" returning ").push(&Try::COLUMNS.join(", "))).await?;
    tx.commit().await?;
    found
        .filter(|row| row.expires_at > clock.now())
        .ok_or_else(|| refusal("sign_on.state", "这次登录已经过期，或不是在这个浏览器里开始的，请重新登录。"))
}

/// The provider's word for somebody, without its issuer.
pub(crate) fn of_provider(subject: &str) -> &str {
    subject.split_once(' ').map_or(subject, |(_, own)| own)
}

fn key(state: &str, browser: &str) -> String {
    session::hash(&format!("{state} {browser}"))
}

pub(crate) fn refusal(code: &'static str, text: &str) -> Problem {
    Problem::new(StatusCode::UNAUTHORIZED, code, text)
}

fn unreachable() -> Problem {
    let text = "暂时连不上统一认证平台，请稍后再试，或用登录名和密码登录。";
    Problem::new(StatusCode::SERVICE_UNAVAILABLE, "sign_on.unreachable", text)
}

fn unverified(error: ClaimsVerificationError) -> Problem {
    tracing::warn!(%error, "a token of the sign-on provider does not verify");
    let code = match error {
        ClaimsVerificationError::Expired(_) => "sign_on.expired",
        ClaimsVerificationError::InvalidAudience(_) => "sign_on.audience",
        ClaimsVerificationError::InvalidIssuer(_) => "sign_on.issuer",
        ClaimsVerificationError::InvalidNonce(_) => "sign_on.nonce",
        ClaimsVerificationError::SignatureVerification(_) => "sign_on.signature",
        _ => "sign_on.token",
    };
    refusal(code, "统一认证平台的应答没有通过核验，没有登录。请重新登录；若仍出错，请告诉系统管理员。")
}
