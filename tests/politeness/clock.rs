//! Two clocks: the time that it is, which servers know, and what the machine's clock shows, which may be wrong.

use std::sync::atomic::{AtomicI64, Ordering::SeqCst};

use penpal::model::Timestamp;

pub const MINUTE: i64 = 60;
pub const HOUR: i64 = 3600;
pub const DAY: i64 = 24 * HOUR;

/// 2026-10-05, a Monday, 00:00 UTC: the month begins.
pub const BEGIN: i64 = 1_791_158_400;

static REAL: AtomicI64 = AtomicI64::new(BEGIN);
static WRONG_BY: AtomicI64 = AtomicI64::new(0);

pub fn set(real: i64, wrong_by: i64) {
    REAL.store(real, SeqCst);
    WRONG_BY.store(wrong_by, SeqCst);
}

/// Seconds since the Unix epoch.
pub fn real() -> i64 {
    REAL.load(SeqCst)
}

/// What penpal is told.
pub fn shown() -> Timestamp {
    Timestamp(real() + WRONG_BY.load(SeqCst))
}

/// Whether the machine believes that promises have run out which have not.
pub fn runs_ahead() -> bool {
    WRONG_BY.load(SeqCst) > 0
}

/// Days of the month that have passed.
pub fn day() -> i64 {
    (real() - BEGIN) / DAY
}

/// As HTTP writes it (RFC 9110, 5.6.7).
pub fn http_date(seconds: i64) -> String {
    httpdate::fmt_http_date(std::time::UNIX_EPOCH + std::time::Duration::from_secs(seconds as u64))
}
