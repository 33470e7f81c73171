//! What the trail says of self-checks, in the words of an enterprise's timeline.

use audit::Step;
use enterprise::timeline::{Said, Told};
use serde_json::Value;

use crate::{model::Check, powers};

/// What of self-checks is told.
pub const TOLD: &[Told] =
    &[Told { table: Check::TABLE, column: "enterprise", power: &powers::LIST, say: check }];

fn check(step: &Step, _: &str) -> Option<Said> {
    let none = Value::Null;
    let after = step.after.as_ref().map_or(&none, |own| &own.0);
    let what = match (step.action.as_str(), after["state"].as_str()) {
        ("create", _) => format!("开始自查“{}”", after["task"].as_str().unwrap_or_default()),
        (_, Some("done")) => match after["unmet"].as_i64() {
            Some(0) => "完成自查，没有不符合的项目".to_string(),
            Some(number) => format!("完成自查，{number} 项不符合"),
            None => "完成自查".to_string(),
        },
        _ => return None,
    };
    Some(Said::of(what, format!("/self-checks/{}/{}", step.city, step.row_id.unwrap_or_default())))
}
