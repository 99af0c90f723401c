//! Pages of a site that its menus call by usual names: where to write to its author, where they tell about themselves.

use url::Url;

use super::{Page, friends::same_host};

const CONTACT: [&str; 20] = [
    "contact",
    "contact me",
    "contact-me",
    "contact us",
    "contact-us",
    "get in touch",
    "write to me",
    "kontakt",
    "kontaktformular",
    "contacto",
    "contatti",
    "contato",
    "contactez-moi",
    "me contacter",
    "联系",
    "联系我",
    "聯絡",
    "お問い合わせ",
    "say-hello",
    "nous-ecrire",
];
const ABOUT: [&str; 22] = [
    "about",
    "about-me",
    "aboutme",
    "about me",
    "über",
    "ueber",
    "über mich",
    "ueber-mich",
    "a-propos",
    "apropos",
    "à propos",
    "sobre",
    "sobre mí",
    "sobre-mi",
    "acerca",
    "chi-sono",
    "chi sono",
    "over mij",
    "over",
    "bio",
    "关于",
    "colophon",
];

/// Where a form or an address to write to is, by the words of a link on the page that lies `at`.
pub fn contact_page(page: &Page, at: &Url) -> Option<Url> {
    called(page, at, &CONTACT).next()
}

/// The pages on which the author of a site tells about themselves, the likeliest first.
pub fn about_pages(page: &Page, at: &Url) -> Vec<Url> {
    let mut found: Vec<Url> = called(page, at, &ABOUT).collect();
    found.dedup();
    found
}

/// Pages of the same host that a link calls by one of some words, or whose last part is called so.
fn called<'a>(page: &'a Page, at: &'a Url, words: &'a [&'a str]) -> impl Iterator<Item = Url> + 'a {
    let fits = move |text: &str| {
        let text =
            text.trim().trim_end_matches(".html").trim_end_matches(".htm").trim_end_matches(".php").to_lowercase();
        words.iter().any(|word| *word == text)
    };
    let links = page.links.iter().filter(move |link| {
        let url = link.target.url();
        let last = url.path_segments().and_then(|mut parts| parts.rfind(|part| !part.is_empty())).unwrap_or_default();
        same_host(url, at) && url.path() != at.path() && (fits(last) || fits(link.text.as_str()))
    });
    links.map(|link| link.target.url().clone())
}
