//! Erasures forged by someone who has everything: the file, the fingerprint secret, and this program's own library, so that every
//! hash is right. What remains shows all the same that they were not lawful: to `verify` with the ledger, and to both checkers of an
//! exported folder without it.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test")]

use crate::support::Room;
use crate::support::folders::by_python;
use crate::support::forge::{self, append, is_found};
use provlog::ledger::part::PartWriter;
use provlog::ledger::{Base, Kind};
use provlog::record::erasure::ErasedRun;
use provlog::store::{Act, Grounds};

const DAY: &str = "2022-05-10";
/// Records of 2022-05-10 may go from this day on.
const FREE: &str = "2025-05-11";

/// 1 to 4: records; 5: a bulk record that is open; 6: a correction of 3; 7: a hold on 4; 8: a request to stop. The first one is never
/// touched, so that a folder begins with it and shows what follows.
fn ledger() -> Room {
    let mut room = Room::new();
    room.clock = format!("{DAY}T03:00:00.000Z");
    room.run("init --operator 'Sample K.K.'").done();
    let whole = "--recipient 架空商事株式会社 --recipient-address 東京都架空区1 --representative '見本 太郎' \
                 --item 氏名 --basis consent --consent-evidence 同意書";
    let record = |id: &str, more: &str| {
        room.run(format!("record --principal-id {id} {whole} {more}")).done();
    };
    for id in ["A-0", "A-1", "A-2", "A-3"] {
        record(id, "--provided-on 2022-05-01");
    }
    record("A-4", "--method bulk --period-from 2022-05-01");
    room.run("correct 3 --set note=x --reason 誤記").done();
    room.run("hold add 4 --reason 訴訟").done();
    room.run("optout add --principal-id A-9").done();
    room.run("verify").done();
    room
}

/// An erasure made by hand.
struct Forged<'a> {
    at: &'a str,
    runs: &'a [&'a str],
}

impl Forged<'_> {
    fn runs(&self) -> Vec<ErasedRun> {
        self.runs.iter().map(|run| run.parse().unwrap()).collect()
    }

    fn grounds(&self) -> Grounds<'static> {
        Grounds { reason: "x", handler: None }
    }
}

#[track_caller]
fn erased(what: &str, forged: &Forged<'_>, said: &str) {
    let mut room = ledger();
    append(&room, forged.at, |a| a.erase(&forged.runs(), &forged.grounds()).map(drop));
    is_found(&mut room, what, said);
}

#[test]
fn the_ledger_that_is_forged_and_a_lawful_erasure_of_it_are_clean() {
    let mut room = ledger();
    let forged = Forged { at: FREE, runs: &["2-3 2022-05-10 2025-05-11", "6-6 2022-05-10 2025-05-11"] };
    append(&room, forged.at, |a| a.erase(&forged.runs(), &forged.grounds()).map(drop));
    room.clock = "2027-01-10T03:00:00.000Z".to_owned();
    room.states_the_day = true;
    room.run("verify").done();
    room.run("export --out clean --confirm-date 2027-01-10").done();
    room.run("verify --bundle clean").done();
    assert_eq!(by_python(&room, "clean", "").map_or(0, |(status, _)| status), 0);
}

#[test]
fn a_day_early() {
    let at = "2025-05-10";
    erased(
        "early",
        &Forged { at, runs: &["2-2 2022-05-10 2025-05-11"] },
        "the first day allowed was 2025-05-11",
    );
}

#[test]
fn a_base_that_is_not_the_record_s() {
    erased("base", &Forged { at: FREE, runs: &["2-2 2022-05-09 2025-05-10"] }, "claims 2022-05-09");
}

#[test]
fn a_first_day_that_does_not_follow_from_the_base() {
    erased("first-day", &Forged { at: FREE, runs: &["2-2 2022-05-10 2025-05-10"] }, "claims 2025-05-10");
}

#[test]
fn under_a_hold() {
    erased(
        "held",
        &Forged { at: FREE, runs: &["4-4 2022-05-10 2025-05-11"] },
        "the hold in entry 7 named it",
    );
}

#[test]
fn an_open_bulk_record() {
    erased(
        "open",
        &Forged { at: FREE, runs: &["5-5 2022-05-10 2025-05-11"] },
        "last day of provision was not known",
    );
}

#[test]
fn a_request_to_stop_that_is_in_force() {
    erased("stop", &Forged { at: FREE, runs: &["8-8 2022-05-10 2025-05-11"] }, "entry 8 was erased");
}

#[test]
fn a_record_without_its_correction() {
    erased(
        "left",
        &Forged { at: FREE, runs: &["3-3 2022-05-10 2025-05-11"] },
        "entry 6 corrects entry 3, which was erased",
    );
}

#[test]
fn a_correction_without_its_record() {
    erased(
        "alone",
        &Forged { at: FREE, runs: &["6-6 2022-05-10 2025-05-11"] },
        "entry 6, a correction, was erased",
    );
}

#[test]
fn what_is_kept_for_ever() {
    erased(
        "permanent",
        &Forged { at: FREE, runs: &["7-7 2022-05-10 2025-05-11"] },
        "erases entry 7, which is kept for ever",
    );
}

/// An erasure entry whose facts state this day, or none; the library itself writes none like it.
fn stated(what: &str, day: Option<&str>, said: &str) {
    let mut room = ledger();
    append(&room, FREE, |a| {
        let mut facts = Vec::new();
        let runs = ["2-2 2022-05-10 2025-05-11"];
        PartWriter::new(&mut facts).text("confirmed_on", day).list("runs", runs).finish();
        forge::entry(a, Kind::Erasure, &facts)
    });
    is_found(&mut room, what, said);
}

#[test]
fn a_day_that_nobody_stated() {
    stated("unstated", None, "does not say that a person had stated the day");
}

#[test]
fn another_day_that_was_confirmed() {
    stated("other-day", Some("2025-05-12"), "confirms 2025-05-12");
}

#[test]
fn a_clock_that_was_ahead_for_a_moment() {
    let mut room = ledger();
    let forged = Forged { at: FREE, runs: &["2-2 2022-05-10 2025-05-11"] };
    append(&room, FREE, |a| a.erase(&forged.runs(), &forged.grounds()).map(drop));
    append(&room, "2022-05-11", |a| {
        let mut facts = Vec::new();
        PartWriter::new(&mut facts).number("size", Some(1)).finish();
        forge::entry(a, Kind::Export, &facts)
    });
    is_found(&mut room, "ahead", "the clock was ahead when it erased");
}

/// The hash of a part in the header of an entry, as SQL has it.
fn hash_of(room: &Room, index: u64, line: &str) -> String {
    let header = room.run(format!("show {index} --json")).done().objects().remove(0)["header"]
        .as_str()
        .unwrap()
        .to_owned();
    let text = header.lines().find_map(|l| l.strip_prefix(line)).unwrap().trim().to_owned();
    let digest = provlog::ledger::Digest::from_text(text.as_bytes()).unwrap();
    digest.0.iter().map(|b| format!("{b:02x}")).collect()
}

#[test]
fn an_index_that_no_erasure_lists() {
    let mut room = ledger();
    let hash = |line: &str| hash_of(&room, 2, line);
    // Another record goes lawfully, and this one with it, in silence.
    let forged = Forged { at: FREE, runs: &["3-3 2022-05-10 2025-05-11", "6-6 2022-05-10 2025-05-11"] };
    append(&room, FREE, |a| a.erase(&forged.runs(), &forged.grounds()).map(drop));
    room.tamper(&format!(
        "UPDATE entry SET facts_salt = NULL, facts_hash = x'{}', extra_salt = NULL, extra_hash = x'{}', day = NULL, terms = NULL,
           party = NULL, particulars = NULL, principal_id = NULL, principal_name = NULL, items = NULL, consent_evidence = NULL,
           circumstance = NULL, note = NULL WHERE idx = 2",
        hash("facts "),
        hash("extra "),
    ));
    is_found(&mut room, "not-listed", "entry 2: its facts part is missing");
}

#[test]
fn the_same_entry_twice() {
    let mut room = ledger();
    let forged = Forged { at: FREE, runs: &["2-2 2022-05-10 2025-05-11"] };
    append(&room, FREE, |a| {
        a.erase(&forged.runs(), &forged.grounds())?;
        let mut facts = Vec::new();
        PartWriter::new(&mut facts)
            .text("confirmed_on", Some(FREE))
            .list("runs", forged.runs.iter().copied())
            .finish();
        forge::entry(a, Kind::Erasure, &facts)
    });
    is_found(&mut room, "twice", "another erasure entry names already");
}

#[test]
fn a_reason_before_its_time_and_the_notes_of_a_record() {
    for (run, said) in [
        ("7-7 2022-05-10 2025-05-11", "the first day allowed was 2025-05-11"),
        ("2-2 2022-05-10 2025-05-11", "not an earlier entry"),
    ] {
        let mut room = ledger();
        let forged = Forged { at: "2025-05-10", runs: &[run] };
        // The program does not erase the notes of a record: the entry is appended, and what it names is cleared by hand.
        let run: ErasedRun = run.parse().unwrap();
        let extra = hash_of(&room, run.first, "extra");
        append(&room, forged.at, |a| {
            let mut facts = Vec::new();
            PartWriter::new(&mut facts)
                .text("confirmed_on", Some(forged.at))
                .list("extras", [run.to_string().as_str()])
                .finish();
            forge::entry(a, Kind::Erasure, &facts)
        });
        room.tamper(&format!(
            "UPDATE entry SET extra_salt = NULL, extra_hash = x'{extra}', circumstance = NULL, note = NULL, source_number = NULL,
               claimed_recorded_on = NULL, import = NULL, key = NULL, line = NULL, extra = NULL WHERE idx = {0};
             INSERT INTO erased_extra SELECT {0}, {0}, max(idx) FROM entry;
             DELETE FROM circumstance WHERE id NOT IN (SELECT circumstance FROM entry WHERE circumstance IS NOT NULL)",
            run.first
        ));
        is_found(&mut room, &format!("extra-{}", run.first), said);
    }
}

#[test]
fn a_correction_of_what_is_no_record() {
    let mut room = ledger();
    append(&room, "2022-05-11", |a| {
        let (mut facts, base) = (Vec::new(), Base::Day("2022-05-11".parse().unwrap()));
        PartWriter::new(&mut facts).text("void", Some("yes")).finish();
        a.entry(Act { kind: Kind::Correction, about: Some(7), base, facts: &facts, extra: &[] }).map(drop)
    });
    is_found(&mut room, "no-record", "corrects entry 7, which is no record");
}

#[test]
fn a_base_before_the_log_prepares_no_early_erasure() {
    let mut room = ledger();
    append(&room, "2025-05-11", |a| {
        let (mut facts, base) = (Vec::new(), Base::Day("2022-05-10".parse().unwrap()));
        let mut part = PartWriter::new(&mut facts);
        part.text("from", Some("2022-05-10")).text("id", Some("acme")).text("type", Some("body")).finish();
        a.entry(Act { kind: Kind::Recipient, about: None, base, facts: &facts, extra: &[] }).map(drop)
    });
    is_found(&mut room, "before-log", "the log had reached");
}
