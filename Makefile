# The two commands of the README are `make run` and `make test`.
SHELL := bash
.SHELLFLAGS := -euo pipefail -c

.PHONY: test run bench derived format lint web web-test rust-test e2e tools

test: tools format lint web-test rust-test e2e

tools:
	scripts/tools test

format:
	cargo fmt --check

# the database of advisories lies outside the package registries: where it can be reached, run `cargo deny check advisories` too
lint:
	cargo clippy --workspace --all-targets --locked -- -D warnings
	cargo clippy --workspace --lib --bins --locked -- -D warnings -D clippy::unwrap_used -D clippy::expect_used -D clippy::disallowed_methods
	cargo deny --locked check licenses bans sources

# the browser application, as the program carries it
web:
	cd web && npm ci --no-audit --no-fund
	cd web && npm run build

web-test: web
	cd web && npm run types
	cd web && npm run lint
	cd web && npm test
	cd web && npm run api && git diff --exit-code -- src/api/schema.d.ts

# every test on SQLite and on a PostgreSQL cluster of its own
rust-test:
	scripts/with-postgres cargo nextest run --workspace --locked --no-fail-fast
	cargo test --workspace --doc --locked --quiet

# the workflows in a real browser, desktop and phone
e2e: web
	# with what the tests ask of each crate, as they have just been built: alone, the program would be built anew
	cargo build --locked --workspace --tests
	cd e2e && PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD=1 npm ci --no-audit --no-fund
	cd e2e && npm run types
	cd e2e && npm test

# the files that are made from the code and committed
derived:
	cargo run --quiet --locked -p server -- openapi > openapi.json
	cargo run --quiet --locked -p server -- permissions > permissions.txt
	cargo run --quiet --locked -p server -- dictionary > docs/data-dictionary.md
	cargo run --quiet --locked -p server -- cases > docs/handbook/cases.md
	cd web && npm run api

# the demonstration city on embedded SQLite under ./data
run:
	scripts/tools
	$(MAKE) web
	cargo build --release --locked -p server
	# filling the city takes memory that a program on its own does not need
	target/release/anjian demo --fill-only
	target/release/anjian demo

# speed beside bare baselines, on both engines; benches/RESULTS.md keeps what it printed
bench:
	scripts/tools bench
	cargo build --release --locked -p server -p benches
	ANJIAN_POSTGRES_FSYNC=on scripts/with-postgres target/release/benches
