//! Unicode classes by name: the general categories and scripts that RE2 knows, spelt as RE2 spells them.

use regex_syntax::hir::{Class, ClassUnicode, ClassUnicodeRange, Hir, HirKind};

/// The characters of a category (`Lu`), a script (`Greek`) or `Any`.
pub(super) fn named(name: &str) -> Option<ClassUnicode> {
    match name {
        "Any" => Some(everything()),
        // Elsewhere `C` also holds what is not assigned yet.
        "C" => Some(union(&["Cc", "Cf", "Co"])),
        // Surrogates; no text holds any.
        "Cs" => Some(ClassUnicode::empty()),
        _ if CATEGORIES.contains(&name) => class_of(&format!(r"\p{{gc={name}}}")),
        _ if SCRIPTS.contains(&name) => class_of(&format!(r"\p{{sc={name}}}")),
        _ => None,
    }
}

/// Whether a character may stand in the name of a group.
pub(super) fn is_name_character(c: char) -> bool {
    const NAME_CATEGORIES: &[&str] = &["Lu", "Ll", "Lt", "Lm", "Lo", "Nl", "Mn", "Mc", "Nd", "Pc"];
    if c.is_ascii() {
        return c.is_ascii_alphanumeric() || c == '_';
    }
    NAME_CATEGORIES
        .iter()
        .filter_map(|name| named(name))
        .any(|class| {
            class
                .iter()
                .any(|range| (range.start()..=range.end()).contains(&c))
        })
}

/// Every character that some case mapping changes.
pub(super) fn changes_with_case() -> ClassUnicode {
    class_of(r"\p{Changes_When_Casemapped}").unwrap_or_else(everything)
}

fn everything() -> ClassUnicode {
    ClassUnicode::new([ClassUnicodeRange::new('\0', char::MAX)])
}

fn union(names: &[&str]) -> ClassUnicode {
    let mut whole = ClassUnicode::empty();
    for class in names.iter().filter_map(|name| named(name)) {
        whole.union(&class);
    }
    whole
}

/// `regex-syntax` hands its tables out by way of its parser only.
fn class_of(pattern: &str) -> Option<ClassUnicode> {
    let hir = regex_syntax::parse(pattern).ok()?;
    match hir.kind() {
        HirKind::Class(Class::Unicode(class)) => Some(class.clone()),
        _ => single(&hir),
    }
}

/// A class of one character comes back as a literal.
fn single(hir: &Hir) -> Option<ClassUnicode> {
    let HirKind::Literal(literal) = hir.kind() else {
        return None;
    };
    let text = std::str::from_utf8(&literal.0).ok()?;
    Some(ClassUnicode::new(
        text.chars().map(|c| ClassUnicodeRange::new(c, c)),
    ))
}

#[rustfmt::skip]
const CATEGORIES: &[&str] = &[
    "Cc", "Cf", "Co", "L", "Ll", "Lm", "Lo", "Lt", "Lu", "M", "Mc", "Me", "Mn", "N", "Nd", "Nl", "No", "P", "Pc",
    "Pd", "Pe", "Pf", "Pi", "Po", "Ps", "S", "Sc", "Sk", "Sm", "So", "Z", "Zl", "Zp", "Zs",
];

#[rustfmt::skip]
const SCRIPTS: &[&str] = &[
    "Adlam", "Ahom", "Anatolian_Hieroglyphs", "Arabic", "Armenian", "Avestan", "Balinese", "Bamum",
    "Bassa_Vah", "Batak", "Bengali", "Bhaiksuki", "Bopomofo", "Brahmi", "Braille", "Buginese", "Buhid",
    "Canadian_Aboriginal", "Carian", "Caucasian_Albanian", "Chakma", "Cham", "Cherokee", "Chorasmian",
    "Common", "Coptic", "Cuneiform", "Cypriot", "Cypro_Minoan", "Cyrillic", "Deseret", "Devanagari",
    "Dives_Akuru", "Dogra", "Duployan", "Egyptian_Hieroglyphs", "Elbasan", "Elymaic", "Ethiopic", "Georgian",
    "Glagolitic", "Gothic", "Grantha", "Greek", "Gujarati", "Gunjala_Gondi", "Gurmukhi", "Han", "Hangul",
    "Hanifi_Rohingya", "Hanunoo", "Hatran", "Hebrew", "Hiragana", "Imperial_Aramaic", "Inherited",
    "Inscriptional_Pahlavi", "Inscriptional_Parthian", "Javanese", "Kaithi", "Kannada", "Katakana", "Kawi",
    "Kayah_Li", "Kharoshthi", "Khitan_Small_Script", "Khmer", "Khojki", "Khudawadi", "Lao", "Latin",
    "Lepcha", "Limbu", "Linear_A", "Linear_B", "Lisu", "Lycian", "Lydian", "Mahajani", "Makasar",
    "Malayalam", "Mandaic", "Manichaean", "Marchen", "Masaram_Gondi", "Medefaidrin", "Meetei_Mayek",
    "Mende_Kikakui", "Meroitic_Cursive", "Meroitic_Hieroglyphs", "Miao", "Modi", "Mongolian", "Mro",
    "Multani", "Myanmar", "Nabataean", "Nag_Mundari", "Nandinagari", "New_Tai_Lue", "Newa", "Nko", "Nushu",
    "Nyiakeng_Puachue_Hmong", "Ogham", "Ol_Chiki", "Old_Hungarian", "Old_Italic", "Old_North_Arabian",
    "Old_Permic", "Old_Persian", "Old_Sogdian", "Old_South_Arabian", "Old_Turkic", "Old_Uyghur", "Oriya",
    "Osage", "Osmanya", "Pahawh_Hmong", "Palmyrene", "Pau_Cin_Hau", "Phags_Pa", "Phoenician",
    "Psalter_Pahlavi", "Rejang", "Runic", "Samaritan", "Saurashtra", "Sharada", "Shavian", "Siddham",
    "SignWriting", "Sinhala", "Sogdian", "Sora_Sompeng", "Soyombo", "Sundanese", "Syloti_Nagri", "Syriac",
    "Tagalog", "Tagbanwa", "Tai_Le", "Tai_Tham", "Tai_Viet", "Takri", "Tamil", "Tangsa", "Tangut", "Telugu",
    "Thaana", "Thai", "Tibetan", "Tifinagh", "Tirhuta", "Toto", "Ugaritic", "Vai", "Vithkuqi", "Wancho",
    "Warang_Citi", "Yezidi", "Yi", "Zanabazar_Square",
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_listed_name_has_characters() {
        for name in CATEGORIES.iter().chain(SCRIPTS) {
            let class = named(name).unwrap_or_else(ClassUnicode::empty);
            assert!(!class.ranges().is_empty(), "{name}");
        }
    }

    #[test]
    fn names_are_exact() {
        for name in [
            "greek",
            "Grek",
            "Letter",
            "Alphabetic",
            "Cn",
            "LC",
            "L&",
            "sc=Greek",
            "",
        ] {
            assert_eq!(named(name), None, "{name}");
        }
    }
}
