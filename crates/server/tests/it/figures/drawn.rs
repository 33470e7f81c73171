//! Every number that writes keep equals a full recount after any writes: drawn at random over all kinds of them, those that the server
//! refuses included.

use std::{collections::BTreeMap, time::Duration};

use archive::Score;
use db::{Db, Exec, FromRow, Sql, db_test, sql};
use serde_json::Value;
use testkit::{Server, list};

use super::people::{Dice, Drawing, Said, clock};

/// Every kind of write; each is drawn once for each seed, in an order of its own.
const KINDS: &[&str] = &[
    "create",
    "correct",
    "assign",
    "verify",
    "suspend",
    "resume",
    "close the premises",
    "move out",
    "deregister",
    "revoke",
    "restore",
    "merge",
    "undo a merger",
    "split",
    "offer",
    "accept",
    "return",
    "withdraw",
    "duty",
    "join a cluster",
    "leave a cluster",
    "propose",
    "take a proposal",
    "take part of a proposal",
    "send a proposal back",
    "import",
    "enter a record",
    "renew a record",
    "change a record",
    "vouch for a record",
    "send a record back",
    "remove a record",
    "workbook",
    "hazard source",
    "remove a hazard source",
    "local law",
    "rename a town",
    "merge towns",
    "move a town",
    "split a town",
    "undo a change of towns",
    "night",
];

/// Kinds that come about beside others.
const BESIDE: &[&str] = &["decide a row: new", "decide a row: change", "beside an import"];

const SEEDS: [u64; 4] = [7, 1_990, 2_005, 440_515];
/// Writes between two looks at the numbers.
const STRIDE: usize = 6;

async fn write(own: &mut Drawing<'_>, kind: &str) -> Said {
    let open = ["pending", "normal", "suspended", "no_premises"];
    match kind {
        "create" => own.create().await,
        "correct" => own.correct().await,
        "assign" => own.assign().await,
        "verify" => own.verify().await,
        "suspend" => own.step(&["pending", "normal"], "suspended").await,
        "resume" => own.step(&["pending", "suspended", "moved_out", "no_premises"], "normal").await,
        "close the premises" => own.step(&["pending", "normal"], "no_premises").await,
        "move out" => own.step(&open, "moved_out").await,
        "deregister" => own.step(&open, "deregistered").await,
        "revoke" => own.step(&open, "revoked").await,
        "restore" => own.step(&["deregistered", "revoked"], "normal").await,
        "merge" => own.merge().await,
        "undo a merger" => own.unmerge().await,
        "split" => own.split().await,
        "offer" => own.offer().await,
        "accept" | "return" | "withdraw" => own.hand(kind).await,
        "duty" => own.duty().await,
        "join a cluster" => own.cluster("join").await,
        "leave a cluster" => own.cluster("leave").await,
        "propose" => own.propose().await,
        "take a proposal" => own.decide(&["staff", "longitude", "latitude"]).await,
        "take part of a proposal" => own.decide(&["staff"]).await,
        "send a proposal back" => own.decide(&[]).await,
        "import" => own.list().await,
        "enter a record" => own.enter().await,
        "renew a record" => own.renew().await,
        "change a record" => own.amend().await,
        "vouch for a record" => own.vouch().await,
        "send a record back" => own.send_back().await,
        "remove a record" => own.take_out().await,
        "workbook" => own.workbook().await,
        "hazard source" => own.source().await,
        "remove a hazard source" => own.no_source().await,
        "local law" => own.law().await,
        "rename a town" => own.remap("rename").await,
        "merge towns" => own.remap("merge").await,
        "move a town" => own.remap("move").await,
        "split a town" => own.remap("split").await,
        "undo a change of towns" => own.unmap().await,
        "night" => own.night().await,
        _ => panic!("{kind} is no kind"),
    }
}

/// Every kept number is what is counted, at every tier.
async fn prove(server: &Server, what: &dyn Fn() -> String) {
    let db = &server.app.db;
    for (kind, wrong) in [
        ("register", enterprise::count::check(db).await.unwrap()),
        ("summary", enterprise::summary::check(db).await.unwrap()),
        ("archives", archive::tally::check(db).await.unwrap()),
    ] {
        assert!(wrong.is_empty(), "{kind}: {wrong:#?}\n{}", what());
    }
}

/// What jobs bring up to date is: the summary, and of every archive that is asked for the score, where it stands and as it is when all are
/// reckoned anew.
async fn reckoned(server: &Server, what: &dyn Fn() -> String) {
    #[derive(FromRow, Debug)]
    #[expect(dead_code, reason = "said where it is wrong")]
    struct Other {
        name: String,
        status: String,
        town: Option<String>,
    }
    let db = &server.app.db;
    assert_eq!(enterprise::summary::rebuild(db).await.unwrap(), 0, "nothing changed since\n{}", what());
    archive::catch_up(&server.app).await.unwrap();
    let sql = "select e.name, e.status, s.town from enterprise e left join archive_score s on s.city = e.city and s.id = e.id
        where case when e.status in ('merged', 'deregistered', 'revoked', 'moved_out') then s.id is not null
          else s.id is null or s.town <> e.town or s.sector <> e.sector or s.ownership <> e.ownership end";
    let other: Vec<Other> = db.all(Sql::new(sql)).await.unwrap();
    assert!(other.is_empty(), "{other:#?}\n{}", what());
    let scores = async || -> BTreeMap<String, Value> {
        let all: Vec<Score> = db.all(Score::select()).await.unwrap();
        let mut said: Vec<Value> = all.iter().map(|own| serde_json::to_value(own).unwrap()).collect();
        for own in &mut said {
            own["computed_at"] = Value::Null;
        }
        said.into_iter().map(|own| (own["id"].to_string(), own)).collect()
    };
    let before = scores().await;
    db.run(sql!("update archive_score set changes_on = $1", server.app.clock.today())).await.unwrap();
    archive::catch_up(&server.app).await.unwrap();
    assert_eq!(scores().await, before, "{}", what());
}

#[db_test]
async fn every_kept_number_equals_a_recount_after_any_writes(db: Db) {
    let server = Server::at(db, clock()).await;
    server.take(&list()).await;
    // they look for jobs one after another, so that none waits long
    let mut workers = Vec::new();
    for _ in 0..5 {
        workers.push(server.work().await);
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    let mut own = Drawing::new(&server).await;
    for _ in 0..6 {
        own.create().await;
        own.enter().await;
    }
    for seed in SEEDS {
        own.dice = Dice::new(seed);
        own.log.clear();
        for (at, kind) in own.dice.shuffled(KINDS).into_iter().enumerate() {
            let said = write(&mut own, kind).await;
            own.note(kind, said);
            if at % STRIDE == 0 || kind.contains("town") {
                prove(&server, &|| format!("seed {seed}\n{}", own.log.join("\n"))).await;
            }
        }
        prove(&server, &|| format!("seed {seed}\n{}", own.log.join("\n"))).await;
        reckoned(&server, &|| format!("seed {seed}\n{}", own.log.join("\n"))).await;
    }
    let never = |kind: &&&str| own.done.get(**kind).is_none_or(|(taken, _)| *taken == 0);
    let never: Vec<&&str> = KINDS.iter().chain(BESIDE).filter(never).collect();
    assert!(never.is_empty(), "never taken: {never:?} of {:#?}\n{}", own.done, own.log.join("\n"));
}
