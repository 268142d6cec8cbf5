//! A year in the life of a list broker, and what comes after it: every command of the procedure, in the order in which a company
//! needs them; the log verifies at every step.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test")]

use crate::support::folders::agreed;
use crate::support::{Ran, Room, Words};

struct Broker {
    room: Room,
}

impl Broker {
    /// Goes on to a day and runs a command; the ledger verifies before and after.
    #[track_caller]
    fn on(&mut self, day: &str, args: impl Words) -> Ran {
        self.room.clock = format!("{day}T03:00:00.000Z");
        self.room.states_the_day = true;
        let ran = self.room.run(args);
        self.room.run("verify").done();
        ran
    }

    fn provision(&mut self, day: &str, id: &str, name: &str, more: &str) -> Ran {
        self.on(
            day,
            format!(
                "record --provided-on {day} --recipient-id acme --basis opt-out --principal-id {id} \
                 --principal-name '{name}' --item 氏名 --item 住所 --purpose 販売促進 {more}"
            ),
        )
    }
}

#[test]
fn a_year_in_the_life_of_a_list_broker() {
    let mut broker = Broker { room: Room::new() };
    broker.room.clock = "2026-02-01T03:00:00.000Z".into();
    broker.room.run("init --operator 架空名簿株式会社 --origin example.co.jp/provisions").done();

    // February: the filing, its notice and its form. What may not go by opt-out is refused.
    let parts = "--filed-on 2026-02-10 --number R8-1 --start-day 2026-03-01 --name 架空名簿株式会社 \
                 --address 東京都架空区見本9 --representative '見本 五郎' --telephone 03-0000-0000 \
                 --contact 個人情報窓口 --purpose 名簿の販売 --acquisition 公開情報から収集 \
                 --provision-method 電子ファイル --request-method 電話・書面 --update-method 年に一度 \
                 --item 氏名:ordinary:public --item 住所:ordinary:public";
    let add = |more: &str| format!("filing add list {parts} {more}");
    broker.on("2026-02-10", add("--item 病歴:special-care:public")).refused().says("special-care");
    broker.on("2026-02-10", add("")).done();
    broker.on("2026-02-10", "filing notice list --lang ja").done().says("届け出ています");
    broker.on("2026-02-10", "filing form list --lang ja").done().says("電話番号,03-0000-0000");

    // The buyer, its identity and its purpose.
    let buyer = "recipient set acme --name 架空商事株式会社 --address 東京都架空区見本1-2-3 \
                 --representative '見本 太郎' --check-date 2026-02-15 --check-method 登記事項証明書 \
                 --check-evidence '文書 12' --purpose ダイレクトメール";
    broker.on("2026-02-15", buyer).done();

    // Spring: provisions. What is not filed does not go out until a change of the filing is in force.
    broker.provision("2026-03-02", "C-1", "見本 花子", "").done();
    broker.provision("2026-03-02", "C-2", "架空 次郎", "--handler 販売部").done();
    broker
        .provision("2026-04-10", "C-1", "見本 花子", "--item 電話番号")
        .refused()
        .says("not in filing list");
    let change = "filing change list --effective 2026-05-01 --filed-on 2026-04-20 \
                  --item 氏名:ordinary:public --item 住所:ordinary:public --item 電話番号:ordinary:public";
    broker.on("2026-04-20", change).done().says_not("warning");
    broker.provision("2026-05-07", "C-1", "見本 花子", "--item 電話番号").done();

    // June: a request to stop. The next list is screened; the person is in no record from then on.
    let stop = "optout add --principal-id C-1 --principal-name '見本 花子' --received 2026-06-01 \
                --effective 2026-06-02 --channel 電話 --filing list";
    broker.on("2026-06-01", stop).done();
    broker.room.write(
        "next.csv",
        "会員番号,氏名,住所\nC-1,見本 花子,架空区1\nC-2,架空 次郎,架空区2\nC-3,例 三郎,架空区3\n",
    );
    let screen = "optout screen next.csv --out allowed.csv --stopped stopped.csv --filing list";
    broker.on("2026-06-10", screen).done().says("2 rows may go out on 2026-06-10, 1 rows may not");
    broker.room.write("sent.csv", "本人ID,本人の氏名\nC-2,架空 次郎\nC-3,例 三郎\n");
    let sent = "record --from sent.csv --provided-on 2026-06-10 --recipient-id acme --basis opt-out \
                --item 氏名 --item 住所 --filing list";
    broker.on("2026-06-10", sent).done();

    // July: somebody sends it all the same. The record can be made, and the breach stands on it.
    broker.provision("2026-07-15", "C-1", "見本 花子", "").refused().says("has asked to stop");
    broker.provision("2026-07-15", "C-1", "見本 花子", "--as-happened").done();
    let breaches = broker.on("2026-07-16", "list --breaches --json").done().objects();
    assert_eq!(breaches.len(), 1);

    // August: a slip is corrected; a record made twice is void.
    broker
        .on("2026-08-01", "correct 4 --set note=訂正の例 --set 'principal_name=架空 二郎' --reason 誤記")
        .done();
    broker.provision("2026-08-03", "C-2", "架空 次郎", "").done();
    broker.provision("2026-08-03", "C-2", "架空 次郎", "").done();
    broker.on("2026-08-04", "correct 13 --void --reason 二重に記録した").done();

    // September: an inspection of one month, signed; a checkpoint leaves the house.
    let checkpoint = broker.on("2026-09-01", "checkpoint").done().stdout;
    broker.room.write("noted", checkpoint);
    broker.on("2026-09-01", "export --out june --month 2026-06 --recipient-id acme --basis opt-out").done();
    assert!(agreed(&broker.room, "june", "", "june"));
    let table =
        |name: &str| String::from_utf8(broker.room.read(&format!("june/data/summary/{name}.csv"))).unwrap();
    assert!(
        table("provisions").contains("2026-06,provision,acme,架空商事株式会社,opt-out,2,2\r\n"),
        "{}",
        table("provisions")
    );
    assert!(
        table("recipients").contains("登記事項証明書,文書 12,ダイレクトメール"),
        "{}",
        table("recipients")
    );
    assert_eq!(
        table("filings").lines().filter(|l| l.contains("list,2026-0")).count(),
        2,
        "{}",
        table("filings")
    );
    assert!(
        table("stop-requests").contains("2026-06-01,2026-06-02,電話,list,\r\n"),
        "{}",
        table("stop-requests")
    );
    for file in ["provisions", "recipients", "filings", "stop-requests", "deletions"] {
        assert!(
            !table(file).contains("見本 花子") && !table(file).contains("C-1"),
            "{file} names a principal"
        );
    }

    // October: she asks what was done with her data.
    let copy =
        "disclose --principal-id C-1 --principal-name '見本 花子' --out copy --request-received 2026-10-01";
    broker.on("2026-10-05", copy).done().says("a copy of 3 records").says("2026-10-15");

    // A dispute about the provision of March: it is held.
    broker.on("2026-11-01", "hold add 4 --reason '訴訟 7号'").done();
    broker.on("2026-11-02", "filing stop list --effective 2026-11-30 --filed-on 2026-11-02").done();
    broker.provision("2026-11-30", "C-2", "架空 次郎", "").refused().says("no filing was in force");

    // More than three years later: nothing goes early, the held one not at all, the request to stop never.
    broker
        .on("2029-03-02", "delete 3 --apply --reason 期限 --confirm-date 2029-03-02")
        .refused()
        .says("2029-03-03");
    let expired = "delete --expired --apply --reason 保存期間の満了 --confirm-date 2030-01-15";
    broker.on("2030-01-15", "delete 4").done().says("the hold in entry");
    broker.on("2030-01-15", expired).done();
    let left = |room: &Room| -> Vec<u64> {
        let of = |args: &str| room.run(args).done().objects();
        let mut left = of("list --side provision --json");
        left.extend(of("list --kind stop-request --json"));
        left.iter().filter(|o| o.get("erased").is_none()).map(|o| o["index"].as_u64().unwrap()).collect()
    };
    assert_eq!(left(&broker.room).len(), 2, "the record under the hold, and the request to stop");
    broker.on("2030-01-16", "hold release 17 --reason 終結").done();
    let expired = "delete --expired --apply --reason 保存期間の満了 --confirm-date 2030-01-17";
    broker.on("2030-01-17", expired).done();
    assert_eq!(left(&broker.room), [7]);
    broker.on("2030-01-17", "verify --checkpoint noted").done();
    broker.on("2030-01-17", "export --out end").done();
    assert!(agreed(&broker.room, "end", "", "end"));
    let names: usize = ["見本 花子", "架空 二郎", "例 三郎"]
        .iter()
        .map(|name| {
            let ledger = broker.room.ledger_bytes().concat();
            ledger.windows(name.len()).filter(|w| *w == name.as_bytes()).count()
        })
        .sum();
    assert_eq!(names, 1, "the request to stop alone still names its principal");
}
