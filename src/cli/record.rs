//! `record` and `receive`: one provision by flags, or many by `--from`; in one transaction, all or nothing.

use provlog::import::{Cells, Columns, Format, Input, Settings, Sheet, Source, row};
use provlog::intake::{self, Again, How, Known, Loaded, One};
use provlog::ledger::Timestamp;
use provlog::record::judge::Check;
use provlog::record::rules::FutureDays;
use provlog::record::{Field, Side};
use provlog::store::Store;
use serde_json::json;
use std::io::{self, Read as _};
use std::path::Path;
use std::sync::Arc;

use super::args::{Args, Made, Many, Receive, Record};
use super::load;
use super::output::Output;
use super::status::Outcome;
use super::text::{self, Say};
use super::trouble::{OptionProblem, Trouble};
use super::{clock, session};

/// What was typed, on whichever side.
pub(crate) struct Typed<'a> {
    pub(crate) side: Side,
    pub(crate) fields: &'a [(Field, Vec<String>)],
    pub(crate) made: &'a Made,
}

/// `record`: the provider's side.
pub(crate) fn record(a: &Record, args: &Args, out: &mut Output) -> Result<Outcome, Trouble> {
    run(&Typed { side: Side::Provider, fields: a.fields.given(), made: &a.made }, &a.many, args, out)
}

/// `receive`: the recipient's side.
pub(crate) fn receive(a: &Receive, args: &Args, out: &mut Output) -> Result<Outcome, Trouble> {
    run(&Typed { side: Side::Recipient, fields: a.fields.given(), made: &a.made }, &a.many, args, out)
}

fn run(a: &Typed<'_>, many: &Many, args: &Args, out: &mut Output) -> Result<Outcome, Trouble> {
    match &many.from {
        None => one(a, many.key.as_deref(), many.again, args, out),
        Some(_) if many.key.is_some() => {
            Err(Trouble::Options { option: "--key", problem: OptionProblem::NotWithFrom })
        }
        Some(from) => several(from, a, many.again, args, out),
    }
}

fn one(
    a: &Typed<'_>,
    key: Option<&str>,
    again: bool,
    args: &Args,
    out: &mut Output,
) -> Result<Outcome, Trouble> {
    let now = clock::now()?;
    let session = session::writing(args, out)?;
    let store = &session.store;
    let mut cells = Cells::new();
    for (field, values) in constants(a, session::system_user()) {
        match field {
            Field::Items => {
                cells.set_items(values);
            }
            _ => {
                for value in values {
                    cells.set(field, value);
                }
            }
        }
    }
    if let Some(key) = key {
        cells.set_key(key);
    }
    let check = check(a, now, store)?;
    let accepted = match row::read(cells, &check) {
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
    let key = accepted.key.as_deref();
    let provision = accepted.provision;
    let done = session.append(out, |appender| {
        same_registers(store, &check)?;
        Ok::<_, Trouble>(intake::one(appender, store, provision, key, how_again(again))?)
    })?;
    let One { index, leaf, again } = done;
    let existing = leaf.is_none();
    if !existing {
        out.committed(index, index);
    }
    let leaf = match leaf {
        Some(leaf) => leaf,
        None => {
            let found =
                store.record(index)?.ok_or(Trouble::NoSuchIndex { indexes: vec![index], size: index })?;
            // That it was recorded is not said of what was altered since.
            found.to_hand_out()?;
            found.leaf
        }
    };
    if out.json {
        out.object(
            &json!({ "index": index, "hash": leaf.to_string(), "existing": existing, "again": again }),
        );
    }
    out.result(&Say::Recorded { index, leaf, existing, again });
    Ok(Outcome::Done)
}

fn several(
    from: &Path,
    a: &Typed<'_>,
    again: bool,
    args: &Args,
    out: &mut Output,
) -> Result<Outcome, Trouble> {
    let now = clock::now()?;
    let session = session::writing(args, out)?;
    let store = &session.store;
    let (name, source) = source_of(from)?;
    let settings = Settings {
        constants: constants(a, None),
        columns: Columns::RefuseUnknown,
        map: None,
        check: Check { erased: erased(store, again)?, ..check(a, now, store)? },
    };
    let registers = settings.check.clone();
    let open = |settings| {
        Sheet::open(
            Input { name: name.clone(), source: source.clone(), encoding: None, sheet: None },
            settings,
        )
    };
    let mut sheet = match load::opened(open(settings.clone()), out)? {
        Some(sheet) => sheet,
        None => return Ok(Outcome::Refused),
    };
    // Who runs the batch handled it, unless a column or a flag says otherwise.
    let has_handler = sheet.columns().iter().any(|c| c.used == provlog::import::Use::Field(Field::Handler));
    if !a.has(Field::Handler) && !has_handler && sheet.format() == Format::Csv {
        let settings = Settings { constants: constants(a, session::system_user()), ..settings };
        match load::opened(open(settings), out)? {
            Some(again) => sheet = again,
            None => return Ok(Outcome::Refused),
        }
    }
    let (checked, _) = load::check(&sheet, &Known::default(), None, out)?;
    if checked.refused > 0 {
        out.remark(&Say::NothingRecorded { accepted: checked.accepted, refused: checked.refused });
        return Ok(Outcome::Refused);
    }
    let fingerprints = session.fingerprints()?;
    let default_handler =
        session.handler().filter(|_| sheet.format() == Format::JsonLines && !a.has(Field::Handler));
    let progress = load::Progress::new(out, text::say(out.lang, &Say::Recording), sheet.len());
    let loaded: Loaded = session.append(out, |appender| {
        same_registers(store, &registers)?;
        let newest = store.newest_erased_base()?;
        let how = How { import: None, default_handler, erased: newest, again: how_again(again) };
        Ok::<_, Trouble>(intake::load(appender, &sheet, fingerprints, &how, &Known::default(), &|bytes| {
            progress.at(bytes)
        })?)
    })?;
    progress.done();
    if let (Some(first), Some(last)) = (loaded.first, loaded.last) {
        out.committed(first.index, last.index);
    }
    if out.json {
        out.object(&json!({
            "recorded": loaded.recorded,
            "existing": loaded.existing,
            "again": loaded.again,
            "first": loaded.first.map(|e| e.index),
            "last": loaded.last.map(|e| e.index),
            "hash": loaded.last.map(|e| e.leaf.to_string()),
        }));
    }
    out.result(&Say::RecordedMany { loaded: &loaded });
    Ok(Outcome::Done)
}

/// Standard input is read whole before the ledger is locked: a slow pipe must not make other jobs wait.
fn source_of(from: &Path) -> Result<(String, Source), Trouble> {
    if from != Path::new("-") {
        return Ok((text::shown(from), Source::File(from.to_owned())));
    }
    let mut bytes = Vec::new();
    io::stdin()
        .lock()
        .read_to_end(&mut bytes)
        .map_err(|error| Trouble::Source(provlog::import::SourceError { name: "-".into(), error }))?;
    Ok(("-".to_owned(), Source::Memory(bytes.into())))
}

impl Typed<'_> {
    /// The field was typed.
    fn has(&self, field: Field) -> bool {
        self.fields.iter().any(|(typed, _)| *typed == field)
    }
}

/// What was typed as values for every row, by field; `handler`: who it is where nobody was named.
pub(crate) fn constants(a: &Typed<'_>, handler: Option<String>) -> Vec<(Field, Vec<String>)> {
    let default = handler.filter(|_| !a.has(Field::Handler)).map(|name| (Field::Handler, vec![name]));
    a.fields.iter().cloned().chain(default).collect()
}

/// What becomes of records that may have been erased before.
pub(crate) fn how_again(asked: bool) -> Again {
    if asked { Again::Record } else { Again::Refuse }
}

/// How the records are checked.
pub(crate) fn check(a: &Typed<'_>, now: Timestamp, store: &Store) -> Result<Check, Trouble> {
    let future = if a.made.beforehand { FutureDays::Beforehand } else { FutureDays::Refused };
    let registers = Arc::new(store.in_one_state(|| store.registers())?);
    let (today, as_happened) = (now.legal_day(), a.made.as_happened);
    Ok(Check { side: a.side, today, future, as_happened, registers, erased: None })
}

/// The newest base of what was erased, where rows that may be among it are to be refused.
pub(crate) fn erased(store: &Store, again: bool) -> Result<Option<chrono::NaiveDate>, Trouble> {
    Ok(if again { None } else { store.in_one_state(|| store.newest_erased_base())? })
}

/// Inside the transaction: a request to stop may have come in since the records were checked.
pub(crate) fn same_registers(store: &Store, check: &Check) -> Result<(), Trouble> {
    match store.registers_are_unchanged(&check.registers)? {
        true => Ok(()),
        false => Err(Trouble::RegistersChanged),
    }
}
