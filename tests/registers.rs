//! The registers of recipients, filings and requests to stop: what is entered, what is refused, what they do to records.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test")]

use crate::support::{Room, Words};

/// A filing with everything that must be in one.
const FILING: &str = "--filed-on 2026-03-01 --start-day 2026-04-01 --item 氏名:ordinary:public \
                      --item 住所:ordinary:public --name 架空名簿株式会社 --address 東京都架空区見本2-3-4 \
                      --representative '見本 次郎' --telephone 03-0000-0000 --contact privacy@example.co.jp \
                      --purpose 名簿の提供 --acquisition 公開情報から収集 --provision-method 電子ファイル \
                      --request-method 電話または書面";

fn filing(room: &Room, id: &str, more: impl Words) -> crate::support::Ran {
    room.run(format!("filing add {id} {FILING} --update-method 年に一度").and(more))
}

/// A provision on opt-out of 氏名 to a registered recipient.
fn provision(room: &Room, day: &str, id: &str, more: &str) -> crate::support::Ran {
    let item = if more.contains("--item") { "" } else { "--item 氏名" };
    room.run(format!(
        "record --provided-on {day} --recipient-id acme --principal-id {id} --basis opt-out {item} {more}"
    ))
}

fn acme(room: &Room) {
    room.run(
        "recipient set acme --name 架空商事株式会社 --address 東京都架空区見本1-2-3 \
         --representative '見本 太郎' --from 2020-01-01",
    )
    .done();
}

fn shown(room: &Room, index: u64) -> serde_json::Value {
    room.run(["show", &index.to_string(), "--json"]).done().objects().remove(0)
}

/// The problems that a refused command names, by their names for programs.
fn problems(ran: crate::support::Ran) -> Vec<String> {
    ran.refused().objects().iter().filter_map(|o| Some(o.get("problem")?.as_str()?.to_owned())).collect()
}

#[test]
fn a_record_takes_the_recipient_as_it_stands_on_its_day_and_keeps_it() {
    let mut room = Room::with_ledger();
    acme(&room);
    provision(&room, "2026-05-01", "C-1", "").done().says("no filing to compare with");
    room.run("recipient set acme --name 架空ホールディングス --from 2026-06-01").done();
    let checked = "--check-date 2026-06-02 --check-method 登記 --check-evidence '証跡 7'";
    room.run("recipient set acme --purpose 販売促進 --from 2026-06-02".and(checked)).done();
    provision(&room, "2026-05-31", "C-1", "").done();
    provision(&room, "2026-06-01", "C-1", "").done();
    provision(&room, "2026-06-02", "C-1", "--recipient-address 別の住所").done();
    let of = |index, field: &str| shown(&room, index)[field].as_str().unwrap().to_owned();
    assert_eq!(of(2, "recipient_name"), "架空商事株式会社");
    assert_eq!(of(5, "recipient_name"), "架空商事株式会社");
    assert_eq!(of(6, "recipient_name"), "架空ホールディングス");
    assert_eq!(of(6, "recipient_representative"), "見本 太郎", "what was not said stays as it stood");
    assert_eq!(of(7, "recipient_address"), "別の住所");
    let stands = room.run("recipient show acme --json").done().objects().remove(0);
    assert_eq!((&stands["check_method"], &stands["purpose"]), (&"登記".into(), &"販売促進".into()));
    let stood = room.run("recipient show acme --day 2026-05-01 --json").done().objects().remove(0);
    assert_eq!(stood["name"], "架空商事株式会社");
    room.run("recipient list").done().says("架空ホールディングス").says("2026-06-02");
    room.run("recipient show nobody").refused().says("there is no recipient \"nobody\"");
    room.run("recipient set other").refused().says("--name");
    room.run("recipient set acme --check-date 2026-11-24").refused().says("still to come");
    room.run("recipient set acme --type robot").refused().says("body or person");
    // An ID that nobody knows is refused alone, without asking for what the register would have given.
    let args = "record --provided-on 2026-05-01 --recipient-id acne --principal-id C-1 --item 氏名 \
                --basis consent --json";
    assert_eq!(problems(room.run(args)), ["scheme"]);
    room.record("--recipient-id elsewhere --principal-id C-1").done().says("not in the register");
    room.lang = "ja";
    room.run("recipient show nobody").refused().says("登録されていません");
    room.run("verify").done();
}

#[test]
fn a_file_of_provisions_takes_recipients_from_the_register() {
    let room = Room::with_ledger();
    acme(&room);
    room.write("batch.csv", "提供年月日,提供先ID,本人ID,個人データの項目,提供の根拠\n2026-05-01,acme,C-1,氏名,同意\n2026-05-01,acne,C-2,氏名,同意\n");
    room.run("record --from batch.csv").refused().says("batch.csv:3: ").says("not in the register");
    room.write(
        "batch.csv",
        "提供年月日,提供先ID,本人ID,個人データの項目,提供の根拠\n2026-05-01,acme,C-1,氏名,同意\n",
    );
    room.run("record --from batch.csv").done();
    assert_eq!(shown(&room, 2)["recipient_representative"], "見本 太郎");
}

#[test]
fn a_filing_holds_all_items_of_the_law_and_refuses_what_may_not_go_by_opt_out() {
    let mut room = Room::with_ledger();
    let all: Vec<String> = room
        .run("filing add F --json")
        .refused()
        .objects()
        .iter()
        .filter_map(|o| Some(o.get("what")?.to_string()))
        .collect();
    for item in [
        "name is",
        "address is",
        "telephone",
        "contact",
        "purpose",
        "how acquired",
        "how provided",
        "how to ask to stop",
        "how kept up to date",
        "provision starts",
        "data item",
        "when it was filed",
    ] {
        assert!(all.iter().any(|what| what.contains(item)), "{item}: {all:?}");
    }
    assert!(all.iter().all(|what| what.contains("Act 27(2)") || what.contains("PPC's form")), "{all:?}");
    for (item, said) in [
        ("病歴:special-care:principal", "special-care data"),
        ("電話番号:ordinary:opt-out", "someone else's opt-out"),
        ("電話番号:ordinary:unlawful", "wrongful means"),
        ("氏　名:ordinary:public", "named twice"),
    ] {
        filing(&room, "F", ["--item", item]).refused().says(said);
    }
    filing(&room, "F", "--item 電話番号").refused().says("NAME:CATEGORY:SOURCE");
    filing(&room, "F", "--item 電話番号:ordinary:dustbin").refused().says("NAME:CATEGORY:SOURCE");
    assert_eq!(room.query::<u64>("SELECT count(*) FROM entry"), 1, "nothing was entered");
    filing(&room, "F", "--number R8-001 --publication yes")
        .done()
        .says("advertising mail needs prior consent")
        .says_not("warning");
    filing(&room, "F", "").refused().says("already");
    room.lang = "ja";
    filing(&room, "F", "--item 病歴:special-care:principal").refused();
    room.run("filing add G").refused().says("届出事項").says("電話番号がありません（届出書の記載事項）");
    // Nothing personal in what stays for ever.
    let facts: String = room.query("SELECT facts FROM entry WHERE idx = 1");
    for personal in ["見本 次郎", "架空区", "03-0000-0000", "privacy@", "架空名簿"] {
        assert!(!facts.contains(personal), "{facts}");
    }
    room.run("verify").done();
}

#[test]
fn a_change_is_warned_about_when_it_was_not_filed_in_time() {
    let room = Room::with_ledger();
    filing(&room, "F", "").done();
    let change = |more: &str| room.run(format!("filing change F {more}"));
    // Items, method and the like before; name, address and representative without delay after.
    let items = "--item 氏名:ordinary:public --item 電話番号:ordinary:public";
    change(&format!("{items} --effective 2026-05-01")).refused().says("before it takes effect");
    change(&format!("{items} --effective 2026-05-01 --filed-on 2026-05-01")).done().says("warning: filed on");
    change("--effective 2026-06-01 --filed-on 2026-05-31 --request-method ウェブ").done().says_not("warning");
    change("--effective 2026-07-01 --representative '見本 三郎'").done().says("without delay");
    change("--effective 2026-07-01 --filed-on 2026-07-15 --representative '見本 三郎'")
        .done()
        .says_not("warning");
    change("--effective 2026-07-20 --filed-on 2026-08-04 --name 新名簿").done().says("filed 15 days after");
    change("--effective 2026-06-01 --filed-on 2026-05-01").refused().says("lies before");
    change("--effective 2026-09-01 --filed-on 2026-11-24").refused().says("still to come");
    room.run("filing change G --effective 2026-09-01").refused().says("there is no filing");
    room.run("filing stop F --effective 2026-10-01").done().says("without delay");
    change("--effective 2026-11-01 --filed-on 2026-10-01").refused().says("has ended");
    let history = room.run("filing list --json").done().objects();
    assert_eq!(history.len(), 7);
    let at = |day: &str| room.run(["filing", "show", "F", "--day", day, "--json"]).done().objects().remove(0);
    assert_eq!(at("2026-04-30")["items"][1]["name"], "住所");
    assert_eq!(at("2026-05-01")["items"][1]["name"], "電話番号");
    assert_eq!(at("2026-08-01")["name"], "新名簿");
    room.run("filing show F --day 2026-10-01").refused();
    room.run("verify").done();
}

#[test]
fn the_notice_has_its_six_points_and_the_form_all_items_in_both_languages() {
    let mut room = Room::with_ledger();
    filing(&room, "F", "--publication yes").done();
    for (lang, points) in [
        (
            "en",
            [
                "provides personal data to third parties",
                "Data items provided",
                "How they are provided",
                "stops on request",
                "How to ask for it",
                "have been filed",
            ],
        ),
        (
            "ja",
            [
                "個人データを第三者に提供します",
                "個人データの項目",
                "提供の方法",
                "提供を停止します",
                "求めを受け付ける方法",
                "届け出ています",
            ],
        ),
    ] {
        room.lang = lang;
        let notice = room.run("filing notice F").done().stdout;
        for point in
            points.into_iter().chain(["氏名", "住所", "電子ファイル", "電話または書面", "2026-03-01"])
        {
            assert!(notice.contains(point), "{point}: {notice}");
        }
        let form = room.run("filing form F").done().stdout;
        assert!(form.starts_with('\u{feff}'));
        for value in
            FILING.words().iter().skip(1).step_by(2).map(|v| v.split(':').next().unwrap()).chain(["年に一度"])
        {
            assert!(form.contains(&format!(",{value}\r\n")), "{value}: {form}");
        }
    }
}

#[test]
fn opt_out_must_match_a_filing_from_the_first_one_on() {
    let mut room = Room::with_ledger();
    acme(&room);
    provision(&room, "2026-05-01", "C-1", "").done().says("no filing to compare with");
    filing(&room, "F", "").done();
    provision(&room, "2026-03-31", "C-1", "").done().says("before the first filing");
    provision(&room, "2026-04-01", "C-1", "").done().says_not("filing");
    provision(&room, "2026-04-01", "C-1", "--item 電話番号")
        .refused()
        .says("not in filing F")
        .says("Act 27(2)");
    provision(&room, "2026-04-01", "C-1", "--item '氏　名'").done();
    provision(&room, "2026-04-01", "C-1", "--filing G").refused().says("no such filing");
    // Several in force: one must be named.
    filing(&room, "G", "--item 電話番号:ordinary:public").done();
    provision(&room, "2026-04-01", "C-1", "").refused().says("F, G").says("--filing");
    provision(&room, "2026-04-01", "C-1", "--filing G --item 電話番号").done();
    provision(&room, "2026-04-01", "C-1", "--filing F --item 電話番号").refused();
    room.run("filing stop F --effective 2026-09-01 --filed-on 2026-09-01").done();
    room.run("filing stop G --effective 2026-09-01 --filed-on 2026-09-01").done();
    provision(&room, "2026-08-31", "C-1", "--filing F").done();
    provision(&room, "2026-09-01", "C-1", "--filing F").refused().says("not in force on 2026-09-01");
    provision(&room, "2026-09-01", "C-1", "").refused().says("no filing was in force");
    provision(&room, "2026-09-01", "C-1", "--as-happened").done().says("filing:none");
    // Consent asks for no filing.
    provision(&room, "2026-09-01", "C-1", "--basis consent").cannot();
    room.record("--principal-id C-1").refused();
    room.lang = "ja";
    provision(&room, "2026-04-01", "C-1", "--filing F --item 電話番号").refused().says("届け出ていない項目");
    room.run("verify").done();
}

#[test]
fn an_item_that_was_filed_late_was_not_filed_before() {
    let room = Room::with_ledger();
    acme(&room);
    filing(&room, "F", "").done();
    let items = "--item 氏名:ordinary:public --item 電話番号:ordinary:public";
    let args = "filing change F --effective 2026-05-01 --filed-on 2026-06-01".and(items);
    room.run(&args).done().says("warning");
    provision(&room, "2026-05-31", "C-1", "--item 電話番号").refused().says("not in filing");
    provision(&room, "2026-06-01", "C-1", "--item 電話番号").done();
    provision(&room, "2026-06-01", "C-1", "--item 住所").refused();
    provision(&room, "2026-04-30", "C-1", "--item 住所").done();
}

#[test]
fn nothing_goes_out_about_a_principal_who_has_asked_to_stop() {
    let mut room = Room::with_ledger();
    acme(&room);
    room.run("optout add --received 2026-06-01").refused().says("whom it is about");
    room.run("optout add --principal-id C-1 --filing F").refused().says("there is no filing");
    room.run("optout add --principal-id C-1 --received 2026-11-24").refused().says("still to come");
    room.run(
        "optout add --principal-id C-1 --principal-name '見本 花子' --received 2026-06-01 \
         --effective 2026-06-03 --channel 電話",
    )
    .done()
    .says("entry 2, in force from 2026-06-03");
    provision(&room, "2026-06-02", "C-1", "").done();
    provision(&room, "2026-06-03", "Ｃ－1", "").refused().says("has asked to stop: entry 2");
    provision(&room, "2026-06-03", "C-2", "--principal-name '見本 花子'").done();
    room.write(
        "batch.csv",
        "提供年月日,提供先ID,本人の氏名,個人データの項目\n2026-06-03,acme,見本花子,氏名\n",
    );
    room.run("import batch.csv --basis opt-out").refused().says("batch.csv:2: ").says("has asked to stop");
    // What happened is recorded, and stays visible.
    provision(&room, "2026-06-04", "C-1", "--as-happened").done().says("stopped:2");
    let breaches = room.run("list --breaches --json").done().objects();
    assert_eq!(breaches.len(), 1);
    assert_eq!(breaches[0]["breaches"], serde_json::json!(["stopped:2"]));
    room.run("verify").done().says("records with a breach on them: 1");
    // Consent is another basis.
    room.run(
        "record --provided-on 2026-06-05 --recipient-id acme --principal-id C-1 --item 氏名 --basis consent",
    )
    .done();
    room.run("optout list").done().says("見本 花子").says("2026-06-03");
    room.run("optout withdraw 2").cannot().says("--reason");
    room.run("optout withdraw 3 --reason x").refused().says("no request to stop");
    room.run("optout withdraw 2 --from 2026-07-01 --reason 本人の申出").done();
    room.run("optout withdraw 2 --reason x").refused();
    provision(&room, "2026-06-30", "C-1", "").refused();
    provision(&room, "2026-07-01", "C-1", "").done();
    let listed = room.run("optout list --json").done().objects().remove(0);
    assert_eq!(listed["withdrawn_from"], "2026-07-01");
    room.run("optout list --day 2026-07-01").done().says("no requests to stop");
    room.lang = "ja";
    provision(&room, "2026-06-30", "C-1", "").refused().says("停止を求めています");
    room.run("optout list").done().says("2026-07-01 から撤回");
    room.run("verify").done();
}

#[test]
fn an_outbound_list_is_split_and_nothing_of_it_is_lost() {
    let mut room = Room::with_ledger();
    room.run("optout add --principal-id C-1 --principal-name '見本 花子' --received 2026-06-01").done();
    room.run("optout add --principal-name '架空 次郎' --received 2026-06-01").done();
    let list = "会員番号,氏名,メモ\r\nC-1,誰か,\"a,\"\"b\"\"\"\r\nＣ－２,見本 花子,\r\n,見本花子,x\r\nC-3,架空　次郎,\r\n,,y\r\nC-4,別 人,\"改\n行\"\r\n";
    let run = |room: &Room, n: &str, more: &str| {
        let (out, stopped) = (format!("a{n}.csv"), format!("s{n}.csv"));
        let ran = room.run(format!("optout screen list.csv --out {out} --stopped {stopped} {more}"));
        let read = |name: &str| {
            String::from_utf8_lossy(&std::fs::read(room.path(name)).unwrap_or_default()).into_owned()
        };
        let (out, stopped) = (read(&out), read(&stopped));
        (ran, out, stopped)
    };
    room.write("list.csv", list);
    let (ran, allowed, stopped) = run(&room, "1", "");
    ran.done().says("2 rows may go out on 2026-11-23, 4 rows may not");
    assert_eq!(allowed, "会員番号,氏名,メモ\r\nＣ－２,見本 花子,\r\nC-4,別 人,\"改\n行\"\r\n");
    assert_eq!(stopped.lines().count(), 5);
    assert!(
        stopped.contains("C-1,誰か,\"a,\"\"b\"\"\",\"request to stop, entry 1, from 2026-06-01\"\r\n"),
        "{stopped}"
    );
    assert!(stopped.contains(",,y,neither ID nor name"), "{stopped}");
    // Before the requests counted, everything but who is not named may go out.
    let (ran, _, stopped) = run(&room, "2", "--day 2026-05-31 --json");
    let counted = ran.done().objects().remove(0);
    assert_eq!((&counted["allowed"], &counted["stopped"]), (&5.into(), &1.into()));
    assert!(stopped.contains(",,y,"));
    // CP932, as Excel saves it.
    let (bytes, _, lossy) = encoding_rs::SHIFT_JIS.encode("顧客番号,氏名\r\nC-1,髙橋\r\nC-9,﨑山\r\n");
    assert!(!lossy);
    room.write("list.csv", &bytes);
    run(&room, "3", "").0.done().says("1 rows may go out");
    let bytes = room.read("a3.csv");
    let (text, ..) = encoding_rs::SHIFT_JIS.decode(&bytes);
    assert_eq!(text, "顧客番号,氏名\r\nC-9,﨑山\r\n");
    // What cannot be read stops it, and leaves nothing behind.
    for (n, (bad, said)) in [
        ("会員番号,氏名\r\nC-1\r\n", "list.csv:2: the row has 1 cells"),
        ("番地,電話\r\n1,2\r\n", "no column is understood as the principal"),
        ("会員番号,氏名\r\nC-1,\"x\r\n", "not closed"),
        ("", "empty"),
    ]
    .into_iter()
    .enumerate()
    {
        room.write("list.csv", bad);
        let n = format!("bad{n}");
        run(&room, &n, "").0.refused().says(said);
        for name in [format!("a{n}.csv"), format!("s{n}.csv")] {
            assert!(!room.path(&name).exists(), "{name}");
        }
    }
    let left: Vec<_> = std::fs::read_dir(room.path("")).unwrap().map(|e| e.unwrap().file_name()).collect();
    assert!(!left.iter().any(|n| n.to_string_lossy().contains("unfinished")), "{left:?}");
    room.write("list.csv", list);
    run(&room, "1", "").0.cannot().says("there already");
    room.lang = "ja";
    let (ran, _, stopped) = run(&room, "4", "");
    ran.done().says("提供できる行は 2 行、提供できない行は 4 行");
    assert!(stopped.contains("停止の求め（エントリ 1、2026-06-01 から）"), "{stopped}");
}

#[test]
fn a_request_that_counts_for_one_filing_leaves_the_others() {
    let room = Room::with_ledger();
    acme(&room);
    filing(&room, "F", "").done();
    filing(&room, "G", "").done();
    room.run("optout add --principal-id C-1 --received 2026-06-01 --filing F").done();
    provision(&room, "2026-06-02", "C-1", "--filing F").refused().says("has asked to stop");
    provision(&room, "2026-06-02", "C-1", "--filing G").done();
    room.write("list.csv", "本人ID\nC-1\n");
    let screen =
        |n: &str, more: &str| room.run(format!("optout screen list.csv --out a{n} --stopped s{n} {more}"));
    screen("1", "--filing F").done().says("0 rows may go out");
    screen("2", "--filing G").done().says("1 rows may go out");
    screen("3", "").done().says("0 rows may go out");
    screen("4", "--filing H").refused().says("there is no filing");
}

#[test]
fn what_is_in_force_stays_and_the_rest_goes_when_its_time_has_come() {
    let mut room = Room::with_ledger();
    acme(&room);
    filing(&room, "F", "").done();
    provision(&room, "2026-11-20", "C-1", "").done();
    room.run("optout add --principal-id C-8").done();
    room.run("optout add --principal-id C-9").done();
    room.run("optout withdraw 5 --from 2026-11-22 --reason 本人の申出").done();
    room.run("recipient set old --name '架空 個人' --type person").done();
    room.clock = "2028-01-10T03:00:00.000Z".into();
    room.states_the_day = true;
    let facts = |index: &str| room.run(["delete", index, "--json"]).done().objects().remove(0);
    assert_eq!(facts("7")["verdict"], "keep");
    assert_eq!(facts("5")["deletable_from"], "2029-11-24");
    provision(&room, "2028-01-10", "C-1", "").done();
    room.clock = "2030-01-10T03:00:00.000Z".into();
    let plan = |args: &str| {
        let all = room.run("delete --json".and(args)).done().objects();
        let line = |o: &serde_json::Value| {
            format!("{} {} {}", o["index"], o["verdict"].as_str().unwrap(), o["why"].as_str().unwrap())
        };
        all.iter().filter(|o| o.get("why").is_some()).map(line).collect::<Vec<_>>()
    };
    let expired = plan("--expired");
    let said = |index: u64, words: &str| {
        let line = expired.iter().find(|line| line.starts_with(&format!("{index} "))).unwrap();
        assert!(line.contains(words), "{line}");
    };
    said(1, "keep: record 3, which is kept, names this recipient");
    said(3, "erase");
    said(4, "it is in force");
    said(5, "erase");
    said(6, "erase");
    said(7, "erase");
    assert_eq!(expired.len(), 6, "{expired:?}");
    assert!(plan("--extra 2")[0].contains("it is in force"));
    let apply =
        |what: &str| room.run(format!("delete {what} --apply --reason 期限 --confirm-date 2030-01-10"));
    // The withdrawal goes before its request: the request is no longer in force all the same.
    apply("6").done();
    room.run("optout list").done().says("withdrawn from 2026-11-2");
    apply("4").refused();
    apply("--expired").done();
    room.run("verify").done();
    let left = room.run("optout list --json").done().objects();
    assert_eq!(left.len(), 1);
    assert_eq!(left[0]["principal_id"], "C-8");
    let bytes = crate::support::all_bytes(&room.ledger());
    assert!(
        !bytes.windows("架空 個人".len()).any(|w| w == "架空 個人".as_bytes()),
        "a natural person's name is left"
    );
    // The recipient that a kept record names stays, and is not offered again as erased.
    room.run("recipient show acme").done();
    room.run("recipient show old").refused();
    room.run("filing stop F --effective 2030-01-10 --filed-on 2030-01-10").done();
    apply("--extra 2").done();
    room.run("filing show F --day 2029-01-01").done().says_not("見本 次郎");
    room.run("verify").done();
}
