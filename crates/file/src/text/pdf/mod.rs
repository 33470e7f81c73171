//! PDF, as far as its text: the objects are found by going through the file, whatever its table says, and every page's text is read
//! sign by sign through its fonts. Pages come in the order of their objects, which is enough to find something.

mod content;
mod font;
mod lexer;
mod unpack;

use std::collections::BTreeMap;

use lexer::{Lexer, Object};

use super::MOST_TEXT;

/// Most bytes that are unpacked or gone through again, in all.
const MOST_WORK: u64 = 64 << 20;
/// Most bytes of one stream.
const MOST_STREAM: u64 = 32 << 20;
/// Most values that are read, in all.
const MOST_VALUES: usize = 4_000_000;
/// Most objects.
const MOST_OBJECTS: usize = 200_000;

type Dict = BTreeMap<Vec<u8>, Object>;

/// Where an object stands.
#[derive(Clone, Copy)]
enum Place {
    /// In the file.
    At(usize),
    /// In an unpacked stream of objects.
    In(usize, usize),
}

struct Document<'a> {
    data: &'a [u8],
    places: BTreeMap<u32, Place>,
    packs: Vec<Vec<u8>>,
    work: u64,
    values: usize,
}

pub(super) fn text(data: &[u8]) -> String {
    // without its key nothing of it can be read
    if find(data, b"/Encrypt", 0).is_some() {
        return String::new();
    }
    let mut document =
        Document { data, places: places(data), packs: Vec::new(), work: MOST_WORK, values: MOST_VALUES };
    document.unpack();
    let numbers: Vec<u32> = document.places.keys().copied().collect();
    let mut reader = content::Reader::default();
    for number in numbers {
        let Some(Object::Dict(page)) = document.get(number) else { continue };
        if page.get(b"Type".as_slice()).is_some_and(|kind| kind.is(b"Page")) {
            reader.page(&mut document, &page);
        }
        if reader.out.len() > 8 * MOST_TEXT || document.work == 0 {
            break;
        }
    }
    reader.out
}

fn find(data: &[u8], wanted: &[u8], from: usize) -> Option<usize> {
    let rest = data.get(from..)?;
    rest.windows(wanted.len()).position(|window| window == wanted).map(|at| from + at)
}

/// The objects of a file, by `number generation obj`; of several the last counts.
fn places(data: &[u8]) -> BTreeMap<u32, Place> {
    let mut places = BTreeMap::new();
    let mut from = 0;
    while let Some(at) = find(data, b"obj", from) {
        from = at + 3;
        if let Some(number) = number_before(&data[..at]) {
            places.insert(number, Place::At(from));
            if places.len() >= MOST_OBJECTS {
                break;
            }
        }
    }
    places
}

fn number_before(before: &[u8]) -> Option<u32> {
    let digits = |before: &[u8]| {
        let end = before.iter().rposition(|byte| !byte.is_ascii_whitespace())? + 1;
        let start = before[..end].iter().rposition(|byte| !byte.is_ascii_digit()).map_or(0, |at| at + 1);
        let number = std::str::from_utf8(&before[start..end]).ok()?.parse::<u32>().ok()?;
        Some((number, start))
    };
    let (_, start) = digits(before)?;
    let (number, _) = digits(&before[..start])?;
    Some(number)
}

impl Document<'_> {
    /// Opens the streams that hold other objects.
    fn unpack(&mut self) {
        let numbers: Vec<u32> = self.places.keys().copied().collect();
        for number in numbers {
            let Some(Object::Dict(dict)) = self.get(number) else { continue };
            if !dict.get(b"Type".as_slice()).is_some_and(|kind| kind.is(b"ObjStm")) {
                continue;
            }
            let whole = |name: &[u8]| match dict.get(name) {
                Some(Object::Number(number)) => usize::try_from(*number).ok(),
                _ => None,
            };
            let (Some(count), Some(first)) = (whole(b"N"), whole(b"First")) else { continue };
            let Some((_, data)) = self.stream(number) else { continue };
            let mut lexer = Lexer::new(&data, 2 * count.min(MOST_OBJECTS));
            let mut found = Vec::new();
            while let (Some(Object::Number(own)), Some(Object::Number(at))) = (lexer.next(), lexer.next()) {
                if let (Ok(own), Ok(at)) = (u32::try_from(own), usize::try_from(at)) {
                    found.push((own, first.saturating_add(at)));
                }
                if found.len() >= count {
                    break;
                }
            }
            for (own, at) in found {
                if self.places.len() < MOST_OBJECTS {
                    self.places.entry(own).or_insert(Place::In(self.packs.len(), at));
                }
            }
            self.packs.push(data);
        }
    }

    fn get(&mut self, number: u32) -> Option<Object> {
        let (data, at) = match *self.places.get(&number)? {
            Place::At(at) => (self.data, at),
            Place::In(pack, at) => (self.packs.get(pack)?.as_slice(), at),
        };
        let mut lexer = Lexer::new(data.get(at..)?, self.values);
        let object = lexer.next();
        self.values = lexer.left;
        object
    }

    /// The value itself, where it stands elsewhere.
    fn resolve(&mut self, object: Option<&Object>) -> Option<Object> {
        match object? {
            Object::Ref(number) => self.get(*number),
            other => Some(other.clone()),
        }
    }

    fn dict(&mut self, object: Option<&Object>) -> Option<Dict> {
        match self.resolve(object)? {
            Object::Dict(dict) => Some(dict),
            _ => None,
        }
    }

    /// A stream with its dictionary, unpacked.
    fn stream(&mut self, number: u32) -> Option<(Dict, Vec<u8>)> {
        let Place::At(at) = *self.places.get(&number)? else { return None };
        let mut lexer = Lexer::new(self.data.get(at..)?, self.values);
        let Some(Object::Dict(dict)) = lexer.next() else { return None };
        let Some(Object::Word(word)) = lexer.next() else { return None };
        self.values = lexer.left;
        if word != b"stream" {
            return None;
        }
        let mut start = at + lexer.at;
        start += match self.data.get(start..start + 2)? {
            b"\r\n" => 2,
            [b'\n' | b'\r', _] => 1,
            _ => 0,
        };
        let told = match self.resolve(dict.get(b"Length".as_slice())) {
            Some(Object::Number(length)) => usize::try_from(length).ok(),
            _ => None,
        };
        let ends = |end: usize| {
            let rest = self.data.get(end..).unwrap_or_default();
            rest.get(..20.min(rest.len()))
                .is_some_and(|rest| rest.trim_ascii_start().starts_with(b"endstream"))
        };
        let end = match told.and_then(|length| start.checked_add(length)).filter(|end| ends(*end)) {
            Some(end) => end,
            None => find(self.data, b"endstream", start)?,
        };
        let packed = self.data.get(start..end)?;
        let filters = match self.resolve(dict.get(b"Filter".as_slice())) {
            None => Vec::new(),
            Some(Object::Array(names)) => names,
            Some(name) => vec![name],
        };
        self.work = self.work.saturating_sub(1_000 + packed.len() as u64);
        let data = unpack::unpack(packed, &filters, self.work.min(MOST_STREAM))?;
        self.work = self.work.saturating_sub(data.len() as u64);
        Some((dict, data))
    }
}
