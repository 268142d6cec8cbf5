//! Nobody sets the clock of a release build, and no machine's zone moves a legal day.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test")]

use std::process::Command;

use crate::support::{Room, whole, whole_of};

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
    room.run("show 0").done().says_not("2001-01-01");
}

/// The system's clock, as the program reads it where nothing sets it otherwise, shows a day in 1969.
#[cfg(target_os = "linux")]
#[test]
fn a_clock_before_1970_is_told_and_ends_no_command_in_the_middle() {
    const SHIM: &str = r"
        #include <sys/syscall.h>
        #include <time.h>
        #include <unistd.h>
        int clock_gettime(clockid_t id, struct timespec *t) {
            int failed = syscall(SYS_clock_gettime, id, t);
            if (id == CLOCK_REALTIME) t->tv_sec = -86400;
            return failed;
        }
    ";
    let mut room = Room::with_ledger();
    let shim = room.shim(SHIM);
    let before = room.ledger_bytes();
    let record = whole("--principal-id A");
    let delete = "delete --expired --apply --reason x --confirm-date 1969-12-31";
    for (lang, said) in [("en", "clock shows no usable time"), ("ja", "時計")] {
        room.lang = lang;
        for args in [&record, delete, "init --operator X --ledger new.db"] {
            let mut command = room.command(args);
            command.env_remove("PROVLOG_TEST_CLOCK").env("LD_PRELOAD", &shim);
            let ran = crate::support::Ran::from_output(command.output().unwrap(), args);
            ran.refused().says(said).says_not("panicked");
        }
    }
    assert!(!room.path("new.db").exists());
    assert!(before == room.ledger_bytes());
}

/// A command on a machine that stands in this zone.
fn in_zone(room: &Room, zone: &str, args: &str) -> crate::support::Ran {
    let output = room.command(args).env("TZ", zone).output().unwrap();
    crate::support::Ran::from_output(output, args)
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
            let run = |args: &str| in_zone(&room, zone, args);
            run("init --operator Sample").done();
            let record = |day: &str| run(&whole_of(day, "--principal-id A"));
            record(today).done();
            record("2026-11-24").refused().says(&format!("today is {today}"));
            run("show 1").done().says(&format!("base {today}"));
        }
    }
}

/// docs/LAW.md, "How long it stays", by hand: base, first day of deletion after three years. The program is asked in three zones.
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
            let run = |room: &Room, args: &str| in_zone(room, zone, args);
            room.clock = format!("{base}T03:00:00.000Z");
            run(&room, "init --operator Sample").done();
            run(&room, &whole_of(base, "--principal-id A")).done();
            let delete = "delete 1 --apply --reason x --confirm-date";
            room.clock = format!("{last_protected}T14:59:59.999Z");
            run(&room, &format!("{delete} {last_protected}")).refused().says(free);
            room.clock = format!("{last_protected}T15:00:00.000Z");
            run(&room, &format!("{delete} {free}")).done();
            run(&room, "verify").done();
        }
    }
}

mod pure {
    //! The calendar itself, as properties and as a table; run by `the_calendar_holds_in_every_zone` in three zones.
    use chrono::NaiveDate;
    use proptest::prelude::*;
    use provlog::record::retention::{base, first_day_of_deletion};

    fn any_day() -> impl Strategy<Value = NaiveDate> {
        (0i32..3_000_000).prop_map(|n| NaiveDate::from_num_days_from_ce_opt(n + 365).unwrap())
    }

    #[test]
    fn the_table_of_the_law() {
        for (base, three, one) in [
            ("2024-02-28", "2027-03-01", "2025-03-01"),
            ("2024-02-29", "2027-03-01", "2025-03-01"),
            ("2023-11-23", "2026-11-24", "2024-11-24"),
            ("2025-01-01", "2028-01-02", "2026-01-02"),
            ("2023-12-31", "2027-01-01", "2025-01-01"),
            ("2021-02-28", "2024-03-01", "2022-03-01"),
            ("2023-02-28", "2026-03-01", "2024-03-01"),
        ] {
            let day = |text: &str| text.parse::<NaiveDate>().unwrap();
            assert_eq!(first_day_of_deletion(day(base), 3), day(three), "{base}, 3 years");
            assert_eq!(first_day_of_deletion(day(base), 1), day(one), "{base}, 1 year");
        }
    }

    proptest! {
        #[test]
        fn a_later_day_never_protects_less(log in any_day(), today in any_day(), provided in any_day(), later in 0u64..5000, years in 1u32..=100) {
            let later_day = today.checked_add_days(chrono::Days::new(later)).unwrap();
            let free = |today| first_day_of_deletion(base(log, today, Some(provided)), years);
            prop_assert!(free(today) <= free(later_day));
        }

        #[test]
        fn a_later_base_never_frees_earlier(a in any_day(), b in any_day(), years in 1u32..=100) {
            prop_assert!(first_day_of_deletion(a.min(b), years) <= first_day_of_deletion(a.max(b), years));
        }
    }
}

#[test]
fn the_calendar_holds_in_every_zone() {
    for zone in ["UTC", "Asia/Tokyo", "America/Los_Angeles"] {
        let output = Command::new(std::env::current_exe().unwrap())
            .args(["pure::", "--test-threads", "1"])
            .env("TZ", zone)
            .output()
            .unwrap();
        let said = String::from_utf8(output.stdout).unwrap();
        assert!(output.status.success() && said.contains("3 passed"), "{zone}: {said}");
    }
}
