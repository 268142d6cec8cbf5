//! `checkpoint`: the state of the log in a signed note, and with `--since` the proof that it continues an earlier one.

use provlog::ledger::proof::is_consistent;
use provlog::store::{Failure, Store};
use provlog::verify::Finding;
use serde_json::json;

use super::args::{Args, Checkpoint};
use super::output::Output;
use super::text::Say;
use super::trouble::Trouble;
use super::{Outcome, note_file, record};

pub(crate) fn run(a: &Checkpoint, args: &Args, out: &mut Output) -> Result<Outcome, Trouble> {
    let store = Store::open_for_writing(&args.ledger)?;
    let since = match &a.since {
        None => None,
        Some(path) => {
            let read = store.signers()?.read(&note_file::read(path)?, &[]);
            Some((path, read.map_err(|finding| refused(path, finding))?))
        }
    };
    let mut notify = record::waiting(out);
    let mut wait = args.waiting(&mut notify);
    let issued = store.issue_checkpoint(&mut wait)?;
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
                Failure::Damaged { index: None, why: "a node of the tree is wrong" }.into()
            } else {
                refused(path, differs)
            });
        }
        proof = Some((old.size, hashes));
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
        }))?;
    } else {
        // The body of a request to a C2SP tlog-witness: the old size, the proof, an empty line, the checkpoint.
        if let Some((old, hashes)) = &proof {
            out.line(&format!("old {old}"))?;
            for hash in hashes {
                out.line(&hash.to_string())?;
            }
            out.line("")?;
        }
        for line in issued.note.lines() {
            out.line(line)?;
        }
    }
    out.remark(&Say::CheckpointIssued { issued: &issued });
    Ok(Outcome::Done)
}

fn refused(path: &std::path::Path, finding: Finding) -> Trouble {
    Trouble::Checkpoint { path: path.to_owned(), finding: Box::new(finding) }
}
