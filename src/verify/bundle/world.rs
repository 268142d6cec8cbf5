//! The closed world of a folder (FORMAT.md, "The encoding of a folder"): nothing lies in it but what its manifests list and the
//! format knows.
//!
//! Owns: which names there may be, and which there must be; litter. Does not own: digests (`manifest`), what the files hold.

use std::path::{Path, PathBuf};

use super::Files;
use super::cells::{Step, Stop, number, whole};
use super::constants::Constants;
use super::manifest::TAG_MANIFEST;
use super::stamps::stamp_number;
use crate::verify::chain::Witness;
use crate::verify::finding::{Finding, Notice};

/// The tag files that the tag manifest lists.
const TAGS: [&str; 3] = ["bag-info.txt", "bagit.txt", "manifest-sha256.txt"];
/// The folder says of itself that its log does not know of it; in no manifest, since it is written afterwards.
const NOT_LOGGED: &str = "NOT-LOGGED.txt";
/// Files in `data/` of every folder, those that may be absent among them.
const ALWAYS: [&str; 10] = [
    "checkpoint",
    "corrections.csv",
    "current.csv",
    "entries.csv",
    "origin.jsonl",
    "records.csv",
    "records.csv-metadata.json",
    "records.xlsx",
    "VERIFY.md",
    "verify.py",
];
/// Files of a folder with a range.
const OF_A_RANGE: [&str; 7] = [
    "acts.jsonl",
    "proof",
    "summary/deletions.csv",
    "summary/filings.csv",
    "summary/provisions.csv",
    "summary/recipients.csv",
    "summary/stop-requests.csv",
];
/// What the check reads; nothing counts on the others.
const PROVED: [&str; 8] = [
    "acts.jsonl",
    "checkpoint",
    "corrections.csv",
    "current.csv",
    "entries.csv",
    "origin.jsonl",
    "proof",
    "records.csv",
];

/// Compares what is there with what may be; the files of which nothing is proved.
pub(super) fn world(
    folder: &Path,
    [tags, listed]: [&Files; 2],
    constants: &Constants,
    w: &mut dyn Witness,
) -> Step<Vec<String>> {
    for path in TAGS.iter().filter(|path| !tags.contains_key(**path)) {
        w.finding(Finding::FileMissing { path: (*path).to_owned() });
    }
    for path in tags.keys().filter(|path| !TAGS.contains(&path.as_str())) {
        w.finding(Finding::FileUnknown { path: path.clone() });
    }
    for path in listed.keys().filter(|path| !is_known(path, listed)) {
        w.finding(Finding::FileUnknown { path: path.clone() });
    }
    for path in needed(listed).into_iter().filter(|path| !listed.contains_key(*path)) {
        w.finding(Finding::FileMissing { path: path.to_owned() });
    }
    let mut not_proved = Vec::new();
    for (path, is_file) in there(folder)? {
        if path == TAG_MANIFEST || TAGS.contains(&path.as_str()) || listed.contains_key(&path) {
            continue;
        }
        match is_file {
            true if path == NOT_LOGGED => {
                w.notice(Notice::NotLogged);
                not_proved.push(path);
            }
            true if is_litter(&path) => w.notice(Notice::Litter { path }),
            _ => w.finding(Finding::FileExtra { path }),
        }
    }
    not_proved.push("bag-info.txt".to_owned());
    for path in listed.keys() {
        let name = path.strip_prefix("data/").unwrap_or(path);
        if PROVED.contains(&name) || name.starts_with("proofs/") || stamp_number(path).is_some() {
            continue;
        }
        // One that cannot be read is told where its digest is compared.
        let fixed = constants.fixed.iter().find(|(fixed, _)| fixed == path);
        if let Some((_, bytes)) = fixed
            && let Ok(found) = whole(folder, path)
        {
            if bytes.contains(&found) {
                continue;
            }
            w.notice(Notice::OtherRelease { path: path.clone() });
        }
        not_proved.push(path.clone());
    }
    Ok(not_proved)
}

/// A name that a file of such a folder may have.
fn is_known(path: &str, listed: &Files) -> bool {
    let Some(name) = path.strip_prefix("data/") else { return false };
    if ALWAYS.contains(&name) {
        return true;
    }
    if let Some(stamp) = stamp_number(path) {
        let before = format!("data/checkpoint-{}.tsr", stamp - 1);
        return listed.contains_key("data/checkpoint") && (stamp == 1 || listed.contains_key(&before));
    }
    match listed.contains_key("data/proof") {
        true => OF_A_RANGE.contains(&name),
        false => {
            let index = name.strip_prefix("proofs/").and_then(|name| name.strip_suffix(".tlog-proof"));
            index.and_then(number).is_some()
        }
    }
}

/// Names that the manifest of such a folder must have.
fn needed(listed: &Files) -> Vec<&'static str> {
    let mut all = vec!["data/entries.csv", "data/records.csv", "data/origin.jsonl"];
    all.push(if listed.contains_key("data/proof") { "data/acts.jsonl" } else { "data/checkpoint" });
    let corrected = ["data/corrections.csv", "data/current.csv"];
    if corrected.iter().any(|path| listed.contains_key(*path)) {
        all.extend(corrected);
    }
    all
}

/// What Finder, Explorer, Excel and LibreOffice leave in a folder that they show.
fn is_litter(path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or(path);
    let lower = name.to_ascii_lowercase();
    name == ".DS_Store"
        || ["desktop.ini", "thumbs.db", "ehthumbs.db"].contains(&lower.as_str())
        || name.starts_with("._")
        || name.starts_with("~$")
        || (name.starts_with(".~lock.") && name.ends_with('#'))
}

/// Everything in the folder that is no folder, and whether it is a regular file.
fn there(folder: &Path) -> Step<Vec<(String, bool)>> {
    let mut all = Vec::new();
    let mut folders = vec![PathBuf::new()];
    while let Some(inside) = folders.pop() {
        let failed = |e| Stop::Io(folder.join(&inside), e);
        for entry in std::fs::read_dir(folder.join(&inside)).map_err(failed)? {
            let entry = entry.map_err(failed)?;
            let path = inside.join(entry.file_name());
            let kind = entry.file_type().map_err(failed)?;
            match kind.is_dir() {
                true => folders.push(path),
                false => all.push((path.to_string_lossy().replace('\\', "/"), kind.is_file())),
            }
        }
    }
    all.sort();
    Ok(all)
}
