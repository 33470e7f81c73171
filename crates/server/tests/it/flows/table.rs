//! The tables of the flows alone, every kind.

use caseflow::{Acting, Due, Flow, STAYS, Severity, Taken, Waits, decide};
use chrono::{Duration, TimeZone, Utc};
use kernel::{Actor, Clock, Grant, Role};
use proptest::prelude::*;
use rules::Law;

use super::*;

#[test]
fn every_flow_is_sound() {
    for flow in server::FLOWS {
        assert_eq!(flow.wrong(), Vec::<String>::new());
    }
}

/// Whoever has to act is told by the table: from each open state somebody may take a step on, and where it is the enterprise's turn or an
/// officer's, one of that side or who supervises it.
#[test]
fn in_every_open_state_somebody_may_take_it_on() {
    for flow in server::FLOWS {
        for state in flow.states.iter().filter(|state| state.waits != Waits::Nobody) {
            let on = flow.steps_from(state.code).filter(|step| step.to != STAYS && step.to != state.code);
            let roles: Vec<Role> =
                on.flat_map(|step| step.power.allow.iter().map(|(role, _)| *role)).collect();
            let waited_for = [Role::Officer, Role::Leader];
            let by = roles.iter().any(|role| waited_for.contains(role));
            assert!(by, "{}: nobody takes it out of {}: {roles:?}", flow.kind, state.code);
        }
    }
}

fn everybody() -> Actor {
    let day = chrono::NaiveDate::from_ymd_opt(2020, 1, 1).unwrap();
    let grant = |role: &Role| Grant {
        role: *role,
        region: kernel::RegionCode::parse("4405").unwrap(),
        sectors: None,
        valid_from: day,
        valid_to: None,
        document: None,
    };
    Actor { grants: Role::ALL.iter().map(grant).collect(), ..Actor::system("众人") }
}

fn begun(flow: &Flow, state: &str, clock: &Clock) -> Case {
    let at = clock.now();
    Case {
        city: "4405".into(),
        id: Uuid::nil(),
        town: "440515102".into(),
        sector: String::new(),
        ownership: None,
        kind: flow.kind.into(),
        number: "1".into(),
        title: "事项".into(),
        enterprise: None,
        enterprise_name: String::new(),
        agency: Some(Uuid::nil()),
        officer: None,
        officer_name: String::new(),
        state: state.into(),
        severity: Severity::General.code().into(),
        waits: flow.state(state).unwrap().waits.code().into(),
        due_on: Some(clock.today()),
        due_basis: None,
        tier: "town".into(),
        escalated_on: None,
        opened_on: clock.today(),
        closed_on: None,
        term_on: Some(clock.today()),
        events: 1,
        created_at: at,
        created_by: Uuid::nil(),
        updated_at: at,
        updated_by: Uuid::nil(),
        version: 1,
    }
}

proptest! {
    /// Any steps of any kind in any order, with and without what they ask for, by who may and who may not: exactly those that the table
    /// declares are taken, each to where it says; whatever is open keeps a deadline and who is responsible, whatever has ended has none.
    #[test]
    fn only_declared_steps_are_taken_and_whatever_is_open_has_a_deadline(
        kind in 0..server::FLOWS.len(),
        start in any::<prop::sample::Index>(),
        steps in prop::collection::vec((any::<prop::sample::Index>(), any::<bool>(), prop::option::of(-3i64..90), 0u8..8, 0i64..40), 1..60),
    ) {
        let flow = server::FLOWS[kind];
        let clock = Clock::fixed(Utc.with_ymd_and_hms(2026, 3, 2, 1, 0, 0).unwrap());
        let (everybody, nobody) = (everybody(), Actor::system("无权者"));
        let mut case = begun(flow, flow.starts[start.index(flow.starts.len())], &clock);
        for (which, says_why, due_in, who, days) in steps {
            clock.advance(Duration::days(days));
            let today = clock.today();
            let action = flow.steps[which.index(flow.steps.len())].action;
            let taken = Taken {
                reason: says_why.then(|| "原因".into()),
                due_on: due_in.map(|days| today + Duration::days(days)),
                ..Taken::default()
            };
            let actor = if who == 0 { &nobody } else { &everybody };
            let by = Acting { clock: &clock, actor, law: Law::national() };
            let declared = flow.step(action, &case.state);
            let answer = decide(by, flow, &case, action, &taken);
            let Some(step) = declared.filter(|_| who != 0) else {
                let status = answer.err().map(|problem| StatusCode::from_u16(problem.status).unwrap());
                prop_assert_eq!(status, Some(if who == 0 { StatusCode::FORBIDDEN } else { StatusCode::CONFLICT }));
                continue;
            };
            let day_told = step.due != Due::Given || due_in.is_some_and(|days| days >= 0);
            prop_assert_eq!(answer.is_ok(), day_told && (says_why || !step.needs.reason), "{} of {}", action, case.state);
            let Ok((_, after)) = answer else { continue };
            prop_assert_eq!(after.state.as_str(), if step.to == STAYS { case.state.as_str() } else { step.to });
            let waits = flow.state(&after.state).unwrap().waits;
            let open = waits != Waits::Nobody;
            prop_assert_eq!(after.waits.as_str(), waits.code());
            prop_assert_eq!((open, open), (after.due_on.is_some(), after.closed_on.is_none()));
            prop_assert_eq!((after.agency, after.officer, &after.number), (case.agency, case.officer, &case.number));
            case = after;
        }
    }
}
