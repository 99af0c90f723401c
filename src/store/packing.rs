//! Writing packs, and keeping account of them, so that it is known how much of each still counts and how far it reached
//! when that was last said.

use std::{
    collections::BTreeMap,
    fs::{self, File, OpenOptions},
    os::unix::fs::FileExt,
    sync::Arc,
};

use serde::{Deserialize, Serialize};
use zstd::zstd_safe::CParameter;

use super::{
    StoreError, codec,
    packs::{BLOCK, Packs, Place},
    table::Table,
};

/// zstd's quickest level.
const LEVEL: i32 = 1;
/// A pack that has reached this is left alone, and the next one begun.
const FULL: u64 = 8 << 20;
/// A full pack is emptied when less of it counts than this share, in percent.
const WORTH_KEEPING: u64 = 60;

/// What is known of one pack.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Account {
    /// Bytes of the file that count.
    pub(super) reaches: u64,
    /// Bytes of text in it, unpacked, and how many of these a post still points to.
    pub(super) held: u64,
    pub(super) live: u64,
}

/// All packs by number.
pub(super) type Accounts = BTreeMap<u32, Account>;

/// The end of the newest pack, where bodies are added.
pub(super) struct Packing {
    packs: Arc<Packs>,
    /// Becomes the truth when a batch stores it with the places.
    pub(super) accounts: Accounts,
    file: Option<(u32, File)>,
    compressor: zstd::bulk::Compressor<'static>,
}

impl Packing {
    /// Goes on where `accounts` ends. What a crash left behind it, in files or whole files, is taken away.
    pub(super) fn start(packs: Arc<Packs>, accounts: Accounts) -> Result<Self, StoreError> {
        let failed = |source| StoreError::Io { path: packs.folder().to_owned(), source };
        fs::create_dir_all(packs.folder()).map_err(failed)?;
        for entry in fs::read_dir(packs.folder()).map_err(failed)? {
            let path = entry.map_err(failed)?.path();
            if !accounts.keys().any(|pack| packs.path(*pack) == path) {
                fs::remove_file(&path).map_err(failed)?;
            }
        }
        let mut compressor = zstd::bulk::Compressor::new(LEVEL).map_err(unpackable)?;
        compressor.set_parameter(CParameter::ChecksumFlag(true)).map_err(unpackable)?;
        Ok(Self { packs, accounts, file: None, compressor })
    }

    /// Adds bodies by what they are called, which count when their places and [`Self::accounts`] are stored.
    pub(super) fn add<Name: Copy>(&mut self, bodies: &[(Name, String)]) -> Result<Vec<(Name, Place)>, StoreError> {
        if bodies.is_empty() {
            return Ok(Vec::new());
        }
        let mut places = Vec::with_capacity(bodies.len());
        let mut written = Vec::new();
        let (pack, begin) = self.newest()?;
        let mut rest = bodies;
        while !rest.is_empty() {
            let mut text = Vec::new();
            let first = places.len();
            while let Some(((id, body), behind)) = rest.split_first()
                && (text.is_empty() || text.len() + body.len() <= BLOCK)
            {
                let (start, length) = (text.len() as u32, body.len() as u32);
                places.push((*id, Place { pack, at: begin as u32 + written.len() as u32, packed: 0, start, length }));
                text.extend_from_slice(body.as_bytes());
                rest = behind;
            }
            let frame = self.compressor.compress(&text).map_err(unpackable)?;
            for (_, place) in &mut places[first..] {
                place.packed = frame.len() as u32;
            }
            written.extend_from_slice(&frame);
            let account = self.accounts.entry(pack).or_default();
            account.held += text.len() as u64;
            account.live += text.len() as u64;
        }
        if let Some((_, file)) = &self.file {
            let failed = |source| StoreError::Io { path: self.packs.path(pack), source };
            file.write_all_at(&written, begin).map_err(failed)?;
        }
        self.accounts.entry(pack).or_default().reaches = begin + written.len() as u64;
        Ok(places)
    }

    /// The pack that is written to, opened, and where it ends.
    fn newest(&mut self) -> Result<(u32, u64), StoreError> {
        let (last, account) = self.accounts.last_key_value().map_or((0, Account::default()), |(pack, at)| (*pack, *at));
        let (pack, end) = if account.reaches >= FULL || last == 0 { (last + 1, 0) } else { (last, account.reaches) };
        if self.file.as_ref().is_none_or(|(open, _)| *open != pack) {
            let path = self.packs.path(pack);
            let opened = OpenOptions::new().create(true).write(true).truncate(false).open(&path);
            let opened = opened.and_then(|file| file.set_len(end).map(|()| file));
            self.file = Some((pack, opened.map_err(|source| StoreError::Io { path, source })?));
        }
        Ok((pack, end))
    }

    /// A body is no longer wanted where it lies.
    pub(super) fn forget(&mut self, place: Place) {
        if let Some(account) = self.accounts.get_mut(&place.pack) {
            account.live = account.live.saturating_sub(place.length.into());
        }
    }

    /// A full pack that is worth emptying.
    pub(super) fn wasteful(&self) -> Option<u32> {
        let full = self.accounts.iter().rev().skip(1);
        let worst = full.min_by_key(|(_, account)| account.live * 100 / account.held.max(1));
        worst.filter(|(_, account)| account.live * 100 < account.held * WORTH_KEEPING).map(|(pack, _)| *pack)
    }
}

fn unpackable(error: std::io::Error) -> StoreError {
    StoreError::Damaged(error.to_string())
}

/// Checks that packs reach as far as was said, which they do not if the machine was lost and the disk had written the
/// later of two things first.
pub(super) fn check(packs: &Packs, accounts: &Accounts) -> Result<(), StoreError> {
    for (pack, account) in accounts {
        let length = fs::metadata(packs.path(*pack)).map_or(0, |file| file.len());
        if length < account.reaches {
            return Err(StoreError::Damaged(format!("{} is cut short", packs.path(*pack).display())));
        }
    }
    Ok(())
}

pub(super) fn accounts(meta: &Table) -> Result<Accounts, StoreError> {
    Ok(meta.get("packs")?.map(|bytes| codec::decode(&bytes)).transpose()?.unwrap_or_default())
}
