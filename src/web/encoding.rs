//! Content codings (RFC 9110, 8.4) undone as an answer comes in, with an eye on bombs, on servers that say gzip and
//! send plain text, and on what broke off in the middle.
//!
//! penpal asks for gzip and br. It undoes deflate and zstd too if a server sends them unasked, several codings one upon
//! the other, and gzip that nobody declared. A coding that it has no name for is taken for a slip, and the body as it is.

use std::io::{self, Write};

use brotli_decompressor::DecompressorWriter;
use flate2::{Decompress, FlushDecompress, Status, write::GzDecoder};
use zstd::stream::raw::{DParameter, Decoder as Zstd, Operation};

/// What every request asks for.
pub(super) const ACCEPTED: &str = "gzip, br";
/// Bytes that a body may have whatever its size on the wire; a short feed that repeats itself packs very well.
const NO_BOMB: u64 = 4 << 20;
/// Beyond [`NO_BOMB`], so many bytes for each on the wire. Feeds reach 30; gzip alone could reach 1032.
pub(super) const MOST_GROWTH: u64 = 200;
/// Codings one upon the other. More are a joke or an attack.
const MOST_LAYERS: usize = 3;
/// Members of one gzip. Empty ones cost time and give nothing.
const MOST_MEMBERS: usize = 1000;
/// Bytes that a decoder is given room for at a time.
const ROOM: usize = 32 << 10;
/// Windows of zstd may be 8 MB in HTTP (RFC 9659).
const ZSTD_WINDOW_LOG: u32 = 23;

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

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Coding {
    Gzip,
    Deflate,
    Brotli,
    Zstd,
}

impl Coding {
    /// `None` for what changes nothing.
    fn named(name: &str) -> Result<Option<Self>, DecodeError> {
        Ok(Some(match name {
            "gzip" | "x-gzip" => Self::Gzip,
            "deflate" => Self::Deflate,
            "br" => Self::Brotli,
            "zstd" => Self::Zstd,
            // Registered, but nobody was asked for them.
            "compress" | "x-compress" | "dcb" | "dcz" | "exi" | "pack200-gzip" | "aes128gcm" => {
                return Err(DecodeError::Unknown(name.to_owned()));
            }
            // `identity`, and slips such as `utf-8` or `none`.
            _ => return Ok(None),
        }))
    }

    fn name(self) -> &'static str {
        match self {
            Self::Gzip => "gzip",
            Self::Deflate => "deflate",
            Self::Brotli => "brotli",
            Self::Zstd => "zstd",
        }
    }

    /// How to go on with what begins like this: as the coding if it can be, as it is otherwise.
    fn begin(self, first: &[u8]) -> Result<State, DecodeError> {
        Ok(match self {
            Self::Gzip if first.starts_with(&[0x1f, 0x8b]) => State::Gzip(Box::new(GzDecoder::new(Sink::default()))),
            Self::Gzip => State::Plain,
            Self::Zstd if first.starts_with(&[0x28, 0xb5, 0x2f, 0xfd]) => {
                let mut zstd = Zstd::new().map_err(|_| DecodeError::Damaged(self.name()))?;
                let bounded = zstd.set_parameter(DParameter::WindowLogMax(ZSTD_WINDOW_LOG));
                bounded.map_err(|_| DecodeError::Damaged(self.name()))?;
                State::Zstd(Box::new(zstd))
            }
            Self::Zstd => State::Plain,
            // Neither a brotli stream (RFC 7932, 9.1: reserved bits) nor zlib's header begins like markup.
            Self::Deflate | Self::Brotli if begins_like_text(first) => State::Plain,
            Self::Brotli => State::Brotli(Box::new(DecompressorWriter::new(Sink::default(), ROOM))),
            // With zlib's header (RFC 1950, 2.2) as the standard has it, or without as some servers do.
            Self::Deflate => {
                let zlib = matches!(first, [cmf, flg, ..] if cmf & 0x0f == 8
                    && u16::from_be_bytes([*cmf, *flg]) % 31 == 0);
                State::Inflate(Box::new(Decompress::new(zlib)))
            }
        })
    }
}

fn begins_like_text(first: &[u8]) -> bool {
    let text = first.strip_prefix(b"\xef\xbb\xbf").unwrap_or(first).trim_ascii_start();
    text.first().is_none_or(|byte| matches!(byte, b'<' | b'{'))
}

/// One coding of an answer.
struct Layer {
    coding: Coding,
    state: State,
    /// Bytes that came out of it.
    given: u64,
    /// So many whole members of gzip are behind us.
    members: usize,
}

enum State {
    /// Too few bytes to know what it is.
    Undecided(Vec<u8>),
    Plain,
    Gzip(Box<GzDecoder<Sink>>),
    Inflate(Box<Decompress>),
    Brotli(Box<DecompressorWriter<Sink>>),
    Zstd(Box<Zstd<'static>>),
    /// The coding has ended; what comes after it is padding.
    Ended,
}

/// So many bytes tell what a body is.
const TELLING: usize = 4;

impl Layer {
    fn of(coding: Coding) -> Self {
        Self { coding, state: State::Undecided(Vec::new()), given: 0, members: 0 }
    }

    fn push(&mut self, mut piece: &[u8], sink: &mut Sink) -> Result<(), DecodeError> {
        let damaged = DecodeError::Damaged(self.coding.name());
        while !piece.is_empty() {
            if let State::Undecided(held) = &mut self.state {
                if !held.is_empty() || piece.len() < TELLING {
                    held.extend_from_slice(piece);
                    if held.len() < TELLING {
                        return Ok(());
                    }
                    let first = std::mem::take(held);
                    self.decide(&first)?;
                    return self.push(&first, sink);
                }
                self.decide(piece)?;
            }
            piece = match &mut self.state {
                State::Undecided(_) | State::Ended => &[],
                State::Plain => {
                    sink.write_all(piece).map_err(|_| DecodeError::TooLarge)?;
                    &[]
                }
                State::Gzip(gzip) => {
                    std::mem::swap(gzip.get_mut(), sink);
                    let written = write_until_end(&mut **gzip, piece);
                    std::mem::swap(gzip.get_mut(), sink);
                    let rest = written.map_err(|_| sink.explain(damaged.clone()))?;
                    if !rest.is_empty() {
                        // Another member of gzip may follow this one (RFC 1952, 2.2).
                        self.end(sink)?;
                        self.members += 1;
                        self.state = State::Undecided(Vec::new());
                    }
                    rest
                }
                State::Brotli(brotli) => {
                    std::mem::swap(brotli.get_mut(), sink);
                    let written = write_until_end(&mut **brotli, piece);
                    std::mem::swap(brotli.get_mut(), sink);
                    let ended = !written.map_err(|_| sink.explain(damaged.clone()))?.is_empty();
                    self.end_if(ended)
                }
                State::Inflate(inflate) => {
                    let ended = run_inflate(inflate, piece, sink).map_err(|_| sink.explain(damaged.clone()))?;
                    self.end_if(ended)
                }
                State::Zstd(zstd) => {
                    let ended = run_zstd(zstd, piece, sink).map_err(|_| sink.explain(damaged.clone()))?;
                    self.end_if(ended)
                }
            };
        }
        Ok(())
    }

    /// Gives what is left to do: nothing.
    fn end_if(&mut self, ended: bool) -> &'static [u8] {
        if ended {
            self.state = State::Ended;
        }
        &[]
    }

    fn decide(&mut self, first: &[u8]) -> Result<(), DecodeError> {
        self.state = match self.coding.begin(first)? {
            State::Plain if self.members > 0 => State::Ended,
            State::Gzip(_) if self.members >= MOST_MEMBERS => return Err(DecodeError::Bomb),
            state => state,
        };
        Ok(())
    }

    /// Nothing more comes: `sink` gets what was held back, unless the coding has not ended.
    fn end(&mut self, sink: &mut Sink) -> Result<(), DecodeError> {
        let name = self.coding.name();
        if let State::Undecided(held) = &mut self.state {
            let held = std::mem::take(held);
            if held.is_empty() {
                return Ok(());
            }
            self.decide(&held)?;
            self.push(&held, sink)?;
        }
        match std::mem::replace(&mut self.state, State::Ended) {
            State::Undecided(_) | State::Plain | State::Ended => Ok(()),
            State::Gzip(mut gzip) => {
                std::mem::swap(gzip.get_mut(), sink);
                // It takes no byte more if its trailer was there.
                let whole = matches!(gzip.write(&[0]), Ok(0));
                let sound = gzip.try_finish().is_ok();
                std::mem::swap(gzip.get_mut(), sink);
                match (whole, sound) {
                    _ if sink.full => Err(DecodeError::TooLarge),
                    (true, true) => Ok(()),
                    (true, false) => Err(DecodeError::Damaged(name)),
                    (false, _) => Err(DecodeError::CutShort(name)),
                }
            }
            State::Brotli(mut brotli) => {
                std::mem::swap(brotli.get_mut(), sink);
                let closed = brotli.close();
                std::mem::swap(brotli.get_mut(), sink);
                closed.map_err(|_| sink.explain(DecodeError::CutShort(name)))
            }
            // Both tell of their end as soon as they meet it.
            State::Inflate(_) | State::Zstd(_) => Err(DecodeError::CutShort(name)),
        }
    }
}

/// Writes until the decoder takes no more; gives what it did not take.
fn write_until_end<'a>(decoder: &mut impl Write, mut piece: &'a [u8]) -> io::Result<&'a [u8]> {
    while !piece.is_empty() {
        match decoder.write(piece)? {
            0 => break,
            taken => piece = &piece[taken..],
        }
    }
    Ok(piece)
}

/// Whether the stream has ended.
fn run_inflate(inflate: &mut Decompress, mut piece: &[u8], sink: &mut Sink) -> io::Result<bool> {
    let mut room = [0; ROOM];
    loop {
        let (taken, given) = (inflate.total_in(), inflate.total_out());
        let status = inflate.decompress(piece, &mut room, FlushDecompress::None).map_err(io::Error::other)?;
        let (taken, given) = (inflate.total_in() - taken, inflate.total_out() - given);
        sink.write_all(&room[..given as usize])?;
        piece = &piece[taken as usize..];
        match status {
            Status::StreamEnd => return Ok(true),
            _ if taken == 0 && given == 0 => return Ok(false),
            _ => {}
        }
    }
}

/// Whether the frame has ended.
fn run_zstd(zstd: &mut Zstd<'static>, mut piece: &[u8], sink: &mut Sink) -> io::Result<bool> {
    let mut room = [0; ROOM];
    loop {
        let status = zstd.run_on_buffers(piece, &mut room)?;
        sink.write_all(&room[..status.bytes_written])?;
        piece = &piece[status.bytes_read..];
        if status.remaining == 0 {
            return Ok(true);
        }
        if status.bytes_read == 0 && status.bytes_written == 0 {
            return Ok(false);
        }
    }
}

#[cfg(test)]
mod tests;
