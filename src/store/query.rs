//! Finding entries: filters, and records as values of their own.
//!
//! Owns: which entries match, in which order they are shown. Does not own: lookups (`lookup`), presentation (`cli`).

use std::ops::ControlFlow;

use chrono::NaiveDate;
use rusqlite::OptionalExtension as _;

use super::altered::{Amendments, Before};
use super::connection::Store;
use super::correction::reading;
use super::failure::{Failure, Result};
use super::filter::Filter;
use super::intern;
use super::keys::Fingerprints;
use super::lookup;
use super::prepare::Provenance;
use super::read::Seen;
use crate::ledger::{Digest, Kind, PartName, Salt};
use crate::record::Provision;
use crate::record::correction::{Correction, Reading};
use crate::record::fold::fold;
use crate::verify::{HeaderFields, PartSeen};

/// The day number of 9999-12-31; no principal's hash is missed by it, because every hit is compared.
const LAST_DAY: i64 = 99_991_231;

/// Whether a payload is still there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RecordState {
    /// It can be read.
    Present,
    /// It was erased, by that entry.
    Erased {
        /// Index of the erasure entry; `None` when no erasure names it (see `verify`).
        by: Option<u64>,
    },
    /// What is stored is not readable (see `verify`).
    Unreadable,
}

/// An entry as a value of its own.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// Its index.
    pub index: u64,
    /// The header fields that are stored as they are.
    pub fields: HeaderFields,
    /// Its leaf hash.
    pub leaf: Digest,
    /// The leaf hash stored for the entry before it.
    pub prev: Option<Digest>,
    /// Salt and hash of the facts; the salt is gone with the facts.
    pub facts: (Option<Salt>, Option<Digest>),
    /// Salt and hash of the extra part.
    pub extra: (Option<Salt>, Option<Digest>),
    /// Whether the payload is still there.
    pub state: RecordState,
    /// It is not what was recorded, or cannot be shown to be: it, the leaf hash before it, or an entry about it was altered.
    pub altered: bool,
    /// The record as it was recorded, where the entry is one and its facts are there.
    pub provision: Option<Provision>,
    /// How it reads with its corrections.
    pub reading: Reading,
    /// The indexes of its corrections.
    pub corrections: Vec<u64>,
    /// Where it was imported from.
    pub import: Option<Provenance>,
    /// The keyed fingerprint of the idempotency key it was recorded under.
    pub key: Option<i64>,
    /// The payload of any other kind: facts and extra as canonical JSON.
    pub act: Option<(String, Option<String>)>,
}

impl Entry {
    /// The record as it reads now; as it was recorded where it is void; `None` where there is nothing to read.
    #[must_use]
    pub fn current(&self) -> Option<&Provision> {
        match &self.reading {
            Reading::Amended(p) => Some(p),
            Reading::Recorded | Reading::Void => self.provision.as_ref(),
        }
    }

    /// The same, read with these corrections.
    pub(super) fn corrected(mut self, corrections: &[(u64, Correction)]) -> Self {
        if let Some(provision) = &self.provision {
            self.reading = reading(provision, corrections);
        }
        self.corrections = corrections.iter().map(|(index, _)| *index).collect();
        self
    }
}

impl Store {
    /// Shows the entries that match, in order, until told to stop, each re-hashed on the way. `fingerprints` are needed where
    /// [`Filter::needs_secret`]. Of an entry that a lookup leads to and that was altered nobody can tell whether it matches: it
    /// is shown.
    ///
    /// # Errors
    /// Those of the database; [`Failure::Damaged`] for an entry that cannot be read at all.
    pub fn records<E: From<Failure>>(
        &self,
        filter: &Filter,
        fingerprints: Option<&Fingerprints>,
        show: &mut dyn FnMut(Entry) -> std::result::Result<ControlFlow<()>, E>,
    ) -> std::result::Result<(), E> {
        let Amendments { corrections, altered } = self.amendments()?;
        let corrected = |record: Entry| {
            let index = record.index;
            let mut read = record.corrected(corrections.get(&index).map_or(&[][..], Vec::as_slice));
            read.altered |= altered.contains(&index);
            read
        };
        let mut before = Before::default();
        match self.candidates(filter, fingerprints)? {
            Some(looked_up) => {
                // A correction may have made a record one that is asked for; no lookup knows of it.
                let mut indexes = looked_up.clone();
                if !corrections.is_empty() {
                    indexes.extend(corrections.keys());
                    indexes.sort_unstable();
                    indexes.dedup();
                }
                for index in indexes {
                    let prev = before.of(self, index)?;
                    let record = self.see_one(index, |seen| {
                        before.saw(index, seen.sighting.leaf);
                        self.to_record(seen, prev)
                    })?;
                    let record = record.transpose()?.map(corrected);
                    let asked = |r: &Entry| {
                        filter.matches(r) || (r.altered && looked_up.binary_search(&r.index).is_ok())
                    };
                    if let Some(record) = record.filter(asked)
                        && show(record)?.is_break()
                    {
                        return Ok(());
                    }
                }
                Ok(())
            }
            None => {
                let mut ended = Ok(ControlFlow::Continue(()));
                self.see_all(&mut |seen| {
                    if !matches!(ended, Ok(ControlFlow::Continue(()))) {
                        return;
                    }
                    let index = seen.sighting.index;
                    let record = self.to_record(seen, before.of_next(index)).map(corrected);
                    before.saw(index, seen.sighting.leaf);
                    ended = match record {
                        Ok(record) if filter.matches(&record) => show(record),
                        Ok(_) => Ok(ControlFlow::Continue(())),
                        Err(e) => Err(e.into()),
                    };
                })?;
                ended.map(|_| ())
            }
        }
    }

    /// One entry; `None` when there is no such index.
    ///
    /// # Errors
    /// Those of the database; [`Failure::Damaged`] for an entry that cannot be read at all.
    pub fn record(&self, index: u64) -> Result<Option<Entry>> {
        let prev = self.prev_of(index)?;
        let Some(record) = self.see_one(index, |seen| self.to_record(seen, prev))?.transpose()? else {
            return Ok(None);
        };
        let (corrections, altered) = self.corrections_of(index)?;
        let mut record = record.corrected(&corrections);
        record.altered |= altered;
        Ok(Some(record))
    }

    /// The entries to look at, by the most selective lookup that the filter allows; `None`: all of them.
    pub(super) fn candidates(
        &self,
        filter: &Filter,
        fingerprints: Option<&Fingerprints>,
    ) -> Result<Option<Vec<u64>>> {
        let hashes = match (&filter.principal_id, &filter.principal_name, fingerprints) {
            (Some(id), _, Some(f)) => vec![(lookup::principal_id(f, id), lookup::principal_id(f, id))],
            (None, Some(name), Some(f)) => {
                vec![(lookup::principal_name(f, name), lookup::principal_name(f, name))]
            }
            (None, None, _) => match (&filter.recipient, filter.from, filter.to) {
                (Some(name), ..) => self
                    .run(|c| intern::parties_named(c, &fold(name)))?
                    .into_iter()
                    .map(|id| (lookup::party(id), lookup::party(id)))
                    .collect(),
                (None, None, None) => return filter.kind.map_or(Ok(None), |kind| self.of_kind(kind)),
                (None, from, to) => {
                    let day = |day: Option<NaiveDate>, or: i64| day.map_or(or, lookup::day);
                    vec![(lookup::PERIODS, lookup::PERIODS), (day(from, 2), day(to, LAST_DAY))]
                }
            },
            // Without the secret a principal is found by reading everything.
            _ => return Ok(None),
        };
        let mut all = Vec::new();
        for (from, to) in hashes {
            all.extend(self.run(|c| lookup::candidates(c, from, to))?);
        }
        all.sort_unstable();
        all.dedup();
        Ok(Some(all))
    }

    fn to_record(&self, seen: &Seen<'_>, prev: Option<Digest>) -> Result<Entry> {
        let s = &seen.sighting;
        let header = s.header(prev);
        // What is broken has no hash; the state says that it cannot be read.
        let hash = |name, part: &PartSeen<'_>| part.hash(name).unwrap_or_default();
        let hashes = match &header {
            Ok(header) => (header.facts, header.extra),
            Err(_) => (hash(PartName::Facts, &s.facts), hash(PartName::Extra, &s.extra)),
        };
        let mut record = self.hashed_record(seen, prev, hashes)?;
        record.altered = header.map_or(true, |header| !seen.is_as_recorded(&header));
        Ok(record)
    }

    /// The record of an entry whose parts have been hashed, and compared by the caller.
    pub(super) fn hashed_record(
        &self,
        seen: &Seen<'_>,
        prev: Option<Digest>,
        (facts, extra): (Option<Digest>, Option<Digest>),
    ) -> Result<Entry> {
        let s = &seen.sighting;
        let fields = s.fields.map_err(|why| Failure::Damaged { index: Some(s.index), why: why.into() })?;
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        let act = match (fields.kind, &s.facts, &s.extra) {
            (kind, ..) if kind.is_record() => None,
            (_, PartSeen::Present { bytes, .. }, extra) => Some((
                text(bytes),
                match extra {
                    PartSeen::Present { bytes, .. } => Some(text(bytes)),
                    _ => None,
                },
            )),
            _ => None,
        };
        Ok(Entry {
            index: s.index,
            fields,
            leaf: s.leaf,
            prev,
            facts: (salt(&s.facts), facts),
            extra: (salt(&s.extra), extra),
            state: match s.facts {
                PartSeen::Present { .. } => RecordState::Present,
                PartSeen::Erased { .. } => RecordState::Erased { by: self.erased_by(s.index)? },
                PartSeen::Absent | PartSeen::Withheld { .. } | PartSeen::Broken(_) => RecordState::Unreadable,
            },
            altered: false,
            provision: seen.cells.map(super::columns::RecordCells::to_provision),
            reading: Reading::Recorded,
            corrections: Vec::new(),
            key: seen.cells.and_then(|c| c.key),
            import: seen.cells.and_then(|c| Some(Provenance { import: c.import?, line: c.line? })),
            act,
        })
    }

    /// The erasure entry that names this index.
    pub(super) fn erased_by(&self, index: u64) -> Result<Option<u64>> {
        self.named_in("erased", index)
    }

    /// The erasure entry that names the extra part of this index.
    pub(super) fn extra_erased_by(&self, index: u64) -> Result<Option<u64>> {
        self.named_in("erased_extra", index)
    }

    fn named_in(&self, table: &str, index: u64) -> Result<Option<u64>> {
        let sql = format!("SELECT last, erasure FROM {table} WHERE first <= ?1 ORDER BY first DESC LIMIT 1");
        let found: Option<(u64, u64)> = self
            .run(|c| c.prepare_cached(&sql)?.query_row([index], |r| Ok((r.get(0)?, r.get(1)?))).optional())?;
        Ok(found.filter(|(last, _)| *last >= index).map(|(_, erasure)| erasure))
    }

    /// Shows the fingerprint of every record that is still there.
    ///
    /// # Errors
    /// Those of the database.
    pub fn fingerprints_of_records(&self, show: &mut dyn FnMut(i64)) -> Result<()> {
        self.run(|c| {
            let mut statement = c.prepare("SELECT fingerprint FROM entry WHERE fingerprint IS NOT NULL")?;
            let mut rows = statement.query([])?;
            while let Some(row) = rows.next()? {
                show(row.get(0)?);
            }
            Ok(())
        })
    }

    /// The import entries: index and keyed digest of the file.
    ///
    /// # Errors
    /// Those of the database.
    pub fn imported_files(&self) -> Result<Vec<(u64, String)>> {
        let mut found = Vec::new();
        let mut show = |seen: &Seen<'_>| {
            if let Some(digest) = crate::act::import::digest(seen.sighting.facts.bytes()) {
                found.push((seen.sighting.index, digest));
            }
        };
        for index in self.of_kind(Kind::Import)?.unwrap_or_default() {
            self.see_one(index, &mut show)?;
        }
        Ok(found)
    }
}

fn salt(part: &PartSeen<'_>) -> Option<Salt> {
    match part {
        PartSeen::Present { salt, .. } => Some(*salt),
        _ => None,
    }
}
