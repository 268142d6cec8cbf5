//! What goes into an exported folder, written in one reading of the log (FORMAT.md, "The exported folder").
//!
//! Owns: the order of the files, which entries are in them, the proofs. Does not own: the form of each file (`export`),
//! the log's own entry about the export (`mod`).

use provlog::export::bag::{Bag, Payload};
use provlog::export::corrections;
use provlog::export::csvw;
use provlog::export::entries::{self, Shown};
use provlog::export::folder::Folder;
use provlog::export::records::{self, Opened};
use provlog::export::summary::Tally;
use provlog::export::workbook::{Book, XlsxError};
use provlog::export::{Language, Rows};
use provlog::ledger::note::TlogProof;
use provlog::record::correction::Reading;
use provlog::store::{
    Damage, Evidence, Failure, FileDigest, Filter, Fingerprints, Gone, Issued, OpenedCorrection, Opening,
    Record, Store,
};
use serde_json::json;

use super::super::trouble::Trouble;
use super::summary;

/// What is to be exported, and how.
pub(super) struct Work<'a> {
    pub(super) filter: &'a Filter,
    pub(super) fingerprints: Option<&'a Fingerprints>,
    pub(super) language: Language,
    /// The log's first so many entries; below that of the checkpoint where there is one.
    pub(super) size: u64,
    pub(super) signed: Option<&'a Issued>,
    /// A proof for each opened entry, to this checkpoint, in the place of the range.
    pub(super) sparse: Option<&'a Issued>,
    /// Also a workbook.
    pub(super) xlsx: bool,
}

/// What was written.
#[derive(Default)]
pub(super) struct Written {
    /// The opened records' indexes.
    pub(super) opened: Vec<u64>,
    /// Those of the corrections that are opened with them.
    corrections: Vec<u64>,
    pub(super) counted: Counted,
    tally: Tally,
    /// The keyed digest of `records.csv`.
    pub(super) digest: Option<String>,
}

impl Written {
    /// Where the range of headers begins: with the first opened entry, else with the end of the log.
    pub(super) fn first(&self, work: &Work<'_>) -> u64 {
        self.opened.first().copied().unwrap_or(work.size)
    }
}

/// Entries that are listed and not opened.
#[derive(Clone, Copy, Default)]
pub(super) struct Counted {
    pub(super) withheld: u64,
    pub(super) erased: u64,
    /// Erased behind the end of the range.
    pub(super) since: u64,
}

impl Counted {
    fn add(&mut self, more: Counted, less: Counted) {
        self.withheld += more.withheld - less.withheld;
        self.erased += more.erased - less.erased;
        self.since += more.since - less.since;
    }
}

/// Rows of the files, and what they count; one thread makes those of a chunk.
#[derive(Default)]
struct Made {
    records: Rows,
    entries: Rows,
    acts: Vec<u8>,
    /// The opened records themselves, where a workbook is wanted.
    opened_records: Vec<Record>,
    corrections: Rows,
    /// How corrected records read.
    current: Rows,
    corrected: bool,
    tally: Tally,
    /// Where in rows and acts the first opened entry stands, and what was counted before it.
    begin: Option<Begin>,
    counted: Counted,
    opened: Vec<u64>,
    /// Opened entries that are no records: corrections.
    proved: Vec<u64>,
    /// The first entry, from the first opened one on where there is one, that is not what was recorded.
    altered: Option<Failure>,
}

#[derive(Default)]
struct Begin {
    entries: usize,
    acts: usize,
    before: Counted,
    /// The first altered entry before it.
    altered: Option<Failure>,
}

impl Made {
    /// Adds an entry, or that it is not what was recorded: nothing is handed out if it lies in the range.
    fn see(&mut self, handed: Result<Evidence, Failure>, work: &Work<'_>) -> Result<(), Trouble> {
        match handed {
            Ok(evidence) => self.add(evidence, work).map_err(|e| Trouble::Write("data".into(), e.into())),
            Err(altered @ Failure::Damaged { index: Some(_), .. }) => {
                self.altered.get_or_insert(altered);
                Ok(())
            }
            Err(e) => Err(e.into()),
        }
    }

    fn add(&mut self, e: Evidence, work: &Work<'_>) -> csv::Result<()> {
        let shown = match (&e.opened, e.erased) {
            (Some(Record { index, provision: Some(provision), import, facts, extra, .. }), _) => {
                let import = import.map(|p| (p.import, p.line));
                let (facts_salt, extra_salt) = (facts.0, extra.0);
                let row = Opened { index: *index, provision, import, facts_salt, extra_salt };
                records::write(&mut self.records, &row)?;
                let read = e.opened.as_ref().filter(|r| r.reading != Reading::Void).and_then(Record::current);
                if let Some(read) = read {
                    self.tally.add(read);
                }
                if let Some(record) = e.opened.as_ref().filter(|r| !r.corrections.is_empty()) {
                    self.corrected = true;
                    corrections::write_current(&mut self.current, *index, provision, &record.reading)?;
                }
                self.opened.push(*index);
                if self.begin.is_none() {
                    let (entries, acts) = (self.entries.octets()?, self.acts.len());
                    let altered = self.altered.take();
                    self.begin = Some(Begin { entries, acts, before: self.counted, altered });
                }
                Shown::Opened
            }
            (None, _) if e.correction.is_some() => {
                if let Some(OpenedCorrection { about, correction, facts_salt, extra_salt }) = &e.correction {
                    let (at, salts) = ((e.header.index, *about), [*facts_salt, *extra_salt]);
                    corrections::write(&mut self.corrections, at, correction, salts)?;
                }
                self.proved.push(e.header.index);
                Shown::Opened
            }
            // A proof for each opened entry says nothing about the others.
            _ if work.sparse.is_some() => return Ok(()),
            (_, Some(Gone::Before)) => {
                self.counted.erased += 1;
                Shown::Erased
            }
            (_, Some(Gone::Since)) => {
                self.counted.since += 1;
                Shown::ErasedSince
            }
            (_, None) => {
                self.counted.withheld += 1;
                Shown::Withheld
            }
        };
        if let Some((salt, facts)) = &e.act {
            // The facts as the text that is hashed behind the salt.
            let act = json!({ "index": e.header.index, "facts_salt": salt.to_string(), "facts": facts });
            self.acts.extend_from_slice(format!("{act}\n").as_bytes());
        }
        self.opened_records.extend(e.opened.filter(|_| work.xlsx));
        entries::write(&mut self.entries, &e.header, &e.leaf, shown)
    }
}

/// Writes the whole folder. The caller keeps the store in one state.
pub(super) fn write(store: &Store, work: &Work<'_>, folder: &Folder) -> Result<Written, Trouble> {
    let mut bag = Bag::new(folder);
    let mut written = rows(store, work, folder, &mut bag)?;
    if work.sparse.is_none() {
        summary::write(store, work, folder, &mut bag, std::mem::take(&mut written.tally))?;
    }
    let first = written.first(work);
    origin(store, work, &mut bag)?;
    match work.sparse {
        Some(signed) => proofs(store, signed, folder, &mut bag, &written)?,
        None => {
            let left: String = store.left_of(first)?.iter().map(|hash| format!("{hash}\n")).collect();
            add(&mut bag, "proof", format!("first {first}\n{left}").as_bytes())?;
        }
    }
    if let Some(signed) = work.signed {
        add(&mut bag, "checkpoint", signed.note.as_bytes())?;
        let stamps = store.timestamps()?.into_iter().filter(|(size, _)| *size == work.size);
        for (n, (_, reply)) in stamps.enumerate() {
            add(&mut bag, &format!("checkpoint-{}.tsr", n + 1), &reply)?;
        }
    }
    add(&mut bag, "records.csv-metadata.json", csvw::metadata(work.language).as_bytes())?;
    add(&mut bag, "VERIFY.md", include_bytes!("../../export/text/VERIFY.md"))?;
    add(&mut bag, "verify.py", include_bytes!("../../export/text/verify.py"))?;
    let genesis = store.genesis()?;
    let mut info = vec![
        ("Source-Organization", genesis.operator),
        ("External-Identifier", genesis.origin),
        // The day of the last entry, so that the same state gives the same bytes.
        ("Bagging-Date", last_day(store, work)?.map(|day| day.to_string()).unwrap_or_default()),
        ("Provlog-Size", work.size.to_string()),
        ("Provlog-Opened", written.opened.len().to_string()),
    ];
    if work.sparse.is_none() {
        let Counted { withheld, erased, since } = written.counted;
        info.push(("Provlog-First", first.to_string()));
        info.push(("Provlog-Withheld", withheld.to_string()));
        info.push(("Provlog-Erased", erased.to_string()));
        info.push(("Provlog-Erased-Since", since.to_string()));
    }
    info.push(("Provlog-Signed", if work.signed.is_some() { "yes" } else { "no" }.to_owned()));
    bag.finish(&info)?;
    Ok(written)
}

fn last_day(store: &Store, work: &Work<'_>) -> Result<Option<chrono::NaiveDate>, Trouble> {
    let last = work.size.checked_sub(1).map(|last| store.evidence_of(last)).transpose()?;
    Ok(last.flatten().map(|entry| entry.header.time.legal_day()))
}

/// The files with a row for each entry.
fn rows(store: &Store, work: &Work<'_>, folder: &Folder, bag: &mut Bag<'_>) -> Result<Written, Trouble> {
    // Rows are made in memory: there is nothing else that could fail.
    let data = || folder.target().join("data");
    let failed = |e: csv::Error| Trouble::Write(data(), e.into());
    let put = |file: &mut Payload, bytes: &[u8]| file.put(bytes).map_err(|e| Trouble::Write(data(), e));
    let mut records_csv = bag.start("records.csv")?;
    let mut entries_csv = bag.start("entries.csv")?;
    let mut acts = match work.sparse {
        Some(_) => None,
        None => Some(bag.start("acts.jsonl")?),
    };
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
        true => Some(Book::new(work.language, folder.path()).map_err(|e| book_trouble(folder, e))?),
        false => None,
    };
    let mut written = Written::default();
    // Corrections are few.
    let (mut current, mut corrections_csv) = (Vec::new(), Vec::new());
    let opening = Opening {
        filter: work.filter,
        fingerprints: work.fingerprints,
        size: work.size,
        sparse: work.sparse.is_some(),
    };
    store.evidence(
        &opening,
        |made: &mut Made, handed| made.see(handed, work),
        |made| {
            // The range begins with the first opened entry; what lies before it is in the compact range.
            let begin = match (written.opened.first(), made.begin) {
                (Some(_), Some(Begin { altered: Some(altered), .. })) => return Err(altered.into()),
                (Some(_), _) => Begin::default(),
                (None, Some(begin)) => begin,
                (None, None) => return Ok(()),
            };
            if let Some(altered) = made.altered {
                return Err(altered.into());
            }
            written.opened.extend(made.opened);
            written.corrections.extend(made.proved);
            written.tally.merge(made.tally);
            if made.corrected {
                current.extend(made.current.into_bytes().map_err(failed)?);
            }
            corrections_csv.extend(made.corrections.into_bytes().map_err(failed)?);
            written.counted.add(made.counted, begin.before);
            put_records(&mut records_csv, &made.records.into_bytes().map_err(failed)?)?;
            if let Some(book) = &mut book {
                for r in &made.opened_records {
                    let import = r.import.map(|p| (p.import, p.line));
                    let added = r
                        .current()
                        .map_or(Ok(()), |p| book.add(r.index, p, import, corrected(work.language, r)));
                    added.map_err(|e| book_trouble(folder, e))?;
                }
            }
            if let Some(acts) = &mut acts {
                put(acts, &made.acts[begin.acts..])?;
            }
            put(&mut entries_csv, &made.entries.into_bytes().map_err(failed)?[begin.entries..])
        },
    )?;
    for file in [Some(records_csv), Some(entries_csv), acts].into_iter().flatten() {
        bag.end(file)?;
    }
    if !corrections_csv.is_empty() {
        let heading = corrections::heading(work.language).map_err(failed)?;
        add(bag, "corrections.csv", &[heading, corrections_csv].concat())?;
        let heading = corrections::current_heading(work.language).map_err(failed)?;
        add(bag, "current.csv", &[heading, current].concat())?;
    }
    if let Some(book) = book {
        let mut file = bag.start("records.xlsx")?;
        book.finish(last_day(store, work)?, &mut file).map_err(|e| book_trouble(folder, e))?;
        bag.end(file)?;
    }
    written.digest = digest.map(FileDigest::finish);
    Ok(written)
}

/// What was corrected, in words for people.
fn corrected(language: Language, r: &Record) -> String {
    let entries: Vec<String> = r.corrections.iter().map(u64::to_string).collect();
    match (&r.reading, language) {
        _ if entries.is_empty() => String::new(),
        (Reading::Void, Language::Japanese) => format!("取消 {}", entries.join(", ")),
        (Reading::Void, Language::English) => format!("void {}", entries.join(", ")),
        _ => entries.join(", "),
    }
}

fn add(bag: &mut Bag<'_>, name: &str, bytes: &[u8]) -> Result<(), Trouble> {
    Ok(bag.add(name, bytes)?)
}

/// The genesis, every change of keys and every trust entry, wherever the range begins: they say whose signature counts,
/// and what counts from claimed dates.
fn origin(store: &Store, work: &Work<'_>, bag: &mut Bag<'_>) -> Result<(), Trouble> {
    let mut origin = String::new();
    let mut indexes = store.signers()?.all().map(|(from, _)| from.saturating_sub(1)).collect::<Vec<_>>();
    indexes.extend(store.trusts()?.iter().map(|trust| trust.index));
    indexes.sort_unstable();
    for index in indexes.into_iter().filter(|index| *index < work.size) {
        let damaged = || Failure::Damaged { index: Some(index), why: Damage::NoPublicKey };
        let entry = store.evidence_of(index)?.ok_or_else(damaged)?;
        let (salt, facts) = entry.act.ok_or_else(damaged)?;
        let hashes = store.prove_inclusion(index, work.size)?.unwrap_or_default();
        let line = json!({
            "index": index,
            "header": String::from_utf8_lossy(&entry.header.encode()),
            "facts_salt": salt.to_string(),
            "facts": facts,
            "inclusion": hashes.iter().map(ToString::to_string).collect::<Vec<_>>(),
        });
        origin.push_str(&format!("{line}\n"));
    }
    add(bag, "origin.jsonl", origin.as_bytes())
}

/// One C2SP tlog-proof for each opened entry.
fn proofs(
    store: &Store,
    signed: &Issued,
    folder: &Folder,
    bag: &mut Bag<'_>,
    written: &Written,
) -> Result<(), Trouble> {
    folder.folder("data/proofs")?;
    for index in written.opened.iter().chain(&written.corrections) {
        let hashes = store.prove_inclusion(*index, signed.checkpoint.size)?.unwrap_or_default();
        let proof = TlogProof { index: *index, hashes, checkpoint: &signed.note };
        add(bag, &format!("proofs/{index}.tlog-proof"), proof.text().as_bytes())?;
    }
    Ok(())
}

fn book_trouble(folder: &Folder, e: XlsxError) -> Trouble {
    Trouble::Write(folder.target().join("data/records.xlsx"), std::io::Error::other(e))
}
