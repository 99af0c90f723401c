//! Pictures of posts, on the screen of a terminal.

mod support;

use std::io::Cursor;

use image::{DynamicImage, ImageFormat, Rgb, RgbImage};
use support::{Answer, Console, Drawn, Penpal, Post, Server, atom, drawn};

const RED: vt100::Color = vt100::Color::Rgb(250, 10, 20);
const BLUE: vt100::Color = vt100::Color::Rgb(10, 20, 240);

/// 160 x 80 pixels, the left half red, the right one blue: twenty columns and five rows of cells.
fn two_halves() -> Vec<u8> {
    let image = RgbImage::from_fn(160, 80, |x, _| if x < 80 { Rgb([250, 10, 20]) } else { Rgb([10, 20, 240]) });
    let mut bytes = Cursor::new(Vec::new());
    DynamicImage::from(image).write_to(&mut bytes, ImageFormat::Png).unwrap();
    bytes.into_inner()
}

/// Somebody who follows a blog of one post, in a terminal that has all colours.
fn reader(server: &Server, html: &str) -> Penpal {
    reader_with(server, html, Penpal::new())
}

fn reader_with(server: &Server, html: &str, penpal: Penpal) -> Penpal {
    let posts = [Post::new(server.url("/post"), 1, "The loaf", html)];
    server.serve("/feed", Answer::feed(atom("Ann", &server.url("/"), &posts)));
    let penpal = penpal.with("COLORTERM", "truecolor");
    penpal.done(&["follow", &server.url("/feed")]);
    penpal
}

/// The colours of the cells that are half blocks, row by row.
fn blocks(screen: &vt100::Screen) -> Vec<Vec<(vt100::Color, vt100::Color)>> {
    let (rows, columns) = screen.size();
    let row = |y| {
        let cells = (0..columns).filter_map(|x| screen.cell(y, x)).filter(|cell| cell.contents() == "▀");
        cells.map(|cell| (cell.fgcolor(), cell.bgcolor())).collect::<Vec<_>>()
    };
    (0..rows).map(row).filter(|row| !row.is_empty()).collect()
}

#[test]
fn the_pictures_of_a_post_are_drawn_on_a_key_and_hidden_again() {
    let server = Server::start();
    server.serve("/loaf.png", Answer::ok("image/png", two_halves()));
    let image = server.url("/loaf.png");
    let html = format!("<p>Before it.</p><p><img src=\"{image}\" alt=\"A loaf, cut open\"></p><p>Behind it.</p>");
    let penpal = reader(&server, &html);
    let mut console = Console::open(&penpal, &[]);
    console.wait_for("The loaf");
    console.type_in("\r");
    console.wait_for("[image: A loaf, cut open]");
    assert!(!server.paths().contains(&"/loaf.png".to_owned()), "nothing is fetched before it is wanted");
    console.type_in("i");
    console.wait("the picture", |screen| blocks(screen).len() == 5);
    let drawn = blocks(console.parser.screen());
    for row in &drawn {
        // Where the halves meet, making it small mixes them.
        let (left, right) = (&row[..9], &row[11..]);
        assert!(left.iter().all(|cell| *cell == (RED, RED)), "{row:?}");
        assert!(right.len() == 9 && right.iter().all(|cell| *cell == (BLUE, BLUE)), "{row:?}");
    }
    let text = console.text();
    let row = |words: &str| text.lines().position(|line| line.contains(words)).unwrap();
    assert_eq!((row("▀"), row("Behind it")), (row("A loaf, cut open") + 1, row("A loaf, cut open") + 7));
    let asked = server.asked().into_iter().find(|asked| asked.path == "/loaf.png").unwrap();
    assert!(asked.header("accept").unwrap().starts_with("image/") && asked.header("referer").is_none());

    console.type_in("i");
    console.wait("no picture", |screen| blocks(screen).is_empty() && screen.contents().contains("A loaf, cut open"));
    console.type_in("i");
    console.wait("it again", |screen| blocks(screen).len() == 5);
    console.resize(30, 20);
    console.wait("a smaller one", |screen| blocks(screen).first().is_some_and(|row| row.len() == 16));
    assert_eq!(server.paths().iter().filter(|path| *path == "/loaf.png").count(), 1, "it is fetched once");
    assert_eq!(console.quit(), 0);
}

#[test]
fn what_cannot_be_shown_keeps_its_words_and_a_line_says_why() {
    let whole = two_halves();
    // The header says 50,000 x 50,000 pixels, with the checksum that belongs to it.
    let mut bomb = whole.clone();
    bomb[16..24].copy_from_slice(&[0, 0, 0xc3, 0x50, 0, 0, 0xc3, 0x50]);
    let mut sum = flate2::Crc::new();
    sum.update(&bomb[12..29]);
    bomb[29..33].copy_from_slice(&sum.sum().to_be_bytes());
    let elsewhere = Server::start();
    elsewhere.serve("/own.png", Answer::ok("image/png", whole.clone()));
    let private = elsewhere.url("/own.png").replace("127.0.0.1", "localhost");
    for (name, served, why) in [
        ("bomb", Answer::ok("image/png", bomb), "50000 x 50000 pixels"),
        ("cut", Answer::ok("image/png", whole[..60].to_vec()), "it is broken"),
        ("text", Answer::page("<title>No picture</title>"), "no PNG, JPEG, GIF or WebP"),
        ("gone", Answer::status(404), "it answered 404"),
        ("large", Answer::ok("image/png", vec![0; 9 << 20]), "larger than 8 MB"),
        ("private", Answer::status(404), "private"),
    ] {
        let server = Server::start();
        server.serve("/it.png", served);
        let address = if name == "private" { private.clone() } else { server.url("/it.png") };
        let html = format!("<p>Before.</p><img src=\"{address}\" alt=\"The {name} one\"><p>Behind.</p>");
        let penpal = reader(&server, &html);
        let mut console = Console::open(&penpal, &[]);
        console.resize(30, 200);
        console.wait_for("The loaf");
        console.type_in("\r");
        console.wait_for("[4 Post]");
        console.type_in("i");
        console.wait(name, |screen| {
            let text = screen.contents();
            text.contains(&format!("“The {name} one” cannot be shown, its words stand for it: ")) && text.contains(why)
        });
        assert!(console.text().contains(&format!("[image: The {name} one]")), "{}", console.text());
        assert!(blocks(console.parser.screen()).is_empty());
        assert_eq!(console.quit(), 0);
    }
    assert_eq!(elsewhere.asked().len(), 0, "what a post points to reaches nothing private");
}

#[test]
fn without_colours_the_words_stay() {
    let server = Server::start();
    let html = format!("<p>Text.</p><img src=\"{}\" alt=\"A loaf\">", server.url("/loaf.png"));
    let penpal = reader(&server, &html).with("NO_COLOR", "1");
    let mut console = Console::open(&penpal, &[]);
    console.wait_for("The loaf");
    console.type_in("\r");
    console.wait_for("[4 Post]");
    console.type_in("i");
    console.wait_for("Pictures need colours");
    assert!(console.text().contains("[image: A loaf]"));
    assert_eq!(console.quit(), 0);
    assert!(!server.paths().contains(&"/loaf.png".to_owned()));
}

const FOOT: &str = "\x1bP>|foot(1.16.2)\x1b\\\x1b[6;20;10t\x1b[?62;4;22c";
const WEZTERM: &str = "\x1bP>|WezTerm 20240203\x1b\\\x1b[6;20;10t\x1b[?65;4;6;18;22c";
const KITTY: &str = "\x1bP>|kitty(0.36.4)\x1b\\\x1b[6;20;10t\x1b[?62;c";

/// Whether the left half is red and the right one blue, as near as a palette of percents comes.
fn is_two_halves(drawn: &Drawn) -> bool {
    let near = |pixel: &Option<[u8; 3]>, colour: [u8; 3]| {
        pixel.is_some_and(|pixel| pixel.iter().zip(colour).all(|(one, other)| one.abs_diff(other) <= 3))
    };
    drawn.pixels.chunks(drawn.width).all(|row| {
        let (left, right) = row.split_at(row.len() / 2);
        left.iter().all(|pixel| near(pixel, [250, 10, 20])) && right.iter().all(|pixel| near(pixel, [10, 20, 240]))
    })
}

/// The post with its picture, in a terminal that says this of itself.
fn looked_at(says: &'static str, config: &str) -> (Server, Penpal, Console) {
    let server = Server::start();
    server.serve("/loaf.png", Answer::ok("image/png", two_halves()));
    let image = server.url("/loaf.png");
    let rest = "<p>Behind it.</p>".repeat(30);
    let html = format!("<p>Before it.</p><p><img src=\"{image}\" alt=\"A loaf, cut open\"></p>{rest}");
    let penpal = reader_with(&server, &html, Penpal::configured(config));
    let mut console = Console::open(&penpal, &[]).saying(says);
    console.wait_for("The loaf");
    console.type_in("\r");
    console.wait_for("[image: A loaf, cut open]");
    console.type_in("i");
    (server, penpal, console)
}

#[test]
fn a_terminal_that_shows_pictures_is_asked_how_and_gets_them_in_strips_that_scroll() {
    for (says, config, begins) in [
        (FOOT, "", "\x1bP0;1;0q"),
        (WEZTERM, "", "\x1b]1337;File=inline=1"),
        // Forced by the user, of a terminal that says nothing at all.
        ("", "[looks]\npictures = \"sixel\"\n", "\x1bP0;1;0q"),
        ("", "[looks]\npictures = \"iterm\"\n", "\x1b]1337;File=inline=1"),
    ] {
        let (_server, _penpal, mut console) = looked_at(says, config);
        console.wait_written("the picture", |raw| raw.matches(begins).count() == 5);
        console.wait_for("i hides the pictures again");
        assert_eq!(console.raw().contains("\x1b[c"), config.is_empty(), "who forces one is not asked");
        let strips = drawn(&console.raw());
        assert_eq!(strips.len(), 5);
        let (first, column) = strips[0].at.unwrap();
        for (row, strip) in strips.iter().enumerate() {
            assert_eq!((strip.width, strip.height, strip.at), (200, 20, Some((first + row, column))), "{begins:?}");
            assert!(is_two_halves(strip), "{begins:?} in row {row}");
        }
        let text = console.text();
        let words = text.lines().position(|line| line.contains("A loaf, cut open")).unwrap();
        assert_eq!(first, words + 2, "right below its words; rows are counted from one");

        console.type_in("j");
        console.wait_written("the picture a row further up", |raw| raw.matches(begins).count() == 10);
        let places: Vec<_> = drawn(&console.raw())[5..].iter().map(|strip| strip.at.unwrap().0).collect();
        assert_eq!(places, (first - 1..first + 4).collect::<Vec<_>>());
        console.type_in("i");
        console.wait("its words alone", |screen| {
            let text = screen.contents();
            let mut below = text.lines().skip_while(|line| !line.contains("A loaf, cut open")).skip(1);
            below.by_ref().take(3).any(|line| line.contains("Behind it")) && !text.contains('\u{a0}')
        });
        assert_eq!(console.raw().matches(begins).count(), 10);
        assert_eq!(console.quit(), 0);
    }
}

#[test]
fn what_lies_over_a_picture_is_not_painted_over_and_it_comes_back_after_a_resize() {
    let (_server, _penpal, mut console) = looked_at(FOOT, "");
    let strips = |raw: &str| raw.matches("\x1bP0;1;0q").count();
    console.wait_written("the picture", |raw| strips(raw) == 5);
    console.type_in("?");
    console.wait_for("What works on Post");
    assert_eq!(strips(&console.raw()), 5);
    console.type_in("\x1b");
    console.wait_written("the picture again", |raw| strips(raw) >= 6);
    let before = strips(&console.raw());
    console.resize(28, 90);
    console.wait_written("the picture in the new size", |raw| strips(raw) >= before + 5);
    assert_eq!(console.quit(), 0);
}

#[test]
fn kitty_gets_the_picture_itself() {
    let (_server, _penpal, mut console) = looked_at(KITTY, "");
    console.wait_written("the picture", |raw| !drawn(raw).is_empty());
    let sent = drawn(&console.raw());
    assert_eq!((sent.len(), sent[0].width, sent[0].height), (1, 160, 80));
    assert!(is_two_halves(&sent[0]));
    console.wait("its placeholders", |screen| screen.contents().matches('\u{10eeee}').count() == 100);
    assert_eq!(console.quit(), 0);
}

#[test]
fn who_wants_no_pictures_is_not_asked_for_any() {
    let (server, _penpal, mut console) = looked_at(FOOT, "[looks]\npictures = \"off\"\n");
    console.wait_for("Pictures need");
    assert!(!console.raw().contains("\x1b[c") && !server.paths().contains(&"/loaf.png".to_owned()));
    assert_eq!(console.quit(), 0);
}
