//! What a person with a database tool can do to the file, and that `verify` finds each of it and names the entry.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test")]

use crate::support::{Room, history};

/// A ledger of 600 entries: two complete subtrees of 256 leaves and a tail.
fn room() -> Room {
    let room = Room::with_ledger();
    room.write("history.csv", history(598, 7));
    room.run("import history.csv --basis opt-out").done();
    room.run("verify").done().says("VERIFIED");
    room
}

#[track_caller]
fn caught(sql: &str, entry: &str) {
    let room = room();
    room.tamper(sql);
    room.run("verify").refused().says("NOT VERIFIED").says(entry);
    let found = room.run("verify --json").refused();
    let last = found.objects().into_iter().find(|o| o.get("verified").is_some()).unwrap();
    assert_eq!(last["verified"], false);
    assert!(last["findings"].as_u64().unwrap() > 0);
}

#[test]
fn a_changed_name_is_named() {
    caught("UPDATE entry SET principal_name = '別人' WHERE idx = 300", "entry 300 was altered");
}

#[test]
fn a_changed_day_is_named() {
    caught("UPDATE entry SET day = 20250101 WHERE idx = 17", "entry 17 was altered");
}

#[test]
fn a_changed_time_is_named() {
    caught("UPDATE entry SET time = time + 1 WHERE idx = 18", "entry 18 was altered");
}

#[test]
fn a_changed_retention_base_is_named() {
    caught("UPDATE entry SET base = 20200101 WHERE idx = 19", "entry 19 was altered");
}

#[test]
fn a_changed_hash_is_named() {
    caught("UPDATE entry SET leaf = zeroblob(32) WHERE idx = 20", "entry 20 was altered");
}

#[test]
fn a_changed_interned_value_is_found_in_every_entry_that_uses_it() {
    caught("UPDATE party SET name = '別の会社' WHERE id = 1", "was altered");
}

#[test]
fn a_removed_interned_value_is_named() {
    caught("DELETE FROM items WHERE id = 1", "entry 2 cannot be what was recorded");
}

#[test]
fn a_deleted_row_is_named() {
    caught("DELETE FROM entry WHERE idx = 100", "entry 100 is missing");
}

#[test]
fn a_deleted_last_row_leaves_its_search_terms_behind() {
    caught("DELETE FROM entry WHERE idx = 599", "points to entry 599");
}

#[test]
fn a_deleted_genesis_is_named() {
    caught("DELETE FROM entry WHERE idx = 0", "entry 0");
}

#[test]
fn an_inserted_row_is_named() {
    caught(
        "INSERT INTO entry (idx, time, kind, base, leaf, facts_salt, terms)
         SELECT 600, time, kind, base, leaf, facts_salt, terms FROM entry WHERE idx = 599",
        "entry 600 was altered",
    );
}

#[test]
fn two_swapped_rows_are_named() {
    caught(
        "UPDATE entry SET idx = -1 WHERE idx = 50; UPDATE entry SET idx = 50 WHERE idx = 51;
         UPDATE entry SET idx = 51 WHERE idx = -1",
        "entry 50 was altered",
    );
}

#[test]
fn a_payload_blanked_without_an_erasure_is_named() {
    caught(
        "UPDATE entry SET facts_salt = NULL, extra_salt = NULL, day = NULL, terms = NULL, party = NULL,
           principal_id = NULL, principal_name = NULL, items = NULL, circumstance = NULL, note = NULL,
           import = NULL, line = NULL WHERE idx = 60",
        "entry 60: its facts part is missing",
    );
}

#[test]
fn text_that_is_not_utf_8_is_named() {
    caught(
        "UPDATE entry SET principal_name = CAST(x'ff41' AS TEXT) WHERE idx = 61",
        "entry 61 cannot be what was recorded",
    );
}

#[test]
fn an_unknown_kind_is_named() {
    caught("UPDATE entry SET kind = 99 WHERE idx = 62", "entry 62 cannot be what was recorded");
}

#[test]
fn an_invented_erasure_row_is_found() {
    caught("INSERT INTO erased VALUES (5, 6, 599)", "erased entries");
}

#[test]
fn a_removed_search_term_is_named() {
    caught(
        "DELETE FROM lookup WHERE idx = 77 AND hash NOT BETWEEN -1000 AND 100000000",
        "entry 77 cannot be found",
    );
}

#[test]
fn a_search_term_bent_to_another_entry_is_named() {
    caught(
        "UPDATE lookup SET idx = 78 WHERE idx = 79 AND hash NOT BETWEEN -1000 AND 100000000",
        "entry 78, to which it does not belong",
    );
}

#[test]
fn a_changed_subtree_hash_is_found() {
    caught("UPDATE node SET hash = zeroblob(32) WHERE level = 8 AND number = 1", "subtree 1 at level 8");
}

#[test]
fn a_changed_newest_time_is_found() {
    caught("UPDATE state SET newest = 0", "newest time");
}

#[test]
fn a_rewritten_permanent_entry_is_named() {
    caught(
        "UPDATE entry SET facts = replace(facts, '\"rows\":\"598\"', '\"rows\":\"597\"') WHERE idx = 1",
        "entry 1 was altered",
    );
}

#[test]
fn without_the_secret_verification_works_and_says_what_it_left_out() {
    let room = room();
    std::fs::remove_file(room.path("provlog.db.fingerprint-secret")).unwrap();
    room.run("verify")
        .done()
        .says("NOT CHECKED, because the fingerprint secret is not at hand: search terms");
    room.tamper("UPDATE entry SET note = 'x' WHERE idx = 9");
    room.run("verify").refused().says("entry 9 was altered");
}

#[test]
fn the_triggers_hold_back_a_slip() {
    let room = room();
    let conn = rusqlite::Connection::open(room.ledger()).unwrap();
    for sql in [
        "UPDATE entry SET principal_name = 'x' WHERE idx = 5",
        "DELETE FROM entry WHERE idx = 5",
        "UPDATE entry SET facts_salt = NULL, extra_salt = NULL, facts_hash = zeroblob(32) WHERE idx = 5",
    ] {
        let error = conn.execute_batch(sql).unwrap_err().to_string();
        assert!(error.contains("provlog:"), "{sql}: {error}");
    }
}

/// A log long enough for several threads, each with chunks of its own.
fn long_room() -> Room {
    let room = Room::with_ledger();
    room.write("history.csv", history(20_000, 8));
    room.run("import history.csv --basis opt-out").done();
    room
}

#[test]
fn what_several_threads_find_is_said_in_the_order_of_the_log() {
    let room = long_room();
    room.run("verify").done().says("VERIFIED");
    room.tamper(
        "UPDATE entry SET note = 'x' WHERE idx IN (2047, 2048, 2049, 4095, 4096, 19999);
         DELETE FROM entry WHERE idx BETWEEN 6143 AND 12290",
    );
    let found = room.run("verify --json").refused().objects();
    let found: Vec<(&str, u64)> = found
        .iter()
        .filter_map(|o| Some((o["finding"].as_str()?, o["index"].as_u64()?)))
        .filter(|(finding, _)| !finding.starts_with("lookup"))
        .collect();
    let altered = |index| ("altered", index);
    assert_eq!(
        found,
        [2047, 2048, 2049, 4095, 4096]
            .map(altered)
            .into_iter()
            .chain([("gap", 6143), altered(19_999)])
            .collect::<Vec<_>>()
    );
}

#[test]
fn an_index_far_behind_the_end_is_a_gap_and_takes_no_time() {
    let room = long_room();
    room.tamper("UPDATE entry SET idx = 4611686018427387904 WHERE idx = 20001");
    room.run("verify").refused().says("4611686018427387904");
}

#[test]
fn an_index_before_the_beginning_is_found() {
    for room in [room(), long_room()] {
        room.tamper("UPDATE entry SET idx = -5 WHERE idx = 20");
        room.run("verify").refused().says("-5");
    }
}

/// Lookups of a large load are packed: what is done to the packs is found as well.
#[test]
fn tampering_with_packed_lookups_is_found() {
    for (sql, says) in [
        ("DELETE FROM block WHERE id = 3", "cannot be found by all its search terms"),
        ("UPDATE block SET pairs = substr(pairs, 13) WHERE id = 3", "are not in their order"),
        ("UPDATE block SET pairs = substr(pairs, 1, 1200) WHERE id = 3", "cannot be found by all"),
        ("UPDATE block SET pairs = substr(pairs, 1, 1201) WHERE id = 3", "are not in their order"),
        ("UPDATE block SET run = 99 WHERE id = 3", "belong to no entries"),
        ("DELETE FROM run", "belong to no entries"),
        ("UPDATE run SET last = 10000", "are not in their order"),
        ("INSERT INTO run (run, first, last) VALUES (50, 30, 40)", "are not in their order"),
        ("UPDATE block SET hash = hash + 1 WHERE id = 3", "are not in their order"),
    ] {
        let room = Room::with_ledger();
        room.write("history.csv", history(5_000, 9));
        room.run("import history.csv --basis opt-out").done();
        room.run("verify").done().says("VERIFIED");
        room.tamper(sql);
        room.run("verify").refused().says("NOT VERIFIED").says(says);
    }
}
