# The two commands of the README are `make run` and `make test`.
SHELL := bash
.SHELLFLAGS := -euo pipefail -c

.PHONY: test run derived format lint rust-test tools

test: tools format lint rust-test

tools:
	scripts/tools

format:
	cargo fmt --check

lint:
	cargo clippy --workspace --all-targets --locked -- -D warnings
	cargo clippy --workspace --lib --bins --locked -- -D warnings -D clippy::unwrap_used -D clippy::expect_used

# every test on SQLite and on a PostgreSQL cluster of its own
rust-test:
	scripts/with-postgres cargo nextest run --workspace --locked --no-fail-fast
	cargo test --workspace --doc --locked --quiet

# the files that are made from the code and committed
derived:
	cargo run --quiet --locked -p server -- openapi > openapi.json
	cargo run --quiet --locked -p server -- permissions > permissions.txt

# an empty system on embedded SQLite under ./data
run: tools
	cargo run --release --locked -p server -- serve
