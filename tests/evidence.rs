//! The exported folder: whole, checked without the ledger by `verify --bundle` and by the `verify.py` in it, which must agree
//! on every good and every bad folder. Where there is no Python, the second half is left out, and the test says so.
#![allow(clippy::unwrap_used, clippy::panic, clippy::print_stderr, reason = "a test")]

mod support;

use std::path::Path;
use std::process::{Command, Stdio};

use ed25519_dalek::SigningKey;
use ed25519_dalek::pkcs8::DecodePrivateKey as _;
use provlog::ledger::note::{Checkpoint, Note, sign};
use sha2::{Digest as _, Sha256};
use support::{Room, history};

const ORIGIN: &str = "sample.invalid/log";

/// A log with everything in it: records, an erasure in the middle, a change of keys, an export, and a folder of a part of it.
fn room() -> Room {
    let mut room = Room::new();
    room.run(&["init", "--operator", "サンプル株式会社", "--origin", ORIGIN]).done();
    room.write("h.csv", history(400, 31));
    room.run(&["import", "h.csv", "--basis", "opt-out"]).done();
    room.clock = "2030-11-24T00:00:00.000Z".into();
    let gone: Vec<String> = (60..=90).map(|n| n.to_string()).collect();
    let mut args = vec!["delete", "--apply", "--reason", "expired", "--confirm-date", "2030-11-24"];
    args.extend(gone.iter().map(String::as_str));
    room.run(&args).done();
    room.run(&["key", "--rotate", "--reason", "test"]).done();
    room.record(&[
        "--principal-id",
        "=1+1",
        "--note",
        "一行目\r\n\"二\"行目, 三",
        "--principal-name",
        "仮名 五郎",
    ])
    .done();
    room.run(&["export", "--out", "folder", "--from", "2025-03-01"]).done();
    room
}

fn with(room: &Room, name: &str, edit: impl Fn(String) -> String) {
    let text = String::from_utf8(room.read(name)).unwrap();
    let edited = edit(text.clone());
    assert_ne!(edited, text, "{name}: nothing was changed");
    room.write(name, edited);
}

/// The manifests, made again over what is there now.
fn reseal(room: &Room) {
    let digest = |name: &str| -> String {
        Sha256::digest(room.read(&format!("bad/{name}"))).iter().map(|b| format!("{b:02x}")).collect()
    };
    let mut names: Vec<String> = std::fs::read_dir(room.path("bad/data"))
        .unwrap()
        .map(|entry| format!("data/{}", entry.unwrap().file_name().to_str().unwrap()))
        .collect();
    names.sort();
    let manifest: String = names.iter().map(|name| format!("{}  {name}\n", digest(name))).collect();
    room.write("bad/manifest-sha256.txt", manifest);
    let tags = ["bag-info.txt", "bagit.txt", "manifest-sha256.txt"];
    let tags: String = tags.iter().map(|name| format!("{}  {name}\n", digest(name))).collect();
    room.write("bad/tagmanifest-sha256.txt", tags);
}

fn copy_folder(room: &Room) {
    let _ = std::fs::remove_dir_all(room.path("bad"));
    std::fs::create_dir_all(room.path("bad/data")).unwrap();
    for folder in ["", "data/"] {
        for entry in std::fs::read_dir(room.path(&format!("folder/{folder}"))).unwrap() {
            let entry = entry.unwrap();
            if entry.file_type().unwrap().is_file() {
                let to = room.path(&format!("bad/{folder}{}", entry.file_name().to_str().unwrap()));
                std::fs::copy(entry.path(), to).unwrap();
            }
        }
    }
}

/// The status of verify.py; `None` without Python.
fn by_python(room: &Room, folder: &str, more: &[&str]) -> Option<(i32, String)> {
    // Not the copy in the folder, which a case may have changed.
    let program = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/export/text/verify.py");
    let done = Command::new("python3")
        .arg(program)
        .arg(room.path(folder))
        .args(more)
        .env("PYTHONIOENCODING", "utf-8")
        .stdin(Stdio::null())
        .output()
        .ok()?;
    let said = format!("{}{}", String::from_utf8_lossy(&done.stdout), String::from_utf8_lossy(&done.stderr));
    Some((done.status.code().unwrap(), said))
}

/// Both checkers say the same; returns whether it is good.
#[track_caller]
fn agreed(room: &Room, folder: &str, more: &[&str], what: &str) -> bool {
    let mut args = vec!["verify", "--bundle", folder];
    args.extend(more);
    let ours = room.run(&args);
    assert!([0, 1, 2].contains(&ours.status), "{what}");
    let good = ours.status == 0;
    match by_python(room, folder, more) {
        None => eprintln!("LEFT OUT: python3 is not installed, so verify.py was not asked"),
        Some((status, said)) => {
            assert!(!said.contains("Traceback"), "{what}: {said}");
            assert_eq!(
                status == 0,
                good,
                "{what}\n--- verify --bundle: {}\n{}{}--- verify.py: {status}\n{said}",
                ours.status,
                ours.stdout,
                ours.stderr
            );
        }
    }
    good
}

type Case = (&'static str, fn(&Room), bool);

/// Swaps two lines (rows without line breaks in cells) that start with these.
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

const ENTRIES: &str = "bad/data/entries.csv";
const RECORDS: &str = "bad/data/records.csv";
const ACTS: &str = "bad/data/acts.jsonl";
const ORIGINS: &str = "bad/data/origin.jsonl";
const NOTE: &str = "bad/data/checkpoint";
const PROOF: &str = "bad/data/proof";

/// The first opened index of the folder, and the line of the last entry.
fn first(room: &Room) -> String {
    String::from_utf8(room.read("folder/data/proof")).unwrap().lines().next().unwrap()[6..].to_owned()
}

fn note_with(room: &Room, edit: impl Fn(&mut Checkpoint), key: Option<SigningKey>) {
    let note = room.read("folder/data/checkpoint");
    let mut checkpoint = Checkpoint::parse(Note::parse(&note).unwrap().unverified_text()).unwrap();
    edit(&mut checkpoint);
    let pem = std::fs::read_to_string(room.path("provlog.db.signing-key.pem")).unwrap();
    let key = key.unwrap_or_else(|| SigningKey::from_pkcs8_pem(&pem).unwrap());
    room.write(NOTE, sign(&checkpoint.text(), ORIGIN, &key));
}

/// Bad ones: a name, what is done, whether the manifests are made to fit.
const BAD: &[Case] = &[
    ("a changed cell", |r| with(r, RECORDS, |t| t.replacen("案内の送付", "案内の発送", 1)), false),
    (
        "a changed cell, manifest made to fit",
        |r| with(r, RECORDS, |t| t.replacen("案内の送付", "案内の発送", 1)),
        true,
    ),
    ("a missing file", |r| std::fs::remove_file(r.path(ACTS)).unwrap(), false),
    ("an extra file", |r| drop(r.write("bad/data/extra.txt", "x")), false),
    (
        "a tag file changed",
        |r| with(r, "bad/bag-info.txt", |t| t.replace("Provlog-Opened", "Provlog-opened")),
        false,
    ),
    (
        "a row of records removed",
        |r| {
            with(r, RECORDS, |t| {
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
        |r| with(r, "bad/manifest-sha256.txt", |t| format!("{t}{}  ../h.csv\n", "0".repeat(64))),
        false,
    ),
    (
        "an absolute path",
        |r| with(r, "bad/manifest-sha256.txt", |t| format!("{t}{}  /etc/passwd\n", "0".repeat(64))),
        false,
    ),
    (
        "a path listed twice",
        |r| {
            with(r, "bad/manifest-sha256.txt", |t| {
                let line = t.lines().next().unwrap().to_owned();
                format!("{t}{line}\n")
            })
        },
        false,
    ),
    ("no manifest", |r| std::fs::remove_file(r.path("bad/manifest-sha256.txt")).unwrap(), false),
    ("another BagIt", |r| with(r, "bad/bagit.txt", |t| t.replace("1.0", "0.9")), true),
    ("a header's time", |r| with(r, ENTRIES, |t| t.replacen("03:00:00.000Z", "03:00:00.001Z", 1)), true),
    ("a header's base", |r| with(r, ENTRIES, |t| t.replacen(",2026-11-23,", ",2026-11-24,", 1)), true),
    ("a header's kind", |r| with(r, ENTRIES, |t| t.replacen(",provision,", ",receipt,", 1)), true),
    ("no such kind", |r| with(r, ENTRIES, |t| t.replacen(",provision,", ",provisions,", 1)), true),
    ("a header removed", |r| with(r, ENTRIES, |t| without(&t, "100,")), true),
    (
        "the last header removed",
        |r| {
            with(r, ENTRIES, |t| {
                let end = t.trim_end().rfind("\r\n").unwrap();
                t[..end + 2].to_owned()
            })
        },
        true,
    ),
    ("two headers exchanged", |r| with(r, ENTRIES, |t| swap(&t, "100,", "101,")), true),
    (
        "a header doubled",
        |r| {
            with(r, ENTRIES, |t| {
                let line = t.split_inclusive("\r\n").last().unwrap().to_owned();
                format!("{t}{line}")
            })
        },
        true,
    ),
    ("a leaf hash", |r| with(r, ENTRIES, |t| t.replacen(",withheld", "A,withheld", 1)), true),
    ("a cell too many", |r| with(r, ENTRIES, |t| t.replacen(",withheld", ",withheld,", 1)), true),
    ("a state that does not exist", |r| with(r, ENTRIES, |t| t.replacen(",withheld", ",hidden", 1)), true),
    ("withheld said to be opened", |r| with(r, ENTRIES, |t| t.replacen(",withheld", ",opened", 1)), true),
    ("withheld said to be erased", |r| with(r, ENTRIES, |t| t.replacen(",withheld", ",erased", 1)), true),
    ("erased said to be withheld", |r| with(r, ENTRIES, |t| t.replacen(",erased", ",withheld", 1)), true),
    (
        "opened said to be withheld, its row left",
        |r| with(r, ENTRIES, |t| t.replacen(",opened", ",withheld", 1)),
        true,
    ),
    ("no byte order mark", |r| with(r, ENTRIES, |t| t.trim_start_matches('\u{feff}').to_owned()), true),
    ("the facts of an erasure removed", |r| with(r, ACTS, |t| without(&t, "{\"index\":402")), true),
    ("the runs of an erasure changed", |r| with(r, ACTS, |t| t.replacen("60-90", "60-89", 1)), true),
    ("an act twice", |r| with(r, ACTS, |t| format!("{t}{}\n", t.lines().next().unwrap())), true),
    ("an act of a record", |r| with(r, ACTS, |t| t.replacen("\"index\":402", "\"index\":200", 1)), true),
    ("acts that are no JSON", |r| with(r, ACTS, |t| t.replacen('{', "[", 1)), true),
    ("the operator's name in the genesis", |r| with(r, ORIGINS, |t| t.replacen("サンプル", "別の", 1)), true),
    (
        "the header of the genesis",
        |r| with(r, ORIGINS, |t| t.replacen("kind genesis", "kind import", 1)),
        true,
    ),
    ("a proof of the genesis", |r| with(r, ORIGINS, |t| t.replacen("=\",\"", "=\",\"A", 1)), true),
    ("a key left out", |r| with(r, ORIGINS, |t| format!("{}\n", t.lines().next().unwrap())), true),
    ("no genesis", |r| with(r, ORIGINS, |t| format!("{}\n", t.lines().nth(1).unwrap())), true),
    ("an empty origin", |r| drop(r.write(ORIGINS, "")), true),
    ("a proof for another range", |r| with(r, PROOF, |t| t.replacen("first ", "first 1", 1)), true),
    (
        "a hash left of the range",
        |r| {
            with(r, PROOF, |t| {
                let mut lines: Vec<String> = t.lines().map(|l| format!("{l}\n")).collect();
                lines[1] = format!("{}\n", provlog::ledger::Digest([7; 32]));
                lines.concat()
            })
        },
        true,
    ),
    ("a proof that is none", |r| drop(r.write(PROOF, "x")), true),
    ("the size in the checkpoint", |r| with(r, NOTE, |t| t.replacen("\n405\n", "\n406\n", 1)), true),
    (
        "a root signed by the log's own key, and not its root",
        |r| note_with(r, |c| c.root.0[0] ^= 1, None),
        true,
    ),
    ("a smaller size, well signed", |r| note_with(r, |c| c.size -= 1, None), true),
    ("another log's name, well signed", |r| note_with(r, |c| c.origin = "other.invalid".into(), None), true),
    ("a key of somebody else", |r| note_with(r, |_| (), Some(SigningKey::from_bytes(&[9; 32]))), true),
    (
        "17 signatures",
        |r| {
            with(r, NOTE, |t| {
                let line = t.lines().last().unwrap().to_owned();
                format!("{t}{}", format!("{line}\n").repeat(16))
            })
        },
        true,
    ),
    ("base64 with stray bits", |r| with(r, NOTE, |t| format!("{t}— other.invalid AAAAAAB=\n")), true),
    ("no signature", |r| with(r, NOTE, |t| without(&t, "—")), true),
    ("an empty checkpoint", |r| drop(r.write(NOTE, "")), true),
    ("a salt", |r| with(r, RECORDS, |t| t.replacen("==,", "==A,", 1)), true),
    (
        "a salt removed",
        |r| {
            with(r, RECORDS, |t| {
                let at = t.find("==,").unwrap();
                format!("{}{}", &t[..at - 22], &t[at + 2..])
            })
        },
        true,
    ),
    ("a cell emptied", |r| with(r, RECORDS, |t| t.replacen("案内の送付", "", 1)), true),
    ("items joined otherwise", |r| with(r, RECORDS, |t| t.replacen("\"氏名\n住所\"", "氏名、住所", 1)), true),
    ("a formula disarmed", |r| with(r, RECORDS, |t| t.replacen("=1+1", "'=1+1", 1)), true),
    (
        "line ends in a cell converted",
        |r| with(r, RECORDS, |t| t.replacen("一行目\n", "一行目\r\n", 1)),
        true,
    ),
    (
        "a record under another index",
        |r| {
            with(r, RECORDS, |t| {
                let f = first(r);
                t.replacen(&format!("\r\n{f},"), &format!("\r\n{}1,", f), 1)
            })
        },
        true,
    ),
    (
        "records that are not UTF-8",
        |r| {
            let mut bytes = r.read(RECORDS);
            let at = bytes.len() - 200;
            bytes[at] = 0xff;
            r.write(RECORDS, bytes);
        },
        true,
    ),
    (
        "records of another ledger",
        |r| {
            let other = Room::with_ledger();
            other.write("h.csv", history(30, 5));
            other.run(&["import", "h.csv", "--basis", "opt-out"]).done();
            other.run(&["export", "--out", "folder"]).done();
            r.write(RECORDS, other.read("folder/data/records.csv"));
        },
        true,
    ),
];

#[test]
fn both_checkers_agree_on_every_bad_folder() {
    let room = room();
    assert!(BAD.len() >= 40);
    for (what, spoil, made_to_fit) in BAD {
        copy_folder(&room);
        spoil(&room);
        if *made_to_fit {
            reseal(&room);
        }
        assert!(!agreed(&room, "bad", &[], what), "{what}: taken for good");
    }
    // A link that leads out, in the place of a file.
    #[cfg(unix)]
    {
        copy_folder(&room);
        std::fs::rename(room.path(RECORDS), room.path("outside.csv")).unwrap();
        std::os::unix::fs::symlink(room.path("outside.csv"), room.path(RECORDS)).unwrap();
        assert!(!agreed(&room, "bad", &[], "a link"));
    }
}

#[test]
fn both_checkers_agree_on_good_folders_and_never_call_a_selection_complete() {
    let room = room();
    let selection = |folder: &str| {
        let ours =
            room.run(&["verify", "--bundle", folder]).done().says("VERIFIED").says("This is a selection");
        if let Some((_, said)) = by_python(&room, folder, &[]) {
            assert!(said.contains("This is a selection"), "{said}");
        }
        ours
    };
    assert!(agreed(&room, "folder", &[], "as exported"));
    selection("folder").says("31 erased").says("signed by");
    // The keys that were told before.
    let keys = room.run(&["key"]).done().stdout;
    let keys: Vec<&str> = keys.split_whitespace().filter(|w| w.contains('+')).collect();
    assert!(agreed(&room, "folder", &["--key", keys[1]], "the key in force"));
    assert!(!agreed(&room, "folder", &["--key", keys[0]], "the key before"));
    // What is opened may be withheld: fewer rows are another selection of the same log.
    copy_folder(&room);
    let index = first(&room);
    with(&room, RECORDS, |t| {
        let from = t.find(&format!("\r\n{index},")).unwrap();
        let cut = &t[from + 2..];
        let mut inside = false;
        let end = cut.char_indices().find(|(at, c)| {
            inside ^= *c == '"';
            !inside && cut[*at..].starts_with("\r\n")
        });
        format!("{}{}", &t[..from], &cut[end.unwrap().0..])
    });
    with(&room, ENTRIES, |t| t.replacen(",opened", ",withheld", 1));
    reseal(&room);
    assert!(agreed(&room, "bad", &[], "one record withheld"));
    selection("bad");
    // Not signed: nothing is wrong with what is shown, and it says so.
    copy_folder(&room);
    std::fs::remove_file(room.path(NOTE)).unwrap();
    reseal(&room);
    assert!(agreed(&room, "bad", &[], "not signed"));
    selection("bad").says("not signed");
    // Other filters, another language, nothing at all.
    let mut room = room;
    room.lang = "ja";
    for (n, filter) in
        [&["--principal-id", "=1+1"][..], &["--principal-id", "nobody"], &[], &["--to", "2025-01-31"]]
            .iter()
            .enumerate()
    {
        let folder = format!("folder-{n}");
        let mut args = vec!["export", "--out", &folder];
        args.extend(*filter);
        room.run(&args).done();
        assert!(agreed(&room, &folder, &[], &folder));
        room.run(&["verify", "--bundle", &folder]).done().says("検証OK");
    }
    room.run(&["verify", "--bundle", "no-such-folder"]).cannot();
    if let Some((status, said)) = by_python(&room, "folder", &["--key"]) {
        assert_eq!(status, 2, "{said}");
    }
}

#[test]
fn the_same_state_gives_the_same_bytes() {
    let room = room();
    room.run(&["-q", "export", "--out", "one"]).done();
    // The log grows by the export entry; what was there before is the same.
    room.run(&["-q", "export", "--out", "two"]).done();
    for name in ["data/records.csv", "data/records.csv-metadata.json", "data/verify.py", "bagit.txt"] {
        assert_eq!(room.read(&format!("one/{name}")), room.read(&format!("two/{name}")), "{name}");
    }
    let entries = |folder: &str| String::from_utf8(room.read(&format!("{folder}/data/entries.csv"))).unwrap();
    assert!(entries("two").starts_with(&entries("one")));
}

#[test]
fn a_folder_without_a_key_or_a_writable_ledger_says_that_it_is_not_signed() {
    let room = room();
    std::fs::remove_file(room.path("provlog.db.signing-key.pem")).unwrap();
    room.run(&["export", "--out", "unsigned"]).done().says("not signed");
    assert!(agreed(&room, "unsigned", &[], "without a key"));
    assert!(String::from_utf8(room.read("unsigned/bag-info.txt")).unwrap().contains("Provlog-Signed: no"));
}

#[test]
fn altered_records_do_not_leave_the_house_as_evidence() {
    let room = room();
    room.tamper("UPDATE entry SET note = 'x' WHERE idx = 200; DELETE FROM checkpoint");
    room.run(&["export", "--out", "never"]).refused().says("entry 200 cannot be used");
    assert!(!room.path("never").exists());
}

#[test]
fn the_workbook_holds_every_cell_of_the_records_as_text() {
    use calamine::{Data, Reader as _};
    let room = room();
    room.run(&["-q", "export", "--out", "book", "--xlsx"]).done();
    room.run(&["-q", "export", "--out", "again", "--xlsx"]).done();
    assert!(agreed(&room, "book", &[], "with a workbook"));
    let mut book: calamine::Xlsx<_> = calamine::open_workbook(room.path("book/data/records.xlsx")).unwrap();
    let range = book.worksheets().remove(0).1;
    let csv = room.read("book/data/records.csv");
    let rows = csv::ReaderBuilder::new().has_headers(false).from_reader(&csv[3..]).into_records();
    let mut compared = 0;
    for (n, row) in rows.enumerate() {
        let row = row.unwrap();
        // Without the two salts.
        for (at, cell) in row.iter().take(row.len() - 2).enumerate() {
            let found = range.get((n, at)).unwrap_or(&Data::Empty);
            match cell {
                "" => assert_eq!(found, &Data::Empty),
                text => assert_eq!(found, &Data::String(text.to_owned()), "row {n}, column {at}"),
            }
            compared += 1;
        }
    }
    assert!(compared > 370 * 20, "{compared}");
    // No scrap of it is left beside the files.
    let left: Vec<_> =
        std::fs::read_dir(room.path("book")).unwrap().map(|e| e.unwrap().file_name()).collect();
    assert_eq!(left.len(), 5, "{left:?}");
    assert_eq!(room.read("book/data/verify.py"), room.read("again/data/verify.py"));
}
