//! Extractors that answer with a [`Problem`] when they cannot read what they were sent.

use axum::{
    extract::{FromRequest, FromRequestParts, Path, Request},
    http::{StatusCode, request::Parts},
};
use kernel::Actor;
use serde::de::DeserializeOwned;

use crate::{Outcome, Problem};

/// Who is calling; 401 when nobody is signed in.
#[derive(Debug, Clone)]
pub struct Caller(pub Actor);

impl<S: Send + Sync> FromRequestParts<S> for Caller {
    type Rejection = Problem;
    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        parts.extensions.get::<Actor>().cloned().map(Caller).ok_or_else(Problem::unauthorised)
    }
}

/// A JSON body.
#[derive(Debug, Clone)]
pub struct Body<T>(pub T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequest<S> for Body<T> {
    type Rejection = Problem;
    async fn from_request(request: Request, state: &S) -> Result<Self, Problem> {
        match axum::Json::<T>::from_request(request, state).await {
            Ok(axum::Json(body)) => Ok(Body(body)),
            Err(rejection) if rejection.status() == StatusCode::PAYLOAD_TOO_LARGE => Err(Problem::new(
                StatusCode::PAYLOAD_TOO_LARGE,
                "body.too_large",
                "提交的内容过大，请分批提交。",
            )),
            Err(rejection) => Err(Problem::invalid(
                "body.invalid",
                format!("提交的内容不符合接口要求：{}", rejection.body_text()),
            )),
        }
    }
}

/// The query string.
#[derive(Debug, Clone)]
pub struct Query<T>(pub T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequestParts<S> for Query<T> {
    type Rejection = Problem;
    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        match axum::extract::Query::<T>::from_request_parts(parts, state).await {
            Ok(axum::extract::Query(query)) => Ok(Query(query)),
            Err(rejection) => Err(Problem::bad_request(
                "query.invalid",
                format!("网址中的查询条件不正确：{}", rejection.body_text()),
            )),
        }
    }
}

/// The variable parts of the path; what cannot be read is not there (404).
#[derive(Debug, Clone)]
pub struct PathOf<T>(pub T);

impl<T: DeserializeOwned + Send, S: Send + Sync> FromRequestParts<S> for PathOf<T> {
    type Rejection = Problem;
    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let Path(path) =
            Path::<T>::from_request_parts(parts, state).await.map_err(|_| Problem::not_found())?;
        Ok(PathOf(path))
    }
}

/// For a field of a change, with `#[serde(default, deserialize_with = "web::said")]`: nothing was said of it (`None`),
/// it is to be emptied (`Some(None)`, a null), or it has a value.
pub fn said<'de, D, T>(from: D) -> Result<Option<Option<T>>, D::Error>
where
    D: serde::Deserializer<'de>,
    T: serde::Deserialize<'de>,
{
    serde::Deserialize::deserialize(from).map(Some)
}

/// An optional text as it is kept: trimmed, and none where nothing was written.
pub fn filled(text: Option<impl AsRef<str>>) -> Option<String> {
    text.map(|text| text.as_ref().trim().to_string()).filter(|text| !text.is_empty())
}

/// A text that must be there, trimmed.
///
/// # Errors
/// 422 where it is missing, or has more than so many signs; `what` is what a person calls it.
pub fn required(text: &str, pointer: &str, what: &str, most: usize) -> Outcome<String> {
    let text = text.trim();
    if text.is_empty() {
        return Err(Problem::wrong_field(pointer, "field.required", format!("请填写{what}。")));
    }
    if text.chars().count() > most {
        return Err(Problem::wrong_field(pointer, "field.long", format!("{what}不超过 {most} 字。")));
    }
    Ok(text.to_string())
}
