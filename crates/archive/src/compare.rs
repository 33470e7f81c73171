//! Two states of one archive beside each other: what came, what went, and what changed, in the words people read.

use std::collections::BTreeMap;

use enterprise::Enterprise;
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::{
    attachment::Attachment,
    model::{Record, STATES},
    section::{Described, SECTIONS},
    trail::Then,
};

/// Records told of each kind of change in a section; their numbers are always whole.
const MOST: usize = 200;

/// A field that says something else.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = ArchiveFieldChange)]
pub struct FieldChange {
    /// The field; empty for how the record stands.
    pub field: String,
    /// What a person calls it.
    pub label: String,
    /// Before, in words; empty for nothing.
    pub before: String,
    /// After, in words; empty for nothing.
    pub after: String,
}

/// What a field says.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ArchiveFieldThen)]
pub struct FieldThen {
    /// What a person calls it.
    pub label: String,
    /// In words.
    pub value: String,
}

/// A record that came or went.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ArchiveRecordThen)]
pub struct RecordThen {
    /// Id.
    pub id: Uuid,
    /// What it is called.
    pub title: String,
    /// What it says, of each field that says anything.
    pub said: Vec<FieldThen>,
    /// Names of its documents.
    pub documents: Vec<String>,
    /// How it stands in the later state: why it is not there any more, where it went.
    pub state_label: String,
}

/// A document of a record that came, went or changed.
#[derive(Debug, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = ArchiveDocumentChange)]
pub struct DocumentChange {
    /// What it was called and which version counted; nothing where it was not there.
    pub before: Option<String>,
    /// The same later.
    pub after: Option<String>,
}

/// A record that says something else.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ArchiveRecordChange)]
pub struct RecordChange {
    /// Id.
    pub id: Uuid,
    /// What it is called now.
    pub title: String,
    /// Its fields that changed.
    pub fields: Vec<FieldChange>,
    /// Its documents that did.
    pub documents: Vec<DocumentChange>,
}

/// What happened to a section.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ArchiveSectionChange)]
pub struct SectionChange {
    /// Code.
    pub section: &'static str,
    /// The Chinese name.
    pub label: &'static str,
    /// How many came, went and changed.
    pub numbers: [usize; 3],
    /// Those that came, 200 at most.
    pub came: Vec<RecordThen>,
    /// Those that went, 200 at most.
    pub went: Vec<RecordThen>,
    /// Those that changed, 200 at most.
    pub changed: Vec<RecordChange>,
}

/// The fields of the register that say something else.
pub fn basic(before: &Enterprise, after: &Enterprise) -> Vec<FieldChange> {
    let (old, new) = (enterprise::said(before), enterprise::said(after));
    let value = |said: &[(_, &str, String)], label: &str| {
        said.iter().find(|(_, own, _)| *own == label).map(|(_, _, value)| value.clone()).unwrap_or_default()
    };
    // in the order of the register
    let mut labels: Vec<&str> = Vec::new();
    for (_, label, _) in old.iter().chain(&new) {
        if !labels.contains(label) {
            labels.push(label);
        }
    }
    let change = |label: &str| {
        let (before, after) = (value(&old, label), value(&new, label));
        let told = FieldChange { field: String::new(), label: label.to_string(), before, after };
        (told.before != told.after).then_some(told)
    };
    labels.into_iter().filter_map(change).collect()
}

/// What happened to each section between two states, in the order of the archive; those where nothing did are left out.
pub fn sections(before: &Then, after: &Then) -> Vec<SectionChange> {
    SECTIONS.iter().filter_map(|section| one(section, before, after)).collect()
}

fn one(section: &'static Described, before: &Then, after: &Then) -> Option<SectionChange> {
    let of = |then: &'_ Then| -> BTreeMap<Uuid, Record> {
        let own = then.records.iter().filter(|own| own.section == section.code);
        own.map(|own| (own.id, own.clone())).collect()
    };
    let (old, new) = (of(before), of(after));
    let live = |own: Option<&Record>| own.is_some_and(Record::is_live);
    let (mut came, mut went, mut changed) = (Vec::new(), Vec::new(), Vec::new());
    for record in new.values().filter(|own| own.is_live()) {
        match old.get(&record.id).filter(|own| own.is_live()) {
            None => came.push(told(section, record, record, after)),
            Some(then) => {
                let fields = fields(section, then, record);
                let documents = documents(before.documents_of(record.id), after.documents_of(record.id));
                if !fields.is_empty() || !documents.is_empty() {
                    changed.push(RecordChange {
                        id: record.id,
                        title: record.title.clone(),
                        fields,
                        documents,
                    });
                }
            }
        }
    }
    for record in old.values().filter(|own| own.is_live() && !live(new.get(&own.id))) {
        went.push(told(section, record, new.get(&record.id).unwrap_or(record), before));
    }
    let numbers = [came.len(), went.len(), changed.len()];
    came.truncate(MOST);
    went.truncate(MOST);
    changed.truncate(MOST);
    let any = numbers.iter().any(|number| *number > 0);
    any.then_some(SectionChange { section: section.code, label: section.label, numbers, came, went, changed })
}

fn words(field: &crate::Field, record: &Record) -> String {
    match field.show(&record.fields.0[&field.name]) {
        text if text.is_empty() || field.unit.is_empty() => text,
        text => format!("{text} {}", field.unit),
    }
}

fn standing(record: &Record) -> String {
    STATES.iter().find(|(code, _)| *code == record.state).map_or("", |(_, label)| label).to_string()
}

fn told(section: &Described, record: &Record, later: &Record, then: &Then) -> RecordThen {
    let said = section
        .fields
        .iter()
        .map(|field| FieldThen { label: field.label.clone(), value: words(field, record) });
    RecordThen {
        id: record.id,
        title: record.title.clone(),
        said: said.filter(|own| !own.value.is_empty()).collect(),
        documents: then.documents_of(record.id).iter().map(|own| own.name.clone()).collect(),
        state_label: standing(later),
    }
}

fn fields(section: &Described, before: &Record, after: &Record) -> Vec<FieldChange> {
    let own = section.fields.iter().map(|field| FieldChange {
        field: field.name.clone(),
        label: field.label.clone(),
        before: words(field, before),
        after: words(field, after),
    });
    let state = FieldChange {
        field: String::new(),
        label: "核实情况".into(),
        before: standing(before),
        after: standing(after),
    };
    own.chain([state]).filter(|change| change.before != change.after).collect()
}

fn documents(before: &[Attachment], after: &[Attachment]) -> Vec<DocumentChange> {
    let words = |own: &Attachment| match own.number {
        1 => own.name.clone(),
        number => format!("{}（第 {number} 版）", own.name),
    };
    let of = |all: &[Attachment], id: Uuid| all.iter().find(|own| own.id == id).map(words);
    let kept = after.iter().map(|own| (of(before, own.id), Some(words(own))));
    let gone = before.iter().filter(|own| !after.iter().any(|later| later.id == own.id));
    let all = kept.chain(gone.map(|own| (Some(words(own)), None)));
    all.filter(|(before, after)| before != after)
        .map(|(before, after)| DocumentChange { before, after })
        .collect()
}
