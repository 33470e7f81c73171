//! When a thing done in the field happened. The clock of a device may be wrong, and may have been set in the meantime; the server's is right.
//! A device tells what its clock said when it was done and when it is sent, and how far its clock was from the server's when they last met.

use chrono::{DateTime, Duration, Utc};
use kernel::SHANGHAI;
use serde::Deserialize;
use utoipa::ToSchema;

/// How far two readings of clocks may differ without telling anything.
fn near() -> Duration {
    Duration::minutes(2)
}

/// What a device tells of the time.
#[derive(Debug, Clone, Copy, Deserialize, ToSchema)]
pub(super) struct Told {
    /// When it was done, by the device's clock.
    pub(super) done_at: DateTime<Utc>,
    /// When it is sent, by the device's clock.
    pub(super) sent_at: DateTime<Utc>,
    /// The server's clock less the device's when they last met before it was done, ms.
    pub(super) clock_offset: i64,
    /// When they last met before it was done, by the server's clock.
    pub(super) met_at: Option<DateTime<Utc>>,
}

/// When it happened, by the server's clock.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Moment {
    pub(super) at: DateTime<Utc>,
    /// The device's clock ran evenly from their last meeting until it was sent, and what it says can be.
    pub(super) certain: bool,
}

impl Moment {
    /// Reads what a device told in what was received now.
    pub(super) fn of(told: Told, received: DateTime<Utc>) -> Moment {
        let now = received - told.sent_at;
        let Some(known) = Duration::try_milliseconds(told.clock_offset) else {
            return Moment { at: received, certain: false };
        };
        let even = (now - known).abs() <= near();
        // where the clock was set in between, what it is by now is the better guess
        let Some(at) = told.done_at.checked_add_signed(if even { known } else { now }) else {
            return Moment { at: received, certain: false };
        };
        if at > received + near() || told.met_at.is_some_and(|met| at < met - near()) {
            return Moment { at: received, certain: false };
        }
        Moment { at: at.min(received), certain: even }
    }

    /// In words for the trail and the timeline.
    pub(super) fn words(self, told: Told, received: DateTime<Utc>) -> String {
        let say = |at: DateTime<Utc>| at.with_timezone(&SHANGHAI).format("%Y-%m-%d %H:%M").to_string();
        let minutes = (self.at - told.done_at).num_minutes();
        let skew = match minutes {
            0 => String::new(),
            slow if slow > 0 => format!("（设备时钟慢 {slow} 分钟）"),
            fast => format!("（设备时钟快 {} 分钟）", -fast),
        };
        let sure = if self.certain { "" } else { "；设备时钟调整过，时间请核对" };
        format!(
            "外勤离线登记：设备记录 {}{skew}，按 {} 计，{} 收到{sure}",
            say(told.done_at),
            say(self.at),
            say(received)
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> DateTime<Utc> {
        text.parse().unwrap()
    }

    fn told(done: &str, sent: &str, offset_minutes: i64, met: &str) -> Told {
        Told {
            done_at: at(done),
            sent_at: at(sent),
            clock_offset: offset_minutes * 60_000,
            met_at: Some(at(met)),
        }
    }

    #[test]
    fn a_clock_that_is_always_wrong_is_set_right() {
        let slow = told("2026-03-02T01:00:00Z", "2026-03-02T08:00:00Z", 60, "2026-03-02T00:00:00Z");
        let moment = Moment::of(slow, at("2026-03-02T09:00:05Z"));
        assert_eq!(moment, Moment { at: at("2026-03-02T02:00:00Z"), certain: true });
    }

    #[test]
    fn a_clock_that_was_set_in_the_field_is_told_as_uncertain() {
        let set = told("2026-03-01T01:00:00Z", "2026-03-01T08:00:00Z", 0, "2026-03-02T00:00:00Z");
        let moment = Moment::of(set, at("2026-03-02T08:00:00Z"));
        assert_eq!(moment, Moment { at: at("2026-03-02T01:00:00Z"), certain: false });
        let words = moment.words(set, at("2026-03-02T08:00:00Z"));
        assert!(words.contains("设备时钟慢 1440 分钟") && words.contains("请核对"), "{words}");
    }

    #[test]
    fn what_cannot_be_is_dated_by_when_it_came() {
        let received = at("2026-03-02T08:00:00Z");
        let gone = Moment { at: received, certain: false };
        // before they last met, and after it came
        let before = told("1970-01-01T00:00:00Z", "2026-03-02T08:00:00Z", 0, "2026-03-02T00:00:00Z");
        assert_eq!(Moment::of(before, received), gone);
        let after = told("2026-03-09T00:00:00Z", "2026-03-02T08:00:00Z", 0, "2026-03-02T00:00:00Z");
        assert_eq!(Moment::of(after, received), gone);
        let absurd = Told { clock_offset: i64::MAX, ..after };
        assert_eq!(Moment::of(absurd, received), gone);
    }
}
