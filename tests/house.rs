//! The rules of the house, held by machine: who may know whom, who prints, who names the driver.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test")]

use std::collections::{BTreeMap, BTreeSet};
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
        &[
            "crate::record",
            "crate::act",
            "crate::store",
            "crate::verify",
            "crate::import",
            "crate::export",
            "rusqlite",
        ],
    );
}

#[test]
fn the_law_knows_nobody() {
    must_not_name(
        "record",
        &[
            "crate::ledger",
            "crate::act",
            "crate::store",
            "crate::verify",
            "crate::import",
            "crate::export",
            "rusqlite",
        ],
    );
}

#[test]
fn what_entries_say_is_known_to_the_format_and_the_law_alone() {
    must_not_name("act", &["crate::store", "crate::verify", "crate::import", "crate::export", "rusqlite"]);
}

/// Where parts are written or read, beside `act`, which owns their keys, and `ledger/part.rs`, which owns their form.
const PARTS_ELSEWHERE: [(&str, &str); 1] = [
    // Whether bytes are canonical at all is a step of the verification; it looks for no key.
    ("verify/examine.rs", "part::decode"),
];

#[test]
fn only_the_codecs_write_and_read_parts() {
    let mut excused = Vec::new();
    for (path, text) in sources("") {
        let name = path.strip_prefix(Path::new(env!("CARGO_MANIFEST_DIR")).join("src")).unwrap();
        let name = name.to_string_lossy().replace('\\', "/");
        if name.starts_with("act/") || name == "ledger/part.rs" {
            continue;
        }
        let program = code(&text).collect::<Vec<_>>().join(" ");
        // A statement at a time: an import may be broken over lines.
        for statement in program.split(';') {
            let imports = statement.contains("use ") && statement.contains("part::");
            let decodes = statement.contains("part::decode") || (imports && statement.contains("decode"));
            let opens = ["PartWriter", "get_text", "get_list"].iter().any(|word| statement.contains(word));
            let excuse =
                PARTS_ELSEWHERE.iter().find(|(file, what)| *file == name && statement.contains(what));
            match excuse {
                Some((file, _)) if decodes && !opens => excused.push(*file),
                _ => assert!(!decodes && !opens, "{name} writes or reads a part by itself:{statement}"),
            }
        }
    }
    assert_eq!(excused, PARTS_ELSEWHERE.map(|(file, _)| file), "an excuse that nobody needs");
}

#[test]
fn every_kind_has_a_codec_in_a_file_of_its_own() {
    let codecs = sources("act");
    for kind in provlog::ledger::Kind::ALL.iter().filter(|kind| !kind.is_record()) {
        let named = format!("const KIND: Kind = Kind::{kind:?};");
        let files = codecs.iter().filter(|(_, text)| text.contains(&named)).count();
        assert_eq!(files, 1, "{kind}");
    }
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
fn what_joins_the_floors_is_known_to_nobody_below_it() {
    for folder in ["ledger", "record", "verify", "import", "export", "store"] {
        must_not_name(folder, &["crate::intake", "crate::evidence"]);
    }
    must_not_name("intake", &["crate::evidence", "crate::export"]);
    must_not_name("evidence", &["crate::intake", "crate::import"]);
}

#[test]
fn only_the_store_names_the_driver() {
    for folder in ["ledger", "record", "act", "verify", "import", "export", "intake", "evidence", "cli"] {
        must_not_name(folder, &["rusqlite", "SELECT ", "INSERT INTO"]);
    }
}

#[test]
fn the_library_reads_no_clock_and_no_environment_and_prints_nothing() {
    for folder in ["ledger", "record", "act", "verify", "import", "export", "store", "intake", "evidence"] {
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

/// Reads a path of Rust that begins at `at`, with all that its braces hold: the names of each, in order.
fn read_path(code: &[char], at: &mut usize, so_far: &[String], found: &mut Vec<Vec<String>>) {
    let mut names = so_far.to_vec();
    let skip = |at: &mut usize| {
        while code.get(*at).is_some_and(|c| c.is_whitespace()) {
            *at += 1;
        }
    };
    loop {
        skip(at);
        if code.get(*at) == Some(&'{') {
            while code.get(*at).is_some_and(|c| *c != '}') {
                *at += 1;
                skip(at);
                if code.get(*at).is_some_and(|c| *c != '}') {
                    read_path(code, at, &names, found);
                    skip(at);
                }
            }
            *at += 1;
            return;
        }
        let name: String = code[*at..].iter().take_while(|c| c.is_alphanumeric() || **c == '_').collect();
        *at += name.chars().count().max(1);
        names.push(name);
        match code[*at..] {
            [':', ':', ..] => *at += 2,
            _ => return found.push(names),
        }
    }
}

/// The files of `src/cli`, and whom each of them names in its paths; all of `text/` is one: the words of both languages.
fn arrows_of(folder: &str) -> BTreeMap<String, BTreeSet<String>> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src").join(folder);
    let here = format!("crate::{folder}::");
    let modules: BTreeMap<Vec<String>, String> = sources(folder)
        .into_iter()
        .map(|(path, text)| {
            let path = path.strip_prefix(&root).unwrap().with_extension("");
            let mut module: Vec<String> = path.iter().map(|p| p.to_str().unwrap().to_owned()).collect();
            module.pop_if(|last| last == "mod");
            (module, code(&text).collect::<Vec<_>>().join("\n"))
        })
        .collect();
    let name = |module: &[String]| match module.first() {
        Some(first) if first == "text" => "text".to_owned(),
        _ => module.join("/"),
    };
    let mut arrows: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for (module, text) in &modules {
        let chars: Vec<char> = text.chars().collect();
        let mut named: Vec<Vec<String>> = Vec::new();
        let children = text.lines().filter_map(|line| line.strip_prefix("mod ")?.strip_suffix(';'));
        named.extend(children.map(|child| [&module[..], &[child.to_owned()]].concat()));
        let mut at = 0;
        while at < chars.len() {
            let begins = ["super::", &here].iter().any(|word| {
                word.chars().eq(chars[at..].iter().copied().take(word.len()))
                    && !at
                        .checked_sub(1)
                        .is_some_and(|before| chars[before].is_alphanumeric() || chars[before] == ':')
            });
            if !begins {
                at += 1;
                continue;
            }
            let mut paths = Vec::new();
            read_path(&chars, &mut at, &[], &mut paths);
            named.extend(paths.into_iter().map(|path| {
                let ups = path.iter().take_while(|name| *name == "super").count();
                match ups {
                    0 => path[2..].to_vec(),
                    ups => [&module[..module.len() - ups], &path[ups..]].concat(),
                }
            }));
        }
        let from = arrows.entry(name(module)).or_default();
        for mut path in named {
            // The file that has it: what is behind that are names in it.
            while !modules.contains_key(&path) {
                path.pop();
            }
            from.insert(name(&path));
        }
        from.remove(&name(module));
    }
    arrows
}

#[test]
fn no_files_of_the_command_line_know_each_other_in_a_circle() {
    let mut arrows = arrows_of("cli");
    let knows = |from: &str, to: &str| arrows[from].contains(to);
    assert!(knows("", "record") && knows("record", "load") && knows("ending", "text"), "{arrows:?}");
    // Whoever knows nobody that is left is in no circle, and neither is whom nobody knows.
    loop {
        let known: BTreeSet<String> = arrows.values().flatten().cloned().collect();
        let before = arrows.len();
        arrows.retain(|file, knows| !knows.is_empty() && known.contains(file));
        let left: BTreeSet<String> = arrows.keys().cloned().collect();
        arrows.values_mut().for_each(|knows| knows.retain(|file| left.contains(file)));
        if arrows.len() == before {
            break;
        }
    }
    assert!(arrows.is_empty(), "a circle of files in src/cli: {arrows:#?}");
}

#[test]
fn the_store_is_in_layers() {
    let mut arrows = arrows_of("store");
    // The public face knows all of them.
    arrows.remove("");
    let reached = |from: &str| -> BTreeSet<String> {
        let (mut seen, mut next) = (BTreeSet::new(), vec![from.to_owned()]);
        while let Some(file) = next.pop() {
            for to in arrows.get(&file).into_iter().flatten() {
                if seen.insert(to.clone()) {
                    next.push(to.clone());
                }
            }
        }
        seen
    };
    let all: BTreeMap<&str, BTreeSet<String>> =
        arrows.keys().map(|file| (file.as_str(), reached(file))).collect();
    assert!(all["open"].contains("connection") && all["erase"].contains("failure"), "{all:?}");
    for (file, reaches) in &all {
        let circle: Vec<&String> =
            reaches.iter().filter(|to| all.get(to.as_str()).is_some_and(|r| r.contains(*file))).collect();
        assert!(circle.len() <= 3, "{file} is in a circle of files in src/store: {circle:?}");
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

/// Whether what stands behind an opening bracket is string literals alone, up to its end.
fn is_literals_alone(list: &str) -> bool {
    let mut rest = list.trim_start();
    while let Some(literal) = rest.strip_prefix('"') {
        let mut escaped = false;
        let end = literal.find(|c| {
            let ends = c == '"' && !escaped;
            escaped = c == '\\' && !escaped;
            ends
        });
        let Some(end) = end else { return false };
        rest = literal[end + 1..].trim_start_matches(|c: char| c == ',' || c.is_whitespace());
    }
    rest.starts_with(']')
}

#[test]
fn a_command_line_whose_words_are_known_is_one_string() {
    // The rule sees what it is for, and no more.
    assert!(["\"list\", \"--json\"]", "\n \"a \\\"b\",\n ]", "]"].into_iter().all(is_literals_alone));
    assert!(!["\"show\", index]", "&\"a\"]", "\"a\".to_owned()]", "\"a"].into_iter().any(is_literals_alone));
    let mut calls = 0;
    for (path, text) in sources("../tests") {
        for call in [".run(", ".record(", ".command(", ".run_with_input("] {
            for (at, _) in text.match_indices(call) {
                let args = text[at + call.len()..].trim_start().trim_start_matches('&');
                let said = args.lines().next().unwrap_or_default();
                assert!(
                    !args.strip_prefix('[').is_some_and(is_literals_alone),
                    "{}: a command line is a string, not a word a line: {call}{said}",
                    path.display()
                );
                calls += 1;
            }
        }
    }
    assert!(calls > 1000, "{calls}");
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
