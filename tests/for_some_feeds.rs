//! What the configuration says of some feeds holds for them and for nobody else, and a secret gets where it belongs and
//! nowhere besides.

mod support;

use std::fs;

use serde_json::Value;
use support::{Answer, Authority, Penpal, Post, Proxy, Server, atom};

const SECRET: &str = "open-sesame";

fn feed() -> Answer {
    Answer::feed(atom("Ann", "http://blog.example/", &[Post::new("http://blog.example/1", 1, "Post 1", "<p>Text</p>")]))
}

fn refreshed(penpal: &Penpal) -> Value {
    let lines = penpal.run(&["refresh", "--force", "--json"]).lines();
    assert_eq!(lines.len(), 1);
    lines[0].clone()
}

/// All files in the data folder, for whatever must not be in them.
fn everything_kept(penpal: &Penpal) -> Vec<u8> {
    let (mut folders, mut bytes) = (vec![penpal.data()], Vec::new());
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap().flatten() {
            match entry.file_type().unwrap() {
                kind if kind.is_dir() => folders.push(entry.path()),
                kind if kind.is_file() => bytes.extend(fs::read(entry.path()).unwrap()),
                _ => {}
            }
        }
    }
    bytes
}

#[test]
fn a_password_is_sent_to_the_feeds_own_host_and_to_nobody_else() {
    let authority = Authority::new();
    let (own, other) = (Server::start_tls(&authority), Server::start_tls(&authority));
    own.serve("/moved", Answer::redirect(302, "/feed"));
    own.serve_with("/feed", |asked| {
        // `ann:open-sesame` in base 64.
        if asked.header("authorization").as_deref() == Some("Basic YW5uOm9wZW4tc2VzYW1l") {
            feed()
        } else {
            Answer::status(401)
        }
    });
    own.serve("/away", Answer::redirect(302, &other.url("/feed")));
    other.serve("/feed", feed());
    let with = |path: &str, secret: &str| {
        let config = format!(
            "[network]\nca_file = {:?}\n[[feeds]]\nurl = {:?}\nusername = \"ann\"\n{secret}\nheaders = {{ X-Key = \"mine\" }}\n",
            authority.file(),
            own.url("/")
        );
        let penpal = Penpal::configured(&config).with("FEED_PASSWORD", SECRET);
        penpal.subscribe(&[own.url(path)]);
        penpal
    };
    let by_program = format!("password_command = [\"printf\", \"{SECRET}\\n\"]");
    for secret in ["password_env = \"FEED_PASSWORD\"", &by_program] {
        for path in ["/feed", "/moved"] {
            let penpal = with(path, secret);
            let line = refreshed(&penpal);
            assert_eq!(line["status"], "new", "{path} {secret}: {line}");
            let told = format!("{line}{}", penpal.run(&["-v", "refresh", "--force"]).stderr);
            let kept = everything_kept(&penpal);
            for trace in [SECRET, "YW5uOm9wZW4"] {
                assert!(!told.contains(trace) && !kept.windows(trace.len()).any(|bytes| bytes == trace.as_bytes()));
            }
        }
    }
    assert_eq!(refreshed(&with("/away", "password_env = \"FEED_PASSWORD\""))["status"], "new");
    for asked in other.asked() {
        assert_eq!((asked.header("authorization"), asked.header("x-key")), (None, None));
    }
    assert!(own.asked().iter().all(|asked| asked.header("x-key").is_some()));
    let missing = refreshed(&with("/feed", "password_env = \"NOT_SET_ANYWHERE\""));
    assert!(missing["error"].as_str().unwrap().contains("NOT_SET_ANYWHERE is not set"), "{missing}");
}

#[test]
fn a_password_goes_over_plain_http_only_where_the_user_wrote_it_so() {
    let server = Server::start();
    server.serve("/feed", feed());
    let host = server.address().to_string();
    for (pattern, sent) in
        [(host.clone(), false), (format!("https://{host}/"), false), (format!("http://{host}/"), true)]
    {
        server.forget();
        let config = format!("[[feeds]]\nurl = {pattern:?}\ntoken_env = \"TOKEN\"\n");
        let penpal = Penpal::configured(&config).with("TOKEN", SECRET);
        penpal.subscribe(&[server.url("/feed")]);
        let line = refreshed(&penpal);
        if sent {
            assert_eq!(server.asked()[0].header("authorization").unwrap(), format!("Bearer {SECRET}"));
        } else {
            assert!(line["error"].as_str().unwrap().contains("not sent over plain http"), "{line}");
            assert_eq!(server.paths(), [""; 0]);
        }
    }
}

#[test]
fn a_header_that_is_a_secret_comes_from_the_environment_or_a_program_and_goes_to_the_feeds_own_host_alone() {
    let authority = Authority::new();
    let (own, other) = (Server::start_tls(&authority), Server::start_tls(&authority));
    own.serve("/away", Answer::redirect(302, &other.url("/feed")));
    own.serve_with("/feed", |asked| {
        let sent = (asked.header("cookie"), asked.header("x-key"));
        if sent == (Some(format!("id={SECRET}")), Some(SECRET.to_owned())) { feed() } else { Answer::status(401) }
    });
    other.serve("/feed", feed());
    let config = |scheme: &str| {
        format!(
            "[network]\nca_file = {:?}\n[[feeds]]\nurl = \"{scheme}{}/\"\nheaders_env = {{ X-Key = \"FEED_KEY\" }}\n\
             headers_command = {{ Cookie = [\"printf\", \"id={SECRET}\\n\"] }}\n",
            authority.file(),
            own.address()
        )
    };
    let penpal = Penpal::configured(&config("https://")).with("FEED_KEY", SECRET);
    penpal.subscribe(&[own.url("/feed"), own.url("/away")]);
    let ran = penpal.run(&["-v", "refresh", "--force", "--json"]);
    assert!(ran.lines().iter().all(|line| line["status"] == "new"), "{}", ran.stdout);
    let (told, kept) = (format!("{}{}", ran.stdout, ran.stderr), everything_kept(&penpal));
    assert!(!told.contains(SECRET) && !kept.windows(SECRET.len()).any(|bytes| bytes == SECRET.as_bytes()));
    for asked in other.asked() {
        assert_eq!((asked.header("cookie"), asked.header("x-key")), (None, None));
    }
    let plain = Server::start();
    plain.serve("/feed", feed());
    let host = plain.address();
    let penpal =
        Penpal::configured(&format!("[[feeds]]\nurl = \"{host}\"\nheaders_env = {{ X-Key = \"FEED_KEY\" }}\n"))
            .with("FEED_KEY", SECRET);
    penpal.subscribe(&[plain.url("/feed")]);
    let line = refreshed(&penpal);
    assert!(line["error"].as_str().unwrap().contains("not sent over plain http"), "{line}");
    assert_eq!(plain.paths(), [""; 0]);
}

#[test]
fn cookies_are_kept_where_the_user_wants_them() {
    let server = Server::start();
    server.serve_with("/feed", |asked| match asked.header("cookie") {
        Some(cookie) if cookie == "seen=1" => feed(),
        _ => Answer::redirect(302, "/feed").with("set-cookie", "seen=1; Path=/; HttpOnly"),
    });
    let host = server.address();
    for (config, status) in
        [(format!("[[feeds]]\nurl = \"{host}\"\ncookies = true\n"), "new"), (String::new(), "failed")]
    {
        let penpal = Penpal::configured(&config);
        penpal.subscribe(&[server.url("/feed")]);
        assert_eq!(refreshed(&penpal)["status"], status);
    }
}

#[test]
fn a_feed_may_have_a_proxy_of_its_own_or_none() {
    let (server, other) = (Server::start(), Server::start());
    server.serve("/feed", feed());
    other.serve("/feed", feed());
    for kind in ["http", "socks5", "socks5h"] {
        let proxy = if kind == "http" { Proxy::http() } else { Proxy::socks() };
        let config = format!("[[feeds]]\nurl = \"{}\"\nproxy = \"{}\"\n", server.address(), proxy.url(kind));
        let penpal = Penpal::configured(&config);
        penpal.subscribe(&[server.url("/feed"), other.url("/feed")]);
        assert!(penpal.json(&["refresh"]).iter().all(|line| line["status"] == "new"));
        assert_eq!(proxy.asked(), [server.address().to_string()], "{kind}");
    }
    let proxy = Proxy::http();
    let config = format!("[[feeds]]\nurl = \"{}\"\nproxy = \"none\"\n", server.address());
    let penpal = Penpal::configured(&config).with("http_proxy", proxy.url("http"));
    penpal.subscribe(&[server.url("/feed"), other.url("/feed")]);
    penpal.done(&["refresh"]);
    assert_eq!(proxy.asked(), [other.address().to_string()]);
}

#[test]
fn a_password_in_the_configuration_is_refused_with_its_line_and_not_repeated() {
    let penpal =
        Penpal::configured(&format!("[[feeds]]\nurl = \"a.example\"\nusername = \"ann\"\npassword = \"{SECRET}\"\n"));
    let ran = penpal.run(&["blogs"]);
    ran.failed_with(&["config.toml", "line 4", "password_command"]);
    assert!(!ran.stderr.contains(SECRET), "{}", ran.stderr);
}
