//! The neighbourhood's pages and feeds, as real blogs have them: a home page with feed, name and ways to write, a
//! blogroll on it or on a page of its own, posts with comments, robots.txt.

use serde_json::json;

use super::{
    Site,
    neighbourhood::{DemoBlog, DemoPost, Format, Neighbourhood},
};

const HTML: &str = "text/html; charset=utf-8";

/// Every page of every blog.
pub fn site(neighbourhood: &Neighbourhood) -> Site {
    let mut site = Site::new();
    for (slug, blog) in &neighbourhood.blogs {
        let mut put = |path: &str, content_type, body| {
            site.insert((blog.host.clone(), path.to_owned()), (content_type, body));
        };
        let own_page = slug.len() % 2 == 0 && !blog.blogroll.is_empty();
        put("/robots.txt", "text/plain", "User-agent: *\nDisallow: /drafts/\n".into());
        put("/", HTML, home(neighbourhood, slug, blog, own_page));
        if own_page {
            put("/blogroll/", HTML, page(blog, "Blogroll", &format!("<h1>Blogroll</h1>{}", roll(neighbourhood, blog))));
        }
        let feed = match blog.feed {
            Format::Rss => rss(neighbourhood, slug, blog),
            Format::Atom => atom(neighbourhood, slug, blog),
            Format::Json => json_feed(neighbourhood, slug, blog),
        };
        put(&format!("/{}", blog.feed.file()), blog.feed.content_type(), feed);
        for post in &blog.posts {
            put(&format!("/posts/{}/", post.slug), HTML, post_page(neighbourhood, slug, blog, post));
        }
    }
    site
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

/// A post's HTML with its addresses filled in.
fn body(neighbourhood: &Neighbourhood, post: &DemoPost) -> String {
    let mut html = String::with_capacity(post.html.len());
    let mut rest = post.html.trim();
    while let Some((before, after)) = rest.split_once("{{") {
        html.push_str(before);
        let (target, after) = after.split_once("}}").unwrap_or((after, ""));
        html.push_str(&neighbourhood.address(target));
        rest = after;
    }
    html + rest
}

fn page(blog: &DemoBlog, title: &str, content: &str) -> String {
    format!(
        "<!DOCTYPE html><html lang=\"{}\"><head><meta charset=\"utf-8\"><title>{}</title>\
         <meta name=\"author\" content=\"{}\"><meta name=\"description\" content=\"{}\">\
         <link rel=\"alternate\" type=\"{}\" href=\"/{}\" title=\"{}\"></head><body>{content}</body></html>",
        blog.language,
        escape(title),
        escape(&blog.author),
        escape(&blog.about),
        blog.feed.content_type().split(';').next().unwrap_or_default(),
        blog.feed.file(),
        escape(&blog.title),
    )
}

fn home(neighbourhood: &Neighbourhood, slug: &str, blog: &DemoBlog, own_page: bool) -> String {
    let posts: String = blog
        .posts
        .iter()
        .map(|post| format!("<li><a href=\"/posts/{}/\">{}</a></li>", post.slug, escape(&post.title)))
        .collect();
    let email =
        blog.email.as_ref().map(|email| format!("<a class=\"u-email\" href=\"mailto:{email}\">Write to me</a> "));
    let mastodon = blog
        .mastodon
        .as_ref()
        .map(|address| format!("<a rel=\"me\" href=\"{address}\">Mastodon</a> "))
        .unwrap_or_default();
    let friends = match (own_page, blog.blogroll.is_empty()) {
        (true, _) => "<p><a href=\"/blogroll/\">Blogroll</a></p>".to_owned(),
        (false, true) => String::new(),
        (false, false) => {
            format!("<section class=\"blogroll\"><h2>Blogroll</h2>{}</section>", roll(neighbourhood, blog))
        }
    };
    let content = format!(
        "<header class=\"h-card\"><h1><a class=\"p-name u-url\" href=\"{}\">{}</a></h1><p class=\"p-note\">{}</p>\
         {}{mastodon}</header><main><ul>{posts}</ul></main>{friends}",
        neighbourhood.address(slug),
        escape(&blog.author),
        escape(&blog.about),
        email.unwrap_or_default(),
    );
    page(blog, &blog.title, &content)
}

fn roll(neighbourhood: &Neighbourhood, blog: &DemoBlog) -> String {
    let friends = blog.blogroll.iter().filter_map(|slug| {
        let friend = neighbourhood.blogs.get(slug)?;
        Some(format!("<li><a href=\"{}\">{}</a></li>", neighbourhood.address(slug), escape(&friend.title)))
    });
    format!("<ul>{}</ul>", friends.collect::<String>())
}

fn post_page(neighbourhood: &Neighbourhood, slug: &str, blog: &DemoBlog, post: &DemoPost) -> String {
    let comments: String = post
        .comments
        .iter()
        .map(|comment| {
            let name = escape(&comment.name);
            let name = match &comment.blog {
                Some(own) => format!("<a rel=\"ugc nofollow\" href=\"{}\">{name}</a>", neighbourhood.address(own)),
                None => name,
            };
            let day = neighbourhood.moment(comment.days_ago, &comment.name).day();
            format!("<li class=\"comment\">{name}, {day}: <p>{}</p></li>", escape(&comment.text))
        })
        .collect();
    let comments =
        if comments.is_empty() { comments } else { format!("<section id=\"comments\"><ol>{comments}</ol></section>") };
    let date = neighbourhood.moment(post.days_ago, &post.slug).rfc3339();
    let content = format!(
        "<article class=\"h-entry\"><h1 class=\"p-name\">{}</h1><time class=\"dt-published\" datetime=\"{date}\">{date}</time>\
         <div class=\"e-content\">{}</div></article>{comments}<p><a href=\"{}\">Home</a></p>",
        escape(&post.title),
        body(neighbourhood, post),
        neighbourhood.address(slug),
    );
    page(blog, &post.title, &content)
}

fn rss(neighbourhood: &Neighbourhood, slug: &str, blog: &DemoBlog) -> String {
    let items: String = blog
        .posts
        .iter()
        .map(|post| {
            let url = neighbourhood.address(&format!("{slug}/{}", post.slug));
            let date = neighbourhood.moment(post.days_ago, &post.slug).calendar().to_rfc2822();
            let tags: String = post.tags.iter().map(|tag| format!("<category>{}</category>", escape(tag))).collect();
            format!(
                "<item><title>{}</title><link>{url}</link><guid>{url}</guid><pubDate>{date}</pubDate>{tags}\
                 <slash:comments>{}</slash:comments><description>{}</description></item>",
                escape(&post.title),
                post.comments.len(),
                escape(&body(neighbourhood, post)),
            )
        })
        .collect();
    format!(
        "<?xml version=\"1.0\" encoding=\"utf-8\"?><rss version=\"2.0\" xmlns:dc=\"http://purl.org/dc/elements/1.1/\" \
         xmlns:slash=\"http://purl.org/rss/1.0/modules/slash/\"><channel><title>{}</title><link>{}</link>\
         <description>{}</description><language>{}</language><dc:creator>{}</dc:creator>{items}</channel></rss>",
        escape(&blog.title),
        neighbourhood.address(slug),
        escape(&blog.about),
        blog.language,
        escape(&blog.author),
    )
}

fn atom(neighbourhood: &Neighbourhood, slug: &str, blog: &DemoBlog) -> String {
    let home = neighbourhood.address(slug);
    let entries: String = blog
        .posts
        .iter()
        .map(|post| {
            let url = neighbourhood.address(&format!("{slug}/{}", post.slug));
            let date = neighbourhood.moment(post.days_ago, &post.slug).rfc3339();
            let tags: String = post.tags.iter().map(|tag| format!("<category term=\"{}\"/>", escape(tag))).collect();
            format!(
                "<entry><id>{url}</id><title>{}</title><link href=\"{url}\"/><published>{date}</published>\
                 <updated>{date}</updated>{tags}<content type=\"html\">{}</content></entry>",
                escape(&post.title),
                escape(&body(neighbourhood, post)),
            )
        })
        .collect();
    let updated =
        blog.posts.first().map_or(neighbourhood.today, |post| neighbourhood.moment(post.days_ago, &post.slug));
    format!(
        "<?xml version=\"1.0\" encoding=\"utf-8\"?><feed xmlns=\"http://www.w3.org/2005/Atom\" xml:lang=\"{}\">\
         <id>{home}</id><title>{}</title><subtitle>{}</subtitle><link href=\"{home}\"/><updated>{}</updated>\
         <author><name>{}</name></author>{entries}</feed>",
        blog.language,
        escape(&blog.title),
        escape(&blog.about),
        updated.rfc3339(),
        escape(&blog.author),
    )
}

fn json_feed(neighbourhood: &Neighbourhood, slug: &str, blog: &DemoBlog) -> String {
    let items: Vec<_> = blog
        .posts
        .iter()
        .map(|post| {
            let url = neighbourhood.address(&format!("{slug}/{}", post.slug));
            json!({
                "id": url, "url": url, "title": post.title, "tags": post.tags,
                "content_html": body(neighbourhood, post),
                "date_published": neighbourhood.moment(post.days_ago, &post.slug).rfc3339(),
            })
        })
        .collect();
    json!({
        "version": "https://jsonfeed.org/version/1.1", "title": blog.title, "description": blog.about,
        "home_page_url": neighbourhood.address(slug), "language": blog.language,
        "authors": [{"name": blog.author}], "items": items,
    })
    .to_string()
}
