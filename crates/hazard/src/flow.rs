//! The way of a filing (备案) or of its striking off (核销) at the county.

use caseflow::{Due, Escalation, Flow, Needs, State, Step, Waits};
use kernel::Tier;

use crate::powers;

/// Terms: the county's of taking it on is the office's own; of deciding, 安监总局令第40号 article 28 says 30 days (from memory).
pub const FLOW: Flow = Flow {
    kind: "hazard_filing",
    label: "重大危险源备案",
    mark: "ZB",
    page: "/hazard-filings",
    states: &[
        State { code: "submitted", label: "待受理", waits: Waits::Officer },
        State { code: "accepted", label: "审查中", waits: Waits::Officer },
        State { code: "returned", label: "待补正", waits: Waits::Enterprise },
        State { code: "done", label: "已办结", waits: Waits::Nobody },
        State { code: "withdrawn", label: "已撤回", waits: Waits::Nobody },
    ],
    starts: &["submitted"],
    steps: &[
        Step {
            action: "accept",
            label: "受理",
            from: &["submitted"],
            to: "accepted",
            power: &powers::ACCEPT,
            needs: Needs::NOTHING,
            due: Due::Days {
                days: 30, basis: "安监总局令第40号第二十八条（凭记忆，使用前请核对）"
            },
        },
        Step {
            action: "return",
            label: "退回补正",
            from: &["submitted", "accepted"],
            to: "returned",
            power: &powers::RETURN,
            needs: Needs::REASON,
            due: Due::WorkingDays { days: 15, basis: "本机关内部办理时限" },
        },
        Step {
            action: "resubmit",
            label: "补正后再报",
            from: &["returned"],
            to: "submitted",
            power: &powers::RESUBMIT,
            needs: Needs::NOTHING,
            due: SUBMITTED,
        },
        Step {
            action: "decide",
            label: "办结",
            from: &["accepted"],
            to: "done",
            power: &powers::DECIDE,
            needs: Needs::NOTHING,
            due: Due::Clear,
        },
        Step {
            action: "withdraw",
            label: "撤回",
            from: &["submitted", "accepted", "returned"],
            to: "withdrawn",
            power: &powers::WITHDRAW,
            needs: Needs::REASON,
            due: Due::Clear,
        },
    ],
    escalation: &[Escalation { overdue_days: 15, tier: Tier::City }],
};

/// The county says within that time whether it takes it on.
pub const SUBMITTED: Due = Due::WorkingDays { days: 5, basis: "本机关内部办理时限" };
