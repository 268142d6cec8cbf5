//! A principal's own copy: all of that person and nobody else, what the law lists and nothing else.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test")]

use crate::support::{Room, Words};

fn text(room: &Room, name: &str) -> String {
    String::from_utf8(room.read(name)).unwrap()
}

fn copied(room: &Room, folder: &str) -> Vec<serde_json::Value> {
    let whole: serde_json::Value =
        serde_json::from_str(&text(room, &format!("{folder}/disclosure.json"))).unwrap();
    whole["records"].as_array().unwrap().clone()
}

#[test]
fn a_copy_holds_what_the_law_lists_as_corrected_and_nobody_else_s() {
    let mut room = Room::with_ledger();
    let inside = "--purpose 内部の目的 --medium 内部の媒体 --handler 内部の人 --note 内部の備考";
    let record = |more: &str| room.record(inside.and(more)).done();
    record("--principal-id C-1 --principal-name '見本 花子'");
    record("--principal-id Ｃ－１ --existence-withheld 生命の危険");
    record("--principal-id C-2 --principal-name '架空 次郎'");
    record("--principal-id C-1 --principal-name 誤り");
    record("--principal-id Ｃ－１");
    room.run("correct 5 --set items=氏名、電話番号 --set 'principal_name=見本 花子' --reason 誤記").done();
    room.run("correct 4 --void --reason 二重").done();
    let receipt = "receive --received-on 2026-10-01 --provider 架空提供 --provider-address 架空区3 \
                   --provider-representative '見本 四郎' --acquisition 本人から --principal-id C-1 \
                   --item 氏名 --basis consent --consent-evidence 内部の証跡";
    room.run(receipt).done();
    room.run(
        "record --provided-on 2026-10-01 --recipient 任意の相手 --principal-id C-1 --basis voluntary \
         --exemption 法令",
    )
    .done();
    let told = room.run("disclose --principal-id c-1 --out none-by-case").done().says("nothing to disclose");
    assert!(told.stdout.contains("2026-12-07"), "14 days");
    let answer = "disclose --principal-id C-1 --out copy --request-received 2026-11-20 --json";
    let done = room.run(answer).done().objects().remove(0);
    assert_eq!((&done["records"], &done["due"]), (&3.into(), &"2026-12-04".into()));
    let records = copied(&room, "copy");
    assert_eq!(records.len(), 3);
    assert_eq!(records[1]["items"], serde_json::json!(["氏名", "電話番号"]));
    assert_eq!(records[2]["provider_name"], "架空提供");
    assert_eq!(records[2]["consent_obtained"], "yes");
    assert_eq!(records[2].get("received_on"), None, "no article lists the day of a receipt on consent");
    let files = ["csv", "json", "html"].map(|kind| text(&room, &format!("copy/disclosure.{kind}")));
    let all = files.concat();
    for other in ["内部", "C-2", "架空 次郎", "誤り", "生命", "任意の相手", "二重", "誤記", "opt-out"]
    {
        assert!(!all.contains(other), "{other}");
    }
    for own in [
        "見本 花子",
        "架空商事株式会社",
        "東京都架空区見本1-2-3",
        "見本 太郎",
        "2026-11-20",
        "電話番号",
        "Sample K.K.",
    ] {
        assert!(all.contains(own), "{own}");
    }
    // The entry says that it was given, and can be erased when its time has come.
    let entry = room.run("list --kind disclosure --json").done().objects().pop().unwrap();
    assert_eq!(entry["facts"]["records"], "3");
    assert_eq!(entry["facts"]["due"], "2026-12-04");
    assert_eq!(entry["retention_base"], "2026-11-23");
    room.run("disclose --principal-id C-1 --out copy").cannot().says("there already");
    room.run("verify").done();
    room.lang = "ja";
    room.run("disclose --principal-id C-1 --out copy-ja").done().says("3 件の記録の写し");
    let page = text(&room, "copy-ja/disclosure.html");
    assert!(page.contains("<th>第三者の氏名又は名称</th><td>架空商事株式会社</td>"), "{page}");
    assert!(text(&room, "copy-ja/disclosure.csv").starts_with("\u{feff}提供年月日,"));
}

#[test]
fn a_name_that_several_bear_discloses_nothing_and_lists_the_candidates() {
    let mut room = Room::with_ledger();
    room.record("--principal-id C-1 --principal-name '見本 花子'").done();
    room.record("--principal-name 見本花子").done();
    room.run("disclose --principal-name '見本　花子' --out one").done();
    assert_eq!(copied(&room, "one").len(), 2, "one ID bears the name: what has no ID is hers");
    room.record("--principal-id C-2 --principal-name '見本 花子'").done();
    let refused = room.run("disclose --principal-name '見本　花子' --out two").refused();
    refused.says("C-1, C-2").says("nothing was disclosed");
    assert!(!room.path("two").exists());
    room.run("disclose --principal-id C-1 --principal-name '見本　花子' --out hers")
        .done()
        .says("1 records without an ID bear this name");
    assert_eq!(copied(&room, "hers").len(), 1);
    assert_eq!(room.run("list --kind disclosure --json").done().objects().len(), 2);
    room.lang = "ja";
    room.run("disclose --principal-name 見本花子 --out two").refused().says("同じ氏名の人が複数います");
    room.run("disclose --out two").refused().says("本人が指定されていません");
}

#[test]
fn none_found_is_an_answer_with_a_document() {
    let mut room = Room::with_ledger();
    room.record("--principal-id C-1 --existence-withheld 生命の危険").done();
    room.run("disclose --principal-id C-1 --out none --request-received 2026-11-01")
        .done()
        .says("nothing to disclose")
        .says("the answer was due by 2026-11-15");
    assert!(copied(&room, "none").is_empty());
    let page = text(&room, "none/disclosure.html");
    assert!(page.contains("There are no records to disclose.") && !page.contains("生命"), "{page}");
    room.run("disclose --principal-id C-1 --out later --request-received 2026-11-24").refused();
    assert!(!room.path("later").exists());
    room.clock = "2030-11-23T03:00:00.000Z".into();
    room.states_the_day = true;
    // The log of copies goes with time, like the records.
    let planned = room.run("delete --expired --json").done().objects();
    let kinds: Vec<&str> =
        planned.iter().filter(|o| o["verdict"] == "erase").map(|o| o["kind"].as_str().unwrap()).collect();
    assert_eq!(kinds, ["provision", "disclosure"]);
}
