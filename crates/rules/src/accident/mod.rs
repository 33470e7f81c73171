//! Accidents at work: grade, report, category, loss and rates, 生产安全事故.
//!
//! From 2007-06-01 国务院令493号; before it 令75号 (from 1991-05-01) and, for the gravest, 令34号. The date asked for is that of the accident.

pub mod category;
pub mod grade;
pub mod loss;
pub mod rates;
pub mod report;
pub mod severity;

use crate::one_of;

one_of!(
    /// A grade of accident; the first five before 2007-06-01, the last four since.
    Grade {
        Light = "light" "轻伤事故",
        Serious = "serious" "重伤事故",
        Death = "death" "死亡事故",
        MajorDeath = "major_death" "重大死亡事故",
        General = "general" "一般事故",
        Larger = "larger" "较大事故",
        Major = "major" "重大事故",
        ExtraMajor = "extra_major" "特别重大事故",
    }
);

one_of!(
    /// A kind of accident that some clause treats apart.
    Kind {
        General = "general" "其他生产安全事故",
        RoadTraffic = "road_traffic" "道路交通事故",
        Fire = "fire" "火灾事故",
        Mine = "mine" "矿山事故",
        Railway = "railway" "铁路事故",
        Waterway = "waterway" "水运事故",
        Hydro = "hydro" "水利事故",
        Power = "power" "电力事故",
        CivilAviation = "civil_aviation" "民航事故",
    }
);

#[cfg(test)]
mod tests;
