//! Inspection plans of the demonstration: approved and drawn by lot for every bureau and for the town in which people sign in, so that a
//! county's plan and the town's meet at some enterprises; the bureau of the city still has to approve the plan of next year.

use audit::Action;
use chrono::Datelike;
use db::{Exec, Json, Tx};
use inspection::{
    Visit,
    plan::{Drawing, Plan, PlanLine, done, draw},
};
use kernel::{Actor, Clock, RegionCode, Scope};
use region::Agency;
use serde_json::json;
use uuid::Uuid;
use web::Problem;

use crate::{city::CITY, people::TOWN};

/// Enters the plans, draws their lines, and ticks off what visits did.
pub async fn make(
    tx: &mut Tx,
    clock: &Clock,
    system: &Actor,
    agencies: &[Agency],
    visits: &[Visit],
) -> Result<(), Problem> {
    let year = i64::from(clock.today().year());
    let law = law::in_force(&mut *tx, CITY).await?;
    for office in
        agencies.iter().filter(|own| own.kind == "bureau" || own.kind == "town_office" && own.town == TOWN)
    {
        let plan = plan(clock, system, office, year, lines(office), "approved");
        write(tx, clock, system, &plan).await?;
        let scope = Scope::system(RegionCode::parse(&office.town)?);
        for line in &plan.lines() {
            let seed = format!("演示/{}/{}", office.town, line.code);
            let own = Drawing { plan: &plan, line, seed };
            draw(tx, (clock, system), &law, &scope, own).await?;
        }
        if office.town == CITY {
            write(
                tx,
                clock,
                system,
                &self::plan(clock, system, office, year + 1, lines(office), "submitted"),
            )
            .await?;
        }
    }
    for visit in visits {
        done(tx, clock, system, visit).await?;
    }
    Ok(())
}

/// The worst grade as a whole, and some of the others by lot.
fn lines(office: &Agency) -> Vec<PlanLine> {
    let line = |code, name: &str, sector: Option<&str>, grade: Option<&str>, number| PlanLine {
        code,
        name: name.into(),
        region: office.town.clone(),
        sector: sector.map(str::to_string),
        grade: grade.map(str::to_string),
        number,
        from_month: 1,
        to_month: 12,
        times: 1,
    };
    match office.town.len() {
        4 => vec![line(1, "危险化学品企业随机抽查", Some("hazardous_chemicals"), None, Some(15))],
        6 => vec![
            line(1, "D 级企业重点检查", None, Some("D"), Some(20)),
            line(2, "一般企业随机抽查", None, None, Some(30)),
        ],
        _ => vec![
            line(1, "D 级企业全覆盖", None, Some("D"), None),
            line(2, "一般企业随机抽查", None, None, Some(24)),
        ],
    }
}

fn plan(
    clock: &Clock,
    system: &Actor,
    office: &Agency,
    year: i64,
    lines: Vec<PlanLine>,
    state: &str,
) -> Plan {
    let now = clock.now();
    let approved = state == "approved";
    Plan {
        city: office.city.clone(),
        id: Uuid::now_v7(),
        town: office.town.clone(),
        agency: office.id,
        year,
        name: format!("{}{year}年度安全生产监督检查计划", office.name),
        state: state.into(),
        lines: Json(json!(lines)),
        note: None,
        returned_reason: None,
        approved_at: approved.then_some(now),
        approved_by_name: approved.then(|| system.name.clone()),
        created_at: now,
        created_by: system.account,
        updated_at: now,
        updated_by: system.account,
        version: 1,
    }
}

async fn write(tx: &mut Tx, clock: &Clock, system: &Actor, plan: &Plan) -> Result<(), Problem> {
    tx.run(plan.insert()).await?;
    let after = json!({"year": plan.year, "state": plan.state, "lines": plan.lines.0});
    audit::record(tx, clock, system, plan.entry(Action::Create, &plan.name, after, None)).await?;
    Ok(())
}
