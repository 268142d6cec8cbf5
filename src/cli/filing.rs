//! `filing add|change|stop|show|list|notice|form`: the register of opt-out filings, and the texts made from it.

use chrono::NaiveDate;
use provlog::export::filing::{form, notice};
use provlog::record::filing::{self, Category, FiledItem, Filing, FilingFault, Origin, Part};
use provlog::record::formula;
use provlog::record::recipient::Registered;
use provlog::store::Appended;
use serde_json::{Map, Value, json};

use super::altered::{Altered, mark, marked_line};
use super::args::{Args, Filing as Command, FilingChange, FilingParts, FilingShow, FilingStop};
use super::output::{Output, cell};
use super::status::Outcome;
use super::text::{self, Registry};
use super::trouble::{Expected, Register, Trouble};
use super::{clock, export, session, typed};

pub(crate) fn run(command: &Command, args: &Args, out: &mut Output) -> Result<Outcome, Trouble> {
    match command {
        Command::Add(a) => add(a, args, out),
        Command::Change(a) => change(a, args, out),
        Command::Stop(a) => stop(a, args, out),
        Command::Show(a) => show(a, args, out),
        Command::List(_) => list(args, out),
        Command::Notice(a) => {
            let found = whole(a, args)?;
            let words = notice(&found.value, export::language(out.lang));
            if out.json {
                out.object(&json!({ "notice": words }));
            } else {
                out.exact(words.trim_end());
            }
            Ok(Outcome::Done)
        }
        Command::Form(a) => {
            let found = whole(a, args)?;
            let rows = form(&found.value, export::language(out.lang));
            if out.json {
                for (label, value) in &rows {
                    out.object(&json!({ "label": label, "value": value }));
                }
            } else {
                // Whoever redirects it opens it in a spreadsheet, which must calculate nothing.
                let shown: Vec<_> =
                    rows.iter().map(|(label, value)| (label, formula::guarded(value))).collect();
                out.csv(shown.iter().map(|(label, value)| [label.as_str(), value.as_ref()]));
            }
            Ok(Outcome::Done)
        }
    }
}

fn add(a: &FilingParts, args: &Args, out: &mut Output) -> Result<Outcome, Trouble> {
    let given = parts(a)?;
    enter(args, out, None, |register| {
        if register.first(&given.id).is_some() {
            return Err(Trouble::FilingExists { id: given.id.clone() });
        }
        let effective = given.start_day.unwrap_or_default();
        Ok((None, Filing { effective, ..given }))
    })
}

fn change(a: &FilingChange, args: &Args, out: &mut Output) -> Result<Outcome, Trouble> {
    let given = parts(&a.parts)?;
    let effective = typed::day("--effective", Some(&a.effective))?.unwrap_or_default();
    enter(args, out, None, |register| {
        let before = standing(register, &given.id, effective)?;
        let mut now = before.clone();
        now.effective = effective;
        now.filed_on = given.filed_on;
        now.number = given.number.or(now.number);
        now.start_day = given.start_day.or(now.start_day);
        now.publication = given.publication.or(now.publication);
        for part in Part::ALL {
            let at = part as usize;
            if let Some(text) = &given.parts[at] {
                now.parts[at] = Some(text.clone());
            }
        }
        if !given.items.is_empty() {
            now.items = given.items;
        }
        Ok((Some(before), now))
    })
}

fn stop(a: &FilingStop, args: &Args, out: &mut Output) -> Result<Outcome, Trouble> {
    let id = typed::id("ID", &a.id)?;
    let effective = typed::day("--effective", Some(&a.effective))?.unwrap_or_default();
    let filed_on = typed::day("--filed-on", a.filed_on.as_deref())?;
    let reason = typed::text("--reason", a.reason.as_deref())?;
    enter(args, out, reason.as_deref(), |register| {
        let before = standing(register, &id, effective)?;
        let now = Filing { effective, filed_on, stopped: true, ..before.clone() };
        Ok((Some(before), now))
    })
}

/// How a filing stands before something changes on a day.
fn standing(register: &filing::Filings, id: &str, effective: NaiveDate) -> Result<Filing, Trouble> {
    let unknown = || Trouble::NotRegistered { register: Register::Filings, id: id.to_owned() };
    let latest = &register.latest(id).ok_or_else(unknown)?.value;
    if latest.stopped {
        return Err(Trouble::FilingStopped { id: id.to_owned() });
    }
    if effective < latest.effective {
        return Err(Trouble::BeforeFiling { effective, filed: latest.effective });
    }
    Ok(latest.clone())
}

/// Why nothing was entered.
enum Unfit {
    Trouble(Trouble),
    Faults(Vec<FilingFault>),
}

impl<T: Into<Trouble>> From<T> for Unfit {
    fn from(trouble: T) -> Self {
        Unfit::Trouble(trouble.into())
    }
}

/// Checks and enters a filing; `make` says how it stood before and stands now.
fn enter(
    args: &Args,
    out: &mut Output,
    reason: Option<&str>,
    make: impl FnOnce(&filing::Filings) -> Result<(Option<Filing>, Filing), Trouble>,
) -> Result<Outcome, Trouble> {
    let now = clock::now()?;
    let session = session::writing(args, out)?;
    let entered = session.append(out, |appender| {
        let register = session.store.registers()?.filings;
        let (before, filing) = make(&register)?;
        let today = now.legal_day();
        if let Some(day) = filing.filed_on.filter(|day| *day > today) {
            let (option, value) = ("--filed-on", day.to_string());
            return Err(Trouble::BadOption { option, value, expected: Expected::NotFuture }.into());
        }
        let (mut faults, mut remarks) = (Vec::new(), Vec::new());
        filing::check(&filing, |fault| faults.push(fault));
        filing::timely(before.as_ref(), &filing, |fault| faults.push(fault), |remark| remarks.push(remark));
        if !faults.is_empty() {
            return Err(Unfit::Faults(faults));
        }
        let by = session.by(reason);
        let done: Appended = appender.say_about(&filing, register.first(&filing.id), by)?;
        Ok((done, filing, remarks))
    });
    let (done, filing, remarks) = match entered {
        Ok(entered) => entered,
        Err(Unfit::Trouble(trouble)) => return Err(trouble),
        Err(Unfit::Faults(faults)) => {
            for fault in &faults {
                let told = text::filing_fault(out.lang, fault);
                if out.json {
                    let problem = fault.name();
                    out.object(&json!({ "problem": problem, "what": told.what, "do": told.todo }));
                } else {
                    out.must_say(&format!("provlog: {}\n  -> {}", told.what, told.todo));
                }
            }
            return Ok(Outcome::Refused);
        }
    };
    out.committed(done.index, done.index);
    for remark in remarks {
        out.say_to_people(&text::registry(out.lang, &Registry::Filing(remark)));
    }
    if !filing.stopped {
        out.say_to_people(&text::registry(out.lang, &Registry::MailNeedsConsent));
    }
    if out.json {
        out.object(&object(&Registered { index: done.index, value: filing.clone() }));
    }
    out.told(&text::registry(out.lang, &Registry::FilingEntered { filing: &filing, index: done.index }));
    Ok(Outcome::Done)
}

/// What was typed of a filing.
fn parts(a: &FilingParts) -> Result<Filing, Trouble> {
    let day = |option, typed: &Option<String>| typed::day(option, typed.as_deref());
    let text = |option, typed: &Option<String>| typed::text(option, typed.as_deref());
    let yes_no = |word: &str| ["yes", "no"].contains(&word).then(|| word.to_owned());
    let items: Result<Vec<FiledItem>, Trouble> = a.items.iter().map(|typed| item(typed)).collect();
    Ok(Filing {
        id: typed::id("ID", &a.id)?,
        effective: NaiveDate::default(),
        filed_on: day("--filed-on", &a.filed_on)?,
        number: text("--number", &a.number)?,
        start_day: day("--start-day", &a.start_day)?,
        parts: [
            text("--name", &a.name)?,
            text("--address", &a.address)?,
            text("--representative", &a.representative)?,
            text("--telephone", &a.telephone)?,
            text("--contact", &a.contact)?,
            text("--purpose", &a.purpose)?,
            text("--acquisition", &a.acquisition)?,
            text("--provision-method", &a.provision_method)?,
            text("--request-method", &a.request_method)?,
            text("--update-method", &a.update_method)?,
        ],
        items: items?,
        publication: typed::word("--publication", a.publication.as_deref(), yes_no, Expected::YesNo)?,
        stopped: false,
    })
}

/// `NAME:CATEGORY:SOURCE`.
fn item(typed: &str) -> Result<FiledItem, Trouble> {
    let wrong =
        || Trouble::BadOption { option: "--item", value: typed.to_owned(), expected: Expected::FiledItem };
    let mut from_behind = typed.rsplitn(3, ':').map(str::trim);
    let (origin, category, name) = (from_behind.next(), from_behind.next(), from_behind.next());
    let origin = origin.and_then(Origin::from_word).ok_or_else(wrong)?;
    let category = category.and_then(Category::from_word).ok_or_else(wrong)?;
    let name = typed::id("--item", name.ok_or_else(wrong)?).map_err(|_| wrong())?;
    Ok(FiledItem { name, category, origin })
}

/// A filing, and whether its entry was altered.
fn found(a: &FilingShow, args: &Args) -> Result<(Registered<Filing>, bool), Trouble> {
    let id = a.id.trim();
    let day = typed::day("--day", a.day.as_deref())?;
    let store = session::reading(args)?;
    store.in_one_state(|| {
        let register = store.registers()?.filings;
        let found = match day {
            Some(day) => register.on(id, day),
            None => register.latest(id),
        };
        let unknown = || Trouble::NotRegistered { register: Register::Filings, id: id.to_owned() };
        let found = found.cloned().ok_or_else(unknown)?;
        let altered = !store.altered_among([found.index])?.is_empty();
        Ok((found, altered))
    })
}

/// A filing that texts for others are made of: none is made of an entry that was altered.
fn whole(a: &FilingShow, args: &Args) -> Result<Registered<Filing>, Trouble> {
    let (found, altered) = found(a, args)?;
    let mut marked = Altered::default();
    marked.shown(found.index, altered);
    marked.end().map(|_| found)
}

fn show(a: &FilingShow, args: &Args, out: &mut Output) -> Result<Outcome, Trouble> {
    let (found, altered) = found(a, args)?;
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
    for item in &found.value.items {
        let words = format!("{} ({}, {})", item.name, item.category.word(), item.origin.word());
        marked_line(&format!("{} {words}", cell(text::label(out.lang, "item"), 30)), altered, out);
    }
    marked.end()
}

/// The whole history: every entry of every filing.
fn list(args: &Args, out: &mut Output) -> Result<Outcome, Trouble> {
    let store = session::reading(args)?;
    let (register, altered) = store.in_one_state(|| {
        let register = store.registers()?.filings;
        let altered = store.altered_among(register.0.iter().map(|f| f.index))?;
        Ok::<_, Trouble>((register, altered))
    })?;
    let mut marked = Altered::default();
    for filed in &register.0 {
        let altered = altered.contains(&filed.index);
        marked.shown(filed.index, altered);
        if out.json {
            let mut object = object(filed);
            mark(&mut object, altered);
            out.object(&object);
            continue;
        }
        let f = &filed.value;
        let items: Vec<&str> = f.items.iter().map(|i| i.name.as_str()).collect();
        let filed_on = f.filed_on.map_or_else(|| "-".to_owned(), |d| d.to_string());
        let stopped = if f.stopped { text::registry(out.lang, &Registry::Ended) } else { String::new() };
        let id = cell(&f.id, 16);
        let line = format!(
            "{:>8} {id} {} {} {stopped}{}",
            filed.index,
            f.effective,
            cell(&filed_on, 12),
            items.join("、")
        );
        marked_line(line.trim_end(), altered, out);
    }
    if register.0.is_empty() {
        out.say_to_people(&text::registry(out.lang, &Registry::NoFilings));
    }
    marked.end()
}

fn lines(filed: &Registered<Filing>) -> Vec<(&'static str, String)> {
    let f = &filed.value;
    let day = |day: Option<NaiveDate>| day.map(|d| d.to_string());
    let first = [
        ("filing", Some(f.id.clone())),
        ("effective", Some(f.effective.to_string())),
        ("filed_on", day(f.filed_on)),
        ("number", f.number.clone()),
        ("start_day", day(f.start_day)),
        ("stopped", f.stopped.then(|| "yes".to_owned())),
        ("publication", f.publication.clone()),
        ("index", Some(filed.index.to_string())),
    ];
    let parts = Part::ALL.map(|part| (part.key(), f.part(part).map(str::to_owned)));
    first.into_iter().chain(parts).filter_map(|(key, value)| Some((key, value?))).collect()
}

fn object(filed: &Registered<Filing>) -> Value {
    let mut o: Map<String, Value> =
        lines(filed).into_iter().map(|(key, value)| (key.to_owned(), value.into())).collect();
    o.insert("index".to_owned(), filed.index.into());
    let items = filed
        .value
        .items
        .iter()
        .map(|i| json!({ "name": i.name, "category": i.category.word(), "source": i.origin.word() }));
    o.insert("items".to_owned(), items.collect());
    Value::Object(o)
}
