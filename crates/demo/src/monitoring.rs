//! The monitoring of the demonstration: the tank yard and the paint shop of two enterprises of the town, with a day of readings, a limit that is
//! passed now, and a gateway that fell silent. While the demonstration runs, their gateways go on measuring.

use ::monitoring::{Given, Milli, Moment, Point, Reading, Sent, create, powers, take};
use caseflow::Acting;
use chrono::{DateTime, TimeDelta, Utc};
use db::{Exec, Tx};
use enterprise::Enterprise;
use kernel::{Actor, ActorKind, Clock, Grant, RegionCode, Role, Scope};
use web::{App, Problem};

use crate::{archive::rich, city::Dice};

/// A point: number, name, place, kind, limits (low, high, high high), the middle and the swing of what it measures.
type Own = (&'static str, &'static str, &'static str, &'static str, [Option<i64>; 3], (i64, i64));

/// What is watched, in thousandths.
const POINTS: &[Own] = &[
    ("TI-101", "1号储罐温度", "原料罐区", "temperature", [None, Some(40_000), Some(50_000)], (31_000, 6_000)),
    ("PI-101", "1号储罐压力", "原料罐区", "pressure", [None, Some(800), Some(1_000)], (420, 90)),
    ("LI-101", "1号储罐液位", "原料罐区", "level", [Some(500), Some(8_500), Some(9_200)], (5_200, 2_200)),
    ("GT-201", "调漆间可燃气体", "喷漆房", "combustible_gas", [None; 3], (4_000, 3_000)),
    ("FI-101", "卸料流量", "原料罐区", "flow", [None, Some(60_000), None], (18_000, 17_000)),
];

/// What the tank that grew warm measures from then on.
const WARM: (i64, i64) = (42_000, 800);

/// Minutes between two readings, and readings: a day.
const STEP: i64 = 2;
const READINGS: i64 = 720;

/// The safety officer of an enterprise.
fn of_firm(clock: &Clock, firm: &Enterprise) -> Result<Actor, Problem> {
    let grant = Grant {
        role: Role::Enterprise,
        region: RegionCode::parse(&firm.town)?,
        sectors: None,
        valid_from: clock.today(),
        valid_to: None,
        document: None,
    };
    let name = firm.safety_head.clone().unwrap_or_else(|| "安全员".into());
    Ok(Actor {
        kind: ActorKind::Enterprise,
        grants: vec![grant],
        enterprises: vec![(firm.city.clone(), firm.id)],
        ..Actor::system(&name)
    })
}

fn given(own: &Own, code: &str) -> Given {
    let (_, name, place, kind, [low, high, high_high], _) = own;
    Given {
        code: code.into(),
        name: (*name).into(),
        place: Some((*place).into()),
        hazard_unit: Some("原料罐区单元".into()),
        kind: (*kind).into(),
        low: low.map(Milli),
        high: high.map(Milli),
        high_high: high_high.map(Milli),
        basis: high.map(|_| "设计文件".into()),
        // nothing comes after the day: three days until they fall silent
        interval_s: Some(86_400),
        ..Given::default()
    }
}

fn reading(code: &str, at: DateTime<Utc>, value: i64) -> Reading {
    Reading { point: code.into(), at: Moment(Ok(at)), value: Sent(Ok(value)) }
}

/// A day of what a point measures: it swings slowly, and trembles.
fn day(dice: &mut Dice, code: &str, (middle, swing): (i64, i64), now: DateTime<Utc>) -> Vec<Reading> {
    let value = |step: i64, tremble: i64| {
        // up and down twice a day, in straight lines
        let wave = (step * 4 % (2 * READINGS) - READINGS).abs() * 2 - READINGS;
        middle + swing * wave / READINGS * 8 / 10 + swing * tremble / 500
    };
    let at = |step: i64| now - TimeDelta::minutes((READINGS - step) * STEP);
    let tremble = |dice: &mut Dice| i64::try_from(dice.below(200)).unwrap_or_default() - 100;
    (0..READINGS).map(|step| reading(code, at(step), value(step, tremble(dice)))).collect()
}

/// Enters the points and sends their readings, as a gateway would.
pub async fn make(tx: &mut Tx, clock: &Clock, records: &[Enterprise]) -> Result<(), Problem> {
    let law = law::in_force(&mut *tx, crate::CITY).await?;
    let now = clock.now();
    let mut dice = Dice(505);
    for (number, firm) in rich(records).take(2).enumerate() {
        let actor = of_firm(clock, firm)?;
        let scope = actor.may(&powers::READINGS)?;
        let by = Acting { clock, actor: &actor, law: &law };
        let mut readings = Vec::new();
        for own in POINTS {
            create(tx, by, firm, &given(own, own.0)).await?;
            // the second's are but begun
            if number == 0 {
                readings.extend(day(&mut dice, own.0, own.5, now));
            } else if own.3 != "flow" {
                readings.push(reading(own.0, now - TimeDelta::minutes(STEP), own.5.0));
            }
        }
        let video = Given {
            code: "V-1".into(),
            name: "罐区视频".into(),
            place: Some("原料罐区".into()),
            kind: "video".into(),
            link: Some("https://video.example/tank".into()),
            ..Given::default()
        };
        create(tx, by, firm, &video).await?;
        let silent = Given { interval_s: Some(60), ..given(&POINTS[0], "TI-102") };
        create(tx, by, firm, &Given { name: "2号储罐温度".into(), ..silent }).await?;
        readings.push(reading("TI-102", now - TimeDelta::hours(5), 30_200));
        if number == 0 {
            // the tank grows warm
            for (minutes, value) in [(1, 41_300), (0, 42_100)] {
                readings.push(reading("TI-101", now - TimeDelta::minutes(minutes), value));
            }
        }
        take(tx, clock, &actor, &scope, (&firm.city, firm.id), readings).await?;
    }
    Ok(())
}

/// What the gateways of the demonstration measure at this moment.
///
/// # Errors
/// Where the database fails.
pub async fn measure(app: &App) -> Result<(), Problem> {
    let now = app.clock.now();
    let whole = Scope::system(RegionCode::parse(crate::CITY)?);
    let sql = Point::select().push(" where city = ").arg(crate::CITY).push(" and in_use and code = ");
    let points: Vec<Point> = app.db.all(sql.arg("TI-101").push(" order by id limit 2")).await?;
    let mut dice = Dice(now.timestamp().unsigned_abs());
    for (number, point) in points.iter().enumerate() {
        let firm = enterprise::store::find(&app.db, &whole, &point.city, point.enterprise).await?;
        let actor = of_firm(&app.clock, &firm)?;
        let scope = actor.may(&powers::READINGS)?;
        let readings = POINTS.iter().map(|own| {
            let (middle, swing) = if number == 0 && own.0 == point.code { WARM } else { own.5 };
            // up and down in half an hour, in straight lines
            let wave = (now.timestamp() % 1_800 - 900).abs() * 2 - 900;
            let tremble = i64::try_from(dice.below(200)).unwrap_or_default() - 100;
            reading(own.0, now, middle + swing * wave / 900 * 7 / 10 + swing * tremble / 500)
        });
        let readings = readings.collect();
        let mut tx = app.db.begin().await?;
        take(&mut tx, &app.clock, &actor, &scope, (&firm.city, firm.id), readings).await?;
        tx.commit().await?;
    }
    Ok(())
}
