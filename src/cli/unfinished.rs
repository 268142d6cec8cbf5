//! What commands write for others: whole files, and folders that the log knows of. What a stopped command left of one with
//! the same name is finished or removed first, and told.
//!
//! Owns: asking the log whether a left folder is in it, committing the entry about a folder before it gets its name.
//! Does not own: names, locks and syncing (`unfinished` in the library), what is in the files.

use std::io;
use std::path::Path;

use provlog::export::folder::{Folder, FolderPlace, Left, Noted};
use provlog::store::{Appended, Appender, Failure, Store};
use provlog::unfinished::{Draft, Refused, is_there, left, tidy};

use super::output::Output;
use super::session::Session;
use super::text::{self, Unfinished};
use super::trouble::Trouble;

/// Starts a file that appears whole or not at all.
pub(crate) fn file(target: &Path, out: &mut Output) -> Result<Draft, Trouble> {
    let (draft, removed) = Draft::start(target)?;
    for path in &removed {
        out.must_say(&text::unfinished(out.lang, &Unfinished::FileRemoved { path }));
    }
    Ok(draft)
}

/// Writes a whole file, which must not be there yet.
pub(crate) fn whole_file(target: &Path, bytes: &[u8], out: &mut Output) -> Result<(), Trouble> {
    let draft = file(target, out)?;
    io::Write::write_all(&mut draft.file(), bytes).map_err(|e| Trouble::Write(target.to_owned(), e))?;
    draft.finish()?;
    out.made(target);
    Ok(())
}

/// Starts a folder that appears whole, and not before the log knows of it.
pub(crate) fn folder(target: &Path, store: &Store, out: &mut Output) -> Result<Folder, Trouble> {
    if is_there(target) && left(target).is_ok_and(|left| left.is_empty()) {
        tidy(target);
        return Err(Trouble::OutputExists(target.to_owned()));
    }
    let place = FolderPlace::take(target)?;
    for left in place.left()? {
        let Left { path, noted } = &left;
        let noted = noted.as_ref();
        if noted.is_some_and(|noted| store.genesis().is_ok_and(|genesis| genesis.ledger_id != noted.ledger)) {
            return Err(Trouble::UnfinishedOfAnother { folder: path.clone() });
        }
        match noted.map(|noted| Ok::<_, Failure>((noted.index, holds(store, noted)?))).transpose()? {
            Some((index, true)) => {
                let unplaced = |error| Trouble::Unplaced {
                    folder: path.clone(),
                    target: target.to_owned(),
                    index,
                    error,
                };
                place.finish(&left).map_err(unplaced)?;
                out.must_say(&text::unfinished(out.lang, &Unfinished::FolderPlaced { path: target, index }));
            }
            Some((_, false)) | None => {
                place.remove(&left)?;
                out.must_say(&text::unfinished(out.lang, &Unfinished::FolderRemoved { path }));
            }
        }
    }
    Ok(place.start()?)
}

/// Whether the log has the entry.
fn holds(store: &Store, noted: &Noted) -> Result<bool, Failure> {
    Ok(store.evidence_of(noted.index)?.is_some_and(|entry| entry.leaf == noted.leaf))
}

/// What became of the entry about a folder.
pub(crate) enum Logged {
    /// It is in the log, and the folder has its name.
    Yes(Appended),
    /// It is not, for this reason; the folder has no name yet.
    No(Folder, Trouble),
}

/// Commits the entry about a folder that is written, and then gives the folder its name.
pub(crate) fn log(
    mut folder: Folder,
    session: &Session<'_>,
    out: &mut Output,
    entry: impl FnOnce(&mut Appender<'_>) -> Result<Appended, Failure>,
) -> Result<Logged, Trouble> {
    folder.sync()?;
    let store = &session.store;
    let ledger = store.genesis()?.ledger_id;
    let mut noted = None;
    let done = session.append(out, |appender| {
        let entry = entry(appender)?;
        let about = noted.insert(Noted { ledger, index: entry.index, leaf: entry.leaf });
        folder.note(about)?;
        Ok::<_, Trouble>(entry)
    });
    let (trouble, noted) = match (done, noted) {
        (Ok(entry), _) => {
            place(&mut folder, entry.index, out)?;
            return Ok(Logged::Yes(entry));
        }
        (Err(trouble), None) => return Ok(Logged::No(folder, trouble)),
        (Err(trouble), Some(noted)) => (trouble, noted),
    };
    // What failed may have failed behind the commit.
    let in_doubt = matches!(&trouble, Trouble::Store(Failure::InDoubt(_)));
    let placed = match holds(store, &noted) {
        Ok(false) if !in_doubt => return Ok(Logged::No(folder, trouble)),
        Ok(true) => place(&mut folder, noted.index, out),
        Ok(false) | Err(_) => {
            folder.stay();
            let (path, target) = (folder.path().to_owned(), folder.target().to_owned());
            Err(Trouble::Unsettled { folder: path, target, index: noted.index })
        }
    };
    match placed {
        Ok(()) => Err(trouble),
        Err(second) => {
            out.trouble(&trouble);
            Err(second)
        }
    }
}

/// Gives a folder that is in the log its name.
fn place(folder: &mut Folder, index: u64, out: &mut Output) -> Result<(), Trouble> {
    out.committed(index, index);
    folder.stay();
    folder.finish().map_err(|error| {
        // It may have its name, and not durably.
        let path = if is_there(folder.path()) { folder.path() } else { folder.target() };
        let (path, target) = (path.to_owned(), folder.target().to_owned());
        Trouble::Unplaced { folder: path, target, index, error }
    })?;
    out.made(folder.target());
    Ok(())
}

impl From<Refused> for Trouble {
    fn from(refused: Refused) -> Self {
        match refused {
            Refused::Exists(path) => Trouble::OutputExists(path),
            Refused::BeingMade(path, lock) => Trouble::BeingMade { path, lock },
            Refused::Io(path, e) => Trouble::Write(path, e),
        }
    }
}
