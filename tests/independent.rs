//! Checkpoints and proofs, read by somebody else's implementation: Go's `note` and `tlog` (the checksum database of its
//! modules), and the key by openssl. Where these are not installed, the test says that it was left out;
//! `tests/run.sh` installs them.
#![allow(clippy::unwrap_used, clippy::panic, clippy::print_stderr, reason = "a test")]

use std::path::{Path, PathBuf};
use std::process::Command;

use crate::support::{Room, history};

/// Where Debian keeps the sources of Go's packages.
const GOPATH: &str = "/usr/share/gocode";

/// The checker, built; `None` where Go or the package is missing.
fn checker(room: &Room) -> Option<PathBuf> {
    if !Path::new(GOPATH).join("src/golang.org/x/mod/sumdb/tlog").is_dir() {
        eprintln!("LEFT OUT: Go with golang.org/x/mod is not installed, so nobody else has read the proofs");
        return None;
    }
    let program = room.path("checker");
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/independent/checkpoint.go");
    let built = Command::new("go")
        .args(["build", "-o"])
        .arg(&program)
        .arg(source)
        .envs([("GO111MODULE", "off"), ("GOPATH", GOPATH), ("GOFLAGS", ""), ("CGO_ENABLED", "0")])
        .env("GOCACHE", room.path("go-cache"))
        .output();
    match built {
        Ok(built) if built.status.success() => Some(program),
        Ok(built) => panic!("{}", String::from_utf8_lossy(&built.stderr)),
        Err(_) => {
            eprintln!("LEFT OUT: Go is not installed, so nobody else has read the proofs");
            None
        }
    }
}

fn check(room: &Room, checker: &Path, args: &[&str]) -> Result<String, String> {
    let output = Command::new(checker).args(args).current_dir(room.path(".")).output().unwrap();
    match output.status.success() {
        true => Ok(String::from_utf8(output.stdout).unwrap()),
        false => Err(String::from_utf8(output.stderr).unwrap()),
    }
}

#[test]
fn go_reads_checkpoints_and_proofs() {
    let room = Room::with_ledger();
    let Some(checker) = checker(&room) else { return };
    let key = room.run("key").done().stdout.split_whitespace().nth(1).unwrap().to_owned();
    room.write("key", &key);
    for (n, rows) in [1, 6, 250, 300].into_iter().enumerate() {
        room.write("h.csv", history(rows, n as u64));
        room.run("import h.csv --basis opt-out").done();
        let note = room.run("-q checkpoint").done().stdout;
        room.write(&format!("{n}.note"), &note);
        let verified = room.run("verify --json").done().objects().pop().unwrap();
        let expected = format!("{} {}\n", verified["size"], verified["root"].as_str().unwrap());
        assert_eq!(check(&room, &checker, &["note", "key", &format!("{n}.note")]), Ok(expected));
    }
    let size: u64 = room.query("SELECT count(*) FROM entry");
    for index in [0, 1, 2, 8, 255, 256, 300, 512, size - 1] {
        let (text, file) = (index.to_string(), format!("{index}.proof"));
        let shown = room.run(["show", &text, "--proof", &file, "--json"]).done();
        room.write("header", shown.objects()[0]["header"].as_str().unwrap());
        let found = check(&room, &checker, &["proof", "key", &file, "header"]);
        assert_eq!(found, Ok(format!("entry {index} is in the log of {size}\n")));
    }
    for old in ["0.note", "1.note", "2.note", "3.note"] {
        let body = room.run(["-q", "checkpoint", "--since", old]).done().stdout;
        room.write("body", &body);
        assert!(
            check(&room, &checker, &["tree", "key", "body", old]).unwrap().contains("continues"),
            "{old}"
        );
    }
    // And it refuses what is wrong, so that its silence means something.
    let note = String::from_utf8(room.read("3.note")).unwrap();
    room.write("bad.note", note.replace(&format!("\n{size}\n"), &format!("\n{}\n", size - 1)));
    assert!(check(&room, &checker, &["note", "key", "bad.note"]).unwrap_err().starts_with("note: "));
    let proof = String::from_utf8(room.read("256.proof")).unwrap();
    room.write("bad.proof", proof.replace("index 256", "index 255"));
    assert!(
        check(&room, &checker, &["proof", "key", "bad.proof", "header"]).unwrap_err().starts_with("proof: ")
    );
}

#[test]
fn others_find_the_exported_folder_whole() {
    let room = Room::with_ledger();
    room.write("h.csv", history(40, 2));
    room.run("import h.csv --basis opt-out").done();
    room.run("export --out folder").done();
    let run = |program: &str, args: &[&str]| {
        let output = Command::new(program).args(args).current_dir(room.path("folder")).output().ok()?;
        Some((output.status.success(), String::from_utf8_lossy(&output.stderr).into_owned()))
    };
    match run("sha256sum", &["--check", "--quiet", "--strict", "manifest-sha256.txt"]) {
        Some((whole, said)) => assert!(whole, "{said}"),
        None => eprintln!("LEFT OUT: sha256sum is not installed"),
    }
    // The Library of Congress's own tool.
    match run("python3", &["-c", "import bagit"]) {
        Some((true, _)) => {
            let (whole, said) = run("python3", &["-m", "bagit", "--validate", "."]).unwrap();
            assert!(whole, "{said}");
        }
        _ => eprintln!("LEFT OUT: Python's bagit is not installed, so nobody else has validated the bag"),
    }
}

#[test]
fn somebody_elses_reader_of_csvw_finds_the_records() {
    let mut room = Room::with_ledger();
    room.write("h.csv", history(40, 2));
    room.run("import h.csv --basis opt-out").done();
    room.record("--principal-id N-1 --note '一行目\n二行目'").done();
    let listed = room.run("list --kind provision --json").done().objects();
    let program = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/independent/read_csvw.py");
    for lang in ["en", "ja"] {
        room.lang = lang;
        room.run(["export", "--out", lang]).done();
        match Command::new("python3").args(["-c", "import csvw"]).output() {
            Ok(found) if found.status.success() => {}
            _ => {
                return eprintln!(
                    "LEFT OUT: Python's csvw is not installed, so nobody else has read the CSVW metadata"
                );
            }
        }
        let metadata = room.path(&format!("{lang}/data/records.csv-metadata.json"));
        let output =
            Command::new("python3").arg(&program).arg(metadata).env("PYTHONUTF8", "1").output().unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        let text = String::from_utf8(output.stdout).unwrap();
        let rows: Vec<serde_json::Value> = text.lines().map(|l| serde_json::from_str(l).unwrap()).collect();
        assert_eq!(rows.len(), listed.len());
        for (row, record) in rows.iter().zip(&listed) {
            for name in
                ["index", "recipient_name", "principal_id", "principal_name", "items", "basis", "note"]
            {
                assert_eq!(row[name], record[name], "{name}");
            }
            let day = record["provided_on"].as_str().unwrap();
            assert_eq!(row["provided_on"], format!("{day} 00:00:00"));
        }
    }
}

#[test]
fn openssl_reads_the_signing_key_and_agrees_on_the_public_one() {
    let room = Room::with_ledger();
    let output = Command::new("openssl")
        .args(["pkey", "-in", "provlog.db.signing-key.pem", "-pubout", "-outform", "DER"])
        .current_dir(room.path("."))
        .output();
    let Ok(output) = output else {
        eprintln!("LEFT OUT: openssl is not installed, so nobody else has read the signing key");
        return;
    };
    assert!(output.status.success());
    let key = room.run("key").done().stdout.split_whitespace().nth(1).unwrap().to_owned();
    let key = provlog::ledger::note::VerifierKey::parse(&key).unwrap();
    // SubjectPublicKeyInfo of Ed25519: twelve bytes, then the key.
    assert_eq!(&output.stdout[12..], key.public_key());
}
