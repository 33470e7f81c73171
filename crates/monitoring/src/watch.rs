//! How a value becomes an alarm: two levels on either side, a delay before it counts, a dead band before it ends. No input or output.

use chrono::{DateTime, TimeDelta, Utc};

/// A side.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Side {
    /// Too little.
    Low,
    /// Too much.
    High,
}

impl Side {
    /// The word in storage.
    pub const fn code(self) -> &'static str {
        match self {
            Side::Low => "low",
            Side::High => "high",
        }
    }

    /// The side of that word.
    pub fn parse(code: &str) -> Option<Side> {
        [Side::Low, Side::High].into_iter().find(|side| side.code() == code)
    }
}

/// The limits of a point, thousandths.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Limits {
    /// Level 2 below.
    pub low_low: Option<i64>,
    /// Level 1 below.
    pub low: Option<i64>,
    /// Level 1 above.
    pub high: Option<i64>,
    /// Level 2 above.
    pub high_high: Option<i64>,
    /// By how much a value must come back.
    pub hysteresis: i64,
    /// Seconds that a limit is passed before it is an alarm.
    pub delay_s: i64,
}

impl Limits {
    /// The level that a value reaches on a side whose limits are `slack` nearer; the limit itself is reached.
    fn reached(&self, side: Side, value: i64, slack: i64) -> i64 {
        let beyond = |limit: Option<i64>| {
            limit.is_some_and(|limit| match side {
                Side::Low => value <= limit.saturating_add(slack),
                Side::High => value >= limit.saturating_sub(slack),
            })
        };
        let (first, second) = match side {
            Side::Low => (self.low, self.low_low),
            Side::High => (self.high, self.high_high),
        };
        if beyond(second) { 2 } else { i64::from(beyond(first)) }
    }

    /// The limit of a level on a side.
    pub fn of(&self, side: Side, level: i64) -> Option<i64> {
        match (side, level) {
            (Side::Low, 2) => self.low_low,
            (Side::Low, _) => self.low,
            (Side::High, 2) => self.high_high,
            (Side::High, _) => self.high,
        }
    }
}

/// How far a point is towards an alarm.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Standing {
    /// The side on which limits are passed.
    pub side: Option<Side>,
    /// Since when that of level 1 is.
    pub since1: Option<DateTime<Utc>>,
    /// Since when that of level 2 is.
    pub since2: Option<DateTime<Utc>>,
    /// Level of the alarm that is raised; 0 is none.
    pub level: i64,
}

/// What a reading changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Change {
    /// The alarm that was raised is over.
    pub ended: bool,
    /// An alarm is raised, or reached its second level.
    pub raised: Option<Raised>,
}

/// An alarm.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Raised {
    /// Side.
    pub side: Side,
    /// Level.
    pub level: i64,
    /// Since when its limit is passed.
    pub since: DateTime<Utc>,
}

impl Standing {
    /// Takes the next reading in the order of time.
    pub fn take(&mut self, limits: &Limits, at: DateTime<Utc>, value: i64) -> Change {
        let mut change = Change::default();
        if let Some(side) = self.side {
            let slack = if self.level > 0 { limits.hysteresis } else { 0 };
            if limits.reached(side, value, slack) == 0 {
                change.ended = self.level > 0;
                *self = Standing::default();
            }
        }
        if self.side.is_none() {
            self.side = [Side::High, Side::Low].into_iter().find(|side| limits.reached(*side, value, 0) > 0);
            self.since1 = self.side.map(|_| at);
        }
        let Some(side) = self.side else { return change };
        if limits.reached(side, value, 0) == 2 {
            self.since2 = self.since2.or(Some(at));
        } else if self.level < 2 {
            self.since2 = None;
        }
        let delay = TimeDelta::seconds(limits.delay_s);
        let lasted = |since: Option<DateTime<Utc>>| since.filter(|since| at - *since >= delay);
        let reached = match (lasted(self.since2), lasted(self.since1)) {
            (Some(since), _) => Some((2, since)),
            (None, Some(since)) => Some((1, since)),
            _ => None,
        };
        if let Some((level, since)) = reached.filter(|(level, _)| *level > self.level) {
            self.level = level;
            change.raised = Some(Raised { side, level, since });
        }
        change
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn limits() -> Limits {
        Limits {
            low_low: Some(0),
            low: Some(10),
            high: Some(100),
            high_high: Some(120),
            hysteresis: 5,
            delay_s: 10,
        }
    }

    fn at(second: i64) -> DateTime<Utc> {
        DateTime::from_timestamp(1_700_000_000 + second, 0).unwrap()
    }

    /// Raised level and end of each reading.
    fn run(limits: &Limits, readings: &[(i64, i64)]) -> Vec<(i64, bool)> {
        let mut standing = Standing::default();
        readings
            .iter()
            .map(|(second, value)| {
                let change = standing.take(limits, at(*second), *value);
                (change.raised.map_or(0, |raised| raised.level), change.ended)
            })
            .collect()
    }

    #[test]
    fn a_limit_that_is_passed_long_enough_is_an_alarm_and_a_short_peak_is_none() {
        assert_eq!(run(&limits(), &[(0, 100), (5, 101), (10, 100)]), [(0, false), (0, false), (1, false)]);
        assert_eq!(run(&limits(), &[(0, 100), (5, 99), (10, 100), (15, 100)]), [(0, false); 4]);
    }

    #[test]
    fn an_alarm_ends_beyond_the_dead_band_and_reaches_its_second_level() {
        let readings = [(0, 110), (10, 110), (20, 125), (30, 125), (40, 97), (50, 96), (60, 94)];
        let told = [(0, false), (1, false), (0, false), (2, false), (0, false), (0, false), (0, true)];
        assert_eq!(run(&limits(), &readings), told);
    }

    #[test]
    fn from_one_side_to_the_other_one_alarm_ends_and_another_begins() {
        let without = Limits { delay_s: 0, ..limits() };
        assert_eq!(run(&without, &[(0, 130), (1, -5), (2, 50)]), [(2, false), (2, true), (0, true)]);
    }

    #[test]
    fn a_point_without_limits_raises_nothing_and_one_with_the_second_only_begins_there() {
        assert_eq!(run(&Limits::default(), &[(0, i64::MAX), (9, i64::MIN)]), [(0, false); 2]);
        let second = Limits { high_high: Some(5), ..Limits::default() };
        assert_eq!(run(&second, &[(0, 4), (1, 5), (2, 4)]), [(0, false), (2, false), (0, true)]);
    }

    proptest! {
        /// An alarm that ends was raised; levels only rise within one; nothing within the limits raises any.
        #[test]
        fn alarms_begin_and_end_in_turn(values in prop::collection::vec(-50i64..200, 1..200), delay in 0i64..30, band in 0i64..20) {
            let limits = Limits { delay_s: delay, hysteresis: band, ..limits() };
            let mut standing = Standing::default();
            let mut open = 0;
            for (second, value) in values.iter().enumerate() {
                let change = standing.take(&limits, at(second as i64), *value);
                if change.ended {
                    prop_assert!(open > 0);
                    open = 0;
                }
                if let Some(raised) = change.raised {
                    prop_assert!(raised.level > open && limits.reached(raised.side, *value, band) > 0);
                    open = raised.level;
                }
                prop_assert_eq!(standing.level, open);
                if (11..=99).contains(value) && open == 0 {
                    prop_assert_eq!(standing, Standing::default());
                }
            }
        }
    }
}
