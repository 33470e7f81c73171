//! One account per role and tier.

use account::{Account, NewAccount, NewGrant, create, grant, random_password};
use db::{Exec, Tx};
use enterprise::Enterprise;
use kernel::{Actor, Clock, RegionCode, Role};
use uuid::Uuid;
use web::Problem;

use crate::Login;

/// The county of the demonstration accounts: 龙湖区.
pub const COUNTY: &str = "440507";
/// Their town: 鸥汀街道.
pub const TOWN: &str = "440507005";

/// Somebody with one role.
pub struct Person {
    /// Name to sign in with.
    login: String,
    /// Name.
    pub name: String,
    /// Role.
    pub role: Role,
    /// Where.
    pub region: String,
    /// Enterprise of an enterprise's account.
    enterprise: Option<Uuid>,
}

impl Person {
    /// The account of an enterprise.
    pub fn of_enterprise(firm: &Enterprise) -> Person {
        Person {
            login: "enterprise".into(),
            name: firm.safety_head.clone().unwrap_or_else(|| "安全员".into()),
            role: Role::Enterprise,
            region: firm.town.clone(),
            enterprise: Some(firm.id),
        }
    }
}

/// The intermediary.
pub fn intermediary() -> Person {
    Person {
        login: "intermediary".into(),
        name: "汕头市示例安全技术服务有限公司".into(),
        role: Role::Intermediary,
        region: "4405".into(),
        enterprise: None,
    }
}

/// The officials.
pub fn officers() -> Vec<Person> {
    let rows = [
        ("city-system", "陈系统", Role::System, "4405"),
        ("city-security", "林授权", Role::Security, "4405"),
        ("city-audit", "黄审计", Role::Audit, "4405"),
        ("city-leader", "郑局长", Role::Leader, "4405"),
        ("city-clerk", "吴文员", Role::Clerk, "4405"),
        ("city-officer", "蔡监管", Role::Officer, "4405"),
        ("county-security", "许授权", Role::Security, COUNTY),
        ("county-leader", "李局长", Role::Leader, COUNTY),
        ("county-clerk", "张文员", Role::Clerk, COUNTY),
        ("county-officer", "杨监管", Role::Officer, COUNTY),
        ("town-leader", "周主任", Role::Leader, TOWN),
        ("town-clerk", "谢文员", Role::Clerk, TOWN),
        ("town-officer", "王监管", Role::Officer, TOWN),
    ];
    rows.into_iter()
        .map(|(login, name, role, region)| Person {
            login: login.into(),
            name: name.into(),
            role,
            region: region.into(),
            enterprise: None,
        })
        .collect()
}

/// Makes the account with its role; the password is answered and kept as a hash only.
pub async fn make(
    tx: &mut Tx,
    clock: &Clock,
    actor: &Actor,
    person: &Person,
) -> Result<(Login, Uuid), Problem> {
    let region = RegionCode::parse(&person.region)?;
    let new = NewAccount {
        login: person.login.clone(),
        name: person.name.clone(),
        kind: match person.role {
            Role::Enterprise => "enterprise",
            Role::Intermediary => "intermediary",
            _ => "officer",
        },
        region: region.clone(),
        enterprise: person.enterprise,
    };
    let password = random_password();
    let (id, _) = create(tx, clock, actor, new, Some(password.clone())).await?;
    let account: Account = tx.one(Account::select().push(" where id = ").arg(id)).await?;
    let own = NewGrant {
        role: person.role,
        region,
        sectors: None,
        valid_from: clock.today(),
        valid_to: None,
        document: None,
    };
    grant(tx, clock, actor, &account, own).await?;
    let place = region::divisions::full_name(&person.region);
    Ok((Login { login: person.login.clone(), password, role: person.role.label(), place }, id))
}
