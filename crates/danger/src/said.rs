//! What the trail says of an enterprise's monthly reports, in the words of its timeline; the steps of dangers are those of cases.

use audit::Step;
use enterprise::timeline::{Said, Told};

use crate::{model::Return, powers};

/// What of hidden dangers is told from the trail.
pub const TOLD: &[Told] =
    &[Told { table: Return::TABLE, column: "enterprise", power: &powers::RETURNS, say: report }];

fn report(step: &Step, _: &str) -> Option<Said> {
    let month = step.row_title.as_deref().and_then(|title| title.rsplit(' ').next()).unwrap_or_default();
    let verb = if step.action == "create" { "报送" } else { "更正" };
    Some(Said::of(format!("{verb} {month} 隐患月报"), "/danger-returns".to_string()))
}
