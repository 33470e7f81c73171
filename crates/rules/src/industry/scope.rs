//! A business scope without what says nothing of the trade: exclusions, licences, the sentences that every register adds.

/// What a bracket or phrase that excludes holds.
const EXCLUDING: &[&str] =
    &["除外", "不含", "不包括", "不包含", "不得", "依法须经", "凭许可证", "法律", "禁止", "国家限制"];

/// Where an exclusion begins inside a phrase.
const FROM_HERE: &[&str] = &["不含", "不包括", "不包含", "不得经营", "不得从事"];

/// What a bracket about licences holds: no trade, though it may name one.
const LICENSING: &[&str] = &["许可证", "资质证", "有效期", "核定", "凭", "经营期限", "执业"];

/// What a phrase that says nothing of the trade holds.
const BOILERPLATE: &[&str] = &[
    "依法须经批准",
    "相关部门批准",
    "有关部门批准",
    "方可开展",
    "方可经营",
    "登记机关",
    "登记事项",
    "登记条例",
    "商事主体",
    "批准文件",
    "章程",
    "债权债务",
    "停止经营",
    "经营资格",
    "经营期限",
    "法律法规",
    "行政法规",
    "国务院决定",
    "前置审批",
    "审批部门",
    "专营专控",
    "国家专项",
];

/// Signs that begin with 除 and exclude nothing: 除尘, 除草.
const REMOVING: &[char] =
    &['草', '尘', '湿', '锈', '四', '虫', '臭', '霜', '氧', '雪', '垢', '甲', '螨', '味', '盐', '鼠', '油'];

/// How deep brackets are read; beyond, they are signs like others.
const DEPTH: usize = 8;

fn has(text: &str, list: &[&str]) -> bool {
    list.iter().any(|word| text.contains(word))
}

/// The folded scope without what it excludes: `化工（危险化学品除外）`, `日杂（除烟花爆竹）`, `……，不含农药`.
pub(crate) fn without_exclusions(scope: &str) -> String {
    phrases(&brackets(scope, excludes), |phrase, kept| {
        let mut rest = phrase.trim_start_matches('、');
        if let Some((_, after)) = rest.split_once("除外") {
            rest = after;
        }
        if let Some(end) = FROM_HERE.iter().filter_map(|word| rest.find(word)).min() {
            rest = &rest[..end];
        }
        match excepting(rest) {
            // 除……外 ends; a phrase that only begins it excludes to its end
            Some(at) => {
                kept.push_str(&rest[..at]);
                match rest[at..].split_once('外') {
                    Some((_, after)) => kept.push_str(after),
                    None if at > 0 => kept.push_str(&rest[at..]),
                    None => {}
                }
            }
            None => kept.push_str(rest),
        }
    })
}

/// The folded scope for reading the trade: without exclusions, licences and what every register adds.
pub(super) fn plain(scope: &str) -> String {
    let scope = brackets(scope, |text| has(text, LICENSING) || excludes(text));
    phrases(&without_exclusions(&scope), |phrase, kept| {
        if has(phrase, BOILERPLATE) || phrase.ends_with("经营范围") {
            return;
        }
        let phrase = cut(phrase, '《', "》");
        let phrase = cut(&phrase, '凭', "证");
        let phrase = if phrase.contains("许可证") { cut(&phrase, '按', "证") } else { phrase };
        kept.push_str(&cut(&phrase, '在', "范围内"));
    })
}

fn excludes(text: &str) -> bool {
    has(text, EXCLUDING) || excepting(text) == Some(0)
}

/// Where 除 excludes.
fn excepting(text: &str) -> Option<usize> {
    let at = text.find('除')?;
    let mut before = text[..at].chars().rev();
    let mut behind = text[at + '除'.len_utf8()..].chars();
    let removing = behind.next().is_none_or(|next| REMOVING.contains(&next))
        || before
            .next()
            .is_some_and(|last| matches!(last, '拆' | '消' | '清' | '扣' | '免' | '防' | '去' | '解'));
    (!removing).then_some(at)
}

/// The text without what stands from `from` to the end of `to`, where both do.
fn cut(text: &str, from: char, to: &str) -> String {
    match text.split_once(from).and_then(|(before, rest)| Some((before, rest.split_once(to)?.1))) {
        Some((before, after)) => format!("{before}{after}"),
        None => text.to_string(),
    }
}

/// The text without brackets that `drop` says; others are opened. What a bracket left open holds is all behind it.
fn brackets(text: &str, drop: impl Fn(&str) -> bool) -> String {
    let mut kept = String::with_capacity(text.len());
    let mut open: Vec<usize> = Vec::new();
    let close = |kept: &mut String, start: usize| {
        let inside = kept[start..].trim_start_matches('、');
        if drop(inside) {
            kept.truncate(start);
        }
        kept.push('、');
    };
    for sign in text.chars() {
        match sign {
            '(' if open.len() < DEPTH => {
                open.push(kept.len());
                kept.push('、');
            }
            ')' => {
                if let Some(start) = open.pop() {
                    close(&mut kept, start);
                }
            }
            other => kept.push(other),
        }
    }
    if let Some(start) = open.first() {
        close(&mut kept, *start);
    }
    kept
}

/// Gives every phrase to `keep`, which pushes what stays of it; the signs between them stay.
fn phrases(text: &str, keep: impl Fn(&str, &mut String)) -> String {
    let mut kept = String::with_capacity(text.len());
    for piece in text.split_inclusive([',', ';', '。', ':']) {
        let phrase = piece.trim_end_matches([',', ';', '。', ':']);
        keep(phrase, &mut kept);
        kept.push_str(&piece[phrase.len()..]);
    }
    kept
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kept(scope: &str) -> String {
        without_exclusions(&crate::name::fold(scope)).replace('、', "")
    }

    #[test]
    fn what_the_scope_excludes_does_not_count() {
        for (scope, expected) in [
            ("化工（危险化学品除外）", "化工"),
            ("日杂(除烟花爆竹)", "日杂"),
            ("化工原料（除危险化学品外）、百货", "化工原料百货"),
            ("杂货（不得经营烟花爆竹）", "杂货"),
            ("化工产品不含危险化学品；五金", "化工产品;五金"),
            ("百货，除烟花爆竹；粮食", "百货,;粮食"),
            ("肥料（不含（剧毒）农药）、百货", "肥料百货"),
            ("除尘设备（含除草机）", "除尘设备含除草机"),
            ("消除隐患（含外墙）", "消除隐患含外墙"),
            ("百货（烟花除外", "百货"),
        ] {
            assert_eq!(kept(scope), expected, "{scope}");
        }
    }

    #[test]
    fn licences_and_what_every_register_adds_are_left_out() {
        for (scope, expected) in [
            ("根据《某地登记条例》规定，经营范围由章程载明，以登记机关核准为准。", ",,。"),
            ("住宿（凭有效许可证经营）；餐饮", "住宿;餐饮"),
            ("凭食品经营许可证从事餐饮", "从事餐饮"),
            ("在总公司经营范围内从事经营活动", "从事经营活动"),
            ("五金，依法须经批准的项目，经相关部门批准后方可开展经营活动", "五金,,"),
            ("餐饮（限《食品经营许可证》载明的项目）", "餐饮"),
            ("仅供清理债权债务", ""),
            ("以下经营范围：塑料", ":塑料"),
        ] {
            assert_eq!(plain(&crate::name::fold(scope)).replace('、', ""), expected, "{scope}");
        }
    }
}
