//! From any address to a feed.
