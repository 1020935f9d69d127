//! Encodings of string values: base64, base64offset, UTF-16 (S-206 to S-208, S-260).

use super::placeholder::MOST_VARIANTS;
use super::string::{DASHES, Part};

/// Every choice at every dash position, as an encoding makes of each a text of its own (S-260).
pub(super) fn dash_choices(parts: &[Part]) -> Result<Vec<Vec<Part>>, String> {
    let mut variants = vec![Vec::new()];
    for part in parts {
        let choices = match part {
            Part::Dash(_) => DASHES.map(Part::Char).to_vec(),
            other => vec![*other],
        };
        if variants.len() * choices.len() > MOST_VARIANTS {
            return Err("too many variants of one value (S-560)".to_owned());
        }
        variants = variants
            .iter()
            .flat_map(|variant: &Vec<Part>| {
                choices
                    .iter()
                    .map(|choice| [variant.as_slice(), &[*choice]].concat())
            })
            .collect();
    }
    Ok(variants)
}

/// S-206.
pub(super) fn base64(parts: &[Part]) -> Result<Vec<Part>, String> {
    Ok(as_parts(&encode(&bytes(parts)?)))
}

/// S-207: the variants that are not empty; at least one.
pub(super) fn base64_offset(parts: &[Part]) -> Result<Vec<Vec<Part>>, String> {
    let value = bytes(parts)?;
    let mut variants = Vec::new();
    for offset in 0..3 {
        let filled = [vec![0; offset], value.clone()].concat();
        let encoded = encode(&filled);
        let start = [0, 2, 3][offset];
        let end = encoded.len() - [0, 3, 2][(value.len() + offset) % 3];
        if start < end {
            variants.push(as_parts(&encoded[start..end]));
        }
    }
    if variants.is_empty() {
        return Err("base64offset of a value that leaves nothing to look for (S-207)".to_owned());
    }
    Ok(variants)
}

/// The order of the two bytes of a UTF-16 unit.
#[derive(Clone, Copy)]
pub(super) enum Order {
    Little,
    Big,
}

/// S-208: each character as its UTF-16 bytes. A character of ASCII gives two characters, which serve as text and as
/// bytes alike; any other gives bytes that only base64 can take.
pub(super) fn wide(parts: &[Part], order: Order) -> Result<Vec<Part>, String> {
    let mut encoded = Vec::new();
    for part in parts {
        match part {
            Part::Any | Part::One => encoded.push(*part),
            Part::Char(c) | Part::Escaped(c) => encoded.extend(units(*c, order)),
            Part::ByteOrderMark => encoded.extend(units('\u{feff}', order)),
            Part::Byte(_) => return Err("UTF-16 of what is no text any more (S-208)".to_owned()),
            Part::Dash(_) => return Err("a dash position has more than one text".to_owned()),
        }
    }
    Ok(encoded)
}

fn units(c: char, order: Order) -> Vec<Part> {
    let mut buffer = [0; 2];
    c.encode_utf16(&mut buffer)
        .iter()
        .flat_map(|unit| match order {
            Order::Little => unit.to_le_bytes(),
            Order::Big => unit.to_be_bytes(),
        })
        .map(|byte| {
            if c.is_ascii() {
                Part::Char(byte.into())
            } else {
                Part::Byte(byte)
            }
        })
        .collect()
}

/// The bytes of a string without wildcards: UTF-8, or what UTF-16 made of it.
fn bytes(parts: &[Part]) -> Result<Vec<u8>, String> {
    let mut bytes = Vec::new();
    for part in parts {
        match part {
            Part::Char(c) | Part::Escaped(c) => bytes.extend(c.to_string().bytes()),
            Part::Byte(byte) => bytes.push(*byte),
            Part::ByteOrderMark => bytes.extend([0xff, 0xfe]),
            Part::Any | Part::One => return Err("wildcards under base64 (S-182)".to_owned()),
            Part::Dash(_) => return Err("a dash position has more than one text".to_owned()),
        }
    }
    Ok(bytes)
}

fn as_parts(ascii: &str) -> Vec<Part> {
    ascii.chars().map(Part::Char).collect()
}

/// Standard base64 with padding.
fn encode(bytes: &[u8]) -> String {
    const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut text = String::new();
    for chunk in bytes.chunks(3) {
        let byte = |index| u32::from(*chunk.get(index).unwrap_or(&0));
        let bits = byte(0) << 16 | byte(1) << 8 | byte(2);
        for position in 0..4 {
            // One byte has two characters, two have three, three have four.
            text.push(if position <= chunk.len() {
                ALPHABET[(bits >> (18 - 6 * position) & 63) as usize].into()
            } else {
                '='
            });
        }
    }
    text
}

#[test]
fn known_texts() {
    for (plain, encoded) in [
        ("", ""),
        ("f", "Zg=="),
        ("fo", "Zm8="),
        ("foo", "Zm9v"),
        ("foobar", "Zm9vYmFy"),
    ] {
        assert_eq!(encode(plain.as_bytes()), encoded);
    }
    let offsets = base64_offset(&as_parts("foobar")).expect("something to look for");
    assert_eq!(offsets, ["Zm9vYmFy", "Zvb2Jhc", "mb29iYX"].map(as_parts));
    assert_eq!(
        base64_offset(&as_parts("a")).expect("something to look for"),
        ["Y", "h"].map(as_parts)
    );
}
