//! What a command makes for others, and a new ledger, appear whole or not at all: on a full disk, killed at any call to the
//! system, beside another process. What a kill left, the next command of the same name finishes or removes, and says so.
//!
//! Kills and failures at a chosen call are made by strace; where it cannot be used those tests are left out, aloud. The full
//! disk is a small one in memory, where that can be mounted.
#![cfg(unix)]
#![allow(clippy::unwrap_used, clippy::panic, clippy::print_stderr, clippy::print_stdout, reason = "a test")]

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use crate::support::{Ran, Room, Words, history, whole};

const EXPORT: &str = "export --out e";
const DISCLOSE: &str = "disclose --principal-id A --out e";
const INIT: &str = "init --operator S";

/// The disk took no more, and nothing was done.
const DISK: i32 = 6;
/// Busy, or done and not finished.
const NOT_FINISHED: i32 = 4;

fn with_record() -> Room {
    let room = Room::with_ledger();
    room.record("--principal-id A").done();
    room
}

/// The names in the room that tell of something unfinished.
fn unfinished(room: &Room) -> Vec<String> {
    let names =
        std::fs::read_dir(room.path("")).unwrap().map(|e| e.unwrap().file_name().into_string().unwrap());
    let mut found: Vec<String> = names.filter(|name| name.contains("unfinished")).collect();
    found.sort_unstable();
    found
}

fn entries(room: &Room, kind: u8) -> u64 {
    room.query(&format!("SELECT count(*) FROM entry WHERE kind = {kind}"))
}

const OF_IMPORT: u8 = 5;
const OF_EXPORT: u8 = 6;

/// The program with its arguments behind those of another.
fn under(room: &Room, outer: &[&str], args: impl Words) -> Command {
    let inner = room.command(args);
    let mut command = Command::new(outer[0]);
    command.args(&outer[1..]).arg(inner.get_program()).args(inner.get_args());
    command.current_dir(room.path("")).env_clear().stdin(Stdio::null());
    for (name, value) in inner.get_envs() {
        command.env(name, value.unwrap());
    }
    command.env("PATH", "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin");
    command
}

/// False, and says so, where strace cannot be used.
fn can_inject() -> bool {
    let works =
        Command::new("strace").args(["-f", "-qq", "-o", "/dev/null", "true"]).stderr(Stdio::null()).status();
    let works = works.is_ok_and(|status| status.success());
    if !works {
        eprintln!("LEFT OUT: strace is not installed or may not be used, so no kill at a chosen call");
    }
    works
}

/// The calls by which the program changes what is in a folder or makes it durable; those of one line are the same under
/// other names.
const CHANGES: [&str; 7] = [
    "/^mkdir(at)?$",
    "/^rename(at|at2)?$",
    "/^unlink(at)?$",
    "/^ftruncate$",
    "/^flock$",
    "/^fsync$",
    "/^fdatasync$",
];

/// Runs a command with something done to its n-th call among some.
fn inject(room: &Room, calls: &str, what: &str, n: usize, args: impl Words) -> Ran {
    let (trace, inject) = (format!("trace={calls}"), format!("inject={calls}:{what}:when={n}"));
    let outer = ["strace", "-f", "-qq", "-o", "/dev/null", "-e", &trace, "-e", &inject];
    Ran::from_output(under(room, &outer, &args).output().unwrap(), args)
}

/// Runs a command in a copy of the same room for each call of a kind, and kills it there; hands over what it left. How often it
/// was killed.
fn killed_everywhere(template: &Room, args: impl Words, mut check: impl FnMut(&Room)) -> usize {
    let mut killed = 0;
    for calls in CHANGES {
        for n in 1.. {
            let room = copy(template);
            let ran = inject(&room, calls, "signal=KILL", n, &args);
            check(&room);
            if ran.status != -1 && ran.status != 137 {
                break;
            }
            killed += 1;
        }
    }
    killed
}

fn copy(template: &Room) -> Room {
    let mut room = Room::new();
    room.clock.clone_from(&template.clock);
    for entry in std::fs::read_dir(template.path("")).unwrap() {
        let from = entry.unwrap().path();
        if from.is_file() {
            std::fs::copy(&from, room.path(from.file_name().unwrap().to_str().unwrap())).unwrap();
        }
    }
    room
}

#[test]
fn a_killed_export_has_a_folder_that_is_logged_or_none_and_the_next_one_ends_it() {
    if !can_inject() {
        return;
    }
    let template = with_record();
    // The checkpoint that it will hold is there already.
    template.run("checkpoint").done();
    let mut finished = 0;
    let points = killed_everywhere(&template, EXPORT.and("--xlsx"), |room| {
        let there = room.path("e").exists();
        let logged = entries(room, OF_EXPORT) == 1;
        assert!(logged || !there, "a folder left the house, and the log knows nothing of it");
        let next = room.run(EXPORT);
        match (there, logged) {
            (true, _) => drop(next.cannot().says("there already")),
            (false, true) => {
                next.cannot().says("e is the folder of entry 2").says("there already");
                finished += 1;
            }
            (false, false) => drop(next.done()),
        }
        assert_eq!(entries(room, OF_EXPORT), 1);
        assert_eq!(unfinished(room), Vec::<String>::new());
        room.run("verify --bundle e").done();
        room.run("verify").done();
    });
    println!("export: killed at {points} calls; {finished} times the next one finished the folder");
    assert!(finished > 0 && points >= 40, "{finished} of {points}");
}

#[test]
fn a_killed_disclosure_has_a_copy_that_is_logged_or_none() {
    if !can_inject() {
        return;
    }
    let template = with_record();
    let points = killed_everywhere(&template, DISCLOSE, |room| {
        let there = room.path("e").exists();
        let logged: u64 = room.query("SELECT count(*) FROM entry");
        assert!(logged == 3 || !there);
        let next = room.run(DISCLOSE);
        if logged == 3 {
            drop(next.cannot())
        } else {
            drop(next.done())
        }
        assert_eq!(room.query::<u64>("SELECT count(*) FROM entry"), 3);
        assert!(room.path("e/disclosure.json").exists());
        assert_eq!(unfinished(room), Vec::<String>::new());
    });
    println!("disclose: killed at {points} calls");
    assert!(points >= 20, "{points}");
}

#[test]
fn a_killed_init_begins_anew() {
    if !can_inject() {
        return;
    }
    for anchor in [false, true] {
        let args = if anchor { INIT.and("--anchor anchor") } else { INIT.words() };
        let mut told = 0;
        let points = killed_everywhere(&Room::new(), &args, |room| {
            let is_made = room.ledger().exists();
            if !is_made && !unfinished(room).is_empty() {
                let what = if room.lang == "en" { "interrupted" } else { "中断" };
                // Only the lock may be there: then nothing was begun.
                if unfinished(room).iter().any(|name| !name.ends_with(".lock")) {
                    room.run("verify").says(what).says("provlog init");
                    told += 1;
                }
            }
            let next = room.run(&args);
            if is_made {
                drop(next.cannot().says("there already"))
            } else {
                drop(next.done())
            }
            assert_eq!(unfinished(room), Vec::<String>::new());
            room.run("verify").done().says("VERIFIED");
            room.record("--principal-id A").done();
            room.run("checkpoint").done();
            if anchor {
                room.run("anchor").done().says("3 entries");
            }
        });
        println!(
            "init{}: killed at {points} calls; {told} times it was told",
            if anchor { " --anchor" } else { "" }
        );
        assert!(told > 10 && points > 30, "{told} of {points}");
    }
}

#[test]
fn killed_lists_and_other_files_are_whole_or_not_there_and_the_next_ones_are() {
    if !can_inject() {
        return;
    }
    let template = with_record();
    template.run("optout add --principal-id B --received 2026-11-01").done();
    template.write("list.csv", "会員番号\r\nA\r\nB\r\n");
    template.write(
        "h.csv",
        "提供日,提供先,提供先住所,代表者,会員番号,提供項目\r\n2025-02-28,架空,東京,見本,C-1,氏名\r\n2025-02-30,架空,東京,見本,C-2,氏名\r\n",
    );
    let screen = "optout screen list.csv --out a.csv --stopped s.csv";
    let import = "import h.csv --basis opt-out --partial --rejects r.csv";
    let query = "checkpoint --timestamp-query q.tsq";
    let map = "import h.csv --basis opt-out --propose-map m.toml";
    let whole = |args: &str, files: &[&str]| {
        let room = copy(&template);
        room.run(args);
        files.iter().map(|file| room.read(file)).collect::<Vec<_>>()
    };
    for (args, files) in
        [(screen, &["a.csv", "s.csv"][..]), (import, &["r.csv"]), (query, &["q.tsq"]), (map, &["m.toml"])]
    {
        let expected = whole(args, files);
        let points = killed_everywhere(&template, args, |room| {
            for (file, bytes) in files.iter().zip(&expected) {
                assert!(!room.path(file).exists() || room.read(file) == *bytes, "{file} is not whole");
            }
            if files == ["a.csv", "s.csv"] {
                assert!(
                    room.path("s.csv").exists() || !room.path("a.csv").exists(),
                    "what may go out, without the rest"
                );
            }
            let had_rejects = room.path("r.csv").exists();
            // A person moves away what is there, and begins again.
            for file in files {
                let _ = std::fs::remove_file(room.path(file));
            }
            let again = room.run(args);
            for (file, bytes) in files.iter().zip(&expected) {
                // Rows that were refused are in the file before the others are in the log.
                let is_imported =
                    args == import && had_rejects && again.stderr.contains("was imported before");
                assert!(is_imported || room.read(file) == *bytes, "{file}: {}", again.stderr);
            }
            assert_eq!(unfinished(room), Vec::<String>::new());
        });
        println!("{args}: killed at {points} calls");
        assert!(points >= 5, "{points}");
    }
}

#[test]
fn a_logged_folder_that_cannot_be_named_is_told_with_its_place_and_named_later() {
    if !can_inject() {
        return;
    }
    for lang in ["en", "ja"] {
        let mut room = with_record();
        room.lang = lang;
        let ran = inject(&room, CHANGES[1], "error=EIO", 1, EXPORT).status(NOT_FINISHED);
        let left = unfinished(&room);
        let folder = left.iter().find(|name| !name.ends_with(".lock")).unwrap();
        let told = ran.says(folder).says(if lang == "en" { "entry 2" } else { "エントリ 2" });
        assert!(!told.stdout.contains("opened"), "{}", told.stdout);
        room.run(["verify", "--bundle", folder]).done();
        // Another ledger can neither name nor remove it.
        let other = "--ledger other.db";
        room.run(INIT.and(other)).done();
        room.run(EXPORT.and(other)).cannot().says(folder).says("--ledger FILE");
        assert_eq!(unfinished(&room), left);
        room.run(EXPORT).cannot().says(if lang == "en" { "entry 2" } else { "エントリ 2" });
        room.run("verify --bundle e").done();
        assert_eq!((unfinished(&room), entries(&room, OF_EXPORT)), (Vec::new(), 1));
    }
}

/// By hand, so that it is shown where there is no strace too.
#[test]
fn what_an_older_program_left_is_removed_and_what_is_being_made_is_not() {
    for (lang, removed, busy) in
        [("en", "it was removed", "another process"), ("ja", "削除しました", "ほかのプロセス")]
    {
        let mut room = with_record();
        room.lang = lang;
        room.write("list.csv", "会員番号\r\nA\r\n");
        let screen = "optout screen list.csv --out a.csv --stopped s.csv";
        for (args, name) in
            [("export --out e", "e"), ("disclose --principal-id A --out d", "d"), (screen, "a.csv")]
        {
            // The number is that of a living process, this one: it says nothing.
            let left = format!("{name}.unfinished-{}", std::process::id());
            let of_another = format!("{name}x.unfinished-1");
            if name == "a.csv" {
                room.write(&left, "half");
            } else {
                std::fs::create_dir_all(room.path(&left).join("data")).unwrap();
                room.write(&format!("{left}/data/records.csv"), "half");
            }
            room.write(&of_another, "somebody else's");
            let lock = std::fs::File::create(room.path(&format!("{name}.unfinished.lock"))).unwrap();
            lock.lock().unwrap();
            room.run(args).status(NOT_FINISHED).says(busy).says(&format!("{name}.unfinished.lock"));
            assert!(room.path(&left).exists() && !room.path(name).exists());
            // By name, not by closing it: a program that another test is just starting has a copy of it for a moment.
            lock.unlock().unwrap();
            room.run(args).done().says(removed).says(&left);
            assert!(room.path(name).exists() && !room.path(&left).exists());
            std::fs::remove_file(room.path(&of_another)).unwrap();
            assert_eq!(unfinished(&room), Vec::<String>::new());
        }
    }
}

#[test]
fn a_folder_may_be_named_with_a_separator_behind_it() {
    let room = with_record();
    room.run("export --out e/").done();
    room.run("verify --bundle e").done();
    room.run("export --out e/").cannot().says("there already");
}

#[test]
fn an_interrupted_init_is_told_by_every_command_and_takes_no_secret_that_is_not_its_own() {
    for (lang, told) in [("en", "interrupted"), ("ja", "中断")] {
        let mut room = Room::new();
        room.lang = lang;
        room.write("provlog.db.unfinished-7", "half a database");
        room.write("provlog.db.unfinished-7.fingerprint-secret", "half a secret");
        for args in ["verify", "list", "export --out e", "anchor"] {
            room.run(args).no_ledger().says(told).says("provlog init");
        }
        // The secret of a ledger that is lost, beside what an init left: nothing of either is touched.
        room.write("provlog.db.fingerprint-secret", "of a lost ledger");
        let before = unfinished(&room);
        room.run(INIT).cannot().says("provlog.db.fingerprint-secret");
        assert_eq!(room.read("provlog.db.fingerprint-secret"), b"of a lost ledger");
        assert_eq!(
            unfinished(&room).iter().filter(|n| !n.ends_with(".lock")).collect::<Vec<_>>(),
            before.iter().collect::<Vec<_>>()
        );
        // A write-ahead log of a lost ledger would be taken for the new one's.
        std::fs::rename(room.path("provlog.db.fingerprint-secret"), room.path("provlog.db-wal")).unwrap();
        room.run(INIT).cannot().says("provlog.db-wal");
        std::fs::remove_file(room.path("provlog.db-wal")).unwrap();
        // While another process is at it, nothing is taken from it.
        let lock = std::fs::File::create(room.path("provlog.db.unfinished.lock")).unwrap();
        lock.lock().unwrap();
        room.run(INIT).status(NOT_FINISHED).says("provlog.db.unfinished.lock");
        assert_eq!(unfinished(&room).len(), 3);
        drop(lock);
        room.run(INIT).done().says(told).says("provlog.db.unfinished-7");
        assert_eq!(unfinished(&room), Vec::<String>::new());
        room.run("verify").done();
    }
}

/// A note that outlived its ledger takes no secret away: there is no unfinished database that it could belong to.
#[test]
fn a_secret_whose_database_is_lost_is_kept_whatever_a_left_lock_says() {
    if !can_inject() {
        return;
    }
    // Killed between naming the database and removing the lock.
    let moments = (1..).map(|n| {
        let room = Room::new();
        let ran = inject(&room, "/^fsync$", "signal=KILL", n, INIT);
        assert!(ran.status != 0, "there is no such moment");
        room
    });
    let room = { moments }.find(|room| room.ledger().exists()).unwrap();
    assert_eq!(unfinished(&room), ["provlog.db.unfinished.lock"]);
    std::fs::rename(room.ledger(), room.path("lost")).unwrap();
    let secret = room.read("provlog.db.fingerprint-secret");
    room.write("provlog.db.unfinished-7", "somebody else's");
    room.run(INIT).cannot().says("provlog.db.fingerprint-secret");
    assert_eq!(room.read("provlog.db.fingerprint-secret"), secret);
}

/// A small disk in memory, gone with this.
struct SmallDisk(PathBuf);

impl SmallDisk {
    /// `None`, and says so, where nothing can be mounted.
    fn mount(at: PathBuf, size: &str) -> Option<SmallDisk> {
        std::fs::create_dir(&at).unwrap();
        let options = format!("size={size}");
        let mut mount = Command::new("mount");
        mount.args(["-t", "tmpfs", "-o", &options, "tmpfs"]).arg(&at).stderr(Stdio::null());
        if mount.status().is_ok_and(|status| status.success()) {
            return Some(SmallDisk(at));
        }
        eprintln!("LEFT OUT: a small disk cannot be mounted, so no full one");
        None
    }

    fn names(&self) -> Vec<String> {
        std::fs::read_dir(&self.0).unwrap().map(|e| e.unwrap().file_name().into_string().unwrap()).collect()
    }

    /// Fills it to the last page.
    fn fill(&self) {
        use std::io::Write as _;
        let mut file = std::fs::File::create(self.0.join("filler")).unwrap();
        while file.write_all(&[0; 4096]).is_ok() {}
    }
}

impl Drop for SmallDisk {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg("-l").arg(&self.0).status();
    }
}

#[test]
fn what_does_not_fit_on_the_disk_is_not_there_and_not_in_the_log() {
    let mut room = Room::with_ledger();
    let Some(disk) = SmallDisk::mount(room.path("small"), "1m") else { return };
    room.write("h.csv", history(3000, 5));
    room.write("bad.csv", history(8000, 6).replace("2025-", "2025-13-"));
    room.write("list.csv", format!("会員番号\r\n{}", "A\r\n".repeat(400_000)));
    room.run("import h.csv --basis opt-out").done();
    room.run("checkpoint").done();
    // In this ledger the person on every row of the list has asked to stop.
    let stops = "--ledger stops.db";
    room.run(stops.and(INIT)).done();
    let request = "optout add --principal-id A --received 2026-11-01";
    room.run(stops.and(request)).done();
    let before = entries(&room, OF_EXPORT) + entries(&room, OF_IMPORT);
    let screen = "optout screen list.csv --out";
    for lang in ["en", "ja"] {
        room.lang = lang;
        for args in [
            "export --out small/e",
            "export --out small/e --xlsx",
            &format!("{screen} small/a --stopped s"),
            &format!("{stops} {screen} a --stopped small/s"),
            "import bad.csv --basis opt-out --partial --rejects small/r",
        ] {
            let ran = room.run(args).status(DISK).says("small/");
            assert!(ran.stdout.is_empty(), "{}", ran.stdout);
            assert_eq!(disk.names(), Vec::<String>::new(), "{args:?}");
            assert!(!room.path("s").exists() && !room.path("a").exists());
            assert_eq!(unfinished(&room), Vec::<String>::new());
        }
    }
    assert_eq!(
        entries(&room, OF_EXPORT) + entries(&room, OF_IMPORT),
        before,
        "the log tells of what never was"
    );
    // With room, the same command works.
    room.lang = "en";
    room.run(EXPORT).done();
    room.run("verify --bundle e").done();
}

#[test]
fn a_folder_whose_entry_does_not_fit_is_removed() {
    let room = Room::new();
    let Some(disk) = SmallDisk::mount(room.path("small"), "2m") else { return };
    let ledger = "--ledger small/provlog.db";
    let run = |args: &str| room.run(ledger.and(args));
    run(INIT).done();
    run(&whole("--principal-id A")).done();
    run("checkpoint").done();
    // Somebody reads along: the files beside the ledger are there, and opening it takes no room.
    let reader = rusqlite::Connection::open(room.path("small/provlog.db")).unwrap();
    let size = || reader.query_row("SELECT count(*) FROM entry", [], |r| r.get::<_, u64>(0)).unwrap();
    let before = size();
    disk.fill();
    for args in [EXPORT, DISCLOSE] {
        let ran = run(args).status(DISK);
        assert!(!ran.stderr.is_empty() && ran.stdout.is_empty());
        assert!(!room.path("e").exists(), "{args:?}: a complete folder that the log knows nothing of");
        assert_eq!(unfinished(&room), Vec::<String>::new());
        assert_eq!(size(), before);
    }
    std::fs::remove_file(room.path("small/filler")).unwrap();
    run(EXPORT).done();
    run("verify").done();
    room.run("verify --bundle e").done();
}

#[test]
fn an_init_on_a_full_disk_leaves_nothing() {
    let room = Room::new();
    let Some(disk) = SmallDisk::mount(room.path("small"), "128k") else { return };
    // From no room at all on, page by page.
    for pages in 0..24 {
        disk.fill();
        let filler = std::fs::OpenOptions::new().write(true).open(disk.0.join("filler")).unwrap();
        let len = filler.metadata().unwrap().len();
        filler.set_len(len - 4096 * pages).unwrap();
        let ran = room.run("--ledger small/provlog.db init --operator S");
        if ran.status == 0 {
            room.run("--ledger small/provlog.db verify").done();
            assert!(pages > 0);
            return;
        }
        ran.status(DISK);
        assert_eq!(disk.names(), ["filler"], "with {pages} pages");
    }
    assert!(!disk.names().is_empty());
}

/// `ulimit -f`, in whatever unit the shell has: the smallest that lets the first so many calls pass.
fn limited(room: &Room, blocks: u32, args: impl Words) -> Ran {
    let script = format!("ulimit -f {blocks}; exec \"$@\"");
    Ran::from_output(under(room, &["sh", "-c", &script, "sh"], &args).output().unwrap(), args)
}

#[test]
fn a_file_that_may_not_grow_is_an_answer_and_not_the_end() {
    let mut room = Room::with_ledger();
    room.write("h.csv", history(3000, 9));
    room.write("more.csv", history(3000, 10));
    room.run("import h.csv --basis opt-out").done();
    room.run("checkpoint").done();
    let before = room.ledger_bytes();
    for lang in ["en", "ja"] {
        room.lang = lang;
        // 64 KiB at the most: neither the write-ahead log nor the folder's files have room.
        for args in ["import more.csv --basis opt-out", EXPORT] {
            let ran = limited(&room, 64, args).status(DISK);
            assert!(ran.stderr.contains("->"), "{args:?}: {}", ran.stderr);
            assert!(!room.path("e").exists());
            assert_eq!(unfinished(&room), Vec::<String>::new());
        }
        // A list into a file.
        let list = std::fs::File::create(room.path("list.txt")).unwrap();
        let mut command = under(&room, &["sh", "-c", "ulimit -f 64; exec \"$@\"", "sh"], "list");
        let output = command.stdout(list).stderr(Stdio::piped()).spawn().unwrap().wait_with_output().unwrap();
        let ran = Ran::from_output(output, "list").status(DISK);
        assert!(ran.stderr.contains("->"), "{}", ran.stderr);
    }
    let ran = limited(&room, 1, "--ledger new.db init --operator S").status(DISK);
    assert!(!ran.stderr.is_empty());
    assert!(!Path::new(&room.path("new.db")).exists() && !room.path("new.db.fingerprint-secret").exists());
    assert_eq!(unfinished(&room), Vec::<String>::new());
    // The next runs work without repair.
    room.lang = "en";
    room.run("verify").done();
    assert_eq!(room.query::<u64>("SELECT count(*) FROM entry"), 3002);
    assert!(before[2..] == room.ledger_bytes()[2..]);
    room.run("import more.csv --basis opt-out").done();
    room.run(EXPORT).done();
    room.run("verify --bundle e").done();
}
