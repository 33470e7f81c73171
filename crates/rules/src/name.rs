//! The forms of names and addresses by which two records are compared.

/// Half-width, upper-case, without spaces and invisible signs; brackets of any kind become `()`.
pub fn fold(text: &str) -> String {
    text.chars()
        .filter_map(|sign| {
            let sign = match sign {
                '\u{3000}' | '\u{00A0}' => ' ',
                '（' | '〔' | '［' | '【' | '[' | '﹝' => '(',
                '）' | '〕' | '］' | '】' | ']' | '﹞' => ')',
                '\u{FF01}'..='\u{FF5E}' => char::from_u32(sign as u32 - 0xFEE0).unwrap_or(sign),
                other => other,
            };
            (!sign.is_whitespace() && !matches!(sign, '\u{200B}'..='\u{200F}' | '\u{FEFF}' | '\u{2060}'))
                .then_some(sign)
        })
        .flat_map(char::to_uppercase)
        .collect()
}

/// An enterprise's name for matching: folded, without the dots and quotes that offices write differently.
pub fn name_key(name: &str) -> String {
    fold(name)
        .chars()
        .filter(|sign| !matches!(sign, '·' | '•' | '．' | '.' | '“' | '”' | '"' | '\'' | '、' | ','))
        .collect()
}

/// An address for matching: folded, without the province and city it begins with and without punctuation.
pub fn address_key(address: &str) -> String {
    let folded = fold(address);
    let mut rest = folded.as_str();
    if let Some((before, after)) = rest.split_once('省')
        && before.chars().count() <= 4
    {
        rest = after;
    }
    if let Some((before, after)) = rest.split_once('市')
        && (2..=4).contains(&before.chars().count())
    {
        rest = after;
    }
    rest.chars()
        .filter(|sign| !matches!(sign, ',' | '。' | '、' | ';' | '·' | '.' | '-' | '—' | '(' | ')'))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_enterprise_written_differently_has_one_key() {
        assert_eq!(name_key("汕头市ＸＸ（集团）有限公司"), name_key("汕头市 xx(集团)有限公司 "));
        assert_eq!(address_key("广东省汕头市金平区金砂路１０号"), address_key("金平区金砂路10号"));
        assert_ne!(name_key("汕头市甲厂"), name_key("汕头市乙厂"));
    }
}
