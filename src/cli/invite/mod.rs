//! `penpal invite`: a letter to somebody, from a draft to what became of it. Nothing leaves before the user has seen just
//! what does and said yes.
//!
//! - this page: the steps.
//! - `editor`: the user's editor on a private file.
//! - `ways`: how a letter goes out.
//! - `outbox`: letters that wait.

mod editor;
mod outbox;
mod ways;

use std::{io::IsTerminal, path::PathBuf, process::ExitCode};

use super::{
    Out,
    out::{confirmed, tell},
};
use crate::{
    app::{
        invite::{Invitation, Order, Via, Waiting, letter},
        request::meet::{Compose, KeepLetter, Outbox},
    },
    model::{Blog, Passed, PassedKind, Person, Plain, Standing, Timestamp},
    people::draft::{Edited, NO_NAME, SHORT, read},
    session::Desk,
};
pub use editor::is_open as in_editor;
use ways::Outcome;

#[derive(Debug, clap::Args)]
pub struct Args {
    /// Whom: a blog's address, host, id or title, or somebody in your book
    #[arg(value_name = "URL", required_unless_present_any = ["outbox", "resume", "discard", "sent", "answered"])]
    who: Option<String>,
    /// Print the draft and send nothing
    #[arg(long)]
    print: bool,
    /// plain, warm, brief, short, or a template of your own
    #[arg(long, value_name = "NAME")]
    tone: Option<String>,
    /// The language of the letter, such as en or de; else the blog's, if you write it
    #[arg(long, value_name = "LANGUAGE")]
    lang: Option<String>,
    /// How it goes out; else the first way that they publish
    #[arg(long, value_enum)]
    via: Option<Via>,
    /// Also to somebody who was written to before, or who declined
    #[arg(long)]
    anyway: bool,
    /// List the letters that wait: drafts, and what may have gone out
    #[arg(long, conflicts_with_all = ["who", "print"])]
    outbox: bool,
    /// Go on with a letter of the outbox
    #[arg(long, value_name = "ID", conflicts_with_all = ["who", "outbox"])]
    resume: Option<String>,
    /// Give a letter of the outbox up
    #[arg(long, value_name = "ID", conflicts_with_all = ["who", "outbox", "resume"])]
    discard: Option<String>,
    /// Note that a letter of the outbox went out
    #[arg(long, value_name = "ID", conflicts_with_all = ["who", "outbox", "resume", "discard"])]
    sent: Option<String>,
    /// Note that somebody answered: their name, their blog, or the id of the message that they answered
    #[arg(long, value_name = "WHO", conflicts_with_all = ["who", "outbox", "resume", "discard", "sent"])]
    answered: Option<String>,
}

/// Where the user's own files lie.
#[derive(Clone, Debug)]
pub struct Folders {
    /// With letters that are being written.
    pub data: PathBuf,
    pub templates: PathBuf,
}

/// A letter on its way.
struct Letter {
    person: Person,
    /// For somebody who is not in the book yet.
    blog: Option<Blog>,
    via: Via,
    passed: Passed,
    /// As the editor first shows it.
    text: String,
    mention: Option<ways::Mention>,
}

pub async fn run(desk: &mut Desk, args: &Args, folders: &Folders, out: &mut Out) -> anyhow::Result<ExitCode> {
    if args.outbox {
        return outbox::list(desk, out).await;
    }
    if let Some(id) = &args.discard {
        return outbox::end(desk, id, outbox::End::Discarded, folders, out).await;
    }
    if let Some(id) = &args.sent {
        return outbox::end(desk, id, outbox::End::Sent, folders, out).await;
    }
    if let Some(who) = &args.answered {
        return outbox::answered(desk, who, out).await;
    }
    let is_watched = std::io::stdin().is_terminal() && std::io::stderr().is_terminal();
    if !args.print && !is_watched {
        anyhow::bail!("a letter goes out only before somebody's eyes: run this in a terminal, or with --print");
    }
    let letter = match &args.resume {
        Some(id) => outbox::resume(desk, id, args, out).await?,
        None => begin(desk, args, folders, out).await?,
    };
    match letter {
        Some(letter) => finish(desk, letter, folders, out).await,
        None => Ok(ExitCode::SUCCESS),
    }
}

/// Nobody is written to twice unawares.
fn check_earlier(name: &Plain, earlier: &[Passed], args: &Args, out: &Out) -> anyhow::Result<()> {
    let Some(last) = earlier.last() else { return Ok(()) };
    let told = format!("{name} was written to on {} ({}: {})", last.when.day(), last.kind.words(), last.text);
    if !args.print && !args.anyway {
        anyhow::bail!("{told}. --anyway writes once more");
    }
    out.say(told);
    Ok(())
}

/// Writes the draft. `None` if it was only to be printed.
async fn begin(desk: &mut Desk, args: &Args, folders: &Folders, out: &mut Out) -> anyhow::Result<Option<Letter>> {
    let me = desk.config().me.settings();
    let order = Order {
        who: args.who.clone().unwrap_or_default(),
        tone: args.tone.clone(),
        language: args.lang.clone(),
        via: args.via,
        anyway: args.anyway,
        has_mail: desk.config().mail.is_some(),
        templates: folders.templates.clone(),
    };
    let invitation = desk.ask(Compose { order, me: me.clone() }, &|_| {}).await?;
    check_earlier(&invitation.person.name, &invitation.earlier, args, out)?;
    let waiting = desk.ask(Outbox, &|_| {}).await?;
    let waiting =
        waiting.iter().find(|one| one.person.id == invitation.person.id && one.letter.kind == PassedKind::Draft);
    if let Some(Waiting { person, letter, .. }) = waiting.filter(|_| !args.print && !args.anyway) {
        let id = &letter.id.to_string()[..8];
        anyhow::bail!(
            "a letter to {} waits in the outbox since {}: `penpal invite --resume {id}` goes on with it, `--discard {id}` gives \
             it up, --anyway begins another",
            person.name,
            letter.when.day()
        );
    }
    if me.name.is_none() {
        out.say(format!(
            "You have not said who you are; {NO_NAME} stands for it. Write [me] into the configuration (`penpal config`)."
        ));
    }
    if args.print {
        print(&invitation, out)?;
        return Ok(None);
    }
    let text = invitation.draft.text(invitation.to.as_ref().map(Plain::as_str));
    let edited = read(&text);
    let Invitation { person, blog, via, to, draft, mention, vouch, .. } = invitation;
    let mention = mention.map(|(source, target)| ways::Mention { source, target, vouch });
    let body = match (&mention, via) {
        (Some(mention), Via::Webmention) => mention.text(),
        _ => edited.body,
    };
    // Two letters begun in one second, with the same words, are two all the same.
    let mut when = Timestamp::now();
    let mut passed = letter(person.id, via, &draft.subject, &body, to.as_ref(), when);
    while person.log.iter().any(|known| known.id == passed.id) {
        when.0 += 1;
        passed = letter(person.id, via, &draft.subject, &body, to.as_ref(), when);
    }
    if via == Via::Webmention {
        passed.url = mention.as_ref().map(|mention| mention.target.clone());
    }
    keep(desk, &person, blog.as_ref(), &passed, None).await?;
    Ok(Some(Letter { person, blog, via, passed, text, mention }))
}

/// The letter as text, or with all that is known of it as JSON.
fn print(invitation: &Invitation, out: &mut Out) -> anyhow::Result<()> {
    let Invitation { person, blog, via, to, draft, mention, vouch, ways, earlier } = invitation;
    let text = draft.text(to.as_ref().map(Plain::as_str));
    if out.json {
        let mention = mention.as_ref().map(|(source, target)| serde_json::json!({"source": source, "target": target}));
        out.object(&serde_json::json!({
            "person": person.name, "blog": blog, "via": via, "to": to, "subject": draft.subject,
            "body": read(&text).body, "text": text, "facts": draft.sources, "language": draft.language,
            "tone": draft.tone, "vouch": vouch, "mention": mention, "contact": ways,
            "earlier": earlier.iter().map(|passed| passed.when).collect::<Vec<_>>(),
        }))?;
    } else {
        out.raw(&text)?;
    }
    Ok(out.flush()?)
}

/// Editor, a look at what goes out, yes or no, and what became of it.
async fn finish(desk: &mut Desk, mut letter: Letter, folders: &Folders, out: &mut Out) -> anyhow::Result<ExitCode> {
    let short = letter.passed.id.to_string()[..8].to_owned();
    let later = format!("It lies in the outbox: `penpal invite --resume {short}` goes on with it.");
    let file = editor::file(&folders.data, letter.passed.id)?;
    if letter.via != Via::Webmention {
        let text = editor::edit(&file, &letter.text).map_err(|error| anyhow::anyhow!("{error}. {later}"))?;
        let edited = read(&text);
        check(&edited, letter.via).map_err(|why| anyhow::anyhow!("{why}. {later}"))?;
        let Edited { to, subject, body } = edited;
        letter.passed.body = Some(Plain::text(&body));
        if let Some(subject) = subject.some() {
            letter.passed.text = subject;
        }
        letter.passed.address = to;
        keep(desk, &letter.person, letter.blog.as_ref(), &letter.passed, None).await?;
    }
    let outgoing = ways::prepare(desk.config(), &mut letter.passed, &letter.person, letter.via, letter.mention.clone())
        .map_err(|why| anyhow::anyhow!("{why}. {later}"))?;
    // Also for whoever wants quiet, and never between the lines of --json.
    tell(&format!("\n{}\n", outgoing.shown()));
    if !confirmed(&outgoing.question())? {
        out.say(format!("Nothing was sent. {later}"));
        return Ok(ExitCode::FAILURE);
    }
    // Noted before anything leaves: whoever is interrupted from here on is told that it may have gone out.
    let draft = letter.passed.clone();
    let unsure = Passed { kind: PassedKind::Unsure, ..draft.clone() };
    keep(desk, &letter.person, letter.blog.as_ref(), &unsure, None).await?;
    match ways::send(desk, &outgoing).await? {
        Outcome::Sent(how) => {
            let gone = Passed { kind: letter.via.kind(), when: Timestamp::now(), ..draft };
            let person = keep(desk, &letter.person, letter.blog.as_ref(), &gone, Some(Standing::Invited)).await?;
            editor::remove(&file);
            if out.json {
                outbox::print_end(&person, gone.kind, out)?;
            } else {
                out.line(format!("{how} You stand with {} so: {}.", person.name, person.standing.words()))?;
            }
            out.flush()?;
            Ok(ExitCode::SUCCESS)
        }
        Outcome::NotSent(why) => {
            keep(desk, &letter.person, letter.blog.as_ref(), &draft, None).await?;
            anyhow::bail!("{why}. {later}")
        }
        Outcome::Unsure(why) => anyhow::bail!(
            "{why}. Do not send it again blindly: look whether it arrived, or wait for an answer. \
             `penpal invite --sent {short}` notes that it went out, `--resume {short} --anyway` sends it once more"
        ),
    }
}

/// What keeps an edited letter from going out.
fn check(edited: &Edited, via: Via) -> Result<(), String> {
    if edited.body.trim().is_empty() {
        return Err("The letter is empty, so nothing was sent".into());
    }
    if edited.body.contains(NO_NAME) || edited.subject.as_str().contains(NO_NAME) {
        return Err(format!("{NO_NAME} still stands in the letter, so nothing was sent"));
    }
    if matches!(via, Via::Mail | Via::Mailto) {
        match &edited.to {
            None => return Err("The letter has no line To: with an address, so nothing was sent".into()),
            Some(to) if !crate::people::mail::is_address(to.as_str()) => {
                return Err(format!("{to:?} is no mail address, so nothing was sent"));
            }
            Some(_) => {}
        }
        if edited.subject.is_empty() {
            return Err("The letter has no line Subject:, so nothing was sent".into());
        }
    }
    let length = edited.body.chars().count();
    if via == Via::Mastodon && length > SHORT {
        return Err(format!("The message has {length} characters, and {SHORT} is what is sure to fit"));
    }
    Ok(())
}

async fn keep(
    desk: &mut Desk,
    person: &Person,
    blog: Option<&Blog>,
    letter: &Passed,
    standing: Option<Standing>,
) -> anyhow::Result<Person> {
    let request = KeepLetter { person: person.id, blog: blog.cloned(), letter: letter.clone(), standing };
    Ok(desk.ask(request, &|_| {}).await?)
}
