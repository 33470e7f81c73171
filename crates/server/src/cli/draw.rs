//! Drawing a page of a PDF that anybody wrote, in a process that may die of it.

use std::{io::Write, path::Path, process::ExitCode};

/// Most memory of the process, bytes: a page scanned in colour at 600 dpi takes a tenth of it.
#[cfg(unix)]
const MOST_MEMORY: u64 = 3 << 30;

/// Writes the number of pages on a line and the picture after it; or the code of what stands against it.
pub(super) fn run(file: &Path, number: usize) -> anyhow::Result<ExitCode> {
    #[cfg(unix)]
    rlimit::setrlimit(rlimit::Resource::AS, MOST_MEMORY, MOST_MEMORY)?;
    let mut out = std::io::stdout().lock();
    match document::page(std::fs::read(file)?, number) {
        Ok(shown) => {
            writeln!(out, "{}", shown.pages)?;
            out.write_all(&shown.png)?;
            Ok(ExitCode::SUCCESS)
        }
        Err(why) => {
            writeln!(out, "{}", why.code())?;
            Ok(ExitCode::FAILURE)
        }
    }
}
