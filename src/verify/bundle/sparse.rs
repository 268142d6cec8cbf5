//! Opened entries, each with a proof of its own that it is in the log of the checkpoint (C2SP tlog-proof). Nothing is
//! claimed about what lies between them.
//!
//! Owns: what such a folder must hold. Does not own: hashes of an entry (`examine`), the proof's form (`ledger::note`).

use std::collections::HashSet;

use super::cells::{
    Corrections, ENTRY_COLUMNS, Records, Row, Step, Stop, bounded, entry, number, opened, opened_correction,
    rows,
};
use super::constants::Place;
use super::stamps::stamps;
use super::{BundleSummary, Files, FormFault, Origin, origin, signed};
use crate::ledger::note::{Checkpoint, MAX_NOTE, Note, TlogProof, VerifierKey};
use crate::ledger::proof::root_of_inclusion;
use crate::ledger::{Base, Digest, Header, Kind};
use crate::verify::chain::{self, Witness};
use crate::verify::erasures::Ahead;
use crate::verify::examine::Examiner;
use crate::verify::finding::Finding;
use crate::verify::{HeaderFields, Sighting};

const FOLDER: &str = "data/proofs/";

pub(super) fn check(
    folder: &Place<'_>,
    listed: &Files,
    given: &[VerifierKey],
    w: &mut dyn Witness,
) -> Step<BundleSummary> {
    let note = bounded(folder, "data/checkpoint", MAX_NOTE)?;
    // Its size and root are needed before it is known who signed it: the keys are proved against them.
    let claimed = Note::parse(&note).and_then(|note| Checkpoint::parse(note.unverified_text()));
    let claimed = claimed.map_err(|_| Stop::Form("data/checkpoint", FormFault::NotACheckpoint))?;
    let Origin { signers, trusts, .. } = origin(folder, claimed.size, claimed.root, w)?;
    chain::trusts(&trusts, w);
    let ahead = Ahead { trusts, ..Ahead::default() };
    let signed = signed(folder, listed, &signers, given, w)?;
    let corrections = Corrections::of(folder, listed, w)?;
    let sparse = Sparse { folder, listed, corrections, note: &note, claimed: &claimed, ahead };
    let opened = sparse.read(w)?;
    let Checkpoint { size, root, .. } = claimed;
    let stamps = stamps(folder, listed, &[], size, w)?;
    let (origin, not_proved) = (signers.origin().to_owned(), Vec::new());
    let root = Some(root);
    Ok(BundleSummary { size, root, opened, range: None, origin, signed, stamps, not_proved })
}

struct Sparse<'a> {
    folder: &'a Place<'a>,
    listed: &'a Files,
    corrections: Corrections,
    note: &'a [u8],
    claimed: &'a Checkpoint,
    /// What covers records that count from claimed days.
    ahead: Ahead,
}

fn is_shown(kind: Kind) -> bool {
    kind.is_record() || kind == Kind::Correction
}

impl Sparse<'_> {
    fn read(&self, w: &mut dyn Witness) -> Step<u64> {
        let mut records = Records::of(self.folder)?;
        let (mut facts, mut extra) = (Vec::new(), Vec::new());
        let mut last = None;
        let (mut count, mut proofs) = (0, HashSet::new());
        let mut current = Records::current(self.folder, self.listed)?;
        let mut seen_corrections = HashSet::new();
        let mut seen_records = HashSet::new();
        for row in rows(self.folder, "data/entries.csv", ENTRY_COLUMNS)? {
            let entry = entry(&row?)?;
            let Row { header, leaf, ref state } = entry;
            let index = header.index;
            let record = match header.kind {
                Kind::Correction => self.corrections.row(index, header.about).cloned(),
                _ => records.at(index, w)?,
            };
            let in_order = last.is_none_or(|last| last < index);
            last = Some(index);
            let Some(row) = record.filter(|_| in_order && state == "opened" && is_shown(header.kind)) else {
                w.finding(Finding::NotInRange { file: "entries.csv", index });
                continue;
            };
            proofs.insert(index);
            facts.clear();
            extra.clear();
            let seen = match header.kind {
                Kind::Correction => {
                    seen_corrections.insert(index);
                    // A correction is opened with its record, and never without it.
                    if header.about.is_none_or(|about| !seen_records.contains(&about)) {
                        w.finding(Finding::NotInRange { file: "corrections.csv", index });
                    }
                    opened_correction(&row, &mut facts, &mut extra)
                }
                _ => {
                    count += 1;
                    seen_records.insert(index);
                    if self.corrections.current(&row) != current.at(index, w)? {
                        w.finding(Finding::ReadingDiffers { index });
                    }
                    opened(&row, &mut facts, &mut extra)
                }
            };
            let Header { time, kind, about, base, .. } = header;
            match (base, seen.days.provided_on) {
                (Base::None, _) => w.finding(Finding::NoBase { index }),
                (Base::Day(base), Some(provided_on)) if base < provided_on => {
                    w.finding(Finding::BaseBeforeProvision { index, base, provided_on });
                }
                _ => {}
            }
            let before = header.prev.and_then(|prev| Some((index.checked_sub(1)?, prev)));
            let fields = HeaderFields { time, kind, about, base };
            let sighting = Sighting {
                index,
                leaf,
                fields: Ok(fields),
                facts: seen.facts,
                extra: seen.extra,
                days: seen.days,
            };
            let mut examined = Examiner::behind(before).examine(&sighting);
            entry.must_hash(&mut examined);
            let own_day = time.legal_day();
            if let Base::Day(base) = base
                && base < own_day
            {
                let trusted = self.ahead.is_trusted(index, time);
                let fault = chain::before_the_log(&examined, &fields, base, own_day, trusted);
                fault.into_iter().for_each(|fault| w.finding(fault));
            }
            for fault in examined.faults {
                w.finding(fault);
            }
            if !self.proved(index, leaf)? {
                w.finding(Finding::NotInLog { index });
            }
        }
        records.finish(w)?;
        current.finish(w)?;
        for index in self.corrections.indexes().filter(|index| !seen_corrections.contains(index)) {
            w.finding(Finding::NotInRange { file: "corrections.csv", index });
        }
        self.no_other_proofs(&proofs, w);
        Ok(count)
    }

    fn proved(&self, index: u64, leaf: Digest) -> Step<bool> {
        let name = format!("{FOLDER}{index}.tlog-proof");
        if !self.listed.contains_key(&name) {
            return Ok(false);
        }
        let bytes = bounded(self.folder, &name, 2 * MAX_NOTE)?;
        let proof = std::str::from_utf8(&bytes).ok().and_then(|text| TlogProof::parse(text).ok());
        Ok(proof.is_some_and(|proof| {
            proof.index == index
                && proof.checkpoint.as_bytes() == self.note
                && root_of_inclusion(index, self.claimed.size, leaf, &proof.hashes) == Some(self.claimed.root)
        }))
    }

    /// Each opened entry has a proof of its own, so others are too many.
    fn no_other_proofs(&self, opened: &HashSet<u64>, w: &mut dyn Witness) {
        for path in self.listed.keys() {
            let name = path.strip_prefix(FOLDER).and_then(|name| name.strip_suffix(".tlog-proof"));
            if name.and_then(number).is_some_and(|index| !opened.contains(&index)) {
                w.finding(Finding::FileExtra { path: path.clone() });
            }
        }
    }
}
