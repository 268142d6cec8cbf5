//! The exported folder: whole, checked without the ledger by `verify --bundle` and by the `verify.py` in it, which must agree
//! on every good and every bad folder. Where there is no Python, the second half is left out, and the test says so.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test")]

use crate::support::folders::{Files, agreed, by_python};
use crate::support::{Room, Words, history};

const ORIGIN: &str = "sample.invalid/log";

/// A log with everything in it: records, an erasure in the middle, a change of keys, an export, and a folder of a part of it.
fn room() -> Room {
    let mut room = Room::new();
    room.run(["init", "--operator", "サンプル株式会社", "--origin", ORIGIN]).done();
    room.write("h.csv", history(400, 31));
    room.run("import h.csv --basis opt-out").done();
    room.clock = "2030-11-24T00:00:00.000Z".into();
    room.states_the_day = true;
    let gone: Vec<String> = (60..=90).map(|n| n.to_string()).collect();
    let mut args = vec!["delete", "--apply", "--reason", "expired", "--confirm-date", "2030-11-24"];
    args.extend(gone.iter().map(String::as_str));
    room.run(&args).done();
    room.run("key --rotate --reason test").done();
    room.record("--principal-id =1+1 --note '一行目\r\n\"二\"行目, 三' --principal-name '仮名 五郎'").done();
    room.run("export --out folder --from 2025-03-01").done();
    room
}

#[test]
fn both_checkers_agree_on_good_folders_and_never_call_a_selection_complete() {
    let room = room();
    let selection = |folder: &str| {
        let ours =
            room.run(["verify", "--bundle", folder]).done().says("VERIFIED").says("This is a selection");
        if let Some((_, said)) = by_python(&room, folder, "") {
            assert!(said.contains("This is a selection"), "{said}");
        }
        ours
    };
    assert!(agreed(&room, "folder", "", "as exported"));
    selection("folder").says("31 erased").says("signed by");
    // The keys that were told before.
    let keys = room.run("key").done().stdout;
    let keys: Vec<&str> = keys.split_whitespace().filter(|w| w.contains('+')).collect();
    assert!(agreed(&room, "folder", ["--key", keys[1]], "the key in force"));
    assert!(!agreed(&room, "folder", ["--key", keys[0]], "the key before"));
    // What is opened may be withheld: fewer rows are another selection of the same log.
    let exported = Files::read(&room.path("folder"));
    let mut fewer = exported.clone();
    let records = String::from_utf8(fewer.0["data/records.csv"].clone()).unwrap();
    let mut rows = records.split_inclusive("\r\n");
    let (heading, opened) = (rows.next().unwrap(), rows.next().unwrap());
    fewer.put("data/records.csv", format!("{heading}{}", &records[heading.len() + opened.len()..]));
    let entries = String::from_utf8(fewer.0["data/entries.csv"].clone()).unwrap();
    fewer.put("data/entries.csv", entries.replacen(",opened", ",withheld", 1));
    fewer.seal();
    fewer.write(&room.path("changed"));
    assert!(agreed(&room, "changed", "", "one record withheld"));
    selection("changed");
    // Not signed: nothing is wrong with what is shown, and it says so.
    let mut unsigned = exported.clone();
    unsigned.remove("data/checkpoint");
    unsigned.seal();
    unsigned.write(&room.path("changed"));
    assert!(agreed(&room, "changed", "", "not signed"));
    selection("changed").says("not signed");
    // Other filters, another language, nothing at all.
    let mut room = room;
    room.lang = "ja";
    for (n, filter) in
        ["--principal-id =1+1", "--principal-id nobody", "", "--to 2025-01-31"].iter().enumerate()
    {
        let folder = format!("folder-{n}");
        let args = ["export", "--out", &folder].and(filter);
        room.run(&args).done();
        assert!(agreed(&room, &folder, "", &folder));
        room.run(["verify", "--bundle", &folder]).done().says("検証OK");
    }
    room.run("verify --bundle no-such-folder").cannot();
    if let Some((status, said)) = by_python(&room, "folder", "--key") {
        assert_eq!(status, 2, "{said}");
    }
}

#[test]
fn the_same_state_gives_the_same_bytes() {
    let room = room();
    room.run("-q export --out one").done();
    // The log grows by the export entry; what was there before is the same.
    room.run("-q export --out two").done();
    for name in ["data/records.csv", "data/records.csv-metadata.json", "data/verify.py", "bagit.txt"] {
        assert_eq!(room.read(&format!("one/{name}")), room.read(&format!("two/{name}")), "{name}");
    }
    let entries = |folder: &str| String::from_utf8(room.read(&format!("{folder}/data/entries.csv"))).unwrap();
    assert!(entries("two").starts_with(&entries("one")));
}

#[test]
fn an_earlier_size_is_exported_as_it_was_but_for_what_was_erased_since() {
    let mut room = Room::with_ledger();
    room.write("h.csv", history(50, 8));
    room.run("import h.csv --basis opt-out").done();
    room.run("export --out then --xlsx").done();
    room.record("--principal-id later").done();
    let at = "--at 52";
    room.run("export --out now --xlsx --at 52").done();
    // The same state, size and filter: the same bytes, the signed checkpoint among them.
    assert_eq!(Files::read(&room.path("then")).0, Files::read(&room.path("now")).0);
    // A size that nobody had signed.
    room.run("export --out part --at 30").done();
    room.run("export --out part-again --at 30").done();
    assert_eq!(Files::read(&room.path("part")).0, Files::read(&room.path("part-again")).0);
    assert!(agreed(&room, "part", "", "an earlier size"));
    room.run("verify --bundle part").done().says("2 to 29 of the log").says("signed by");
    room.run("verify").done();
    room.clock = "2030-11-24T00:00:00.000Z".into();
    room.states_the_day = true;
    room.run("delete 10 11 --apply --reason r --confirm-date 2030-11-24").done();
    let exported = room.run("export --out since --json".and(at)).done().objects();
    assert_eq!(exported[0]["opened"], 48);
    assert_eq!(exported[0]["erased"], 0);
    assert_eq!(exported[0]["erased_since"], 2);
    assert!(agreed(&room, "since", "", "erased since"));
    room.run("verify --bundle since")
        .done()
        .says("2 erased since then, which this folder does not prove to be lawful")
        .says("This is a selection");
    // The key that signed at that size is gone: the checkpoint that was kept is there all the same, a new one is not.
    room.run("key --rotate --reason test").done();
    room.run("export --out kept".and(at)).done();
    room.run("verify --bundle kept").done().says("signed by");
    room.run("export --out unsigned --at 20").done().says("not signed");
    assert!(agreed(&room, "unsigned", "", "no key of that size"));
    room.run("export --out never --sparse --at 20").no_ledger();
    for size in ["0", "9999"] {
        room.run(["export", "--out", "never", "--at", size]).refused().says("at any size from 1 to");
    }
    assert!(!room.path("never").exists());
}

#[test]
fn single_entries_have_proofs_of_their_own_and_nothing_is_claimed_about_the_others() {
    let room = room();
    let exported = room.run("export --out one --sparse --principal-id =1+1 --json").done();
    assert_eq!(exported.objects()[0]["opened"], 1);
    assert_eq!(exported.objects()[0]["withheld"], serde_json::Value::Null);
    let files = Files::read(&room.path("one"));
    assert_eq!(files.proofs(), ["data/proofs/404.tlog-proof"]);
    assert!(!files.0.contains_key("data/acts.jsonl") && !files.0.contains_key("data/proof"));
    assert!(agreed(&room, "one", "", "one person"));
    let verified = room.run("verify --bundle one").done();
    verified
        .says("1 entries of the log")
        .says("no claim about what lies between")
        .says("This is a selection");
    // The same proof as for the entry alone, but for a later checkpoint.
    let keys = room.run("key").done().stdout;
    let keys: Vec<&str> = keys.split_whitespace().filter(|w| w.contains('+')).collect();
    assert!(agreed(&room, "one", ["--key", keys[1]], "the key in force"));
    assert!(!agreed(&room, "one", ["--key", keys[0]], "the key before"));
    // Many, none, and by a filter that no lookup answers.
    for (n, filter) in ["--from 2025-06-01", "--principal-id nobody", "--basis opt-out"].iter().enumerate() {
        let folder = format!("sparse-{n}");
        let args = ["export", "--sparse", "--out", &folder].and(filter);
        room.run(&args).done();
        assert!(agreed(&room, &folder, "", &folder));
    }
    room.run("verify").done();
    std::fs::remove_file(room.path("provlog.db.signing-key.pem")).unwrap();
    room.run("export --out never --sparse").no_ledger();
    assert!(!room.path("never").exists());
}

#[test]
fn a_folder_without_a_key_or_a_writable_ledger_says_that_it_is_not_signed() {
    let room = room();
    std::fs::remove_file(room.path("provlog.db.signing-key.pem")).unwrap();
    room.run("export --out unsigned").done().says("not signed");
    assert!(agreed(&room, "unsigned", "", "without a key"));
    assert!(String::from_utf8(room.read("unsigned/bag-info.txt")).unwrap().contains("Provlog-Signed: no"));
}

#[test]
fn altered_records_do_not_leave_the_house_as_evidence() {
    let room = room();
    room.tamper("UPDATE entry SET note = 'x' WHERE idx = 200; DELETE FROM checkpoint");
    room.run("export --out never").refused().says("entry 200 cannot be used");
    assert!(!room.path("never").exists());
}

#[test]
fn the_workbook_holds_every_cell_of_the_records_as_text() {
    use calamine::{Data, Reader as _};
    let room = room();
    room.run("-q export --out book --xlsx").done();
    room.run("-q export --out again --xlsx").done();
    assert!(agreed(&room, "book", "", "with a workbook"));
    let mut book: calamine::Xlsx<_> = calamine::open_workbook(room.path("book/data/records.xlsx")).unwrap();
    let range = book.worksheets().remove(0).1;
    let csv = room.read("book/data/records.csv");
    let rows = csv::ReaderBuilder::new().has_headers(false).from_reader(&csv[3..]).into_records();
    let mut compared = 0;
    for (n, row) in rows.enumerate() {
        let row = row.unwrap();
        // Without what is there to be checked by machines: the two salts, and the fingerprint of the key before the line.
        let cells = row.iter().take(row.len() - 2).enumerate().filter(|(at, _)| *at != row.len() - 4);
        for (at, (_, cell)) in cells.enumerate() {
            let found = range.get((n, at)).unwrap_or(&Data::Empty);
            match cell {
                "" => assert_eq!(found, &Data::Empty),
                text => assert_eq!(found, &Data::String(text.to_owned()), "row {n}, column {at}"),
            }
            compared += 1;
        }
    }
    assert!(compared > 370 * 20, "{compared}");
    // No scrap of it is left beside the files.
    let left: Vec<_> =
        std::fs::read_dir(room.path("book")).unwrap().map(|e| e.unwrap().file_name()).collect();
    assert_eq!(left.len(), 5, "{left:?}");
    assert_eq!(room.read("book/data/verify.py"), room.read("again/data/verify.py"));
}
