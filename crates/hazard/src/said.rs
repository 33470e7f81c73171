//! What the trail says of major hazard sources, in the words of an enterprise's timeline; the steps of their filings are those of cases.

use audit::Step;
use enterprise::timeline::{Said, Told};

use crate::{model::Source, powers};

/// What of hazard sources is told.
pub const TOLD: &[Told] =
    &[Told { table: Source::TABLE, column: "enterprise", power: &powers::LIST, say: source }];

fn source(step: &Step, _: &str) -> Option<Said> {
    let title = step.row_title.as_deref().unwrap_or_default();
    // whose it is stands on the page
    let name = title.split_once('：').map_or(title, |(_, name)| name);
    let verb = if step.action == "create" { "登记" } else { "修改" };
    let link = format!("/hazards/{}/{}", step.city, step.row_id.unwrap_or_default());
    Some(Said::of(format!("{verb}重大危险源“{name}”"), link))
}
