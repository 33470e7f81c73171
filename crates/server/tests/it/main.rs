//! What the command line promises, through the program itself, on both engines.

mod http;
mod import;
mod support;
mod work;
