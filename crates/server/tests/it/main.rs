//! What the command line promises, through the program itself, on both engines.

mod import;
mod support;
