//! The flows as a page of the handbook: a picture of each, and its steps in a table. Made from the code, so that it cannot lie.

use std::fmt::Write;

use kernel::Power;

use crate::flow::{Due, Flow, STAYS, Step, Waits};

/// The page: Markdown with a Mermaid picture for each flow.
pub fn handbook(flows: &[&Flow]) -> String {
    let mut page = String::from(
        "# 事项怎样流转\n\n本页由程序生成（`anjian cases`），与系统实际执行的流程一致：不在表中的步骤，系统不会办理。\n",
    );
    for flow in flows {
        // writing to a text cannot fail
        let _ = write!(page, "\n## {}\n\n```mermaid\nstateDiagram-v2\n{}```\n\n", flow.label, picture(flow));
        page.push_str("| 步骤 | 从 | 到 | 谁可以办 | 须写明 | 之后的期限 |\n|---|---|---|---|---|---|\n");
        for step in flow.steps {
            let from: Vec<&str> = step.from.iter().map(|code| flow.state_label(code)).collect();
            let to = if step.to == STAYS { "不变" } else { flow.state_label(step.to) };
            let _ = writeln!(
                page,
                "| {} | {} | {to} | {} | {} | {} |",
                step.label,
                from.join("、"),
                who(step.power),
                needs(step),
                due(step.due)
            );
        }
        for rule in flow.escalation {
            let _ =
                write!(page, "\n逾期 {} 天仍未办结的，提请{}督促。\n", rule.overdue_days, rule.tier.label());
        }
    }
    page
}

fn picture(flow: &Flow) -> String {
    let mut text = String::new();
    for state in flow.states {
        let turn = match state.waits {
            Waits::Enterprise => "（企业）",
            Waits::Officer => "（监管）",
            Waits::Nobody => "",
        };
        let _ = writeln!(text, "    state \"{}{turn}\" as {}", state.label, state.code);
    }
    for start in flow.starts {
        let _ = writeln!(text, "    [*] --> {start}");
    }
    for step in flow.steps.iter().filter(|step| step.to != STAYS) {
        for from in step.from {
            let _ = writeln!(text, "    {from} --> {} : {}", step.to, step.label);
        }
    }
    for state in flow.states.iter().filter(|state| state.waits == Waits::Nobody) {
        let _ = writeln!(text, "    {} --> [*]", state.code);
    }
    text
}

fn who(power: &Power) -> String {
    let mut roles: Vec<&str> = power.allow.iter().map(|(role, _)| role.label()).collect();
    roles.dedup();
    roles.join("、")
}

fn needs(step: &Step) -> &'static str {
    match (step.needs.reason, step.needs.due) {
        (true, true) => "原因、期限",
        (true, false) => "原因",
        (false, true) => "期限",
        (false, false) => "—",
    }
}

fn due(due: Due) -> String {
    match due {
        Due::Keep => "不变".into(),
        Due::Given => "办理时填写".into(),
        Due::Days { days, basis } => format!("{days} 日（{basis}）"),
        Due::WorkingDays { days, basis } => format!("{days} 个工作日（{basis}）"),
        Due::Clear => "办结".into(),
    }
}
