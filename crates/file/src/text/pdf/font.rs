//! What the codes in a text mean: a font's own table to Unicode, or an encoding that is known.

use std::collections::BTreeMap;

use encoding_rs::{GB18030, UTF_16BE, WINDOWS_1252};

use super::{
    Dict, Document,
    lexer::{Lexer, Object},
};

/// Most codes of a table.
const MOST_CODES: usize = 100_000;
/// Most values read of a table.
const MOST_TABLE: usize = 400_000;

/// How the codes of a font are read.
pub(super) struct Font {
    codes: BTreeMap<u32, String>,
    base: Base,
}

#[derive(Clone, Copy, PartialEq)]
enum Base {
    /// One byte for a sign.
    Latin,
    /// Two bytes that are Unicode.
    Unicode,
    /// The Chinese national encoding.
    National,
    /// Two bytes that only the font itself knows.
    Own,
}

impl Font {
    pub(super) fn of(document: &mut Document<'_>, dict: &Dict) -> Font {
        let composite = dict.get(b"Subtype".as_slice()).is_some_and(|kind| kind.is(b"Type0"));
        let base = match dict.get(b"Encoding".as_slice()) {
            _ if !composite => Base::Latin,
            Some(Object::Name(name)) => {
                let name = String::from_utf8_lossy(name);
                match () {
                    () if name.contains("UCS2") || name.contains("UTF16") => Base::Unicode,
                    () if name.starts_with("GB") => Base::National,
                    () => Base::Own,
                }
            }
            _ => Base::Own,
        };
        let codes = match dict.get(b"ToUnicode".as_slice()) {
            Some(Object::Ref(number)) => {
                document.stream(*number).map(|(_, table)| codes(&table)).unwrap_or_default()
            }
            _ => BTreeMap::new(),
        };
        Font { codes, base }
    }

    /// Appends the signs of a text.
    pub(super) fn read(&self, text: &[u8], out: &mut String) {
        if self.codes.is_empty() {
            let encoding = match self.base {
                Base::Latin => WINDOWS_1252,
                Base::Unicode => UTF_16BE,
                Base::National => GB18030,
                Base::Own => return,
            };
            out.push_str(&encoding.decode_without_bom_handling(text).0);
            return;
        }
        let width = if self.base == Base::Latin { 1 } else { 2 };
        for code in text.chunks(width) {
            match self.codes.get(&number(code)) {
                Some(signs) => out.push_str(signs),
                None if self.base == Base::Latin => {
                    out.push_str(&WINDOWS_1252.decode_without_bom_handling(code).0);
                }
                None => {}
            }
        }
    }
}

fn number(code: &[u8]) -> u32 {
    code.iter().take(4).fold(0, |sum, byte| sum << 8 | u32::from(*byte))
}

fn signs(text: &[u8]) -> String {
    UTF_16BE.decode_without_bom_handling(&text[..text.len().min(64)]).0.into_owned()
}

/// The table of a font: `bfchar` names single codes, `bfrange` runs of them.
fn codes(table: &[u8]) -> BTreeMap<u32, String> {
    let mut codes = BTreeMap::new();
    let mut lexer = Lexer::new(table, MOST_TABLE);
    while let Some(object) = lexer.next() {
        let Object::Word(word) = object else { continue };
        match word.as_slice() {
            b"beginbfchar" => {
                while let Some(Object::Text(code)) = lexer.next() {
                    let Some(Object::Text(to)) = lexer.next() else { break };
                    codes.insert(number(&code), signs(&to));
                }
            }
            b"beginbfrange" => {
                while let Some(Object::Text(first)) = lexer.next() {
                    let Some(Object::Text(last)) = lexer.next() else { break };
                    let Some(to) = lexer.next() else { break };
                    range(number(&first), number(&last), &to, &mut codes);
                }
            }
            _ => {}
        }
        if codes.len() >= MOST_CODES {
            break;
        }
    }
    codes
}

fn range(first: u32, last: u32, to: &Object, codes: &mut BTreeMap<u32, String>) {
    for (at, code) in (first..=last).take(65_536).enumerate() {
        if codes.len() >= MOST_CODES {
            return;
        }
        match to {
            Object::Array(list) => match list.get(at) {
                Some(Object::Text(to)) => drop(codes.insert(code, signs(to))),
                _ => return,
            },
            Object::Text(to) => {
                let (head, tail) = to.split_at(to.len().saturating_sub(2));
                let tail = number(tail).wrapping_add(at as u32);
                let to = [head, &(tail as u16).to_be_bytes()].concat();
                codes.insert(code, signs(&to));
            }
            _ => return,
        }
    }
}
