//! The rows of penalties: the details of a case, its papers, its exhibits.

use chrono::{DateTime, NaiveDate, Utc};
use db::Json;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::model::VisitOfficer;

db::table! {
    /// A penalty: the details of its case.
    pub struct Penalty in "penalty" {
        /// City, 4 digits.
        pub city: String,
        /// The case's id.
        pub id: Uuid,
        /// Division of the enterprise.
        pub town: String,
        /// Supervised sector of the enterprise.
        pub sector: String,
        /// Enterprise.
        pub enterprise: Uuid,
        /// Its name then.
        pub enterprise_name: String,
        /// `ordinary` or `simple`.
        pub procedure: String,
        /// `unit` or `person`.
        pub party: String,
        /// Who is punished.
        pub party_name: String,
        /// Of a person: see [`Person`].
        pub person: Json<Value>,
        /// The visit that found it.
        pub visit: Option<Uuid>,
        /// Agency of the officers.
        pub agency: Uuid,
        /// The officers.
        pub officers: Json<Value>,
        /// Where it comes from.
        pub source: String,
        /// What was violated, in a few words.
        pub cause: String,
        /// When.
        pub happened_on: NaiveDate,
        /// Row of the table `penalty-discretion`.
        pub violation: Option<String>,
        /// `first` or `overdue`.
        pub stage: Option<String>,
        /// `light`, `ordinary` or `heavy`.
        pub circumstance: Option<String>,
        /// Why the fine lies outside the share of the circumstances.
        pub mitigation: Option<String>,
        /// What was found.
        pub facts: String,
        /// By what.
        pub evidence: String,
        /// The duty that was violated.
        pub duty: String,
        /// The article by which it is punished.
        pub basis: String,
        /// Fine, in 分.
        pub fine: i64,
        /// What else is imposed.
        pub other: Option<String>,
        /// The fine that the party was told, in 分.
        pub told_fine: Option<i64>,
        /// When the notice was served.
        pub told_on: Option<NaiveDate>,
        /// Told that it may ask for a hearing.
        pub hearing: bool,
        /// Discussed by the panel.
        pub discussed: bool,
        /// The party made a statement.
        pub stated: bool,
        /// Day of the hearing.
        pub hearing_on: Option<NaiveDate>,
        /// Day of filing.
        pub filed_on: Option<NaiveDate>,
        /// Last day for the decision.
        pub limit_on: Option<NaiveDate>,
        /// Day of the decision.
        pub decided_on: Option<NaiveDate>,
        /// Day of its service.
        pub served_on: Option<NaiveDate>,
        /// Paid so far, in 分.
        pub paid: i64,
        /// How it ended.
        pub result: Option<String>,
        /// When made, UTC.
        pub created_at: DateTime<Utc>,
        /// By whom.
        pub created_by: Uuid,
        /// When changed, UTC.
        pub updated_at: DateTime<Utc>,
        /// By whom.
        pub updated_by: Uuid,
        /// Optimistic lock.
        pub version: i64,
    }
}

db::table! {
    /// A paper of a penalty.
    pub struct PenaltyPaper in "penalty_document" {
        /// City, 4 digits.
        pub city: String,
        /// Id.
        pub id: Uuid,
        /// Division of the enterprise.
        pub town: String,
        /// Supervised sector of the enterprise.
        pub sector: String,
        /// Enterprise.
        pub enterprise: Uuid,
        /// Its name then.
        pub enterprise_name: String,
        /// The penalty.
        pub penalty: Uuid,
        /// Code of the form.
        pub form: String,
        /// `draft`, `issued` or `withdrawn`.
        pub state: String,
        /// What the fields say: pairs in order.
        pub fields: Json<Value>,
        /// Agency in whose name it was issued.
        pub agency: Option<Uuid>,
        /// Its name then.
        pub issuer: Option<String>,
        /// Number of the deed by which it was issued.
        pub deed: Option<String>,
        /// Word of the number.
        pub word: Option<String>,
        /// Year of the number.
        pub year: Option<i64>,
        /// Serial number.
        pub serial: Option<i64>,
        /// The number as written.
        pub number: Option<String>,
        /// Day of issue.
        pub issued_on: Option<NaiveDate>,
        /// Day of service.
        pub served_on: Option<NaiveDate>,
        /// How and to whom it was served.
        pub service: Option<String>,
        /// When the enterprise's own account first opened it, UTC.
        pub opened_at: Option<DateTime<Utc>>,
        /// Day of withdrawal.
        pub withdrawn_on: Option<NaiveDate>,
        /// Why it was withdrawn.
        pub reason: Option<String>,
        /// When made, UTC.
        pub created_at: DateTime<Utc>,
        /// By whom.
        pub created_by: Uuid,
        /// When changed, UTC.
        pub updated_at: DateTime<Utc>,
        /// By whom.
        pub updated_by: Uuid,
        /// Optimistic lock.
        pub version: i64,
    }
}

db::table! {
    /// An exhibit: a photo or a paper.
    #[derive(Serialize, ToSchema)]
    #[schema(as = PenaltyExhibit)]
    pub struct Exhibit in "penalty_exhibit" {
        /// City, 4 digits.
        pub city: String,
        /// Id.
        pub id: Uuid,
        /// Division of the enterprise.
        pub town: String,
        /// Supervised sector of the enterprise.
        pub sector: String,
        /// Enterprise.
        pub enterprise: Uuid,
        /// The penalty.
        pub penalty: Uuid,
        /// The name the file had.
        pub name: String,
        /// SHA-256 of its content.
        pub hash: String,
        /// Bytes.
        pub size: i64,
        /// `png`, `jpg` or `pdf`.
        pub kind: String,
        /// What it is evidence as (行政处罚法 2021 第四十六条): `documentary` 书证, `physical` 物证, `audiovisual` 视听资料, `electronic` 电子数据,
        /// `testimony` 证人证言, `statement` 当事人的陈述, `opinion` 鉴定意见, `record` 勘验笔录、现场笔录.
        pub evidence: Option<String>,
        /// When it was taken, UTC.
        pub taken_at: Option<DateTime<Utc>>,
        /// Where it was taken.
        pub taken_place: Option<String>,
        /// Who took it.
        pub taken_by: Option<String>,
        /// When taken in, UTC.
        pub created_at: DateTime<Utc>,
        /// By whom.
        pub created_by: Uuid,
        /// Name of that person then.
        pub created_by_name: String,
    }
}

/// The kinds of evidence and their names (行政处罚法 2021 第四十六条第一款).
pub(super) const EVIDENCE: &[(&str, &str)] = &[
    ("documentary", "书证"),
    ("physical", "物证"),
    ("audiovisual", "视听资料"),
    ("electronic", "电子数据"),
    ("testimony", "证人证言"),
    ("statement", "当事人的陈述"),
    ("opinion", "鉴定意见"),
    ("record", "勘验笔录、现场笔录"),
];

impl Exhibit {
    /// What it is evidence as; 证据材料 where nobody said.
    pub(super) fn evidence_label(&self) -> &'static str {
        let known = EVIDENCE.iter().find(|own| Some(own.0) == self.evidence.as_deref());
        known.map_or("证据材料", |own| own.1)
    }
}

/// A person who is punished, as the forms ask for it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = PenaltyPerson)]
#[serde(default)]
pub struct Person {
    /// 男 or 女.
    pub sex: Option<String>,
    /// In years.
    pub age: Option<i64>,
    /// Number of the identity card.
    pub identity: Option<String>,
    /// Where he lives.
    pub address: Option<String>,
    /// What he is in the enterprise.
    pub post: Option<String>,
    /// Telephone.
    pub phone: Option<String>,
}

impl Penalty {
    /// The officers who handle it.
    pub fn officers(&self) -> Vec<VisitOfficer> {
        serde_json::from_value(self.officers.0.clone()).unwrap_or_default()
    }

    /// The person who is punished.
    pub fn person(&self) -> Person {
        serde_json::from_value(self.person.0.clone()).unwrap_or_default()
    }

    /// Whether a person is punished, not the enterprise.
    pub fn is_person(&self) -> bool {
        self.party == "person"
    }

    /// What the case is called: `某厂未按照规定进行教育培训案`.
    pub fn title(&self) -> String {
        format!("{}{}案", self.party_name, self.cause)
    }
}

impl PenaltyPaper {
    /// What the fields say, in order.
    pub fn fields(&self) -> Vec<(String, String)> {
        serde_json::from_value(self.fields.0.clone()).unwrap_or_default()
    }
}

audit::entries!(PenaltyPaper, Exhibit);
