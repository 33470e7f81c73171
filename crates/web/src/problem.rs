//! Errors as answers: RFC 9457 `application/problem+json`, in Chinese, telling the person what to do.

use axum::{
    http::{StatusCode, header},
    response::{IntoResponse, Response},
};
use serde::Serialize;
use utoipa::ToSchema;

/// What a handler answers.
pub type Outcome<T> = Result<T, Problem>;

/// One field that is wrong.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct FieldError {
    /// JSON pointer to the field in the request's body, `/changes/name`.
    pub pointer: String,
    /// Stable code.
    pub code: String,
    /// What to do, in Chinese.
    pub message: String,
    /// What could be meant, where the field names several things.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schema(value_type = Vec<Object>)]
    pub candidates: Vec<serde_json::Value>,
}

/// An error answer.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Problem {
    /// Address of the kind of problem: `about:blank#<code>`.
    #[serde(rename = "type")]
    pub kind: String,
    /// Short title.
    pub title: &'static str,
    /// HTTP status.
    pub status: u16,
    /// Stable code for programs.
    pub code: &'static str,
    /// What happened and what to do, in Chinese.
    pub detail: String,
    /// Fields that are wrong.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub errors: Vec<FieldError>,
    /// On a version conflict: the row as it stands now.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub current: Option<Box<serde_json::Value>>,
}

impl Problem {
    /// A problem with its code and what to do about it.
    pub fn new(status: StatusCode, code: &'static str, detail: impl Into<String>) -> Self {
        let title = match status.as_u16() {
            400 => "请求无法理解",
            401 => "请先登录",
            403 => "没有权限",
            404 => "没有找到",
            409 => "与别处的修改冲突",
            413 => "内容过大",
            422 => "填写有误",
            429 => "操作过于频繁",
            503 => "系统繁忙",
            _ => "系统出错",
        };
        Problem {
            kind: format!("about:blank#{code}"),
            title,
            status: status.as_u16(),
            code,
            detail: detail.into(),
            errors: Vec::new(),
            current: None,
        }
    }

    /// 400: the request itself cannot be read.
    pub fn bad_request(code: &'static str, detail: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, code, detail)
    }

    /// 401: nobody is signed in.
    pub fn unauthorised() -> Self {
        Self::new(StatusCode::UNAUTHORIZED, "auth.required", "登录已失效或尚未登录，请重新登录。")
    }

    /// 404: not there, or outside the caller's scope, which is the same to the caller.
    pub fn not_found() -> Self {
        Self::new(StatusCode::NOT_FOUND, "not_found", "没有这条记录，或它不在您的管辖范围内。")
    }

    /// 409: another state than the caller believed.
    pub fn conflict(code: &'static str, detail: impl Into<String>) -> Self {
        Self::new(StatusCode::CONFLICT, code, detail)
    }

    /// 409 because somebody else changed the row since it was read; `current` is the row as it stands now.
    pub fn stale(current: serde_json::Value) -> Self {
        let mut problem = Self::conflict(
            "conflict.version",
            "您打开之后，别人已经修改了这条记录。请核对现在的内容后再保存，您填写的内容没有丢失。",
        );
        problem.current = Some(Box::new(current));
        problem
    }

    /// 422: the input is understood but not allowed.
    pub fn invalid(code: &'static str, detail: impl Into<String>) -> Self {
        Self::new(StatusCode::UNPROCESSABLE_ENTITY, code, detail)
    }

    /// Adds a wrong field.
    pub fn field(mut self, pointer: &str, code: &str, message: impl Into<String>) -> Self {
        self.errors.push(FieldError {
            pointer: pointer.into(),
            code: code.into(),
            message: message.into(),
            candidates: Vec::new(),
        });
        self
    }

    /// 422 about one field.
    pub fn wrong_field(pointer: &str, code: &'static str, message: impl Into<String>) -> Self {
        let message = message.into();
        Self::invalid(code, message.clone()).field(pointer, code, message)
    }

    /// 500: logged in full, shown without its internals.
    pub fn internal(error: impl std::fmt::Display) -> Self {
        tracing::error!(%error, "internal error");
        Self::new(
            StatusCode::INTERNAL_SERVER_ERROR,
            "internal",
            "系统内部出错，没有保存任何内容。请稍后重试；若仍出错，请把出错时间告诉系统管理员。",
        )
    }
}

/// On an answer whose request the database gave up: it may be run again.
#[derive(Debug, Clone)]
pub(crate) struct Busy;

const BUSY: &str = "busy";

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let status = StatusCode::from_u16(self.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let body = serde_json::to_vec(&self).unwrap_or_default();
        let mut response =
            (status, [(header::CONTENT_TYPE, "application/problem+json")], body).into_response();
        if self.code == BUSY {
            response.extensions_mut().insert(Busy);
        }
        response
    }
}

impl From<db::Error> for Problem {
    fn from(error: db::Error) -> Self {
        match error {
            db::Error::NotFound => Self::not_found(),
            db::Error::Conflict { columns, .. } => Self::conflict(
                "conflict.exists",
                format!("已经有一条相同的记录（{}）。请先查一查再新增。", columns.join("、")),
            ),
            db::Error::MissingParent => {
                Self::conflict("conflict.parent", "所引用的记录已不存在，请刷新页面后重试。")
            }
            db::Error::Check(text) => {
                tracing::warn!(text, "check violated");
                Self::invalid("invalid.value", "有一个值不在允许的范围内，请核对后重试。")
            }
            db::Error::Busy => {
                Self::new(StatusCode::SERVICE_UNAVAILABLE, BUSY, "系统正忙，没有保存任何内容，请过几秒再试。")
            }
            other => Self::internal(other),
        }
    }
}

impl From<kernel::Denied> for Problem {
    fn from(denied: kernel::Denied) -> Self {
        Self::new(
            StatusCode::FORBIDDEN,
            "auth.denied",
            format!("您没有「{}」的权限。如工作需要，请向本单位的安全管理员申请。", denied.label),
        )
    }
}

impl From<kernel::OutOfScope> for Problem {
    fn from(_: kernel::OutOfScope) -> Self {
        Self::not_found()
    }
}

impl From<kernel::InvalidRegion> for Problem {
    fn from(error: kernel::InvalidRegion) -> Self {
        Self::wrong_field("/region", "region.invalid", error.to_string())
    }
}
