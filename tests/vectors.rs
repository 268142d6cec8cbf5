//! The test vectors of the format: files that state their own expectation (`tests/vectors/make.py` wrote them from
//! FORMAT.md, without our code), and the literal example of FORMAT.md.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test")]

use std::collections::HashMap;

use provlog::ledger::hash::{leaf_hash, part_hash};
use provlog::ledger::note::{Checkpoint, Note, TlogProof, VerifierKey};
use provlog::ledger::proof::{is_consistent, root_of_inclusion};
use provlog::ledger::tree::Frontier;
use provlog::ledger::{Digest, Header, PartName, Salt, part};

struct Vector {
    name: String,
    head: HashMap<String, String>,
    body: Vec<u8>,
}

impl Vector {
    fn get(&self, key: &str) -> &str {
        self.head.get(key).unwrap_or_else(|| panic!("{}: no {key}", self.name))
    }

    fn number(&self, key: &str) -> usize {
        self.get(key).parse().unwrap()
    }
}

fn vectors() -> Vec<Vector> {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/vectors");
    let mut all = Vec::new();
    for file in std::fs::read_dir(folder).unwrap() {
        let path = file.unwrap().path();
        if path.extension().is_none_or(|e| e != "txt") {
            continue;
        }
        let bytes = std::fs::read(&path).unwrap();
        let end = bytes.windows(5).position(|w| w == b"\n---\n").unwrap();
        let head = std::str::from_utf8(&bytes[..end]).unwrap();
        all.push(Vector {
            name: path.file_name().unwrap().to_string_lossy().into_owned(),
            head: head
                .lines()
                .map(|l| l.split_once(": ").unwrap())
                .map(|(k, v)| (k.to_owned(), v.to_owned()))
                .collect(),
            body: bytes[end + 5..].to_vec(),
        });
    }
    all
}

/// The checkpoint in a note that the key has signed, or the name of what is wrong.
fn checked(note: &[u8], known: &VerifierKey) -> Result<Checkpoint, String> {
    let note = Note::parse(note).map_err(|e| format!("{e:?}"))?;
    let text = note.verified(std::slice::from_ref(known)).map_err(|e| {
        let debug = format!("{e:?}");
        debug.split('(').next().unwrap().to_owned()
    })?;
    Checkpoint::parse(text).map_err(|e| format!("{e:?}"))
}

#[test]
fn every_vector_holds() {
    let mut counted: HashMap<String, usize> = HashMap::new();
    for v in vectors() {
        let valid = v.get("expect") == "valid";
        *counted.entry(format!("{} {}", v.get("type"), v.get("expect"))).or_default() += 1;
        match (v.get("type"), valid) {
            ("header", true) => {
                let header = Header::decode(&v.body).unwrap_or_else(|e| panic!("{}: {e}", v.name));
                assert_eq!(header.encode(), v.body, "{}", v.name);
                assert_eq!(leaf_hash(&v.body).to_string(), v.get("leaf"), "{}", v.name);
            }
            ("header", false) => {
                let error = Header::decode(&v.body).expect_err(&v.name);
                assert_eq!((error.line, error.offset), (v.number("line"), v.number("offset")), "{}", v.name);
            }
            ("part", true) => {
                part::decode(&v.body).unwrap_or_else(|e| panic!("{}: {e}", v.name));
                let name = if v.get("part") == "facts" { PartName::Facts } else { PartName::Extra };
                let salt = Salt::from_text(v.get("salt").as_bytes()).unwrap();
                assert_eq!(part_hash(name, &salt, &v.body).to_string(), v.get("hash"), "{}", v.name);
            }
            ("part", false) => {
                let error = part::decode(&v.body).expect_err(&v.name);
                assert_eq!(error.offset, v.number("offset"), "{}: {error}", v.name);
            }
            ("tree", true) => {
                let mut tree = Frontier::new();
                for line in std::str::from_utf8(&v.body).unwrap().lines() {
                    tree.push(Digest::from_text(line.as_bytes()).unwrap(), |_| ());
                }
                assert_eq!(tree.root().to_string(), v.get("root"), "{}", v.name);
            }
            ("note", _) => {
                let known = VerifierKey::parse(v.get("key")).unwrap();
                match (checked(&v.body, &known), valid) {
                    (Ok(found), true) => {
                        let expected = (v.get("origin"), v.number("size") as u64, v.get("root"));
                        assert_eq!(
                            (&*found.origin, found.size, &*found.root.to_string()),
                            expected,
                            "{}",
                            v.name
                        );
                    }
                    (Err(fault), false) => assert_eq!(fault, v.get("fault"), "{}", v.name),
                    (found, _) => panic!("{}: {found:?}", v.name),
                }
            }
            ("proof", _) => {
                let known = VerifierKey::parse(v.get("key")).unwrap();
                let leaf = Digest::from_text(v.get("leaf").as_bytes()).unwrap();
                let holds = TlogProof::parse(std::str::from_utf8(&v.body).unwrap()).is_ok_and(|proof| {
                    let tree = checked(proof.checkpoint.as_bytes(), &known).unwrap();
                    assert!(!valid || proof.text().as_bytes() == v.body, "{}", v.name);
                    root_of_inclusion(proof.index, tree.size, leaf, &proof.hashes) == Some(tree.root)
                });
                assert_eq!(holds, valid, "{}", v.name);
            }
            ("consistency", _) => {
                let side = |size: &str, root: &str| {
                    (v.number(size) as u64, Digest::from_text(v.get(root).as_bytes()).unwrap())
                };
                let lines = std::str::from_utf8(&v.body).unwrap().lines();
                let proof: Vec<Digest> = lines.map(|l| Digest::from_text(l.as_bytes()).unwrap()).collect();
                let holds = is_consistent(side("old", "old_root"), side("new", "new_root"), &proof);
                assert_eq!(holds, valid, "{}", v.name);
            }
            other => panic!("{}: {other:?}", v.name),
        }
    }
    // A folder that was not found, or a filter that matched nothing, must not pass.
    for (kind, least) in [
        ("header valid", 7),
        ("header invalid", 28),
        ("part valid", 8),
        ("part invalid", 25),
        ("tree valid", 9),
        ("note valid", 6),
        ("note invalid", 24),
        ("proof valid", 10),
        ("proof invalid", 9),
        ("consistency valid", 9),
        ("consistency invalid", 6),
    ] {
        assert!(counted.get(kind).is_some_and(|n| *n >= least), "{kind}: {counted:?}");
    }
}

/// The fenced blocks of FORMAT.md that are marked with a name.
fn blocks() -> HashMap<String, String> {
    let text = include_str!("../src/ledger/FORMAT.md");
    let mut all = HashMap::new();
    let mut lines = text.lines();
    while let Some(line) = lines.next() {
        if let Some(name) = line.trim().strip_prefix("```text ") {
            let body: Vec<&str> = lines
                .by_ref()
                .take_while(|l| l.trim() != "```")
                .map(|l| l.strip_prefix("    ").unwrap_or(l))
                .collect();
            all.insert(name.to_owned(), body.join("\n"));
        }
    }
    all
}

#[test]
fn the_example_of_the_specification_is_what_the_code_computes() {
    let blocks = blocks();
    let mut tree = Frontier::new();
    let mut prev = None;
    for n in 0..2 {
        let text = |name: &str| blocks.get(&format!("{name}-{n}")).cloned();
        let header_text = format!("{}\n", text("header").unwrap());
        let header = Header::decode(header_text.as_bytes()).unwrap();
        assert_eq!(header.encode(), header_text.as_bytes());
        assert_eq!((header.index, header.prev), (n, prev));
        for (name, part_name, expected) in
            [("facts", PartName::Facts, header.facts), ("extra", PartName::Extra, header.extra)]
        {
            let found = text(name).map(|block| {
                let (salt, part) = block.split_once('\n').unwrap();
                part::decode(part.as_bytes()).unwrap();
                part_hash(part_name, &Salt::from_text(salt.as_bytes()).unwrap(), part.as_bytes())
            });
            assert_eq!(found, expected, "{name} of entry {n}");
        }
        let leaf = leaf_hash(header_text.as_bytes());
        assert_eq!(Some(leaf.to_string()), text("leaf"));
        tree.push(leaf, |_| ());
        prev = Some(leaf);
    }
    assert_eq!(tree.root().to_string(), blocks["root"]);
    let key = VerifierKey::parse(&blocks["key"]).unwrap();
    let checkpoint = checked(format!("{}\n", blocks["checkpoint"]).as_bytes(), &key).unwrap();
    assert_eq!((checkpoint.size, checkpoint.root), (2, tree.root()));
}
