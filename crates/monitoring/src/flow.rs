//! The life of an alarm.

use caseflow::{Due, Escalation, Flow, Needs, STAYS, State, Step, Waits};
use kernel::Tier;

use crate::powers;

/// From raised to dealt with. All terms are the office's own: taken notice of on the day, dealt with in three.
pub const FLOW: Flow = Flow {
    kind: "alarm",
    label: "报警",
    mark: "BJ",
    page: "/monitoring/alarms",
    states: &[
        State { code: "raised", label: "待确认", waits: Waits::Enterprise },
        State { code: "acknowledged", label: "处置中", waits: Waits::Enterprise },
        State { code: "closed", label: "已办结", waits: Waits::Nobody },
        State { code: "dismissed", label: "误报", waits: Waits::Nobody },
    ],
    starts: &["raised"],
    steps: &[
        Step {
            action: RISE,
            label: "升为二级报警",
            from: &["raised"],
            to: STAYS,
            // by the readings themselves
            power: &powers::READINGS,
            needs: Needs::NOTHING,
            due: Due::Keep,
        },
        Step {
            action: "acknowledge",
            label: "确认报警",
            from: &["raised"],
            to: "acknowledged",
            power: &powers::ACKNOWLEDGE,
            needs: Needs::NOTHING,
            due: Due::Days { days: 3, basis: "本机关规定的处置时限" },
        },
        Step {
            action: "handle",
            label: "处置办结",
            from: &["acknowledged"],
            to: "closed",
            power: &powers::HANDLE,
            needs: Needs::NOTHING,
            due: Due::Clear,
        },
        Step {
            action: "dismiss",
            label: "按误报撤销",
            from: &["raised", "acknowledged"],
            to: "dismissed",
            power: &powers::DISMISS,
            needs: Needs::REASON,
            due: Due::Clear,
        },
    ],
    escalation: &[
        Escalation { overdue_days: 1, tier: Tier::County },
        Escalation { overdue_days: 3, tier: Tier::City },
    ],
};

/// Minutes without notice after which a wider tier sees an alarm of a level as its own; of level 2 the county does from the beginning. The office's
/// own terms, as those of the flow.
pub const NOTICE: &[(i64, i64, Tier)] = &[(2, 15, Tier::City), (1, 30, Tier::County), (1, 120, Tier::City)];

/// The step that readings take.
pub const RISE: &str = "rise";

/// Why an alarm is to be taken notice of by its first day.
pub const SAME_DAY: &str = "当日确认（本机关规定的确认时限）";

#[cfg(test)]
mod tests {
    #[test]
    fn the_flow_is_sound() {
        assert_eq!(super::FLOW.wrong(), Vec::<String>::new());
    }
}
