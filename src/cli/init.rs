//! `init`: a new ledger, its fingerprint secret and its signing key.

use provlog::ledger::note::is_key_name;
use provlog::ledger::part::check_text;
use provlog::record::retention::{MAX_YEARS, MIN_YEARS};
use provlog::store::{AnchorWords, Beginning, Failure, NewLedger, secret_path, signing_key_path};
use serde_json::json;

use super::args::{Args, Init};
use super::output::Output;
use super::status::Outcome;
use super::text::{self, Say, Unfinished};
use super::trouble::{Expected, NotOpened, Trouble};
use super::{clock, session};

pub(crate) fn run(a: &Init, args: &Args, out: &mut Output) -> Result<Outcome, Trouble> {
    let bad =
        |option, value: &str, expected| Trouble::BadOption { option, value: value.to_owned(), expected };
    let operator = a.operator.trim();
    if check_text(operator).is_err() || operator.contains('\n') {
        return Err(bad("--operator", &a.operator, Expected::Text));
    }
    if let Some(origin) = a.origin.as_deref().filter(|o| !is_key_name(o)) {
        return Err(bad("--origin", origin, Expected::Origin));
    }
    if !(MIN_YEARS..=MAX_YEARS).contains(&a.retention_years) {
        return Err(bad("--retention-years", &a.retention_years.to_string(), Expected::Years));
    }
    let new = NewLedger { operator: operator.to_owned(), origin: a.origin.clone(), years: a.retention_years };
    let now = clock::now()?;
    // There is no ledger yet: what cannot be written is the place that was named.
    let named = |failure| match failure {
        Failure::ReadOnly(path) => Trouble::Write(path, std::io::ErrorKind::PermissionDenied.into()),
        failure => failure.into(),
    };
    // The place took a file a moment ago: what SQLite cannot open there, the disk does not give.
    let unopened = |failure| match failure {
        Failure::ReadOnly(path) => Trouble::Write(path, std::io::Error::other(NotOpened)),
        failure => failure.into(),
    };
    // Until all of it has its names, a failure leaves nothing, and a kill what the next `init` removes.
    let mut beginning = Beginning::take(&args.ledger).map_err(named)?;
    if !beginning.removed().is_empty() {
        let removed = Unfinished::LedgerRemoved { paths: beginning.removed() };
        out.must_say(&text::unfinished(out.lang, &removed));
    }
    let (genesis, entry) = beginning.make(&new, now).map_err(unopened)?;
    if let Some(path) = &a.anchor {
        let handler = session::system_user();
        let words = AnchorWords { reset: false, reason: None, handler: handler.as_deref() };
        let mut nobody = || ();
        let clock = session::clock(args)?;
        beginning.set_anchor(&mut args.waiting(&mut nobody), &clock, path, &words)?;
    }
    beginning.place()?;
    out.made(&args.ledger);
    out.committed(entry.index, entry.index);
    if out.json {
        out.object(&json!({
            "ledger": args.ledger.display().to_string(),
            "ledger_id": genesis.ledger_id,
            "operator": genesis.operator,
            "origin": genesis.origin,
            "retention_years": genesis.years,
            "public_key": genesis.public_key,
            "index": entry.index,
            "hash": entry.leaf.to_string(),
        }));
    }
    out.result(&Say::Made {
        ledger: &args.ledger,
        secret: &secret_path(&args.ledger),
        signing_key: &signing_key_path(&args.ledger),
        genesis: &genesis,
    });
    Ok(Outcome::Done)
}
