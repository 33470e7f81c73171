//! Who draws, among what, and what became of it.

use std::collections::BTreeMap;

use axum::http::StatusCode;
use chrono::{Duration, TimeZone, Utc};
use db::{Exec, FromRow, Sql, sql};
use enterprise::Enterprise;
use kernel::{Clock, Role};
use serde_json::{Value, json};
use testkit::{Client, Server};

/// Where everything happens: Longhu, Jinping and Chenghai, and towns of each.
pub(super) const COUNTIES: [&str; 3] = ["440507", "440511", "440515"];

/// An hour before midnight in China, so that a night is short.
pub(super) fn clock() -> Clock {
    Clock::fixed(Utc.with_ymd_and_hms(2026, 3, 2, 15, 0, 0).unwrap())
}

/// The same numbers for the same seed.
pub(super) struct Dice(u64);

impl Dice {
    pub(super) fn new(seed: u64) -> Dice {
        Dice(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1)
    }

    pub(super) fn below(&mut self, number: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 >> 11) as usize % number.max(1)
    }

    /// One time of so many.
    pub(super) fn once_in(&mut self, number: usize) -> bool {
        self.below(number) == 0
    }

    pub(super) fn one<'a, T>(&mut self, of: &'a [T]) -> &'a T {
        &of[self.below(of.len())]
    }

    pub(super) fn shuffled<T: Clone>(&mut self, of: &[T]) -> Vec<T> {
        let mut all = of.to_vec();
        for at in (1..all.len()).rev() {
            all.swap(at, self.below(at + 1));
        }
        all
    }
}

/// What the server said to a write; nothing where there was nothing to write to.
pub(super) type Said = Option<(StatusCode, Value)>;

pub(super) struct Drawing<'a> {
    pub(super) server: &'a Server,
    pub(super) dice: Dice,
    pub(super) clerk: Client<'a>,
    pub(super) officer: Client<'a>,
    pub(super) admin: Client<'a>,
    /// A clerk of each of [`COUNTIES`].
    pub(super) counties: Vec<Client<'a>>,
    /// Accounts of enterprises, with their logins.
    pub(super) firms: Vec<(String, Client<'a>)>,
    pub(super) agency: Value,
    /// Changes of divisions that were not undone.
    pub(super) changes: Vec<Value>,
    /// Hazard sources that were entered.
    pub(super) sources: Vec<Value>,
    serial: u32,
    /// Every write, for whoever must find out what went wrong.
    pub(super) log: Vec<String>,
    /// How often each kind of write was taken and refused.
    pub(super) done: BTreeMap<String, (u32, u32)>,
}

impl<'a> Drawing<'a> {
    pub(super) async fn new(server: &'a Server) -> Drawing<'a> {
        let clerk = server.person(Role::Clerk, "4405", None).await;
        let officer = server.person(Role::Officer, "4405", None).await;
        let admin = server.person(Role::System, "4405", None).await;
        let (mut counties, mut firms) = (Vec::new(), Vec::new());
        for county in COUNTIES {
            counties.push(server.person(Role::Clerk, county, None).await);
        }
        let new = json!({"region": "4405", "name": "汕头市应急管理局", "kind": "bureau", "sectors": [], "phone": " "});
        let (_, agency) = admin.send("POST", "/api/agencies", new, None).await;
        let mut drawing = Drawing {
            server,
            dice: Dice::new(0),
            clerk,
            officer,
            admin,
            counties,
            firms: Vec::new(),
            agency: agency["id"].clone(),
            changes: Vec::new(),
            sources: Vec::new(),
            serial: 0,
            log: Vec::new(),
            done: BTreeMap::new(),
        };
        for row in drawing.rows().await.iter().take(3) {
            // the login is that of the place
            let firm = server.person(Role::Enterprise, &row.town, Some(row.id)).await;
            firms.push((format!("enterprise-{}", row.town), firm));
        }
        drawing.firms = firms;
        drawing
    }

    /// A number that was not drawn before.
    pub(super) fn next(&mut self) -> u32 {
        self.serial += 1;
        self.serial
    }

    /// Notes what became of a write.
    pub(super) fn note(&mut self, kind: &str, said: Said) {
        let (status, told) = match said {
            None => ("nothing there".to_string(), String::new()),
            Some((status, told)) => {
                let count = self.done.entry(kind.to_string()).or_default();
                if status.is_success() {
                    count.0 += 1;
                } else {
                    count.1 += 1;
                }
                let why = if status.is_success() { String::new() } else { told.to_string() };
                (status.as_u16().to_string(), why)
            }
        };
        self.log.push(format!("{kind}: {status} {told}"));
    }

    /// Records that stand for themselves, in an order that the seed alone decides.
    pub(super) async fn rows(&self) -> Vec<Enterprise> {
        let sql = Enterprise::select().push(" where status <> 'merged' order by name, created_at, id");
        self.server.app.db.all(sql).await.unwrap()
    }

    pub(super) async fn any(&mut self) -> Enterprise {
        let rows = self.rows().await;
        self.dice.one(&rows).clone()
    }

    /// One of those that fit; sometimes any other, which the server has to refuse.
    pub(super) async fn fitting(&mut self, fits: impl Fn(&Enterprise) -> bool) -> Enterprise {
        let rows = self.rows().await;
        let good: Vec<&Enterprise> = rows.iter().filter(|row| fits(row)).collect();
        if good.is_empty() || self.dice.once_in(8) {
            return self.dice.one(&rows).clone();
        }
        (*self.dice.one(&good)).clone()
    }

    /// A town of today's map.
    pub(super) fn town(&mut self) -> String {
        let county = self.dice.one(&COUNTIES).to_string();
        let towns: Vec<String> =
            region::divisions::children(&county).iter().map(|own| own.code.clone()).collect();
        // few towns, so that numbers meet
        let at = self.dice.below(towns.len().min(4));
        towns.get(at).cloned().unwrap_or_else(|| "440513106".into())
    }

    /// The record that an enterprise's account is bound to now.
    pub(super) async fn of_firm(&self, login: &str) -> Option<Enterprise> {
        #[derive(FromRow)]
        struct Bound {
            enterprise: Option<uuid::Uuid>,
        }
        let db = &self.server.app.db;
        let bound: Bound =
            db.one(sql!("select enterprise from account where login = $1", login)).await.unwrap();
        let sql = Enterprise::select().push(" where status <> 'merged' and id = ").arg(bound.enterprise?);
        db.optional(sql).await.unwrap()
    }

    /// A day passes: papers run out, and who is signed in stays so.
    pub(super) async fn night(&mut self) -> Said {
        let app = &self.server.app;
        app.clock.advance(Duration::days(1));
        let until = app.clock.now() + Duration::days(7);
        let sql = Sql::new("update session set seen_at = ").arg(app.clock.now()).push(", expires_at = ");
        app.db.run(sql.arg(until)).await.unwrap();
        let number = archive::catch_up(app).await.unwrap();
        Some((StatusCode::OK, json!(number)))
    }
}

/// The path of an enterprise.
pub(super) fn at(row: &Enterprise) -> String {
    format!("/api/enterprises/{}/{}", row.city, row.id)
}

/// An enterprise as many of them are named by one request.
pub(super) fn item(row: &Enterprise) -> Value {
    json!({"city": row.city, "id": row.id, "version": row.version})
}
