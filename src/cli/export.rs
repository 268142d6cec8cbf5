//! `export --out FOLDER`: records and headers for an inspector, and the `export` entry that says so in the log.

use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::ops::ControlFlow;
use std::time::Duration;

use provlog::export::Language;
use provlog::export::entries::{EntriesCsv, Shown};
use provlog::export::folder::{Folder, FolderError};
use provlog::export::records::{Opened, RecordsCsv};
use provlog::ledger::part::PartWriter;
use provlog::ledger::{Digest, Kind};
use provlog::store::{Failure, FileDigest, Filter, Fingerprints, Store, Wait};
use provlog::verify::PartSeen;
use serde_json::json;

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

fn write(
    store: &Store,
    filter: &Filter,
    fingerprints: Option<&Fingerprints>,
    folder: &Folder,
    language: Language,
) -> Result<Written, Trouble> {
    let name = "data/records.csv";
    let failed = |e: csv::Error| Trouble::Write(name.into(), e.into());
    let file = Digesting {
        file: BufWriter::new(folder.file(name).map_err(folder_trouble)?),
        digest: fingerprints.map(Fingerprints::file),
    };
    let mut records = RecordsCsv::new(file, language).map_err(failed)?;
    // Eight bytes an opened record: which entries are opened must be known when the headers are listed.
    let mut opened: Vec<u64> = Vec::new();
    store.records(filter, fingerprints, &mut |r| {
        if let Some(provision) = &r.provision {
            let import = r.import.map(|p| (p.import, p.line));
            let row =
                Opened { index: r.index, provision, import, facts_salt: r.facts.0, extra_salt: r.extra.0 };
            records.write(&row).map_err(failed)?;
            opened.push(r.index);
        }
        Ok::<_, Trouble>(ControlFlow::Continue(()))
    })?;
    let file = records.finish().map_err(|e| Trouble::Write(name.into(), e))?;
    sync(name, file.file)?;
    let digest = file.digest.map(FileDigest::finish);
    let (withheld, erased, size) = write_entries(store, &opened, folder, language)?;
    Ok(Written { opened: opened.len() as u64, withheld, erased, size, digest })
}

fn write_entries(
    store: &Store,
    opened: &[u64],
    folder: &Folder,
    language: Language,
) -> Result<(u64, u64, u64), Trouble> {
    let name = "data/entries.csv";
    let failed = |e: csv::Error| Trouble::Write(name.into(), e.into());
    let file = BufWriter::new(folder.file(name).map_err(folder_trouble)?);
    let mut entries = EntriesCsv::new(file, language).map_err(failed)?;
    let mut opened = opened.iter().copied().peekable();
    let (mut withheld, mut erased, mut size) = (0, 0, 0);
    let mut prev: Option<Digest> = None;
    let mut failure: Option<Trouble> = None;
    store.walk(|s| {
        if failure.is_some() {
            return;
        }
        let header = match s.header(prev) {
            Ok(header) => header,
            Err(why) => {
                failure = Some(Failure::Damaged { index: Some(s.index), why }.into());
                return;
            }
        };
        let shown = match s.facts {
            _ if opened.next_if_eq(&s.index).is_some() => Shown::Opened,
            PartSeen::Erased { .. } => Shown::Erased,
            _ => Shown::Withheld,
        };
        match shown {
            Shown::Opened => {}
            Shown::Withheld => withheld += 1,
            Shown::Erased => erased += 1,
        }
        if let Err(e) = entries.write(&header, &s.leaf, shown) {
            failure = Some(failed(e));
        }
        prev = Some(s.leaf);
        size = s.index + 1;
    })?;
    if let Some(failure) = failure {
        return Err(failure);
    }
    let file = entries.finish().map_err(|e| Trouble::Write(name.into(), e))?;
    sync(name, file)?;
    Ok((withheld, erased, size))
}

fn sync(name: &str, file: BufWriter<File>) -> Result<(), Trouble> {
    let failed = |e| Trouble::Write(name.into(), e);
    file.into_inner().map_err(|e| failed(e.into_error()))?.sync_all().map_err(failed)
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
    let mut wait = Wait { limit: Duration::from_secs(args.wait), notify: &mut notify };
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

/// Digests what is written.
struct Digesting {
    file: BufWriter<File>,
    digest: Option<FileDigest>,
}

impl Write for Digesting {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let n = self.file.write(bytes)?;
        if let Some(digest) = &mut self.digest {
            digest.update(&bytes[..n]);
        }
        Ok(n)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}
