//! One table of fields: what must be a file for others (schema.sql, FORMAT.md, verify.py) says the same as `record::field`, every
//! field goes through every shape unchanged, and no column survives an erasure.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test")]

use std::collections::BTreeSet;

use provlog::record::field::{Column, Interned, Shape, entry_columns};
use provlog::record::{Basis, Field, Method, Part, Provision, Side, Value};
use rusqlite::Connection;

use crate::support::Room;

const SCHEMA: &str = include_str!("../schema.sql");

/// Columns of `entry` that say nothing of what was recorded: the header, salts and hashes.
const COMMON: [&str; 10] =
    ["idx", "time", "kind", "about", "base", "leaf", "facts_salt", "extra_salt", "facts_hash", "extra_hash"];
/// Columns of `entry` that go with an erasure and are no field: where a record came from, the parts of other kinds, the fingerprint.
const BESIDE: [&str; 6] = ["import", "key", "line", "facts", "extra", "fingerprint"];

fn schema() -> Connection {
    let conn = Connection::open_in_memory().unwrap();
    conn.execute_batch(SCHEMA).unwrap();
    conn
}

fn columns(conn: &Connection, table: &str) -> Vec<(String, String)> {
    let mut statement = conn.prepare(&format!("PRAGMA table_info({table})")).unwrap();
    let rows = statement.query_map([], |r| Ok((r.get(1)?, r.get(2)?))).unwrap();
    rows.collect::<Result<_, _>>().unwrap()
}

#[test]
fn the_schema_has_the_columns_of_the_table_and_no_other() {
    let conn = schema();
    let found: BTreeSet<String> = columns(&conn, "entry").into_iter().map(|(name, _)| name).collect();
    let parts = [Part::Facts, Part::Extra].map(entry_columns).concat();
    let known = [&COMMON[..], &parts, &BESIDE].concat();
    assert_eq!(found, known.iter().map(|name| (*name).to_owned()).collect());
    assert_eq!(known.len(), found.len(), "a column stands for two things");
    for table in Interned::ALL {
        let found: Vec<String> = columns(&conn, table.name()).into_iter().map(|(name, _)| name).collect();
        let known: BTreeSet<&str> =
            ["id", "hash"].into_iter().chain(table.columns().iter().copied()).collect();
        assert_eq!(found.iter().map(String::as_str).collect::<BTreeSet<_>>(), known, "{}", table.name());
    }
}

#[test]
fn the_trigger_lets_nothing_stay_and_the_view_shows_every_field() {
    let trigger = SCHEMA.split("CREATE TRIGGER entry_update").nth(1).unwrap().split("END;").next().unwrap();
    let whole = trigger.split("AND NOT (").next().unwrap();
    for column in [Part::Facts, Part::Extra].map(entry_columns).concat().iter().chain(&BESIDE) {
        assert!(whole.contains(&format!("NEW.{column} IS NULL")), "{column} may stay");
    }
    let view: BTreeSet<String> = columns(&schema(), "records").into_iter().map(|(name, _)| name).collect();
    for field in Field::ALL {
        let shown = match field.column() {
            Column::Own(column) => column.to_owned(),
            Column::Of(Interned::Party, column) => format!("party_{column}"),
            Column::Of(Interned::Items, _) => "items".to_owned(),
            Column::Of(_, column) => column.to_owned(),
            Column::Terms | Column::NoParty => field.name().to_owned(),
        };
        assert!(view.contains(&shown), "{field}: {shown} is not in the view");
    }
}

/// The names in backquotes.
fn quoted(text: &str) -> impl Iterator<Item = &str> {
    text.split('`').skip(1).step_by(2)
}

#[test]
fn the_format_lists_every_field_in_its_part_and_in_its_order() {
    let format = include_str!("../src/ledger/FORMAT.md");
    let records = format.split("- `records.csv`:").nth(1).unwrap().split("then the salt").next().unwrap();
    let names: Vec<&str> = quoted(records).collect();
    let all: Vec<&str> = Field::ALL.iter().map(|f| f.name()).chain(["import", "key", "line"]).collect();
    assert_eq!(names, all);
    assert!(format.contains(&format!("The {} columns from", Field::COUNT)));
    let kinds = format.split("### Provision and receipt").nth(1).unwrap();
    let facts = kinds.split("Facts of both:").nth(1).unwrap();
    let (both, rest) = facts.split_once("Of a provision also:").unwrap();
    let (provision, rest) = rest.split_once("Of a receipt also:").unwrap();
    let (receipt, rest) = rest.split_once("The keys that").unwrap();
    let extra = rest.split_once("Extra of both:").unwrap().1.split("\n\n").next().unwrap();
    let of = |text: &str| -> BTreeSet<Field> { quoted(text).filter_map(Field::from_name).collect() };
    let table = |part, side| -> BTreeSet<Field> {
        let here = |f: &Field| f.part() == part && f.side().is_none_or(|of| of == side);
        Field::ALL.iter().copied().filter(here).collect()
    };
    for (side, more) in [(Side::Provider, provision), (Side::Recipient, receipt)] {
        let named = &of(both) | &of(more);
        assert_eq!(named, table(Part::Facts, side), "{side:?}");
    }
    assert_eq!(of(extra), table(Part::Extra, Side::Provider));
}

#[test]
fn the_verifier_that_lies_in_the_evidence_has_the_same_fields() {
    let program = include_str!("../src/export/text/verify.py");
    let between = |from: &str, to: &str| program.split(from).nth(1).unwrap().split(to).next().unwrap();
    let words = |text: &str| -> Vec<String> {
        text.split(|c: char| !c.is_ascii_lowercase() && c != '_')
            .filter(|w| !w.is_empty())
            .map(str::to_owned)
            .collect()
    };
    let fields: Vec<&str> = Field::ALL.iter().map(|f| f.name()).collect();
    assert_eq!(words(between("FIELDS = (", ").split()")), fields);
    let extra: BTreeSet<String> = words(between("EXTRA = \"", "\".split()")).into_iter().collect();
    let known = Field::of_part(Part::Extra).iter().map(|f| f.name()).chain(["import", "key", "line"]);
    assert_eq!(extra, known.map(str::to_owned).collect());
    let lists = between("LISTS = {", "}");
    for field in Field::ALL {
        assert_eq!(lists.contains(&format!("\"{field}\"")), field.is_list(), "{field}");
        assert_eq!(lists.contains(&format!("\"set_{field}\"")), field.is_list(), "{field}");
    }
}

#[test]
fn the_words_of_the_law_are_those_of_the_schema_and_of_the_format() {
    let conn = schema();
    let mut statement = conn.prepare("SELECT id, basis, method FROM terms ORDER BY id").unwrap();
    let rows = statement.query_map([], |r| Ok((r.get(0)?, r.get(1)?, r.get(2)?))).unwrap();
    let found: Vec<(i64, String, String)> = rows.collect::<Result<_, _>>().unwrap();
    let mut known = Vec::new();
    for basis in Basis::ALL {
        for method in Method::ALL {
            let id = (i64::from(basis.number()) - 1) * 3 + i64::from(method.number());
            known.push((id, basis.word().to_owned(), method.word().to_owned()));
        }
    }
    known.sort();
    assert_eq!(found, known);
    let format = include_str!("../src/ledger/FORMAT.md");
    let listed = |key: &str| -> Vec<&str> {
        let list = format.split(&format!("`{key}` (")).nth(1).unwrap().split(')').next().unwrap();
        quoted(list).collect()
    };
    assert_eq!(listed("basis"), Basis::ALL.iter().map(|b| b.word()).collect::<Vec<_>>());
    assert_eq!(listed("method"), Method::ALL.iter().map(|m| m.word()).collect::<Vec<_>>());
}

/// A value of each field, of its shape.
fn sample(field: Field) -> String {
    match field.shape() {
        Shape::Text => format!("MARK {field}"),
        Shape::Day => "1991-02-03".to_owned(),
        Shape::List => format!("MARK {field}\nMARK more"),
        Shape::Flag => "yes".to_owned(),
        Shape::Word => match field {
            Field::Basis => Basis::Consent.word().to_owned(),
            Field::Method => Method::Contract.word().to_owned(),
            _ => "person".to_owned(),
        },
    }
}

#[test]
fn every_field_that_is_set_is_there_and_gone_when_it_is_cleared() {
    for side in Side::ALL {
        for field in Field::ALL.iter().copied().filter(|f| side.has(*f)) {
            let empty = Provision { side, ..Provision::default() };
            let mut p = empty.clone();
            let text = sample(field);
            p.set(field, Some(Value::Text(&text))).unwrap();
            assert_eq!(p.text(field).as_deref(), Some(text.as_str()), "{field}");
            let others =
                Field::ALL.iter().filter(|other| **other != field && p.text(**other) != empty.text(**other));
            let changed: Vec<&Field> = others.collect();
            assert!(
                changed.is_empty()
                    || field == Field::UnspecifiedRecipients && changed == [&Field::RecipientType],
                "{field} changes {changed:?}"
            );
            p.set(field, None).unwrap();
            assert_eq!(p, empty, "{field}");
            if matches!(field.shape(), Shape::Day | Shape::Word) {
                assert!(p.set(field, Some(Value::Text("soon"))).is_err(), "{field}");
                assert_eq!(p, empty, "{field}");
            }
        }
    }
}

/// Columns of text that hold nothing personal, and why.
const NOT_PERSONAL: &[(&str, &str)] = &[
    ("kind.name", "a constant"),
    ("terms.basis", "a constant"),
    ("terms.method", "a constant"),
    ("party.type", "body or person"),
    ("checkpoint.note", "hashes and a signature"),
    ("particulars.foreign_recipient", "yes"),
    ("particulars.breaches", "names of fields and rules"),
    ("particulars.filing", "the name of a filing, which the register keeps for ever"),
];

/// Two provisions (with a day, with a period) and a receipt, every field of theirs filled; a correction of it all; the
/// registers; and acts with reasons.
fn filled_room() -> Room {
    let mut room = Room::with_ledger();
    room.states_the_day = true;
    for (command, side) in [("record", Side::Provider), ("receive", Side::Recipient)] {
        for method in ["each", "bulk"] {
            let mut args = vec![command.to_owned(), "--as-happened".into()];
            for field in Field::ALL.iter().copied().filter(|f| side.has(*f)) {
                let Some(flag) = field.flag() else { continue };
                let dated = matches!(field, Field::ProvidedOn | Field::ReceivedOn);
                let period = matches!(field, Field::PeriodFrom | Field::PeriodTo);
                if matches!(field, Field::UnspecifiedRecipients | Field::Filing)
                    || (dated && method == "bulk")
                    || (period && method == "each")
                {
                    continue;
                }
                args.push(flag.typed.to_owned());
                match field {
                    Field::Method => args.push(method.to_owned()),
                    Field::Basis if method == "each" => args.push("opt-out".to_owned()),
                    _ if field.shape() != Shape::Flag => args.push(sample(field).replace('\n', " ")),
                    _ => {}
                }
            }
            room.run(args).done();
        }
    }
    room.write(
        "old.csv",
        "提供年月日,提供先,本人の氏名,本人ID,個人データの項目,整理番号,記録日,備考\n2020-01-01,MARK 商事,MARK 花子,MARK 1,MARK 項目,MARK 7,2020-01-02,MARK 備考\n",
    );
    room.run("import old.csv --basis consent --recipient-address 'MARK 住所' --representative 'MARK 代表'")
        .done();
    for field in Field::ALL {
        let set = format!("{field}={}", sample(*field).replace('\n', "、"));
        if matches!(field.shape(), Shape::Text) && Side::Provider.has(*field) && *field != Field::Filing {
            room.run(["correct", "1", "--set", &format!("{set} again"), "--reason", "MARK reason"]).done();
        }
    }
    room.run("recipient set mark --name 'MARK 社' --address 'MARK 番地' --purpose 'MARK 目的'").done();
    room.run("optout add --principal-id 'MARK 9' --principal-name 'MARK 太郎' --received 2026-11-20").done();
    // One that is in force is never erased.
    let request = room.run("optout list --json").done().objects()[0]["index"].to_string();
    room.run(["optout", "withdraw", &request, "--reason", "MARK back"]).done();
    room.run("hold add 2 --reason 'MARK why'").done();
    let held = room.run("hold list --json").done().objects()[0]["index"].to_string();
    room.run(["hold", "release", &held, "--reason", "MARK over"]).done();
    room
}

#[test]
fn no_column_of_any_table_survives_an_erasure() {
    let mut room = filled_room();
    let conn = Connection::open(room.ledger()).unwrap();
    let tables: Vec<String> = {
        let mut named = conn.prepare("SELECT name FROM sqlite_schema WHERE type = 'table'").unwrap();
        named.query_map([], |r| r.get(0)).unwrap().collect::<Result<_, _>>().unwrap()
    };
    let marked = |conn: &Connection, table: &str, column: &str| -> u64 {
        let sql = format!(
            "SELECT count(*) FROM {table} WHERE instr({column}, 'MARK') OR {column} = '1991-02-03' OR {column} = 19910203"
        );
        conn.query_row(&sql, [], |r| r.get(0)).unwrap()
    };
    let mut looked_at = 0;
    for table in &tables {
        for (column, kind) in columns(&conn, table) {
            let name = format!("{table}.{column}");
            let day = ["entry.day", "entry.claimed_recorded_on"].contains(&name.as_str());
            if kind != "TEXT" || NOT_PERSONAL.iter().any(|(known, _)| *known == name) || day {
                continue;
            }
            assert!(
                marked(&conn, table, &column) > 0,
                "{name} can hold something personal, and nothing is tried there"
            );
            looked_at += 1;
        }
    }
    assert!(looked_at > 20, "{looked_at}");
    drop(conn);
    room.clock = "2036-11-23T03:00:00.000Z".to_owned();
    room.run("delete --expired --apply --reason over").done();
    let acts: Vec<String> = room
        .run("list --json")
        .done()
        .objects()
        .iter()
        .filter(|e| ["hold", "release"].contains(&e["kind"].as_str().unwrap()))
        .map(|e| e["index"].to_string())
        .collect();
    let mut args = vec!["delete"];
    args.extend(acts.iter().map(String::as_str));
    args.extend(["--extra", "--apply", "--reason", "over"]);
    room.run(&args).done();
    let conn = Connection::open(room.ledger()).unwrap();
    let left: String = room.query(
        "SELECT coalesce(group_concat(idx || kind || facts), '') FROM entry WHERE instr(facts, 'MARK')",
    );
    assert_eq!(left, "");
    for table in &tables {
        for (column, _) in columns(&conn, table) {
            assert_eq!(marked(&conn, table, &column), 0, "{table}.{column} survives");
        }
    }
    drop(conn);
    for entry in std::fs::read_dir(room.path("")).unwrap() {
        let path = entry.unwrap().path();
        if path.file_name().unwrap() != "old.csv" {
            let bytes = std::fs::read(&path).unwrap();
            assert!(!bytes.windows(4).any(|w| w == b"MARK"), "{}", path.display());
        }
    }
    room.run("verify --deep").done();
}
