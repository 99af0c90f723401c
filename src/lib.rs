//! penpal
