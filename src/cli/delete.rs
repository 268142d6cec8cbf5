//! `delete`: the plan, and with `--apply` its execution.

use provlog::ledger::Timestamp;
use provlog::record::deletion::Verdict;
use provlog::store::{Erased, Grounds, Plan, PlanRequest, Planned, Store};
use serde_json::json;

use super::args::{Args, Delete};
use super::output::Output;
use super::status::Outcome;
use super::text::{self, Say};
use super::trouble::{OptionProblem, Trouble};
use super::{clock, session, typed};

pub(crate) fn run(a: &Delete, args: &Args, out: &mut Output) -> Result<Outcome, Trouble> {
    let request = match (a.expired, a.indexes.is_empty()) {
        (false, false) if a.extra => PlanRequest::Extras(a.indexes.clone()),
        (true, true) => PlanRequest::Expired,
        (false, false) => PlanRequest::Named(a.indexes.clone()),
        (false, true) => return Err(wrong("INDEX", OptionProblem::NothingNamed)),
        (true, false) => return Err(wrong("--expired", OptionProblem::NamedAndExpired)),
    };
    if !a.apply {
        let now = clock::now()?;
        let store = session::reading(args)?;
        let years = store.genesis()?.years;
        let plan = store.in_one_state(|| shown(&store, &request, years, now, out))?;
        unknown(&plan, &store)?;
        out.result(&Say::PlanOnly { erasable: plan.erasable, kept: plan.kept });
        return Ok(Outcome::Done);
    }
    let reason = typed::reason("--apply", a.reason.as_deref())?;
    apply(&request, &reason, args, out)
}

fn apply(request: &PlanRequest, reason: &str, args: &Args, out: &mut Output) -> Result<Outcome, Trouble> {
    let session = session::writing(args, out)?;
    let store = &session.store;
    let years = store.genesis()?.years;
    // A ledger that nothing can be written to is told before the plan is.
    session.fingerprints()?;
    let grounds = Grounds { reason, handler: session.handler() };
    // The day is stated, or nothing is erased; said before the plan is.
    let now = session.clock.now_for_deletion(store.newest()?)?;
    // Shown before anything is locked: whoever reads it slowly, or not to its end, changes nothing and keeps nobody waiting.
    let plan = store.in_one_state(|| shown(store, request, years, now, out))?;
    unknown(&plan, store)?;
    if plan.kept > 0 && !matches!(request, PlanRequest::Expired) {
        return Err(Trouble::MustStay { kept: plan.kept });
    }
    if plan.erasable == 0 {
        out.result(&Say::NothingToErase);
        if out.json {
            out.object(&json!({ "erased": 0 }));
        }
        // What an earlier erasure has left is a writer's to finish.
        return match store.erasure_pending()? {
            true => ended(session.waiting(out, |wait| store.finish_erasure(wait))?),
            false => Ok(Outcome::Done),
        };
    }
    // Made again inside the transaction that carries it out: nothing goes that was not shown.
    let entries = session.append(out, |appender| {
        appender.carry_out(&plan, request, years, &grounds)?.ok_or(Trouble::PlanChanged)
    })?;
    let erased = plan.erasable;
    if let (Some(first), Some(last)) = (entries.first(), entries.last()) {
        out.committed(first.index, last.index);
    }
    let finished = session.waiting(out, |wait| store.finish_erasure(wait))?;
    if out.json {
        let indexes: Vec<u64> = entries.iter().map(|e| e.index).collect();
        out.object(&json!({ "erased": erased, "erasures": indexes, "pending": finished == Erased::Pending }));
    }
    out.result(&Say::ErasedNow { erased, entries: &entries });
    ended(finished)
}

fn ended(erasure: Erased) -> Result<Outcome, Trouble> {
    match erasure {
        Erased::Everywhere => Ok(Outcome::Done),
        Erased::Pending => Err(Trouble::ErasurePending),
    }
}

/// Makes the plan and shows it, entry by entry.
fn shown(
    store: &Store,
    request: &PlanRequest,
    years: u32,
    now: Timestamp,
    out: &mut Output,
) -> Result<Plan, Trouble> {
    Ok(store.plan(request, years, now, &mut |planned| {
        // Nobody asked for the entries whose time has not come; those that something else keeps are told.
        let passed_over =
            matches!(planned.verdict, Verdict::KeepUntil { .. } | Verdict::AlreadyErased { .. });
        if !matches!(request, PlanRequest::Expired) || !passed_over {
            show(&planned, out);
        }
    })?)
}

fn show(p: &Planned, out: &mut Output) {
    let why = text::verdict(out.lang, &p.verdict);
    if !out.json {
        return out.line(&format!("{:>8}  {why}", p.index));
    }
    let (verdict, base, free) = match p.verdict {
        Verdict::Erase { base, free } => ("erase", Some(base), Some(free)),
        Verdict::KeepUntil { base, free } => ("keep", Some(base), Some(free)),
        _ => ("keep", None, None),
    };
    let day = |d: Option<chrono::NaiveDate>| d.map(|d| d.to_string());
    out.object(&json!({
        "index": p.index, "kind": p.kind.name(), "verdict": verdict,
        "base": day(base), "deletable_from": day(free), "why": why,
    }));
}

fn unknown(plan: &Plan, store: &Store) -> Result<(), Trouble> {
    if plan.unknown.is_empty() {
        return Ok(());
    }
    Err(Trouble::NoSuchIndex { indexes: plan.unknown.clone(), size: store.size()? })
}

fn wrong(option: &'static str, problem: OptionProblem) -> Trouble {
    Trouble::Options { option, problem }
}
