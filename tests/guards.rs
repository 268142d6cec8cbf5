//! The guards on the clock, one by one: what is told, what is refused until somebody states the day, and what a deletion asks for.
//! `tests/model.rs` plays them in random histories.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test")]

use crate::support::{Ran, Room, Words, whole_of};
use chrono::{DateTime, Duration, NaiveDate, Utc};

const DELETE_1: &str = "delete 1 --apply --reason 期間満了";

fn at(clock: &str) -> DateTime<Utc> {
    clock.parse().unwrap()
}

fn text(at: DateTime<Utc>) -> String {
    at.format("%Y-%m-%dT%H:%M:%S%.3fZ").to_string()
}

/// A clock so much later (or earlier).
fn after(clock: &str, off: Duration) -> String {
    text(at(clock) + off)
}

fn empty(clock: &str) -> Room {
    let mut room = Room::new();
    room.clock = clock.into();
    room
}

/// A ledger that begins at this time, with one record of it: entry 1.
fn room(clock: &str) -> Room {
    let room = empty(clock);
    room.run("init --operator 'Sample K.K.'").done();
    record(&room, "A", "").done();
    room
}

/// A provision of long ago, recorded by the clock of the room.
fn record(room: &Room, id: &str, more: impl Words) -> Ran {
    room.run(whole_of("2020-01-06", "--principal-id").and([id]).and(more))
}

fn delete(room: &Room, more: impl Words) -> Ran {
    room.run(DELETE_1.and(more))
}

/// Refused, with a word that tells what is missing.
#[track_caller]
fn is_refused_without_a_day(room: &Room, args: &str) {
    let before = room.ledger_bytes();
    let ran = room.run(args).says("--confirm-date");
    assert!([1, 2].contains(&ran.status), "{args:?}: {}", ran.status);
    assert!(before == room.ledger_bytes(), "{args:?} has written");
}

fn size(room: &Room) -> usize {
    room.run("list --json").done().objects().len()
}

fn facts(room: &Room, index: usize) -> serde_json::Value {
    room.run(["show", &index.to_string(), "--json"]).done().objects().remove(0)["facts"].clone()
}

#[test]
fn a_step_of_45_days_is_usual_one_of_46_is_told_and_one_of_401_must_be_confirmed() {
    // The days are those of Japan: the newest entry is of 2021-05-01 there, an hour after midnight.
    let newest = "2021-04-30T16:00:00.000Z";
    for (days, told, refused) in
        [(0, false, false), (45, false, false), (46, true, false), (400, true, false), (401, true, true)]
    {
        for lang in ["en", "ja"] {
            let mut room = room(newest);
            room.lang = lang;
            // The last millisecond of that day in Japan.
            room.clock = after("2021-05-01T14:59:59.999Z", Duration::days(days));
            let day = (at(newest) + Duration::hours(9) + Duration::days(days)).format("%F").to_string();
            let before = room.ledger_bytes();
            let ran = record(&room, "B", "").status(i32::from(refused));
            assert_eq!(ran.stderr.contains(&day), told, "{days} days, {lang}: {}", ran.stderr);
            if refused {
                assert!(before == room.ledger_bytes());
                ran.says("--confirm-date");
                // Another day than the clock's is no confirmation; the day in Greenwich is another one for nine hours.
                room.clock = after("2021-04-30T15:00:00.000Z", Duration::days(days));
                let in_greenwich = room.clock[..10].to_owned();
                record(&room, "B", ["--confirm-date", &in_greenwich]).refused().says(&day);
                record(&room, "B", ["--confirm-date", &day]).done();
                room.run("verify").done();
            }
        }
    }
}

#[test]
fn a_stated_day_that_is_not_the_clocks_is_refused_by_every_writer_whatever_the_clock() {
    let room = room("2026-11-23T03:00:00.000Z");
    let before = room.ledger_bytes();
    for day in ["2026-11-22", "2026-11-24", "2099-01-01"] {
        for args in writers(&room) {
            room.run(format!("{args} --confirm-date {day}")).refused().says("2026-11-23");
        }
    }
    room.run("hold list --json").done();
    assert!(before == room.ledger_bytes());
}

/// Every command that writes entries of what happened.
fn writers(room: &Room) -> Vec<&'static str> {
    let rows = "提供年月日,提供先,提供先住所,代表者,本人ID,提供項目\n2020-01-06,架空商事,東京都架空区1,見本 太郎,R-1,氏名\n";
    room.write("rows.csv", rows);
    room.write("many.csv", rows);
    vec![
        "record --provided-on 2020-01-06 --recipient 架空商事 --recipient-address 東京都 \
         --representative 見本 --item 氏名 --basis opt-out --principal-id W",
        "record --from many.csv --basis opt-out",
        "receive --received-on 2020-01-06 --provider 架空企画 --provider-address 東京都 \
         --provider-representative 見本 --acquisition 本人から --ppc-publication yes --item 氏名 \
         --basis opt-out --principal-id W",
        "import rows.csv --basis opt-out",
        "correct 1 --set note=x --reason x",
        "hold add 1 --reason x",
        "recipient set acme --name 架空商事 --address 東京都 --representative 見本 --from 2020-01-01",
        "optout add --principal-id S --received 2020-01-01",
        "key --rotate --reason x",
    ]
}

#[test]
fn under_a_clock_of_2099_nothing_is_written_until_somebody_states_the_day() {
    let mut room = room("2026-11-23T03:00:00.000Z");
    room.clock = "2099-01-01T03:00:00.000Z".into();
    let writers = writers(&room);
    let before = room.ledger_bytes();
    for args in &writers {
        room.run(args).refused().says("--confirm-date").says("2026-11-23").says("2099-01-01");
    }
    assert!(before == room.ledger_bytes());
    // Reading goes on.
    room.run("list").done();
    room.run("verify").done();
    room.run("delete 1").done();
    // Somebody who is sure says so; the next command by the same clock needs no more words.
    for (n, args) in writers.iter().enumerate() {
        let more = if n == 0 { "--confirm-date 2099-01-01" } else { "" };
        room.run(args.and(more)).done();
    }
    room.run("verify").done();
}

/// What it costs to confirm a wrong clock: facts are not lost, but nothing goes before 2102, and no word of a user changes that.
#[test]
fn what_a_confirmed_clock_of_2099_has_locked_stays_locked_until_then_and_records_are_still_taken() {
    let mut room = room("2026-11-23T03:00:00.000Z");
    room.clock = "2099-01-01T03:00:00.000Z".into();
    record(&room, "B", "--confirm-date 2099-01-01").done();
    room.clock = "2026-11-24T03:00:00.000Z".into();
    record(&room, "B", "").done();
    room.run("verify").done().says("the clock went back");
    room.run("correct 3 --set note=x --reason x").done();
    // Record 1 was made before; its own time comes, by a clock that is right again, and it is refused all the same.
    room.clock = "2029-11-24T03:00:00.000Z".into();
    let before = room.ledger_bytes();
    delete(&room, "--confirm-date 2029-11-24").refused().says("behind the newest entry");
    room.run("delete 3").done().says("2102-01-02");
    room.run("correct 2 --void --reason clock").done();
    room.run("delete 2").done().says("2102-01-02");
    assert!(before != room.ledger_bytes());
    room.clock = "2102-01-01T15:00:00.000Z".into();
    let all = "delete --expired --apply --reason x --confirm-date";
    room.run(all.and("2102-01-01")).refused().says("2102-01-02");
    room.run(all.and("2102-01-02")).done();
    room.run("verify").done().says("3 erased");
}

/// 25 steps of 45 days lead over three years. Each looks usual; the deletion at the end still asks for the day.
#[test]
fn creeping_forward_in_steps_of_45_days_erases_nothing_without_a_stated_day() {
    let start = "2026-11-27T03:00:00.000Z";
    let mut room = room(start);
    for step in 1..=25 {
        room.clock = after(start, Duration::days(45 * step));
        record(&room, &format!("step {step}"), "").done();
    }
    let today = room.clock[..10].to_owned();
    assert!(today.as_str() > "2029-11-28", "record 1 could go by this clock: {today}");
    let before = room.ledger_bytes();
    is_refused_without_a_day(&room, DELETE_1);
    is_refused_without_a_day(&room, "delete --expired --apply --reason x");
    // Whoever looks at a calendar states the true day, and that is refused.
    delete(&room, "--confirm-date 2026-11-27").refused().says(&today);
    assert!(before == room.ledger_bytes());
    // A script can state the clock's day; it is written down, and the next entry of a true clock shows it.
    delete(&room, ["--confirm-date", &today]).done();
    let erasure = size(&room) - 1;
    assert_eq!(facts(&room, erasure)["confirmed_on"], today.as_str());
    room.run("verify").done();
    room.clock = after(start, Duration::hours(1));
    record(&room, "true time", "").done();
    room.run("verify").refused().says("the clock was ahead when it erased");
}

#[test]
fn every_deletion_states_the_day_and_the_erasure_entry_holds_it() {
    for lang in ["en", "ja"] {
        let mut room = room("2022-05-10T03:00:00.000Z");
        room.lang = lang;
        record(&room, "B", "").done();
        room.run("hold add 2 --reason 誰それ").done();
        room.clock = "2025-05-11T03:00:00.000Z".into();
        is_refused_without_a_day(&room, DELETE_1);
        is_refused_without_a_day(&room, "delete --expired --apply --reason x");
        is_refused_without_a_day(&room, "delete 3 --extra --apply --reason x");
        delete(&room, "--confirm-date 2025-05-10").refused().says("2025-05-11");
        delete(&room, "--confirm-date 2025-05-11").done();
        assert_eq!(facts(&room, 4)["confirmed_on"], "2025-05-11");
        // Once confirmed is not for ever confirmed, nor does a usual step of the clock make it needless.
        room.run("hold release 3 --reason x").done();
        is_refused_without_a_day(&room, "delete 2 --apply --reason x");
        room.run("delete 2 --apply --reason x --confirm-date 2025-05-11").done();
        room.run("delete 3 --extra --apply --reason x --confirm-date 2025-05-11").done();
        for erasure in [6, 7] {
            assert_eq!(facts(&room, erasure)["confirmed_on"], "2025-05-11");
        }
        room.run("verify").done();
    }
}

/// 15:00 in Greenwich is midnight in Japan: the day that counts, that is typed and that is written down is one and the same.
#[test]
fn deletions_around_midnight_in_japan_are_of_the_day_in_japan_and_leave_no_finding() {
    let midnight = "2025-05-10T15:00:00.000Z";
    for off in [-9 * 3_600_000, -60_000, -1000, -12, -1, 0, 1, 12, 1000, 60_000, 9 * 3_600_000 - 1] {
        let mut room = room("2022-05-10T03:00:00.000Z");
        room.clock = after(midnight, Duration::milliseconds(off));
        let before = room.ledger_bytes();
        let (today, other) =
            if off < 0 { ("2025-05-10", "2025-05-11") } else { ("2025-05-11", "2025-05-10") };
        delete(&room, ["--confirm-date", other]).refused().says(today);
        assert!(before == room.ledger_bytes());
        if off < 0 {
            delete(&room, ["--confirm-date", today]).refused().says("2025-05-11");
            assert!(before == room.ledger_bytes());
        } else {
            delete(&room, ["--confirm-date", today]).done();
            assert_eq!(facts(&room, 2)["confirmed_on"], today);
        }
        // Others go on recording on both sides of midnight, by clocks that differ by a few seconds.
        for near in [3000, -3000, 12, -12] {
            room.clock = after(midnight, Duration::milliseconds(off + near));
            let near_day = (at(&room.clock) + Duration::hours(9)).format("%F").to_string();
            record(&room, &format!("near {near}"), ["--confirm-date", &near_day]).done();
            room.run("verify").done();
        }
    }
}

/// Among many recorders, the newest entry is often a few milliseconds newer than the clock that somebody deletes by.
#[test]
fn a_clock_12_ms_behind_the_newest_entry_erases_and_one_more_than_5_minutes_behind_does_not() {
    let newest = "2025-05-11T03:00:00.000Z";
    for (behind, refused) in
        [(12, false), (60_000, false), (300_000, false), (300_001, true), (360_000, true)]
    {
        let mut room = room("2022-05-10T03:00:00.000Z");
        room.clock = newest.into();
        record(&room, "B", "--confirm-date 2025-05-11").done();
        room.clock = after(newest, Duration::milliseconds(-behind));
        let before = room.ledger_bytes();
        let ran = delete(&room, "--confirm-date 2025-05-11").status(i32::from(refused));
        if refused {
            ran.says("behind the newest entry");
            assert!(before == room.ledger_bytes());
            // A fact is taken all the same.
            record(&room, "C", "").done();
        }
        room.run("verify").done();
        // Across midnight, both ways: the day is the clock's.
        let mut room = self::room("2022-05-10T03:00:00.000Z");
        room.clock = "2025-05-10T15:00:00.005Z".into();
        record(&room, "B", "--confirm-date 2025-05-11").done();
        room.clock = "2025-05-10T14:59:59.995Z".into();
        delete(&room, "--confirm-date 2025-05-11").refused().says("2025-05-10");
        delete(&room, "--confirm-date 2025-05-10").refused().says("2025-05-11");
        room.clock = "2025-05-10T15:00:00.000Z".into();
        delete(&room, "--confirm-date 2025-05-11").done();
        room.run("verify").done();
    }
}

#[test]
fn an_entry_up_to_5_minutes_older_than_an_erasure_is_no_finding_and_an_older_one_is_whatever_the_day() {
    for erased_at in ["2025-05-11T03:00:00.000Z", "2025-05-10T15:02:00.000Z"] {
        for (older, found) in [(12, false), (300_000, false), (300_001, true), (7 * 3_600_000, true)] {
            let mut room = room("2022-05-10T03:00:00.000Z");
            room.clock = erased_at.into();
            delete(&room, "--confirm-date 2025-05-11").done();
            room.clock = after(erased_at, Duration::milliseconds(-older));
            record(&room, "B", "").done();
            let ran = room.run("verify").status(i32::from(found));
            assert_eq!(ran.stdout.contains("the clock was ahead when it erased"), found, "{older}");
        }
    }
}

#[test]
fn a_clock_that_shows_no_time_is_an_error_and_no_panic_and_changes_nothing() {
    let mut room = room("2026-11-23T03:00:00.000Z");
    let mut all = writers(&room);
    all.extend(["verify", "delete 1", "delete 1 --apply --reason x --confirm-date 2026-11-23"]);
    all.push("export --out bag");
    let before = room.ledger_bytes();
    for clock in [
        "1969-12-31T23:59:59.999Z",
        "1900-01-01T00:00:00.000Z",
        "0001-01-01T00:00:00.000Z",
        "9999-01-01T00:00:00.000Z",
        "10000-01-01T00:00:00.000Z",
    ] {
        room.clock = clock.into();
        for args in &all {
            let ran = room.run(args).says("clock").says_not("panicked");
            assert!((1..=6).contains(&ran.status), "{clock}: {args:?}: {}", ran.status);
        }
        let none = empty(clock);
        let ran = none.run("init --operator 'Sample K.K.'").says("clock").says_not("panicked");
        assert!((1..=6).contains(&ran.status), "{clock}: init: {}", ran.status);
        assert!(!none.ledger().exists(), "{clock}: init left a file");
    }
    assert!(before == room.ledger_bytes());
    // The first and the last times that there are.
    for (clock, day) in
        [("1970-01-01T00:00:00.000Z", "1970-01-01"), ("9998-12-31T23:59:59.999Z", "9999-01-01")]
    {
        let mut room = empty(clock);
        room.run("init --operator 'Sample K.K.'").done();
        room.run(whole_of("1969-12-31", "--principal-id A")).done();
        room.run("show 1").done().says(&format!("base {day}"));
        room.run("verify").done();
        room.clock = "2026-11-23T03:00:00.000Z".into();
        room.run("verify").done();
    }
}

/// No entry is lost to a clock that stands behind: facts are taken, and counted from the newest day that the ledger knows.
#[test]
fn under_a_clock_that_is_behind_every_fact_is_taken_and_counts_from_the_newest_day() {
    let mut room = room("2026-11-23T03:00:00.000Z");
    let minutes = [4, 6, 60, 60 * 24 * 45, 60 * 24 * 400, 60 * 24 * 3650];
    for (n, minutes) in minutes.into_iter().enumerate() {
        room.clock = after("2026-11-23T03:00:00.000Z", Duration::minutes(-minutes));
        let day: NaiveDate = room.clock[..10].parse().unwrap();
        let day = day.pred_opt().unwrap().to_string();
        room.run(whole_of(&day, "--principal-id A")).done();
        room.run(["show", &(n + 2).to_string()]).done().says("base 2026-11-23");
        room.run("verify").done();
    }
}

/// A clock may be up to five minutes behind, so an erasure may be of the day before another one that stands before it in the log.
#[test]
fn an_erasure_of_the_day_before_the_last_one_does_not_hide_what_was_erased_then_from_again() {
    let mut room = room("2022-05-01T03:00:00.000Z");
    for (clock, id) in [("2022-05-09T03:00:00.000Z", "B"), ("2022-05-10T03:00:00.000Z", "C")] {
        room.clock = clock.into();
        record(&room, id, "").done();
    }
    for (index, clock, day) in [
        // Of 10 May, on its first day, half a minute after midnight in Japan.
        ("3", "2025-05-10T15:00:30.000Z", "2025-05-11"),
        // Of 1 May, by a clock that is three minutes behind.
        ("1", "2025-05-10T14:57:30.000Z", "2025-05-10"),
        // Of 9 May.
        ("2", "2025-05-20T03:00:00.000Z", "2025-05-20"),
    ] {
        room.clock = clock.into();
        room.run(["delete", index, "--apply", "--reason", "期間満了", "--confirm-date", day]).done();
    }
    room.run("verify").done();
    // What was erased first was of 10 May: a provision of that day may have been it.
    for (day, refused) in [("2022-05-09", true), ("2022-05-10", true), ("2022-05-11", false)] {
        let args = whole_of(day, &format!("--principal-id C --key {day}"));
        room.run(&args).status(i32::from(refused));
        room.run(args.and("--again")).done();
    }
}
