//! An exported folder, checked without the ledger (FORMAT.md, "The exported folder"). The same steps as for a ledger, for the
//! range that the folder shows.
//!
//! Owns: reading the folder's files back into sightings. Does not own: the manifests (`manifest`), the steps themselves
//! (`examine`, `chain`, `erasures`, `checkpoint`).

use std::collections::HashMap;
use std::fs::File;
use std::io::{self, BufReader, Read};
use std::path::{Path, PathBuf};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use csv::StringRecord;

use super::chain::{Mark, MarkFrom, Verifier, Witness};
use super::erasures::{Ahead, ErasureClaim};
use super::examine::Examiner;
use super::finding::Finding;
use super::manifest::manifest;
use super::{Believed, Fields, PartSeen, Sighting, Signers, Summary};
use crate::ledger::hash::{leaf_hash, part_hash};
use crate::ledger::kind::Facts;
use crate::ledger::note::{MAX_NOTE, VerifierKey};
use crate::ledger::part::{MAX_PART, PartWriter, get_list, get_text};
use crate::ledger::proof::root_of_inclusion;
use crate::ledger::tree::Frontier;
use crate::ledger::{Digest, Header, Kind, PartName, Salt, Timestamp};
use crate::record::Field;

/// Columns of `entries.csv` and `records.csv`.
const ENTRY_COLUMNS: usize = 10;
const RECORD_COLUMNS: usize = Field::COUNT + 5;
/// Keys of a record's parts and the columns they come from, ascending.
const FACTS: [Field; 12] = [
    Field::Basis,
    Field::ConsentEvidence,
    Field::Items,
    Field::Method,
    Field::PrincipalId,
    Field::PrincipalName,
    Field::ProvidedOn,
    Field::RecipientAddress,
    Field::RecipientName,
    Field::RecipientRepresentative,
    Field::RecipientType,
    Field::UnspecifiedRecipients,
];

/// What a folder shows, if nothing was found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BundleSummary {
    /// The index of the first header.
    pub first: u64,
    /// What was verified; its numbers are of the range.
    pub log: Summary,
    /// How many entries are opened.
    pub opened: u64,
    /// How many are there and not shown.
    pub withheld: u64,
    /// How many were erased.
    pub erased: u64,
    /// The name of the log.
    pub origin: String,
    /// The checkpoint of the range's end, if the folder has one that is to be believed.
    pub signed: Option<Believed>,
}

/// Why a folder cannot be checked to its end.
#[derive(Debug)]
pub enum Stop {
    /// A file cannot be read.
    Io(PathBuf, io::Error),
    /// A file is not of the form that FORMAT.md gives; what is wrong.
    Form(&'static str, &'static str),
}

pub(super) type Step<T> = Result<T, Stop>;

/// Checks the folder. `given`: the keys to believe, or none for those that the log names; `now`: for notices.
///
/// # Errors
/// [`Stop`]; whatever else is wrong is a finding.
pub fn check(
    folder: &Path,
    given: &[VerifierKey],
    now: Timestamp,
    w: &mut dyn Witness,
) -> Step<BundleSummary> {
    if !whole(folder, "bagit.txt")?.starts_with(b"BagIt-Version: 1.0\n") {
        return Err(Stop::Form("bagit.txt", "it is not BagIt 1.0"));
    }
    manifest(folder, "tagmanifest-sha256.txt", false, w)?;
    let listed = manifest(folder, "manifest-sha256.txt", true, w)?;
    let (first, frontier) = left(folder)?;
    let acts = acts(folder, w)?;
    let (ahead, root, size) = ahead(folder, first, frontier.clone(), &acts, w)?;
    let (signers, years) = origin(folder, size, root, w)?;
    let signed = match listed.contains_key("data/checkpoint") {
        false => None,
        true => match signers.read(&bounded(folder, "data/checkpoint", MAX_NOTE)?, given) {
            Ok(believed) => Some(believed),
            Err(finding) => {
                w.finding(finding);
                None
            }
        },
    };
    let marks = signed.iter().map(|s| Mark { size: s.size, root: s.root, from: MarkFrom::Given }).collect();
    let verifier = Verifier::from_range(first, frontier, ahead, years, now).watching(marks);
    let mut range = Range { folder, acts, signers: &signers, opened: 0, withheld: 0, erased: 0 };
    let log = range.read(verifier, w)?;
    if let Some(short) = signed.as_ref().filter(|s| s.size < log.size) {
        w.finding(Finding::RangeBehindCheckpoint { size: short.size, found: log.size });
    }
    let Range { opened, withheld, erased, .. } = range;
    Ok(BundleSummary { first, log, opened, withheld, erased, origin: signers.origin().to_owned(), signed })
}

pub(super) fn open(folder: &Path, name: &str) -> Step<File> {
    let path = folder.join(name);
    File::open(&path).map_err(|e| Stop::Io(path, e))
}

fn bounded(folder: &Path, name: &str, most: usize) -> Step<Vec<u8>> {
    let mut bytes = Vec::new();
    let read = open(folder, name)?.take(most as u64 + 1).read_to_end(&mut bytes);
    read.map(|_| bytes).map_err(|e| Stop::Io(folder.join(name), e))
}

pub(super) fn whole(folder: &Path, name: &str) -> Step<Vec<u8>> {
    bounded(folder, name, 1 << 30)
}

/// The compact range left of the first header.
fn left(folder: &Path) -> Step<(u64, Frontier)> {
    let bad = Stop::Form("data/proof", "it is not `first INDEX` and the hashes that belong to it");
    let bytes = bounded(folder, "data/proof", 8192)?;
    let mut lines = std::str::from_utf8(&bytes).unwrap_or_default().lines();
    let first = lines.next().and_then(|line| line.strip_prefix("first ")).and_then(number);
    let peaks: Option<Vec<Digest>> = lines.map(|line| Digest::from_text(line.as_bytes())).collect();
    match (first, peaks) {
        (Some(first), Some(peaks)) => Frontier::from_peaks(first, peaks).map(|f| (first, f)).ok_or(bad),
        _ => Err(bad),
    }
}

fn number(text: &str) -> Option<u64> {
    text.parse().ok().filter(|n: &u64| n.to_string() == text && i64::try_from(*n).is_ok())
}

/// The facts of permanent entries, by index.
type Acts = HashMap<u64, (Salt, String)>;

fn acts(folder: &Path, w: &mut dyn Witness) -> Step<Acts> {
    let bad = || Stop::Form("data/acts.jsonl", "a line is not index, salt and facts");
    let text = String::from_utf8(whole(folder, "data/acts.jsonl")?).map_err(|_| bad())?;
    let mut acts = Acts::new();
    for line in text.lines() {
        let value: serde_json::Value = serde_json::from_str(line).map_err(|_| bad())?;
        let act = || {
            let salt = Salt::from_text(value["facts_salt"].as_str()?.as_bytes())?;
            Some((value["index"].as_u64()?, salt, value["facts"].as_str()?.to_owned()))
        };
        let (index, salt, facts) = act().ok_or_else(bad)?;
        if acts.insert(index, (salt, facts)).is_some() {
            w.finding(Finding::NotInRange { file: "acts.jsonl", index });
        }
    }
    Ok(acts)
}

/// The rows of a CSV file of the folder.
fn rows(
    folder: &Path,
    name: &'static str,
    columns: usize,
) -> Step<impl Iterator<Item = Step<StringRecord>> + use<>> {
    let mut file = BufReader::new(open(folder, name)?);
    let mut mark = [0; 3];
    let bad = move |why| Stop::Form(name, why);
    if file.read_exact(&mut mark).is_err() || mark != *"\u{feff}".as_bytes() {
        return Err(bad("it has no byte order mark"));
    }
    let reader = csv::ReaderBuilder::new().flexible(true).from_reader(file);
    Ok(reader.into_records().map(move |row| {
        let row = row.map_err(|_| bad("it is not CSV in UTF-8"))?;
        if row.len() == columns { Ok(row) } else { Err(bad("a row does not have its number of cells")) }
    }))
}

/// A row of `entries.csv`.
struct Row {
    header: Header,
    leaf: Digest,
    state: String,
}

fn entry(row: &StringRecord) -> Step<Row> {
    let labels = ["index", "prev", "time", "kind", "about", "base", "facts", "extra"];
    let mut text = String::from("provlog/1\n");
    for (label, cell) in labels.iter().zip(row) {
        text.push_str(&format!("{label} {cell}\n"));
    }
    let bad = || Stop::Form("data/entries.csv", "a row is not the header of an entry");
    let header = Header::decode(text.as_bytes()).map_err(|_| bad())?;
    let leaf = Digest::from_text(row[8].as_bytes()).ok_or_else(bad)?;
    Ok(Row { header, leaf, state: row[9].to_owned() })
}

/// The first reading: what erasures and amendments there are, and the root and size at the end.
fn ahead(
    folder: &Path,
    first: u64,
    mut tree: Frontier,
    acts: &Acts,
    w: &mut dyn Witness,
) -> Step<(Ahead, Digest, u64)> {
    let mut ahead = Ahead::default();
    let mut next = first;
    for row in rows(folder, "data/entries.csv", ENTRY_COLUMNS)? {
        let Row { header, leaf, .. } = entry(&row?)?;
        if header.index != next {
            w.finding(Finding::Gap { expected: next, found: header.index });
            return Err(Stop::Form("data/entries.csv", "its indexes do not follow each other"));
        }
        next += 1;
        tree.push(leaf, |_| ());
        if let Some(about) = header.about {
            ahead.amend(about, header.base);
        }
        if header.kind == Kind::Erasure {
            let facts = acts.get(&header.index).map(|(_, facts)| facts.as_bytes()).unwrap_or_default();
            let runs = get_list(facts, "runs")
                .and_then(|runs| runs.iter().map(|run| run.parse().ok()).collect::<Option<Vec<_>>>());
            ahead.erasures.push(ErasureClaim {
                index: header.index,
                day: header.time.legal_day(),
                confirmed_on: get_text(facts, "confirmed_on").and_then(|d| d.parse().ok()),
                runs: runs.map(|runs| clipped(runs, first)),
            });
        }
    }
    Ok((ahead, tree.root(), next))
}

/// The part of runs that lies in the range; an erasure of entries before it alone has a run that nothing meets.
fn clipped(
    runs: Vec<crate::record::erasure::ErasedRun>,
    first: u64,
) -> Vec<crate::record::erasure::ErasedRun> {
    runs.into_iter()
        .map(|mut run| {
            run.first = run.first.max(first.min(run.last));
            run
        })
        .collect()
}

/// The genesis and every change of keys, each proved to be in the log; the years of retention.
fn origin(folder: &Path, size: u64, root: Digest, w: &mut dyn Witness) -> Step<(Signers, u32)> {
    let bad = || Stop::Form("data/origin.jsonl", "it is not the genesis and the keys in their order");
    let text = String::from_utf8(whole(folder, "data/origin.jsonl")?).map_err(|_| bad())?;
    let mut found: Option<(Signers, u32)> = None;
    for line in text.lines() {
        let value: serde_json::Value = serde_json::from_str(line).map_err(|_| bad())?;
        let text = |key: &str| value[key].as_str();
        let read = || {
            let hashes = value["inclusion"].as_array()?.iter();
            let proof: Option<Vec<Digest>> =
                hashes.map(|h| Digest::from_text(h.as_str()?.as_bytes())).collect();
            let salt = Salt::from_text(text("facts_salt")?.as_bytes())?;
            Some((value["index"].as_u64()?, text("header")?, text("facts")?, salt, proof?))
        };
        let (index, header, facts, salt, proof) = read().ok_or_else(bad)?;
        let leaf = leaf_hash(header.as_bytes());
        let decoded = Header::decode(header.as_bytes()).ok();
        let kind = if index == 0 { Kind::Genesis } else { Kind::Key };
        let hashed = part_hash(PartName::Facts, &salt, facts.as_bytes());
        let holds = decoded.is_some_and(|h| h.index == index && h.kind == kind && h.facts == Some(hashed))
            && root_of_inclusion(index, size, leaf, &proof) == Some(root);
        if !holds {
            w.finding(Finding::NotInLog { index });
        }
        let key = get_text(facts.as_bytes(), "public_key").and_then(|key| STANDARD.decode(key).ok());
        let key = key.ok_or_else(bad)?;
        found = match found {
            None => {
                let facts = facts.as_bytes();
                let years = get_text(facts, "retention_years").and_then(|y| y.parse().ok());
                let signers = get_text(facts, "origin").and_then(|origin| Signers::new(&origin, &key));
                if index != 0 {
                    return Err(bad());
                }
                Some((signers.ok_or_else(bad)?, years.ok_or_else(bad)?))
            }
            Some((signers, years)) => {
                let in_order = signers.all().last().is_some_and(|(from, _)| index >= from.max(1));
                let signers = signers.change(index, &key).filter(|_| in_order).ok_or_else(bad)?;
                Some((signers, years))
            }
        };
    }
    found.ok_or_else(bad)
}

/// The second reading: the entries of the range with what the folder shows of them.
struct Range<'a> {
    folder: &'a Path,
    acts: Acts,
    signers: &'a Signers,
    opened: u64,
    withheld: u64,
    erased: u64,
}

impl Range<'_> {
    fn read(&mut self, mut verifier: Verifier, w: &mut dyn Witness) -> Step<Summary> {
        let mut records = rows(self.folder, "data/records.csv", RECORD_COLUMNS)?.peekable();
        let mut examiner: Option<Examiner> = None;
        let (mut facts, mut extra) = (Vec::new(), Vec::new());
        for row in rows(self.folder, "data/entries.csv", ENTRY_COLUMNS)? {
            let Row { header, leaf, state } = entry(&row?)?;
            let index = header.index;
            // Rows of records that come before this entry belong to none.
            let mut record = None;
            while let Some(next) = records.next_if(|r| r.as_ref().map_or(true, |r| below(&r[0], index + 1))) {
                let next = next?;
                match number(&next[0]) {
                    Some(found) if found == index && record.is_none() => record = Some(next),
                    found => {
                        w.finding(Finding::NotInRange {
                            file: "records.csv",
                            index: found.unwrap_or_default(),
                        });
                    }
                }
            }
            facts.clear();
            extra.clear();
            let withheld =
                |hash: Option<Digest>| hash.map_or(PartSeen::Absent, |hash| PartSeen::Withheld { hash });
            let gone = |hash: Option<Digest>| hash.map_or(PartSeen::Absent, |hash| PartSeen::Erased { hash });
            let mut provided_on = None;
            let act = self.acts.remove(&index);
            let is_record = header.kind.facts() == Facts::ErasableByRetention;
            let (facts_seen, extra_seen) = match (&record, state.as_str(), &act) {
                (Some(row), "opened", None) if header.kind == Kind::Provision => {
                    self.opened += 1;
                    rebuild(row, &mut facts, &mut extra);
                    provided_on = row[1 + Field::ProvidedOn.position()].parse().ok();
                    let cells = (row.get(RECORD_COLUMNS - 2), row.get(RECORD_COLUMNS - 1));
                    (present(cells.0, &facts), present(cells.1, &extra))
                }
                (None, "erased", None) if is_record => {
                    self.erased += 1;
                    (gone(header.facts), gone(header.extra))
                }
                (None, "withheld", None) if is_record => {
                    self.withheld += 1;
                    (withheld(header.facts), withheld(header.extra))
                }
                (None, "withheld", Some((salt, text))) if !is_record => {
                    self.withheld += 1;
                    facts.extend_from_slice(text.as_bytes());
                    (
                        PartSeen::Present { salt: *salt, bytes: &facts, canonical: false },
                        withheld(header.extra),
                    )
                }
                (None, "withheld", None) => {
                    self.withheld += 1;
                    (gone(header.facts), withheld(header.extra))
                }
                _ => {
                    w.finding(Finding::NotInRange { file: "entries.csv", index });
                    (withheld(header.facts), withheld(header.extra))
                }
            };
            if header.kind == Kind::Key && self.signers.all().all(|(from, _)| from != index + 1) {
                w.finding(Finding::KeyUnreadable { index });
            }
            let Header { time, kind, about, base, .. } = header;
            let fields = Ok(Fields { time, kind, about, base });
            let before = header.prev.and_then(|prev| Some((index.checked_sub(1)?, prev)));
            let examiner = examiner.get_or_insert_with(|| Examiner::behind(before));
            let seen = Sighting { index, leaf, fields, facts: facts_seen, extra: extra_seen, provided_on };
            verifier.see(examiner.examine(&seen), w);
        }
        for row in records {
            let index = number(&row?[0]).unwrap_or_default();
            w.finding(Finding::NotInRange { file: "records.csv", index });
        }
        for index in self.acts.keys() {
            w.finding(Finding::NotInRange { file: "acts.jsonl", index: *index });
        }
        Ok(verifier.finish(w))
    }
}

fn below(cell: &str, index: u64) -> bool {
    number(cell).is_none_or(|found| found < index)
}

fn present<'a>(salt: Option<&str>, bytes: &'a [u8]) -> PartSeen<'a> {
    match (salt.unwrap_or_default(), bytes.is_empty()) {
        ("", true) => PartSeen::Absent,
        (salt, _) => match Salt::from_text(salt.as_bytes()) {
            Some(salt) => PartSeen::Present { salt, bytes, canonical: false },
            None => PartSeen::Broken("its salt is not one"),
        },
    }
}

/// The parts of a record from its cells (FORMAT.md, "From cells to parts").
fn rebuild(row: &StringRecord, facts: &mut Vec<u8>, extra: &mut Vec<u8>) {
    let cell = |at: usize| row.get(at).filter(|cell| !cell.is_empty());
    let of = |field: Field| cell(1 + field.position());
    let mut part = PartWriter::new(facts);
    for field in FACTS {
        match field {
            Field::Items => {
                part.list(field.name(), of(field).into_iter().flat_map(|items| items.split('\n')))
            }
            _ => part.text(field.name(), of(field)),
        };
    }
    part.finish();
    PartWriter::new(extra)
        .text("claimed_recorded_on", of(Field::ClaimedRecordedOn))
        .text("handler", of(Field::Handler))
        .text("import", cell(1 + Field::COUNT))
        .text("line", cell(2 + Field::COUNT))
        .text("medium", of(Field::Medium))
        .text("note", of(Field::Note))
        .text("purpose", of(Field::Purpose))
        .text("source_number", of(Field::SourceNumber))
        .finish();
    debug_assert!(facts.len() <= MAX_PART * 2);
}
