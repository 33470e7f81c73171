//! What the command line promises, through the program itself, on both engines.

mod accounts;
mod answers;
mod archive;
mod attachment;
mod demo;
mod deputies;
mod engagements;
mod faults;
mod hostile;
mod http;
mod import;
mod law;
mod lifecycle;
mod merging;
mod plans;
mod region;
mod upkeep;
mod work;
