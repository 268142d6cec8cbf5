//! Bad exported folders. Each is made of a good one, refused by `verify --bundle` and by `verify.py` alike, and kept in
//! `tests/vectors/folders`, so that other checkers can be held to the same (`PROVLOG_WRITE_VECTORS=1` writes them anew).
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test")]

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

use crate::support::folders::{Files, agreed};
use crate::support::{Room, history};
use ed25519_dalek::SigningKey;
use ed25519_dalek::pkcs8::DecodePrivateKey as _;
use provlog::ledger::note::{Checkpoint, Note, sign};

const ORIGIN: &str = "sample.invalid/log";
const ENTRIES: &str = "data/entries.csv";
const RECORDS: &str = "data/records.csv";
const ACTS: &str = "data/acts.jsonl";
const ORIGINS: &str = "data/origin.jsonl";
const NOTE: &str = "data/checkpoint";
const PROOF: &str = "data/proof";

/// A name, what is done, whether the manifests are made to fit.
type Case = (&'static str, fn(&mut Files, &Room), bool);

/// A small log with everything in it, and the folders that the cases are made of.
fn room() -> Room {
    let mut room = Room::new();
    room.run(["init", "--operator", "サンプル株式会社", "--origin", ORIGIN]).done();
    room.write("h.csv", history(24, 31));
    room.run("import h.csv --basis opt-out").done();
    room.clock = "2030-11-24T00:00:00.000Z".into();
    room.states_the_day = true;
    room.run("delete 12 13 14 15 --apply --reason expired --confirm-date 2030-11-24").done();
    room.run("key --rotate --reason test").done();
    let note = "一行目\r\n\"二\"行目, 三";
    room.record(["--principal-id", "=1+1", "--note", note, "--principal-name", "仮名 五郎"]).done();
    room.run("export --out range --from 2025-06-01").done();
    room.run("export --out sparse --recipient 架空商事1株式会社 --sparse --at 29").done();
    room.run("export --out earlier --from 2025-06-01 --at 26").done();
    // Records whose claimed dates count; the range begins behind the decision.
    let head = "提供年月日,提供先,提供先住所,代表者,本人ID,提供項目,記録日";
    let row = |id, claimed| format!("2021-04-01,架空商事,東京都架空区1,見本 太郎,{id},氏名,{claimed}\n");
    let rows = [row("T-1", "2021-04-05"), row("T-2", "2021-04-06"), row("T-3", "")].concat();
    room.write("t.csv", format!("{head}\n{rows}"));
    room.run("import t.csv --basis opt-out --trust-record-dates --reason 照合済み --again").done();
    room.run("export --out trusted --principal-id T-2").done();
    room
}

/// One of these folders. Without its own checker, which would make each vector stale with every change to it.
fn good(room: &Room, name: &str) -> Files {
    let mut files = Files::read(&room.path(name));
    files.remove("data/verify.py");
    files.remove("data/VERIFY.md");
    files.seal();
    files
}

fn with(files: &mut Files, name: &str, edit: impl Fn(String) -> String) {
    let text = String::from_utf8(files.0[name].clone()).unwrap();
    let edited = edit(text.clone());
    assert_ne!(edited, text, "{name}: nothing was changed");
    files.put(name, edited);
}

fn swap(text: &str, a: &str, b: &str) -> String {
    let mut lines: Vec<&str> = text.split_inclusive("\r\n").collect();
    let at = |start: &str| lines.iter().position(|l| l.starts_with(start)).unwrap();
    let (x, y) = (at(a), at(b));
    lines.swap(x, y);
    lines.concat()
}

fn without(text: &str, start: &str) -> String {
    text.split_inclusive('\n').filter(|l| !l.starts_with(start)).collect()
}

fn without_last(text: &str) -> String {
    let last = text.lines().last().unwrap();
    text.replacen(&format!("{last}\n"), "", 1)
}

/// The index of the first record.
fn first_of(records: &str) -> String {
    records.lines().nth(1).unwrap().split(',').next().unwrap().to_owned()
}

fn a_proof(files: &Files) -> String {
    files.proofs().remove(0)
}

fn note_with(files: &mut Files, room: &Room, edit: impl Fn(&mut Checkpoint), key: Option<SigningKey>) {
    let note = files.0[NOTE].clone();
    let mut checkpoint = Checkpoint::parse(Note::parse(&note).unwrap().unverified_text()).unwrap();
    edit(&mut checkpoint);
    let pem = std::fs::read_to_string(room.path("provlog.db.signing-key.pem")).unwrap();
    let key = key.unwrap_or_else(|| SigningKey::from_pkcs8_pem(&pem).unwrap());
    files.put(NOTE, sign(&checkpoint.text(), ORIGIN, &key));
}

/// Made of a range: a name, what is done, whether the manifests are made to fit.
const RANGE: &[Case] = &[
    ("a changed cell", |f, _| with(f, RECORDS, |t| t.replacen("案内の送付", "案内の発送", 1)), false),
    (
        "a changed cell, manifest made to fit",
        |f, _| with(f, RECORDS, |t| t.replacen("案内の送付", "案内の発送", 1)),
        true,
    ),
    ("a missing file", |f, _| f.remove(ACTS), false),
    ("an extra file", |f, _| f.put("data/extra.txt", "x"), false),
    (
        "a tag file changed",
        |f, _| with(f, "bag-info.txt", |t| t.replace("Provlog-Opened", "Provlog-opened")),
        false,
    ),
    (
        "a row of records removed",
        |f, _| {
            with(f, RECORDS, |t| {
                let at = t.find("受付").unwrap();
                let from = t[..at].rfind("\r\n").unwrap();
                let to = at + t[at..].find("\r\n").unwrap();
                format!("{}{}", &t[..from], &t[to..])
            })
        },
        true,
    ),
    (
        "a path out of the folder",
        |f, _| with(f, "manifest-sha256.txt", |t| format!("{t}{}  ../h.csv\n", "0".repeat(64))),
        false,
    ),
    (
        "an absolute path",
        |f, _| with(f, "manifest-sha256.txt", |t| format!("{t}{}  /etc/passwd\n", "0".repeat(64))),
        false,
    ),
    (
        "a path listed twice",
        |f, _| {
            with(f, "manifest-sha256.txt", |t| {
                let line = t.lines().next().unwrap().to_owned();
                format!("{t}{line}\n")
            })
        },
        false,
    ),
    ("no manifest", |f, _| f.remove("manifest-sha256.txt"), false),
    ("another BagIt", |f, _| with(f, "bagit.txt", |t| t.replace("1.0", "0.9")), true),
    ("a header's time", |f, _| with(f, ENTRIES, |t| t.replacen("03:00:00.000Z", "03:00:00.001Z", 1)), true),
    ("a header's base", |f, _| with(f, ENTRIES, |t| t.replacen(",2026-11-23,", ",2026-11-24,", 1)), true),
    ("a header's kind", |f, _| with(f, ENTRIES, |t| t.replacen(",provision,", ",receipt,", 1)), true),
    ("no such kind", |f, _| with(f, ENTRIES, |t| t.replacen(",provision,", ",provisions,", 1)), true),
    ("a header removed", |f, _| with(f, ENTRIES, |t| without(&t, "18,")), true),
    (
        "the last header removed",
        |f, _| {
            with(f, ENTRIES, |t| {
                let end = t.trim_end().rfind("\r\n").unwrap();
                t[..end + 2].to_owned()
            })
        },
        true,
    ),
    ("two headers exchanged", |f, _| with(f, ENTRIES, |t| swap(&t, "18,", "19,")), true),
    (
        "a header doubled",
        |f, _| {
            with(f, ENTRIES, |t| {
                let line = t.split_inclusive("\r\n").last().unwrap().to_owned();
                format!("{t}{line}")
            })
        },
        true,
    ),
    ("a leaf hash", |f, _| with(f, ENTRIES, |t| t.replacen(",withheld", "A,withheld", 1)), true),
    ("a cell too many", |f, _| with(f, ENTRIES, |t| t.replacen(",withheld", ",withheld,", 1)), true),
    ("a state that does not exist", |f, _| with(f, ENTRIES, |t| t.replacen(",withheld", ",hidden", 1)), true),
    ("withheld said to be opened", |f, _| with(f, ENTRIES, |t| t.replacen(",withheld", ",opened", 1)), true),
    ("withheld said to be erased", |f, _| with(f, ENTRIES, |t| t.replacen(",withheld", ",erased", 1)), true),
    ("erased said to be withheld", |f, _| with(f, ENTRIES, |t| t.replacen(",erased", ",withheld", 1)), true),
    (
        "opened said to be withheld, its row left",
        |f, _| with(f, ENTRIES, |t| t.replacen(",opened", ",withheld", 1)),
        true,
    ),
    ("no byte order mark", |f, _| with(f, ENTRIES, |t| t.trim_start_matches('\u{feff}').to_owned()), true),
    ("the facts of an erasure removed", |f, _| with(f, ACTS, |t| without(&t, "{\"index\":26")), true),
    ("the runs of an erasure changed", |f, _| with(f, ACTS, |t| t.replacen("12-15", "12-14", 1)), true),
    ("an act twice", |f, _| with(f, ACTS, |t| format!("{t}{}\n", t.lines().next().unwrap())), true),
    ("an act of a record", |f, _| with(f, ACTS, |t| t.replacen("\"index\":26", "\"index\":20", 1)), true),
    ("acts that are no JSON", |f, _| with(f, ACTS, |t| t.replacen('{', "[", 1)), true),
    (
        "the operator's name in the genesis",
        |f, _| with(f, ORIGINS, |t| t.replacen("サンプル", "別の", 1)),
        true,
    ),
    (
        "the header of the genesis",
        |f, _| with(f, ORIGINS, |t| t.replacen("kind genesis", "kind import", 1)),
        true,
    ),
    ("a proof of the genesis", |f, _| with(f, ORIGINS, |t| t.replacen("=\",\"", "=\",\"A", 1)), true),
    ("a key left out", |f, _| with(f, ORIGINS, |t| format!("{}\n", t.lines().next().unwrap())), true),
    ("no genesis", |f, _| with(f, ORIGINS, |t| format!("{}\n", t.lines().nth(1).unwrap())), true),
    ("an empty origin", |f, _| f.put(ORIGINS, ""), true),
    ("a proof for another range", |f, _| with(f, PROOF, |t| t.replacen("first ", "first 1", 1)), true),
    (
        "a hash left of the range",
        |f, _| {
            with(f, PROOF, |t| {
                let mut lines: Vec<String> = t.lines().map(|l| format!("{l}\n")).collect();
                lines[1] = format!("{}\n", provlog::ledger::Digest([7; 32]));
                lines.concat()
            })
        },
        true,
    ),
    ("a proof that is none", |f, _| f.put(PROOF, "x"), true),
    ("the size in the checkpoint", |f, _| with(f, NOTE, |t| t.replacen("\n29\n", "\n30\n", 1)), true),
    (
        "a root signed by the log's own key, and not its root",
        |f, r| note_with(f, r, |c| c.root.0[0] ^= 1, None),
        true,
    ),
    ("a smaller size, well signed", |f, r| note_with(f, r, |c| c.size -= 1, None), true),
    (
        "another log's name, well signed",
        |f, r| note_with(f, r, |c| c.origin = "other.invalid".into(), None),
        true,
    ),
    ("a key of somebody else", |f, r| note_with(f, r, |_| (), Some(SigningKey::from_bytes(&[9; 32]))), true),
    (
        "17 signatures",
        |f, _| {
            with(f, NOTE, |t| {
                let line = t.lines().last().unwrap().to_owned();
                format!("{t}{}", format!("{line}\n").repeat(16))
            })
        },
        true,
    ),
    ("base64 with stray bits", |f, _| with(f, NOTE, |t| format!("{t}— other.invalid AAAAAAB=\n")), true),
    ("no signature", |f, _| with(f, NOTE, |t| without(&t, "—")), true),
    ("an empty checkpoint", |f, _| f.put(NOTE, ""), true),
    ("a salt", |f, _| with(f, RECORDS, |t| t.replacen("==,", "==A,", 1)), true),
    (
        "a salt removed",
        |f, _| {
            with(f, RECORDS, |t| {
                let at = t.find("==,").unwrap();
                format!("{}{}", &t[..at - 22], &t[at + 2..])
            })
        },
        true,
    ),
    ("a cell emptied", |f, _| with(f, RECORDS, |t| t.replacen("案内の送付", "", 1)), true),
    (
        "items joined otherwise",
        |f, _| with(f, RECORDS, |t| t.replacen("\"氏名\n住所\"", "氏名、住所", 1)),
        true,
    ),
    ("a formula disarmed", |f, _| with(f, RECORDS, |t| t.replacen("=1+1", "'=1+1", 1)), true),
    (
        "line ends in a cell converted",
        |f, _| with(f, RECORDS, |t| t.replacen("一行目\n", "一行目\r\n", 1)),
        true,
    ),
    (
        "a record under another index",
        |f, _| {
            with(f, RECORDS, |t| {
                let first = first_of(&t);
                t.replacen(&format!("\r\n{first},"), &format!("\r\n{first}1,"), 1)
            })
        },
        true,
    ),
    (
        "records that are not UTF-8",
        |f, _| {
            let mut bytes = f.0[RECORDS].clone();
            let at = bytes.len() - 200;
            bytes[at] = 0xff;
            f.put(RECORDS, bytes);
        },
        true,
    ),
    (
        "records of another ledger",
        |f, _| {
            let other = Room::with_ledger();
            other.write("h.csv", history(30, 5));
            other.run("import h.csv --basis opt-out").done();
            other.run("export --out folder").done();
            f.put(RECORDS, other.read("folder/data/records.csv"));
        },
        true,
    ),
    (
        "an act said to be erased since then",
        |f, _| {
            with(f, ENTRIES, |t| {
                let at = t.rfind(",withheld").unwrap();
                format!("{},erased-since{}", &t[..at], &t[at + ",withheld".len()..])
            })
        },
        true,
    ),
];

/// Made of proofs for single entries.
const SPARSE: &[Case] = &[
    ("sparse: a changed cell", |f, _| with(f, RECORDS, |t| t.replacen("案内の送付", "案内の発送", 1)), true),
    (
        "sparse: a header's time",
        |f, _| with(f, ENTRIES, |t| t.replacen("03:00:00.000Z", "03:00:00.001Z", 1)),
        true,
    ),
    (
        "sparse: a header's base",
        |f, _| with(f, ENTRIES, |t| t.replacen(",2026-11-23,", ",2026-11-24,", 1)),
        true,
    ),
    ("sparse: a leaf hash", |f, _| with(f, ENTRIES, |t| t.replacen(",opened", "A,opened", 1)), true),
    (
        "sparse: an entry said to be withheld",
        |f, _| with(f, ENTRIES, |t| t.replacen(",opened", ",withheld", 1)),
        true,
    ),
    (
        "sparse: a header left out, its row there",
        |f, _| with(f, ENTRIES, |t| t.lines().take(1).map(|l| format!("{l}\n")).collect()),
        true,
    ),
    (
        "sparse: a row left out, its header there",
        |f, _| with(f, RECORDS, |t| t.lines().take(1).map(|l| format!("{l}\n")).collect()),
        true,
    ),
    (
        "sparse: headers out of order",
        |f, _| {
            with(f, ENTRIES, |t| {
                let mut lines: Vec<&str> = t.split_inclusive("\r\n").collect();
                lines.swap(1, 2);
                lines.concat()
            })
        },
        true,
    ),
    (
        "sparse: no proof",
        |f, _| {
            let name = a_proof(f);
            f.remove(&name)
        },
        true,
    ),
    (
        "sparse: the proof of another entry",
        |f, _| {
            let mut names = f.proofs();
            let (one, other) = (names.remove(0), names.remove(0));
            let proof = f.0[&other].clone();
            f.put(&one, proof);
        },
        true,
    ),
    (
        "sparse: another index in the proof",
        |f, _| {
            let name = a_proof(f);
            with(f, &name, |t| t.replacen("index ", "index 1", 1))
        },
        true,
    ),
    (
        "sparse: a hash too few",
        |f, _| {
            let name = a_proof(f);
            with(f, &name, |t| {
                let mut lines: Vec<&str> = t.split_inclusive('\n').collect();
                lines.remove(2);
                lines.concat()
            })
        },
        true,
    ),
    (
        "sparse: another hash",
        |f, _| {
            let name = a_proof(f);
            with(f, &name, |t| {
                let hash = t.lines().nth(2).unwrap().to_owned();
                t.replacen(&hash, &provlog::ledger::Digest([7; 32]).to_string(), 1)
            })
        },
        true,
    ),
    (
        "sparse: a proof of another version",
        |f, _| {
            let name = a_proof(f);
            with(f, &name, |t| t.replacen("@v1", "@v2", 1))
        },
        true,
    ),
    (
        "sparse: a proof to another checkpoint",
        |f, _| {
            let name = a_proof(f);
            with(f, &name, |t| format!("{t}— other.invalid AAAAAAA=\n"))
        },
        true,
    ),
    (
        "sparse: a proof of an entry that is not opened",
        |f, _| {
            let name = a_proof(f);
            let proof = f.0[&name].clone();
            f.put("data/proofs/7777.tlog-proof", proof)
        },
        true,
    ),
    ("sparse: no checkpoint", |f, _| f.remove(NOTE), true),
    (
        "sparse: a root signed by the log's own key, and not its root",
        |f, r| {
            note_with(f, r, |c| c.root.0[0] ^= 1, None);
            let note = f.0[NOTE].clone();
            for name in f.proofs() {
                with(f, &name, |t| {
                    format!(
                        "{}\n\n{}",
                        t.split("\n\n").next().unwrap(),
                        String::from_utf8(note.clone()).unwrap()
                    )
                });
            }
        },
        true,
    ),
    (
        "sparse: the genesis of another log",
        |f, _| with(f, ORIGINS, |t| t.replacen("サンプル", "別の", 1)),
        true,
    ),
];

/// Made of a range that ends before an erasure.
const EARLIER: &[Case] = &[
    (
        "earlier: erased since then said to be opened",
        |f, _| with(f, ENTRIES, |t| t.replacen(",erased-since", ",opened", 1)),
        true,
    ),
    (
        "earlier: erased since then said to be erased",
        |f, _| with(f, ENTRIES, |t| t.replacen(",erased-since", ",erased", 1)),
        true,
    ),
];

/// Made of a range in which claimed dates count.
const TRUSTED: &[Case] = &[
    ("trusted: the decision left out", |f, _| with(f, ORIGINS, |t| without_last(&t)), true),
    ("trusted: the decision about more", |f, _| with(f, ORIGINS, |t| t.replacen("-36", "-37", 1)), true),
    (
        "trusted: the decision as a key",
        |f, _| with(f, ORIGINS, |t| t.replacen("kind trust", "kind key", 1)),
        true,
    ),
    (
        "trusted: the decision twice",
        |f, _| with(f, ORIGINS, |t| format!("{t}{}\n", t.lines().last().unwrap())),
        true,
    ),
    (
        "trusted: a header's base",
        |f, _| with(f, ENTRIES, |t| t.replacen(",2021-04-06,", ",2021-04-05,", 1)),
        true,
    ),
    ("trusted: the claim", |f, _| with(f, RECORDS, |t| t.replacen("2021-04-06", "2021-04-07", 1)), true),
];

/// What the first finding is called, or what stopped the check.
fn reason(room: &Room, folder: &str) -> String {
    let ran = room.run(["verify", "--bundle", folder, "--json"]);
    assert_ne!(ran.status, 0, "{folder}: taken for good");
    if ran.status == 2 {
        return "cannot be read".into();
    }
    let objects = ran.objects();
    let form = |file: &str| format!("form of {file}");
    let first = objects
        .iter()
        .find_map(|o| o["finding"].as_str().map(str::to_owned).or_else(|| o["file"].as_str().map(form)));
    first.unwrap_or_else(|| panic!("{folder}: refused, and nothing was found"))
}

fn vectors() -> PathBuf {
    PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/vectors/folders"))
}

/// A vector: `base`, `reason` and `without` lines, `---`, then each file that differs: `file NAME LENGTH`, LF, its bytes, LF.
fn vector(base: &str, reason: &str, good: &BTreeMap<String, Vec<u8>>, files: &Files) -> Vec<u8> {
    let mut out = format!("base: {base}\nreason: {reason}\n").into_bytes();
    for gone in good.keys().filter(|name| !files.0.contains_key(*name)) {
        out.extend(format!("without: {gone}\n").bytes());
    }
    out.extend(b"---\n");
    for (name, bytes) in files.0.iter().filter(|(name, bytes)| good.get(*name) != Some(bytes)) {
        out.extend(format!("file {name} {}\n", bytes.len()).bytes());
        out.extend(bytes);
        out.push(b'\n');
    }
    out
}

fn parse(bytes: &[u8], bases: &BTreeMap<String, Files>) -> (String, Files) {
    let end = bytes.windows(4).position(|w| w == b"---\n").unwrap();
    let (mut reason, mut files) = (String::new(), Files::default());
    for line in std::str::from_utf8(&bytes[..end]).unwrap().lines() {
        match line.split_once(": ").unwrap() {
            ("base", base) => files = bases.get(base).cloned().unwrap_or_default(),
            ("reason", text) => reason = text.to_owned(),
            ("without", name) => files.remove(name),
            other => panic!("{other:?}"),
        }
    }
    let mut rest = &bytes[end + 4..];
    while !rest.is_empty() {
        let line = rest.iter().position(|b| *b == b'\n').unwrap();
        let mut words = std::str::from_utf8(&rest[..line]).unwrap().split(' ').skip(1);
        let (name, length) = (words.next().unwrap(), words.next().unwrap().parse::<usize>().unwrap());
        files.put(name, &rest[line + 1..line + 1 + length]);
        rest = &rest[line + 2 + length..];
    }
    (reason, files)
}

const BASES: [(&str, &[Case]); 4] =
    [("range", RANGE), ("sparse", SPARSE), ("earlier", EARLIER), ("trusted", TRUSTED)];

#[test]
fn both_checkers_refuse_every_bad_folder() {
    let room = room();
    let write = std::env::var_os("PROVLOG_WRITE_VECTORS").is_some();
    let nothing = BTreeMap::new();
    let mut number = 0;
    for (base, cases) in BASES {
        let good = good(&room, base);
        good.write(&room.path("bad"));
        assert!(agreed(&room, "bad", "", base), "{base}: not taken for good");
        if write {
            std::fs::write(
                vectors().join(format!("good-{base}.folder")),
                vector("nothing", "good", &nothing, &good),
            )
            .unwrap();
        }
        for (what, spoil, made_to_fit) in cases {
            let mut files = good.clone();
            spoil(&mut files, &room);
            if *made_to_fit {
                files.seal();
            }
            files.write(&room.path("bad"));
            assert!(!agreed(&room, "bad", "", what), "{what}: taken for good");
            number += 1;
            if write {
                let name = what.replace([':', ',', '\''], "").replace(' ', "-");
                let bytes = vector(base, &reason(&room, "bad"), &good.0, &files);
                std::fs::write(vectors().join(format!("bad-{number:02}-{name}.folder")), bytes).unwrap();
            }
        }
    }
    // A link that leads out, in the place of a file.
    #[cfg(unix)]
    {
        good(&room, "range").write(&room.path("bad"));
        std::fs::rename(room.path("bad/data/records.csv"), room.path("outside.csv")).unwrap();
        std::os::unix::fs::symlink(room.path("outside.csv"), room.path("bad/data/records.csv")).unwrap();
        assert!(!agreed(&room, "bad", "", "a link"));
    }
}

#[test]
fn both_checkers_agree_on_the_folders_that_are_kept() {
    let room = Room::new();
    let mut all: Vec<PathBuf> = std::fs::read_dir(vectors()).unwrap().map(|e| e.unwrap().path()).collect();
    all.sort();
    let (bad, good): (Vec<_>, Vec<_>) =
        all.iter().partition(|path| path.file_name().unwrap().to_string_lossy().starts_with("bad-"));
    let mut bases = BTreeMap::new();
    for path in good {
        let (_, files) = parse(&std::fs::read(path).unwrap(), &BTreeMap::new());
        files.write(&room.path("folder"));
        assert!(agreed(&room, "folder", "", &path.display().to_string()), "{}", path.display());
        let name = path.file_stem().unwrap().to_string_lossy().into_owned();
        bases.insert(name.trim_start_matches("good-").to_owned(), files);
    }
    assert_eq!(bases.keys().collect::<Vec<_>>(), ["earlier", "range", "sparse", "trusted"]);
    assert!(bad.len() >= 40);
    let mut contents = BTreeSet::new();
    for path in bad {
        let bytes = std::fs::read(path).unwrap();
        let (expected, files) = parse(&bytes, &bases);
        files.write(&room.path("folder"));
        assert!(!agreed(&room, "folder", "", &path.display().to_string()), "{}", path.display());
        assert_eq!(reason(&room, "folder"), expected, "{}", path.display());
        assert!(contents.insert(bytes), "{}: the same as another", path.display());
    }
}

/// Found by the fuzzer: of an opened entry the parts were hashed, and nobody looked at the cells that name their hashes.
#[test]
fn the_hashes_in_the_header_of_an_opened_entry_are_looked_at() {
    let room = Room::new();
    for base in ["range", "sparse"] {
        let bytes = std::fs::read(vectors().join(format!("good-{base}.folder"))).unwrap();
        let (_, good) = parse(&bytes, &BTreeMap::new());
        let entries = String::from_utf8(good.0[ENTRIES].clone()).unwrap();
        let row = entries.split("\r\n").find(|row| row.ends_with(",opened")).unwrap();
        for column in [6, 7] {
            let mut cells: Vec<&str> = row.split(',').collect();
            let other = provlog::ledger::Digest([7; 32]).to_string();
            cells[column] = &other;
            let mut files = good.clone();
            files.put(ENTRIES, entries.replace(row, &cells.join(",")));
            files.seal();
            files.write(&room.path("bad"));
            assert!(!agreed(&room, "bad", "", row), "{base}: column {column} of {row}");
        }
    }
}
