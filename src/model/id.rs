//! Ids that two machines and a rebuild come to alike: hashes of what names a thing on the web, never counters.

use std::fmt;

use data_encoding::{BASE32_NOPAD, Encoding, Specification};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error};

use super::{FeedUrl, Timestamp};

/// Base32 (RFC 4648) in lower case without padding.
fn base32() -> &'static Encoding {
    static LOWER: std::sync::LazyLock<Encoding> = std::sync::LazyLock::new(|| {
        let mut specification = Specification::new();
        specification.symbols.push_str("abcdefghijklmnopqrstuvwxyz234567");
        // The alphabet above has the 32 distinct symbols that the encoding needs.
        specification.encoding().unwrap_or(BASE32_NOPAD)
    });
    &LOWER
}

macro_rules! id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
        pub struct $name(pub [u8; 16]);

        impl $name {
            /// Reads the base32 form; `None` for anything else.
            pub fn parse(text: &str) -> Option<Self> {
                let bytes = base32().decode(text.to_ascii_lowercase().as_bytes()).ok()?;
                Some(Self(bytes.try_into().ok()?))
            }

            /// From the bytes of a key. `None` if there are not just 16.
            pub fn from_slice(bytes: &[u8]) -> Option<Self> {
                bytes.try_into().ok().map(Self)
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&base32().encode(&self.0))
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, "{self}")
            }
        }

        impl AsRef<[u8]> for $name {
            fn as_ref(&self) -> &[u8] {
                &self.0
            }
        }

        impl Serialize for $name {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                if serializer.is_human_readable() { serializer.collect_str(self) } else { self.0.serialize(serializer) }
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                if deserializer.is_human_readable() {
                    let text = String::deserialize(deserializer)?;
                    Self::parse(&text).ok_or_else(|| D::Error::custom(format!("{text:?} is no id")))
                } else {
                    <[u8; 16]>::deserialize(deserializer).map(Self)
                }
            }
        }
    };
}

id! {
    /// A blog: the first 16 bytes of BLAKE3 of its feed's canonical address when it was first met.
    BlogId
}

id! {
    /// A post: the first 16 bytes of BLAKE3 of the blog's id and the entry's id.
    PostId
}

id! {
    /// A person in the contact book: the first 16 bytes of BLAKE3 of what they were first known by, a blog or a way to
    /// reach them, so that two devices that meet one person mint one id.
    PersonId
}

id! {
    /// An entry in a person's log.
    EntryId
}

impl PersonId {
    /// The person behind a blog, while nothing else is known of them.
    pub fn of_blog(blog: BlogId) -> Self {
        let mut hasher = blake3::Hasher::new();
        hasher.update(b"person of blog ").update(&blog.0);
        Self(first_16(hasher.finalize()))
    }

    /// Somebody without a blog that is known: by an address of theirs, or by a name that no other in the book has.
    pub fn of_name(name: &str) -> Self {
        let mut hasher = blake3::Hasher::new();
        hasher.update(b"person called ").update(name.trim().to_lowercase().as_bytes());
        Self(first_16(hasher.finalize()))
    }
}

impl EntryId {
    pub fn of(person: PersonId, when: Timestamp, text: &str) -> Self {
        let mut hasher = blake3::Hasher::new();
        hasher.update(&person.0).update(&when.0.to_be_bytes()).update(text.as_bytes());
        Self(first_16(hasher.finalize()))
    }
}

impl BlogId {
    pub fn of(feed: &FeedUrl) -> Self {
        Self(first_16(blake3::hash(feed.canonical().as_bytes())))
    }
}

impl PostId {
    pub fn of(blog: BlogId, entry_id: &str) -> Self {
        let mut hasher = blake3::Hasher::new();
        hasher.update(&blog.0).update(entry_id.as_bytes());
        Self(first_16(hasher.finalize()))
    }
}

fn first_16(hash: blake3::Hash) -> [u8; 16] {
    let mut id = [0; 16];
    id.copy_from_slice(&hash.as_bytes()[..16]);
    id
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_is_shown_and_read_back() {
        let blog = BlogId::of(&FeedUrl::parse("https://example.org/feed.xml").unwrap());
        assert_eq!(blog.to_string().len(), 26);
        assert_eq!(BlogId::parse(&blog.to_string()), Some(blog));
        assert_eq!(BlogId::parse("nonsense!"), None);
        assert!(blog.to_string().chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit()));
    }

    #[test]
    fn one_feed_over_http_and_https_is_one_blog() {
        let of = |url| BlogId::of(&FeedUrl::parse(url).unwrap());
        assert_eq!(of("http://Example.org:80/feed#top"), of("https://example.org/feed"));
        assert_ne!(of("https://example.org/feed"), of("https://example.org/comments"));
    }
}
