//! A message is in one language: no sentence of ours in the other, and the words of the system, of SQLite and of readers of
//! formats only where they are marked as theirs.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test")]

use crate::support::{Ran, Room, WHOLE, Words};

/// English that stood in Japanese messages.
const ENGLISH: [&str; 5] = ["os error", "No such file", "it is not", "cannot be", "file changed"];

#[track_caller]
fn in_japanese(ran: Ran, said: &str) -> Ran {
    ENGLISH.iter().fold(ran, |ran, english| ran.says_not(english)).says(said)
}

#[test]
fn what_the_system_says_is_said_in_both_languages() {
    let mut room = Room::with_ledger();
    room.write("h.csv", "提供年月日\n2026-11-20\n");
    let all = ["import no.csv", "import h.csv --map no.toml", "verify --bundle no"];
    for args in all {
        room.lang = "en";
        room.run(args).cannot().says("there is no such file or folder").says_not("os error");
        room.lang = "ja";
        in_japanese(room.run(args).cannot(), "ファイルまたはフォルダーがありません");
    }
    // A folder in the place of a file.
    std::fs::create_dir(room.path("d.csv")).unwrap();
    in_japanese(room.run("import d.csv").cannot(), "フォルダーです");
}

#[test]
fn what_is_wrong_with_an_entry_is_said_in_both_languages() {
    let mut room = Room::with_ledger();
    room.record("--principal-id A").done();
    room.tamper("UPDATE entry SET kind = 99 WHERE idx = 1");
    room.run("verify").refused().says("cannot be what was recorded: its kind is unknown");
    room.run("show 1").refused().says("entry 1 cannot be used: its kind is unknown");
    room.lang = "ja";
    in_japanese(room.run("verify").refused(), "種類が不明です");
    in_japanese(room.run("show 1").refused(), "種類が不明です");
}

#[test]
fn what_is_wrong_with_a_folder_is_said_in_both_languages() {
    let mut room = Room::with_ledger();
    room.record("--principal-id A").done();
    room.run("export --out out").done();
    let bagit = String::from_utf8(room.read("out/bagit.txt")).unwrap();
    room.write("out/bagit.txt", bagit.replace("1.0", "0.9"));
    let args = "verify --bundle out --json";
    let why = |ran: Ran| ran.objects().iter().find_map(|o| Some(o.get("why")?.as_str()?.to_owned())).unwrap();
    assert_eq!(why(room.run(args).refused()), "it is not BagIt 1.0");
    room.lang = "ja";
    assert_eq!(why(room.run(args).refused()), "BagIt 1.0 ではありません");
    in_japanese(room.run("verify --bundle out").refused(), "bagit.txt").says("（BagIt 1.0 ではありません）");
}

#[test]
fn the_words_of_a_reader_of_maps_are_marked_as_its_own() {
    let mut room = Room::with_ledger();
    room.write("h.csv", "提供年月日\n2026-11-20\n");
    room.write("bad.toml", "[columns]\nnote = [\n");
    let args = "import h.csv --map bad.toml";
    room.run(args).refused().says("bad.toml:2:").says("(character ").says("the reader of TOML says: \"");
    room.lang = "ja";
    room.run(args)
        .refused()
        .says("bad.toml:2:")
        .says(" 文字目。")
        .says("TOML の読み取りプログラムの説明: 「");
}

/// A system that has no random numbers to give: nobody is told to correct a value, and nothing is recorded.
#[cfg(target_os = "linux")]
#[test]
fn a_system_without_random_numbers_is_told_and_no_value_is_blamed() {
    // What the standard library asks for without waiting (a flag) it gets; salts and keys are asked for without one.
    const SHIM: &str = r"
        #include <errno.h>
        #include <sys/syscall.h>
        #include <sys/types.h>
        #include <unistd.h>
        ssize_t getrandom(void *bytes, size_t length, unsigned flags) {
            if (length == 0 || flags != 0) return syscall(SYS_getrandom, bytes, length, flags);
            errno = EIO;
            return -1;
        }
    ";
    let mut room = Room::with_ledger();
    let shim = room.shim(SHIM);
    let before = room.ledger_bytes();
    let args = "record".and(WHOLE).and("--principal-id A --json");
    for (lang, said) in [("en", "random numbers"), ("ja", "乱数")] {
        room.lang = lang;
        let mut command = room.command(&args);
        command.env("LD_PRELOAD", &shim);
        let ran = Ran::from_output(command.output().unwrap(), &args).busy().says(said).says_not("panicked");
        let error = &ran.objects().pop().unwrap()["error"];
        assert_eq!(error["code"], "no-randomness");
        assert!(!error["todo"].as_str().unwrap().contains("correct the value"), "{error}");
    }
    assert!(before == room.ledger_bytes());
}
