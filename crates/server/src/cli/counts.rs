//! `anjian check counts`: every number that writes keep, against a full recount.

use std::process::ExitCode;

use db::Db;

/// How many wrong numbers of a kind are named.
const NAMED: usize = 20;

/// Compares all, names what is wrong by kind and division, and makes all anew where that is asked for.
pub(super) async fn run(db: &Db, rebuild: bool) -> anyhow::Result<ExitCode> {
    // divisions are named by the map of today
    region::refresh(db).await?;
    let checked = [
        ("企业数", enterprise::count::check(db).await?),
        ("区县以上汇总", enterprise::summary::check(db).await?),
        ("档案数", archive::tally::check(db).await?),
    ];
    let number: usize = checked.iter().map(|(_, wrong)| wrong.len()).sum();
    if number == 0 {
        println!("汇总数与逐户统计一致。");
        return Ok(ExitCode::SUCCESS);
    }
    for (kind, wrong) in checked.iter().filter(|(_, wrong)| !wrong.is_empty()) {
        println!("{kind}有 {} 处有出入：", wrong.len());
        for own in wrong.iter().take(NAMED) {
            let place = region::divisions::full_name(&own.town);
            println!("{place}（{}）{}：记 {}，实 {}", own.town, own.what, own.kept, own.counted);
        }
    }
    println!("共 {number} 处有出入。");
    if rebuild {
        let made = enterprise::count::rebuild(db).await? + archive::tally::rebuild(db).await?;
        println!("已重建，共 {made} 个汇总数。");
        return Ok(ExitCode::SUCCESS);
    }
    println!("加 --rebuild 可按逐户统计的结果重建。");
    Ok(ExitCode::FAILURE)
}
