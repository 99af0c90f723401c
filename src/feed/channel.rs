//! What a feed says about itself: the fields of `<channel>` and of Atom's `<feed>`.

use std::time::Duration;

use url::Url;

use super::author::authors;
use super::content::{line, plain_line};
use super::links::{self, links, of_text, resolve};
use super::tree::Element;
use super::xml::Outline;
use super::{Feed, date};

const DESCRIPTION: [&str; 7] = [
    "description",
    "atom:subtitle",
    "atom:tagline",
    "dc:description",
    "itunes:summary",
    "itunes:subtitle",
    "atom:description",
];
const UPDATED: [&str; 10] = [
    "lastbuilddate",
    "pubdate",
    "atom:updated",
    "atom:modified",
    "dc:date",
    "dcterms:modified",
    "dcterms:issued",
    "atom:published",
    "dcterms:created",
    "dcterms:date",
];
const DAYS: [&str; 7] = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"];

/// A year: longer pauses are mistakes.
const LONGEST_TTL: Duration = Duration::from_secs(366 * 24 * 3600);

/// The feed without its entries.
pub(super) fn read(outline: &Outline, fallback: Option<&Url>) -> Feed {
    let Outline { kind, root, .. } = outline;
    // RSS 1.0 has image and items beside the channel; a second channel is somebody's mistake.
    let channel = root.child("channel").unwrap_or(root);
    let links = links(channel, fallback);
    let image = channel.child("image").or_else(|| root.child("image"));
    let at = |element: &Element, address: &str| resolve(element.base.as_deref().or(fallback), address);
    Feed {
        title: channel.any(&["title", "atom:title", "dc:title", "itunes:title"]).find_map(line),
        link: link(channel, fallback),
        description: channel.any(&DESCRIPTION).find_map(line),
        language: language(root, channel),
        updated: channel.any(&UPDATED).find_map(|updated| date::parse(&updated.text())),
        icon: channel
            .any(&["atom:icon", "atom:logo"])
            .find_map(|icon| of_text(icon, fallback))
            .or_else(|| image.and_then(|image| image.any(&["url"]).find_map(|url| of_text(url, fallback))))
            .or_else(|| image.and_then(|image| at(image, image.attribute("rdf:resource")?)))
            .or_else(|| channel.any(&["itunes:image"]).find_map(|image| at(image, image.attribute("href")?))),
        authors: authors(channel, fallback),
        kind: *kind,
        self_url: links::first(&links, "self"),
        hub: links::first(&links, "hub"),
        next: links::first(&links, "next"),
        blogroll: channel.any(&["source:blogroll"]).find_map(|blogroll| of_text(blogroll, fallback)),
        ttl: ttl(channel),
        skip_hours: skipped(channel, "skiphours")
            .filter_map(|hour| hour.parse().ok().filter(|hour| *hour < 24))
            .collect(),
        skip_days: skipped(channel, "skipdays")
            .filter_map(|day| DAYS.iter().position(|name| day.eq_ignore_ascii_case(name)))
            .filter_map(|day| u8::try_from(day).ok())
            .collect(),
        entries: Vec::new(),
    }
}

/// The web page of a feed, as far as its channel has been read.
pub(super) fn link(channel: &Element, fallback: Option<&Url>) -> Option<Url> {
    let own = channel.named("link").find_map(|link| of_text(link, fallback));
    own.or_else(|| links::page(&links(channel, fallback)))
}

/// What relative addresses are relative to in a document that was found nowhere: its page, or itself.
pub(super) fn base(around: &[&Element]) -> Option<Url> {
    // In RSS 1.0 the entries stand behind the channel, in the others within.
    let channels = around.iter().flat_map(|element| element.named("channel").chain(std::iter::once(*element)));
    channels.filter_map(|channel| link(channel, None).or_else(|| links::first(&links(channel, None), "self"))).next()
}

fn language(root: &Element, channel: &Element) -> Option<String> {
    let written = channel.any(&["language", "dc:language", "atom:language"]).find_map(line);
    let attribute = || channel.attribute("xml:lang").or_else(|| root.attribute("xml:lang")).and_then(plain_line);
    written.or_else(attribute).map(String::from)
}

/// `<ttl>` in minutes, else `sy:updatePeriod` divided by `sy:updateFrequency` (RSS 1.0 syndication module).
fn ttl(channel: &Element) -> Option<Duration> {
    let number =
        |name: &str| channel.first_text(&[name]).and_then(|text| text.parse::<u32>().ok()).filter(|number| *number > 0);
    let hours = |hours: u64| Duration::from_secs(hours * 3600);
    let ttl = match number("ttl") {
        Some(minutes) => Duration::from_secs(u64::from(minutes) * 60),
        None => {
            let period = match &*channel.first_text(&["sy:updateperiod"])?.to_ascii_lowercase() {
                "hourly" => hours(1),
                "daily" => hours(24),
                "weekly" => hours(7 * 24),
                "monthly" => hours(30 * 24),
                "yearly" => hours(365 * 24),
                _ => return None,
            };
            period / number("sy:updatefrequency").unwrap_or(1)
        }
    };
    (ttl <= LONGEST_TTL).then_some(ttl)
}

/// The texts within `<skipHours>` or `<skipDays>`.
fn skipped<'a>(channel: &'a Element, name: &'a str) -> impl Iterator<Item = String> + 'a {
    channel.named(name).flat_map(Element::children).map(Element::text)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::feed::xml;

    fn feed(text: &str) -> Feed {
        read(&xml::read(text, None, |_, _| {}).unwrap(), None)
    }

    #[test]
    fn a_feed_says_when_to_come_again() {
        let minutes = |minutes: u64| Some(Duration::from_secs(minutes * 60));
        for (written, ttl) in [
            ("<ttl>90</ttl>", minutes(90)),
            ("<sy:updatePeriod>daily</sy:updatePeriod><sy:updateFrequency>4</sy:updateFrequency>", minutes(360)),
            ("<sy:updatePeriod> hourly\n</sy:updatePeriod><sy:updateFrequency>0</sy:updateFrequency>", minutes(60)),
            ("<ttl>soon</ttl>", None),
            ("<ttl>99999999</ttl>", None),
        ] {
            assert_eq!(feed(&format!("<rss><channel>{written}</channel></rss>")).ttl, ttl, "{written}");
        }
        let skip =
            "<skipHours><hour>0</hour><hour>24</hour><hour>7</hour></skipHours><skipDays><day>Sunday</day></skipDays>";
        let feed = feed(&format!("<rss><channel>{skip}</channel></rss>"));
        assert_eq!((feed.skip_hours, feed.skip_days), (vec![0, 7], vec![6]));
    }

    #[test]
    fn the_page_of_a_feed_is_no_image_and_no_feed() {
        let image = "<image><link>http://no.example/</link><url>http://example.org/i.png</url></image>";
        let link = "<atom:link rel='self' href='http://example.org/feed'/><link>http://example.org/</link>";
        let feed = feed(&format!("<rss><channel>{image}{link}<title>T</title></channel></rss>"));
        let text = |url: Option<Url>| url.map(String::from).unwrap_or_default();
        assert_eq!(text(feed.link), "http://example.org/");
        assert_eq!(text(feed.self_url), "http://example.org/feed");
        assert_eq!(text(feed.icon), "http://example.org/i.png");
    }
}
