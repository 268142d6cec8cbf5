//! `data/summary/`: what an inspector asks for first (docs/LAW.md, "What an inspector asks"), as tables to read.
//!
//! Owns: counting provisions and persons, the columns of the tables. Does not own: what the registers say (it is handed that).
//! It is no evidence: everything in it can be counted again from the opened records, or asked of the ledger. Names of principals are
//! not in it. It is for people with a spreadsheet: an apostrophe stands before what that would calculate.

use std::collections::HashMap;
use std::hash::{DefaultHasher, Hash, Hasher as _};

use chrono::{Datelike as _, NaiveDate};

use super::{Language, Rows, with_mark};
use crate::record::erasure::Deletion;
use crate::record::filing::Filing;
use crate::record::fold::fold;
use crate::record::recipient::{Recipients, Registered};
use crate::record::stop::StopRequest;
use crate::record::{Basis, Method, Provision, Side};

/// What is counted together: a month, and whom data went to or came from.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Group {
    /// Year and month of the first day.
    month: Option<(i32, u32)>,
    side: Side,
    recipient_id: Option<String>,
    party: Option<String>,
    basis: Option<Basis>,
}

impl Group {
    fn month(p: &Provision) -> Option<(i32, u32)> {
        let day = match p.method {
            Method::Bulk => p.rare().period_from,
            Method::Each | Method::Contract => p.day,
        };
        day.map(|day| (day.year(), day.month()))
    }

    fn holds(&self, p: &Provision, month: Option<(i32, u32)>) -> bool {
        self.month == month
            && self.side == p.side
            && self.basis == p.basis
            && self.party == p.party_name
            && self.recipient_id == p.rare().recipient_id
    }
}

/// How many provisions, and which persons as hashes of what identifies them: a million of them fit into memory.
#[derive(Clone, Debug, Default)]
struct Count {
    provisions: u64,
    persons: Vec<u64>,
    /// So many of `persons` are known to be different.
    sorted: usize,
}

/// So many hashes are kept before those that came again are taken out.
const UNSORTED: usize = 1 << 14;

impl Count {
    fn persons(&mut self, hashes: &[u64]) {
        self.persons.extend_from_slice(hashes);
        if self.persons.len() >= (self.sorted * 2).max(UNSORTED) {
            self.settle();
        }
    }

    fn settle(&mut self) {
        self.persons.sort_unstable();
        self.persons.dedup();
        self.sorted = self.persons.len();
    }
}

fn hash_of(value: impl Hash) -> u64 {
    let mut hasher = DefaultHasher::new();
    value.hash(&mut hasher);
    hasher.finish()
}

/// Provisions and persons by recipient and month.
#[derive(Clone, Debug, Default)]
pub struct Tally {
    groups: Vec<(Group, Count)>,
    /// Where a hash of a group stands: a record finds its group without a copy of its texts.
    places: HashMap<u64, usize>,
}

impl Tally {
    /// Counts a record as it reads now.
    pub fn add(&mut self, p: &Provision) {
        let month = Group::month(p);
        let hash = hash_of((month, p.side, p.basis, &p.party_name, &p.rare().recipient_id));
        let at = self.place(hash, |group| group.holds(p, month)).unwrap_or_else(|| {
            let (recipient_id, party) = (p.rare().recipient_id.clone(), p.party_name.clone());
            self.groups
                .push((Group { month, side: p.side, recipient_id, party, basis: p.basis }, Count::default()));
            let at = self.groups.len() - 1;
            self.places.insert(hash, at);
            at
        });
        let count = &mut self.groups[at].1;
        count.provisions += 1;
        let person = p.principal_id.as_deref().or(p.principal_name.as_deref());
        if let Some(person) = person {
            count.persons(&[hash_of((p.principal_id.is_some(), fold(person)))]);
        }
    }

    /// The group at the place of a hash; where another group has taken the place, wherever it is.
    fn place(&self, hash: u64, holds: impl Fn(&Group) -> bool) -> Option<usize> {
        let at = *self.places.get(&hash)?;
        if holds(&self.groups[at].0) {
            Some(at)
        } else {
            self.groups.iter().position(|(group, _)| holds(group))
        }
    }

    /// Adds what was counted elsewhere.
    pub fn merge(&mut self, other: Tally) {
        for (group, count) in &other.groups {
            let hash = hash_of((group.month, group.side, group.basis, &group.party, &group.recipient_id));
            let into = self.place(hash, |g| g == group).unwrap_or_else(|| {
                self.groups.push((group.clone(), Count::default()));
                let at = self.groups.len() - 1;
                self.places.insert(hash, at);
                at
            });
            let into = &mut self.groups[into].1;
            into.provisions += count.provisions;
            into.persons(&count.persons);
        }
    }

    /// The recipients' IDs that occur, and the names of parties without one.
    fn recipients(&self) -> Vec<(&str, &str)> {
        let provided = self.groups.iter().filter(|(g, _)| g.side == Side::Provider);
        let mut all: Vec<(&str, &str)> = provided
            .map(|(g, _)| match &g.recipient_id {
                None => ("", g.party.as_deref().unwrap_or_default()),
                Some(id) => (id.as_str(), ""),
            })
            .collect();
        all.sort_unstable();
        all.dedup();
        all
    }

    /// The table of provisions and persons.
    ///
    /// # Errors
    /// Those of writing to memory.
    pub fn provisions(&mut self, language: Language) -> csv::Result<Vec<u8>> {
        let mut rows = heading(language, &PROVISIONS)?;
        self.groups.sort_unstable_by(|(a, _), (b, _)| a.cmp(b));
        self.places.clear();
        for (group, count) in &mut self.groups {
            count.settle();
            let month = group.month.map(|(year, month)| format!("{year:04}-{month:02}")).unwrap_or_default();
            rows.for_people([
                month.as_str(),
                group.side.word(),
                group.recipient_id.as_deref().unwrap_or_default(),
                group.party.as_deref().unwrap_or_default(),
                group.basis.map(Basis::word).unwrap_or_default(),
                &count.provisions.to_string(),
                &count.persons.len().to_string(),
            ])?;
        }
        with_mark(rows)
    }

    /// The table of recipients that occur, each as it has stood: identity check and purpose. One that is not in the register
    /// has a row that shows that.
    ///
    /// # Errors
    /// Those of writing to memory.
    pub fn identities(&self, register: &Recipients, language: Language) -> csv::Result<Vec<u8>> {
        let mut rows = heading(language, &RECIPIENTS)?;
        for (id, party) in self.recipients() {
            let mut known = false;
            for r in register.0.iter().filter(|r| !id.is_empty() && r.value.id == id) {
                known = true;
                let v = &r.value;
                rows.for_people([
                    id,
                    v.name.as_deref().unwrap_or_default(),
                    v.address.as_deref().unwrap_or_default(),
                    v.representative.as_deref().unwrap_or_default(),
                    &v.from.to_string(),
                    &day(v.check_date),
                    v.check_method.as_deref().unwrap_or_default(),
                    v.check_evidence.as_deref().unwrap_or_default(),
                    v.purpose.as_deref().unwrap_or_default(),
                    &r.index.to_string(),
                ])?;
            }
            if !known {
                rows.for_people([id, party, "", "", "", "", "", "", "", ""])?;
            }
        }
        with_mark(rows)
    }
}

/// The table of filings, every change of them.
///
/// # Errors
/// Those of writing to memory.
pub fn filings(all: &[Registered<Filing>], language: Language) -> csv::Result<Vec<u8>> {
    let mut rows = heading(language, &FILINGS)?;
    for filed in all {
        let f = &filed.value;
        let items: Vec<&str> = f.items.iter().map(|i| i.name.as_str()).collect();
        rows.for_people([
            f.id.as_str(),
            &f.effective.to_string(),
            &day(f.filed_on),
            f.number.as_deref().unwrap_or_default(),
            &items.join("\n"),
            if f.stopped { "yes" } else { "" },
            &filed.index.to_string(),
        ])?;
    }
    with_mark(rows)
}

/// The table of requests to stop, without the principals.
///
/// # Errors
/// Those of writing to memory.
pub fn stops(all: &[Registered<StopRequest>], language: Language) -> csv::Result<Vec<u8>> {
    let mut rows = heading(language, &STOPS)?;
    for request in all {
        let r = &request.value;
        rows.for_people([
            request.index.to_string().as_str(),
            &r.received.to_string(),
            &r.effective.to_string(),
            r.channel.as_deref().unwrap_or_default(),
            r.filing.as_deref().unwrap_or_default(),
            &day(r.withdrawn.map(|(from, _)| from)),
        ])?;
    }
    with_mark(rows)
}

/// The table of deletions and their grounds.
///
/// # Errors
/// Those of writing to memory.
pub fn deletions(all: &[Deletion], language: Language) -> csv::Result<Vec<u8>> {
    let mut rows = heading(language, &DELETIONS)?;
    for d in all {
        rows.for_people([
            d.index.to_string().as_str(),
            &d.day.to_string(),
            &d.entries.to_string(),
            &d.extras.to_string(),
            &day(d.base),
            &day(d.free),
            d.reason.as_deref().unwrap_or_default(),
        ])?;
    }
    with_mark(rows)
}

fn day(day: Option<NaiveDate>) -> String {
    day.map(|d| d.to_string()).unwrap_or_default()
}

type Headings<const N: usize> = [(&'static str, &'static str); N];

const PROVISIONS: Headings<7> = [
    ("月", "month"),
    ("種類", "kind"),
    ("提供先ID", "recipient ID"),
    ("相手の氏名又は名称", "other party"),
    ("提供の根拠", "basis"),
    ("件数", "provisions"),
    ("人数", "persons"),
];

const RECIPIENTS: Headings<10> = [
    ("提供先ID", "recipient ID"),
    ("氏名又は名称", "name"),
    ("住所", "address"),
    ("代表者の氏名", "representative"),
    ("この内容になった日", "from"),
    ("身元確認の日", "identity checked on"),
    ("身元確認の方法", "how it was checked"),
    ("身元確認の証跡", "evidence of the check"),
    ("目的", "purpose"),
    ("索引", "index"),
];

const FILINGS: Headings<7> = [
    ("届出", "filing"),
    ("効力の生じる日", "effective from"),
    ("届出日", "filed on"),
    ("届出番号", "filing number"),
    ("個人データの項目", "data items"),
    ("終了", "ended"),
    ("索引", "index"),
];

const STOPS: Headings<6> = [
    ("索引", "index"),
    ("求めを受けた日", "received"),
    ("提供を停止した日", "effective from"),
    ("受け付けた方法", "channel"),
    ("届出", "filing"),
    ("撤回の日", "withdrawn from"),
];

const DELETIONS: Headings<7> = [
    ("索引", "index"),
    ("消去した日", "erased on"),
    ("消去した件数", "entries"),
    ("補足だけを消去した件数", "extra parts alone"),
    ("保存の起算日（最も遅いもの）", "retention counted from (latest)"),
    ("消去できる最初の日", "could be erased from"),
    ("理由", "reason"),
];

fn heading<const N: usize>(language: Language, headings: &Headings<N>) -> csv::Result<Rows> {
    let mut rows = Rows::default();
    rows.out.write_record(headings.iter().map(|(ja, en)| match language {
        Language::Japanese => *ja,
        Language::English => *en,
    }))?;
    Ok(rows)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_person_counts_once_a_month_however_the_id_is_written() {
        let mut tally = Tally::default();
        for (day, id) in
            [("2026-05-01", "C-1"), ("2026-05-02", "Ｃ－１"), ("2026-05-02", "C-2"), ("2026-06-01", "C-1")]
        {
            tally.add(&Provision {
                day: day.parse().ok(),
                party_name: Some("架空商事".into()),
                principal_id: Some(id.into()),
                ..Provision::default()
            });
        }
        let mut other = Tally::default();
        for n in 0..10_000 {
            let id = Some(format!("D-{}", n % 5000));
            let day = "2026-07-01".parse().ok();
            other.add(&Provision { day, principal_id: id, ..Provision::default() });
        }
        tally.merge(other);
        let text = String::from_utf8(tally.provisions(Language::English).unwrap()).unwrap();
        for row in [
            "2026-05,provision,,架空商事,,3,2\r\n",
            "2026-06,provision,,架空商事,,1,1\r\n",
            "2026-07,provision,,,,10000,5000\r\n",
        ] {
            assert!(text.contains(row), "{row}: {text}");
        }
    }
}
