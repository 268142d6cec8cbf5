//! `export --out FOLDER`: records and headers for an inspector, and the `export` entry that says so in the log.

use provlog::export::entries::{self, Shown};
use provlog::export::folder::{Folder, FolderError};
use provlog::export::records::{self, Opened};
use provlog::export::{Language, Rows};
use provlog::ledger::Kind;
use provlog::ledger::part::PartWriter;
use provlog::store::{Evidence, Failure, FileDigest, Filter, Fingerprints, Record, Store};
use serde_json::json;
use std::fs::File;
use std::io::Write as _;

use super::args::{Args, Export};
use super::lang::Lang;
use super::output::Output;
use super::text::{self, Say};
use super::trouble::Trouble;
use super::{Outcome, clock, list, record};

/// What was written.
struct Written {
    opened: u64,
    withheld: u64,
    erased: u64,
    size: u64,
    digest: Option<String>,
}

pub(crate) fn run(a: &Export, args: &Args, out: &mut Output) -> Result<Outcome, Trouble> {
    let now = clock::now()?;
    let filter = list::filter(&a.filter)?;
    let store = Store::open(&args.ledger)?;
    list::secret_for(&store, &filter)?;
    // Without the secret the folder is written all the same, but the export cannot be logged.
    let fingerprints = match store.fingerprints() {
        Ok(f) => Some(f),
        Err(Failure::NoSecret(_)) => None,
        Err(e) => return Err(e.into()),
    };
    let language = match out.lang {
        Lang::Ja => Language::Japanese,
        Lang::En => Language::English,
    };
    let folder = Folder::start(&a.out).map_err(folder_trouble)?;
    let written = store.in_one_state(|| write(&store, &filter, fingerprints.as_ref(), &folder, language))?;
    drop(store);
    let target = &a.out;
    // The file is in place before the log says that it left: a crash in between leaves a folder, never a false entry.
    folder.finish().map_err(folder_trouble)?;
    let logged = match &fingerprints {
        None => None,
        Some(fingerprints) => match log(args, &filter, &written, fingerprints, now, out) {
            Ok(entry) => Some(entry),
            Err(Trouble::Store(Failure::ReadOnly(_) | Failure::Locked(_))) => None,
            Err(e) => return Err(e),
        },
    };
    if logged.is_none() {
        let note = target.join("NOT-LOGGED.txt");
        let words = format!("{}\r\n", text::say(out.lang, &Say::NotLogged));
        std::fs::write(&note, words).map_err(|e| Trouble::Write(note, e))?;
        out.remark(&Say::NotLogged);
    }
    if out.json {
        out.object(&json!({
            "folder": target.display().to_string(),
            "size": written.size,
            "opened": written.opened,
            "withheld": written.withheld,
            "erased": written.erased,
            "logged": logged,
        }))?;
    }
    out.result(&Say::Exported {
        folder: target,
        opened: written.opened,
        withheld: written.withheld,
        erased: written.erased,
        logged,
    })?;
    Ok(Outcome::Done)
}

fn folder_trouble(e: FolderError) -> Trouble {
    match e {
        FolderError::Exists(path) => Trouble::OutputExists(path),
        FolderError::Io(path, e) => Trouble::Write(path, e),
    }
}

/// Rows of both files, and what they count; one thread makes those of a chunk.
#[derive(Default)]
struct Made {
    records: Rows,
    entries: Rows,
    opened: u64,
    withheld: u64,
    erased: u64,
    size: u64,
}

impl Made {
    fn add(&mut self, e: &Evidence) -> csv::Result<()> {
        let mut shown = Shown::Withheld;
        if let Some(Record { index, provision: Some(provision), import, facts, extra, .. }) = &e.opened {
            let import = import.map(|p| (p.import, p.line));
            let (facts_salt, extra_salt) = (facts.0, extra.0);
            let row = Opened { index: *index, provision, import, facts_salt, extra_salt };
            records::write(&mut self.records, &row)?;
            shown = Shown::Opened;
        } else if e.erased {
            shown = Shown::Erased;
        }
        *match shown {
            Shown::Opened => &mut self.opened,
            Shown::Withheld => &mut self.withheld,
            Shown::Erased => &mut self.erased,
        } += 1;
        self.size = e.header.index + 1;
        entries::write(&mut self.entries, &e.header, &e.leaf, shown)
    }
}

fn write(
    store: &Store,
    filter: &Filter,
    fingerprints: Option<&Fingerprints>,
    folder: &Folder,
    language: Language,
) -> Result<Written, Trouble> {
    // Rows are made in memory: there is nothing else that could fail.
    let failed = |e: csv::Error| Trouble::Write("data".into(), e.into());
    let mut records_csv = NewFile::new(folder, "data/records.csv")?;
    let mut entries_csv = NewFile::new(folder, "data/entries.csv")?;
    let mut digest = fingerprints.map(Fingerprints::file);
    let mut put = |records: &[u8], entries: &[u8]| {
        if let Some(digest) = &mut digest {
            digest.update(records);
        }
        records_csv.put(records)?;
        entries_csv.put(entries)
    };
    put(&records::heading(language).map_err(failed)?, &entries::heading(language).map_err(failed)?)?;
    let mut written = Written { opened: 0, withheld: 0, erased: 0, size: 0, digest: None };
    store.evidence(
        filter,
        fingerprints,
        |made: &mut Made, evidence| made.add(&evidence).map_err(failed),
        |made| {
            written.opened += made.opened;
            written.withheld += made.withheld;
            written.erased += made.erased;
            written.size = made.size;
            put(&made.records.into_bytes().map_err(failed)?, &made.entries.into_bytes().map_err(failed)?)
        },
    )?;
    records_csv.sync()?;
    entries_csv.sync()?;
    written.digest = digest.map(FileDigest::finish);
    Ok(written)
}

/// A file of the folder.
struct NewFile {
    name: &'static str,
    file: File,
}

impl NewFile {
    fn new(folder: &Folder, name: &'static str) -> Result<Self, Trouble> {
        Ok(NewFile { name, file: folder.file(name).map_err(folder_trouble)? })
    }

    fn put(&mut self, bytes: &[u8]) -> Result<(), Trouble> {
        self.file.write_all(bytes).map_err(|e| Trouble::Write(self.name.into(), e))
    }

    fn sync(&self) -> Result<(), Trouble> {
        self.file.sync_all().map_err(|e| Trouble::Write(self.name.into(), e))
    }
}

/// Appends the `export` entry (FORMAT.md, "Export"). What was asked for may name a person: it goes into extra.
fn log(
    args: &Args,
    filter: &Filter,
    written: &Written,
    fingerprints: &Fingerprints,
    now: provlog::ledger::Timestamp,
    out: &Output,
) -> Result<u64, Trouble> {
    let store = Store::open_for_writing(&args.ledger)?;
    let mut notify = record::waiting(out);
    let mut wait = args.waiting(&mut notify);
    let (mut facts, mut extra) = (Vec::new(), Vec::new());
    PartWriter::new(&mut facts)
        .text("digest", written.digest.as_deref())
        .number("erased", Some(written.erased))
        .number("opened", Some(written.opened))
        .number("size", Some(written.size))
        .number("withheld", Some(written.withheld))
        .finish();
    let asked: Vec<String> = [
        filter.from.map(|d| format!("from {d}")),
        filter.to.map(|d| format!("to {d}")),
        filter.recipient.as_ref().map(|v| format!("recipient {v}")),
        filter.principal_id.as_ref().map(|v| format!("principal_id {v}")),
        filter.principal_name.as_ref().map(|v| format!("principal_name {v}")),
        filter.basis.map(|b| format!("basis {}", b.word())),
    ]
    .into_iter()
    .flatten()
    .filter(|text| provlog::ledger::part::check_element(text).is_ok())
    .collect();
    let user = record::system_user();
    PartWriter::new(&mut extra)
        .list("filter", asked.iter().map(String::as_str))
        .text("handler", user.as_deref())
        .finish();
    let entry = store.append(&mut wait, now, fingerprints, |a| {
        a.act(Kind::Export, &facts, &extra).map_err(Trouble::from)
    })?;
    Ok(entry.index)
}
