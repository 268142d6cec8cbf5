//! The closed world of an exported folder (FORMAT.md, "The exported folder"): every byte of it is accounted for, and whatever a
//! checker cannot do is never taken for a good answer. `verify --bundle` and the verify.py that lies in each folder.
#![allow(clippy::unwrap_used, clippy::panic, clippy::print_stderr, clippy::print_stdout, reason = "a test")]

use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use crate::support::folders::Files;
use crate::support::{Room, history};
use ed25519_dalek::SigningKey;
use ed25519_dalek::pkcs8::DecodePrivateKey as _;
use provlog::ledger::note::{Checkpoint, Note, VerifierKey, sign};

const ORIGIN: &str = "sample.invalid/log";
const NOTE: &str = "data/checkpoint";
const LEFT_OUT: &str = "LEFT OUT: python3 is not installed, so verify.py was not asked";

/// A log with records, a correction, an erasure and a folder of it.
fn room() -> Room {
    let mut room = Room::new();
    room.run(&["init", "--operator", "株式会社 架空商事", "--origin", ORIGIN]).done();
    room.write("h.csv", history(12, 31));
    room.run(&["import", "h.csv", "--basis", "opt-out"]).done();
    room.run(&["correct", "4", "--set", "principal_name=見本 華子", "--reason", "氏名の誤記"]).done();
    room.clock = "2030-11-24T00:00:00.000Z".into();
    room.states_the_day = true;
    room.run(&["delete", "6", "7", "--apply", "--reason", "expired"]).done();
    room.record(&["--principal-id", "C-9"]).done();
    room.run(&["-q", "export", "--out", "folder"]).done();
    room
}

fn program() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("src/export/text/verify.py")
}

/// verify.py with these arguments; `None` without Python.
fn python(room: &Room, args: &[&str], set: &[(&str, &str)]) -> Option<Output> {
    let mut command = Command::new("python3");
    command.arg(program()).args(args).current_dir(room.path(".")).stdin(Stdio::null());
    command.env("PYTHONIOENCODING", "utf-8").envs(set.iter().copied());
    let done = command.output().ok();
    if done.is_none() {
        eprintln!("{LEFT_OUT}");
    }
    done
}

fn said(done: &Output) -> String {
    format!("{}{}", String::from_utf8_lossy(&done.stdout), String::from_utf8_lossy(&done.stderr))
}

/// The status, and that it did not end in a traceback.
#[track_caller]
fn status(done: &Output) -> i32 {
    let said = said(done);
    assert!(!said.contains("Traceback") && !said.contains("Error:"), "{said}");
    done.status.code().unwrap_or_else(|| panic!("ended by a signal: {said}"))
}

/// The key in force, as it was told.
fn key(room: &Room) -> String {
    room.run(&["key"]).done().stdout.split_whitespace().rfind(|word| word.contains('+')).unwrap().to_owned()
}

fn changed(room: &Room, edit: impl Fn(&mut Files)) {
    let mut files = Files::read(&room.path("folder"));
    edit(&mut files);
    files.seal();
    files.write(&room.path("changed"));
}

/// RFC 8032, section 7.1: public key, message and signature.
const RFC_8032: [[&str; 3]; 4] = [
    [
        "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
        "",
        "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b",
    ],
    [
        "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c",
        "72",
        "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00",
    ],
    [
        "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025",
        "af82",
        "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a",
    ],
    [
        "ec172b93ad5e563bf4932c70e1245034c35467ef2efd4d64ebf819683467e2bf",
        "ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f",
        "dc2a4459e7369633a52b1bf277839a00201009a3efbf3ecb69bea2186c26b58909351fc9ac90b3ecfdfbc7c66431e0303dca179c138ac17ad9bef1177331a704",
    ],
];

/// Runs a script of Python in which `v` is verify.py; what it prints.
fn script(room: &Room, text: &str) -> Option<String> {
    let head = "import importlib.util, sys\n\
        spec = importlib.util.spec_from_file_location('v', sys.argv[1])\n\
        v = importlib.util.module_from_spec(spec)\nspec.loader.exec_module(v)\n";
    let mut command = Command::new("python3");
    command.arg("-B").arg("-c").arg(format!("{head}{text}")).arg(program()).current_dir(room.path("."));
    let Ok(done) = command.stdin(Stdio::null()).output() else {
        eprintln!("{LEFT_OUT}");
        return None;
    };
    assert!(done.status.success(), "{}", said(&done));
    Some(String::from_utf8(done.stdout).unwrap())
}

#[test]
fn a_signature_is_verified_as_rfc_8032_says_and_every_change_of_it_is_refused() {
    let room = Room::new();
    let mut text =
        String::from("f = bytes.fromhex\ndef ok(*a): print('yes' if v.ed25519_verifies(*a) else 'no')\n");
    let mut expected = Vec::new();
    for [public, message, signature] in RFC_8032 {
        text += &format!("k, m, s = f('{public}'), f('{message}'), f('{signature}')\n");
        text += "ok(k, m, s)\n";
        // One bit of each, S made larger by the order of the group, a byte too few and too many, keys that are no points or in
        // another encoding, and the signature that is good for every message under a key of small order.
        text += "for n in (0, 31, 32, 63):\n    ok(k, m, s[:n] + bytes([s[n] ^ 1]) + s[n + 1:])\n";
        text += "ok(k, m + b'x', s)\nok(k[:31] + bytes([k[31] ^ 0x80]), m, s)\n";
        text += "ok(k, m, s[:32] + (int.from_bytes(s[32:], 'little') + v.Q).to_bytes(32, 'little'))\n";
        text += "ok(k, m, s[:63])\nok(k, m, s + b'\\0')\nok(k[:31], m, s)\nok(k + b'\\0', m, s)\n";
        text += "ok(b'\\xff' * 32, m, s)\nok(v.P.to_bytes(32, 'little'), m, s)\nok((2).to_bytes(32, 'little'), m, s)\n";
        text += "one = (1).to_bytes(32, 'little')\nok(one, m, one + bytes(32))\nok(one, m, s)\n";
        expected.push("yes");
        expected.extend(["no"; 16]);
    }
    let Some(printed) = script(&room, &text) else { return };
    assert_eq!(printed.lines().collect::<Vec<_>>(), expected);
    // And what this program signs, with random keys.
    let mut text = String::from("f = bytes.fromhex\n");
    for seed in 1..=8 {
        let key = SigningKey::from_bytes(&[seed; 32]);
        let note = sign(&format!("log\n{seed}\n"), "log", &key);
        let hex = |bytes: &[u8]| bytes.iter().map(|b| format!("{b:02x}")).collect::<String>();
        text += &format!(
            "t, s = v.note_of(f('{}'))\nprint(v.ed25519_verifies(f('{}'), t.encode(), s[0][2]))\n",
            hex(note.as_bytes()),
            hex(key.verifying_key().as_bytes()),
        );
    }
    assert_eq!(script(&room, &text).unwrap(), "True\n".repeat(8));
}

#[test]
fn a_key_that_is_given_and_not_satisfied_is_never_a_good_answer() {
    let room = room();
    let (given, other) =
        (key(&room), VerifierKey::new(ORIGIN, SigningKey::from_bytes(&[9; 32]).verifying_key().as_bytes()));
    let other = other.unwrap().to_string();
    let pem = std::fs::read_to_string(room.path("provlog.db.signing-key.pem")).unwrap();
    let ours = SigningKey::from_pkcs8_pem(&pem).unwrap();
    // A good key needs nobody else: there is no openssl on this PATH.
    let python3 =
        String::from_utf8(Command::new("sh").args(["-c", "command -v python3"]).output().unwrap().stdout);
    let python3 = python3.unwrap();
    if !python3.is_empty() {
        let done = Command::new(python3.trim())
            .arg(program())
            .args(["folder", "--key", &given])
            .current_dir(room.path("."))
            .env_clear()
            .env("PYTHONIOENCODING", "utf-8")
            .output()
            .unwrap();
        assert_eq!(status(&done), 0, "{}", said(&done));
        assert!(said(&done).contains("signed by sample.invalid/log+"), "{}", said(&done));
    }
    let line = |files: &Files| {
        let note = String::from_utf8(files.0[NOTE].clone()).unwrap();
        let (text, signature) = note.split_once("\n\n").unwrap();
        (format!("{text}\n"), signature.trim_end().to_owned())
    };
    type Spoil<'a> = Box<dyn Fn(&mut Files) + 'a>;
    let cases: Vec<(&str, Spoil<'_>)> = vec![
        ("no checkpoint", Box::new(|f: &mut Files| f.remove(NOTE))),
        ("an empty one", Box::new(|f: &mut Files| f.put(NOTE, ""))),
        ("no note", Box::new(|f: &mut Files| f.put(NOTE, "x\n"))),
        ("no signature", Box::new(move |f: &mut Files| f.put(NOTE, line(f).0 + "\n"))),
        (
            "the right key's name and ID, and other bytes",
            Box::new(move |f: &mut Files| {
                let (text, signature) = line(f);
                let (head, _) = signature.rsplit_once(' ').unwrap();
                let id = VerifierKey::new(ORIGIN, ours.verifying_key().as_bytes()).unwrap().id();
                let bytes = [&id[..], &[7; 64]].concat();
                f.put(NOTE, format!("{text}\n{head} {}\n", base64(&bytes)));
            }),
        ),
        (
            "a signature that is too short",
            Box::new(move |f: &mut Files| {
                let (text, signature) = line(f);
                let (head, _) = signature.rsplit_once(' ').unwrap();
                f.put(NOTE, format!("{text}\n{head} {}\n", base64(&[1; 12])));
            }),
        ),
        (
            "a key of somebody else",
            Box::new(|f: &mut Files| {
                let checkpoint =
                    Checkpoint::parse(Note::parse(&f.0[NOTE]).unwrap().unverified_text()).unwrap();
                f.put(NOTE, sign(&checkpoint.text(), ORIGIN, &SigningKey::from_bytes(&[9; 32])));
            }),
        ),
    ];
    let mut refused = 0;
    for (what, spoil) in &cases {
        changed(&room, |files| spoil(files));
        if let Some(done) = python(&room, &["changed", "--key", &given], &[]) {
            assert_eq!(status(&done), 1, "{what}: {}", said(&done));
            assert!(!said(&done).contains("\nVERIFIED"), "{what}: {}", said(&done));
            refused += 1;
        }
        let heard = Heard::ours(&room, "changed", &["--key", &given]);
        assert_eq!(heard.status, 1, "{what}: {:?}", heard.findings);
    }
    changed(&room, |files| files.remove(NOTE));
    for heard in both(&room, "changed", &["--key", &given], "no checkpoint") {
        let missing = ("checkpoint-missing".to_owned(), None, Some(NOTE.to_owned()));
        assert_eq!(heard.findings, [missing]);
    }
    eprintln!("a key that is not satisfied: {refused} folders refused by verify.py");
    // A key that is not the signer's, and what is no key: its ID is the one that name and key give.
    let Some(done) = python(&room, &["folder", "--key", &other], &[]) else { return };
    assert_eq!(status(&done), 1, "{}", said(&done));
    let parts: Vec<&str> = given.splitn(3, '+').collect();
    let wrong_id = format!("{}+00000000+{}", parts[0], parts[2]);
    let others_id = format!("{}+{}+{}", parts[0], other.split('+').nth(1).unwrap(), parts[2]);
    let other_name = format!("other.invalid+{}+{}", parts[1], parts[2]);
    for bad in [
        "x",
        "",
        &wrong_id,
        &others_id,
        &other_name,
        &given[..given.len() - 4],
        &given.replace(ORIGIN, "sam ple"),
    ] {
        let done = python(&room, &["folder", "--key", bad], &[]).unwrap();
        assert_eq!(status(&done), 2, "{bad}: {}", said(&done));
        assert!(said(&done).contains("usage") && !said(&done).contains("VERIFIED"), "{bad}: {}", said(&done));
    }
    // One of several is enough.
    let done = python(&room, &["folder", "--key", &other, "--key", &given], &[]).unwrap();
    assert_eq!(status(&done), 0, "{}", said(&done));
}

fn base64(bytes: &[u8]) -> String {
    use base64::Engine as _;
    base64::engine::general_purpose::STANDARD.encode(bytes)
}

#[test]
fn the_statuses_of_the_checker_in_the_folder_are_those_of_the_program() {
    let room = room();
    changed(&room, |files| files.put("data/acts.jsonl", ""));
    for (args, expected) in [
        (&["folder"][..], 0),
        (&["changed"], 1),
        (&["no-such-folder"], 2),
        (&["--help"], 2),
        (&["-h"], 2),
        (&["folder", "--help"], 2),
        (&["--no-such-option"], 2),
        (&["folder", "folder"], 2),
        (&["folder", "--key"], 2),
        (&[""], 2),
    ] {
        let Some(done) = python(&room, args, &[]) else { return };
        assert_eq!(status(&done), expected, "{args:?}: {}", said(&done));
        let verdict = said(&done).contains("VERIFIED");
        assert_eq!(verdict, expected < 2, "{args:?}: {}", said(&done));
        if expected == 2 && args.iter().any(|arg| arg.starts_with('-')) {
            assert!(said(&done).contains("usage: verify.py"), "{args:?}: {}", said(&done));
        }
        if let [folder @ ("folder" | "changed" | "no-such-folder")] = args {
            assert_eq!(room.run(&["verify", "--bundle", folder]).status, expected, "{args:?}");
        }
        // The same in JSON: one object, whatever happens.
        let done = python(&room, &[args, &["--json"]].concat(), &[]).unwrap();
        if !args.contains(&"--key") {
            assert_eq!(done.status.code(), Some(expected), "{args:?}: {}", said(&done));
        }
        let object: serde_json::Value = serde_json::from_slice(&done.stdout).unwrap();
        assert_eq!(object["verified"] == true, expected == 0, "{args:?}: {object}");
    }
}

#[test]
fn a_name_that_a_console_cannot_show_changes_no_verdict() {
    let room = room();
    changed(&room, |files| {
        let records = String::from_utf8(files.0["data/records.csv"].clone()).unwrap();
        files.put("data/records.csv", records.replacen("案内の送付", "案内の発送", 1));
        files.put("data/💾.txt", "x");
    });
    for encoding in ["ascii", "cp1252", "cp932", "latin-1", "utf-8", "utf-16"] {
        for (folder, expected) in [("folder", 0), ("changed", 1)] {
            for more in [&[][..], &["--json"]] {
                let set = [("PYTHONIOENCODING", encoding), ("PYTHONUTF8", "0"), ("LC_ALL", "C")];
                let Some(done) = python(&room, &[&[folder], more].concat(), &set) else { return };
                assert_eq!(status(&done), expected, "{encoding}: {}", said(&done));
                assert!(done.stderr.is_empty(), "{encoding}: {}", said(&done));
            }
        }
    }
}

#[test]
fn an_answer_that_nobody_reads_or_that_has_no_room_changes_no_verdict() {
    let room = room();
    changed(&room, |files| files.put("data/acts.jsonl", ""));
    let shell = |folder: &str, behind: &str| {
        let line = format!("python3 {} {folder} {behind}", program().display());
        let done = Command::new("bash").args(["-c", &line]).current_dir(room.path(".")).output().unwrap();
        (status(&done), String::from_utf8(done.stderr).unwrap())
    };
    if python(&room, &["folder"], &[]).is_none() {
        return;
    }
    for (folder, expected) in [("folder", 0), ("changed", 1)] {
        assert_eq!(shell(folder, ">&-"), (expected, String::new()), "{folder}");
        assert_eq!(shell(folder, "2>&-").0, expected, "{folder}");
        assert_eq!(shell(folder, "| true; exit ${PIPESTATUS[0]}").0, expected, "{folder}");
        if cfg!(target_os = "linux") {
            assert_eq!(shell(folder, ">/dev/full").0, if expected == 0 { 6 } else { 1 }, "{folder}");
        }
    }
}

/// What Finder, Explorer, Excel and LibreOffice leave where they show a folder.
const LITTER: [&str; 10] = [
    ".DS_Store",
    "data/.DS_Store",
    "data/._records.csv",
    "data/desktop.ini",
    "Desktop.ini",
    "data/Thumbs.db",
    "data/summary/ehthumbs.db",
    "data/~$records.xlsx",
    "data/.~lock.records.xlsx#",
    "__MACOSX/data/._records.csv",
];

/// And what is none of it.
const NO_LITTER: [&str; 9] = [
    "data/DS_Store",
    "data/notes.txt",
    "README.txt",
    "data/records (1).csv",
    "data/.~lock.records.xlsx",
    "data/.hidden",
    "data/proofs/4.tlog-proof",
    "__MACOSX/records.csv",
    "data/summary/thumbs.csv",
];

#[test]
fn litter_is_told_by_name_and_every_other_unknown_file_is_a_finding() {
    let room = room();
    if python(&room, &["folder"], &[]).is_none() {
        return;
    }
    let put = |name: &str| {
        let files = Files::read(&room.path("folder"));
        files.write(&room.path("changed"));
        let path = room.path("changed").join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, "x").unwrap();
    };
    for name in LITTER {
        put(name);
        let done = python(&room, &["changed"], &[]).unwrap();
        assert_eq!(status(&done), 0, "{name}: {}", said(&done));
        assert!(said(&done).contains(&format!("notice: {name} ")), "{name}: {}", said(&done));
        room.run(&["verify", "--bundle", "changed"]).done().says(&format!("{name} is not of the folder"));
        assert!(
            both(&room, "changed", &[], name).iter().all(|heard| heard.notices.iter().any(|n| n == "litter"))
        );
    }
    for name in NO_LITTER {
        put(name);
        let done = python(&room, &["changed"], &[]).unwrap();
        assert_eq!(status(&done), 1, "{name}: {}", said(&done));
        assert!(said(&done).contains(&format!("FINDING: {name} ")), "{name}: {}", said(&done));
        assert!(both(&room, "changed", &[], name).iter().all(|heard| heard.finds("file-extra")));
    }
    // Litter that the manifest lists was put there: no program does that.
    for name in LITTER.iter().filter(|name| name.starts_with("data/")) {
        changed(&room, |files| files.put(name, "x"));
        let done = python(&room, &["changed"], &[]).unwrap();
        assert_eq!(status(&done), 1, "{name}: {}", said(&done));
        assert!(both(&room, "changed", &[], name).iter().all(|heard| heard.finds("file-unknown")));
    }
}

#[test]
fn nothing_that_a_folder_holds_ends_in_a_traceback_or_passes() {
    let room = room();
    if python(&room, &["folder"], &[]).is_none() {
        return;
    }
    let names: Vec<String> = Files::read(&room.path("folder")).0.into_keys().collect();
    // A part of the names is not bound by the format: what lies there is not proved.
    let free = ["data/verify.py", "data/VERIFY.md", "bag-info.txt", "data/records.csv-metadata.json"];
    let bound = |name: &str| !free.contains(&name) && !name.starts_with("data/summary/");
    let deep = format!("{}1{}\n", "[".repeat(100_000), "]".repeat(100_000));
    let digits = format!("{{\"index\":{},\"facts_salt\":\"\",\"facts\":\"\"}}\n", "9".repeat(5000));
    let pieces: [&[u8]; 8] = [
        b"",
        b"\0\n",
        b"\xff\xfe\n",
        "\u{feff}\r\n".as_bytes(),
        b"\n\n\n",
        b"{}\n",
        deep.as_bytes(),
        digits.as_bytes(),
    ];
    let mut tried = 0;
    for name in names.iter().filter(|name| bound(name)) {
        for piece in pieces {
            let mut files = Files::read(&room.path("folder"));
            files.put(name, piece);
            if name.starts_with("data/") {
                files.seal();
            }
            files.write(&room.path("changed"));
            let done = python(&room, &["changed"], &[]).unwrap();
            assert_ne!(status(&done), 0, "{name}: {}", said(&done));
            tried += 1;
        }
    }
    // A folder in the place of a file.
    for name in ["data/records.csv", "data/proof", "bagit.txt", "manifest-sha256.txt"] {
        changed(&room, |_| ());
        std::fs::remove_file(room.path("changed").join(name)).unwrap();
        std::fs::create_dir(room.path("changed").join(name)).unwrap();
        let done = python(&room, &["changed"], &[]).unwrap();
        assert_ne!(status(&done), 0, "{name}: {}", said(&done));
        tried += 1;
    }
    eprintln!("{tried} folders of rubbish refused by verify.py without a traceback");
    // What the program itself did not expect is told, and does not pass.
    let Some(printed) = script(&room, "v.check = None\nprint(v.run(['x']))\n") else { return };
    assert!(printed.contains("COULD NOT BE CHECKED") && printed.ends_with("\n1\n"), "{printed}");
}

/// What came to Python after 3.8, as far as such a program could use it.
const NEWER: [&str; 19] = [
    "removeprefix",
    "removesuffix",
    "bit_count",
    "file_digest",
    "functools.cache",
    "math.lcm",
    "zoneinfo",
    "tomllib",
    "graphlib",
    "datetime.UTC",
    "itertools.pairwise",
    "itertools.batched",
    "strict=True)",
    "randbytes",
    "is_relative_to",
    "ExceptionGroup",
    "add_note",
    "aclosing",
    "sys.exception",
];

#[test]
fn the_checker_in_the_folder_runs_on_python_3_8() {
    let room = Room::new();
    let read = "import ast\nast.parse(open(sys.argv[1], encoding='utf-8').read(), feature_version=(3, 8))\nprint('read')\n";
    let Some(printed) = script(&room, read) else { return };
    assert_eq!(printed, "read\n");
    let text = std::fs::read_to_string(program()).unwrap();
    // `csv.reader(..., strict=True)` is as old as Python 3.
    let text = text.replace("csv.reader(lines(file), strict=True)", "");
    for newer in NEWER {
        assert!(!text.contains(newer), "{newer}");
    }
    // Of each module alone what 3.8 has: names of it that are used.
    let imports: Vec<&str> = text.lines().filter_map(|line| line.strip_prefix("import ")).collect();
    assert_eq!(
        imports,
        ["base64", "csv", "datetime", "functools", "hashlib", "io", "json", "os", "re", "sys"]
    );
}

/// What a checker has said.
struct Heard {
    status: i32,
    verified: bool,
    /// Name, entry and file of each finding; what stopped the check stands behind them, under the name of its fault.
    findings: Vec<(String, Option<u64>, Option<String>)>,
    notices: Vec<String>,
    last: serde_json::Value,
}

fn named(object: &serde_json::Value, name: &str) -> (String, Option<u64>, Option<String>) {
    let text = |key: &str| object[key].as_str().map(str::to_owned);
    (text(name).unwrap(), object["index"].as_u64(), text("file"))
}

impl Heard {
    fn end(&mut self, last: serde_json::Value) {
        if last["fault"].is_string() {
            self.findings.push(named(&last, "fault"));
        } else if last["file"].is_string() {
            self.findings.push(("cannot-be-read".into(), None, last["file"].as_str().map(str::to_owned)));
        }
        self.verified = last["verified"] == true;
        self.last = last;
    }

    fn nothing(status: i32) -> Heard {
        let (findings, notices) = (Vec::new(), Vec::new());
        Heard { status, verified: false, findings, notices, last: serde_json::Value::Null }
    }

    /// What the program says.
    #[track_caller]
    fn ours(room: &Room, folder: &str, more: &[&str]) -> Heard {
        let ran = room.run(&[&["verify", "--bundle", folder, "--json"], more].concat());
        let mut heard = Heard::nothing(ran.status);
        for object in ran.objects() {
            match &object {
                o if o["finding"].is_string() => heard.findings.push(named(o, "finding")),
                o if o["notice"].is_string() => heard.notices.push(named(o, "notice").0),
                // What cannot be read at all has status 2.
                o if o["error"]["status"] == 2 => {
                    let path = o["error"]["path"].as_str().unwrap_or_default();
                    let file = Path::new(path).strip_prefix(folder).unwrap().to_string_lossy().into_owned();
                    heard.findings.push(("cannot-be-read".into(), None, Some(file)));
                }
                o if o["error"].is_object() => {}
                _ => heard.end(object),
            }
        }
        assert_eq!(heard.verified, heard.status == 0, "{folder}: {}", ran.stdout);
        heard
    }

    /// What the object says that verify.py answers with.
    fn of_python(status: i32, object: serde_json::Value) -> Heard {
        let mut heard = Heard::nothing(status);
        for o in object["findings"].as_array().unwrap() {
            heard.findings.push(named(o, "finding"));
        }
        for o in object["notices"].as_array().unwrap() {
            heard.notices.push(named(o, "notice").0);
        }
        heard.end(object);
        assert_eq!(heard.verified, heard.status == 0);
        heard
    }

    #[track_caller]
    fn theirs(room: &Room, folder: &str, more: &[&str]) -> Option<Heard> {
        let done = python(room, &[&[folder, "--json"], more].concat(), &[])?;
        let object = serde_json::from_slice(&done.stdout).unwrap_or_else(|e| panic!("{e}: {}", said(&done)));
        Some(Heard::of_python(status(&done), object))
    }

    fn finds(&self, name: &str) -> bool {
        self.findings.iter().any(|(found, ..)| found == name)
    }
}

/// Both say that it is good, or both that it is not; what the program says, and what verify.py says.
#[track_caller]
fn both(room: &Room, folder: &str, more: &[&str], what: &str) -> [Heard; 2] {
    let ours = Heard::ours(room, folder, more);
    let theirs = Heard::theirs(room, folder, more).unwrap_or_else(|| Heard::ours(room, folder, more));
    assert_eq!(ours.status, theirs.status, "{what}: {:?} / {:?}", ours.findings, theirs.findings);
    [ours, theirs]
}

/// A value in DER, of at most 65,535 bytes.
fn der(tag: u8, parts: &[&[u8]]) -> Vec<u8> {
    let content = parts.concat();
    let length = match u16::try_from(content.len()).unwrap() {
        n @ 0..=127 => vec![n as u8],
        n @ 128..=255 => vec![0x81, n as u8],
        n => [&[0x82][..], &n.to_be_bytes()].concat(),
    };
    [&[tag][..], &length, &content].concat()
}

const SHA_256: &[u8] = &[0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, 0x01];

/// A TimeStampResp as far as it is read: nobody has signed it.
fn reply(status: u8, algorithm: &[u8], imprint: &[u8], time: &str) -> Vec<u8> {
    let algorithm = der(0x30, &[&der(0x06, &[algorithm])]);
    let info = der(
        0x30,
        &[
            &der(0x02, &[&[1]]),
            &der(0x06, &[&[0x2a, 3]]),
            &der(0x30, &[&algorithm, &der(0x04, &[imprint])]),
            &der(0x02, &[&[7]]),
            &der(0x18, &[time.as_bytes()]),
        ],
    );
    let tst_info = [0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x09, 0x10, 0x01, 0x04];
    let signed_data = [0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x07, 0x02];
    let encapsulated = der(0x30, &[&der(0x06, &[&tst_info]), &der(0xa0, &[&der(0x04, &[&info])])]);
    let signed = der(0x30, &[&der(0x02, &[&[3]]), &der(0x31, &[]), &encapsulated]);
    let token = der(0x30, &[&der(0x06, &[&signed_data]), &der(0xa0, &[&signed])]);
    der(0x30, &[&der(0x30, &[&der(0x02, &[&[status]])]), &token])
}

/// What is tried, the timestamps, and the finding; none for good ones.
type Stamped<'a> = (&'a str, &'a [(&'a str, &'a [u8])], &'a str);

#[test]
fn a_timestamp_in_a_folder_is_over_its_checkpoint_and_no_earlier_than_an_erasure() {
    let room = room();
    let note = Files::read(&room.path("folder")).0[NOTE].clone();
    let imprint = <sha2::Sha256 as sha2::Digest>::digest(&note);
    let (first, second) = ("data/checkpoint-1.tsr", "data/checkpoint-2.tsr");
    let good = reply(0, SHA_256, &imprint, "20301124000500.25Z");
    let mut flipped = imprint.to_vec();
    flipped[0] ^= 1;
    let sha_1: &[u8] = &[0x2b, 0x0e, 0x03, 0x02, 0x1a];
    let with_tail = [&good[..], b"x"].concat();
    let long_form = [&good[..1], &[0x83, 0], &good[2..]].concat();
    let real = include_bytes!("vectors/timestamp.tsr").as_slice();
    let cases: &[Stamped<'_>] = &[
        ("a good one", &[(first, &good)], ""),
        ("two good ones", &[(first, &good), (second, &good)], ""),
        ("granted with changes", &[(first, &reply(1, SHA_256, &imprint, "20301124000000Z"))], ""),
        ("of something else", &[(first, &reply(0, SHA_256, &flipped, "20301124000000Z"))], "stamp-differs"),
        ("of an authority, of something else", &[(first, real)], "stamp-differs"),
        ("the second of something else", &[(first, &good), (second, real)], "stamp-differs"),
        ("garbage", &[(first, b"garbage")], "stamp-differs"),
        ("empty", &[(first, b"")], "stamp-differs"),
        ("cut off", &[(first, &good[..good.len() - 1])], "stamp-differs"),
        ("a byte behind it", &[(first, &with_tail)], "stamp-differs"),
        ("a length in another form", &[(first, &long_form)], "stamp-differs"),
        ("refused", &[(first, &reply(2, SHA_256, &imprint, "20301124000000Z"))], "stamp-differs"),
        ("another hash", &[(first, &reply(0, sha_1, &imprint[..20], "20301124000000Z"))], "stamp-differs"),
        ("no time", &[(first, &reply(0, SHA_256, &imprint, "203011240000Z"))], "stamp-differs"),
        ("no such day", &[(first, &reply(0, SHA_256, &imprint, "20301324000000Z"))], "stamp-differs"),
        ("too long", &[(first, &[0x30; 70_000])], "stamp-differs"),
        // The erasure says 2030-11-24T00:00:00Z; clocks may differ by five minutes.
        ("a little earlier", &[(first, &reply(0, SHA_256, &imprint, "20301123235500Z"))], ""),
        (
            "earlier",
            &[(first, &reply(0, SHA_256, &imprint, "20301123235459.999Z"))],
            "stamped-before-erasure",
        ),
        (
            "years earlier",
            &[(first, &reply(0, SHA_256, &imprint, "20261123000000Z"))],
            "stamped-before-erasure",
        ),
        ("not the first", &[(second, &good)], "file-unknown"),
        ("a name of another form", &[("data/checkpoint-01.tsr", &good)], "file-unknown"),
        ("a name without a number", &[("data/checkpoint.tsr", &good)], "file-unknown"),
    ];
    for (what, stamps, expected) in cases {
        changed(&room, |files| stamps.iter().for_each(|(name, bytes)| files.put(name, bytes)));
        for heard in both(&room, "changed", &[], what) {
            match *expected {
                "" => {
                    assert_eq!(heard.findings, [], "{what}");
                    assert!(heard.notices.iter().any(|name| name == "stamped"), "{what}");
                    assert!(
                        heard.last["not_checked"].as_array().unwrap().contains(&"timestamp".into()),
                        "{what}"
                    );
                }
                name => assert!(heard.finds(name), "{what}: {:?}", heard.findings),
            }
        }
    }
    changed(&room, |files| {
        files.remove(NOTE);
        files.put(first, &good);
    });
    assert!(
        both(&room, "changed", &[], "without a checkpoint").iter().all(|heard| heard.finds("file-unknown"))
    );
}

#[test]
fn the_link_to_the_entry_before_is_compared_in_every_header() {
    let room = room();
    let entries = String::from_utf8(Files::read(&room.path("folder")).0["data/entries.csv"].clone()).unwrap();
    let rows: Vec<&str> = entries.split("\r\n").collect();
    let mut compared = 0;
    for row in rows.iter().filter(|row| row.starts_with(|c: char| c.is_ascii_digit())) {
        let mut cells: Vec<&str> = row.split(',').collect();
        let other = provlog::ledger::Digest([7; 32]).to_string();
        cells[1] = &other;
        let edited = cells.join(",");
        changed(&room, |files| files.put("data/entries.csv", entries.replace(row, &edited)));
        let index = cells[0].parse::<u64>().unwrap();
        for heard in both(&room, "changed", &[], row) {
            let first = heard.findings.first().map(|(name, index, _)| (name.as_str(), *index));
            assert_eq!(first, Some(("altered", Some(index))), "{row}: {:?}", heard.findings);
        }
        compared += 1;
    }
    assert!(compared >= 14, "{compared}");
}

type Edit = fn(&str) -> String;

fn lf(text: &str) -> String {
    text.replace("\r\n", "\n")
}

fn quoted(text: &str) -> String {
    let mut lines: Vec<String> = text.split("\r\n").map(str::to_owned).collect();
    let (first, rest) = lines[1].split_once(',').unwrap();
    lines[1] = format!("\"{first}\",{rest}");
    lines.join("\r\n")
}

fn swapped(text: &str, at: usize, with: usize) -> String {
    let (heading, rest) = text.split_once("\r\n").unwrap();
    let mut cells: Vec<&str> = heading.split(',').collect();
    cells.swap(at, with);
    format!("{}\r\n{rest}", cells.join(","))
}

/// What would be written otherwise, in a CSV file of the evidence; the fault that it is.
const CSV_EDITS: [(&str, Edit, &str); 12] = [
    ("rows that end with LF", lf, "headings"),
    ("one row that ends with LF", |t| t.replacen("\r\n", "\n", 2).replacen('\n', "\r\n", 1), "row-end"),
    ("the last row without an end", |t| t.trim_end().to_owned(), "row-end"),
    ("the last row with LF", |t| format!("{}\n", t.trim_end()), "row-end"),
    ("an empty row at the end", |t| format!("{t}\r\n"), "number-of-cells"),
    ("a line end at the end", |t| format!("{t}\n"), "row-end"),
    ("a cell quoted that need not be", quoted, "quotes"),
    ("a second byte order mark", |t| format!("\u{feff}{t}"), "headings"),
    ("no byte order mark", |t| t.trim_start_matches('\u{feff}').to_owned(), "no-byte-order-mark"),
    ("two headings exchanged", |t| swapped(t, 1, 2), "headings"),
    ("a heading in other words", |t| t.replacen(',', "x,", 1), "headings"),
    ("no headings", |t| format!("\u{feff}{}", t.split_once("\r\n").unwrap().1), "headings"),
];

const CSVS: [&str; 4] = ["data/entries.csv", "data/records.csv", "data/corrections.csv", "data/current.csv"];

/// The same for JSON Lines.
const LINE_EDITS: [(&str, Edit, &str); 12] = [
    ("the last line without an end", |t| t.trim_end().to_owned(), "not-one-encoding"),
    ("CRLF", |t| t.replacen('\n', "\r\n", 1), "not-one-encoding"),
    ("an empty line", |t| format!("{t}\n"), ""),
    ("a space", |t| t.replacen("\":", "\": ", 1), "not-one-encoding"),
    ("a space at the end", |t| t.replacen('\n', " \n", 1), "not-one-encoding"),
    (
        "a key twice, false first",
        |t| t.replacen("\"facts\":", "\"facts\":\"{}\",\"facts\":", 1),
        "not-one-encoding",
    ),
    ("a key more", |t| t.replacen('{', "{\"more\":\"x\",", 1), "not-one-encoding"),
    (
        "the keys in another order",
        |t| {
            let salt = t.split("\"facts_salt\":").nth(1).unwrap().split(',').next().unwrap().to_owned();
            let pair = format!("\"facts_salt\":{salt},");
            t.replacen(&pair, "", 1).replacen('{', &format!("{{{pair}"), 1)
        },
        "not-one-encoding",
    ),
    ("a letter escaped", |t| t.replacen("facts\":\"{", "facts\":\"\\u007b", 1), "not-one-encoding"),
    ("an index with a fraction", |t| t.replacen("\"index\":", "\"index\":0.0e0", 1), ""),
    ("a byte order mark", |t| format!("\u{feff}{t}"), ""),
    (
        "two lines exchanged",
        |t| {
            let mut lines: Vec<&str> = t.split_inclusive('\n').collect();
            lines.swap(0, 1);
            lines.concat()
        },
        "",
    ),
];

fn edited(files: &mut Files, name: &str, edit: impl Fn(&str) -> String) {
    let text = String::from_utf8(files.0[name].clone()).unwrap();
    let other = edit(&text);
    assert_ne!(other, text, "{name}: nothing was changed");
    files.put(name, other);
}

#[test]
fn a_folder_has_one_encoding_and_every_other_is_a_finding_in_both_checkers() {
    let mut room = room();
    let mut refused = 0;
    for lang in ["ja", "en"] {
        room.lang = lang;
        let _ = std::fs::remove_dir_all(room.path("folder"));
        room.run(&["-q", "export", "--out", "folder"]).done();
        room.lang = "en";
        for name in CSVS {
            for (what, edit, fault) in CSV_EDITS {
                changed(&room, |files| edited(files, name, edit));
                for heard in both(&room, "changed", &[], what) {
                    let (found, _, file) = heard.findings.last().unwrap();
                    assert_eq!(
                        (found.as_str(), file.as_deref()),
                        (fault, Some(name)),
                        "{name}: {what}: {:?}",
                        heard.findings
                    );
                }
                refused += 1;
            }
        }
        for name in ["data/acts.jsonl", "data/origin.jsonl"] {
            for (what, edit, fault) in LINE_EDITS {
                if name == "data/origin.jsonl" && what == "two lines exchanged" {
                    continue;
                }
                changed(&room, |files| edited(files, name, edit));
                for heard in both(&room, "changed", &[], what) {
                    let (found, _, file) = heard.findings.last().unwrap();
                    assert_eq!(file.as_deref(), Some(name), "{name}: {what}: {:?}", heard.findings);
                    assert!(fault.is_empty() || found == fault, "{name}: {what}: {:?}", heard.findings);
                }
                refused += 1;
            }
        }
    }
    // Headings of the two languages in one folder.
    room.lang = "ja";
    room.run(&["-q", "export", "--out", "other"]).done();
    room.lang = "en";
    let other = Files::read(&room.path("other"));
    for name in CSVS {
        changed(&room, |files| {
            edited(files, name, |text| {
                let rows = text.split_once("\r\n").unwrap().1;
                let there = String::from_utf8(other.0[name].clone()).unwrap();
                format!("{}\r\n{rows}", there.split_once("\r\n").unwrap().0)
            });
        });
        assert!(both(&room, "changed", &[], name).iter().all(|heard| heard.finds("headings")), "{name}");
        refused += 1;
    }
    // Manifests: line ends, order, and what they list.
    let manifests: [(&str, Edit); 4] = [
        ("CRLF", |t| t.replace('\n', "\r\n")),
        ("no end", |t| t.trim_end().to_owned()),
        ("another order", |t| {
            let mut lines: Vec<&str> = t.split_inclusive('\n').collect();
            lines.reverse();
            lines.concat()
        }),
        ("a line more", |t| format!("{t}\n")),
    ];
    for name in ["manifest-sha256.txt", "tagmanifest-sha256.txt"] {
        for (what, edit) in manifests {
            let mut files = Files::read(&room.path("folder"));
            edited(&mut files, name, edit);
            if name == "manifest-sha256.txt" {
                let digest = <sha2::Sha256 as sha2::Digest>::digest(&files.0[name]);
                let digest: String = digest.iter().map(|b| format!("{b:02x}")).collect();
                edited(&mut files, "tagmanifest-sha256.txt", |text| {
                    let old = text.lines().find(|line| line.ends_with(name)).unwrap();
                    text.replace(old, &format!("{digest}  {name}"))
                });
            }
            files.write(&room.path("changed"));
            for heard in both(&room, "changed", &[], what) {
                assert_eq!(heard.findings[0].0, "manifest-line", "{name}: {what}: {:?}", heard.findings);
            }
            refused += 1;
        }
    }
    println!("{refused} other encodings of a folder refused by both checkers");
    assert!(refused >= 150);
}

#[test]
fn a_file_that_a_spreadsheet_program_has_saved_is_said_to_be_one_before_all_else() {
    let room = room();
    let all_quoted = |text: &str| -> String {
        let rows = csv::ReaderBuilder::new()
            .has_headers(false)
            .from_reader(text.trim_start_matches('\u{feff}').as_bytes());
        let mut out = csv::WriterBuilder::new()
            .quote_style(csv::QuoteStyle::Always)
            .terminator(csv::Terminator::CRLF)
            .from_writer(Vec::new());
        rows.into_records().for_each(|row| out.write_record(&row.unwrap()).unwrap());
        format!("\u{feff}{}", String::from_utf8(out.into_inner().unwrap()).unwrap())
    };
    let cp932 =
        |text: &str| encoding_rs::SHIFT_JIS.encode(text.trim_start_matches('\u{feff}')).0.into_owned();
    let utf_16 = |text: &str| text.encode_utf16().flat_map(u16::to_le_bytes).collect::<Vec<u8>>();
    let slashed = |text: &str| {
        let days = text
            .split([',', '\r'])
            .find(|cell| cell.len() == 10 && cell.chars().filter(|c| *c == '-').count() == 2);
        days.map(|day| text.replace(&format!(",{day},"), &format!(",{},", day.replace('-', "/"))))
    };
    for name in CSVS {
        let text = String::from_utf8(Files::read(&room.path("folder")).0[name].clone()).unwrap();
        let mut saved: Vec<(&str, Vec<u8>)> = vec![
            ("CSV (MS-DOS)", cp932(&text)),
            ("Unicode text", utf_16(&text.replace(',', "\t"))),
            ("line ends", lf(&text).into_bytes()),
            ("semicolons", text.replace(',', ";").into_bytes()),
            ("all quoted", all_quoted(&text).into_bytes()),
        ];
        saved.extend(slashed(&text).map(|text| ("days", text.into_bytes())));
        assert!(saved.len() == 6 || name == "data/corrections.csv", "{name}");
        for (what, bytes) in saved {
            // As it happens, and by somebody who makes the manifests fit.
            for seal in [false, true] {
                let mut files = Files::read(&room.path("folder"));
                files.put(name, &bytes);
                if seal {
                    files.seal();
                }
                files.write(&room.path("changed"));
                for heard in both(&room, "changed", &[], what) {
                    let first =
                        heard.findings.first().map(|(name, _, file)| (name.as_str(), file.as_deref()));
                    assert_eq!(first, Some(("resaved", Some(name))), "{what}: {:?}", heard.findings);
                }
            }
        }
    }
}

#[test]
fn what_nothing_counts_on_is_named_and_compared_where_it_is_the_same_in_every_folder() {
    let room = room();
    let listed = |heard: &Heard| -> Vec<String> {
        let files = heard.last["not_proved"].as_array().unwrap();
        files.iter().map(|file| file.as_str().unwrap().to_owned()).collect()
    };
    let [ours, theirs] = both(&room, "folder", &[], "as exported");
    let tables = ["deletions", "filings", "provisions", "recipients", "stop-requests"];
    let tables = tables.map(|table| format!("data/summary/{table}.csv"));
    assert_eq!(listed(&ours), [&["bag-info.txt".to_owned()][..], &tables].concat());
    assert!(listed(&ours).iter().all(|file| listed(&theirs).contains(file)));
    for name in ["data/verify.py", "data/VERIFY.md", "data/records.csv-metadata.json"] {
        changed(&room, |files| files.put(name, "#!/bin/sh\nexit 0\n"));
        let [ours, theirs] = both(&room, "changed", &[], name);
        assert_eq!(ours.status, 0, "{name}");
        assert_eq!(
            ours.notices.iter().filter(|notice| *notice == "other-release").count(),
            1,
            "{name}: {:?}",
            ours.notices
        );
        assert!(
            listed(&ours).contains(&name.to_owned()) && listed(&theirs).contains(&name.to_owned()),
            "{name}"
        );
        room.run(&["verify", "--bundle", "changed"])
            .done()
            .says(&format!("{name} is not the one that this version"));
    }
    // A name that nobody knows is a finding, whatever the manifests say; so is one that is missing.
    for name in [
        "data/notes.txt",
        "data/records.csv.bak",
        "data/proofs/4.tlog-proof",
        "data/summary/more.csv",
        "data/sub/acts.jsonl",
    ] {
        changed(&room, |files| files.put(name, "x"));
        assert!(both(&room, "changed", &[], name).iter().all(|heard| heard.finds("file-unknown")), "{name}");
    }
    for name in [
        "data/acts.jsonl",
        "data/entries.csv",
        "data/records.csv",
        "data/origin.jsonl",
        "data/current.csv",
        "bag-info.txt",
    ] {
        changed(&room, |files| files.remove(name));
        for heard in both(&room, "changed", &[], name) {
            assert_eq!(heard.findings[0], ("file-missing".to_owned(), None, Some(name.to_owned())), "{name}");
        }
    }
    // The program is told of everything that verify.py can find, under the same names.
    let text = std::fs::read_to_string(program()).unwrap();
    let names = |call: &str| -> Vec<String> {
        let calls = text.split(call).skip(1).filter_map(|rest| rest.trim_start().strip_prefix('"'));
        calls.map(|rest| rest.split('"').next().unwrap().to_owned()).collect()
    };
    let (findings, notices) = (names("finding("), names("report.notice("));
    assert!(findings.len() > 40 && notices.len() > 4, "{findings:?} {notices:?}");
    for name in findings {
        assert!(provlog::verify::Finding::NAMES.contains(&name.as_str()), "{name}");
    }
    for name in notices {
        assert!(provlog::verify::Notice::NAMES.contains(&name.as_str()), "{name}");
    }
    for name in names("raise Unusable(name, ").iter().chain(&names("Unusable(\"data/entries.csv\", ")) {
        assert!(provlog::verify::bundle::FormFault::NAMES.contains(&name.as_str()), "{name}");
    }
}

/// A log with something of everything.
fn everything() -> Room {
    let mut room = Room::new();
    room.run(&["init", "--operator", "株式会社 架空商事", "--origin", ORIGIN]).done();
    room.write("h.csv", history(16, 7));
    room.run(&["import", "h.csv", "--basis", "opt-out"]).done();
    room.run(&["correct", "5", "--set", "principal_name=見本 華子", "--reason", "氏名の誤記"]).done();
    room.run(&["correct", "6", "--void", "--reason", "二重"]).done();
    room.run(&["hold", "add", "8", "9", "--reason", "係争"]).done();
    room.record(&["--principal-id", "C-1", "--note", "一行目\n\"二\"行目, 三"]).done();
    let bulk = ["--method", "bulk", "--period-from", "2026-04-01"];
    room.run(
        &[
            &["record"][..],
            &crate::support::WHOLE[2..12],
            &bulk,
            &["--basis", "consent", "--principal-id", "C-2"],
        ]
        .concat(),
    )
    .done();
    room.clock = "2030-11-24T00:00:00.000Z".into();
    room.states_the_day = true;
    room.run(&["delete", "10", "11", "12", "--apply", "--reason", "expired"]).done();
    room.run(&["key", "--rotate", "--reason", "test"]).done();
    room.record(&["--principal-id", "C-3"]).done();
    room.run(&["-q", "export", "--out", "full"]).done();
    room.run(&["-q", "export", "--out", "selection", "--recipient", "架空商事1株式会社"]).done();
    room.run(&["-q", "export", "--out", "nothing", "--principal-id", "nobody"]).done();
    room.run(&["-q", "export", "--out", "earlier", "--at", "23"]).done();
    room.run(&["-q", "export", "--out", "sparse", "--sparse", "--to", "2025-08-31"]).done();
    let away = room.path("provlog.db.signing-key.pem");
    std::fs::rename(&away, room.path("away")).unwrap();
    room.run(&["-q", "export", "--out", "unsigned"]).done();
    std::fs::rename(room.path("away"), away).unwrap();
    room
}

/// What is done to a file, by its lines; `None` where it cannot be done to this one.
type Damage = fn(&[Vec<u8>]) -> Option<Vec<u8>>;

/// Letters and digits are put in the place of others.
fn turned(byte: u8) -> u8 {
    match byte {
        b'0'..=b'8' | b'a'..=b'y' | b'A'..=b'Y' => byte + 1,
        b'9' => b'0',
        b'z' => b'a',
        b'Z' => b'A',
        other => other,
    }
}

fn turn(lines: &[Vec<u8>], from: usize) -> Option<Vec<u8>> {
    let mut whole = lines.concat();
    let at = (from..whole.len()).find(|at| whole[*at].is_ascii_alphanumeric())?;
    whole[at] = turned(whole[at]);
    Some(whole)
}

fn reordered(lines: &[Vec<u8>], a: usize, b: usize) -> Option<Vec<u8>> {
    let mut lines = lines.to_vec();
    (lines.len() > a.max(b) && lines[a] != lines[b]).then(|| {
        lines.swap(a, b);
        lines.concat()
    })
}

const DAMAGES: [(&str, Damage); 16] = [
    ("a letter in the first line", |l| turn(l, 3)),
    ("a letter in the middle", |l| turn(l, l.concat().len() / 2)),
    ("a letter in the last line", |l| turn(l, l.concat().len() - l.last()?.len())),
    ("the second line taken", |l| (l.len() > 1).then(|| [&l[..1], &l[2..]].concat().concat())),
    ("the last line taken", |l| (l.len() > 1).then(|| l[..l.len() - 1].concat())),
    ("the second line twice", |l| (l.len() > 1).then(|| [&l[..2], &l[1..]].concat().concat())),
    ("the last line twice", |l| l.last().map(|last| [&l.concat()[..], last].concat())),
    ("two lines exchanged", |l| reordered(l, 1, 2)),
    ("the first line and the last exchanged", |l| reordered(l, 0, l.len().checked_sub(1)?)),
    ("cut off in the middle", |l| Some(l.concat()[..l.concat().len() / 2].to_vec())),
    ("emptied", |_| Some(Vec::new())),
    ("a letter at the end", |l| Some([&l.concat()[..], b"x"].concat())),
    ("a line at the end", |l| Some([&l.concat()[..], b"\n"].concat())),
    ("a NUL", |l| Some([&l.concat()[..], b"\0"].concat())),
    ("a byte that is no UTF-8", |l| {
        let mut whole = l.concat();
        let at = whole.len() / 2;
        *whole.get_mut(at)? = 0xff;
        Some(whole)
    }),
    ("spaces at the ends of lines", |l| {
        Some(
            l.iter()
                .flat_map(|line| [&line[..line.len() - 1], b" ", &line[line.len() - 1..]].concat())
                .collect(),
        )
    }),
];

/// A case of the table: its name, the folder, what is given.
struct Case {
    what: String,
    files: Files,
    given: bool,
}

/// Nothing in the check counts on these.
fn is_free(name: &str) -> bool {
    let free = ["data/verify.py", "data/VERIFY.md", "data/records.csv-metadata.json", "bag-info.txt"];
    free.contains(&name) || name.starts_with("data/summary/")
}

fn lines_of(bytes: &[u8]) -> Vec<Vec<u8>> {
    bytes.split_inclusive(|byte| *byte == b'\n').map(<[u8]>::to_vec).collect()
}

/// Every file of a folder with every kind of damage that it can have; whether the manifests are made to fit as well.
fn damaged(base: &str, step: usize, good: &Files, other: &Files, cases: &mut Vec<Case>) {
    // Of the proofs, which are alike, the first and the last.
    let proofs = good.proofs();
    let passed_over: Vec<&String> = proofs.iter().skip(1).take(proofs.len().saturating_sub(2)).collect();
    for (name, bytes) in good.0.iter().filter(|(name, _)| !passed_over.contains(name) && !is_free(name)) {
        let mut add = |what: &str, seal: bool, edit: &dyn Fn(&mut Files)| {
            let mut files = good.clone();
            edit(&mut files);
            if files.0 != good.0 {
                if seal {
                    files.seal();
                }
                let what = format!("{base}: {name}: {what}{}", if seal { ", sealed" } else { "" });
                cases.push(Case { what, files, given: false });
            }
        };
        let is_data = name.starts_with("data/");
        for (what, damage) in DAMAGES.into_iter().skip(name.len() % step).step_by(step) {
            if let Some(damaged) = damage(&lines_of(bytes)) {
                add(what, is_data, &|files| files.put(name, &damaged));
            }
        }
        if let Some(damaged) = turn(&lines_of(bytes), bytes.len() / 3) {
            add("a letter, and nothing else", false, &|files| files.put(name, &damaged));
        }
        add("taken", false, &|files| files.remove(name));
        if is_data {
            add("taken", true, &|files| files.remove(name));
            if let Some(theirs) = other.0.get(name) {
                add("that of another log", true, &|files| files.put(name, theirs));
            }
        }
    }
}

/// What nothing of what is shown depends on: without a key, whether there is a checkpoint, and how often it is signed.
const SAYS_THE_SAME: [&str; 2] =
    ["data/checkpoint: taken, sealed", "data/checkpoint: the last line twice, sealed"];

fn cases(room: &Room) -> (Vec<Case>, usize) {
    let other = Room::with_ledger();
    other.write("h.csv", history(9, 3));
    other.run(&["import", "h.csv", "--basis", "opt-out"]).done();
    other.run(&["correct", "4", "--set", "note=別", "--reason", "x"]).done();
    other.run(&["-q", "export", "--out", "folder"]).done();
    let other = Files::read(&other.path("folder"));
    let mut all = Vec::new();
    for base in ["full", "selection", "earlier", "sparse", "unsigned", "nothing"] {
        let good = Files::read(&room.path(base));
        all.push(Case { what: format!("{base}: as exported"), files: good.clone(), given: false });
        if good.0.contains_key(NOTE) && base != "earlier" {
            all.push(Case {
                what: format!("{base}: as exported, with the key"),
                files: good.clone(),
                given: true,
            });
        }
        let mut odd = |what: &str, seal: bool, edit: &dyn Fn(&mut Files)| {
            let mut files = good.clone();
            edit(&mut files);
            if seal {
                files.seal();
            }
            all.push(Case { what: format!("{base}: {what}"), files, given: false });
        };
        odd("litter", false, &|files| LITTER.iter().for_each(|name| files.put(name, "x")));
        odd("not logged", false, &|files| files.put("NOT-LOGGED.txt", "x"));
        odd("another verify.py", true, &|files| files.put("data/verify.py", "x"));
        odd("no verify.py", true, &|files| files.remove("data/verify.py"));
        odd("no metadata", true, &|files| files.remove("data/records.csv-metadata.json"));
        odd("another bag-info", true, &|files| files.put("bag-info.txt", "Provlog-Opened: 1000\n"));
    }
    let sound = all.len();
    // Of folders that are like another one every third damage, beginning with another one for each file.
    for (base, step) in
        [("full", 1), ("selection", 3), ("earlier", 3), ("sparse", 1), ("unsigned", 3), ("nothing", 3)]
    {
        damaged(base, step, &Files::read(&room.path(base)), &other, &mut all);
    }
    for (base, given) in [("unsigned", true), ("earlier", true)] {
        let files = Files::read(&room.path(base));
        all.push(Case { what: format!("{base}: with a key that has not signed it"), files, given });
    }
    (all, sound)
}

/// The findings that are named, each once.
fn names(heard: &Heard) -> std::collections::BTreeSet<&str> {
    heard.findings.iter().map(|(name, ..)| name.as_str()).collect()
}

/// The entries and files that are named, each once.
fn places(heard: &Heard) -> std::collections::BTreeSet<String> {
    let named = heard.findings.iter().map(|(name, index, file)| match (index, file) {
        (Some(index), _) => format!("entry {index}"),
        (None, Some(file)) => file.clone(),
        (None, None) => name.clone(),
    });
    named.collect()
}

#[test]
fn two_verifiers_have_one_verdict_and_name_the_same() {
    let room = everything();
    let key = key(&room);
    let (cases, sound) = cases(&room);
    for (n, case) in cases.iter().enumerate() {
        case.files.write(&room.path(&format!("case-{n}")));
    }
    let keys: Vec<&str> = cases.iter().map(|case| if case.given { &key } else { "" }).collect();
    room.write("keys.json", serde_json::to_vec(&keys).unwrap());
    let asked = "import json\n\
        def ask(n, key):\n    said = []\n    v.report = v.Report()\n    v.Report.say = lambda self, text: said.append(text)\n    \
        status = v.run(['case-%d' % n, '--json'] + (['--key', key] if key else []))\n    print(json.dumps([status, json.loads(said[-1])]))\n\
        for n, key in enumerate(json.load(open('keys.json'))):\n    ask(n, key)\n";
    let Some(printed) = script(&room, asked) else { return };
    let theirs: Vec<(i32, serde_json::Value)> =
        printed.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(theirs.len(), cases.len());
    let (mut tampered, mut same_names, mut faults) = (0, 0, Vec::new());
    for (n, (case, (status, object))) in cases.iter().zip(theirs).enumerate() {
        let more = if case.given { &["--key", key.as_str()][..] } else { &[] };
        let ours = Heard::ours(&room, &format!("case-{n}"), more);
        let theirs = Heard::of_python(status, object);
        let expected = if n < sound { 0 } else { 1 };
        let told = || {
            format!(
                "{}: {} {:?} / {} {:?}",
                case.what, ours.status, ours.findings, theirs.status, theirs.findings
            )
        };
        if ours.status != theirs.status || places(&ours) != places(&theirs) {
            faults.push(told());
        } else if ours.status.min(1) != expected
            && !SAYS_THE_SAME.iter().any(|same| case.what.ends_with(same))
        {
            faults.push(format!("NOT {expected}: {}", told()));
        }
        tampered += usize::from(n >= sound);
        same_names += usize::from(names(&ours) == names(&theirs));
    }
    println!(
        "{} folders before both checkers: {sound} sound, {tampered} tampered; one verdict and the same entries and files in all, the same names of findings in {same_names}",
        cases.len()
    );
    assert!(faults.is_empty(), "{} of {}:\n{}", faults.len(), cases.len(), faults.join("\n"));
    assert!(tampered >= 400, "{tampered}");
}

/// The document gives the headings, so that a checker can be written from it alone.
#[test]
fn the_format_gives_the_headings_that_are_written() {
    let format = include_str!("../src/ledger/FORMAT.md");
    for field in provlog::record::Field::ALL {
        let called = field.heading();
        let row = format!("  | `{field}` | {} | {} |", called.ja, called.en);
        assert!(format.lines().any(|line| line == row), "{row}");
    }
    let constants = provlog::evidence::constants().unwrap();
    let table: Vec<Vec<&str>> = format
        .lines()
        .skip_while(|line| *line != "  | column | Japanese | English |")
        .skip(2)
        .map_while(|line| line.strip_prefix("  | ")?.strip_suffix(" |"))
        .map(|row| row.split(" | ").collect())
        .collect();
    assert!(table.len() > 50, "{}", table.len());
    for (of, column) in [(&constants.languages[0], 1), (&constants.languages[1], 2)] {
        let known: Vec<&str> = table.iter().map(|row| row[column]).collect();
        for bytes in [&of.entries, &of.records, &of.corrections, &of.current] {
            let line = std::str::from_utf8(bytes).unwrap();
            for heading in line.trim_start_matches('\u{feff}').trim_end().split(',') {
                assert!(known.contains(&heading), "{heading}");
            }
        }
    }
}
