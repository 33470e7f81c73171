//! What the resolver promises of addresses in Shantou.

use super::*;

fn town(address: &str, name: &str, authority: Option<&str>) -> String {
    Gazetteer::new("4405", Vec::new())
        .resolve(Evidence { address, name, authority, ..Evidence::default() })
        .town
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
        ..Evidence::default()
    });
    assert_eq!(resolution.town, "440511007");
    assert!(resolution.reason.contains("瑞平路"));
}

#[test]
fn the_city_is_found_in_address_name_or_code() {
    let city = |address, name, authority| {
        city_of(Evidence { address, name, authority, ..Evidence::default() }, None)
    };
    assert_eq!(city("广东省汕头市金平区某路", "某厂", None).as_deref(), Some("4405"));
    assert_eq!(city("某路1号", "广州市某厂", None).as_deref(), Some("4401"));
    assert_eq!(city("某路1号", "某厂", Some("440300")).as_deref(), Some("4403"));
    assert_eq!(city("龙湖区外砂镇某路", "某厂", None).as_deref(), Some("4405"));
    assert_eq!(city("某路1号", "某厂", None), None);
}

/// The division found in the whole country, as an import without a chosen region does.
fn anywhere(evidence: Evidence<'_>) -> Option<String> {
    let area = city_of(evidence, None)?;
    Some(Gazetteer::new(&area, Vec::new()).resolve(evidence).town)
}

fn place(address: &str, name: &str, authority: &str) -> String {
    let authority = Some(authority).filter(|code| !code.is_empty());
    anywhere(Evidence { address, name, authority, ..Evidence::default() }).unwrap_or_default()
}

#[test]
fn a_town_called_like_its_county_is_named_only_in_full() {
    assert_eq!(place("临邑县某某大街1号", "某厂", "371424"), "371424");
    assert_eq!(place("北京市海淀区某某东路5号", "某银行", "110108"), "110108");
    assert_eq!(place("重庆市九龙坡区某某大道8号", "某厂", "500107"), "500107");
    assert_eq!(place("上海市静安区某某路1号", "某厂", "310106"), "310106");
    assert_eq!(place("日照市某某路7号", "日照某某公司", "371100"), "3711");
    assert_eq!(place("东台市某某花园3幢", "东台市某厂", "320981"), "320981");
    // and it does not stand in the way of another
    assert_eq!(place("东台市五烈镇某村", "东台某厂", "320981"), "320981106");
    assert_eq!(place("河北省石家庄市正定县正定镇6号", "某厂", ""), "130123100");
    // nor does a village called like the county
    assert_eq!(place("湛江市霞山区某某大道5号", "某厂", "440803"), "440803");
}

#[test]
fn columns_are_evidence_of_their_own() {
    let row = Evidence { province: "河北", city: "石家庄", ..Evidence::default() };
    assert_eq!(anywhere(Evidence { address: "正定县正定镇6号", ..row }).as_deref(), Some("130123100"));
    assert_eq!(anywhere(Evidence { address: "某某路6号", ..row }).as_deref(), Some("1301"));
    let row = Evidence { name: "吉林省某某有限公司", city: "长春", ..Evidence::default() };
    assert_eq!(anywhere(row).as_deref(), Some("2201"));
    let row =
        Evidence { province: "河北省", city: "石家庄市", county: "正定县", ..Evidence::default() };
    assert_eq!(anywhere(Evidence { town: "正定镇", ..row }).as_deref(), Some("130123100"));
    // a city's column may hold the county
    let row =
        Evidence { province: "浙江", city: "义乌", address: "某某路1号", ..Evidence::default() };
    assert_eq!(anywhere(row).as_deref(), Some("330782"));
    // a province alone is no city, unless its counties are told by name
    let row = Evidence { province: "河北", address: "某某路1号", ..Evidence::default() };
    assert_eq!(anywhere(row), None);
    assert_eq!(anywhere(Evidence { address: "正定县某某路1号", ..row }).as_deref(), Some("130123"));
    // 鼓楼区 is in three cities of 江苏 and beyond
    let row = Evidence { province: "江苏", address: "鼓楼区某某路1号", ..Evidence::default() };
    assert_eq!(anywhere(row), None);
    assert_eq!(anywhere(Evidence { city: "徐州", ..row }).as_deref(), Some("320302"));
}

#[test]
fn a_municipality_is_one_place() {
    assert_eq!(place("北京市朝阳区某某路1号", "某厂", ""), "110105");
    assert_eq!(place("上海市浦东新区某某路1号", "某厂", "310000"), "310115");
    assert_eq!(place("重庆市奉节县永安镇某某路1号", "某厂", "500236"), "500236001");
    assert_eq!(place("天津市塘沽区某某路1号", "某厂", ""), "120116");
    assert_eq!(place("上海市某某路1号", "某厂", "310000"), "31");
    assert_eq!(area_of("5002"), Some("50"));
    assert_eq!(area_of("440511"), Some("4405"));
    assert_eq!((area_of("31"), area_of("44")), (Some("31"), None));
}

#[test]
fn counties_that_are_no_more_are_known() {
    assert_eq!(place("青岛即墨市某某路1号", "某厂", "370282"), "370215");
    assert_eq!(place("山东省蓬莱市某某路1号", "某厂", "370684"), "370614");
    assert_eq!(place("青岛市四方区某某路1号", "某厂", ""), "370203");
    assert_eq!(place("上海市闸北区某某路1号", "某厂", "310108"), "310106");
    assert_eq!(place("某某路1号", "某厂", "310108"), "310106");
    assert_eq!(place("重庆市彭水县某某路1号", "某厂", ""), "500243");
    assert_eq!(place("济南市中区某某路1号", "某厂", ""), "370103");
    // one of several successors is not chosen
    assert_eq!(place("杭州余杭市某某路1号", "某厂", ""), "3301");
    assert_eq!(place("杭州市江干区某某路1号", "某厂", ""), "3301");
}

#[test]
fn longer_names_win_and_one_stem_of_city_and_county_says_nothing() {
    assert_eq!(place("峨眉山市某某路1号", "某厂", ""), "511181");
    assert_eq!(place("马鞍山市某某路1号", "某厂", ""), "3405");
    assert_eq!(place("岳阳市某某路1号", "岳阳某某公司", "430600"), "4306");
    assert_eq!(place("岳阳县某某路1号", "某厂", ""), "430621");
}

#[test]
fn a_stated_town_that_the_map_does_not_know_is_not_overruled() {
    assert_eq!(place("湖南省汨罗市某家镇某村", "汨罗某厂", "430681"), "430681");
    assert_eq!(place("隆回县某洪镇城东工业园", "某厂", "430524"), "430524");
    // its name lives on as a village's
    assert_eq!(place("浙江省义乌市下骆宅镇某某路1号", "某厂", ""), "330782008");
    // but not anywhere in the city
    assert_eq!(town("莲塘镇某某路1号", "某厂", None), "4405");
}

#[test]
fn a_town_called_like_a_road_needs_its_ending() {
    assert_eq!(place("青岛市市北区镇江路20号", "某厂", "370203"), "370203");
    assert_eq!(place("青岛市市北区镇江路街道某某路20号", "某厂", "370203").len(), 9);
    assert_eq!(place("广州市东山区建设六马路1号", "某厂", ""), "440104");
}

#[test]
fn a_street_office_is_written_in_many_ways() {
    assert_eq!(place("广州市番禺区大龙街富怡路1号", "某厂", "440113"), "440113016");
    assert_eq!(place("广州市番禺区大龙街12号", "某厂", "440113"), "440113");
    assert_eq!(place("山东省威海市文登区龙山办某某路1号", "某厂", "371003"), "371003001");
    assert_eq!(place("北京市朝阳区东坝乡某村1号", "某厂", "110105"), "110105039");
    assert_eq!(place("东莞市南城区某某路1号", "某厂", "441900"), "441900004");
}

#[test]
fn development_zones_suggest_nothing() {
    let evidence = Evidence {
        address: "烟台市开发区某某路1号",
        name: "烟台开发区某厂",
        authority: Some("370600"),
        ..Evidence::default()
    };
    let found = Gazetteer::new("3706", Vec::new()).resolve(evidence);
    assert_eq!((found.town.as_str(), found.suggestions.len()), ("3706", 0));
}

fn of(area: &str, address: &str) -> String {
    Gazetteer::new(area, Vec::new()).resolve(Evidence { address, name: "某厂", ..Evidence::default() }).town
}

#[test]
fn a_seat_that_bears_the_countys_name_is_certain_only_when_it_is_written_out() {
    assert_eq!(of("3711", "日照市山东路1号"), "3711");
    assert_eq!(of("3714", "山东省德州市临邑县迎宾路1号"), "371424");
    assert_eq!(of("3714", "临邑县临邑镇某村"), "371424100");
    assert_eq!(of("11", "北京市海淀区志新东路1号"), "110108");
    // and it does not stand in the way of another town
    assert_eq!(&of("4309", "益阳市赫山区岳家桥镇某村")[..6], "430903");
    assert_eq!(of("4309", "益阳市赫山区岳家桥镇某村").len(), 9);
}

#[test]
fn a_town_that_is_written_and_not_known_is_not_replaced_by_another() {
    assert_eq!(of("4306", "湖南省汨罗市李家镇某村"), "430681");
    assert_eq!(of("3702", "青岛市市北区镇江路1号"), "370203");
}

#[test]
fn former_endings_and_short_forms_name_the_county() {
    assert_eq!(of("3702", "即墨市某路1号"), "370215");
    assert_eq!(&of("3702", "青岛即墨市南泉镇某村")[..6], "370215");
    // a former district that is a street office, and streets that are called districts
    assert_eq!(of("4405", "濠江区达濠区府前路1号"), "440512001");
    assert_eq!(of("4419", "东莞市南城区某工业区"), "441900004");
    assert_eq!(of("50", "重庆市彭水县某路1号"), "500243");
    // the city of that name is no county
    assert_eq!(of("4306", "岳阳经济技术开发区某路1号"), "4306");
    assert_eq!(of("4306", "岳阳市岳阳县某路1号"), "430621");
}

#[test]
fn the_columns_of_a_list_say_the_city() {
    let city = |[province, city, county]: [&'static str; 3], address, authority| {
        city_of(
            Evidence { province, city, county, address, name: "某厂", authority, ..Evidence::default() },
            None,
        )
    };
    assert_eq!(city(["河北", "石家庄", ""], "正定县正定镇6号", None).as_deref(), Some("1301"));
    assert_eq!(city(["吉林", "长春", ""], "朝阳区红旗街道", None).as_deref(), Some("2201"));
    assert_eq!(city(["", "", ""], "吉林省长春市朝阳区", None).as_deref(), Some("2201"));
    assert_eq!(city(["河北省", "", "正定县"], "某路6号", None).as_deref(), Some("1301"));
    assert_eq!(city(["四川", "乐山", ""], "峨眉山市桂花桥镇", Some("511181")).as_deref(), Some("5111"));
    assert_eq!(city(["", "", ""], "安徽省马鞍山市某路", None).as_deref(), Some("3405"));
    assert_eq!(city(["", "", ""], "上海市浦东新区某路", Some("310000")).as_deref(), Some("31"));
    assert_eq!(city(["", "", ""], "重庆市荣昌区某路", Some("500226")).as_deref(), Some("50"));
}
