//! Draws over the register: records made, corrected, given a town, vouched for, ended, made one, split and handed over.

use axum::http::StatusCode;
use db::Exec;
use enterprise::{Cluster, Enterprise, Handover};
use serde_json::{Map, Value, json};
use testkit::code;

use super::people::{COUNTIES, Drawing, Said, at, item};

/// What tells the industry, the sector and the ownership of a name.
const NAMES: [&str; 6] = [
    "测试塑料厂",
    "测试加油站",
    "测试供销合作社",
    "测试建筑工程有限公司",
    "测试贸易有限公司",
    "测试烟花爆竹门市",
];
const KINDS: [&str; 4] = ["国有企业", "集体所有制", "有限责任公司(自然人投资或控股)", "个人独资企业"];
const INDUSTRIES: [&str; 5] = ["29", "26", "52", "47", "C13"];
const PEOPLE: [&str; 3] = ["陈某", "林某", "黄某"];

impl Drawing<'_> {
    /// Some values that are counted, or from which something that is counted follows.
    pub(super) fn values(&mut self) -> Map<String, Value> {
        let mut values = Map::new();
        for _ in 0..=self.dice.below(4) {
            let (name, value) = match self.dice.below(9) {
                0 | 1 => ("staff", json!([0, 8, 40, 350, 1_200][self.dice.below(5)])),
                2 => ("revenue", json!([0, 90_000_000, 40_000_000_000i64][self.dice.below(3)])),
                3 => ("industry", json!(self.dice.one(&INDUSTRIES))),
                4 => ("sector", json!(self.dice.one(rules::sector::SECTORS).0)),
                5 => ("registration_type", json!(self.dice.one(&KINDS))),
                6 => ("scope", json!(["零售：汽油", "制造：塑料制品", ""][self.dice.below(3)])),
                7 => ("longitude", json!([Value::Null, json!(116.7), json!(1.0)][self.dice.below(3)])),
                _ => ("latitude", json!([Value::Null, json!(23.4)][self.dice.below(2)])),
            };
            values.insert(name.into(), value);
        }
        if self.dice.once_in(3) {
            values.insert("longitude".into(), json!(116.68));
            values.insert("latitude".into(), json!(23.35));
        }
        values
    }

    /// A name that was not drawn before.
    pub(super) fn name(&mut self) -> String {
        let serial = self.next();
        format!("汕头市第{serial}{}", self.dice.one(&NAMES))
    }

    pub(super) async fn create(&mut self) -> Said {
        let mut changes = self.values();
        changes.insert("name".into(), json!(self.name()));
        changes.insert("legal_person".into(), json!(self.dice.one(&PEOPLE)));
        let road = self.dice.below(3);
        changes.insert("registered_address".into(), json!(format!("汕头市某镇某路{road}号")));
        if self.dice.once_in(2) {
            let serial = self.next();
            changes.insert("credit_code".into(), json!(code("440515", 100 + serial)));
        }
        let new = json!({"town": self.town(), "changes": changes, "anyway": true});
        Some(self.clerk.send("POST", "/api/enterprises", new, None).await)
    }

    pub(super) async fn correct(&mut self) -> Said {
        let (row, mut changes) = (self.any().await, self.values());
        if self.dice.once_in(4) {
            changes.insert("name".into(), json!(self.name()));
        }
        // somebody else was quicker
        let version = if self.dice.once_in(8) { row.version - 1 } else { row.version };
        let body = json!({"version": version, "changes": changes});
        Some(self.clerk.send("PATCH", &at(&row), body, None).await)
    }

    pub(super) async fn assign(&mut self) -> Said {
        let mut items = Vec::new();
        for _ in 0..=self.dice.below(3) {
            let row = self.any().await;
            if !items.iter().any(|own: &Value| own["id"] == json!(row.id)) {
                items.push(item(&row));
            }
        }
        let body = json!({"items": items, "town": self.town(), "teach": self.dice.once_in(4)});
        Some(self.clerk.send("POST", "/api/enterprises/assign", body, None).await)
    }

    pub(super) async fn verify(&mut self) -> Said {
        let row = self.fitting(|row| row.verification != "verified").await;
        let url = format!("{}/verify", at(&row));
        Some(self.officer.send("POST", &url, json!({"version": row.version}), None).await)
    }

    /// A step of its life, from one of these states.
    pub(super) async fn step(&mut self, from: &[&str], to: &str) -> Said {
        let row = self.fitting(|row| from.contains(&row.status.as_str())).await;
        let on = self.server.app.clock.today().to_string();
        let body = json!({"version": row.version, "status": to, "on": on, "reason": "现场查看", "document": "汕应急〔2026〕1号"});
        Some(self.clerk.send("POST", &format!("{}/status", at(&row)), body, None).await)
    }

    pub(super) async fn merge(&mut self) -> Said {
        let (kept, other) = (self.any().await, self.any().await);
        let fields =
            ["staff", "town", "status", "credit_code", "registered_address", "longitude", "industry"];
        let number = self.dice.below(4);
        let take = self.dice.shuffled(&fields)[..number].to_vec();
        let body = json!({"version": kept.version, "other": other.id, "other_version": other.version, "take": take, "reason": "现场核对为同一家"});
        Some(self.clerk.send("POST", &format!("{}/merge", at(&kept)), body, None).await)
    }

    pub(super) async fn unmerge(&mut self) -> Said {
        // one that something was built upon since is refused; often it is one of just now
        let mut fresh = false;
        for _ in 0..self.dice.below(5) {
            fresh = fresh || self.merge().await.is_some_and(|(status, _)| status == StatusCode::CREATED);
        }
        let (_, page) = self.clerk.get("/api/mergers?state=done").await;
        let mergers = page["items"].as_array().unwrap();
        let old = !fresh && self.dice.once_in(3);
        let merger = if old { mergers.last() } else { mergers.first() }?;
        let url = format!("/api/mergers/4405/{}/undo", merger["id"].as_str().unwrap());
        let body = json!({"version": merger["version"], "reason": "两家不同"});
        Some(self.clerk.send("POST", &url, body, None).await)
    }

    pub(super) async fn split(&mut self) -> Said {
        let row = self.any().await;
        let serial = self.next();
        let mut changes = self.values();
        changes.insert(
            "name".into(),
            json!(format!("{}分厂{serial}", row.name.chars().take(12).collect::<String>())),
        );
        changes.insert("address".into(), json!(format!("汕头市某镇另一路{serial}号")));
        let records = self.records_of(&row).await;
        let going: Vec<_> = records.iter().filter(|_| self.dice.once_in(2)).map(|own| own.id).collect();
        let body = json!({"version": row.version, "town": self.town(), "changes": changes, "own": self.values(), "records": going, "reason": "两处厂房"});
        Some(self.clerk.send("POST", &format!("{}/split", at(&row)), body, None).await)
    }

    pub(super) async fn offer(&mut self) -> Said {
        let row = self.fitting(|row| COUNTIES.iter().any(|own| row.town.starts_with(own))).await;
        let from = COUNTIES.iter().position(|own| row.town.starts_with(own)).unwrap_or_default();
        let target = COUNTIES[(from + 1 + self.dice.below(2)) % 3];
        let body = json!({"version": row.version, "target": target, "reason": "已搬走"});
        Some(self.counties[from].send("POST", &format!("{}/handover", at(&row)), body, None).await)
    }

    /// Ends a handover that is under way: taken, sent back, or taken back.
    pub(super) async fn hand(&mut self, how: &str) -> Said {
        let sql = Handover::select().push(" where state = 'open' order by created_at, enterprise_name");
        let mut open: Vec<Handover> = self.server.app.db.all(sql.clone()).await.unwrap();
        if open.is_empty() {
            self.offer().await;
            open = self.server.app.db.all(sql).await.unwrap();
        }
        if open.is_empty() {
            return None;
        }
        let own = self.dice.one(&open).clone();
        let of = |town: &str| COUNTIES.iter().position(|own| town.starts_with(own)).unwrap_or_default();
        let (from, to) = (of(&own.town), of(&own.target));
        let url = format!("/api/handovers/{}/{}", own.city, own.id);
        let towns = region::divisions::children(COUNTIES[to]);
        let town = if self.dice.once_in(2) { towns.first().map(|own| own.code.clone()) } else { None };
        Some(match how {
            "accept" => {
                let body = json!({"version": own.version, "accept": true, "town": town});
                self.counties[to].send("POST", &format!("{url}/decide"), body, None).await
            }
            "return" => {
                let body = json!({"version": own.version, "accept": false, "reason": "实际没有搬来"});
                self.counties[to].send("POST", &format!("{url}/decide"), body, None).await
            }
            _ => {
                let body = json!({"version": own.version, "reason": "不搬了"});
                self.counties[from].send("POST", &format!("{url}/withdraw"), body, None).await
            }
        })
    }

    pub(super) async fn duty(&mut self) -> Said {
        let (one, two) = (self.any().await, self.any().await);
        let mut items = vec![item(&one)];
        if two.id != one.id {
            items.push(item(&two));
        }
        let mut body = json!({"items": items, "grid": format!("第{}格", self.dice.below(9))});
        if self.dice.once_in(2) {
            let (_, officers) = self.clerk.get("/api/officers?region=4405").await;
            body["officer"] = officers[0]["id"].clone();
            body["agency"] = self.agency.clone();
        }
        Some(self.clerk.send("POST", "/api/enterprises/duty", body, None).await)
    }

    /// Makes a cluster where an enterprise stands, and puts it in; or takes one out again.
    pub(super) async fn cluster(&mut self, how: &str) -> Said {
        if how == "leave" {
            let row = self.fitting(|row| row.cluster.is_some()).await;
            let body = json!({"items": [item(&row)], "cluster": null});
            return Some(self.clerk.send("POST", "/api/enterprises/cluster", body, None).await);
        }
        let row = self.fitting(|row| row.town.len() == 9).await;
        let serial = self.next();
        let form = json!({"town": row.town, "name": format!("第{serial}市场"), "kind": "market"});
        let (status, made) = self.clerk.send("POST", "/api/clusters", form, None).await;
        if status != StatusCode::CREATED {
            return Some((status, made));
        }
        let all: Vec<Cluster> = self.server.app.db.all(Cluster::select()).await.unwrap();
        let other = self.dice.one(&all).id;
        let cluster = if self.dice.once_in(3) { json!(other) } else { made["id"].clone() };
        let body = json!({"items": [item(&row)], "cluster": cluster});
        Some(self.clerk.send("POST", "/api/enterprises/cluster", body, None).await)
    }

    /// An enterprise proposes something about itself.
    pub(super) async fn propose(&mut self) -> Said {
        let at_firm = self.dice.below(self.firms.len());
        let login = self.firms[at_firm].0.clone();
        let row: Enterprise = self.of_firm(&login).await?;
        let body = json!({"changes": {"staff": 10 + self.next(), "longitude": 116.7, "latitude": 23.4}});
        Some(self.firms[at_firm].1.send("POST", &format!("{}/proposals", at(&row)), body, None).await)
    }

    /// What was proposed is taken, in whole or in part, or sent back.
    pub(super) async fn decide(&mut self, accept: &[&str]) -> Said {
        let open =
            async |own: &Self| own.officer.get("/api/proposals?state=open").await.1["items"][0].clone();
        let mut own = open(self).await;
        if own.is_null() {
            self.propose().await;
            own = open(self).await;
        }
        if own.is_null() {
            return None;
        }
        let asked: Vec<&String> = own["changes"].as_object().unwrap().keys().collect();
        let taken: Vec<&&String> = asked.iter().filter(|name| accept.contains(&name.as_str())).collect();
        let back: Map<String, Value> = asked
            .iter()
            .filter(|name| !accept.contains(&name.as_str()))
            .map(|name| ((*name).clone(), json!("请附证明")))
            .collect();
        let body = json!({"version": own["version"], "accept": taken, "return": back});
        let url = format!("/api/proposals/4405/{}/decide", own["id"].as_str().unwrap());
        Some(self.officer.send("POST", &url, body, None).await)
    }
}
