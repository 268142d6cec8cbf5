//! The timestamps of a folder (FORMAT.md, "Verification", step 13).
//!
//! Owns: which checkpoint they must be over, and their time against the erasures. Does not own: reading a reply
//! (`ledger::rfc3161`), whether an authority has signed it (`openssl ts -verify`).

use std::path::Path;

use super::Files;
use super::cells::{Step, bounded};
use crate::ledger::Timestamp;
use crate::ledger::note::MAX_NOTE;
use crate::ledger::rfc3161::{MAX_REPLY, Reply, imprint};
use crate::verify::chain::Witness;
use crate::verify::finding::{Finding, Notice};

/// The names of timestamps that may lie in a folder: the number behind `data/checkpoint-`.
pub(super) fn stamp_number(path: &str) -> Option<u64> {
    let number = path.strip_prefix("data/checkpoint-")?.strip_suffix(".tsr")?;
    super::cells::number(number).filter(|number| (1..1_000_000_000).contains(number))
}

/// Compares them; how many there are. `erasures`: index and time of those that the folder shows.
pub(super) fn stamps(
    folder: &Path,
    listed: &Files,
    erasures: &[(u64, Timestamp)],
    size: u64,
    w: &mut dyn Witness,
) -> Step<u64> {
    if !listed.contains_key("data/checkpoint") {
        return Ok(0);
    }
    let expected = imprint(&bounded(folder, "data/checkpoint", MAX_NOTE)?);
    let mut good = 0;
    for path in listed.keys().filter(|path| stamp_number(path).is_some()) {
        let reply = Reply::parse(&bounded(folder, path, MAX_REPLY)?);
        let Some(Reply { time, .. }) = reply.ok().filter(|reply| reply.imprint == expected) else {
            w.finding(Finding::StampDiffers { path: path.clone() });
            continue;
        };
        good += 1;
        for (erasure, erased_at) in erasures.iter().filter(|(index, _)| *index < size) {
            if time.is_well_before(*erased_at) {
                let (erasure, erased_at) = (*erasure, *erased_at);
                w.finding(Finding::StampedBeforeErasure { size, time, erasure, erased_at });
            }
        }
        w.notice(Notice::Stamped { size, time });
    }
    Ok(good)
}
