//! The contract of the store (`src/store/mod.rs`), told by a constructor: a second store would be held to the same.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test")]

use std::ops::ControlFlow;
use std::path::Path;
use std::time::Duration;

use provlog::ledger::{Kind, Timestamp};
use provlog::record::erasure::ErasedRun;
use provlog::record::{Basis, Provision};
use provlog::store::{
    BadValue, Beginning, Clock, Erased, Failure, Filter, Grounds, NewLedger, PlanRequest, RecordState, Store,
    USUAL_WAIT, Wait, Writing,
};

fn at(text: &str) -> Timestamp {
    Timestamp::from_text(text.as_bytes()).unwrap()
}

fn made() -> Timestamp {
    at("2021-05-10T03:00:00.000Z")
}

fn provision(id: &str) -> Provision {
    Provision {
        day: Some("2021-05-01".parse().unwrap()),
        party_name: Some("架空商事株式会社".into()),
        principal_id: Some(id.into()),
        items: vec!["氏名".into(), "住所".into()],
        basis: Some(Basis::OptOut),
        ..Provision::default()
    }
}

/// What a store is made by: create once, open as often as wanted.
struct Maker<'a> {
    create: &'a dyn Fn(),
    open: &'a dyn Fn() -> Store,
}

fn with_wait<T>(work: impl FnOnce(&mut Wait<'_>) -> T) -> T {
    work(&mut Wait { limit: Duration::from_secs(5), without_anchor: false, notify: &mut || () })
}

/// A clock that stands still, and nobody who has looked at a calendar.
fn clock() -> Clock<'static> {
    Clock { read: &|| Some(made()), confirmed_on: None }
}

fn append(store: &Store, ids: &[&str], fail: bool) -> Result<Vec<u64>, Failure> {
    let fingerprints = store.fingerprints()?;
    with_wait(|wait| {
        store.append(&mut Writing { wait, clock: &clock(), fingerprints: &fingerprints }, |a| {
            let mut indexes = Vec::new();
            for id in ids {
                let prepared = a.prepare(provision(id), None)?;
                indexes.push(a.record(&prepared)?.index);
            }
            if fail { Err(Failure::BadValue(BadValue::NoFacts)) } else { Ok(indexes) }
        })
    })
}

fn ids(store: &Store) -> Vec<Option<String>> {
    let mut all = Vec::new();
    let filter = Filter { kind: Some(Kind::Provision), ..Filter::default() };
    store
        .records(&filter, None, &mut |r| {
            all.push(r.provision.and_then(|p| p.principal_id));
            Ok::<_, Failure>(ControlFlow::Continue(()))
        })
        .unwrap();
    all
}

fn the_contract_of_a_store(maker: &Maker<'_>) {
    (maker.create)();
    let store = (maker.open)();

    // Consecutive indexes; what was committed is there for whoever opens it next.
    assert_eq!(append(&store, &["a", "b"], false).unwrap(), [1, 2]);
    assert_eq!(append(&(maker.open)(), &["c"], false).unwrap(), [3]);
    assert_eq!(store.size().unwrap(), 4);

    // All or nothing.
    append(&store, &["d", "e"], true).unwrap_err();
    assert_eq!(store.size().unwrap(), 4);
    assert_eq!(append(&store, &["f"], false).unwrap(), [4]);
    assert_eq!(ids(&store), ["a", "b", "c", "f"].map(|s| Some(s.to_owned())));

    // A value that the format does not take is never hashed.
    assert!(matches!(append(&store, &["bell \u{7}"], false), Err(Failure::BadValue(_))));

    // A second writer waits for the first, and gives up in the end without having changed anything.
    let second = (maker.open)();
    let fingerprints = store.fingerprints().unwrap();
    with_wait(|wait| {
        store.append(&mut Writing { wait, clock: &clock(), fingerprints: &fingerprints }, |_| {
            let mut short = Wait { limit: Duration::ZERO, without_anchor: false, notify: &mut || () };
            let refused = second.append(
                &mut Writing { wait: &mut short, clock: &clock(), fingerprints: &fingerprints },
                |_| Ok::<_, Failure>(()),
            );
            assert!(matches!(refused, Err(Failure::Locked(_))));
            Ok::<_, Failure>(())
        })
    })
    .unwrap();

    // A reader sees one state.
    let reader = (maker.open)();
    reader
        .in_one_state(|| {
            let before = reader.size()?;
            append(&store, &["g"], false)?;
            assert_eq!(reader.size()?, before);
            Ok::<_, Failure>(())
        })
        .unwrap();
    assert_eq!(reader.size().unwrap(), 6);

    // Erasing takes the payload, leaves the entry, and says who did it.
    let now = at("2026-11-23T03:00:00.000Z");
    let plan = store.plan(&PlanRequest::Named(vec![2]), 3, now, &mut |_| ()).unwrap();
    assert_eq!(
        plan.runs,
        [ErasedRun {
            first: 2,
            last: 2,
            base: "2021-05-10".parse().unwrap(),
            free: "2024-05-11".parse().unwrap()
        }]
    );
    let entries = with_wait(|wait| {
        // Nobody has stated the day.
        let unstated = store
            .append(&mut Writing { wait, clock: &clock(), fingerprints: &fingerprints }, |a| {
                a.erase(&plan.runs, &Grounds { reason: "x", handler: None })
            });
        assert!(matches!(unstated, Err(Failure::DayNotStated)));
        // Years after the newest entry, a wrong day or none writes nothing at all.
        let years_on = Clock { read: &|| Some(now), confirmed_on: None };
        let refused = store
            .append(&mut Writing { wait, clock: &years_on, fingerprints: &fingerprints }, |_| {
                Ok::<_, Failure>(())
            });
        assert!(matches!(refused, Err(Failure::ClockFarAhead { .. })));
        let wrong = Clock { read: &|| Some(now), confirmed_on: Some(made().legal_day()) };
        let refused = store.append(&mut Writing { wait, clock: &wrong, fingerprints: &fingerprints }, |_| {
            Ok::<_, Failure>(())
        });
        assert!(matches!(refused, Err(Failure::NotToday { .. })));
        let stated = Clock { read: &|| Some(now), confirmed_on: Some(now.legal_day()) };
        store.append(&mut Writing { wait, clock: &stated, fingerprints: &fingerprints }, |a| {
            a.erase(&plan.runs, &Grounds { reason: "x", handler: None })
        })
    })
    .unwrap();
    assert_eq!(with_wait(|wait| store.finish_erasure(wait)).unwrap(), Erased::Everywhere);
    let record = store.record(2).unwrap().unwrap();
    assert_eq!((record.provision, record.state), (None, RecordState::Erased { by: Some(entries[0].index) }));
    assert_eq!(ids(&store)[1], None);
    assert_eq!(store.record(99).unwrap(), None);
}

#[test]
fn the_sqlite_store_keeps_the_contract() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("provlog.db");
    let new = NewLedger { operator: "Sample".into(), origin: None, years: 3 };
    let create = || drop(Beginning::whole(&path, &new, made()).unwrap());
    let open = || Store::open_for_writing(&path, USUAL_WAIT).unwrap();
    assert!(matches!(Store::open(&path, USUAL_WAIT), Err(Failure::NoLedger(_))), "create is not open");
    the_contract_of_a_store(&Maker { create: &create, open: &open });
    assert!(matches!(Beginning::whole(&path, &new, made()), Err(Failure::AlreadyThere(_))));
    assert!(matches!(Store::open(Path::new("/nowhere/provlog.db"), USUAL_WAIT), Err(Failure::NoLedger(_))));
}
