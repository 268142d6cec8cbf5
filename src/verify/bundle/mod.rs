//! An exported folder, checked without the ledger (FORMAT.md, "The exported folder").
//!
//! Owns: what is asked of every folder: whole, of one log, signed; and what it says in the end. Does not own: the manifests
//! (`manifest`), the files' form (`cells`), a range (`range`), proofs of single entries (`sparse`).

mod cells;
mod form;
mod manifest;
mod range;
mod sparse;

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
pub use cells::{Step, Stop};
use cells::{bounded, whole};
pub use form::FormFault;
use manifest::manifest;

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
}

impl BundleSummary {
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

/// Checks the folder. `given`: the keys to believe, or none for those that the log names; `now`: for notices.
///
/// # Errors
/// [`Stop`]; whatever else is wrong is a finding.
pub fn check(
    folder: &Path,
    given: &[VerifierKey],
    now: Timestamp,
    w: &mut dyn Witness,
) -> Step<BundleSummary> {
    if !whole(folder, "bagit.txt")?.starts_with(b"BagIt-Version: 1.0\n") {
        return Err(Stop::Form("bagit.txt", FormFault::NotBagIt));
    }
    manifest(folder, "tagmanifest-sha256.txt", false, w)?;
    let listed = manifest(folder, "manifest-sha256.txt", true, w)?;
    // A folder without a range has a proof for each entry.
    match listed.contains_key("data/proof") {
        true => range::check(folder, &listed, given, now, w),
        false => sparse::check(folder, &listed, given, w),
    }
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

/// The genesis, every change of keys and every trust entry, each proved to be in the log.
fn origin(folder: &Path, size: u64, root: Digest, w: &mut dyn Witness) -> Step<Origin> {
    let bad = || Stop::Form("data/origin.jsonl", FormFault::NotTheOrigin);
    let text = String::from_utf8(whole(folder, "data/origin.jsonl")?).map_err(|_| bad())?;
    let mut found: Option<Origin> = None;
    let mut last = None;
    for line in text.lines() {
        let value: serde_json::Value = serde_json::from_str(line).map_err(|_| bad())?;
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
