//! Which entries of a ledger a step names.
//!
//! Owns: from a fraction to an index. Does not own: how often which is named (`steps`).

use super::calendar::{Day, day_of};
use super::play::Play;
use super::steps::Which;
use super::why::Why;

impl Play<'_> {
    pub(super) fn index(&self, which: &Which) -> u64 {
        let size = self.ledger.size();
        let is_record = |i: &u64| self.ledger.entries[usize::try_from(*i).unwrap()].record.is_some();
        let records: Vec<u64> = (0..size).filter(is_record).collect();
        let is_ripe = |free: Option<Day>| free.is_some_and(|free| free <= day_of(self.clock));
        let left = self.ledger.records_left().into_iter();
        let ripe: Vec<u64> = left.filter(|(_, free)| is_ripe(*free)).map(|(index, _)| index).collect();
        let is_bulk = |i: &u64| self.ledger.correctable(*i).is_ok_and(|record| record.current.bulk);
        let bulk: Vec<u64> = records.iter().copied().filter(is_bulk).collect();
        let is_void = |i: &u64| self.ledger.correctable(*i).err() == Some(Why::Void);
        let void: Vec<u64> = records.iter().copied().filter(is_void).collect();
        let is_correction = |i: &u64| self.ledger.entries[usize::try_from(*i).unwrap()].kind == "correction";
        let corrections: Vec<u64> = (0..size).filter(is_correction).collect();
        match which {
            Which::Void(which) if !void.is_empty() => *which.get(&void),
            Which::Correction(which) if !corrections.is_empty() => *which.get(&corrections),
            Which::Ripe(which) if !ripe.is_empty() => *which.get(&ripe),
            Which::Bulk(which) if !bulk.is_empty() => *which.get(&bulk),
            Which::Record(which) | Which::Ripe(which) | Which::Bulk(which) | Which::Void(which)
                if !records.is_empty() =>
            {
                *which.get(&records)
            }
            Which::Record(which)
            | Which::Ripe(which)
            | Which::Bulk(which)
            | Which::Void(which)
            | Which::Correction(which)
            | Which::Any(which) => which.index(self.ledger.entries.len()) as u64,
            Which::Beyond(n) => size + u64::from(*n),
        }
    }

    pub(super) fn indexes(&self, named: &[Which]) -> Vec<u64> {
        named.iter().map(|which| self.index(which)).collect()
    }
}
