//! What waits for somebody in hazard sources: those to be identified anew, those whose filing runs out, those not yet filed. The filings
//! themselves wait as cases.

use db::{Exec, Sql};
use futures::{FutureExt, future::BoxFuture};
use inbox::{Group, SHOWN, Task, Urgency, number};
use kernel::{Actor, Scope};
use rules::At;
use web::{App, Outcome};

use crate::{
    identify,
    model::{EVENTS, Source, label},
    powers,
    store::Filter,
};

/// A group: kind, label, how pressing, what belongs to it, the address of the list.
type Wanted = (&'static str, &'static str, Urgency, Filter, String);

fn major() -> Filter {
    Filter { major: Some("yes".into()), ..Filter::default() }
}

fn review(when: &str) -> Filter {
    Filter { review: Some(when.into()), ..major() }
}

fn filing(what: &str) -> Filter {
    Filter { filing: Some(what.into()), ..major() }
}

/// What waits for somebody in hazard sources. Whoever only looks on has nothing to do there.
pub fn source(app: App, actor: Actor) -> BoxFuture<'static, Outcome<Vec<Group>>> {
    async move {
        let (Ok(scope), Ok(_)) = (actor.may(&powers::LIST), actor.may(&powers::UPDATE)) else {
            return Ok(Vec::new());
        };
        let today = app.clock.today();
        let national = identify::edition(&At::nation(today)).unwrap_or_default();
        let wanted: Vec<Wanted> = vec![
            (
                "hazard_review_overdue",
                "应重新辨识、评估的重大危险源",
                Urgency::Overdue,
                review("overdue"),
                "review=overdue".into(),
            ),
            (
                "hazard_filing_expired",
                "备案已过有效期的重大危险源",
                Urgency::Overdue,
                filing("expired"),
                "filing=expired".into(),
            ),
            (
                "hazard_edition",
                "按旧版标准辨识的重大危险源，请按现行标准重新辨识",
                Urgency::Soon,
                Filter { edition_not: Some(national.clone()), ..major() },
                format!("edition_not={}", national.replace(' ', "%20")),
            ),
            (
                "hazard_review_soon",
                "90 天内应重新辨识的重大危险源",
                Urgency::Soon,
                review("soon"),
                "review=soon".into(),
            ),
            (
                "hazard_unfiled",
                "尚未备案的重大危险源",
                Urgency::Waiting,
                filing("none"),
                "filing=none".into(),
            ),
        ];
        let mut groups = Vec::new();
        for wanted in wanted {
            groups.extend(group(&app, &scope, wanted).await?);
        }
        Ok(groups)
    }
    .boxed()
}

async fn group(
    app: &App,
    scope: &Scope,
    (kind, label, urgency, filter, query): Wanted,
) -> Outcome<Option<Group>> {
    let today = app.clock.today();
    let rows = |sql: Sql| filter.conditions(sql.scope(scope, "", "enterprise"), today);
    let number = number(app, rows(Sql::new("select id from hazard_source where "))?).await?;
    if number == 0 {
        return Ok(None);
    }
    let sql = rows(Source::select().push(" where "))?.push(" order by id limit ").arg(SHOWN as i64);
    let sources: Vec<Source> = app.db.all(sql).await?;
    let mut group = Group::new(kind, label, urgency, number, format!("/hazards?major=yes&{query}"));
    group.tasks = sources.iter().map(|own| task(kind, own)).collect();
    Ok(Some(group))
}

/// What to do with a source.
fn task(kind: &str, source: &Source) -> Task {
    let first = source.events().into_iter().next();
    let (what, due_on) = match kind {
        "hazard_review_overdue" | "hazard_review_soon" => match (source.review_why.as_deref(), first) {
            (Some("event"), Some(event)) => {
                (format!("{}，请重新评估后更新", label(EVENTS, &event.kind)), source.review_on)
            }
            _ => {
                let filed = source.filed_until.filter(|_| source.state == "filed");
                let filed = filed.map(|until| format!("，备案有效期至 {until}")).unwrap_or_default();
                (format!("安全评估满三年，请重新评估后更新{filed}"), source.review_on)
            }
        },
        "hazard_filing_expired" => ("请更新档案后重新备案".to_string(), source.filed_until),
        "hazard_edition" => (format!("按 {} 辨识，打开后点“修改”并保存即可重新辨识", source.edition), None),
        _ => ("请完成安全评估后报县级备案".to_string(), None),
    };
    Task {
        title: format!("{}：{what}", source.name),
        subtitle: format!("{}　{}", source.enterprise_name, region::divisions::full_name(&source.town)),
        due_on,
        link: format!("/hazards/{}/{}", source.city, source.id),
    }
}
