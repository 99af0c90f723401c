use super::*;

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

fn brotli(bytes: &[u8]) -> Vec<u8> {
    let mut packed = Vec::new();
    brotli::BrotliCompress(&mut &bytes[..], &mut packed, &Default::default()).unwrap();
    packed
}

fn zlib(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::ZlibEncoder::new(Vec::new(), flate2::Compression::best());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

fn raw_deflate(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::DeflateEncoder::new(Vec::new(), flate2::Compression::best());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

fn zstd(bytes: &[u8]) -> Vec<u8> {
    zstd::stream::encode_all(bytes, 3).unwrap()
}

/// The body, however the wire cuts it into pieces.
fn decoded(codings: &str, wire: &[u8], limit: usize) -> Result<Vec<u8>, DecodeError> {
    let in_pieces = |size: usize| {
        let mut decoder = Decoder::new([codings].into_iter(), limit, false)?;
        wire.chunks(size).try_for_each(|piece| decoder.push(piece).map(drop))?;
        decoder.finish()
    };
    let whole = in_pieces(wire.len().max(1));
    for size in [1, 3, 1000] {
        if wire.len() / size < 10_000 {
            assert_eq!(in_pieces(size), whole, "{codings} in pieces of {size}");
        }
    }
    whole
}

const TEXT: &[u8] = b"<rss><channel><title>caf\xc3\xa9</title></channel></rss>";

#[test]
fn what_a_server_packed_is_unpacked_whatever_it_calls_it() {
    let two_members = [gzip(&TEXT[..20]), gzip(&TEXT[20..])].concat();
    let padded = [gzip(TEXT), vec![0; 7]].concat();
    for (codings, wire) in [
        ("gzip", gzip(TEXT)),
        ("x-gzip", gzip(TEXT)),
        (" GZIP ", gzip(TEXT)),
        ("gzip", two_members),
        ("gzip", padded),
        ("br", brotli(TEXT)),
        ("br", [brotli(TEXT), vec![1, 2, 3]].concat()),
        ("deflate", zlib(TEXT)),
        ("deflate", raw_deflate(TEXT)),
        ("zstd", zstd(TEXT)),
        ("gzip, gzip", gzip(&gzip(TEXT))),
        ("gzip, br", brotli(&gzip(TEXT))),
        ("identity, gzip", gzip(TEXT)),
        // It says so and is plain all the same.
        ("gzip", TEXT.to_vec()),
        ("br", TEXT.to_vec()),
        ("deflate", TEXT.to_vec()),
        ("zstd", TEXT.to_vec()),
        ("gzip, gzip", gzip(TEXT)),
        // It is packed and does not say so.
        ("", gzip(TEXT)),
        // No coding at all.
        ("utf-8", TEXT.to_vec()),
        ("none", TEXT.to_vec()),
        ("", TEXT.to_vec()),
    ] {
        assert_eq!(decoded(codings, &wire, 1 << 20).as_deref(), Ok(TEXT), "{codings:?}");
    }
    for codings in ["gzip", "br", "deflate", "zstd", ""] {
        assert_eq!(decoded(codings, b"", 1 << 20).as_deref(), Ok(&b""[..]), "an empty body, {codings:?}");
        assert_eq!(decoded(codings, b"<", 1 << 20).as_deref(), Ok(&b"<"[..]), "one byte, {codings:?}");
    }
}

#[test]
fn what_broke_off_or_is_damaged_is_told() {
    let short = |mut packed: Vec<u8>, by: usize| {
        packed.truncate(packed.len() - by);
        packed
    };
    let mut bad_crc = gzip(TEXT);
    let at = bad_crc.len() - 6;
    bad_crc[at] ^= 1;
    let cut = |name| Err(DecodeError::CutShort(name));
    for (codings, wire, expected) in [
        ("gzip", short(gzip(TEXT), 1), cut("gzip")),
        ("gzip", short(gzip(TEXT), 12), cut("gzip")),
        ("gzip", gzip(TEXT)[..5].to_vec(), cut("gzip")),
        ("br", short(brotli(TEXT), 3), cut("brotli")),
        ("deflate", short(zlib(TEXT), 3), cut("deflate")),
        ("deflate", short(raw_deflate(TEXT), 3), cut("deflate")),
        ("zstd", short(zstd(TEXT), 3), cut("zstd")),
        ("gzip, gzip", gzip(&short(gzip(TEXT), 12)), cut("gzip")),
        ("gzip", bad_crc, Err(DecodeError::Damaged("gzip"))),
        ("gzip", b"\x1f\x8b\x08\0\0\0\0\0\0\0\xff\xff\xff\xff".to_vec(), Err(DecodeError::Damaged("gzip"))),
        ("br", b"\xff\xff\xff\xff\xff\xff\xff\xff".to_vec(), Err(DecodeError::Damaged("brotli"))),
        ("compress", TEXT.to_vec(), Err(DecodeError::Unknown("compress".into()))),
        ("gzip,gzip,gzip,gzip", TEXT.to_vec(), Err(DecodeError::Unknown("4 codings one upon the other".into()))),
    ] {
        assert_eq!(decoded(codings, &wire, 1 << 20), expected, "{codings}");
    }
}

#[test]
fn bombs_end_early_and_long_answers_at_the_limit() {
    let long = vec![b' '; 30 << 20];
    let limit = 24 << 20;
    for (codings, wire, expected) in [
        ("gzip", gzip(&long), DecodeError::Bomb),
        ("br", brotli(&long), DecodeError::Bomb),
        ("deflate", zlib(&long), DecodeError::Bomb),
        ("zstd", zstd(&long), DecodeError::Bomb),
        ("gzip, gzip", gzip(&gzip(&long)), DecodeError::Bomb),
        // Little comes out in the end, but much on the way.
        ("gzip, gzip", gzip(&gzip(b"").repeat(1 << 19)), DecodeError::Bomb),
    ] {
        assert_eq!(decoded(codings, &wire, limit), Err(expected), "{codings}");
    }
    assert_eq!(decoded("", &long, limit), Err(DecodeError::TooLarge));
    assert_eq!(decoded("gzip", &gzip(&long[..2 << 20]), 1 << 20), Err(DecodeError::TooLarge));
    assert_eq!(decoded("gzip", &gzip(&long[..2 << 20]), limit).map(|body| body.len()), Ok(2 << 20));
}

#[test]
fn what_came_before_a_cut_is_there() {
    let long = TEXT.repeat(2000);
    for (codings, wire) in [("", long.clone()), ("gzip", gzip(&long)), ("br", brotli(&long))] {
        for limit in [10, 50_000] {
            let mut decoder = Decoder::new([codings].into_iter(), limit, true).unwrap();
            let more = wire.chunks(100).all(|piece| decoder.push(piece).unwrap());
            assert!(!more || codings == "gzip", "gzip may hold back until its end");
            assert_eq!(decoder.finish().unwrap(), &long[..limit], "{codings:?} {limit}");
        }
    }
}
