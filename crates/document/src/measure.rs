//! How much room texts need, the same for print and Word: widths of columns, which facts stand two to a line, and where a
//! word must break that is wider than its cell.

use crate::model::{Fact, Table};

/// Size of the letters of a table with so many columns, in points.
pub(crate) fn size(columns: usize) -> f64 {
    match columns {
        0..=6 => 10.0,
        7..=9 => 9.0,
        10..=13 => 8.0,
        _ => 7.0,
    }
}

/// The width of a sign in Chinese letters, rather too much than too little.
fn sign(c: char) -> f64 {
    match c {
        'W' | 'M' | '@' | '%' | 'm' | 'w' => 0.95,
        'A'..='Z' | '#' | '&' | '+' | '<'..='>' | '~' => 0.75,
        '\0'..='\u{7F}' => 0.6,
        _ => 1.0,
    }
}

/// The width of a text in Chinese letters: of its longest line.
pub(crate) fn width(text: &str) -> f64 {
    text.lines().map(|line| line.chars().map(sign).sum::<f64>()).fold(0.0, f64::max)
}

/// A text without the signs that have no look of their own: control signs (which XML forbids) and those that turn the
/// direction of writing, by which a name could read as another. Line breaks stay, tabulators become spaces.
pub(crate) fn clean(text: &str) -> String {
    text.replace("\r\n", "\n")
        .chars()
        .filter_map(|c| match c {
            '\r' | '\u{2028}' | '\u{2029}' | '\u{85}' => Some('\n'),
            '\n' => Some('\n'),
            '\t' => Some(' '),
            '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}' | '\u{200E}' | '\u{200F}' | '\u{61C}' => None,
            '\u{FEFF}' | '\u{FFFE}' | '\u{FFFF}' => None,
            c if c.is_control() => None,
            c => Some(c),
        })
        .collect()
}

/// A letter beside which a line may always break.
fn breaks(c: char) -> bool {
    c == ' '
        || matches!(c, '\u{2E80}'..='\u{2FDF}' | '\u{3040}'..='\u{30FA}' | '\u{3400}'..='\u{9FFF}' | '\u{F900}'..='\u{FAFF}'
            | '\u{20000}'..='\u{3FFFF}')
}

/// A sign that belongs to the one before it: accents, selectors of a variant, joiners.
fn joins(c: char) -> bool {
    matches!(c, '\u{300}'..='\u{36F}' | '\u{200C}' | '\u{200D}' | '\u{FE00}'..='\u{FE0F}' | '\u{E0100}'..='\u{E01EF}')
}

/// A line in pieces between which it may break: one piece, unless a run of signs without a place to break is wider than
/// `room` (in Chinese letters); such a run is one piece for each sign.
pub(crate) fn pieces(line: &str, room: f64) -> Vec<String> {
    let mut pieces = vec![String::new()];
    let mut run = String::new();
    let flush = |run: &mut String, pieces: &mut Vec<String>| {
        if width(run) > room {
            for c in run.chars() {
                match pieces.last_mut() {
                    Some(last) if joins(c) && !last.is_empty() => last.push(c),
                    _ => pieces.push(String::from(c)),
                }
            }
            pieces.push(String::new());
        } else if let Some(last) = pieces.last_mut() {
            last.push_str(run);
        }
        run.clear();
    };
    for c in line.chars() {
        if breaks(c) {
            flush(&mut run, &mut pieces);
            if let Some(last) = pieces.last_mut() {
                last.push(c);
            }
        } else {
            run.push(c);
        }
    }
    flush(&mut run, &mut pieces);
    pieces.retain(|piece| !piece.is_empty());
    pieces
}

/// The shares of a table's columns, which add up to one, where `room` Chinese letters have room beside one another: each
/// column gets the wished width, or what its content needs, and the blank beside it; where that is too much, the widest
/// give way.
pub(crate) fn shares(table: &Table, room: f64) -> Vec<f64> {
    let content =
        |place: usize| table.rows.iter().filter_map(move |row| row.get(place)).map(|text| width(text));
    let wishes: Vec<f64> = table
        .columns
        .iter()
        .enumerate()
        .map(|(place, column)| match column.width {
            Some(width) => f64::from(width.max(1)) + 1.0,
            None => content(place).fold(width(&column.label).min(6.0), f64::max).max(2.0) + 1.0,
        })
        .collect();
    let mut narrow = wishes.clone();
    narrow.sort_by(f64::total_cmp);
    let (mut left, mut most) = (room, f64::INFINITY);
    for (place, wish) in narrow.iter().enumerate() {
        let fair = left / (narrow.len() - place) as f64;
        if *wish > fair {
            most = fair;
            break;
        }
        left -= wish;
    }
    let widths: Vec<f64> = wishes.into_iter().map(|wish| wish.min(most)).collect();
    let whole: f64 = widths.iter().sum();
    widths.into_iter().map(|width| width / whole).collect()
}

/// Facts as lines of one or two. A value that does not fit half a line has a line of its own.
pub(crate) fn lines(facts: &[Fact], half: f64) -> Vec<Vec<&Fact>> {
    let mut lines: Vec<Vec<&Fact>> = Vec::new();
    let short =
        |fact: &Fact| width(&fact.value) <= half && !fact.value.contains('\n') && width(&fact.label) <= half;
    for fact in facts {
        match lines.last_mut() {
            Some(line) if line.len() == 1 && short(line[0]) && short(fact) => line.push(fact),
            _ => lines.push(vec![fact]),
        }
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_wider_than_its_cell_may_break_after_each_sign() {
        assert_eq!(pieces("联系电话", 4.0), ["联系电话"]);
        assert_eq!(pieces("编号ABCDEFGH号", 3.0).concat(), "编号ABCDEFGH号");
        assert_eq!(pieces("编号ABC号", 1.0), ["编号", "A", "B", "C", "号"]);
        assert_eq!(pieces("", 1.0), Vec::<String>::new());
    }

    #[test]
    fn signs_that_turn_the_direction_of_writing_and_control_signs_are_left_out() {
        assert_eq!(clean("甲\u{202E}乙\u{0}\u{7}丙\r\n丁\t戊"), "甲乙丙\n丁 戊");
    }

    #[test]
    fn the_shares_of_columns_add_up_to_one() {
        let table = Table {
            columns: vec![
                crate::Column::new("序号"),
                crate::Column::new("名称"),
                crate::Column::wide("备注", 0),
            ],
            rows: vec![vec!["1".into(), "很长的名称".repeat(40)]],
        };
        let shares = shares(&table, 46.0);
        assert!((shares.iter().sum::<f64>() - 1.0).abs() < 1e-9);
        assert!(shares[1] > shares[0] && shares[0] > shares[2]);
        // the narrow columns keep what they need: two letters and the blank
        assert!((shares[0] - 3.0 / 46.0).abs() < 1e-9, "{shares:?}");
    }

    #[test]
    fn long_values_have_a_line_of_their_own() {
        let facts = [
            Fact::new("甲", "1"),
            Fact::new("乙", "2"),
            Fact::new("丙", "很长".repeat(20)),
            Fact::new("丁", "4"),
        ];
        let lines = lines(&facts, 12.0);
        assert_eq!(lines.iter().map(Vec::len).collect::<Vec<_>>(), [2, 1, 1]);
    }
}
