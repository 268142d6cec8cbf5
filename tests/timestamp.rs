//! RFC 3161: what an authority stamps is exactly the checkpoint, and `openssl ts` agrees. The authority is made here, with
//! openssl; where there is none, the test says that it was left out.
#![allow(clippy::unwrap_used, clippy::panic, clippy::print_stderr, reason = "a test")]

use std::process::Command;

use crate::support::{NOW, Room};

const CONFIG: &str = "[tsa]\ndefault_tsa = here\n[here]\nserial = ./serial\ncrypto_device = builtin\n\
    signer_digest = sha256\ndefault_policy = 1.2.3.4.1\nother_policies = 1.2.3.4.2\ndigests = sha256, sha384\n\
    ess_cert_id_alg = sha256\n[ext]\nextendedKeyUsage = critical,timeStamping\nkeyUsage = critical,digitalSignature\n";

fn openssl(room: &Room, args: &str) -> bool {
    let args: Vec<&str> = args.split_whitespace().collect();
    Command::new("openssl").args(args).current_dir(room.path(".")).output().unwrap().status.success()
}

/// A ledger and an authority beside it; `None` where there is no openssl.
fn room() -> Option<Room> {
    if Command::new("openssl").arg("version").output().is_err() {
        eprintln!("LEFT OUT: openssl is not installed, so there is no time-stamping authority to ask");
        return None;
    }
    let room = Room::with_ledger();
    room.write("tsa.cnf", CONFIG);
    room.write("serial", "01\n");
    for step in [
        "req -x509 -newkey rsa:2048 -nodes -keyout ca.key -out ca.pem -days 3650 -subj /CN=Sample-CA",
        "req -newkey rsa:2048 -nodes -keyout tsa.key -out tsa.csr -subj /CN=Sample-TSA",
        "x509 -req -in tsa.csr -CA ca.pem -CAkey ca.key -CAcreateserial -days 3650 -extfile tsa.cnf -extensions ext -out tsa.pem",
    ] {
        assert!(openssl(&room, step), "{step}");
    }
    Some(room)
}

fn stamp(room: &Room, query: &str, reply: &str) {
    assert!(openssl(
        room,
        &format!("ts -reply -config tsa.cnf -queryfile {query} -signer tsa.pem -inkey tsa.key -out {reply}")
    ));
}

#[test]
fn an_authority_stamps_exactly_the_checkpoint() {
    let Some(room) = room() else { return };
    let note = room.run("checkpoint --timestamp-query q.tsq").done().says("q.tsq").stdout;
    room.write("c.note", &note);
    stamp(&room, "q.tsq", "r.tsr");
    // What we asked for is what openssl finds stamped of the file.
    assert!(openssl(&room, "ts -verify -in r.tsr -data c.note -CAfile ca.pem"));
    room.run("checkpoint --attach r.tsr")
        .done()
        .says("is over the checkpoint of 1 entries")
        .says("was not checked here")
        .says("openssl ts -verify");
    room.run("checkpoint --attach r.tsr --json").done().says("\"signature_checked\":false");
    assert_eq!(room.query::<u64>("SELECT count(*) FROM timestamp"), 1, "the same reply is kept once");
    room.run("verify").done().says("whether an authority has signed it was not checked here");

    // Replies to something else, and what is no reply, in both languages.
    room.write("other", "another text\n");
    assert!(openssl(&room, "ts -query -data other -sha256 -cert -out other.tsq"));
    stamp(&room, "other.tsq", "other.tsr");
    assert!(openssl(&room, "ts -query -data c.note -sha384 -cert -out sha384.tsq"));
    stamp(&room, "sha384.tsq", "sha384.tsr");
    room.write("large.tsr", vec![0u8; 70_000]);
    room.write("refused.tsr", [0x30, 5, 0x30, 3, 2, 1, 2]);
    let mut room = room;
    for (file, english, japanese) in [
        ("other.tsr", "not over a checkpoint of this ledger", "発行したままのチェックポイント"),
        ("sha384.tsr", "not SHA-256", "SHA-256 ではありません"),
        ("q.tsq", "not a reply of RFC 3161", "RFC 3161 の応答"),
        ("c.note", "not a reply of RFC 3161", "RFC 3161 の応答"),
        ("large.tsr", "longer than 64 KiB", "64 KiB を超えて"),
        ("refused.tsr", "the authority refused (status 2)", "断っています"),
    ] {
        for (lang, says) in [("en", english), ("ja", japanese)] {
            room.lang = lang;
            room.run(["checkpoint", "--attach", file]).refused().says(says);
        }
    }
    room.lang = "en";
    room.run("checkpoint --attach missing.tsr").cannot();
    room.run("checkpoint --timestamp-query q.tsq").cannot().says("nothing is overwritten");
    assert_eq!(room.query::<u64>("SELECT count(*) FROM timestamp"), 1);

    // A reply that was exchanged in the ledger is found.
    let other: Vec<u8> = room.read("other.tsr");
    let conn = rusqlite::Connection::open(room.ledger()).unwrap();
    conn.execute("UPDATE timestamp SET reply = ?1", [&other]).unwrap();
    room.run("verify")
        .refused()
        .says("a timestamp that the ledger keeps is not over its checkpoint of 1 entries");
}

#[test]
fn a_timestamp_earlier_than_an_erasure_before_it_is_a_finding() {
    let Some(mut room) = room() else { return };
    room.record("--principal-id A").done();
    // A clock far ahead erases what must stay; the authority knows better.
    room.clock = "2099-01-01T00:00:00.000Z".into();
    room.states_the_day = true;
    room.run("delete --expired --apply --reason x --confirm-date 2099-01-01").done();
    room.run("verify").done();
    room.run("checkpoint --timestamp-query q.tsq").done();
    stamp(&room, "q.tsq", "r.tsr");
    room.run("checkpoint --attach r.tsr").done();
    room.run("verify")
        .refused()
        .says("erasure entry 2 says 2099-01-01")
        .says("the clock was ahead when it erased");
    assert_ne!(room.clock, NOW);
}
