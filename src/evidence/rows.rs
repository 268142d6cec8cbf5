//! The files of an exported folder with a row for each entry, made in one pass over the log by several threads.
//!
//! Owns: which entries are in them and how each is shown, the range that they are cut to. Does not own: the form of each file
//! (`export`), the other files of the folder (`mod`).

use serde_json::json;

use super::work::{Counted, Unmade, Work, Written};
use crate::export::bag::{Bag, Payload};
use crate::export::entries::{self, Shown};
use crate::export::folder::Folder;
use crate::export::records::{self, Opened};
use crate::export::summary::Tally;
use crate::export::workbook::{Book, XlsxError};
use crate::export::{Language, Rows, corrections};
use crate::record::correction::Reading;
use crate::store::{
    Entry, Evidence, Failure, FileDigest, Fingerprints, Gone, OpenedCorrection, Opening, Store,
};

/// Rows of the files, and what they count; one thread makes those of a chunk.
#[derive(Default)]
struct Made {
    records: Rows,
    entries: Rows,
    acts: Vec<u8>,
    /// The opened records themselves, where a workbook is wanted.
    opened_records: Vec<Entry>,
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
    fn see(&mut self, handed: Result<Evidence, Failure>, work: &Work<'_>) -> Result<(), Unmade> {
        match handed {
            Ok(evidence) => self.add(evidence, work).map_err(|e| Unmade::write("data", e.into())),
            Err(altered @ Failure::Damaged { index: Some(_), .. }) => {
                self.altered.get_or_insert(altered);
                Ok(())
            }
            Err(e) => Err(e.into()),
        }
    }

    fn add(&mut self, e: Evidence, work: &Work<'_>) -> csv::Result<()> {
        let shown = match (&e.opened, e.erased) {
            (Some(Entry { index, provision: Some(provision), import, key, facts, extra, .. }), _) => {
                let import = import.map(|p| (p.import, p.line));
                let (facts_salt, extra_salt) = (facts.0, extra.0);
                let row = Opened { index: *index, provision, import, key: *key, facts_salt, extra_salt };
                records::write(&mut self.records, &row)?;
                let read = e.opened.as_ref().filter(|r| r.reading != Reading::Void).and_then(Entry::current);
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

/// The files with a row for each entry.
pub(super) fn rows(
    store: &Store,
    work: &Work<'_>,
    folder: &Folder,
    bag: &mut Bag<'_>,
) -> Result<Written, Unmade> {
    // Rows are made in memory: there is nothing else that could fail.
    let data = || folder.target().join("data");
    let failed = |e: csv::Error| Unmade::write(data(), e.into());
    let put = |file: &mut Payload, bytes: &[u8]| file.put(bytes).map_err(|e| Unmade::write(data(), e));
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
        true => Some(Book::new(work.language, folder.path()).map_err(|e| unmade_book(folder, e))?),
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
                    added.map_err(|e| unmade_book(folder, e))?;
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
        bag.add("corrections.csv", &[heading, corrections_csv].concat())?;
        let heading = corrections::current_heading(work.language).map_err(failed)?;
        bag.add("current.csv", &[heading, current].concat())?;
    }
    if let Some(book) = book {
        let mut file = bag.start("records.xlsx")?;
        book.finish(last_day(store, work)?, &mut file).map_err(|e| unmade_book(folder, e))?;
        bag.end(file)?;
    }
    written.digest = digest.map(FileDigest::finish);
    Ok(written)
}

/// What was corrected, in words for people.
fn corrected(language: Language, r: &Entry) -> String {
    let entries: Vec<String> = r.corrections.iter().map(u64::to_string).collect();
    match (&r.reading, language) {
        _ if entries.is_empty() => String::new(),
        (Reading::Void, Language::Japanese) => format!("取消 {}", entries.join(", ")),
        (Reading::Void, Language::English) => format!("void {}", entries.join(", ")),
        _ => entries.join(", "),
    }
}

pub(super) fn last_day(store: &Store, work: &Work<'_>) -> Result<Option<chrono::NaiveDate>, Unmade> {
    let last = work.size.checked_sub(1).map(|last| store.evidence_of(last)).transpose()?;
    Ok(last.flatten().map(|entry| entry.header.time.legal_day()))
}

fn unmade_book(folder: &Folder, e: XlsxError) -> Unmade {
    Unmade::write(folder.target().join("data/records.xlsx"), std::io::Error::other(e))
}
