//! What leaves the ledger is re-hashed on the way: an entry that was altered is marked where it is shown, and is never handed
//! out.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test")]

use crate::support::{Room, Words, history, whole, whole_of};
use serde_json::json;

/// Four records of different days and persons; entry 3 has a correction, entry 5. A checkpoint was made: what it covers is not
/// re-hashed for the next one, so that nothing but the answer itself is what tells.
fn room() -> Room {
    let room = Room::with_ledger();
    for (id, day) in [("A", "2026-11-17"), ("B", "2026-11-18"), ("C", "2026-11-19"), ("D", "2026-11-20")] {
        let more = format!("--principal-id {id} --principal-name '見本 花子' --purpose 案内");
        room.run(whole_of(day, &more)).done();
    }
    room.run("correct 3 --set 'principal_name=見本 華子' --reason 誤記").done();
    room.run("checkpoint").done();
    room
}

/// Nothing is signed here, and nothing can be.
fn unsigned(room: &Room) {
    room.tamper("DELETE FROM checkpoint");
    std::fs::remove_file(room.path("provlog.db.signing-key.pem")).unwrap();
}

/// A record without an extra part: nobody is said to have handled it.
fn bare(room: &Room) {
    let args = whole("--principal-id E");
    let output = room.command(&args).env_remove("USER").output().unwrap();
    crate::support::Ran::from_output(output, &args).done();
}

/// The entries that `list --json` marks.
fn marked(room: &Room, args: impl Words, status: i32) -> Vec<u64> {
    let listed = room.run("list --json".and(args)).status(status);
    let shown = listed.objects().into_iter().filter(|o| o["altered"] == true);
    shown.map(|o| o["index"].as_u64().unwrap()).collect()
}

/// Nothing was handed out or begun, and no entry says so.
#[track_caller]
fn nothing_left(room: &Room, size: u64) {
    for file in room.path(".").read_dir().unwrap() {
        let name = file.unwrap().file_name().to_string_lossy().into_owned();
        assert!(!name.starts_with("out"), "{name} is left");
    }
    assert_eq!(room.query::<u64>("SELECT count(*) FROM entry"), size);
}

#[test]
fn what_was_not_altered_is_shown_and_handed_out_as_ever() {
    let room = room();
    assert_eq!(marked(&room, "", 0), [] as [u64; 0]);
    for index in 0..6 {
        room.run(["show", &index.to_string()]).done().says_not("ALTERED");
        let shown = room.run(["show", &index.to_string(), "--json"]).done().objects().remove(0);
        assert!(shown.get("altered").is_none());
    }
    room.run("list").done().says_not("ALTERED");
    room.run("disclose --principal-id C --out out-d").done();
    room.run("export --out out-e").done();
}

#[test]
fn an_altered_record_is_marked_in_lists_and_shown_with_status_1() {
    let mut room = room();
    room.tamper("UPDATE entry SET principal_name = '別人' WHERE idx = 2");
    // By the whole log, by a person, by days, by the recipient, by what no lookup answers.
    for filter in
        ["", "--principal-id B", "--from 2026-11-18", "--recipient 架空商事株式会社", "--basis opt-out"]
    {
        assert_eq!(marked(&room, filter, 1), [2], "{filter:?}");
    }
    // What is not in the answer does not matter to it.
    assert_eq!(marked(&room, "--principal-id A", 0), [] as [u64; 0]);
    assert_eq!(marked(&room, "--limit 2", 0), [] as [u64; 0]);
    let listed = room.run("list").refused();
    let lines: Vec<&str> = listed.stdout.lines().filter(|l| l.contains("[ALTERED]")).collect();
    assert!(lines.len() == 1 && lines[0].contains("別人"), "{}", listed.stdout);
    assert!(
        listed.stderr.contains("entry 2") && listed.stderr.contains("provlog verify"),
        "{}",
        listed.stderr
    );
    let shown = room.run("show 2").refused();
    assert!(shown.stdout.contains("ALTERED") && shown.stderr.contains("provlog verify"));
    assert_eq!(room.run("show 2 --json").refused().objects().remove(0)["altered"], true);
    room.run("show 3").done().says_not("ALTERED");
    room.lang = "ja";
    room.run("list").refused().says("［改変］").says("エントリ 2").says("provlog verify");
    room.run("show 2").refused().says("［改変］").says("provlog verify");
}

#[test]
fn an_altered_record_is_neither_disclosed_nor_exported() {
    for sql in [
        "UPDATE entry SET principal_name = '別人' WHERE idx = 2",
        "UPDATE entry SET time = time + 1 WHERE idx = 2",
        "UPDATE entry SET items = 99 WHERE idx = 2",
        "UPDATE entry SET principal_id = 'Z' WHERE idx = 2",
    ] {
        let mut room = room();
        room.tamper(sql);
        for args in [
            "disclose --principal-id B",
            "export",
            "export --principal-id B",
            "export --sparse --principal-id B",
            "export --from 2026-11-17 --to 2026-11-17",
            "export --at 4 --xlsx",
        ] {
            room.lang = "en";
            let args = args.and("--out out");
            room.run(&args).refused().says("entry 2").says("provlog verify");
            nothing_left(&room, 6);
            room.lang = "ja";
            room.run(&args).refused().says("エントリ 2").says("provlog verify");
        }
        // Whoever asks for somebody else gets it.
        room.run("disclose --principal-id A --out out-a").done();
    }
}

#[test]
fn a_leaf_hash_that_was_altered_vouches_for_nothing() {
    let room = room();
    unsigned(&room);
    room.tamper("UPDATE entry SET leaf = zeroblob(32) WHERE idx = 2");
    // Neither for its own entry nor for the one that names it.
    assert_eq!(marked(&room, "", 1), [2, 3]);
    for id in ["B", "C"] {
        room.run(["disclose", "--principal-id", id, "--out", "out"]).refused().says("entry ");
    }
    room.run("export --out out").refused().says("entry 2");
    nothing_left(&room, 6);
}

#[test]
fn what_lies_before_a_folder_s_range_and_cannot_be_in_it_does_not_stop_it() {
    let room = room();
    room.tamper("UPDATE entry SET principal_name = '別人' WHERE idx = 2");
    for (out, args) in [("a", "--from 2026-11-19"), ("b", "--sparse --principal-id D")] {
        room.run(["export", "--out", out].and(args)).done();
        room.run(["verify", "--bundle", out]).done();
    }
    // Where the filter is one that no lookup answers, it might have been: nothing is left out unseen.
    room.run("export --out c --side receipt").refused().says("entry 2");
}

#[test]
fn a_record_reads_by_its_corrections_so_they_are_re_hashed_with_it() {
    for sql in [
        "UPDATE entry SET facts = replace(facts, '華', '雪') WHERE idx = 5",
        "UPDATE entry SET extra = replace(extra, '誤記', '訂正') WHERE idx = 5",
        "UPDATE entry SET base = 20260101 WHERE idx = 5",
        "UPDATE entry SET facts = '{}' WHERE idx = 5",
    ] {
        let room = room();
        room.tamper(sql);
        assert_eq!(marked(&room, "", 1), [3, 5], "{sql}");
        assert_eq!(marked(&room, "--principal-id C", 1), [3], "{sql}");
        room.run("show 3").refused().says("ALTERED");
        room.run("show 4").done();
        room.run("disclose --principal-id C --out out").refused().says("entry 3");
        room.run("export --out out --principal-id C").refused().says("entry 5");
        nothing_left(&room, 6);
        room.run("correct 3 --void --reason x").refused().says("entry 3").says("provlog verify");
        nothing_left(&room, 6);
    }
}

#[test]
fn cells_of_a_part_that_is_not_there_count_as_altered_and_are_found() {
    for sql in [
        "UPDATE entry SET note = '後から' WHERE idx = 6",
        "UPDATE entry SET source_number = 'S-1' WHERE idx = 6",
        "UPDATE entry SET claimed_recorded_on = 20200101 WHERE idx = 6",
        "UPDATE entry SET import = 1, line = 1 WHERE idx = 6",
        "UPDATE entry SET circumstance = (SELECT circumstance FROM entry WHERE idx = 2) WHERE idx = 6",
        "UPDATE entry SET facts = '{\"basis\":\"consent\"}' WHERE idx = 6",
        "UPDATE entry SET extra = '{\"note\":\"x\"}' WHERE idx = 6",
    ] {
        let mut room = room();
        bare(&room);
        room.run("checkpoint").done();
        room.run("verify").done();
        assert_eq!(room.query::<Option<Vec<u8>>>("SELECT extra_salt FROM entry WHERE idx = 6"), None);
        room.tamper(sql);
        assert_eq!(marked(&room, "", 1), [6], "{sql}");
        room.run("show 6").refused().says("ALTERED");
        room.run("disclose --principal-id E --out out").refused().says("entry 6");
        room.run("export --out out").refused().says("entry 6");
        nothing_left(&room, 7);
        let found = room.run("verify --json").refused().objects().remove(0);
        assert_eq!((&found["finding"], &found["index"]), (&json!("stray-cells"), &json!(6)), "{sql}");
        room.run("verify").refused().says("entry 6 has cells that belong to no part of it");
        room.lang = "ja";
        room.run("verify").refused().says("エントリ 6").says("どの部分にも属さない");
    }
    // So are a note in an entry that is no record, and a day.
    for sql in ["UPDATE entry SET note = 'x' WHERE idx = 5", "UPDATE entry SET day = 20260101 WHERE idx = 0"]
    {
        let room = room();
        room.tamper(sql);
        let found = room.run("verify --json").refused().objects().remove(0);
        assert_eq!(found["finding"], "stray-cells", "{sql}");
    }
}

#[test]
fn what_is_put_back_into_an_erased_row_is_marked_and_found() {
    let mut room = Room::new();
    room.clock = "2022-05-10T03:00:00.000Z".into();
    room.run("init --operator 'Sample K.K.'").done();
    for id in ["A", "B"] {
        room.run(whole_of("2022-05-01", &format!("--principal-id {id}"))).done();
    }
    room.clock = crate::support::NOW.to_owned();
    room.run("delete 1 --apply --reason x --confirm-date 2026-11-23").done();
    room.run("checkpoint").done();
    assert_eq!(marked(&room, "", 0), [] as [u64; 0]);
    for sql in [
        "UPDATE entry SET principal_id = 'Z' WHERE idx = 1",
        "UPDATE entry SET principal_id = NULL, note = 'x' WHERE idx = 1",
        "UPDATE entry SET note = NULL, day = 20220501 WHERE idx = 1",
        "UPDATE entry SET day = NULL, facts_hash = zeroblob(32) WHERE idx = 1",
    ] {
        room.tamper(sql);
        assert_eq!(marked(&room, "", 1), [1], "{sql}");
        room.run("show 1").refused().says("ALTERED");
        room.run("export --out out").refused().says("entry 1");
        nothing_left(&room, 4);
        room.run("verify").refused().says("entry 1");
    }
}

#[test]
fn behind_an_entry_that_is_gone_nothing_can_be_vouched_for() {
    let room = room();
    unsigned(&room);
    room.tamper("DELETE FROM entry WHERE idx = 2");
    assert_eq!(marked(&room, "", 1), [3]);
    room.run("show 3").refused().says("ALTERED");
    room.run("disclose --principal-id C --out out").refused().says("entry 3");
    // A log with a hole has no root: it is not even asked which entry comes first.
    assert_ne!(room.run("export --out out").status, 0);
    nothing_left(&room, 5);
}

#[test]
fn a_long_log_is_re_hashed_on_every_thread() {
    let room = Room::with_ledger();
    room.write("h.csv", history(12_000, 31));
    room.run("import h.csv --basis opt-out").done();
    room.run("checkpoint").done();
    room.tamper("UPDATE entry SET note = 'x' WHERE idx IN (2, 2048, 2049, 11999)");
    assert_eq!(marked(&room, "", 1), [2, 2048, 2049, 11_999]);
    room.run("list").refused().says("entries 2, 2048, 2049, 11999");
    room.run("export --out out").refused().says("entry ");
    nothing_left(&room, 12_002);
}

#[test]
fn what_registers_and_holds_show_is_re_hashed_too() {
    let with_registers = || {
        let room = Room::with_ledger();
        room.run("recipient set acme --name 架空商事 --address 東京都").done();
        room.run("recipient set other --name 例示商事 --address 東京都").done();
        room.run("optout add --principal-id A --received 2026-11-01").done();
        room.run("optout add --principal-id B --received 2026-11-01").done();
        room.run("optout withdraw 4 --from 2026-11-20 --reason 撤回").done();
        room.run("hold add 1 --reason 係争").done();
        room.run("checkpoint").done();
        room
    };
    let acme = "recipient show acme";
    let (recipients, stops, holds) = ("recipient list", "optout list", "hold list");
    for (sql, index, shows, others) in [
        ("UPDATE entry SET facts = replace(facts, '架空', '虚構') WHERE idx = 1", 1, acme, stops),
        ("UPDATE entry SET facts = replace(facts, '例示', '虚構') WHERE idx = 2", 2, recipients, acme),
        ("UPDATE entry SET facts = replace(facts, '-11-20', '-11-10') WHERE idx = 5", 4, stops, holds),
        ("UPDATE entry SET extra = replace(extra, '係争', '和解') WHERE idx = 6", 6, holds, recipients),
    ] {
        let room = with_registers();
        room.run(shows).done().says_not("ALTERED");
        room.tamper(sql);
        room.run(shows).refused().says("ALTERED").says("provlog verify");
        let all = room.run(shows.and("--json")).refused().stdout;
        // The answer alone, not what is said of it.
        let all = all.lines().filter_map(|l| serde_json::from_str::<serde_json::Value>(l).ok());
        let altered: Vec<_> = all.filter(|o| o["altered"] == true).map(|o| o["index"].clone()).collect();
        assert_eq!(altered, [json!(index)], "{sql}");
        room.run(others).done().says_not("ALTERED");
        // The summary of an exported folder is made of the registers, whatever its filter opens.
        if index != 6 {
            room.run("export --out out --from 2030-01-01").refused().says("entry ");
            nothing_left(&room, 7);
        }
    }
}

#[test]
fn no_list_goes_out_by_requests_to_stop_that_were_altered() {
    for (sql, entry) in [
        ("", ""),
        ("UPDATE entry SET facts = replace(facts, '\"B\"', '\"D\"') WHERE idx = 2", "entry 2"),
        ("UPDATE entry SET facts = replace(facts, '12-20', '11-20') WHERE idx = 3", "entry 3"),
    ] {
        let room = Room::with_ledger();
        room.run("optout add --principal-id A --received 2026-11-01").done();
        room.run("optout add --principal-id B --received 2026-11-01").done();
        room.run("optout withdraw 2 --from 2026-12-20 --reason 撤回").done();
        room.write("list.csv", "本人ID,氏名\nA,見本 花子\nC,見本 太郎\n");
        room.tamper(sql);
        let ran = room.run("optout screen list.csv --out out-a.csv --stopped out-s.csv");
        match sql {
            "" => drop(ran.done()),
            _ => {
                ran.refused().says(entry).says("provlog verify");
                nothing_left(&room, 4);
            }
        }
    }
}

#[test]
fn filings_that_were_altered_make_no_notice_and_no_form() {
    let room = Room::with_ledger();
    room.run(
        "filing add list --filed-on 2026-03-01 --start-day 2026-04-01 --item 氏名:ordinary:public \
         --name 架空名簿株式会社 --address 東京都 --representative '見本 次郎' --telephone 03-0000-0000 \
         --contact a@example.co.jp --purpose 名簿の提供 --acquisition 公開情報 \
         --provision-method 電子ファイル --request-method 電話 --update-method 年に一度",
    )
    .done();
    room.run("checkpoint").done();
    for args in ["filing list", "filing show list", "filing notice list", "filing form list"] {
        room.run(args).done().says_not("ALTERED");
    }
    room.tamper("UPDATE entry SET facts = replace(facts, '名簿の提供', '名簿の販売') WHERE idx = 1");
    for args in ["filing list", "filing show list"] {
        room.run(args).refused().says("ALTERED").says("provlog verify");
    }
    for args in ["filing notice list", "filing form list"] {
        let ran = room.run(args).refused().says("entry 1");
        assert_eq!(ran.stdout, "", "nothing is handed out");
    }
}
