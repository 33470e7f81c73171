//! The text that a page shows.

use std::{collections::BTreeMap, rc::Rc};

use super::{
    Dict, Document,
    font::Font,
    lexer::{Lexer, Object},
};
use crate::text::MOST_TEXT;

/// How deep forms may stand in one another, and how far up a page's inheritance goes.
const MOST_DEPTH: usize = 8;
/// Most streams of one page.
const MOST_STREAMS: usize = 1_000;
/// Values before an operator; more belong to none.
const MOST_OPERANDS: usize = 32;

#[derive(Default)]
pub(super) struct Reader {
    pub(super) out: String,
    fonts: BTreeMap<u32, Rc<Font>>,
}

impl Reader {
    pub(super) fn page(&mut self, document: &mut Document<'_>, page: &Dict) {
        let mut resources = document.dict(page.get(b"Resources".as_slice()));
        let mut above = page.get(b"Parent".as_slice()).cloned();
        for _ in 0..MOST_DEPTH {
            if resources.is_some() {
                break;
            }
            let Some(parent) = document.dict(above.as_ref()) else { break };
            resources = document.dict(parent.get(b"Resources".as_slice()));
            above = parent.get(b"Parent".as_slice()).cloned();
        }
        let resources = resources.unwrap_or_default();
        let parts = match page.get(b"Contents".as_slice()) {
            Some(Object::Ref(number)) => match document.get(*number) {
                Some(Object::Array(list)) => list,
                _ => vec![Object::Ref(*number)],
            },
            Some(Object::Array(list)) => list.clone(),
            _ => return,
        };
        let mut whole = Vec::new();
        for part in parts.iter().take(MOST_STREAMS) {
            let Object::Ref(number) = part else { continue };
            if let Some((_, data)) = document.stream(*number) {
                whole.extend(data);
                whole.push(b'\n');
            }
        }
        self.content(document, &resources, &whole, MOST_DEPTH);
        self.out.push('\n');
    }

    fn content(&mut self, document: &mut Document<'_>, resources: &Dict, data: &[u8], depth: usize) {
        let fonts = document.dict(resources.get(b"Font".as_slice())).unwrap_or_default();
        let forms = document.dict(resources.get(b"XObject".as_slice())).unwrap_or_default();
        let mut font: Option<Rc<Font>> = None;
        let mut operands: Vec<Object> = Vec::new();
        let mut lexer = Lexer::new(data, document.values);
        while let Some(object) = lexer.next() {
            let Object::Word(word) = object else {
                if operands.len() >= MOST_OPERANDS {
                    operands.clear();
                }
                operands.push(object);
                continue;
            };
            match word.as_slice() {
                b"Tf" => {
                    if let [.., Object::Name(name), _] = operands.as_slice() {
                        font = self.font(document, fonts.get(name));
                    }
                }
                b"Tj" | b"'" | b"\"" => {
                    if let (Some(Object::Text(text)), Some(font)) = (operands.last(), &font) {
                        font.read(text, &mut self.out);
                    }
                }
                b"TJ" => {
                    if let (Some(Object::Array(pieces)), Some(font)) = (operands.last(), &font) {
                        for piece in pieces {
                            match piece {
                                Object::Text(text) => font.read(text, &mut self.out),
                                // a gap as wide as between words
                                Object::Number(shift) if *shift < -200 => self.out.push(' '),
                                _ => {}
                            }
                        }
                    }
                }
                b"Td" | b"TD" | b"T*" | b"Tm" | b"ET" => self.out.push(' '),
                b"BI" => lexer.skip_picture(),
                b"Do" => {
                    if let (Some(Object::Name(name)), Some(depth)) = (operands.last(), depth.checked_sub(1))
                        && let Some(Object::Ref(number)) = forms.get(name)
                    {
                        self.form(document, *number, resources, depth);
                    }
                }
                _ => {}
            }
            operands.clear();
            if self.out.len() > 8 * MOST_TEXT || document.work == 0 {
                break;
            }
        }
        document.values = document.values.min(lexer.left);
    }

    fn form(&mut self, document: &mut Document<'_>, number: u32, outer: &Dict, depth: usize) {
        // a picture's dictionary is read, its content is not
        let form = |kind: &Dict| kind.get(b"Subtype".as_slice()).is_some_and(|own| own.is(b"Form"));
        match document.get(number) {
            Some(Object::Dict(dict)) if form(&dict) => {}
            _ => return,
        }
        let Some((dict, data)) = document.stream(number) else { return };
        let own = document.dict(dict.get(b"Resources".as_slice()));
        self.content(document, own.as_ref().unwrap_or(outer), &data, depth);
    }

    fn font(&mut self, document: &mut Document<'_>, named: Option<&Object>) -> Option<Rc<Font>> {
        let number = match named? {
            Object::Ref(number) => Some(*number),
            _ => None,
        };
        if let Some(known) = number.and_then(|number| self.fonts.get(&number)) {
            return Some(Rc::clone(known));
        }
        let dict = document.dict(named)?;
        let font = Rc::new(Font::of(document, &dict));
        if let Some(number) = number {
            self.fonts.insert(number, Rc::clone(&font));
        }
        Some(font)
    }
}
