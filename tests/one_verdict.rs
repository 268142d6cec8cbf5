//! Two verifiers, one verdict: exported folders as they are, and with every kind of damage that a file can have, before `verify
//! --bundle` and verify.py. They end with the same status and name the same entries and files.
#![allow(clippy::unwrap_used, clippy::panic, clippy::print_stderr, clippy::print_stdout, reason = "a test")]

use crate::support::checkers::{Heard, LITTER, NOTE, ORIGIN, both, key, script};
use crate::support::folders::Files;
use crate::support::{Room, history};

/// A log with something of everything.
fn everything() -> Room {
    let mut room = Room::new();
    room.run(["init", "--operator", "株式会社 架空商事", "--origin", ORIGIN]).done();
    room.write("h.csv", history(16, 7));
    room.run("import h.csv --basis opt-out").done();
    room.run("correct 5 --set 'principal_name=見本 華子' --reason 氏名の誤記").done();
    room.run("correct 6 --void --reason 二重").done();
    room.run("hold add 8 9 --reason 係争").done();
    room.record("--principal-id C-1 --note '一行目\n\"二\"行目, 三'").done();
    let bulk = ["--method", "bulk", "--period-from", "2026-04-01"];
    room.run(
        [
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
    room.run("delete 10 11 12 --apply --reason expired").done();
    room.run("key --rotate --reason test").done();
    room.record("--principal-id C-3").done();
    room.run("-q export --out full").done();
    room.run("-q export --out selection --recipient 架空商事1株式会社").done();
    room.run("-q export --out nothing --principal-id nobody").done();
    room.run("-q export --out earlier --at 23").done();
    room.run("-q export --out sparse --sparse --to 2025-08-31").done();
    let away = room.path("provlog.db.signing-key.pem");
    std::fs::rename(&away, room.path("away")).unwrap();
    room.run("-q export --out unsigned").done();
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

const DAMAGES: [(&str, Damage); 18] = [
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
    ("the last byte taken", |l| l.concat().split_last().map(|(_, rest)| rest.to_vec())),
    ("other line ends", |l| {
        let text = String::from_utf8(l.concat()).ok()?;
        let other =
            if text.contains("\r\n") { text.replace("\r\n", "\n") } else { text.replace('\n', "\r\n") };
        Some(other.into_bytes())
    }),
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
    other.run("import h.csv --basis opt-out").done();
    other.run("correct 4 --set note=別 --reason x").done();
    other.run("-q export --out folder").done();
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

fn edit(files: &mut Files, name: &str, edit: impl Fn(&str) -> String) {
    let text = String::from_utf8(files.0[name].clone()).unwrap();
    let other = edit(&text);
    assert_ne!(other, text, "{name}: nothing was changed");
    files.put(name, other);
}

/// The text without its lines that begin so.
fn without(text: &str, start: &str) -> String {
    text.split_inclusive("\r\n").filter(|line| !line.starts_with(start)).collect()
}

/// Each by name, where it takes more than a damaged file: what somebody could do who knows the format.
#[test]
fn tamperings_that_take_more_than_one_file_are_found_by_both() {
    let room = everything();
    type Spoil = fn(&mut Files);
    let cases: [(&str, &str, &str, Spoil); 8] = [
        ("sparse", "a record left out, its correction left", "not-in-range", |f| {
            edit(f, "data/entries.csv", |t| without(t, "5,"));
            edit(f, "data/records.csv", |t| without(t, "5,"));
            edit(f, "data/current.csv", |t| without(t, "5,"));
            f.remove("data/proofs/5.tlog-proof");
        }),
        ("sparse", "the row of a correction left out, its header and proof there", "not-in-range", |f| {
            edit(f, "data/corrections.csv", |t| without(t, "18,"));
            edit(f, "data/current.csv", |t| without(t, "5,"));
        }),
        ("sparse", "acts put in", "file-unknown", |f| f.put("data/acts.jsonl", "")),
        ("full", "a proof put in", "file-unknown", |f| f.put("data/proofs/5.tlog-proof", "x")),
        ("full", "a correction withheld, its record opened", "not-in-range", |f| {
            edit(f, "data/corrections.csv", |t| without(t, "18,"));
            edit(f, "data/current.csv", |t| without(t, "5,"));
            edit(f, "data/entries.csv", |t| {
                let row = t.split("\r\n").find(|row| row.starts_with("18,")).unwrap();
                t.replace(row, &row.replace(",opened", ",withheld"))
            });
        }),
        ("full", "all corrections left out", "not-in-range", |f| {
            f.remove("data/corrections.csv");
            f.remove("data/current.csv");
        }),
        ("full", "the facts of a hold and of its entry exchanged", "altered", |f| {
            edit(f, "data/acts.jsonl", |t| {
                let lines: Vec<&str> = t.split_inclusive('\n').collect();
                let of = |at: usize| lines[at].split_once(",\"facts_salt\"").unwrap();
                let ((a, x), (b, y)) = (of(0), of(1));
                let [one, two] = [[a, y], [b, x]].map(|parts| parts.join(",\"facts_salt\""));
                [&[one.as_str(), two.as_str()], &lines[2..]].concat().concat()
            });
        }),
        ("full", "a header re-hashed", "altered", |f| {
            edit(f, "data/entries.csv", |t| {
                let row = t.split("\r\n").find(|row| row.starts_with("7,")).unwrap();
                let mut cells: Vec<String> = row.split(',').map(str::to_owned).collect();
                cells[2] = "2026-11-23T03:00:00.001Z".into();
                let labels = ["index", "prev", "time", "kind", "about", "base", "facts", "extra"];
                let lines = labels.iter().zip(&cells).map(|(label, cell)| format!("{label} {cell}\n"));
                let header = format!("provlog/1\n{}", lines.collect::<String>());
                cells[8] = provlog::ledger::hash::leaf_hash(header.as_bytes()).to_string();
                t.replace(row, &cells.join(","))
            });
        }),
    ];
    for (base, what, expected, spoil) in cases {
        let mut files = Files::read(&room.path(base));
        spoil(&mut files);
        files.seal();
        files.write(&room.path("changed"));
        for heard in both(&room, "changed", &[], what) {
            assert!(heard.finds(expected), "{base}: {what}: {:?}", heard.findings);
        }
    }
}
