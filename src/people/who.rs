//! Which person somebody means by a name, an address, a blog or an id.

use crate::model::{Person, PersonId, SiteUrl};

/// A shorter beginning of an id is taken for a name.
const SHORTEST_PREFIX: usize = 6;

/// Whoever fits best, several if they fit alike: by id; else by an address, blog or whole name; else by the beginning of
/// an id; else by words of the name.
pub fn meant<'a>(people: &'a [Person], who: &str) -> Vec<&'a Person> {
    let who = who.trim();
    let lower = who.to_lowercase();
    let id = PersonId::parse(who);
    let is_prefix = lower.len() >= SHORTEST_PREFIX && lower.bytes().all(|b| matches!(b, b'a'..=b'z' | b'2'..=b'7'));
    let words: Vec<&str> = lower.split_whitespace().collect();
    let tiers: [&dyn Fn(&Person) -> bool; 4] = [
        &|person| id.is_some_and(|id| person.id == id || person.merged.contains(&id)),
        &|person| is_named(person, &lower) || is_reached(person, &lower) || is_at(person, who),
        &|person| is_prefix && person.id.to_string().starts_with(&lower),
        &|person| {
            let name = person.name.as_str().to_lowercase();
            !words.is_empty() && words.iter().all(|word| name.contains(word))
        },
    ];
    let fitting = tiers.iter().map(|fits| people.iter().filter(|person| fits(person)).collect::<Vec<_>>());
    fitting.into_iter().find(|found| !found.is_empty()).unwrap_or_default()
}

fn is_named(person: &Person, lower: &str) -> bool {
    let is_title = |title: &str| title.to_lowercase() == lower;
    is_title(person.name.as_str()) || person.blogs.iter().any(|blog| is_title(blog.title.as_str()))
}

fn is_reached(person: &Person, lower: &str) -> bool {
    let bare = |text: &str| text.trim_start_matches("mailto:").trim_start_matches('@').to_lowercase();
    person.reach.iter().any(|contact| bare(contact.value.as_str()) == bare(lower))
}

/// By the address of a blog, its feed or another page, or by its host alone.
fn is_at(person: &Person, who: &str) -> bool {
    // The front page of a host is the host.
    let front = who.strip_prefix("https://").or_else(|| who.strip_prefix("http://")).unwrap_or(who);
    let host = front.trim_start_matches("www.").trim_end_matches('/').to_lowercase();
    let address = SiteUrl::parse(who).ok().map(|url| bare(&url.canonical()));
    let is_page = |canonical: &str, of: &str| {
        address.as_deref() == Some(&bare(canonical)) || of.trim_start_matches("www.") == host
    };
    let has_blog = person.blogs.iter().any(|blog| {
        blog.id.to_string() == host
            || is_page(&blog.feed_url.canonical(), blog.feed_url.host())
            || blog.site_url.as_ref().is_some_and(|site| is_page(&site.canonical(), site.host()))
    });
    has_blog || person.pages.iter().any(|page| is_page(&page.canonical(), page.host()))
}

fn bare(canonical: &str) -> String {
    canonical.trim_start_matches("www.").trim_end_matches('/').to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Blog, Contact, ContactKind, FeedUrl, PageUrl, Plain, Standing, Timestamp};

    fn person(name: &str, mail: &str, feed: &str) -> Person {
        Person {
            id: PersonId::of_name(name),
            name: Plain::line(name),
            standing: Standing::New,
            stood: None,
            blogs: vec![Blog::unknown(FeedUrl::parse(feed).unwrap())],
            pages: vec![PageUrl::parse("https://elsewhere.example/about").unwrap()],
            reach: vec![Contact { kind: ContactKind::Email, value: Plain::line(mail) }],
            tags: Vec::new(),
            circles: Vec::new(),
            met: None,
            from: None,
            because: None,
            quote: None,
            silent_since: None,
            log: Vec::new(),
            cards: Vec::new(),
            in_book: true,
            since: Timestamp(0),
            changed: Timestamp(0),
            merged: Vec::new(),
        }
    }

    #[test]
    fn somebody_is_meant_by_name_address_blog_or_id() {
        let people = [
            person("Ada Byron", "ada@example.org", "https://ada.example/feed.xml"),
            person("Ada Lovelace", "countess@example.org", "https://www.love.example/rss"),
            person("Grace", "grace@example.org", "https://grace.example/feed"),
        ];
        let grace = people[2].id.to_string();
        for (who, found) in [
            ("ada byron", &[0][..]),
            ("ADA@example.org", &[0]),
            ("mailto:grace@example.org", &[2]),
            ("ada.example", &[0]),
            ("https://ada.example/feed.xml", &[0]),
            ("love.example", &[1]),
            ("ada", &[0, 1]),
            ("lovelace", &[1]),
            ("https://elsewhere.example/about/", &[0, 1, 2]),
            (&grace, &[2]),
            (&grace[..8], &[2]),
            ("nobody", &[]),
            ("", &[]),
        ] {
            let names: Vec<&str> = meant(&people, who).iter().map(|person| person.name.as_str()).collect();
            let expected: Vec<&str> = found.iter().map(|at| people[*at].name.as_str()).collect();
            assert_eq!(names, expected, "{who}");
        }
    }
}
