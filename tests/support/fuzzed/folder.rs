//! Exported folders: what is found good and signed shows nothing but what the log holds.
//!
//! An input is a folder in one piece: a first byte (1: the manifests are made to fit, as whoever changes a file can; 2: the
//! keys are given), then for each file 0x1E, its name, LF, its bytes.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use provlog::act::{Key, Said as _};
use provlog::ledger::note::{Checkpoint, Note, VerifierKey};
use provlog::ledger::tree::Node;
use provlog::ledger::{Digest, Timestamp};
use provlog::verify::bundle::{Constants, check};
use provlog::verify::chain::Witness;
use provlog::verify::{Finding, Notice};
use sha2::{Digest as _, Sha256};

/// What parts the files.
const NEXT: u8 = 0x1e;
/// The manifests are made to fit.
pub const SEALED: u8 = 1;
/// The keys of the log are given.
pub const GIVEN: u8 = 2;

/// The good folders, all of one log: `tests/fuzz_corpus.rs` writes them.
const GOOD: [&[u8]; 4] = [
    include_bytes!("../../../fuzz/corpus/folder/whole"),
    include_bytes!("../../../fuzz/corpus/folder/range"),
    include_bytes!("../../../fuzz/corpus/folder/earlier"),
    include_bytes!("../../../fuzz/corpus/folder/sparse"),
];

type Files = BTreeMap<String, Vec<u8>>;

/// What the log of the good folders holds.
struct Log {
    keys: Vec<VerifierKey>,
    /// Size and root of its checkpoints.
    states: BTreeSet<(u64, Digest)>,
    /// The rows of each CSV file, those of the headers without what became of the entry.
    rows: BTreeSet<(String, Vec<String>)>,
    /// The facts of permanent entries.
    acts: BTreeSet<String>,
    /// What is the same in every folder.
    constants: Constants,
}

pub fn folder(data: &[u8]) -> bool {
    static LOG: OnceLock<Log> = OnceLock::new();
    let log = LOG.get_or_init(Log::of_the_good);
    let Some((flags, mut files)) = unpack(data) else { return false };
    if flags & SEALED != 0 {
        seal(&mut files);
    }
    let place = Place::with(&files);
    let given: &[VerifierKey] = if flags & GIVEN != 0 { &log.keys } else { &[] };
    let now = Timestamp::from_text(b"2031-01-01T00:00:00.000Z").unwrap();
    let mut heard = Heard::default();
    let Ok(summary) = check(&place.0, given, &log.constants, now, &mut heard) else { return false };
    let good = heard.findings == 0;
    if good && let (Some(signed), GIVEN) = (&summary.signed, flags & GIVEN) {
        let state = (signed.size, signed.root);
        assert!(log.states.contains(&state), "a state that nobody has signed: {state:?}");
        assert_eq!(Some(state), summary.root.map(|root| (summary.size, root)));
        // Single entries make no claim about those between them: a correction may be left out, and its reading with it.
        let is_range = files.contains_key("data/proof");
        for shown in rows(&files).into_iter().filter(|(name, _)| is_range || name != "data/current.csv") {
            assert!(log.rows.contains(&shown), "not in the log, and found good: {shown:?}");
        }
        for act in acts(&files) {
            assert!(log.acts.contains(&act), "not in the log, and found good: {act}");
        }
    }
    good
}

/// The input for these files.
pub fn pack(flags: u8, files: &Files) -> Vec<u8> {
    let mut out = vec![flags];
    for (name, bytes) in files {
        assert!(!bytes.contains(&NEXT), "{name}");
        out.push(NEXT);
        out.extend(name.bytes());
        out.push(b'\n');
        out.extend(bytes);
    }
    out
}

/// Flags and files; `None` where a name is none of a folder's.
fn unpack(data: &[u8]) -> Option<(u8, Files)> {
    let mut pieces = data.split(|byte| *byte == NEXT);
    let [flags] = pieces.next()? else { return None };
    let mut files = Files::new();
    for piece in pieces {
        let end = piece.iter().position(|byte| *byte == b'\n')?;
        let name = std::str::from_utf8(&piece[..end]).ok()?;
        let folder = name.strip_prefix("data/").unwrap_or(name);
        let file = folder.strip_prefix("proofs/").unwrap_or(folder);
        let is_name = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'.');
        if file.is_empty() || file.len() > 40 || file.starts_with('.') || !file.bytes().all(is_name) {
            return None;
        }
        files.insert(name.to_owned(), piece[end + 1..].to_vec());
    }
    Some((*flags, files))
}

/// The manifests, made again over what is there now.
fn seal(files: &mut Files) {
    let listed = |files: &Files, of: fn(&str) -> bool| -> Vec<u8> {
        let named = files.iter().filter(|(name, _)| of(name));
        let line = |(name, bytes): (&String, &Vec<u8>)| {
            let digest: String = Sha256::digest(bytes).iter().map(|b| format!("{b:02x}")).collect();
            format!("{digest}  {name}\n")
        };
        named.map(line).collect::<String>().into_bytes()
    };
    let manifest = listed(files, |name| name.starts_with("data/"));
    files.insert("manifest-sha256.txt".into(), manifest);
    let tags = listed(files, |name| !name.starts_with("data/") && name != "tagmanifest-sha256.txt");
    files.insert("tagmanifest-sha256.txt".into(), tags);
}

/// The rows of the CSV files under their headings; what became of an entry is left out.
fn rows(files: &Files) -> Vec<(String, Vec<String>)> {
    let mut all = Vec::new();
    for name in ["data/entries.csv", "data/records.csv", "data/corrections.csv", "data/current.csv"] {
        let bytes = files.get(name).map(Vec::as_slice).unwrap_or_default();
        let mut reader = csv::ReaderBuilder::new().flexible(true).from_reader(bytes);
        for row in reader.records().map_while(Result::ok) {
            let cells = if name == "data/entries.csv" { 9 } else { row.len() };
            all.push((name.to_owned(), row.iter().take(cells).map(str::to_owned).collect()));
        }
    }
    all
}

fn objects<'f>(files: &'f Files, name: &str) -> impl Iterator<Item = serde_json::Value> + use<'f> {
    let text = files.get(name).map(Vec::as_slice).unwrap_or_default();
    let lines = text.split(|byte| *byte == b'\n').filter(|line| !line.is_empty());
    lines.filter_map(|line| serde_json::from_slice(line).ok())
}

/// Index and facts of the permanent entries that a folder shows.
fn acts(files: &Files) -> Vec<String> {
    let both = objects(files, "data/acts.jsonl").chain(objects(files, "data/origin.jsonl"));
    both.map(|act| format!("{} {} {}", act["index"], act["facts_salt"], act["facts"])).collect()
}

impl Log {
    fn of_the_good() -> Log {
        let mut log = Log {
            keys: Vec::new(),
            states: BTreeSet::new(),
            rows: BTreeSet::new(),
            acts: BTreeSet::new(),
            constants: provlog::evidence::constants().unwrap(),
        };
        for good in GOOD {
            let (_, files) = unpack(good).unwrap();
            let note = Note::parse(&files["data/checkpoint"]).unwrap();
            let Checkpoint { origin, size, root } = Checkpoint::parse(note.unverified_text()).unwrap();
            log.states.insert((size, root));
            log.rows.extend(rows(&files));
            log.acts.extend(acts(&files));
            for act in objects(&files, "data/origin.jsonl") {
                if let Some(key) = Key::read(act["facts"].as_str().unwrap().as_bytes(), &[]) {
                    let key = VerifierKey::new(&origin, &key.key().unwrap()).unwrap();
                    if !log.keys.contains(&key) {
                        log.keys.push(key);
                    }
                }
            }
        }
        assert!(log.keys.len() > 1 && log.states.len() > 1 && log.rows.len() > 20 && log.acts.len() > 5);
        log
    }
}

/// How many findings there were.
#[derive(Default)]
struct Heard {
    findings: u64,
}

impl Witness for Heard {
    fn finding(&mut self, _: Finding) {
        self.findings += 1;
    }

    fn notice(&mut self, _: Notice) {}

    fn node(&mut self, _: Node) {}
}

/// A folder on the disk, gone with the value.
struct Place(PathBuf);

impl Place {
    fn with(files: &Files) -> Place {
        use std::sync::atomic::{AtomicU64, Ordering};
        static COUNT: AtomicU64 = AtomicU64::new(0);
        let number = COUNT.fetch_add(1, Ordering::Relaxed);
        let folder = std::env::temp_dir().join(format!("provlog-fuzz-{}-{number}", std::process::id()));
        std::fs::create_dir_all(folder.join("data/proofs")).unwrap();
        for (name, bytes) in files {
            std::fs::write(folder.join(Path::new(name)), bytes).unwrap();
        }
        Place(folder)
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}
