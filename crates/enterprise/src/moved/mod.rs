//! How the register follows a change of divisions: its records with their numbers and entries of the search box, the words
//! the resolver was taught, and saved views.

mod places;
mod register;
mod views;

use futures::FutureExt;
use region::{Mover, Own, Part};

pub use crate::suggested::SUGGESTED;
use crate::{
    http::{Place, SavedView},
    model::Enterprise,
};
pub(crate) use register::{Standing, write};

/// Records read and written at a time.
pub(crate) const CHUNK: usize = 400;

/// The tables of the register that move themselves.
pub const REGISTER: Mover = Mover::Own(Own {
    table: Enterprise::TABLE,
    label: "企业",
    carry: |tx, moving| register::carry(tx, moving).boxed(),
    restore: |tx, moving, rows| register::restore(tx, moving, rows).boxed(),
});

/// Words the resolver was taught.
pub const PLACES: Mover = Mover::Own(Own {
    table: Place::TABLE,
    label: "学到的地名",
    carry: |tx, moving| places::carry(tx, moving).boxed(),
    restore: |tx, moving, rows| places::restore(tx, moving, rows).boxed(),
});

/// Saved views: their own division, and the one they are narrowed to.
pub const VIEWS: Mover = Mover::Own(Own {
    table: SavedView::TABLE,
    label: "保存的视图",
    carry: |tx, moving| views::carry(tx, moving).boxed(),
    restore: |tx, moving, rows| views::restore(tx, moving, rows).boxed(),
});

/// The part of a split whose words stand in a text; none where several do or nothing does.
pub(crate) fn told<'a>(parts: &'a [Part], texts: &[&str]) -> Option<(&'a Part, &'a str)> {
    let folded: Vec<String> = texts.iter().map(|text| rules::name::fold(text)).collect();
    let mut found = parts.iter().filter_map(|part| {
        let word = part.words.iter().find(|word| folded.iter().any(|text| text.contains(word.as_str())))?;
        Some((part, word.as_str()))
    });
    let first = found.next()?;
    found.next().is_none().then_some(first)
}
