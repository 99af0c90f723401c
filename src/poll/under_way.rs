//! Who is still being asked, for whoever waits at the end of a refresh and wonders for whom.

use std::collections::{BTreeMap, BTreeSet};

use super::Progress;
use crate::model::FeedUrl;

/// When so few are left, they are named.
const FEW: usize = 3;

#[derive(Clone, Debug, Default)]
pub struct UnderWay {
    pub done: usize,
    pub of: usize,
    /// Feeds that are being asked, by the address that they were asked at, which a move may change.
    asking: BTreeMap<String, usize>,
}

impl UnderWay {
    pub fn hear(&mut self, progress: &Progress) {
        match progress {
            Progress::Begun { feeds } => self.of = *feeds,
            Progress::Asking(feed) => *self.asking.entry(host(feed)).or_default() += 1,
            Progress::GivenUp(feed) => self.no_more(feed),
            Progress::Spared { feed, was_begun } => {
                self.of = self.of.saturating_sub(1);
                if *was_begun {
                    self.no_more(feed);
                }
            }
            Progress::Done(report) => {
                self.done += 1;
                self.no_more(&report.feed_url);
            }
        }
    }

    fn no_more(&mut self, feed: &FeedUrl) {
        if let Some(count) = self.asking.get_mut(&host(feed)) {
            *count = count.saturating_sub(1);
        }
        self.asking.retain(|_, count| *count > 0);
    }

    /// "waiting for a.example, b.example", once only a few are left.
    pub fn in_words(&self) -> Option<String> {
        let left = self.of.saturating_sub(self.done);
        let hosts: BTreeSet<&str> = self.asking.keys().map(String::as_str).collect();
        let few = left > 0 && left <= FEW && !hosts.is_empty();
        few.then(|| format!("waiting for {}", hosts.into_iter().collect::<Vec<_>>().join(", ")))
    }
}

fn host(feed: &FeedUrl) -> String {
    feed.host().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::poll::{Report, Status};

    #[test]
    fn the_last_few_are_named() {
        let feed = |n: usize| FeedUrl::parse(&format!("https://{n}.example/feed")).unwrap();
        let done = |n| {
            Progress::Done(Report {
                feed_url: feed(n),
                status: Status::Unchanged,
                http: Some(304),
                new_posts: 0,
                bytes: 0,
                ms: 1,
                error: None,
                note: None,
            })
        };
        let mut under_way = UnderWay::default();
        under_way.hear(&Progress::Begun { feeds: 5 });
        (0..5).for_each(|n| under_way.hear(&Progress::Asking(feed(n))));
        assert_eq!(under_way.in_words(), None, "many are still asked");
        (0..3).for_each(|n| under_way.hear(&done(n)));
        assert_eq!(under_way.in_words().unwrap(), "waiting for 3.example, 4.example");
        under_way.hear(&Progress::Spared { feed: feed(3), was_begun: true });
        assert_eq!(under_way.in_words().unwrap(), "waiting for 4.example");
        under_way.hear(&done(4));
        assert_eq!((under_way.done, under_way.of, under_way.in_words()), (4, 4, None));
    }
}
