//! Draws over archives: records filled in, changed, vouched for, sent back, renewed and taken out, one by one and by workbook; and what
//! counts for an archive although it is kept elsewhere.

use archive::Record;
use axum::http::StatusCode;
use chrono::Duration;
use db::Exec;
use enterprise::Enterprise;
use serde_json::{Value, json};

use super::{
    people::{Drawing, Said, at},
    place::ended,
};
use crate::{
    archive_import::{PERMIT, book},
    hazard::chlorine,
};

const LIVE: &str = " where state not in ('replaced', 'removed')";

fn url(record: &Record) -> String {
    format!("/api/records/{}/{}", record.city, record.id)
}

impl Drawing<'_> {
    /// A day near today, on which a paper runs out or soon, or long after.
    fn end(&mut self) -> String {
        let days = *self.dice.one(&[-3, 0, 1, 2, 59, 60, 61, 400]);
        (self.server.app.clock.today() + Duration::days(days)).to_string()
    }

    /// A section, and something to fill in.
    fn filled(&mut self) -> (&'static str, Value) {
        let serial = self.next();
        match self.dice.below(6) {
            0..3 => {
                let kind = self.dice.one(&["safety", "business", "fire"]);
                ("permit", json!({"kind": kind, "number": format!("许可{serial}"), "expires_on": self.end()}))
            }
            3 => ("product", json!({"name": format!("注塑件{serial}")})),
            4 => (
                "hazardous_chemical",
                json!({"name": format!("甲苯{serial}"), "use_kind": "raw", "stored": "1"}),
            ),
            _ => {
                let (one, two) = (self.dice.once_in(2), self.dice.once_in(2));
                ("risk_profile", json!({"special_equipment": one, "confined_space": two}))
            }
        }
    }

    pub(super) async fn records_of(&self, row: &Enterprise) -> Vec<Record> {
        let sql = Record::select().push(LIVE).push(" and enterprise = ").arg(row.id);
        self.server.app.db.all(sql.push(" order by created_at, title, id")).await.unwrap()
    }

    async fn record(&mut self, fits: impl Fn(&Record) -> bool) -> Option<Record> {
        let sql = Record::select().push(LIVE).push(" order by created_at, section, title");
        let all: Vec<Record> = self.server.app.db.all(sql).await.unwrap();
        let good: Vec<&Record> = all.iter().filter(|own| fits(own)).collect();
        if good.is_empty() { None } else { Some((*self.dice.one(&good)).clone()) }
    }

    pub(super) async fn enter(&mut self) -> Said {
        // several of one enterprise make more of an archive than one of each
        let (row, mut said) = (self.any().await, None);
        for _ in 0..=self.dice.below(3) {
            let (section, fields) = self.filled();
            let body = json!({"section": section, "fields": fields});
            said = Some(self.clerk.send("POST", &format!("{}/records", at(&row)), body, None).await);
        }
        said
    }

    pub(super) async fn renew(&mut self) -> Said {
        let old = self.record(|own| own.section == "permit").await?;
        let serial = self.next();
        let fields = json!({"kind": "safety", "number": format!("换{serial}"), "expires_on": self.end()});
        let body = json!({"section": "permit", "replaces": old.id, "replaces_version": old.version, "fields": fields});
        let url = format!("/api/enterprises/{}/{}/records", old.city, old.enterprise);
        Some(self.clerk.send("POST", &url, body, None).await)
    }

    pub(super) async fn amend(&mut self) -> Said {
        let own = self.record(|own| ["permit", "risk_profile"].contains(&own.section.as_str())).await?;
        let fields = match own.section.as_str() {
            "permit" => json!({"expires_on": self.end()}),
            _ => {
                json!({"special_equipment": self.dice.once_in(2), "hazardous_chemicals": self.dice.once_in(2)})
            }
        };
        let body = json!({"version": own.version, "fields": fields});
        Some(self.clerk.send("PATCH", &url(&own), body, None).await)
    }

    pub(super) async fn vouch(&mut self) -> Said {
        let own = self.record(|own| own.state != "verified").await?;
        let url = format!("/api/enterprises/{}/{}/sections/{}/verify", own.city, own.enterprise, own.section);
        let body = json!({"records": [{"id": own.id, "version": own.version}]});
        Some(self.officer.send("POST", &url, body, None).await)
    }

    pub(super) async fn send_back(&mut self) -> Said {
        let own = self.record(|_| true).await?;
        let body = json!({"version": own.version, "fields": [{"field": "", "reason": "看不清"}]});
        Some(self.officer.send("POST", &format!("{}/return", url(&own)), body, None).await)
    }

    pub(super) async fn take_out(&mut self) -> Said {
        let own = self.record(|_| true).await?;
        let body = json!({"version": own.version, "reason": "重复"});
        Some(self.clerk.send("POST", &format!("{}/remove", url(&own)), body, None).await)
    }

    /// Several records by workbook; somebody may write in between.
    pub(super) async fn workbook(&mut self) -> Said {
        let mut lines = Vec::new();
        for _ in 0..3 {
            let row = self.any().await;
            let serial = self.next();
            let end = self.end();
            let code = row.credit_code.unwrap_or_default();
            lines.push([
                "".into(),
                row.name,
                code,
                "安全生产许可证".into(),
                format!("表{serial}"),
                String::new(),
                String::new(),
                end,
            ]);
        }
        let rows = lines.iter().map(|line| line.iter().map(String::as_str).collect()).collect();
        let asked = self
            .clerk
            .upload("/api/archive-imports?region=4405", &book(&[("证照与许可", PERMIT, rows)]))
            .await;
        let import = asked.1.clone();
        let read = ended(&self.clerk, asked).await;
        if read.0 != StatusCode::OK {
            return Some(read);
        }
        if self.dice.once_in(2) {
            self.enter().await;
        }
        let url = format!("/api/archive-imports/4405/{}/commit", import["id"].as_str().unwrap());
        let asked = self.clerk.send("POST", &url, json!({"skip_wrong": true}), None).await;
        Some(ended(&self.clerk, asked).await)
    }

    /// A major hazard source, which stands for a section of the archive.
    pub(super) async fn source(&mut self) -> Said {
        let row = self.any().await;
        let body = chlorine(&json!({"id": row.id}));
        let said = self.officer.send("POST", "/api/hazard-sources", body, None).await;
        if said.0 == StatusCode::CREATED {
            self.sources.push(said.1["source"].clone());
        }
        Some(said)
    }

    pub(super) async fn no_source(&mut self) -> Said {
        let own = self.sources.pop()?;
        let url = format!("/api/hazard-sources/4405/{}/remove", own["id"].as_str().unwrap());
        let body = json!({"version": own["version"], "reason": "重复登记"});
        Some(self.officer.send("POST", &url, body, None).await)
    }
}
