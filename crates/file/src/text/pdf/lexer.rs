//! The values that a PDF is written in.

use std::collections::BTreeMap;

use super::{Dict, unpack::hex};

/// How deep values may stand in one another.
const MOST_DEPTH: usize = 24;

/// A value; numbers without their fraction, which no text needs.
#[derive(Debug, Clone)]
pub(super) enum Object {
    Number(i64),
    Name(Vec<u8>),
    Text(Vec<u8>),
    Array(Vec<Object>),
    Dict(Dict),
    Ref(u32),
    /// Anything else: `true`, `stream`, an operator.
    Word(Vec<u8>),
}

impl Object {
    pub(super) fn is(&self, name: &[u8]) -> bool {
        matches!(self, Object::Name(own) if own == name)
    }
}

pub(super) struct Lexer<'a> {
    data: &'a [u8],
    pub(super) at: usize,
    /// Values that may still be read.
    pub(super) left: usize,
}

fn is_delimiter(byte: u8) -> bool {
    matches!(byte, b'(' | b')' | b'<' | b'>' | b'[' | b']' | b'{' | b'}' | b'/' | b'%')
}

fn is_space(byte: u8) -> bool {
    byte.is_ascii_whitespace() || byte == 0
}

impl<'a> Lexer<'a> {
    pub(super) fn new(data: &'a [u8], left: usize) -> Self {
        Lexer { data, at: 0, left }
    }

    fn peek(&self) -> Option<u8> {
        self.data.get(self.at).copied()
    }

    fn skip_space(&mut self) {
        while let Some(byte) = self.peek() {
            if byte == b'%' {
                while self.peek().is_some_and(|byte| !matches!(byte, b'\n' | b'\r')) {
                    self.at += 1;
                }
            } else if is_space(byte) {
                self.at += 1;
            } else {
                break;
            }
        }
    }

    fn run(&mut self) -> &'a [u8] {
        let start = self.at;
        while self.peek().is_some_and(|byte| !is_space(byte) && !is_delimiter(byte)) {
            self.at += 1;
        }
        &self.data[start..self.at]
    }

    /// The next value; none at the end, or where it cannot be read any more.
    pub(super) fn next(&mut self) -> Option<Object> {
        self.value(MOST_DEPTH)
    }

    fn value(&mut self, depth: usize) -> Option<Object> {
        self.left = self.left.checked_sub(1)?;
        self.skip_space();
        match self.peek()? {
            b'/' => {
                self.at += 1;
                Some(Object::Name(self.run().to_vec()))
            }
            b'(' => Some(Object::Text(self.literal())),
            b'<' if self.data.get(self.at + 1) == Some(&b'<') => {
                self.at += 2;
                self.dict(depth.checked_sub(1)?)
            }
            b'<' => {
                self.at += 1;
                let rest = &self.data[self.at..];
                let end = rest.iter().position(|byte| *byte == b'>').unwrap_or(rest.len());
                self.at += (end + 1).min(rest.len());
                Some(Object::Text(hex(&rest[..end])))
            }
            b'[' => {
                self.at += 1;
                let depth = depth.checked_sub(1)?;
                let mut list = Vec::new();
                loop {
                    self.skip_space();
                    if self.peek()? == b']' {
                        self.at += 1;
                        return Some(Object::Array(list));
                    }
                    list.push(self.value(depth)?);
                }
            }
            byte if is_delimiter(byte) => {
                self.at += 1;
                Some(Object::Word(vec![byte]))
            }
            _ => Some(self.word()),
        }
    }

    fn word(&mut self) -> Object {
        let word = self.run();
        let Some(number) = number(word) else { return Object::Word(word.to_vec()) };
        // `12 0 R` names another object
        let before = self.at;
        if let Ok(target) = u32::try_from(number) {
            self.skip_space();
            if self.run().iter().all(u8::is_ascii_digit) {
                self.skip_space();
                if self.run() == b"R" {
                    return Object::Ref(target);
                }
            }
            self.at = before;
        }
        Object::Number(number)
    }

    fn dict(&mut self, depth: usize) -> Option<Object> {
        let mut dict = BTreeMap::new();
        loop {
            self.skip_space();
            match self.peek()? {
                b'>' => {
                    self.at = (self.at + 2).min(self.data.len());
                    return Some(Object::Dict(dict));
                }
                b'/' => {
                    self.at += 1;
                    let name = self.run().to_vec();
                    let value = self.value(depth)?;
                    dict.insert(name, value);
                }
                _ => {
                    self.value(depth)?;
                }
            }
        }
    }

    fn literal(&mut self) -> Vec<u8> {
        self.at += 1;
        let (mut open, mut text) = (1, Vec::new());
        while let Some(byte) = self.peek() {
            self.at += 1;
            match byte {
                b'(' => open += 1,
                b')' => open -= 1,
                _ => {}
            }
            if open == 0 {
                break;
            }
            if byte != b'\\' {
                text.push(byte);
                continue;
            }
            let Some(next) = self.peek() else { break };
            self.at += 1;
            match next {
                b'n' => text.push(b'\n'),
                b'r' => text.push(b'\r'),
                b't' => text.push(b'\t'),
                b'b' | b'f' => text.push(b' '),
                b'\r' => self.at += usize::from(self.peek() == Some(b'\n')),
                b'\n' => {}
                b'0'..=b'7' => {
                    let mut code = u32::from(next - b'0');
                    for _ in 0..2 {
                        match self.peek() {
                            Some(digit @ b'0'..=b'7') => {
                                code = code * 8 + u32::from(digit - b'0');
                                self.at += 1;
                            }
                            _ => break,
                        }
                    }
                    text.push((code & 0xFF) as u8);
                }
                other => text.push(other),
            }
        }
        text
    }

    /// Goes behind a picture that stands in the content itself: its end is `EI` between spaces.
    pub(super) fn skip_picture(&mut self) {
        let rest = &self.data[self.at..];
        let end = rest.windows(4).position(|own| is_space(own[0]) && &own[1..3] == b"EI" && is_space(own[3]));
        self.at += end.map_or(rest.len(), |end| end + 3);
    }
}

fn number(word: &[u8]) -> Option<i64> {
    let text = std::str::from_utf8(word).ok()?;
    let digits = text.trim_start_matches(['+', '-']);
    if !digits.starts_with(|sign: char| sign.is_ascii_digit() || sign == '.') {
        return None;
    }
    let whole = digits.split('.').next().unwrap_or_default();
    let number = if whole.is_empty() { 0 } else { whole.parse::<i64>().ok()? };
    Some(if text.starts_with('-') { -number } else { number })
}
