//! Discussions: both linked to the same page, or one answered the other's post.

use std::collections::{BTreeMap, HashMap, HashSet};

use url::Url;

use super::{MOST_EVIDENCE, Teller, dated, list, of_edge, without_repeats};
use crate::{
    discover::{
        edges::{Edge, Edges, Source},
        reckon::LANDMARK,
    },
    model::{Evidence, LinkKind, PageUrl, Plain, Reason, ReasonKind, Timestamp, address::page_key},
    page::percent_decoded,
    store::StoreError,
    text::{self, sensitive::is_sensitive, words::is_unspaced},
};

/// A quote of so many characters says what it is about; a longer one says it no better.
const SENTENCE: usize = 120;
/// Posts that link to a page within so many weeks of each other belong to one discussion.
const SAME_TIME: u64 = 6;

/// The first talk in words, with all who took part in it; of these no more than there is evidence of. `when` is the day of
/// what is shown first.
fn say(teller: &Teller<'_>, talks: &[&Talk], most: usize, when: Option<Timestamp>) -> Result<String, StoreError> {
    let first = talks[0];
    if first.answer {
        return Ok(format!("{}{}", first.about, dated(" in", when)));
    }
    let mut partners: Vec<Plain> = Vec::new();
    for talk in talks.iter().take(most) {
        let name = teller.name(talk.with)?;
        if !partners.contains(&name) {
            partners.push(name);
        }
    }
    let (does, partners) = (if partners.len() == 1 { "does" } else { "do" }, list(&partners, 3));
    Ok(match first.together {
        true => format!("discussed {}{}, as {partners} did within weeks", first.about, dated(" in", when)),
        false => format!("links to {}, as {partners} {does}", first.about),
    })
}

/// One thing that was talked about, by the candidate and by somebody who is followed, or the user.
struct Talk {
    about: String,
    /// One of the two answered the other.
    answer: bool,
    /// Both wrote within weeks of each other, or one to the other: a discussion, and not only the same page.
    together: bool,
    /// The candidate wrote what is shown first.
    by_them: bool,
    with: usize,
    weight: f64,
    evidence: Vec<Evidence>,
}

pub(super) fn of(teller: &Teller<'_>, blog: usize) -> Result<Option<Reason>, StoreError> {
    let mut talks = answers(teller, blog)?;
    talks.extend(shared_pages(teller, blog)?);
    // Among equals, what the candidate wrote and says in a whole sentence is the better proof.
    let telling = |talk: &Talk| {
        let said = talk.evidence.first().map_or(0, |piece| piece.quote.as_str().chars().count().min(SENTENCE));
        (talk.by_them, said)
    };
    talks.sort_by(|a, b| {
        let weight = b.weight.total_cmp(&a.weight);
        weight.then_with(|| telling(b).cmp(&telling(a))).then_with(|| a.about.cmp(&b.about)).then(a.with.cmp(&b.with))
    });
    let Some(first) = talks.first() else { return Ok(None) };
    // What the sentence names comes first; each further discussion counts if there is a piece that shows it.
    let (of_first, others): (Vec<&Talk>, Vec<&Talk>) = talks.iter().partition(|talk| talk.about == first.about);
    let mut evidence = without_repeats(of_first.iter().flat_map(|talk| talk.evidence.clone()).collect());
    evidence.truncate(MOST_EVIDENCE);
    let partners = evidence.len().max(1);
    let (mut told, mut talked, mut linked) = (HashSet::new(), 0, 0);
    for talk in others {
        let with_it = without_repeats([&evidence[..], &talk.evidence].concat());
        if with_it.len() > MOST_EVIDENCE || with_it.len() == evidence.len() || !told.insert(talk.about.as_str()) {
            continue;
        }
        evidence = with_it;
        *(if talk.together { &mut talked } else { &mut linked }) += 1;
    }
    let more = |count: usize, one: &str, many: &str| match count {
        0 => String::new(),
        1 => format!("; and one more {one}"),
        some => format!("; and {some} more {many}"),
    };
    let more =
        more(talked, "discussion", "discussions") + &more(linked, "page that both link to", "pages that both link to");
    let when = evidence.first().and_then(|piece| piece.published);
    let text = format!("{}{more}", say(teller, &of_first, partners, when)?);
    let strength = 1.0 - (-0.35 * talks.iter().map(|talk| talk.weight).sum::<f64>()).exp();
    Ok(Some(Reason { kind: ReasonKind::Discussions, strength, text: Plain::line(&text), evidence }))
}

/// Pages of third parties that both link to.
fn shared_pages(teller: &Teller<'_>, blog: usize) -> Result<Vec<Talk>, StoreError> {
    let near = teller.near;
    let landmark = (near.facts.len() as f64 * LANDMARK).max(3.0);
    let them = teller.known(blog)?;
    let mut talks = Vec::new();
    let mine = own_pages(them.edges()?);
    // Many talk about the same page.
    let mut own: HashMap<&str, Evidence> = HashMap::new();
    for (with, theirs) in teller.beside(blog, &hosts(&mine))?.iter() {
        let with = *with;
        let theirs = pages(theirs.iter().map(|(edge, source)| (edge, source)));
        for (key, (edge, source)) in &mine {
            let linkers = f64::from(near.linkers.get(&text::key(key)).copied().unwrap_or(1));
            let Some((their_edge, their_source)) = theirs.get(key).filter(|_| linkers <= landmark) else { continue };
            // A link to somebody's front door is friendship, not a discussion.
            if edge.target.url().path().trim_matches('/').is_empty() {
                continue;
            }
            let weeks = weeks_apart(source, their_source);
            let together = weeks.is_some_and(|weeks| weeks <= SAME_TIME);
            let soon = if together { 1.5 } else { 1.0 };
            talks.push(Talk {
                about: name_of(&edge.target),
                answer: false,
                together,
                by_them: true,
                with,
                weight: soon / (1.0 + linkers.ln()),
                evidence: vec![
                    own.entry(key).or_insert_with(|| of_edge(edge, source)).clone(),
                    of_edge(their_edge, their_source),
                ],
            });
        }
    }
    Ok(talks)
}

/// Weeks between two posts; `None` if one has no date.
fn weeks_apart(a: &Source, b: &Source) -> Option<u64> {
    let (a, b) = a.published.zip(b.published)?;
    Some(a.since(b).max(b.since(a)).as_secs() / (7 * 24 * 3600))
}

/// The page that each edge leads to; of several posts that link to one page, the first.
pub(super) fn pages<'a>(
    edges: impl Iterator<Item = (&'a Edge, &'a Source)>,
) -> BTreeMap<String, (&'a Edge, &'a Source)> {
    let mut pages = BTreeMap::new();
    for (edge, source) in edges {
        pages.entry(page_key(edge.target.url())).or_insert((edge, source));
    }
    pages
}

/// The pages that somebody's posts link to.
pub(super) fn own_pages(edges: &Edges) -> BTreeMap<String, (&Edge, &Source)> {
    let of_author = edges.edges.iter().filter(|edge| edge.is_authors());
    pages(of_author.filter_map(|edge| Some((edge, edges.sources.get(edge.source as usize)?))))
}

/// The hosts of pages, without `www.`.
pub(super) fn hosts<'a>(pages: &BTreeMap<String, (&'a Edge, &'a Source)>) -> HashSet<&'a str> {
    pages.values().map(|(edge, _)| edge.target.host().trim_start_matches("www.")).collect()
}

/// Posts of one that link to a post of the other.
fn answers(teller: &Teller<'_>, blog: usize) -> Result<Vec<Talk>, StoreError> {
    let mut talks = Vec::new();
    let graph = &teller.near.graph;
    for &with in teller.near.seeds.keys() {
        for (from, to) in [(blog, with), (with, blog)] {
            if !graph.out[from].contains_key(&to) {
                continue;
            }
            for (edge, source) in teller.known(from)?.edges_to(&*teller.known(to)?, true)?.iter() {
                let Some(title) = post_title(teller, to, edge.target.url())? else { continue };
                // A title that tells something sensitive is not said again.
                let title = if is_sensitive(title.as_str()) { "a post".to_owned() } else { format!("“{title}”") };
                let is_reply = edge.kind == LinkKind::Reply;
                let about = match (from == blog, is_reply) {
                    (true, true) => format!("answered {title} by {}", teller.name(to)?),
                    (true, false) => format!("took up {title} by {}", teller.name(to)?),
                    (false, true) => format!("wrote {title}, which {} answered", teller.name(from)?),
                    (false, false) => format!("wrote {title}, which {} took up", teller.name(from)?),
                };
                let weight = if is_reply { 2.0 } else { 1.2 };
                talks.push(Talk {
                    about,
                    answer: true,
                    together: true,
                    by_them: from == blog,
                    with,
                    weight,
                    evidence: vec![of_edge(edge, source)],
                });
            }
        }
    }
    Ok(talks)
}

/// The title of a blog's post at an address. `None` for anything that is not one of its posts.
fn post_title(teller: &Teller<'_>, blog: usize, url: &Url) -> Result<Option<Plain>, StoreError> {
    Ok(teller.titles(blog)?.get(&text::hash(&page_key(url))).cloned())
}

/// A page in words: its host and the telling end of its path.
pub(super) fn name_of(page: &PageUrl) -> String {
    let parts = page.url().path_segments().into_iter().flatten().map(percent_decoded);
    let mut names = parts.map(|part| part.split('.').next().unwrap_or_default().replace(['-', '_'], " "));
    let last = names.rfind(|name| !name.is_empty() && name != "index").unwrap_or_default();
    let words = Plain::line(&last);
    let host = page.host().trim_start_matches("www.");
    let letters = words.as_str().chars().filter(|c| c.is_alphabetic());
    // A character that stands for a word says as much as several letters.
    let says = letters.map(|c| if is_unspaced(c) { 2 } else { 1 }).sum::<usize>() > 3;
    let is_whole = !words.as_str().contains('\u{fffd}');
    if says && is_whole && !is_sensitive(words.as_str()) {
        format!("“{words}” ({host})")
    } else {
        format!("a page of {host}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_is_called_by_the_telling_end_of_its_address_as_people_read_it() {
        for (url, name) in [
            ("https://www.bbc.example/bread-and-butter.html", "“bread and butter” (bbc.example)"),
            ("https://wiki.example/wiki/Don%27t_repeat_yourself", "“Don't repeat yourself” (wiki.example)"),
            ("https://wiki.example/wiki/Curry%E2%80%93Howard", "“Curry–Howard” (wiki.example)"),
            ("https://zh.example/%E7%BC%96%E7%A8%8B", "“编程” (zh.example)"),
            ("https://zh.example/%E6%8A%97%E6%8A%91%E9%83%81%E8%8D%AF", "a page of zh.example"),
            ("https://a.example/%FF%FE%FD%FC%FB", "a page of a.example"),
            ("https://a.example/migadu/index.html", "“migadu” (a.example)"),
            ("https://a.example/2024/05/", "a page of a.example"),
            ("https://a.example/%1b%5b31mbread", "“[31mbread” (a.example)"),
        ] {
            assert_eq!(name_of(&PageUrl::parse(url).unwrap()), name, "{url}");
        }
    }
}
