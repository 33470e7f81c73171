//! Every kind of case: its table holds what was promised of it, and a walk by dice over HTTP finds no way around the table.

mod alarm;
mod danger;
mod filing;
mod notice;
mod penalty;
mod table;

use std::collections::BTreeSet;

use axum::http::StatusCode;
use caseflow::{Case, Flow, Waits};
use kernel::Role;
use serde_json::Value;
use testkit::{Client, PASSWORD, Server};
use uuid::Uuid;

/// A request for a step.
struct Asked<'c> {
    who: &'c Client<'c>,
    method: &'static str,
    url: String,
    body: Value,
}

/// A request by `POST`.
fn post<'c>(who: &'c Client<'c>, url: String, body: Value) -> Asked<'c> {
    Asked { who, method: "POST", url, body }
}

/// A kind of case that is walked.
trait Walked {
    const FLOW: &'static Flow;
    /// How many cases are walked, and how far each.
    const LENGTH: (u64, usize);
    /// What the area itself may find wrong with a step that the table allows.
    const OWN_RULES: &'static [&'static str];
    /// Steps that nobody asks for: they follow from what is done elsewhere.
    const NOT_ASKED: &'static [&'static str];
    /// Opens a case.
    async fn begin(&mut self, round: u64) -> Uuid;
    /// How the step of that action is asked for, of whoever may take it.
    async fn ask(&mut self, case: &Case, action: &str) -> Asked<'_>;
}

struct Dice(u64);

impl Dice {
    fn roll(&mut self, below: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        ((self.0 >> 33) % below as u64) as usize
    }
}

/// The case as it stands: whatever is open has a deadline and somebody responsible, and its steps make the row again.
async fn sound(server: &Server, flow: &Flow, id: Uuid) -> Case {
    let scope = kernel::Scope::system(kernel::RegionCode::parse("4405").unwrap());
    let case = caseflow::store::find(&server.app.db, &scope, "4405", id).await.unwrap();
    let state = flow.state(&case.state).unwrap_or_else(|| panic!("{} is no state", case.state));
    assert_eq!(case.waits, state.waits.code());
    let open = state.waits != Waits::Nobody;
    assert_eq!(open, case.due_on.is_some(), "an open case has a deadline: {case:?}");
    assert_eq!(open, case.closed_on.is_none(), "{case:?}");
    assert!(!open || case.officer.is_some() || case.agency.is_some(), "somebody is responsible: {case:?}");
    let events = caseflow::store::events(&server.app.db, &case).await.unwrap();
    let numbers: Vec<i64> = events.iter().map(|event| event.seq).collect();
    assert_eq!(numbers, (1..=case.events).collect::<Vec<_>>(), "no step is missing");
    let made = caseflow::replay(&events);
    let row = case.document();
    for (name, value) in made.as_object().unwrap() {
        assert_eq!(value, &row[name], "{name} of {row}");
    }
    case
}

/// Walks by dice through every step, allowed or not, by whoever may and by somebody who may not: none that is not in the table is taken,
/// and by the end each that can be asked for was.
async fn walk<W: Walked>(server: &Server, mut own: W) {
    let flow = W::FLOW;
    let asked = |action: &&str| !W::NOT_ASKED.contains(action);
    let actions: BTreeSet<&str> = flow.steps.iter().map(|step| step.action).filter(asked).collect();
    let all: Vec<&str> = actions.iter().copied().collect();
    let mut stranger = server.person(Role::Audit, "4405", None).await;
    let mut dice = Dice(7);
    let mut taken: BTreeSet<&str> = BTreeSet::new();
    for round in 0..W::LENGTH.0 {
        let id = own.begin(round).await;
        let mut case = sound(server, flow, id).await;
        for _ in 0..W::LENGTH.1 {
            let legal: Vec<&str> =
                flow.steps_from(&case.state).map(|step| step.action).filter(asked).collect();
            // rather what was not taken yet, now and then what may not be
            let fresh: Vec<&str> = legal.iter().copied().filter(|action| !taken.contains(action)).collect();
            let from = match dice.roll(4) {
                0 => &all,
                1 | 2 if !fresh.is_empty() => &fresh,
                _ if legal.is_empty() => &all,
                _ => &legal,
            };
            let action = from[dice.roll(from.len())];
            let Asked { who, method, url, body } = own.ask(&case, action).await;
            case = sound(server, flow, id).await;
            if dice.roll(6) == 0 {
                if stranger.get("/api/session").await.0 == StatusCode::UNAUTHORIZED {
                    stranger = server.sign_in("audit-4405", PASSWORD).await;
                }
                let status = stranger.send(method, &url, body.clone(), None).await.0;
                assert_eq!(status, StatusCode::FORBIDDEN, "{action} is not for everybody");
                assert_eq!(sound(server, flow, id).await.document(), case.document());
            }
            let (status, answer) = who.send(method, &url, body, None).await;
            let after = sound(server, flow, id).await;
            let told = format!("{action} of {}: {status} {answer}", case.state);
            if after.events == case.events {
                assert_eq!(after.document(), case.document(), "nothing without a step: {told}");
                let coded = |codes: &[&str]| codes.iter().any(|code| answer.to_string().contains(code));
                if legal.contains(&action) {
                    assert!(status.is_client_error() && coded(W::OWN_RULES), "{told}");
                } else {
                    let refused = matches!(status, StatusCode::CONFLICT | StatusCode::FORBIDDEN);
                    assert!(
                        refused || status == StatusCode::UNPROCESSABLE_ENTITY && coded(W::OWN_RULES),
                        "{told}"
                    );
                }
                continue;
            }
            assert!(status.is_success(), "{told}");
            assert_eq!(after.events, case.events + 1, "one request is one step: {told}");
            let events = caseflow::store::events(&server.app.db, &after).await.unwrap();
            let event = events.last().unwrap();
            let step =
                flow.step(&event.action, &case.state).unwrap_or_else(|| panic!("no such step: {told}"));
            let to = if step.to == caseflow::STAYS { case.state.as_str() } else { step.to };
            assert_eq!((event.from_state.as_deref(), after.state.as_str()), (Some(case.state.as_str()), to));
            taken.insert(step.action);
            case = after;
        }
    }
    let never: Vec<_> = actions.difference(&taken).collect();
    assert_eq!(never, Vec::<&&str>::new(), "steps of {} that no walk took", flow.kind);
}
