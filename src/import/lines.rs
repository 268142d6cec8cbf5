//! JSON Lines: one object a line, UTF-8.
//!
//! Owns: lines, and which types of values each field takes. Does not own: JSON (`json`), what keys mean
//! (`vocabulary`), what a record must hold (`row`).

use std::borrow::Cow;
use std::io::{BufRead, BufReader, Read as _};
use std::ops::ControlFlow;
use std::sync::Arc;

use super::cells::{Cells, Split};
use super::heading::Columns;
use super::json::{Text, Value, object};
use super::position::MAX_ROW;
use super::problem::{JsonType, Place, SourceError, What};
use super::reading::{Content, Reading, Row};
use super::vocabulary::{Meaning, meaning};
use crate::record::Field;
use csv::ByteRecord;

/// Streams the objects of an input.
pub(super) fn rows(
    reading: &Reading,
    on_row: &mut dyn FnMut(Row<'_>) -> ControlFlow<()>,
) -> Result<(), SourceError> {
    let mut reader = BufReader::with_capacity(64 * 1024, reading.open()?);
    let raw = ByteRecord::new();
    let mut keys = Keys::default();
    let mut bytes = Vec::new();
    let mut bytes_read = reading.survey.mark as u64;
    let mut line = 0;
    loop {
        bytes.clear();
        let limit = MAX_ROW as u64 + 1;
        let read = (&mut reader).take(limit).read_until(b'\n', &mut bytes).map_err(|e| reading.failed(e))?;
        if read == 0 {
            return Ok(());
        }
        // Of UTF-16, more than the file has.
        bytes_read = (bytes_read + read as u64).min(reading.len);
        line += 1;
        if bytes.len() > MAX_ROW {
            let what = What::RowTooLong { limit: MAX_ROW };
            let content = Content::Refused(vec![reading.problem(Some(line), Place::Whole, None, None, what)]);
            let _ = on_row(Row { line, bytes_read, raw: &raw, content });
            return Ok(());
        }
        if bytes.trim_ascii().is_empty() {
            continue;
        }
        let content = match object(&bytes) {
            Ok(members) => content(reading, &mut keys, members, line),
            Err(what) => Content::Refused(vec![reading.problem(Some(line), Place::Whole, None, None, what)]),
        };
        if on_row(Row { line, bytes_read, raw: &raw, content }).is_break() {
            return Ok(());
        }
    }
}

/// What the keys mean, by their position in the line before: lines mostly have the same keys in the same order.
#[derive(Default)]
struct Keys(Vec<(String, Meaning)>);

impl Keys {
    fn meaning(&mut self, position: usize, key: &str) -> Meaning {
        if let Some((known, meaning)) = self.0.get(position)
            && known == key
        {
            return *meaning;
        }
        let found = meaning(key);
        if position < Field::COUNT + 1 && position <= self.0.len() {
            self.0.truncate(position);
            self.0.push((key.to_owned(), found));
        }
        found
    }
}

fn content(reading: &Reading, keys: &mut Keys, members: Vec<(Text<'_>, Value<'_>)>, line: u64) -> Content {
    let mut cells = reading.cells();
    let constants = reading.constants();
    let mut problems = Vec::new();
    // The key under which each field, and the idempotency key, came.
    let mut seen: Vec<(Place, Cow<'_, str>)> = Vec::with_capacity(members.len().min(Field::COUNT + 1));
    for (position, (Text(key), value)) in members.into_iter().enumerate() {
        let mut refuse = |place, value, what| {
            let column = Some(Arc::from(&*key));
            problems.push(reading.problem(Some(line), place, column, value, what));
        };
        let place = match keys.meaning(position, &key) {
            Meaning::Field(field, _) => Place::Field(field),
            Meaning::Key if reading.settings.columns == Columns::RefuseUnknown => Place::Key,
            // Columns that are left out are reported once, by the heading; here there is none to report.
            Meaning::Key | Meaning::Unknown | Meaning::Blank | Meaning::Ours => {
                refuse(Place::Whole, None, What::HeadingUnknown);
                continue;
            }
            // One value says one thing in JSON.
            Meaning::Period | Meaning::Party => {
                refuse(Place::Whole, None, What::HeadingUnknown);
                continue;
            }
            Meaning::Ambiguous(candidates) => {
                candidates.iter().for_each(|field| {
                    cells.set_unreadable(*field);
                });
                refuse(Place::Whole, None, What::HeadingAmbiguous { candidates });
                continue;
            }
        };
        if let Some((_, other)) = seen.iter().find(|(at, _)| *at == place) {
            let what = if *other == key {
                What::KeyTwice
            } else {
                What::HeadingTwice { field: place.field(), other: Arc::from(&**other) }
            };
            refuse(place, None, what);
            continue;
        }
        if let Some(field) = place.field()
            && constants.contains(&field)
        {
            refuse(place, None, What::ConstantAndColumn(field));
        } else if let Err(found) = fill(&mut cells, place, value) {
            if let Some(field) = place.field() {
                cells.set_unreadable(field);
            }
            refuse(place, None, What::WrongJsonType { found });
        }
        seen.push((place, key));
    }
    let heading_of =
        |at: Place| seen.iter().find(|(place, _)| *place == at).map(|(_, key)| Arc::from(&**key));
    reading.accept(cells, line, problems, &heading_of)
}

/// Puts a value where it belongs, or tells its type where that is not one that the field takes.
///
/// Numbers are never taken: an identifier `0012` would lose its zeros before anyone sees them.
fn fill<'a>(cells: &mut Cells<'a>, place: Place, value: Value<'a>) -> Result<(), JsonType> {
    match (place, value) {
        (_, Value::Null) => {}
        (Place::Key, Value::Text(text)) => {
            cells.set_key(text);
        }
        (Place::Field(Field::Items), Value::Text(text)) => {
            cells.set_split(Split::LineFeeds).set(Field::Items, text);
        }
        (Place::Field(Field::Items), Value::List(items)) => {
            cells.set_items(items);
        }
        (
            Place::Field(field @ (Field::UnspecifiedRecipients | Field::ForeignRecipient)),
            Value::Boolean(yes),
        ) => {
            cells.set(field, if yes { "true" } else { "false" });
        }
        (Place::Field(Field::Breaches), Value::List(breaches)) => {
            cells.set(Field::Breaches, breaches.join("\n"));
        }
        (Place::Field(field), Value::Text(text)) => {
            cells.set(field, text);
        }
        (Place::Field(Field::Items), Value::Mixed(element)) => return Err(element),
        (_, Value::Mixed(_) | Value::List(_)) => return Err(JsonType::Array),
        (_, Value::Boolean(_)) => return Err(JsonType::Boolean),
        (_, Value::Number) => return Err(JsonType::Number),
        (_, Value::Object) => return Err(JsonType::Object),
        (Place::Whole, Value::Text(_)) => return Err(JsonType::Text),
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::super::encoding::Encoding;
    use super::super::problem::Problem;
    use super::super::reading::Settings;
    use super::super::row::Accepted;
    use super::super::sheet::Format;
    use super::super::sheet::tests::{open, rows_of, settings};
    use super::*;
    use crate::record::Basis;

    const REST: &str = r#""provided_on":"2024-04-01","recipient_name":"架空商事","recipient_address":"東京都架空区1","recipient_representative":"見本 太郎","basis":"opt-out""#;

    fn read(lines: &str) -> Vec<(u64, Result<Accepted, Vec<Problem>>)> {
        let sheet = open(lines.as_bytes(), settings(Columns::RefuseUnknown)).ok().unwrap();
        assert_eq!(sheet.format(), Format::JsonLines);
        rows_of(&sheet)
    }

    fn one(members: &str) -> Result<Accepted, Vec<What>> {
        let line = format!("{{{REST}{members}}}");
        let whats = |all: Vec<Problem>| all.into_iter().map(|p| p.what).collect();
        read(&line).remove(0).1.map_err(whats)
    }

    #[test]
    fn payload_names_and_headings_are_keys() {
        let a = one(r#", "principal_id":"0012","items":["氏名","住所/電話"],"key":"k","備考":null,"unspecified_recipients":false"#).unwrap();
        assert_eq!(a.provision.items, ["氏名", "住所/電話"]);
        assert_eq!((a.provision.principal_id.as_deref(), a.key.as_deref()), (Some("0012"), Some("k")));
        let b = one(r#", "本人の氏名":"見本\u0020花子","個人データの項目":"氏名、住所\n電話""#).unwrap();
        assert_eq!(b.provision.principal_name.as_deref(), Some("見本 花子"));
        assert_eq!(b.provision.items, ["氏名、住所", "電話"]);
    }

    #[test]
    fn wrong_types_unknown_keys_and_doubled_keys_are_refused() {
        let ok = r#", "principal_id":"1","items":["氏名"]"#;
        for (members, what) in [
            (r#","principal_id":12,"items":["氏名"]"#, What::WrongJsonType { found: JsonType::Number }),
            (r#","principal_id":["12"],"items":["氏名"]"#, What::WrongJsonType { found: JsonType::Array }),
            (
                r#","principal_id":{"a":[1]},"items":["氏名"]"#,
                What::WrongJsonType { found: JsonType::Object },
            ),
            (r#","principal_id":true,"items":["氏名"]"#, What::WrongJsonType { found: JsonType::Boolean }),
            (r#","principal_id":"1","items":["氏名",1]"#, What::WrongJsonType { found: JsonType::Number }),
            (r#","principal_id":"1","items":[null]"#, What::WrongJsonType { found: JsonType::Null }),
            (&format!(r#"{ok},"社内メモ":"x""#), What::HeadingUnknown),
            (&format!(r#"{ok},"":"x""#), What::HeadingUnknown),
            (&format!(r#"{ok},"提供期間":"x""#), What::HeadingUnknown),
            (&format!(r#"{ok},"principal_id":"2""#), What::KeyTwice),
            (&format!(r#"{ok},"key":"2","key":"2""#), What::KeyTwice),
            (
                &format!(r#"{ok},"会員番号":"2""#),
                What::HeadingTwice { field: Some(Field::PrincipalId), other: "principal_id".into() },
            ),
            (
                r#","氏名":"見本 花子","items":["氏名"]"#,
                What::HeadingAmbiguous { candidates: &[Field::RecipientName, Field::PrincipalName] },
            ),
        ] {
            assert_eq!(one(members), Err(vec![what]), "{members}");
        }
    }

    #[test]
    fn a_problem_names_the_physical_line() {
        let good = format!(r#"{{{REST},"principal_id":"1","items":["氏名"]}}"#);
        let lines = format!("\u{feff}\n{good}\r\n\n[1]\n{{\"a\": }}\n{{\"items\":\n12\n{good} x\n{good}");
        let read = read(&lines);
        let told: Vec<_> = read
            .iter()
            .map(|(line, content)| {
                (*line, content.as_ref().err().map(|all| (all[0].line, all[0].what.clone())))
            })
            .collect();
        let syntax = |at, ends_early| What::JsonSyntax { at, ends_early };
        let at = |line, what| (line, Some((Some(line), what)));
        assert_eq!(
            told,
            [
                (2, None),
                at(4, What::NotAnObject),
                at(5, syntax(7, false)),
                at(6, syntax(9, true)),
                at(7, What::NotAnObject),
                at(8, syntax(good.len() + 2, false)),
                (9, None),
            ]
        );
    }

    #[test]
    fn a_line_outside_utf_8_or_too_long_is_refused_by_its_number() {
        let sheet = open(b"{}\n{\"a\":\"\x82\"}\n", settings(Columns::RefuseUnknown)).ok().unwrap();
        let rows = rows_of(&sheet);
        assert_eq!(rows[1].1.as_ref().unwrap_err()[0].what, What::NotInEncoding(Encoding::Utf8));
        let long = format!("{{}}\n{{\"a\":\"{}", "x".repeat(2 * MAX_ROW));
        let rows = read(&long);
        assert_eq!(rows[1].1.as_ref().unwrap_err()[0].what, What::RowTooLong { limit: MAX_ROW });
        assert_eq!(rows.len(), 2);
    }

    #[test]
    fn a_constant_fills_what_a_line_lacks_and_may_not_meet_what_it_has() {
        let constants =
            vec![(Field::Items, vec!["氏名".into(), "住所".into()]), (Field::Basis, vec!["同意".into()])];
        let settings = Settings { constants, ..settings(Columns::RefuseUnknown) };
        let line = format!(r#"{{{},"principal_id":"1"}}"#, REST.replace(r#","basis":"opt-out""#, ""));
        let rows = rows_of(&open(line.as_bytes(), settings.clone()).ok().unwrap());
        let accepted = rows[0].1.as_ref().unwrap();
        assert_eq!(accepted.provision.basis, Some(Basis::Consent));
        assert_eq!(accepted.provision.items, ["氏名", "住所"]);
        assert_eq!(accepted.notices[0].column, None);
        let line = format!(r#"{{{REST},"principal_id":"1"}}"#);
        let rows = rows_of(&open(line.as_bytes(), settings).ok().unwrap());
        assert_eq!(rows[0].1.as_ref().unwrap_err()[0].what, What::ConstantAndColumn(Field::Basis));
    }
}
