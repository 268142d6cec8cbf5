//! What the program is built of, and what it never does: the claims of docs/SECURITY.md, held with cargo and strace alone. The list
//! of what may be in the tree is deny.toml, which `cargo deny` reads too.
#![allow(clippy::unwrap_used, clippy::panic, clippy::print_stdout, reason = "a test")]

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::process::Command;

use crate::support::{Room, whole};
use serde_json::Value;
use toml::Table;

const CRATES_IO: &str = "registry+https://github.com/rust-lang/crates.io-index";

fn text(name: &str) -> String {
    std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(name))
        .unwrap_or_else(|e| panic!("{name}: {e}"))
}

fn table(name: &str) -> Table {
    text(name).parse().unwrap_or_else(|e| panic!("{name}: {e}"))
}

fn cargo(args: &[&str]) -> String {
    let done =
        Command::new(env!("CARGO")).args(args).current_dir(env!("CARGO_MANIFEST_DIR")).output().unwrap();
    assert!(done.status.success(), "cargo {args:?}: {}", String::from_utf8_lossy(&done.stderr));
    String::from_utf8(done.stdout).unwrap()
}

/// What cargo knows of the packages that are built for this machine.
fn metadata() -> Value {
    let version = cargo(&["-vV"]);
    let host = version.lines().find_map(|line| line.strip_prefix("host: ")).unwrap();
    let args = ["metadata", "--offline", "--locked", "--format-version", "1", "--filter-platform", host];
    serde_json::from_str(&cargo(&args)).unwrap()
}

/// The texts under this key of an array of tables, or the array itself.
fn names(list: &toml::Value, key: &str) -> Vec<String> {
    let name = |entry: &toml::Value| entry.as_str().or_else(|| entry.get(key)?.as_str()).unwrap().to_owned();
    list.as_array().unwrap().iter().map(name).collect()
}

#[test]
fn everything_comes_from_the_registry_with_its_digest_and_nothing_banned_is_among_it() {
    let deny = table("deny.toml");
    let banned: BTreeSet<String> = names(&deny["bans"]["deny"], "crate").into_iter().collect();
    let twice: Vec<String> = names(&deny["bans"]["skip"], "crate");
    assert!(banned.len() > 15);
    for (lock, ours) in [("Cargo.lock", &["provlog"][..]), ("fuzz/Cargo.lock", &["provlog", "provlog-fuzz"])]
    {
        let lock_file = table(lock);
        let packages = lock_file["package"].as_array().unwrap();
        let mut versions: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
        for package in packages {
            let name = package["name"].as_str().unwrap();
            versions.entry(name).or_default().push(package["version"].as_str().unwrap());
            assert!(!banned.contains(name), "{lock}: {name} is banned");
            if ours.contains(&name) {
                assert!(package.get("source").is_none(), "{lock}: {name}");
                continue;
            }
            assert_eq!(package["source"].as_str(), Some(CRATES_IO), "{lock}: {name}");
            let digest = package["checksum"].as_str().unwrap();
            assert!(digest.len() == 64 && digest.bytes().all(|b| b.is_ascii_hexdigit()), "{lock}: {name}");
        }
        let several: Vec<_> = versions.iter().filter(|(_, versions)| versions.len() > 1).collect();
        for (name, versions) in several {
            let known = versions
                .iter()
                .filter(|v| twice.contains(&format!("{name}@{}", v.split('.').next().unwrap())));
            assert!(versions.len() - known.count() <= 1, "{lock}: {name} is there twice: {versions:?}");
        }
        println!(
            "supply: {lock}: {} packages, each from crates.io with its digest",
            packages.len() - ours.len()
        );
    }
}

/// Whether the licences on the list are enough for an SPDX expression; those that were needed are noted.
fn allows(expression: &str, allowed: &[String], needed: &mut BTreeSet<String>) -> bool {
    let spaced = expression.replace('(', " ( ").replace(')', " ) ").replace('/', " OR ");
    let mut words = spaced.split_whitespace().peekable();
    let result = either(&mut words, allowed, needed);
    assert_eq!(words.next(), None, "{expression}");
    result
}

type Words<'a, 'b> = &'a mut std::iter::Peekable<std::str::SplitWhitespace<'b>>;

fn either(words: Words<'_, '_>, allowed: &[String], needed: &mut BTreeSet<String>) -> bool {
    let mut result = both(words, allowed, needed);
    while words.next_if_eq(&"OR").is_some() {
        result |= both(words, allowed, needed);
    }
    result
}

fn both(words: Words<'_, '_>, allowed: &[String], needed: &mut BTreeSet<String>) -> bool {
    let mut result = one(words, allowed, needed);
    while words.next_if_eq(&"AND").is_some() {
        result &= one(words, allowed, needed);
    }
    result
}

fn one(words: Words<'_, '_>, allowed: &[String], needed: &mut BTreeSet<String>) -> bool {
    let word = words.next().unwrap();
    if word == "(" {
        let result = either(words, allowed, needed);
        assert_eq!(words.next(), Some(")"));
        return result;
    }
    // An exception makes it another licence.
    let exception = words.next_if_eq(&"WITH").and_then(|_| words.next());
    let name = exception.map_or(word.to_owned(), |exception| format!("{word} WITH {exception}"));
    let result = allowed.contains(&name);
    if result {
        needed.insert(name);
    }
    result
}

#[test]
fn every_licence_is_on_the_list() {
    let allowed = names(&table("deny.toml")["licenses"]["allow"], "");
    let mut needed = BTreeSet::new();
    // The reader of expressions reads them.
    let only = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>();
    for (expression, list, expected) in [
        ("MIT OR Apache-2.0", &["MIT"][..], true),
        ("MIT/Apache-2.0", &["Apache-2.0"], true),
        ("MIT AND BSD-3-Clause", &["MIT"], false),
        ("(MIT OR GPL-3.0) AND Zlib", &["MIT", "Zlib"], true),
        ("GPL-3.0 OR MIT AND Zlib", &["MIT"], false),
        ("Apache-2.0 WITH LLVM-exception", &["Apache-2.0"], false),
    ] {
        assert_eq!(allows(expression, &only(list), &mut BTreeSet::new()), expected, "{expression}");
    }
    let metadata = metadata();
    let packages = metadata["packages"].as_array().unwrap();
    for package in packages {
        let (name, licence) = (&package["name"], package["license"].as_str());
        let licence = licence.unwrap_or_else(|| panic!("{name} names no licence"));
        assert!(allows(licence, &allowed, &mut needed), "{name}: {licence}");
        assert!(package["source"] == CRATES_IO || name == "provlog", "{name}");
    }
    assert!(packages.len() > 50);
    assert_eq!(needed, allowed.into_iter().collect(), "a licence on the list is in use nowhere");
    println!(
        "supply: {} packages are built or tested with here, all under licences of deny.toml",
        packages.len()
    );
}

#[test]
fn every_dependency_of_ours_says_what_it_is_for() {
    for manifest in ["Cargo.toml", "fuzz/Cargo.toml"] {
        let all = text(manifest);
        let mut above = "";
        let (mut within, mut count) = (false, 0);
        for line in all.lines() {
            if line.starts_with('[') {
                within = line.ends_with("dependencies]");
            } else if within && line.contains(" = ") && !line.starts_with('#') {
                // One comment may stand over several in the fuzzer's, which repeat ours.
                let is_said = above.starts_with("# ") || (manifest != "Cargo.toml" && !above.is_empty());
                assert!(is_said || line.contains("path = \"..\""), "{manifest}: {line}: what for?");
                count += 1;
            }
            above = line;
        }
        assert!(count > 8, "{manifest}: {count}");
    }
}

#[test]
fn the_guide_names_every_dependency_of_ours_and_none_that_has_gone() {
    let manifest = table("Cargo.toml");
    let of_targets =
        manifest["target"].as_table().unwrap().values().filter_map(|target| target.get("dependencies"));
    let ours = of_targets.chain([&manifest["dependencies"]]).flat_map(|all| all.as_table().unwrap().keys());
    let ours: BTreeSet<&str> = ours.map(String::as_str).collect();
    let lock = table("Cargo.lock");
    let locked = lock["package"].as_array().unwrap().iter().map(|package| package["name"].as_str().unwrap());
    let locked: BTreeSet<&str> = locked.collect();
    let guide = text("docs/SECURITY.md");
    let rows =
        guide.split("| direct dependency |").nth(1).unwrap().split("\n\n").next().unwrap().lines().skip(2);
    let mut named = BTreeSet::new();
    for row in rows {
        let cells: Vec<&str> = row.split('|').map(str::trim).collect();
        named.extend(cells[1].split(", "));
        // What they bring, without what is said of it.
        for name in cells[2].split([',', ';', ' ']).filter(|word| word.contains(['-', '_'])) {
            assert!(locked.contains(name), "docs/SECURITY.md names {name}, which is not in the tree");
        }
    }
    assert_eq!(named, ours);
}

#[test]
fn sqlite_is_all_that_is_not_rust() {
    let metadata = metadata();
    let packages = metadata["packages"].as_array().unwrap();
    let name_of = |id: &Value| {
        let package = packages.iter().find(|package| package["id"] == *id).unwrap();
        package["name"].as_str().unwrap().to_owned()
    };
    let nodes = metadata["resolve"]["nodes"].as_array().unwrap();
    let compiles = |node: &&Value| node["deps"].as_array().unwrap().iter().any(|dep| dep["name"] == "cc");
    let compiling: Vec<String> = nodes.iter().filter(compiles).map(|node| name_of(&node["id"])).collect();
    assert_eq!(compiling, ["libsqlite3-sys"], "who compiles C");
    let linking = packages.iter().filter(|package| !package["links"].is_null());
    let linking: Vec<&Value> = linking.map(|package| &package["name"]).collect();
    assert_eq!(linking, ["libsqlite3-sys"], "who links a library that is not Rust");
}

#[test]
fn the_program_names_no_network_and_starts_no_other_program() {
    let mut folders = vec![Path::new(env!("CARGO_MANIFEST_DIR")).join("src")];
    let mut count = 0;
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|e| e == "rs") {
                let text = std::fs::read_to_string(&path).unwrap();
                let program = text.split("#[cfg(test)]").next().unwrap();
                for word in
                    ["std::net", "TcpStream", "UdpSocket", "UnixStream", "process::Command", "load_extension"]
                {
                    assert!(!program.contains(word), "{} names {word}", path.display());
                }
                count += 1;
            }
        }
    }
    assert!(count > 100);
}

/// The system calls of a run that would reach a network or start a program.
#[cfg(target_os = "linux")]
#[test]
fn the_kernel_sees_no_socket_and_no_other_program() {
    let room = Room::new();
    let strace = |args: &str| {
        let ours = room.command(args);
        let mut command = Command::new("strace");
        command.args(["-f", "-qq", "-e", "trace=%network,execve,execveat", "-o", "calls"]);
        command.arg(ours.get_program()).args(ours.get_args()).current_dir(room.path("")).env_clear();
        ours.get_envs().for_each(|(name, value)| {
            command.env(name, value.unwrap());
        });
        command.env("PATH", std::env::var_os("PATH").unwrap_or_default());
        command.output()
    };
    let first = strace("init --operator 'Sample K.K.' --anchor newest.anchor");
    if !first.as_ref().is_ok_and(|done| done.status.success()) {
        println!("LEFT OUT: strace is not there, or may not look: {first:?}");
        return;
    }
    room.write("h.csv", crate::support::history(50, 7));
    let record = whole("--principal-id A");
    let mut runs = 0;
    for args in [
        record.as_str(),
        "import h.csv --basis opt-out",
        "list",
        "verify --deep",
        "checkpoint --timestamp-query query.tsq",
        "export --out evidence --xlsx",
        "verify --bundle evidence",
        "disclose --principal-id A --out copy",
        "key --rotate --reason test",
    ] {
        let done = strace(args).unwrap();
        assert!(done.status.success(), "{args:?}: {}", String::from_utf8_lossy(&done.stderr));
        let calls = String::from_utf8(room.read("calls")).unwrap();
        let calls: Vec<&str> =
            calls.lines().filter(|line| !line.contains(" +++ ") && !line.contains(" --- ")).collect();
        // The one that starts it.
        assert!(matches!(&calls[..], [only] if only.contains("execve(")), "{args:?}: {calls:?}");
        runs += 1;
    }
    println!("supply: {runs} commands under strace: no socket, no other program");
}
