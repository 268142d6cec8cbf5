//! The READMEs run: their commands are taken out of them and typed as they stand.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test")]

use std::path::Path;
use std::process::Command;

use crate::support::Room;

const ROOT: &str = env!("CARGO_MANIFEST_DIR");

fn read(name: &str) -> String {
    std::fs::read_to_string(Path::new(ROOT).join(name)).unwrap()
}

/// The lines that start with `$ ` in fenced console blocks.
fn commands(text: &str) -> Vec<String> {
    let mut inside = false;
    let mut all = Vec::new();
    for line in text.lines() {
        if line.starts_with("```") {
            inside = line == "```console";
        } else if let Some(command) = line.strip_prefix("$ ").filter(|_| inside) {
            all.push(command.to_owned());
        }
    }
    all
}

/// A shell with nothing of the machine's locale, zone or ledger.
fn shell(room: &Room, command: &str, lang: &str) -> crate::support::Ran {
    let bin = room.path("bin");
    if !bin.exists() {
        std::fs::create_dir(&bin).unwrap();
        #[cfg(unix)]
        std::os::unix::fs::symlink(env!("CARGO_BIN_EXE_provlog"), bin.join("provlog")).unwrap();
        #[cfg(unix)]
        std::os::unix::fs::symlink(Path::new(ROOT).join("samples"), room.path("samples")).unwrap();
    }
    let output = Command::new("sh")
        .args(["-c", command])
        .current_dir(room.path(""))
        .env_clear()
        .env("PATH", format!("{}:/usr/bin:/bin", bin.display()))
        .env("PROVLOG_LANG", lang)
        .env("PROVLOG_BIN", env!("CARGO_BIN_EXE_provlog"))
        .env("PROVLOG_TEST_CLOCK", crate::support::NOW)
        .env("TOUR_TODAY", "2026-11-23")
        .output()
        .unwrap();
    crate::support::Ran::from_output(output, [command])
}

#[test]
fn every_command_of_the_readme_ends_with_status_0() {
    for (name, lang) in [("README.md", "en"), ("README.ja.md", "ja")] {
        let room = Room::new();
        let commands = commands(&read(name));
        assert!(commands.len() >= 10, "{name}: {commands:?}");
        for command in commands.iter().filter(|c| **c != "sh tests/run.sh") {
            shell(&room, command, lang).done();
        }
        room.run("verify").done().says("VERIFIED");
    }
}

#[test]
fn the_first_command_is_the_tour_and_the_second_runs_all_tests() {
    let [english, japanese] = ["README.md", "README.ja.md"].map(|name| commands(&read(name)));
    assert_eq!(english[0], "sh samples/tour.sh");
    assert_eq!(english[1], "sh tests/run.sh");
    assert_eq!(english, japanese, "both READMEs name the same commands");
}

#[test]
fn the_tour_shows_each_step_and_stops_at_an_unexpected_status() {
    for (lang, words) in [
        ("en", ["NOT VERIFIED", "was altered", "--confirm-date", "erased: 12 records", "The end"]),
        ("ja", ["検証NG", "変えられています", "--confirm-date", "12 件の記録を消去しました", "おわり"]),
    ] {
        let room = Room::new();
        let ran = shell(&room, "sh samples/tour.sh", lang).done();
        for word in words {
            assert!(format!("{}{}", ran.stdout, ran.stderr).contains(word), "{word}");
        }
    }
    // A day that is not today is refused by the program, which the tour does not expect.
    let room = Room::new();
    shell(&room, "TOUR_TODAY=2026-11-22 sh samples/tour.sh", "en").refused().says("The tour stops");
    shell(&room, "PROVLOG_BIN=/nowhere sh samples/tour.sh", "en").refused().says("The tour stops");
}

#[test]
fn the_readme_can_be_read_in_one_sitting_and_names_what_must_be_known() {
    assert!(read("README.md").lines().count() < 150);
    assert!(read("README.ja.md").lines().count() < 150);
    for words in ["network share", "read-only medium", "not impossible", "FORMAT.md", "Exit status"] {
        assert!(read("README.md").contains(words), "{words}");
    }
    for words in ["ネットワーク共有", "読み取り専用の媒体", "改ざんを検知できる", "FORMAT.md", "終了状態"]
    {
        assert!(read("README.ja.md").contains(words), "{words}");
    }
    assert!(!read("README.md").contains("tamper-proof"));
}

#[test]
fn every_place_in_the_file_map_exists() {
    for name in ["README.md", "README.ja.md"] {
        let mut places = 0;
        for line in read(name).lines().filter(|l| l.starts_with("| `")) {
            let cell = line.split('|').nth(1).unwrap();
            for place in cell.split('`').filter(|p| p.contains('/') || p.ends_with(".sql")) {
                assert!(Path::new(ROOT).join(place).exists(), "{name}: {place}");
                places += 1;
            }
        }
        assert!(places >= 9, "{name}");
    }
}

/// The indented commands of a document, each as one line.
fn indented(text: &str) -> Vec<String> {
    let lines = text.lines().filter_map(|line| line.strip_prefix("       ")).map(str::trim);
    let joined = lines.fold(String::new(), |mut all, line| {
        match line.strip_suffix('\\') {
            Some(begun) => all.push_str(begun),
            None => all.push_str(&format!("{line}\n")),
        }
        all
    });
    joined.lines().map(str::to_owned).filter(|line| line.starts_with("provlog ")).collect()
}

#[test]
fn the_commands_of_the_opt_out_procedure_run_and_are_the_same_in_both_languages() {
    let [en, ja] = ["docs/OPT-OUT.md", "docs/OPT-OUT.ja.md"].map(|name| indented(&read(name)));
    let without_remarks = |all: &[String]| -> Vec<String> {
        all.iter().map(|c| c.split(" #").next().unwrap().trim().to_owned()).collect()
    };
    assert_eq!(without_remarks(&en), without_remarks(&ja));
    assert_eq!(en.len(), 8);
    for (commands, lang) in [(en, "en"), (ja, "ja")] {
        let room = Room::with_ledger();
        room.write("next.csv", "会員番号,氏名\nC-1,見本 花子\nC-2,架空 次郎\n");
        for command in &commands {
            shell(&room, command, lang).done();
        }
        assert_eq!(room.read("allowed.csv"), "会員番号,氏名\r\nC-2,架空 次郎\r\n".as_bytes());
        assert!(room.path("copy/disclosure.html").exists());
    }
}
