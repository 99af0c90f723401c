//! Dates as feeds have them: RFC 822 with every kind of wrong, ISO 8601 in all its lengths, other languages.
//!
//! A date is read as a run of numbers and words, not by a format, because no list of formats holds what people write.
//! What contradicts itself (hour 25, month 13) is no date: a wrong one is worse than none.

use chrono::{DateTime, Datelike, Days, NaiveDate, NaiveDateTime, NaiveTime, TimeDelta, Weekday};

use super::date_pieces::Piece::{self, Mark, Number, Word};
use super::date_pieces::{numbered, pieces, tidy};
use super::date_words::{afternoon, month, zone};
use super::mend::cut;
use crate::model::Timestamp;

/// Characters that are looked at; the longest real date has about 50.
const LONGEST: usize = 100;

/// Reads a date; `None` if it can't be understood. Without a zone it is UTC, without a time midnight.
pub(super) fn parse(text: &str) -> Option<Timestamp> {
    let text = tidy(text);
    let pieces = pieces(cut(&text, LONGEST));
    let (moment, offset) = epoch(&pieces).map(|moment| (moment, 0)).or_else(|| read(&pieces))?;
    let moment = if is_buddhist(&text) { moment.with_year(moment.year() - 543)? } else { moment };
    Some(Timestamp(moment.checked_sub_signed(TimeDelta::seconds(offset))?.and_utc().timestamp()))
}

/// Whether its year is counted as in Thailand, which its month or weekday in Thai letters tells, and the year itself.
fn is_buddhist(text: &str) -> bool {
    let is_thai = |c: char| ('\u{e01}'..='\u{e4e}').contains(&c);
    text.contains(is_thai) && text.split(|c: char| !c.is_ascii_digit()).any(|year| year.len() == 4 && year >= "2400")
}

/// What was assumed in reading a date that [`parse`] understands; `None` if it says all by itself.
pub(super) fn assumed(text: &str) -> Option<&'static str> {
    let text = tidy(text);
    let pieces = pieces(cut(&text, LONGEST));
    if epoch(&pieces).is_some() || matches!(pieces.as_slice(), [Number(_, 12 | 14), ..]) {
        return None;
    }
    if year_first(&pieces).or_else(|| named_month(&pieces)).or_else(|| late_year(&pieces)).is_none() {
        return Some("day and month in numbers, in an order that was guessed");
    }
    let is_time = |pair: &[Piece<'_>]| matches!(pair, [Number(_, 1 | 2), Mark(':')]);
    let Some(time) = pieces.windows(2).position(is_time) else {
        return Some("no time of day, taken for midnight UTC");
    };
    let behind = &pieces[time..];
    let has_zone = zone_name(behind).is_some() || numeric_offset(behind).is_some();
    (!has_zone).then_some("no time zone that is known, taken for UTC")
}

/// Seconds or, in 13 digits, milliseconds, in 16, microseconds since 1970.
fn epoch(pieces: &[Piece]) -> Option<NaiveDateTime> {
    let moment = match *pieces {
        [Number(seconds, 10)] => DateTime::from_timestamp(i64::try_from(seconds).ok()?, 0),
        // A fraction of a second.
        [Number(seconds, 10), Mark('.'), Number(..)] => DateTime::from_timestamp(i64::try_from(seconds).ok()?, 0),
        [Number(milliseconds, 13)] => DateTime::from_timestamp_millis(i64::try_from(milliseconds).ok()?),
        [Number(microseconds, 16)] => DateTime::from_timestamp_micros(i64::try_from(microseconds).ok()?),
        _ => None,
    };
    moment.map(|moment| moment.naive_utc())
}

/// The local moment and the zone's offset from UTC in seconds.
fn read(pieces: &[Piece]) -> Option<(NaiveDateTime, i64)> {
    if let [Number(compact, 14), rest @ ..] = pieces {
        let time = clock(compact / 10_000 % 100, compact / 100 % 100, compact % 100)?;
        return Some((compact_day(compact / 1_000_000)?.and_time(time), offset(rest)));
    }
    if let [Number(compact, 12), rest @ ..] = pieces {
        let time = clock(compact / 100 % 100, compact % 100, 0)?;
        return Some((compact_day(compact / 10_000)?.and_time(time), offset(rest)));
    }
    let (date, rest) =
        year_first(pieces).or_else(|| named_month(pieces)).or_else(|| slashes(pieces)).or_else(|| late_year(pieces))?;
    let (time, rest) = match time(rest) {
        // ISO 8601 lets a day end at 24:00.
        Some(((24, 0, 0), rest)) => {
            return Some((date.checked_add_days(Days::new(1))?.and_time(NaiveTime::MIN), offset(rest)));
        }
        Some(((hour, minute, second), rest)) => (clock(hour, minute, second)?, rest),
        None => (NaiveTime::MIN, rest),
    };
    Some((date.and_time(time), offset(rest)))
}

/// Seconds that a zone's clocks are ahead of UTC; none where no zone is named.
fn offset(rest: &[Piece]) -> i64 {
    numeric_offset(rest).or_else(|| zone_name(rest)).unwrap_or(0)
}

/// Year 1 is what programs write that know of no date.
const YEARS: std::ops::RangeInclusive<u64> = 1000..=9999;

fn day(year: u64, month: u32, day: u64) -> Option<NaiveDate> {
    let (known_year, day) = (i32::try_from(year).ok()?, u32::try_from(day).ok()?);
    NaiveDate::from_ymd_opt(known_year, month, day).filter(|_| YEARS.contains(&year))
}

fn ordinal(year: u64, day: u64) -> Option<NaiveDate> {
    NaiveDate::from_yo_opt(i32::try_from(year).ok()?, u32::try_from(day).ok()?)
}

/// A day of an ISO week; Monday is 1.
fn day_of_week(year: u64, week: u64, day: u64) -> Option<NaiveDate> {
    let weekday = Weekday::try_from(u8::try_from(day.checked_sub(1)?).ok()?).ok()?;
    NaiveDate::from_isoywd_opt(i32::try_from(year).ok()?, u32::try_from(week).ok()?, weekday)
}

/// Two digits are a year around now, as RFC 2822, 4.3 has it.
fn full_year(number: u64, digits: usize) -> Option<u64> {
    match (digits, number) {
        (4, year) => Some(year),
        (2, 0..=49) => Some(2000 + number),
        (2 | 3, _) => Some(1900 + number),
        _ => None,
    }
}

/// [`year_first`] behind words that say nothing: `Sat, 2004/01/31`.
fn late_year<'p, 't>(pieces: &'p [Piece<'t>]) -> Option<(NaiveDate, &'p [Piece<'t>])> {
    let start = pieces.iter().position(|piece| number(piece).is_some())?;
    (start > 0 && matches!(pieces[start..], [Number(_, 4), Mark('-' | '/' | '.'), ..]))
        .then(|| year_first(&pieces[start..]))
        .flatten()
}

/// `2004-01-31`, `2004/1/31`, `2004-01`, `2004`, `20040131`, `2004-031`, `2004年5月28日`, `2004-july-13`, `2004-W05-6`.
fn year_first<'p, 't>(pieces: &'p [Piece<'t>]) -> Option<(NaiveDate, &'p [Piece<'t>])> {
    match pieces {
        [Number(compact, 8), rest @ ..] => Some((compact_day(*compact)?, rest)),
        [Number(compact, 7), rest @ ..] => Some((ordinal(compact / 1000, compact % 1000)?, rest)),
        [Number(year, 4), Mark('-'), Number(number, 3), rest @ ..] => Some((ordinal(*year, *number)?, rest)),
        [Number(year, 4), Mark('-'), Word("w"), Number(week, 2), Mark('-'), Number(day, 1), rest @ ..] => {
            Some((day_of_week(*year, *week, *day)?, rest))
        }
        [Number(year, 4), Word("w"), Number(week_and_day, 3), rest @ ..] => {
            Some((day_of_week(*year, week_and_day / 10, week_and_day % 10)?, rest))
        }
        [Number(year, 4), rest @ ..] => {
            let rest = separated(rest);
            let (month, rest) = match rest {
                // Latvian has the day before the month: `2004. gada 1. janvāris`.
                [Number(number, 1 | 2), Mark('.'), Mark(' '), Word(name), rest @ ..] if month(name).is_some() => {
                    return Some((day(*year, month(name)?, *number)?, rest));
                }
                [Number(month, 1 | 2), rest @ ..] => (numbered(*month)?, rest),
                [Word(name), rest @ ..] => (month(name)?, rest),
                [] => return Some((day(*year, 1, 1)?, rest)),
                _ => return None,
            };
            match separated(rest) {
                [Number(number, 1 | 2), rest @ ..] => {
                    let rest = match rest {
                        [Word("日" | "일"), rest @ ..] => rest,
                        rest => rest,
                    };
                    Some((day(*year, month, *number)?, rest))
                }
                [] => Some((day(*year, month, 1)?, &[])),
                _ => None,
            }
        }
        _ => None,
    }
}

/// `20040131`
fn compact_day(compact: u64) -> Option<NaiveDate> {
    day(compact / 10_000, numbered(compact / 100 % 100)?, compact % 100)
}

fn clock(hour: u64, minute: u64, second: u64) -> Option<NaiveTime> {
    NaiveTime::from_hms_opt(u32::try_from(hour).ok()?, u32::try_from(minute).ok()?, u32::try_from(second).ok()?)
}

/// What may stand between the numbers of a date.
fn separated<'p, 't>(pieces: &'p [Piece<'t>]) -> &'p [Piece<'t>] {
    let mut rest = pieces;
    while let [Mark('-' | '/' | '.' | ' ' | ','), after @ ..]
    | [Word("年" | "月" | "년" | "월" | "m" | "gada"), after @ ..] = rest
    {
        rest = after;
    }
    rest
}

/// `Thu, 01 Jan 2004`, `Jan 1, 2004`, `Thu Jan 1 19:48:21 2004`, `01-Jan-04`: a month's name, a day and a year.
fn named_month<'p, 't>(pieces: &'p [Piece<'t>]) -> Option<(NaiveDate, &'p [Piece<'t>])> {
    // "mar" is March and, in half of Europe, Tuesday; a month stands behind its day where anything does.
    let names = pieces.iter().enumerate().filter_map(|(at, piece)| match piece {
        Word(name) => Some((at, month(name)?)),
        _ => None,
    });
    let day_before = |at: usize| pieces[..at].iter().rev().find(|piece| !matches!(piece, Mark(_)));
    let after_day = names.clone().find(|(at, _)| matches!(day_before(*at), Some(Number(_, 1 | 2))));
    let (at, month) = after_day.or_else(|| names.clone().next())?;
    let before = pieces[..at].iter().rev().find_map(number);
    // The numbers behind the month that belong to no time of day.
    let behind: Vec<(usize, (u64, usize))> = pieces
        .iter()
        .enumerate()
        .skip(at + 1)
        .filter(|(index, _)| {
            let colon = |neighbour: Option<usize>| neighbour.is_some_and(|at| pieces.get(at) == Some(&Mark(':')));
            // The year of `01/Jan/2004:19:48:21` is no hour.
            let is_hour = colon(Some(index + 1)) && !matches!(pieces[*index], Number(_, 4));
            !is_hour && !colon(index.checked_sub(1)) && !is_signed(pieces, *index)
        })
        .filter_map(|(index, piece)| Some((index, number(piece)?)))
        .collect();
    let (number_of_day, (year_at, year)) = match (before, behind.as_slice()) {
        (Some((day, 1 | 2)), [year, ..]) => (day, *year),
        (_, [(_, (day, 1 | 2)), year, ..]) => (*day, *year),
        // A month of a year begins with its first day.
        (None, [year @ (_, (_, 4))]) => (1, *year),
        _ => return None,
    };
    let date = day(full_year(year.0, year.1)?, month, number_of_day)?;
    // asctime has the year last, behind the time.
    let has_time_before = pieces[at..year_at].contains(&Mark(':'));
    Some((date, if has_time_before { &pieces[at + 1..year_at] } else { &pieces[year_at + 1..] }))
}

/// Whether a number is a zone's distance from UTC: its sign stands by itself.
fn is_signed(pieces: &[Piece], at: usize) -> bool {
    match pieces[..at] {
        [.., Mark('+')] => true,
        [.., Mark(' '), Mark('-')] => matches!(pieces[at], Number(_, 4)) && pieces[..at].contains(&Mark(':')),
        _ => false,
    }
}

fn number(piece: &Piece) -> Option<(u64, usize)> {
    match piece {
        Number(number, digits) => Some((*number, *digits)),
        _ => None,
    }
}

/// `31/1/2004`, `1/31/2004`, `31.01.2004`. Where both could be a month, points mean the day first and slashes the month.
fn slashes<'p, 't>(pieces: &'p [Piece<'t>]) -> Option<(NaiveDate, &'p [Piece<'t>])> {
    let start = pieces.iter().position(|piece| number(piece).is_some())?;
    let [
        Number(first, 1 | 2),
        Mark(mark @ ('/' | '.' | '-')),
        Number(second, 1 | 2),
        Mark(same),
        Number(year, digits),
        rest @ ..,
    ] = &pieces[start..]
    else {
        return None;
    };
    (mark == same).then_some(())?;
    if *mark == '-' && *digits == 2 {
        // ISO 8601 before 2000.
        return Some((day(full_year(*first, 2)?, numbered(*second)?, *year)?, rest));
    }
    let day_first = *first > 12 || (*mark != '/' && *second <= 12);
    let (number, month) = if day_first { (*first, *second) } else { (*second, *first) };
    Some((day(full_year(*year, *digits)?, numbered(month)?, number)?, rest))
}

/// Hour, minute and second, as written.
type Clock = (u64, u64, u64);

/// The first time of day in it, and what is behind it; `None` if there is none.
fn time<'p, 't>(pieces: &'p [Piece<'t>]) -> Option<(Clock, &'p [Piece<'t>])> {
    match pieces {
        // A date with a zone and no time.
        [Mark('+'), Number(..), ..] | [Mark('-'), Number(_, 2), Mark(':'), Number(_, 2)] => return None,
        // `T19Z`
        [Word("t"), Number(hour, 2), rest @ ..] if !matches!(rest, [Mark(':' | '.'), Number(..), ..]) => {
            return Some(((*hour, 0, 0), rest));
        }
        _ => {}
    }
    let colon = pieces.windows(2).position(|pair| matches!(pair, [Number(_, 1 | 2), Mark(':')]));
    let at = colon.or_else(|| pieces.iter().position(|piece| number(piece).is_some()))?;
    let afternoon_before = pieces[..at].iter().find_map(half);
    let signed = at.checked_sub(1).is_some_and(|before| matches!(pieces[before], Mark('+')));
    let (hour, minute, second, mut rest) = match &pieces[at..] {
        [Number(hour, 1 | 2), Mark(':' | '.'), Number(minute, 1 | 2), rest @ ..] => match rest {
            [Mark(':' | '.'), Number(second, 1 | 2), Mark('.' | ','), Number(..), rest @ ..]
            | [Mark(':' | '.'), Number(second, 1 | 2), rest @ ..] => (*hour, *minute, *second, rest),
            rest => (*hour, *minute, 0, rest),
        },
        [Number(compact, 6), rest @ ..] if !signed => (compact / 10_000, compact / 100 % 100, compact % 100, rest),
        [Number(compact, 4), rest @ ..] if !signed && at > 0 => (compact / 100, compact % 100, 0, rest),
        // An hour alone: `02 Jan 2006 15 -0700`.
        [Number(hour, 2), rest @ ..]
            if !signed && (rest.is_empty() || zone_name(rest).is_some() || numeric_offset(rest).is_some()) =>
        {
            (*hour, 0, 0, rest)
        }
        _ => return None,
    };
    let mut hour = hour;
    let skipped = usize::from(rest.first() == Some(&Mark(' ')));
    let afternoon = afternoon_before.or_else(|| {
        let found = rest.get(skipped).and_then(half)?;
        rest = &rest[skipped + 1..];
        Some(found)
    });
    match afternoon {
        Some(true) if hour < 12 => hour += 12,
        Some(false) if hour == 12 => hour = 0,
        _ => {}
    }
    // A leap second is the one before it.
    Some(((hour, minute, if second == 60 { 59 } else { second }), rest))
}

fn half(piece: &Piece) -> Option<bool> {
    match piece {
        Word(word) => afternoon(word),
        _ => None,
    }
}

/// `+0100`, `-05:30`, `+1`: seconds.
fn numeric_offset(pieces: &[Piece]) -> Option<i64> {
    let at = pieces.iter().position(|piece| matches!(piece, Mark('+' | '-' | '−')))?;
    let (hours, minutes) = match &pieces[at + 1..] {
        [Number(hours, 1 | 2), Mark(':'), Number(minutes, 2), ..] => (*hours, *minutes),
        [Number(compact, 3 | 4), ..] => (compact / 100, compact % 100),
        [Number(hours, 1 | 2), ..] => (*hours, 0),
        _ => return None,
    };
    let seconds = i64::try_from(hours * 3600 + minutes * 60).ok()?;
    (hours <= 15 && minutes < 60).then_some(if pieces[at] == Mark('+') { seconds } else { -seconds })
}

fn zone_name(pieces: &[Piece]) -> Option<i64> {
    pieces.iter().find_map(|piece| match piece {
        Word(word) => zone(word),
        _ => None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_date_leaves_open_is_known() {
        for (text, open) in [
            ("Thu, 01 Jan 2004 19:48:21 GMT", None),
            ("2004-01-31T19:48:21Z", None),
            ("2004-01-31T19:48:21.5-05:30", None),
            ("1075578501", None),
            ("2004-01-31T19:48:21", Some("zone")),
            ("Thu, 01 Jan 2004 19:48:21 XYZ", Some("zone")),
            ("2004-01-31", Some("midnight")),
            ("3/4/2004 10:00", Some("order")),
        ] {
            let found = assumed(text);
            assert!(found.is_some() == open.is_some(), "{text}: {found:?}");
            assert!(open.is_none_or(|word| found.unwrap().contains(word)), "{text}: {found:?}");
        }
    }

    #[test]
    fn dates_are_read_as_they_were_meant() {
        for (written, moment) in [
            ("Thu, 01 Jan 2004 19:48:21 GMT", "2004-01-01T19:48:21Z"),
            ("1 Jan 2004 19:48 EST", "2004-01-02T00:48:00Z"),
            ("Thu, 01 Jan 04 19:48:21 +0100 (CET)", "2004-01-01T18:48:21Z"),
            ("Thu,      01-Jan-2004 19:48:21 PDT", "2004-01-02T02:48:21Z"),
            ("Thu Jan  1 19:48:21 2004", "2004-01-01T19:48:21Z"),
            ("Thu Jan  1 19:48:21 UTC 2004", "2004-01-01T19:48:21Z"),
            ("January 31, 2004 7:48 pm", "2004-01-31T19:48:00Z"),
            ("Thu, Jan 01 2004 12:00:00 AM", "2004-01-01T00:00:00Z"),
            ("Wed, 01 Sept 2004", "2004-09-01T00:00:00Z"),
            ("mar, 09 mar 2010 10:00:00 +0100", "2010-03-09T09:00:00Z"),
            ("Do, 11 März 2010 10:00:00 +0100", "2010-03-11T09:00:00Z"),
            ("jeu. 5 août 2010 10:00:00", "2010-08-05T10:00:00Z"),
            ("Чт, 01 июл 2004 10:00:00 +0400", "2004-07-01T06:00:00Z"),
            ("2004-július-13T9:15-05:00", "2004-07-13T14:15:00Z"),
            ("2004-01-01T19:48:21.123456789+01:00", "2004-01-01T18:48:21Z"),
            ("2004-01-01t19:48:21z", "2004-01-01T19:48:21Z"),
            ("2004-01-01 19:48:21 EST", "2004-01-02T00:48:21Z"),
            ("2004-01-01T24:00:00Z", "2004-01-02T00:00:00Z"),
            ("20040101194821", "2004-01-01T19:48:21Z"),
            ("2004031", "2004-01-31T00:00:00Z"),
            ("1072986501000", "2004-01-01T19:48:21Z"),
            ("mar, 10 abr 2012", "2012-04-10T00:00:00Z"),
            ("04-01-31", "2004-01-31T00:00:00Z"),
            ("2004-01-01T19:48-05", "2004-01-02T00:48:00Z"),
            ("20040101T194821Z", "2004-01-01T19:48:21Z"),
            ("2004/1/31 1:02", "2004-01-31T01:02:00Z"),
            ("2004-02", "2004-02-01T00:00:00Z"),
            ("2004-060", "2004-02-29T00:00:00Z"),
            ("2004", "2004-01-01T00:00:00Z"),
            ("2004年5月28日 01:31:15", "2004-05-28T01:31:15Z"),
            ("2004년 5월 28일 오후 11:31:15", "2004-05-28T23:31:15Z"),
            ("1/31/2004 7:48:21 PM", "2004-01-31T19:48:21Z"),
            ("31.01.2004 19:48", "2004-01-31T19:48:00Z"),
            ("1072986501", "2004-01-01T19:48:21Z"),
            ("Sat, 31 Dec 2016 23:59:60 GMT", "2016-12-31T23:59:59Z"),
            ("Thu, 01 Jan 2004 19:48:21 -0530", "2004-01-02T01:18:21Z"),
            ("Thu, 01 Jan 2004 7:48 p.m. ET", "2004-01-02T00:48:00Z"),
            ("5 février 2004 à 19h48", "2004-02-05T19:48:00Z"),
            ("5 février 2004 à 19h", "2004-02-05T19:00:00Z"),
            ("2004年1月5日（月）10時30分15秒", "2004-01-05T10:30:15Z"),
            ("2004년 5월 28일 오후 1시 31분", "2004-05-28T13:31:00Z"),
            ("周四, 01 1月 2004 19:48:21 +0800", "2004-01-01T11:48:21Z"),
            ("十二月 5, 2004", "2004-12-05T00:00:00Z"),
            ("5 tháng 3, 2004", "2004-03-05T00:00:00Z"),
            ("середа, 05 серпня 2004 10:00", "2004-08-05T10:00:00Z"),
            ("5 lipnja 2004", "2004-06-05T00:00:00Z"),
            ("5 lipca 2004", "2004-07-05T00:00:00Z"),
            ("الخميس, 01 يناير 2004 19:48:21 +0000", "2004-01-01T19:48:21Z"),
            ("2004-01-01T19Z", "2004-01-01T19:00:00Z"),
            ("2004-01-01+01:00", "2003-12-31T23:00:00Z"),
            ("2004-W01-4T10:00:00Z", "2004-01-01T10:00:00Z"),
            ("2004W014", "2004-01-01T00:00:00Z"),
            ("Fri, 2006/09/15 08:19:53 EDT", "2006-09-15T12:19:53Z"),
            ("200609150819", "2006-09-15T08:19:00Z"),
            ("1158301193.5", "2006-09-15T06:19:53Z"),
            ("1072986501000000", "2004-01-01T19:48:21Z"),
            ("Thu Jan 01 14:48:21 -0500 2004", "2004-01-01T19:48:21Z"),
            ("01/Jan/2004:19:48:21 +0100", "2004-01-01T18:48:21Z"),
            ("Mon, 02 Jan 2006 15 -0700", "2006-01-02T22:00:00Z"),
            ("January 2004", "2004-01-01T00:00:00Z"),
            ("２００４年１月１日 １９：４８", "2004-01-01T19:48:00Z"),
            ("٠١ يناير ٢٠٠٤ ١٩:٤٨", "2004-01-01T19:48:00Z"),
            ("1 اكتوبر 2004", "2004-10-01T00:00:00Z"),
            ("1 มกราคม 2547 19:48", "2004-01-01T19:48:00Z"),
            ("ב-1 בינואר 2004", "2004-01-01T00:00:00Z"),
            ("2004 m. sausio 31 d. 19:48", "2004-01-31T19:48:00Z"),
            ("2004. gada 31. janvāris", "2004-01-31T00:00:00Z"),
            ("Thứ Hai, 01 Tháng Mười Hai 2004", "2004-12-01T00:00:00Z"),
            ("01 Tháng Một 2004", "2004-01-01T00:00:00Z"),
            ("Thu, 01 Jan 2004 19:48:21 NST", "2004-01-01T23:18:21Z"),
        ] {
            assert_eq!(parse(written).map(Timestamp::rfc3339).as_deref(), Some(moment), "{written}");
        }
    }

    #[test]
    fn what_is_no_date_gives_none() {
        for written in [
            "",
            "soon",
            "x",
            "Thu, 32 Jan 2004",
            "2004-13-01",
            "99999-01-01",
            "Thu, 01 Jan 2004 25:00:00 GMT",
            "yesterday at 10:00",
            "1 Jan",
            // What programs write that know of no date.
            "Mon, 01 Jan 0001 00:00:00 +0000",
            "0001-01-01T00:00:00Z",
            "-0001-11-30T00:00:00+00:00",
            "0000-00-00 00:00:00",
            "Wed, 30 Nov -0001 00:00:00 +0000",
            &"1".repeat(999),
        ] {
            assert_eq!(parse(written), None, "{written}");
        }
    }
}
