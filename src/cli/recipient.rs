//! `recipient set|show|list`: the register of recipients.

use provlog::record::PartyType;
use provlog::record::recipient::{Recipient, Registered};
use serde_json::{Map, Value};

use super::altered::{Altered, mark, marked_line};
use super::args::{Args, Recipient as Command, RecipientSet, RecipientShow};
use super::output::{Output, cell};
use super::status::Outcome;
use super::text::{self, Registry};
use super::trouble::{Expected, Register, Trouble};
use super::{clock, session, typed};

pub(crate) fn run(command: &Command, args: &Args, out: &mut Output) -> Result<Outcome, Trouble> {
    match command {
        Command::Set(a) => set(a, args, out),
        Command::Show(a) => show(a, args, out),
        Command::List(_) => list(args, out),
    }
}

fn set(a: &RecipientSet, args: &Args, out: &mut Output) -> Result<Outcome, Trouble> {
    let id = typed::id("ID", &a.id)?;
    let day = |option, typed: &Option<String>| typed::day(option, typed.as_deref());
    let value = |option, typed: &Option<String>| typed::text(option, typed.as_deref());
    let now = clock::now()?;
    let given = Recipient {
        id: id.clone(),
        from: day("--from", &a.from)?.unwrap_or(now.legal_day()),
        name: value("--name", &a.name)?,
        address: value("--address", &a.address)?,
        representative: value("--representative", &a.representative)?,
        party_type: PartyType::default(),
        check_date: day("--check-date", &a.check_date)?,
        check_method: value("--check-method", &a.check_method)?,
        check_evidence: value("--check-evidence", &a.check_evidence)?,
        purpose: value("--purpose", &a.purpose)?,
    };
    if given.check_date.is_some_and(|day| day > now.legal_day()) {
        let value = a.check_date.clone().unwrap_or_default();
        return Err(Trouble::BadOption { option: "--check-date", value, expected: Expected::NotFuture });
    }
    let party_type =
        typed::word("--type", a.party_type.as_deref(), PartyType::from_word, Expected::PartyType)?;
    let session = session::writing(args, out)?;
    let (done, entered) = session.append(out, |appender| {
        let register = session.store.registers()?.recipients;
        // What is not said stays as it stands.
        let before = register.on(&id, given.from).map(|r| r.value.clone());
        let whole = over(given, before, party_type);
        if whole.name.is_none() {
            return Err(Trouble::BadOption {
                option: "--name",
                value: String::new(),
                expected: Expected::Text,
            });
        }
        Ok((appender.say_about(&whole, register.first(&id), session.by(None))?, whole))
    })?;
    out.committed(done.index, done.index);
    if out.json {
        out.object(&object(&Registered { index: done.index, value: entered }));
    }
    let said = text::registry(out.lang, &Registry::RecipientSet { id: &a.id, index: done.index });
    out.told(&said);
    Ok(Outcome::Done)
}

/// What is given, over what stood before.
fn over(given: Recipient, before: Option<Recipient>, party_type: Option<PartyType>) -> Recipient {
    let Some(before) = before else {
        return Recipient { party_type: party_type.unwrap_or_default(), ..given };
    };
    Recipient {
        name: given.name.or(before.name),
        address: given.address.or(before.address),
        representative: given.representative.or(before.representative),
        party_type: party_type.unwrap_or(before.party_type),
        check_date: given.check_date.or(before.check_date),
        check_method: given.check_method.or(before.check_method),
        check_evidence: given.check_evidence.or(before.check_evidence),
        purpose: given.purpose.or(before.purpose),
        ..given
    }
}

fn show(a: &RecipientShow, args: &Args, out: &mut Output) -> Result<Outcome, Trouble> {
    let today = clock::now()?.legal_day();
    let day = typed::day("--day", a.day.as_deref())?.unwrap_or(today);
    let store = session::reading(args)?;
    let (found, altered) = store.in_one_state(|| {
        let register = store.registers()?.recipients;
        let unknown = || Trouble::NotRegistered { register: Register::Recipients, id: a.id.clone() };
        let found = register.on(a.id.trim(), day).ok_or_else(unknown)?.clone();
        let altered = !store.altered_among([found.index])?.is_empty();
        Ok::<_, Trouble>((found, altered))
    })?;
    let mut marked = Altered::default();
    marked.shown(found.index, altered);
    if out.json {
        let mut object = object(&found);
        mark(&mut object, altered);
        out.object(&object);
        return marked.end();
    }
    for (key, value) in lines(&found) {
        let line = format!("{} {}", cell(text::label(out.lang, key), 30), text::on_one_line(&value));
        marked_line(&line, altered, out);
    }
    marked.end()
}

fn list(args: &Args, out: &mut Output) -> Result<Outcome, Trouble> {
    let today = clock::now()?.legal_day();
    let store = session::reading(args)?;
    let (register, altered) = store.in_one_state(|| {
        let register = store.registers()?.recipients;
        let altered = store.altered_among(register.0.iter().map(|r| r.index))?;
        Ok::<_, Trouble>((register, altered))
    })?;
    let mut marked = Altered::default();
    for id in register.ids() {
        let Some(found) = register.on(id, today) else { continue };
        let altered = altered.contains(&found.index);
        marked.shown(found.index, altered);
        if out.json {
            let mut object = object(found);
            mark(&mut object, altered);
            out.object(&object);
            continue;
        }
        let r = &found.value;
        let check = r.check_date.map(|d| d.to_string());
        let [name, check, purpose] =
            [&r.name, &check, &r.purpose].map(|value| value.as_deref().unwrap_or("-"));
        let [id, name, check, purpose] = [cell(id, 16), cell(name, 32), cell(check, 12), cell(purpose, 0)];
        marked_line(&format!("{id} {name} {check} {purpose}"), altered, out);
    }
    if register.0.is_empty() {
        out.say_to_people(&text::registry(out.lang, &Registry::NoRecipients));
    }
    marked.end()
}

/// The keys and values of a recipient, in order.
fn lines(r: &Registered<Recipient>) -> Vec<(&'static str, String)> {
    let v = &r.value;
    let all = [
        ("id", Some(v.id.clone())),
        ("from", Some(v.from.to_string())),
        ("name", v.name.clone()),
        ("address", v.address.clone()),
        ("representative", v.representative.clone()),
        ("type", Some(v.party_type.word().to_owned())),
        ("check_date", v.check_date.map(|d| d.to_string())),
        ("check_method", v.check_method.clone()),
        ("check_evidence", v.check_evidence.clone()),
        ("purpose", v.purpose.clone()),
        ("index", Some(r.index.to_string())),
    ];
    all.into_iter().filter_map(|(key, value)| Some((key, value?))).collect()
}

fn object(r: &Registered<Recipient>) -> Value {
    let mut o: Map<String, Value> =
        lines(r).into_iter().map(|(key, value)| (key.to_owned(), value.into())).collect();
    o.insert("index".to_owned(), r.index.into());
    Value::Object(o)
}
