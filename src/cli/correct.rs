//! `correct`: sets or clears fields of a record, or voids one that was made by mistake.

use std::sync::Arc;

use provlog::import::{Cells, Split, row};
use provlog::ledger::Timestamp;
use provlog::record::correction::{Correction, NoCorrection, Reading, changes, staying};
use provlog::record::judge::Check;
use provlog::record::{Field, Provision};
use provlog::store::{Entry, RecordState, Store};
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
        correction.changes = changes(current, &accepted.provision).map_err(|why| {
            let why = match why {
                NoCorrection::NothingChanges => Uncorrectable::NothingChanges,
                NoCorrection::Reopens => Uncorrectable::Reopens,
            };
            Trouble::Uncorrectable { index, why }
        })?;
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
fn correctable(found: &Entry) -> Result<&Provision, Trouble> {
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
    cells.set(Field::Breaches, staying(current).collect::<Vec<_>>().join("\n"));
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
    let check = Check::of_correction(current, now.legal_day(), Arc::new(store.registers()?));
    Ok(Check { as_happened: a.as_happened || check.as_happened, ..check })
}
