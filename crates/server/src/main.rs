//! `anjian`: the program. Every command works on the system that `DATABASE_URL` and `ANJIAN_DATA` name.

use std::process::ExitCode;

/// Rows are made by the threads that read and freed by those that answer, which the system's own allocator is slow at and
/// keeps much memory for.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    let runtime = match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => {
            eprintln!("无法启动：{error}");
            return ExitCode::FAILURE;
        }
    };
    runtime.block_on(server::run())
}
