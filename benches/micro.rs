//! What the pieces of an entry cost, one by one: `cargo bench`. Whole commands are measured by `benches/compare`.
#![allow(clippy::unwrap_used, clippy::disallowed_methods, reason = "a measurement, not the program")]

use std::fmt::Write as _;
use std::hint::black_box;
use std::ops::ControlFlow;
use std::sync::Arc;

use divan::Bencher;
use divan::counter::{BytesCount, ItemsCount};
use provlog::import::{Columns, Content, Input, Outbound, Sent, Settings, Sheet, Source, dates};
use provlog::ledger::hash::{leaf_hash, part_hash};
use provlog::ledger::part::{PartWriter, decode};
use provlog::ledger::tree::Frontier;
use provlog::ledger::{Base, Digest, Header, Kind, PartName, Salt, Timestamp};
use provlog::record::judge::Check;
use provlog::record::recipient::Registered;
use provlog::record::rules::FutureDays;
use provlog::record::stop::{StopRequest, Stops};
use provlog::record::{Field, Side};

fn main() {
    divan::main();
}

/// The facts of a record as long as those of `benches/generate.py`.
fn facts(out: &mut Vec<u8>) {
    PartWriter::new(out)
        .text("basis", Some("opt-out"))
        .list("items", ["氏名", "住所", "電話番号"])
        .text("method", Some("each"))
        .text("principal_id", Some("M123456789"))
        .text("principal_name", Some("架空 太郎123456"))
        .day("provided_on", "2025-04-01".parse().ok())
        .text("recipient_address", Some("東京都架空区見本一丁目2番3号"))
        .text("recipient_name", Some("サンプル通信販売株式会社"))
        .text("recipient_representative", Some("見本 太郎"))
        .text("recipient_type", Some("body"))
        .finish();
}

fn header() -> Header {
    let time = Timestamp::from_text(b"2026-11-23T03:00:00.000Z").unwrap();
    Header {
        index: 1_000_000,
        prev: Some(Digest([1; 32])),
        time,
        kind: Kind::Provision,
        about: None,
        base: Base::Day(time.legal_day()),
        facts: Some(Digest([2; 32])),
        extra: Some(Digest([3; 32])),
    }
}

#[divan::bench]
fn encode_part(bencher: Bencher<'_, '_>) {
    let mut out = Vec::with_capacity(1024);
    bencher.bench_local(|| {
        out.clear();
        facts(&mut out);
        out.len()
    });
}

#[divan::bench]
fn decode_part(bencher: Bencher<'_, '_>) {
    let mut part = Vec::new();
    facts(&mut part);
    bencher.bench_local(|| decode(black_box(&part)).unwrap().len());
}

#[divan::bench]
fn hash_part(bencher: Bencher<'_, '_>) {
    let mut part = Vec::new();
    facts(&mut part);
    bencher
        .counter(BytesCount::new(part.len()))
        .bench_local(|| part_hash(PartName::Facts, &Salt([7; 16]), black_box(&part)));
}

#[divan::bench]
fn encode_header(bencher: Bencher<'_, '_>) {
    let header = header();
    let mut out = Vec::with_capacity(512);
    bencher.bench_local(|| {
        out.clear();
        black_box(&header).encode_into(&mut out);
        out.len()
    });
}

/// A thousand headers, each naming the hash of the one before.
#[divan::bench]
fn chain(bencher: Bencher<'_, '_>) {
    let mut text = Vec::with_capacity(512);
    bencher.counter(ItemsCount::new(1000u32)).bench_local(|| {
        let mut header = header();
        for _ in 0..1000 {
            text.clear();
            header.encode_into(&mut text);
            header.prev = Some(leaf_hash(&text));
            header.index += 1;
        }
        header.prev
    });
}

/// A tree of 4,096 leaves and its root.
#[divan::bench]
fn tree(bencher: Bencher<'_, '_>) {
    bencher.counter(ItemsCount::new(4096u32)).bench_local(|| {
        let mut tree = Frontier::new();
        for n in 0..4096u32 {
            tree.push(Digest([n.to_le_bytes()[0]; 32]), |_| ());
        }
        tree.root()
    });
}

fn settings() -> Settings {
    Settings {
        constants: vec![(Field::Basis, vec!["opt-out".to_owned()])],
        columns: Columns::StopAtUnknown,
        map: None,
        check: Check {
            side: Side::Provider,
            today: "2026-11-23".parse().unwrap(),
            future: FutureDays::Refused,
            as_happened: false,
            registers: std::sync::Arc::default(),
            erased: None,
        },
    }
}

fn read_all(name: &str, text: &str) -> usize {
    let source = Source::Memory(Arc::from(text.as_bytes()));
    let input = Input { name: name.to_owned(), source, encoding: None, sheet: None };
    let sheet = Sheet::open(input, settings()).ok().unwrap();
    let mut accepted = 0;
    sheet
        .rows(&mut |row| {
            accepted += usize::from(matches!(row.content, Content::Accepted(_)));
            ControlFlow::Continue(())
        })
        .unwrap();
    assert_eq!(accepted, 1000);
    accepted
}

fn thousand_rows() -> String {
    let mut csv = String::from(
        "提供年月日,第三者の氏名又は名称,第三者の住所,法人の代表者の氏名,本人ID,本人の氏名,個人データの項目,提供目的,備考\n",
    );
    for n in 0..1000 {
        writeln!(csv, "2025-04-01,サンプル通信販売株式会社,大阪府例示市中央四丁目5番6号,例示 花子,M{n:09},架空 太郎{n},\"氏名、住所、電話番号\",商品案内の送付のため,受付{}", n % 97).unwrap();
    }
    csv
}

fn many_rows() -> String {
    let csv = thousand_rows();
    let (heading, rows) = csv.split_once('\n').unwrap();
    format!("{heading}\n{}", rows.repeat(20))
}

/// Twenty thousand rows copied with the csv crate, reader to writer: what `optout screen` is held against (at most twice that).
#[divan::bench]
fn csv_copied(bencher: Bencher<'_, '_>) {
    let csv = many_rows();
    bencher.counter(BytesCount::new(csv.len())).bench_local(|| {
        let mut from = csv::ReaderBuilder::new().has_headers(false).from_reader(csv.as_bytes());
        let mut to = csv::Writer::from_writer(Vec::new());
        let mut row = csv::ByteRecord::new();
        while from.read_byte_record(&mut row).unwrap() {
            to.write_byte_record(&row).unwrap();
        }
        to.into_inner().unwrap()
    });
}

/// The same rows split into those that may go out and those that may not, against a thousand requests to stop.
#[divan::bench]
fn csv_screened(bencher: Bencher<'_, '_>) {
    let csv = many_rows();
    let request = |n: u64| StopRequest {
        principal_id: Some(format!("X{n:09}")),
        principal_name: Some(format!("見本 花子{n}")),
        ..StopRequest::default()
    };
    let stops = Stops::new((0..1000).map(|n| Registered { index: n, value: request(n) }).collect());
    let source = Source::Memory(Arc::from(csv.as_bytes()));
    let day = "2026-11-23".parse().unwrap();
    bencher.counter(BytesCount::new(csv.len())).bench_local(|| {
        let list = Outbound::open(&Input {
            name: "list.csv".into(),
            source: source.clone(),
            encoding: None,
            sheet: None,
        });
        let (mut allowed, mut stopped) = (Vec::new(), Vec::new());
        let split = list.unwrap().split(&mut allowed, &mut stopped, "reason", &mut |id, name| {
            stops.stopping(id, name, day, None).map_or(Sent::Allowed, |_| Sent::Stopped(String::new()))
        });
        assert_eq!(split.unwrap().allowed, 20_000);
    });
}

/// A thousand rows of CSV: opened, decoded, understood, checked against the law.
#[divan::bench]
fn rows_of_csv(bencher: Bencher<'_, '_>) {
    let csv = thousand_rows();
    bencher.counter(ItemsCount::new(1000u32)).bench_local(|| read_all("rows.csv", &csv));
}

/// The same as JSON Lines.
#[divan::bench]
fn rows_of_json_lines(bencher: Bencher<'_, '_>) {
    let mut json = String::new();
    for n in 0..1000 {
        writeln!(json, "{{\"provided_on\":\"2025-04-01\",\"recipient_name\":\"サンプル通信販売株式会社\",\"recipient_address\":\"大阪府例示市中央四丁目5番6号\",\"recipient_representative\":\"例示 花子\",\"principal_id\":\"M{n:09}\",\"principal_name\":\"架空 太郎{n}\",\"items\":[\"氏名\",\"住所\",\"電話番号\"],\"purpose\":\"商品案内の送付のため\",\"note\":\"受付{}\"}}", n % 97).unwrap();
    }
    bencher.counter(ItemsCount::new(1000u32)).bench_local(|| read_all("rows.jsonl", &json));
}

#[divan::bench(args = ["2025-04-01", "2025/4/1", "令和7年4月1日", "２０２５年４月１日"])]
fn date(text: &str) -> bool {
    dates::read(black_box(text)).is_ok()
}
