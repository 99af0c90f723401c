//! An HTML page and what it offers.
pub mod decode;
