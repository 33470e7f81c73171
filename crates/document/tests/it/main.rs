//! What readers of printed and of editable documents can rely on, seen through second programs.

mod documents;
mod notices;
mod read;
