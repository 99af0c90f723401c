//! `[[feeds]]`: what holds for some feeds only.

use std::{collections::BTreeMap, time::Duration};

use reqwest::header::{AUTHORIZATION, COOKIE, HeaderName, HeaderValue};
use serde::{Deserialize, Deserializer, de::Error};

use crate::web::{Credentials, Pattern, PerFeed, Secret, SecretHeader, Way, command};

/// No feed is asked more often than this by itself.
const FLOOR: Duration = Duration::from_secs(15 * 60);
const DAY: u64 = 24 * 3600;
/// A feed that is asked more seldom is as good as not followed.
const CEILING: Duration = Duration::from_secs(365 * DAY);
/// Headers that penpal sets itself, or that would break the request.
const OURS: [&str; 17] = [
    "accept",
    "accept-encoding",
    "connection",
    "content-length",
    "expect",
    "host",
    "if-modified-since",
    "if-none-match",
    "keep-alive",
    "proxy-connection",
    "range",
    "referer",
    "te",
    "trailer",
    "transfer-encoding",
    "upgrade",
    "user-agent",
];
const NO_SECRET: &str = "a configuration gets copied and shown, so no password or token stands in it. Put it into the \
                         keyring of your system and name the program that prints it, such as \
                         password_command = [\"secret-tool\", \"lookup\", \"service\", \"my-feed\"], or name the \
                         environment variable that holds it: password_env = \"MY_FEED_PASSWORD\" (for a bearer token: \
                         token_command or token_env)";

const NO_COOKIE: &str = "a configuration gets copied and shown, and a cookie lets in whoever has it, so none stands in \
                         it. Name the environment variable that holds it: headers_env = { Cookie = \"MY_FEED_COOKIE\" }, or \
                         the program that prints it: headers_command = { Cookie = [\"pass\", \"show\", \"my-feed\"] }. The \
                         key of an interface is better kept that way too. cookies = true keeps the cookies that the server \
                         itself sets";

/// One table.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(try_from = "Table")]
pub struct Feeds {
    pub web: PerFeed,
    /// The shortest time between two polls.
    pub interval: Option<Duration>,
    /// Whether posts are read from their pages.
    pub full_text: bool,
}

/// As it stands in the file.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Table {
    #[serde(deserialize_with = "pattern")]
    url: Pattern,
    #[serde(default, deserialize_with = "interval")]
    interval: Option<Duration>,
    #[serde(default)]
    full_text: bool,
    #[serde(default, deserialize_with = "way")]
    proxy: Option<Way>,
    #[serde(default, deserialize_with = "headers")]
    headers: Vec<(HeaderName, HeaderValue)>,
    #[serde(default, deserialize_with = "headers_from_environment")]
    headers_env: Vec<SecretHeader>,
    #[serde(default, deserialize_with = "headers_from_programs")]
    headers_command: Vec<SecretHeader>,
    #[serde(default)]
    cookies: bool,
    username: Option<String>,
    #[serde(default, deserialize_with = "variable")]
    password_env: Option<String>,
    #[serde(default, deserialize_with = "program")]
    password_command: Option<Vec<String>>,
    #[serde(default, deserialize_with = "variable")]
    token_env: Option<String>,
    #[serde(default, deserialize_with = "program")]
    token_command: Option<Vec<String>>,
    #[serde(default, rename = "password", deserialize_with = "no_secret")]
    _password: (),
    #[serde(default, rename = "token", deserialize_with = "no_secret")]
    _token: (),
    #[serde(default, rename = "keyring", deserialize_with = "no_keyring")]
    _keyring: (),
}

impl TryFrom<Table> for Feeds {
    type Error = String;

    fn try_from(table: Table) -> Result<Self, String> {
        let secret = |name: &str, variable: Option<String>, command: Option<Vec<String>>| match (variable, command) {
            (Some(_), Some(_)) => Err(format!("{name}_env and {name}_command say the same thing twice; keep one")),
            (Some(variable), None) => Ok(Some(Secret::Environment(variable))),
            (None, command) => Ok(command.map(Secret::Command)),
        };
        let password = secret("password", table.password_env, table.password_command)?;
        let token = secret("token", table.token_env, table.token_command)?;
        let credentials = match (table.username, password, token) {
            (None, None, None) => None,
            (Some(username), Some(password), None) if !username.contains(':') => {
                Some(Credentials::Basic { username, password })
            }
            (Some(_), Some(_), None) => return Err("a username has no colon (RFC 7617)".into()),
            (None, None, Some(token)) => Some(Credentials::Bearer { token }),
            (Some(_), None, None) => return Err("username wants a password_env or password_command".into()),
            (None, Some(_), None) => return Err("a password wants a username".into()),
            (_, _, Some(_)) => return Err("a feed has a username with its password, or a token, but not both".into()),
        };
        let mut secret_headers = table.headers_env;
        secret_headers.extend(table.headers_command);
        let mut names: Vec<&HeaderName> = table.headers.iter().map(|(name, _)| name).collect();
        names.extend(secret_headers.iter().map(|header| &header.name));
        if let Some(name) = names.iter().enumerate().find_map(|(at, name)| names[..at].contains(name).then_some(name)) {
            return Err(format!("the header {name} is given twice; keep one"));
        }
        if credentials.is_some() && names.contains(&&AUTHORIZATION) {
            return Err("a password or token sets the header authorization itself".into());
        }
        if table.cookies && names.contains(&&COOKIE) {
            return Err("cookies = true sets the header cookie itself".into());
        }
        let web = PerFeed {
            pattern: table.url,
            way: table.proxy,
            headers: table.headers,
            secret_headers,
            cookies: table.cookies,
            credentials,
        };
        let special = web != PerFeed::of(web.pattern.clone());
        if special && web.pattern.is_source() {
            return Err("for a source of yours nothing but an interval and full_text can be set".into());
        }
        if table.interval.is_none() && !table.full_text && !special {
            return Err(
                "it says nothing about these feeds; give an interval, full_text, a proxy, headers, cookies or a \
                        password"
                    .into(),
            );
        }
        Ok(Self { web, interval: table.interval, full_text: table.full_text })
    }
}

fn pattern<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Pattern, D::Error> {
    Pattern::parse(&String::deserialize(deserializer)?).map_err(D::Error::custom)
}

fn way<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Way>, D::Error> {
    Way::parse(&String::deserialize(deserializer)?).map(Some).map_err(D::Error::custom)
}

/// `90m`, `6h`, `2d`.
fn interval<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Duration>, D::Error> {
    let text = String::deserialize(deserializer)?;
    let text = text.trim();
    let unit = [("m", 60), ("h", 3600), ("d", DAY)].into_iter().find_map(|(unit, seconds)| {
        let count: u64 = text.strip_suffix(unit)?.trim().parse().ok()?;
        count.checked_mul(seconds)
    });
    match unit.map(Duration::from_secs) {
        None => Err(D::Error::custom("an interval is a number with m, h or d, such as 90m, 6h or 2d")),
        Some(interval) if interval < FLOOR => Err(D::Error::custom(
            "no feed is asked more often than every 15 minutes; leave the interval out, or lengthen it",
        )),
        Some(interval) if interval > CEILING => Err(D::Error::custom("an interval is 365d at most")),
        some => Ok(some),
    }
}

fn header_name<E: Error>(name: &str) -> Result<HeaderName, E> {
    let header: HeaderName = name.parse().map_err(|_| E::custom(format!("{name:?} is no name of a header")))?;
    match header.as_str() {
        "proxy-authorization" => Err(E::custom("a proxy's password goes into the variable https_proxy")),
        ours if OURS.contains(&ours) => Err(E::custom(format!("penpal sets the header {name} itself"))),
        _ => Ok(header),
    }
}

/// `{ X-Key = "VARIABLE" }`.
fn headers_from_environment<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<SecretHeader>, D::Error> {
    let read = |(name, variable): (String, Variable)| {
        Ok(SecretHeader { name: header_name(&name)?, value: Secret::Environment(variable.0) })
    };
    BTreeMap::<String, Variable>::deserialize(deserializer)?.into_iter().map(read).collect()
}

/// `{ X-Key = ["program", "argument"] }`.
fn headers_from_programs<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<SecretHeader>, D::Error> {
    let read = |(name, program): (String, Program)| {
        Ok(SecretHeader { name: header_name(&name)?, value: Secret::Command(program.0) })
    };
    BTreeMap::<String, Program>::deserialize(deserializer)?.into_iter().map(read).collect()
}

struct Variable(String);

impl<'de> Deserialize<'de> for Variable {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        variable(deserializer).map(|name| Self(name.unwrap_or_default()))
    }
}

struct Program(Vec<String>);

impl<'de> Deserialize<'de> for Program {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        program(deserializer).map(|command| Self(command.unwrap_or_default()))
    }
}

fn headers<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<(HeaderName, HeaderValue)>, D::Error> {
    let read = |(name, value): (String, String)| {
        let header = header_name(&name)?;
        match header.as_str() {
            "authorization" => return Err(D::Error::custom(NO_SECRET)),
            "cookie" | "cookie2" => return Err(D::Error::custom(NO_COOKIE)),
            _ => {}
        }
        let value = HeaderValue::from_str(&value);
        Ok((
            header,
            value.map_err(|_| D::Error::custom(format!("the value of {name} has characters that no header has")))?,
        ))
    };
    BTreeMap::<String, String>::deserialize(deserializer)?.into_iter().map(read).collect()
}

pub(super) fn variable<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<String>, D::Error> {
    let name = String::deserialize(deserializer)?;
    let is_name = !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
    // Whoever writes the secret itself here is not to read it in the message.
    if is_name {
        Ok(Some(name))
    } else {
        Err(D::Error::custom("this is the name of an environment variable: letters, digits and _"))
    }
}

/// An argument vector.
pub(super) fn program<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Vec<String>>, D::Error> {
    let command = Vec::<String>::deserialize(deserializer)
        .map_err(|_| D::Error::custom("a program is a list of its name and its arguments, such as [\"pass\", \"show\", \"feed\"]; no shell reads it"))?;
    command::check(&command).map_err(D::Error::custom)?;
    Ok(Some(command))
}

pub(super) fn no_secret<'de, D: Deserializer<'de>>(_: D) -> Result<(), D::Error> {
    Err(D::Error::custom(NO_SECRET))
}

fn no_keyring<'de, D: Deserializer<'de>>(_: D) -> Result<(), D::Error> {
    Err(D::Error::custom(
        "penpal asks the keyring of your system through the program that comes with it: \
         password_command = [\"secret-tool\", \"lookup\", \"service\", \"my-feed\"] on Linux, \
         [\"security\", \"find-generic-password\", \"-s\", \"my-feed\", \"-w\"] on macOS",
    ))
}
