//! Times of many runs, and the sentences they make.

use std::time::Duration;

/// Times of one operation.
pub struct Times(Vec<Duration>);

impl Times {
    /// Sorted.
    pub fn new(mut times: Vec<Duration>) -> Times {
        times.sort_unstable();
        Times(times)
    }

    /// The time that `percent` of the runs did not exceed, in milliseconds.
    pub fn at(&self, percent: usize) -> f64 {
        let last = self.0.len().saturating_sub(1);
        self.0.get(last * percent / 100).map_or(0.0, |time| time.as_secs_f64() * 1000.0)
    }
}

/// `through` HTTP against the statements `alone`, and whether p95 keeps to 1.3 times and 1 ms.
pub fn compared(name: &str, through: &Times, alone: &Times) -> String {
    let limit = alone.at(95) * 1.3 + 1.0;
    format!(
        "| {name} | {:.2} | {:.2} | {:.2} | {:.2} | {:.2}× | {} |",
        through.at(50),
        through.at(95),
        alone.at(50),
        alone.at(95),
        through.at(95) / alone.at(95).max(0.001),
        if through.at(95) <= limit { "yes" } else { "no" }
    )
}
