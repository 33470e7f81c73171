//! The hidden dangers of the demonstration: some dozens in every state, of the enterprises with a rich archive and of some elsewhere.

use caseflow::{Acting, Case};
use chrono::Days;
use danger::{Danger, Found, Listing, Mended, Plan, Recheck, report};
use db::Tx;
use enterprise::Enterprise;
use kernel::{Actor, ActorKind, Clock, Grant, RegionCode, Role};
use uuid::Uuid;
use web::Problem;

use crate::{archive::rich, city::Dice, people::TOWN};

/// What is seen in workshops: place, what it is, what is asked for, category, whether it needs a stop.
const SEEN: &[(&str, &str, &str, &str, bool)] = &[
    ("一楼注塑车间", "配电箱前堆放塑料原料，安全通道被堵塞", "清理通道，划线标示，保持常年畅通", "15", false),
    ("二楼包装车间", "灭火器压力不足，2 具已过检验期", "送检或者更换，建立点检记录", "16", false),
    ("成品仓库", "货物堆放过高，距喷淋头不足 50 厘米", "降低堆高，标示限高线", "15", false),
    ("冲压车间", "冲床双手按钮被短接，安全装置失效", "恢复双手按钮，未恢复前停止使用", "17", true),
    ("办公楼楼梯间", "应急照明灯损坏，疏散指示不亮", "更换并每月试验", "16", false),
    ("喷漆房", "通风设备停用，可燃气体报警器未投入使用", "恢复通风和报警，经检测合格后使用", "17", true),
    ("厂区大门", "没有设置安全警示标志", "按规定设置标志", "14", false),
    ("安全办", "新员工三级安全教育记录不全", "补做培训，完善一人一档", "4", false),
];

/// Who is responsible in each town: region, account, name.
type Officers = [(String, Uuid, String)];

/// An officer at work.
fn at_work(clock: &Clock, (region, id, name): &(String, Uuid, String)) -> Result<Actor, Problem> {
    let grant = Grant {
        role: Role::Officer,
        region: RegionCode::parse(region)?,
        sectors: None,
        valid_from: clock.today(),
        valid_to: None,
        document: None,
    };
    Ok(Actor { account: *id, kind: ActorKind::Officer, grants: vec![grant], ..Actor::system(name) })
}

/// Enters the dangers, and takes some of them on: put right, struck off, planned and listed.
pub async fn make(
    tx: &mut Tx,
    clock: &Clock,
    records: &[Enterprise],
    officers: &Officers,
) -> Result<(), Problem> {
    let law = law::in_force(&mut *tx, crate::CITY).await?;
    let mut dice = Dice(77);
    let elsewhere = records.iter().filter(|row| row.town != TOWN && row.status == "normal").step_by(67);
    for (at, firm) in rich(records).chain(elsewhere.take(40)).enumerate() {
        let covers = officers.iter().filter(|(region, _, _)| firm.town.starts_with(region.as_str()));
        // the nearest office deals with it; a county may list it too
        let Some(own) = covers.clone().max_by_key(|(region, _, _)| region.len()) else { continue };
        let above = covers.min_by_key(|(region, _, _)| region.len()).unwrap_or(own);
        let (actor, county) = (at_work(clock, own)?, at_work(clock, above)?);
        let by = Acting { clock, actor: &actor, law: &law };
        for more in 0..=u64::from(at % 3 == 0) {
            let seen = SEEN[(at + more as usize * 3) % SEEN.len()];
            let mut found = found(clock, &mut dice, seen, own.1);
            let ago = |days| clock.today().checked_sub_days(Days::new(days)).unwrap_or(clock.today());
            if (at, more) == (1, 0) {
                (found.found_on, found.due_on) = (ago(40), Some(ago(10)));
            }
            let (case, row) = report(tx, by, firm, found).await?;
            let above = Acting { actor: &county, ..by };
            if seen.3 == "16" {
                let content = format!("{}{}：{}。请依职责查处，并反馈结果。", firm.name, seen.0, seen.1);
                let answer = clock.today().checked_add_days(Days::new(dice.between(3, 20)));
                let told = ("区消防救援大队".to_string(), content, answer);
                danger::tell_department(tx, by, (firm, &case, &row), told).await?;
            }
            // the second is late, the stamping press of the fourth is listed, the fifth is struck off: the town has one of each
            let lot = match (at, more) {
                (1, 0) => 0,
                (3, 0) => 1,
                (4, 0) => 5,
                _ => dice.below(6),
            };
            live(tx, (by, above), (case, row), lot).await?;
        }
    }
    Ok(())
}

fn found(clock: &Clock, dice: &mut Dice, seen: (&str, &str, &str, &str, bool), officer: Uuid) -> Found {
    let (place, description, requirement, category, stop) = seen;
    let ago = dice.between(1, 60);
    let found_on = clock.today().checked_sub_days(Days::new(ago)).unwrap_or(clock.today());
    Found {
        source: dice.pick(&["inspection", "inspection", "self_check", "tip_off", "higher_tier"]).into(),
        found_on,
        category: Some(category.into()),
        place: place.into(),
        description: description.into(),
        requirement: Some(requirement.into()),
        fixable_at_once: Some(!stop),
        needs_stop: Some(stop),
        beyond_own_power: Some(false),
        stop: if stop { "part" } else { "none" }.into(),
        due_on: found_on.checked_add_days(Days::new(dice.between(7, 90))),
        officer: Some(officer),
        ..Found::default()
    }
}

/// What became of it: of six, two wait to be put right, two to be looked at again, two are struck off; a major one is planned, and
/// now and then listed.
async fn live(
    tx: &mut Tx,
    (by, above): (Acting<'_>, Acting<'_>),
    (mut case, mut row): (Case, Danger),
    lot: u64,
) -> Result<(), Problem> {
    let today = by.clock.today();
    let later = today.checked_add_days(Days::new(40)).unwrap_or(today);
    if case.severity == "major" && lot > 0 {
        let plan = Plan {
            person: "厂长".into(),
            measures: "停用该设备，请厂家改造，经检测合格后恢复使用".into(),
            funds: 3_000_000,
            on: later,
            emergency: "改造期间断电挂牌，专人看守；按现场处置方案处理".into(),
        };
        (case, row) = danger::plan(tx, by, (&case, &row), plan).await?;
        if lot == 1 {
            let listing = Listing {
                tier: "county".into(),
                document: None,
                due_on: Some(later),
                reason: "安全装置失效，停产范围大".into(),
            };
            danger::supervise(tx, above, (&case, &row), listing).await?;
            return Ok(());
        }
    }
    if lot < 2 {
        return Ok(());
    }
    let mended = Mended {
        on: today,
        text: "已按要求整改，附整改后照片".into(),
        funds_spent: Some(120_000),
        acceptance: if case.severity == "major" { "expert" } else { "self" }.into(),
        accepted_by: "安全主任".into(),
    };
    (case, row) = danger::mend(tx, by, (&case, &row), mended).await?;
    if lot > 3 {
        let recheck = Recheck { passed: true, text: "现场复查，已整改到位".into(), due_on: None };
        danger::recheck(tx, by, (&case, &row), recheck).await?;
    }
    Ok(())
}
