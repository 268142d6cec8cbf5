//! Nobody sets the clock of a release build, and no machine's zone moves a legal day.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test")]

mod support;

use std::process::Command;

use support::Room;

#[test]
fn a_release_build_has_no_switch_or_variable_that_sets_the_clock() {
    let built = Command::new(env!("CARGO"))
        .args(["build", "--release", "--locked", "--quiet", "--manifest-path"])
        .arg(concat!(env!("CARGO_MANIFEST_DIR"), "/Cargo.toml"))
        .args(["--target-dir", concat!(env!("CARGO_TARGET_TMPDIR"), "/release-build")])
        // LTO changes nothing about what is compiled in, and takes a minute.
        .env("CARGO_PROFILE_RELEASE_LTO", "off")
        .env("CARGO_PROFILE_RELEASE_OPT_LEVEL", "1")
        .status()
        .unwrap();
    assert!(built.success());
    let program = concat!(env!("CARGO_TARGET_TMPDIR"), "/release-build/release/provlog");
    let bytes = std::fs::read(program).unwrap();
    let debug = std::fs::read(env!("CARGO_BIN_EXE_provlog")).unwrap();
    let knows = |bytes: &[u8]| bytes.windows(18).any(|w| w == b"PROVLOG_TEST_CLOCK");
    assert!(knows(&debug), "the scan would find the name");
    assert!(!knows(&bytes));
    let room = Room::new();
    let status = Command::new(program)
        .args(["init", "--operator", "Sample", "--quiet"])
        .current_dir(room.path(""))
        .env("PROVLOG_TEST_CLOCK", "2001-01-01T00:00:00.000Z")
        .status()
        .unwrap();
    assert!(status.success());
    room.run(&["show", "0"]).done().says_not("2001-01-01");
}

#[test]
fn legal_days_are_days_in_japan_whatever_the_machines_zone() {
    for zone in ["UTC", "Asia/Tokyo", "America/Los_Angeles"] {
        // 15:00 UTC is midnight in Japan.
        for (clock, today) in
            [("2026-11-22T14:59:59.999Z", "2026-11-22"), ("2026-11-22T15:00:00.000Z", "2026-11-23")]
        {
            let mut room = Room::new();
            room.clock = clock.into();
            let run = |args: &[&str]| {
                let output = room.command(args).env("TZ", zone).output().unwrap();
                support::Ran::from_output(output, args)
            };
            run(&["init", "--operator", "Sample"]).done();
            let record = |day: &str| {
                let mut args = vec!["record"];
                args.extend(support::WHOLE);
                args[2] = day;
                args.extend(["--principal-id", "A"]);
                run(&args)
            };
            record(today).done();
            record("2026-11-24").refused().says(&format!("today is {today}"));
            run(&["show", "1"]).done().says(&format!("base {today}"));
        }
    }
}

/// law.md, section 2, by hand: base, first day of deletion after three years. The program is asked in three zones.
#[test]
fn the_table_of_the_law_holds_in_every_zone() {
    let table = [
        ("2024-02-28", "2027-03-01"),
        ("2024-02-29", "2027-03-01"),
        ("2023-11-23", "2026-11-24"),
        ("2025-01-01", "2028-01-02"),
        ("2023-12-31", "2027-01-01"),
        ("2021-02-28", "2024-03-01"),
        ("2023-02-28", "2026-03-01"),
    ];
    for zone in ["UTC", "Asia/Tokyo", "America/Los_Angeles"] {
        for (base, free) in table {
            let mut room = Room::new();
            let last_protected = free.parse::<chrono::NaiveDate>().unwrap().pred_opt().unwrap().to_string();
            let run = |room: &Room, args: &[&str]| {
                let output = room.command(args).env("TZ", zone).output().unwrap();
                support::Ran::from_output(output, args)
            };
            room.clock = format!("{base}T03:00:00.000Z");
            run(&room, &["init", "--operator", "Sample"]).done();
            let mut args = vec!["record"];
            args.extend(support::WHOLE);
            args[2] = base;
            args.extend(["--principal-id", "A"]);
            run(&room, &args).done();
            let delete = ["delete", "1", "--apply", "--reason", "x", "--confirm-date"];
            room.clock = format!("{last_protected}T14:59:59.999Z");
            run(&room, &[&delete[..], &[&last_protected]].concat()).refused().says(free);
            room.clock = format!("{last_protected}T15:00:00.000Z");
            run(&room, &[&delete[..], &[free]].concat()).done();
            run(&room, &["verify"]).done();
        }
    }
}
