//! Fuzzes on stable: changes seeds at random, and asks of each what `fuzz/promises.rs` asks.
//!
//! `cargo run --example fuzz -- TARGET SECONDS [NUMBER]`, with `CARGO_PROFILE_DEV_OPT_LEVEL=2` for speed. Another number
//! gives other changes, the same number the same ones. What breaks a promise, or takes long, is written to
//! `fuzz/finds/`; as a seed in `fuzz/seeds/` it is asked by every later test.
//!
//! Changes know how the formats are made: they cut and repeat tags, swap attributes, splice seeds, and put in pieces that have
//! broken readers before. `cargo fuzz` knows what code an input reaches, and this does not; this needs no nightly compiler.

#[path = "../fuzz/promises.rs"]
mod promises;

use std::path::Path;
use std::time::{Duration, Instant};

/// An answer that takes longer is a finding, for inputs as small as these.
const SLOW: Duration = Duration::from_secs(3);
/// Bytes of an input.
const LONGEST: usize = 64 << 10;

/// What has broken readers of feeds, pages, lists and dates before.
const PIECES: [&str; 88] = [
    "<",
    ">",
    "&",
    "\"",
    "'",
    "</",
    "/>",
    "<!--",
    "-->",
    "<![CDATA[",
    "]]>",
    "<?xml version='1.0' encoding='utf-16'?>",
    "<!DOCTYPE x [<!ENTITY a \"&a;&a;\">]>",
    "&#0;",
    "&#x202e;",
    "&#xD800;",
    "&#146;",
    "&nbsp;",
    "&amp;lt;",
    "&NotEqualTilde;",
    "\u{0}",
    "\u{1b}]8;;http://x\u{7}",
    "\u{9b}31m",
    "\u{202e}",
    "\u{2066}",
    "\u{feff}",
    "\u{e0041}",
    "\u{1f3f4}\u{e0067}",
    "\u{fffe}",
    "👩\u{200d}🚀",
    "ẞİ",
    "\u{2028}",
    "<rss>",
    "<channel>",
    "<item>",
    "</item>",
    "<entry>",
    "</entry>",
    "<title>",
    "<content type='xhtml'>",
    "<content type='html'>",
    " xml:base='http://[' ",
    " xmlns='http://www.w3.org/1999/xhtml' ",
    "<script>",
    "</script>",
    "<style>",
    "<svg>",
    "<math><mi>",
    "<foreignObject>",
    "<noscript>",
    "<template>",
    "<plaintext>",
    "<textarea>",
    "<select>",
    "<table>",
    "<tr>",
    "<td>",
    "<caption>",
    "<a href='java&Tab;script:x'>",
    "<img src=x onerror=y>",
    " style='position:fixed' ",
    " srcset='a 1x,b' ",
    "<p>",
    "<b>",
    "<form>",
    "<annotation-xml encoding='text/html'>",
    "<base href=x>",
    "\r\n",
    "\t",
    "{\"",
    "\"}",
    "[",
    "]",
    "\\ud83d",
    "\\u0000",
    ":null,",
    "1e999",
    "<outline text='",
    "xmlUrl='http://",
    "-",
    "+",
    "T24:00",
    "99999999999999999999",
    "1",
    "Jan",
    "月",
    "٣",
    "GMT+",
];

/// xorshift64*: changes that can be had again need no better one.
struct Chance(u64);

impl Chance {
    /// Below `end`; 0 if that is 0.
    fn below(&mut self, end: usize) -> usize {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        let number = self.0.wrapping_mul(0x2545_f491_4f6c_dd1d) >> 33;
        usize::try_from(number).unwrap_or_default().checked_rem(end).unwrap_or_default()
    }

    fn of<'a, T: ?Sized>(&mut self, list: &[&'a T]) -> &'a T {
        list[self.below(list.len())]
    }
}

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let argument = |at: usize| arguments.get(at).map(String::as_str).unwrap_or_default();
    let promise: fn(&[u8]) = match argument(0) {
        "decode" => promises::decode,
        "feed" => promises::feed,
        "sanitise" => promises::sanitise,
        "opml" => promises::opml,
        "dates" => promises::dates,
        "page" => promises::page,
        other => {
            eprintln!("{other:?} is none of decode, feed, sanitise, opml, dates, page");
            std::process::exit(2);
        }
    };
    let seconds = argument(1).parse().unwrap_or(60);
    let mut chance = Chance(argument(2).parse().unwrap_or(1) | 1 << 40);
    let fuzz = Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz");
    let mut seeds = seeds(&fuzz.join("seeds").join(argument(0)));
    let (begin, mut asked, mut found) = (Instant::now(), 0_u64, 0_u64);
    while begin.elapsed() < Duration::from_secs(seconds) {
        let input = changed(&seeds, &mut chance);
        let ask = || {
            let start = Instant::now();
            let kept = std::panic::catch_unwind(|| promise(&input)).is_ok();
            (kept, start.elapsed() > SLOW)
        };
        let (kept, slow) = ask();
        asked += 1;
        // A machine that is busy elsewhere is slow once.
        if !kept || (slow && (0..5).all(|_| ask().1)) {
            found += 1;
            let finds = fuzz.join("finds");
            let file = finds.join(format!("{}-{asked}", argument(0)));
            let written = std::fs::create_dir_all(&finds).and_then(|()| std::fs::write(&file, &input));
            eprintln!("{}: {} ({written:?})", if kept { "slow" } else { "broken" }, file.display());
        } else if chance.below(50) == 0 {
            // What survived is a place to go on from.
            let at = chance.below(2000);
            if seeds.len() < 2000 { seeds.push(input) } else { seeds[at] = input }
        }
    }
    println!("{}: {asked} inputs, {found} findings", argument(0));
    std::process::exit(i32::from(found > 0));
}

fn seeds(folder: &Path) -> Vec<Vec<u8>> {
    let mut files: Vec<_> = std::fs::read_dir(folder).into_iter().flatten().flatten().map(|file| file.path()).collect();
    files.sort();
    let mut seeds: Vec<Vec<u8>> = files.iter().filter_map(|file| std::fs::read(file).ok()).collect();
    seeds.push(Vec::new());
    seeds
}

/// A seed with a few changes.
fn changed(seeds: &[Vec<u8>], chance: &mut Chance) -> Vec<u8> {
    let mut input = seeds[chance.below(seeds.len())].clone();
    for _ in 0..=chance.below(8) {
        change(&mut input, seeds, chance);
    }
    input.truncate(LONGEST);
    input
}

fn change(input: &mut Vec<u8>, seeds: &[Vec<u8>], chance: &mut Chance) {
    let at = chance.below(input.len() + 1);
    let (from, to) = part(input, chance);
    match chance.below(12) {
        0..=2 => splice(input, at, chance.of(&PIECES).as_bytes()),
        3 => drop(input.drain(from..to)),
        4 => {
            let copy = input[from..to].to_vec();
            splice(input, at, &copy);
        }
        5 => {
            let copy = input[from..to].to_vec();
            let times = 1 << chance.below(8);
            splice(input, to, &copy.repeat(times.min(LONGEST / (copy.len() + 1))));
        }
        6 => {
            let other = &seeds[chance.below(seeds.len())];
            let (from, to) = part(other, chance);
            splice(input, at, &other[from..to]);
        }
        7 => input.truncate(at),
        8 => {
            if let Some(byte) = input.get_mut(at) {
                *byte ^= 1 << chance.below(8);
            }
        }
        9 => {
            if let Some(byte) = input.get_mut(at) {
                *byte = u8::try_from(chance.below(256)).unwrap_or_default();
            }
        }
        10 => input[from..to].reverse(),
        // In another encoding.
        _ if chance.below(4) == 0 => {
            let text = String::from_utf8_lossy(input).into_owned();
            let units = text.encode_utf16();
            *input = if at.is_multiple_of(2) {
                units.flat_map(u16::to_le_bytes).collect()
            } else {
                units.flat_map(u16::to_be_bytes).collect()
            };
        }
        _ => {
            let times = 1 << chance.below(10);
            let piece = chance.of(&PIECES).repeat(times);
            splice(input, at, piece.as_bytes());
        }
    }
}

fn splice(input: &mut Vec<u8>, at: usize, piece: &[u8]) {
    if input.len() < LONGEST {
        input.splice(at..at, piece.iter().copied());
    }
}

/// A part to work on: half of the time from tag to tag.
fn part(input: &[u8], chance: &mut Chance) -> (usize, usize) {
    let from = chance.below(input.len() + 1);
    let length = 1 << chance.below(12);
    let to = (from + chance.below(length) + 1).min(input.len());
    if chance.below(2) == 0 {
        return (from, to);
    }
    let find = |wanted: u8, from: usize| input[from..].iter().position(|byte| *byte == wanted).map(|at| from + at);
    let start = find(b'<', from).unwrap_or(from);
    let end = find(b'>', start).map_or(to.max(start), |end| end + 1);
    (start, end)
}
