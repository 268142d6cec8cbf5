//! WHAT ENTRIES SAY: a codec a kind. Each file writes and reads the two parts of one kind of entry (FORMAT.md, "Kinds"); no key of a
//! payload stands anywhere else.
//!
//! Owns: keys and their order, values to canonical bytes and back. Does not own: what may stand in a part (`ledger::part`), what the
//! values mean (`record`), where they are stored (`store`), whether they were lawful (`verify`).
//!
//! Of a record only its fields are told apart ([`record`]): its values are a `Provision`, a row of a ledger file or one of a CSV file.

pub mod anchor;
pub mod correction;
pub mod disclosure;
pub mod erasure;
pub mod export;
pub mod filing;
pub mod genesis;
pub mod hold;
pub mod import;
pub mod key;
pub mod recipient;
pub mod record;
pub mod release;
pub mod stop;
pub mod trust;

pub use anchor::AnchorChange;
pub use disclosure::Disclosure;
pub use erasure::Erasure;
pub use export::{Export, Shown};
pub use genesis::Genesis;
pub use hold::Hold;
pub use import::Import;
pub use key::Key;
pub use release::Release;
pub use stop::Withdrawal;
pub use trust::Trust;

use chrono::NaiveDate;

use crate::ledger::Kind;
use crate::ledger::part::{MAX_PART, PartWriter, Value, decode};
use crate::record::correction::Correction;
use crate::record::filing::Filing;
use crate::record::recipient::Recipient;
use crate::record::stop::StopRequest;

const HANDLER: &str = "handler";
const REASON: &str = "reason";

/// What an entry says that is not a record.
pub trait Said: Sized {
    /// What it is.
    const KIND: Kind;

    /// From when its retention counts.
    fn kept(&self) -> Kept {
        Kept::Forever
    }

    /// Its parts, as they are hashed.
    fn parts(&self, by: By<'_>) -> Parts;

    /// Reads them; `None` for parts that do not say it. `extra` is empty where that part is gone.
    fn read(facts: &[u8], extra: &[u8]) -> Option<Self>;
}

/// From when the retention of an entry counts (FORMAT.md, "Kinds"). What a correction is kept for depends on how its record reads,
/// which it does not say.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kept {
    /// It is kept for ever.
    Forever,
    /// Until something ends it.
    Open,
    /// From the day it is entered on.
    FromEntry,
    /// From the day it is entered on, or from this one where that is later.
    FromEntryAnd(NaiveDate),
}

/// Who made an entry, and why: it stands in the extra part.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct By<'a> {
    /// Who.
    pub handler: Option<&'a str>,
    /// Why.
    pub reason: Option<&'a str>,
}

/// The same as it is read back.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Account {
    /// Who.
    pub handler: Option<String>,
    /// Why.
    pub reason: Option<String>,
}

impl Account {
    /// What the extra part of any entry but a record tells; nothing where it is gone.
    #[must_use]
    pub fn read(extra: &[u8]) -> Account {
        let extra = Members::of(extra);
        Account { handler: extra.text(HANDLER), reason: extra.text(REASON) }
    }
}

/// True where an entry that is not a record says what its kind can say, and nothing else: read and written again, its parts are byte for
/// byte the same. `extra` is `None` where that part is erased or withheld; `about` is the entry that it is about.
#[must_use]
pub fn is_understood(kind: Kind, about: Option<u64>, facts: &[u8], extra: Option<&[u8]>) -> bool {
    fn same<S: Said>(facts: &[u8], extra: Option<&[u8]>) -> Option<S> {
        let account = Account::read(extra.unwrap_or_default());
        let by = By { handler: account.handler.as_deref(), reason: account.reason.as_deref() };
        let said = S::read(facts, extra.unwrap_or_default())?;
        let parts = said.parts(by);
        (parts.facts == facts && extra.is_none_or(|extra| parts.extra == extra)).then_some(said)
    }
    match kind {
        // By the table of fields: their parts are made from it.
        Kind::Provision | Kind::Receipt => true,
        Kind::Genesis => same::<Genesis>(facts, extra).is_some(),
        Kind::Correction => same::<Correction>(facts, extra).is_some_and(|c| c.void == c.changes.is_empty()),
        Kind::Erasure => same::<Erasure>(facts, extra).is_some(),
        Kind::Import => same::<Import>(facts, extra).is_some(),
        Kind::Export => same::<Export>(facts, extra).is_some(),
        Kind::Hold => same::<Hold>(facts, extra).is_some(),
        Kind::Release => same::<Release>(facts, extra).is_some_and(|release| Some(release.hold) == about),
        Kind::Trust => same::<Trust>(facts, extra).is_some(),
        Kind::Recipient => same::<Recipient>(facts, extra).is_some(),
        Kind::Filing => same::<Filing>(facts, extra).is_some(),
        Kind::StopRequest if about.is_some() => same::<Withdrawal>(facts, extra).is_some(),
        Kind::StopRequest => same::<StopRequest>(facts, extra).is_some(),
        Kind::Key => same::<Key>(facts, extra).is_some(),
        Kind::Disclosure => same::<Disclosure>(facts, extra).is_some(),
        Kind::Anchor => same::<AnchorChange>(facts, extra).is_some(),
    }
}

/// The two parts of an entry, canonical.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Parts {
    /// Its facts.
    pub facts: Vec<u8>,
    /// Its extra part; may be empty.
    pub extra: Vec<u8>,
    /// Every text is one that the format takes, and neither part is too long.
    pub canonical: bool,
}

impl Parts {
    /// Writes both, by what appends the members of each.
    fn write(facts: impl FnOnce(&mut PartWriter<'_>), extra: impl FnOnce(&mut PartWriter<'_>)) -> Parts {
        let mut parts = Parts::default();
        let mut writer = PartWriter::new(&mut parts.facts);
        facts(&mut writer);
        let facts_are = writer.finish();
        let mut writer = PartWriter::new(&mut parts.extra);
        extra(&mut writer);
        let extra_is = writer.finish();
        parts.canonical = facts_are && (extra_is || parts.extra.is_empty());
        parts
    }

    /// The same for an extra part that tells who and why, and nothing else.
    fn by(by: By<'_>, facts: impl FnOnce(&mut PartWriter<'_>)) -> Parts {
        Parts::write(facts, |extra| {
            extra.text(HANDLER, by.handler).text(REASON, by.reason);
        })
    }

    /// One of them is longer than the format takes.
    #[must_use]
    pub fn are_too_long(&self) -> bool {
        self.facts.len().max(self.extra.len()) > MAX_PART
    }
}

/// The keys and values of a part that is read; none of one that is not canonical.
struct Members(Vec<(String, Value)>);

impl Members {
    fn of(part: &[u8]) -> Members {
        Members(decode(part).unwrap_or_default())
    }

    fn get(&self, key: &str) -> Option<&Value> {
        self.0.iter().find(|(k, _)| k == key).map(|(_, value)| value)
    }

    fn text(&self, key: &str) -> Option<String> {
        match self.get(key)? {
            Value::Text(text) => Some(text.clone()),
            Value::List(_) => None,
        }
    }

    fn list(&self, key: &str) -> Option<Vec<String>> {
        match self.get(key)? {
            Value::List(list) => Some(list.clone()),
            Value::Text(_) => None,
        }
    }

    /// Each element read; `None` where one cannot be.
    fn read_list<T: std::str::FromStr>(&self, key: &str) -> Option<Vec<T>> {
        self.list(key).unwrap_or_default().iter().map(|text| text.parse().ok()).collect()
    }

    fn day(&self, key: &str) -> Option<NaiveDate> {
        self.text(key)?.parse().ok()
    }

    fn number(&self, key: &str) -> Option<u64> {
        crate::ledger::header::number(self.text(key)?.as_bytes())
    }

    /// True for `yes`.
    fn is_so(&self, key: &str) -> bool {
        self.text(key).is_some()
    }
}

/// `yes` where it is so.
fn yes(so: bool) -> Option<&'static str> {
    so.then_some("yes")
}

/// Elements as their texts.
fn texts<T: ToString>(elements: &[T]) -> Vec<String> {
    elements.iter().map(T::to_string).collect()
}

/// A part as people are shown it, whatever is in it: its keys, and each value as one text.
#[must_use]
pub fn shown(part: &[u8]) -> Vec<(String, String)> {
    let members = Members::of(part).0.into_iter();
    members
        .map(|(key, value)| match value {
            Value::Text(text) => (key, text),
            Value::List(list) => (key, list.join(", ")),
        })
        .collect()
}
