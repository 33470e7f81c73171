//! How much faster PostgreSQL takes many rows by COPY than as one array a column, as it does where a conflict is told what to do:
//! `scripts/with-postgres cargo run --release -p db --example bulk`. On two quiet cores: 0.16 s beside 0.55 s, a ratio of 3.4.

use std::time::Instant;

use db::{
    Exec, Sql, Value, bulk,
    testing::{Engine, create},
};
use uuid::Uuid;

const ROWS: usize = 50_000;
const COLUMNS: &[&str] = &["city", "id", "town", "name", "number", "document"];

#[tokio::main]
async fn main() -> db::Result<()> {
    let test = create(Engine::Postgres).await;
    let table = "create table many (city text, id uuid, town text, name text, number bigint, document jsonb, primary key (city, id))";
    test.db.run(Sql::new(table)).await?;
    let document =
        serde_json::json!({"企业名称": "汕头市测试塑料厂", "注册地址": "汕头市澄海区莲下镇某路1号"});
    let rows = || -> Vec<Vec<Value>> {
        let row = |at: usize| -> Vec<Value> {
            vec![
                "4405".into(),
                Uuid::now_v7().into(),
                "440515102".into(),
                format!("第{at}测试厂").into(),
                (at as i64).into(),
                document.clone().into(),
            ]
        };
        (0..ROWS).map(row).collect()
    };
    let mut best = [f64::MAX; 2];
    for _ in 0..5 {
        for (way, tail) in ["", " on conflict do nothing"].into_iter().enumerate() {
            let rows = rows();
            let started = Instant::now();
            let mut tx = test.db.begin().await?;
            bulk(&mut tx, "many", COLUMNS, rows, tail).await?;
            tx.commit().await?;
            best[way] = best[way].min(started.elapsed().as_secs_f64());
            test.db.run(Sql::new("delete from many")).await?;
        }
    }
    println!("{ROWS} rows: COPY {:.3} s, arrays {:.3} s, ratio {:.1}", best[0], best[1], best[1] / best[0]);
    test.remove().await;
    Ok(())
}
