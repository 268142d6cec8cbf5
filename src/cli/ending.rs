//! How a command ends: its status, the error object of `--json`, and what must still be said of what was done.
//!
//! Owns: that an answer which nobody takes changes nothing of what was done. Does not own: which failure has which status
//! (`status`).

use std::io;
use std::path::Path;
use std::process::ExitCode;

use provlog::store::{Against, Failure};
use serde_json::{Map, Value, json};

use super::kept::Kept;
use super::lang::Lang;
use super::output::{Output, complain, print_object};
use super::status::{self, Outcome, Status};
use super::text::{self, Told};
use super::trouble::Trouble;

/// Ends a command: says what failed, what stays, and gives the status.
pub(super) fn end(result: Result<Outcome, Trouble>, out: &mut Output) -> ExitCode {
    let kept = out.kept().to_vec();
    let (status, name) = match &result {
        Ok(Outcome::Done) => (Status::Done, ""),
        Ok(Outcome::Refused) => status::REFUSED,
        Ok(Outcome::Findings(status)) => (*status, status::FINDINGS),
        // What is in the ledger is not nothing.
        Err(trouble) => match status::of(trouble) {
            (Status::NoRoom, _) if !kept.is_empty() => status::NOT_FINISHED,
            status => status,
        },
    };
    let answered = out.has_answered();
    if out.json && status != Status::Done {
        let (told, more) = match &result {
            Err(trouble) => (text::trouble(out.lang, trouble), details(trouble)),
            Ok(outcome) => (text::outcome(out.lang, *outcome), Vec::new()),
        };
        out.object(&error(status, name, &told, more, &kept));
    }
    if let Err(trouble) = &result {
        out.trouble(trouble);
    }
    match out.finish() {
        None if result.is_err() && !kept.is_empty() && !answered => {
            out.complain(&text::done_before(out.lang, &kept));
        }
        None => {}
        Some(why) if !kept.is_empty() => out.complain(&text::answer_lost(out.lang, &kept, &why)),
        // Whoever reads our output has had enough: not an error.
        Some(why) if why.kind() == io::ErrorKind::BrokenPipe => {}
        Some(why) => {
            out.trouble(&Trouble::Output(why));
            if status == Status::Done {
                return ExitCode::from(Status::NoRoom.code());
            }
        }
    }
    ExitCode::from(status.code())
}

/// Ends with a mistake in the command line, before there is a command.
pub(super) fn mistake(lang: Lang, told: &Told, json: bool) -> ExitCode {
    let (status, name) = status::USAGE;
    complain(told);
    if json && let Err(e) = print_object(&error(status, name, told, Vec::new(), &[])) {
        lost(lang, e);
    }
    ExitCode::from(status.code())
}

/// Ends after a help text.
pub(super) fn helped(lang: Lang, printed: io::Result<()>) -> ExitCode {
    match printed {
        Err(e) if e.kind() != io::ErrorKind::BrokenPipe => {
            lost(lang, e);
            ExitCode::from(Status::NoRoom.code())
        }
        _ => ExitCode::SUCCESS,
    }
}

fn lost(lang: Lang, e: io::Error) {
    if e.kind() != io::ErrorKind::BrokenPipe {
        complain(&text::trouble(lang, &Trouble::Output(e)));
    }
}

/// The one shape of an error, the last line of what `--json` prints wherever the status is not 0 (docs/EXIT-STATUS.md).
fn error(status: Status, name: &str, told: &Told, more: Vec<(&'static str, Value)>, kept: &[Kept]) -> Value {
    let mut error = Map::new();
    error.insert("status".into(), status.code().into());
    error.insert("code".into(), name.into());
    error.insert("message".into(), told.what.as_str().into());
    error.insert("todo".into(), told.todo.as_str().into());
    error.extend(more.into_iter().map(|(key, value)| (key.to_owned(), value)));
    let committed = kept.iter().filter_map(|kept| match kept {
        Kept::Entries { first, last } => Some(json!({ "first": first, "last": last })),
        Kept::Made(_) | Kept::Stamped(_) => None,
    });
    let committed: Vec<Value> = committed.collect();
    if !committed.is_empty() {
        error.insert("committed".into(), committed.into());
    }
    json!({ "error": error })
}

/// What a failure names, for programs.
type Details = Vec<(&'static str, Value)>;

fn path(path: &Path) -> Details {
    vec![("path", json!(path.display().to_string()))]
}

fn details(trouble: &Trouble) -> Details {
    match trouble {
        Trouble::Store(failure) => of_store(failure),
        Trouble::Source(e) => vec![("path", json!(e.name.as_ref()))],
        Trouble::Write(to, _) | Trouble::OutputExists(to) => path(to),
        Trouble::BadOption { option, value, .. } => vec![("option", json!(option)), ("value", json!(value))],
        Trouble::Options { option, .. } => vec![("option", json!(option))],
        Trouble::NoSuchIndex { indexes, size } => vec![("indexes", json!(indexes)), ("size", json!(size))],
        Trouble::NoSuchSize { at, size } => vec![("at", json!(at)), ("size", json!(size))],
        Trouble::Altered { entries, count } => {
            vec![("entries", json!(entries)), ("count", json!(count))]
        }
        Trouble::MayHaveBeenErased { newest, line } => {
            vec![("newest", json!(newest.to_string())), ("line", json!(line))]
        }
        Trouble::KeyTaken { key, index, line } => {
            vec![("key", json!(key)), ("index", json!(index)), ("line", json!(line))]
        }
        Trouble::AlreadyImported { file, index } => vec![("path", json!(file)), ("index", json!(index))],
        Trouble::NothingClaimed { file }
        | Trouble::FileChanged { file }
        | Trouble::SameFileTwice { file, .. } => vec![("path", json!(file))],
        Trouble::MustStay { kept } => vec![("kept", json!(kept))],
        Trouble::Checkpoint { path: of, finding } => {
            [path(of), vec![("finding", json!(finding.name()))]].concat()
        }
        Trouble::Timestamp { path: of, .. } => path(of),
        Trouble::NoCheckpoint { index }
        | Trouble::Uncorrectable { index, .. }
        | Trouble::NotAHold { index }
        | Trouble::NotAStopRequest { index } => vec![("index", json!(index))],
        Trouble::NotAField { typed } => vec![("value", json!(typed))],
        Trouble::NotRegistered { id, .. } | Trouble::FilingExists { id } | Trouble::FilingStopped { id } => {
            vec![("id", json!(id))]
        }
        Trouble::SeveralPrincipals { ids } => vec![("candidates", json!(ids))],
        Trouble::BeingMade { path: of, .. } => path(of),
        Trouble::Unplaced { folder, target, index, .. } | Trouble::Unsettled { folder, target, index } => {
            vec![
                ("path", json!(folder.display().to_string())),
                ("target", json!(target.display().to_string())),
                ("index", json!(index)),
            ]
        }
        Trouble::UnfinishedOfAnother { folder } => path(folder),
        Trouble::LedgerItself { file } => path(file),
        Trouble::Output(_)
        | Trouble::RegistersChanged
        | Trouble::PlanChanged
        | Trouble::BeforeFiling { .. }
        | Trouble::NoPrincipal
        | Trouble::NothingMatches
        | Trouble::ErasurePending => Vec::new(),
    }
}

fn of_store(failure: &Failure) -> Details {
    match failure {
        Failure::NoLedger(of)
        | Failure::Interrupted(of)
        | Failure::BeingMade(of, _)
        | Failure::AlreadyThere(of)
        | Failure::NotADatabase(of)
        | Failure::OtherProgram(of, _)
        | Failure::Newer(of, _)
        | Failure::ReadOnly(of)
        | Failure::Unreadable(of)
        | Failure::HardLinked(of)
        | Failure::Moved(of)
        | Failure::ForeignLog(of)
        | Failure::NotWal(of)
        | Failure::ForeignSchema { path: of, .. }
        | Failure::OwnerMustOpen(of)
        | Failure::ChangedMeanwhile(of)
        | Failure::SecretUnreadable(of)
        | Failure::SigningKeyUnreadable(of)
        | Failure::Locked(of)
        | Failure::NoSecret(of)
        | Failure::NotASecret(of)
        | Failure::WrongSecret(of)
        | Failure::NoSigningKey(of)
        | Failure::NotASigningKey(of)
        | Failure::WrongSigningKey(of)
        | Failure::AnchorTaken(of)
        | Failure::AnchorOutOfReach(of, _)
        | Failure::InDoubt(of)
        | Failure::Io(of, _)
        | Failure::Sqlite(of, _) => path(of),
        Failure::NotAnchored { path: of, entries, .. } => [path(of), committed(*entries)].concat(),
        Failure::KeyNotPlaced { path: of, index, .. } => {
            [path(of), committed(Some((*index, *index)))].concat()
        }
        Failure::AgainstAnchor(against) => of_anchor(against),
        Failure::DoneAgainstAnchor { against, entries } => [of_anchor(against), committed(*entries)].concat(),
        Failure::Damaged { index: Some(index), .. } => vec![("index", json!(index))],
        Failure::Damaged { index: None, .. }
        | Failure::NoAnchor
        | Failure::NoClock
        | Failure::ClockFarAhead { .. }
        | Failure::NotToday { .. }
        | Failure::DayNotStated
        | Failure::ClockBehind { .. }
        | Failure::OldSqlite(_)
        | Failure::BadValue(_)
        | Failure::ThreadLost
        | Failure::NoRandomness => Vec::new(),
    }
}

/// The entries that are in the ledger although the command failed.
fn committed(entries: Option<(u64, u64)>) -> Details {
    entries
        .map(|(first, last)| ("committed", json!([{ "first": first, "last": last }])))
        .into_iter()
        .collect()
}

fn of_anchor(against: &Against) -> Details {
    let more = match against {
        Against::State { anchored, ledger, .. } => {
            vec![("anchored_size", json!(anchored.size)), ("size", json!(ledger.size))]
        }
        Against::OfAnother(_) | Against::Unreadable(_) => Vec::new(),
    };
    [path(against.path()), more].concat()
}
