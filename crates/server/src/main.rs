//! `anjian`: the program. Every command works on the system that `DATABASE_URL` and `ANJIAN_DATA` name.

use std::process::ExitCode;

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
