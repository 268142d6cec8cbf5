//! EVIDENCE: what is handed out of a ledger as a whole: an exported folder (FORMAT.md, "The exported folder"), and the records of
//! one person. Written in one reading of the log.
//!
//! Owns: what is in a folder and in which order, the proofs ([`write`](fn@write)); who counts as one person ([`person`]). Does not
//! own: the form of each file (`export`), names, locks and syncing (`export::folder`), the log's own entry about it, asking and
//! telling people (`cli`).

mod constants;
pub mod person;
mod rows;
mod summary;
mod work;

use serde_json::json;

use crate::export::bag::Bag;
use crate::export::csvw;
use crate::export::folder::Folder;
use crate::ledger::note::TlogProof;
use crate::store::{Damage, Failure, Issued, Store};
pub use constants::constants;
pub use work::{Counted, Unmade, Work, Written};

/// Writes the whole folder. The caller keeps the store in one state.
///
/// # Errors
/// [`Unmade::Store`]: those of the database, [`Failure::Damaged`] where an entry in the range is not what was recorded.
/// [`Unmade::Folder`]: those of the disk.
pub fn write(store: &Store, work: &Work<'_>, folder: &Folder) -> Result<Written, Unmade> {
    let mut bag = Bag::new(folder);
    let mut written = rows::rows(store, work, folder, &mut bag)?;
    if work.sparse.is_none() {
        summary::write(store, work, folder, &mut bag, std::mem::take(&mut written.tally))?;
    }
    let first = written.first(work);
    origin(store, work, &mut bag)?;
    match work.sparse {
        Some(signed) => proofs(store, signed, folder, &mut bag, &written)?,
        None => {
            let left: String = store.left_of(first)?.iter().map(|hash| format!("{hash}\n")).collect();
            bag.add("proof", format!("first {first}\n{left}").as_bytes())?;
        }
    }
    if let Some(signed) = work.signed {
        bag.add("checkpoint", signed.note.as_bytes())?;
        let stamps = store.timestamps()?.into_iter().filter(|(size, _)| *size == work.size);
        for (n, (_, reply)) in stamps.enumerate() {
            bag.add(&format!("checkpoint-{}.tsr", n + 1), &reply)?;
        }
    }
    bag.add("records.csv-metadata.json", csvw::metadata(work.language).as_bytes())?;
    bag.add("VERIFY.md", constants::GUIDE)?;
    bag.add("verify.py", constants::PROGRAM)?;
    let genesis = store.genesis()?;
    let mut info = vec![
        ("Source-Organization", genesis.operator),
        ("External-Identifier", genesis.origin),
        // The day of the last entry, so that the same state gives the same bytes.
        ("Bagging-Date", rows::last_day(store, work)?.map(|day| day.to_string()).unwrap_or_default()),
        ("Provlog-Size", work.size.to_string()),
        ("Provlog-Opened", written.opened.len().to_string()),
    ];
    if work.sparse.is_none() {
        let Counted { withheld, erased, since } = written.counted;
        info.push(("Provlog-First", first.to_string()));
        info.push(("Provlog-Withheld", withheld.to_string()));
        info.push(("Provlog-Erased", erased.to_string()));
        info.push(("Provlog-Erased-Since", since.to_string()));
    }
    info.push(("Provlog-Signed", if work.signed.is_some() { "yes" } else { "no" }.to_owned()));
    bag.finish(&info)?;
    Ok(written)
}

/// The genesis, every change of keys and every trust entry, wherever the range begins: they say whose signature counts,
/// and what counts from claimed dates.
fn origin(store: &Store, work: &Work<'_>, bag: &mut Bag<'_>) -> Result<(), Unmade> {
    let mut origin = String::new();
    let mut indexes = store.signers()?.all().map(|(from, _)| from.saturating_sub(1)).collect::<Vec<_>>();
    indexes.extend(store.trusts()?.iter().map(|trust| trust.index));
    indexes.sort_unstable();
    for index in indexes.into_iter().filter(|index| *index < work.size) {
        let damaged = || Failure::Damaged { index: Some(index), why: Damage::NoPublicKey };
        let entry = store.evidence_of(index)?.ok_or_else(damaged)?;
        let (salt, facts) = entry.act.ok_or_else(damaged)?;
        let hashes = store.prove_inclusion(index, work.size)?.unwrap_or_default();
        let line = json!({
            "index": index,
            "header": String::from_utf8_lossy(&entry.header.encode()),
            "facts_salt": salt.to_string(),
            "facts": facts,
            "inclusion": hashes.iter().map(ToString::to_string).collect::<Vec<_>>(),
        });
        origin.push_str(&format!("{line}\n"));
    }
    Ok(bag.add("origin.jsonl", origin.as_bytes())?)
}

/// One C2SP tlog-proof for each opened entry.
fn proofs(
    store: &Store,
    signed: &Issued,
    folder: &Folder,
    bag: &mut Bag<'_>,
    written: &Written,
) -> Result<(), Unmade> {
    folder.folder("data/proofs")?;
    for index in written.opened.iter().chain(&written.corrections) {
        let hashes = store.prove_inclusion(*index, signed.checkpoint.size)?.unwrap_or_default();
        let proof = TlogProof { index: *index, hashes, checkpoint: &signed.note };
        bag.add(&format!("proofs/{index}.tlog-proof"), proof.text().as_bytes())?;
    }
    Ok(())
}

/// Fails for the first of these entries that is not what was recorded: nothing of it is handed out.
///
/// # Errors
/// [`Failure::Damaged`], and those of the database.
pub fn hand_out(store: &Store, indexes: impl IntoIterator<Item = u64>) -> Result<(), Failure> {
    match store.altered_among(indexes)?.first() {
        Some(index) => Err(Failure::Damaged { index: Some(*index), why: Damage::NotHandedOut }),
        None => Ok(()),
    }
}
