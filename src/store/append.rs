//! Appending entries: one write transaction, all or nothing, durable when it returns.
//!
//! Owns: the head of the log, chaining, the rows of entries and what belongs to them (lookups, nodes, keys).
//! Does not own: what is appended and why (`cli`), erasing (`erase`).

use chrono::NaiveDate;
use rusqlite::{OptionalExtension as _, params};

use super::columns::{Layout, RecordCells, day_number};
use super::connection::{Store, Wait};
use super::damage::{BadValue, Damage};
use super::failure::meaning;
use super::failure::{Failure, Result};
use super::intern::Interner;
use super::keys::Fingerprints;
use super::lookup::{self, Batch, Hashes};
use super::place::AnchorPlace;
use super::prepare::{Prepared, Preparer, hashed};
use super::{nodes, pending};
use crate::act::{AnchorChange, By, Kept, Said, Trust};
use crate::ledger::hash::leaf_hash;
use crate::ledger::tree::Frontier;
use crate::ledger::{Base, Digest, Header, Kind, PartName, Timestamp};
use crate::record::clock::{Ahead, ahead};
use crate::record::field::Interned;
use crate::record::run::Run;
use crate::record::{Provision, Side, Value, retention};

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

/// The write side of a ledger, inside one transaction.
pub struct Appender<'a> {
    pub(super) store: &'a Store,
    pub(super) fingerprints: &'a Fingerprints,
    pub(super) now: Timestamp,
    pub(super) confirmed_on: Option<NaiveDate>,
    size: u64,
    head: Option<Digest>,
    newest: Timestamp,
    tree: Option<Frontier>,
    interner: Interner,
    lookups: Batch,
    preparer: Preparer,
    header: Vec<u8>,
    /// The records whose claimed dates count (FORMAT.md, "Trust").
    trusted: Option<Run>,
}

/// An entry that is not a record, to be appended.
#[derive(Clone, Copy, Debug)]
pub struct Act<'a> {
    /// What it is.
    pub kind: Kind,
    /// The earlier entry that it amends or closes.
    pub about: Option<u64>,
    /// Its retention base.
    pub base: Base,
    /// Its canonical facts.
    pub facts: &'a [u8],
    /// Its canonical extra part; may be empty.
    pub extra: &'a [u8],
}

/// What no part takes.
const NOT_A_TEXT: Failure = Failure::BadValue(BadValue::Text);

/// The time by which a transaction writes. It is read inside the transaction, after the wait for others: an entry that waited
/// over midnight is one of the new day, and none is older than what others wrote while it waited.
pub struct Clock<'a> {
    /// The machine's clock; `None` where it shows no usable time.
    pub read: &'a dyn Fn() -> Option<Timestamp>,
    /// The day that a person has stated, which must be the clock's own.
    pub confirmed_on: Option<NaiveDate>,
}

impl Clock<'_> {
    /// The present time, if it may be written by: `newest` is the newest time in the log.
    ///
    /// # Errors
    /// [`Failure::NoClock`], [`Failure::NotToday`], [`Failure::ClockFarAhead`].
    pub fn now(&self, newest: Option<Timestamp>) -> Result<Timestamp> {
        let now = (self.read)().ok_or(Failure::NoClock)?;
        let today = now.legal_day();
        match (self.confirmed_on, newest) {
            (Some(confirmed), _) if confirmed != today => Err(Failure::NotToday { confirmed, today }),
            (None, Some(newest)) if matches!(ahead(newest.legal_day(), today), Ahead::Confirm(_)) => {
                Err(Failure::ClockFarAhead { newest, now })
            }
            _ => Ok(now),
        }
    }
}

impl Clock<'_> {
    /// The present time, if something may be erased by it: a person has stated the day. Asked again where it is erased.
    ///
    /// # Errors
    /// [`Failure::DayNotStated`], and those of [`Clock::now`].
    pub fn now_for_deletion(&self, newest: Option<Timestamp>) -> Result<Timestamp> {
        self.confirmed_on.ok_or(Failure::DayNotStated)?;
        self.now(newest)
    }
}

/// What every transaction needs from whoever writes.
pub struct Writing<'w, 'n> {
    /// How other processes are waited for.
    pub wait: &'w mut Wait<'n>,
    /// The time.
    pub clock: &'w Clock<'w>,
    /// The keyed hashes that make entries findable.
    pub fingerprints: &'w Fingerprints,
}

/// A base as the database keeps it.
fn base_number(base: Base) -> Option<i64> {
    match base {
        Base::None => None,
        Base::Open => Some(0),
        Base::Day(day) => Some(day_number(day)),
    }
}

/// The fields of a header that the caller of `chain` decides.
struct Chained {
    kind: Kind,
    about: Option<u64>,
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
    Anchored(AnchorPlace),
    /// It is out of reach, and the user goes on without it: that is recorded.
    Later,
}

impl Store {
    /// Runs `work` in one write transaction and commits; rolls back when it fails.
    ///
    /// # Errors
    /// Those of `work`, and [`Failure::Locked`] when other processes keep the ledger for longer than is waited.
    pub fn append<T, E: From<Failure>>(
        &self,
        with: &mut Writing<'_, '_>,
        work: impl FnOnce(&mut Appender<'_>) -> std::result::Result<T, E>,
    ) -> std::result::Result<T, E> {
        let without_anchor = with.wait.without_anchor;
        self.transact(with, || self.guard(without_anchor), work)
    }

    /// As [`Store::append`], for a change of the anchor itself.
    pub(super) fn append_guarded<T, E: From<Failure>>(
        &self,
        with: &mut Writing<'_, '_>,
        guard: Guard,
        work: impl FnOnce(&mut Appender<'_>) -> std::result::Result<T, E>,
    ) -> std::result::Result<T, E> {
        self.transact(with, || Ok(guard), work)
    }

    fn transact<T, E: From<Failure>>(
        &self,
        with: &mut Writing<'_, '_>,
        guard: impl FnOnce() -> Result<Guard>,
        work: impl FnOnce(&mut Appender<'_>) -> std::result::Result<T, E>,
    ) -> std::result::Result<T, E> {
        pending::retry_pending(self)?;
        self.begin(with.wait)?;
        let mut guarded = Guard::NotAnchored;
        let mut entries = None;
        let done = guard().and_then(|guard| {
            guarded = guard;
            let mut appender = Appender::start(self, with.clock, with.fingerprints)?;
            if guarded == Guard::Later {
                appender.say(&AnchorChange::Later, By::default())?;
            }
            Ok(appender)
        });
        let done = done.map_err(E::from).and_then(|mut appender| {
            let before = appender.size;
            let value = work(&mut appender)?;
            appender.finish()?;
            entries = (appender.size > before).then(|| (before, appender.size - 1));
            self.still_there()?;
            Ok(value)
        });
        let value = self.end(done)?;
        self.still_there()?;
        // Only what the anchor holds is acknowledged.
        if let Guard::Anchored(place) = &guarded {
            self.advance_anchor(place, with.wait.limit, entries)?;
        }
        Ok(value)
    }
}

impl Store {
    /// The newest time anywhere in the log; `None` for an empty one.
    ///
    /// # Errors
    /// Those of the database; [`Failure::Damaged`] where it is no time.
    pub fn newest(&self) -> Result<Option<Timestamp>> {
        let stored: Option<i64> =
            self.run(|c| c.query_row("SELECT newest FROM state", [], |r| r.get(0)).optional())?;
        let damaged = Failure::Damaged { index: None, why: Damage::NewestTime };
        stored.map(|ms| Timestamp::from_millis(ms).ok_or(damaged)).transpose()
    }

    /// The file that is written is the one that lies at the path: another may have been put there by a rename.
    fn still_there(&self) -> Result<()> {
        match self.has_moved()? {
            true => Err(Failure::Moved(self.path.clone())),
            false => Ok(()),
        }
    }
}

impl<'a> Appender<'a> {
    fn start(store: &'a Store, clock: &Clock<'_>, fingerprints: &'a Fingerprints) -> Result<Self> {
        let head = store.run(|c| {
            c.query_row("SELECT idx, leaf FROM entry ORDER BY idx DESC LIMIT 1", [], |r| {
                Ok((r.get::<_, u64>(0)?, Digest(r.get(1)?)))
            })
            .optional()
        })?;
        let newest = store.newest()?;
        let now = clock.now(newest)?;
        Ok(Appender {
            store,
            fingerprints,
            now,
            confirmed_on: clock.confirmed_on,
            size: head.map_or(0, |(idx, _)| idx + 1),
            head: head.map(|(_, leaf)| leaf),
            newest: newest.unwrap_or(now),
            tree: None,
            interner: Interner::default(),
            lookups: Batch::default(),
            preparer: Preparer::new(fingerprints.clone()),
            header: Vec::with_capacity(512),
            trusted: None,
        })
    }

    /// How many entries the log has now: the index of the next one.
    #[must_use]
    pub fn size(&self) -> u64 {
        self.size
    }

    /// The time of this transaction's entries.
    #[must_use]
    pub fn now(&self) -> Timestamp {
        self.now
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
    pub fn find_key(&self, prepared: &Prepared) -> Result<KeyFound> {
        let Some(key) = prepared.key else { return Ok(KeyFound::New) };
        let found = self.store.run(|c| {
            c.prepare_cached("SELECT idx, fingerprint FROM entry WHERE key = ?1")?
                .query_row([key], |r| Ok((r.get::<_, u64>(0)?, r.get::<_, Option<i64>>(1)?)))
                .optional()
        })?;
        Ok(match found {
            None => KeyFound::New,
            Some((idx, content)) if content == Some(prepared.content) => KeyFound::Same(idx),
            Some((idx, _)) => KeyFound::Other(idx),
        })
    }

    /// Prepares a record in this thread.
    ///
    /// # Errors
    /// [`Failure::BadValue`] for what the format does not take.
    pub fn prepare(&mut self, provision: Provision, key: Option<&str>) -> Result<Prepared> {
        self.preparer.prepare(provision, None, key)
    }

    /// Appends a record; an idempotency key that it has must have been found to be new.
    ///
    /// # Errors
    /// Those of the database.
    pub fn record(&mut self, p: &Prepared) -> Result<Appended> {
        let base = match (self.base(&p.provision), self.trusted) {
            (Base::Day(usual), Some(trusted)) if trusted.covers(self.size) => Base::Day(
                retention::claimed_base(usual, p.provision.claimed_recorded_on, p.provision.last_day()),
            ),
            (base, _) => base,
        };
        let done = self.chain(Chained {
            kind: match p.provision.side {
                Side::Provider => Kind::Provision,
                Side::Recipient => Kind::Receipt,
            },
            about: None,
            base,
            facts: Some(p.facts.1),
            extra: p.extra.map(|(_, hash)| hash),
        })?;
        self.insert_record(p, done, base).map_err(|e| meaning(&self.store.path, e))?;
        Ok(done)
    }

    /// The retention base of an entry about a provision that is recorded now.
    #[must_use]
    pub(super) fn base(&self, p: &Provision) -> Base {
        match p.is_open() {
            true => Base::Open,
            false => Base::Day(self.base_after(p.last_day())),
        }
    }

    /// The retention base of an entry that is recorded now, of something that lasted until `last_day`.
    #[must_use]
    pub(super) fn base_after(&self, last_day: Option<NaiveDate>) -> NaiveDate {
        retention::base(self.newest.legal_day(), self.now.legal_day(), last_day)
    }

    fn insert_record(&mut self, p: &Prepared, done: Appended, base: Base) -> rusqlite::Result<()> {
        let conn = &self.store.conn;
        let cells = RecordCells::of(&p.provision, p.provenance.map(|p| (p.import, p.line)), p.key);
        let mut ids = [None; Interned::ALL.len()];
        for (id, table) in ids.iter_mut().zip(Interned::ALL) {
            if let Some(value) = cells.interned(table) {
                *id = Some(self.interner.id(conn, self.fingerprints, table, &value)?);
            }
        }
        let layout = Layout::get();
        let kind = if cells.side == Side::Provider { Kind::Provision } else { Kind::Receipt };
        let mut row = conn.prepare_cached(&layout.insert)?;
        // What is not bound is NULL.
        row.clear_bindings();
        row.raw_bind_parameter(1, done.index)?;
        row.raw_bind_parameter(2, self.now.millis())?;
        row.raw_bind_parameter(3, kind.code())?;
        row.raw_bind_parameter(4, base_number(base))?;
        row.raw_bind_parameter(5, done.leaf.0)?;
        row.raw_bind_parameter(6, p.facts.0.0)?;
        row.raw_bind_parameter(7, p.extra.map(|(salt, _)| salt.0))?;
        for (field, at) in &layout.own[cells.side as usize] {
            match cells.get(*field) {
                Some(Value::Text(text)) => row.raw_bind_parameter(Layout::parameter(*at), text)?,
                Some(Value::Day(day)) => row.raw_bind_parameter(Layout::parameter(*at), day_number(day))?,
                Some(Value::List(_)) | None => {}
            }
        }
        for (id, at) in ids.iter().zip(layout.interned) {
            row.raw_bind_parameter(Layout::parameter(at), id)?;
        }
        row.raw_bind_parameter(Layout::parameter(layout.terms), cells.terms())?;
        row.raw_bind_parameter(Layout::parameter(layout.import), cells.import)?;
        row.raw_bind_parameter(Layout::parameter(layout.key), cells.key)?;
        row.raw_bind_parameter(Layout::parameter(layout.line), cells.line)?;
        row.raw_bind_parameter(Layout::parameter(layout.fingerprint), p.content)?;
        row.raw_execute()?;
        let hashes = Hashes {
            day: lookup::day_of(&cells),
            party: ids[Interned::Party as usize].map(lookup::party),
            ..p.hashes
        };
        self.lookups.push(conn, done.index, hashes)
    }

    /// Appends an entry that is about no other.
    ///
    /// # Errors
    /// As [`Appender::say_about`].
    pub fn say(&mut self, said: &impl Said, by: By<'_>) -> Result<Appended> {
        self.say_about(said, None, by)
    }

    /// Appends an entry that is not a record, about this earlier one.
    ///
    /// # Errors
    /// Those of the database; [`Failure::BadValue`] for what a part does not take.
    pub fn say_about<S: Said>(&mut self, said: &S, about: Option<u64>, by: By<'_>) -> Result<Appended> {
        let base = match said.kept() {
            Kept::Forever => Base::None,
            Kept::Open => Base::Open,
            Kept::FromEntry => Base::Day(self.base_after(None)),
            Kept::FromEntryAnd(day) => Base::Day(self.base_after(Some(day))),
        };
        self.say_kept(said, about, base, by)
    }

    /// The same, kept from this base on.
    pub(super) fn say_kept<S: Said>(
        &mut self,
        said: &S,
        about: Option<u64>,
        base: Base,
        by: By<'_>,
    ) -> Result<Appended> {
        let parts = said.parts(by);
        // One that is too long is told of as such.
        if !parts.canonical && !parts.are_too_long() {
            return Err(NOT_A_TEXT);
        }
        self.entry(Act { kind: S::KIND, about, base, facts: &parts.facts, extra: &parts.extra })
    }

    /// Appends a trust entry: the retention of the `rows` records behind the next entry, an import, counts from the days
    /// that they claim.
    ///
    /// # Errors
    /// As [`Appender::say_about`].
    pub fn trust(&mut self, rows: u64, by: By<'_>) -> Result<Appended> {
        let first = self.size + 2;
        let range = Run { first, last: (first + rows).saturating_sub(1) };
        let entry = self.say(&Trust { range }, by)?;
        self.trusted = Some(range);
        Ok(entry)
    }

    /// Appends an entry that is not a record, by parts that somebody else has made: they are hashed as they are. What this program
    /// says goes through [`Appender::say`] and [`Appender::say_about`].
    ///
    /// # Errors
    /// Those of the database; [`Failure::BadValue`] for a part that is too long.
    pub fn entry(&mut self, act: Act<'_>) -> Result<Appended> {
        let Act { kind, about, base, facts, extra } = act;
        let hashed_facts = hashed(PartName::Facts, facts, &mut self.preparer.salts)?;
        let hashed_extra = hashed(PartName::Extra, extra, &mut self.preparer.salts)?;
        let done = self.chain(Chained {
            kind,
            about,
            base,
            facts: hashed_facts.map(|(_, hash)| hash),
            extra: hashed_extra.map(|(_, hash)| hash),
        })?;
        let text = |bytes: &[u8]| match bytes {
            [] => Ok(None),
            _ => {
                String::from_utf8(bytes.to_vec()).map(Some).map_err(|_| Failure::BadValue(BadValue::NotUtf8))
            }
        };
        let (facts, extra) = (text(facts)?, text(extra)?);
        self.store.run(|c| {
            c.prepare_cached(
                "INSERT INTO entry (idx, time, kind, leaf, facts_salt, extra_salt, facts, extra, about, base)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)",
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
                about,
                base_number(base),
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
            about: next.about,
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
            self.tree = Some(tree.ok_or(Failure::Damaged { index: None, why: Damage::NodeMissing })?);
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
        let (newest, size) = (self.newest.millis(), self.size);
        let store = self.store;
        store.run(|c| {
            self.lookups.finish(c)?;
            c.prepare_cached(
                "INSERT INTO state (one, newest, size) VALUES (1, ?1, ?2)
                 ON CONFLICT (one) DO UPDATE SET newest = ?1, size = ?2",
            )?
            .execute(params![newest, size])
        })?;
        Ok(())
    }
}
