//! The closed world of an exported folder (FORMAT.md, "The encoding of a folder"): every file of it is accounted for, and whatever
//! a checker cannot do is never taken for a good answer. `verify --bundle` and the verify.py that lies in each folder.
#![allow(clippy::unwrap_used, clippy::panic, clippy::print_stderr, clippy::print_stdout, reason = "a test")]

use std::process::Command;

use crate::support::Room;
use crate::support::checkers::{
    Heard, LITTER, NOTE, ORIGIN, both, changed, key, program, python, room, said, script, status,
};
use crate::support::folders::Files;
use ed25519_dalek::SigningKey;
use ed25519_dalek::pkcs8::DecodePrivateKey as _;
use provlog::ledger::note::{Checkpoint, Note, VerifierKey, sign};

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
        (&["--help"], 0),
        (&["-h"], 0),
        (&["folder", "--help"], 0),
        (&["--no-such-option"], 2),
        (&["folder", "folder"], 2),
        (&["folder", "--key"], 2),
        (&[""], 2),
    ] {
        let Some(done) = python(&room, args, &[]) else { return };
        assert_eq!(status(&done), expected, "{args:?}: {}", said(&done));
        let verdict = said(&done).contains("VERIFIED");
        let is_help = args.iter().any(|arg| arg.starts_with("-h") || *arg == "--help");
        assert_eq!(verdict, expected < 2 && !is_help, "{args:?}: {}", said(&done));
        if (expected == 2 || is_help) && args.iter().any(|arg| arg.starts_with('-')) {
            assert!(said(&done).contains("usage: verify.py"), "{args:?}: {}", said(&done));
        }
        if let [folder @ ("folder" | "changed" | "no-such-folder")] = args {
            assert_eq!(room.run(["verify", "--bundle", folder]).status, expected, "{args:?}");
        }
        // The same in JSON: one object, whatever happens.
        let done = python(&room, &[args, &["--json"]].concat(), &[]).unwrap();
        if !args.contains(&"--key") {
            assert_eq!(done.status.code(), Some(expected), "{args:?}: {}", said(&done));
        }
        let object: serde_json::Value = serde_json::from_slice(&done.stdout).unwrap();
        assert_eq!(object["verified"] == true, expected == 0 && !is_help, "{args:?}: {object}");
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
        room.run("verify --bundle changed").done().says(&format!("{name} is not of the folder"));
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
        room.run("verify --bundle changed").done().says(&format!("{name} is not the one that this version"));
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

/// What lies in the place of a file may be anything: nobody waits for it.
#[cfg(unix)]
#[test]
fn nobody_waits_for_a_pipe_in_the_place_of_a_file() {
    let room = room();
    for name in [
        "bagit.txt",
        "manifest-sha256.txt",
        "data/entries.csv",
        "data/acts.jsonl",
        "data/checkpoint",
        "data/verify.py",
    ] {
        changed(&room, |_| ());
        let path = room.path("changed").join(name);
        std::fs::remove_file(&path).unwrap();
        if !Command::new("mkfifo").arg(&path).status().is_ok_and(|made| made.success()) {
            eprintln!("LEFT OUT: no mkfifo here, so no pipe was put in the place of a file");
            return;
        }
        for heard in both(&room, "changed", &[], name) {
            assert_ne!(heard.status, 0, "{name}");
        }
    }
    changed(&room, |_| ());
    assert!(Command::new("mkfifo").arg(room.path("changed/data/.DS_Store")).status().unwrap().success());
    assert!(both(&room, "changed", &[], "no litter").iter().all(|heard| heard.finds("file-extra")));
}
