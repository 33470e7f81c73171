//! Invented firms, and small things that many tests say of them.

use serde_json::Value;

use crate::Client;

const LIST: &str = "\
汕头市企业名单（样表）,,,,,,\n\
企业名称,统一社会信用代码,注册日期,企业类型,法人代表,注册资金,注册地址,经营范围\n\
汕头市澄海区测试塑料厂,91440515000000017F,1990-06-14,个人独资企业,陈某,N/A,汕头市澄海区莲下镇立德工业区,制造：塑料制品\n\
汕头市测试贸易有限公司,91440500000000025H,2001/7/3,N/A,吴某,50(万香港元),汕头市金平区金砂路1号,批发、零售：日用百货\n\
汕头市鮀莲测试供销合作社,N/A,1978年6月14日,集体所有制,郑某,3万人民币,汕头市金平区𬶍莲街道某路2号,农业生产资料\n\
无证作坊,,,,,,龙湖区外砂镇某路3号,加工：五金制品\n";

/// The list with codes whose check digits are worked out here, so that no real firm's code stands in a test.
pub fn list() -> String {
    LIST.replace("91440515000000017F", &code("440515", 1)).replace("91440500000000025H", &code("440500", 2))
}

/// A valid code of GB 32100 and GB 11714 for a made-up organisation.
pub fn code(division: &str, serial: u32) -> String {
    let body = format!("{:08}", 90_000_000 + serial);
    let sum: u32 = body
        .bytes()
        .zip([3, 7, 9, 10, 5, 8, 4, 2])
        .map(|(digit, weight)| u32::from(digit - b'0') * weight)
        .sum();
    let check = match 11 - sum % 11 {
        10 => 'X',
        11 => '0',
        digit => char::from(b'0' + digit as u8),
    };
    let signs = "0123456789ABCDEFGHJKLMNPQRTUWXY";
    let stem = format!("91{division}{body}{check}");
    let weights = [1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28];
    let sum: usize = stem.chars().zip(weights).map(|(sign, weight)| signs.find(sign).unwrap() * weight).sum();
    format!("{stem}{}", signs.as_bytes()[(31 - sum % 31) % 31] as char)
}

/// The path of an enterprise that a list or an answer shows.
pub fn path(row: &Value) -> String {
    format!("/api/enterprises/{}/{}", row["city"].as_str().unwrap(), row["id"].as_str().unwrap())
}

/// Of the list: stands in 澄海区莲下镇, certain.
pub const PLASTICS: &str = "汕头市澄海区测试塑料厂";
/// Of the list: stands in 金平区, town not known.
pub const TRADE: &str = "汕头市测试贸易有限公司";

/// A text as it stands in an address.
pub fn percent(text: &str) -> String {
    text.bytes().map(|byte| format!("%{byte:02X}")).collect()
}

/// Waits for the job's end.
pub async fn end_of(client: &Client<'_>, asked: &Value) -> Value {
    let path = format!("/api/jobs/{}", asked["job"].as_str().unwrap());
    for _ in 0..400 {
        let (_, job) = client.get(&path).await;
        if !job["ended_at"].is_null() {
            return job;
        }
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
    panic!("the job never ended");
}

/// The path of an import.
pub fn place(import: &Value) -> String {
    format!("/api/imports/{}/{}", import["city"].as_str().unwrap(), import["id"].as_str().unwrap())
}
