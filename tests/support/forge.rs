//! A forger in tests: someone who has everything, the file, the fingerprint secret, and this program's own library, so that
//! every hash is right.
#![allow(
    dead_code,
    missing_docs,
    unreachable_pub,
    clippy::unwrap_used,
    clippy::panic,
    reason = "a harness for tests"
)]

use std::time::Duration;

use provlog::ledger::{Base, Kind, Timestamp};
use provlog::store::{Act, Appender, Clock, Failure, Store, USUAL_WAIT, Wait, Writing};

use super::Room;
use super::folders::by_python;

/// One transaction on a day of the forger's choice, at noon in Japan.
pub fn append(room: &Room, at: &str, work: impl FnOnce(&mut Appender<'_>) -> Result<(), Failure>) {
    let store = Store::open_for_writing(&room.ledger(), USUAL_WAIT).unwrap();
    let fingerprints = store.fingerprints().unwrap();
    let mut wait = Wait { limit: Duration::from_secs(5), without_anchor: false, notify: &mut || () };
    let now = Timestamp::from_text(format!("{at}T03:00:00.000Z").as_bytes()).unwrap();
    // Whoever forges states the day of the forgery.
    let clock = Clock { read: &|| Some(now), confirmed_on: Some(now.legal_day()) };
    store.append(&mut Writing { wait: &mut wait, clock: &clock, fingerprints: &fingerprints }, work).unwrap();
    store.finish_erasure(&mut wait).unwrap();
}

/// Both the ledger and a folder made from it must tell; `said` by the ledger.
#[track_caller]
pub fn is_found(room: &mut Room, what: &str, said: &str) {
    room.clock = "2027-01-10T03:00:00.000Z".to_owned();
    room.states_the_day = true;
    room.run("verify").refused().says(said);
    room.run(["export", "--out", what, "--confirm-date", "2027-01-10"]).done();
    room.run(["verify", "--bundle", what]).refused().says(said);
    let (status, told) = by_python(room, what, "").unwrap_or((1, "FINDING".to_owned()));
    assert!(status == 1 && told.contains("FINDING"), "{what}: verify.py takes it for good: {told}");
}

/// An entry of a permanent kind with facts of the forger's own.
pub fn entry(a: &mut Appender<'_>, kind: Kind, facts: &[u8]) -> Result<(), Failure> {
    a.entry(Act { kind, about: None, base: Base::None, facts, extra: &[] }).map(drop)
}
