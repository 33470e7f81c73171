//! The readers of registry texts answer any text: no panic, and no text that takes the square of its length.

use proptest::prelude::*;
use rules::{
    capital::{self, PlainUnit},
    credit_code, dates, industry, name, ownership, sector,
};

fn read_everything(text: &str) {
    let _ = capital::parse(text, PlainUnit::TenThousand);
    let _ = capital::parse(text, PlainUnit::Yuan);
    let _ = dates::parse(text);
    let _ = credit_code::identify(text);
    let folded = name::fold(text);
    assert_eq!(name::fold(&folded), folded, "folding twice changes nothing");
    let _ = (name::name_key(text), name::address_key(text));
    let _ = ownership::decide(text, text, None, Some(text));
    let _ = industry::classify(text, text);
    let _ = industry::find(text);
    let _ = sector::derive(Some(text), text, text);
}

/// Any text, and texts of the signs that the readers look for.
fn text() -> impl Strategy<Value = String> {
    let money =
        "[0-9０-９.,，万亿千百仟佰十拾零〇一二三四五六七八九壹贰叁两元圆整人民币港美折合()（） -]{0,40}";
    let day = "[0-9０-９年月日./\\-:T 零]{0,20}";
    let kind =
        "[国有集体私营股份合作合资外商投资有限责任公司港澳台个人独资非联营企业全民所制()（）0-9A-Za-z]{0,20}";
    let place =
        "[广东省汕头市金平区街道路号之一栋厂房塑料制品服装批发零售生产加工除外不含:：;；。、()（）]{0,40}";
    prop_oneof![any::<String>(), "\\PC{0,200}", money, day, kind, place]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2000, failure_persistence: None, ..ProptestConfig::default() })]
    #[test]
    fn any_text_has_an_answer(text in text()) {
        read_everything(&text);
    }

    #[test]
    fn an_amount_is_read_as_written(yuan in 0i64..1_000_000_000, cents in 0i64..100) {
        let read = |text: String| capital::parse(&text, PlainUnit::Yuan).unwrap().unwrap();
        prop_assert_eq!(read(format!("{yuan}.{cents:02}元")).minor, yuan * 100 + cents);
        prop_assert_eq!(read(format!("{yuan}.{cents:02}万元人民币")).minor, (yuan * 100 + cents) * 10_000);
    }

    #[test]
    fn a_day_is_read_in_every_form(days in 0i64..130_000) {
        let day = chrono::NaiveDate::from_ymd_opt(1840, 1, 1).unwrap() + chrono::Duration::days(days);
        for form in ["%Y-%m-%d", "%Y/%-m/%-d", "%Y.%m.%d", "%Y年%-m月%-d日", "%Y%m%d", "%Y-%m-%d 10:20:30", "%Y-%m-%dT10:20:30"] {
            prop_assert_eq!(dates::parse(&day.format(form).to_string()), Ok(Some(day)));
        }
    }
}

/// Each of these once overflowed, or takes a square of its length where a reader is careless.
#[test]
fn long_and_odd_texts_are_read_at_once() {
    for text in [
        "一万万万万万万万一",
        "九千万九千万九千万九千万九千万",
        "９９９９９９９９９９９９９９９９９９９９亿",
        "0.",
        ".",
        "1e400",
        "-0",
        "99999-99-99",
        "0000-00-00",
    ] {
        read_everything(text);
    }
    for sign in ["千", "万", "(", ")", "0", "塑料", "生产:", "。", "\u{3000}", "市", "省", "１", "ß", "𠀀"]
    {
        read_everything(&sign.repeat(5_000));
    }
}
