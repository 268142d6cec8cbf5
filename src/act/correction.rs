//! What a correction sets, clears or voids (FORMAT.md, "Correction").
//!
//! Owns: its two parts, and the days that it sets. Does not own: applying it (`record::correction`), its row in a CSV file
//! (`verify::bundle`).

use chrono::NaiveDate;

use super::record::write_value;
use super::{By, HANDLER, Members, Parts, REASON, Said, yes};
use crate::ledger::Kind;
use crate::ledger::part::{PartWriter, Value as Member, decode};
use crate::record::correction::Correction;
use crate::record::provision::LAST_DAYS;
use crate::record::{Field, Part, Value};

const FIELDS: &str = "fields";
/// Before the name of a field that is set; see [`Field::set_name`].
const SET: &str = "set_";
const VOID: &str = "void";

/// What a correction says, as it was found: nobody has looked yet whether it fits together.
pub struct Stated<'a> {
    /// The names of the fields that it sets or clears, in the order in which they stand there.
    pub fields: Vec<&'a str>,
    /// What it sets, by [`Field::position`]; a list one element a line.
    pub set: [Option<&'a str>; Field::COUNT],
    /// That the record is void.
    pub void: Option<&'a str>,
}

impl Stated<'_> {
    /// Its parts.
    #[must_use]
    pub fn parts(&self, by: By<'_>) -> Parts {
        let set = |writer: &mut PartWriter<'_>, of: Part| {
            for field in Field::of_part(of) {
                let value = self.set[field.position()].map(Value::Text);
                write_value(writer, field.set_name(), *field, value);
            }
        };
        let facts = |facts: &mut PartWriter<'_>| {
            facts.list(FIELDS, self.fields.iter().copied());
            set(facts, Part::Facts);
            facts.text(VOID, self.void);
        };
        Parts::write(facts, |extra| {
            extra.text(HANDLER, by.handler).text(REASON, by.reason);
            set(extra, Part::Extra);
        })
    }
}

/// The last of the days that a correction sets, by its facts.
#[must_use]
pub fn last_day_set(facts: &[u8]) -> Option<NaiveDate> {
    let facts = Members::of(facts);
    LAST_DAYS.iter().filter_map(|field| facts.day(field.set_name())).max()
}

impl Said for Correction {
    const KIND: Kind = Kind::Correction;

    fn parts(&self, by: By<'_>) -> Parts {
        let mut stated = Stated { fields: Vec::new(), set: [None; Field::COUNT], void: yes(self.void) };
        for (field, value) in &self.changes {
            stated.fields.push(field.name());
            stated.set[field.position()] = value.as_deref();
        }
        stated.fields.sort_unstable();
        stated.parts(by)
    }

    /// `None` also for parts with keys that no correction has.
    fn read(facts: &[u8], extra: &[u8]) -> Option<Correction> {
        let members = |part: &[u8]| if part.is_empty() { Some(Vec::new()) } else { decode(part).ok() };
        let mut correction = Correction::default();
        let mut set: Vec<(Field, String)> = Vec::new();
        let mut named: Vec<Field> = Vec::new();
        for (key, value) in members(facts)?.into_iter().chain(members(extra)?) {
            match (key.as_str(), value) {
                (FIELDS, Member::List(names)) => {
                    for name in names {
                        named.push(Field::from_name(&name)?);
                    }
                }
                (VOID, Member::Text(_)) => correction.void = true,
                (REASON, Member::Text(reason)) => correction.reason = Some(reason),
                (HANDLER, Member::Text(handler)) => correction.handler = Some(handler),
                (key, value) => {
                    let field = key.strip_prefix(SET).and_then(Field::from_name)?;
                    let value = match value {
                        Member::Text(text) => text,
                        Member::List(list) => list.join("\n"),
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
        let Parts { facts, extra, canonical } =
            correction.parts(By { handler: None, reason: correction.reason.as_deref() });
        assert!(canonical);
        assert_eq!(
            String::from_utf8(facts.clone()).unwrap(),
            r#"{"fields":["items","note","provided_on","purpose"],"set_items":["氏名","住所"],"set_provided_on":"2026-01-02"}"#
        );
        assert_eq!(
            String::from_utf8(extra.clone()).unwrap(),
            r#"{"reason":"誤記","set_note":"一行目\n二行目"}"#
        );
        assert_eq!(Correction::read(&facts, &extra), Some(correction));
        assert_eq!(Correction::read(b"{\"set_colour\":\"red\"}", b""), None);
        assert_eq!(last_day_set(&facts), "2026-01-02".parse().ok());
    }

    #[test]
    fn the_table_sets_a_field_under_the_prefix_that_is_read() {
        for field in Field::ALL {
            assert_eq!(field.set_name().strip_prefix(SET), Some(field.name()));
        }
    }
}
