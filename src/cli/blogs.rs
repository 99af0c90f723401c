//! `penpal blogs`

use std::process::ExitCode;

use serde_json::{Value, json};

use super::Out;
use crate::{
    app::{blogs::Health, request::subscriptions::Blogs},
    session::Desk,
};

pub async fn run(desk: &mut Desk, out: &mut Out) -> anyhow::Result<ExitCode> {
    let followed = desk.ask(Blogs, &|_| {}).await?;
    if out.json {
        for one in &followed {
            let mut line = serde_json::to_value(&one.blog)?;
            if let Value::Object(fields) = &mut line {
                fields.insert("folder".into(), json!(one.subscription.folder));
                fields.insert("tags".into(), json!(one.subscription.tags));
                fields.insert("unread".into(), json!(one.counts.unread));
                fields.insert("last_post".into(), json!(one.counts.last_post));
                fields.insert("status".into(), json!(one.health));
                fields.insert("error".into(), json!(one.feed.error));
            }
            out.object(&line)?;
        }
        out.flush()?;
        return Ok(ExitCode::SUCCESS);
    }
    if followed.is_empty() {
        out.say("You follow nothing yet. `penpal import feeds.opml` takes a list, `penpal follow URL` one blog.");
    }
    let mut folder = None;
    for one in &followed {
        if folder != Some(&one.subscription.folder) {
            let names: Vec<&str> = one.subscription.folder.iter().map(|name| name.as_str()).collect();
            if !names.is_empty() {
                let heading = out.bold(&names.join(" / "));
                out.line(heading)?;
            }
            folder = Some(&one.subscription.folder);
        }
        let unread = if one.counts.unread > 0 { format!("{:>5}", one.counts.unread) } else { "     ".into() };
        let last = one.counts.last_post.map_or("          ".into(), |last| last.day());
        let ill = match (one.health, &one.feed.error) {
            (Health::Ok | Health::Paused, _) | (_, None) => String::new(),
            (_, Some(error)) => format!("  ({error})"),
        };
        let rest = out.dim(&format!("  {}{ill}", one.blog.feed_url));
        out.line(format!("{unread}  {last}  {}{rest}", one.blog.title))?;
    }
    out.flush()?;
    Ok(ExitCode::SUCCESS)
}
