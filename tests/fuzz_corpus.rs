//! The corpora of the fuzzer, replayed by the stable toolchain, and thousands of changes of them: what holds in `fuzz/` holds
//! here. The fuzzing itself is `fuzz/run.sh`.
#![allow(clippy::unwrap_used, clippy::panic, clippy::print_stdout, reason = "a test")]

use std::collections::BTreeSet;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;

use crate::fuzzed::{Check, TARGETS};

/// A corpus is at most so large, in bytes; all together stay below a megabyte.
const LARGEST: usize = 150_000;

fn corpus(target: &str) -> Vec<(String, Vec<u8>)> {
    let folder = crate::seeds::folder_of(target);
    let mut all: Vec<_> = std::fs::read_dir(&folder)
        .unwrap_or_else(|e| panic!("{}: {e}", folder.display()))
        .map(|entry| entry.unwrap())
        .map(|entry| (entry.file_name().into_string().unwrap(), std::fs::read(entry.path()).unwrap()))
        .collect();
    all.sort();
    all
}

/// Runs a check; an input that breaks it is shown.
fn holds(target: &str, check: Check, what: &str, input: &[u8]) -> bool {
    catch_unwind(AssertUnwindSafe(|| check(input)))
        .unwrap_or_else(|_| panic!("{target}: {what} does not hold: b\"{}\"", input.escape_ascii()))
}

/// splitmix64: the same changes on every machine.
struct Random(u64);

impl Random {
    fn below(&mut self, n: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        usize::try_from((z ^ (z >> 31)) % n as u64).unwrap()
    }

    fn one_of<'a, T: ?Sized>(&mut self, all: &[&'a T]) -> &'a T {
        all[self.below(all.len())]
    }
}

/// What stands where something else is expected.
const TOKENS: [&[u8]; 36] = [
    b"\n",
    b"\r\n",
    b"\r",
    b"\0",
    b"\t",
    b" ",
    b",",
    b";",
    b"\"",
    b"\"\"",
    b"\\",
    b"{",
    b"}",
    b"[",
    b"]",
    b":",
    b"=",
    b"-",
    b"+",
    b"0",
    b"00",
    b"1",
    b"9223372036854775807",
    b"9223372036854775808",
    b"18446744073709551616",
    b"-1",
    b"\xff",
    b"\xc2\x85",
    b"\xef\xbb\xbf",
    "\u{3000}".as_bytes(),
    "、".as_bytes(),
    "〃".as_bytes(),
    "令和6年".as_bytes(),
    b"2024/2/29",
    b"9999-12-31",
    b"#1",
];

fn changed(seed: &[u8], other: &[u8], random: &mut Random) -> Vec<u8> {
    let mut input = seed.to_vec();
    for _ in 0..=random.below(3) {
        let (from, to) = (random.below(input.len() + 1), random.below(input.len() + 1));
        let (from, to) = (from.min(to), from.max(to).min(from.min(to) + 64));
        match random.below(9) {
            0 | 1 if from < input.len() => input[from] ^= 1 << random.below(8),
            2 if from < input.len() => input[from] = u8::try_from(random.below(256)).unwrap(),
            3 => drop(input.drain(from..to)),
            4 => {
                let piece = input[from..to].to_vec();
                let at = random.below(input.len() + 1);
                input.splice(at..at, piece);
            }
            5 => drop(input.splice(from..from, random.one_of(&TOKENS).iter().copied())),
            6 => drop(input.splice(from..to, random.one_of(&TOKENS).iter().copied())),
            7 => {
                let start = random.below(other.len() + 1);
                let piece = &other[start..other.len().min(start + 1 + random.below(64))];
                input.splice(from..to, piece.iter().copied());
            }
            _ => input.truncate(from.max(input.len() / 2)),
        }
    }
    input
}

/// How many changes of a corpus are tried: fewer where one takes long.
fn changes(target: &str) -> usize {
    match target {
        "heading" => 300,
        "folder" | "csv" | "jsonl" => 600,
        "import" => 1_000,
        "map" => 2_000,
        _ => 20_000,
    }
}

#[test]
fn what_the_fuzzer_holds_holds_of_its_corpora_and_of_what_is_near_them() {
    let only = std::env::var("PROVLOG_FUZZ_ONLY").ok();
    let more: usize = std::env::var("PROVLOG_FUZZ_TIMES").map_or(1, |times| times.parse().unwrap());
    for (target, check) in TARGETS.iter().filter(|(name, _)| only.as_ref().is_none_or(|only| only == name)) {
        let corpus = corpus(target);
        let bytes: usize = corpus.iter().map(|(_, bytes)| bytes.len()).sum();
        assert!(bytes <= LARGEST, "{target}: {bytes} bytes");
        let (good, bad): (Vec<_>, Vec<_>) =
            corpus.iter().partition(|(name, input)| holds(target, *check, name, input));
        let (taken, refused) = (good.len(), bad.len());
        // A check that takes everything, or nothing, would not be one.
        assert!(taken > 0 && refused > 0, "{target}: {taken} taken, {refused} refused");
        let mut random = Random(42);
        let mut taken_changed = 0;
        let count = more * changes(target);
        for number in 0..count {
            // Half of them near what is taken.
            let near = if random.below(2) == 0 { &good } else { &bad };
            let (name, seed) = near[random.below(near.len())];
            let (_, other) = &corpus[random.below(corpus.len())];
            let input = changed(seed, other, &mut random);
            taken_changed +=
                usize::from(holds(target, *check, &format!("change {number}, of {name},"), &input));
        }
        println!(
            "fuzz corpus: {target}: {} inputs ({bytes} bytes), {taken} of them taken; {count} changes, {taken_changed} taken",
            corpus.len(),
        );
    }
}

#[test]
fn every_target_has_its_fuzzer_and_every_fuzzer_its_target() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz");
    let manifest = std::fs::read_to_string(root.join("Cargo.toml")).unwrap();
    let names: BTreeSet<String> = TARGETS.iter().map(|(name, _)| (*name).to_owned()).collect();
    let of = |folder: &str| -> BTreeSet<String> {
        let entries = std::fs::read_dir(root.join(folder)).unwrap().map(|e| e.unwrap().path());
        entries.map(|path| path.file_stem().unwrap().to_str().unwrap().to_owned()).collect()
    };
    assert_eq!(of("fuzz_targets"), names);
    assert_eq!(of("corpus"), names);
    for name in names {
        assert!(
            manifest.contains(&format!("name = \"{name}\"\npath = \"fuzz_targets/{name}.rs\"")),
            "{name}"
        );
        let source = std::fs::read_to_string(root.join(format!("fuzz_targets/{name}.rs"))).unwrap();
        assert!(source.contains(&format!("::{name}(data)")), "{name} calls another check");
    }
}

#[test]
fn the_seeds_are_what_they_are_made_of() {
    let write = std::env::var("PROVLOG_WRITE_CORPUS").unwrap_or_default();
    let mut all = crate::seeds::seeds();
    if write == "folder" {
        // A new log each time, with keys and salts of its own: what the fuzzer found of the old one is of no more use.
        all.extend(crate::seeds::folders());
    }
    assert!(all.len() > 150);
    for ((target, name), bytes) in all {
        let path = crate::seeds::folder_of(&target).join(&name);
        if !write.is_empty() {
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(&path, &bytes).unwrap();
        }
        let found = std::fs::read(&path).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
        assert!(found == bytes, "{}: run again with PROVLOG_WRITE_CORPUS=1", path.display());
    }
}
