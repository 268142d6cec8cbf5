//! Records before they are appended: canonical parts, salted and hashed, and the fingerprints of their lookups. None of it
//! needs the database, so several threads can do it.
//!
//! Owns: hashing a record's parts. Does not own: which field stands in which part (`act::record`), chaining (`append`).

use super::columns::RecordCells;
use super::damage::BadValue;
use super::failure::{Failure, Result};
use super::keys::{Fingerprints, Of, Salts};
use super::lookup::Hashes;
use crate::act::record::{write_content, write_content_beside, write_extra, write_facts};
use crate::ledger::hash::part_hash;
use crate::ledger::part::{MAX_PART, check_element, check_text};
use crate::ledger::{Digest, PartName, Salt};
use crate::record::{Field, Provision, Value};

/// Where an imported record stood.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Provenance {
    /// Index of the import entry.
    pub import: u64,
    /// Line in the file.
    pub line: u64,
}

/// A record that is hashed and ready to be chained. Making it needs no database, so another thread can.
pub struct Prepared {
    pub(super) provision: Provision,
    pub(super) provenance: Option<Provenance>,
    /// The keyed fingerprint of its idempotency key.
    pub(super) key: Option<i64>,
    pub(super) facts: (Salt, Digest),
    pub(super) extra: Option<(Salt, Digest)>,
    pub(super) hashes: Hashes,
    pub(super) content: i64,
}

impl Prepared {
    /// The fingerprint of what it says, without how it came here.
    #[must_use]
    pub fn fingerprint(&self) -> i64 {
        self.content
    }
}

/// Prepares records: canonical parts, salts, hashes, fingerprints.
pub struct Preparer {
    fingerprints: Fingerprints,
    pub(super) salts: Salts,
    buffer: Vec<u8>,
    content: Vec<u8>,
}

impl Preparer {
    /// A preparer for the ledger that the fingerprints belong to.
    #[must_use]
    pub fn new(fingerprints: Fingerprints) -> Self {
        Preparer {
            fingerprints,
            salts: Salts::new(),
            buffer: Vec::with_capacity(1024),
            content: Vec::with_capacity(1024),
        }
    }

    /// The fingerprint of what a record says, without how it came here.
    pub fn fingerprint(&mut self, provision: &Provision) -> i64 {
        self.buffer.clear();
        write_content(&RecordCells::of(provision, None, None), &mut self.buffer);
        self.fingerprints.short(Of::Content, &self.buffer)
    }

    /// The same of a row whose facts part has been written.
    pub(super) fn fingerprint_beside(&mut self, facts: &[u8], cells: &RecordCells<'_>) -> i64 {
        self.buffer.clear();
        write_content_beside(facts, cells, &mut self.buffer);
        self.fingerprints.short(Of::Content, &self.buffer)
    }

    /// Prepares a record, under an idempotency key if there is one.
    ///
    /// # Errors
    /// [`Failure::BadValue`] for what the format does not take.
    pub fn prepare(
        &mut self,
        provision: Provision,
        provenance: Option<Provenance>,
        key: Option<&str>,
    ) -> Result<Prepared> {
        check_texts(&provision)?;
        let key = key.map(|key| self.fingerprints.short(Of::Key, key.as_bytes()));
        let cells = RecordCells::of(&provision, provenance.map(|p| (p.import, p.line)), key);
        self.buffer.clear();
        write_facts(&cells, &mut self.buffer);
        let facts = hashed(PartName::Facts, &self.buffer, &mut self.salts)?
            .ok_or(Failure::BadValue(BadValue::NoFacts))?;
        self.content.clear();
        write_content_beside(&self.buffer, &cells, &mut self.content);
        let content = self.fingerprints.short(Of::Content, &self.content);
        self.buffer.clear();
        write_extra(&cells, &mut self.buffer);
        let extra = hashed(PartName::Extra, &self.buffer, &mut self.salts)?;
        let hashes = Hashes::of_principal(
            &self.fingerprints,
            cells.text(Field::PrincipalId),
            cells.text(Field::PrincipalName),
        );
        Ok(Prepared { provision, provenance, key, facts, extra, hashes, content })
    }
}

/// Salts and hashes a part; an empty part has neither.
pub(super) fn hashed(name: PartName, part: &[u8], salts: &mut Salts) -> Result<Option<(Salt, Digest)>> {
    if part.len() > MAX_PART {
        return Err(Failure::BadValue(BadValue::PartTooLong));
    }
    if part.is_empty() {
        return Ok(None);
    }
    let salt = salts.draw()?;
    Ok(Some((salt, part_hash(name, &salt, part))))
}

/// The last line of defence: a text that the format does not take must never be hashed.
fn check_texts(p: &Provision) -> Result<()> {
    let mut good = true;
    p.each_value(|_, value| {
        good &= match value {
            Value::Text(text) => check_text(text).is_ok(),
            Value::List(elements) => elements.iter().all(|e| check_element(e).is_ok()),
            Value::Day(_) => true,
        };
    });
    if good { Ok(()) } else { Err(Failure::BadValue(BadValue::Text)) }
}
