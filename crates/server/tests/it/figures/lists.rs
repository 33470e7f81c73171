//! Draws over lists that are imported: new rows, changed ones, doubtful ones that somebody decides, and what was written meanwhile.

use axum::http::StatusCode;
use serde_json::json;
use testkit::{code, place};

use super::{
    people::{Drawing, Said},
    place::ended,
};

const HEAD: &str = "企业名称,统一社会信用代码,注册地址,从业人数,企业类型,经度,纬度,登记状态\n";

impl Drawing<'_> {
    /// A line about an enterprise, with other values than the last time.
    fn line(&mut self, name: &str, code: &str, address: &str) -> String {
        let staff = self.dice.below(900);
        let kind = self.dice.one(&["国有企业", "有限责任公司", ""]);
        let spot = self.dice.one(&["116.7,23.4", ","]);
        let status = self.dice.one(&["", "在营", "停业", "注销"]);
        format!("{name},{code},{address},{staff},{kind},{spot},{status}\n")
    }

    pub(super) async fn list(&mut self) -> Said {
        let mut text = HEAD.to_string();
        for _ in 0..2 {
            let (name, serial) = (self.name(), self.next());
            let code = if self.dice.once_in(2) { code("440515", 5_000 + serial) } else { String::new() };
            let road = self.dice.below(3);
            text += &self.line(&name, &code, &format!("汕头市澄海区莲下镇某路{road}号"));
        }
        let known = self.rows().await;
        for number in 0..5 {
            let row = self.dice.one(&known).clone();
            let own = row.credit_code.clone().unwrap_or_default();
            let address = row.registered_address.clone().unwrap_or_else(|| "汕头市".into());
            // elsewhere it may be another
            let address =
                if number == 2 { format!("汕头市金平区某街{}号", self.next()) } else { address };
            text += &self.line(&row.name, if number > 1 { "" } else { &own }, &address);
            // the same without its code further down, which nobody sees in the file
            if number == 0 && !own.is_empty() {
                text += &self.line(&row.name, "", &address);
            }
        }
        let asked = self.clerk.upload("/api/imports?region=4405", text.as_bytes()).await;
        let import = asked.1.clone();
        let read = ended(&self.clerk, asked).await;
        if read.0 != StatusCode::OK {
            return Some(read);
        }
        let url = format!("{}/rows?outcome=duplicate", place(&import));
        let (_, rows) = self.clerk.get(&url).await;
        let rows = rows["items"].as_array().unwrap();
        // each is said of some of the rows
        for (turn, decision) in self.dice.shuffled(&["new", "change", "leave"]).into_iter().enumerate() {
            let own = rows.iter().skip(turn).step_by(3);
            let numbers: Vec<i64> = own.filter_map(|row| row["number"].as_i64()).collect();
            let body = json!({"decision": decision, "numbers": numbers});
            let said = self.clerk.send("PUT", &format!("{}/decisions", place(&import)), body, None).await;
            if !numbers.is_empty() {
                self.note(&format!("decide a row: {decision}"), Some(said));
            }
        }
        // what was judged is no more what is there
        let meanwhile = match self.dice.below(4) {
            0 => self.correct().await,
            1 => self.merge().await,
            2 => self.assign().await,
            _ => None,
        };
        self.note("beside an import", meanwhile);
        let asked = self.clerk.send("POST", &format!("{}/commit", place(&import)), json!({}), None).await;
        Some(ended(&self.clerk, asked).await)
    }
}
