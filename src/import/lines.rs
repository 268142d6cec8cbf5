//! JSON Lines: one object a line, UTF-8.
//!
//! Owns: reading a line, its keys and the types of its values. Does not own: what keys mean (`vocabulary`), what a
//! record must hold (`row`).

use std::borrow::Cow;
use std::fmt;
use std::io::{BufRead, BufReader, Read as _};
use std::ops::ControlFlow;
use std::sync::Arc;

use csv::ByteRecord;
use serde::de::{Deserialize, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};

use super::cells::{Cells, Split};
use super::encoding::Encoding;
use super::heading::Columns;
use super::position::MAX_ROW;
use super::problem::{JsonType, Place, Problem, SourceError, What};
use super::row::Accepted;
use super::sheet::{Reading, Row};
use super::vocabulary::{Meaning, meaning};
use crate::record::Field;

/// Streams the objects of an input.
pub(super) fn rows(
    reading: &Reading,
    on_row: &mut dyn FnMut(Row<'_>) -> ControlFlow<()>,
) -> Result<(), SourceError> {
    let mut reader = BufReader::with_capacity(64 * 1024, reading.open()?);
    let raw = ByteRecord::new();
    let mut keys = Keys::default();
    let mut bytes = Vec::new();
    let mut bytes_read = if reading.survey.bom { 3 } else { 0 };
    let mut line = 0;
    loop {
        bytes.clear();
        let limit = MAX_ROW as u64 + 1;
        let read = (&mut reader).take(limit).read_until(b'\n', &mut bytes).map_err(|e| reading.failed(e))?;
        if read == 0 {
            return Ok(());
        }
        bytes_read += read as u64;
        line += 1;
        if bytes.len() > MAX_ROW {
            let what = What::RowTooLong { limit: MAX_ROW };
            let content = Err(vec![reading.problem(Some(line), Place::Whole, None, None, what)]);
            let _ = on_row(Row { line, bytes_read, raw: &raw, content });
            return Ok(());
        }
        if bytes.trim_ascii().is_empty() {
            continue;
        }
        let content = match object(&bytes) {
            Ok(members) => content(reading, &mut keys, members, line),
            Err(what) => Err(vec![reading.problem(Some(line), Place::Whole, None, None, what)]),
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

fn content(
    reading: &Reading,
    keys: &mut Keys,
    members: Vec<(Text<'_>, Value<'_>)>,
    line: u64,
) -> Result<Accepted, Vec<Problem>> {
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
            Meaning::Key | Meaning::Unknown | Meaning::Blank => {
                refuse(Place::Whole, None, What::HeadingUnknown);
                continue;
            }
            Meaning::NotYet => {
                refuse(Place::Whole, None, What::HeadingNotYet);
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
        (Place::Field(Field::UnspecifiedRecipients), Value::Boolean(yes)) => {
            cells.set(Field::UnspecifiedRecipients, if yes { "true" } else { "false" });
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

/// The members of the object on a line, every one, in order.
fn object(line: &[u8]) -> Result<Vec<(Text<'_>, Value<'_>)>, What> {
    let text = std::str::from_utf8(line).map_err(|_| What::NotInEncoding(Encoding::Utf8))?;
    match serde_json::from_str::<Members<'_>>(text) {
        Ok(Members(members)) => Ok(members),
        Err(_) if serde_json::from_str::<IgnoredAny>(text).is_ok() && !text.trim_start().starts_with('{') => {
            Err(What::NotAnObject)
        }
        Err(error) => Err(What::JsonSyntax { at: error.column(), ends_early: error.is_eof() }),
    }
}

/// An object with every member that it has: serde's maps would keep the last of two equal keys.
struct Members<'a>(Vec<(Text<'a>, Value<'a>)>);

struct Text<'a>(Cow<'a, str>);

enum Value<'a> {
    Null,
    Boolean(bool),
    Number,
    Text(Cow<'a, str>),
    /// An array of nothing but strings.
    List(Vec<Cow<'a, str>>),
    /// An array with another element, of this type.
    Mixed(JsonType),
    Object,
}

struct MembersVisitor;
struct TextVisitor;
struct ValueVisitor;

impl<'de> Deserialize<'de> for Members<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(MembersVisitor)
    }
}

impl<'de> Visitor<'de> for MembersVisitor {
    type Value = Members<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Members<'de>, A::Error> {
        let mut members = Vec::with_capacity(Field::COUNT);
        while let Some(member) = map.next_entry()? {
            members.push(member);
        }
        Ok(Members(members))
    }
}

impl<'de> Deserialize<'de> for Text<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_str(TextVisitor)
    }
}

impl<'de> Visitor<'de> for TextVisitor {
    type Value = Text<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a string")
    }

    fn visit_borrowed_str<E>(self, text: &'de str) -> Result<Text<'de>, E> {
        Ok(Text(Cow::Borrowed(text)))
    }

    fn visit_str<E>(self, text: &str) -> Result<Text<'de>, E> {
        Ok(Text(Cow::Owned(text.to_owned())))
    }
}

impl<'de> Deserialize<'de> for Value<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(ValueVisitor)
    }
}

impl<'de> Visitor<'de> for ValueVisitor {
    type Value = Value<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value")
    }

    fn visit_unit<E>(self) -> Result<Value<'de>, E> {
        Ok(Value::Null)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Value<'de>, E> {
        Ok(Value::Boolean(value))
    }

    fn visit_i64<E>(self, _: i64) -> Result<Value<'de>, E> {
        Ok(Value::Number)
    }

    fn visit_u64<E>(self, _: u64) -> Result<Value<'de>, E> {
        Ok(Value::Number)
    }

    fn visit_f64<E>(self, _: f64) -> Result<Value<'de>, E> {
        Ok(Value::Number)
    }

    fn visit_borrowed_str<E>(self, text: &'de str) -> Result<Value<'de>, E> {
        Ok(Value::Text(Cow::Borrowed(text)))
    }

    fn visit_str<E>(self, text: &str) -> Result<Value<'de>, E> {
        Ok(Value::Text(Cow::Owned(text.to_owned())))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut sequence: A) -> Result<Value<'de>, A::Error> {
        let mut list = Vec::new();
        let mut other = None;
        while let Some(element) = sequence.next_element()? {
            let found = match element {
                Value::Text(text) => {
                    list.push(text);
                    continue;
                }
                Value::Null => JsonType::Null,
                Value::Boolean(_) => JsonType::Boolean,
                Value::Number => JsonType::Number,
                Value::List(_) | Value::Mixed(_) => JsonType::Array,
                Value::Object => JsonType::Object,
            };
            other.get_or_insert(found);
        }
        Ok(other.map_or(Value::List(list), Value::Mixed))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Value<'de>, A::Error> {
        while map.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
        Ok(Value::Object)
    }
}
