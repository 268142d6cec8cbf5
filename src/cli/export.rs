//! `export --out FOLDER`: records and headers for an inspector, and the `export` entry that says so in the log.

use provlog::act::{self, By, Shown};
use provlog::evidence::{self, Work, Written};
use provlog::export::Language;
use provlog::export::folder::Folder;
use provlog::store::{Failure, Filter, Issued, Store};
use serde_json::json;
use std::io::Write as _;

use super::args::{Args, Export};
use super::lang::Lang;
use super::output::Output;
use super::session::Session;
use super::status::Outcome;
use super::text::{self, Say};
use super::trouble::Trouble;
use super::unfinished::{self, Logged};
use super::{list, session};

/// What a folder has that could not be logged.
const NOT_LOGGED: &str = "NOT-LOGGED.txt";

pub(crate) fn run(a: &Export, args: &Args, out: &mut Output) -> Result<Outcome, Trouble> {
    let filter = list::filter(&a.filter)?;
    let store = session::reading(args)?;
    list::secret_for(&store, &filter)?;
    // Without the secret the folder is written all the same, but the export cannot be logged.
    let fingerprints = match store.fingerprints() {
        Ok(f) => Some(f),
        Err(Failure::NoSecret(_) | Failure::SecretUnreadable(_)) => None,
        Err(e) => return Err(e.into()),
    };
    if fingerprints.is_some() {
        session::may_write(&store, args, out)?;
    }
    let language = language(out.lang);
    let folder = unfinished::folder(&a.out, &store, out)?;
    folder.folder("data")?;
    let whole = store.size()?;
    if let Some(at) = a.at.filter(|at| !(1..=whole).contains(at)) {
        return Err(Trouble::NoSuchSize { at, size: whole });
    }
    let signed = checkpoint(a, args, out)?;
    let signed = signed.as_ref();
    let work = Work {
        filter: &filter,
        fingerprints: fingerprints.as_ref(),
        language,
        size: signed.map(|signed| signed.checkpoint.size).or(a.at).unwrap_or(whole),
        signed,
        sparse: signed.filter(|_| a.sparse),
        xlsx: a.xlsx,
    };
    let written = store.in_one_state(|| evidence::write(&store, &work, &folder))?;
    drop(store);
    let target = &a.out;
    let logged = match &fingerprints {
        None => Err(folder),
        Some(_) => log(args, &work, &written, folder, out)?,
    };
    let logged = match logged {
        Ok(index) => Some(index),
        Err(mut folder) => {
            let words = format!("{}\r\n", text::say(out.lang, &Say::NotLogged));
            let mut note = folder.file(NOT_LOGGED)?;
            let failed = |e| Trouble::Write(target.join(NOT_LOGGED), e);
            note.write_all(words.as_bytes()).and_then(|()| note.sync_all()).map_err(failed)?;
            folder.sync()?;
            folder.finish().map_err(|e| Trouble::Write(target.clone(), e))?;
            out.made(target);
            out.remark(&Say::NotLogged);
            None
        }
    };
    if out.json {
        let listed = (!a.sparse).then_some(written.counted);
        out.object(&json!({
            "folder": target.display().to_string(),
            "size": work.size,
            "opened": written.opened.len(),
            "withheld": listed.map(|c| c.withheld),
            "erased": listed.map(|c| c.erased),
            "erased_since": listed.map(|c| c.since),
            "logged": logged,
        }));
    }
    let counted =
        (!a.sparse).then_some((written.counted.withheld, written.counted.erased, written.counted.since));
    out.result(&Say::Exported { folder: target, opened: written.opened.len(), counted, logged });
    Ok(Outcome::Done)
}

/// A checkpoint of the log as it stands, or stood at `--at`, for the folder; without one the folder says that it is not
/// signed. Proofs for single entries cannot be without one.
fn checkpoint(a: &Export, args: &Args, out: &mut Output) -> Result<Option<Issued>, Trouble> {
    let limit = std::time::Duration::from_secs(args.wait);
    let issued = Store::open_for_writing(&args.ledger, limit)
        .and_then(|store| session::waiting(args, out, |wait| store.issue_checkpoint(wait, a.at)));
    match issued {
        Ok(issued) => Ok(Some(issued)),
        Err(e) if a.sparse => Err(e.into()),
        Err(
            Failure::NoSigningKey(_)
            | Failure::SigningKeyUnreadable(_)
            | Failure::ReadOnly(_)
            | Failure::Locked(_),
        ) => {
            out.remark(&Say::NotSigned);
            Ok(None)
        }
        // The key that was in force at that size is gone.
        Err(Failure::WrongSigningKey(_)) if a.at.is_some() => {
            out.remark(&Say::NotSigned);
            Ok(None)
        }
        Err(e) => Err(e.into()),
    }
}

/// Appends the `export` entry (FORMAT.md, "Import and export"), and gives the folder its name; hands it back where the ledger
/// cannot be written.
fn log(
    args: &Args,
    work: &Work<'_>,
    written: &Written,
    folder: Folder,
    out: &mut Output,
) -> Result<Result<u64, Folder>, Trouble> {
    let session = match session::signing(args) {
        Ok(store) => Session::of(store, args)?,
        Err(Trouble::Store(Failure::ReadOnly(_) | Failure::Locked(_))) => return Ok(Err(folder)),
        Err(e) => return Err(e),
    };
    let counted = written.counted;
    let export = act::Export {
        digest: written.digest.clone(),
        filter: filter_named(work.filter),
        opened: written.opened.len() as u64,
        size: work.size,
        shown: match work.sparse {
            Some(_) => Shown::Nothing,
            None => Shown::Range {
                first: written.first(work),
                erased: counted.erased,
                erased_since: counted.since,
                withheld: counted.withheld,
            },
        },
    };
    let by = By { handler: session.handler(), reason: None };
    match unfinished::log(folder, &session, out, |a| a.say(&export, by))? {
        Logged::Yes(entry) => Ok(Ok(entry.index)),
        Logged::No(folder, Trouble::Store(Failure::ReadOnly(_) | Failure::Locked(_))) => Ok(Err(folder)),
        Logged::No(_, trouble) => Err(trouble),
    }
}

/// The language of what is written for others.
pub(crate) fn language(lang: Lang) -> Language {
    match lang {
        Lang::Ja => Language::Japanese,
        Lang::En => Language::English,
    }
}

/// The filter as an entry that is kept for ever names it (FORMAT.md, "Filters"): what may be somebody's name or ID is not said.
pub(crate) fn filter_named(filter: &Filter) -> Vec<String> {
    let named = |name: &str, asked: &Option<String>| asked.as_ref().map(|_| name.to_owned());
    [
        filter.basis.map(|basis| format!("basis {}", basis.word())),
        filter.from.map(|day| format!("from {day}")),
        filter.kind.map(|kind| format!("kind {}", kind.name())),
        named("principal_id", &filter.principal_id),
        named("principal_name", &filter.principal_name),
        named("recipient", &filter.recipient),
        named("recipient_id", &filter.recipient_id),
        filter.side.map(|side| format!("side {}", side.word())),
        filter.to.map(|day| format!("to {day}")),
    ]
    .into_iter()
    .flatten()
    .collect()
}
