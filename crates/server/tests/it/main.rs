//! What the command line promises, through the program itself, on both engines.

mod accounts;
mod answers;
mod archive;
mod archive_import;
mod archive_past;
mod attachment;
mod danger;
mod demo;
mod deputies;
mod engagements;
mod faults;
mod followers;
mod hazard;
mod hostile;
mod http;
mod import;
mod inspection;
mod law;
mod lifecycle;
mod meanwhile;
mod merging;
mod plans;
mod region;
mod upkeep;
mod villages;
mod work;
