//! What a file is that somebody took for OPML.

/// Why nothing could be read; says what the file looks like, and what to do.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum OpmlError {
    #[error("the file is empty, so there is nothing to import")]
    Empty,
    #[error("this is a feed and not a list of feeds (OPML); follow it with `penpal follow ADDRESS`")]
    Feed,
    #[error(
        "this is a web page and not a list of feeds (OPML); `penpal follow ADDRESS` looks for the feed of a site, \
         and a list that the page links to is imported by its own address"
    )]
    WebPage,
    #[error(
        "this is {0} and not a list of feeds (OPML); unpack it and import the files inside, those of the feeds \
         (.opml, .xml) before those of starred posts (.json)"
    )]
    Packed(&'static str),
    #[error(
        "this is a database (SQLite) and neither newsboat's cache.db nor one of FreshRSS, or a damaged one; the program \
         that it is from can probably export OPML"
    )]
    OtherDatabase,
    #[error("this is JSON and not a list of feeds (OPML); the program that it is from can probably export OPML")]
    Json,
    #[error("this is a plain list of addresses and not OPML; follow each with `penpal follow ADDRESS`")]
    Addresses,
    #[error("this is XML but has no <opml> and no <outline>; the program that it is from can probably export OPML")]
    OtherXml,
    #[error("this is not a list of feeds (OPML), and nothing else that penpal knows; check that it is the right file")]
    Unknown,
}

/// Names what `bytes`, which read as `text`, look like instead.
pub(super) fn recognise(bytes: &[u8], text: &str) -> OpmlError {
    match bytes {
        [0x1f, 0x8b, ..] => return OpmlError::Packed("compressed with gzip"),
        [b'P', b'K', 3, 4, ..] => return OpmlError::Packed("a ZIP archive"),
        [0x28, 0xb5, 0x2f, 0xfd, ..] => return OpmlError::Packed("compressed with zstd"),
        _ => {}
    }
    let text = text.trim_start();
    let start: String = text.chars().take(2000).collect::<String>().to_ascii_lowercase();
    let first_line = start.lines().find(|line| !line.trim_start().starts_with('#')).unwrap_or_default().trim();
    if text.is_empty() {
        OpmlError::Empty
    } else if ["<rss", "<feed", "<rdf:rdf"].iter().any(|root| start.contains(root)) {
        OpmlError::Feed
    } else if ["<html", "<!doctype html", "<head", "<body"].iter().any(|tag| start.contains(tag)) {
        OpmlError::WebPage
    } else if start.starts_with(['{', '[']) {
        if start.contains("jsonfeed.org") { OpmlError::Feed } else { OpmlError::Json }
    } else if start.starts_with('<') {
        OpmlError::OtherXml
    } else if first_line.contains("://") && !first_line.contains('<') {
        OpmlError::Addresses
    } else {
        OpmlError::Unknown
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::opml::read;

    #[test]
    fn what_is_no_list_is_named() {
        for (bytes, error) in [
            (&b" \n"[..], OpmlError::Empty),
            (b"<?xml version='1.0'?><rss version='2.0'><channel/></rss>", OpmlError::Feed),
            (b"{\"version\": \"https://jsonfeed.org/version/1.1\"}", OpmlError::Feed),
            (b"<!DOCTYPE html><title>Blogroll</title>", OpmlError::WebPage),
            (b"\x1f\x8b\x08\x00", OpmlError::Packed("compressed with gzip")),
            (b"{\"feeds\": []}", OpmlError::Json),
            (b"# mine\nhttps://example.org/feed tag\n", OpmlError::Addresses),
            (b"<note>hello</note>", OpmlError::OtherXml),
            (b"hello", OpmlError::Unknown),
        ] {
            assert_eq!(read(bytes), Err(error));
        }
        assert!(read(b"<opml/>").is_ok());
    }
}
