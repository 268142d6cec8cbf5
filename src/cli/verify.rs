//! `verify`: everything re-read and re-hashed; findings and notices as they come.

use provlog::ledger::tree::Node;
use provlog::store::{Failure, Store};
use provlog::verify::chain::Witness;
use provlog::verify::{Finding, Notice};
use serde_json::json;

use super::args::{Args, Verify};
use super::output::Output;
use super::text::{self, Say};
use super::trouble::Trouble;
use super::{Outcome, clock};

/// Prints findings and notices, and counts them.
struct Printer<'a> {
    out: &'a mut Output,
    findings: u64,
    notices: u64,
    failed: Option<Trouble>,
}

impl Witness for Printer<'_> {
    fn finding(&mut self, finding: Finding) {
        self.findings += 1;
        let told = text::finding(self.out.lang, &finding);
        let printed = if self.out.json {
            let index = text::index_of(&finding);
            self.out.object(&json!({ "finding": text::name_of(&finding), "index": index, "what": told.what, "do": told.todo }))
        } else {
            let lead = text::say(self.out.lang, &Say::FindingLead);
            self.out.line(&format!("{lead} {}\n  -> {}", told.what, told.todo))
        };
        self.keep(printed);
    }

    fn notice(&mut self, notice: Notice) {
        self.notices += 1;
        let told = text::notice(self.out.lang, &notice);
        let printed = if self.out.json {
            self.out.object(&json!({ "notice": text::name_of(&notice), "what": told }))
        } else {
            let lead = text::say(self.out.lang, &Say::NoticeLead);
            self.out.line(&format!("{lead} {told}"))
        };
        self.keep(printed);
    }

    fn node(&mut self, _: Node) {}
}

impl Printer<'_> {
    fn keep(&mut self, printed: Result<(), Trouble>) {
        if let Err(e) = printed {
            self.failed.get_or_insert(e);
        }
    }
}

pub(crate) fn run(a: &Verify, args: &Args, out: &mut Output) -> Result<Outcome, Trouble> {
    let now = clock::now()?;
    let store = Store::open(&args.ledger)?;
    out.detail(|| Ok(format!("sqlite: {}", store.settings_in_force()?)))?;
    let fingerprints = match store.fingerprints() {
        Ok(f) => Some(f),
        // Verification needs no secret; that lookups were not compared is a notice. A wrong one is an error.
        Err(Failure::NoSecret(_) | Failure::Damaged { .. }) => None,
        Err(e) => return Err(e.into()),
    };
    let mut printer = Printer { out, findings: 0, notices: 0, failed: None };
    let summary = store.in_one_state(|| store.verify(now, fingerprints.as_ref(), a.deep, &mut printer))?;
    let Printer { findings, notices, failed, .. } = printer;
    if let Some(failed) = failed {
        return Err(failed);
    }
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
        }))?;
    } else {
        // Also with -q: the answer is what was asked for.
        out.line(&text::say(out.lang, &Say::Verified { summary: &summary, findings }))?;
    }
    Ok(if findings == 0 { Outcome::Done } else { Outcome::Refused })
}
