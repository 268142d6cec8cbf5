//! Handing the whole log over for evidence: every header, and the records that are opened.
//!
//! Owns: which records a filter opens, headers rebuilt from what is stored. Does not own: files (`export`).

use super::failure::{Failure, Result};
use super::keys::Fingerprints;
use super::open::Store;
use super::query::{Filter, Record};
use super::read::Seen;
use crate::ledger::kind::Facts;
use crate::ledger::proof::Range;
use crate::ledger::tree::peak_positions;
use crate::ledger::{Digest, Header, Salt};
use crate::verify::PartSeen;

/// An entry for an outsider.
#[derive(Clone, Debug)]
pub struct Evidence {
    /// Its header, rebuilt from what is stored.
    pub header: Header,
    /// The leaf hash that is stored for it.
    pub leaf: Digest,
    /// The record in it, if the filter opens it.
    pub opened: Option<Record>,
    /// Its facts were erased.
    pub erased: bool,
    /// The facts of a permanent entry, with their salt: nothing personal is in them.
    pub act: Option<(Salt, String)>,
}

impl Store {
    /// Hands over every entry: `see` on several threads, entries of a chunk one after the other into one `R`; `take` gets
    /// the chunks on this thread, in the order of the log. The caller is inside [`Store::in_one_state`].
    ///
    /// # Errors
    /// Those of the database, of `see` and of `take`; [`Failure::Damaged`] for an entry that cannot be one.
    pub fn evidence<R: Default + Send, E: From<Failure> + Send>(
        &self,
        filter: &Filter,
        fingerprints: Option<&Fingerprints>,
        see: impl Fn(&mut R, Evidence) -> std::result::Result<(), E> + Sync,
        take: impl FnMut(R) -> std::result::Result<(), E>,
    ) -> std::result::Result<(), E> {
        let candidates = self.candidates(filter, fingerprints)?;
        let look = |store: &Store, chunk| {
            let mut prev = store.before(chunk)?.map(|(_, leaf)| leaf);
            let mut seen_so_far = Ok(R::default());
            store.see_chunk(chunk, |seen| {
                if let Ok(so_far) = &mut seen_so_far {
                    let seen_now = store
                        .entry_for(seen, prev, filter, candidates.as_deref())
                        .map_err(E::from)
                        .and_then(|evidence| see(so_far, evidence));
                    prev = Some(seen.sighting.leaf);
                    if let Err(e) = seen_now {
                        seen_so_far = Err(e);
                    }
                }
            })?;
            seen_so_far
        };
        self.share(self.helpers()?, self.chunks(), look, take)
    }

    /// The compact range left of an entry: the hashes of the complete subtrees that make up what comes before it, largest
    /// first.
    ///
    /// # Errors
    /// Those of the database; [`Failure::Damaged`] where a node or an entry is missing.
    pub fn left_of(&self, first: u64) -> Result<Vec<Digest>> {
        let ranges = peak_positions(first)
            .map(|(level, number)| Range { first: number << level, end: (number + 1) << level });
        self.hashes_of(&ranges.collect::<Vec<_>>())
    }

    /// One entry for an outsider, not opened; `None` where there is none.
    ///
    /// # Errors
    /// As [`Store::evidence`].
    pub fn evidence_of(&self, index: u64) -> Result<Option<Evidence>> {
        let prev = match index.checked_sub(1) {
            Some(before) => self.leaf(before)?,
            None => None,
        };
        let nobody = Filter::default();
        self.see_one(index, |seen| self.entry_for(seen, prev, &nobody, Some(&[])))?.transpose()
    }

    fn entry_for(
        &self,
        seen: &Seen<'_>,
        prev: Option<Digest>,
        filter: &Filter,
        candidates: Option<&[u64]>,
    ) -> Result<Evidence> {
        let s = &seen.sighting;
        let header = s.header(prev).map_err(|why| Failure::Damaged { index: Some(s.index), why })?;
        let mut opened = None;
        if seen.columns.is_some() && candidates.is_none_or(|all| all.binary_search(&s.index).is_ok()) {
            opened =
                Some(self.hashed_record(seen, (header.facts, header.extra))?).filter(|r| filter.matches(r));
        }
        let act = match s.facts {
            PartSeen::Present { salt, bytes, .. } if header.kind.facts() == Facts::Permanent => {
                Some((salt, String::from_utf8_lossy(bytes).into_owned()))
            }
            _ => None,
        };
        let erased = matches!(s.facts, PartSeen::Erased { .. });
        Ok(Evidence { header, leaf: s.leaf, opened, erased, act })
    }
}
