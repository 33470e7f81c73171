//! CSV in whatever encoding and with whatever separator the office's program used.

use std::{
    fs::File,
    io::{BufRead, BufReader, Read, Seek, SeekFrom},
    path::Path,
};

use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use encoding_rs::{CoderResult, Decoder, Encoding, GB18030, GBK, UTF_8, UTF_16BE, UTF_16LE};

use crate::{Limits, Row, SheetError, read::clean};

/// Longest record, bytes: what is longer is a quote that was never closed.
const MOST_RECORD: usize = 4 << 20;

pub(crate) fn read(
    path: &Path,
    limits: Limits,
    each: &mut dyn FnMut(Row) -> Result<bool, SheetError>,
) -> Result<&'static str, SheetError> {
    let mut file = File::open(path)?;
    let encoding = detect(&mut file)?;
    file.seek(SeekFrom::Start(0))?;
    let mut text = Decoding::new(BufReader::with_capacity(1 << 16, file), encoding);
    let first = text.fill_buf()?.to_vec();
    let sample = String::from_utf8_lossy(&first[..first.len().min(16_384)]).into_owned();
    let folded = sample.trim_start_matches('\u{FEFF}').trim_start().to_ascii_lowercase();
    if folded.starts_with("<html")
        || folded.starts_with("<!doctype")
        || folded.starts_with("<?xml")
        || folded.starts_with("<table")
    {
        return Err(SheetError::OldFormat);
    }
    // text has no control signs but tab and line ends; anything else is some program's binary file
    if sample.chars().any(|sign| matches!(sign, '\0'..='\u{8}' | '\u{E}'..='\u{1F}')) {
        return Err(SheetError::NotATable);
    }
    let mut reader = csv::ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .delimiter(separator(&sample))
        .from_reader(text);
    let mut record = csv::StringRecord::new();
    // a spreadsheet shows a record as one row, however many lines its cells have
    let mut number = 0;
    loop {
        number += 1;
        reader.get_mut().record = 0;
        let more = match reader.read_record(&mut record).map_err(csv::Error::into_kind) {
            Ok(more) => more,
            Err(csv::ErrorKind::Io(_)) if reader.get_ref().record > MOST_RECORD => {
                let place = format!("第 {number} 行");
                return Err(SheetError::CellTooLong { place, most: limits.cell });
            }
            Err(csv::ErrorKind::Io(error)) => return Err(SheetError::Io(error)),
            Err(other) => return Err(SheetError::Damaged(format!("{other:?}"))),
        };
        if reader.get_ref().broken {
            return Err(SheetError::Encoding { row: number, encoding: encoding.name().to_string() });
        }
        if !more {
            return Ok(encoding.name());
        }
        if record.len() > limits.columns {
            return Err(SheetError::TooWide { row: number, columns: record.len(), most: limits.columns });
        }
        if !each(Row { number, cells: record.iter().map(clean).collect() })? {
            return Ok(encoding.name());
        }
    }
}

/// A byte order mark decides; else UTF-8 if the whole file is that; else the likeliest Chinese encoding.
fn detect(file: &mut File) -> Result<&'static Encoding, SheetError> {
    let mut buffer = vec![0u8; 1 << 16];
    let mut decoder = UTF_8.new_decoder_without_bom_handling();
    let mut out = String::with_capacity(1 << 18);
    let mut detector = EncodingDetector::new(Iso2022JpDetection::Deny);
    let (mut utf8, mut first) = (true, true);
    loop {
        let length = file.read(&mut buffer)?;
        let bytes = &buffer[..length];
        if first {
            if let Some((encoding, _)) = Encoding::for_bom(bytes) {
                return Ok(encoding);
            }
            first = false;
        }
        detector.feed(bytes, length == 0);
        if utf8 {
            out.clear();
            out.reserve(decoder.max_utf8_buffer_length(length).unwrap_or(length * 3));
            let (_, _, broken) = decoder.decode_to_string(bytes, &mut out, length == 0);
            utf8 = !broken;
        }
        if length == 0 {
            break;
        }
    }
    if utf8 {
        return Ok(UTF_8);
    }
    let guess = detector.guess(Some(b"cn"), Utf8Detection::Allow);
    // what says GBK may hold four-byte signs; GB18030 reads both
    Ok(
        if guess == GBK || guess == UTF_16LE || guess == UTF_16BE || guess == UTF_8 || guess.is_single_byte()
        {
            GB18030
        } else {
            guess
        },
    )
}

/// The sign that separates most columns in the first lines, outside quotes.
fn separator(sample: &str) -> u8 {
    let mut best = (b',', 0usize);
    for candidate in [b',', b'\t', b';', b'|'] {
        let mut quoted = false;
        let count = sample
            .bytes()
            .filter(|byte| {
                quoted ^= *byte == b'"';
                !quoted && *byte == candidate
            })
            .count();
        if count > best.1 {
            best = (candidate, count);
        }
    }
    best.0
}

/// Decodes to UTF-8 while reading; remembers whether it met bytes that are no text.
struct Decoding<R> {
    inner: R,
    decoder: Decoder,
    text: Vec<u8>,
    at: usize,
    ended: bool,
    broken: bool,
    /// Bytes taken since the record began.
    record: usize,
}

impl<R: BufRead> Decoding<R> {
    fn new(inner: R, encoding: &'static Encoding) -> Self {
        Decoding {
            inner,
            decoder: encoding.new_decoder(),
            text: Vec::new(),
            at: 0,
            ended: false,
            broken: false,
            record: 0,
        }
    }
}

impl<R: BufRead> BufRead for Decoding<R> {
    fn fill_buf(&mut self) -> std::io::Result<&[u8]> {
        if self.record > MOST_RECORD {
            return Err(std::io::Error::other("the record does not end"));
        }
        while self.at == self.text.len() && !self.ended {
            let source = self.inner.fill_buf()?;
            let last = source.is_empty();
            self.text.resize(self.decoder.max_utf8_buffer_length(source.len()).unwrap_or(1 << 18), 0);
            let (result, read, written, broken) = self.decoder.decode_to_utf8(source, &mut self.text, last);
            self.broken |= broken;
            self.text.truncate(written);
            self.at = 0;
            self.inner.consume(read);
            self.ended = last && result == CoderResult::InputEmpty;
        }
        Ok(&self.text[self.at..])
    }

    fn consume(&mut self, amount: usize) {
        self.at = (self.at + amount).min(self.text.len());
        self.record += amount;
    }
}

impl<R: BufRead> Read for Decoding<R> {
    fn read(&mut self, out: &mut [u8]) -> std::io::Result<usize> {
        let available = self.fill_buf()?;
        let length = available.len().min(out.len());
        out[..length].copy_from_slice(&available[..length]);
        self.consume(length);
        Ok(length)
    }
}
