//! Old ledgers as they are found: `tests/corpus`, small files, each with the reason why it is there, how it is imported, and what comes of
//! it: what is said, and the records.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test")]

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use crate::support::Room;

fn files() -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/corpus");
    let all = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let mut all: Vec<_> = all.filter(|path| path.extension().is_some_and(|e| e == "expect")).collect();
    all.sort();
    all
}

/// What comes of a file: the status, what is said, the records with their lines.
fn outcome(name: &str, bytes: &[u8], args: &str) -> String {
    let room = Room::with_ledger();
    room.write(name, bytes);
    let mut all = vec!["import", name];
    all.extend(args.split_whitespace());
    let ran = room.run(&all);
    let mut text = format!("status {}\n{}", ran.status, ran.stderr);
    for record in room.run("list --json").done().objects() {
        if !matches!(record["kind"].as_str(), Some("provision" | "receipt")) {
            continue;
        }
        let fields = record.as_object().unwrap().iter();
        let left_out = [
            "index",
            "recorded_at",
            "retention_base",
            "hash",
            "import",
            "line",
            "recipient_type",
            "provider_type",
        ];
        let shown: Vec<String> = fields
            .filter(|(key, _)| !left_out.contains(&key.as_str()))
            .map(|(key, value)| format!("{key}={value}"))
            .collect();
        text.push_str(&format!("record of line {}: {}\n", record["line"], shown.join(" ")));
    }
    room.run("verify").done();
    text
}

#[test]
fn every_old_ledger_comes_to_what_stands_beside_it() {
    let write = std::env::var_os("PROVLOG_WRITE_VECTORS").is_some();
    let mut reasons = BTreeSet::new();
    let files = files();
    assert!(files.len() >= 60, "{} files", files.len());
    for expect in files {
        let file = expect.with_extension("");
        let name = file.file_name().unwrap().to_str().unwrap();
        let text = std::fs::read_to_string(&expect).unwrap();
        let (head, expected) = text.split_once("\n\n").unwrap();
        let (why, args) = head.split_once('\n').unwrap();
        assert!(reasons.insert(why.to_owned()), "{name}: {why}, and another file is here for the same");
        let args = args.strip_prefix("args:").unwrap();
        let found = outcome(name, &std::fs::read(&file).unwrap(), args);
        if write {
            std::fs::write(&expect, format!("{head}\n\n{found}")).unwrap();
        } else {
            assert_eq!(found, expected, "{name} ({why})");
        }
    }
}
