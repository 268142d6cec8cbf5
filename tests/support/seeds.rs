//! What the fuzzer begins with (`fuzz/corpus`), made of the vectors, the corpus of imports, the samples and a small log.
//! `PROVLOG_WRITE_CORPUS=1 cargo test fuzz_corpus::` writes it; what the fuzzer found lies beside it under names of its own.
#![allow(
    dead_code,
    missing_docs,
    unreachable_pub,
    clippy::unwrap_used,
    clippy::panic,
    reason = "a harness for tests"
)]

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use crate::support::Room;
use crate::support::folders::Files;

/// Seeds by target and name.
pub type Seeds = BTreeMap<(String, String), Vec<u8>>;

/// A seed is at most so long: the fuzzer is slow on long ones.
const LONGEST: usize = 4096;

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

pub fn folder_of(target: &str) -> PathBuf {
    root().join("fuzz/corpus").join(target)
}

fn files(folder: &str) -> Vec<(String, Vec<u8>)> {
    let mut all: Vec<_> = std::fs::read_dir(root().join(folder))
        .unwrap()
        .map(|entry| entry.unwrap())
        .filter(|entry| entry.file_type().unwrap().is_file())
        .map(|entry| (entry.file_name().into_string().unwrap(), std::fs::read(entry.path()).unwrap()))
        .collect();
    all.sort();
    all
}

/// All but the folders, which take a ledger.
pub fn seeds() -> Seeds {
    let mut all = Seeds::new();
    let mut add = |target: &str, name: &str, bytes: &[u8]| {
        if bytes.len() <= LONGEST {
            all.insert((target.to_owned(), name.to_owned()), bytes.to_vec());
        }
    };
    for (name, bytes) in files("tests/vectors") {
        let Some(name) = name.strip_suffix(".txt") else { continue };
        let end = bytes.windows(5).position(|w| w == b"\n---\n").unwrap();
        let (head, body) = (&bytes[..end], &bytes[end + 5..]);
        let (target, _) = name.split_once('-').unwrap();
        if matches!(target, "header" | "part" | "note" | "proof") {
            add(target, name, body);
        }
        let head = String::from_utf8_lossy(head);
        if let Some(key) = head.lines().find_map(|line| line.strip_prefix("key: ")) {
            add("key", &format!("of-{}", &key[key.len() - 4..].replace('/', "_")), key.as_bytes());
        }
    }
    let key = "example.invalid/provisions+b2534a3f+AX+QASfMWIfTMrFKXhkWcPYCNMNjwmN3p/oohQJcIJN";
    add("key", "unpadded", key.as_bytes());
    add("key", "no-id", b"example.invalid/provisions++AX+QASfMWIfTMrFKXhkWcPYCNMNjwmN3p/oohQJcIJNe");
    add(
        "key",
        "other-algorithm",
        b"example.invalid/provisions+b2534a3f+An+QASfMWIfTMrFKXhkWcPYCNMNjwmN3p/oohQJcIJNe",
    );
    let digest = |n| provlog::ledger::Digest([n; 32]);
    let anchor = format!(
        "provlog anchor 1\nledger 00112233445566778899aabbccddeeff\nsize 7\nhead {}\nroot {}\n",
        digest(1),
        digest(2)
    );
    add("anchor", "good", anchor.as_bytes());
    add("anchor", "first", anchor.replace("size 7", "size 1").as_bytes());
    add("anchor", "largest", anchor.replace("size 7", "size 9223372036854775807").as_bytes());
    add("anchor", "zeros", anchor.replace("size 7", "size 07").as_bytes());
    add("anchor", "crlf", anchor.replace('\n', "\r\n").as_bytes());
    add("anchor", "cut", &anchor.as_bytes()[..60]);
    let reply = std::fs::read(root().join("tests/vectors/timestamp.tsr")).unwrap();
    add("reply", "of-openssl", &reply);
    add("reply", "refused", &[0x30, 5, 0x30, 3, 2, 1, 2]);
    add("reply", "granted-without-token", &[0x30, 5, 0x30, 3, 2, 1, 0]);
    add("reply", "cut", &reply[..reply.len() / 2]);
    for (name, bytes) in files("tests/corpus") {
        if name.ends_with(".expect") || name.ends_with(".py") {
            continue;
        }
        add("import", &name, &[b"\0", &bytes[..]].concat());
        let (Ok(text), true) = (std::str::from_utf8(&bytes), name.ends_with(".csv")) else { continue };
        if let Some((heading, rows)) = text.split_once('\n') {
            add("heading", &name, heading.trim_end_matches('\r').replace(',', "\n").as_bytes());
            add("csv", &name, rows.as_bytes());
        }
    }
    for (name, rows) in ROWS {
        add("csv", name, rows.as_bytes());
    }
    for (name, headings) in HEADINGS {
        add("heading", name, headings.as_bytes());
    }
    for (number, day) in DAYS.iter().enumerate() {
        add("dates", &format!("form-{number:02}"), day.as_bytes());
    }
    for (name, map) in MAPS {
        add("map", name, map.as_bytes());
        add(
            "import",
            &format!("map-{name}"),
            &[b"\x09", map.as_bytes(), b"\0", ROWS[0].1.as_bytes()].concat(),
        );
    }
    let sample = std::fs::read(root().join("samples/history-2025.map.toml")).unwrap();
    add("map", "sample", &sample);
    for (name, lines) in LINES {
        let rest = lines.strip_prefix('{').unwrap();
        add("jsonl", name, rest.as_bytes());
        add("import", &format!("jsonl-{name}"), &[b"\x46", rest.as_bytes()].concat());
    }
    let batch = std::fs::read_to_string(root().join("samples/batch.jsonl")).unwrap();
    for (number, line) in batch.lines().take(3).enumerate() {
        add("jsonl", &format!("batch-{number}"), &line.as_bytes()[1..]);
    }
    add("import", "sheet", &[b"\x07", SHEET.as_bytes()].concat());
    add(
        "import",
        "sheet-and-strings",
        &[b"\x08", SHEET.as_bytes(), b"\0<sst><si><t>a</t></si></sst>"].concat(),
    );
    all
}

/// Folders of a small log with everything in it, without what no check reads.
pub fn folders() -> Seeds {
    use crate::fuzzed::folder::{GIVEN, SEALED, pack};
    let mut room = Room::new();
    room.run("init --operator サンプル --origin sample.invalid/log").done();
    for id in ["A-1", "A-2", "B-1", "B-2"] {
        room.record(format!(
            "--principal-id {id} --principal-name '見本 花子' --note '一行目\n\"二\"行目, 三'"
        ))
        .done();
    }
    room.run("correct 1 --set note=転記 --clear principal_name --reason 誤記").done();
    room.run("correct 2 --void --reason 二重").done();
    room.run("hold add 4 --reason 係争").done();
    let head = "提供年月日,提供先,提供先住所,代表者,本人ID,提供項目,記録日";
    let row = "2021-04-01,架空商事,東京都架空区1,見本 太郎,T-1,氏名,2021-04-05";
    room.write("t.csv", format!("{head}\n{row}\n"));
    let args = "import t.csv --basis opt-out --trust-record-dates --reason 照合済み";
    room.run(args).done();
    room.run("key --rotate --reason test").done();
    room.run("checkpoint").done();
    let earlier = room.query::<u64>("SELECT count(*) FROM entry").to_string();
    room.clock = "2030-11-24T00:00:00.000Z".into();
    // Whatever else a deletion has to state is stated by whoever runs it then.
    room.run("delete 3 --apply --reason expired --confirm-date 2030-11-24").done();
    room.run("hold release 7 --reason 和解").done();
    room.record("--principal-id =1+1").done();
    let mut all = Seeds::new();
    for (name, args) in [
        ("whole", ""),
        ("range", "--principal-id T-1"),
        ("earlier", &format!("--at {earlier}")),
        ("sparse", "--sparse --recipient 架空商事株式会社"),
    ] {
        room.run(format!("export --out {name} {args}")).done();
        let mut files = Files::read(&room.path(name));
        // What no check reads would only make it slow.
        for file in ["data/verify.py", "data/VERIFY.md", "data/records.csv-metadata.json"] {
            files.0.remove(file);
        }
        files.0.retain(|name, _| !name.starts_with("data/summary/"));
        files.seal();
        let mut add =
            |name: String, flags, files: &Files| all.insert(("folder".into(), name), pack(flags, &files.0));
        add(name.to_owned(), SEALED | GIVEN, &files);
        // As good a beginning: what a check has to find.
        let records = String::from_utf8(files.0["data/records.csv"].clone()).unwrap();
        files.put("data/records.csv", records.replacen("氏名", "氏 名", 1));
        add(format!("{name}-changed"), SEALED | GIVEN, &files);
        files.put("data/records.csv", &records);
        files.remove("data/checkpoint");
        add(format!("{name}-unsigned"), SEALED, &files);
    }
    all
}

/// Under the heading 提供日,提供先,提供先住所,代表者,会員番号,提供項目,根拠,備考.
const ROWS: &[(&str, &str)] = &[
    ("good", "2024/4/1,架空商事,東京都架空区1,見本 太郎,C-1,氏名、住所,オプトアウト,\n"),
    (
        "two",
        "令和6年4月1日,架空商事,東京都架空区1,見本 太郎,C-1,氏名、住所,オプトアウト,a\r\n〃,〃,〃,〃,C-2,〃,〃,\r\n",
    ),
    ("quotes", "2024/4/1,\"架空\"\"商事\",\"東京都\n架空区1\",見本 太郎,C-1,\"氏名\n住所\",同意,\"a,b\"\n"),
    ("open-quote", "2024/4/1,\"架空商事,東京都架空区1,見本 太郎,C-1,氏名,同意,\n"),
    ("sum", "合計,,,,3,,,\n2024/4/1,架空商事,東京都架空区1,見本 太郎,=1+1,氏名,同意,@x\n"),
    (
        "shorter",
        "2024/4/1,架空商事\n\n,,,,,,,\n2024/2/30,架空商事,東京都架空区1,見本 太郎,0012,氏名,○,1.2E+11,x\n",
    ),
    ("control", "2024/4/1,架\u{0}空,東\u{7f}京,見\u{85}本,C\u{200b}-1,氏名,同意,\u{feff}\n"),
];

const HEADINGS: &[(&str, &str)] = &[
    ("known", "提供日\n提供先\n提供先住所\n代表者\n会員番号\n提供項目\n根拠\n備考"),
    (
        "english",
        "Date provided\nRecipient\nRecipient address\nRepresentative\nSubject ID\nData items\nLegal Basis",
    ),
    ("payload", "provided_on\nrecipient_name\nprincipal_id\nitems\nbasis\nkey"),
    ("twice", "相手\n相手\n\n備考\n備 考"),
    ("numbered", "\n#1\na\na #2\na"),
];

const DAYS: &[&str] = &[
    "2024-04-01",
    "2024/4/1",
    "2024.4.1",
    "2024年4月1日",
    "20240401",
    "２０２４／４／１",
    "2024 年 4 月 1 日",
    "令和6年4月1日",
    "令和元年5月1日",
    "㋿6年4月1日",
    "平31.4.30",
    "R6.4.1",
    "Ｓ６４．１．７",
    "H31.12.31",
    "2024/4/1(月)",
    "令和6年4月1日 月曜日",
    "2024-04-01 (Mon)",
    "2024/4/1 0:00",
    "2024-04-01T10:30:05.123+09:00",
    "2024/4/1 25:00",
    "45383",
    "４５３８３",
    "1-Apr-2024",
    "April 30, 2024 (Tue)",
    "2024-Apr-01",
    "1/4/2024",
    "13.4.2024",
    "24/4/1",
    "240401",
    "2024/2/30",
    "2024/4/1 1",
    "2024-4/1",
    "2026-11-23T03:00:00.000Z",
    "1970-01-01T00:00:00.000Z",
    "9999-12-31",
];

const MAPS: &[(&str, &str)] = &[
    (
        "version",
        "version = 1\nside = \"receipt\"\n[file]\nheading = false\nencoding = \"cp932\"\nshort_rows = true\n",
    ),
    (
        "columns",
        "[columns]\nprovided_on = \"#1\"\nrecipient_name = \"提供先\"\nitems = [\"提供項目\", \"備考\"]\nundecided = []\n",
    ),
    ("period", "[columns]\nperiod = \"提供日\"\nparty = \"提供先\"\nleave_out = [\"備考\", \"#3\"]\n"),
    ("constants", "[constants]\nbasis = \"opt-out\"\nitems = [\"氏名\"]\n[days]\norder = \"dmy\"\n"),
    (
        "items",
        "[items]\nseparators = [\"、\", \"と\"]\n[ditto]\nmarks = [\"〃\"]\nblank = [\"recipient_name\"]\n",
    ),
    ("skip", "[[skip]]\ncolumn = \"備考\"\nis = [\"合計\", \"\"]\n[words.basis]\n\"○\" = \"consent\"\n"),
    ("wrong", "version = 2\n[columns]\nprovided = \"日付\"\n[items]\nseparators = [\"\"]\n"),
];

const LINES: &[(&str, &str)] = &[
    (
        "good",
        r#"{"provided_on":"2024-04-01","recipient_name":"架空商事","recipient_address":"東京都架空区1","recipient_representative":"見本 太郎","principal_id":"C-1","items":["氏名","住所"],"basis":"opt-out"}
{"provided_on":"2024-04-02","recipient_name":"架空商事","recipient_address":"東京都架空区1","recipient_representative":"見本 太郎","principal_id":"0012","items":"氏名\n住所","basis":"consent","key":"k-1","foreign_recipient":false}
"#,
    ),
    ("twice", "{\"items\":[\"a\"],\"items\":[\"b\"],\"note\":null}\n"),
    (
        "types",
        "{\"principal_id\":12,\"items\":[1,{}],\"note\":{\"a\":[]},\"unspecified_recipients\":true}\n\n[1]\n",
    ),
    (
        "escapes",
        "{\"note\":\"\\ud83d\\ude00\\u0000\\n\",\"principal_name\":\"\\\"\"}\r\n{\"note\":\"\\ud800\"}",
    ),
];

const SHEET: &str = "<worksheet><sheetData><row r=\"1\"><c r=\"A1\" t=\"inlineStr\"><is><t>提供日</t></is></c><c r=\"B1\" t=\"s\"><v>0</v></c></row><row r=\"2\"><c r=\"A2\"><v>45383</v></c><c r=\"B2\" t=\"b\"><v>1</v></c><c r=\"C2\"><f>1+1</f><v>2</v></c></row></sheetData></worksheet>";
