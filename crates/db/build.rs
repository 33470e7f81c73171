//! A new migration makes the crate that embeds them stale.

fn main() {
    println!("cargo:rerun-if-changed=../../migrations");
}
