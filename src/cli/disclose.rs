//! `disclose`: a principal's own copy, and the entry that says that it was given.

use std::io::Write as _;

use provlog::evidence::person::{self, Found};
use provlog::export::copy::{self, Head};
use provlog::export::folder::{Folder, FolderError};
use provlog::record::Provision;
use provlog::record::disclosure::due;
use provlog::store::Disclosure;
use serde_json::json;

use super::args::{Args, Disclose};
use super::output::Output;
use super::status::Outcome;
use super::text::{self, Registry};
use super::trouble::{Expected, Trouble};
use super::unfinished::{self, Logged};
use super::{clock, export, session, typed};

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
    let session = session::writing(args, out)?;
    let store = &session.store;
    let fingerprints = session.fingerprints()?;
    let found = store.in_one_state(|| person::find(store, fingerprints, id.as_deref(), name.as_deref()))?;
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
    let folder = unfinished::folder(&a.out, store, out)?;
    write(&folder, &head, &found.records, out)?;
    let records = found.records.len() as u64;
    let due = due(received);
    let logged = unfinished::log(folder, &session, out, |appender| {
        let given = Disclosure {
            principal_id: id.clone(),
            principal_name: name.clone(),
            request_received: received,
            due,
            records,
        };
        appender.say(&given, session.by(None))
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
