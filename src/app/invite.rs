//! Letters to people: what can be said to somebody, and what became of each letter. A letter lies in the person's log as a
//! draft until it went out, so that it is in the journal before anything leaves.

use std::path::Path;

use serde::{Deserialize, Serialize};

use super::{App, AppError};
use crate::{
    discover::{self, Knowledge},
    model::{
        Blog, Change, Contact, ContactKind, EntryId, FeedUrl, PageUrl, Passed, PassedKind, Person, PersonId, Plain,
        Standing, Timestamp, Way,
    },
    people::{
        draft::{self, Draft, Wanted},
        facts,
        me::Me,
        webmention::{self, MentionError},
    },
};

/// How a letter goes out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, clap::ValueEnum)]
#[serde(rename_all = "snake_case")]
pub enum Via {
    /// Through the mail server of the configuration
    Mail,
    /// Through the mail program that opens mailto: links
    Mailto,
    /// Short, into the clipboard, for a message on Mastodon
    Mastodon,
    /// Tells a post of theirs that a post of yours links to it
    Webmention,
    /// Into the clipboard, for their contact page
    Form,
    /// Into the clipboard
    Clipboard,
}

impl Via {
    pub fn words(self) -> &'static str {
        match self {
            Self::Mail => "mail",
            Self::Mailto => "your mail program",
            Self::Mastodon => "Mastodon",
            Self::Webmention => "webmention",
            Self::Form => "their contact page",
            Self::Clipboard => "the clipboard",
        }
    }

    /// What it is in the log once it went out.
    pub fn kind(self) -> PassedKind {
        match self {
            Self::Mail | Self::Mailto => PassedKind::Mail,
            Self::Webmention => PassedKind::Webmention,
            Self::Mastodon | Self::Form | Self::Clipboard => PassedKind::Message,
        }
    }
}

/// What is wanted of a letter; asked of whoever holds the folder by somebody who has the configuration.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Order {
    /// Any name of the person or their blog.
    pub who: String,
    pub tone: Option<String>,
    pub language: Option<String>,
    pub via: Option<Via>,
    /// Whether a letter goes to somebody who was written to before, or who declined.
    pub anyway: bool,
    /// Whether there is a mail server to send through.
    pub has_mail: bool,
    /// Where the user's own templates lie.
    pub templates: std::path::PathBuf,
}

/// A letter that is ready for the user.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Invitation {
    pub person: Person,
    pub blog: Option<Blog>,
    pub via: Via,
    /// The address that it goes to, where there is one.
    pub to: Option<Plain>,
    pub draft: Draft,
    /// For a webmention: the user's post, theirs, and the voucher's page.
    pub mention: Option<(PageUrl, PageUrl)>,
    pub vouch: Option<PageUrl>,
    /// Other ways to reach them.
    pub ways: Vec<Contact>,
    /// What went to them before.
    pub earlier: Vec<Passed>,
}

/// Where a letter is between a draft and its end.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Waiting {
    pub person: Person,
    pub letter: Passed,
    /// What went to them before, beside this letter; the newest last.
    pub earlier: Vec<Passed>,
}

impl App {
    /// Writes a letter to somebody from what is known of them.
    pub async fn invitation(&self, order: &Order, me: &Me) -> Result<Invitation, AppError> {
        let mut person = self.whom(&order.who).await?;
        self.may_write(&person, order.anyway)?;
        // A blog's title stands in for a name only where their pages give none.
        if let Some(blog) = person.blogs.first().filter(|blog| blog.title == person.name) {
            let known = discover::Person::behind(&self.store, blog.id)?;
            person.name = known.and_then(|known| known.name).unwrap_or(person.name);
        }
        let blog = person.blogs.first().cloned();
        self.catch_up().await?;
        let knowledge = Knowledge::load(&self.store)?;
        let facts = match &blog {
            Some(blog) => facts::of(&knowledge, blog, &self.written(blog.id)?, me),
            None => facts::Facts::default(),
        };
        let ways = self.ways(&person)?;
        let via = order.via.unwrap_or_else(|| usual(&ways, order.has_mail));
        let short = via == Via::Mastodon;
        let tone = order.tone.clone().unwrap_or_else(|| if short { "short" } else { "plain" }.to_owned());
        let theirs = match &blog {
            Some(blog) => blog.clone(),
            None => without_blog(&person)?,
        };
        let wanted =
            Wanted { tone: &tone, language: order.language.as_deref(), templates: Path::new(&order.templates) };
        let name = letter_name(&person, blog.as_ref());
        let draft = draft::write(&theirs, name.as_ref(), &facts, me, wanted)?;
        let kind = match via {
            Via::Mail | Via::Mailto => Some(ContactKind::Email),
            Via::Mastodon => Some(ContactKind::Mastodon),
            Via::Form => Some(ContactKind::Form),
            Via::Webmention | Via::Clipboard => None,
        };
        let to = kind.and_then(|kind| ways.iter().find(|way| way.kind == kind)).map(|way| way.value.clone());
        let mention = facts.mention.map(|mention| (mention.source, mention.target));
        if via == Via::Webmention && mention.is_none() {
            return Err(AppError::NoMention { name: person.name });
        }
        let earlier = earlier(&self.store.people()?, person.id, to.as_ref());
        let vouch = facts.friend.filter(|friend| friend.links_to_me.is_some()).map(|friend| friend.page);
        Ok(Invitation { person, blog, via, to, draft, mention, vouch, ways, earlier })
    }

    /// Somebody in the book, behind a known blog, or behind an address that is asked now.
    async fn whom(&self, who: &str) -> Result<Person, AppError> {
        match self.find_person(who) {
            Err(AppError::NoPerson { .. }) if who.contains(['.', '@', ':']) => {
                let vetted = self.vet(who).await?;
                self.person_of(&vetted.dossier.blog)
            }
            found => found,
        }
    }

    /// An error if no letter goes to somebody, as they stand. `anyway`: also to whoever declined.
    pub fn may_write(&self, person: &Person, anyway: bool) -> Result<(), AppError> {
        match person.standing {
            Standing::AtADistance | Standing::Never => {
                Err(AppError::NotInvited { name: person.name.clone(), standing: person.standing })
            }
            Standing::Declined if !anyway => {
                Err(AppError::NotInvited { name: person.name.clone(), standing: person.standing })
            }
            _ => Ok(()),
        }
    }

    /// The ways to reach somebody: what the user noted, then what their pages say.
    fn ways(&self, person: &Person) -> Result<Vec<Contact>, AppError> {
        let mut ways = person.reach.clone();
        for blog in &person.blogs {
            let known = discover::Person::behind(&self.store, blog.id)?;
            for way in known.unwrap_or_default().contact {
                if !ways.contains(&way) {
                    ways.push(way);
                }
            }
        }
        Ok(ways)
    }

    /// Keeps a letter in somebody's log; what stood there before is replaced. Durable when it returns.
    pub async fn keep_letter(
        &self,
        person: PersonId,
        blog: Option<&Blog>,
        letter: Passed,
        standing: Option<Standing>,
    ) -> Result<Person, AppError> {
        let known = match (self.store.person(person)?, blog) {
            (Some(known), _) => known,
            (None, Some(blog)) => self.person_of(blog)?,
            (None, None) => return Err(AppError::NoPerson { name: Plain::line(&person.to_string()) }),
        };
        let before = known.log.iter().find(|passed| passed.id == letter.id).cloned().map(Box::new);
        let mut changes = vec![Change::Log { id: letter.id, to: Some(Box::new(letter)), before }];
        // A letter brings nobody further away than they were, and nobody nearer whom the user sent away.
        let nearer = |to: &Standing| match known.standing {
            Standing::AtADistance | Standing::Never => false,
            Standing::Answered | Standing::Connected => *to == Standing::Connected,
            _ => true,
        };
        if let Some(to) = standing.filter(nearer).filter(|to| *to != known.standing) {
            changes.push(Change::Stand { to, before: known.standing });
        }
        self.change_person(&known, changes).await?;
        Ok(self.store.person(known.id)?.unwrap_or(known))
    }

    /// Letters that did not surely go out, the oldest first.
    pub fn outbox(&self) -> Result<Vec<Waiting>, AppError> {
        let mut waiting = Vec::new();
        let people = self.store.people()?;
        for person in &people {
            let open = person.log.iter().filter(|passed| matches!(passed.kind, PassedKind::Draft | PassedKind::Unsure));
            waiting.extend(open.map(|letter| {
                let mut earlier = earlier(&people, person.id, letter.address.as_ref());
                earlier.retain(|passed| passed.id != letter.id);
                Waiting { person: person.clone(), letter: letter.clone(), earlier }
            }));
        }
        waiting.sort_by_key(|one| (one.letter.when, one.letter.id));
        Ok(waiting)
    }

    /// Notes that somebody answered: found by the id of the message that they answered, or by any name of theirs.
    pub async fn answered(&self, who: &str, text: Option<Plain>) -> Result<Person, AppError> {
        let bare = who.trim().trim_start_matches('<').trim_end_matches('>');
        let by_message = self.store.people()?.into_iter().find(|person| {
            person.log.iter().any(|passed| passed.message_id.as_ref().is_some_and(|id| id.as_str() == bare))
        });
        let person = match by_message {
            Some(person) => person,
            None => self.find_person(who)?,
        };
        let text = text.unwrap_or_else(|| Plain::line("answered"));
        let passed = Passed::new(PassedKind::Mail, Way::ToMe, text, person.id, self.now());
        let mut changes = vec![Change::log(passed)];
        let stays = [Standing::Connected, Standing::Answered, Standing::AtADistance, Standing::Never];
        if !stays.contains(&person.standing) {
            changes.push(Change::Stand { to: Standing::Answered, before: person.standing });
        }
        self.change_person(&person, changes).await?;
        Ok(self.store.person(person.id)?.unwrap_or(person))
    }

    /// Tells a page of somebody's that a page of the user's links to it.
    pub async fn send_mention(
        &self,
        source: &PageUrl,
        target: &PageUrl,
        vouch: Option<&PageUrl>,
    ) -> Result<webmention::Sent, MentionError> {
        let web = self.web().map_err(|error| match error {
            AppError::Web(error) => error,
            other => crate::web::WebError::Setup(other.to_string()),
        })?;
        webmention::send(&web, source, target, vouch, self.now()).await
    }
}

/// What went to somebody, or to the same address under another entry of the book; the newest last.
fn earlier(people: &[Person], person: PersonId, to: Option<&Plain>) -> Vec<Passed> {
    let same = |address: &Option<Plain>| {
        address.as_ref().zip(to).is_some_and(|(a, b)| a.as_str().eq_ignore_ascii_case(b.as_str()))
    };
    let mut earlier = Vec::new();
    for one in people {
        let is_theirs = one.id == person;
        let went_out = |passed: &&Passed| passed.way == Way::FromMe && has_gone(passed.kind);
        earlier.extend(one.log.iter().filter(went_out).filter(|passed| is_theirs || same(&passed.address)).cloned());
    }
    earlier.sort_by_key(|passed| passed.when);
    earlier
}

/// Whether an entry of the log is something that reached somebody, or may have.
pub fn has_gone(kind: PassedKind) -> bool {
    matches!(kind, PassedKind::Mail | PassedKind::Message | PassedKind::Webmention | PassedKind::Unsure)
}

/// For a letter to somebody of whom no blog is known.
fn without_blog(person: &Person) -> Result<Blog, AppError> {
    let page = person.pages.first().map_or("https://unknown.invalid/", |page| page.as_str());
    Ok(Blog { title: person.name.clone(), ..Blog::unknown(FeedUrl::parse(page)?) })
}

/// What to call somebody: the name in the book unless only a blog's title stands there.
fn letter_name(person: &Person, blog: Option<&Blog>) -> Option<Plain> {
    let is_title = blog.is_some_and(|blog| blog.title == person.name);
    let author = blog.and_then(|blog| blog.author.clone());
    if is_title { author } else { Some(person.name.clone()) }.and_then(Plain::some)
}

/// The way that costs least effort of those that they publish.
fn usual(ways: &[Contact], has_mail: bool) -> Via {
    let has = |kind| ways.iter().any(|way| way.kind == kind);
    match () {
        () if has(ContactKind::Email) => {
            if has_mail {
                Via::Mail
            } else {
                Via::Mailto
            }
        }
        () if has(ContactKind::Mastodon) => Via::Mastodon,
        () if has(ContactKind::Form) => Via::Form,
        () => Via::Clipboard,
    }
}

/// An entry for somebody's log.
pub fn letter(of: PersonId, via: Via, subject: &Plain, body: &str, to: Option<&Plain>, when: Timestamp) -> Passed {
    let text = subject.clone().some().unwrap_or_else(|| Plain::line(via.words()));
    let mut passed = Passed::new(PassedKind::Draft, Way::FromMe, text, of, when);
    passed.id = EntryId::of(of, when, body);
    passed.body = Some(Plain::text(body));
    passed.address = to.cloned();
    passed
}
