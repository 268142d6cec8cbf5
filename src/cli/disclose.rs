//! `disclose`: a principal's own copy, and the entry that says that it was given.

use std::collections::BTreeSet;
use std::io::Write as _;
use std::ops::ControlFlow;

use provlog::export::copy::{self, Head};
use provlog::export::folder::{Folder, FolderError};
use provlog::record::Provision;
use provlog::record::correction::Reading;
use provlog::record::disclosure::{due, is_due};
use provlog::record::fold::fold;
use provlog::store::{By, Disclosure, Failure, Filter, Fingerprints, Store};
use serde_json::json;

use super::args::{Args, Disclose};
use super::output::Output;
use super::text::{self, Registry};
use super::trouble::{Expected, Trouble};
use super::unfinished::{self, Logged};
use super::{Outcome, clock, export, record, session, typed};

pub(crate) fn run(a: &Disclose, args: &Args, out: &mut Output) -> Result<Outcome, Trouble> {
    let now = clock::now()?;
    let today = now.legal_day();
    let received = typed::day("--request-received", a.request_received.as_deref())?.unwrap_or(today);
    if received > today {
        let (option, value) = ("--request-received", received.to_string());
        return Err(Trouble::BadOption { option, value, expected: Expected::NotFuture });
    }
    let id = typed::text("--principal-id", a.principal_id.as_deref())?;
    let name = typed::text("--principal-name", a.principal_name.as_deref())?;
    if id.is_none() && name.is_none() {
        return Err(Trouble::NoPrincipal);
    }
    // The copy and its entry belong together: a ledger that cannot be written gives none.
    let store = session::writing(args, out)?;
    let fingerprints = store.fingerprints()?;
    let found = store.in_one_state(|| find(&store, &fingerprints, id.as_deref(), name.as_deref()))?;
    let found = match found {
        Found::One(found) => found,
        Found::Several(ids) => return Err(Trouble::SeveralPrincipals { ids }),
    };
    let operator = store.genesis()?.operator;
    let head = Head {
        operator: &operator,
        principal_id: id.as_deref(),
        principal_name: name.as_deref(),
        received,
        made: today,
    };
    let folder = unfinished::folder(&a.out, &store, out)?;
    write(&folder, &head, &found.records, out)?;
    let records = found.records.len() as u64;
    let due = due(received);
    let handler = record::system_user();
    let mut notify = record::waiting(out);
    let mut wait = args.waiting(&mut notify);
    let at = (&store, &mut wait, &session::clock(args)?, &fingerprints);
    let logged = unfinished::log(folder, at, out, |appender| {
        let given = Disclosure {
            principal_id: id.clone(),
            principal_name: name.clone(),
            request_received: received,
            due,
            records,
        };
        appender.disclosure(&given, By { handler: handler.as_deref(), reason: None })
    })?;
    let done = match logged {
        Logged::Yes(done) => done,
        Logged::No(_, trouble) => return Err(trouble),
    };
    if found.left_out > 0 {
        out.say_to_people(&text::registry(out.lang, &Registry::NamesakesLeftOut { records: found.left_out }));
    }
    if today > due {
        out.say_to_people(&text::registry(out.lang, &Registry::AnswerOverdue { due }));
    }
    if out.json {
        out.object(&json!({
            "folder": a.out.display().to_string(),
            "records": records,
            "request_received": received.to_string(),
            "due": due.to_string(),
            "index": done.index,
        }));
    }
    out.told(&text::registry(
        out.lang,
        &Registry::Disclosed { folder: &a.out, records, due, index: done.index },
    ));
    Ok(Outcome::Done)
}

/// What was found of one person.
#[derive(Default)]
struct OnePerson {
    records: Vec<Provision>,
    /// Records without an ID that bear the name, which somebody else with an ID bears too.
    left_out: u64,
}

enum Found {
    One(OnePerson),
    /// The name fits several IDs.
    Several(Vec<String>),
}

/// The records of one person and nobody else: by ID; those without an ID by name, where nobody else with an ID bears it.
fn find(store: &Store, f: &Fingerprints, id: Option<&str>, name: Option<&str>) -> Result<Found, Trouble> {
    let mut named: Vec<(u64, Provision)> = Vec::new();
    if let Some(name) = name {
        all(store, f, &Filter { principal_name: Some(name.to_owned()), ..Filter::default() }, &mut named)?;
    }
    let mut ids: Vec<String> = Vec::new();
    let mut seen = BTreeSet::new();
    for (_, p) in &named {
        if let Some(id) = &p.principal_id
            && seen.insert(fold(id).into_owned())
        {
            ids.push(id.clone());
        }
    }
    let asked = id.map(|id| fold(id).into_owned());
    let id = match (id, &ids[..]) {
        (Some(id), _) => Some(id.to_owned()),
        (None, []) => None,
        (None, [only]) => Some(only.clone()),
        (None, _) => return Ok(Found::Several(ids)),
    };
    let mut found = Vec::new();
    if let Some(id) = id {
        all(store, f, &Filter { principal_id: Some(id), ..Filter::default() }, &mut found)?;
    }
    let others = asked.is_some_and(|asked| seen.iter().any(|id| *id != asked));
    let (nameless_ids, mut one) =
        (named.into_iter().filter(|(_, p)| p.principal_id.is_none()), OnePerson::default());
    for (index, p) in nameless_ids {
        if others && is_due(&p) { one.left_out += 1 } else { found.push((index, p)) }
    }
    found.sort_by_key(|(index, _)| *index);
    found.dedup_by_key(|(index, _)| *index);
    one.records = found.into_iter().map(|(_, p)| p).filter(is_due).collect();
    Ok(Found::One(one))
}

/// The records that match, as they read now; void ones were never provisions.
fn all(
    store: &Store,
    f: &Fingerprints,
    filter: &Filter,
    found: &mut Vec<(u64, Provision)>,
) -> Result<(), Trouble> {
    store.records(filter, Some(f), &mut |record| {
        record.to_hand_out()?;
        if record.reading != Reading::Void
            && let Some(current) = record.current()
        {
            found.push((record.index, current.clone()));
        }
        Ok::<_, Failure>(ControlFlow::Continue(()))
    })?;
    Ok(())
}

fn write(folder: &Folder, head: &Head<'_>, records: &[Provision], out: &Output) -> Result<(), FolderError> {
    let language = export::language(out.lang);
    let csv = copy::csv(records, language).map_err(|e| FolderError::Io("disclosure.csv".into(), e.into()))?;
    let files = [
        ("disclosure.csv", csv),
        ("disclosure.json", copy::json(head, records).into_bytes()),
        ("disclosure.html", copy::page(head, records, language).into_bytes()),
    ];
    for (name, bytes) in files {
        let mut file = folder.file(name)?;
        let written = file.write_all(&bytes).and_then(|()| file.sync_all());
        written.map_err(|e| FolderError::Io(folder.target().join(name), e))?;
    }
    Ok(())
}
