//! What handlers are given.

use std::{path::PathBuf, sync::Arc};

use db::Db;
use kernel::{Clock, Power};

use crate::Progress;

/// The running system: database, clock, folder of files. Cheap to clone.
#[derive(Debug, Clone)]
pub struct App {
    /// The database.
    pub db: Db,
    /// The clock.
    pub clock: Clock,
    /// Folder of uploaded and made files.
    pub files: Arc<PathBuf>,
    /// Every power there is: what a signed-in person may do is read from it.
    pub powers: Arc<[&'static Power]>,
    /// The jobs that run in this process.
    pub progress: Progress,
}

/// The network address a request came from, as a request extension.
#[derive(Debug, Clone, Copy)]
pub struct PeerAddress(pub std::net::IpAddr);
