//! The codecs of `src/act`: each kind of entry, as a value and as the bytes that are hashed. The bytes stand here as the program wrote
//! them before there were codecs: whoever changes one breaks every ledger.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test")]

use std::collections::BTreeSet;
use std::fmt::Debug;

use proptest::collection::vec;
use proptest::prelude::*;
use provlog::act::correction::{Stated, last_day_set};
use provlog::act::record::{
    FieldValues, Number, PROVENANCE, last_day, write_content, write_content_beside, write_extra, write_facts,
};
use provlog::act::{
    Account, AnchorChange, By, Disclosure, Erasure, Export, Genesis, Hold, Import, Key, Parts, Release, Said,
    Shown, Trust, Withdrawal, erasure, hold, import,
};
use provlog::ledger::anchor::State;
use provlog::ledger::part::{MAX_PART, Value as Member, decode};
use provlog::ledger::{Digest, Kind};
use provlog::record::correction::Correction;
use provlog::record::erasure::ErasedRun;
use provlog::record::filing::{Category, FiledItem, Filing, Origin, Part};
use provlog::record::recipient::Recipient;
use provlog::record::run::Run;
use provlog::record::stop::StopRequest;
use provlog::record::{Basis, Field, PartyType, Provision, Value};

fn some(text: &str) -> Option<String> {
    Some(text.to_owned())
}

fn day(text: &str) -> chrono::NaiveDate {
    text.parse().unwrap()
}

/// Told by nobody.
const NOBODY: By<'_> = By { handler: None, reason: None };
/// Told by the handler, without a reason.
const HANDLED: By<'_> = By { handler: Some("tester"), reason: None };

fn because(reason: &str) -> By<'_> {
    By { handler: Some("tester"), reason: Some(reason) }
}

/// What entries say, and how it is written.
#[derive(Default)]
struct Samples {
    kinds: BTreeSet<u8>,
    keys: BTreeSet<String>,
}

impl Samples {
    #[track_caller]
    fn hold<S: Said + PartialEq + Debug>(&mut self, said: &S, by: By<'_>, facts: &str, extra: &str) {
        let parts = said.parts(by);
        assert_eq!(
            (String::from_utf8_lossy(&parts.facts), String::from_utf8_lossy(&parts.extra)),
            (facts.into(), extra.into())
        );
        assert!(parts.canonical);
        let read = S::read(facts.as_bytes(), extra.as_bytes());
        assert_eq!(read.as_ref(), Some(said), "{facts} {extra}");
        let account = Account::read(extra.as_bytes());
        assert_eq!((account.handler.as_deref(), account.reason.as_deref()), (by.handler, by.reason));
        self.kinds.insert(S::KIND.code());
        for part in [&parts.facts, &parts.extra].into_iter().filter(|part| !part.is_empty()) {
            self.keys.extend(decode(part).unwrap().into_iter().map(|(key, _)| key));
        }
    }
}

fn filing() -> Filing {
    let item = |name: &str, origin| FiledItem { name: name.to_owned(), category: Category::Ordinary, origin };
    let texts = [
        (Part::Name, "架空名簿"),
        (Part::Address, "東京都"),
        (Part::Representative, "見本 次郎"),
        (Part::Telephone, "03-0000-0000"),
        (Part::Contact, "privacy@example.co.jp"),
        (Part::Purpose, "名簿の提供"),
        (Part::Acquisition, "公開情報"),
        (Part::ProvisionMethod, "電子ファイル"),
        (Part::RequestMethod, "電話"),
        (Part::UpdateMethod, "年に一度"),
    ];
    Filing {
        id: "list".into(),
        effective: day("2026-11-01"),
        filed_on: Some(day("2026-11-02")),
        number: some("1234"),
        start_day: Some(day("2026-04-01")),
        parts: Part::ALL
            .map(|part| texts.iter().find(|(of, _)| *of == part).map(|(_, text)| (*text).to_owned())),
        items: vec![item("氏名", Origin::Public), item("住所", Origin::ThirdParty)],
        publication: some("yes"),
        stopped: true,
    }
}

fn samples() -> Samples {
    let mut all = Samples::default();
    let key = "JXcRKKFqWIiaGhiQBKgFvIzLgeyZWnTweCi9A8zPUXY=";
    let genesis = Genesis {
        ledger_id: "23093e9e0b81b72fb0e82dda6b4633b2".into(),
        operator: "架空商事".into(),
        origin: "sample.invalid/log".into(),
        years: 3,
        public_key: key.into(),
        fingerprint_check: "bGFvH3UcgxKZ5HoD7m/EXwRwxhQf7hY0P4yJoPazR9Q=".into(),
    };
    all.hold(
        &genesis,
        NOBODY,
        r#"{"fingerprint_check":"bGFvH3UcgxKZ5HoD7m/EXwRwxhQf7hY0P4yJoPazR9Q=","ledger_id":"23093e9e0b81b72fb0e82dda6b4633b2","operator":"架空商事","origin":"sample.invalid/log","public_key":"JXcRKKFqWIiaGhiQBKgFvIzLgeyZWnTweCi9A8zPUXY=","retention_years":"3","time_zone":"+09:00"}"#,
        "",
    );
    all.hold(
        &Key { public_key: key.into() },
        because("年次"),
        r#"{"public_key":"JXcRKKFqWIiaGhiQBKgFvIzLgeyZWnTweCi9A8zPUXY="}"#,
        r#"{"handler":"tester","reason":"年次"}"#,
    );
    let correction = Correction {
        void: false,
        changes: vec![
            (Field::PrincipalName, some("見本 華子")),
            (Field::Items, some("氏名\n住所")),
            (Field::Purpose, some("販売")),
            (Field::Note, None),
        ],
        handler: some("batch"),
        reason: some("氏名の誤記"),
    };
    all.hold(
        &correction,
        By { handler: Some("batch"), reason: Some("氏名の誤記") },
        r#"{"fields":["items","note","principal_name","purpose"],"set_items":["氏名","住所"],"set_principal_name":"見本 華子"}"#,
        r#"{"handler":"batch","reason":"氏名の誤記","set_purpose":"販売"}"#,
    );
    let void =
        Correction {
            void: true, reason: some("取違え"), handler: some("tester"), ..Correction::default()
        };
    all.hold(&void, because("取違え"), r#"{"void":"yes"}"#, r#"{"handler":"tester","reason":"取違え"}"#);
    let runs = |texts: &[&str]| texts.iter().map(|text| text.parse().unwrap()).collect::<Vec<ErasedRun>>();
    let confirmed_on = Some(day("2026-11-23"));
    let erased = runs(&["1-4 2021-05-10 2024-05-11", "13-14 2021-04-05 2024-04-06"]);
    all.hold(
        &Erasure { confirmed_on, runs: Some(erased), extras: vec![] },
        because("期限経過"),
        r#"{"confirmed_on":"2026-11-23","runs":["1-4 2021-05-10 2024-05-11","13-14 2021-04-05 2024-04-06"]}"#,
        r#"{"handler":"tester","reason":"期限経過"}"#,
    );
    all.hold(
        &Erasure { confirmed_on, runs: Some(vec![]), extras: runs(&["5-5 2021-05-10 2024-05-11"]) },
        because("担当者"),
        r#"{"confirmed_on":"2026-11-23","extras":["5-5 2021-05-10 2024-05-11"]}"#,
        r#"{"handler":"tester","reason":"担当者"}"#,
    );
    let mut import = Import {
        digest: "iyLblUJLH3EMXa9rfuVGfGtmu2EbEetQHMinF2XV/jE=".into(),
        encoding: "utf-8".into(),
        known: None,
        refused: 1,
        rows: 2,
        skipped: 0,
        file: some("h.csv"),
    };
    all.hold(
        &import,
        HANDLED,
        r#"{"digest":"iyLblUJLH3EMXa9rfuVGfGtmu2EbEetQHMinF2XV/jE=","encoding":"utf-8","refused":"1","rows":"2","skipped":"0"}"#,
        r#"{"file":"h.csv","handler":"tester"}"#,
    );
    import.known = Some(0);
    all.hold(
        &import,
        HANDLED,
        r#"{"digest":"iyLblUJLH3EMXa9rfuVGfGtmu2EbEetQHMinF2XV/jE=","encoding":"utf-8","known":"0","refused":"1","rows":"2","skipped":"0"}"#,
        r#"{"file":"h.csv","handler":"tester"}"#,
    );
    let export = Export {
        digest: some("eGICkFqfo7vjMwKyYhjF39HDPT3APtsso81E34usaq4="),
        filter: vec!["basis opt-out".into(), "from 2020-01-01".into(), "recipient".into()],
        opened: 2,
        size: 22,
        shown: Shown::Range { first: 14, erased: 0, erased_since: 0, withheld: 6 },
    };
    all.hold(
        &export,
        HANDLED,
        r#"{"digest":"eGICkFqfo7vjMwKyYhjF39HDPT3APtsso81E34usaq4=","erased":"0","filter":["basis opt-out","from 2020-01-01","recipient"],"first":"14","opened":"2","size":"22","withheld":"6"}"#,
        r#"{"handler":"tester"}"#,
    );
    let since = Shown::Range { first: 14, erased: 1, erased_since: 3, withheld: 6 };
    all.hold(
        &Export { digest: None, filter: vec![], shown: since, ..export.clone() },
        HANDLED,
        r#"{"erased":"1","erased_since":"3","first":"14","opened":"2","size":"22","withheld":"6"}"#,
        r#"{"handler":"tester"}"#,
    );
    all.hold(
        &Export { filter: vec!["principal_id".into()], opened: 1, size: 23, shown: Shown::Nothing, ..export },
        HANDLED,
        r#"{"digest":"eGICkFqfo7vjMwKyYhjF39HDPT3APtsso81E34usaq4=","filter":["principal_id"],"opened":"1","size":"23","sparse":"yes"}"#,
        r#"{"handler":"tester"}"#,
    );
    let held = |first, last| Run { first, last };
    all.hold(
        &Hold {
            filter: vec!["from 2020-01-01".into(), "principal_id".into()],
            runs: vec![held(2, 4), held(9, 9)],
        },
        because("調査"),
        r#"{"filter":["from 2020-01-01","principal_id"],"runs":["2-4","9-9"]}"#,
        r#"{"handler":"tester","reason":"調査"}"#,
    );
    all.hold(
        &Release { hold: 20 },
        because("和解"),
        r#"{"hold":"20"}"#,
        r#"{"handler":"tester","reason":"和解"}"#,
    );
    all.hold(
        &Trust { range: held(7, 9) },
        because("台帳を確認した"),
        r#"{"range":"7-9"}"#,
        r#"{"handler":"tester","reason":"台帳を確認した"}"#,
    );
    let recipient = Recipient {
        id: "acme".into(),
        from: day("2020-01-01"),
        name: some("架空商事株式会社"),
        address: some("東京都架空区見本1-2-3"),
        representative: some("見本 太郎"),
        party_type: PartyType::Body,
        check_date: Some(day("2021-02-01")),
        check_method: some("登記"),
        check_evidence: some("証跡 7"),
        purpose: some("販売促進"),
    };
    all.hold(
        &recipient,
        HANDLED,
        r#"{"address":"東京都架空区見本1-2-3","check_date":"2021-02-01","check_evidence":"証跡 7","check_method":"登記","from":"2020-01-01","id":"acme","name":"架空商事株式会社","purpose":"販売促進","representative":"見本 太郎","type":"body"}"#,
        r#"{"handler":"tester"}"#,
    );
    all.hold(
        &filing(),
        because("廃止"),
        r#"{"acquisition":"公開情報","categories":["ordinary","ordinary"],"effective":"2026-11-01","filed_on":"2026-11-02","filing":"list","items":["氏名","住所"],"number":"1234","origins":["public","third-party"],"provision_method":"電子ファイル","publication":"yes","purpose":"名簿の提供","start_day":"2026-04-01","stopped":"yes","update_method":"年に一度"}"#,
        r#"{"address":"東京都","contact":"privacy@example.co.jp","handler":"tester","name":"架空名簿","reason":"廃止","representative":"見本 次郎","request_method":"電話","telephone":"03-0000-0000"}"#,
    );
    let request = StopRequest {
        principal_id: some("C-9"),
        principal_name: some("架空 九郎"),
        received: day("2026-06-01"),
        effective: day("2026-06-02"),
        channel: some("電話"),
        filing: some("list"),
        withdrawn: None,
    };
    all.hold(
        &request,
        HANDLED,
        r#"{"channel":"電話","effective":"2026-06-02","filing":"list","principal_id":"C-9","principal_name":"架空 九郎","received":"2026-06-01"}"#,
        r#"{"handler":"tester"}"#,
    );
    all.hold(
        &Withdrawal { from: day("2026-07-01") },
        because("本人から"),
        r#"{"withdrawn":"2026-07-01"}"#,
        r#"{"handler":"tester","reason":"本人から"}"#,
    );
    let disclosure = Disclosure {
        principal_id: some("C-1"),
        principal_name: some("見本 花子"),
        request_received: day("2026-10-01"),
        due: day("2026-10-15"),
        records: 3,
    };
    all.hold(
        &disclosure,
        HANDLED,
        r#"{"due":"2026-10-15","principal_id":"C-1","principal_name":"見本 花子","records":"3","request_received":"2026-10-01"}"#,
        r#"{"handler":"tester"}"#,
    );
    let found = State { size: 7, head: Digest([1; 32]), root: Digest([2; 32]) };
    for (change, facts) in [
        (AnchorChange::Set, r#"{"anchor":"set"}"#),
        (AnchorChange::Off, r#"{"anchor":"off"}"#),
        (AnchorChange::Later, r#"{"anchor":"later"}"#),
        (AnchorChange::Reset(None), r#"{"anchor":"reset"}"#),
        (
            AnchorChange::Reset(Some(found)),
            r#"{"anchor":"reset","found_head":"AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQE=","found_root":"AgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgI=","found_size":"7"}"#,
        ),
    ] {
        all.hold(&change, because("不要"), facts, r#"{"handler":"tester","reason":"不要"}"#);
    }
    all.hold(&AnchorChange::Later, NOBODY, r#"{"anchor":"later"}"#, "");
    all
}

#[test]
fn every_kind_is_written_as_it_always_was_and_is_read_back() {
    let written = samples();
    for kind in Kind::ALL.iter().filter(|kind| !kind.is_record()) {
        assert!(written.kinds.contains(&kind.code()), "nothing is known of the kind {kind}");
    }
}

/// Words that mean something else where they stand: the state of an entry in `entries.csv`, tags of
/// fingerprints, a table of a ledger file.
const OTHERWISE: [(&str, &[&str]); 5] = [
    ("store/check.rs", &["erased"]),
    ("store/keys.rs", &["principal_id", "principal_name", "items", "file"]),
    ("store/query.rs", &["erased"]),
    ("verify/bundle/range.rs", &["opened", "withheld", "erased"]),
    ("verify/bundle/sparse.rs", &["opened"]),
];

/// The texts between quotes on a line of code.
fn literals(line: &str) -> impl Iterator<Item = &str> {
    line.split('"').skip(1).step_by(2)
}

#[test]
fn no_key_of_a_payload_stands_where_entries_are_stored_or_judged() {
    let keys = samples().keys;
    assert!(keys.len() > 60, "{keys:?}");
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut folders = vec![root.join("store"), root.join("verify"), root.join("ledger")];
    let (mut seen, mut excused) = (0, BTreeSet::new());
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
                continue;
            }
            if path.extension().is_none_or(|e| e != "rs") {
                continue;
            }
            seen += 1;
            let text = std::fs::read_to_string(&path).unwrap();
            let program = text.split("#[cfg(test)]").next().unwrap();
            for line in program.lines().map(str::trim).filter(|line| !line.starts_with("//")) {
                for literal in literals(line).filter(|literal| keys.contains(*literal)) {
                    let known = OTHERWISE
                        .iter()
                        .find(|(file, words)| path.ends_with(file) && words.contains(&literal));
                    match known {
                        Some((file, _)) => drop(excused.insert((*file, literal.to_owned()))),
                        // The kinds have names of their own.
                        None => assert!(
                            Kind::from_name(literal.as_bytes()).is_some(),
                            "{}: {line}",
                            path.display()
                        ),
                    }
                }
            }
        }
    }
    let all = OTHERWISE.iter().flat_map(|(file, words)| words.iter().map(|word| (*file, (*word).to_owned())));
    assert_eq!(excused, all.collect(), "an excuse that nobody needs");
    assert!(seen > 50, "{seen} files");
}

#[test]
fn what_cannot_be_read_is_not_taken_for_something_else() {
    assert_eq!(Trust::read(br#"{"range":"9-7"}"#, b""), None);
    assert_eq!(Hold::read(br#"{"runs":["2-4","x"]}"#, b""), None);
    assert_eq!(AnchorChange::read(br#"{"anchor":"gone"}"#, b""), None);
    assert_eq!(Genesis::read(br#"{"retention_years":"3"}"#, b""), None);
    assert_eq!(Correction::read(br#"{"fields":["colour"]}"#, b""), None);
    assert_eq!(Correction::read(br#"{"colour":"red"}"#, b""), None);
    assert_eq!(Release::read(br#"{"hold":"020"}"#, b""), None);
    let lists = r#"{"categories":["ordinary"],"effective":"2026-04-01","filing":"l","items":["a","b"],"origins":["public"]}"#;
    assert_eq!(Filing::read(lists.as_bytes(), b""), None, "the lists are not of equal length");
    let facts = filing().parts(NOBODY).facts;
    assert_eq!(Filing::read(&facts, b"").unwrap().part(Part::Telephone), None, "its extra part is gone");
    // One list that cannot be read spoils the other.
    let spoiled = Erasure::seen(br#"{"extras":["x"],"runs":["5-5 2021-05-10 2024-05-11"]}"#);
    assert_eq!(spoiled, Erasure::default());
    assert_eq!(import::digest(br#"{"digest":"a"}"#).as_deref(), Some("a"));
    assert_eq!(import::digest(br#"{"digest":"a"} "#), None, "it is not canonical");
}

#[test]
fn a_text_that_the_format_does_not_take_makes_no_part() {
    for bad in ["", "a\u{7f}", "a\tb"] {
        assert!(!Release { hold: 1 }.parts(because(bad)).canonical, "{bad:?}");
        assert!(!Key { public_key: bad.into() }.parts(HANDLED).canonical, "{bad:?}");
    }
    assert!(!Hold { filter: vec!["a\nb".into()], runs: vec![] }.parts(NOBODY).canonical);
    let long = Key { public_key: "a".repeat(MAX_PART) }.parts(HANDLED);
    assert!(!long.canonical && long.are_too_long());
}

#[test]
fn as_many_runs_as_an_entry_takes_fit_into_its_facts() {
    let last = u64::MAX >> 1;
    let run = Run { first: last, last };
    let hold = Hold { filter: vec![], runs: vec![run; hold::MOST_RUNS] };
    assert!(hold.parts(NOBODY).canonical);
    let run = ErasedRun { first: last, last, base: day("2021-05-10"), free: day("2024-05-11") };
    let erasure = Erasure {
        confirmed_on: Some(day("2026-11-23")),
        runs: Some(vec![run; erasure::MOST_RUNS]),
        extras: vec![],
    };
    assert!(erasure.parts(NOBODY).canonical);
}

/// The cells of a record as a CSV file has them.
struct Cells<'a> {
    fields: Vec<(Field, &'a str)>,
    provenance: [Option<&'a str>; 3],
}

impl FieldValues for Cells<'_> {
    fn value(&self, field: Field) -> Option<Value<'_>> {
        self.fields.iter().find(|(of, _)| *of == field).map(|(_, text)| Value::Text(text))
    }

    fn provenance(&self) -> [Option<Number<'_>>; 3] {
        self.provenance.map(|number| number.map(Number::Written))
    }
}

/// The values of a record as the program has them.
struct Values<'a>(&'a Provision, [Option<Number<'a>>; 3]);

impl FieldValues for Values<'_> {
    fn value(&self, field: Field) -> Option<Value<'_>> {
        self.0.value(field)
    }

    fn provenance(&self) -> [Option<Number<'_>>; 3] {
        self.1
    }
}

fn parts(values: &impl FieldValues) -> (String, String) {
    let (mut facts, mut extra) = (Vec::new(), Vec::new());
    assert!(write_facts(values, &mut facts));
    assert!(write_extra(values, &mut extra) || extra.is_empty());
    (String::from_utf8(facts).unwrap(), String::from_utf8(extra).unwrap())
}

#[test]
fn a_record_has_the_same_parts_wherever_its_values_are_kept() {
    let facts = r#"{"basis":"opt-out","items":["氏名","住所"],"method":"each","principal_id":"C-001","principal_name":"見本 花子","provided_on":"2026-11-20","recipient_address":"東京都架空区見本1-2-3","recipient_name":"架空商事株式会社","recipient_representative":"見本 太郎","recipient_type":"body"}"#;
    let format = include_str!("../src/ledger/FORMAT.md");
    assert!(format.contains(facts), "the example of the specification");
    let extra = r#"{"claimed_recorded_on":"2026-11-21","handler":"batch","import":"5","key":"fffffffffffffffe","line":"12","medium":"USB","note":"一行目\n二行目","source_number":"7"}"#;
    let mut provision = Provision {
        day: Some(day("2026-11-20")),
        party_name: some("架空商事株式会社"),
        party_address: some("東京都架空区見本1-2-3"),
        party_representative: some("見本 太郎"),
        principal_id: some("C-001"),
        principal_name: some("見本 花子"),
        items: vec!["氏名".into(), "住所".into()],
        basis: Some(Basis::OptOut),
        handler: some("batch"),
        medium: some("USB"),
        note: some("一行目\n二行目"),
        source_number: some("7"),
        claimed_recorded_on: Some(day("2026-11-21")),
        ..Provision::default()
    };
    let here = [Some(Number::Of(5)), Some(Number::Fingerprint(-2)), Some(Number::Of(12))];
    let of_values = Values(&provision, here);
    assert_eq!(parts(&of_values), (facts.to_owned(), extra.to_owned()));
    let texts: Vec<(Field, String)> =
        Field::ALL.iter().filter_map(|field| Some((*field, provision.text(*field)?.into_owned()))).collect();
    let of_texts = Cells {
        fields: texts.iter().map(|(field, text)| (*field, text.as_str())).collect(),
        provenance: [Some("5"), Some("fffffffffffffffe"), Some("12")],
    };
    assert_eq!(parts(&of_texts), (facts.to_owned(), extra.to_owned()));
    assert_eq!(last_day(&of_texts), provision.last_day());
    // What stands in a cell is what is hashed, whether it is a number or not.
    let odd = Cells { fields: vec![], provenance: [Some("05"), None, None] };
    let mut out = Vec::new();
    write_extra(&odd, &mut out);
    assert_eq!(out, br#"{"import":"05"}"#);
    // Equal records have equal content, whoever handled them and whatever was found about them.
    let content = |provision: &Provision, from| {
        let mut out = Vec::new();
        write_content(&Values(provision, from), &mut out);
        String::from_utf8(out).unwrap()
    };
    let before = content(&provision, here);
    let beside = |provision: &Provision| {
        let (mut facts, mut out) = (Vec::new(), Vec::new());
        write_facts(&Values(provision, here), &mut facts);
        write_content_beside(&facts, &Values(provision, here), &mut out);
        String::from_utf8(out).unwrap()
    };
    assert_eq!(beside(&provision), before);
    assert_eq!(
        before.split_once('\n').unwrap(),
        (
            facts,
            r#"{"claimed_recorded_on":"2026-11-21","medium":"USB","note":"一行目\n二行目","source_number":"7"}"#
        )
    );
    provision.handler = some("else");
    provision.rare_mut().breaches = vec!["filing:none".into()];
    assert_eq!(content(&provision, [None; 3]), before);
    assert_eq!(beside(&provision), before);
    assert!(PROVENANCE.is_sorted());
}

#[test]
fn the_last_day_of_a_record_is_that_of_its_method() {
    let of = |fields: &[(Field, &'static str)]| {
        last_day(&Cells { fields: fields.to_vec(), provenance: [None; 3] }).map(|day| day.to_string())
    };
    let (provided, received) = ((Field::ProvidedOn, "2026-01-01"), (Field::ReceivedOn, "2026-01-02"));
    let to = (Field::PeriodTo, "2026-03-31");
    assert_eq!(of(&[provided, to]).as_deref(), Some("2026-01-01"));
    assert_eq!(of(&[received, (Field::Method, "contract")]).as_deref(), Some("2026-01-02"));
    assert_eq!(of(&[provided, to, (Field::Method, "bulk")]).as_deref(), Some("2026-03-31"));
    assert_eq!(of(&[provided, (Field::Method, "bulk")]), None, "it is open");
    assert_eq!(of(&[provided, (Field::Method, "wholesale")]).as_deref(), Some("2026-01-01"));
    assert_eq!(of(&[(Field::ProvidedOn, "soon")]), None);
}

#[test]
fn a_correction_is_written_as_it_stands_in_a_file_though_it_does_not_fit_together() {
    let mut set = [None; Field::COUNT];
    set[Field::PeriodTo.position()] = Some("2026-03-31");
    set[Field::ProvidedOn.position()] = Some("2026-04-30");
    let stated = Stated { fields: vec!["note", "colour"], set, void: Some("maybe") };
    let Parts { facts, .. } = stated.parts(NOBODY);
    assert_eq!(
        String::from_utf8(facts.clone()).unwrap(),
        r#"{"fields":["note","colour"],"set_period_to":"2026-03-31","set_provided_on":"2026-04-30","void":"maybe"}"#
    );
    assert_eq!(last_day_set(&facts), Some(day("2026-04-30")));
    assert_eq!(last_day_set(b""), None);
}

fn text() -> impl Strategy<Value = String> {
    "[a-z\"\\\\/氏名é\u{a0}\n]{1,8}"
}

fn element() -> impl Strategy<Value = String> {
    "[a-z\"\\\\/氏名é\u{a0}]{1,8}"
}

fn any_day() -> impl Strategy<Value = chrono::NaiveDate> {
    (0i64..60_000).prop_map(|days| day("1970-01-01") + chrono::TimeDelta::days(days))
}

fn maybe<S: Strategy>(what: S) -> impl Strategy<Value = Option<S::Value>>
where
    S::Value: Clone,
{
    proptest::option::of(what)
}

fn run() -> impl Strategy<Value = Run> {
    (any::<u32>(), any::<u32>()).prop_map(|(first, more)| {
        let first = u64::from(first);
        Run { first, last: first + u64::from(more) }
    })
}

fn erased_run() -> impl Strategy<Value = ErasedRun> {
    (run(), any_day(), any_day()).prop_map(|(Run { first, last }, base, free)| ErasedRun {
        first,
        last,
        base,
        free,
    })
}

/// Written, read, and written again.
fn comes_back<S: Said + PartialEq + Debug>(said: &S, by: &Account) -> Result<(), TestCaseError> {
    let words = By { handler: by.handler.as_deref(), reason: by.reason.as_deref() };
    let parts = said.parts(words);
    prop_assert!(parts.canonical);
    prop_assert_eq!(&Account::read(&parts.extra), by);
    let read = S::read(&parts.facts, &parts.extra);
    prop_assert_eq!(read.as_ref(), Some(said));
    prop_assert_eq!(read.unwrap().parts(words), parts);
    Ok(())
}

fn account() -> impl Strategy<Value = Account> {
    (maybe(text()), maybe(text())).prop_map(|(handler, reason)| Account { handler, reason })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn holds_and_erasures_come_back(
        by in account(), filter in vec(element(), 0..3), runs in vec(run(), 1..4),
        erased in vec(erased_run(), 0..4), extras in vec(erased_run(), 0..4), on in any_day(),
    ) {
        comes_back(&Release { hold: runs.first().map_or(0, |run| run.first) }, &by)?;
        for range in &runs {
            comes_back(&Trust { range: *range }, &by)?;
        }
        comes_back(&Hold { filter, runs }, &by)?;
        comes_back(&Erasure { confirmed_on: Some(on), runs: Some(erased), extras }, &by)?;
    }

    #[test]
    fn imports_and_exports_come_back(
        by in account(), texts in (text(), text()), known in maybe(any::<u32>()), n in any::<[u32; 4]>(),
        file in maybe(text()), filter in vec(element(), 0..3), sparse in any::<bool>(),
    ) {
        let [a, b, c, d] = n.map(u64::from);
        let import = Import {
            digest: texts.0.clone(), encoding: texts.1, known: known.map(u64::from), refused: a, rows: b, skipped: c, file,
        };
        comes_back(&import, &by)?;
        let range = Shown::Range { first: a, erased: b, erased_since: c, withheld: d };
        let shown = if sparse { Shown::Nothing } else { range };
        comes_back(&Export { digest: Some(texts.0), filter, opened: a, size: d, shown }, &by)?;
    }

    #[test]
    fn registers_come_back(
        by in account(), id in text(), texts in vec(maybe(text()), 10), days in (any_day(), any_day()),
        on in maybe(any_day()), items in vec((element(), 0..2usize, 0..5usize), 0..4), so in any::<bool>(), n in any::<u32>(),
    ) {
        let t = |at: usize| texts[at].clone();
        comes_back(&Recipient {
            id: id.clone(), from: days.0, name: t(0), address: t(1), representative: t(2),
            party_type: if so { PartyType::Body } else { PartyType::Person },
            check_date: on, check_method: t(3), check_evidence: t(4), purpose: t(5),
        }, &by)?;
        let item = |(name, category, origin): &(String, usize, usize)| FiledItem {
            name: name.clone(), category: Category::ALL[*category], origin: Origin::ALL[*origin],
        };
        comes_back(&Filing {
            id, effective: days.0, filed_on: on, number: t(0), start_day: Some(days.1),
            parts: texts.clone().try_into().unwrap(), items: items.iter().map(item).collect(), publication: t(1), stopped: so,
        }, &by)?;
        comes_back(&StopRequest {
            principal_id: t(0), principal_name: t(1), received: days.0, effective: days.1, channel: t(2), filing: t(3),
            withdrawn: None,
        }, &by)?;
        comes_back(&Withdrawal { from: days.1 }, &by)?;
        comes_back(&Disclosure {
            principal_id: t(0), principal_name: t(1), request_received: days.0, due: days.1, records: n.into(),
        }, &by)?;
    }

    #[test]
    fn corrections_and_what_begins_a_ledger_come_back(
        by in account(), picked in vec(any::<bool>(), Field::COUNT), values in vec(maybe(element()), Field::COUNT),
        texts in vec(text(), 5), years in 3..101u32, head in any::<[u8; 32]>(), size in any::<u32>(),
    ) {
        let changed = Field::ALL.iter().filter(|field| picked[field.position()]);
        let changes: Vec<_> = changed.map(|field| (*field, values[field.position()].clone())).collect();
        if !changes.is_empty() {
            let Account { handler, reason } = by.clone();
            comes_back(&Correction { void: false, changes, handler, reason }, &by)?;
        }
        let [ledger_id, operator, origin, public_key, fingerprint_check] = texts.try_into().unwrap();
        comes_back(&Key { public_key: public_key.clone() }, &by)?;
        comes_back(&Genesis { ledger_id, operator, origin, years, public_key, fingerprint_check }, &by)?;
        let state = State { size: size.into(), head: Digest(head), root: Digest(head) };
        for change in [AnchorChange::Set, AnchorChange::Reset(None), AnchorChange::Reset(Some(state)), AnchorChange::Off] {
            comes_back(&change, &by)?;
        }
    }

    #[test]
    fn no_part_makes_a_codec_panic(facts in vec(any::<u8>(), 0..60), extra in vec(any::<u8>(), 0..60)) {
        let _ = (Genesis::read(&facts, &extra), Correction::read(&facts, &extra), Erasure::seen(&facts));
        let _ = (Filing::read(&facts, &extra), Recipient::read(&facts, &extra), StopRequest::read(&facts, &extra));
        let _ = (Import::read(&facts, &extra), Export::read(&facts, &extra), Hold::read(&facts, &extra));
        let shown = provlog::act::shown(&facts);
        prop_assert_eq!(shown.len(), decode(&facts).map_or(0, |members| members.len()));
    }
}

#[test]
fn a_part_is_shown_whole_whatever_is_in_it() {
    let part = br#"{"colour":"red","runs":["1-2","4-4"]}"#;
    assert_eq!(decode(part).unwrap().last().unwrap().1, Member::List(vec!["1-2".into(), "4-4".into()]));
    let shown = provlog::act::shown(part);
    assert_eq!(shown, [("colour".to_owned(), "red".to_owned()), ("runs".to_owned(), "1-2, 4-4".to_owned())]);
}
