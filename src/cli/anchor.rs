//! `anchor`: how the anchor stands to the ledger, and setting, moving, resetting and ending it.

use provlog::ledger::anchor::State;
use provlog::ledger::part::check_text;
use provlog::store::{Against, AnchorStanding, AnchorWords, Failure};
use serde_json::json;

use super::args::{Anchor, Args};
use super::output::Output;
use super::session;
use super::status::Outcome;
use super::text::Say;
use super::trouble::{Expected, OptionProblem, Trouble};

pub(crate) fn run(a: &Anchor, args: &Args, out: &mut Output) -> Result<Outcome, Trouble> {
    let reason = a.reason.as_deref().map(str::trim).filter(|r| !r.is_empty());
    let reason = reason.map(|r| r.replace("\r\n", "\n"));
    if let Some(bad) = reason.as_ref().filter(|r| check_text(r).is_err() || r.len() > 16 * 1024) {
        return Err(Trouble::BadOption { option: "--reason", value: bad.clone(), expected: Expected::Text });
    }
    let lacks_reason = |option| Trouble::Options { option, problem: OptionProblem::NeedsReason };
    match (a.reset, a.off, &reason) {
        (true, _, None) => return Err(lacks_reason("--reset")),
        (_, true, None) => return Err(lacks_reason("--off")),
        (false, false, _) if a.set.is_none() => return show(args, out),
        _ => {}
    }
    let session = session::writing(args, out)?;
    let store = &session.store;
    let words = AnchorWords { reset: a.reset, reason: reason.as_deref(), handler: session.handler() };
    let entry = session.writing(out, |with| match a.off {
        true => store.end_anchor(with, &words),
        false => store.set_anchor(with, a.set.as_deref(), &words),
    })?;
    out.committed(entry.index, entry.index);
    if out.json {
        out.object(&json!({ "index": entry.index, "hash": entry.leaf.to_string() }));
    }
    out.result(&Say::AnchorChanged { index: entry.index, off: a.off });
    Ok(Outcome::Done)
}

fn show(args: &Args, out: &mut Output) -> Result<Outcome, Trouble> {
    let store = session::reading(args)?;
    let standing = store.anchor_from_outside()?;
    let (word, path, anchored) = match &standing {
        AnchorStanding::None => ("none", None, None),
        AnchorStanding::Good(place, state) => ("good", Some(place.path()), Some(state)),
        AnchorStanding::OutOfReach(path, _) => ("out-of-reach", Some(path.as_path()), None),
        AnchorStanding::Against(Against::State { path, anchored, .. }) => {
            ("against", Some(path.as_path()), Some(anchored))
        }
        AnchorStanding::Against(Against::OfAnother(path) | Against::Unreadable(path)) => {
            ("against", Some(path.as_path()), None)
        }
    };
    if out.json {
        let state = anchored.map(|State { size, head, root }| {
            json!({ "size": size, "head": head.to_string(), "root": root.to_string() })
        });
        out.object(&json!({
            "anchor": word,
            "path": path.map(|p| p.display().to_string()),
            "anchored": state,
            "size": store.size()?,
        }));
    }
    match standing {
        AnchorStanding::None => out.result(&Say::NotAnchored),
        AnchorStanding::Good(place, state) => {
            out.result(&Say::Anchored { path: place.path(), size: state.size });
        }
        AnchorStanding::OutOfReach(path, why) => {
            return Err(Failure::AnchorOutOfReach(path, why.into()).into());
        }
        AnchorStanding::Against(against) => return Err(Failure::AgainstAnchor(Box::new(against)).into()),
    }
    Ok(Outcome::Done)
}
