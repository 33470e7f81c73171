//! Draws over the map and the law of places.

use axum::http::StatusCode;
use serde_json::{Value, json};
use testkit::{Client, end_of};

use super::people::{COUNTIES, Drawing, Said};
use crate::region::change;

/// Waits for what was asked; a job that failed was refused.
pub(super) async fn ended(by: &Client<'_>, asked: (StatusCode, Value)) -> (StatusCode, Value) {
    if asked.0 != StatusCode::ACCEPTED {
        return asked;
    }
    let job = end_of(by, &asked.1).await;
    let status = if job["state"] == "done" { StatusCode::OK } else { StatusCode::CONFLICT };
    (status, job)
}

impl Drawing<'_> {
    /// Divisions change, with what stands in them.
    pub(super) async fn remap(&mut self, how: &str) -> Said {
        // where something stands
        let row = self.fitting(|row| row.town.len() == 9).await;
        let town = row.town.clone();
        let county = town.get(..6).unwrap_or(COUNTIES[0]).to_string();
        let serial = self.next();
        let name = |kind: &str| format!("{kind}{serial}镇");
        let other = region::divisions::children(&county)
            .iter()
            .map(|own| own.code.clone())
            .find(|own| *own != town)?;
        let new = match how {
            "rename" => change("rename", &[&town], json!({"name": name("新名")})),
            "merge" => change("merge", &[&town, &other], json!({"name": name("合并")})),
            "move" => {
                let to = COUNTIES.iter().find(|own| **own != county)?;
                change("move", &[&town], json!({"parent": to, "name": name("划入")}))
            }
            _ => change(
                "split",
                &[&town],
                json!({"parts": [
                    {"code": town, "members": [], "rest": self.dice.once_in(2)},
                    {"name": name("分出"), "members": [], "words": ["某路1", "另一路"], "rest": false}]}),
            ),
        };
        let asked = self.admin.send("POST", "/api/region-changes", new, None).await;
        let said = ended(&self.admin, asked).await;
        if said.0 == StatusCode::OK {
            self.changes.push(said.1["result"].clone());
        }
        Some(said)
    }

    /// The last change that stands is undone.
    pub(super) async fn unmap(&mut self) -> Said {
        let done = self.changes.pop()?;
        let url = format!("/api/region-changes/4405/{}/undo", done["change"].as_str().unwrap());
        let asked = self.admin.send("POST", &url, Value::Null, None).await;
        Some(ended(&self.admin, asked).await)
    }

    /// A county asks for a section more from now on.
    pub(super) async fn law(&mut self) -> Said {
        let serial = self.next();
        let section = self.dice.one(&["product", "equipment", "site_plan"]);
        let row = json!({"region": self.dice.one(&COUNTIES), "source": "汕府办〔2026〕3号", "valid_from": "2026-01-01",
            "cells": {"section": section, "item": (90 + serial).to_string(), "name": "产品", "level": "required", "why": "本区要求"}});
        let said = self.admin.send("POST", "/api/law-tables/archive-requirement/rows", row, None).await;
        archive::catch_up(&self.server.app).await.unwrap();
        Some(said)
    }
}
