//! Verification of a stored ledger: the log through `verify`, and the store's own tables against the log.
//!
//! Owns: lookups and nodes compared with the entries, and the order of all checks. Does not own: the steps (`verify`), the other tables (`closed`).

use rusqlite::{OptionalExtension as _, params};
use siphasher::sip::SipHasher13;

use super::anchor::AnchorStanding;
use super::block::{self, LookupRun, LookupRuns, Pair};
use super::closed::Referenced;
use super::connection::Store;
use super::failure::meaning;
use super::failure::{Against, Failure, Result};
use super::file::A_LITTLE;
use super::keys::{Fingerprints, random};
use super::lookup::{self, Hashes};
use super::prepare::Preparer;
use super::scan::{CHUNK, Chunk};
use super::timestamps::Stamped;
use crate::act;
use crate::ledger::anchor::State;
use crate::ledger::tree::Node;
use crate::ledger::{Digest, Kind, Timestamp};
use crate::verify::chain::{KnownRoot, KnownRootFrom, Witness};
use crate::verify::erasures::ErasureClaim;
use crate::verify::{
    Believed, Examined, Examiner, Finding, HeaderFields, Notice, PartSeen, Sighting, Summary, Verifier,
};

/// So often is looked whether an erasure is finished: for two seconds.
const PENDING_LOOKS: u32 = 100;

/// What an erasure entry claims.
pub(super) fn erasure_claim(s: &Sighting<'_>) -> ErasureClaim {
    // A time that cannot be read is a finding of its own; the earliest lets nothing pass.
    let time = s.fields.map(|f| f.time).unwrap_or_default();
    ErasureClaim::of_facts(s.index, time, s.facts.bytes())
}

/// True where an entry that is no record says what its kind can say; true also where nobody can read it any more.
fn is_understood(s: &Sighting<'_>) -> bool {
    let (Ok(fields), PartSeen::Present { bytes, .. }) = (s.fields, s.facts) else { return true };
    let extra = match s.extra {
        PartSeen::Absent => Some(&[][..]),
        PartSeen::Present { bytes, .. } => Some(bytes),
        PartSeen::Erased { .. } | PartSeen::Withheld { .. } | PartSeen::Broken(_) => None,
    };
    act::is_understood(fields.kind, fields.about, bytes, extra)
}

/// A sum over a set of lookups that does not depend on their order. The key is random for every run, so that nobody
/// can craft rows that make up for missing ones.
#[derive(Clone)]
struct LookupSum {
    key: SipHasher13,
    sum: u64,
    count: u64,
}

impl LookupSum {
    fn new() -> Result<Self> {
        Ok(LookupSum { key: SipHasher13::new_with_key(&random()?), sum: 0, count: 0 })
    }

    /// Adds a pair; the single lookups are run 0.
    fn add(&mut self, run: i64, (hash, idx): Pair) {
        let mut bytes = [0; 24];
        for (place, word) in bytes.chunks_exact_mut(8).zip([run.cast_unsigned(), hash.cast_unsigned(), idx]) {
            place.copy_from_slice(&word.to_ne_bytes());
        }
        self.sum = self.sum.wrapping_add(self.key.hash(&bytes));
        self.count += 1;
    }

    fn merge(&mut self, other: &LookupSum) {
        self.sum = self.sum.wrapping_add(other.sum);
        self.count += other.count;
    }
}

/// What is done on several threads.
enum Job {
    Lookups(LookupRun),
    Entries(Chunk),
}

/// What the threads look things up in.
struct Looked<'a> {
    fingerprints: Option<&'a Fingerprints>,
    runs: &'a LookupRuns,
    referenced: &'a Referenced,
    /// The import entries, ascending.
    imports: &'a [u64],
}

/// What comes of it.
enum Done {
    Lookups(LookupSum),
    /// The pairs of this run are out of order, so their sum says nothing.
    Disordered(LookupRun),
    Entries(Vec<Examined>, LookupSum),
}

/// Passes findings on and compares nodes with the kept ones.
struct NodeCheck<'a, W: Witness> {
    store: &'a Store,
    next: &'a mut W,
    nodes: u64,
    failed: Option<Failure>,
}

impl<W: Witness> Witness for NodeCheck<'_, W> {
    fn finding(&mut self, finding: Finding) {
        self.next.finding(finding);
    }

    fn notice(&mut self, notice: Notice) {
        self.next.notice(notice);
    }

    fn node(&mut self, node: Node) {
        if node.level < super::nodes::KEPT_LEVEL {
            return;
        }
        self.nodes += 1;
        match self.store.kept_node(node.level, node.number) {
            Ok(found) if found == Some(node.hash) => {}
            Ok(found) => self.next.finding(Finding::NodeWrong {
                level: node.level,
                number: node.number,
                expected: node.hash,
                found,
            }),
            Err(e) => self.failed = Some(e),
        }
    }
}

/// Adds the state that the anchor holds; true when there is one.
fn anchor_mark<W: Witness>(anchor: AnchorStanding, marks: &mut Vec<KnownRoot>, w: &mut W) -> bool {
    match anchor {
        AnchorStanding::None => {}
        AnchorStanding::Good(_, State { size, root, .. })
        | AnchorStanding::Against(Against::State { anchored: State { size, root, .. }, .. }) => {
            marks.push(KnownRoot { size, root, from: KnownRootFrom::Anchor });
            return true;
        }
        AnchorStanding::OutOfReach(path, _) => w.notice(Notice::AnchorOutOfReach { path }),
        AnchorStanding::Against(Against::OfAnother(path) | Against::Unreadable(path)) => {
            w.finding(Finding::NotItsAnchor { path });
        }
    }
    false
}

/// What a verification includes beside the log itself.
#[derive(Clone, Copy, Debug, Default)]
pub struct Checks<'a> {
    /// With the fingerprint secret, the lookups are compared too.
    pub fingerprints: Option<&'a Fingerprints>,
    /// SQLite's own check of the file.
    pub deep: bool,
    /// A checkpoint from outside, which the log must continue.
    pub checkpoint: Option<&'a Believed>,
}

impl Store {
    /// How many records say of themselves that a rule was broken.
    fn with_breaches(&self) -> Result<u64> {
        self.run(|c| {
            let any: bool = c.query_row("SELECT EXISTS (SELECT 1 FROM particulars WHERE breaches IS NOT NULL)", [], |r| r.get(0))?;
            if !any {
                return Ok(0);
            }
            c.query_row(
                "SELECT count(*) FROM entry WHERE particulars IN (SELECT id FROM particulars WHERE breaches IS NOT NULL)",
                [],
                |r| r.get(0),
            )
        })
    }

    /// Verifies the whole ledger, in one state of it; the caller is in no transaction.
    ///
    /// # Errors
    /// Those of the database; whatever is wrong in the log itself is a finding.
    pub fn verify<W: Witness>(&self, now: Timestamp, checks: Checks<'_>, witness: &mut W) -> Result<Summary> {
        let anchor = self.anchor_before().or_else(|failure| {
            // Without the log itself nothing can be compared: what the file lacks is said all the same.
            self.check_schema(witness)?;
            Err(failure)
        })?;
        let summary = self.in_one_state(|| self.verify_state(now, checks, anchor, witness))?;
        if self.erasure_stays_pending()? {
            witness.notice(Notice::ErasurePending);
        }
        Ok(summary)
    }

    /// An erasure that was committed a moment ago is finished in the next; only one that stays so is told.
    fn erasure_stays_pending(&self) -> Result<bool> {
        for _ in 0..PENDING_LOOKS {
            if !self.erasure_pending()? {
                return Ok(false);
            }
            std::thread::sleep(A_LITTLE);
        }
        self.erasure_pending()
    }

    fn verify_state<W: Witness>(
        &self,
        now: Timestamp,
        checks: Checks<'_>,
        anchor: AnchorStanding,
        witness: &mut W,
    ) -> Result<Summary> {
        let Checks { fingerprints, deep, checkpoint } = checks;
        let years = match self.genesis() {
            Ok(genesis) => genesis.years,
            Err(Failure::Damaged { .. }) => {
                witness.finding(Finding::NoGenesis);
                crate::record::retention::MIN_YEARS
            }
            Err(e) => return Err(e),
        };
        self.check_schema(witness)?;
        self.check_first(witness)?;
        let ahead = self.ahead()?;
        self.check_erased_table(
            "erased",
            &ahead.erasures,
            |c| c.runs.as_deref().unwrap_or_default(),
            witness,
        )?;
        self.check_erased_table("erased_extra", &ahead.erasures, |c| &c.extras, witness)?;
        let runs = self.run(LookupRuns::read)?;
        let referenced = Referenced::of(self)?;
        let imports = self.of_kind(Kind::Import)?.unwrap_or_default();
        let looked = Looked { fingerprints, runs: &runs, referenced: &referenced, imports: &imports };
        self.check_timestamps(&ahead.erasures, witness)?;
        let acts = self.acts()?;
        let (mut marks, last_kept) = self.kept_marks(witness)?;
        let anchored = anchor_mark(anchor, &mut marks, witness);
        marks.extend(checkpoint.map(|c| KnownRoot {
            size: c.size,
            root: c.root,
            from: KnownRootFrom::Given,
        }));
        let mut verifier = Verifier::new(ahead, years, now).watching(marks);
        let empty = LookupSum::new()?;
        let (mut expected, mut found) = (empty.clone(), empty.clone());
        let mut disordered = runs.misplaced(self.size()?);
        let mut nodes = NodeCheck { store: self, next: witness, nodes: 0, failed: None };
        let lookups = runs.iter().filter(|_| fingerprints.is_some()).map(|run| Ok(Job::Lookups(*run)));
        self.share(
            self.helpers()?,
            lookups.chain(self.chunks().map(|chunk| chunk.map(Job::Entries))),
            |store, job| store.examine(job, &looked, empty.clone()),
            |done| {
                match done {
                    Done::Lookups(sum) => found.merge(&sum),
                    Done::Disordered(run) => disordered.push(run),
                    Done::Entries(examined, sum) => {
                        for entry in examined {
                            let index = entry.index;
                            // Keys, erasures and the like were found by the table's index: it must not hide one.
                            if matches!(entry.fields, Ok(HeaderFields { kind, .. }) if !kind.is_record())
                                && acts.binary_search(&index).is_err()
                            {
                                nodes.finding(Finding::LookupMissing { index });
                            }
                            verifier.see(entry, &mut nodes);
                        }
                        expected.merge(&sum);
                    }
                }
                Ok(())
            },
        )?;
        if let Some(failure) = nodes.failed {
            return Err(failure);
        }
        let nodes = nodes.nodes;
        let summary = verifier.finish(witness);
        self.check_node_count(nodes, witness)?;
        self.check_interned(&referenced, fingerprints, witness)?;
        match fingerprints {
            Some(fingerprints) => {
                for run in &disordered {
                    witness.finding(Finding::LookupsOutOfOrder { first: run.first, last: run.last });
                }
                self.check_lookups(&expected, found, &runs, fingerprints, witness)?;
            }
            None => witness.notice(Notice::LookupsNotCompared),
        }
        self.check_state(&summary, witness)?;
        match self.with_breaches()? {
            0 => {}
            records => witness.notice(Notice::Breaches { records }),
        }
        if deep {
            self.check_file(witness)?;
        }
        match (checkpoint, last_kept) {
            (None, Some(last)) => witness.notice(Notice::NoCheckpointGiven { last }),
            (None, None) if !anchored => witness.notice(Notice::NothingSigned),
            _ => {}
        }
        Ok(summary)
    }

    /// Timestamps against their checkpoints, and against the erasures before them.
    fn check_timestamps<W: Witness>(&self, erasures: &[ErasureClaim], w: &mut W) -> Result<()> {
        let mut latest = None;
        for stamped in self.stamped()? {
            let Stamped { size, time } = match stamped {
                Ok(stamped) => stamped,
                Err(size) => {
                    w.finding(Finding::TimestampDiffers { size });
                    continue;
                }
            };
            latest = Some(Notice::Stamped { size, time });
            for erasure in erasures.iter().filter(|e| e.index < size && time.is_well_before(e.time)) {
                let (erasure, erased_at) = (erasure.index, erasure.time);
                w.finding(Finding::StampedBeforeErasure { size, time, erasure, erased_at });
            }
        }
        latest.into_iter().for_each(|notice| w.notice(notice));
        Ok(())
    }

    /// The checkpoints that the ledger keeps, as far as they are its own, and the size of the last one.
    fn kept_marks<W: Witness>(&self, w: &mut W) -> Result<(Vec<KnownRoot>, Option<u64>)> {
        let signers = match self.signers() {
            Ok(signers) => signers,
            Err(Failure::Damaged { index: Some(index), .. }) => {
                w.finding(Finding::KeyUnreadable { index });
                return Ok((Vec::new(), None));
            }
            Err(e) => return Err(e),
        };
        let kept = self.checkpoints()?;
        let last = kept.last().map(|(size, _)| *size);
        let mut marks = Vec::new();
        for (size, note) in kept {
            match signers.read(note.as_bytes(), &[]) {
                Ok(c) if c.size == size => {
                    marks.push(KnownRoot { size, root: c.root, from: KnownRootFrom::Kept })
                }
                _ => w.finding(Finding::KeptCheckpoint { size }),
            }
        }
        Ok((marks, last))
    }

    /// A thread's share of the verification.
    fn examine(
        &self,
        job: Job,
        &Looked { fingerprints, runs, referenced, imports }: &Looked<'_>,
        mut sum: LookupSum,
    ) -> Result<Done> {
        match job {
            Job::Lookups(run) => {
                let order = self.run(|c| block::walk(c, &run, &mut |pair| sum.add(run.id, pair)))?;
                Ok(if order.is_ok() { Done::Lookups(sum) } else { Done::Disordered(run) })
            }
            Job::Entries(chunk) => {
                let mut examiner = Examiner::behind(self.before(chunk)?);
                let mut examined = Vec::with_capacity(CHUNK);
                let mut preparer = fingerprints.map(|fingerprints| Preparer::new(fingerprints.clone()));
                self.see_chunk(chunk, |seen| {
                    let mut entry = examiner.examine(&seen.sighting);
                    let index = entry.index;
                    entry.faults.extend(seen.stray.then_some(Finding::StrayCells { index }));
                    let is_odd = entry.faults.is_empty() && !is_understood(&seen.sighting);
                    entry.faults.extend(is_odd.then_some(Finding::NotUnderstood { index }));
                    entry.faults.extend(seen.fingerprint_left.then_some(Finding::FingerprintLeft { index }));
                    referenced.note(seen);
                    if let Some(cells) = seen.cells {
                        let is_wrong =
                            |import: &u64| *import >= index || imports.binary_search(import).is_err();
                        if let Some(import) = cells.import.filter(is_wrong) {
                            entry.faults.push(Finding::ImportOfNone { index, import });
                        }
                        // Of an entry that is not what was recorded, it is said already.
                        if let Some(preparer) = preparer.as_mut().filter(|_| entry.faults.is_empty())
                            && seen.fingerprint
                                != Some(preparer.fingerprint_beside(seen.sighting.facts.bytes(), cells))
                        {
                            entry.faults.push(Finding::FingerprintDiffers { index });
                        }
                    }
                    examined.push(entry);
                    if let Some(fingerprints) = fingerprints {
                        let run = runs.of(index).map_or(0, |run| run.id);
                        Hashes::of(seen, fingerprints).iter().for_each(|hash| sum.add(run, (hash, index)));
                    }
                })?;
                Ok(Done::Entries(examined, sum))
            }
        }
    }

    /// A row before entry 0 is found here and not looked at again.
    fn check_first<W: Witness>(&self, w: &mut W) -> Result<()> {
        let first: Option<i64> = self.run(|c| c.query_row("SELECT min(idx) FROM entry", [], |r| r.get(0)))?;
        if let Some(found) = first.filter(|first| *first < 0) {
            w.finding(Finding::BeforeGenesis { found });
        }
        Ok(())
    }

    fn kept_node(&self, level: u32, number: u64) -> Result<Option<Digest>> {
        self.run(|c| {
            c.prepare_cached("SELECT hash FROM node WHERE level = ?1 AND number = ?2")?
                .query_row(params![level, number], |r| r.get(0).map(Digest))
                .optional()
        })
    }

    fn check_node_count<W: Witness>(&self, expected: u64, w: &mut W) -> Result<()> {
        let found: u64 = self.run(|c| c.query_row("SELECT count(*) FROM node", [], |r| r.get(0)))?;
        if found > expected {
            // The table holds a node of leaves that are not there: entries were cut off, or the row was slipped in.
            w.finding(Finding::TooManyNodes { expected, found });
        }
        Ok(())
    }

    fn check_lookups<W: Witness>(
        &self,
        expected: &LookupSum,
        mut found: LookupSum,
        runs: &LookupRuns,
        fingerprints: &Fingerprints,
        w: &mut W,
    ) -> Result<()> {
        self.each_single_lookup(&mut |pair| {
            found.add(0, pair);
            Ok(())
        })?;
        if self.run(block::orphans)? > 0 {
            w.finding(Finding::LookupsOfNoRun);
        }
        if (found.sum, found.count) == (expected.sum, expected.count) {
            return Ok(());
        }
        // Something differs: now it is worth the time to say where.
        let mut failed = None;
        self.see_all(&mut |seen| {
            let index = seen.sighting.index;
            let run = runs.of(index);
            let there = Hashes::of(seen, fingerprints).iter().try_fold(true, |all, hash| {
                Ok(all & lookup::exists(&self.conn, run.as_ref(), (hash, index))?)
            });
            match there {
                Ok(true) => {}
                Ok(false) => w.finding(Finding::LookupMissing { index }),
                Err(e) => failed = Some(meaning(&self.path, e)),
            }
        })?;
        if let Some(failure) = failed {
            return Err(failure);
        }
        let mut compare = |run: Option<&LookupRun>, (hash, index): Pair| {
            let belongs = self.see_one(index, |seen| {
                run == runs.of(index).as_ref() && Hashes::of(seen, fingerprints).iter().any(|h| h == hash)
            })?;
            if belongs != Some(true) {
                w.finding(Finding::LookupStray { index });
            }
            Ok(())
        };
        self.each_single_lookup(&mut |pair| compare(None, pair))?;
        for run in runs.iter() {
            let mut compared = Ok(());
            let _ = self.run(|c| {
                block::walk(c, run, &mut |pair| {
                    if compared.is_ok() {
                        compared = compare(Some(run), pair);
                    }
                })
            })?;
            compared?;
        }
        Ok(())
    }

    fn each_single_lookup(&self, see: &mut dyn FnMut(Pair) -> Result<()>) -> Result<()> {
        let failed = |e| meaning(&self.path, e);
        let mut statement = self.run(|c| c.prepare("SELECT hash, idx FROM lookup"))?;
        let mut rows = statement.query([]).map_err(failed)?;
        while let Some(row) = rows.next().map_err(failed)? {
            let (hash, idx) = <(i64, i64)>::try_from(row).map_err(failed)?;
            // What points before entry 0 points to no entry, just as what points behind the end does.
            see((hash, u64::try_from(idx).unwrap_or(i64::MAX as u64)))?;
        }
        Ok(())
    }
}
