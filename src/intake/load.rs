//! Many records at once: the second pass over a file, which loads the rows that were accepted.
//!
//! Owns: what the two threads of it do, what becomes of rows that are there already or may have been erased. Does not own: the first
//! pass and what is told of it (`cli`), reading rows (`import`), the transaction (`store`).

use std::ops::ControlFlow;

use chrono::NaiveDate;

use super::{Again, Known, NotRecorded};
use crate::import::{Content, Sheet};
use crate::record::again::may_have_been_erased;
use crate::store::{Appended, Appender, Failure, Fingerprints, KeyFound, Prepared, Preparer, Provenance};
use crate::threads;

/// How rows become records.
#[derive(Clone, Copy, Debug)]
pub struct How<'a> {
    /// The import entry that the records cite.
    pub import: Option<u64>,
    /// Who handled a record that does not say so.
    pub default_handler: Option<&'a str>,
    /// The newest base of what was erased, as this transaction sees it.
    pub erased: Option<NaiveDate>,
    /// What becomes of rows that may have been erased before.
    pub again: Again,
}

/// What the second pass did.
#[derive(Clone, Copy, Debug, Default)]
pub struct Loaded {
    /// Rows that became records.
    pub recorded: u64,
    /// Rows whose key was used before, for the same content.
    pub existing: u64,
    /// Those of the recorded that may have been erased before.
    pub again: u64,
    /// The first of them.
    pub first: Option<Appended>,
    /// The last of them.
    pub last: Option<Appended>,
}

/// Records that one thread hands to the other at a time.
const BATCH: usize = 256;

/// A record, its key, its line, and whether it may have been erased before.
type Item = (Prepared, Option<String>, u64, bool);

/// Loads the accepted rows: one thread reads and hashes, this one chains and writes. `progress` is told how many bytes were read.
///
/// # Errors
/// All of [`NotRecorded`].
pub fn load(
    appender: &mut Appender<'_>,
    sheet: &Sheet,
    fingerprints: &Fingerprints,
    how: &How<'_>,
    known: &Known,
    progress: &(dyn Fn(u64) + Sync),
) -> Result<Loaded, NotRecorded> {
    let (read, written) = threads::pipeline(
        |to_writer| read(sheet, known, fingerprints.clone(), how, progress, to_writer),
        |batches| write(appender, how, batches),
    )
    .map_err(Failure::from)?;
    // The writer's error comes first: it is why the reader stopped.
    let loaded = written?;
    read.map(|()| loaded)
}

fn read(
    sheet: &Sheet,
    known: &Known,
    fingerprints: Fingerprints,
    how: &How<'_>,
    progress: &(dyn Fn(u64) + Sync),
    to_writer: &dyn Fn(Vec<Item>) -> bool,
) -> Result<(), NotRecorded> {
    let mut preparer = Preparer::new(fingerprints);
    let mut batch = Vec::with_capacity(BATCH);
    let mut failed = None;
    sheet.rows(&mut |row| {
        let Content::Accepted(accepted) = row.content else { return ControlFlow::Continue(()) };
        if known.has(row.line) {
            return ControlFlow::Continue(());
        }
        let mut provision = accepted.provision;
        if provision.handler.is_none() {
            provision.handler = how.default_handler.map(str::to_owned);
        }
        let provenance = how.import.map(|import| Provenance { import, line: row.line });
        let again = may_have_been_erased(&provision, how.erased);
        match preparer.prepare(provision, provenance, accepted.key.as_deref()) {
            Ok(prepared) => batch.push((prepared, accepted.key, row.line, again)),
            Err(e) => {
                failed = Some(e);
                return ControlFlow::Break(());
            }
        }
        if batch.len() == BATCH {
            progress(row.bytes_read);
            if !to_writer(std::mem::replace(&mut batch, Vec::with_capacity(BATCH))) {
                // The writer has failed and says why.
                return ControlFlow::Break(());
            }
        }
        ControlFlow::Continue(())
    })?;
    if let Some(failed) = failed {
        return Err(failed.into());
    }
    to_writer(batch);
    Ok(())
}

fn write(
    appender: &mut Appender<'_>,
    how: &How<'_>,
    batches: &mut dyn Iterator<Item = Vec<Item>>,
) -> Result<Loaded, NotRecorded> {
    let mut loaded = Loaded::default();
    for (prepared, key, line, again) in batches.flatten() {
        if let Some(key) = &key {
            match appender.find_key(&prepared)? {
                KeyFound::New => {}
                KeyFound::Same(_) => {
                    loaded.existing += 1;
                    continue;
                }
                KeyFound::Other(index) => {
                    return Err(NotRecorded::KeyTaken { key: key.clone(), index, line: Some(line) });
                }
            }
        }
        // A row without a key was refused before, unless something was erased since.
        if let Some(newest) = how.erased.filter(|_| again && how.again == Again::Refuse) {
            return Err(NotRecorded::MayHaveBeenErased { newest, line: Some(line) });
        }
        let done = appender.record(&prepared)?;
        loaded.recorded += 1;
        loaded.again += u64::from(again);
        loaded.first.get_or_insert(done);
        loaded.last = Some(done);
    }
    Ok(loaded)
}
