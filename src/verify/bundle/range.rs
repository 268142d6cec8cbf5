//! The headers of a range, and what the folder shows of its entries: the same steps as for a ledger.
//!
//! Owns: reading them as sightings. Does not own: the steps themselves (`examine`, `chain`, `erasures`, `checkpoint`).

use std::collections::{BTreeMap, HashMap, HashSet};
use std::path::Path;

use super::cells::{
    Corrections, ENTRY_COLUMNS, Records, Row, Step, Stop, bounded, entry, number, opened, opened_correction,
    rows,
};
use super::constants::Place;
use super::lines::lines;
use super::stamps::stamps;
use super::{BundleSummary, Files, FormFault, Listed, Origin, origin, signed};
use crate::ledger::kind::Facts;
use crate::ledger::note::VerifierKey;
use crate::ledger::tree::Frontier;
use crate::ledger::{Digest, Header, Kind, Salt, Timestamp};
use crate::record::erasure::ErasedRun;
use crate::verify::chain::{KnownRoot, KnownRootFrom, Verifier, Witness};
use crate::verify::erasures::{Ahead, ErasureClaim};
use crate::verify::examine::Examiner;
use crate::verify::finding::Finding;
use crate::verify::{Days, Encoding, HeaderFields, PartSeen, Sighting, Signers, Summary};

pub(super) fn check(
    folder: &Place<'_>,
    listed: &Files,
    given: &[VerifierKey],
    now: Timestamp,
    w: &mut dyn Witness,
) -> Step<BundleSummary> {
    let (first, frontier) = left(folder)?;
    let acts = acts(folder, w)?;
    let corrections = Corrections::of(folder, listed, w)?;
    let Headers { mut ahead, corrected, size, root } = headers(folder, first, frontier.clone(), &acts, w)?;
    let Origin { signers, years, trusts } = origin(folder, size, root, w)?;
    ahead.trusts = trusts;
    let signed = signed(folder, listed, &signers, given, w)?;
    let marks =
        signed.iter().map(|s| KnownRoot { size: s.size, root: s.root, from: KnownRootFrom::Given }).collect();
    let extras = ahead.erasures.iter().flat_map(|claim| claim.extras.iter().copied()).collect();
    let erased: Vec<(u64, Timestamp)> =
        ahead.erasures.iter().map(|claim| (claim.index, claim.time)).collect();
    let verifier = Verifier::from_range(first, frontier, ahead, years, now).watching(marks);
    let counted = Listed { first, ..Listed::default() };
    let current = Records::current(folder, listed)?;
    let mut range = Range {
        folder,
        acts,
        extras,
        corrections,
        corrected,
        opened_corrected: HashSet::new(),
        current,
        signers: &signers,
        opened: 0,
        listed: counted,
    };
    let log = range.read(verifier, w)?;
    if let Some(short) = signed.as_ref().filter(|s| s.size < log.size) {
        w.finding(Finding::RangeBehindCheckpoint { size: short.size, found: log.size });
    }
    let Range { opened, listed: counted, .. } = range;
    let stamps = stamps(folder, listed, &erased, log.size, w)?;
    let (origin, not_proved) = (signers.origin().to_owned(), Vec::new());
    let (size, root, range) = (log.size, log.root, Some(counted));
    Ok(BundleSummary { size, root, opened, range, origin, signed, stamps, not_proved })
}

/// The compact range left of the first header.
fn left(folder: &Path) -> Step<(u64, Frontier)> {
    let bad = Stop::Form("data/proof", FormFault::NotAProof);
    let bytes = bounded(folder, "data/proof", 8192)?;
    let text = std::str::from_utf8(&bytes).ok().and_then(|text| text.strip_suffix('\n'));
    let mut lines = text.unwrap_or_default().split('\n');
    let first = lines.next().and_then(|line| line.strip_prefix("first ")).and_then(number);
    let peaks: Option<Vec<Digest>> = lines.map(|line| Digest::from_text(line.as_bytes())).collect();
    match (first, peaks) {
        (Some(first), Some(peaks)) => Frontier::from_peaks(first, peaks).map(|f| (first, f)).ok_or(bad),
        _ => Err(bad),
    }
}

/// The facts of permanent entries, by index.
type Acts = HashMap<u64, (Salt, String)>;

fn acts(folder: &Path, w: &mut dyn Witness) -> Step<Acts> {
    let bad = || Stop::Form("data/acts.jsonl", FormFault::NotAnAct);
    let keys = &["index", "facts_salt", "facts"];
    let mut acts = Acts::new();
    let mut last = None;
    for value in lines(folder, "data/acts.jsonl", keys, FormFault::NotAnAct)? {
        let value = value?;
        let act = || {
            let salt = Salt::from_text(value["facts_salt"].as_str()?.as_bytes())?;
            Some((value["index"].as_u64()?, salt, value["facts"].as_str()?.to_owned()))
        };
        let (index, salt, facts) = act().ok_or_else(bad)?;
        // Twice, or not in order.
        acts.insert(index, (salt, facts));
        if last.replace(index).is_some_and(|last| index <= last) {
            w.finding(Finding::NotInRange { file: "acts.jsonl", index });
        }
    }
    Ok(acts)
}

/// What the first reading learns.
struct Headers {
    ahead: Ahead,
    /// The corrections that the headers show, by the record that they are about.
    corrected: BTreeMap<u64, Vec<u64>>,
    size: u64,
    root: Digest,
}

/// The first reading: what erasures and amendments there are, and the root and size at the end.
fn headers(
    folder: &Place<'_>,
    first: u64,
    mut tree: Frontier,
    acts: &Acts,
    w: &mut dyn Witness,
) -> Step<Headers> {
    let mut ahead = Ahead::default();
    let mut corrected: BTreeMap<u64, Vec<u64>> = BTreeMap::new();
    let mut next = first;
    for row in rows(folder, "data/entries.csv", ENTRY_COLUMNS)? {
        let Row { header, leaf, .. } = entry(&row?)?;
        if header.index != next {
            w.finding(Finding::Gap { expected: next, found: header.index });
            return Err(Stop::Form("data/entries.csv", FormFault::NotInOrder));
        }
        next += 1;
        tree.push(leaf, |_| ());
        if let Some(about) = header.about {
            ahead.amend(about, header.base);
            if header.kind == Kind::Correction {
                corrected.entry(about).or_default().push(header.index);
            }
        }
        let facts = acts.get(&header.index).map(|(_, facts)| facts.as_bytes()).unwrap_or_default();
        match header.kind {
            Kind::Erasure => {
                let claim = ErasureClaim::of_facts(header.index, header.time, facts);
                ahead.erasures.push(ErasureClaim {
                    runs: claim.runs.map(|runs| clipped(runs, first)),
                    extras: clipped(claim.extras, first),
                    ..claim
                });
            }
            Kind::Hold => ahead.hold(header.index, facts),
            Kind::Release => {
                if let Some(hold) = header.about {
                    ahead.release(hold, header.index);
                }
            }
            _ => {}
        }
    }
    Ok(Headers { ahead, corrected, size: next, root: tree.root() })
}

/// The part of runs that lies in the range; an erasure of entries before it alone has a run that nothing meets.
fn clipped(runs: Vec<ErasedRun>, first: u64) -> Vec<ErasedRun> {
    runs.into_iter()
        .map(|mut run| {
            run.first = run.first.max(first.min(run.last));
            run
        })
        .collect()
}

/// The second reading: the entries of the range with what the folder shows of them.
struct Range<'a> {
    folder: &'a Place<'a>,
    acts: Acts,
    /// The entries whose extra part is said to be erased.
    extras: Vec<ErasedRun>,
    corrections: Corrections,
    /// The corrections that the headers show, by the record that they are about.
    corrected: BTreeMap<u64, Vec<u64>>,
    /// Those of these records that are opened.
    opened_corrected: HashSet<u64>,
    current: Records,
    signers: &'a Signers,
    opened: u64,
    listed: Listed,
}

impl Range<'_> {
    fn read(&mut self, mut verifier: Verifier, w: &mut dyn Witness) -> Step<Summary> {
        let mut records = Records::of(self.folder)?;
        let mut examiner: Option<Examiner> = None;
        let (mut facts, mut extra) = (Vec::new(), Vec::new());
        for row in rows(self.folder, "data/entries.csv", ENTRY_COLUMNS)? {
            let row = entry(&row?)?;
            let Row { header, leaf, ref state } = row;
            let index = header.index;
            let record = records.at(index, w)?;
            facts.clear();
            extra.clear();
            let withheld =
                |hash: Option<Digest>| hash.map_or(PartSeen::Absent, |hash| PartSeen::Withheld { hash });
            let gone = |hash: Option<Digest>| hash.map_or(PartSeen::Absent, |hash| PartSeen::Erased { hash });
            let mut days = Days::default();
            let erasable = header.kind.facts() == Facts::ErasableByRetention;
            let mut act = self.acts.remove(&index);
            if erasable && act.take().is_some() {
                w.finding(Finding::NotInRange { file: "acts.jsonl", index });
            }
            let correction = match header.kind {
                Kind::Correction => self.corrections.row(index, header.about),
                _ => None,
            };
            // A correction is opened with its record, and never without it.
            let with_record = header.about.is_some_and(|about| self.opened_corrected.contains(&about));
            if header.kind == Kind::Correction && with_record != (state == "opened") {
                w.finding(Finding::NotInRange { file: "corrections.csv", index });
            }
            let (facts_seen, extra_seen) = match (&record, state.as_str(), &act) {
                _ if state == "opened" && correction.is_some() && record.is_none() => {
                    let seen = correction.map(|row| opened_correction(row, &mut facts, &mut extra));
                    days = seen.as_ref().map(|seen| seen.days).unwrap_or_default();
                    seen.map_or((PartSeen::Absent, PartSeen::Absent), |seen| (seen.facts, seen.extra))
                }
                (Some(record), "opened", None) if header.kind.is_record() => {
                    self.opened += 1;
                    let seen = opened(record, &mut facts, &mut extra);
                    days = seen.days;
                    if let Some(by_headers) = self.corrected.get(&index) {
                        self.opened_corrected.insert(index);
                        let shown = self.current.at(index, w)?;
                        if self.corrections.about(index) != by_headers
                            || self.corrections.current(record) != shown
                        {
                            w.finding(Finding::ReadingDiffers { index });
                        }
                    }
                    (seen.facts, seen.extra)
                }
                (None, "erased", None) if erasable => {
                    self.listed.erased += 1;
                    (gone(header.facts), gone(header.extra))
                }
                // Whether that erasure was lawful lies behind the end of the range.
                (None, "erased-since", None) if erasable => {
                    self.listed.since += 1;
                    (withheld(header.facts), withheld(header.extra))
                }
                (None, "withheld", None) if erasable => {
                    self.listed.withheld += 1;
                    (withheld(header.facts), withheld(header.extra))
                }
                (None, "withheld", Some((salt, text))) if !erasable => {
                    self.listed.withheld += 1;
                    facts.extend_from_slice(text.as_bytes());
                    (
                        PartSeen::Present { salt: *salt, bytes: &facts, encoding: Encoding::Unknown },
                        match self.extras.iter().any(|run| (run.first..=run.last).contains(&index)) {
                            true => gone(header.extra),
                            false => withheld(header.extra),
                        },
                    )
                }
                (None, "withheld", None) => {
                    self.listed.withheld += 1;
                    (gone(header.facts), withheld(header.extra))
                }
                _ => {
                    w.finding(Finding::NotInRange { file: "entries.csv", index });
                    (withheld(header.facts), withheld(header.extra))
                }
            };
            if header.kind == Kind::Key && self.signers.all().all(|(from, _)| from != index + 1) {
                w.finding(Finding::KeyUnreadable { index });
            }
            let Header { time, kind, about, base, .. } = header;
            let fields = Ok(HeaderFields { time, kind, about, base });
            let before = header.prev.and_then(|prev| Some((index.checked_sub(1)?, prev)));
            let examiner = examiner.get_or_insert_with(|| Examiner::behind(before));
            let (facts, extra) = (facts_seen, extra_seen);
            let seen = Sighting { index, leaf, fields, facts, extra, days };
            let mut examined = examiner.examine(&seen);
            row.must_hash(&mut examined);
            verifier.see(examined, w);
        }
        records.finish(w)?;
        std::mem::replace(&mut self.current, Records::none()).finish(w)?;
        for index in self.corrections.indexes() {
            if !self.corrected.values().flatten().any(|by_header| *by_header == index) {
                w.finding(Finding::NotInRange { file: "corrections.csv", index });
            }
        }
        for index in self.acts.keys() {
            w.finding(Finding::NotInRange { file: "acts.jsonl", index: *index });
        }
        Ok(verifier.finish(w))
    }
}
