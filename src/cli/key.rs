//! `key`: the keys that sign checkpoints, and with `--rotate` a new one.

use provlog::ledger::part::check_text;
use serde_json::json;

use super::args::{Args, Key};
use super::output::Output;
use super::session;
use super::status::Outcome;
use super::text::Say;
use super::trouble::{Expected, OptionProblem, Trouble};

pub(crate) fn run(a: &Key, args: &Args, out: &mut Output) -> Result<Outcome, Trouble> {
    if a.rotate {
        return rotate(a, args, out);
    }
    let signers = session::reading(args)?.signers()?;
    for (from, key) in signers.all() {
        if out.json {
            out.object(&json!({ "from_size": from, "key": key.to_string() }));
        } else {
            out.exact(&format!("{from:>8}  {key}"));
        }
    }
    Ok(Outcome::Done)
}

fn rotate(a: &Key, args: &Args, out: &mut Output) -> Result<Outcome, Trouble> {
    let reason = a.reason.as_deref().map(str::trim).filter(|r| !r.is_empty());
    let needed = Trouble::Options { option: "--rotate", problem: OptionProblem::NeedsReason };
    let reason = reason.ok_or(needed)?.replace("\r\n", "\n");
    if check_text(&reason).is_err() || reason.len() > 16 * 1024 {
        return Err(Trouble::BadOption { option: "--reason", value: reason, expected: Expected::Text });
    }
    let session = session::writing(args, out)?;
    let store = &session.store;
    let entry = session.writing(out, |with| store.change_key(with, &reason, session.handler()))?;
    out.committed(entry.index, entry.index);
    let key = store.signers()?.in_force(entry.index + 1).map(ToString::to_string).unwrap_or_default();
    if out.json {
        out.object(&json!({ "index": entry.index, "from_size": entry.index + 1, "key": key }));
    }
    out.result(&Say::KeyChanged { index: entry.index, key: &key });
    Ok(Outcome::Done)
}
