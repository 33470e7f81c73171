//! The way of a penalty. Deadlines are given with each step, for they follow from the day of service and the law of that day.

use caseflow::{Due, Escalation, Flow, Needs, STAYS, State, Step, Waits};
use kernel::{Power, Tier};

use crate::powers;

const fn step(
    (action, label): (&'static str, &'static str),
    from: &'static [&'static str],
    to: &'static str,
    power: &'static Power,
    (needs, due): (Needs, Due),
) -> Step {
    Step { action, label, from, to, power, needs, due }
}

const fn state(code: &'static str, label: &'static str, waits: Waits) -> State {
    State { code, label, waits }
}

const ISSUE: &Power = &powers::ISSUE_PENALTY;
const APPROVE: &Power = &powers::APPROVE_PENALTY;
const KEEP: (Needs, Due) = (Needs::NOTHING, Due::Keep);
/// The day is reckoned by `rules::legal_limit`, not asked for, wherever the law has one.
const GIVEN: (Needs, Due) = (Needs::DUE, Due::Given);
const END: (Needs, Due) = (Needs::REASON, Due::Clear);
/// Not decided yet.
const UNDECIDED: &[&str] = &["filing", "spot", "investigating", "review", "approval", "approved"];

/// From filing to closing, or on the spot.
pub const FLOW: Flow = Flow {
    kind: "penalty",
    label: "行政处罚",
    mark: "CF",
    page: "/penalties",
    states: &[
        state("filing", "待立案审批", Waits::Officer),
        state("spot", "待当场决定", Waits::Officer),
        state("investigating", "调查取证", Waits::Officer),
        state("review", "待审议告知", Waits::Officer),
        state("told", "陈述申辩期", Waits::Enterprise),
        state("hearing", "听证", Waits::Officer),
        state("approval", "待呈批", Waits::Officer),
        state("approved", "待作出决定", Waits::Officer),
        state("decided", "待送达", Waits::Officer),
        state("served", "待履行结案", Waits::Enterprise),
        state("closed", "已结案", Waits::Nobody),
        state("dropped", "不予立案", Waits::Nobody),
    ],
    starts: &["filing", "spot"],
    steps: &[
        step(("amend", "修改案情"), UNDECIDED, STAYS, &powers::UPDATE_PENALTY, KEEP),
        step(("file", "批准立案"), &["filing"], "investigating", APPROVE, GIVEN),
        step(("drop", "不予立案"), &["filing", "spot"], "dropped", &powers::RETURN_PENALTY, END),
        step(("inquire", "询问"), &["investigating"], STAYS, ISSUE, KEEP),
        step(("report", "提交调查报告"), &["investigating"], "review", ISSUE, KEEP),
        step(
            ("return", "退回补充调查"),
            &["review", "approval", "approved"],
            "investigating",
            &powers::RETURN_PENALTY,
            (Needs::REASON, Due::Keep),
        ),
        step(("discuss", "集体讨论"), &["review"], STAYS, ISSUE, KEEP),
        step(("tell", "告知"), &["review", "told", "approval", "approved"], "told", ISSUE, GIVEN),
        step(("hand_over", "送达告知书"), &["told"], STAYS, &powers::SERVE_PENALTY, GIVEN),
        step(("state", "陈述申辩"), &["told"], STAYS, ISSUE, KEEP),
        step(("waive", "放弃陈述申辩和听证"), &["told"], "approval", &powers::PENALTY_STEP, GIVEN),
        step(("lapse", "期满转呈批"), &["told"], "approval", &powers::PENALTY_STEP, GIVEN),
        step(("ask_hearing", "申请听证"), &["told"], "hearing", &powers::PENALTY_STEP, GIVEN),
        step(("notify_hearing", "通知听证"), &["hearing"], STAYS, ISSUE, GIVEN),
        step(("record_hearing", "听证笔录"), &["hearing"], STAYS, ISSUE, KEEP),
        step(("hear", "听证结束"), &["hearing"], "approval", ISSUE, GIVEN),
        step(("approve", "批准处罚"), &["approval"], "approved", APPROVE, GIVEN),
        step(
            ("extend", "延长办案期限"),
            &["investigating", "review", "approval", "approved"],
            STAYS,
            APPROVE,
            (Needs::REASON_AND_DUE, Due::Given),
        ),
        step(("acquit", "不予处罚"), &["review", "approval"], "closed", &powers::RETURN_PENALTY, END),
        step(("decide", "作出决定"), &["approved"], "decided", ISSUE, GIVEN),
        step(("decide_spot", "当场处罚"), &["spot"], "served", ISSUE, GIVEN),
        step(("serve", "送达决定书"), &["decided"], "served", ISSUE, GIVEN),
        step(("pay", "登记缴款"), &["served"], STAYS, &powers::PENALTY_STEP, KEEP),
        step(("close", "结案"), &["served"], "closed", APPROVE, (Needs::NOTHING, Due::Clear)),
    ],
    escalation: &[
        Escalation { overdue_days: 10, tier: Tier::County },
        Escalation { overdue_days: 30, tier: Tier::City },
    ],
};

/// The step that issuing a form is; none for a form that belongs to no penalty.
pub(crate) fn action(form: &str) -> Option<&'static str> {
    Some(match form {
        "filing" => "file",
        "inquiry_notice" | "inquiry_record" | "survey_record" => "inquire",
        "investigation_report" => "report",
        "panel_record" => "discuss",
        "penalty_notice" | "hearing_right_notice" => "tell",
        "statement_record" => "state",
        "hearing_notice" => "notify_hearing",
        "hearing_record" => "record_hearing",
        "hearing_report" => "hear",
        "case_approval" => "approve",
        "case_extension" => "extend",
        "penalty_decision_unit" | "penalty_decision_person" => "decide",
        "on_spot_decision_unit" | "on_spot_decision_person" => "decide_spot",
        "service_receipt" => "serve",
        "closing_approval" => "close",
        _ => return None,
    })
}

/// Whether a step is a leader's to approve.
pub(crate) fn is_approval(action: &str) -> bool {
    approvals(action).is_some()
}

/// The form by which a leader approves a step.
pub(crate) fn approvals(action: &str) -> Option<&'static str> {
    let form = match action {
        "file" => "filing",
        "approve" => "case_approval",
        "extend" => "case_extension",
        "close" => "closing_approval",
        _ => return None,
    };
    Some(form)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_penalty_waits_for_a_leader_to_file_and_to_approve_it() {
        let states: Vec<&str> = FLOW.of_leaders().map(|own| own.code).collect();
        assert_eq!(states, ["filing", "approval"]);
        for step in FLOW.steps.iter().filter(|step| is_approval(step.action)) {
            assert_eq!(step.power.operation, APPROVE.operation);
            assert_eq!(approvals(step.action).and_then(action), Some(step.action));
        }
    }
}
