//! `export --out FOLDER`: records and headers for an inspector, and the `export` entry that says so in the log.

use provlog::export::bag::{Bag, Payload};
use provlog::export::csvw;
use provlog::export::entries::{self, Shown};
use provlog::export::folder::{Folder, FolderError};
use provlog::export::records::{self, Opened};
use provlog::export::workbook::{Book, XlsxError};
use provlog::export::{Language, Rows};
use provlog::ledger::part::PartWriter;
use provlog::ledger::{Kind, Timestamp};
use provlog::store::{Evidence, Failure, FileDigest, Filter, Fingerprints, Issued, Record, Store};
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
    /// The first opened entry, with which the range of headers begins.
    first: Option<u64>,
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
    let signed = checkpoint(args, out)?;
    let (fingerprints_here, signed) = (fingerprints.as_ref(), signed.as_ref());
    let work = Work { filter: &filter, fingerprints: fingerprints_here, language, signed, xlsx: a.xlsx };
    let written = store.in_one_state(|| write(&store, &work, &folder))?;
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

fn book_trouble(e: XlsxError) -> Trouble {
    Trouble::Write("data/records.xlsx".into(), std::io::Error::other(e))
}

fn folder_trouble(e: FolderError) -> Trouble {
    match e {
        FolderError::Exists(path) => Trouble::OutputExists(path),
        FolderError::Io(path, e) => Trouble::Write(path, e),
    }
}

/// A checkpoint of the log as it stands, for the folder; without one the folder says that it is not signed.
fn checkpoint(args: &Args, out: &mut Output) -> Result<Option<Issued>, Trouble> {
    let mut notify = record::waiting(out);
    let issued = Store::open_for_writing(&args.ledger)
        .and_then(|store| store.issue_checkpoint(&mut args.waiting(&mut notify)));
    match issued {
        Ok(issued) => Ok(Some(issued)),
        Err(Failure::NoSigningKey(_) | Failure::ReadOnly(_) | Failure::Locked(_)) => {
            out.remark(&Say::NotSigned);
            Ok(None)
        }
        Err(e) => Err(e.into()),
    }
}

/// What is to be exported, and how.
struct Work<'a> {
    filter: &'a Filter,
    fingerprints: Option<&'a Fingerprints>,
    language: Language,
    signed: Option<&'a Issued>,
    /// Also a workbook.
    xlsx: bool,
}

/// Rows of the files, and what they count; one thread makes those of a chunk.
#[derive(Default)]
struct Made {
    records: Rows,
    entries: Rows,
    acts: Vec<u8>,
    /// The opened records themselves, where a workbook is wanted.
    opened_records: Vec<Record>,
    /// Where in rows and acts the first opened entry stands, its index, and what was counted before it.
    begin: Option<Begin>,
    counted: Counted,
    opened: u64,
    size: u64,
    newest: Option<Timestamp>,
}

#[derive(Clone, Copy)]
struct Begin {
    entries: usize,
    acts: usize,
    index: u64,
    before: Counted,
}

/// Entries that are not opened.
#[derive(Clone, Copy, Default)]
struct Counted {
    withheld: u64,
    erased: u64,
}

impl Made {
    fn add(&mut self, e: Evidence, keep: bool) -> csv::Result<()> {
        let mut shown = Shown::Withheld;
        if let Some(Record { index, provision: Some(provision), import, facts, extra, .. }) = &e.opened {
            let import = import.map(|p| (p.import, p.line));
            let (facts_salt, extra_salt) = (facts.0, extra.0);
            let row = Opened { index: *index, provision, import, facts_salt, extra_salt };
            records::write(&mut self.records, &row)?;
            shown = Shown::Opened;
            self.opened += 1;
            if self.begin.is_none() {
                let (entries, acts) = (self.entries.octets()?, self.acts.len());
                self.begin = Some(Begin { entries, acts, index: *index, before: self.counted });
            }
        } else if e.erased {
            shown = Shown::Erased;
            self.counted.erased += 1;
        } else {
            self.counted.withheld += 1;
        }
        if let Some((salt, facts)) = &e.act {
            // The facts as the text that is hashed behind the salt.
            let act = json!({ "index": e.header.index, "facts_salt": salt.to_string(), "facts": facts });
            self.acts.extend_from_slice(format!("{act}\n").as_bytes());
        }
        self.size = e.header.index + 1;
        self.newest = self.newest.max(Some(e.header.time));
        self.opened_records.extend(e.opened.filter(|_| keep));
        entries::write(&mut self.entries, &e.header, &e.leaf, shown)
    }
}

fn write(store: &Store, work: &Work<'_>, folder: &Folder) -> Result<Written, Trouble> {
    // Rows are made in memory: there is nothing else that could fail.
    let failed = |e: csv::Error| Trouble::Write("data".into(), e.into());
    let put =
        |file: &mut Payload, bytes: &[u8]| file.put(bytes).map_err(|e| Trouble::Write("data".into(), e));
    let mut bag = Bag::new(folder);
    let mut records_csv = bag.start("records.csv").map_err(folder_trouble)?;
    let mut entries_csv = bag.start("entries.csv").map_err(folder_trouble)?;
    let mut acts = bag.start("acts.jsonl").map_err(folder_trouble)?;
    let mut digest = work.fingerprints.map(Fingerprints::file);
    let mut put_records = |file: &mut Payload, bytes: &[u8]| {
        if let Some(digest) = &mut digest {
            digest.update(bytes);
        }
        put(file, bytes)
    };
    put_records(&mut records_csv, &records::heading(work.language).map_err(failed)?)?;
    put(&mut entries_csv, &entries::heading(work.language).map_err(failed)?)?;
    let mut book = match work.xlsx {
        true => Some(Book::new(work.language, folder.path()).map_err(book_trouble)?),
        false => None,
    };
    let mut written = Written { opened: 0, withheld: 0, erased: 0, first: None, size: 0, digest: None };
    let mut newest = None;
    store.evidence(
        work.filter,
        work.fingerprints,
        |made: &mut Made, evidence| made.add(evidence, work.xlsx).map_err(failed),
        |made| {
            let rows = made.entries.into_bytes().map_err(failed)?;
            written.size = made.size;
            newest = newest.max(made.newest);
            // The range begins with the first opened entry; what lies before it is in the compact range.
            let begin = match (written.first, made.begin) {
                (Some(_), _) => Begin { entries: 0, acts: 0, index: 0, before: Counted::default() },
                (None, Some(begin)) => begin,
                (None, None) => return Ok(()),
            };
            written.first.get_or_insert(begin.index);
            written.opened += made.opened;
            written.withheld += made.counted.withheld - begin.before.withheld;
            written.erased += made.counted.erased - begin.before.erased;
            put_records(&mut records_csv, &made.records.into_bytes().map_err(failed)?)?;
            if let Some(book) = &mut book {
                for r in &made.opened_records {
                    let import = r.import.map(|p| (p.import, p.line));
                    let added = r.provision.as_ref().map_or(Ok(()), |p| book.add(r.index, p, import));
                    added.map_err(book_trouble)?;
                }
            }
            put(&mut acts, &made.acts[begin.acts..])?;
            put(&mut entries_csv, &rows[begin.entries..])
        },
    )?;
    for file in [records_csv, entries_csv, acts] {
        bag.end(file).map_err(folder_trouble)?;
    }
    if let Some(book) = book {
        let mut file = bag.start("records.xlsx").map_err(folder_trouble)?;
        book.finish(newest.map(Timestamp::legal_day), &mut file).map_err(book_trouble)?;
        bag.end(file).map_err(folder_trouble)?;
    }
    let first = written.first.unwrap_or(written.size);
    surroundings(store, work, &mut bag, first, written.size)?;
    written.digest = digest.map(FileDigest::finish);
    let genesis = store.genesis()?;
    let signed = work.signed.is_some_and(|signed| signed.checkpoint.size == written.size);
    bag.finish(&[
        ("Source-Organization", genesis.operator),
        ("External-Identifier", genesis.origin),
        // The day of the newest entry, so that the same state gives the same bytes.
        ("Bagging-Date", newest.map(|t| t.legal_day().to_string()).unwrap_or_default()),
        ("Provlog-Size", written.size.to_string()),
        ("Provlog-First", first.to_string()),
        ("Provlog-Opened", written.opened.to_string()),
        ("Provlog-Withheld", written.withheld.to_string()),
        ("Provlog-Erased", written.erased.to_string()),
        ("Provlog-Signed", if signed { "yes" } else { "no" }.to_owned()),
    ])
    .map_err(folder_trouble)?;
    Ok(written)
}

/// Everything that lets an outsider check the rows: the range left of them, the genesis, the checkpoint, how to check.
fn surroundings(
    store: &Store,
    work: &Work<'_>,
    bag: &mut Bag<'_>,
    first: u64,
    size: u64,
) -> Result<(), Trouble> {
    let mut add = |name: &str, bytes: &[u8]| bag.add(name, bytes).map_err(folder_trouble);
    let left: String = store.left_of(first)?.iter().map(|hash| format!("{hash}\n")).collect();
    add("proof", format!("first {first}\n{left}").as_bytes())?;
    // The genesis and every change of keys, wherever the range begins: they say whose signature counts.
    let mut origin = String::new();
    for from in store.signers()?.all().map(|(from, _)| from) {
        let index = from.saturating_sub(1);
        let damaged = || Failure::Damaged { index: Some(index), why: "it names no usable public key" };
        let entry = store.evidence_of(index)?.ok_or_else(damaged)?;
        let (salt, facts) = entry.act.ok_or_else(damaged)?;
        let hashes = store.prove_inclusion(index, size)?.unwrap_or_default();
        let line = json!({
            "index": index,
            "header": String::from_utf8_lossy(&entry.header.encode()),
            "facts_salt": salt.to_string(),
            "facts": facts,
            "inclusion": hashes.iter().map(ToString::to_string).collect::<Vec<_>>(),
        });
        origin.push_str(&format!("{line}\n"));
    }
    add("origin.jsonl", origin.as_bytes())?;
    if let Some(signed) = work.signed.filter(|signed| signed.checkpoint.size == size) {
        add("checkpoint", signed.note.as_bytes())?;
        let stamps = store.timestamps()?.into_iter().filter(|(stamped, _)| *stamped == size);
        for (n, (_, reply)) in stamps.enumerate() {
            add(&format!("checkpoint-{}.tsr", n + 1), &reply)?;
        }
    }
    add("records.csv-metadata.json", csvw::metadata(work.language).as_bytes())?;
    add("VERIFY.md", include_bytes!("../export/text/VERIFY.md"))?;
    add("verify.py", include_bytes!("../export/text/verify.py"))
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
        .number("first", Some(written.first.unwrap_or(written.size)))
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
