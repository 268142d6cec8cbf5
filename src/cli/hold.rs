//! `hold add`, `hold release`, `hold list`: legal holds, on indexes as they are found when the hold is placed.

use provlog::act::{self, Account, By, Release};
use provlog::intake::{HoldRequest, ToHold, to_hold};
use provlog::record::hold::Hold;
use provlog::record::run::runs_of;
use serde_json::json;

use super::altered::{Altered, mark, marked_line};
use super::args::{Args, Hold as Command, HoldAdd, HoldRelease};
use super::output::Output;
use super::status::Outcome;
use super::text::{self, Say};
use super::trouble::{OptionProblem, Trouble};
use super::{export, list, session, typed};

pub(crate) fn run(command: &Command, args: &Args, out: &mut Output) -> Result<Outcome, Trouble> {
    match command {
        Command::Add(a) => add(a, args, out),
        Command::Release(a) => release(a, args, out),
        Command::List(_) => show(args, out),
    }
}

fn add(a: &HoldAdd, args: &Args, out: &mut Output) -> Result<Outcome, Trouble> {
    let reason = typed::reason("hold", a.reason.as_deref())?;
    let filter = list::filter(&a.filter)?;
    match (a.indexes.is_empty(), filter.is_about_records()) {
        (true, false) => {
            return Err(Trouble::Options { option: "INDEX", problem: OptionProblem::NothingNamed });
        }
        (false, true) => {
            return Err(Trouble::Options { option: "INDEX", problem: OptionProblem::NamedAndFilter });
        }
        _ => {}
    }
    let session = session::writing(args, out)?;
    let (store, handler) = (&session.store, session.handler());
    let fingerprints = session.fingerprints()?;
    let named = export::filter_named(&filter);
    let (indexes, held) = session.append(out, |appender| {
        let request = match a.indexes.is_empty() {
            true => HoldRequest::Matching(&filter),
            false => HoldRequest::Named(&a.indexes),
        };
        let ToHold { entries: held, unknown } = to_hold(store, request, fingerprints)?;
        if !unknown.is_empty() {
            return Err(Trouble::NoSuchIndex { indexes: unknown, size: store.size()? });
        }
        if held.is_empty() {
            return Err(Trouble::NothingMatches);
        }
        let count = held.len() as u64;
        let mut entries = Vec::new();
        for runs in runs_of(held).chunks(act::hold::MOST_RUNS) {
            let hold = act::Hold { filter: named.clone(), runs: runs.to_vec() };
            let by = By { handler, reason: Some(&reason) };
            entries.push(appender.say(&hold, by)?.index);
        }
        Ok((entries, count))
    })?;
    if let (Some(first), Some(last)) = (indexes.first(), indexes.last()) {
        out.committed(*first, *last);
    }
    if out.json {
        out.object(&json!({ "holds": indexes, "held": held }));
    }
    out.result(&Say::HoldPlaced { indexes: &indexes, held });
    Ok(Outcome::Done)
}

fn release(a: &HoldRelease, args: &Args, out: &mut Output) -> Result<Outcome, Trouble> {
    let reason = typed::reason("hold", a.reason.as_deref())?;
    let session = session::writing(args, out)?;
    let (store, handler) = (&session.store, session.handler());
    let done = session.append(out, |appender| {
        let in_force = |hold: &Hold| hold.index == a.index && hold.released.is_none();
        if !store.holds()?.iter().any(in_force) {
            return Err(Trouble::NotAHold { index: a.index });
        }
        let by = By { handler, reason: Some(&reason) };
        Ok(appender.say_about(&Release { hold: a.index }, Some(a.index), by)?)
    })?;
    out.committed(done.index, done.index);
    if out.json {
        out.object(&json!({ "hold": a.index, "released_by": done.index }));
    }
    out.result(&Say::HoldReleased { hold: a.index, index: done.index });
    Ok(Outcome::Done)
}

fn show(args: &Args, out: &mut Output) -> Result<Outcome, Trouble> {
    let store = session::reading(args)?;
    let holds = store.in_one_state(|| {
        let mut all = Vec::new();
        for hold in store.holds()? {
            let record = store.record(hold.index)?;
            let extra = record.as_ref().and_then(|r| r.act.as_ref()?.1.clone()).unwrap_or_default();
            let reason = Account::read(extra.as_bytes()).reason.unwrap_or_default();
            let altered = record.as_ref().is_none_or(|r| r.altered);
            let day = record.map(|r| r.fields.time.legal_day()).unwrap_or_default();
            all.push((hold, day, reason, altered));
        }
        Ok::<_, Trouble>(all)
    })?;
    if holds.is_empty() {
        out.remark(&Say::NoHolds);
    }
    let mut marked = Altered::default();
    for (hold, day, reason, altered) in &holds {
        marked.shown(hold.index, *altered);
        if out.json {
            let runs: Vec<String> = hold.runs.iter().flatten().map(ToString::to_string).collect();
            let mut o = json!({
                "index": hold.index, "placed_on": day.to_string(), "runs": runs, "released_by": hold.released,
                "reason": reason,
            });
            mark(&mut o, *altered);
            out.object(&o);
        } else {
            let line = text::say(out.lang, &Say::HoldLine { hold, day: *day, reason });
            marked_line(&line, *altered, out);
        }
    }
    marked.end()
}
