//! What the commands that work with a ledger begin with: opening it, and what each of their transactions needs.
//!
//! Owns: how a ledger is opened for reading and for writing, what is told of the clock before anything is written, the wait for
//! other processes, the fingerprint secret, who it is that writes, and that no file given to a command is the ledger itself.
//! Does not own: the clock (`clock`), its limits (`record::clock`), what is written (one file a command).

use std::cell::OnceCell;
use std::io::{self, IsTerminal as _};
use std::path::Path;
use std::time::Duration;

use provlog::ledger::part::check_element;
use provlog::record::clock::{Ahead, ahead};
use provlog::store::{Appender, By, Clock, Failure, Fingerprints, Store, Wait, Writing, is_of_ledger};

use super::args::Args;
use super::output::{Output, say_now};
use super::text::{self, Say};
use super::trouble::Trouble;
use super::{clock, typed};

/// A ledger that is open for writing, and what each transaction on it needs.
pub(crate) struct Session<'a> {
    pub(crate) store: Store,
    /// The machine's clock, with the day that was stated on the command line.
    pub(crate) clock: Clock<'static>,
    args: &'a Args,
    handler: Option<String>,
    secret: OnceCell<Fingerprints>,
}

impl<'a> Session<'a> {
    /// Of a ledger that is open for writing.
    pub(crate) fn of(store: Store, args: &'a Args) -> Result<Self, Trouble> {
        let (clock, handler) = (clock(args)?, system_user());
        Ok(Session { store, clock, args, handler, secret: OnceCell::new() })
    }

    /// The fingerprint secret; read when it is first needed.
    pub(crate) fn fingerprints(&self) -> Result<&Fingerprints, Failure> {
        if let Some(read) = self.secret.get() {
            return Ok(read);
        }
        let read = self.store.fingerprints()?;
        Ok(self.secret.get_or_init(|| read))
    }

    /// Who writes.
    pub(crate) fn handler(&self) -> Option<&str> {
        self.handler.as_deref()
    }

    /// Who writes, and why.
    pub(crate) fn by<'s>(&'s self, reason: Option<&'s str>) -> By<'s> {
        By { handler: self.handler(), reason }
    }

    /// Lets something wait for other processes.
    pub(crate) fn waiting<T>(&self, out: &Output, work: impl FnOnce(&mut Wait<'_>) -> T) -> T {
        waiting(self.args, out, work)
    }

    /// Does what writes by itself.
    pub(crate) fn writing<T, E: From<Failure>>(
        &self,
        out: &Output,
        work: impl FnOnce(&mut Writing<'_, '_>) -> Result<T, E>,
    ) -> Result<T, E> {
        let (clock, fingerprints) = (&self.clock, self.fingerprints()?);
        self.waiting(out, |wait| work(&mut Writing { wait, clock, fingerprints }))
    }

    /// Runs `work` in one transaction.
    pub(crate) fn append<T, E: From<Failure>>(
        &self,
        out: &Output,
        work: impl FnOnce(&mut Appender<'_>) -> Result<T, E>,
    ) -> Result<T, E> {
        self.writing(out, |with| self.store.append(with, work))
    }
}

/// The ledger, for reading.
pub(crate) fn reading(args: &Args) -> Result<Store, Trouble> {
    Ok(Store::open(&args.ledger, Duration::from_secs(args.wait))?)
}

/// The ledger, for writing entries. A clock that nothing may be written by is refused before any work is done.
pub(crate) fn writing<'a>(args: &'a Args, out: &mut Output) -> Result<Session<'a>, Trouble> {
    let store = signing(args)?;
    may_write(&store, args, out)?;
    Session::of(store, args)
}

/// The ledger, for writing no entry, whatever the clock says: a checkpoint, a timestamp.
pub(crate) fn signing(args: &Args) -> Result<Store, Trouble> {
    Ok(Store::open_for_writing(&args.ledger, Duration::from_secs(args.wait))?)
}

/// Refuses a clock that nothing may be written by, and tells of one that is far ahead of the newest entry.
pub(crate) fn may_write(store: &Store, args: &Args, out: &mut Output) -> Result<(), Trouble> {
    let newest = store.newest()?;
    let now = clock(args)?.now(newest)?;
    if let Some(newest) = newest
        && let Ahead::Told(days) | Ahead::Confirm(days) = ahead(newest.legal_day(), now.legal_day())
    {
        out.remark(&Say::ClockAhead { days, newest: newest.legal_day(), today: now.legal_day() });
    }
    Ok(())
}

/// The machine's clock, with the day that was stated on the command line.
pub(crate) fn clock(args: &Args) -> Result<Clock<'static>, Trouble> {
    let confirmed_on = typed::day("--confirm-date", args.confirm_date.as_deref())?;
    Ok(Clock { read: &clock::read, confirmed_on })
}

/// Lets something wait for other processes, as long as was asked for; a person at a terminal is told that they have the ledger.
pub(crate) fn waiting<T>(args: &Args, out: &Output, work: impl FnOnce(&mut Wait<'_>) -> T) -> T {
    let told = out.is_watched() && io::stderr().is_terminal();
    let line = told.then(|| text::say(out.lang, &Say::Waiting));
    let mut notify = || {
        if let Some(line) = &line {
            say_now(line);
        }
    };
    work(&mut args.waiting(&mut notify))
}

/// The name of the system's user, as the environment has it.
pub(crate) fn system_user() -> Option<String> {
    ["USER", "LOGNAME", "USERNAME"]
        .into_iter()
        .filter_map(|name| std::env::var(name).ok())
        .map(|user| user.trim().to_owned())
        .find(|user| check_element(user).is_ok())
}

/// Refuses, unopened, a file that is the ledger or lies beside it as its log: closing it again would take the ledger's locks away.
pub(crate) fn not_the_ledger<'p>(
    args: &Args,
    files: impl IntoIterator<Item = &'p Path>,
) -> Result<(), Trouble> {
    match files.into_iter().find(|file| is_of_ledger(&args.ledger, file)) {
        Some(file) => Err(Trouble::LedgerItself { file: file.to_owned() }),
        None => Ok(()),
    }
}
