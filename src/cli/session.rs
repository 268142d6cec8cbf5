//! What the commands that work with a ledger begin with: opening it, and the clock that a transaction reads.
//!
//! Owns: how a ledger is opened for reading and for writing, what is told of the clock before anything is written, and that no file
//! given to a command is the ledger itself. Does not own: the clock (`clock`), its limits (`record::clock`).

use std::path::Path;
use std::time::Duration;

use provlog::record::clock::{Ahead, ahead};
use provlog::store::{Clock, Store, is_of_ledger};

use super::args::Args;
use super::output::Output;
use super::text::Say;
use super::trouble::Trouble;
use super::{clock, typed};

/// The ledger, for reading.
pub(crate) fn reading(args: &Args) -> Result<Store, Trouble> {
    Ok(Store::open_within(&args.ledger, Duration::from_secs(args.wait))?)
}

/// The ledger, for writing entries. A clock that nothing may be written by is refused before any work is done.
pub(crate) fn writing(args: &Args, out: &mut Output) -> Result<Store, Trouble> {
    let store = signing(args)?;
    may_write(&store, args, out)?;
    Ok(store)
}

/// The ledger, for writing no entry, whatever the clock says: a checkpoint, a timestamp.
pub(crate) fn signing(args: &Args) -> Result<Store, Trouble> {
    Ok(Store::open_for_writing_within(&args.ledger, Duration::from_secs(args.wait))?)
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
