//! What was wrong with the text before anybody looked at its elements.

use markup5ever::data::NAMED_ENTITIES;

use super::{Note, line};
use crate::feed::decode::Decoded;
use crate::feed::markup::{Dialect, Token, Tokens};
use crate::feed::mend::cut;
use crate::feed::xml::Tally;

/// The encoding, and the claims of header and document where those say something else.
pub(super) fn encoding(decoded: &Decoded<'_>, claims: (Option<String>, Option<String>), notes: &mut Vec<Note>) {
    let mut what = format!("{}, because {}", decoded.encoding, decoded.why);
    let (header, document) = claims;
    for (who, claim) in [("document", document), ("header", header)] {
        if let Some(claim) = claim.filter(|claim| !claim.eq_ignore_ascii_case(decoded.encoding)) {
            what.push_str(&format!("; the {who} claims {claim}"));
        }
    }
    notes.push(Note::new("encoding", what, None));
    let lost = decoded.text.matches(char::REPLACEMENT_CHARACTER).count();
    if lost > 0 {
        let at = decoded.text.find(char::REPLACEMENT_CHARACTER).unwrap_or_default();
        let what = format!("{lost} characters could not be read and stand as \u{fffd}");
        notes.push(Note::new("encoding", what, Some(line(&decoded.text, at, 0))));
    }
}

/// What stands before the declaration or the root. Gives the text from its first character that counts.
pub(super) fn start<'a>(whole: &'a str, notes: &mut Vec<Note>) -> &'a str {
    let text = whole.trim_start_matches(|c: char| c.is_whitespace() || c.is_control() || c == '\u{feff}');
    let blanks = whole.chars().count() - text.chars().count();
    // A mark at the front is no mistake in XML.
    if blanks > usize::from(whole.starts_with('\u{feff}')) && !text.starts_with(['{', '[']) {
        notes.push(Note::new("start", format!("{blanks} characters stand before the feed"), Some("line 1".into())));
    }
    let head = cut(text, 64 << 10);
    let place_of = |name: &str| head.find(name);
    let declaration = place_of("<?xml ").filter(|at| *at > 0);
    let root = ["<rss", "<feed", "<rdf:RDF", "<RDF", "<channel"].iter().filter_map(|root| place_of(root)).min();
    // A comment or a processing instruction may stand before the root, but nothing before the declaration.
    let junk = declaration.filter(|at| root.is_none_or(|root| *at < root)).or_else(|| {
        let before = &text[..root?];
        let mut tokens = Tokens::new(before, Dialect::Xml);
        let is_junk = |token: Token<'_>| !matches!(token, Token::Text(text) if text.trim().is_empty());
        tokens.any(is_junk).then_some(before.len())
    });
    if let Some(bytes) = junk {
        let what = format!("junk of {bytes} bytes before the feed was passed over");
        notes.push(Note::new("start", what, Some(line(whole, whole.len() - text.len(), 0))));
    }
    text
}

/// Ampersands that XML does not allow; `before` lines stand in front of the text.
pub(super) fn references(text: &str, before: usize, notes: &mut Vec<Note>) {
    let (mut named, mut bare) = (Tally::default(), Tally::default());
    let mut tokens = Tokens::new(text, Dialect::Xml);
    loop {
        let at = tokens.at();
        match tokens.next() {
            Some(Token::Text(piece)) => count(piece, at, &mut named, &mut bare),
            Some(Token::Open(tag)) => {
                for (_, value) in tag.attributes {
                    count(value, at, &mut named, &mut bare);
                }
            }
            Some(_) => {}
            None => break,
        }
    }
    let entities = if named.count == 1 { "entity" } else { "entities" };
    let texts = [
        (named, format!("{} {entities} of HTML, which XML does not know, were read as HTML has them", named.count)),
        (bare, format!("{} ampersands that begin no reference were kept as they are", bare.count)),
    ];
    for (tally, what) in texts.into_iter().filter(|(tally, _)| tally.count > 0) {
        notes.push(Note::new("references", what, Some(line(text, tally.first, before))));
    }
}

fn count(piece: &str, start: usize, named: &mut Tally, bare: &mut Tally) {
    for (at, _) in piece.match_indices('&') {
        let after = &piece[at + 1..];
        let name = after.find(';').map(|end| &after[..end]).filter(|name| name.len() <= 32).unwrap_or_default();
        if matches!(name, "amp" | "lt" | "gt" | "quot" | "apos") || name.starts_with('#') {
            continue;
        }
        let known = NAMED_ENTITIES.get(format!("{name};").as_str()).is_some_and(|codes| codes.0 != 0);
        if known { named.add(1, start + at) } else { bare.add(1, start + at) }
    }
}

/// Characters that no terminal should get.
pub(super) fn characters(text: &str, notes: &mut Vec<Note>) {
    let mut controls = Tally::default();
    for (at, c) in text.char_indices() {
        if c.is_control() && !matches!(c, '\n' | '\r' | '\t') {
            controls.add(1, at);
        }
    }
    if controls.count > 0 {
        let what = format!("{} control characters were removed, or read as what Windows means by them", controls.count);
        notes.push(Note::new("characters", what, Some(line(text, controls.first, 0))));
    }
}
