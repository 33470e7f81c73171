//! A sign-on provider that listens on this machine, for the tests of signing in by one: it vouches truly, or wrongly in the
//! way a test asks for.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex},
};

use account::{SignOn, SignOnConfig};
use axum::{
    Form, Json, Router,
    extract::{Query, State},
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Redirect, Response},
    routing::{get, post},
};
use base64::{Engine, engine::general_purpose::STANDARD, engine::general_purpose::URL_SAFE_NO_PAD};
use kernel::Clock;
use rsa::{
    RsaPrivateKey,
    pkcs1v15::SigningKey,
    sha2::{Digest, Sha256},
    signature::{SignatureEncoding, Signer},
    traits::PublicKeyParts,
};
use serde_json::{Value, json};

/// How the provider's next tokens are wrong.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Wrong {
    Nothing,
    Nonce,
    Expired,
    Audience,
    Issuer,
    Key,
    Unsigned,
}

/// A provider: authorization code with PKCE, RS256, discovery.
pub(super) struct Provider {
    pub(super) issuer: String,
    pub(super) clock: Mutex<Option<Clock>>,
    key: SigningKey<Sha256>,
    modulus: String,
    other: SigningKey<Sha256>,
    wrong: Mutex<Wrong>,
    subject: Mutex<String>,
    codes: Mutex<HashMap<String, HashMap<String, String>>>,
}

fn key() -> (SigningKey<Sha256>, String) {
    let key = RsaPrivateKey::new(&mut rsa::rand_core::OsRng, 2048).unwrap();
    let modulus = URL_SAFE_NO_PAD.encode(key.n().to_bytes_be());
    (SigningKey::new(key), modulus)
}

impl Provider {
    pub(super) async fn start() -> Arc<Provider> {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let (own, modulus) = key();
        let provider = Arc::new(Provider {
            issuer: format!("http://{}", listener.local_addr().unwrap()),
            clock: Mutex::new(None),
            key: own,
            modulus,
            other: key().0,
            wrong: Mutex::new(Wrong::Nothing),
            subject: Mutex::new("zhang-san".into()),
            codes: Mutex::default(),
        });
        let router = Router::new()
            .route("/.well-known/openid-configuration", get(discovery))
            .route("/keys", get(keys))
            .route("/authorize", get(authorize))
            .route("/token", post(token))
            .with_state(Arc::clone(&provider));
        tokio::spawn(async move { axum::serve(listener, router).await });
        provider
    }

    pub(super) fn sign_on(&self) -> SignOn {
        SignOn::new(SignOnConfig {
            issuer: self.issuer.clone(),
            client: "anjian".into(),
            secret: Some("s3cret".into()),
            name: "市统一认证".into(),
            home: "http://127.0.0.1:1/".into(),
        })
        .unwrap()
    }

    pub(super) fn is(&self, wrong: Wrong) {
        *self.wrong.lock().unwrap() = wrong;
    }
}

async fn discovery(State(provider): State<Arc<Provider>>) -> Json<Value> {
    let at = |path: &str| format!("{}/{path}", provider.issuer);
    Json(json!({
        "issuer": provider.issuer, "authorization_endpoint": at("authorize"), "token_endpoint": at("token"),
        "jwks_uri": at("keys"), "end_session_endpoint": at("end"), "response_types_supported": ["code"],
        "subject_types_supported": ["public"], "id_token_signing_alg_values_supported": ["RS256"]
    }))
}

async fn keys(State(provider): State<Arc<Provider>>) -> Json<Value> {
    let key =
        json!({"kty": "RSA", "use": "sig", "alg": "RS256", "kid": "one", "n": provider.modulus, "e": "AQAB"});
    Json(json!({"keys": [key]}))
}

async fn authorize(
    State(provider): State<Arc<Provider>>,
    Query(asked): Query<HashMap<String, String>>,
) -> Response {
    assert_eq!((asked["response_type"].as_str(), asked["client_id"].as_str()), ("code", "anjian"));
    assert_eq!(asked["code_challenge_method"], "S256");
    assert!(asked["scope"].split(' ').any(|scope| scope == "openid"));
    let code = format!("code-{}", provider.codes.lock().unwrap().len());
    let back = format!("{}?code={code}&state={}", asked["redirect_uri"], asked["state"]);
    provider.codes.lock().unwrap().insert(code, asked);
    Redirect::to(&back).into_response()
}

async fn token(
    State(provider): State<Arc<Provider>>,
    headers: HeaderMap,
    Form(given): Form<HashMap<String, String>>,
) -> Response {
    let refuse = |error: &str| (StatusCode::BAD_REQUEST, Json(json!({"error": error}))).into_response();
    let basic = format!("Basic {}", STANDARD.encode("anjian:s3cret"));
    if headers.get(header::AUTHORIZATION).is_none_or(|own| own.as_bytes() != basic.as_bytes()) {
        return refuse("invalid_client");
    }
    let Some(asked) = provider.codes.lock().unwrap().remove(&given["code"]) else {
        return refuse("invalid_grant");
    };
    let challenge = URL_SAFE_NO_PAD.encode(Sha256::digest(given["code_verifier"].as_bytes()));
    if challenge != asked["code_challenge"] || given["redirect_uri"] != asked["redirect_uri"] {
        return refuse("invalid_grant");
    }
    let wrong = *provider.wrong.lock().unwrap();
    let now = provider.clock.lock().unwrap().as_ref().unwrap().now().timestamp();
    let until = if wrong == Wrong::Expired { now - 1 } else { now + 300 };
    let claims = json!({
        "iss": if wrong == Wrong::Issuer { "http://127.0.0.1:1".into() } else { provider.issuer.clone() },
        "aud": if wrong == Wrong::Audience { "another" } else { "anjian" },
        "sub": *provider.subject.lock().unwrap(), "iat": now - 10, "exp": until,
        "nonce": if wrong == Wrong::Nonce { "another" } else { asked["nonce"].as_str() }
    });
    let alg = if wrong == Wrong::Unsigned { "none" } else { "RS256" };
    let part = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
    let body = format!("{}.{}", part(&json!({"alg": alg, "kid": "one"})), part(&claims));
    let key = if wrong == Wrong::Key { &provider.other } else { &provider.key };
    let signature = match wrong {
        Wrong::Unsigned => String::new(),
        _ => URL_SAFE_NO_PAD.encode(key.sign(body.as_bytes()).to_vec()),
    };
    let token = format!("{body}.{signature}");
    Json(json!({"access_token": "x", "token_type": "Bearer", "expires_in": 300, "id_token": token}))
        .into_response()
}
