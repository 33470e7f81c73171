//! The packings that text is found in.

use std::io::Read;

use super::lexer::Object;

/// Unpacked, `most` bytes at most; none where it is packed as only pictures are.
pub(super) fn unpack(packed: &[u8], filters: &[Object], most: u64) -> Option<Vec<u8>> {
    let mut data = packed.to_vec();
    for filter in filters.iter().take(4) {
        let Object::Name(name) = filter else { return None };
        data = match name.as_slice() {
            b"FlateDecode" | b"Fl" => {
                let mut out = Vec::new();
                // what is broken off is read as far as it goes
                drop(flate2::read::ZlibDecoder::new(data.as_slice()).take(most).read_to_end(&mut out));
                out
            }
            b"ASCII85Decode" | b"A85" => ascii85(&data),
            b"ASCIIHexDecode" | b"AHx" => hex(&data),
            _ => return None,
        };
    }
    Some(data)
}

pub(super) fn hex(data: &[u8]) -> Vec<u8> {
    let digits: Vec<u8> = data
        .iter()
        .take_while(|byte| **byte != b'>')
        .filter_map(|byte| char::from(*byte).to_digit(16).map(|digit| digit as u8))
        .collect();
    digits.chunks(2).map(|pair| pair[0] << 4 | pair.get(1).copied().unwrap_or_default()).collect()
}

fn ascii85(data: &[u8]) -> Vec<u8> {
    let mut out = Vec::new();
    let mut group: Vec<u8> = Vec::new();
    let value = |group: &[u8]| {
        group
            .iter()
            .fold(0u32, |sum, digit| sum.wrapping_mul(85).wrapping_add(u32::from(*digit)))
            .to_be_bytes()
    };
    for byte in data {
        match byte {
            b'~' => break,
            b'z' if group.is_empty() => out.extend([0; 4]),
            b'!'..=b'u' => {
                group.push(byte - b'!');
                if group.len() == 5 {
                    out.extend(value(&group));
                    group.clear();
                }
            }
            _ => {}
        }
    }
    if group.len() > 1 {
        let kept = group.len() - 1;
        group.resize(5, 84);
        out.extend(&value(&group)[..kept]);
    }
    out
}
