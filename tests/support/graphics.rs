//! What a terminal with pictures makes of what a program wrote: sixels, iTerm2's files and kitty's transmissions, decoded.

use data_encoding::BASE64;

pub type Rgb = [u8; 3];

/// A picture that was put on the screen, or given to the terminal.
#[derive(Clone, Debug, PartialEq)]
pub struct Drawn {
    /// The row and column of cells that it was put at, counted from one; none of a transmission.
    pub at: Option<(usize, usize)>,
    pub width: usize,
    pub height: usize,
    /// Row by row; what was not painted is `None`.
    pub pixels: Vec<Option<Rgb>>,
}

/// All pictures in what was written, in their order.
pub fn drawn(raw: &str) -> Vec<Drawn> {
    let sixels = raw.match_indices("\x1bP").filter_map(|(at, _)| sixel(&raw[at..], place(&raw[..at])));
    let files = raw.match_indices("\x1b]1337;File=").filter_map(|(at, _)| file(&raw[at..], place(&raw[..at])));
    sixels.chain(files).chain(kitty(raw)).collect()
}

/// Where the cursor was put last.
fn place(before: &str) -> Option<(usize, usize)> {
    let (row, column) = before.rsplit("\x1b[").next()?.strip_suffix('H')?.split_once(';')?;
    Some((row.parse().ok()?, column.parse().ok()?))
}

fn sixel(sequence: &str, at: Option<(usize, usize)>) -> Option<Drawn> {
    let data = &sequence[..sequence.find("\x1b\\")?];
    let data = &data[data.find('q')? + 1..];
    let (mut numbers, mut parts) = (Vec::<usize>::new(), Vec::new());
    // Each command with the numbers behind it; a sixel is a command without any.
    for c in data.chars() {
        match c {
            '0'..='9' => {
                let last = numbers.last_mut()?;
                *last = *last * 10 + c.to_digit(10)? as usize;
            }
            ';' => numbers.push(0),
            _ => {
                if let Some((_, of)) = parts.last_mut() {
                    *of = std::mem::take(&mut numbers);
                }
                numbers = vec![0];
                parts.push((c, Vec::new()));
            }
        }
    }
    if let Some((_, of)) = parts.last_mut() {
        *of = numbers;
    }
    let size = parts.iter().find(|(c, _)| *c == '"')?.1.clone();
    let (width, height) = (size[2], size[3]);
    let mut picture = Drawn { at, width, height, pixels: vec![None; width * height] };
    let (mut palette, mut colour) = (std::collections::HashMap::new(), 0);
    let (mut x, mut y, mut times) = (0, 0, 1);
    for (c, of) in parts {
        match c {
            '#' if of.len() == 5 => {
                palette.insert(of[0], [2, 3, 4].map(|part| (of[part] * 255 / 100) as u8));
            }
            '#' => colour = of[0],
            '!' => times = of[0],
            '$' => x = 0,
            '-' => (x, y) = (0, y + 6),
            '?'..='~' => {
                let six = c as u8 - b'?';
                for column in x..x + times {
                    for row in (0..6).filter(|row| six & (1 << row) > 0) {
                        assert!(column < width && y + row < height, "it stays within its size");
                        picture.pixels[(y + row) * width + column] = palette.get(&colour).copied();
                    }
                }
                x += times;
                times = 1;
            }
            _ => {}
        }
    }
    Some(picture)
}

fn file(sequence: &str, at: Option<(usize, usize)>) -> Option<Drawn> {
    let sequence = &sequence[..sequence.find('\x07')?];
    let (head, data) = sequence.split_once(':')?;
    assert!(head.contains("inline=1") && head.contains("height=1"), "{head:?}");
    let bytes = BASE64.decode(data.as_bytes()).ok()?;
    let image = image::load_from_memory(&bytes).ok()?.to_rgb8();
    let pixels = image.pixels().map(|pixel| Some(pixel.0)).collect();
    Some(Drawn { at, width: image.width() as usize, height: image.height() as usize, pixels })
}

/// Transmissions in pieces, the last of which says that there are no more.
fn kitty(raw: &str) -> Vec<Drawn> {
    let (mut all, mut begun) = (Vec::new(), None::<(usize, usize, String)>);
    for piece in raw.split("\x1b_G").skip(1) {
        // What has not come to its end is not read yet.
        let Some((head, data)) = piece.split_once("\x1b\\").and_then(|(piece, _)| piece.split_once(';')) else {
            continue;
        };
        let number = |name: &str| head.split(',').find_map(|part| part.strip_prefix(name)?.parse::<usize>().ok());
        if let (Some(width), Some(height)) = (number("s="), number("v=")) {
            begun = Some((width, height, String::new()));
        }
        let Some((width, height, text)) = &mut begun else { continue };
        text.push_str(data);
        if number("m=") == Some(0) {
            let bytes = BASE64.decode(text.as_bytes()).unwrap();
            let pixels = bytes.chunks(3).map(|pixel| pixel.try_into().ok()).collect();
            all.push(Drawn { at: None, width: *width, height: *height, pixels });
        }
    }
    all
}
