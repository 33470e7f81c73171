//! The rows.

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use uuid::Uuid;

use crate::watch::{Limits, Side, Standing};

/// What points measure: code and label.
pub const KINDS: &[(&str, &str)] = &[
    ("temperature", "温度"),
    ("pressure", "压力"),
    ("level", "液位"),
    ("flow", "流量"),
    ("combustible_gas", "可燃气体"),
    ("toxic_gas", "有毒气体"),
    ("wind", "风速"),
    (VIDEO, "视频"),
];

/// The kind that measures nothing.
pub const VIDEO: &str = "video";

/// How points stand: code and label.
pub const STATES: &[(&str, &str)] = &[
    ("level2", "二级报警"),
    ("level1", "一级报警"),
    ("offline", "离线"),
    ("normal", "正常"),
    ("new", "尚无数据"),
];

/// What is counted beside what is simply taken: code and label.
pub const OUTCOMES: &[(&str, &str)] = &[
    ("late", "迟到（已收）"),
    ("disordered", "乱序（已收）"),
    ("duplicate", "重复"),
    ("contrary", "同一时刻另有数值"),
    ("absurd", "数值或时间无法识别，或超出量程"),
    ("future", "时间在将来"),
    ("expired", "超过保存期"),
    ("crowded", "一分钟内过多"),
    ("unknown", "没有这个监测点"),
];

/// The label of a code.
pub fn label(list: &[(&'static str, &'static str)], code: &str) -> &'static str {
    list.iter().find(|(own, _)| *own == code).map_or("", |(_, label)| label)
}

db::table! {
    /// A point at which something is measured.
    #[derive(Serialize, Deserialize)]
    pub struct Point in "monitor_point" {
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
        /// The enterprise's own number of it, by which readings name it.
        pub code: String,
        /// Name.
        pub name: String,
        /// Where in the enterprise.
        pub place: Option<String>,
        /// The unit of a major hazard source that it watches, as the enterprise calls it.
        pub hazard_unit: Option<String>,
        /// What it measures.
        pub kind: String,
        /// Unit of measure; empty for a video.
        pub unit: String,
        /// Address of a video.
        pub link: Option<String>,
        /// Limit of level 2 below, thousandths.
        pub low_low: Option<i64>,
        /// Limit of level 1 below, thousandths.
        pub low: Option<i64>,
        /// Limit of level 1 above, thousandths.
        pub high: Option<i64>,
        /// Limit of level 2 above, thousandths.
        pub high_high: Option<i64>,
        /// By how much a value must come back before an alarm ends, thousandths.
        pub hysteresis: i64,
        /// Seconds that a limit is passed before it is an alarm.
        pub delay_s: i64,
        /// Seconds between two readings.
        pub interval_s: i64,
        /// Lowest value that can be true, thousandths.
        pub range_low: Option<i64>,
        /// Highest value that can be true, thousandths.
        pub range_high: Option<i64>,
        /// Where the limits are from.
        pub basis: Option<String>,
        /// Whether it is watched.
        pub in_use: bool,
        /// How it stands.
        pub state: String,
        /// Since when, UTC.
        pub state_since: DateTime<Utc>,
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
    /// The latest of a point.
    pub struct Now in "monitor_now" {
        /// City, 4 digits.
        pub city: String,
        /// Point.
        pub point: Uuid,
        /// Time of the latest reading, UTC.
        pub last_at: Option<DateTime<Utc>>,
        /// Its value, thousandths.
        pub last_value: Option<i64>,
        /// When a reading last came, UTC.
        pub seen_at: Option<DateTime<Utc>>,
        /// The side on which limits are passed.
        pub side: Option<String>,
        /// Since when the limit of level 1 is passed.
        pub since1: Option<DateTime<Utc>>,
        /// Since when the limit of level 2 is passed.
        pub since2: Option<DateTime<Utc>>,
        /// Level of the alarm that is raised; 0 is none.
        pub level: i64,
        /// The alarm that is not dealt with yet.
        pub alarm: Option<Uuid>,
    }
}

db::table! {
    /// What a point measured in a minute.
    pub struct Minute in "monitor_minute" {
        /// City, 4 digits.
        pub city: String,
        /// Day in China.
        pub day: NaiveDate,
        /// Point.
        pub point: Uuid,
        /// Minutes since 1970.
        pub minute: i64,
        /// Readings.
        pub number: i64,
        /// Lowest, thousandths.
        pub low: i64,
        /// Highest, thousandths.
        pub high: i64,
        /// Sum, thousandths.
        pub total: i64,
        /// The readings, packed.
        pub data: Vec<u8>,
    }
}

db::table! {
    /// An alarm, beside its case.
    #[derive(Serialize, Deserialize)]
    pub struct Alarm in "monitor_alarm" {
        /// City, 4 digits.
        pub city: String,
        /// Id of the case.
        pub id: Uuid,
        /// Division of the enterprise.
        pub town: String,
        /// Supervised sector of the enterprise.
        pub sector: String,
        /// Enterprise.
        pub enterprise: Uuid,
        /// Point.
        pub point: Uuid,
        /// Number of the point then.
        pub code: String,
        /// Name of the point then.
        pub name: String,
        /// What it measures.
        pub kind: String,
        /// Unit of measure.
        pub unit: String,
        /// `low` or `high`.
        pub side: String,
        /// The highest level it reached.
        pub level: i64,
        /// The limit of that level, thousandths.
        pub limit_value: i64,
        /// Since when the limit was passed, UTC.
        pub started_at: DateTime<Utc>,
        /// When that became an alarm, UTC.
        pub raised_at: DateTime<Utc>,
        /// The value that lay furthest out, thousandths.
        pub peak: i64,
        /// When the value came back, UTC.
        pub ended_at: Option<DateTime<Utc>>,
        /// How often the limit was passed before it was dealt with.
        pub times: i64,
        /// When somebody took notice, UTC.
        pub acknowledged_at: Option<DateTime<Utc>>,
        /// Who.
        pub acknowledged_by: Option<String>,
        /// Why it happened.
        pub cause: Option<String>,
        /// What was done.
        pub measures: Option<String>,
        /// When made, UTC.
        pub created_at: DateTime<Utc>,
        /// By whom.
        pub created_by: Uuid,
        /// When changed, UTC.
        pub updated_at: DateTime<Utc>,
        /// By whom.
        pub updated_by: Uuid,
        /// Optimistic lock: the case's.
        pub version: i64,
    }
}

impl Point {
    /// Its limits.
    pub fn limits(&self) -> Limits {
        Limits {
            low_low: self.low_low,
            low: self.low,
            high: self.high,
            high_high: self.high_high,
            hysteresis: self.hysteresis,
            delay_s: self.delay_s,
        }
    }

    /// The row as the trail keeps it.
    pub fn document(&self) -> Value {
        without(serde_json::to_value(self), &["state", "state_since"])
    }
}

impl Alarm {
    /// The row as the trail keeps it.
    pub fn document(&self) -> Value {
        without(serde_json::to_value(self), &[])
    }
}

fn without(document: serde_json::Result<Value>, more: &[&str]) -> Value {
    let mut document = document.unwrap_or_default();
    if let Some(fields) = document.as_object_mut() {
        let common = ["created_at", "created_by", "updated_at", "updated_by", "version"];
        fields.retain(|name, _| !common.contains(&name.as_str()) && !more.contains(&name.as_str()));
    }
    document
}

impl Now {
    /// A point from which nothing has come.
    pub fn nothing(city: &str, point: Uuid) -> Now {
        Now {
            city: city.to_string(),
            point,
            last_at: None,
            last_value: None,
            seen_at: None,
            side: None,
            since1: None,
            since2: None,
            level: 0,
            alarm: None,
        }
    }

    /// How far it is towards an alarm.
    pub fn standing(&self) -> Standing {
        Standing {
            side: self.side.as_deref().and_then(Side::parse),
            since1: self.since1,
            since2: self.since2,
            level: self.level,
        }
    }

    /// Keeps that.
    pub fn stand(&mut self, standing: Standing) {
        self.side = standing.side.map(|side| side.code().to_string());
        (self.since1, self.since2, self.level) = (standing.since1, standing.since2, standing.level);
    }
}
