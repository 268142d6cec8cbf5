//! `verify`: everything re-read and re-hashed; findings and notices as they come.

use std::path::Path;
use std::sync::Arc;

use provlog::evidence;
use provlog::import::SourceError;
use provlog::ledger::Timestamp;
use provlog::ledger::note::VerifierKey;
use provlog::ledger::tree::Node;
use provlog::store::{Checks, Failure, Store};
use provlog::verify::bundle::{NotChecked, Stop, check};
use provlog::verify::chain::Witness;
use provlog::verify::{Believed, Finding, Notice};
use serde_json::json;

use super::args::{Args, Verify};
use super::output::Output;
use super::status::{self, Outcome, Status};
use super::text::{self, Say};
use super::trouble::{OptionProblem, Trouble};
use super::{clock, note_file, session};

/// Prints findings and notices, and counts them.
struct Printer<'a> {
    out: &'a mut Output,
    findings: u64,
    /// The anchor or the given checkpoint speaks against the ledger.
    against: bool,
    /// Nothing was found that speaks against the checkpoint.
    continues: bool,
    notices: u64,
    /// An erasure is not finished.
    pending: bool,
}

impl<'a> Printer<'a> {
    fn new(out: &'a mut Output) -> Self {
        Printer { out, findings: 0, against: false, continues: true, notices: 0, pending: false }
    }

    /// The gravest finding decides.
    fn outcome(&self) -> Outcome {
        match self.findings {
            0 if self.pending => Outcome::Findings(Status::Unfinished),
            0 => Outcome::Done,
            _ if self.against => Outcome::Findings(Status::Against),
            _ => Outcome::Findings(Status::Refused),
        }
    }
}

impl Witness for Printer<'_> {
    fn finding(&mut self, finding: Finding) {
        self.findings += 1;
        self.against |= status::speaks_against(&finding);
        self.continues &= !matches!(
            finding,
            Finding::CutBehindCheckpoint { .. } | Finding::CheckpointDiffers { .. } | Finding::Gap { .. }
        );
        let told = text::finding(self.out.lang, &finding);
        if self.out.json {
            let index = text::index_of(&finding);
            let mut object =
                json!({ "finding": finding.name(), "index": index, "what": told.what, "do": told.todo });
            if let Some(file) = finding.file() {
                object["file"] = file.into();
            }
            self.out.object(&object);
        } else {
            let lead = text::say(self.out.lang, &Say::FindingLead);
            self.out.line(&format!("{lead} {}\n  -> {}", told.what, told.todo));
        }
    }

    fn notice(&mut self, notice: Notice) {
        self.notices += 1;
        self.pending |= notice == Notice::ErasurePending;
        let told = text::notice(self.out.lang, &notice);
        if self.out.json {
            self.out.object(&json!({ "notice": notice.name(), "what": told }));
        } else {
            let lead = text::say(self.out.lang, &Say::NoticeLead);
            self.out.line(&format!("{lead} {told}"));
        }
    }

    fn node(&mut self, _: Node) {}
}

pub(crate) fn run(a: &Verify, args: &Args, out: &mut Output) -> Result<Outcome, Trouble> {
    let now = clock::now()?;
    if a.checkpoint.is_none() && a.bundle.is_none() && !a.keys.is_empty() {
        return Err(Trouble::Options { option: "--key", problem: OptionProblem::NeedsCheckpoint });
    }
    if let Some(folder) = &a.bundle {
        return bundle(folder, &note_file::keys(&a.keys)?, now, out);
    }
    let store = session::reading(args)?;
    out.detail(|| Ok(format!("sqlite: {}", store.settings_in_force()?)))?;
    let fingerprints = match store.fingerprints() {
        Ok(f) => Some(f),
        // Verification needs no secret; that lookups were not compared is a notice. A wrong one is an error.
        Err(Failure::NoSecret(_) | Failure::SecretUnreadable(_) | Failure::Damaged { .. }) => None,
        Err(e) => return Err(e.into()),
    };
    let given = a.checkpoint.as_deref().map(note_file::read).transpose()?;
    let keys = note_file::keys(&a.keys)?;
    let mut printer = Printer::new(out);
    let believed = match &given {
        Some(note) => believed(&store, note, &keys, &mut printer)?,
        None => None,
    };
    let checks = Checks { fingerprints: fingerprints.as_ref(), deep: a.deep, checkpoint: believed.as_ref() };
    let summary = store.verify(now, checks, &mut printer)?;
    let outcome = printer.outcome();
    let Printer { findings, notices, continues, .. } = printer;
    let believed = believed.filter(|_| continues);
    let head = summary.head.map(|h| h.to_string());
    let root = summary.root.map(|r| r.to_string());
    if out.json {
        out.object(&json!({
            "verified": findings == 0,
            "findings": findings,
            "notices": notices,
            "size": summary.size,
            "records": summary.records,
            "erased": summary.erased,
            "head": head,
            "root": root,
            "continues": believed.as_ref().map(|c| json!({
                "size": c.size, "root": c.root.to_string(), "key": c.key.to_string(),
            })),
        }));
    } else {
        if let Some(believed) = &believed {
            out.line(&text::say(out.lang, &Say::ContinuesCheckpoint { believed }));
        }
        // Also with -q: the answer is what was asked for.
        out.line(&text::say(out.lang, &Say::Verified { summary: &summary, findings }));
    }
    Ok(outcome)
}

/// The checkpoint, if it is to be believed; else a finding says why not.
fn believed(
    store: &Store,
    note: &[u8],
    keys: &[VerifierKey],
    printer: &mut Printer<'_>,
) -> Result<Option<Believed>, Trouble> {
    let signers = match store.signers() {
        Ok(signers) => signers,
        // The verification itself says that the ledger names no key.
        Err(Failure::Damaged { index: Some(_), .. }) => return Ok(None),
        Err(e) => return Err(e.into()),
    };
    match signers.read(note, keys) {
        Ok(believed) => {
            if keys.is_empty() {
                printer.notice(Notice::LedgersOwnKey);
            }
            Ok(Some(believed))
        }
        Err(finding) => {
            printer.finding(finding);
            Ok(None)
        }
    }
}

/// Checks an exported folder.
fn bundle(folder: &Path, keys: &[VerifierKey], now: Timestamp, out: &mut Output) -> Result<Outcome, Trouble> {
    let constants = evidence::constants().map_err(|e| Trouble::Output(e.into()))?;
    let mut printer = Printer::new(out);
    let checked = check(folder, keys, &constants, now, &mut printer);
    if keys.is_empty() && checked.as_ref().is_ok_and(|summary| summary.signed.is_some()) {
        printer.notice(Notice::LedgersOwnKey);
    }
    let Printer { findings, notices, .. } = printer;
    let summary = match checked {
        Ok(summary) => summary,
        // A file that is missing, or cannot be read, behind what was found: that counts.
        Err(Stop::Io(path, error)) if findings > 0 => {
            let file = path.strip_prefix(folder).unwrap_or(&path).display().to_string();
            let name = Arc::from(text::shown(&path));
            let why = text::trouble(out.lang, &SourceError { name, error }.into()).what;
            if out.json {
                out.object(&json!({ "verified": false, "findings": findings, "file": file, "why": why }));
            } else {
                out.line(&text::say(out.lang, &Say::BundleStopped { why: &why }));
            }
            return Ok(Outcome::Findings(Status::Refused));
        }
        Err(Stop::Io(path, error)) => {
            let name = Arc::from(text::shown(&path));
            return Err(SourceError { name, error }.into());
        }
        Err(Stop::Form(file, why)) => {
            if out.json {
                out.object(&json!({ "verified": false, "findings": findings, "file": file, "fault": why.name(), "why": text::form_fault(out.lang, why) }));
            } else {
                out.line(&text::say(out.lang, &Say::BundleNotRead { file, why }));
            }
            return Ok(Outcome::Findings(Status::Refused));
        }
    };
    let not_checked = summary.not_checked(!keys.is_empty());
    if out.json {
        out.object(&json!({
            "verified": findings == 0,
            "findings": findings,
            "notices": notices,
            "origin": summary.origin,
            "first": summary.range.map(|range| range.first),
            "size": summary.size,
            "opened": summary.opened,
            "withheld": summary.range.map(|range| range.withheld),
            "erased": summary.range.map(|range| range.erased),
            "erased_since": summary.range.map(|range| range.since),
            "selection": summary.is_selection(),
            "root": summary.root.map(|r| r.to_string()),
            "signed_by": summary.signed.as_ref().map(|s| s.key.to_string()),
            "not_checked": not_checked.iter().map(NotChecked::name).collect::<Vec<_>>(),
            "not_proved": summary.not_proved,
        }));
    } else {
        for what in not_checked {
            out.line(&text::say(out.lang, &Say::BundleNotChecked { what }));
        }
        out.line(&text::say(out.lang, &Say::BundleNotProved { files: &summary.not_proved }));
        out.line(&text::say(out.lang, &Say::BundleVerified { summary: &summary, findings }));
    }
    Ok(if findings == 0 { Outcome::Done } else { Outcome::Findings(Status::Refused) })
}
