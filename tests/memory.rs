//! An import takes the memory of its longest row, not that of its file, and loses no row: 10 MB of CSV in 64 MiB of address
//! space, whatever stands in it. Linux alone can be asked to hold a process to that.
#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test")]

use std::process::Command;

use crate::support::{Ran, Room, Words};

const MIB: usize = 1024 * 1024;
const HEAD: &str = "提供年月日,提供先,提供先住所,代表者,会員番号,本人氏名,提供項目,備考\n";

/// The program, in 64 MiB: its code, its stacks and its data.
fn in_64_mib(room: &Room, args: impl Words) -> Ran {
    let args = args.words();
    let usual = room.command(&args);
    let mut command = Command::new("sh");
    command
        .args(["-c", "ulimit -v 65536 && exec \"$0\" \"$@\""])
        .arg(usual.get_program())
        .args(&args)
        .current_dir(room.path("."))
        .env_clear()
        .envs(usual.get_envs().filter_map(|(name, value)| Some((name, value?))))
        // Each thread's own arena would reserve 64 MiB of address space, of which it uses next to nothing.
        .env("MALLOC_ARENA_MAX", "1");
    Ran::from_output(command.output().unwrap(), args)
}

/// 10 MB of rows, good ones, and among them some that are refused, examples and sums.
fn rows() -> (String, u64) {
    let mut text = HEAD.to_owned();
    let mut rows = 0;
    while text.len() < 10 * MIB {
        rows += 1;
        text.push_str(&match rows % 100 {
            7 => format!("2025-02-30,架空商事,東京都架空区1,見本 太郎,C-{rows:06},仮名 花子,氏名、住所,\n"),
            8 => "記入例,,,,,,,\n".to_owned(),
            9 => format!("合計,,,,,,,{rows}件\n"),
            n => format!(
                "2025-{:02}-{:02},架空商事{n}株式会社,東京都架空区{n}丁目,見本 太郎,C-{rows:06},仮名{rows}花子,氏名、住所,受付{rows}\n",
                n % 12 + 1,
                n % 28 + 1
            ),
        });
    }
    (text, rows)
}

#[track_caller]
fn comes_in_whole(room: &Room, bytes: &[u8], rows: u64) {
    room.write("h.csv", bytes);
    let args = "import h.csv --basis opt-out --partial --rejects r.csv --json";
    let ran = in_64_mib(room, args).status(1);
    let objects = ran.objects();
    let report = objects.iter().find(|o| o.get("report").is_some()).unwrap();
    let number = |value: &serde_json::Value| value.as_u64().unwrap();
    let skipped: u64 = report["skipped"].as_object().unwrap().values().map(number).sum();
    let imported = number(&objects.iter().find(|o| o.get("import").is_some()).unwrap()["imported"]);
    assert_eq!(number(&report["read"]), rows);
    assert_eq!(imported + skipped + number(&report["refused"]), rows, "a row is lost");
    assert_eq!(imported, number(&report["accepted"]));
    let import = room.run("show 1 --json").done().objects().remove(0);
    let kept = ["rows", "refused", "skipped"]
        .map(|name| import["facts"][name].as_str().unwrap().parse::<u64>().unwrap());
    assert_eq!((kept.iter().sum::<u64>(), kept[0]), (rows, imported), "what the ledger keeps of it");
    assert!(imported > 40_000 && skipped > 800 && number(&report["refused"]) > 400);
    let listed = room.query::<u64>("SELECT count(*) FROM entry WHERE kind = 1");
    assert_eq!(listed, imported, "and they are in the ledger");
    in_64_mib(room, "verify").done();
}

#[test]
fn ten_megabytes_of_utf_8() {
    let (text, rows) = rows();
    comes_in_whole(&Room::with_ledger(), text.as_bytes(), rows);
}

#[test]
fn ten_megabytes_of_cp932() {
    let (text, rows) = rows();
    let (bytes, _, lossy) = encoding_rs::SHIFT_JIS.encode(&text);
    assert!(!lossy);
    comes_in_whole(&Room::with_ledger(), &bytes, rows);
}

#[test]
fn ten_megabytes_of_utf_16() {
    let (text, rows) = rows();
    let bytes: Vec<u8> = format!("\u{feff}{text}").encode_utf16().flat_map(u16::to_le_bytes).collect();
    comes_in_whole(&Room::with_ledger(), &bytes, rows);
}

#[test]
fn ten_megabytes_that_are_no_ledger() {
    let room = Room::with_ledger();
    let whole = format!("{HEAD}2025-04-01,架空商事,東京都架空区1,見本 太郎,C-1,仮名 花子,氏名,");
    let endless = "あ".repeat(10 * MIB / 3);
    for (what, text) in [
        ("a cell without an end", format!("{whole}{endless}")),
        ("a quote that is never closed", format!("{whole}\"{endless}")),
        ("one line of cells", format!("{whole}{}", ",".repeat(10 * MIB))),
        ("blank lines alone", format!("{HEAD}{}", "\n".repeat(10 * MIB))),
        ("a heading without an end", format!("提供年月日,{endless}")),
        ("zeros", "\0".repeat(10 * MIB)),
        ("JSON without an end", format!("{{\"note\":\"{endless}")),
    ] {
        room.write("h.csv", text);
        let ran = in_64_mib(&room, "import h.csv --basis opt-out");
        assert_eq!(ran.status, 1, "{what}: {}", ran.stderr.chars().take(500).collect::<String>());
    }
}
