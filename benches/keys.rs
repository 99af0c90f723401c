//! From a key to the screen, idle and while 1,000 feeds are being asked for the first time by the same process: the real
//! binary in a pseudo-terminal, a move of the cursor in the River, and the time until the terminal shows the other post.
//! Whoever reads must not feel that penpal is busy, so what counts is the ratio of the two.

use std::time::{Duration, Instant};

#[path = "support/mod.rs"]
mod made;
#[path = "../tests/support/mod.rs"]
mod support;

use support::{Answer, Console, Penpal, Server};

/// Feeds that one server has; it is asked for one at a time.
const OF_ONE: usize = 20;
const POSTS: u64 = 35;

fn main() {
    // `cargo test` runs this too, to see that it can be run.
    let is_bench = std::env::args().any(|argument| argument == "--bench");
    let (known, new, idle) = if is_bench { (200, 1_000, 500) } else { (20, 20, 4) };
    let penpal = Penpal::new();
    let (_had, feeds) = served(0, known);
    penpal.subscribe(&feeds);
    penpal.done(&["refresh"]);
    let (_fresh, feeds) = served(known, new);
    penpal.subscribe(&feeds);

    let mut console = Console::open(&penpal, &[]);
    console.wait_for("Today");
    console.type_in("2");
    console.wait("the River", |screen| screen.contents().contains("[2 River") && !preview(screen).is_empty());
    let idle: Vec<Duration> = (0..idle).map(|step| key(&mut console, step)).collect();
    console.type_in("r");
    console.wait("that it asks", is_busy);
    let mut busy = Vec::new();
    while is_busy(console.parser.screen()) {
        busy.push(key(&mut console, busy.len()));
    }
    assert_eq!(console.quit(), 0);
    println!("| milliseconds | median | 99 % | worst |\n|---|---|---|---|");
    let (idle, busy) = (told("idle", idle), told("refreshing", busy));
    println!("| ratio | {:.2} | {:.2} | |", busy[0] / idle[0], busy[1] / idle[1]);
}

/// So many feeds from this number on, each with posts of its own.
fn served(first: usize, many: usize) -> (Vec<Server>, Vec<String>) {
    let (mut servers, mut addresses) = (Vec::new(), Vec::new());
    for begin in (first..first + many).step_by(OF_ONE) {
        let server = Server::start();
        for number in begin..(begin + OF_ONE).min(first + many) {
            let posts = number as u64 * POSTS..(number as u64 + 1) * POSTS;
            let path = format!("/{number}");
            server.serve(&path, Answer::feed(made::feed_of(posts, &made::plain)));
            addresses.push(server.url(&path));
        }
        servers.push(server);
    }
    (servers, addresses)
}

/// The title of the post under the cursor, which stands below the list.
fn preview(screen: &vt100::Screen) -> String {
    let text = screen.contents();
    text.lines().skip_while(|line| !line.starts_with("-----")).nth(1).unwrap_or_default().to_owned()
}

fn is_busy(screen: &vt100::Screen) -> bool {
    screen.contents().contains("Refreshing")
}

/// One down, then one up again, so that the list never ends.
fn key(console: &mut Console, step: usize) -> Duration {
    let before = preview(console.parser.screen());
    let pressed = Instant::now();
    console.type_in(if step.is_multiple_of(2) { "j" } else { "k" });
    console.wait("the next post", |screen| preview(screen) != before);
    pressed.elapsed()
}

/// Prints and gives the median, the 99th percentile and the worst.
fn told(name: &str, mut times: Vec<Duration>) -> [f64; 3] {
    times.sort();
    let at = |share: usize| times[times.len().saturating_sub(1) * share / 100].as_secs_f64() * 1000.0;
    let [median, late, worst] = [50, 99, 100].map(at);
    println!("| {name}, {} keys | {median:.2} | {late:.2} | {worst:.2} |", times.len());
    [median, late, worst]
}
