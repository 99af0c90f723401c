//! Letters that wait: drafts, and those of which nobody knows whether they went out.

use std::process::ExitCode;

use super::{Args, Folders, Letter, Out, check_earlier, editor, keep, ways};
use crate::{
    app::{
        invite::{Via, Waiting},
        request::meet::{Answered, Outbox},
    },
    model::{Passed, PassedKind, Person, Plain, Standing, Timestamp},
    session::Desk,
};

pub async fn list(desk: &mut Desk, out: &mut Out) -> anyhow::Result<ExitCode> {
    let waiting = desk.ask(Outbox, &|_| {}).await?;
    if waiting.is_empty() {
        out.say("Nothing waits in the outbox.");
    }
    for Waiting { person, letter, .. } in waiting {
        if out.json {
            out.object(&serde_json::json!({
                "id": letter.id, "person": person.name, "status": letter.kind, "to": letter.address,
                "subject": letter.text, "when": letter.when, "body": letter.body,
            }))?;
        } else {
            let to = letter.address.as_ref().map(|to| format!(" <{to}>")).unwrap_or_default();
            let id = &letter.id.to_string()[..8];
            out.line(format!(
                "{id}  {}  {}  {}{to}: {}",
                letter.when.day(),
                letter.kind.words(),
                person.name,
                letter.text
            ))?;
        }
    }
    out.flush()?;
    Ok(ExitCode::SUCCESS)
}

/// Takes a letter up again, by the rules of a new one. `None` if it was only to be printed.
pub(super) async fn resume(desk: &mut Desk, id: &str, args: &Args, out: &mut Out) -> anyhow::Result<Option<Letter>> {
    let Waiting { person, letter, earlier } = find(desk, id).await?;
    let standing = person.standing;
    if matches!(standing, Standing::AtADistance | Standing::Never) || standing == Standing::Declined && !args.anyway {
        anyhow::bail!("{} gets no letter as long as you stand with them so: {}", person.name, standing.words());
    }
    if letter.kind == PassedKind::Unsure && !args.anyway && !args.print {
        anyhow::bail!(
            "this letter may have gone out on {}. Look whether it arrived; `penpal invite --sent {}` notes that it did, and \
             --anyway sends it once more",
            letter.when.day(),
            &letter.id.to_string()[..8]
        );
    }
    check_earlier(&person.name, &earlier, args, out)?;
    let mention = letter.url.is_some().then(|| ways::Mention::read(letter.body.as_ref().map_or("", Plain::as_str)));
    let mention = mention.flatten();
    let via = args.via.unwrap_or_else(|| via_of(&letter, mention.is_some(), desk.config().mail.is_some()));
    let mut text = String::new();
    if let Some(to) = &letter.address {
        text.push_str(&format!("To: {to}\n"));
    }
    if !matches!(via, Via::Mastodon | Via::Clipboard) {
        text.push_str(&format!("Subject: {}\n", letter.text));
    }
    text.push_str(&format!("\n{}\n", letter.body.clone().unwrap_or_default()));
    if args.print {
        if out.json {
            out.object(&serde_json::json!({
                "id": letter.id, "person": person.name, "via": via, "to": letter.address, "subject": letter.text,
                "body": letter.body, "text": text, "earlier": earlier.iter().map(|passed| passed.when).collect::<Vec<_>>(),
            }))?;
        } else {
            out.raw(&text)?;
        }
        out.flush()?;
        return Ok(None);
    }
    Ok(Some(Letter {
        blog: person.blogs.first().cloned(),
        person,
        via,
        passed: Passed { kind: PassedKind::Draft, ..letter },
        text,
        mention,
    }))
}

/// The way that a letter goes by its address.
fn via_of(letter: &Passed, is_mention: bool, has_mail: bool) -> Via {
    match letter.address.as_ref().map(Plain::as_str) {
        _ if is_mention => Via::Webmention,
        Some(address) if address.starts_with('@') => Via::Mastodon,
        Some(address) if address.contains("://") => Via::Form,
        Some(_) if has_mail => Via::Mail,
        Some(_) => Via::Mailto,
        None => Via::Clipboard,
    }
}

/// What becomes of a letter that waited.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum End {
    Discarded,
    Sent,
}

/// Notes what became of a letter that waited.
pub async fn end(desk: &mut Desk, id: &str, end: End, folders: &Folders, out: &mut Out) -> anyhow::Result<ExitCode> {
    let Waiting { person, letter, .. } = find(desk, id).await?;
    let sent = end == End::Sent;
    let kind = match end {
        End::Discarded => PassedKind::Discarded,
        End::Sent => via_of(&letter, letter.url.is_some(), true).kind(),
    };
    let file = editor::file(&folders.data, letter.id)?;
    let when = if sent { Timestamp::now() } else { letter.when };
    let standing = sent.then_some(Standing::Invited);
    let person = keep(desk, &person, person.blogs.first(), &Passed { kind, when, ..letter }, standing).await?;
    editor::remove(&file);
    if out.json {
        print_end(&person, kind, out)?;
    } else {
        out.line(format!("{}: {} ({})", person.name, kind.words(), person.standing.words()))?;
    }
    out.flush()?;
    Ok(ExitCode::SUCCESS)
}

/// What became of a letter, for a program.
pub(super) fn print_end(person: &Person, kind: PassedKind, out: &mut Out) -> anyhow::Result<()> {
    out.object(&serde_json::json!({"person": person.name, "standing": person.standing, "status": kind}))
}

pub async fn answered(desk: &mut Desk, who: &str, out: &mut Out) -> anyhow::Result<ExitCode> {
    let person = desk.ask(Answered { who: who.to_owned(), text: None }, &|_| {}).await?;
    if out.json {
        out.object(&serde_json::json!({"person": person.name, "standing": person.standing}))?;
    } else {
        out.line(format!("{}: {}", person.name, person.standing.words()))?;
    }
    out.flush()?;
    Ok(ExitCode::SUCCESS)
}

/// By the beginning of its id; the only one if there is one alone.
async fn find(desk: &mut Desk, id: &str) -> anyhow::Result<Waiting> {
    let waiting = desk.ask(Outbox, &|_| {}).await?;
    let mut found: Vec<Waiting> =
        waiting.into_iter().filter(|one| one.letter.id.to_string().starts_with(&id.to_lowercase())).collect();
    match found.len() {
        1 => Ok(found.remove(0)),
        0 => anyhow::bail!(
            "no letter in the outbox is called {:?}. `penpal invite --outbox` lists them",
            Plain::line(id)
        ),
        _ => anyhow::bail!("{:?} can mean several letters; give more of the id", Plain::line(id)),
    }
}
