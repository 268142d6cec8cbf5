//! Appending entries: one write transaction, all or nothing, durable when it returns.
//!
//! Owns: the head of the log, chaining, the rows of entries and what belongs to them (lookups, nodes, keys).
//! Does not own: what is appended and why (`cli`), erasing (`erase`).

use rusqlite::{OptionalExtension as _, params};

use super::anchor::AnchorChange;
use super::columns::{RecordColumns, day_number};
use super::failure::{Failure, Result};
use super::intern::{Interner, Table};
use super::keys::{Fingerprints, Of, Salts};
use super::lookup::{self, Batch, Hashes};
use super::open::{Store, Wait, meaning};
use super::place::Place;
use super::{erase, nodes};
use crate::ledger::hash::{leaf_hash, part_hash};
use crate::ledger::part::{MAX_PART, check_element, check_text};
use crate::ledger::tree::Frontier;
use crate::ledger::{Base, Digest, Header, Kind, PartName, Salt, Timestamp};
use crate::record::{Provision, retention};

/// Where an imported record stood.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Provenance {
    /// Index of the import entry.
    pub import: u64,
    /// Line in the file.
    pub line: u64,
}

/// An entry that has been appended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Appended {
    /// Its index.
    pub index: u64,
    /// Its leaf hash.
    pub leaf: Digest,
}

/// What is known of an idempotency key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KeyFound {
    /// Nothing was recorded under it.
    New,
    /// The same content was recorded under it.
    Same(u64),
    /// Other content was recorded under it.
    Other(u64),
}

/// A record that is hashed and ready to be chained. Making it needs no database, so another thread can.
pub struct Prepared {
    provision: Provision,
    items: String,
    provenance: Option<Provenance>,
    facts: (Salt, Digest),
    extra: Option<(Salt, Digest)>,
    hashes: Hashes,
    content: i64,
}

/// Prepares records: canonical parts, salts, hashes, fingerprints.
pub struct Preparer {
    fingerprints: Fingerprints,
    salts: Salts,
    buffer: Vec<u8>,
}

impl Preparer {
    /// A preparer for the ledger that the fingerprints belong to.
    #[must_use]
    pub fn new(fingerprints: Fingerprints) -> Self {
        Preparer { fingerprints, salts: Salts::new(), buffer: Vec::with_capacity(1024) }
    }

    /// Prepares a record.
    ///
    /// # Errors
    /// [`Failure::BadValue`] for what the format does not take.
    pub fn prepare(&mut self, provision: Provision, provenance: Option<Provenance>) -> Result<Prepared> {
        check_texts(&provision)?;
        let items = provision.items.join("\n");
        let columns = RecordColumns::of(&provision, &items, provenance.map(|p| (p.import, p.line)));
        self.buffer.clear();
        columns.write_facts(&mut self.buffer);
        let facts = hashed(PartName::Facts, &self.buffer, &mut self.salts)?
            .ok_or(Failure::BadValue("a record without facts"))?;
        self.buffer.clear();
        columns.write_extra(&mut self.buffer);
        let extra = hashed(PartName::Extra, &self.buffer, &mut self.salts)?;
        self.buffer.clear();
        columns.write_content(&mut self.buffer);
        let content = self.fingerprints.short(Of::Content, &self.buffer);
        let hashes = Hashes::of_principal(&self.fingerprints, columns.principal_id, columns.principal_name);
        Ok(Prepared { provision, items, provenance, facts, extra, hashes, content })
    }
}

/// Salts and hashes a part; an empty part has neither.
fn hashed(name: PartName, part: &[u8], salts: &mut Salts) -> Result<Option<(Salt, Digest)>> {
    if part.len() > MAX_PART {
        return Err(Failure::BadValue("a payload part of more than 64 KiB"));
    }
    if part.is_empty() {
        return Ok(None);
    }
    let salt = salts.draw()?;
    Ok(Some((salt, part_hash(name, &salt, part))))
}

/// The last line of defence: a text that the format does not take must never be hashed.
fn check_texts(p: &Provision) -> Result<()> {
    let texts = [
        &p.recipient_name,
        &p.recipient_address,
        &p.recipient_representative,
        &p.principal_id,
        &p.principal_name,
        &p.consent_evidence,
        &p.purpose,
        &p.medium,
        &p.handler,
        &p.note,
        &p.source_number,
    ];
    let good = texts.into_iter().flatten().all(|t| check_text(t).is_ok())
        && p.items.iter().all(|i| check_element(i).is_ok());
    if good { Ok(()) } else { Err(Failure::BadValue("an empty text or a control character")) }
}

/// The write side of a ledger, inside one transaction.
pub struct Appender<'a> {
    pub(super) store: &'a Store,
    pub(super) fingerprints: &'a Fingerprints,
    pub(super) now: Timestamp,
    size: u64,
    head: Option<Digest>,
    newest: Timestamp,
    tree: Option<Frontier>,
    interner: Interner,
    lookups: Batch,
    preparer: Preparer,
    header: Vec<u8>,
}

/// The fields of a header that the caller of `chain` decides.
struct Chained {
    kind: Kind,
    base: Base,
    facts: Option<Digest>,
    extra: Option<Digest>,
}

/// What a transaction owes to the anchor.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Guard {
    /// There is none.
    NotAnchored,
    /// It is to be advanced after the commit.
    Anchored(Place),
    /// It is out of reach, and the user goes on without it: that is recorded.
    Later,
}

impl Store {
    /// Runs `work` in one write transaction and commits; rolls back when it fails.
    ///
    /// # Errors
    /// Those of `work`, and [`Failure::Locked`] when other processes keep the ledger for longer than `wait`.
    pub fn append<T, E: From<Failure>>(
        &self,
        wait: &mut Wait<'_>,
        now: Timestamp,
        fingerprints: &Fingerprints,
        work: impl FnOnce(&mut Appender<'_>) -> std::result::Result<T, E>,
    ) -> std::result::Result<T, E> {
        let without_anchor = wait.without_anchor;
        self.transact(wait, now, fingerprints, || self.guard(without_anchor), work)
    }

    /// As [`Store::append`], for a change of the anchor itself.
    pub(super) fn append_guarded<T, E: From<Failure>>(
        &self,
        wait: &mut Wait<'_>,
        now: Timestamp,
        fingerprints: &Fingerprints,
        guard: Guard,
        work: impl FnOnce(&mut Appender<'_>) -> std::result::Result<T, E>,
    ) -> std::result::Result<T, E> {
        self.transact(wait, now, fingerprints, || Ok(guard), work)
    }

    fn transact<T, E: From<Failure>>(
        &self,
        wait: &mut Wait<'_>,
        now: Timestamp,
        fingerprints: &Fingerprints,
        guard: impl FnOnce() -> Result<Guard>,
        work: impl FnOnce(&mut Appender<'_>) -> std::result::Result<T, E>,
    ) -> std::result::Result<T, E> {
        erase::retry_pending(self)?;
        self.begin(wait)?;
        let mut guarded = Guard::NotAnchored;
        let done = guard().and_then(|guard| {
            guarded = guard;
            let mut appender = Appender::start(self, now, fingerprints)?;
            if guarded == Guard::Later {
                appender.act(Kind::Anchor, &AnchorChange::Later.facts(None), &[])?;
            }
            Ok(appender)
        });
        let done = done.map_err(E::from).and_then(|mut appender| {
            let value = work(&mut appender)?;
            appender.finish()?;
            Ok(value)
        });
        let ended = if done.is_ok() { "COMMIT" } else { "ROLLBACK" };
        match (done, self.run(|c| c.execute_batch(ended))) {
            (Ok(value), Ok(())) => {
                // Only what the anchor holds is acknowledged.
                if let Guard::Anchored(place) = &guarded {
                    self.advance_anchor(place)?;
                }
                Ok(value)
            }
            (Ok(_), Err(e)) => {
                // A commit that failed leaves the transaction open; nothing of it may stay.
                let _ = self.conn.execute_batch("ROLLBACK");
                Err(e.into())
            }
            (Err(e), _) => Err(e),
        }
    }
}

impl<'a> Appender<'a> {
    fn start(store: &'a Store, now: Timestamp, fingerprints: &'a Fingerprints) -> Result<Self> {
        let head = store.run(|c| {
            c.query_row("SELECT idx, leaf FROM entry ORDER BY idx DESC LIMIT 1", [], |r| {
                Ok((r.get::<_, u64>(0)?, Digest(r.get(1)?)))
            })
            .optional()
        })?;
        let newest =
            store.run(|c| c.query_row("SELECT newest FROM state", [], |r| r.get::<_, i64>(0)).optional())?;
        let newest = newest.map_or(Some(now), Timestamp::from_millis);
        Ok(Appender {
            store,
            fingerprints,
            now,
            size: head.map_or(0, |(idx, _)| idx + 1),
            head: head.map(|(_, leaf)| leaf),
            newest: newest.ok_or(Failure::Damaged { index: None, why: "the newest time on record" })?,
            tree: None,
            interner: Interner::default(),
            lookups: Batch::default(),
            preparer: Preparer::new(fingerprints.clone()),
            header: Vec::with_capacity(512),
        })
    }

    /// How many entries the log has now: the index of the next one.
    #[must_use]
    pub fn size(&self) -> u64 {
        self.size
    }

    /// The newest time anywhere in the log, this transaction's included.
    #[must_use]
    pub fn newest(&self) -> Timestamp {
        self.newest
    }

    /// Looks an idempotency key up.
    ///
    /// # Errors
    /// Those of the database.
    pub fn find_key(&mut self, key: &str, prepared: &Prepared) -> Result<KeyFound> {
        let hash = self.fingerprints.short(Of::Key, key.as_bytes());
        let found = self.store.run(|c| {
            c.prepare_cached("SELECT idx, content FROM key WHERE hash = ?1")?
                .query_row([hash], |r| Ok((r.get::<_, u64>(0)?, r.get::<_, i64>(1)?)))
                .optional()
        })?;
        Ok(match found {
            None => KeyFound::New,
            Some((idx, content)) if content == prepared.content => KeyFound::Same(idx),
            Some((idx, _)) => KeyFound::Other(idx),
        })
    }

    /// Prepares a record in this thread.
    ///
    /// # Errors
    /// [`Failure::BadValue`] for what the format does not take.
    pub fn prepare(&mut self, provision: Provision, provenance: Option<Provenance>) -> Result<Prepared> {
        self.preparer.prepare(provision, provenance)
    }

    /// Appends a record, under an idempotency key if there is one (which must have been found to be new).
    ///
    /// # Errors
    /// Those of the database.
    pub fn record(&mut self, p: &Prepared, key: Option<&str>) -> Result<Appended> {
        let today = self.now.legal_day();
        let base = retention::base(self.newest.legal_day(), today, p.provision.provided_on);
        let done = self.chain(Chained {
            kind: Kind::Provision,
            base: Base::Day(base),
            facts: Some(p.facts.1),
            extra: p.extra.map(|(_, hash)| hash),
        })?;
        self.insert_record(p, done, base).map_err(|e| meaning(&self.store.path, e))?;
        if let Some(key) = key {
            let hash = self.fingerprints.short(Of::Key, key.as_bytes());
            self.store.run(|c| {
                c.prepare_cached("INSERT INTO key (hash, idx, content) VALUES (?1, ?2, ?3)")?
                    .execute(params![hash, done.index, p.content])
            })?;
        }
        Ok(done)
    }

    fn insert_record(
        &mut self,
        p: &Prepared,
        done: Appended,
        base: chrono::NaiveDate,
    ) -> rusqlite::Result<()> {
        let conn = &self.store.conn;
        let columns = RecordColumns::of(&p.provision, &p.items, p.provenance.map(|p| (p.import, p.line)));
        let mut intern = |table, value| self.interner.id(conn, self.fingerprints, table, value).map(Some);
        let recipient = match columns.recipient {
            Some(r) => intern(Table::Recipient, [r.kind, r.name, r.address, r.representative])?,
            None => None,
        };
        let items = match columns.items {
            Some(items) => intern(Table::Items, [Some(items), None, None, None])?,
            None => None,
        };
        let circumstance = match (columns.purpose, columns.medium, columns.handler) {
            (None, None, None) => None,
            (purpose, medium, handler) => intern(Table::Circumstance, [purpose, medium, handler, None])?,
        };
        let provided_on = columns.provided_on.map(day_number);
        conn.prepare_cached(
            "INSERT INTO entry (idx, time, kind, base, leaf, facts_salt, extra_salt, provided_on, terms, recipient,
               principal_id, principal_name, items, consent_evidence, circumstance, note, source_number,
               claimed_recorded_on, import, line, fingerprint)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19, ?20, ?21)",
        )?
        .execute(params![
            done.index,
            self.now.millis(),
            Kind::Provision.code(),
            day_number(base),
            done.leaf.0,
            p.facts.0.0,
            p.extra.map(|(salt, _)| salt.0),
            provided_on,
            columns.terms(),
            recipient,
            columns.principal_id,
            columns.principal_name,
            items,
            columns.consent_evidence,
            circumstance,
            columns.note,
            columns.source_number,
            columns.claimed_recorded_on.map(day_number),
            columns.import,
            columns.line,
            p.content,
        ])?;
        let hashes = Hashes { day: provided_on, recipient: recipient.map(lookup::recipient), ..p.hashes };
        self.lookups.push(conn, done.index, hashes)
    }

    /// Appends an entry that is not a record, from its canonical parts (`extra` may be empty).
    ///
    /// # Errors
    /// Those of the database; [`Failure::BadValue`] for a part that is too long.
    pub fn act(&mut self, kind: Kind, facts: &[u8], extra: &[u8]) -> Result<Appended> {
        debug_assert!(crate::ledger::part::decode(facts).is_ok());
        let hashed_facts = hashed(PartName::Facts, facts, &mut self.preparer.salts)?;
        let hashed_extra = hashed(PartName::Extra, extra, &mut self.preparer.salts)?;
        let done = self.chain(Chained {
            kind,
            base: Base::None,
            facts: hashed_facts.map(|(_, hash)| hash),
            extra: hashed_extra.map(|(_, hash)| hash),
        })?;
        let text = |bytes: &[u8]| match bytes {
            [] => Ok(None),
            _ => String::from_utf8(bytes.to_vec()).map(Some).map_err(|_| Failure::BadValue("not UTF-8")),
        };
        let (facts, extra) = (text(facts)?, text(extra)?);
        self.store.run(|c| {
            c.prepare_cached(
                "INSERT INTO entry (idx, time, kind, leaf, facts_salt, extra_salt, facts, extra)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
            )?
            .execute(params![
                done.index,
                self.now.millis(),
                kind.code(),
                done.leaf.0,
                hashed_facts.map(|(salt, _)| salt.0),
                hashed_extra.map(|(salt, _)| salt.0),
                facts,
                extra,
            ])
        })?;
        Ok(done)
    }

    /// Makes the next header, moves the head, and keeps the nodes that are complete now.
    fn chain(&mut self, next: Chained) -> Result<Appended> {
        let header = Header {
            index: self.size,
            prev: self.head,
            time: self.now,
            kind: next.kind,
            about: None,
            base: next.base,
            facts: next.facts,
            extra: next.extra,
        };
        self.header.clear();
        header.encode_into(&mut self.header);
        let leaf = leaf_hash(&self.header);
        // The tree is resumed only when this leaf completes a kept subtree; a single record mostly does not.
        if self.tree.is_none() && nodes::completes(self.size) {
            let tree = self.store.run(|c| nodes::frontier(c, self.size))?;
            self.tree =
                Some(tree.ok_or(Failure::Damaged { index: None, why: "a node of the tree is missing" })?);
        }
        if let Some(tree) = &mut self.tree {
            let mut kept = Ok(());
            tree.push(leaf, |node| {
                if kept.is_ok() {
                    kept = nodes::keep(&self.store.conn, node);
                }
            });
            kept.map_err(|e| meaning(&self.store.path, e))?;
        }
        self.size += 1;
        self.head = Some(leaf);
        self.newest = self.newest.max(self.now);
        Ok(Appended { index: header.index, leaf })
    }

    fn finish(&mut self) -> Result<()> {
        let newest = self.newest.millis();
        let store = self.store;
        store.run(|c| {
            self.lookups.finish(c)?;
            c.prepare_cached(
                "INSERT INTO state (one, newest) VALUES (1, ?1) ON CONFLICT (one) DO UPDATE SET newest = ?1",
            )?
            .execute([newest])
        })?;
        Ok(())
    }
}
