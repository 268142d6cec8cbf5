//! `checkpoint`: the state of the log in a signed note, and with `--since` the proof that it continues an earlier one.

use std::path::Path;

use provlog::ledger::proof::is_consistent;
use provlog::ledger::rfc3161;
use provlog::store::{Damage, Failure};
use provlog::verify::Finding;
use serde_json::json;

use super::args::{Args, Checkpoint};
use super::kept::Kept;
use super::output::Output;
use super::status::Outcome;
use super::text::Say;
use super::trouble::Trouble;
use super::{note_file, session, unfinished};

pub(crate) fn run(a: &Checkpoint, args: &Args, out: &mut Output) -> Result<Outcome, Trouble> {
    if let Some(path) = &a.attach {
        return attach(path, args, out);
    }
    let store = session::signing(args)?;
    let since = match &a.since {
        None => None,
        Some(path) => {
            let read = store.signers()?.read(&note_file::read(path)?, &[]);
            Some((path, read.map_err(|finding| refused(path, finding))?))
        }
    };
    let issued = session::waiting(args, out, |wait| store.issue_checkpoint(wait, None))?;
    let (size, root) = (issued.checkpoint.size, issued.checkpoint.root);
    let mut proof = None;
    if let Some((path, old)) = since {
        let Some(hashes) = store.prove_consistency(old.size, size)? else {
            return Err(refused(path, Finding::CutBehindCheckpoint { size: old.size, found: size }));
        };
        if !is_consistent((old.size, old.root), (size, root), &hashes) {
            let found = store.root_at(old.size)?;
            let differs = Finding::CheckpointDiffers { size: old.size, expected: old.root, found };
            return Err(if found == old.root {
                Failure::Damaged { index: None, why: Damage::NodeWrong }.into()
            } else {
                refused(path, differs)
            });
        }
        proof = Some((old.size, hashes));
    }
    if let Some(path) = &a.timestamp_query {
        unfinished::whole_file(path, &rfc3161::query(issued.note.as_bytes()), out)?;
        out.remark(&Say::QueryWritten { file: path });
    }
    if out.json {
        let hashes = |hashes: &[provlog::ledger::Digest]| hashes.iter().map(ToString::to_string).collect();
        let consistency: Option<Vec<String>> = proof.as_ref().map(|(_, h)| hashes(h));
        out.object(&json!({
            "checkpoint": issued.note,
            "origin": issued.checkpoint.origin,
            "size": size,
            "root": root.to_string(),
            "key": issued.key.to_string(),
            "issued_before": issued.before,
            "since": proof.as_ref().map(|(size, _)| size),
            "consistency": consistency,
        }));
    } else {
        // The body of a request to a C2SP tlog-witness: the old size, the proof, an empty line, the checkpoint.
        if let Some((old, hashes)) = &proof {
            out.exact(&format!("old {old}"));
            for hash in hashes {
                out.exact(&hash.to_string());
            }
            out.exact("");
        }
        for line in issued.note.lines() {
            out.exact(line);
        }
    }
    out.remark(&Say::CheckpointIssued { issued: &issued });
    Ok(Outcome::Done)
}

/// Keeps a timestamp with the checkpoint that it is over.
fn attach(path: &Path, args: &Args, out: &mut Output) -> Result<Outcome, Trouble> {
    let store = session::signing(args)?;
    let reply = note_file::read(path)?;
    let attached = session::waiting(args, out, |wait| store.attach_timestamp(wait, &reply))?;
    let stamped = attached.map_err(|why| Trouble::Timestamp { path: path.to_owned(), why })?;
    out.keep(Kept::Stamped(stamped.size));
    if out.json {
        out.object(&json!({
            "size": stamped.size, "time": stamped.time.to_string(), "signature_checked": false,
        }));
    }
    out.result(&Say::TimestampAttached { stamped });
    Ok(Outcome::Done)
}

fn refused(path: &Path, finding: Finding) -> Trouble {
    Trouble::Checkpoint { path: path.to_owned(), finding: Box::new(finding) }
}
