//! Words of the index. Each begins with a letter that says what it is, so that no two kinds are taken for one another:
//! `c` signs of the text, `y` syllables of pinyin, `i` pairs of initials, `r` divisions.

use std::collections::BTreeSet;

use pinyin::ToPinyin;

/// A text in the form in which it is searched.
pub fn fold(text: &str) -> String {
    rules::name::fold(text)
}

/// The signs and pairs of neighbours of a folded text. Runs end at what is neither letter nor digit.
pub fn signs(folded: &str, into: &mut BTreeSet<String>) {
    for run in folded.split(|sign: char| !sign.is_alphanumeric()) {
        let signs: Vec<char> = run.chars().collect();
        for (at, sign) in signs.iter().enumerate() {
            if !sign.is_ascii() {
                into.insert(format!("c{sign}"));
            }
            if let Some(next) = signs.get(at + 1) {
                into.insert(format!("c{sign}{next}"));
            }
        }
    }
}

/// What the index is asked for a word: as its signs, without those that a pair of neighbours holds already.
pub fn pairs(folded: &str, into: &mut BTreeSet<String>) {
    for run in folded.split(|sign: char| !sign.is_alphanumeric()) {
        let mut own = BTreeSet::new();
        signs(run, &mut own);
        let paired = run.chars().nth(1).is_some();
        into.extend(own.into_iter().filter(|term| !paired || term.chars().count() > 2));
    }
}

/// Syllables of the Chinese signs of a text, lower case, without tones.
pub fn syllables(text: &str) -> Vec<&'static str> {
    text.to_pinyin().flatten().map(|sign| sign.plain()).collect()
}

/// First letters of those syllables.
pub fn initials(syllables: &[&str]) -> String {
    syllables.iter().filter_map(|syllable| syllable.chars().next()).collect()
}

/// Pairs of neighbouring initials.
pub fn initial_pairs(initials: &str, into: &mut BTreeSet<String>) {
    let signs: Vec<char> = initials.chars().collect();
    into.extend(signs.windows(2).map(|pair| format!("i{}{}", pair[0], pair[1])));
    if let [one] = signs[..] {
        into.insert(format!("i{one}"));
    }
}

/// The divisions that hold a town: city, county, town, as far as the code goes.
pub fn divisions(town: &str, into: &mut BTreeSet<String>) {
    for digits in [2, 4, 6, 9] {
        if let Some(code) = town.get(..digits) {
            into.insert(format!("r{code}"));
        }
    }
}

/// Ways to read letters as whole syllables of pinyin, the longest syllables first; few, for text of a search box.
pub fn readings(letters: &str) -> Vec<Vec<String>> {
    const MOST: usize = 4;
    fn walk(rest: &str, known: &dyn Fn(&str) -> bool, taken: &mut Vec<String>, found: &mut Vec<Vec<String>>) {
        if found.len() >= MOST {
            return;
        }
        if rest.is_empty() {
            found.push(taken.clone());
            return;
        }
        for length in (1..=rest.len().min(6)).rev() {
            let (head, tail) = rest.split_at(length);
            if known(head) {
                taken.push(head.to_string());
                walk(tail, known, taken, found);
                taken.pop();
            }
        }
    }
    let mut found = Vec::new();
    if !letters.is_empty() && letters.len() <= 40 && letters.bytes().all(|byte| byte.is_ascii_lowercase()) {
        walk(letters, &|text| all_syllables().contains(text), &mut Vec::new(), &mut found);
    }
    found
}

/// Every syllable that a sign of the common Chinese block has.
fn all_syllables() -> &'static BTreeSet<&'static str> {
    static ALL: std::sync::OnceLock<BTreeSet<&'static str>> = std::sync::OnceLock::new();
    ALL.get_or_init(|| {
        ('\u{4E00}'..='\u{9FA5}').filter_map(|sign| sign.to_pinyin()).map(|sign| sign.plain()).collect()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn letters_are_read_as_syllables_in_every_way() {
        assert_eq!(readings("suliao")[0], ["su", "liao"], "the longest syllables first");
        assert!(readings("fangan").iter().any(|reading| reading == &["fang", "an"]));
        assert!(readings("fangan").iter().any(|reading| reading == &["fan", "gan"]));
        assert!(readings("stslc").is_empty());
    }

    #[test]
    fn what_is_asked_for_is_indexed_and_holds_no_sign_twice() {
        for (text, asked) in [("塑料", vec!["c塑料"]), ("厂", vec!["c厂"]), ("a塑-料", vec!["ca塑", "c料"])]
        {
            let (mut indexed, mut found) = (BTreeSet::new(), BTreeSet::new());
            signs(text, &mut indexed);
            pairs(text, &mut found);
            assert!(found.is_subset(&indexed), "{text}");
            assert_eq!(found.into_iter().collect::<Vec<_>>(), asked);
        }
    }

    #[test]
    fn signs_beyond_the_common_block_are_terms_like_others() {
        let mut terms = BTreeSet::new();
        signs("鮀𬶍𬒈厂", &mut terms);
        assert!(terms.contains("c𬶍𬒈") && terms.contains("c𬶍"));
    }
}
