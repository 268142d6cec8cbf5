//! `init`: a new ledger, its fingerprint secret and its signing key.

use provlog::ledger::part::check_text;
use provlog::record::retention::{MAX_YEARS, MIN_YEARS};
use provlog::store::{AnchorWords, Failure, NewLedger, Store, good_origin, secret_path, signing_key_path};
use serde_json::json;

use super::args::{Args, Init};
use super::output::Output;
use super::text::Say;
use super::trouble::{Expected, Trouble};
use super::{Outcome, clock, record};

pub(crate) fn run(a: &Init, args: &Args, out: &mut Output) -> Result<Outcome, Trouble> {
    let bad =
        |option, value: &str, expected| Trouble::BadOption { option, value: value.to_owned(), expected };
    let operator = a.operator.trim();
    if check_text(operator).is_err() || operator.contains('\n') {
        return Err(bad("--operator", &a.operator, Expected::Text));
    }
    if let Some(origin) = a.origin.as_deref().filter(|o| !good_origin(o)) {
        return Err(bad("--origin", origin, Expected::Origin));
    }
    if !(MIN_YEARS..=MAX_YEARS).contains(&a.retention_years) {
        return Err(bad("--retention-years", &a.retention_years.to_string(), Expected::Years));
    }
    let new = NewLedger { operator: operator.to_owned(), origin: a.origin.clone(), years: a.retention_years };
    let now = clock::now()?;
    let made = Store::create_ledger(&args.ledger, &new, now);
    let (genesis, entry) = made.map_err(|failure| match failure {
        // There is no ledger yet: it is the place that was named.
        Failure::ReadOnly(path) => Trouble::Write(path, std::io::ErrorKind::PermissionDenied.into()),
        failure => failure.into(),
    })?;
    if let Some(path) = &a.anchor {
        let store = Store::open_for_writing(&args.ledger)?;
        let handler = record::system_user();
        let words = AnchorWords { reset: false, reason: None, handler: handler.as_deref() };
        let mut nobody = || ();
        let mut wait = args.waiting(&mut nobody);
        let set = store
            .fingerprints()
            .and_then(|fingerprints| store.set_anchor(&mut wait, now, &fingerprints, Some(path), &words));
        if let Err(failure) = set {
            drop(store);
            // What was made a moment ago holds nothing but its genesis: the command leaves all or nothing.
            Store::remove_new_ledger(&args.ledger);
            return Err(failure.into());
        }
    }
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
