//! Content codings (RFC 9110, 8.4) undone as an answer comes in, with an eye on bombs, on servers that say gzip and
//! send plain text, and on what broke off in the middle.
//!
//! penpal asks for gzip and br. It undoes deflate and zstd too if a server sends them unasked, several codings one upon
//! the other, and gzip that nobody declared. A coding that it has no name for is taken for a slip, and the body as it is.

mod layer;

use std::io::{self, Write};

use layer::{Coding, Layer};

/// What every request asks for.
pub(super) const ACCEPTED: &str = "gzip, br";
/// Bytes that a body may have whatever its size on the wire; a short feed that repeats itself packs very well.
const NO_BOMB: u64 = 4 << 20;
/// Beyond [`NO_BOMB`], so many bytes for each on the wire. Feeds reach 30; gzip alone could reach 1032.
pub(super) const MOST_GROWTH: u64 = 200;
/// Codings one upon the other. More are a joke or an attack.
const MOST_LAYERS: usize = 3;

/// Why a body cannot be had.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum DecodeError {
    /// More than so many bytes.
    TooLarge,
    /// It grows beyond measure.
    Bomb,
    /// It ended before the end of its coding.
    CutShort(&'static str),
    /// It breaks the rules of its coding.
    Damaged(&'static str),
    /// A coding that penpal knows of and cannot undo.
    Unknown(String),
}

/// Takes what comes over the wire, piece by piece, and gives the body.
pub(super) struct Decoder {
    /// Outermost first: the last that the server applied.
    layers: Vec<Layer>,
    body: Sink,
    wire: u64,
    limit: usize,
    /// Whether a longer body is cut at the limit rather than refused.
    cut: bool,
    /// It has been cut.
    full: bool,
}

impl Decoder {
    /// `codings` are the values of `Content-Encoding` in the order in which they were applied; the body may have `limit`
    /// bytes, and is cut or refused there.
    pub(super) fn new<'a>(
        codings: impl Iterator<Item = &'a str>,
        limit: usize,
        cut: bool,
    ) -> Result<Self, DecodeError> {
        let mut layers = Vec::new();
        for coding in codings.flat_map(|value| value.split(',')).map(|coding| coding.trim().to_ascii_lowercase()) {
            layers.extend(Coding::named(&coding)?.map(Layer::of));
        }
        if layers.len() > MOST_LAYERS {
            return Err(DecodeError::Unknown(format!("{} codings one upon the other", layers.len())));
        }
        if layers.is_empty() {
            // Some stores serve what was packed before and forget to say so. No feed begins like gzip.
            layers.push(Layer::of(Coding::Gzip));
        }
        layers.reverse();
        Ok(Self { layers, body: Sink::default(), wire: 0, limit, cut, full: false })
    }

    /// A piece came in. Gives whether more is of use. After an error the decoder is of none.
    pub(super) fn push(&mut self, piece: &[u8]) -> Result<bool, DecodeError> {
        self.wire += piece.len() as u64;
        let most = self.most();
        let pushed = match self.wire > self.limit as u64 && !self.cut {
            true => Err(DecodeError::TooLarge),
            false => pass(&mut self.layers, piece, most, &mut self.body),
        };
        self.judge(pushed)?;
        Ok(!self.full)
    }

    /// The whole body, when nothing more comes.
    pub(super) fn finish(mut self) -> Result<Vec<u8>, DecodeError> {
        let most = self.most();
        for at in 0..if self.full { 0 } else { self.layers.len() } {
            let mut last = Sink { most, given: self.layers[at].given, ..Sink::default() };
            let ended = self.layers[at].end(&mut last);
            let passed = pass(&mut self.layers[at + 1..], &last.bytes, most, &mut self.body);
            self.judge(passed.and(ended))?;
        }
        Ok(self.body.bytes)
    }

    /// Bytes that any layer may give by now.
    fn most(&self) -> u64 {
        NO_BOMB.max(self.wire.saturating_mul(MOST_GROWTH)).min(self.limit as u64)
    }

    fn judge(&mut self, outcome: Result<(), DecodeError>) -> Result<(), DecodeError> {
        match outcome {
            Err(DecodeError::TooLarge) if self.most() < self.limit as u64 => Err(DecodeError::Bomb),
            Err(DecodeError::TooLarge) if self.cut => {
                self.full = true;
                Ok(())
            }
            outcome => outcome,
        }
    }
}

/// Through all layers into the body; none of them gives more than `most` bytes.
fn pass(layers: &mut [Layer], piece: &[u8], most: u64, body: &mut Sink) -> Result<(), DecodeError> {
    let Some((outer, inner)) = layers.split_first_mut() else {
        body.most = most;
        return body.write_all(piece).map_err(|_| DecodeError::TooLarge);
    };
    if outer.is_plain() {
        return pass(inner, piece, most, body);
    }
    let mut sink = Sink { most, given: outer.given, ..Sink::default() };
    let pushed = outer.push(piece, &mut sink);
    outer.given = sink.given;
    // Also what came before an error goes on, since a cut answer may be wanted.
    pass(inner, &sink.bytes, most, body)?;
    pushed
}

/// Takes what a layer gives, up to a bound.
#[derive(Default)]
struct Sink {
    bytes: Vec<u8>,
    /// All that was ever given, in bytes.
    given: u64,
    most: u64,
    full: bool,
}

impl Sink {
    /// What an error of a decoder that wrote into this sink means.
    fn explain(&self, damaged: DecodeError) -> DecodeError {
        if self.full { DecodeError::TooLarge } else { damaged }
    }
}

impl Write for Sink {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let room = self.most.saturating_sub(self.given).min(bytes.len() as u64) as usize;
        if room == 0 && !bytes.is_empty() {
            self.full = true;
            return Err(io::ErrorKind::WriteZero.into());
        }
        self.bytes.extend_from_slice(&bytes[..room]);
        self.given += room as u64;
        Ok(room)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[cfg(test)]
mod tests;
