//! `[me]` and `[mail]`: who writes, and how mail leaves.

use serde::{Deserialize, Deserializer, de::Error};

use super::feeds::{no_secret, program, variable};
use crate::{
    discover::Named,
    model::{PageUrl, Plain},
    people::{
        mail::{self, Security},
        me,
    },
    text::words::split,
    web::Secret,
};

/// Topics that can be named, and words that one may have.
const MOST_TOPICS: usize = 30;
const MOST_WORDS: usize = 5;

/// As it stands in the file.
#[derive(Clone, Debug, Default, Deserialize, PartialEq)]
#[serde(default, deny_unknown_fields)]
pub struct Me {
    name: Option<String>,
    about: Option<String>,
    #[serde(deserialize_with = "pages")]
    blogs: Vec<PageUrl>,
    #[serde(deserialize_with = "topics")]
    topics: Vec<Plain>,
    #[serde(deserialize_with = "address")]
    mail: Option<String>,
    #[serde(deserialize_with = "languages")]
    languages: Vec<String>,
}

impl Me {
    /// What of it suggestions start from.
    pub fn named(&self) -> Named {
        Named { blogs: self.blogs.clone(), topics: self.topics.clone(), languages: self.languages.clone() }
    }

    pub fn settings(&self) -> me::Me {
        let line = |text: &Option<String>| text.as_deref().map(Plain::line).and_then(Plain::some);
        me::Me {
            name: line(&self.name),
            about: line(&self.about),
            blogs: self.blogs.clone(),
            mail: line(&self.mail),
            languages: self.languages.clone(),
        }
    }
}

/// As it stands in the file.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Table {
    server: String,
    port: Option<u16>,
    #[serde(default)]
    security: Security,
    username: Option<String>,
    #[serde(default, deserialize_with = "variable")]
    password_env: Option<String>,
    #[serde(default, deserialize_with = "program")]
    password_command: Option<Vec<String>>,
    #[serde(default, deserialize_with = "address")]
    from: Option<String>,
    /// Seconds that each step may take.
    timeout: Option<u64>,
    #[serde(default, rename = "password", deserialize_with = "no_secret")]
    _password: (),
}

#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(try_from = "Table")]
pub struct Mail(pub mail::Settings);

impl TryFrom<Table> for Mail {
    type Error = String;

    fn try_from(table: Table) -> Result<Self, String> {
        let password = match (table.password_env, table.password_command) {
            (Some(_), Some(_)) => return Err("give either password_env or password_command, not both".into()),
            (Some(variable), None) => Some(Secret::Environment(variable)),
            (None, Some(command)) => Some(Secret::Command(command)),
            (None, None) => None,
        };
        let credentials = match (table.username, password) {
            (Some(name), Some(password)) => Some((name, password)),
            (None, None) => None,
            (Some(_), None) => return Err("a username wants a password_env or password_command".into()),
            (None, Some(_)) => return Err("a password wants a username".into()),
        };
        let server = table.server.trim().to_owned();
        let is_host = !server.is_empty() && server.bytes().all(|b| b.is_ascii_alphanumeric() || b".-:[]".contains(&b));
        if !is_host {
            return Err("server is the name of a mail server, such as \"smtp.example.org\"".into());
        }
        if table.security == Security::None && !mail::is_loopback(&server) {
            return Err(format!(
                "security = \"none\" would send your letters and password in the clear to {server}; it is only for a \
                 server on this machine"
            ));
        }
        Ok(Self(mail::Settings {
            port: table.port.unwrap_or(table.security.usual_port()),
            server,
            security: table.security,
            credentials,
            from: table.from.as_deref().map(Plain::line),
            timeout: std::time::Duration::from_secs(table.timeout.unwrap_or(60).clamp(1, 600)),
        }))
    }
}

fn pages<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<PageUrl>, D::Error> {
    let texts = Vec::<String>::deserialize(deserializer)?;
    let read = |text: &String| {
        PageUrl::parse(text).map_err(|error| match text.contains("://") {
            true => D::Error::custom(error),
            false => D::Error::custom(format!("{text:?} is no whole address: write \"https://{text}\"")),
        })
    };
    texts.iter().map(read).collect()
}

fn topics<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<Plain>, D::Error> {
    let texts = Vec::<String>::deserialize(deserializer)?;
    if texts.len() > MOST_TOPICS {
        return Err(D::Error::custom(format!(
            "{MOST_TOPICS} topics at most: what is about everything is about nothing"
        )));
    }
    let read = |text: &String| {
        let topic = Plain::line(text.trim());
        let words = split(topic.as_str()).count();
        (1..=MOST_WORDS)
            .contains(&words)
            .then_some(topic)
            .ok_or_else(|| D::Error::custom(format!("a topic is one to {MOST_WORDS} words, such as \"rye bread\"")))
    };
    texts.iter().map(read).collect()
}

fn address<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<String>, D::Error> {
    let text = String::deserialize(deserializer)?;
    match mail::is_address(text.trim()) {
        true => Ok(Some(text.trim().to_owned())),
        false => Err(D::Error::custom("it should be a mail address, such as \"me@example.org\"")),
    }
}

fn languages<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<String>, D::Error> {
    let texts = Vec::<String>::deserialize(deserializer)?;
    let read = |text: &String| {
        let code = text.trim().to_ascii_lowercase();
        let is_code = (2..=3).contains(&code.len()) && code.bytes().all(|b| b.is_ascii_lowercase());
        is_code
            .then_some(code)
            .ok_or_else(|| D::Error::custom("languages are codes of two letters, such as \"en\" or \"de\""))
    };
    texts.iter().map(read).collect()
}
