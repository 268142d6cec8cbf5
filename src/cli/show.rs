//! `show INDEX`: one entry, whole.

use provlog::ledger::Header;
use std::borrow::Cow;

use provlog::ledger::hash::leaf_hash;
use provlog::ledger::note::TlogProof;
use provlog::ledger::proof::root_of_inclusion;
use provlog::record::correction::Reading;
use provlog::record::retention::first_day_of_deletion;
use provlog::record::{Field, Provision};
use provlog::store::{Damage, Entry, Failure, RecordState, Store};
use provlog::verify::trust::Trust;

use super::altered::Altered;
use super::args::{Args, Show};
use super::list;
use super::output::{Output, cell};
use super::session;
use super::status::Outcome;
use super::text::{self, Say};
use super::trouble::Trouble;

/// Display width of the names of fields.
const NAMES: usize = 26;

pub(crate) fn run(a: &Show, args: &Args, out: &mut Output) -> Result<Outcome, Trouble> {
    let store = session::reading(args)?;
    let found = store.in_one_state(|| {
        let Some(record) = store.record(a.index)? else {
            return Err(Trouble::NoSuchIndex { indexes: vec![a.index], size: store.size()? });
        };
        let base = store.effective_base(a.index, record.fields.base)?;
        let covers = |trust: &Trust| trust.covers(a.index, record.fields.time);
        let claims = record.provision.as_ref().is_some_and(|p| p.claimed_recorded_on.is_some());
        let trust = store.trusts()?.into_iter().find(covers).filter(|_| claims).map(|trust| trust.index);
        Ok((record, store.genesis()?.years, base, trust))
    })?;
    let (record, years, base, trust) = found;
    let header = Header {
        index: record.index,
        prev: record.prev,
        time: record.fields.time,
        kind: record.fields.kind,
        about: record.fields.about,
        base: record.fields.base,
        facts: record.facts.1,
        extra: record.extra.1,
    };
    let header = header.encode();
    if let Some(file) = &a.proof {
        if record.altered || leaf_hash(&header) != record.leaf {
            let why = Damage::NotProved;
            return Err(Failure::Damaged { index: Some(record.index), why }.into());
        }
        prove(&store, &record, file, out)?;
    }
    let header = String::from_utf8_lossy(&header).into_owned();
    let free = match base {
        provlog::ledger::Base::Day(base) => Some(first_day_of_deletion(base, years)),
        _ => None,
    };
    if out.json {
        let mut object = list::object(&record);
        object["header"] = header.into();
        if let Some(free) = free {
            object["deletable_from"] = free.to_string().into();
        }
        if let Some(trust) = trust {
            object["trust"] = trust.into();
        }
        out.object(&object);
        return ended(&record);
    }
    people(out, &record, free, trust);
    out.line("");
    out.line(&text::say(out.lang, &Say::HeaderFollows));
    for line in header.lines() {
        out.line(&format!("  {line}"));
    }
    out.line(&text::say(out.lang, &Say::LeafHash { leaf: record.leaf }));
    ended(&record)
}

fn ended(record: &Entry) -> Result<Outcome, Trouble> {
    let mut altered = Altered::default();
    altered.shown(record.index, record.altered);
    altered.end()
}

/// Writes the proof that an entry is in the log of the latest checkpoint.
fn prove(store: &Store, record: &Entry, file: &std::path::Path, out: &mut Output) -> Result<(), Trouble> {
    let index = record.index;
    let (size, proof) = store.in_one_state(|| {
        let note = store.checkpoints()?.pop().filter(|(size, _)| *size > index);
        let (size, note) = note.ok_or(Trouble::NoCheckpoint { index })?;
        let hashes = store.prove_inclusion(index, size)?.ok_or(Trouble::NoCheckpoint { index })?;
        let checkpoint = store.signers()?.read(note.as_bytes(), &[]);
        // Nothing is handed out that does not hold.
        match checkpoint {
            Ok(c) if root_of_inclusion(index, size, record.leaf, &hashes) == Some(c.root) => {
                Ok((size, TlogProof { index, hashes, checkpoint: &note }.text()))
            }
            _ => {
                let why = Damage::ProofLeadsElsewhere;
                Err(Trouble::Store(Failure::Damaged { index: Some(index), why }))
            }
        }
    })?;
    super::unfinished::whole_file(file, proof.as_bytes(), out)?;
    out.remark(&Say::ProofWritten { file, size });
    Ok(())
}

fn people(out: &mut Output, r: &Entry, free: Option<chrono::NaiveDate>, trust: Option<u64>) {
    let lang = out.lang;
    out.line(&text::say(lang, &Say::EntryTitle { index: r.index, kind: r.fields.kind, time: r.fields.time }));
    if r.altered {
        out.line(text::mark_altered(lang).trim_end());
    }
    match r.state {
        RecordState::Present => {}
        RecordState::Erased { by } => out.line(&text::say(lang, &Say::ErasedBy { by })),
        RecordState::Unreadable => out.line(&text::say(lang, &Say::Unreadable)),
    }
    if !r.corrections.is_empty() {
        let void = r.reading == Reading::Void;
        out.line(&text::say(lang, &Say::CorrectedBy { entries: &r.corrections, void }));
    }
    if let (Some(recorded), Some(current)) = (&r.provision, r.current()) {
        let value = |p: &Provision, field| match field {
            Field::Basis => p.basis.map(|b| text::basis(lang, b).to_owned()),
            Field::Items => Some(p.items.join("、")).filter(|items| !items.is_empty()),
            _ => p.text(field).map(Cow::into_owned),
        };
        for field in Field::ALL {
            let (now, then) = (value(current, *field), value(recorded, *field));
            let line = match (&now, &then) {
                (None, None) => continue,
                (Some(now), _) if now_is(&then, now) => now.clone(),
                _ => {
                    let then = text::say(lang, &Say::AsRecorded { value: then.as_deref() });
                    format!("{} {then}", now.as_deref().unwrap_or("-"))
                }
            };
            out.line(&format!("  {} {}", cell(text::field(lang, *field), NAMES), text::on_one_line(&line)));
        }
    }
    if let Some(import) = r.import {
        out.line(&text::say(lang, &Say::ImportedFrom { import: import.import, line: import.line }));
    }
    if let Some((facts, extra)) = &r.act {
        for part in [Some(facts), extra.as_ref()].into_iter().flatten() {
            // Permanent entries are read by those who check them: names as in FORMAT.md.
            for (key, value) in parsed(part) {
                out.line(&format!("  {} {}", cell(&key, NAMES), text::on_one_line(&value)));
            }
        }
    }
    if let Some(free) = free.filter(|_| r.fields.kind.is_record() && r.state == RecordState::Present) {
        out.line(&text::say(lang, &Say::DeletableFrom { free, trust }));
    }
}

fn now_is(then: &Option<String>, now: &str) -> bool {
    then.as_deref() == Some(now)
}

fn parsed(part: &str) -> Vec<(String, String)> {
    provlog::act::shown(part.as_bytes())
}
