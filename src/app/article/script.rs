//! Raised and lowered text in the characters that Unicode has for it.

const RAISED: &[(char, char)] = &[
    ('0', '⁰'),
    ('1', '¹'),
    ('2', '²'),
    ('3', '³'),
    ('4', '⁴'),
    ('5', '⁵'),
    ('6', '⁶'),
    ('7', '⁷'),
    ('8', '⁸'),
    ('9', '⁹'),
    ('+', '⁺'),
    ('-', '⁻'),
    ('−', '⁻'),
    ('(', '⁽'),
    (')', '⁾'),
    ('n', 'ⁿ'),
    ('i', 'ⁱ'),
];
const LOWERED: &[(char, char)] = &[
    ('0', '₀'),
    ('1', '₁'),
    ('2', '₂'),
    ('3', '₃'),
    ('4', '₄'),
    ('5', '₅'),
    ('6', '₆'),
    ('7', '₇'),
    ('8', '₈'),
    ('9', '₉'),
    ('+', '₊'),
    ('-', '₋'),
    ('(', '₍'),
    (')', '₎'),
];
/// Endings that read as well on the line: 4th, 1er, Mlle, ™.
const ENDINGS: [&str; 13] = ["st", "nd", "rd", "th", "er", "re", "e", "o", "a", "lle", "me", "TM", "™"];

/// The text as it stands above the line, or below it.
pub fn raised(text: &str, up: bool) -> String {
    let table = if up { RAISED } else { LOWERED };
    let moved: Option<String> =
        text.chars().map(|c| table.iter().find(|(plain, _)| *plain == c).map(|(_, moved)| *moved)).collect();
    match moved {
        Some(moved) => moved,
        None if ENDINGS.contains(&text) => text.to_owned(),
        None => {
            let sign = if up { '^' } else { '_' };
            if text.chars().count() == 1 { format!("{sign}{text}") } else { format!("{sign}({text})") }
        }
    }
}

/// The character that was raised or lowered; any other is its own.
pub fn plain(c: char) -> char {
    let found = RAISED.iter().chain(LOWERED).find(|(_, moved)| *moved == c);
    found.map_or(c, |(plain, _)| *plain)
}
