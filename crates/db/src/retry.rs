//! Trying again what the database gave up.

use std::time::Duration;

use crate::{Error, Result};

/// Times work is begun in all.
const MOST_TRIES: u32 = 5;
/// Wait before the second try; twice as long before each next one.
const WAIT: Duration = Duration::from_millis(20);

/// Runs work, and runs it again from its beginning when the database gave its transaction up ([`Error::Busy`]: a
/// deadlock, a serialisation failure, a lock that did not come free): up to five times, with a growing, uneven wait
/// between, so that two that met do not meet again. The work must leave nothing behind when it fails: it is one
/// transaction or one [`Unit`](crate::Unit).
pub async fn retry<T, F>(mut work: impl FnMut() -> F) -> Result<T>
where
    F: Future<Output = Result<T>>,
{
    let mut tries = 1;
    loop {
        match work().await {
            Err(Error::Busy) if tries < MOST_TRIES => {
                tracing::warn!(tries, "the database gave a transaction up; trying again");
                let uneven = uuid::Uuid::new_v4().as_bytes()[0];
                tokio::time::sleep(WAIT * 2u32.pow(tries - 1) + WAIT * u32::from(uneven) / 255).await;
                tries += 1;
            }
            other => return other,
        }
    }
}
