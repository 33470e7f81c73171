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
    let city =
        |address, name, authority| city_of(Evidence { address, name, authority, ..Evidence::default() });
    assert_eq!(city("广东省汕头市金平区某路", "某厂", None).as_deref(), Some("4405"));
    assert_eq!(city("某路1号", "广州市某厂", None).as_deref(), Some("4401"));
    assert_eq!(city("某路1号", "某厂", Some("440300")).as_deref(), Some("4403"));
    assert_eq!(city("龙湖区外砂镇某路", "某厂", None).as_deref(), Some("4405"));
    assert_eq!(city("某路1号", "某厂", None), None);
}

fn of(city: &str, address: &str) -> String {
    Gazetteer::new(city, Vec::new()).resolve(Evidence { address, name: "某厂", ..Evidence::default() }).town
}

#[test]
fn a_seat_that_bears_the_countys_name_is_certain_only_when_it_is_written_out() {
    assert_eq!(of("3711", "日照市山东路1号"), "3711");
    assert_eq!(of("3714", "山东省德州市临邑县迎宾路1号"), "371424");
    assert_eq!(of("3714", "临邑县临邑镇某村"), "371424100");
    assert_eq!(of("1101", "北京市海淀区志新东路1号"), "110108");
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
    assert_eq!(of("5002", "重庆市彭水县某路1号"), "500243");
    // the city of that name is no county
    assert_eq!(of("4306", "岳阳经济技术开发区某路1号"), "4306");
    assert_eq!(of("4306", "岳阳市岳阳县某路1号"), "430621");
}

#[test]
fn a_street_office_in_short_is_the_street_office() {
    assert_eq!(&of("4401", "广州市番禺区大龙街富怡路1号")[..6], "440113");
    assert_eq!(of("4401", "广州市番禺区大龙街富怡路1号").len(), 9);
    assert_eq!(of("4401", "广州市番禺区大龙街1号"), "440113");
}

#[test]
fn the_columns_of_a_list_say_the_city() {
    let city = |columns: [&'static str; 3], address, authority| {
        city_of(Evidence { columns, address, name: "某厂", authority })
    };
    assert_eq!(city(["河北", "石家庄", ""], "正定县正定镇6号", None).as_deref(), Some("1301"));
    assert_eq!(city(["吉林", "长春", ""], "朝阳区红旗街道", None).as_deref(), Some("2201"));
    assert_eq!(city(["", "", ""], "吉林省长春市朝阳区", None).as_deref(), Some("2201"));
    assert_eq!(city(["河北省", "", "正定县"], "某路6号", None).as_deref(), Some("1301"));
    assert_eq!(city(["四川", "乐山", ""], "峨眉山市桂花桥镇", Some("511181")).as_deref(), Some("5111"));
    assert_eq!(city(["", "", ""], "安徽省马鞍山市某路", None).as_deref(), Some("3405"));
}

#[test]
fn a_municipality_is_one_place() {
    let city =
        |address, name, authority| city_of(Evidence { address, name, authority, ..Evidence::default() });
    assert_eq!(city("上海市浦东新区某路", "上海某厂", Some("310000")).as_deref(), Some("3101"));
    assert_eq!(city("", "上海某厂", None).as_deref(), Some("3101"));
    assert_eq!(city("重庆市荣昌区某路", "某厂", Some("500226")).as_deref(), Some("5001"));
    assert_eq!(city("重庆市奉节县某路", "某厂", None).as_deref(), Some("5002"));
    let evidence = Evidence { address: "奉节县某路", name: "某厂", ..Evidence::default() };
    assert_eq!(city_in(Some("50"), evidence).as_deref(), Some("5002"));
    assert_eq!(city_in(Some("5001"), evidence).as_deref(), Some("5002"));
    assert_eq!(city_in(Some("5001"), Evidence::default()).as_deref(), Some("5001"));
    assert_eq!(city_in(Some("4405"), evidence).as_deref(), Some("4405"));
}
