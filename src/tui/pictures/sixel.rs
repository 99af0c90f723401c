//! Sixels: six rows of pixels at a time, a colour after the other, as the VT340 took them and many terminals do still.
//! The palette is the picture's own, by median cut (P. Heckbert, Color image quantization for frame buffer display, 1982).

use std::fmt::Write;

/// Colours of a palette. Terminals have 256 registers, some keep the first for what is behind.
const COLOURS: usize = 255;
/// Bits a part that colours are told apart by.
const BITS: u32 = 5;

/// A picture in few colours.
pub struct Indexed {
    width: usize,
    palette: Vec<[u8; 3]>,
    pixels: Vec<u8>,
}

/// What falls together when colours are cut to [`BITS`] bits a part.
#[derive(Clone, Copy, Default)]
struct Bin {
    key: usize,
    count: u32,
    sum: [u32; 3],
}

impl Bin {
    fn part(&self, part: usize) -> usize {
        (self.key >> (BITS as usize * part)) & ((1 << BITS) - 1)
    }
}

fn key([r, g, b]: [u8; 3]) -> usize {
    let cut = |part: u8| usize::from(part >> (8 - BITS));
    cut(r) | cut(g) << BITS | cut(b) << (2 * BITS)
}

impl Indexed {
    /// `pixels` row by row from the top, `width` of them in each.
    pub fn of(pixels: &[[u8; 3]], width: usize) -> Self {
        let mut bins = vec![Bin::default(); 1 << (3 * BITS)];
        for pixel in pixels {
            let key = key(*pixel);
            let bin = &mut bins[key];
            bin.key = key;
            bin.count += 1;
            bin.sum.iter_mut().zip(pixel).for_each(|(sum, part)| *sum += u32::from(*part));
        }
        let mut used: Vec<Bin> = bins.into_iter().filter(|bin| bin.count > 0).collect();
        let mut index = vec![0; 1 << (3 * BITS)];
        let mut palette = Vec::new();
        for part in cut(&mut used) {
            // No more than 255, so that it fits.
            part.iter().for_each(|bin| index[bin.key] = palette.len() as u8);
            palette.push(mean(part));
        }
        Self { width, palette, pixels: pixels.iter().map(|pixel| index[key(*pixel)]).collect() }
    }

    /// Some of its rows, as one sequence.
    pub fn rows(&self, rows: std::ops::Range<usize>) -> String {
        let pixels = &self.pixels[rows.start * self.width..rows.end * self.width];
        let mut out = format!("\x1bP0;1;0q\"1;1;{};{}", self.width, rows.len());
        let mut used = [false; 256];
        pixels.iter().for_each(|&pixel| used[usize::from(pixel)] = true);
        for (at, [r, g, b]) in self.palette.iter().enumerate().filter(|(at, _)| used[*at]) {
            let percent = |part: &u8| (u32::from(*part) * 100 + 127) / 255;
            let _ = write!(out, "#{at};2;{};{};{}", percent(r), percent(g), percent(b));
        }
        for six in pixels.chunks(6 * self.width.max(1)) {
            self.write_six(six, &mut out);
            out.push('-');
        }
        // The last of these would begin another six.
        if out.ends_with('-') {
            out.pop();
        }
        out.push_str("\x1b\\");
        out
    }

    /// Six rows of pixels: each colour that occurs in them goes over them once.
    fn write_six(&self, six: &[u8], out: &mut String) {
        let width = self.width.max(1);
        let mut sixels: Vec<Vec<u8>> = vec![Vec::new(); self.palette.len()];
        for (row, pixels) in six.chunks(width).enumerate() {
            for (column, &colour) in pixels.iter().enumerate() {
                let line = &mut sixels[usize::from(colour)];
                if line.is_empty() {
                    line.resize(width, 0);
                }
                line[column] |= 1 << row;
            }
        }
        for (colour, line) in sixels.iter().enumerate().filter(|(_, line)| !line.is_empty()) {
            let _ = write!(out, "#{colour}");
            // What is empty at the end need not be written.
            let end = line.iter().rposition(|six| *six > 0).map_or(0, |last| last + 1);
            line[..end].chunk_by(|one, next| one == next).for_each(|run| write_run(run, out));
            out.push('$');
        }
        out.pop();
    }
}

/// The same six pixels so many times.
fn write_run(run: &[u8], out: &mut String) {
    let sixel = char::from(b'?' + run.first().copied().unwrap_or(0));
    if run.len() > 3 {
        let _ = write!(out, "!{}{sixel}", run.len());
    } else {
        run.iter().for_each(|_| out.push(sixel));
    }
}

/// Colours that will be one, in which part of the colour they differ most, and how much that matters.
struct Part<'a> {
    bins: &'a mut [Bin],
    channel: usize,
    weight: u64,
}

impl<'a> Part<'a> {
    fn of(bins: &'a mut [Bin]) -> Self {
        let count: u64 = bins.iter().map(|bin| u64::from(bin.count)).sum();
        let range = |channel: usize| {
            let (low, high) = bins
                .iter()
                .map(|bin| bin.part(channel))
                .fold((usize::MAX, 0), |(low, high), part| (low.min(part), high.max(part)));
            high.saturating_sub(low)
        };
        let (channel, range) = [0, 1, 2]
            .map(|channel| (channel, range(channel)))
            .into_iter()
            .fold((0, 0), |best, one| if one.1 > best.1 { one } else { best });
        Self { bins, channel, weight: range as u64 * count }
    }

    /// Two with as many pixels each, as far as that can be.
    fn halves(self) -> [Self; 2] {
        let Self { bins, channel, .. } = self;
        bins.sort_unstable_by_key(|bin| bin.part(channel));
        let half = bins.iter().map(|bin| u64::from(bin.count)).sum::<u64>() / 2;
        let mut before = 0;
        let middle = bins.iter().position(|bin| {
            before += u64::from(bin.count);
            before > half
        });
        let middle = middle.unwrap_or(0).clamp(1, bins.len() - 1);
        let (left, right) = bins.split_at_mut(middle);
        [Self::of(left), Self::of(right)]
    }
}

/// Cuts colours in two where they differ most, until there are enough parts.
fn cut(bins: &mut [Bin]) -> Vec<&mut [Bin]> {
    let mut parts = vec![Part::of(bins)];
    while parts.len() < COLOURS {
        let Some(at) = (0..parts.len()).max_by_key(|&at| parts[at].weight) else { break };
        // Those of one part differ in something, so there are two at least.
        if parts[at].weight == 0 {
            break;
        }
        let halves = parts.swap_remove(at).halves();
        parts.extend(halves);
    }
    parts.into_iter().map(|part| part.bins).filter(|bins| !bins.is_empty()).collect()
}

fn mean(bins: &[Bin]) -> [u8; 3] {
    let count = bins.iter().map(|bin| u64::from(bin.count)).sum::<u64>().max(1);
    [0, 1, 2].map(|part| (bins.iter().map(|bin| u64::from(bin.sum[part])).sum::<u64>() / count) as u8)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn few_colours_are_kept_and_many_are_near() {
        let few = [[250, 10, 20], [10, 20, 240], [0, 0, 0], [255, 255, 255]];
        let pixels: Vec<_> = (0..64).map(|at| few[at % 4]).collect();
        let indexed = Indexed::of(&pixels, 8);
        assert_eq!(indexed.palette.len(), 4);
        let back: Vec<_> = indexed.pixels.iter().map(|&at| indexed.palette[usize::from(at)]).collect();
        assert_eq!(back, pixels);

        let many: Vec<[u8; 3]> = (0..=255u8).flat_map(|x| (0..64).map(move |y| [x, 255 - x, y * 4])).collect();
        let indexed = Indexed::of(&many, 64);
        assert_eq!(indexed.palette.len(), COLOURS);
        let off = |at: usize| {
            let near = indexed.palette[usize::from(indexed.pixels[at])];
            (0..3).map(|part| many[at][part].abs_diff(near[part])).max().unwrap_or(0)
        };
        assert!((0..many.len()).all(|at| off(at) < 32));
    }

    #[test]
    fn rows_are_written_as_a_terminal_reads_them() {
        let pixels: Vec<[u8; 3]> = (0..8).map(|at| if at % 4 < 2 { [255, 0, 0] } else { [0, 0, 255] }).collect();
        let indexed = Indexed::of(&pixels, 4);
        let red = indexed.pixels[0];
        let blue = indexed.pixels[2];
        let written = indexed.rows(0..2);
        assert!(written.starts_with("\x1bP0;1;0q\"1;1;4;2#0;2;") && written.ends_with("\x1b\\"), "{written:?}");
        assert!(written.contains(&format!("#{red};2;100;0;0")) && written.contains(&format!("#{blue};2;0;0;100")));
        assert!(written.contains(&format!("#{red}BB")) && written.contains(&format!("#{blue}??BB")), "{written:?}");
        assert!(Indexed::of(&[], 0).rows(0..0).starts_with("\x1bP"), "nothing is nothing to worry about");
    }
}
