//! The rows: what a server does.

use std::{io::Write, sync::LazyLock, time::Duration};

use super::{
    NOW,
    servers::PORTS,
    support::{Answer, Flaw, Head, Post, Step, atom, page},
};

/// Who answers.
#[derive(Clone, Copy)]
pub enum At {
    Plain,
    Tls,
    Flawed(Flaw),
    /// A certificate by an authority that nobody trusts.
    Stranger,
    /// HTTP where TLS is expected.
    PlainBehindHttps,
    Http2(fn() -> Answer),
    Closing,
    NeverAccepting,
    Nobody,
    /// The name leads nowhere.
    NoName,
    /// A proxy, in the server's place.
    Proxy,
    TlsThroughProxy,
    Socks,
    ProxyWithTls,
    /// A proxy that is not there.
    NoProxy,
}

/// From a request to what is done about it.
pub type AnyAnswer = dyn Fn(&Head) -> Vec<Step> + Send + Sync;

pub struct Row {
    pub part: &'static str,
    /// What the server does, in words.
    pub does: &'static str,
    pub at: At,
    pub answer: Box<AnyAnswer>,
    /// How often it is asked.
    pub times: usize,
    /// Whether it only ends with a time-out.
    pub hangs: bool,
}

/// A feed with a post a day, and the days lie behind [`NOW`].
static FEED: LazyLock<String> = LazyLock::new(|| {
    let day = |number: u32| {
        let url = format!("https://blog.example/{number}");
        Post::new(url, number, &format!("Post {number}"), "<p>Some text of a post.</p>")
    };
    atom("A blog", "https://blog.example/", &[day(3), day(2), day(1)])
});

const JSON_FEED: &str = "{\"version\":\"https://jsonfeed.org/version/1.1\",\"title\":\"A blog\",\"items\":[\
                         {\"id\":\"1\",\"url\":\"https://blog.example/1\",\"content_text\":\"Some text\"}]}";

/// An answer with these header lines, its length said truly.
fn says(status: &str, headers: &str, body: impl AsRef<[u8]>) -> Vec<Step> {
    let body = body.as_ref();
    let mut bytes = format!("HTTP/1.1 {status}\r\ncontent-length: {}\r\n{headers}\r\n", body.len()).into_bytes();
    bytes.extend_from_slice(body);
    vec![Step::Send(bytes)]
}

fn feed() -> Vec<Step> {
    says("200 OK", "content-type: application/atom+xml\r\n", &*FEED)
}

fn text(bytes: impl Into<Vec<u8>>) -> Vec<Step> {
    vec![Step::Send(bytes.into())]
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

fn brotli(bytes: &[u8]) -> Vec<u8> {
    let mut packed = Vec::new();
    brotli::BrotliCompress(&mut &bytes[..], &mut packed, &Default::default()).unwrap();
    packed
}

/// A feed that is almost all blanks.
fn blanks() -> Vec<u8> {
    [b"<rss><channel><title>".as_slice(), &vec![b' '; 30 << 20]].concat()
}

/// The rows of one part, as they are put down.
struct Part(&'static str, Vec<Row>);

impl Part {
    fn row(&mut self, does: &'static str, answer: impl Fn(&Head) -> Vec<Step> + Send + Sync + 'static) -> &mut Row {
        let row = Row { part: self.0, does, at: At::Plain, answer: Box::new(answer), times: 1, hangs: false };
        self.1.push(row);
        self.1.last_mut().unwrap()
    }

    fn at(&mut self, at: At, does: &'static str, answer: impl Fn(&Head) -> Vec<Step> + Send + Sync + 'static) {
        self.row(does, answer).at = at;
    }

    fn hanging(&mut self, does: &'static str, answer: impl Fn(&Head) -> Vec<Step> + Send + Sync + 'static) {
        self.row(does, answer).hangs = true;
    }

    /// A status with a header and no body.
    fn status(&mut self, does: &'static str, status: &'static str, headers: &'static str) {
        self.row(does, move |_| says(status, headers, ""));
    }
}

pub fn all() -> Vec<Row> {
    [
        successes(),
        redirects(),
        refusals(),
        troubles(),
        bodies(),
        packed(),
        headers(),
        time(),
        broken(),
        tls(),
        proxies(),
    ]
    .into_iter()
    .flat_map(|part| part.1)
    .collect()
}

fn successes() -> Part {
    let mut part = Part("Success", Vec::new());
    part.row("sends a feed", |_| feed());
    part.row("sends the same feed a second time", |_| feed()).times = 2;
    part.row("answers 304 when it is asked a second time with its ETag", |head| match head.header("if-none-match") {
        Some("\"1\"") => text("HTTP/1.1 304 Not Modified\r\n\r\n"),
        _ => says("200 OK", "etag: \"1\"\r\n", &*FEED),
    })
    .times = 2;
    part.status("answers 304 though nothing was known", "304 Not Modified", "");
    part.row("promises that the feed is fresh for six hours", |_| {
        says("200 OK", "cache-control: max-age=21600\r\n", &*FEED)
    });
    part.row("promises freshness for a year", |_| says("200 OK", "cache-control: max-age=31536000\r\n", &*FEED));
    part.row("sends 100 Continue and 103 Early Hints first", |_| {
        let hints = "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nlink: </a.css>\r\n\r\n";
        [text(hints), feed()].concat()
    });
    part.row("sends 203 with a feed", |_| says("203 Non-Authoritative", "", &*FEED));
    part.status("sends 204 and nothing", "204 No Content", "");
    part.status("sends 205 and nothing", "205 Reset Content", "");
    part.row("sends a part of the feed that nobody asked for", |_| {
        says("206 Partial Content", "content-range: bytes 0-99/5000\r\n", &FEED[..100])
    });
    part.row("sends 226 with a feed", |_| says("226 IM Used", "im: feed\r\n", &*FEED));
    part.at(At::Http2(|| Answer::feed(FEED.clone())), "sends a feed over HTTP/2", |_| Vec::new());
    part.at(At::Http2(|| Answer::feed(FEED.clone()).gzip()), "sends a packed feed over HTTP/2", |_| Vec::new());
    part.at(At::Tls, "sends a feed over TLS and HTTP/1.1", |_| feed());
    part
}

fn redirects() -> Part {
    let mut part = Part("Redirects", Vec::new());
    for (does, status) in [
        ("moves it for good with 301", "301 Moved Permanently"),
        ("redirects with 302", "302 Found"),
        ("redirects with 303", "303 See Other"),
        ("redirects with 307", "307 Temporary Redirect"),
        ("moves it for good with 308", "308 Permanent Redirect"),
    ] {
        part.row(does, move |head| if head.path() == "/new" { feed() } else { says(status, "location: /new\r\n", "") });
    }
    part.row("redirects to a relative address with dots", |head| match head.path() {
        "/b/c" => feed(),
        _ => says("302 Found", "location: ./a/../b/c\r\n", ""),
    });
    part.row("redirects to https", |head| {
        if PORTS.get().is_some_and(|(_, tls)| head.header("host").unwrap().ends_with(&format!(":{tls}"))) {
            return feed();
        }
        let host = head.header("host").unwrap().split(':').next().unwrap();
        let tls = PORTS.get().map_or(0, |ports| ports.1);
        says("301 Moved", &format!("location: https://{host}:{tls}/feed\r\n"), "")
    });
    part.at(At::Tls, "redirects from https to http", |head| {
        let host = head.header("host").unwrap().split(':').next().unwrap();
        says("302 Found", &format!("location: http://{host}/feed\r\n"), "")
    });
    part.row("redirects in a circle of two", |head| {
        says("302 Found", if head.path() == "/feed" { "location: /b\r\n" } else { "location: /feed\r\n" }, "")
    });
    part.row("redirects to itself and sets a cookie", |_| {
        says("302 Found", "location: /feed\r\nset-cookie: seen=1\r\n", "")
    });
    for (does, steps) in [("redirects ten times", 10), ("redirects eleven times", 11)] {
        part.row(does, move |head| {
            let step: u32 = head.path().trim_start_matches("/feed").parse().unwrap_or(0);
            if step == steps { feed() } else { says("302 Found", &format!("location: /feed{}\r\n", step + 1), "") }
        });
    }
    for (does, location) in [
        ("redirects to file:", "location: file:///etc/passwd\r\n"),
        ("redirects to javascript:", "location: javascript:alert(1)\r\n"),
        ("redirects to exec:", "location: exec:weather\r\n"),
        ("redirects to an address that is none", "location: http://[::1\r\n"),
    ] {
        part.status(does, "302 Found", location);
    }
    part.status("redirects without saying where to", "302 Found", "");
    part.status("redirects to an empty address", "302 Found", "location: \r\n");
    part.row("redirects from a public name to a private address", |_| {
        says("302 Found", "location: http://127.0.0.1:1/feed\r\n", "")
    });
    part.status("offers several choices with 300", "300 Multiple Choices", "location: /new\r\n");
    part.status("answers 305, which is out of use", "305 Use Proxy", "location: http://proxy.example/\r\n");
    part
}

fn refusals() -> Part {
    let mut part = Part("Refusals", Vec::new());
    for (does, status, headers) in [
        ("answers 400", "400 Bad Request", ""),
        ("answers 401", "401 Unauthorized", "www-authenticate: Basic realm=\"x\"\r\n"),
        ("answers 402", "402 Payment Required", ""),
        ("answers 403", "403 Forbidden", ""),
        ("answers 404", "404 Not Found", ""),
        ("answers 405", "405 Method Not Allowed", ""),
        ("answers 406", "406 Not Acceptable", ""),
        ("answers 407", "407 Proxy Authentication Required", ""),
        ("answers 408", "408 Request Timeout", ""),
        ("answers 409", "409 Conflict", ""),
        ("answers 410", "410 Gone", ""),
        ("answers 412", "412 Precondition Failed", ""),
        ("answers 418", "418 I'm a teapot", ""),
        ("answers 421", "421 Misdirected Request", ""),
        ("answers 425", "425 Too Early", ""),
        ("answers 426", "426 Upgrade Required", "upgrade: h2c\r\n"),
        ("answers 429 and names no time", "429 Too Many Requests", ""),
        ("answers 429 and asks for an hour", "429 Too Many Requests", "retry-after: 3600\r\n"),
        ("answers 429 and asks for a year", "429 Too Many Requests", "retry-after: 31536000\r\n"),
        ("answers 429 and asks for nonsense", "429 Too Many Requests", "retry-after: later\r\n"),
        ("answers 451", "451 Unavailable For Legal Reasons", ""),
    ] {
        part.status(does, status, headers);
    }
    part.row("answers 429 and names a date in two days", |_| {
        let date = std::time::UNIX_EPOCH + Duration::from_secs(NOW.0 as u64 + 2 * 86_400);
        says("429 Too Many Requests", &format!("retry-after: {}\r\n", httpdate::fmt_http_date(date)), "")
    });
    part.status("answers 499, which no standard has", "499 Whatever", "");
    part.status("answers 999, as some do to programs", "999 Denied", "");
    part
}

fn troubles() -> Part {
    let mut part = Part("Troubles of the server", Vec::new());
    for (does, status, headers) in [
        ("answers 500", "500 Internal Server Error", ""),
        ("answers 501", "501 Not Implemented", ""),
        ("answers 502", "502 Bad Gateway", ""),
        ("answers 503 and names no time", "503 Service Unavailable", ""),
        ("answers 503 and asks for ten hours", "503 Service Unavailable", "retry-after: 36000\r\n"),
        ("answers 504", "504 Gateway Timeout", ""),
        ("answers 507", "507 Insufficient Storage", ""),
        ("answers 511, as networks with a log-in page do", "511 Network Authentication Required", ""),
        ("answers 520, as some caches do", "520 Unknown", ""),
    ] {
        part.status(does, status, headers);
    }
    part.row("answers 500 with a feed", |_| says("500 Internal Server Error", "", &*FEED));
    part.row("fails three times in a row", |_| says("500 Internal Server Error", "", "")).times = 3;
    part
}

fn bodies() -> Part {
    let mut part = Part("Bodies", Vec::new());
    part.row("sends an empty body", |_| says("200 OK", "", ""));
    part.row("sends nothing but blanks", |_| says("200 OK", "", "  \n\n "));
    part.row("sends a page", |_| {
        says("200 OK", "content-type: text/html\r\n", page("<title>Hi</title>", "<p>Hello</p>"))
    });
    part.row("sends a page that names a feed", |_| {
        let link = "<link rel=alternate type=application/rss+xml href=/real.xml>";
        says("200 OK", "content-type: text/html\r\n", page(link, "<p>Hello</p>"))
    });
    part.row("sends a picture", |_| says("200 OK", "content-type: image/png\r\n", b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR"));
    part.row("sends zeros", |_| says("200 OK", "", [0; 5000]));
    part.row("sends a JSON feed as text/html", |_| says("200 OK", "content-type: text/html\r\n", JSON_FEED));
    part.row("sends other JSON", |_| says("200 OK", "content-type: application/json\r\n", "{\"error\": \"no\"}"));
    part.row("sends a feed in UTF-16", |_| {
        let text = FEED.replace("utf-8", "utf-16");
        let wide: Vec<u8> = std::iter::once(0xfeff).chain(text.encode_utf16()).flat_map(u16::to_be_bytes).collect();
        says("200 OK", "content-type: application/xml; charset=utf-16\r\n", wide)
    });
    part.row("says utf-8 and sends latin-1", |_| {
        let latin: Vec<u8> = FEED.replace("A blog", "Caf\u{e9}").chars().map(|c| c as u8).collect();
        says("200 OK", "content-type: application/xml; charset=utf-8\r\n", latin)
    });
    part.row("sends 9 MB where 8 are allowed", |_| says("200 OK", "", vec![b' '; 9 << 20]));
    part.row("sends ever more without an end", |_| {
        let piece = [b"100000\r\n".as_slice(), &vec![b' '; 1 << 20], b"\r\n"].concat();
        let mut steps = text("HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n");
        steps.extend((0..40).map(|_| Step::Send(piece.clone())));
        steps
    });
    part.row("sends a feed that was cut in its middle and calls that its length", |_| {
        says("200 OK", "", &FEED.as_bytes()[..FEED.len() - 200])
    });
    part.row("closes the connection to end the body, as HTTP/1.0 did", |_| {
        text(format!("HTTP/1.0 200 OK\r\ncontent-type: application/xml\r\n\r\n{}", *FEED))
    });
    part
}

fn packed() -> Part {
    let mut part = Part("Packed bodies", Vec::new());
    const GZIP: &str = "content-encoding: gzip\r\n";
    part.row("sends gzip", |_| says("200 OK", GZIP, gzip(FEED.as_bytes())));
    part.row("sends brotli", |_| says("200 OK", "content-encoding: br\r\n", brotli(FEED.as_bytes())));
    part.row("sends zstd that nobody asked for", |_| {
        says("200 OK", "content-encoding: zstd\r\n", zstd::stream::encode_all(FEED.as_bytes(), 3).unwrap())
    });
    part.row("sends deflate that nobody asked for", |_| {
        let mut encoder = flate2::write::DeflateEncoder::new(Vec::new(), flate2::Compression::best());
        encoder.write_all(FEED.as_bytes()).unwrap();
        says("200 OK", "content-encoding: deflate\r\n", encoder.finish().unwrap())
    });
    part.row("sends gzip packed with gzip, and says so", |_| {
        says("200 OK", "content-encoding: gzip, gzip\r\n", gzip(&gzip(FEED.as_bytes())))
    });
    part.row("says gzip twice in two headers", |_| {
        says("200 OK", "content-encoding: gzip\r\ncontent-encoding: gzip\r\n", gzip(&gzip(FEED.as_bytes())))
    });
    part.row("says gzip and sends plain text", |_| says("200 OK", GZIP, &*FEED));
    part.row("says brotli and sends plain text", |_| says("200 OK", "content-encoding: br\r\n", &*FEED));
    part.row("sends gzip and does not say so", |_| says("200 OK", "", gzip(FEED.as_bytes())));
    part.row("says utf-8 where the packing belongs", |_| says("200 OK", "content-encoding: utf-8\r\n", &*FEED));
    part.row("says compress", |_| says("200 OK", "content-encoding: compress\r\n", "\x1f\u{9d}..."));
    part.row("sends the first half of a gzip", |_| {
        let packed = gzip(FEED.as_bytes());
        says("200 OK", GZIP, &packed[..packed.len() / 2])
    });
    part.row("sends gzip with a wrong checksum", |_| {
        let mut packed = gzip(FEED.as_bytes());
        let at = packed.len() - 5;
        packed[at] ^= 1;
        says("200 OK", GZIP, packed)
    });
    part.row("sends garbage after a gzip", |_| says("200 OK", GZIP, [gzip(FEED.as_bytes()), vec![7; 50]].concat()));
    part.row("sends a gzip bomb", |_| says("200 OK", GZIP, gzip(&blanks())));
    part.row("sends a brotli bomb", |_| says("200 OK", "content-encoding: br\r\n", brotli(&blanks())));
    part.row("sends a bomb of gzip within gzip", |_| {
        says("200 OK", "content-encoding: gzip, gzip\r\n", gzip(&gzip(&blanks())))
    });
    part
}

fn headers() -> Part {
    let mut part = Part("Headers", Vec::new());
    part.row("sends thousands of headers", |_| {
        let many: String = (0..3000).map(|number| format!("x-{number}: y\r\n")).collect();
        says("200 OK", &many, &*FEED)
    });
    part.row("sends a header of a megabyte", |_| says("200 OK", &format!("x: {}\r\n", "y".repeat(1 << 20)), &*FEED));
    part.row("sends bytes in a header that none may have", |_| {
        let mut bytes = b"HTTP/1.1 200 OK\r\nx-bad: \x01\xff\r\nx bad: 1\r\nno colon here\r\n".to_vec();
        bytes.extend(format!("content-length: {}\r\n\r\n{}", FEED.len(), *FEED).bytes());
        text(bytes)
    });
    part.row("sends a Content-Type that is none", |_| says("200 OK", "content-type: ;;charset=\r\n", &*FEED));
    part.row("sends a feed as text/plain", |_| says("200 OK", "content-type: text/plain\r\n", &*FEED));
    part.row("sets cookies that nobody wants", |_| {
        says("200 OK", &"set-cookie: id=1; Path=/; HttpOnly\r\n".repeat(20), &*FEED)
    });
    part.row("ends its lines with LF alone", |_| {
        text(format!("HTTP/1.1 200 OK\ncontent-length: {}\n\n{}", FEED.len(), *FEED))
    });
    part.row("sends a status without words", |_| {
        text(format!("HTTP/1.1 200\r\ncontent-length: {}\r\n\r\n{}", FEED.len(), *FEED))
    });
    part.row("folds a header over two lines", |_| says("200 OK", "x-long: one\r\n two\r\n", &*FEED));
    part.row("names two different lengths", |_| {
        text(format!("HTTP/1.1 200 OK\r\ncontent-length: 5\r\ncontent-length: {}\r\n\r\n{}", FEED.len(), *FEED))
    });
    part.row("names a length that is no number", |_| {
        text(format!("HTTP/1.1 200 OK\r\ncontent-length: many\r\n\r\n{}", *FEED))
    });
    part.row("sends an ETag that is no ETag", |_| says("200 OK", "etag: W/unquoted \u{e9}\r\n", &*FEED)).times = 2;
    part
}

fn time() -> Part {
    let mut part = Part("Time", Vec::new());
    part.hanging("never accepts a connection", |_| Vec::new());
    part.1.last_mut().unwrap().at = At::NeverAccepting;
    part.hanging("accepts and says nothing", |_| vec![Step::Hang]);
    part.hanging("stops in the middle of its headers", |_| {
        vec![Step::Send(b"HTTP/1.1 200 OK\r\ncontent-".to_vec()), Step::Hang]
    });
    part.hanging("sends its headers and nothing more", |_| {
        vec![Step::Send(b"HTTP/1.1 200 OK\r\ncontent-length: 500\r\n\r\n".to_vec()), Step::Hang]
    });
    part.hanging("stops in the middle of the feed", |_| {
        let mut steps = text(format!("HTTP/1.1 200 OK\r\ncontent-length: {}\r\n\r\n", FEED.len()));
        steps.extend([Step::Send(FEED.as_bytes()[..300].to_vec()), Step::Hang]);
        steps
    });
    part.hanging("sends one byte now and then", |_| {
        let head = b"HTTP/1.1 200 OK\r\ncontent-length: 5000000\r\n\r\n";
        vec![Step::Send(head.to_vec()), Step::Drip(Duration::from_millis(50))]
    });
    part.hanging("sends one byte of its headers now and then", |_| {
        vec![Step::Send(b"HTTP/1.1 200 OK\r\nx:".to_vec()), Step::Drip(Duration::from_millis(50))]
    });
    part
}

fn broken() -> Part {
    let mut part = Part("Broken connections", Vec::new());
    part.at(At::NoName, "has a name that leads nowhere", |_| Vec::new());
    part.at(At::Nobody, "refuses connections", |_| Vec::new());
    part.at(At::Closing, "closes at once", |_| Vec::new());
    part.row("closes without an answer", |_| Vec::new());
    part.row("closes in the middle of its headers", |_| text("HTTP/1.1 200 OK\r\ncontent-"));
    part.row("sends less than its Content-Length", |_| {
        text(format!("HTTP/1.1 200 OK\r\ncontent-length: {}\r\n\r\n{}", FEED.len() + 100, *FEED))
    });
    part.row("sends more than its Content-Length", |_| {
        text(format!("HTTP/1.1 200 OK\r\ncontent-length: {}\r\n\r\n{}", FEED.len() - 100, *FEED))
    });
    part.row("closes in the middle of a chunk", |_| {
        text(format!("HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nffff\r\n{}", *FEED))
    });
    part.row("closes before the last chunk", |_| {
        text(format!("HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n{:x}\r\n{}\r\n", FEED.len(), *FEED))
    });
    part.row("sends a chunk of a size that is no number", |_| {
        text(format!("HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nzz\r\n{}\r\n0\r\n\r\n", *FEED))
    });
    part.row("sends trailers after its chunks", |_| {
        text(format!(
            "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\ntrailer: x\r\n\r\n{:x}\r\n{}\r\n0\r\nx: y\r\n\r\n",
            FEED.len(),
            *FEED
        ))
    });
    part.row("sends a feed without any headers, as HTTP/0.9 did", |_| text(FEED.clone()));
    part.row("speaks another protocol", |_| text("220 mail.example ESMTP\r\n"));
    part.row("sends a status that is no number", |_| text("HTTP/1.1 OK\r\n\r\n"));
    part.at(At::Http2(|| Answer::feed(FEED.clone()).breaking_off()), "breaks off over HTTP/2", |_| Vec::new());
    part
}

fn tls() -> Part {
    let mut part = Part("TLS", Vec::new());
    part.at(At::Flawed(Flaw::Expired), "has a certificate that expired", |_| feed());
    part.at(At::Flawed(Flaw::NotYetValid), "has a certificate from the future", |_| feed());
    part.at(At::Flawed(Flaw::OtherName), "has a certificate for another name", |_| feed());
    part.at(At::Flawed(Flaw::SignedByItself), "has a certificate that signed itself", |_| feed());
    part.at(At::Stranger, "has a certificate by somebody unknown", |_| feed());
    part.at(At::PlainBehindHttps, "speaks plain HTTP where TLS is expected", |_| feed());
    part
}

fn proxies() -> Part {
    let mut part = Part("Proxies", Vec::new());
    part.at(At::Socks, "stands behind a SOCKS5 proxy", |_| feed());
    part.at(At::ProxyWithTls, "stands behind an HTTP proxy with TLS", |_| feed());
    part.at(At::NoProxy, "stands behind a proxy that is not there", |_| feed());
    part.at(At::Proxy, "stands behind a proxy that answers 502", |_| says("502 Bad Gateway", "", ""));
    part.at(At::Proxy, "stands behind a proxy that answers 504", |_| says("504 Gateway Timeout", "", ""));
    part.at(At::Proxy, "stands behind a proxy that wants a password", |_| {
        says("407 Proxy Authentication Required", "proxy-authenticate: Basic\r\n", "")
    });
    part.at(At::TlsThroughProxy, "is asked for over TLS through a proxy that answers 502", |_| {
        says("502 Bad Gateway", "", "")
    });
    part.at(At::TlsThroughProxy, "is asked for over TLS through a proxy that wants a password", |_| {
        says("407 Proxy Authentication Required", "proxy-authenticate: Basic\r\n", "")
    });
    part
}
