//! Deletion: refused until the law allows it, and then nothing is left.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test")]

use std::collections::HashSet;

use crate::support::{Room, Words, all_bytes, history};

const MADE: &str = "2022-05-10T03:00:00.000Z";

/// A ledger with three records made on 2022-05-10: they may go from 2025-05-11 on.
fn old_ledger() -> Room {
    let mut room = Room::new();
    room.clock = MADE.into();
    room.run("init --operator 'Sample K.K.'").done();
    for id in ["A-1", "A-2", "A-3"] {
        room.run(format!(
            "record --provided-on 2022-05-01 --recipient 架空商事株式会社 --recipient-address 東京都架空区1 \
             --representative '見本 太郎' --item 氏名 --basis opt-out --principal-id {id}"
        ))
        .done();
    }
    room
}

#[test]
fn inside_the_retention_a_named_entry_refuses_the_whole_command_and_names_the_first_day() {
    let mut room = old_ledger();
    // 2025-05-10 is the last protected day in Japan: 14:59:59.999Z is still that day.
    room.clock = "2025-05-10T14:59:59.999Z".into();
    let before = room.ledger_bytes();
    room.run("delete 1 2 --apply --reason test --confirm-date 2025-05-10")
        .refused()
        .says("2025-05-11")
        .says("nothing was erased");
    assert_eq!(before, room.ledger_bytes());
    room.run("delete 1").done().says("keep").says("2025-05-11");
    room.run("delete --expired --apply --reason test --confirm-date 2025-05-10")
        .done()
        .says("nothing was erased");
}

#[test]
fn on_the_first_day_it_goes_the_chain_verifies_and_the_erasure_says_why() {
    let mut room = old_ledger();
    room.clock = "2025-05-10T15:00:00.000Z".into();
    room.run("delete 1 3").done().says("erase").says("Nothing was changed");
    room.run("delete 1 3 --apply --reason 保存期間の満了 --confirm-date 2025-05-11")
        .done()
        .says("erased: 2 records (erasure entry 4)");
    room.run("verify").done().says("(1 records, 2 erased)");
    room.run("list").done().says("erased by entry 4");
    room.run("show 4")
        .done()
        .says("1-1 2022-05-10 2025-05-11, 3-3 2022-05-10 2025-05-11")
        .says("保存期間の満了");
    let shown = room.run("show 1 --json").done().objects().remove(0);
    assert_eq!(shown["erased_by"], 4);
    assert!(shown.get("principal_id").is_none());
    room.run("delete 1 --apply --reason again --confirm-date 2025-05-11")
        .refused()
        .says("already erased by entry 4");
    room.run("list --principal-id A-1").done().says("No entry matches");
    room.run("list --principal-id A-2").done().says("A-2");
}

#[test]
fn a_provision_after_the_recording_day_counts_from_the_provision() {
    let mut room = Room::new();
    room.clock = MADE.into();
    room.run("init --operator 'Sample K.K.'").done();
    room.run(
        "record --provided-on 2022-06-01 --beforehand --recipient 架空商事 --recipient-address 東京都 \
         --representative 見本 --item 氏名 --basis opt-out --principal-id A",
    )
    .done();
    room.clock = "2025-06-01T03:00:00.000Z".into();
    room.run("delete 1").done().says("2025-06-02");
}

#[test]
fn a_clock_set_back_shortens_nothing() {
    let mut room = old_ledger();
    room.clock = "2019-01-01T03:00:00.000Z".into();
    room.run(
        "record --provided-on 2018-12-01 --recipient 架空商事 --item 氏名 --basis opt-out --principal-id B",
    )
    .done();
    room.run("verify").done().says("the clock went back at entry 4");
    room.run("delete 4").done().says("2025-05-11");
    room.run("delete 4 --apply --reason x --confirm-date 2019-01-01").refused();
}

#[test]
fn nothing_is_erased_unless_todays_date_is_stated() {
    let mut room = old_ledger();
    room.clock = "2026-11-23T03:00:00.000Z".into();
    let before = room.ledger_bytes();
    // The day must come from a calendar: the message does not give it away.
    room.run("delete 1 --apply --reason x")
        .refused()
        .says("state today's date in Japan")
        .says("nothing was written");
    room.run("delete 1 --apply --reason x --confirm-date 2026-11-22")
        .refused()
        .says("2026-11-22 is not today");
    assert_eq!(before, room.ledger_bytes());
    room.run("delete 1 --apply --reason x --confirm-date 2026-11-23").done();
    // Each time anew.
    room.run("delete 2 --apply --reason x")
        .refused()
        .says("nothing is erased by the machine's clock alone")
        .says_not("2026-11-23");
    room.run("delete 2 --apply --reason x --confirm-date 2026-11-23").done();
    room.run("verify").done();
}

#[test]
fn a_clock_behind_the_newest_entry_deletes_nothing() {
    let mut room = old_ledger();
    room.clock = "2030-01-01T03:00:00.000Z".into();
    room.states_the_day = true;
    room.record("--principal-id C").done();
    room.clock = "2026-11-23T03:00:00.000Z".into();
    room.run("delete 1 --apply --reason x --confirm-date 2026-11-23")
        .refused()
        .says("stands behind the newest entry");
}

#[test]
fn an_entry_older_than_an_erasure_shows_that_the_clock_was_ahead() {
    let mut room = old_ledger();
    room.clock = "2026-11-23T03:00:00.000Z".into();
    room.run("delete 1 --apply --reason x --confirm-date 2026-11-23").done();
    room.clock = "2022-05-11T03:00:00.000Z".into();
    room.run(
        "record --provided-on 2022-05-10 --recipient 架空商事 --recipient-address 東京都 \
         --representative 見本 --item 氏名 --basis opt-out --principal-id D",
    )
    .done();
    room.run("verify").refused().says("the clock was ahead when it erased");
}

#[test]
fn a_deletion_needs_a_reason_and_something_to_delete() {
    let room = old_ledger();
    room.run("delete 1 --apply").cannot().says("--reason");
    room.run("delete 1 --apply --reason ' '").cannot().says("--reason");
    room.run("delete").cannot().says("--expired");
    room.run("delete 1 --expired").cannot();
    room.run("delete 77").refused().says("no entry 77");
    room.run("delete 0").done().says("kept for ever");
}

#[test]
fn evidence_of_tampering_is_not_erased() {
    let mut room = old_ledger();
    room.tamper("UPDATE entry SET principal_id = 'Z-9' WHERE idx = 2");
    room.clock = "2026-11-23T03:00:00.000Z".into();
    room.run("delete 2 --apply --reason x --confirm-date 2026-11-23")
        .refused()
        .says("entry 2")
        .says("provlog verify");
    room.run("verify").refused().says("entry 2 was altered");
}

#[test]
fn while_a_reader_holds_the_log_an_erasure_is_pending_and_the_next_writer_finishes_it() {
    let mut room = old_ledger();
    room.clock = "2026-11-23T03:00:00.000Z".into();
    room.states_the_day = true;
    let reader = rusqlite::Connection::open(room.ledger()).unwrap();
    reader.execute_batch("BEGIN; SELECT count(*) FROM entry").unwrap();
    let _: i64 = reader.query_row("SELECT count(*) FROM entry", [], |r| r.get(0)).unwrap();
    room.run("--wait 1 delete 1 --apply --reason x --confirm-date 2026-11-23").busy().says("write-ahead log");
    room.run("verify").busy().says("an erasure is not finished");
    assert!(contains(&all_bytes(&room.ledger()), b"A-1"), "the reader still sees it");
    reader.execute_batch("COMMIT").unwrap();
    drop(reader);
    room.record("--principal-id 'next writer'").done();
    room.run("verify").done();
    assert!(!contains(&all_bytes(&room.ledger()), b"A-1"));
}

fn contains(all: &[u8], needle: &[u8]) -> bool {
    all.windows(needle.len()).any(|w| w == needle)
}

/// Which of the needles, all of one length, occur in the bytes.
fn found<const N: usize>(all: &[u8], needles: &HashSet<[u8; N]>) -> usize {
    let hits: HashSet<&[u8]> =
        all.windows(N).filter(|w| <&[u8; N]>::try_from(*w).is_ok_and(|w| needles.contains(w))).collect();
    hits.len()
}

fn wide(text: &str) -> String {
    text.chars()
        .map(|c| if c.is_ascii_digit() { char::from_u32(u32::from(c) + 0xFEE0).unwrap() } else { c })
        .collect()
}

/// 50,000 records in random order of names and IDs; half of them erased, in random order, in five rounds. The names
/// are written in wide digits: their folded forms (ASCII digits) are looked for as well.
#[test]
fn after_an_erasure_no_byte_of_names_ids_folded_forms_or_salts_is_left() {
    const ROWS: usize = 50_000;
    let mut room = Room::new();
    room.clock = MADE.into();
    room.run("init --operator 'Sample K.K.'").done();
    let mut csv = String::new();
    let mut people: Vec<([u8; 10], [u8; 12])> = Vec::new();
    for (n, line) in history(ROWS, 99).replace("2025-", "2021-").lines().enumerate() {
        if n == 0 {
            csv.push_str(line);
        } else {
            let id = line.find(",M").unwrap() + 2;
            let name = line.find("仮名").unwrap() + "仮名".len();
            let digits = &line[name..name + 12];
            people.push((
                line.as_bytes()[id..id + 10].try_into().unwrap(),
                digits.as_bytes().try_into().unwrap(),
            ));
            csv.push_str(&line.replacen(digits, &wide(digits), 1));
        }
        csv.push('\n');
    }
    room.write("h.csv", csv);
    room.run("import h.csv --basis opt-out").done();
    room.clock = "2026-11-23T03:00:00.000Z".into();

    // A random half, in random order: records are entries 2 to 50,001.
    let mut order: Vec<u64> = (2..ROWS as u64 + 2).collect();
    let mut state = 12345u64;
    for i in (1..order.len()).rev() {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        order.swap(i, (state >> 33) as usize % (i + 1));
    }
    let erased = &order[..ROWS / 2];
    let kept = &order[ROWS / 2..];
    let ids: HashSet<[u8; 10]> = erased.iter().map(|i| people[*i as usize - 2].0).collect();
    let folded: HashSet<[u8; 12]> = erased.iter().map(|i| people[*i as usize - 2].1).collect();
    let names: HashSet<[u8; 36]> = erased
        .iter()
        .map(|i| {
            wide(std::str::from_utf8(&people[*i as usize - 2].1).unwrap()).as_bytes().try_into().unwrap()
        })
        .collect();
    let mut salts: HashSet<[u8; 16]> = HashSet::new();
    {
        let conn = rusqlite::Connection::open(room.ledger()).unwrap();
        let mut select = conn.prepare("SELECT facts_salt, extra_salt FROM entry WHERE idx = ?1").unwrap();
        for i in erased {
            salts.extend(
                select.query_row([i], |r| Ok([r.get::<_, [u8; 16]>(0)?, r.get::<_, [u8; 16]>(1)?])).unwrap(),
            );
        }
    }
    let bytes = all_bytes(&room.ledger());
    assert_eq!(found(&bytes, &ids), erased.len(), "the scan finds every ID before");
    assert_eq!(found(&bytes, &names), erased.len(), "and every name");
    assert_eq!(found(&bytes, &salts), 2 * erased.len(), "and every salt");

    for round in erased.chunks(ROWS / 10) {
        let round: Vec<String> = round.iter().map(u64::to_string).collect();
        let args = "delete".and(round).and("--apply --reason 満了 --confirm-date 2026-11-23");
        room.run(args).done().says("erased: 5000 records");
    }
    let bytes = all_bytes(&room.ledger());
    assert_eq!(found(&bytes, &ids), 0, "IDs");
    assert_eq!(found(&bytes, &names), 0, "names");
    assert_eq!(found(&bytes, &folded), 0, "folded names");
    assert_eq!(found(&bytes, &salts), 0, "salts");
    let kept_ids: HashSet<[u8; 10]> = kept.iter().map(|i| people[*i as usize - 2].0).collect();
    assert_eq!(found(&bytes, &kept_ids), kept.len(), "what was not named is still there");
    room.run("verify --deep").done().says("(25000 records, 25000 erased)");
}

#[test]
fn a_recipient_that_nobody_refers_to_any_more_goes_too() {
    let mut room = Room::new();
    room.clock = MADE.into();
    room.run("init --operator 'Sample K.K.'").done();
    for (name, id) in [("個人の受領者", "A"), ("残る受領者", "B")] {
        room.run(format!(
            "record --provided-on 2022-05-01 --recipient {name} --recipient-type person \
             --recipient-address 東京都架空区9 --item 氏名 --basis consent --consent-evidence 書面 \
             --principal-id {id} --handler 担当の人"
        ))
        .done();
    }
    room.clock = "2026-11-23T03:00:00.000Z".into();
    room.states_the_day = true;
    room.run("delete 1 --apply --reason x --confirm-date 2026-11-23").done();
    let bytes = all_bytes(&room.ledger());
    assert!(!contains(&bytes, "個人の受領者".as_bytes()));
    assert!(contains(&bytes, "残る受領者".as_bytes()));
    room.run("delete 2 --apply --reason x").done();
    let bytes = all_bytes(&room.ledger());
    assert!(!contains(&bytes, "残る受領者".as_bytes()) && !contains(&bytes, "担当の人".as_bytes()));
    room.run("verify").done();
}

#[test]
fn forged_erasures_are_found() {
    let erased_run = |change: &str| {
        let mut room = old_ledger();
        room.clock = "2026-11-23T03:00:00.000Z".into();
        room.run("delete 1 --apply --reason x --confirm-date 2026-11-23").done();
        room.tamper(change);
        room.run("verify").refused()
    };
    // Its text, its runs, its table: none of them can be bent without the others and the hash.
    erased_run("UPDATE entry SET facts = replace(facts, '1-1 ', '1-2 ') WHERE idx = 4")
        .says("entry 4 was altered")
        .says("entry 4 says that entry 2 is erased, but its contents are there");
    erased_run("UPDATE erased SET last = 2").says("table of erased entries");
    erased_run("DELETE FROM erased").says("table of erased entries");
    erased_run(
        "UPDATE entry SET facts_hash = zeroblob(32), facts_salt = NULL, day = NULL, terms = NULL, party = NULL,
           principal_id = NULL, items = NULL WHERE idx = 3",
    )
    .says("entry 3: its facts part is missing");
}
