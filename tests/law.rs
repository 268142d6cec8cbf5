//! Every side x basis x method x item: required, and by which article, or not asked for. The table is written by hand from
//! the law (Act 29 to 31, Enforcement Rules 19 to 28), not taken from the program's.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test")]

use std::collections::{BTreeMap, BTreeSet};

use crate::support::{Room, Words};
use provlog::record::rules::{self, Asked, Fault, FutureDays, Source};
use provlog::record::{Basis, Field, Method, PartyType, Provision, Rare, Side};

const ACT_29: &str = "Act 29(1), Enforcement Rules 20(1)";
const RULES_19: &str = "Act 29(1), Enforcement Rules 19";
const ACT_30: &str = "Act 30(3), Enforcement Rules 24";
const RULES_23: &str = "Act 30(3), Enforcement Rules 23";
const ACT_31: &str = "Act 31, Enforcement Rules 28";
const OURS: &str = "provlog (no article asks for it)";

/// Side, basis, method; then the items, `name` or `name@day` (required from that day on) or `name?` (asked under a condition),
/// by who asks for them. `-` in their place: the method is not allowed on this basis.
type Row = (&'static str, &'static str, &'static str, &'static [(&'static str, &'static str)]);

#[rustfmt::skip]
const TABLE: &[Row] = &[
    // The provider. Address and representative since 2022-04-01; the representative of a body only.
    ("provision", "opt-out", "each", &[
        (ACT_29, "provided_on recipient_name? recipient_address?@2022-04-01 recipient_representative?@2022-04-01 principal items"),
    ]),
    ("provision", "opt-out", "bulk", &[(RULES_19, "-")]),
    ("provision", "opt-out", "contract", &[(RULES_19, "-")]),
    ("provision", "consent", "each", &[
        (ACT_29, "recipient_name? recipient_address?@2022-04-01 recipient_representative?@2022-04-01 principal items"), (OURS, "provided_on"),
    ]),
    ("provision", "consent", "bulk", &[
        (ACT_29, "recipient_name? recipient_address?@2022-04-01 recipient_representative?@2022-04-01 principal items"), (RULES_19, "period_from"),
    ]),
    ("provision", "consent", "contract", &[
        (ACT_29, "recipient_name? recipient_address?@2022-04-01 recipient_representative?@2022-04-01 principal items"), (OURS, "provided_on"),
    ]),
    ("provision", "foreign-consent", "each", &[
        (ACT_29, "recipient_name? recipient_address?@2022-04-01 recipient_representative?@2022-04-01 principal items"), (OURS, "provided_on"),
    ]),
    ("provision", "foreign-consent", "bulk", &[
        (ACT_29, "recipient_name? recipient_address?@2022-04-01 recipient_representative?@2022-04-01 principal items"), (RULES_19, "period_from"),
    ]),
    ("provision", "foreign-consent", "contract", &[
        (ACT_29, "recipient_name? recipient_address?@2022-04-01 recipient_representative?@2022-04-01 principal items"), (OURS, "provided_on"),
    ]),
    // The provider of personal-related information: no principal.
    ("provision", "personal-related", "each", &[
        (ACT_31, "provided_on confirmation recipient_name recipient_address recipient_representative? items"),
    ]),
    ("provision", "personal-related", "bulk", &[
        (ACT_31, "period_from confirmation recipient_name recipient_address recipient_representative? items"),
    ]),
    ("provision", "personal-related", "contract", &[
        (ACT_31, "provided_on confirmation recipient_name recipient_address recipient_representative? items"),
    ]),
    ("provision", "voluntary", "each", &[(OURS, "exemption provided_on")]),
    ("provision", "voluntary", "bulk", &[(OURS, "exemption period_from")]),
    ("provision", "voluntary", "contract", &[(OURS, "exemption provided_on")]),
    // The recipient.
    ("receipt", "opt-out", "each", &[
        (ACT_30, "received_on provider_name provider_address provider_representative? acquisition principal items ppc_publication"),
    ]),
    ("receipt", "opt-out", "bulk", &[(RULES_23, "-")]),
    ("receipt", "opt-out", "contract", &[(RULES_23, "-")]),
    ("receipt", "consent", "each", &[
        (ACT_30, "provider_name provider_address provider_representative? acquisition principal items"),
    ]),
    ("receipt", "consent", "bulk", &[
        (ACT_30, "provider_name provider_address provider_representative? acquisition principal items"), (RULES_23, "period_from"),
    ]),
    ("receipt", "consent", "contract", &[
        (ACT_30, "provider_name provider_address provider_representative? acquisition principal items"),
    ]),
    ("receipt", "personal-related", "each", &[
        (ACT_30, "provider_name provider_address provider_representative? principal items foreign_information?"),
    ]),
    ("receipt", "personal-related", "bulk", &[
        (ACT_30, "provider_name provider_address provider_representative? principal items foreign_information?"), (RULES_23, "period_from"),
    ]),
    ("receipt", "personal-related", "contract", &[
        (ACT_30, "provider_name provider_address provider_representative? principal items foreign_information?"),
    ]),
    ("receipt", "private-person", "each", &[
        (ACT_30, "provider_name provider_address provider_representative? acquisition principal items"),
    ]),
    ("receipt", "private-person", "bulk", &[
        (ACT_30, "provider_name provider_address provider_representative? acquisition principal items"), (RULES_23, "period_from"),
    ]),
    ("receipt", "private-person", "contract", &[
        (ACT_30, "provider_name provider_address provider_representative? acquisition principal items"),
    ]),
    ("receipt", "voluntary", "each", &[(OURS, "exemption")]),
    ("receipt", "voluntary", "bulk", &[(OURS, "exemption period_from")]),
    ("receipt", "voluntary", "contract", &[(OURS, "exemption")]),
];

fn article(source: Source) -> &'static str {
    match source {
        Source::Act29Rules20 => ACT_29,
        Source::Rules19 => RULES_19,
        Source::Act30Rules24 => ACT_30,
        Source::Rules23 => RULES_23,
        Source::Act31Rules28 => ACT_31,
        Source::Provlog => OURS,
    }
}

/// What the table asks for: by item, the article, the first day, and whether under a condition.
fn asked(row: &Row) -> BTreeMap<&'static str, (&'static str, Option<&'static str>, bool)> {
    let mut all = BTreeMap::new();
    for (article, items) in row.3.iter().filter(|(_, items)| *items != "-") {
        for item in items.split(' ') {
            let (item, day) = item.split_once('@').map_or((item, None), |(item, day)| (item, Some(day)));
            let name = item.trim_end_matches('?');
            assert!(all.insert(name, (*article, day, name != item)).is_none(), "{item} twice in {row:?}");
        }
    }
    all
}

/// A record with everything that any row asks for, and what only some conditions ask for.
fn whole(row: &Row) -> Provision {
    let (side, method) = (Side::from_word(row.0).unwrap(), Method::from_word(row.2).unwrap());
    let text = |text: &str| Some(text.to_owned());
    let day = "2026-04-01".parse().ok();
    Provision {
        side,
        day: day.filter(|_| method != Method::Bulk),
        party_name: text("架空商事株式会社"),
        party_address: text("東京都架空区1-2-3"),
        party_representative: text("見本 太郎"),
        party_type: PartyType::Body,
        principal_id: text("C-1"),
        items: vec!["氏名".into()],
        basis: Basis::from_word(row.1),
        method,
        rare: Some(Box::new(Rare {
            period_from: day.filter(|_| method == Method::Bulk),
            acquisition: text("購入"),
            confirmation: text("契約書"),
            ppc_publication: text("yes"),
            foreign_recipient: true,
            foreign_information: text("yes"),
            exemption: text("法第27条第5項第1号"),
            ..Rare::default()
        })),
        ..Provision::default()
    }
}

type Item = (&'static str, fn(&mut Provision));

/// Every item that any record may have to hold, and how it is taken away.
const ITEMS: [Item; 19] = [
    ("provided_on", |p| p.day = None),
    ("received_on", |p| p.day = None),
    ("period_from", |p| p.rare_mut().period_from = None),
    ("recipient_name", |p| p.party_name = None),
    ("recipient_address", |p| p.party_address = None),
    ("recipient_representative", |p| p.party_representative = None),
    ("provider_name", |p| p.party_name = None),
    ("provider_address", |p| p.party_address = None),
    ("provider_representative", |p| p.party_representative = None),
    ("acquisition", |p| p.rare_mut().acquisition = None),
    ("confirmation", |p| p.rare_mut().confirmation = None),
    ("ppc_publication", |p| p.rare_mut().ppc_publication = None),
    ("foreign_information", |p| p.rare_mut().foreign_information = None),
    ("principal", |p| (p.principal_id, p.principal_name) = (None, None)),
    ("items", |p| p.items.clear()),
    ("exemption", |p| p.rare_mut().exemption = None),
    ("consent_evidence", |p| p.consent_evidence = None),
    ("purpose", |p| p.purpose = None),
    ("note", |p| p.note = None),
];

fn faults(p: &Provision) -> Vec<Fault> {
    let mut all = Vec::new();
    rules::check(p, "2026-11-23".parse().unwrap(), FutureDays::Refused, |fault| all.push(fault));
    all
}

fn belongs(side: Side, item: &str) -> bool {
    Field::from_name(item).is_none_or(|field| side.has(field))
}

#[test]
fn every_item_of_every_record_is_required_by_its_article_or_not_asked_for() {
    let mut checked = 0;
    for row in TABLE {
        let p = whole(row);
        let refused = row.3.iter().any(|(_, items)| *items == "-");
        if refused {
            let fault = Fault::MethodNotAllowed(p.basis.unwrap(), p.method);
            assert!(faults(&p).contains(&fault), "{row:?}");
            assert!(fault.breach().is_some());
            continue;
        }
        assert_eq!(faults(&p), [], "{row:?}: with everything");
        let table = asked(row);
        for (item, blank) in ITEMS.into_iter().filter(|(item, _)| belongs(p.side, item)) {
            let mut without = p.clone();
            blank(&mut without);
            let expected: Vec<(String, &str)> =
                table.get(item).map(|(article, ..)| (item.to_owned(), *article)).into_iter().collect();
            let found: Vec<(String, &str)> = faults(&without)
                .iter()
                .map(|fault| match fault {
                    Fault::Missing(Asked::Principal, source) => ("principal".to_owned(), article(*source)),
                    Fault::Missing(Asked::Field(field), source) => (field.to_string(), article(*source)),
                    other => panic!("{row:?}, {item}: {other:?}"),
                })
                .collect();
            assert_eq!(found, expected, "{row:?} without {item}");
            // Before the day that the table names, nobody asks for it.
            if let Some((_, Some(from), _)) = table.get(item) {
                let before = from.parse::<chrono::NaiveDate>().unwrap().pred_opt();
                match p.method {
                    Method::Bulk => {
                        without.rare_mut().period_from = before;
                        without.rare_mut().period_to = before;
                    }
                    _ => without.day = before,
                }
                assert_eq!(faults(&without), [], "{row:?} without {item} before {from}");
            }
            checked += 1;
        }
    }
    assert!(checked > 300, "{checked}");
}

#[test]
fn items_under_a_condition_are_asked_for_under_it_alone() {
    let find = |side, basis, method| TABLE.iter().find(|r| (r.0, r.1, r.2) == (side, basis, method)).unwrap();
    // 不特定かつ多数 in place of the three; a natural person has no representative; no foreign recipient, no information.
    let mut p = whole(find("provision", "consent", "each"));
    (p.party_name, p.party_address, p.party_representative) = (None, None, None);
    p.unspecified_recipients = true;
    assert_eq!(faults(&p), []);
    let mut p = whole(find("receipt", "private-person", "each"));
    (p.party_type, p.party_representative) = (PartyType::Person, None);
    assert_eq!(faults(&p), []);
    let mut p = whole(find("receipt", "personal-related", "each"));
    (p.rare_mut().foreign_recipient, p.rare_mut().foreign_information) = (false, None);
    assert_eq!(faults(&p), []);
    // For personal-related information the recipient is always named.
    let mut p = whole(find("provision", "personal-related", "each"));
    (p.party_name, p.party_address, p.party_representative) = (None, None, None);
    p.unspecified_recipients = true;
    assert_eq!(faults(&p).len(), 3);
}

#[test]
fn bases_of_the_other_side_are_refused() {
    for side in Side::ALL {
        for basis in Basis::ALL.iter().copied() {
            let known = TABLE.iter().any(|r| r.0 == side.word() && r.1 == basis.word());
            let p = Provision { side, basis: Some(basis), ..Provision::default() };
            let refused = faults(&p).contains(&Fault::BasisOfOtherSide(basis, side));
            assert_eq!(refused, !known, "{side:?} {basis:?}");
        }
    }
}

/// `rules` prints the very table that validates.
#[test]
fn the_rules_that_are_printed_are_these() {
    let room = Room::new();
    let mut printed = BTreeSet::new();
    for o in room.run("rules --json").done().objects() {
        let text = |key: &str| o[key].as_str().unwrap_or("").to_owned();
        let item = if o["allowed"] == true { text("item") } else { "-".to_owned() };
        let condition = if matches!(text("condition").as_str(), "always" | "") { "" } else { "?" };
        printed.insert((
            text("side"),
            text("basis"),
            text("method"),
            format!("{item}{condition}"),
            text("from"),
            text("article"),
        ));
    }
    let mut expected = BTreeSet::new();
    for row in TABLE {
        let mut add = |item: String, from: &str, article: &str| {
            expected.insert((
                row.0.to_owned(),
                row.1.to_owned(),
                row.2.to_owned(),
                item,
                from.to_owned(),
                article.to_owned(),
            ));
        };
        for (article, _) in row.3.iter().filter(|(_, items)| *items == "-") {
            add("-".to_owned(), "", article);
        }
        for (item, (article, from, condition)) in asked(row) {
            add(format!("{item}{}", if condition { "?" } else { "" }), from.unwrap_or(""), article);
        }
    }
    assert_eq!(printed, expected);
    // And a filter shows a part of it, in Japanese as well.
    let mut room = room;
    room.lang = "ja";
    let shown = room.run("rules --side receipt --basis opt-out --method each").done();
    assert_eq!(shown.stdout.lines().count(), 9, "{}", shown.stdout);
    assert!(shown.stdout.contains("法第30条第3項・施行規則第24条"));
    room.run("rules --basis whim").refused();
}

#[test]
fn a_record_that_breaks_a_rule_is_made_as_it_happened_with_the_breach_on_it() {
    let room = Room::with_ledger();
    let args =
        "record --provided-on 2026-11-20 --recipient 架空商事 --principal-id A --item 氏名 --basis opt-out";
    room.run(args).refused().says("Act 29(1)").says("--as-happened");
    let happened = format!("{args} --as-happened");
    room.run(&happened).done();
    let shown = room.run("show 1 --json").done().objects();
    assert_eq!(
        shown[0]["breaches"],
        serde_json::json!(["missing:recipient_address", "missing:recipient_representative"])
    );
    // What contradicts itself is no record of what happened.
    room.run(happened.replace("2026-11-20", "2027-01-01")).refused().says("still to come");
    room.run("verify").done();
}

#[test]
fn both_sides_and_all_methods_are_recorded_listed_exported_and_verified() {
    let room = Room::with_ledger();
    let whole = "--principal-id A --item 氏名";
    let to = "record --recipient 架空商事 --recipient-address 東京都架空区1 --representative '見本 太郎'";
    let from = "receive --provider 架空物産 --provider-address 東京都架空区2 \
                --provider-representative '見本 次郎' --acquisition 購入";
    let run = |side: &str, more: &str| room.run(format!("{side} {whole} {more}"));
    run(to, "--provided-on 2026-11-20 --basis opt-out").done();
    run(to, "--basis consent --method bulk --period-from 2026-01-01").done().says("last day is open");
    run(to, "--basis consent --method bulk --period-from 2026-01-01 --period-to 2026-03-31").done();
    run(to, "--basis foreign-consent --method contract --provided-on 2026-11-20").done();
    run(to, "--basis personal-related --confirmation 契約書 --provided-on 2026-11-20").done();
    run(to, "--basis voluntary --exemption 法第27条第5項第1号 --provided-on 2026-11-20").done();
    run(from, "--basis opt-out --received-on 2026-11-19 --ppc-publication 第1号").done();
    run(from, "--basis consent").done();
    run(from, "--basis personal-related --foreign-recipient --foreign-information 書面").done();
    room.run(
        "receive --provider '見本 三郎' --provider-type person --provider-address 東京都架空区3 \
         --acquisition 本人から --principal-name '見本 三郎' --item 氏名 --basis private-person",
    )
    .done();
    let listed = |args: &str| -> Vec<u64> {
        room.run("list --json".and(args))
            .done()
            .objects()
            .iter()
            .map(|o| o["index"].as_u64().unwrap())
            .collect()
    };
    assert_eq!(listed("--side receipt"), [7, 8, 9, 10]);
    assert_eq!(listed("--side provision --basis consent"), [2, 3]);
    assert_eq!(listed("--recipient 架空物産"), [7, 8, 9]);
    // A period is found by every day of it; an open one goes on.
    assert_eq!(listed("--from 2026-02-01 --to 2026-02-01"), [2, 3]);
    assert_eq!(listed("--from 2026-05-01 --to 2026-11-19"), [2, 7]);
    room.run("delete 2").done().says("last day of provision is not known");
    room.run("delete 2 --apply --reason x").refused();
    room.run("verify").done();
    room.run("export --out folder --xlsx").done();
    assert!(crate::support::folders::agreed(&room, "folder", "", "both sides"));
    for (column, refusal) in [("受領日", "receive"), ("提供元", "receive")] {
        let text = format!(
            "提供日,提供先,所在地,代表者,本人ID,提供項目,根拠,{column}\n2024/4/1,架空,東京都,見本,1,氏名,同意,2024/4/1\n"
        );
        room.write("in.csv", text);
        room.run("import in.csv").refused().says(refusal);
    }
    room.write("in.csv", "受領日,提供元,提供元の住所,提供元の代表者の氏名,取得の経緯,本人,提供項目,根拠,届出番号\n令和6年4月1日,架空物産,東京都,見本,購入,見本 花子,氏名・住所,オプトアウト,第2号\n");
    room.run("import in.csv --side receipt").done();
    room.run("verify").done();
}
