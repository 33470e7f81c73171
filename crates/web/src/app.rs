//! What handlers are given.

use std::{path::PathBuf, sync::Arc};

use db::Db;
use kernel::Clock;

/// The running system: database, clock, folder of files. Cheap to clone.
#[derive(Debug, Clone)]
pub struct App {
    /// The database.
    pub db: Db,
    /// The clock.
    pub clock: Clock,
    /// Folder of uploaded and made files.
    pub files: Arc<PathBuf>,
}
