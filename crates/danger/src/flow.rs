//! The life of a hidden danger.

use caseflow::{Due, Escalation, Flow, Needs, STAYS, State, Step, Waits};
use kernel::Tier;

use crate::powers;

const OPEN: &[&str] = &["mending", "deferral", "mended"];

/// From found to struck off. The recheck after a report within ten days: 总局令第16号第二十三条 (from memory); the other terms are the office's.
pub const FLOW: Flow = Flow {
    kind: "danger",
    label: "隐患",
    mark: "YH",
    page: "/dangers",
    states: &[
        State { code: "mending", label: "整改中", waits: Waits::Enterprise },
        State { code: "deferral", label: "延期待审批", waits: Waits::Officer },
        State { code: "mended", label: "待复查", waits: Waits::Officer },
        State { code: "closed", label: "已销号", waits: Waits::Nobody },
        State { code: "withdrawn", label: "已撤销", waits: Waits::Nobody },
    ],
    starts: &["mending"],
    steps: &[
        Step {
            action: "amend",
            label: "修改登记",
            from: OPEN,
            to: STAYS,
            power: &powers::AMEND,
            needs: Needs::REASON,
            due: Due::Keep,
        },
        Step {
            action: "plan",
            label: "填报治理方案",
            from: &["mending"],
            to: STAYS,
            power: &powers::PLAN,
            needs: Needs::NOTHING,
            due: Due::Keep,
        },
        Step {
            action: "order",
            label: "责令限期整改",
            from: &["mending"],
            to: STAYS,
            power: &powers::AMEND,
            needs: Needs::DUE,
            due: Due::Given,
        },
        Step {
            action: "mend",
            label: "报告整改完成",
            from: &["mending"],
            to: "mended",
            power: &powers::MEND,
            needs: Needs::NOTHING,
            due: Due::Days {
                days: 10, basis: "总局令第16号第二十三条（凭记忆，使用前请核对）"
            },
        },
        Step {
            action: "defer",
            label: "申请延期",
            from: &["mending"],
            to: "deferral",
            power: &powers::DEFER,
            needs: Needs::REASON,
            due: Due::WorkingDays { days: 5, basis: "本机关内部办理时限" },
        },
        Step {
            action: "grant",
            label: "同意延期",
            from: &["deferral"],
            to: "mending",
            power: &powers::DECIDE,
            needs: Needs::DUE,
            due: Due::Given,
        },
        Step {
            action: "refuse",
            label: "不同意延期",
            from: &["deferral"],
            to: "mending",
            power: &powers::DECIDE,
            needs: Needs::REASON_AND_DUE,
            due: Due::Given,
        },
        Step {
            action: "pass",
            label: "复查合格、销号",
            from: &["mended"],
            to: "closed",
            power: &powers::RECHECK,
            needs: Needs::NOTHING,
            due: Due::Clear,
        },
        Step {
            action: "fail",
            label: "复查不合格、退回整改",
            from: &["mended"],
            to: "mending",
            power: &powers::RECHECK,
            needs: Needs::REASON_AND_DUE,
            due: Due::Given,
        },
        Step {
            action: "supervise",
            label: "挂牌督办",
            from: OPEN,
            to: STAYS,
            power: &powers::SUPERVISE,
            needs: Needs::REASON_AND_DUE,
            due: Due::Given,
        },
        Step {
            action: "release",
            label: "解除挂牌督办",
            from: &["mending", "deferral", "mended", "closed"],
            to: STAYS,
            power: &powers::RELEASE,
            needs: Needs::REASON,
            due: Due::Keep,
        },
        Step {
            action: "reopen",
            label: "重新立案",
            from: &["closed", "withdrawn"],
            to: "mending",
            power: &powers::REOPEN,
            needs: Needs::REASON_AND_DUE,
            due: Due::Given,
        },
        Step {
            action: "withdraw",
            label: "撤销登记",
            from: OPEN,
            to: "withdrawn",
            power: &powers::WITHDRAW,
            needs: Needs::REASON,
            due: Due::Clear,
        },
    ],
    escalation: &[
        Escalation { overdue_days: 7, tier: Tier::County },
        Escalation { overdue_days: 30, tier: Tier::City },
    ],
};
