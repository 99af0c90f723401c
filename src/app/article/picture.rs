//! Room for pictures among the lines.

use std::collections::BTreeMap;

/// Columns and rows of pixels of the pictures that are drawn, by their numbers in the text.
pub type Shown = BTreeMap<usize, (u32, u32)>;

/// Rows that a picture has at most: on the usual terminal all of it is seen at once.
pub const ROWS: u16 = 18;
/// Pixels of a picture that are as wide as a cell, where there is room.
const WIDE: u32 = 8;

/// The columns and rows of cells that a picture is drawn in, where so many columns are free. A cell is twice as high as it
/// is wide.
pub fn cells((width, height): (u32, u32), free: usize) -> (usize, u16) {
    let (width, height) = (f64::from(width.max(1)), f64::from(height.max(1)));
    let columns = (width / f64::from(WIDE)).ceil().min(free as f64);
    let columns = columns.min(f64::from(ROWS) * 2.0 * width / height).max(1.0).floor();
    let rows = (columns * height / width / 2.0).round().clamp(1.0, f64::from(ROWS));
    (columns as usize, rows as u16)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_picture_keeps_its_shape_and_fits() {
        for (size, free, fits) in [
            ((720, 360), 72, (72, 18)),
            ((720, 360), 36, (36, 9)),
            ((360, 720), 72, (18, 18)),
            ((16, 16), 72, (2, 1)),
            ((720, 1), 72, (72, 1)),
            ((1, 960), 72, (1, 18)),
            ((0, 0), 0, (1, 1)),
        ] {
            assert_eq!(cells(size, free), fits, "{size:?} in {free}");
        }
    }
}
