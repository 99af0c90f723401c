//! The pictures of a post: fetched when somebody asks for them, made small, kept in memory and nowhere else.

use std::{io::Cursor, sync::Arc};

use image::{DynamicImage, ImageDecoder, ImageError, ImageReader, Limits, Rgba, error::ImageFormatHint};
use url::Url;

use super::{App, AppError};
use crate::{
    model::{Blog, Plain},
    web::{Ask, Trust},
};

/// Bytes of a picture as it is sent.
const LARGEST: usize = 8 << 20;
/// Pixels of a picture as it is sent: what a good camera makes. More of them are a bomb, or a map of the world.
const MOST_PIXELS: u64 = 30_000_000;
/// Bytes that taking one apart may need.
const MOST_MEMORY: u64 = 160 << 20;
/// Bytes of all pictures that are kept.
const MOST_KEPT: usize = 16 << 20;

/// How a terminal shows pictures.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Way {
    /// Two colours a cell, as they are.
    Blocks,
    /// Two of the 216 colours of the usual cube a cell.
    FewColours,
    /// The graphics protocol of kitty, which puts the picture itself where characters of its own stand.
    Kitty,
    /// Sixels, in strips of a row of cells.
    Sixel,
    /// iTerm2's protocol for pictures in the text, in strips too.
    Iterm,
}

impl Way {
    /// Columns and rows of pixels that are of use.
    fn pixels(self) -> (u32, u32) {
        match self {
            Self::Blocks | Self::FewColours => (144, 144),
            Self::Kitty | Self::Sixel | Self::Iterm => (720, 960),
        }
    }
}

/// A picture of so many pixels, three bytes each (sRGB), row by row from the top.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Picture {
    /// Columns and rows of pixels as it was sent.
    pub size: (u32, u32),
    /// Those that were kept.
    pub width: u32,
    pub height: u32,
    pub rgb: Vec<u8>,
}

/// Why a picture cannot be shown.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum Unshown {
    #[error("it has {width} x {height} pixels, more than penpal takes apart")]
    TooLarge { width: u32, height: u32 },
    #[error("it is no PNG, JPEG, GIF or WebP")]
    Unknown,
    #[error("it is broken: {0}")]
    Broken(Plain),
}

impl Picture {
    /// Takes the bytes of a file apart, as far as that is safe, and makes the picture as small as it is of use. Of a moving
    /// one, the first.
    pub fn read(bytes: &[u8], way: Way) -> Result<Self, Unshown> {
        let broken = |error: &dyn std::fmt::Display| Unshown::Broken(Plain::line(&error.to_string()));
        let mut reader = ImageReader::new(Cursor::new(bytes)).with_guessed_format().map_err(|error| broken(&error))?;
        let mut limits = Limits::default();
        limits.max_alloc = Some(MOST_MEMORY);
        reader.limits(limits);
        let mut decoder = reader.into_decoder().map_err(|error| match error {
            ImageError::Unsupported(what) if what.format_hint() == ImageFormatHint::Unknown => Unshown::Unknown,
            other => broken(&other),
        })?;
        // Before anything is unpacked.
        let (width, height) = decoder.dimensions();
        if u64::from(width) * u64::from(height) > MOST_PIXELS {
            return Err(Unshown::TooLarge { width, height });
        }
        let turned = decoder.orientation();
        let mut image = DynamicImage::from_decoder(decoder).map_err(|error| broken(&error))?;
        if let Ok(turned) = turned {
            image.apply_orientation(turned);
        }
        let size = (image.width(), image.height());
        let (columns, rows) = way.pixels();
        if size.0 > columns || size.1 > rows {
            image = image.thumbnail(columns, rows);
        }
        Ok(Self { size, width: image.width(), height: image.height(), rgb: on_white(&image) })
    }

    /// The colours in some rows of a grid of so many columns and rows, row by row: each the mean of the pixels that lie in
    /// it.
    pub fn grid(&self, columns: u32, rows: u32, some: std::ops::Range<u32>) -> Vec<[u8; 3]> {
        let mut grid = Vec::with_capacity(columns as usize * some.len());
        let span = |at: u32, of: u32, pixels: u32| {
            let from = (u64::from(at) * u64::from(pixels) / u64::from(of)) as u32;
            let to = (u64::from(at + 1) * u64::from(pixels) / u64::from(of)) as u32;
            from..to.clamp(from + 1, pixels.max(from + 1))
        };
        for row in some {
            for column in 0..columns {
                let (mut sum, mut count) = ([0u32; 3], 0);
                for y in span(row, rows, self.height) {
                    for x in span(column, columns, self.width) {
                        let at = (y as usize * self.width as usize + x as usize) * 3;
                        let Some(pixel) = self.rgb.get(at..at + 3) else { continue };
                        sum.iter_mut().zip(pixel).for_each(|(sum, part)| *sum += u32::from(*part));
                        count += 1;
                    }
                }
                grid.push(sum.map(|sum| (sum / count.max(1)) as u8));
            }
        }
        grid
    }
}

/// What is not there is white, as on the page that it was made for.
fn on_white(image: &DynamicImage) -> Vec<u8> {
    if !image.color().has_alpha() {
        return image.to_rgb8().into_raw();
    }
    let over = |part: u8, alpha: u8| {
        let alpha = u32::from(alpha);
        ((u32::from(part) * alpha + 255 * (255 - alpha)) / 255) as u8
    };
    image.to_rgba8().pixels().flat_map(|Rgba([r, g, b, a])| [over(*r, *a), over(*g, *a), over(*b, *a)]).collect()
}

/// What is known of a picture that was asked for.
#[derive(Clone, Debug)]
pub enum Asked {
    Coming,
    Here(Arc<Picture>),
    /// Why it cannot be shown.
    Failed(Plain),
}

/// The pictures that were asked for last.
#[derive(Clone, Debug, Default)]
pub struct Pictures {
    /// By address; those asked for last at the end.
    all: Vec<(Plain, Asked)>,
}

impl Pictures {
    pub fn get(&self, address: &Plain) -> Option<&Asked> {
        self.all.iter().find(|(known, _)| known == address).map(|(_, asked)| asked)
    }

    pub fn here(&self, address: &Plain) -> Option<&Arc<Picture>> {
        match self.get(address)? {
            Asked::Here(picture) => Some(picture),
            Asked::Coming | Asked::Failed(_) => None,
        }
    }

    /// Keeps what is known of a picture now; the oldest are forgotten when there are too many.
    pub fn put(&mut self, address: Plain, asked: Asked) {
        self.all.retain(|(known, _)| *known != address);
        self.all.push((address, asked));
        let size = |(_, asked): &(Plain, Asked)| match asked {
            Asked::Here(picture) => picture.rgb.len(),
            Asked::Coming | Asked::Failed(_) => 0,
        };
        let mut kept: usize = self.all.iter().map(size).sum();
        while kept > MOST_KEPT && self.all.len() > 1 {
            kept -= size(&self.all.remove(0));
        }
    }
}

impl App {
    /// Fetches a picture of a post of this blog and makes it small.
    pub async fn picture(&self, blog: &Blog, address: &Url, way: Way) -> Result<Picture, AppError> {
        let refused = |why: String| AppError::NoPicture { url: address.clone(), why };
        // The feed's own host is one that the user named; where else a post points to, nobody did.
        let is_named = address.host() == blog.feed_url.url().host();
        let ask = Ask::picture(address, if is_named { Trust::Named } else { Trust::Found }, LARGEST);
        let reply = self.web()?.get(ask, self.now()).await?;
        if !reply.is_ok() {
            return Err(refused(format!("it answered {}", reply.status)));
        }
        let read = tokio::task::spawn_blocking(move || Picture::read(&reply.body, way)).await;
        // A panic of a decoder is a thing that broken pictures do.
        let read = read.unwrap_or_else(|_| Err(Unshown::Broken(Plain::line("it cannot be taken apart"))));
        read.map_err(|error| refused(error.to_string()))
    }
}

#[cfg(test)]
mod tests {
    use image::{ImageFormat, RgbImage, RgbaImage};

    use super::*;

    fn png(image: impl Into<DynamicImage>) -> Vec<u8> {
        let mut bytes = Cursor::new(Vec::new());
        image.into().write_to(&mut bytes, ImageFormat::Png).unwrap();
        bytes.into_inner()
    }

    #[test]
    fn pictures_are_read_made_small_and_put_on_white() {
        let half = RgbaImage::from_fn(4, 2, |x, _| if x < 2 { Rgba([255, 0, 0, 255]) } else { Rgba([0, 0, 0, 0]) });
        let read = Picture::read(&png(half), Way::Blocks).unwrap();
        assert_eq!((read.width, read.height), (4, 2));
        assert_eq!(read.grid(2, 2, 1..2), [[255, 0, 0], [255, 255, 255]]);
        for (way, kept) in [(Way::Blocks, (144, 5)), (Way::Kitty, (720, 24))] {
            let large = Picture::read(&png(RgbImage::new(3000, 100)), way).unwrap();
            assert_eq!(((large.width, large.height), large.size), (kept, (3000, 100)));
        }
    }

    #[test]
    fn what_would_fill_the_memory_or_is_cut_off_is_refused_with_a_reason() {
        // A bomb: the header of a PNG that says 50,000 x 50,000, with a right checksum and next to no data.
        let mut bomb = png(RgbImage::new(1, 1));
        bomb[16..24].copy_from_slice(&[0, 0, 0xc3, 0x50, 0, 0, 0xc3, 0x50]);
        let mut sum = flate2::Crc::new();
        sum.update(&bomb[12..29]);
        bomb[29..33].copy_from_slice(&sum.sum().to_be_bytes());
        let read = |bytes: &[u8]| Picture::read(bytes, Way::Blocks);
        assert_eq!(read(&bomb), Err(Unshown::TooLarge { width: 50_000, height: 50_000 }));
        let whole = png(RgbImage::from_fn(64, 64, |x, y| image::Rgb([x as u8, y as u8, (x * y) as u8])));
        for cut in [0, 1, 8, 20, 40, whole.len() / 2] {
            let told = read(&whole[..cut]).unwrap_err().to_string();
            assert!(told.contains("it is"), "{cut}: {told}");
        }
        assert_eq!(read(b"<svg xmlns='http://www.w3.org/2000/svg'/>"), Err(Unshown::Unknown));
        assert_eq!(read(b"<!doctype html><title>Not here</title>"), Err(Unshown::Unknown));
    }

    #[test]
    fn only_so_many_are_kept_and_those_asked_for_last() {
        let mut pictures = Pictures::default();
        let large =
            || Asked::Here(Arc::new(Picture { size: (0, 0), width: 0, height: 0, rgb: vec![0; MOST_KEPT / 2] }));
        for name in ["a", "b", "c"] {
            pictures.put(Plain::line(name), large());
        }
        let here: Vec<bool> = ["a", "b", "c"].iter().map(|name| pictures.here(&Plain::line(name)).is_some()).collect();
        assert_eq!(here, [false, true, true]);
    }
}
