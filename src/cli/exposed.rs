//! A warning where everybody on the machine can read a ledger or its keys: before each command that uses one.
//!
//! Owns: when it is said. Does not own: what is looked at (the store), permissions (`private`).

use provlog::store::open_to_others;

use super::args::{Args, Command};
use super::output::Output;
use super::text::Say;

pub(crate) fn warn(args: &Args, out: &mut Output) {
    let uses_ledger = match &args.command {
        Command::Rules(_) => false,
        Command::Verify(a) => a.bundle.is_none(),
        Command::Import(a) => a.propose_map.is_none(),
        _ => true,
    };
    let files = if uses_ledger { open_to_others(&args.ledger) } else { Vec::new() };
    if !files.is_empty() {
        out.remark(&Say::OpenToOthers { files: &files });
    }
}
