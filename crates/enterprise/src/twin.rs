//! Records that may be one enterprise written twice: those that share a registration number, an organisation code, an address together
//! with its legal person, or a name. Kept with every write in the table `twin`, so that a page never searches the register.

use std::collections::{BTreeMap, BTreeSet};

use db::{Exec, FromRow, Result, Sql, Tx, bulk};
use uuid::Uuid;

use crate::{change::Change, model::Enterprise};

/// What records can share: the beginning of the key, its name, and the SQL of what follows. The surest comes first.
pub const KINDS: &[(&str, &str, &str)] = &[
    ("1code:", "注册号相同", "old_code"),
    ("2organization:", "组织机构代码相同", "organization_code"),
    ("3place:", "地址和法定代表人相同", "address_key || '|' || legal_person"),
    ("4name:", "名称相同", "name_key"),
];

/// Records looked at for the keys of 400 others; more of one name are a common name, not one enterprise.
const MOST: i64 = 20_000;

/// Why a key makes records alike, in Chinese.
pub fn why(key: &str) -> &'static str {
    KINDS.iter().find(|(kind, _, _)| key.starts_with(kind)).map_or("", |(_, why, _)| why)
}

/// What a record can share with others; a merged one shares nothing.
pub(crate) fn keys(row: &Enterprise) -> BTreeSet<String> {
    let mut keys = BTreeSet::new();
    if row.status == "merged" {
        return keys;
    }
    keys.extend(row.old_code.as_ref().map(|code| format!("1code:{code}")));
    keys.extend(row.organization_code.as_ref().map(|code| format!("2organization:{code}")));
    if let Some(person) = row.legal_person.as_ref().filter(|_| !row.address_key.is_empty()) {
        keys.insert(format!("3place:{}|{person}", row.address_key));
    }
    if !row.name_key.is_empty() {
        keys.insert(format!("4name:{}", row.name_key));
    }
    keys
}

/// A record as far as its twins depend on it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
struct State {
    town: String,
    keys: BTreeSet<String>,
}

impl State {
    fn of(row: &Enterprise) -> State {
        State { town: row.town.clone(), keys: keys(row) }
    }
}

/// Changes gathered over a transaction: how each record stood before and how it stands now.
#[derive(Debug, Default)]
pub struct Twins(BTreeMap<(String, Uuid), Change<State>>);

#[derive(FromRow)]
struct Kept {
    key: String,
    id: Uuid,
}

#[derive(FromRow)]
struct Alike {
    key: String,
    id: Uuid,
    town: String,
}

impl Twins {
    /// The record stands so from now on.
    pub fn add(&mut self, row: &Enterprise) {
        self.0.entry((row.city.clone(), row.id)).or_default().now = Some(State::of(row));
    }

    /// The record stood so before.
    pub fn remove(&mut self, row: &Enterprise) {
        self.0.entry((row.city.clone(), row.id)).or_default().leave(|| Some(State::of(row)));
    }

    /// Records that left their division, with the one they are in now.
    pub fn moved(&self) -> Vec<(String, Uuid, String)> {
        let moved = self.0.iter().filter_map(|((city, id), own)| {
            let (before, after) = (own.before.as_ref()?, own.now.as_ref()?);
            (before.town != after.town).then(|| (city.clone(), *id, after.town.clone()))
        });
        moved.collect()
    }

    /// Writes the changes gathered so far; the records are written already.
    pub async fn apply(&mut self, tx: &mut Tx) -> Result<()> {
        let mut cities: BTreeMap<String, Vec<(Uuid, State, State)>> = BTreeMap::new();
        for ((city, id), own) in std::mem::take(&mut self.0) {
            let (before, after) = (own.before.unwrap_or_default(), own.now.unwrap_or_default());
            if before != after {
                cities.entry(city).or_default().push((id, before, after));
            }
        }
        for (city, changes) in cities {
            for chunk in changes.chunks(400) {
                forget(tx, &city, chunk).await?;
                find(tx, &city, chunk).await?;
            }
        }
        Ok(())
    }
}

/// Takes away what no longer holds, and whoever is left alone by it.
async fn forget(tx: &mut Tx, city: &str, changes: &[(Uuid, State, State)]) -> Result<()> {
    let changed: BTreeMap<Uuid, &State> = changes
        .iter()
        .filter(|(_, before, _)| !before.keys.is_empty())
        .map(|(id, _, after)| (*id, after))
        .collect();
    if changed.is_empty() {
        return Ok(());
    }
    let sql = Sql::new("select key, id from twin where city = ").arg(city).push(" and ");
    let kept: Vec<Kept> = tx.all(sql.within("id", changed.keys().copied())).await?;
    let mut left = BTreeSet::new();
    for Kept { key, id } in kept {
        let Some(now) = changed.get(&id) else { continue };
        let sql = if now.keys.contains(&key) {
            Sql::new("update twin set town = ").arg(&now.town)
        } else {
            left.insert(key.clone());
            Sql::new("delete from twin")
        };
        let sql = sql.push(" where city = ").arg(city).push(" and key = ").arg(key);
        tx.run(sql.push(" and id = ").arg(id)).await?;
    }
    if !left.is_empty() {
        let sql = Sql::new("delete from twin where city = ").arg(city).push(" and ").within("key", left);
        let sql = sql.push(
            " and (select count(*) from twin other where other.city = twin.city and other.key = twin.key) < 2",
        );
        tx.run(sql).await?;
    }
    Ok(())
}

/// Looks up what shares the new keys.
async fn find(tx: &mut Tx, city: &str, changes: &[(Uuid, State, State)]) -> Result<()> {
    let added: BTreeSet<&str> = changes
        .iter()
        .flat_map(|(_, before, after)| after.keys.difference(&before.keys).map(String::as_str))
        .collect();
    // writers meet in the order of the key
    let mut twins: BTreeSet<(String, Uuid, String)> = BTreeSet::new();
    for (kind, _, value) in KINDS {
        let values: Vec<&str> = added.iter().filter_map(|key| key.strip_prefix(kind)).collect();
        if values.is_empty() {
            continue;
        }
        let sql =
            Sql::new(&format!("select {value} as key, id, town from enterprise where city = ")).arg(city);
        let sql = sql.push(" and ").within(value, values).push(" and status <> 'merged' limit ").arg(MOST);
        let mut alike: BTreeMap<String, Vec<(Uuid, String)>> = BTreeMap::new();
        for Alike { key, id, town } in tx.all::<Alike>(sql).await? {
            alike.entry(key).or_default().push((id, town));
        }
        for (key, records) in alike.into_iter().filter(|(_, records)| records.len() > 1) {
            twins.extend(records.into_iter().map(|(id, town)| (format!("{kind}{key}"), id, town)));
        }
    }
    let rows = twins
        .into_iter()
        .map(|(key, id, town)| vec![city.into(), key.into(), id.into(), town.into(), false.into()]);
    let tail = " on conflict (city, key, id) do update set town = excluded.town";
    bulk(tx, "twin", &["city", "key", "id", "town", "apart"], rows.collect(), tail).await?;
    Ok(())
}
