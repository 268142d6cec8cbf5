//! Corrections, holds, and reasons that are erased: the command line, what is shown, what may be deleted, what `verify` finds.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test")]

use crate::support::folders::{Files, agreed};
use crate::support::{Room, Words, all_bytes};

const LATER: &str = "2030-01-10T03:00:00.000Z";

fn room() -> Room {
    let room = Room::with_ledger();
    for id in ["A", "B", "C", "D"] {
        room.record(["--principal-id", id, "--principal-name", "見本 花子"]).done();
    }
    room
}

fn shown(room: &Room, index: &str) -> serde_json::Value {
    room.run(["show", index, "--json"]).done().objects().remove(0)
}

fn listed(room: &Room, args: impl Words) -> Vec<u64> {
    room.run("list --json".and(args)).done().objects().iter().map(|o| o["index"].as_u64().unwrap()).collect()
}

#[test]
fn a_corrected_record_reads_as_amended_everywhere_and_the_original_stays() {
    let mut room = room();
    room.run(
        "correct 1 --set 'principal_name=見本　華子' --set items=氏名、電話番号 --set note=転記の誤り \
         --reason 誤記",
    )
    .done();
    room.run("correct 1 --clear note --set provided_on=令和8年11月19日 --reason 日付の誤り").done();
    room.run("correct 2 --void --reason 二重に記録した").done();
    let one = shown(&room, "1");
    assert_eq!(one["principal_name"], "見本　華子");
    assert_eq!(one["items"], serde_json::json!(["氏名", "電話番号"]));
    assert_eq!(one["provided_on"], "2026-11-19");
    assert_eq!(one["note"], serde_json::Value::Null);
    assert_eq!(one["corrections"], serde_json::json!([5, 6]));
    assert_eq!(one["recorded"]["principal_name"], "見本 花子");
    assert_eq!(one["recorded"]["provided_on"], "2026-11-20");
    assert_eq!(shown(&room, "2")["void"], true);
    room.run("show 1").done().says("(recorded: 2026-11-20)").says("by entry 5, 6");
    room.run("list").done().says("[corrected] ").says("[VOID] ");
    // Filters go by how it reads now; evidence is opened by either.
    assert_eq!(listed(&room, "--to 2026-11-19"), [1]);
    assert_eq!(listed(&room, "--principal-name 見本華子"), [1]);
    assert_eq!(listed(&room, "--principal-name 見本花子"), [2, 3, 4]);
    room.run("verify").done();
    room.lang = "ja";
    room.run("list").done().says("［訂正済み］").says("［取消］");
    room.run("show 1").done().says("（記録時: 2026-11-20）");
    for (n, more) in
        ["--xlsx", "--sparse", "--sparse --principal-id A", "--principal-name 見本花子", "--at 6"]
            .iter()
            .enumerate()
    {
        let folder = format!("folder-{n}");
        let args = ["export", "--out", &folder].and(more);
        room.run(&args).done();
        assert!(agreed(&room, &folder, "", &folder));
        let files = Files::read(&room.path(&folder));
        let current = String::from_utf8(files.0["data/current.csv"].clone()).unwrap();
        assert!(current.contains("見本　華子"), "{current}");
        assert_eq!(
            current.contains("\r\n2,yes,"),
            !more.starts_with("--at") && !more.starts_with("--sparse") || n == 1,
            "{folder}: {current}"
        );
        let corrections = String::from_utf8(files.0["data/corrections.csv"].clone()).unwrap();
        assert!(corrections.contains("誤記"));
        assert!(String::from_utf8(files.0["data/records.csv"].clone()).unwrap().contains("見本 花子"));
    }
    let none = room.run("export --out none --principal-id D").done();
    assert!(!room.path("none/data/corrections.csv").exists(), "{}", none.stdout);
}

#[test]
fn bad_folders_with_corrections_are_refused_by_both_checkers() {
    let room = room();
    room.run("correct 1 --set note=x --reason 誤記").done();
    room.run("correct 2 --void --reason 二重").done();
    room.run("export --out range").done();
    room.run("export --out sparse --sparse").done();
    type Edit = (&'static str, fn(&mut Files, &dyn Fn(&mut Files, &str, &str, &str)));
    let edits: [Edit; 9] = [
        ("a changed value", |f, e| e(f, "data/corrections.csv", ",x,", ",y,")),
        ("a changed reason", |f, e| e(f, "data/corrections.csv", "誤記", "誤植")),
        ("a void that is none", |f, e| e(f, "data/corrections.csv", ",2,yes,", ",2,,")),
        ("about another record", |f, e| e(f, "data/corrections.csv", "5,1,,", "5,3,,")),
        ("a reading that is not it", |f, e| e(f, "data/current.csv", ",x,", ",y,")),
        ("a void record shown as it was", |f, e| e(f, "data/current.csv", "2,yes,", "2,,")),
        ("no current.csv", |f, _| f.remove("data/current.csv")),
        ("no corrections.csv", |f, _| f.remove("data/corrections.csv")),
        ("a row too many in current.csv", |f, e| e(f, "data/current.csv", "1,,", "0,,")),
    ];
    for base in ["range", "sparse"] {
        let good = Files::read(&room.path(base));
        for (what, edit) in edits {
            let mut files = good.clone();
            edit(&mut files, &|files, name, from, to| {
                let text = String::from_utf8(files.0[name].clone()).unwrap();
                assert!(text.contains(from), "{what}: {text}");
                files.put(name, text.replacen(from, to, 1));
            });
            files.seal();
            files.write(&room.path("bad"));
            assert!(!agreed(&room, "bad", "", what), "{base}: {what}: taken for good");
        }
        if base == "range" {
            let mut files = good.clone();
            let text = String::from_utf8(files.0["data/entries.csv"].clone()).unwrap();
            let at = text.find("\r\n5,").unwrap();
            let end = at + 2 + text[at + 2..].find("\r\n").unwrap();
            let row = text[at..end].replace(",opened", ",withheld");
            files.put("data/entries.csv", format!("{}{row}{}", &text[..at], &text[end..]));
            files.seal();
            files.write(&room.path("bad"));
            assert!(!agreed(&room, "bad", "", "a correction withheld"), "a correction withheld");
        }
    }
}

#[test]
fn what_cannot_be_corrected_says_so_and_nothing_is_written() {
    let mut room = room();
    room.run("correct 3 --void --reason x").done();
    let size = room.query::<u64>("SELECT count(*) FROM entry");
    for lang in ["en", "ja"] {
        room.lang = lang;
        for args in [
            "correct 0 --set note=x --reason x",
            "correct 99 --set note=x --reason x",
            "correct 3 --set note=x --reason x",
            "correct 1 --set note --reason x",
            "correct 1 --set colour=red --reason x",
            "correct 1 --set breaches=x --reason x",
            "correct 1 --set provider_name=x --reason x",
            "correct 1 --set provided_on=2026-02-30 --reason x",
            "correct 1 --set basis=whim --reason x",
            "correct 1 --set provided_on=2027-01-01 --reason x",
            "correct 1 --clear recipient_name --reason x",
            "correct 1 --set principal_id=A --reason x",
            "correct 1 --reason x",
        ] {
            room.run(args).refused();
        }
        room.run("correct 1 --set note=x").cannot();
        room.run("correct 1 --set note=x --reason ' '").cannot();
        room.run("correct 1 --void --set note=x --reason x").cannot();
        room.run("hold add 1").cannot();
        room.run("hold add --reason x").cannot();
        room.run("hold add 1 --principal-id A --reason x").cannot();
        room.run("hold add 77 --reason x").refused();
        room.run("hold add --principal-id nobody --reason x").refused();
        room.run("hold release 1 --reason x").refused();
    }
    assert_eq!(room.query::<u64>("SELECT count(*) FROM entry"), size);
}

#[test]
fn an_open_record_is_closed_by_a_correction_and_its_retention_counts_from_there() {
    let mut room = Room::with_ledger();
    room.run(
        "record --recipient 架空商事 --recipient-address 東京都 --representative 見本 --principal-id A \
         --item 氏名 --basis consent --method bulk --period-from 2026-01-01",
    )
    .done();
    room.clock = LATER.into();
    room.states_the_day = true;
    let delete = "delete 1 --apply --reason x --confirm-date 2030-01-10";
    room.run(delete).refused().says("last day of provision is not known");
    // Correcting something else does not close it.
    room.run("correct 1 --set note=x --reason x").done();
    room.run(delete).refused().says("last day of provision is not known");
    room.run("correct 1 --set period_to=2029-12-31 --reason 終了").done();
    assert_eq!(shown(&room, "1")["deletable_from"], "2033-01-11");
    room.run("correct 1 --clear period_to --reason x").refused().says("can be moved");
    room.run(delete).refused().says("2033-01-11");
    room.run("verify").done();
    room.clock = "2033-01-11T03:00:00.000Z".into();
    room.states_the_day = true;
    room.run("delete 1 --apply --reason 期限 --confirm-date 2033-01-11").done().says("erased: 3");
    room.run("verify").done();
    room.run("list").done().says("erased by entry");
}

#[test]
fn erasing_a_record_erases_its_corrections_and_no_byte_is_left() {
    let mut room = Room::with_ledger();
    room.record("--principal-id A --recipient-id RID-77 --confirmation 免許証の写し").done();
    room.record("--principal-id B").done();
    room.run("correct 1 --set 'principal_name=秘密 太郎' --set note=内緒の備考 --reason 理由の本文").done();
    room.run("delete 3").done().says("erased with that one alone");
    room.clock = LATER.into();
    room.states_the_day = true;
    room.run("delete 1 --apply --reason 期限 --confirm-date 2030-01-10").done().says("erased: 2");
    room.run("verify").done();
    let bytes = all_bytes(&room.ledger());
    for gone in ["秘密 太郎", "内緒の備考", "理由の本文", "RID-77", "免許証の写し"] {
        assert!(!bytes.windows(gone.len()).any(|w| w == gone.as_bytes()), "{gone} is still there");
    }
    room.run("correct 1 --set note=x --reason x").refused().says("was erased");
    room.run("export --out folder").done();
    assert!(agreed(&room, "folder", "", "after an erasure"));
    // All that is expired, corrections included.
    let mut room = support_room_with_correction();
    room.clock = LATER.into();
    room.states_the_day = true;
    room.run("delete --expired --apply --reason 期限 --confirm-date 2030-01-10").done().says("erased: 5");
    room.run("verify").done();
}

fn support_room_with_correction() -> Room {
    let room = room();
    room.run("correct 2 --set note=x --reason x").done();
    room
}

#[test]
fn a_hold_beats_expiry_until_it_is_released() {
    let mut room = room();
    room.run("hold add --principal-id B --reason 訴訟").done().says("held: 1 entries (by entry 5)");
    room.run("hold list").done().says("entries 2-2").says("訴訟");
    room.clock = LATER.into();
    room.states_the_day = true;
    room.run("delete 2 --apply --reason x --confirm-date 2030-01-10").refused().says("the hold in entry 5");
    room.run("delete --expired --apply --reason 期限 --confirm-date 2030-01-10").done().says("erased: 3");
    room.run("verify").done();
    room.run("export --out held").done();
    assert!(agreed(&room, "held", "", "with a hold"));
    room.run("hold release 5 --reason 終結").done();
    room.run("hold release 5 --reason 終結").refused();
    room.run("hold list --json").done();
    room.run("delete 2 --apply --reason 期限").done().says("erased: 1");
    room.run("verify").done();
    room.run("export --out released --kind provision").cannot();
    room.run("export --out released").done();
    assert!(agreed(&room, "released", "", "after a release"));
}

#[test]
fn a_reason_that_names_somebody_can_go_while_the_act_stays() {
    let mut room = room();
    room.run("hold add 1 --reason 佐藤氏の申立て").done();
    room.run("hold release 5 --reason 佐藤氏が取り下げた").done();
    room.run("delete 1 --extra").done().says("notes of a record");
    room.run("delete 5 --extra --apply --reason x --confirm-date 2026-11-23").refused().says("2029-11-24");
    room.clock = LATER.into();
    room.states_the_day = true;
    let args = "delete 5 6 --extra --apply --reason 期限 --confirm-date 2030-01-10";
    room.run(args).done().says("erased: 2");
    room.run("verify").done();
    assert!(!all_bytes(&room.ledger()).windows(6).any(|w| w == "佐藤".as_bytes()));
    room.run(args).refused().says("already erased by entry 7");
    room.run("show 5").done();
    room.run("export --out folder").done();
    assert!(agreed(&room, "folder", "", "a reason erased"));
    // Without an erasure entry that names it, it is a finding.
    let other = self::room();
    other.run("hold add 1 --reason x").done();
    other.tamper("UPDATE entry SET extra_hash = zeroblob(32), extra_salt = NULL, extra = NULL WHERE idx = 5");
    other.run("verify").refused().says("entry 5");
}

#[test]
fn a_bulk_record_that_was_made_beforehand_can_be_corrected_before_its_period_is_over() {
    let room = Room::with_ledger();
    let recipient = "--recipient 架空商事株式会社 --recipient-address 東京都 --representative 見本";
    let about = "--item 氏名 --principal-id A --basis consent --consent-evidence C-1";
    let period = "--method bulk --period-from 2026-11-20 --period-to 2026-12-20 --beforehand";
    room.run("record".and(recipient).and(about).and(period)).done();
    room.run("correct 1 --set note=契約は2026年限り --reason 追記").done();
    room.run("correct 1 --set period_to=2026-12-10 --reason 早く終わる").done();
    assert_eq!(shown(&room, "1")["period_to"], "2026-12-10");
    // Where the end is unknown, a day that is still to come stays a slip.
    let open = "--method bulk --period-from 2026-11-20";
    room.run("record".and(recipient).and(about).and(open)).done();
    room.run("correct 4 --set period_to=2026-12-20 --reason x").refused().says("still to come");
}
