//! `correct`: sets or clears fields of a record, or voids one that was made by mistake.

use std::sync::Arc;

use provlog::import::{Cells, Split, row};
use provlog::ledger::Timestamp;
use provlog::record::correction::{Correction, Reading};
use provlog::record::judge::Check;
use provlog::record::rules::FutureDays;
use provlog::record::{Field, Provision};
use provlog::store::{Record, RecordState, Store};
use serde_json::json;

use super::args::{Args, Correct};
use super::output::Output;
use super::status::Outcome;
use super::text::Say;
use super::trouble::{Trouble, Uncorrectable};
use super::{clock, load, session, typed};

pub(crate) fn run(a: &Correct, args: &Args, out: &mut Output) -> Result<Outcome, Trouble> {
    let reason = typed::reason("correct", a.reason.as_deref())?;
    let now = clock::now()?;
    let session = session::writing(args, out)?;
    let store = &session.store;
    let index = a.index;
    let no_such = |size| Trouble::NoSuchIndex { indexes: vec![index], size };
    let found = store.record(index)?.ok_or_else(|| store.size().map_or_else(Trouble::from, no_such))?;
    // What was altered is evidence: nothing is built on it.
    found.to_hand_out()?;
    let current = correctable(&found)?;
    let handler = session.handler().map(str::to_owned);
    let mut correction = Correction { void: a.void, changes: Vec::new(), reason: Some(reason), handler };
    let mut reading = None;
    if !a.void {
        let cells = amended(a, current)?;
        let accepted = match row::read(cells, &check(a, current, now, store)?) {
            Ok(accepted) => accepted,
            Err(faults) => {
                for fault in &faults {
                    load::report_fault(fault, out);
                }
                return Ok(Outcome::Refused);
            }
        };
        for notice in &accepted.notices {
            out.remark(&Say::RowNotice { file: None, line: None, notice });
        }
        correction.changes = changes(current, &accepted.provision);
        let refused = |why| Err(Trouble::Uncorrectable { index, why });
        if correction.changes.is_empty() {
            return refused(Uncorrectable::NothingChanges);
        }
        if current.last_day().is_some() && accepted.provision.is_open() {
            return refused(Uncorrectable::Reopens);
        }
        reading = Some(accepted.provision);
    }
    let done = session.append(out, |appender| {
        // Nobody has corrected or erased it since we looked.
        if store.record(index)?.as_ref() != Some(&found) {
            return Err(Trouble::Uncorrectable { index, why: Uncorrectable::Changed });
        }
        Ok(appender.correct(index, &correction, reading.as_ref())?)
    })?;
    out.committed(done.index, done.index);
    if out.json {
        out.object(
            &json!({ "index": done.index, "about": index, "hash": done.leaf.to_string(), "void": a.void }),
        );
    }
    out.result(&Say::Corrected { about: index, index: done.index, leaf: done.leaf, void: a.void });
    Ok(Outcome::Done)
}

/// The record as it reads now, if it can be corrected.
fn correctable(found: &Record) -> Result<&Provision, Trouble> {
    let why = match (found.current(), found.state, &found.reading) {
        (Some(_), _, Reading::Void) => Uncorrectable::Void,
        (Some(current), ..) => return Ok(current),
        (None, RecordState::Erased { .. }, _) if found.fields.kind.is_record() => Uncorrectable::Erased,
        (None, ..) => Uncorrectable::NotARecord,
    };
    Err(Trouble::Uncorrectable { index: found.index, why })
}

/// The texts of the record with those that are set and cleared.
fn amended<'a>(a: &'a Correct, current: &'a Provision) -> Result<Cells<'a>, Trouble> {
    let mut cells = Cells::new();
    cells.set_split(Split::LineFeeds);
    for field in Field::ALL {
        if let Some(text) = current.text(*field) {
            cells.set(*field, text);
        }
    }
    // What was missing is looked for again; other breaches happened and stay.
    let breaches: Vec<&str> = current.rare().breaches.iter().map(String::as_str).collect();
    let stay = breaches.into_iter().filter(|b| !b.starts_with("missing:") && !b.starts_with("method:"));
    cells.set(Field::Breaches, stay.collect::<Vec<_>>().join("\n"));
    let field = |typed: &str| {
        let field = Field::from_name(typed.trim()).filter(|f| *f != Field::Breaches && current.side.has(*f));
        field.ok_or_else(|| Trouble::NotAField { typed: typed.to_owned() })
    };
    for typed in &a.clear {
        cells.set(field(typed)?, "");
    }
    for typed in &a.set {
        let (name, value) =
            typed.split_once('=').ok_or_else(|| Trouble::NotAField { typed: typed.clone() })?;
        let field = field(name)?;
        if field == Field::Items {
            cells.set_split(Split::Separators);
        }
        cells.set(field, value);
    }
    Ok(cells)
}

fn check(a: &Correct, current: &Provision, now: Timestamp, store: &Store) -> Result<Check, Trouble> {
    let today = now.legal_day();
    // A record that was made beforehand may be corrected before its day, or before its period is over.
    let days = [current.day, current.rare().period_from, current.rare().period_to];
    let beforehand = days.into_iter().flatten().any(|day| day > today);
    Ok(Check {
        side: current.side,
        today,
        future: if beforehand { FutureDays::Beforehand } else { FutureDays::Refused },
        as_happened: a.as_happened || !current.rare().breaches.is_empty(),
        registers: Arc::new(store.registers()?),
        erased: None,
    })
}

/// The fields that read otherwise.
fn changes(current: &Provision, amended: &Provision) -> Vec<(Field, Option<String>)> {
    let text = |p: &Provision, field| p.text(field).map(|t| t.into_owned());
    let pairs = Field::ALL.iter().map(|f| (*f, text(current, *f), text(amended, *f)));
    pairs.filter(|(_, before, after)| before != after).map(|(field, _, after)| (field, after)).collect()
}
