//! `optout add|list|withdraw|screen`: principals' requests to stop.

use std::fs;

use provlog::act::Withdrawal;
use provlog::evidence::hand_out;
use provlog::import::{self, Encoding, Input, Outbound, Sent, Source, Unsplit};
use provlog::record::recipient::Registered;
use provlog::record::stop::StopRequest;
use provlog::store::Store;
use serde_json::{Value, json};

use super::altered::{Altered, mark, marked_line};
use super::args::{Args, Optout as Command, OptoutAdd, OptoutList, OptoutScreen, OptoutWithdraw};
use super::output::{Output, cell};
use super::status::Outcome;
use super::text::{self, Registry};
use super::trouble::{Expected, Register, Trouble};
use super::{clock, load, session, typed, unfinished};

pub(crate) fn run(command: &Command, args: &Args, out: &mut Output) -> Result<Outcome, Trouble> {
    match command {
        Command::Add(a) => add(a, args, out),
        Command::List(a) => list(a, args, out),
        Command::Withdraw(a) => withdraw(a, args, out),
        Command::Screen(a) => screen(a, args, out),
    }
}

fn add(a: &OptoutAdd, args: &Args, out: &mut Output) -> Result<Outcome, Trouble> {
    let now = clock::now()?;
    let today = now.legal_day();
    let received = typed::day("--received", a.received.as_deref())?.unwrap_or(today);
    if received > today {
        let value = received.to_string();
        return Err(Trouble::BadOption { option: "--received", value, expected: Expected::NotFuture });
    }
    let request = StopRequest {
        principal_id: typed::text("--principal-id", a.principal_id.as_deref())?,
        principal_name: typed::text("--principal-name", a.principal_name.as_deref())?,
        received,
        // Where nobody says otherwise, it counts at once.
        effective: typed::day("--effective", a.effective.as_deref())?.unwrap_or(received),
        channel: typed::text("--channel", a.channel.as_deref())?,
        filing: a.filing.as_deref().map(|id| typed::id("--filing", id)).transpose()?,
        withdrawn: None,
    };
    if request.principal_id.is_none() && request.principal_name.is_none() {
        return Err(Trouble::NoPrincipal);
    }
    let session = session::writing(args, out)?;
    let store = &session.store;
    let done = session.append(out, |appender| {
        known_filing(request.filing.as_deref(), store)?;
        Ok::<_, Trouble>(appender.say(&request, session.by(None))?)
    })?;
    out.committed(done.index, done.index);
    let effective = request.effective;
    if out.json {
        out.object(&object(&Registered { index: done.index, value: request }));
    }
    out.told(&text::registry(out.lang, &Registry::StopEntered { index: done.index, effective }));
    Ok(Outcome::Done)
}

fn known_filing(id: Option<&str>, store: &Store) -> Result<(), Trouble> {
    match id {
        Some(id) if store.registers()?.filings.first(id).is_none() => {
            Err(Trouble::NotRegistered { register: Register::Filings, id: id.to_owned() })
        }
        _ => Ok(()),
    }
}

fn withdraw(a: &OptoutWithdraw, args: &Args, out: &mut Output) -> Result<Outcome, Trouble> {
    let reason = typed::reason("optout withdraw", a.reason.as_deref())?;
    let now = clock::now()?;
    let from = typed::day("--from", a.from.as_deref())?.unwrap_or(now.legal_day());
    let session = session::writing(args, out)?;
    let store = &session.store;
    let done = session.append(out, |appender| {
        let stops = store.registers()?.stops;
        let in_force = |r: &Registered<StopRequest>| r.index == a.index && r.value.withdrawn.is_none();
        if !stops.all().iter().any(in_force) {
            return Err(Trouble::NotAStopRequest { index: a.index });
        }
        Ok(appender.say_about(&Withdrawal { from }, Some(a.index), session.by(Some(&reason)))?)
    })?;
    out.committed(done.index, done.index);
    if out.json {
        out.object(&json!({ "request": a.index, "withdrawn_by": done.index, "from": from.to_string() }));
    }
    out.told(&text::registry(
        out.lang,
        &Registry::StopWithdrawn { request: a.index, index: done.index, from },
    ));
    Ok(Outcome::Done)
}

fn list(a: &OptoutList, args: &Args, out: &mut Output) -> Result<Outcome, Trouble> {
    let day = typed::day("--day", a.day.as_deref())?;
    let store = session::reading(args)?;
    let (stops, altered) = store.in_one_state(|| {
        let stops = store.registers()?.stops;
        let altered = store.altered_among(stops.entries())?;
        Ok::<_, Trouble>((stops, altered))
    })?;
    let mut marked = Altered::default();
    let shown = |r: &&Registered<StopRequest>| day.is_none_or(|day| r.value.in_force(day, None));
    let mut none = true;
    for request in stops.all().iter().filter(shown) {
        none = false;
        // How it stands is told by its withdrawal too.
        let by = request.value.withdrawn.map(|(_, by)| by);
        let altered = altered.contains(&request.index) || by.is_some_and(|by| altered.contains(&by));
        marked.shown(request.index, altered);
        if out.json {
            let mut object = object(request);
            mark(&mut object, altered);
            out.object(&object);
            continue;
        }
        let r = &request.value;
        let principal: Vec<&str> =
            [&r.principal_id, &r.principal_name].into_iter().flatten().map(String::as_str).collect();
        let filing = r.filing.clone().unwrap_or_else(|| text::registry(out.lang, &Registry::AllFilings));
        let end = r.withdrawn.map(|(from, by)| text::registry(out.lang, &Registry::WithdrawnBy { by, from }));
        let line = format!(
            "{:>8} {} {} {} {}",
            request.index,
            r.effective,
            cell(&filing, 12),
            cell(&principal.join(" "), 32),
            end.unwrap_or_default()
        );
        marked_line(line.trim_end(), altered, out);
    }
    if none {
        out.say_to_people(&text::registry(out.lang, &Registry::NoStops));
    }
    marked.end()
}

fn object(r: &Registered<StopRequest>) -> Value {
    let v = &r.value;
    json!({
        "index": r.index,
        "principal_id": v.principal_id,
        "principal_name": v.principal_name,
        "received": v.received.to_string(),
        "effective": v.effective.to_string(),
        "channel": v.channel,
        "filing": v.filing,
        "withdrawn_from": v.withdrawn.map(|(from, _)| from.to_string()),
        "withdrawn_by": v.withdrawn.map(|(_, by)| by),
    })
}

fn screen(a: &OptoutScreen, args: &Args, out: &mut Output) -> Result<Outcome, Trouble> {
    let today = clock::now()?.legal_day();
    let day = typed::day("--day", a.day.as_deref())?.unwrap_or(today);
    let encoding = typed::word("--encoding", a.encoding.as_deref(), Encoding::from_word, Expected::Encoding)?;
    let store = session::reading(args)?;
    let stops = store.in_one_state(|| {
        known_filing(a.filing.as_deref(), &store)?;
        let stops = store.registers()?.stops;
        // Who may be sent is not told by requests that were altered.
        hand_out(&store, stops.entries())?;
        Ok::<_, Trouble>(stops)
    })?;
    drop(store);
    let name = text::shown(&a.file);
    let list =
        match Outbound::open(&Input { name, source: Source::File(a.file.clone()), encoding, sheet: None }) {
            Ok(list) => list,
            Err(trouble) => return refused(trouble, out),
        };
    if a.out == a.stopped {
        return Err(Trouble::OutputExists(a.stopped.clone()));
    }
    let (allowed, stopped) = (unfinished::file(&a.out, out)?, unfinished::file(&a.stopped, out)?);
    let nameless = text::registry(out.lang, &Registry::Nameless);
    let filing = a.filing.as_deref();
    let mut judge = |id: Option<&str>, name: Option<&str>| match stops.stopping(id, name, day, filing) {
        Some(request) => {
            let (index, effective) = (request.index, request.value.effective);
            Sent::Stopped(text::registry(out.lang, &Registry::StoppedBy { index, effective }))
        }
        // Whoever cannot be told apart from those who have asked to stop is not sent.
        None if id.is_none() && name.is_none() => Sent::Stopped(nameless.clone()),
        None => Sent::Allowed,
    };
    let split = match list.split(allowed.file(), stopped.file(), text::label(out.lang, "stop"), &mut judge) {
        Ok(split) => split,
        Err(Unsplit::List(trouble)) => return refused(trouble, out),
        Err(Unsplit::Allowed(e)) => return Err(Trouble::Write(a.out.clone(), e)),
        Err(Unsplit::Stopped(e)) => return Err(Trouble::Write(a.stopped.clone(), e)),
    };
    // Nobody finds the list that may go out without the one that says what was taken from it, nor that one alone.
    allowed.sync()?;
    stopped.finish()?;
    if let Err(refused) = allowed.finish() {
        // It was made a moment ago, and the failure itself is what the person must hear of.
        let _ = fs::remove_file(&a.stopped);
        return Err(refused.into());
    }
    out.made(&a.stopped);
    out.made(&a.out);
    if out.json {
        out.object(&json!({ "allowed": split.allowed, "stopped": split.stopped, "day": day.to_string() }));
    }
    out.told(&text::registry(out.lang, &Registry::Screened { split, day }));
    Ok(Outcome::Done)
}

fn refused(trouble: import::NotRead, out: &mut Output) -> Result<Outcome, Trouble> {
    match trouble {
        import::NotRead::Source(e) => Err(e.into()),
        import::NotRead::Problems(problems) => {
            for problem in &problems {
                load::report(problem, out);
            }
            Ok(Outcome::Refused)
        }
    }
}
