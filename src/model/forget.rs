//! Whom penpal was asked to forget: only keyed hashes are kept, so that they do not come back and nobody who finds the
//! list can read it.

use serde::{Deserialize, Serialize};

use super::{BlogId, PersonId};

/// Bytes of a hash that are kept: enough that nobody else is taken for them.
const HASH: usize = 16;

/// One wish to be forgotten.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Forget {
    /// The key of the hashes, in hex; another one for each wish.
    salt: String,
    /// BLAKE3 keyed with the salt of each name of theirs, in hex, sorted.
    of: Vec<String>,
}

/// What somebody can be met by.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Trace {
    Blog(BlogId),
    Person(PersonId),
    /// The key of a site.
    Site(String),
}

impl Forget {
    pub fn new(salt: [u8; 32], traces: &[Trace]) -> Self {
        let mut of: Vec<String> = traces.iter().map(|trace| hash(&salt, trace)).collect();
        of.sort();
        of.dedup();
        Self { salt: data_encoding::HEXLOWER.encode(&salt), of }
    }

    pub fn holds(&self, trace: &Trace) -> bool {
        let salt = data_encoding::HEXLOWER.decode(self.salt.as_bytes()).ok().and_then(|salt| salt.try_into().ok());
        salt.is_some_and(|salt: [u8; 32]| self.of.binary_search(&hash(&salt, trace)).is_ok())
    }
}

fn hash(salt: &[u8; 32], trace: &Trace) -> String {
    let name = match trace {
        Trace::Blog(id) => format!("blog {id}"),
        Trace::Person(id) => format!("person {id}"),
        Trace::Site(site) => format!("site {site}"),
    };
    data_encoding::HEXLOWER.encode(&blake3::keyed_hash(salt, name.as_bytes()).as_bytes()[..HASH])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_is_forgotten_is_known_again_and_cannot_be_read() {
        let traces = [Trace::Site("ann.example".into()), Trace::Blog(BlogId([1; 16]))];
        let forget = Forget::new([7; 32], &traces);
        assert!(traces.iter().all(|trace| forget.holds(trace)));
        assert!(!forget.holds(&Trace::Site("bob.example".into())) && !forget.holds(&Trace::Blog(BlogId([2; 16]))));
        assert!(!serde_json::to_string(&forget).unwrap().contains("ann"));
        let damaged = Forget { salt: "ab".into(), ..forget };
        assert!(!damaged.holds(&traces[0]));
    }
}
