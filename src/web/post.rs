//! One POST of a form, as Webmention has it. It is never repeated and follows no redirect: who sends asks once.

use std::time::Duration;

use reqwest::header::{ACCEPT, CONTENT_TYPE, HeaderValue};
use tokio::time::{Instant, timeout_at};
use url::{Url, form_urlencoded};

use super::{Ask, Reply, Trust, Web, WebError, cause, client::Idle, guard};
use crate::model::Timestamp;

/// An answer that is of use is short.
const LARGEST: usize = 64 << 10;

impl Web {
    /// Sends `fields` to an address, in their order. An answer of any status is a [`Reply`]; a host that wants to be left
    /// alone is not asked.
    pub async fn post_form(
        &self,
        url: &Url,
        trust: Trust,
        fields: &[(&str, &str)],
        now: Timestamp,
    ) -> Result<Reply, WebError> {
        if let Err(why) = guard::check(url, trust, self.inner.settings.allow_private) {
            return Err(WebError::Refused { url: url.to_string(), why: why.into() });
        }
        let _turn = self.inner.pace.turn(url, Duration::ZERO, now).await?;
        let _seats = self.seats(url, None).await?;
        let client = self.client(trust, None, Idle::Kept)?;
        let deadline = Instant::now() + self.inner.settings.total_timeout;
        let body = form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
        let form = HeaderValue::from_static("application/x-www-form-urlencoded");
        let request = client.post(url.clone()).header(CONTENT_TYPE, form).header(ACCEPT, "*/*").body(body);
        let host = url.host_str().unwrap_or_default().to_owned();
        let response = match timeout_at(deadline, request.send()).await {
            Err(_) => return Err(WebError::timed_out(host, "no answer began", self.inner.settings.total_timeout)),
            Ok(sent) => sent.map_err(|error| cause::explain(&error, url, false))?,
        };
        self.heed_silence(url, &response, now);
        let ask = Ask { largest: LARGEST, cut: true, ..Ask::page(url, trust) };
        self.receive(response, url.clone(), &ask, deadline, now).await
    }
}
