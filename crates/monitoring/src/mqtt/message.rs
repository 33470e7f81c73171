//! What messages hold, and keeping it.

use std::time::Duration;

use axum::http::StatusCode;
use kernel::Actor;
use serde::Deserialize;
use web::{App, Outcome};

use crate::{http::own, intake, powers, reading::Reading};

/// Readings that are kept in one transaction, where more of them have come already.
pub(super) const ENOUGH: usize = 5_000;
/// How often a transaction that met another is begun anew, and the pause before that.
const TRIES: u32 = 50;
const PAUSE: Duration = Duration::from_millis(200);

/// A message: a batch as over HTTP, a list, or a single reading.
#[derive(Deserialize)]
#[serde(untagged)]
pub(super) enum Message {
    /// As over HTTP; from a broker that others use too with the enterprise's token.
    Batch {
        /// Access token of the enterprise.
        token: Option<String>,
        /// Readings.
        readings: Vec<Reading>,
    },
    /// Readings.
    List(Vec<Reading>),
    /// A reading.
    One(Reading),
}

impl Message {
    /// Its readings.
    pub(super) fn readings(self) -> Vec<Reading> {
        match self {
            Message::Batch { readings, .. } | Message::List(readings) => readings,
            Message::One(reading) => vec![reading],
        }
    }
}

/// What several messages hold together.
#[derive(Default)]
pub(super) struct Held {
    /// Readings, in the order in which they came.
    pub(super) readings: Vec<Reading>,
    /// Messages that are no readings at all.
    pub(super) unreadable: Vec<String>,
}

impl Held {
    /// Takes in a message.
    pub(super) fn add(&mut self, payload: &[u8]) {
        match serde_json::from_slice::<Message>(payload) {
            Ok(message) => self.readings.extend(message.readings()),
            Err(_) => self.unreadable.push(String::from_utf8_lossy(payload).chars().take(60).collect()),
        }
    }
}

/// Keeps what was sent for the actor's enterprise; what cannot be read is counted. Lasting once it answers.
///
/// # Errors
/// 403 where the actor may not send readings; 503 where it could not be kept.
pub(super) async fn keep(app: &App, actor: &Actor, held: &Held) -> Outcome<()> {
    let scope = actor.may(&powers::READINGS)?;
    let (city, enterprise) = own(actor)?;
    let mut tries = 0;
    loop {
        let once = async {
            let mut tx = app.db.begin().await?;
            let key = (city.as_str(), enterprise);
            intake::take(&mut tx, &app.clock, actor, &scope, key, held.readings.clone()).await?;
            intake::unreadable(&mut tx, &app.clock, key, &held.unreadable).await?;
            tx.commit().await?;
            Outcome::Ok(())
        };
        match once.await {
            Err(problem) if problem.status == StatusCode::SERVICE_UNAVAILABLE.as_u16() && tries < TRIES => {
                tries += 1;
                tokio::time::sleep(PAUSE).await;
            }
            outcome => return outcome,
        }
    }
}
