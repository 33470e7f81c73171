//! No page reads its way through a table that grows: every statement that pages make is taken down and its plan read.

use std::{
    collections::BTreeSet,
    sync::{Mutex, OnceLock},
};

use db::{
    Db, Engine, Exec, FromRow, Sql, Tx, db_test,
    sqlx::{self, AssertSqlSafe},
};
use enterprise::{
    numbers, store,
    store::{Filter, list},
};
use kernel::{Clock, RegionCode, Role, Scope};
use serde_json::Value;
use testkit::Server;
use tracing::field::{Field, Visit};
use tracing_subscriber::{Layer, layer::SubscriberExt};

/// Tables that stay small: divisions, settings, the law.
const SMALL: &[&str] = &["region", "region_alias", "region_change", "agency", "setting", "law_row"];

/// Indexes that hold an order in which a page is read until it is full, or only what waits for a moment.
const WALKED: &[&str] =
    &["enterprise_latest", "enterprise_by_name", "enterprise_town", "search_entry_pending"];

/// Tables of which all that a city has is as good as a whole table.
const LARGE: &[&str] = &["audit", "record", "attachment", "case_event", "monitor_minute"];

fn taken() -> &'static Mutex<BTreeSet<String>> {
    static TAKEN: OnceLock<Mutex<BTreeSet<String>>> = OnceLock::new();
    TAKEN.get_or_init(Mutex::default)
}

/// Takes down every statement that is sent.
struct Statements;

#[derive(Default)]
struct Said {
    summary: String,
    statement: String,
}

impl Visit for Said {
    fn record_debug(&mut self, field: &Field, value: &dyn std::fmt::Debug) {
        self.record_str(field, format!("{value:?}").trim_matches('"'));
    }
    fn record_str(&mut self, field: &Field, value: &str) {
        match field.name() {
            "summary" => self.summary = value.to_string(),
            "db.statement" => self.statement = value.trim().to_string(),
            _ => {}
        }
    }
}

impl<S: tracing::Subscriber> Layer<S> for Statements {
    fn on_event(&self, event: &tracing::Event<'_>, _: tracing_subscriber::layer::Context<'_, S>) {
        if event.metadata().target() == "sqlx::query" {
            let mut said = Said::default();
            event.record(&mut said);
            let text = if said.statement.is_empty() { said.summary } else { said.statement };
            // whether there is any account at all is seen by the first one
            let any = text.ends_with("limit 1) first");
            if !any && text.starts_with("select") && !text.ends_with("for update skip locked") {
                taken().lock().unwrap().insert(text);
            }
        }
    }
}

#[derive(Debug, FromRow)]
struct Step {
    detail: String,
}

/// What is wrong with the plan of a statement on SQLite.
async fn sqlite(db: &Db, text: &str) -> Vec<String> {
    let steps: Vec<Step> = db.all(Sql::new(&format!("explain query plan {text}"))).await.unwrap();
    let sorts = steps.iter().any(|step| step.detail.contains("TEMP B-TREE FOR ORDER BY"));
    let scans = steps.iter().filter_map(|step| {
        if let Some(rest) = step.detail.strip_prefix("SEARCH ") {
            let table = rest.split(' ').next().unwrap_or_default();
            let city = rest.ends_with("(city=?)") && LARGE.contains(&table) && !text.contains(" limit ");
            return city.then(|| step.detail.clone());
        }
        let rest = step.detail.strip_prefix("SCAN ")?;
        let (table, how) = rest.split_once(' ').unwrap_or((rest, ""));
        // an alias stands for its table
        let table = match table {
            "e" => "search_entry",
            // what a part of the statement found; the index of terms, which is asked by its words; one row
            "x" | "f" | "(subquery-1)" | "CONSTANT" => return None,
            other => other,
        };
        let index = how.rsplit(' ').next().unwrap_or_default();
        let walked = WALKED.contains(&index) && text.contains(" limit ") && !sorts;
        (!SMALL.contains(&table) && !walked).then(|| step.detail.clone())
    });
    scans.collect()
}

/// What is wrong with the plan of a statement on PostgreSQL, which is told that reading a whole table is dear: where it
/// still does, there is no other way.
async fn postgres(db: &Db, text: &str) -> Vec<String> {
    let Tx::Postgres(mut tx) = db.begin().await.unwrap() else { panic!("PostgreSQL") };
    for setting in ["enable_seqscan = off", "plan_cache_mode = force_generic_plan"] {
        sqlx::raw_sql(AssertSqlSafe(format!("set local {setting}"))).execute(&mut *tx).await.unwrap();
    }
    let parameters =
        (1..).take_while(|at| text.contains(&format!("${at}"))).map(|_| "null").collect::<Vec<_>>();
    sqlx::raw_sql(AssertSqlSafe(format!("prepare page as {text}"))).execute(&mut *tx).await.unwrap();
    let arguments =
        if parameters.is_empty() { String::new() } else { format!("({})", parameters.join(", ")) };
    let plan: Value =
        sqlx::query_scalar(AssertSqlSafe(format!("explain (format json) execute page{arguments}")))
            .fetch_one(&mut *tx)
            .await
            .unwrap();
    sqlx::raw_sql("deallocate page").execute(&mut *tx).await.unwrap();
    let mut wrong = Vec::new();
    walk(&plan[0]["Plan"], &mut wrong);
    wrong
}

fn walk(node: &Value, wrong: &mut Vec<String>) {
    let text = |name: &str| node[name].as_str().unwrap_or_default();
    let kind = text("Node Type");
    let small = SMALL.contains(&text("Relation Name"));
    let whole_index =
        kind.contains("Index") && node["Index Cond"].is_null() && !WALKED.contains(&text("Index Name"));
    if !small && (kind == "Seq Scan" || whole_index) {
        wrong.push(format!("{kind} on {}{}", text("Relation Name"), text("Index Name")));
    }
    for part in node["Plans"].as_array().into_iter().flatten() {
        walk(part, wrong);
    }
}

#[db_test]
async fn no_page_reads_through_a_table_that_grows(db: Db) {
    let subscriber = tracing_subscriber::registry().with(Statements);
    tracing::subscriber::set_global_default(subscriber).unwrap();
    let server = Server::new(db.clone()).await;
    server.register().await;
    let mut people = Vec::new();
    for role in [Role::Clerk, Role::Security, Role::Audit, Role::System] {
        people.push(server.person(role, "4405", None).await);
    }
    let clerk = &people[0];
    let (_, first) = clerk.get("/api/enterprises?limit=1").await;
    let id = first["items"][0]["id"].as_str().unwrap().to_string();
    taken().lock().unwrap().clear();
    // every operation that reads
    for (method, route, _) in server::operations() {
        if method == "GET" && !route.ends_with("/events") {
            let url = route.replace("{city}", "4405").replace("{name}", "size-class");
            let url = url.replace("{id}", &id).replace("{job}", &id).replace("{grant}", &id);
            for person in &people {
                person.get(&format!("{url}?region=4405&q=a&page=enterprises")).await;
            }
        }
    }
    // an archive as it stood
    let own = format!("/api/enterprises/4405/{id}");
    let past = server.app.clock.now().to_rfc3339().replace('+', "%2B");
    for page in ["?as_of=", "/archive?as_of=", "/records?section=permit&as_of=", "/archive/compare?from="] {
        let (status, answer) = clerk.get(&format!("{own}{page}{past}")).await;
        assert!(status.is_success(), "{page}: {answer}");
    }
    // the register's own pages in every area, order and narrowing
    let narrowed = [
        "",
        "&status=pending&sector=other",
        "&assignment=open,proposed",
        "&q=%E6%B5%8B%E8%AF%95",
        "&q=9144",
        "&industry=C,51&staff_min=1&missing=officer,phone&founded_to=2020-01-01",
        "&updated_from=2020-01-01",
        "&q=%E6%B5%8B%E8%AF%95&capital_min=1&grid=a",
    ];
    for region in ["4405", "440515", "440515102"] {
        for more in narrowed {
            for sort in [
                "updated_at",
                "-updated_at",
                "name",
                "-name",
                "town",
                "-town",
                "-staff",
                "staff",
                "-founded_on",
            ] {
                let url = format!("/api/enterprises?limit=1&region={region}&sort={sort}{more}");
                let (status, page) = clerk.get(&url).await;
                assert!(status.is_success(), "{page}");
                if let Some(next) = page["next"].as_str() {
                    clerk.get(&format!("{url}&cursor={next}")).await;
                }
            }
            for page in ["count", "facets"] {
                assert!(
                    clerk.get(&format!("/api/enterprises/{page}?region={region}{more}")).await.0.is_success()
                );
            }
        }
        clerk.get(&format!("/api/overview?region={region}")).await;
    }
    // a whole province, which nobody's account here reaches
    let province = Scope::system(RegionCode::parse("44").unwrap());
    for sort in ["-updated_at", "name", "town"] {
        for q in [None, Some("测试".to_string()), Some("9144".to_string())] {
            let filter = Filter { q, ..Filter::default() };
            list(&db, &province, &filter, Some(sort), None, 1).await.unwrap();
        }
    }
    numbers::count(&db, &province, &Filter::default()).await.unwrap();
    let industry = Filter { industry: Some("C".into()), ..Filter::default() };
    list(&db, &province, &industry, Some("name"), None, 1).await.unwrap();
    numbers::count(&db, &province, &industry).await.unwrap();
    numbers::figures(&db, &province, 4).await.unwrap();
    search::find(&db, &province, "enterprise", "测试", 20).await.unwrap();
    store::some(&db, &province, &[("4405".into(), id.parse().unwrap())]).await.unwrap();
    let statements = std::mem::take(&mut *taken().lock().unwrap());
    assert!(statements.len() > 60, "only {} statements were taken down", statements.len());
    let mut wrong = Vec::new();
    for text in &statements {
        let found = match db.engine() {
            Engine::Sqlite => sqlite(&db, text).await,
            Engine::Postgres => postgres(&db, text).await,
        };
        if !found.is_empty() {
            wrong.push(format!("{found:?}\n  {text}"));
        }
    }
    // what waits to be sealed is taken in the order of the trail, however much waits
    taken().lock().unwrap().clear();
    let later = Clock::fixed(server.app.clock.now() + chrono::Duration::minutes(1));
    assert!(audit::seal(&db, &later).await.unwrap() > 0);
    let sealing = std::mem::take(&mut *taken().lock().unwrap());
    let sealing = sealing.iter().find(|text| text.contains("where batch is null")).unwrap();
    if db.engine() == Engine::Sqlite {
        let steps: Vec<Step> = db.all(Sql::new(&format!("explain query plan {sealing}"))).await.unwrap();
        assert!(steps.iter().any(|step| step.detail.contains("audit_unsealed")), "{steps:?}");
    }
    assert!(wrong.is_empty(), "{} of {} statements:\n{}", wrong.len(), statements.len(), wrong.join("\n"));
}
