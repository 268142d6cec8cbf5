//! Corrections as they are stored: the two parts of a `correction` entry (FORMAT.md, "Correction"), and which there are about
//! which record.
//!
//! Owns: a correction's parts, finding corrections. Does not own: applying them (`record::correction`).

use std::collections::HashMap;

use super::append::{Act, Appended, Appender};
use super::columns;
use super::damage::BadValue;
use super::failure::{Failure, Result};
use super::open::Store;
use super::read::Seen;
use crate::ledger::Kind;
use crate::ledger::part::{PartWriter, Value, decode};
use crate::record::correction::{Correction, Reading, amended};
use crate::record::{self, Field, Part, Provision};
use crate::verify::PartSeen;

/// The corrections of the log by the record that they are about, each with its index, in their order.
pub(super) type Corrections = HashMap<u64, Vec<(u64, Correction)>>;

impl Appender<'_> {
    /// Appends a correction about the record `about`, which reads as `reading` from then on (`None`: void).
    ///
    /// # Errors
    /// Those of the database; [`Failure::BadValue`] for a part that is too long.
    pub fn correct(
        &mut self,
        about: u64,
        correction: &Correction,
        reading: Option<&Provision>,
    ) -> Result<Appended> {
        let (facts, extra) = parts(correction);
        if decode(&facts).is_err() || (!extra.is_empty() && decode(&extra).is_err()) {
            return Err(Failure::BadValue(BadValue::Text));
        }
        let base = match reading {
            Some(p) => self.base(p),
            None => crate::ledger::Base::Day(self.base_after(None)),
        };
        let (facts, extra) = (&facts[..], &extra[..]);
        self.entry(Act { kind: Kind::Correction, about: Some(about), base, facts, extra })
    }
}

impl Store {
    /// All corrections among the first `size` entries.
    pub(super) fn corrections(&self, size: u64) -> Result<Corrections> {
        let mut all = Corrections::new();
        for index in self.amending()?.into_iter().filter(|index| *index < size) {
            let found = self.see_one(index, correction_of)?;
            if let Some((about, correction)) = found.flatten() {
                all.entry(about).or_default().push((index, correction));
            }
        }
        Ok(all)
    }
}

impl Store {
    /// The corrections of one record, and whether any entry about it was altered.
    ///
    /// # Errors
    /// Those of the database.
    pub(super) fn corrections_of(&self, about: u64) -> Result<(Vec<(u64, Correction)>, bool)> {
        let indexes = self.indexes("about = ?1", [about])?;
        let (mut all, mut altered) = (Vec::new(), false);
        for index in indexes {
            let prev = self.prev_of(index)?;
            let found = self.see_one(index, |seen| (correction_of(seen), seen.is_altered(prev)))?;
            let Some((correction, is_altered)) = found else { continue };
            all.extend(correction.map(|(_, correction)| (index, correction)));
            altered |= is_altered;
        }
        Ok((all, altered))
    }
}

/// The correction in an entry, and what it is about; `None` for any other entry, and for one that was erased.
pub(super) fn correction_of(seen: &Seen<'_>) -> Option<(u64, Correction)> {
    let s = &seen.sighting;
    let fields = s.fields.ok().filter(|fields| fields.kind == Kind::Correction)?;
    let PartSeen::Present { bytes: facts, .. } = s.facts else { return None };
    let extra = match s.extra {
        PartSeen::Present { bytes, .. } => bytes,
        _ => &[],
    };
    Some((fields.about?, of_parts(facts, extra)?))
}

/// How a record reads with its corrections. One that cannot be read changes nothing: `verify` speaks of it.
pub(super) fn reading(recorded: &Provision, corrections: &[(u64, Correction)]) -> Reading {
    amended(recorded, corrections.iter().map(|(_, correction)| correction)).unwrap_or(Reading::Recorded)
}

/// The parts of a correction, canonical; the extra part may be empty.
fn parts(correction: &Correction) -> (Vec<u8>, Vec<u8>) {
    let (mut facts, mut extra) = (Vec::new(), Vec::new());
    let mut names: Vec<&str> = correction.changes.iter().map(|(field, _)| field.name()).collect();
    names.sort_unstable();
    let mut part = PartWriter::new(&mut facts);
    part.list("fields", names.iter().copied());
    write_set(correction, &mut part, Part::Facts);
    part.text("void", correction.void.then_some("yes"));
    part.finish();
    let mut part = PartWriter::new(&mut extra);
    part.text("handler", correction.handler.as_deref()).text("reason", correction.reason.as_deref());
    write_set(correction, &mut part, Part::Extra);
    part.finish();
    (facts, extra)
}

fn write_set(correction: &Correction, part: &mut PartWriter<'_>, of: Part) {
    for field in Field::of_part(of) {
        let change = correction.changes.iter().find(|(f, _)| f == field);
        let value = change.and_then(|(_, value)| value.as_deref());
        columns::write(part, field.set_name(), *field, value.map(record::Value::Text));
    }
}

/// Reads the parts of a correction; `None` for parts that none has. The extra part is empty where it is gone.
fn of_parts(facts: &[u8], extra: &[u8]) -> Option<Correction> {
    let members = |part: &[u8]| if part.is_empty() { Some(Vec::new()) } else { decode(part).ok() };
    let mut correction = Correction::default();
    let mut set: Vec<(Field, String)> = Vec::new();
    let mut named: Vec<Field> = Vec::new();
    for (key, value) in members(facts)?.into_iter().chain(members(extra)?) {
        match (key.as_str(), value) {
            ("fields", Value::List(names)) => {
                for name in names {
                    named.push(Field::from_name(&name)?);
                }
            }
            ("void", Value::Text(_)) => correction.void = true,
            ("reason", Value::Text(reason)) => correction.reason = Some(reason),
            ("handler", Value::Text(handler)) => correction.handler = Some(handler),
            (key, value) => {
                let field = key.strip_prefix("set_").and_then(Field::from_name)?;
                let value = match value {
                    Value::Text(text) => text,
                    Value::List(list) => list.join("\n"),
                };
                set.push((field, value));
            }
        }
    }
    named.sort_unstable();
    for field in named {
        let value = set.iter().find(|(f, _)| *f == field).map(|(_, value)| value.clone());
        correction.changes.push((field, value));
    }
    Some(correction)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_correction_says_is_read_back_from_its_parts() {
        let correction = Correction {
            void: false,
            changes: vec![
                (Field::ProvidedOn, Some("2026-01-02".into())),
                (Field::Items, Some("氏名\n住所".into())),
                (Field::Purpose, None),
                (Field::Note, Some("一行目\n二行目".into())),
            ],
            reason: Some("誤記".into()),
            handler: None,
        };
        let (facts, extra) = parts(&correction);
        assert_eq!(
            String::from_utf8(facts.clone()).unwrap(),
            r#"{"fields":["items","note","provided_on","purpose"],"set_items":["氏名","住所"],"set_provided_on":"2026-01-02"}"#
        );
        assert_eq!(
            String::from_utf8(extra.clone()).unwrap(),
            r#"{"reason":"誤記","set_note":"一行目\n二行目"}"#
        );
        assert_eq!(of_parts(&facts, &extra), Some(correction));
        assert_eq!(of_parts(b"{\"set_colour\":\"red\"}", b""), None);
    }
}
