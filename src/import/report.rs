//! What a file comes to, before anything is written: for the person who decides whether it was understood.
//!
//! Owns: counting the rows of a file. Does not own: the words (`cli/text`), what the ledger has (`store`).

use std::collections::{BTreeMap, HashMap, HashSet};
use std::hash::{BuildHasherDefault, DefaultHasher, Hasher};

use chrono::{Datelike as _, NaiveDate};

use super::marks::Skip;
use super::reading::Content;
use super::words;
use crate::record::{Method, Provision};

/// So many names of other parties are told apart; a file with more has something else in that column.
const PARTIES: usize = 10_000;
/// So many lines are named of what is worth looking at.
const LINES: usize = 5;

/// What is a hash already needs no other.
#[derive(Clone, Debug, Default)]
struct Hashed(u64);

impl Hasher for Hashed {
    fn write(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.0 = self.0.rotate_left(8) ^ u64::from(*byte);
        }
    }

    fn write_u64(&mut self, hash: u64) {
        self.0 = hash;
    }

    fn finish(&self) -> u64 {
        self.0
    }
}

/// The rows of one file, counted.
#[derive(Clone, Debug, Default)]
pub struct Report {
    /// Rows that were read, blank ones left out.
    pub read: u64,
    /// Those that are records.
    pub accepted: u64,
    /// Those that are refused.
    pub refused: u64,
    /// Those that the ledger has already, where these are passed over.
    pub known: u64,
    /// Those that are left out, by why.
    pub skipped: BTreeMap<Skip, u64>,
    /// The first and the last day of provision.
    pub days: Option<(NaiveDate, NaiveDate)>,
    /// How many records there are of each other party.
    pub parties: BTreeMap<String, u64>,
    /// Records of parties beyond those that are told apart.
    pub other_parties: u64,
    /// Records whose principal has a name and no ID.
    pub without_id: u64,
    /// Records whose principal is nobody in particular: unknown, everyone, a number of persons.
    pub nobody: u64,
    /// The lines of the first of them.
    pub nobody_lines: Vec<u64>,
    /// Records that say what a record before them says, as far as day, party, principal and items go.
    pub duplicates: u64,
    /// The lines of the first of them.
    pub duplicate_lines: Vec<u64>,
    /// The days on which records claim to have been made.
    pub claims: Option<Claims>,
    seen: HashSet<u64, BuildHasherDefault<Hashed>>,
    /// The record that is being looked at, for its hash.
    content: Vec<u8>,
    /// Of IDs that are digits alone, by their length: how many, and the lines of the first.
    widths: HashMap<usize, (u64, Vec<u64>)>,
}

/// What the records of a file claim about when they were made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Claims {
    /// How many claim a day.
    pub rows: u64,
    /// The first of these days.
    pub first: NaiveDate,
    /// The last.
    pub last: NaiveDate,
}

/// IDs that are shorter than the others: their leading zeros may be lost.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ShortIds {
    /// The usual number of digits.
    pub usual: usize,
    /// How many are shorter.
    pub rows: u64,
    /// The lines of the first of them.
    pub lines: Vec<u64>,
}

impl Report {
    /// Counts a row.
    pub fn add(&mut self, line: u64, content: &Content) {
        self.read += 1;
        match content {
            Content::Accepted(accepted) => {
                self.accepted += 1;
                self.record(line, &accepted.provision);
            }
            Content::Refused(_) => self.refused += 1,
            Content::Skipped(why) => *self.skipped.entry(*why).or_default() += 1,
        }
    }

    /// Counts a row that the ledger has already.
    pub fn add_known(&mut self) {
        self.read += 1;
        self.known += 1;
    }

    fn record(&mut self, line: u64, p: &Provision) {
        let rare = p.rare();
        let (first, last) = match p.method {
            Method::Bulk => (rare.period_from, rare.period_to.or(rare.period_from)),
            Method::Each | Method::Contract => (p.day, p.day),
        };
        if let (Some(first), Some(last)) = (first, last) {
            let (begin, end) = self.days.unwrap_or((first, last));
            self.days = Some((begin.min(first), end.max(last)));
        }
        if let Some(day) = p.claimed_recorded_on {
            let claims = self.claims.get_or_insert(Claims { rows: 0, first: day, last: day });
            *claims =
                Claims { rows: claims.rows + 1, first: claims.first.min(day), last: claims.last.max(day) };
        }
        if let Some(name) = &p.party_name {
            let there = self.parties.len();
            match self.parties.get_mut(name) {
                Some(count) => *count += 1,
                None if there < PARTIES => {
                    self.parties.insert(name.clone(), 1);
                }
                None => self.other_parties += 1,
            }
        }
        let principal = p.principal_id.as_deref().or(p.principal_name.as_deref());
        if principal.is_some_and(words::names_nobody) {
            self.nobody += 1;
            if self.nobody_lines.len() < LINES {
                self.nobody_lines.push(line);
            }
        }
        match &p.principal_id {
            None => self.without_id += u64::from(p.principal_name.is_some()),
            Some(id) if id.bytes().all(|b| b.is_ascii_digit()) => {
                let (count, lines) = self.widths.entry(id.len()).or_default();
                *count += 1;
                if lines.len() < LINES {
                    lines.push(line);
                }
            }
            Some(_) => {}
        }
        // One piece is hashed much faster than many.
        self.content.clear();
        for day in [p.day, rare.period_from, rare.period_to] {
            let number = day.map_or(0, |day| day.num_days_from_ce());
            self.content.extend_from_slice(&number.to_ne_bytes());
        }
        let texts = [&p.party_name, &p.principal_id, &p.principal_name]
            .map(|text| text.as_deref().unwrap_or_default());
        for text in texts.into_iter().chain(p.items.iter().map(String::as_str)) {
            self.content.extend_from_slice(text.as_bytes());
            // No text has this byte.
            self.content.push(0xff);
        }
        let mut hasher = DefaultHasher::new();
        hasher.write(&self.content);
        if !self.seen.insert(hasher.finish()) {
            self.duplicates += 1;
            if self.duplicate_lines.len() < LINES {
                self.duplicate_lines.push(line);
            }
        }
    }

    /// The IDs that are shorter than four in five of those that are digits alone.
    #[must_use]
    pub fn short_ids(&self) -> Option<ShortIds> {
        let all: u64 = self.widths.values().map(|(count, _)| count).sum();
        let (usual, (count, _)) = self.widths.iter().max_by_key(|(width, (count, _))| (*count, **width))?;
        let shorter: Vec<_> = self.widths.iter().filter(|(width, _)| *width < usual).collect();
        let rows: u64 = shorter.iter().map(|(_, (count, _))| count).sum();
        if rows == 0 || count * 5 < all * 4 {
            return None;
        }
        let mut lines: Vec<u64> = shorter.iter().flat_map(|(_, (_, lines))| lines).copied().collect();
        lines.sort_unstable();
        lines.truncate(LINES);
        Some(ShortIds { usual: *usual, rows, lines })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_that_have_lost_a_zero_stand_out() {
        let of = |ids: &[&str]| {
            let mut report = Report::default();
            for (line, id) in (2..).zip(ids) {
                report.record(line, &Provision { principal_id: Some((*id).into()), ..Provision::default() });
            }
            report.short_ids()
        };
        let lost = ShortIds { usual: 5, rows: 1, lines: vec![6] };
        assert_eq!(of(&["12345", "23456", "34567", "45678", "123"]), Some(lost));
        assert_eq!(of(&["12345", "23456", "123"]), None, "of too few nothing is concluded");
        assert_eq!(of(&["00123", "12345"]), None);
        assert_eq!(of(&["C-1", "C-10"]), None);
    }
}
