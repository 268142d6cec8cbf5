//! An exported folder, checked without the ledger (FORMAT.md, "The exported folder").
//!
//! Owns: what is asked of every folder: whole, of one log, signed; and what it says in the end. Does not own: the manifests
//! (`manifest`), which files there may be (`world`), their encoding (`table`, `lines`) and form (`cells`), a range (`range`), proofs of
//! single entries (`sparse`), timestamps (`stamps`).

mod cells;
mod constants;
mod form;
mod lines;
mod manifest;
mod range;
mod resaved;
mod sparse;
mod stamps;
mod table;
mod world;

use std::collections::BTreeMap;
use std::path::Path;

use super::chain::Witness;
use super::finding::Finding;
use super::trust::Trust;
use super::{Believed, Signers};
use crate::act::{Genesis, Key, Said as _};
use crate::ledger::hash::{leaf_hash, part_hash};
use crate::ledger::note::{MAX_NOTE, VerifierKey};
use crate::ledger::proof::root_of_inclusion;
use crate::ledger::{Digest, Header, Kind, PartName, Salt, Timestamp};
use cells::bounded;
pub use cells::{Step, Stop};
use constants::Place;
pub use constants::{Constants, OfLanguage};
pub use form::FormFault;
use lines::lines;
use manifest::{TAG_MANIFEST, manifest};

/// What a folder shows, if nothing was found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BundleSummary {
    /// How many entries the log had.
    pub size: u64,
    /// The root over them.
    pub root: Option<Digest>,
    /// How many entries are opened.
    pub opened: u64,
    /// The range of headers; `None` where each opened entry has a proof of its own, and nothing is said about the others.
    pub range: Option<Listed>,
    /// The name of the log.
    pub origin: String,
    /// The checkpoint of that size, if the folder has one that is to be believed.
    pub signed: Option<Believed>,
    /// So many timestamps are over it; whether an authority has signed them is not checked.
    pub stamps: u64,
    /// The files that nothing counts on.
    pub not_proved: Vec<String>,
}

/// What the check of a folder leaves to others, or to nobody.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NotChecked {
    /// Who has signed: nothing is signed.
    Signature,
    /// Whether the signature is by the right key: none was given.
    Key,
    /// Whether an authority has signed a timestamp.
    Timestamp,
    /// What lies before the range.
    BeforeRange,
    /// What lies between entries that have a proof each.
    Between,
    /// Whether what was erased behind the end of the range was erased lawfully.
    ErasedSince,
}

names! {
    NotChecked:
    Signature => "signature",
    Key => "key",
    Timestamp => "timestamp",
    BeforeRange => "before-range",
    Between => "between",
    ErasedSince => "erased-since",
}

impl BundleSummary {
    /// What was not checked; `key_given`: a key to believe was.
    #[must_use]
    pub fn not_checked(&self, key_given: bool) -> Vec<NotChecked> {
        let signed = self.signed.is_some();
        let range = self.range.unwrap_or_default();
        [
            (range.first > 0, NotChecked::BeforeRange),
            (self.range.is_none(), NotChecked::Between),
            (range.since > 0, NotChecked::ErasedSince),
            (signed && !key_given, NotChecked::Key),
            (!signed, NotChecked::Signature),
            (self.stamps > 0, NotChecked::Timestamp),
        ]
        .into_iter()
        .filter_map(|(left_out, what)| left_out.then_some(what))
        .collect()
    }

    /// The folder does not show all of the log.
    #[must_use]
    pub fn is_selection(&self) -> bool {
        self.range.is_none_or(|range| range.withheld > 0 || range.since > 0 || range.first > 0)
    }
}

/// The entries of a range that are not opened.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Listed {
    /// The index of the first header.
    pub first: u64,
    /// How many entries are there and not shown.
    pub withheld: u64,
    /// How many were erased.
    pub erased: u64,
    /// How many were erased behind the end of the range, which is not shown to be lawful.
    pub since: u64,
}

/// Checks the folder. `given`: the keys to believe, or none for those that the log names; `constants`: what this release writes
/// into every folder; `now`: for notices.
///
/// # Errors
/// [`Stop`]; whatever else is wrong is a finding.
pub fn check(
    folder: &Path,
    given: &[VerifierKey],
    constants: &Constants,
    now: Timestamp,
    w: &mut dyn Witness,
) -> Step<BundleSummary> {
    if bounded(folder, "bagit.txt", BAGIT.len())? != BAGIT {
        return Err(Stop::Form("bagit.txt", FormFault::NotBagIt));
    }
    resaved::resaved(folder, w);
    let tags = manifest(folder, TAG_MANIFEST, w)?;
    let listed = manifest(folder, "manifest-sha256.txt", w)?;
    let not_proved = world::world(folder, [&tags, &listed], constants, w)?;
    let place = &Place { path: folder, language: language(folder, constants)? };
    // A folder without a range has a proof for each entry.
    let summary = match listed.contains_key("data/proof") {
        true => range::check(place, &listed, given, now, w),
        false => sparse::check(place, &listed, given, w),
    }?;
    Ok(BundleSummary { not_proved, ..summary })
}

/// The whole of `bagit.txt`.
const BAGIT: &[u8] = b"BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n";

/// The language of the headings, by those of `entries.csv`.
fn language<'c>(folder: &Path, constants: &'c Constants) -> Step<&'c OfLanguage> {
    let file = "data/entries.csv";
    let most = constants.languages.iter().map(|language| language.entries.len()).max().unwrap_or_default();
    let head = bounded(folder, file, most)?;
    if !head.starts_with("\u{feff}".as_bytes()) {
        return Err(Stop::Form(file, FormFault::NoByteOrderMark));
    }
    let of = constants.languages.iter().find(|language| head.starts_with(&language.entries));
    of.ok_or(Stop::Form(file, FormFault::Headings))
}

/// The files that the manifest lists.
type Files = BTreeMap<String, String>;

/// The folder's checkpoint, if it is to be believed.
fn signed(
    folder: &Path,
    listed: &Files,
    signers: &Signers,
    given: &[VerifierKey],
    w: &mut dyn Witness,
) -> Step<Option<Believed>> {
    if !listed.contains_key("data/checkpoint") {
        if !given.is_empty() {
            w.finding(Finding::CheckpointMissing);
        }
        return Ok(None);
    }
    match signers.read(&bounded(folder, "data/checkpoint", MAX_NOTE)?, given) {
        Ok(believed) => Ok(Some(believed)),
        Err(finding) => {
            w.finding(finding);
            Ok(None)
        }
    }
}

/// What counts for the whole log, wherever the range begins.
struct Origin {
    signers: Signers,
    /// The years of retention.
    years: u32,
    trusts: Vec<Trust>,
}

const ORIGIN_KEYS: [&str; 5] = ["index", "header", "facts_salt", "facts", "inclusion"];

/// The genesis, every change of keys and every trust entry, each proved to be in the log.
fn origin(folder: &Path, size: u64, root: Digest, w: &mut dyn Witness) -> Step<Origin> {
    let bad = || Stop::Form("data/origin.jsonl", FormFault::NotTheOrigin);
    let lines = lines(folder, "data/origin.jsonl", &ORIGIN_KEYS, FormFault::NotTheOrigin)?;
    let mut found: Option<Origin> = None;
    let mut last = None;
    for value in lines {
        let value = value?;
        let text = |key: &str| value[key].as_str();
        let read = || {
            let hashes = value["inclusion"].as_array()?.iter();
            let proof: Option<Vec<Digest>> =
                hashes.map(|h| Digest::from_text(h.as_str()?.as_bytes())).collect();
            let salt = Salt::from_text(text("facts_salt")?.as_bytes())?;
            Some((value["index"].as_u64()?, text("header")?, text("facts")?, salt, proof?))
        };
        let (index, header, facts, salt, proof) = read().ok_or_else(bad)?;
        let leaf = leaf_hash(header.as_bytes());
        let decoded = Header::decode(header.as_bytes()).ok();
        let time = decoded.as_ref().map(|header| header.time);
        let kind = match decoded.as_ref().map(|header| header.kind) {
            _ if index == 0 => Kind::Genesis,
            Some(Kind::Trust) => Kind::Trust,
            _ => Kind::Key,
        };
        if last.replace(index).is_some_and(|last| index <= last) {
            return Err(bad());
        }
        let hashed = part_hash(PartName::Facts, &salt, facts.as_bytes());
        let holds = decoded.is_some_and(|h| h.index == index && h.kind == kind && h.facts == Some(hashed))
            && root_of_inclusion(index, size, leaf, &proof) == Some(root);
        if !holds {
            w.finding(Finding::NotInLog { index });
        }
        if let (Kind::Trust, Some(time), Some(origin)) = (kind, time, &mut found) {
            origin.trusts.push(Trust::of_facts(index, time, facts.as_bytes()));
            continue;
        }
        found = match found {
            None => {
                if index != 0 {
                    return Err(bad());
                }
                let genesis = Genesis::read(facts.as_bytes(), &[]).ok_or_else(bad)?;
                let signers = genesis.key().and_then(|key| Signers::new(&genesis.origin, &key));
                let (signers, years) = (signers.ok_or_else(bad)?, genesis.years);
                Some(Origin { signers, years, trusts: Vec::new() })
            }
            Some(origin) => {
                let key = Key::read(facts.as_bytes(), &[]).and_then(|key| key.key()).ok_or_else(bad)?;
                let signers = origin.signers.change(index, &key).ok_or_else(bad)?;
                Some(Origin { signers, ..origin })
            }
        };
    }
    found.ok_or_else(bad)
}
