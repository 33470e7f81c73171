//! Who may do what: roles, grants, and the table that joins them to operations.
//!
//! A [`Power`] is a constant beside the handler it guards; all powers together are the matrix in `permissions.txt`.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::{RegionCode, Scope, Tier, scope::Area};

macro_rules! roles {
    ($($(#[$doc:meta])* $name:ident $code:literal $label:literal,)*) => {
        /// What a grant makes of a person. The three administrator duties exclude one another
        /// (separation of duties, GB/T 22239-2019 8.1.4.1 and 8.1.5).
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
        #[serde(rename_all = "snake_case")]
        pub enum Role { $($(#[$doc])* $name,)* }
        impl Role {
            /// Every role.
            pub const ALL: &'static [Role] = &[$(Role::$name,)*];
            /// The word in storage and in the interface between programs.
            pub const fn code(self) -> &'static str { match self { $(Role::$name => $code,)* } }
            /// The Chinese name.
            pub const fn label(self) -> &'static str { match self { $(Role::$name => $label,)* } }
            /// The role of that word.
            pub fn parse(code: &str) -> Option<Role> { match code { $($code => Some(Role::$name),)* _ => None } }
        }
    };
}

roles! {
    /// Runs the system: regions, agencies, jobs, settings. Sees no business data.
    System "system" "系统管理员",
    /// Keeps accounts and grants of the own area and below.
    Security "security" "安全管理员",
    /// Reads the trail.
    Audit "audit" "审计员",
    /// Reads everything of the own area: figures, lists, archives.
    Leader "leader" "领导",
    /// Keeps the register of the own area: import, correct, assign, merge.
    Clerk "clerk" "业务人员",
    /// Supervises enterprises: corrects, verifies, decides proposals.
    Officer "officer" "监管员",
    /// An enterprise's own account: reads its archive, proposes changes.
    Enterprise "enterprise" "企业",
    /// A safety intermediary: reads those who engaged it.
    Intermediary "intermediary" "中介机构",
}

impl Role {
    /// The three administrator duties, of which one person holds at most one.
    pub const fn is_administrator(self) -> bool {
        matches!(self, Role::System | Role::Security | Role::Audit)
    }
}

/// One operation and who may do it: each line is a role and the lowest tier whose grant suffices.
#[derive(Debug)]
pub struct Power {
    /// The operation id of the OpenAPI document.
    pub operation: &'static str,
    /// What it is, in Chinese.
    pub label: &'static str,
    /// Role and lowest tier.
    pub allow: &'static [(Role, Tier)],
}

/// A role in a region, perhaps for some sectors and for a time.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Grant {
    /// What the person is there.
    pub role: Role,
    /// Where.
    pub region: RegionCode,
    /// Limited to these supervised sectors; `None` is all.
    pub sectors: Option<Vec<String>>,
    /// First day it counts.
    pub valid_from: NaiveDate,
    /// First day it no longer counts.
    pub valid_to: Option<NaiveDate>,
    /// Number of the delegation deed (委托执法) or order.
    pub document: Option<String>,
}

impl Grant {
    /// Whether the grant counts on that day.
    pub fn holds_on(&self, day: NaiveDate) -> bool {
        self.valid_from <= day && self.valid_to.is_none_or(|end| day < end)
    }
}

/// What kind of account acts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ActorKind {
    /// A person of an agency.
    Officer,
    /// An enterprise's account.
    Enterprise,
    /// A safety intermediary's account.
    Intermediary,
    /// Anjian itself: jobs and the command line.
    System,
}

/// Who acts: the person, for whom, and the grants that count today.
#[derive(Debug, Clone)]
pub struct Actor {
    /// The account; nil for the system itself.
    pub account: Uuid,
    /// Name as the trail shows it.
    pub name: String,
    /// What kind of account.
    pub kind: ActorKind,
    /// The person a deputy stands in for.
    pub on_behalf: Option<Uuid>,
    /// A token's limit: only these operations; `None` is no limit.
    pub operations: Option<Vec<String>>,
    /// The enterprises an enterprise's or intermediary's account is bound to today: city and id.
    pub enterprises: Vec<(String, Uuid)>,
    /// Grants that count today.
    pub grants: Vec<Grant>,
}

/// Known, but not permitted (403).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Denied {
    /// The operation refused.
    pub operation: &'static str,
    /// Its Chinese name.
    pub label: &'static str,
}

impl Actor {
    /// The system as actor.
    pub fn system(name: &str) -> Self {
        Actor {
            account: Uuid::nil(),
            name: name.to_string(),
            kind: ActorKind::System,
            on_behalf: None,
            operations: None,
            enterprises: Vec::new(),
            grants: Vec::new(),
        }
    }

    /// The scope in which this person holds that power; refused if there is none.
    pub fn may(&self, power: &Power) -> Result<Scope, Denied> {
        let denied = Denied { operation: power.operation, label: power.label };
        let limited = |operations: &Vec<String>| !operations.iter().any(|own| own == power.operation);
        if self.operations.as_ref().is_some_and(limited) {
            return Err(denied);
        }
        let mut areas = Vec::new();
        let mut bound = true;
        for grant in &self.grants {
            let fits = power
                .allow
                .iter()
                .any(|(role, lowest)| *role == grant.role && grant.region.tier() <= *lowest);
            if fits {
                let of_enterprises = matches!(grant.role, Role::Enterprise | Role::Intermediary);
                // which rows is said by the enterprises; they stay the same when one is assigned to another town
                let region = grant.region.at(Tier::City).filter(|_| of_enterprises);
                let region = region.unwrap_or_else(|| grant.region.clone());
                areas.push(Area { region, sectors: grant.sectors.clone() });
                bound &= of_enterprises;
            }
        }
        if areas.is_empty() {
            return Err(denied);
        }
        // an account that is bound to nothing sees nothing
        let enterprises = bound.then(|| self.enterprises.iter().map(|(_, id)| *id).collect());
        Ok(Scope::new(areas, enterprises))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const READ: Power = Power {
        operation: "read",
        label: "查看",
        allow: &[(Role::Clerk, Tier::Town), (Role::Enterprise, Tier::Village)],
    };
    const MERGE: Power = Power { operation: "merge", label: "合并", allow: &[(Role::Clerk, Tier::County)] };

    fn actor(role: Role, region: &str) -> Actor {
        let day = NaiveDate::from_ymd_opt(2026, 1, 1).unwrap();
        Actor {
            grants: vec![Grant {
                role,
                region: RegionCode::parse(region).unwrap(),
                sectors: None,
                valid_from: day,
                valid_to: None,
                document: None,
            }],
            ..Actor::system("test")
        }
    }

    #[test]
    fn a_grant_below_the_lowest_tier_does_not_suffice() {
        assert!(actor(Role::Clerk, "440507003").may(&READ).is_ok());
        assert!(actor(Role::Clerk, "440507003").may(&MERGE).is_err());
        assert!(actor(Role::Clerk, "440507").may(&MERGE).is_ok());
        assert!(actor(Role::System, "4405").may(&READ).is_err());
    }

    #[test]
    fn an_enterprise_account_bound_to_nothing_sees_nothing() {
        let mut firm = actor(Role::Enterprise, "440507003");
        assert_eq!(firm.may(&READ).unwrap().enterprises(), Some(&[][..]));
        let id = Uuid::from_u128(7);
        firm.enterprises = vec![("4405".into(), id)];
        assert_eq!(firm.may(&READ).unwrap().enterprises(), Some(&[id][..]));
    }

    #[test]
    fn an_account_bound_to_enterprises_follows_them_within_their_city() {
        let scope = actor(Role::Enterprise, "440507003").may(&READ).unwrap();
        assert!(scope.covers("440511015") && !scope.covers("440305001"));
    }
}
