//! The whole text of a post whose feed gives only a part of it: its page is fetched once, and the main part kept.

use super::{App, AppError, posts::Listed};
use crate::{
    discover::seen,
    feed::SafeHtml,
    model::{PageUrl, Plain, PostId},
    page::{self, Page},
    store::Batch,
    web::{Ask, Reply, Trust, find::page_of},
};

impl App {
    /// The text of a post's page, made safe like everything else; what the feed gives where that is more. Its page is
    /// asked only the first time, and again after the post was edited.
    pub async fn full_text(&self, id: PostId) -> Result<SafeHtml, AppError> {
        let known = self.listed(id)?;
        let listed = known.ok_or_else(|| AppError::NoPost { name: Plain::line(&id.to_string()) })?;
        if let Some(html) = self.store.full_text(&listed.post)? {
            return Ok(SafeHtml::from_stored(html));
        }
        let Some(address) = &listed.post.url else { return Err(AppError::NoPage { title: listed.post.label() }) };
        let url = address.url();
        // The feed's own host is one that the user named; where else a feed points to, nobody did.
        let is_named = url.host() == listed.blog.feed_url.url().host();
        let ask = Ask::page(url, if is_named { Trust::Named } else { Trust::Found });
        let reply = self.web()?.get(ask, self.now()).await?;
        let refused = |why: String| AppError::NoFullText { url: url.clone(), why };
        if !reply.is_ok() {
            return Err(refused(format!("it answered {}", reply.status)));
        }
        // On a thread for such work, which also keeps a panic of the extractor from being ours.
        let found = tokio::task::spawn_blocking(move || (main_part(&reply), page_of(&reply).zip(Some(reply)))).await;
        let (found, page) = found.unwrap_or_default();
        if let Some((page, reply)) = page.filter(|_| self.config.discover.enabled) {
            self.see_commenters(&listed, &page, &reply).await?;
        }
        let found = found.ok_or_else(|| refused("no article is found in it".to_owned()))?;
        let given = self.text_of(id)?;
        let text = if found.text().as_str().len() >= given.text().as_str().len() { found } else { given };
        let html = text.as_str().to_owned();
        self.writer.apply(Batch::FullText { post: id, edited: listed.post.updated, html }).await?;
        Ok(text)
    }

    /// Who answered below a post that the user opened may be worth a look one day.
    async fn see_commenters(&self, listed: &Listed, page: &Page, reply: &Reply) -> Result<(), AppError> {
        let followed = self.store.subscription(listed.blog.id)?.is_some();
        let address = PageUrl::from_url(reply.url.clone());
        if let Some(address) = address.filter(|_| followed && !page.noindex && !reply.noindex) {
            let shown = seen::on_page(&self.store, &listed.blog, &listed.post, (page, &address, None))?;
            let records = seen::records(&self.store, listed.blog.id, &listed.post, shown)?;
            self.writer.apply(Batch::Discovery(records)).await?;
        }
        Ok(())
    }
}

impl App {
    /// A post's text as it is to be read: from its page if that was set for its feed and can be had, and whether it is.
    pub async fn text_to_read(&self, listed: &Listed) -> Result<(SafeHtml, bool), AppError> {
        let id = listed.post.id;
        if self.config.full_text(&listed.blog.feed_url) {
            match self.full_text(id).await {
                Ok(html) => return Ok((html, true)),
                // What the feed gives is better than nothing.
                Err(error) => tracing::warn!(%error, "the page of a post cannot be read"),
            }
        }
        Ok((self.text_of(id)?, false))
    }
}

/// The main part of an answer; `None` if there is none.
fn main_part(reply: &Reply) -> Option<SafeHtml> {
    let is_page = reply.content_type.as_deref().is_none_or(|kind| kind.contains("html") || kind.contains("text/plain"));
    if !is_page {
        return None;
    }
    let html = page::decode(&reply.body, reply.content_type.as_deref());
    let article = page::article(&html, &reply.url)?;
    SafeHtml::of_page(&article, Some(&reply.url))
}
