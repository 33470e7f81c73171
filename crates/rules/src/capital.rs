//! Registered capital as registry extracts write it, into an amount and a currency (ISO 4217).

use thiserror::Error;

/// An amount in the currency's hundredths (分, cents).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Capital {
    /// Hundredths of the currency unit.
    pub minor: i64,
    /// ISO 4217 code.
    pub currency: &'static str,
}

/// The text is no amount.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("「{0}」看不出是多少金额，应写成“100万元人民币”这样的形式")]
pub struct InvalidCapital(pub String);

const CURRENCIES: &[(&str, &str)] = &[
    ("香港元", "HKD"),
    ("港元", "HKD"),
    ("港币", "HKD"),
    ("HKD", "HKD"),
    ("HK$", "HKD"),
    ("美元", "USD"),
    ("美金", "USD"),
    ("USD", "USD"),
    ("US$", "USD"),
    ("欧元", "EUR"),
    ("EUR", "EUR"),
    ("日元", "JPY"),
    ("日圆", "JPY"),
    ("英镑", "GBP"),
    ("新加坡元", "SGD"),
    ("澳门元", "MOP"),
    ("澳门币", "MOP"),
    ("澳大利亚元", "AUD"),
    ("澳元", "AUD"),
    ("加拿大元", "CAD"),
    ("加元", "CAD"),
    ("台币", "TWD"),
    ("马克", "DEM"),
    ("瑞士法郎", "CHF"),
    ("人民币", "CNY"),
    ("RMB", "CNY"),
    ("CNY", "CNY"),
    ("¥", "CNY"),
    ("￥", "CNY"),
    ("$", "USD"),
];

/// No amount is longer; a column of something else has been mapped.
const LONGEST: usize = 300;

/// Reads a capital text; `None` when the cell says that there is none (`N/A`, `-`, empty).
/// A number without any unit is 万元, as the column of registry extracts means it, unless `plain` says 元.
pub fn parse(text: &str, plain_unit: PlainUnit) -> Result<Option<Capital>, InvalidCapital> {
    let invalid = || InvalidCapital(text.trim().to_string());
    let folded = crate::name::fold(text).replace(',', "");
    if matches!(folded.as_str(), "" | "N/A" | "NA" | "-" | "--" | "无" | "NULL" | "/" | "未公示") {
        return Ok(None);
    }
    if folded.len() > LONGEST {
        return Err(invalid());
    }
    let currency = CURRENCIES.iter().find(|(word, _)| folded.contains(word)).map_or("CNY", |(_, code)| *code);
    let mut rest = folded.clone();
    for (word, _) in CURRENCIES {
        rest = rest.replace(word, "");
    }
    let rest = rest.replace(['(', ')', '元', '整', '圆'], "").replace("折合", "");
    let bare = !folded.contains(['元', '圆', '币']) && plain_unit == PlainUnit::TenThousand;
    let minor = amount(&rest, if bare { 4 } else { 0 }).ok_or_else(invalid)?;
    Ok(Some(Capital { minor, currency }))
}

/// A number with the multipliers behind it, in hundredths; without one it counts 10^`bare`.
fn amount(text: &str, bare: u32) -> Option<i64> {
    // 1亿2000万: each part with its own
    for unit in ['亿', '万'] {
        if let Some((_, low)) = text.split_once(unit)
            && low.starts_with(|sign: char| sign.is_ascii_digit() || digit(sign).is_some())
        {
            let high = &text[..text.len() - low.len()];
            return amount(high, 0)?.checked_add(amount(low, 0)?);
        }
    }
    let mut digits = text;
    let mut power = 0u32;
    while let Some(sign) = digits.chars().next_back() {
        let zeros = match sign {
            '万' => 4,
            '亿' => 8,
            '千' | '仟' if !chinese_number(digits) => 3,
            '百' | '佰' if !chinese_number(digits) => 2,
            _ => break,
        };
        power += zeros;
        digits = &digits[..digits.len() - sign.len_utf8()];
    }
    if power == 0 {
        power = bare;
    }
    decimal(digits, power + 2).or_else(|| chinese(digits, power + 2))
}

/// What a bare number in the column means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PlainUnit {
    /// 元.
    Yuan,
    /// 万元.
    TenThousand,
}

fn chinese_number(text: &str) -> bool {
    text.chars().any(|sign| digit(sign).is_some())
}

/// `text` × 10^power, exactly; digits finer than a hundredth are cut off only when they are zero or lie below 分.
fn decimal(text: &str, power: u32) -> Option<i64> {
    let (whole, part) = text.split_once('.').unwrap_or((text, ""));
    if whole.is_empty() && part.is_empty() || !whole.bytes().chain(part.bytes()).all(|b| b.is_ascii_digit()) {
        return None;
    }
    let mut value: i64 = 0;
    let places = whole.bytes().chain(part.bytes().chain(std::iter::repeat(b'0')).take(power as usize));
    for place in places {
        value = value.checked_mul(10)?.checked_add(i64::from(place - b'0'))?;
    }
    Some(value)
}

fn digit(sign: char) -> Option<i64> {
    Some(match sign {
        '零' | '〇' => 0,
        '一' | '壹' => 1,
        '二' | '贰' | '两' => 2,
        '三' | '叁' => 3,
        '四' | '肆' => 4,
        '五' | '伍' => 5,
        '六' | '陆' => 6,
        '七' | '柒' => 7,
        '八' | '捌' => 8,
        '九' | '玖' => 9,
        _ => return None,
    })
}

/// A Chinese numeral below 10,000: 壹佰贰拾, 十五.
fn chinese(text: &str, power: u32) -> Option<i64> {
    if text.is_empty() {
        return None;
    }
    let (mut total, mut current, mut any) = (0i64, None, false);
    for sign in text.chars() {
        any = true;
        match (digit(sign), sign) {
            // two digits side by side are no Chinese numeral, but a leading zero is: 壹佰零伍
            (Some(_), _) if current.is_some_and(|digit| digit != 0) => return None,
            (Some(value), _) => current = Some(value),
            (None, '十' | '拾') => total = total.checked_add(current.take().unwrap_or(1) * 10)?,
            (None, '百' | '佰') => total = total.checked_add(current.take()? * 100)?,
            (None, '千' | '仟') => total = total.checked_add(current.take()? * 1_000)?,
            (None, '万') => total = total.checked_add(current.take().unwrap_or(0))?.checked_mul(10_000)?,
            _ => return None,
        }
    }
    total.checked_add(current.unwrap_or(0))?.checked_mul(10i64.checked_pow(power)?).filter(|_| any)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Option<(i64, &'static str)> {
        parse(text, PlainUnit::TenThousand).unwrap().map(|capital| (capital.minor, capital.currency))
    }

    #[test]
    fn the_forms_of_registry_extracts_are_read() {
        assert_eq!(read("50(万香港元)"), Some((50_000_000, "HKD")));
        assert_eq!(read("3万人民币"), Some((3_000_000, "CNY")));
        assert_eq!(read("100(万元人民币)"), Some((100_000_000, "CNY")));
        assert_eq!(read("5,274.2260(万元人民币)"), Some((5_274_226_000, "CNY")));
        assert_eq!(read("2,000(万美元)"), Some((2_000_000_000, "USD")));
        assert_eq!(read("85.4万人民币"), Some((85_400_000, "CNY")));
        assert_eq!(read("壹佰贰拾万元整"), Some((120_000_000, "CNY")));
        assert_eq!(read("１０００元"), Some((100_000, "CNY")));
        assert_eq!(read("1.2亿元"), Some((12_000_000_000, "CNY")));
        assert_eq!(read("1亿2000万"), Some((12_000_000_000, "CNY")));
        assert_eq!(read("1亿2,000万元人民币"), Some((12_000_000_000, "CNY")));
        assert_eq!(read("贰亿叁仟万元"), Some((23_000_000_000, "CNY")));
        assert_eq!(read("3万5千元"), Some((3_500_000, "CNY")));
        assert_eq!(read("￥50万"), Some((50_000_000, "CNY")));
        assert_eq!(read("HK$3万"), Some((3_000_000, "HKD")));
        assert_eq!(read("50"), Some((50_000_000, "CNY")));
        assert_eq!(read("N/A"), None);
        assert_eq!(parse("50", PlainUnit::Yuan).unwrap().unwrap().minor, 5_000);
    }

    #[test]
    fn what_is_no_amount_is_refused() {
        for text in ["若干", "12.3.4万", "万元", "九九九九九九九九九九九九九九九九九九九亿", "-5万"]
        {
            assert!(parse(text, PlainUnit::TenThousand).is_err(), "{text}");
        }
    }
}
