//! What part of the city (and of which enterprise) a person may touch with one power.

use uuid::Uuid;

use crate::RegionCode;

/// One region of a scope, perhaps only for some supervised sectors.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Area {
    /// Where.
    pub region: RegionCode,
    /// Only these sectors; `None` is all.
    pub sectors: Option<Vec<String>>,
}

impl Area {
    fn within(&self, wide: &Area) -> bool {
        wide.region.contains(self.region.as_str())
            && match (&wide.sectors, &self.sectors) {
                (None, _) => true,
                (Some(_), None) => false,
                (Some(wide), Some(own)) => own.iter().all(|sector| wide.contains(sector)),
            }
    }
}

/// The rows a person may touch with one power. Only [`crate::Actor::may`] opens one, and every store function of a
/// business table asks for one, so a query without a scope does not compile.
#[derive(Debug, Clone)]
pub struct Scope {
    areas: Vec<Area>,
    enterprises: Option<Vec<Uuid>>,
}

/// The region asked for lies outside the scope: to the caller it does not exist (404).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OutOfScope;

impl Scope {
    pub(crate) fn new(mut areas: Vec<Area>, enterprises: Option<Vec<Uuid>>) -> Self {
        areas.sort_by(|a, b| (&a.region, a.sectors.is_some()).cmp(&(&b.region, b.sectors.is_some())));
        let mut kept: Vec<Area> = Vec::new();
        for area in areas {
            if !kept.iter().any(|wide| area.within(wide)) {
                kept.push(area);
            }
        }
        Scope { areas: kept, enterprises }
    }

    /// The scope of the system itself (jobs, the command line): one region, nothing held back.
    pub fn system(region: RegionCode) -> Self {
        Scope { areas: vec![Area { region, sectors: None }], enterprises: None }
    }

    /// The areas, none inside another.
    pub fn areas(&self) -> &[Area] {
        &self.areas
    }

    /// The only enterprises that an enterprise's or intermediary's account may touch; `None` is all of the areas.
    pub fn enterprises(&self) -> Option<&[Uuid]> {
        self.enterprises.as_deref()
    }

    /// Whether a row of that town (or wider certain prefix) can lie in scope.
    pub fn covers(&self, town: &str) -> bool {
        self.areas.iter().any(|area| area.region.contains(town))
    }

    /// The part of this scope that lies in `region`.
    pub fn narrow(&self, region: &RegionCode) -> Result<Scope, OutOfScope> {
        let areas: Vec<Area> = self
            .areas
            .iter()
            .filter_map(|area| {
                if area.region.contains(region.as_str()) {
                    Some(Area { region: region.clone(), sectors: area.sectors.clone() })
                } else {
                    region.contains(area.region.as_str()).then(|| area.clone())
                }
            })
            .collect();
        if areas.is_empty() {
            return Err(OutOfScope);
        }
        Ok(Scope::new(areas, self.enterprises.clone()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn area(text: &str) -> Area {
        Area { region: RegionCode::parse(text).unwrap(), sectors: None }
    }

    #[test]
    fn narrowing_never_widens() {
        let scope = Scope::new(vec![area("440507"), area("440511001"), area("440507003")], None);
        assert_eq!(scope.areas(), [area("440507"), area("440511001")]);
        let code = |text| RegionCode::parse(text).unwrap();
        assert_eq!(scope.narrow(&code("4405")).unwrap().areas(), scope.areas());
        assert_eq!(scope.narrow(&code("440507003")).unwrap().areas(), [area("440507003")]);
        assert!(scope.narrow(&code("440513")).is_err());
        assert!(!scope.covers("440511"));
    }

    #[test]
    fn a_sector_limit_in_one_region_does_not_open_the_other() {
        let limited = Area { sectors: Some(vec!["construction".into()]), ..area("440507") };
        let scope = Scope::new(vec![limited.clone(), area("440511")], None);
        assert_eq!(scope.areas(), [limited, area("440511")]);
    }
}
