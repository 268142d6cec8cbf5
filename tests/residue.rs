//! What an erasure leaves: nothing. Records of every shape are erased in random order in several rounds, one while a reader
//! holds the write-ahead log, one killed before that log was emptied, one beside an older sqlite3. Then no byte of an erased
//! value is in any file of the folder, in five encodings, and whoever has the ledger's secret and guesses right cannot tell
//! from the tables that he did. Both the scan and the guesses find everything before.
//!
//! `PROVLOG_RESIDUE` says how many records (default 50,000, as the campaign takes).
#![allow(clippy::unwrap_used, clippy::panic, clippy::print_stderr, reason = "a test")]

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::os::unix::process::ExitStatusExt as _;
use std::process::Stdio;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use crate::guesses::{Found, Guesser, Of, Scan, Tables, Whose, kanji, letters};
use crate::support::others::{self, Holding, Numbers};
use crate::support::{Ran, Room, WHOLE, Words};
use serde_json::{Map, Value, json};

const MADE: &str = "2022-05-10T03:00:00.000Z";
const NOW: &str = "2026-11-23T03:00:00.000Z";
const ERASE: &str = "--apply --reason 満了 --confirm-date 2026-11-23";

/// What a token is of.
mod of {
    pub(crate) const ID: u8 = 0;
    pub(crate) const NAME: u8 = 1;
    pub(crate) const NOTE: u8 = 2;
    pub(crate) const EVIDENCE: u8 = 3;
    pub(crate) const PURPOSE: u8 = 4;
    pub(crate) const PARTY: u8 = 5;
    pub(crate) const ADDRESS: u8 = 6;
    pub(crate) const ITEM: u8 = 7;
    pub(crate) const HANDLER: u8 = 8;
    pub(crate) const SOURCE: u8 = 9;
    pub(crate) const KEY: u8 = 10;
    pub(crate) const CORRECTED: u8 = 11;
    pub(crate) const WHY: u8 = 12;
    pub(crate) const HOLD: u8 = 13;
    pub(crate) const RARE: u8 = 14;
}

/// How a record comes in.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Comes {
    Imported,
    InABatch,
    Alone,
    Received,
}

/// A record that was made up: its fields by the keys of its parts, and its idempotency key.
struct Person {
    n: u32,
    comes: Comes,
    facts: BTreeMap<&'static str, Value>,
    extra: BTreeMap<&'static str, String>,
    handler: Option<String>,
    key: Option<String>,
}

fn person(n: u32, comes: Comes) -> Person {
    let rare = |each: u32| n.is_multiple_of(each);
    let mut facts: BTreeMap<&'static str, Value> = BTreeMap::new();
    let mut extra = BTreeMap::new();
    let received = comes == Comes::Received;
    facts.insert("principal_id", json!(format!("P{}", letters(of::ID, n))));
    facts.insert("principal_name", json!(format!("仮{}名", kanji(of::NAME, n))));
    facts.insert("method", json!("each"));
    facts.insert("items", json!(["氏名", "住所"]));
    facts.insert("basis", json!(if rare(3) { "consent" } else { "opt-out" }));
    extra.insert("note", format!("備{}考", kanji(of::NOTE, n)));
    let names = match received {
        true => {
            ["received_on", "provider_name", "provider_address", "provider_representative", "provider_type"]
        }
        false => [
            "provided_on",
            "recipient_name",
            "recipient_address",
            "recipient_representative",
            "recipient_type",
        ],
    };
    facts.insert(names[0], json!("2022-05-01"));
    if rare(40) {
        facts.insert(names[1], json!(format!("個{}人", kanji(of::PARTY, n))));
        facts.insert(names[2], json!(format!("住{}所", kanji(of::ADDRESS, n))));
        facts.insert(names[4], json!("person"));
    } else {
        facts.insert(names[1], json!("架空商事株式会社"));
        facts.insert(names[2], json!("東京都架空区見本1-2-3"));
        facts.insert(names[3], json!("見本 太郎"));
        facts.insert(names[4], json!("body"));
    }
    if rare(3) {
        facts.insert("consent_evidence", json!(format!("証{}跡", kanji(of::EVIDENCE, n))));
    }
    if rare(50) {
        extra.insert("purpose", format!("目{}的", kanji(of::PURPOSE, n)));
    }
    if rare(60) {
        facts.insert("items", json!([format!("項{}目", kanji(of::ITEM, n))]));
    }
    if received {
        facts.insert("basis", json!("consent"));
        facts.entry("consent_evidence").or_insert(json!("書面"));
        facts.insert("acquisition", json!(format!("取{}得", kanji(of::RARE, n))));
    }
    if comes == Comes::Imported {
        extra.insert("source_number", format!("S{}", letters(of::SOURCE, n)));
    }
    let handler = rare(70).then(|| format!("担{}当", kanji(of::HANDLER, n)));
    // Keys are never stored, only their fingerprints: the scan does not look for them, the guesses do.
    let keyed = matches!(comes, Comes::InABatch | Comes::Alone);
    let key = keyed.then(|| format!("K-{}", letters(of::KEY, n)));
    Person { n, comes, facts, extra, handler, key }
}

impl Person {
    fn id(&self) -> &str {
        self.facts["principal_id"].as_str().unwrap()
    }

    fn fact(&self, name: &str) -> Option<&str> {
        self.facts.get(name)?.as_str()
    }

    fn items(&self) -> Vec<&str> {
        self.facts["items"].as_array().unwrap().iter().map(|i| i.as_str().unwrap()).collect()
    }

    /// The tokens that must be found while it is there, and never once it is erased.
    fn tokens(&self) -> Vec<Whose> {
        let mut all = vec![(of::ID, self.n), (of::NAME, self.n), (of::NOTE, self.n)];
        let mut also = |there: bool, what: u8| all.extend(there.then_some((what, self.n)));
        also(self.n.is_multiple_of(3), of::EVIDENCE);
        also(self.extra.contains_key("purpose"), of::PURPOSE);
        also(self.n.is_multiple_of(40), of::PARTY);
        also(self.n.is_multiple_of(40), of::ADDRESS);
        also(self.n.is_multiple_of(60), of::ITEM);
        also(self.handler.is_some(), of::HANDLER);
        also(self.extra.contains_key("source_number"), of::SOURCE);
        also(self.facts.contains_key("acquisition"), of::RARE);
        all
    }

    /// As one object with every field by its key: a line of JSON, or a row.
    fn object(&self) -> Map<String, Value> {
        let mut all = Map::new();
        for (name, value) in &self.facts {
            all.insert((*name).to_owned(), value.clone());
        }
        for (name, value) in &self.extra {
            all.insert((*name).to_owned(), json!(value));
        }
        for (name, value) in [("handler", &self.handler), ("key", &self.key)] {
            if let Some(value) = value {
                all.insert(name.to_owned(), json!(value));
            }
        }
        all
    }

    /// The fingerprints by which it could be asked for.
    fn guesses(&self, guesser: &Guesser) -> Vec<(Of, i64)> {
        let mut all = vec![
            (Of::PrincipalId, guesser.guess(Of::PrincipalId, self.id().as_bytes())),
            (
                Of::PrincipalName,
                guesser.guess(Of::PrincipalName, self.fact("principal_name").unwrap().as_bytes()),
            ),
        ];
        // What it says, without how it came here: the canonical facts, a line feed, the canonical extra part.
        let facts: BTreeMap<_, _> = self.facts.iter().collect();
        let content = format!(
            "{}\n{}",
            serde_json::to_string(&facts).unwrap(),
            serde_json::to_string(&self.extra).unwrap()
        );
        all.push((Of::Content, guesser.guess(Of::Content, content.as_bytes())));
        if let Some(key) = &self.key {
            all.push((Of::Key, guesser.guess(Of::Key, key.as_bytes())));
        }
        let side = if self.comes == Comes::Received { "provider" } else { "recipient" };
        if self.n.is_multiple_of(40) {
            let column = |name: &str| self.fact(&format!("{side}_{name}"));
            let columns = [column("name"), column("address"), column("representative"), column("type")];
            all.push((Of::Party, guesser.interned(Of::Party, &columns)));
        }
        if self.n.is_multiple_of(60) {
            all.push((Of::Items, guesser.interned(Of::Items, &[Some(&self.items().join("\n"))])));
        }
        let purpose = self.extra.get("purpose").map(String::as_str);
        // Whoever records handled it, unless something else is said; an import says nothing.
        let usual = (self.comes != Comes::Imported).then_some("tester");
        let handler = self.handler.as_deref().or(usual);
        if purpose.is_some() || self.handler.is_some() {
            all.push((Of::Circumstance, guesser.interned(Of::Circumstance, &[purpose, None, handler])));
        }
        if let Some(acquisition) = self.fact("acquisition") {
            let mut columns = [None; 12];
            columns[3] = Some(acquisition);
            all.push((Of::Particulars, guesser.interned(Of::Particulars, &columns)));
        }
        all
    }
}

fn batch(room: &Room, command: &str, people: &[&Person]) {
    let lines: Vec<String> = people.iter().map(|p| Value::Object(p.object()).to_string()).collect();
    room.run_with_input(["-q", command, "--from", "-"], &lines.join("\n")).done();
}

fn import(room: &Room, people: &[&Person]) {
    let headings: BTreeSet<String> =
        people.iter().flat_map(|p| p.object().keys().cloned().collect::<Vec<_>>()).collect();
    let mut text = headings.iter().cloned().collect::<Vec<_>>().join(",");
    text.push('\n');
    for person in people {
        let object = person.object();
        let cell = |name: &String| match object.get(name) {
            Some(Value::Array(items)) => {
                format!("\"{}\"", items.iter().map(|i| i.as_str().unwrap()).collect::<Vec<_>>().join("\n"))
            }
            Some(value) => value.as_str().unwrap().to_owned(),
            None => String::new(),
        };
        text.push_str(&headings.iter().map(cell).collect::<Vec<_>>().join(","));
        text.push('\n');
    }
    room.write("h.csv", text);
    room.run("-q import h.csv").done();
    std::fs::remove_file(room.path("h.csv")).unwrap();
}

fn alone(room: &Room, person: &Person) {
    let mut args: Vec<String> = vec!["-q".into(), "record".into()];
    for (flag, name) in [
        ("--provided-on", "provided_on"),
        ("--recipient", "recipient_name"),
        ("--recipient-address", "recipient_address"),
        ("--representative", "recipient_representative"),
        ("--recipient-type", "recipient_type"),
        ("--principal-id", "principal_id"),
        ("--principal-name", "principal_name"),
        ("--basis", "basis"),
        ("--consent-evidence", "consent_evidence"),
    ] {
        if let Some(value) = person.fact(name) {
            args.extend([flag.to_owned(), value.to_owned()]);
        }
    }
    let rest = [
        ("--note", person.extra.get("note")),
        ("--purpose", person.extra.get("purpose")),
        ("--handler", person.handler.as_ref()),
        ("--key", person.key.as_ref()),
    ];
    for (flag, value) in rest {
        if let Some(value) = value {
            args.extend([flag.to_owned(), value.clone()]);
        }
    }
    for item in person.items() {
        args.extend(["--item".to_owned(), item.to_owned()]);
    }
    room.run(args.iter().map(String::as_str).collect::<Vec<_>>()).done();
}

/// The whole of a test: who is in the ledger, under which index, and what is found of whom.
struct Case {
    room: Room,
    people: Vec<Person>,
    index: HashMap<u32, u64>,
    scan: Scan,
    guesser: Guesser,
    faults: Vec<String>,
}

impl Case {
    fn new(count: u32) -> Case {
        let mut room = Room::new();
        room.clock = MADE.into();
        room.run("init --operator 'Sample K.K.'").done();
        // Nine in ten are imported, 40 come alone, the rest in batches; a hundredth is received from others.
        let comes = |n: u32| match n {
            _ if n < 40 => Comes::Alone,
            _ if n.is_multiple_of(100) => Comes::Received,
            _ if n.is_multiple_of(11) => Comes::InABatch,
            _ => Comes::Imported,
        };
        let people: Vec<Person> = (0..count).map(|n| person(n, comes(n))).collect();
        let those = |comes: Comes| people.iter().filter(|p| p.comes == comes).collect::<Vec<_>>();
        for person in those(Comes::Alone) {
            alone(&room, person);
        }
        // A large file has its lookups in blocks, a small one row by row.
        let imported = those(Comes::Imported);
        let (large, small) = imported.split_at(imported.len() * 9 / 10);
        import(&room, large);
        import(&room, small);
        for part in those(Comes::InABatch).chunks(1000) {
            batch(&room, "record", part);
        }
        batch(&room, "receive", &those(Comes::Received));
        let guesser = Guesser::of(&room.ledger());
        let mut case =
            Case { room, people, index: HashMap::new(), scan: Scan::new(), guesser, faults: Vec::new() };
        case.index = case.indexes();
        assert_eq!(case.index.len(), count as usize);
        case
    }

    fn indexes(&self) -> HashMap<u32, u64> {
        let conn = rusqlite::Connection::open(self.room.ledger()).unwrap();
        let mut select =
            conn.prepare("SELECT principal_id, idx FROM entry WHERE principal_id IS NOT NULL").unwrap();
        let rows = select.query_map([], |r| Ok((r.get::<_, String>(0)?, r.get::<_, u64>(1)?))).unwrap();
        let found: HashMap<String, u64> = rows.collect::<Result<_, _>>().unwrap();
        self.people.iter().map(|p| (p.n, found[p.id()])).collect()
    }

    fn delete(&self, whose: &[u32]) -> Vec<String> {
        let whose: Vec<String> = whose.iter().map(|n| self.index[n].to_string()).collect();
        "delete".and(whose).and(ERASE)
    }

    fn run(&self, args: &[String]) -> Ran {
        self.room.run(args)
    }

    /// Everything is found: of those who are there all, of those who are erased nothing.
    fn check(&mut self, when: &str, erased: &BTreeSet<u32>) {
        let found = self.scan.look_everywhere(&self.room.path("."));
        let tables = Tables::read(&self.room.ledger());
        let mut missing: BTreeMap<String, u64> = BTreeMap::new();
        let mut left: BTreeMap<String, u64> = BTreeMap::new();
        for person in &self.people {
            let gone = erased.contains(&person.n);
            for token in person.tokens() {
                match (gone, found.whole.get(&token)) {
                    (true, Some(spelt)) => {
                        *left.entry(format!("bytes: {} in {spelt}", name_of(token.0))).or_default() += 1;
                    }
                    (false, None) => *missing.entry(name_of(token.0).to_owned()).or_default() += 1,
                    _ => {}
                }
            }
            for guess in person.guesses(&self.guesser) {
                match (gone, tables.has(guess)) {
                    (true, true) => *left.entry(format!("a guess at its {:?}", guess.0)).or_default() += 1,
                    (false, false) => {
                        *missing.entry(format!("a guess at its {:?}", guess.0)).or_default() += 1
                    }
                    _ => {}
                }
            }
            if gone && tables.pointed_at.contains(&(self.index[&person.n] as i64)) {
                *left.entry("a lookup or key that points to it".to_owned()).or_default() += 1;
            }
        }
        assert!(missing.is_empty(), "{when}: not found of those who are there: {missing:?}");
        eprintln!("residue, {when}: {} erased, left of them: {left:?}", erased.len());
        self.faults.extend(left.into_iter().map(|(what, times)| format!("{when}: {what}, {times} times")));
        if !erased.is_empty() {
            self.raw(when, erased);
        }
    }

    /// The tables hold nothing; the pages of the file may: what splits of pages have left there nobody clears. A figure for
    /// the documents: whoever has the raw file, the secret and a right guess can tell by it. Nothing is asserted of it.
    fn raw(&self, when: &str, of_whom: &BTreeSet<u32>) {
        let files = crate::guesses::files_below(&self.room.path("."));
        let bytes: Vec<u8> = files.into_iter().flat_map(|f| std::fs::read(f).unwrap()).collect();
        let mut hashes: BTreeMap<Of, Vec<i64>> = BTreeMap::new();
        for person in self.people.iter().filter(|p| of_whom.contains(&p.n)) {
            for (of, hash) in person.guesses(&self.guesser) {
                hashes.entry(of).or_default().push(hash);
            }
        }
        let told: Vec<String> = hashes
            .iter()
            .map(|(of, all)| {
                format!("{of:?} {} of {}", crate::guesses::in_raw_bytes(&bytes, all).len(), all.len())
            })
            .collect();
        eprintln!("  raw, {when}: their keyed hashes in {} bytes of files: {}", bytes.len(), told.join(", "));
    }
}

fn name_of(token: u8) -> &'static str {
    [
        "ID",
        "name",
        "note",
        "evidence",
        "purpose",
        "party",
        "address",
        "item",
        "handler",
        "source number",
        "key",
        "corrected name",
        "reason of a correction",
        "reason of a hold",
        "acquisition",
        "?",
    ][usize::from(token)]
}

#[test]
fn nothing_of_what_was_erased_is_left_in_any_file_or_found_by_a_guess_with_the_secret() {
    let count = u32::try_from(others::count_from("PROVLOG_RESIDUE", 50_000)).unwrap();
    assert!(count >= 1_000);
    let mut case = Case::new(count);
    let mut numbers = Numbers::new(7);

    // Some are corrected, some were held, a folder and a copy have left the house.
    for n in 0..20u32 {
        let index = case.index[&(n * 7)].to_string();
        let name = format!("principal_name=訂{}正", kanji(of::CORRECTED, n * 7));
        let why = format!("理{}由", kanji(of::WHY, n * 7));
        case.room.run(["-q", "correct", &index, "--set", &name, "--reason", &why]).done();
    }
    let mut holds = Vec::new();
    for n in [3u32, 50, 51, 52] {
        let index = case.index[&n].to_string();
        let why = format!("保{}全", kanji(of::HOLD, n));
        let added = case.room.run(["hold", "add", &index, "--reason", &why, "--json"]).done();
        let hold = added.objects()[0]["holds"][0].to_string();
        case.room.run(["hold", "release", &hold, "--reason", "済"]).done();
        holds.push(hold);
    }
    std::fs::create_dir(case.room.path("elsewhere")).unwrap();
    case.room.run("anchor --set elsewhere/anchor").done();
    case.room.run("-q export --out folder").done();
    std::fs::remove_dir_all(case.room.path("folder")).unwrap();

    case.check("before", &BTreeSet::new());
    case.raw("before", &(0..count).collect());

    case.room.clock = NOW.into();
    let mut order: Vec<u32> = (0..count).collect();
    numbers.shuffle(&mut order);
    let rounds: Vec<Vec<u32>> = order.chunks(order.len().div_ceil(5)).map(<[u32]>::to_vec).collect();
    let mut erased = BTreeSet::new();

    case.run(&case.delete(&rounds[0])).done();
    erased.extend(&rounds[0]);
    case.check("after a round", &erased);

    erased.extend(&rounds[1]);
    beside_a_reader(&mut case, &rounds[1], &erased);
    erased.extend(&rounds[2]);
    killed_before_the_truncation(&mut case, &rounds[2], &erased);
    erased.extend(&rounds[3]);
    beside_an_older_sqlite(&mut case, &rounds[3], &erased);

    case.room.run("delete --expired".and(ERASE)).done();
    erased.extend(&rounds[4]);
    case.check("after the last round", &erased);

    // The reasons of holds stand in acts that stay for ever; they go by themselves.
    case.room.run("delete --extra".and(holds).and(ERASE)).done();
    let found = case.scan.look_everywhere(&case.room.path("."));
    eprintln!("residue, in the end: {} runs of characters of erased values: {:?}", found.runs, found.places);
    if found.runs > 0 {
        case.faults.push(format!("in the end: bytes of erased values: {:?} ...", found.places));
    }
    case.raw("in the end", &erased);
    case.room.run("verify --deep").done();
    assert!(case.faults.is_empty(), "{}", case.faults.join("\n"));
}

fn beside_a_reader(case: &mut Case, whose: &[u32], erased: &BTreeSet<u32>) {
    if others::python().is_none() {
        eprintln!("LEFT OUT: python3 with sqlite3 is not installed: nobody held the log");
        case.run(&case.delete(whose)).done();
        return case.check("after a round", erased);
    }
    let reader = Holding::reading(&case.room.ledger());
    let ran = case.run(&case.delete(whose));
    if ran.status != 4 {
        case.faults.push(format!("beside a reader: the deletion has status {}, not 4", ran.status));
    }
    let verified = case.room.run("verify");
    if verified.status != 4 {
        case.faults.push(format!("beside a reader: verify has status {}, not 4", verified.status));
    }
    // Not finished means just that: the reader still sees them. The scan must show it.
    let found: Found = case.scan.look_everywhere(&case.room.path("."));
    assert!(
        whose.iter().any(|n| found.whole.contains_key(&(of::ID, *n))),
        "the scan sees nothing in the log"
    );
    reader.let_go();
    case.room.run("-q record --principal-id 'next writer'".and(WHOLE)).done();
    case.check("after a round that a reader held up", erased);
}

fn killed_before_the_truncation(case: &mut Case, whose: &[u32], erased: &BTreeSet<u32>) {
    if others::python().is_none() {
        eprintln!("LEFT OUT: python3 with sqlite3 is not installed: no deletion was killed in the middle");
        case.run(&case.delete(whose)).done();
        return case.check("after a round", erased);
    }
    // The reader keeps it from emptying the log, so that it is certainly caught before.
    let reader = Holding::reading(&case.room.ledger());
    let args = case.delete(whose);
    let mut command = case.room.command(args.iter().map(String::as_str).collect::<Vec<_>>());
    let mut deletion = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
    while case.room.query::<i64>("SELECT wal_pending FROM state") == 0 {
        assert!(deletion.try_wait().unwrap().is_none(), "the deletion ended before it was committed");
        std::thread::sleep(Duration::from_millis(5));
    }
    deletion.kill().unwrap();
    assert_eq!(deletion.wait().unwrap().signal(), Some(9), "the deletion was over before it was killed");
    // The machine is gone with all that ran on it; the log is left as it was.
    reader.kill();
    case.room.run("-q record --principal-id 'next writer'".and(WHOLE)).done();
    case.check("after a round that was killed before the log was emptied", erased);
    case.room.run("verify").done();
}

fn beside_an_older_sqlite(case: &mut Case, whose: &[u32], erased: &BTreeSet<u32>) {
    let args = case.delete(whose);
    let Some(older) = others::older() else {
        case.run(&args).done();
        return case.check("after a round", erased);
    };
    let stop = AtomicBool::new(false);
    let status = std::thread::scope(|scope| {
        let poller = scope.spawn(|| others::poll(&older, &case.room.ledger(), &stop, 0));
        let ran = case.run(&args);
        stop.store(true, Ordering::Relaxed);
        poller.join().unwrap();
        ran.status
    });
    if ![0, 4].contains(&status) {
        case.faults.push(format!("beside an older sqlite3: the deletion has status {status}"));
    }
    case.room.run("-q record --principal-id 'next writer'".and(WHOLE)).done();
    case.check("after a round beside an older sqlite3", erased);
}

/// A folder was made, a person held, by what the person is: the acts stay for ever, so they must not say it.
#[test]
fn no_act_that_stays_for_ever_keeps_the_value_that_it_was_filtered_by() {
    let mut room = Room::new();
    room.clock = MADE.into();
    room.run("init --operator 'Sample K.K.'").done();
    let people: Vec<Person> = (0..4).map(|n| person(n, Comes::Alone)).collect();
    people.iter().for_each(|p| alone(&room, p));
    let (id, name) = (people[1].id(), people[2].fact("principal_name").unwrap());
    room.run(["-q", "export", "--out", "one", "--principal-id", id]).done();
    room.run(["-q", "export", "--out", "two", "--principal-name", name]).done();
    room.run(["-q", "disclose", "--principal-id", id, "--out", "three"]).done();
    let held = room.run(["hold", "add", "--principal-id", id, "--reason", "係争", "--json"]).done();
    let hold = held.objects()[0]["holds"][0].to_string();
    room.run(["hold", "release", &hold, "--reason", "済"]).done();
    for folder in ["one", "two", "three"] {
        std::fs::remove_dir_all(room.path(folder)).unwrap();
    }
    let scan = Scan::new();
    assert!(scan.look_everywhere(&room.path(".")).whole.contains_key(&(of::ID, 1)), "it is there before");
    room.clock = NOW.into();
    room.run("delete --expired".and(ERASE)).done();
    let found = scan.look_everywhere(&room.path("."));
    assert!(found.runs == 0, "{:?} {:?}", found.whole, found.places);
    room.run("verify --deep").done();
}

/// A killed export leaves a folder of records under an unfinished name, which nobody looks for when they are erased.
#[test]
fn what_a_killed_export_left_goes_with_the_next_run() {
    let case = Case::new(3_000);
    let unfinished = || {
        let names = std::fs::read_dir(case.room.path(".")).unwrap().map(|e| e.unwrap().file_name());
        names.filter(|name| name.to_string_lossy().contains("unfinished")).collect::<Vec<_>>()
    };
    let mut killed = false;
    // As soon as there are records in it.
    let begun = || {
        let folder = unfinished();
        let records =
            folder.first().map(|name| case.room.path(&name.to_string_lossy()).join("data/records.csv"));
        records.and_then(|file| file.metadata().ok()).is_some_and(|file| file.len() > 5_000)
    };
    for _ in 0..20 {
        let mut export = case.room.command("-q export --out folder");
        let mut export = export.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
        while !begun() && export.try_wait().unwrap().is_none() {
            std::thread::sleep(Duration::from_millis(1));
        }
        let _ = export.kill();
        if export.wait().unwrap().signal() == Some(9) && begun() {
            killed = true;
            break;
        }
        let _ = std::fs::remove_dir_all(case.room.path("folder"));
    }
    assert!(killed, "no export was caught at work");
    let found = case.scan.look_everywhere(&case.room.path(&unfinished()[0].to_string_lossy()));
    eprintln!("a killed export left {:?} with {} tokens of records", unfinished(), found.whole.len());
    assert!(!found.whole.is_empty());
    let next = case.room.run("export --out folder").done();
    assert!(unfinished().is_empty(), "still there: {:?}; {}{}", unfinished(), next.stdout, next.stderr);
}

/// The scan and the guesses see what is planted, in every encoding, and a part of it.
#[test]
fn the_scan_sees_what_is_planted() {
    let scan = Scan::new();
    let (name, id) = (kanji(of::NAME, 4711), letters(of::ID, 4711));
    let wide = |text: &str, big: bool| -> Vec<u8> {
        text.encode_utf16().flat_map(|u| if big { u.to_be_bytes() } else { u.to_le_bytes() }).collect()
    };
    let (sjis, euc) = (encoding_rs::SHIFT_JIS.encode(&name).0, encoding_rs::EUC_JP.encode(&name).0);
    let planted: [(&[u8], Whose); 8] = [
        (name.as_bytes(), (of::NAME, 4711)),
        (&wide(&name, false), (of::NAME, 4711)),
        (&wide(&name, true), (of::NAME, 4711)),
        (&sjis, (of::NAME, 4711)),
        (&euc, (of::NAME, 4711)),
        (id.as_bytes(), (of::ID, 4711)),
        (&wide(&id, false), (of::ID, 4711)),
        (&wide(&id, true), (of::ID, 4711)),
    ];
    for (bytes, whose) in planted {
        for before in ["", "O", "仮", "\0"] {
            let mut all = before.as_bytes().to_vec();
            all.extend_from_slice(bytes);
            all.extend_from_slice(b"\0\x7f");
            let mut found = Found::default();
            scan.look("planted", &all, &mut found);
            assert!(found.whole.contains_key(&whose), "{before:?} {bytes:?}");
            // Half of it tells too.
            let mut half = Found::default();
            scan.look("planted", &all[..before.len() + bytes.len() * 5 / 6], &mut half);
            assert!(half.runs > 0 && half.whole.is_empty(), "{before:?} {bytes:?}");
        }
    }
    let hashes = [i64::MIN + 5, -1, 0x0123_4567_89AB_CDEF, i64::MAX];
    let mut bytes = vec![7; 50];
    bytes.extend_from_slice(&hashes[2].to_be_bytes());
    // As SQLite writes the row id -1.
    bytes.extend_from_slice(&[0xFF; 9]);
    bytes.extend_from_slice(&[7; 9]);
    assert_eq!(crate::guesses::in_raw_bytes(&bytes, &hashes), [hashes[1], hashes[2]].into());
}
