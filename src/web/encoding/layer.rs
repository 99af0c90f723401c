//! One content coding: what it begins like, and undoing it piece by piece.

use std::io::{self, Write};

use brotli_decompressor::DecompressorWriter;
use flate2::{Decompress, FlushDecompress, Status, write::GzDecoder};
use zstd::stream::raw::{DParameter, Decoder as Zstd, Operation};

use super::{DecodeError, Sink};

/// Members of one gzip. Empty ones cost time and give nothing.
const MOST_MEMBERS: usize = 1000;
/// Bytes that a decoder is given room for at a time.
const ROOM: usize = 32 << 10;
/// Windows of zstd may be 8 MB in HTTP (RFC 9659).
const ZSTD_WINDOW_LOG: u32 = 23;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Coding {
    Gzip,
    Deflate,
    Brotli,
    Zstd,
}

impl Coding {
    /// `None` for what changes nothing.
    pub(super) fn named(name: &str) -> Result<Option<Self>, DecodeError> {
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
pub(super) struct Layer {
    coding: Coding,
    state: State,
    /// Bytes that came out of it.
    pub(super) given: u64,
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
    pub(super) fn of(coding: Coding) -> Self {
        Self { coding, state: State::Undecided(Vec::new()), given: 0, members: 0 }
    }

    /// Whether all that comes goes through as it is.
    pub(super) fn is_plain(&self) -> bool {
        matches!(self.state, State::Plain)
    }

    pub(super) fn push(&mut self, mut piece: &[u8], sink: &mut Sink) -> Result<(), DecodeError> {
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
    pub(super) fn end(&mut self, sink: &mut Sink) -> Result<(), DecodeError> {
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
