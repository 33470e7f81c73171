//! The timeline of an enterprise: everything that was done to it and to what belongs to it, the latest first. What the trail says of its
//! things is told by the areas they are of ([`Told`]); what stands somewhere else, as the steps of cases do, an area reads itself
//! ([`Teller`]). Whoever may not list a kind of thing is not told of it here either.

use std::collections::HashMap;

use audit::Step;
use chrono::{DateTime, Utc};
use db::{Db, Exec, FromRow, Sql};
use futures::future::BoxFuture;
use kernel::{Actor, Power};
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;
use web::{App, Outcome};

use crate::{http::translate_steps, model::Enterprise};

/// Entries of the trail read at once, of which some may not be worth telling.
const CHUNK: usize = 100;

/// A value that became otherwise, in words.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(as = TimelineChange)]
pub struct Change {
    /// What it is called.
    pub label: String,
    /// Before; empty where there was none.
    pub before: String,
    /// After.
    pub after: String,
}

/// A line of the timeline.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(as = TimelineLine)]
pub struct Line {
    /// Id; made in the order of time.
    pub id: Uuid,
    /// When.
    pub at: DateTime<Utc>,
    /// Name of who did it.
    pub actor_name: String,
    /// Name of the person stood in for.
    pub on_behalf_name: Option<String>,
    /// Table of the thing, or `case`.
    pub kind: String,
    /// What a person calls such a thing.
    pub kind_label: String,
    /// What was done, in a sentence.
    pub what: String,
    /// Why.
    pub reason: Option<String>,
    /// What became otherwise.
    pub changes: Vec<Change>,
    /// Address of the thing's page.
    pub link: Option<String>,
}

/// A step in words.
#[derive(Debug, Default)]
pub struct Said {
    /// What was done.
    pub what: String,
    /// Why, where the step itself does not say it.
    pub reason: Option<String>,
    /// What became otherwise.
    pub changes: Vec<Change>,
    /// Address of the thing's page.
    pub link: Option<String>,
}

impl Said {
    /// Something done to a thing that has this page.
    pub fn of(what: impl Into<String>, link: String) -> Said {
        Said { what: what.into(), link: Some(link), ..Said::default() }
    }
}

/// A table whose rows belong to enterprises, and how its steps on the trail are told.
#[derive(Clone, Copy)]
pub struct Told {
    /// Table.
    pub table: &'static str,
    /// Column that names the enterprise.
    pub column: &'static str,
    /// Who may list its rows sees its steps.
    pub power: &'static Power,
    /// The step in words, with the address of the enterprise's page; none where it is not worth telling, as what is only saved meanwhile.
    pub say: fn(step: &Step, page: &str) -> Option<Said>,
}

/// Which lines are asked for.
#[derive(Debug, Clone)]
pub struct Asked {
    /// Who asks.
    pub actor: Actor,
    /// Of which enterprise.
    pub enterprise: Enterprise,
    /// Only what was before.
    pub before: Option<Uuid>,
    /// How many at most.
    pub most: usize,
}

/// Reads lines that are not on the trail, the latest first.
pub type Teller = fn(App, Asked) -> BoxFuture<'static, Outcome<Vec<Line>>>;

/// All that is told.
#[derive(Clone, Copy)]
pub struct Timeline {
    /// From the trail.
    pub told: &'static [&'static [Told]],
    /// From elsewhere.
    pub tellers: &'static [Teller],
}

impl Timeline {
    /// Lines of an enterprise, the latest first.
    pub(crate) async fn read(&self, app: &App, asked: &Asked) -> Outcome<Vec<Line>> {
        let mut lines = self.trail(&app.db, asked).await?;
        for teller in self.tellers {
            lines.extend(teller(app.clone(), asked.clone()).await?);
        }
        lines.sort_unstable_by_key(|line| std::cmp::Reverse(line.id));
        lines.truncate(asked.most);
        Ok(lines)
    }

    async fn trail(&self, db: &Db, asked: &Asked) -> Outcome<Vec<Line>> {
        #[derive(FromRow)]
        struct Key {
            id: Uuid,
        }
        let Enterprise { city, id, .. } = &asked.enterprise;
        let told: HashMap<&str, &Told> = self
            .told
            .iter()
            .copied()
            .flatten()
            .filter(|own| may_see(&asked.actor, own.power, &asked.enterprise))
            .map(|own| (own.table, own))
            .collect();
        let mut ids = Sql::default();
        for (at, Told { table, column, .. }) in told.values().enumerate() {
            ids = ids.push(if at == 0 { "" } else { " union all " });
            ids =
                ids.push("select id from audit where city = ").arg(city).push(" and subject = ").arg(*table);
            ids = ids.push(&format!(" and row_id in (select id from {table} where city = ")).arg(city);
            ids = ids.push(&format!(" and {column} = ")).arg(*id);
            ids = ids.push(") and action in ('create', 'update', 'delete')").and(" and id < ", asked.before);
        }
        if told.is_empty() {
            return Ok(Vec::new());
        }
        // sorted here: asked for in this order, SQLite would rather read the whole trail of the city along its key
        let mut ids: Vec<Uuid> = db.all::<Key>(ids).await?.into_iter().map(|own| own.id).collect();
        ids.sort_unstable_by(|one, other| other.cmp(one));
        let page = format!("/enterprises/{city}/{id}");
        let (mut lines, mut stood_in) = (Vec::new(), Vec::new());
        for ids in ids.chunks(CHUNK) {
            let sql = Step::select().push(" where city = ").arg(city).push(" and ");
            let mut steps: Vec<Step> = db.all(sql.within("id", ids.iter().copied())).await?;
            steps.sort_unstable_by_key(|step| std::cmp::Reverse(step.id));
            let register = steps.iter_mut().filter(|step| step.subject == Enterprise::TABLE);
            translate_steps(db, city, register).await?;
            for step in steps {
                let said = told.get(step.subject.as_str()).and_then(|own| (own.say)(&step, &page));
                let Some(Said { what, reason, changes, link }) = said else { continue };
                stood_in.push(step.on_behalf);
                lines.push(Line {
                    id: step.id,
                    at: step.at,
                    actor_name: step.actor_name,
                    on_behalf_name: None,
                    kind_label: audit::subject_label(&step.subject).to_string(),
                    kind: step.subject,
                    what,
                    reason: reason.or(step.reason),
                    changes,
                    link,
                });
            }
            if lines.len() >= asked.most {
                break;
            }
        }
        let people: Vec<Uuid> = stood_in.iter().copied().flatten().collect();
        let names: HashMap<Uuid, String> = account::names(db, &people).await?.into_iter().collect();
        for (line, person) in lines.iter_mut().zip(stood_in) {
            line.on_behalf_name = person.and_then(|person| names.get(&person).cloned());
        }
        Ok(lines)
    }
}

/// Whether this person holds a power over what belongs to an enterprise.
pub fn may_see(actor: &Actor, power: &Power, enterprise: &Enterprise) -> bool {
    actor.may(power).is_ok_and(|scope| {
        let bound = scope.enterprises().is_none_or(|own| own.contains(&enterprise.id));
        let area = scope.areas().iter().any(|area| {
            let sector = area.sectors.as_ref().is_none_or(|own| own.contains(&enterprise.sector));
            sector && area.region.contains(&enterprise.town)
        });
        bound && area
    })
}
