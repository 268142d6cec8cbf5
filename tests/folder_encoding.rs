//! A folder has one encoding (FORMAT.md, "The encoding of a folder"), and its timestamps and links fit: every other is a finding of
//! both checkers.
#![allow(clippy::unwrap_used, clippy::panic, clippy::print_stderr, clippy::print_stdout, reason = "a test")]

use crate::support::checkers::{NOTE, both, changed, room};
use crate::support::folders::Files;

/// A value in DER, of at most 65,535 bytes.
fn der(tag: u8, parts: &[&[u8]]) -> Vec<u8> {
    let content = parts.concat();
    let length = match u16::try_from(content.len()).unwrap() {
        n @ 0..=127 => vec![n as u8],
        n @ 128..=255 => vec![0x81, n as u8],
        n => [&[0x82][..], &n.to_be_bytes()].concat(),
    };
    [&[tag][..], &length, &content].concat()
}

const SHA_256: &[u8] = &[0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, 0x01];

/// A TimeStampResp as far as it is read: nobody has signed it.
fn reply(status: u8, algorithm: &[u8], imprint: &[u8], time: &str) -> Vec<u8> {
    let algorithm = der(0x30, &[&der(0x06, &[algorithm])]);
    let info = der(
        0x30,
        &[
            &der(0x02, &[&[1]]),
            &der(0x06, &[&[0x2a, 3]]),
            &der(0x30, &[&algorithm, &der(0x04, &[imprint])]),
            &der(0x02, &[&[7]]),
            &der(0x18, &[time.as_bytes()]),
        ],
    );
    let tst_info = [0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x09, 0x10, 0x01, 0x04];
    let signed_data = [0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x07, 0x02];
    let encapsulated = der(0x30, &[&der(0x06, &[&tst_info]), &der(0xa0, &[&der(0x04, &[&info])])]);
    let signed = der(0x30, &[&der(0x02, &[&[3]]), &der(0x31, &[]), &encapsulated]);
    let token = der(0x30, &[&der(0x06, &[&signed_data]), &der(0xa0, &[&signed])]);
    der(0x30, &[&der(0x30, &[&der(0x02, &[&[status]])]), &token])
}

/// What is tried, the timestamps, and the finding; none for good ones.
type Stamped<'a> = (&'a str, &'a [(&'a str, &'a [u8])], &'a str);

#[test]
fn a_timestamp_in_a_folder_is_over_its_checkpoint_and_no_earlier_than_an_erasure() {
    let room = room();
    let note = Files::read(&room.path("folder")).0[NOTE].clone();
    let imprint = <sha2::Sha256 as sha2::Digest>::digest(&note);
    let (first, second) = ("data/checkpoint-1.tsr", "data/checkpoint-2.tsr");
    let good = reply(0, SHA_256, &imprint, "20301124000500.25Z");
    let mut flipped = imprint.to_vec();
    flipped[0] ^= 1;
    let sha_1: &[u8] = &[0x2b, 0x0e, 0x03, 0x02, 0x1a];
    let with_tail = [&good[..], b"x"].concat();
    let long_form = [&good[..1], &[0x83, 0], &good[2..]].concat();
    let real = include_bytes!("vectors/timestamp.tsr").as_slice();
    let cases: &[Stamped<'_>] = &[
        ("a good one", &[(first, &good)], ""),
        ("two good ones", &[(first, &good), (second, &good)], ""),
        ("granted with changes", &[(first, &reply(1, SHA_256, &imprint, "20301124000000Z"))], ""),
        ("of something else", &[(first, &reply(0, SHA_256, &flipped, "20301124000000Z"))], "stamp-differs"),
        ("of an authority, of something else", &[(first, real)], "stamp-differs"),
        ("the second of something else", &[(first, &good), (second, real)], "stamp-differs"),
        ("garbage", &[(first, b"garbage")], "stamp-differs"),
        ("empty", &[(first, b"")], "stamp-differs"),
        ("cut off", &[(first, &good[..good.len() - 1])], "stamp-differs"),
        ("a byte behind it", &[(first, &with_tail)], "stamp-differs"),
        ("a length in another form", &[(first, &long_form)], "stamp-differs"),
        ("refused", &[(first, &reply(2, SHA_256, &imprint, "20301124000000Z"))], "stamp-differs"),
        ("another hash", &[(first, &reply(0, sha_1, &imprint[..20], "20301124000000Z"))], "stamp-differs"),
        ("no time", &[(first, &reply(0, SHA_256, &imprint, "203011240000Z"))], "stamp-differs"),
        ("no such day", &[(first, &reply(0, SHA_256, &imprint, "20301324000000Z"))], "stamp-differs"),
        ("too long", &[(first, &[0x30; 70_000])], "stamp-differs"),
        // The erasure says 2030-11-24T00:00:00Z; clocks may differ by five minutes.
        ("a little earlier", &[(first, &reply(0, SHA_256, &imprint, "20301123235500Z"))], ""),
        (
            "earlier",
            &[(first, &reply(0, SHA_256, &imprint, "20301123235459.999Z"))],
            "stamped-before-erasure",
        ),
        (
            "years earlier",
            &[(first, &reply(0, SHA_256, &imprint, "20261123000000Z"))],
            "stamped-before-erasure",
        ),
        ("not the first", &[(second, &good)], "file-unknown"),
        ("a name of another form", &[("data/checkpoint-01.tsr", &good)], "file-unknown"),
        ("a name without a number", &[("data/checkpoint.tsr", &good)], "file-unknown"),
    ];
    for (what, stamps, expected) in cases {
        changed(&room, |files| stamps.iter().for_each(|(name, bytes)| files.put(name, bytes)));
        for heard in both(&room, "changed", &[], what) {
            match *expected {
                "" => {
                    assert_eq!(heard.findings, [], "{what}");
                    assert!(heard.notices.iter().any(|name| name == "stamped"), "{what}");
                    assert!(
                        heard.last["not_checked"].as_array().unwrap().contains(&"timestamp".into()),
                        "{what}"
                    );
                }
                name => assert!(heard.finds(name), "{what}: {:?}", heard.findings),
            }
        }
    }
    changed(&room, |files| {
        files.remove(NOTE);
        files.put(first, &good);
    });
    assert!(
        both(&room, "changed", &[], "without a checkpoint").iter().all(|heard| heard.finds("file-unknown"))
    );
}

#[test]
fn the_link_to_the_entry_before_is_compared_in_every_header() {
    let room = room();
    let entries = String::from_utf8(Files::read(&room.path("folder")).0["data/entries.csv"].clone()).unwrap();
    let rows: Vec<&str> = entries.split("\r\n").collect();
    let mut compared = 0;
    for row in rows.iter().filter(|row| row.starts_with(|c: char| c.is_ascii_digit())) {
        let mut cells: Vec<&str> = row.split(',').collect();
        let other = provlog::ledger::Digest([7; 32]).to_string();
        cells[1] = &other;
        let edited = cells.join(",");
        changed(&room, |files| files.put("data/entries.csv", entries.replace(row, &edited)));
        let index = cells[0].parse::<u64>().unwrap();
        for heard in both(&room, "changed", &[], row) {
            let first = heard.findings.first().map(|(name, index, _)| (name.as_str(), *index));
            assert_eq!(first, Some(("altered", Some(index))), "{row}: {:?}", heard.findings);
        }
        compared += 1;
    }
    assert!(compared >= 14, "{compared}");
}

type Edit = fn(&str) -> String;

fn lf(text: &str) -> String {
    text.replace("\r\n", "\n")
}

fn quoted(text: &str) -> String {
    let mut lines: Vec<String> = text.split("\r\n").map(str::to_owned).collect();
    let (first, rest) = lines[1].split_once(',').unwrap();
    lines[1] = format!("\"{first}\",{rest}");
    lines.join("\r\n")
}

fn swapped(text: &str, at: usize, with: usize) -> String {
    let (heading, rest) = text.split_once("\r\n").unwrap();
    let mut cells: Vec<&str> = heading.split(',').collect();
    cells.swap(at, with);
    format!("{}\r\n{rest}", cells.join(","))
}

/// What would be written otherwise, in a CSV file of the evidence; the fault that it is.
const CSV_EDITS: [(&str, Edit, &str); 12] = [
    ("rows that end with LF", lf, "headings"),
    ("one row that ends with LF", |t| t.replacen("\r\n", "\n", 2).replacen('\n', "\r\n", 1), "row-end"),
    ("the last row without an end", |t| t.trim_end().to_owned(), "row-end"),
    ("the last row with LF", |t| format!("{}\n", t.trim_end()), "row-end"),
    ("an empty row at the end", |t| format!("{t}\r\n"), "number-of-cells"),
    ("a line end at the end", |t| format!("{t}\n"), "row-end"),
    ("a cell quoted that need not be", quoted, "quotes"),
    ("a second byte order mark", |t| format!("\u{feff}{t}"), "headings"),
    ("no byte order mark", |t| t.trim_start_matches('\u{feff}').to_owned(), "no-byte-order-mark"),
    ("two headings exchanged", |t| swapped(t, 1, 2), "headings"),
    ("a heading in other words", |t| t.replacen(',', "x,", 1), "headings"),
    ("no headings", |t| format!("\u{feff}{}", t.split_once("\r\n").unwrap().1), "headings"),
];

const CSVS: [&str; 4] = ["data/entries.csv", "data/records.csv", "data/corrections.csv", "data/current.csv"];

/// The same for JSON Lines.
const LINE_EDITS: [(&str, Edit, &str); 12] = [
    ("the last line without an end", |t| t.trim_end().to_owned(), "not-one-encoding"),
    ("CRLF", |t| t.replacen('\n', "\r\n", 1), "not-one-encoding"),
    ("an empty line", |t| format!("{t}\n"), ""),
    ("a space", |t| t.replacen("\":", "\": ", 1), "not-one-encoding"),
    ("a space at the end", |t| t.replacen('\n', " \n", 1), "not-one-encoding"),
    (
        "a key twice, false first",
        |t| t.replacen("\"facts\":", "\"facts\":\"{}\",\"facts\":", 1),
        "not-one-encoding",
    ),
    ("a key more", |t| t.replacen('{', "{\"more\":\"x\",", 1), "not-one-encoding"),
    (
        "the keys in another order",
        |t| {
            let salt = t.split("\"facts_salt\":").nth(1).unwrap().split(',').next().unwrap().to_owned();
            let pair = format!("\"facts_salt\":{salt},");
            t.replacen(&pair, "", 1).replacen('{', &format!("{{{pair}"), 1)
        },
        "not-one-encoding",
    ),
    ("a letter escaped", |t| t.replacen("facts\":\"{", "facts\":\"\\u007b", 1), "not-one-encoding"),
    ("an index with a fraction", |t| t.replacen("\"index\":", "\"index\":0.0e0", 1), ""),
    ("a byte order mark", |t| format!("\u{feff}{t}"), ""),
    (
        "two lines exchanged",
        |t| {
            let mut lines: Vec<&str> = t.split_inclusive('\n').collect();
            lines.swap(0, 1);
            lines.concat()
        },
        "",
    ),
];

fn edited(files: &mut Files, name: &str, edit: impl Fn(&str) -> String) {
    let text = String::from_utf8(files.0[name].clone()).unwrap();
    let other = edit(&text);
    assert_ne!(other, text, "{name}: nothing was changed");
    files.put(name, other);
}

#[test]
fn a_folder_has_one_encoding_and_every_other_is_a_finding_in_both_checkers() {
    let mut room = room();
    let mut refused = 0;
    for lang in ["ja", "en"] {
        room.lang = lang;
        let _ = std::fs::remove_dir_all(room.path("folder"));
        room.run("-q export --out folder").done();
        room.lang = "en";
        // The same rules in both languages: in English a part of them.
        let all = lang == "ja";
        for name in CSVS {
            for (what, edit, fault) in CSV_EDITS.into_iter().step_by(if all { 1 } else { 4 }) {
                changed(&room, |files| edited(files, name, edit));
                for heard in both(&room, "changed", &[], what) {
                    let (found, _, file) = heard.findings.last().unwrap();
                    assert_eq!(
                        (found.as_str(), file.as_deref()),
                        (fault, Some(name)),
                        "{name}: {what}: {:?}",
                        heard.findings
                    );
                }
                refused += 1;
            }
        }
        for name in ["data/acts.jsonl", "data/origin.jsonl"] {
            for (what, edit, fault) in LINE_EDITS.into_iter().filter(|_| all) {
                if name == "data/origin.jsonl" && what == "two lines exchanged" {
                    continue;
                }
                changed(&room, |files| edited(files, name, edit));
                for heard in both(&room, "changed", &[], what) {
                    let (found, _, file) = heard.findings.last().unwrap();
                    assert_eq!(file.as_deref(), Some(name), "{name}: {what}: {:?}", heard.findings);
                    assert!(fault.is_empty() || found == fault, "{name}: {what}: {:?}", heard.findings);
                }
                refused += 1;
            }
        }
    }
    // Headings of the two languages in one folder.
    room.lang = "ja";
    room.run("-q export --out other").done();
    room.lang = "en";
    let other = Files::read(&room.path("other"));
    for name in CSVS {
        changed(&room, |files| {
            edited(files, name, |text| {
                let rows = text.split_once("\r\n").unwrap().1;
                let there = String::from_utf8(other.0[name].clone()).unwrap();
                format!("{}\r\n{rows}", there.split_once("\r\n").unwrap().0)
            });
        });
        assert!(both(&room, "changed", &[], name).iter().all(|heard| heard.finds("headings")), "{name}");
        refused += 1;
    }
    // Manifests: line ends, order, and what they list.
    let manifests: [(&str, Edit); 4] = [
        ("CRLF", |t| t.replace('\n', "\r\n")),
        ("no end", |t| t.trim_end().to_owned()),
        ("another order", |t| {
            let mut lines: Vec<&str> = t.split_inclusive('\n').collect();
            lines.reverse();
            lines.concat()
        }),
        ("a line more", |t| format!("{t}\n")),
    ];
    for name in ["manifest-sha256.txt", "tagmanifest-sha256.txt"] {
        for (what, edit) in manifests {
            let mut files = Files::read(&room.path("folder"));
            edited(&mut files, name, edit);
            if name == "manifest-sha256.txt" {
                let digest = <sha2::Sha256 as sha2::Digest>::digest(&files.0[name]);
                let digest: String = digest.iter().map(|b| format!("{b:02x}")).collect();
                edited(&mut files, "tagmanifest-sha256.txt", |text| {
                    let old = text.lines().find(|line| line.ends_with(name)).unwrap();
                    text.replace(old, &format!("{digest}  {name}"))
                });
            }
            files.write(&room.path("changed"));
            for heard in both(&room, "changed", &[], what) {
                assert_eq!(heard.findings[0].0, "manifest-line", "{name}: {what}: {:?}", heard.findings);
            }
            refused += 1;
        }
    }
    println!("{refused} other encodings of a folder refused by both checkers");
    assert!(refused >= 90);
}

#[test]
fn a_file_that_a_spreadsheet_program_has_saved_is_said_to_be_one_before_all_else() {
    let room = room();
    let all_quoted = |text: &str| -> String {
        let rows = csv::ReaderBuilder::new()
            .has_headers(false)
            .from_reader(text.trim_start_matches('\u{feff}').as_bytes());
        let mut out = csv::WriterBuilder::new()
            .quote_style(csv::QuoteStyle::Always)
            .terminator(csv::Terminator::CRLF)
            .from_writer(Vec::new());
        rows.into_records().for_each(|row| out.write_record(&row.unwrap()).unwrap());
        format!("\u{feff}{}", String::from_utf8(out.into_inner().unwrap()).unwrap())
    };
    let cp932 =
        |text: &str| encoding_rs::SHIFT_JIS.encode(text.trim_start_matches('\u{feff}')).0.into_owned();
    let utf_16 = |text: &str| text.encode_utf16().flat_map(u16::to_le_bytes).collect::<Vec<u8>>();
    let slashed = |text: &str| {
        let days = text
            .split([',', '\r'])
            .find(|cell| cell.len() == 10 && cell.chars().filter(|c| *c == '-').count() == 2);
        days.map(|day| text.replace(&format!(",{day},"), &format!(",{},", day.replace('-', "/"))))
    };
    for name in CSVS {
        let text = String::from_utf8(Files::read(&room.path("folder")).0[name].clone()).unwrap();
        let mut saved: Vec<(&str, Vec<u8>)> = vec![
            ("CSV (MS-DOS)", cp932(&text)),
            ("Unicode text", utf_16(&text.replace(',', "\t"))),
            ("line ends", lf(&text).into_bytes()),
            ("semicolons", text.replace(',', ";").into_bytes()),
            ("all quoted", all_quoted(&text).into_bytes()),
        ];
        saved.extend(slashed(&text).map(|text| ("days", text.into_bytes())));
        assert!(saved.len() == 6 || name == "data/corrections.csv", "{name}");
        for (what, bytes) in saved {
            // As it happens, and by somebody who makes the manifests fit.
            for seal in [false, true] {
                let mut files = Files::read(&room.path("folder"));
                files.put(name, &bytes);
                if seal {
                    files.seal();
                }
                files.write(&room.path("changed"));
                for heard in both(&room, "changed", &[], what) {
                    let first =
                        heard.findings.first().map(|(name, _, file)| (name.as_str(), file.as_deref()));
                    assert_eq!(first, Some(("resaved", Some(name))), "{what}: {:?}", heard.findings);
                }
            }
        }
    }
}

/// The document gives the headings, so that a checker can be written from it alone.
#[test]
fn the_format_gives_the_headings_that_are_written() {
    let format = include_str!("../src/ledger/FORMAT.md");
    for field in provlog::record::Field::ALL {
        let called = field.heading();
        let row = format!("  | `{field}` | {} | {} |", called.ja, called.en);
        assert!(format.lines().any(|line| line == row), "{row}");
    }
    let constants = provlog::evidence::constants().unwrap();
    let table: Vec<Vec<&str>> = format
        .lines()
        .skip_while(|line| *line != "  | column | Japanese | English |")
        .skip(2)
        .map_while(|line| line.strip_prefix("  | ")?.strip_suffix(" |"))
        .map(|row| row.split(" | ").collect())
        .collect();
    assert!(table.len() > 50, "{}", table.len());
    for (of, column) in [(&constants.languages[0], 1), (&constants.languages[1], 2)] {
        let known: Vec<&str> = table.iter().map(|row| row[column]).collect();
        for bytes in [&of.entries, &of.records, &of.corrections, &of.current] {
            let line = std::str::from_utf8(bytes).unwrap();
            for heading in line.trim_start_matches('\u{feff}').trim_end().split(',') {
                assert!(known.contains(&heading), "{heading}");
            }
        }
    }
}
