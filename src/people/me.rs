//! Who the user says they are, for whoever is written to.

use serde::{Deserialize, Serialize};

use crate::model::{PageUrl, Plain};

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Me {
    pub name: Option<Plain>,
    /// A sentence or two, as they stand in every letter.
    pub about: Option<Plain>,
    /// The user's own blogs, the first one first.
    pub blogs: Vec<PageUrl>,
    /// Where answers go.
    pub mail: Option<Plain>,
    /// Languages that the user writes (ISO 639-1), the best first; empty for any.
    pub languages: Vec<String>,
}
