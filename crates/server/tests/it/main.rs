//! What the command line promises, through the program itself, on both engines.

mod accounts;
mod http;
mod import;
mod support;
mod work;
