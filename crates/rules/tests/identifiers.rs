//! Codes of enterprises and people.

use proptest::prelude::*;
use rules::{At, Refusal, credit_code::CreditCode, identifier::registration, registry};
use serde_json::{Value, json};

fn ask_on(on: &str, rule: &str, input: Value) -> Result<Value, Refusal> {
    let at = At::nation(on.parse().unwrap());
    (registry::find(rule).unwrap().run)(&at, input).map(|outcome| outcome.value)
}

fn ask(rule: &str, code: &str) -> Value {
    ask_on("2026-01-01", rule, json!({"code": code})).unwrap()
}

/// Codes of known enterprises and institutions (public repositories, memory); each passes both check signs.
const CREDIT: &[(&str, &str, &str)] = &[
    ("914403001922038216", "192203821", "6"),
    ("9144030071526726XG", "71526726X", "G"),
    ("91440300708461136T", "708461136", "T"),
    ("91330100799655058B", "799655058", "B"),
    ("91330100716105852F", "716105852", "F"),
    ("91110000802100433B", "802100433", "B"),
    ("9152000071430580XT", "71430580X", "T"),
    ("91440300100012316L", "100012316", "L"),
    ("91110108551385082Q", "551385082", "Q"),
    ("91440300192317458F", "192317458", "F"),
    ("91440400192548256N", "192548256", "N"),
    ("91440606722473344C", "722473344", "C"),
    ("91110000710925462X", "710925462", "X"),
    ("91110000710926094P", "710926094", "P"),
    ("91100000100003962T", "100003962", "T"),
    ("91440300192181490G", "192181490", "G"),
    ("9144030010001686XA", "10001686X", "A"),
    ("9111000071093123XX", "71093123X", "X"),
    ("91110108562144110X", "562144110", "X"),
    ("914403007954257495", "795425749", "5"),
    ("12100000400000624D", "400000624", "D"),
    ("12100000400002259P", "400002259", "P"),
    ("91340822098687583F", "098687583", "F"),
];

#[test]
fn codes_of_known_enterprises_are_right_in_both_check_signs() {
    for (code, organization, check) in CREDIT {
        let value = ask("credit-code", code);
        assert_eq!(value["valid"], true, "{code}");
        assert_eq!(value["organization_code"], *organization);
        assert_eq!(value["organization_code_valid"], true, "{code}");
        assert_eq!(value["check_sign"], *check);
        assert_eq!(value["division"], code[2..8]);
        assert_eq!(ask("organization-code", organization)["valid"], true, "{organization}");
    }
}

/// Constructed: check sign one higher, two neighbours swapped, letters outside the set, 17 signs; lower case is mended.
#[test]
fn constructed_wrong_codes_are_found_out() {
    for code in [
        "914403001922038217",
        "914403001922038261",
        "91440300192203821O",
        "9144030019220382I6",
        "91440300192203821",
    ] {
        let value = ask("credit-code", code);
        assert_eq!(value["valid"], false, "{code}");
        assert!(value["problem"].is_string());
    }
    let value = ask("credit-code", " 91330100716105852f ");
    assert_eq!((&value["valid"], &value["code"]), (&json!(true), &json!("91330100716105852F")));
    // the right check sign of the swapped stem is M
    assert_eq!(
        ask("credit-code", "914403001922038261")["check_sign"],
        ask("credit-code", "91440300192203826M")["check_sign"]
    );
    // several codes are one sign away from a wrong check sign: nothing is suggested
    assert_eq!(ask("credit-code", "914403001922038217")["suggestion"], Value::Null);
    assert_eq!(ask("credit-code", "91440300192203821O")["suggestion"], "914403001922038216");
    assert_eq!(ask("credit-code", "9144O3001922038216")["suggestion"], "914403001922038216");
}

#[test]
fn a_credit_code_says_who_registered_what() {
    let value = ask("credit-code", "12100000400000624D");
    assert_eq!(
        (value["department"].as_str(), value["category"].as_str()),
        (Some("机构编制"), Some("事业单位"))
    );
    let value = ask("credit-code", "914403001922038216");
    assert_eq!((value["category"].as_str(), value["province"].as_str()), (Some("企业"), Some("广东省")));
    let early = ask_on("2015-09-30", "credit-code", json!({"code": "914403001922038216"}));
    assert_eq!(early.unwrap_err().code, "not_in_force");
    assert_eq!(ask_on("2026-01-01", "credit-code", json!({"code": " "})).unwrap_err().pointer, "/code");
}

/// GB 11714-1997's own example and four computed ones.
#[test]
fn organisation_codes_have_a_check_sign() {
    for code in ["D2143569-X", "19220382-1", "71526726-X", "80210043-3", "10000396-2"] {
        let value = ask("organization-code", code);
        assert_eq!((&value["valid"], &value["code"]), (&json!(true), &json!(code)));
    }
    let value = ask("organization-code", "80210043-4");
    assert_eq!((&value["valid"], &value["check_sign"]), (&json!(false), &json!("3")));
    for wrong in ["8021004", "80210043é", "802100433X", "8021004-3-"] {
        assert_eq!(ask("organization-code", wrong)["valid"], false, "{wrong}");
    }
}

/// GB 11643-1999's own examples.
#[test]
fn identity_numbers_say_birth_and_sex() {
    let value = ask("id-card", "11010519491231002x");
    assert_eq!(
        (&value["valid"], &value["birth_date"], &value["sex"]),
        (&json!(true), &json!("1949-12-31"), &json!("female"))
    );
    assert_eq!((&value["age"], &value["province"]), (&json!(76), &json!("北京市")));
    let value = ask("id-card", "440524188001010014");
    assert_eq!(
        (&value["valid"], &value["birth_date"], &value["sex"]),
        (&json!(true), &json!("1880-01-01"), &json!("male"))
    );
    let value = ask("id-card", "110105491231002");
    assert_eq!((&value["valid"], &value["number18"]), (&json!(true), &json!("11010519491231002X")));
}

#[test]
fn wrong_identity_numbers_are_found_out() {
    for (number, word) in [
        ("110105194912310021", "校验码"),
        ("110105194902310020", "不是日期"),
        ("110105204912310020", "还没有到"),
        ("990105194912310020", "省份"),
        ("1101051949123100", "18 位"),
        ("11010519491231O02X", "第 15 位"),
        ("11010519491231002Ⅹ", "字符"),
        ("11010549123100a", "数字"),
        ("110105490231002", "不是日期"),
    ] {
        let value = ask("id-card", number);
        assert_eq!(value["valid"], false, "{number}");
        assert!(value["problem"].as_str().unwrap().contains(word), "{number}: {}", value["problem"]);
    }
    // the wrong sign is known, so one correction is left; with a wrong check sign alone there are many
    assert_eq!(ask("id-card", "11010519491231O02X")["suggestion"], "11010519491231002X");
    assert_eq!(ask("id-card", "110105194912310021")["suggestion"], Value::Null);
    assert_eq!(ask("id-card", "1101051949I231002X")["suggestion"], "11010519491231002X");
}

/// The vector of GS 15-2006; 13 digits have no check digit.
#[test]
fn registration_numbers_have_a_check_digit_since_2007() {
    let value = ask("registration-number", "110108000000016");
    assert_eq!((&value["valid"], &value["province"]), (&json!(true), &json!("北京市")));
    let value = ask("registration-number", "110108000000017");
    assert_eq!((&value["valid"], &value["check_digit"]), (&json!(false), &json!("6")));
    assert_eq!(ask("registration-number", "11010800000OO16")["valid"], false);
    assert_eq!(ask("registration-number", "1101080O0000016")["suggestion"], "110108000000016");
    let value = ask("registration-number", "4405002001234");
    assert_eq!((&value["valid"], &value["nature"]), (&json!(true), &json!("私营")));
    assert_eq!(ask("registration-number", "12345")["valid"], false);
}

proptest! {
    #[test]
    fn any_wrong_digit_of_a_registration_number_is_noticed(stem in "[0-9]{14}", at in 0usize..15, other in 1u8..10) {
        let mut number = stem.clone().into_bytes();
        number.push(registration::check_digit(stem.as_bytes()).unwrap());
        prop_assert!(registration::valid(&number));
        number[at] = b'0' + (number[at] - b'0' + other) % 10;
        prop_assert!(!registration::valid(&number));
    }

    #[test]
    fn a_suggested_credit_code_is_right_and_one_slip_away(serial in 0u32..100_000_000, at in 0usize..18, sign in 0usize..31) {
        let code = CreditCode::compose('1', "440500", serial);
        let mut typed = code.as_str().as_bytes().to_vec();
        typed[at] = b"0123456789ABCDEFGHJKLMNPQRTUWXY"[sign];
        let typed = String::from_utf8(typed).unwrap();
        prop_assume!(typed != code.as_str());
        let value = ask("credit-code", &typed);
        prop_assert_eq!(&value["valid"], false);
        if let Some(suggestion) = value["suggestion"].as_str() {
            prop_assert!(CreditCode::parse(suggestion).is_ok());
        }
    }

    #[test]
    fn no_text_makes_a_check_fail_to_answer(text in "\\PC*|[0-9A-Za-z\u{3000}\u{ff10}-\u{ff5a} -]{0,20}|.{15}|.{18}") {
        for rule in ["credit-code", "organization-code", "id-card", "registration-number"] {
            let answer = ask_on("2026-01-01", rule, json!({"code": text}));
            prop_assert!(answer.is_ok() || answer.unwrap_err().code == "missing");
        }
    }
}
