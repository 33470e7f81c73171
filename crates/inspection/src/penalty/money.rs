//! Amounts as legal papers write them.

const FIGURES: [char; 10] = ['零', '壹', '贰', '叁', '肆', '伍', '陆', '柒', '捌', '玖'];

/// Below ten thousand: `壹仟零伍拾`.
fn group(number: i64) -> String {
    let mut text = String::new();
    let mut gap = false;
    for (unit, name) in [(1000, "仟"), (100, "佰"), (10, "拾"), (1, "")] {
        let digit = number / unit % 10;
        if digit == 0 {
            gap = !text.is_empty();
            continue;
        }
        if gap {
            text.push('零');
            gap = false;
        }
        text.extend(usize::try_from(digit).ok().and_then(|at| FIGURES.get(at)));
        text += name;
    }
    text
}

/// An amount in 分 in words: `人民币贰万元整`, `人民币壹佰元伍角`.
pub(super) fn in_words(cents: i64) -> String {
    let (yuan, rest) = (cents / 100, cents % 100);
    let mut text = String::new();
    for (unit, name) in [(100_000_000, "亿"), (10_000, "万"), (1, "")] {
        let part = yuan / unit % 10_000;
        if part == 0 {
            continue;
        }
        if !text.is_empty() && part < 1000 {
            text.push('零');
        }
        text += &group(part);
        text += name;
    }
    if text.is_empty() {
        text.push('零');
    }
    text.push('元');
    let digit =
        |number: i64| usize::try_from(number).ok().and_then(|at| FIGURES.get(at)).copied().unwrap_or('零');
    match (rest / 10, rest % 10) {
        (0, 0) => text.push('整'),
        (jiao, 0) => text.extend([digit(jiao), '角']),
        (jiao, fen) => text.extend([digit(jiao), '角', digit(fen), '分']),
    }
    format!("人民币{text}")
}

/// An amount in 分 in figures: `20000.00`.
pub(super) fn in_figures(cents: i64) -> String {
    format!("{}.{:02}", cents / 100, cents % 100)
}

#[cfg(test)]
mod tests {
    use super::{in_figures, in_words};

    #[test]
    fn amounts_are_written_as_legal_papers_write_them() {
        for (cents, words) in [
            (0, "人民币零元整"),
            (2_000_000, "人民币贰万元整"),
            (10_050_000, "人民币壹拾万零伍佰元整"),
            (100_500_000, "人民币壹佰万伍仟元整"),
            (100_050, "人民币壹仟元伍角"),
            (10_005, "人民币壹佰元零角伍分"),
            (1_000_100, "人民币壹万零壹元整"),
            (300_000_000_000, "人民币叁拾亿元整"),
        ] {
            assert_eq!(in_words(cents), words);
        }
        assert_eq!(in_figures(2_000_050), "20000.50");
    }
}
