//! Record dates that an imported file claims: they count only on a decision that is recorded, for the records that were
//! written with it, and for no others. What goes beyond that is found with the ledger and without it.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test")]

use crate::support::Room;
use crate::support::folders::by_python;
use crate::support::forge::{self, append, is_found};
use provlog::act::By;
use provlog::ledger::part::PartWriter;
use provlog::ledger::{Base, Kind};
use provlog::store::{Act, Appender, Failure};

/// How a base is found that lies before the log.
const EARLIER: &str = "the log had reached";

const HEADING: &str = "提供年月日,提供先,提供先住所,代表者,本人ID,提供項目,記録日";

fn row(id: &str, claimed: &str) -> String {
    format!("2021-04-01,架空商事株式会社,東京都架空区1,見本 太郎,{id},氏名,{claimed}\n")
}

fn file(rows: &[(&str, &str)]) -> String {
    let rows: String = rows.iter().map(|(id, claimed)| row(id, claimed)).collect();
    format!("{HEADING}\n{rows}")
}

/// A ledger with three records whose dates are trusted: 1 is the decision, 2 the import, 3 to 5 the records.
fn trusting() -> Room {
    let room = Room::with_ledger();
    room.write("old.csv", file(&[("A-1", "2021-04-05"), ("A-2", ""), ("A-3", "2021-03-01")]));
    room.run("import old.csv --basis opt-out --trust-record-dates --reason 台帳と照合済み")
        .done()
        .says("not from today's import");
    room
}

fn base(room: &Room, index: &str) -> String {
    let entry = room.run(["show", index, "--json"]).done().objects().remove(0);
    entry["retention_base"].as_str().unwrap().to_owned()
}

#[track_caller]
fn verifies(room: &Room, folder: &str) {
    room.run(["verify", "--bundle", folder]).done().says("counts from the record dates");
    if let Some((status, told)) = by_python(room, folder, "") {
        assert_eq!(status, 0, "{folder}: {told}");
        assert!(told.contains("counts from dates that a file claims, by entry 1"), "{told}");
    }
}

#[test]
fn retention_counts_from_the_later_of_claim_and_provision_and_the_decision_is_an_entry() {
    let room = trusting();
    assert_eq!(base(&room, "3"), "2021-04-05", "the day on which it claims to have been recorded");
    assert_eq!(base(&room, "4"), "2026-11-23", "it claims nothing, and counts from the import");
    assert_eq!(base(&room, "5"), "2021-04-01", "the provision was later than the claim");
    room.run("show 1").done().says("trust").says("3-5").says("台帳と照合済み").says("tester");
    room.run("show 3").done().says("from 2024-04-06 on (claimed record dates count, by entry 1)");
    room.run("show 4").done().says("from 2029-11-24 on\n");
    room.run("verify").done().says("entries 3 to 5 counts from the record dates");
}

#[test]
fn a_record_is_free_when_its_claim_says_so_and_its_erasure_verifies_in_every_form() {
    let mut room = trusting();
    room.states_the_day = true;
    room.run("delete 4 --apply --reason x").refused().says("2029-11-24");
    room.run("delete 3 --apply --reason 期間満了").done();
    room.run("verify").done();
    // The whole range; a range that begins behind the decision; single entries.
    room.run("export --out range").done();
    room.run("export --out behind --principal-id A-3").done();
    room.run("export --out sparse --principal-id A-3 --sparse").done();
    for folder in ["range", "behind", "sparse"] {
        verifies(&room, folder);
    }
    // A correction lets it begin again, as ever.
    room.clock = "2027-01-10T03:00:00.000Z".into();
    room.run("correct 5 --set note=x --reason 誤記").done();
    room.run("delete 5 --apply --reason x --confirm-date 2027-01-10").refused().says("2030-01-11");
    room.run("verify").done();
}

#[test]
fn it_takes_a_reason_and_a_claim_and_says_so_in_both_languages() {
    let mut room = Room::with_ledger();
    room.write("old.csv", file(&[("A-1", "2021-04-05")]));
    room.write("none.csv", file(&[("A-1", "")]));
    let before = room.ledger_bytes();
    for lang in ["en", "ja"] {
        room.lang = lang;
        let import = |file, more| room.run(format!("import {file} --basis opt-out {more}"));
        import("old.csv", "--trust-record-dates").cannot().says("--reason TEXT");
        import("old.csv", "--reason x").cannot().says("--trust-record-dates");
        import("none.csv", "--trust-record-dates --reason x").refused().says("claimed_recorded_on");
    }
    assert!(before == room.ledger_bytes());
    room.lang = "en";
    // What it comes to is said before.
    room.run("import old.csv --basis opt-out --dry-run")
        .done()
        .says("record dates claimed: from 2021-04-05 to 2021-04-05 (rows: 1)");
}

#[test]
fn only_the_new_rows_of_a_grown_file_are_trusted() {
    let room = Room::with_ledger();
    let import = |more| room.run(format!("import old.csv --basis opt-out {more}")).done();
    room.write("old.csv", file(&[("A-1", "2021-04-05")]));
    import("");
    room.write("old.csv", file(&[("A-1", "2021-04-05"), ("A-2", "2021-04-06")]));
    import("--new-only --trust-record-dates --reason x");
    assert_eq!((base(&room, "2"), base(&room, "5")), ("2026-11-23".into(), "2021-04-06".into()));
    // Nothing new: nothing to decide on.
    room.write("old.csv", file(&[("A-2", "2021-04-06"), ("A-1", "2021-04-05")]));
    import("--new-only --trust-record-dates --reason x");
    room.run("list --kind trust --json").done().says_not(r#""index":6"#);
    room.run("verify").done();
}

const FACTS: &str = r#"{"basis":"opt-out","items":["氏名"],"method":"each","principal_id":"A-1","provided_on":"2021-04-01","recipient_address":"東京都架空区1","recipient_name":"架空商事株式会社","recipient_representative":"見本 太郎","recipient_type":"body"}"#;
const CLAIMING: &str = r#"{"claimed_recorded_on":"2021-04-05","import":"1","line":"2"}"#;
const SILENT: &str = r#"{"import":"1","line":"2"}"#;

fn import(a: &mut Appender<'_>) -> Result<(), Failure> {
    let mut facts = Vec::new();
    PartWriter::new(&mut facts).number("rows", Some(1)).finish();
    forge::entry(a, Kind::Import, &facts)
}

/// A record with a base of the forger's choice; [`stored`] makes a row of it that the program reads as one.
fn record(a: &mut Appender<'_>, base: &str, extra: &str) -> Result<(), Failure> {
    let (facts, extra) = (FACTS.as_bytes(), extra.as_bytes());
    let base = Base::Day(base.parse().unwrap());
    a.entry(Act { kind: Kind::Provision, about: None, base, facts, extra }).map(drop)
}

/// 1: an import; 2: its record, which claims 2021-04-05 and is not trusted.
fn untrusting() -> Room {
    let room = Room::with_ledger();
    room.write("old.csv", file(&[("A-1", "2021-04-05")]));
    room.run("import old.csv --basis opt-out").done();
    room
}

/// The forged record at `index` gets the columns of record 2.
fn stored(room: &Room, index: u64, extra: &str) {
    let claimed = if extra == SILENT { "NULL" } else { "claimed_recorded_on" };
    room.tamper(&format!(
        "UPDATE entry SET facts = NULL, extra = NULL,
           (day, terms, party, principal_id, items, claimed_recorded_on, import, line, fingerprint)
         = (SELECT day, terms, party, principal_id, items, {claimed}, import, line, fingerprint FROM entry WHERE idx = 2)
         WHERE idx = {index}"
    ));
}

#[test]
fn the_forger_s_record_is_lawful_where_its_base_is() {
    let mut room = untrusting();
    append(&room, "2026-11-24", |a| {
        a.trust(1, By::default())?;
        import(a)?;
        record(a, "2021-04-05", CLAIMING)
    });
    stored(&room, 5, CLAIMING);
    room.clock = "2027-01-10T03:00:00.000Z".into();
    // Its search terms are missing, as it never went through the program; nothing else is wrong with it.
    room.run("verify").refused().says("FINDING: entry 5 cannot be found").says_not("entry 5: ");
    room.run("export --out lawful").done();
    room.run("verify --bundle lawful").done();
    assert_eq!(by_python(&room, "lawful", "").map_or(0, |(status, _)| status), 0);
}

#[test]
fn a_base_before_the_claim_is_found() {
    let mut room = untrusting();
    append(&room, "2026-11-24", |a| {
        a.trust(1, By::default())?;
        import(a)?;
        record(a, "2021-04-04", CLAIMING)
    });
    stored(&room, 5, CLAIMING);
    is_found(&mut room, "before-claim", "claims that it was recorded on 2021-04-05");
}

#[test]
fn an_early_base_without_a_claim_is_found() {
    let mut room = untrusting();
    append(&room, "2026-11-24", |a| {
        a.trust(1, By::default())?;
        import(a)?;
        record(a, "2021-04-05", SILENT)
    });
    stored(&room, 5, SILENT);
    is_found(&mut room, "no-claim", EARLIER);
}

#[test]
fn a_record_that_is_written_later_cannot_be_put_under_an_old_decision() {
    let mut room = untrusting();
    append(&room, "2026-11-24", |a| {
        a.trust(9, By::default())?;
        import(a)
    });
    append(&room, "2026-11-25", |a| record(a, "2021-04-05", CLAIMING));
    stored(&room, 5, CLAIMING);
    is_found(&mut room, "later", EARLIER);
    room.run("export --out sparse --sparse").done();
    room.run("verify --bundle sparse").refused().says(EARLIER);
    assert_eq!(by_python(&room, "sparse", "").map_or(1, |(status, _)| status), 1);
}

#[test]
fn a_record_without_any_decision_is_found() {
    let mut room = untrusting();
    append(&room, "2026-11-24", |a| record(a, "2021-04-05", CLAIMING));
    stored(&room, 3, CLAIMING);
    is_found(&mut room, "undecided", EARLIER);
}

#[test]
fn a_decision_is_about_records_alone() {
    let mut room = untrusting();
    append(&room, "2026-11-24", |a| {
        a.trust(1, By::default())?;
        import(a)?;
        let base = Base::Day("2021-04-05".parse().unwrap());
        let facts = br#"{"from":"2021-04-05","id":"acme","name":"x","type":"body"}"#;
        a.entry(Act { kind: Kind::Recipient, about: None, base, facts, extra: &[] }).map(drop)
    });
    is_found(&mut room, "recipient", EARLIER);
}

#[test]
fn a_decision_about_what_does_not_follow_it_is_found() {
    for range in ["3-9", "6-9", "5-4", "5", "0-2"] {
        let mut room = untrusting();
        append(&room, "2026-11-24", |a| {
            let mut facts = Vec::new();
            PartWriter::new(&mut facts).text("range", Some(range)).finish();
            forge::entry(a, Kind::Trust, &facts)
        });
        is_found(&mut room, "unreadable", "trust entry 3 is about cannot be read");
    }
}
