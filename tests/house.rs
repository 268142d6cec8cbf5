//! The rules of the house, held by machine: who may know whom, who prints, who names the driver.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test")]

use std::path::{Path, PathBuf};

fn sources(folder: &str) -> Vec<(PathBuf, String)> {
    let mut all = Vec::new();
    let mut folders = vec![Path::new(env!("CARGO_MANIFEST_DIR")).join("src").join(folder)];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(&folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|e| e == "rs") {
                // The rules are for the program, not for the tests inside it.
                let text = std::fs::read_to_string(&path).unwrap();
                let text = text.split("#[cfg(test)]").next().unwrap().to_owned();
                all.push((path, text));
            }
        }
    }
    assert!(!all.is_empty(), "{folder} has no sources");
    all
}

/// Lines of code, without comments.
fn code(text: &str) -> impl Iterator<Item = &str> {
    text.lines().map(str::trim).filter(|l| !l.starts_with("//"))
}

#[track_caller]
fn must_not_name(folder: &str, words: &[&str]) {
    for (path, text) in sources(folder) {
        for line in code(&text) {
            for word in words {
                assert!(!line.contains(word), "{} names {word}: {line}", path.display());
            }
        }
    }
}

#[test]
fn the_format_knows_nobody() {
    must_not_name(
        "ledger",
        &["crate::record", "crate::store", "crate::verify", "crate::import", "crate::export", "rusqlite"],
    );
}

#[test]
fn the_law_knows_nobody() {
    must_not_name(
        "record",
        &["crate::ledger", "crate::store", "crate::verify", "crate::import", "crate::export", "rusqlite"],
    );
}

#[test]
fn the_check_knows_no_store() {
    must_not_name("verify", &["crate::store", "crate::import", "crate::export", "rusqlite"]);
}

#[test]
fn import_never_sees_the_store() {
    must_not_name("import", &["crate::store", "crate::verify", "crate::export", "rusqlite", "std::thread"]);
}

#[test]
fn export_reads_what_it_is_handed() {
    must_not_name("export", &["crate::store", "crate::import", "rusqlite"]);
}

#[test]
fn only_the_store_names_the_driver() {
    for folder in ["ledger", "record", "verify", "import", "export", "cli"] {
        must_not_name(folder, &["rusqlite", "SELECT ", "INSERT INTO"]);
    }
}

#[test]
fn the_library_reads_no_clock_and_no_environment_and_prints_nothing() {
    for folder in ["ledger", "record", "verify", "import", "export", "store"] {
        must_not_name(
            folder,
            &[
                "SystemTime::now",
                "Instant::now",
                "Utc::now",
                "Local::now",
                "env::var",
                "println!",
                "eprintln!",
                "process::exit",
            ],
        );
    }
}

#[test]
fn nothing_is_printed_by_what_panics_when_nobody_reads() {
    must_not_name("", &["print!(", "println!("]);
}

#[test]
fn names_of_files_reach_people_so_that_they_are_seen() {
    for folder in ["cli/text/en", "cli/text/ja"] {
        // What is wrong, and what to do, is made visible as a whole (`Told::new`): `trouble` says nothing else.
        for (path, text) in sources(folder).into_iter().filter(|(path, _)| !path.ends_with("trouble.rs")) {
            for line in code(&text) {
                assert!(!line.contains(".display()"), "{}: use `shown`: {line}", path.display());
            }
        }
    }
}

#[test]
fn threads_live_in_one_place() {
    for (path, text) in sources("") {
        if path.file_name().is_some_and(|name| name != "threads.rs") {
            for line in code(&text) {
                for word in ["thread::spawn", "thread::scope", "mpsc", "Mutex", "Atomic"] {
                    assert!(!line.contains(word), "{} names {word}: {line}", path.display());
                }
            }
        }
    }
}

#[test]
fn files_and_folders_are_made_in_one_place_for_their_owner_alone() {
    for (path, text) in sources("") {
        if path.file_name().is_some_and(|name| name != "private.rs") {
            for line in code(&text) {
                for word in [
                    "OpenOptions",
                    "File::create",
                    "fs::write",
                    "create_dir",
                    "DirBuilder",
                    "set_permissions",
                ] {
                    assert!(!line.contains(word), "{} names {word}: {line}", path.display());
                }
            }
        }
    }
}

#[test]
fn there_are_no_drawers() {
    for (path, text) in sources("") {
        let name = path.file_stem().unwrap().to_string_lossy().into_owned();
        assert!(
            !["util", "utils", "helper", "helpers", "common", "misc"].contains(&name.as_str()),
            "{}",
            path.display()
        );
        assert!(text.starts_with("//!"), "{} does not say what it owns", path.display());
    }
}

#[test]
fn the_schema_has_a_name_for_every_kind() {
    let schema = include_str!("../schema.sql");
    for kind in provlog::ledger::Kind::ALL {
        assert!(schema.contains(&format!("({}, '{}')", kind.code(), kind.name())), "{kind}");
    }
}

#[test]
fn the_guide_knows_every_finding_and_no_other() {
    let findings = provlog::verify::Finding::NAMES;
    for (name, guide) in [
        ("en", include_str!("../docs/WHEN-VERIFICATION-FAILS.md")),
        ("ja", include_str!("../docs/WHEN-VERIFICATION-FAILS.ja.md")),
    ] {
        let rows = guide.lines().filter(|l| l.starts_with("| `"));
        let firsts = rows.map(|row| row.split('|').nth(1).unwrap());
        let named: Vec<&str> = firsts.flat_map(|cell| cell.split('`').skip(1).step_by(2)).collect();
        for finding in findings {
            assert!(named.contains(finding), "{name}: {finding} is not explained");
        }
        for name_in_guide in &named {
            assert!(findings.contains(name_in_guide), "{name}: {name_in_guide} does not exist");
        }
        assert_eq!(named.len(), findings.len(), "{name}: each is explained once");
    }
}
