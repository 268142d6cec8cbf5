//! Checkpoints: what leaves the house, and what it shows later of a log that was cut, rolled back, rewritten or replaced.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test")]

use crate::support::{Room, history};
use ed25519_dalek::SigningKey;
use ed25519_dalek::pkcs8::DecodePrivateKey as _;
use provlog::ledger::Digest;
use provlog::ledger::note::{Checkpoint, Note, TlogProof, VerifierKey, sign};
use provlog::ledger::proof::{is_consistent, root_of_inclusion};

const ORIGIN: &str = "sample.invalid/log";

/// A ledger with a name of its own and 600 records.
fn room() -> Room {
    let room = Room::new();
    room.run(["init", "--operator", "Sample K.K.", "--origin", ORIGIN]).done();
    room.write("h.csv", history(600, 21));
    room.run("import h.csv --basis opt-out").done();
    room
}

/// Issues a checkpoint into a file and returns it.
fn issue(room: &Room, file: &str) -> String {
    let note = room.run("-q checkpoint").done().stdout;
    room.write(file, &note);
    note
}

/// The key in force.
fn key(room: &Room) -> String {
    let keys = room.run("key").done().stdout;
    keys.lines().last().unwrap().split_whitespace().nth(1).unwrap().to_owned()
}

fn opened(note: &str, key: &str) -> Checkpoint {
    let key = VerifierKey::parse(key).unwrap();
    Checkpoint::parse(Note::parse(note.as_bytes()).unwrap().verified(&[key]).unwrap()).unwrap()
}

fn copy(room: &Room, from: &str, to: &str) {
    std::fs::copy(room.path(from), room.path(to)).unwrap();
}

fn private_key(room: &Room) -> SigningKey {
    let pem = std::fs::read_to_string(room.path("provlog.db.signing-key.pem")).unwrap();
    SigningKey::from_pkcs8_pem(&pem).unwrap()
}

#[test]
fn a_checkpoint_says_what_verify_says_and_is_issued_once_a_size() {
    let room = room();
    let first = room.run("checkpoint").done().says("Checkpoint of 602 entries").stdout;
    let again = room.run("checkpoint").done().says("was issued before").stdout;
    assert_eq!(first, again, "exactly the bytes of the first time");
    let checkpoint = opened(&first, &key(&room));
    assert_eq!((checkpoint.origin.as_str(), checkpoint.size), (ORIGIN, 602));
    let verified = room.run("verify --json").done().objects().pop().unwrap();
    assert_eq!(verified["root"], checkpoint.root.to_string());
    let json = room.run("checkpoint --json").done().objects().pop().unwrap();
    assert_eq!(json["checkpoint"], first.as_str());
    assert_eq!(json["key"], key(&room).as_str());
    // It is not an entry.
    assert_eq!(room.query::<u64>("SELECT count(*) FROM entry"), 602);
}

#[test]
fn a_log_that_grew_continues_its_checkpoints() {
    let room = room();
    room.run("verify").done().says("nothing here is signed");
    issue(&room, "old.note");
    room.record("--principal-id A").done();
    room.run("verify").done().says("none was given to compare with").says_not("nothing here is signed");
    room.run("verify --checkpoint old.note")
        .done()
        .says("continues the checkpoint of 602 entries")
        .says("a key that the ledger itself names");
    let by_key = room.run(["verify", "--checkpoint", "old.note", "--key", &key(&room), "--json"]).done();
    assert!(!by_key.stdout.contains("ledgers-own-key"));
    assert_eq!(by_key.objects().pop().unwrap()["continues"]["size"], 602);
}

#[test]
fn a_log_that_was_cut_or_rolled_back_is_found() {
    let room = room();
    copy(&room, "provlog.db", "backup.db");
    room.record("--principal-id A").done();
    issue(&room, "c.note");
    // Rolled back to the backup.
    copy(&room, "provlog.db", "whole.db");
    copy(&room, "backup.db", "provlog.db");
    room.run("verify").done().says("VERIFIED");
    let found = room.run("verify --checkpoint c.note").against();
    let found = found.says("the log had 603 entries when the checkpoint was made, and has 602 now");
    found.says_not("continues the checkpoint").says("NOT VERIFIED");
    // Cut by hand, with everything else made to fit.
    copy(&room, "whole.db", "provlog.db");
    room.tamper(
        "DELETE FROM entry WHERE idx = 602; DELETE FROM lookup WHERE idx = 602; DELETE FROM checkpoint;
         UPDATE state SET size = 602;
         DELETE FROM party WHERE id NOT IN (SELECT party FROM entry WHERE party IS NOT NULL);
         DELETE FROM items WHERE id NOT IN (SELECT items FROM entry WHERE items IS NOT NULL);
         DELETE FROM circumstance WHERE id NOT IN (SELECT circumstance FROM entry WHERE circumstance IS NOT NULL)",
    );
    room.run("verify").done();
    room.run("verify --checkpoint c.note").against().says("its end was cut off");
    // The log's own memory notices as well, where it was left.
    copy(&room, "whole.db", "provlog.db");
    room.tamper("DELETE FROM entry WHERE idx = 602; DELETE FROM lookup WHERE idx = 602");
    room.run("verify").refused().says("a checkpoint of 603 entries that it cannot have issued");
    room.run("checkpoint").no_ledger().says("shorter than its last checkpoint");
}

#[test]
fn a_log_that_was_rewritten_or_replaced_is_found() {
    let room = room();
    copy(&room, "provlog.db", "fork.db");
    room.record("--principal-id A").done();
    issue(&room, "c.note");
    // Another history from entry 602 on, by somebody who has file, secret and key.
    copy(&room, "fork.db", "provlog.db");
    room.record("--principal-id B").done();
    room.record("--principal-id C").done();
    issue(&room, "forged.note");
    room.run("verify --checkpoint forged.note").done();
    let found = room.run("verify --checkpoint c.note").against();
    found.says("does not continue the one of the checkpoint").says_not("The log continues");
    room.run("checkpoint --since c.note").against().says("c.note: the log does not continue");
    // Another ledger altogether, of the same name: only the key that was noted tells.
    let noted = key(&room);
    for name in ["provlog.db", "provlog.db.fingerprint-secret", "provlog.db.signing-key.pem"] {
        std::fs::remove_file(room.path(name)).unwrap();
    }
    room.run(["init", "--operator", "Sample K.K.", "--origin", ORIGIN]).done();
    room.run("verify --checkpoint c.note").refused().says("no known key has signed the checkpoint");
    let by_key = room.run(["verify", "--checkpoint", "c.note", "--key", &noted]).against();
    by_key.says("the log had 603 entries when the checkpoint was made, and has 1 now");
}

/// Name, note, `--key`, and what is said in English and in Japanese.
type Case<'a> = (&'a str, Vec<u8>, Option<&'a str>, &'a str, &'a str);

#[test]
fn a_checkpoint_that_is_not_to_be_believed_fails_and_says_why_in_both_languages() {
    let mut room = room();
    let good = issue(&room, "good.note");
    let mine = private_key(&room);
    let theirs = SigningKey::from_bytes(&[7; 32]);
    let line = good.rsplit_once("\n\n").unwrap().1.to_owned();
    let text = format!("{}\n", good.rsplit_once("\n\n").unwrap().0);
    let other_key = VerifierKey::new(ORIGIN, theirs.verifying_key().as_bytes()).unwrap().to_string();
    let other_log = text.replace(ORIGIN, "other.invalid");
    let cases: Vec<Case<'_>> = vec![
        (
            "size",
            good.replace("\n602\n", "\n601\n").into(),
            None,
            "the checkpoint was changed",
            "変えられています",
        ),
        (
            "key",
            sign(&text, ORIGIN, &theirs).into(),
            None,
            "no known key has signed",
            "知っている鍵の署名がありません",
        ),
        (
            "given",
            good.clone().into(),
            Some(&other_key),
            "no known key has signed",
            "知っている鍵の署名がありません",
        ),
        ("log", sign(&other_log, ORIGIN, &mine).into(), None, "of another log", "別の台帳"),
        ("unsigned", format!("{text}\n").into(), None, "there is no signature", "署名がありません"),
        ("17", format!("{good}{}", line.repeat(16)).into(), None, "more than 16", "16 を超えています"),
        ("base64", good.replace("=\n", "\n").into(), None, "signature line 1", "1 番目の署名"),
        ("crlf", good.replace('\n', "\r\n").into(), None, "plain text", "普通のテキスト"),
        ("binary", vec![0xff; 40], None, "plain text", "普通のテキスト"),
        ("empty", Vec::new(), None, "no text before", "本文がありません"),
        ("large", vec![b'a'; 70_000], None, "longer than 64 KiB", "64 KiB を超えています"),
        (
            "text",
            sign("a\nb\n", ORIGIN, &mine).into(),
            None,
            "not origin, size and root",
            "三行ではありません",
        ),
    ];
    for (name, note, key, english, japanese) in cases {
        room.write("bad.note", note);
        let mut args = vec!["verify", "--checkpoint", "bad.note"];
        args.extend(key.map(|key| ["--key", key]).into_iter().flatten());
        for (lang, says) in [("en", english), ("ja", japanese)] {
            room.lang = lang;
            let found = room.run(&args).refused().says(says);
            let not = if lang == "en" { "The log continues" } else { "続きです" };
            assert!(!found.stdout.contains(not), "{name}: {}", found.stdout);
        }
    }
    room.lang = "en";
    room.run("verify --checkpoint missing.note").cannot().says("missing.note");
    room.run("verify --checkpoint good.note --key x").refused().says("NAME+ID+KEY");
    room.run(["verify", "--key", &other_key]).cannot().says("--checkpoint");
}

#[test]
fn nothing_altered_is_signed() {
    for (sql, says) in [
        ("UPDATE entry SET note = 'x' WHERE idx = 602", "entry 602 cannot be used"),
        ("UPDATE entry SET leaf = zeroblob(32) WHERE idx = 602", "entry 602 cannot be used"),
        ("UPDATE node SET hash = zeroblob(32) WHERE level = 9 AND number = 0", "does not continue"),
        ("UPDATE checkpoint SET note = replace(note, '602', '601')", "not one of its own"),
        ("UPDATE entry SET leaf = zeroblob(32) WHERE idx = 601", "does not continue"),
    ] {
        let room = room();
        issue(&room, "c.note");
        room.record("--principal-id A").done();
        room.tamper(sql);
        let refused = room.run("checkpoint");
        assert!([1, 3].contains(&refused.status), "{sql}");
        let refused = refused.says(says);
        assert_eq!(refused.stdout, "", "{sql}");
        assert_eq!(room.query::<u64>("SELECT count(*) FROM checkpoint"), 1, "{sql}");
    }
    // The first checkpoint looks at everything.
    let room = room();
    room.tamper("UPDATE entry SET note = 'x' WHERE idx = 3");
    room.run("checkpoint").refused().says("entry 3 cannot be used");
}

#[test]
fn after_a_change_of_keys_old_checkpoints_stay_valid_and_the_old_key_signs_nothing_new() {
    let room = room();
    let first = issue(&room, "first.note");
    let (old_key, old_private) = (key(&room), private_key(&room));
    room.run("key --rotate").cannot().says("--reason");
    room.run("key --rotate --reason 'a new holder'").done().says("The signing key was changed (entry 602)");
    let new_key = key(&room);
    assert_ne!(old_key, new_key);
    let second = issue(&room, "second.note");
    assert_eq!(opened(&first, &old_key).size, 602);
    let state = opened(&second, &new_key);
    assert_eq!(state.size, 603);
    for note in ["first.note", "second.note"] {
        room.run(["verify", "--checkpoint", note]).done().says("The log continues");
    }
    // A true state, signed by a key that was put away.
    room.write("late.note", sign(&state.text(), ORIGIN, &old_private));
    room.run("verify --checkpoint late.note").refused().says("not in force then");
    room.run("show 602").done().says("a new holder");
}

#[test]
fn a_key_that_is_lost_wrong_or_half_changed_is_told_apart() {
    let room = room();
    let pem = "provlog.db.signing-key.pem";
    copy(&room, pem, "kept.pem");
    std::fs::remove_file(room.path(pem)).unwrap();
    room.run("checkpoint").no_ledger().says("the signing key is not at");
    room.write(pem, "nonsense");
    room.run("checkpoint").no_ledger().says("is not a signing key");
    let other = Room::with_ledger();
    std::fs::copy(other.path(pem), room.path(pem)).unwrap();
    room.run("checkpoint").no_ledger().says("is not the key that this ledger names");
    // Everything else works without it, and verification as well.
    room.record("--principal-id A").done();
    room.run("verify").done();
    copy(&room, "kept.pem", pem);
    issue(&room, "c.note");
    // A crash after the log was told of the new key, before the file got its place: the next checkpoint goes on.
    room.run("key --rotate --reason test").done();
    copy(&room, pem, "provlog.db.signing-key.pem.next");
    copy(&room, "kept.pem", pem);
    let new = key(&room);
    assert_eq!(opened(&issue(&room, "d.note"), &new).size, 604);
    assert!(!room.path("provlog.db.signing-key.pem.next").exists());
    // A crash before the log was told: the key that waits was never used.
    room.write("provlog.db.signing-key.pem.next", "left behind");
    room.record("--principal-id B").done();
    assert_eq!(opened(&issue(&room, "e.note"), &new).size, 605);
    room.run("key --rotate --reason test").done();
    assert_eq!(opened(&issue(&room, "f.note"), &key(&room)).size, 606);
    // A lost key is replaced by a new one.
    std::fs::remove_file(room.path(pem)).unwrap();
    room.run("key --rotate --reason lost").done();
    assert_eq!(opened(&issue(&room, "g.note"), &key(&room)).size, 607);
    for note in ["c.note", "d.note", "e.note", "f.note", "g.note"] {
        room.run(["verify", "--checkpoint", note]).done();
    }
}

#[test]
fn a_hidden_key_entry_is_found() {
    let room = room();
    room.run("key --rotate --reason test").done();
    // The index of rare kinds no longer covers it: SQLite would answer as if there were no key entry.
    room.tamper(
        "DROP INDEX entry_acts; CREATE INDEX entry_acts ON entry(kind) WHERE kind NOT IN (1, 2);
         PRAGMA writable_schema = ON;
         UPDATE sqlite_schema SET sql = 'CREATE INDEX entry_acts ON entry(kind) WHERE kind NOT IN (1, 2) AND kind <> 13' WHERE name = 'entry_acts';
         PRAGMA writable_schema = OFF",
    );
    room.tamper("REINDEX entry_acts");
    room.tamper(
        "PRAGMA writable_schema = ON;
         UPDATE sqlite_schema SET sql = 'CREATE INDEX entry_acts ON entry(kind) WHERE kind NOT IN (1, 2)' WHERE name = 'entry_acts';
         PRAGMA writable_schema = OFF",
    );
    room.run("verify").refused().says("entry 602 cannot be found");
}

#[test]
fn a_proof_of_one_entry_leads_to_the_checkpoint() {
    let room = room();
    room.run("show 5 --proof p").refused().says("provlog checkpoint");
    let checkpoint = opened(&issue(&room, "c.note"), &key(&room));
    room.record("--principal-id A").done();
    for index in [0, 1, 5, 255, 256, 511, 512, 600, 601] {
        let (name, index_text) = (format!("{index}.tlog-proof"), index.to_string());
        let shown = room.run(["show", &index_text, "--proof", &name, "--json"]).done();
        let header = shown.objects()[0]["header"].as_str().unwrap().to_owned();
        let leaf = provlog::ledger::hash::leaf_hash(header.as_bytes());
        let text = std::fs::read_to_string(room.path(&name)).unwrap();
        let proof = TlogProof::parse(&text).unwrap();
        assert_eq!(proof.index, index);
        assert_eq!(opened(proof.checkpoint, &key(&room)), checkpoint);
        assert_eq!(root_of_inclusion(index, 602, leaf, &proof.hashes), Some(checkpoint.root), "{index}");
    }
    room.run("show 5 --proof 5.tlog-proof").cannot().says("nothing is overwritten");
    room.run("show 602 --proof late").refused().says("no checkpoint covers entry 602");
    room.tamper("UPDATE entry SET note = 'x' WHERE idx = 7");
    room.run("show 7 --proof seven").refused().says("does not verify");
    assert!(!room.path("seven").exists());
}

#[test]
fn two_checkpoints_are_shown_to_be_one_log() {
    let room = room();
    let mut notes = vec![issue(&room, "0.note")];
    for (n, rows) in [1, 300, 1].into_iter().enumerate() {
        room.write("more.csv", history(rows, 100 + n as u64));
        room.run("import more.csv --basis opt-out").done();
        notes.push(issue(&room, &format!("{}.note", n + 1)));
    }
    let key = key(&room);
    for (n, old) in notes.iter().enumerate() {
        let body = room.run(["-q", "checkpoint", "--since", &format!("{n}.note")]).done().stdout;
        let (old, new) = (opened(old, &key), opened(notes.last().unwrap(), &key));
        let (head, checkpoint) = body.split_once("\n\n").unwrap();
        assert_eq!(checkpoint, notes.last().unwrap());
        let mut lines = head.lines();
        assert_eq!(lines.next().unwrap(), format!("old {}", old.size));
        let proof: Vec<Digest> = lines.map(|l| Digest::from_text(l.as_bytes()).unwrap()).collect();
        assert!(is_consistent((old.size, old.root), (new.size, new.root), &proof), "{n}");
        room.run(["verify", "--checkpoint", &format!("{n}.note")]).done();
    }
}

#[test]
fn processes_that_ask_at_once_get_the_same_checkpoint() {
    let room = room();
    let notes: Vec<String> = std::thread::scope(|scope| {
        let asking: Vec<_> =
            (0..6).map(|_| scope.spawn(|| room.run("-q checkpoint").done().stdout)).collect();
        asking.into_iter().map(|a| a.join().unwrap()).collect()
    });
    assert!(notes.iter().all(|note| *note == notes[0]));
    assert_eq!(room.query::<u64>("SELECT count(*) FROM checkpoint"), 1);
}
