//! The parts of a record, by the table of fields (FORMAT.md, "Provision and receipt").
//!
//! Owns: which keys a part of it has, and in which order; `import`, `key` and `line`, which are no fields; the days by which it is judged.
//! Does not own: the fields (`record::field`), where its values are kept ([`FieldValues`]: a row of a ledger file, a row of a CSV file).

use std::sync::LazyLock;

use chrono::NaiveDate;

use crate::ledger::part::PartWriter;
use crate::record::field::Shape;
use crate::record::provision::last_day_of;
use crate::record::{Field, Method, Part, Value};

/// What belongs to a record and is no field of it: the index of its import entry, the keyed fingerprint of the idempotency key that it was
/// recorded under, the line of the file. Ascending.
pub const PROVENANCE: [&str; 3] = ["import", "key", "line"];

/// The values of a record, wherever they are kept.
pub trait FieldValues {
    /// The value of a field; a list may be a text, one element a line.
    fn value(&self, field: Field) -> Option<Value<'_>>;

    /// Where it came from, in the order of [`PROVENANCE`].
    fn provenance(&self) -> [Option<Number<'_>>; 3];
}

/// A number of a record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Number<'a> {
    /// By its value, in decimal.
    Of(u64),
    /// A keyed fingerprint, in sixteen hexadecimal digits.
    Fingerprint(i64),
    /// As it is written, which is what was hashed.
    Written(&'a str),
}

/// Appends the facts part; true when it is canonical.
pub fn write_facts(values: &impl FieldValues, out: &mut Vec<u8>) -> bool {
    write(values, Part::Facts, Extent::Whole, out)
}

/// Appends the extra part, nothing when the record has none; true when it is canonical.
pub fn write_extra(values: &impl FieldValues, out: &mut Vec<u8>) -> bool {
    write(values, Part::Extra, Extent::Whole, out)
}

/// What a record says, without how it came here, and without what was found about it then, which depends on the registers:
/// equal records have equal content.
pub fn write_content(values: &impl FieldValues, out: &mut Vec<u8>) {
    write(values, Part::Facts, Extent::Content, out);
    out.push(b'\n');
    write(values, Part::Extra, Extent::Content, out);
}

/// The same beside its facts part, which has been written already: of what is left out, the facts hold breaches alone, and few have any.
pub fn write_content_beside(facts: &[u8], values: &impl FieldValues, out: &mut Vec<u8>) {
    match values.value(Field::Breaches) {
        None => out.extend_from_slice(facts),
        Some(_) => drop(write(values, Part::Facts, Extent::Content, out)),
    }
    out.push(b'\n');
    write(values, Part::Extra, Extent::Content, out);
}

/// How much of a record is written.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Extent {
    Whole,
    Content,
}

impl Extent {
    fn has(self, field: Field) -> bool {
        self == Extent::Whole || !matches!(field, Field::Breaches | Field::Handler)
    }
}

/// A key of a record's part.
#[derive(Clone, Copy)]
enum Key {
    Field(Field),
    /// The one of [`PROVENANCE`].
    Provenance(usize),
}

/// The keys of a part, ascending.
fn keys(part: Part) -> &'static [Key] {
    static KEYS: LazyLock<[Vec<Key>; 2]> = LazyLock::new(|| {
        [Part::Facts, Part::Extra].map(|part| {
            let mut keys: Vec<(&str, Key)> =
                Field::of_part(part).iter().map(|field| (field.name(), Key::Field(*field))).collect();
            if part == Part::Extra {
                keys.extend(PROVENANCE.into_iter().enumerate().map(|(at, key)| (key, Key::Provenance(at))));
            }
            keys.sort_unstable_by_key(|(name, _)| *name);
            keys.into_iter().map(|(_, key)| key).collect()
        })
    });
    &KEYS[part as usize]
}

fn write(values: &impl FieldValues, part: Part, extent: Extent, out: &mut Vec<u8>) -> bool {
    let mut writer = PartWriter::new(out);
    for key in keys(part) {
        match *key {
            Key::Field(field) => {
                if let Some(value) = values.value(field).filter(|_| extent.has(field)) {
                    write_value(&mut writer, field.name(), field, Some(value));
                }
            }
            Key::Provenance(at) if extent == Extent::Whole => {
                write_number(&mut writer, PROVENANCE[at], values.provenance()[at]);
            }
            Key::Provenance(_) => {}
        }
    }
    writer.finish()
}

fn write_number(part: &mut PartWriter<'_>, key: &'static str, number: Option<Number<'_>>) {
    match number {
        None => {}
        Some(Number::Of(n)) => {
            part.number(key, Some(n));
        }
        Some(Number::Fingerprint(n)) => {
            part.text(key, Some(&fingerprint_text(n)));
        }
        Some(Number::Written(text)) => {
            part.text(key, Some(text));
        }
    }
}

/// A keyed fingerprint as it stands in a part and in a cell.
#[must_use]
pub fn fingerprint_text(fingerprint: i64) -> String {
    format!("{:016x}", fingerprint.cast_unsigned())
}

/// Appends the value of a field to a part by its shape.
pub(super) fn write_value(
    part: &mut PartWriter<'_>,
    key: &'static str,
    field: Field,
    value: Option<Value<'_>>,
) {
    match value {
        None => {}
        Some(Value::Day(day)) => {
            part.day(key, Some(day));
        }
        Some(Value::List(elements)) => {
            part.list(key, elements.iter().map(String::as_str));
        }
        Some(Value::Text(text)) if field.shape() == Shape::List => {
            part.list(key, text.split('\n'));
        }
        Some(Value::Text(text)) => {
            part.text(key, Some(text));
        }
    }
}

/// The text of a field that is one.
pub fn text<V: FieldValues>(values: &V, field: Field) -> Option<&str> {
    match values.value(field)? {
        Value::Text(text) => Some(text),
        Value::Day(_) | Value::List(_) => None,
    }
}

/// The day of a field that is one.
pub fn day(values: &impl FieldValues, field: Field) -> Option<NaiveDate> {
    match values.value(field)? {
        Value::Day(day) => Some(day),
        Value::Text(text) => text.parse().ok(),
        Value::List(_) => None,
    }
}

/// The last day of provision, where one is known.
pub fn last_day(values: &impl FieldValues) -> Option<NaiveDate> {
    let method = text(values, Field::Method).and_then(Method::from_word);
    last_day_of(method.unwrap_or_default(), |field| day(values, field))
}
