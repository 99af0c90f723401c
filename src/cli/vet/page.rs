//! A dossier as a page for the browser: one file that loads nothing, with every text escaped.

use crate::{
    app::{dossier::pace, vet::Vetted},
    model::{Evidence, Plain, Timestamp},
};

const STYLE: &str = "body{font:1rem/1.5 system-ui,sans-serif;max-width:44rem;margin:2rem auto;padding:0 1rem;color:#222;\
background:#fdfdfb}h1{font-size:1.5rem}h2{font-size:1.1rem;margin-top:2rem;border-bottom:1px solid #ccc}\
blockquote{margin:.3rem 0 .3rem 1rem;font-style:italic}small{color:#555}li{margin:.4rem 0}.line{border-left:3px solid #b33;\
padding-left:.6rem}@media(prefers-color-scheme:dark){body{background:#181818;color:#ddd}a{color:#8bf}small{color:#aaa}}";

/// The whole page.
pub fn of(vetted: &Vetted) -> String {
    let dossier = &vetted.dossier;
    let who = &dossier.who;
    let by = who.name.as_ref().map(|name| format!(" by {}", escape(name.as_str()))).unwrap_or_default();
    let title = format!("{}{by}", escape(dossier.blog.title.as_str()));
    let mut html = format!(
        "<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width\">\
         <meta name=\"robots\" content=\"noindex\"><meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; \
         style-src 'unsafe-inline'\"><meta name=\"referrer\" content=\"no-referrer\"><title>{title}</title><style>{STYLE}</style></head>\n\
         <body><h1>{title}</h1>\n"
    );
    let address = dossier.blog.site_url.as_ref().map_or(dossier.blog.feed_url.as_str(), |site| site.as_str());
    html += &format!("<p>{}</p>\n", link(address, address));
    html += "<h2>Who they say they are</h2>\n";
    if let Some(about) = &who.about {
        html += &format!("<blockquote>{}</blockquote>\n", escape(about.as_str()));
        html += &who
            .about_url
            .as_ref()
            .map(|url| format!("<small>{}</small>\n", link(url.as_str(), url.as_str())))
            .unwrap_or_default();
    }
    let links = who.links.iter().map(|url| format!("<li>{}</li>", link(url.as_str(), url.as_str())));
    let contact =
        dossier.contact.iter().map(|one| format!("<li>{}: {}</li>", one.kind.words(), escape(one.value.as_str())));
    html += &list(links.chain(contact));
    html += "<h2>Since when and how often</h2>\n";
    html += &format!("<p>{}</p>\n", escape(&pace(dossier)));
    section(
        &mut html,
        "What about",
        dossier.topics.iter().map(|year| {
            let phrases: Vec<String> = year.phrases.iter().map(|phrase| escape(phrase.as_str())).collect();
            format!("<li>{}: {}</li>", year.year, phrases.join(", "))
        }),
    );
    section(
        &mut html,
        "With whom they talk",
        dossier.links_to.iter().map(|linked| {
            let followed = if linked.followed { ", whom you follow" } else { "" };
            format!(
                "<li>{}{followed}{}</li>",
                link(linked.url.as_str(), linked.title.as_str()),
                shown(&linked.evidence)
            )
        }),
    );
    section(
        &mut html,
        "Who of yours knows them",
        dossier
            .linked_by
            .iter()
            .map(|linked| format!("<li>{}{}</li>", escape(linked.blog.title.as_str()), shown(&linked.evidence))),
    );
    section(
        &mut html,
        "How they speak of people",
        dossier.speaks_of_people.iter().map(|spoken| {
            format!(
                "<li>{}</li>",
                quoted(&spoken.quote, &spoken.post_title, Some(spoken.post_url.as_str()), spoken.published)
            )
        }),
    );
    section(
        &mut html,
        "Your red lines",
        dossier.red_lines.iter().map(|line| {
            let quoting = if line.quoting { " (quoting somebody)" } else { "" };
            let url = line.post_url.as_ref().map(|url| url.as_str());
            let quote = quoted(&line.quote, &line.post_title, url, line.published);
            format!("<li class=\"line\">{}{quoting}{quote}</li>", escape(line.name.as_str()))
        }),
    );
    section(
        &mut html,
        "What is unknown or does not fit together",
        dossier.unknown.iter().map(|line| format!("<li>{}</li>", escape(line.as_str()))),
    );
    section(
        &mut html,
        "Last posts",
        vetted.posts.iter().map(|one| {
            let label = one.post.label();
            let post =
                one.post.url.as_ref().map_or_else(|| escape(label.as_str()), |url| link(url.as_str(), label.as_str()));
            format!("<li>{} {post}</li>", one.post.sort_time().day())
        }),
    );
    html + "</body></html>\n"
}

fn section(html: &mut String, title: &str, lines: impl Iterator<Item = String>) {
    let lines = list(lines);
    if !lines.is_empty() {
        html.push_str(&format!("<h2>{title}</h2>\n{lines}"));
    }
}

fn list(lines: impl Iterator<Item = String>) -> String {
    let lines: Vec<String> = lines.collect();
    if lines.is_empty() { String::new() } else { format!("<ul>\n{}\n</ul>\n", lines.join("\n")) }
}

fn shown(evidence: &Evidence) -> String {
    quoted(&evidence.quote, &evidence.post_title, Some(evidence.post_url.as_str()), evidence.published)
}

fn quoted(quote: &Plain, title: &Plain, url: Option<&str>, published: Option<Timestamp>) -> String {
    let date = published.map(|date| format!(", {}", date.day())).unwrap_or_default();
    let title = url.map_or_else(|| escape(title.as_str()), |url| link(url, title.as_str()));
    format!("<blockquote>{}</blockquote><small>{title}{date}</small>", escape(quote.as_str()))
}

/// Addresses come out of types that hold http and https only.
fn link(url: &str, text: &str) -> String {
    format!("<a href=\"{}\" rel=\"noreferrer noopener\">{}</a>", escape(url), escape(text))
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;").replace('\'', "&#39;")
}
