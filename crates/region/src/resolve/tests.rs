//! What the resolver promises of addresses in Shantou.

use super::*;

fn town(address: &str, name: &str, authority: Option<&str>) -> String {
    Gazetteer::new("4405", Vec::new()).resolve(Evidence { address, name, authority }).town
}

#[test]
fn a_written_town_is_certain() {
    assert_eq!(town("广东省汕头市澄海区莲下镇某路1号", "某厂", None), "440515102");
    assert_eq!(town("澄海区凤翔街道某工业区", "某厂", None), "440515001");
    // towns that have become streets, counties that have become districts
    assert_eq!(town("汕头市龙湖区外砂镇某路", "某社", None), "440507009");
    assert_eq!(town("潮阳市峡山镇某路", "某厂", Some("440514")), "440514001");
    assert_eq!(town("汕头市潮南区峡山街道𬶍某路", "某厂", None), "440514001");
    assert_eq!(town("汕头市金平区𬶍莲街道某路", "某厂", None), "440511015");
}

#[test]
fn a_street_named_after_a_town_is_no_town() {
    assert_eq!(town("汕头市金平区东里路3号", "某厂", None), "440511");
    assert_eq!(town("汕头市金平区澄海路3号", "某厂", None), "440511");
    // a residents' committee named after a road, a firm named after a street
    assert_eq!(town("汕头市潮汕路西侧金园工业区2片区", "某光华印刷厂", Some("440511")), "440511");
}

#[test]
fn what_says_only_the_county_stays_there() {
    assert_eq!(town("汕头市金平区同益西巷3号", "某厂", None), "440511");
    assert_eq!(town("瑞平路13号", "某厂", Some("440511")), "440511");
    assert_eq!(town("瑞平路13号", "某厂", Some("440500")), "4405");
}

#[test]
fn what_officers_taught_decides() {
    let taught = vec![Taught { county: "440511".into(), word: "瑞平路".into(), town: "440511007".into() }];
    let resolution = Gazetteer::new("4405", taught).resolve(Evidence {
        address: "瑞平路13号",
        name: "某厂",
        authority: None,
    });
    assert_eq!(resolution.town, "440511007");
    assert!(resolution.reason.contains("瑞平路"));
}

#[test]
fn the_city_is_found_in_address_name_or_code() {
    let city = |address, name, authority| city_of(Evidence { address, name, authority });
    assert_eq!(city("广东省汕头市金平区某路", "某厂", None).as_deref(), Some("4405"));
    assert_eq!(city("某路1号", "广州市某厂", None).as_deref(), Some("4401"));
    assert_eq!(city("某路1号", "某厂", Some("440300")).as_deref(), Some("4403"));
    assert_eq!(city("龙湖区外砂镇某路", "某厂", None).as_deref(), Some("4405"));
    assert_eq!(city("某路1号", "某厂", None), None);
}
