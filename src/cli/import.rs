//! `import FILE...`: historical ledgers, all files in one transaction.

use provlog::act::{self, By};
use provlog::import::vocabulary::{Meaning, meaning};
use provlog::import::{Columns, Encoding, Input, Map, Report, Settings, Sheet, Source, Use};
use provlog::intake::{self, Counts, How, Known, Loaded};
use provlog::ledger::Timestamp;
use provlog::ledger::part::check_element;
use provlog::record::judge::Check;
use provlog::record::{Field, Side};
use provlog::store::{Appender, Fingerprints, Store};
use serde_json::json;
use std::io::Read as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::args::{Args, Import};
use super::batch::Checked;
use super::load::{self, Progress};
use super::output::Output;
use super::record::Typed;
use super::rejects::Rejects;
use super::status::Outcome;
use super::text::{self, Say};
use super::trouble::{Expected, OptionProblem, Trouble};
use super::{clock, map, record, session, typed};

/// A file that was checked and is ready to be loaded.
struct Ready {
    sheet: Sheet,
    path: PathBuf,
    digest: String,
    checked: Checked,
}

/// A file that was loaded: its import entry, its records, what was counted.
type Done = (u64, Loaded, Counts);

/// What was typed beside the fields.
struct Asked {
    /// Why the dates that the files claim are to count.
    trust: Option<String>,
    encoding: Option<Encoding>,
    side: Option<Side>,
}

/// What every file of the import is read with.
struct Work<'a> {
    a: &'a Import,
    trust: Option<String>,
    store: &'a Store,
    fingerprints: &'a Fingerprints,
    settings: Settings,
    encoding: Option<Encoding>,
    /// The sheet of a workbook that was named.
    sheet: Option<String>,
}

/// What the files came to, before anything is written.
struct Looked {
    ready: Vec<Ready>,
    all_readable: bool,
}

pub(crate) fn run(a: &Import, args: &Args, out: &mut Output) -> Result<Outcome, Trouble> {
    let asked = asked(a)?;
    if let Some(to) = &a.propose_map {
        return propose(a, &asked, to, out);
    }
    let map = match &a.map {
        None => None,
        Some(path) => match map::read(path, out)? {
            Some(map) => Some(Arc::new(map)),
            None => return Ok(Outcome::Refused),
        },
    };
    let now = clock::now()?;
    // Who only looks needs no ledger that can be written.
    let (session, seen) = match a.dry_run {
        true => (None, Some(session::reading(args)?)),
        false => (Some(session::writing(args, out)?), None),
    };
    let Some(store) = session.as_ref().map(|session| &session.store).or(seen.as_ref()) else {
        return Ok(Outcome::Refused);
    };
    let fingerprints = store.fingerprints()?;
    let work = work(a, asked, map, now, (store, &fingerprints))?;
    let looked = work.look(out)?;
    let Some(session) = session.as_ref().filter(|_| !looked.stops(a)) else {
        return Ok(looked.told(a, out));
    };
    let ready = &looked.ready;
    let bytes = ready.iter().map(|r| r.sheet.len()).sum();
    let progress = Progress::new(out, text::say(out.lang, &Say::Importing), bytes);
    let done = session.append(out, |appender| work.load(ready, appender, &progress));
    if done.is_err() {
        work.take_rejects_away(ready);
    }
    let done = done?;
    progress.done();
    for (import, loaded, _) in &done {
        out.committed(*import, loaded.last.map_or(*import, |last| last.index));
    }
    let refused = looked.refused();
    report(ready, &done, refused, work.trust.is_some(), out);
    Ok(if refused > 0 { Outcome::Refused } else { Outcome::Done })
}

/// What was typed, as values.
fn asked(a: &Import) -> Result<Asked, Trouble> {
    let wrong = |option, problem| Err(Trouble::Options { option, problem });
    if a.rejects.is_some() && !a.partial {
        return wrong("--rejects", OptionProblem::NeedsPartial);
    }
    if a.rejects.is_some() && a.dry_run {
        return wrong("--rejects", OptionProblem::NotWithDryRun);
    }
    // What counts from claimed dates is somebody's decision, with a reason.
    let trust = match a.trust_record_dates {
        true => Some(typed::reason("--trust-record-dates", a.reason.as_deref())?),
        false => None,
    };
    let encoding = typed::word("--encoding", a.encoding.as_deref(), Encoding::from_word, Expected::Encoding)?;
    Ok(Asked { trust, encoding, side: typed::side("--side", a.side.as_deref())? })
}

/// `--propose-map`.
fn propose(a: &Import, asked: &Asked, to: &Path, out: &mut Output) -> Result<Outcome, Trouble> {
    let [file] = &a.files[..] else {
        return Err(Trouble::Options { option: "--propose-map", problem: OptionProblem::NeedsOneFile });
    };
    let (name, source) = (text::shown(file), Source::File(file.clone()));
    let input = Input { name, source, encoding: asked.encoding, sheet: a.sheet.clone() };
    let side = asked.side.unwrap_or_default();
    let typed = Typed { side, fields: a.fields.given(), made: &a.made };
    map::propose(input, side, record::constants(&typed, None), to, out)
}

/// What was typed comes before what a map says.
fn work<'a>(
    a: &'a Import,
    asked: Asked,
    map: Option<Arc<Map>>,
    now: Timestamp,
    (store, fingerprints): (&'a Store, &'a Fingerprints),
) -> Result<Work<'a>, Trouble> {
    let said = map.as_deref();
    let encoding = asked.encoding.or(said.and_then(|map| map.encoding));
    let sheet = a.sheet.clone().or(said.and_then(|map| map.sheet.clone()));
    let side = asked.side.or(said.and_then(|map| map.side)).unwrap_or_default();
    let typed = Typed { side, fields: a.fields.given(), made: &a.made };
    let mut constants = record::constants(&typed, None);
    constants.extend(said.into_iter().flat_map(|map| map.constants.iter().cloned()));
    let check = Check { erased: record::erased(store, a.again)?, ..record::check(&typed, now, store)? };
    let settings = Settings { constants, columns: Columns::StopAtUnknown, check, map };
    Ok(Work { a, trust: asked.trust, store, fingerprints, settings, encoding, sheet })
}

impl Work<'_> {
    /// Checks all files and tells what each comes to; refused rows go to `--rejects`.
    fn look(&self, out: &mut Output) -> Result<Looked, Trouble> {
        let mut looked = Looked { ready: Vec::new(), all_readable: true };
        let mut rejects = None;
        for path in &self.a.files {
            match self.look_at(path, &looked.ready, &mut rejects, out)? {
                Some(ready) => looked.ready.push(ready),
                None => looked.all_readable = false,
            }
        }
        if let Some(rejects) = rejects {
            rejects.finish()?;
        }
        Ok(looked)
    }

    /// Checks a file; `None` where it cannot be read, which was told.
    fn look_at(
        &self,
        path: &Path,
        before: &[Ready],
        rejects: &mut Option<Rejects>,
        out: &mut Output,
    ) -> Result<Option<Ready>, Trouble> {
        let (a, store, fingerprints) = (self.a, self.store, self.fingerprints);
        let name = text::shown(path);
        let digest = digest(path, fingerprints)?;
        not_imported_yet(store, before, &name, &digest)?;
        let (source, sheet) = (Source::File(path.to_owned()), self.sheet.clone());
        let input = Input { name, source, encoding: self.encoding, sheet };
        // A workbook is unpacked and read whole before its first row can be looked at.
        let progress = Progress::without_end(out, text::say(out.lang, &Say::Opening { file: &input.name }));
        let opened = Sheet::open(input, self.settings.clone());
        progress.done();
        let Some(sheet) = load::opened(opened, out)? else { return Ok(None) };
        introduce(&sheet, self.trust.is_some(), out);
        if let (Some(to), None) = (&a.rejects, &rejects) {
            *rejects = Some(Rejects::create(to, &sheet, out)?);
        }
        let passed_over = match a.new_only {
            true => Known::of(&sheet, fingerprints, store)?,
            false => Known::default(),
        };
        let (checked, counted) = load::check(&sheet, &passed_over, rejects.as_mut(), out)?;
        out.remark(&Say::Checked { file: sheet.name(), checked });
        // What is likely in the ledger already: a second reading, for those who only look.
        let known = match (a.new_only, a.dry_run) {
            (true, _) => Some(passed_over.rows()),
            (false, true) => Some(Known::of(&sheet, fingerprints, store)?.rows()),
            (false, false) => None,
        };
        told(&sheet, &counted, known, out);
        if self.trust.is_some() && counted.claims.is_none() && counted.accepted > 0 {
            return Err(Trouble::NothingClaimed { file: sheet.name().to_owned() });
        }
        Ok(Some(Ready { sheet, path: path.to_owned(), digest, checked }))
    }

    /// Loads all files, in one transaction.
    fn load(
        &self,
        ready: &[Ready],
        appender: &mut Appender<'_>,
        progress: &Progress,
    ) -> Result<Vec<Done>, Trouble> {
        record::same_registers(self.store, &self.settings.check)?;
        let how = How {
            import: None,
            default_handler: None,
            erased: self.store.newest_erased_base()?,
            again: record::how_again(self.a.again),
        };
        let mut done = Vec::new();
        let mut before = 0;
        for r in ready {
            done.push(self.load_one(r, appender, &how, &progress.behind(before))?);
            before += r.sheet.len();
        }
        Ok(done)
    }

    /// Appends the import entry of a file, and its records.
    fn load_one(
        &self,
        r: &Ready,
        appender: &mut Appender<'_>,
        how: &How<'_>,
        progress: &Progress,
    ) -> Result<Done, Trouble> {
        let (a, store, fingerprints) = (self.a, self.store, self.fingerprints);
        // Another process may have imported it since we looked.
        not_imported_yet(store, &[], r.sheet.name(), &r.digest)?;
        // In the transaction: nobody records the same meanwhile.
        let mut counts = Counts { rows: r.checked.accepted, refused: r.checked.refused, known: None };
        let mut known = Known::default();
        if a.new_only {
            known = Known::of(&r.sheet, fingerprints, store)?;
            counts = known.others(&r.sheet)?;
        }
        let user = session::system_user();
        let by = By { handler: user.as_deref(), reason: None };
        let rows = counts.rows;
        if let Some(reason) = self.trust.as_deref().filter(|_| rows > 0) {
            appender.trust(rows, By { reason: Some(reason), ..by })?;
        }
        let entry = appender.say(&act(r, &counts), by)?;
        let how = How { import: Some(entry.index), ..*how };
        let loaded =
            intake::load(appender, &r.sheet, fingerprints, &how, &known, &|bytes| progress.at(bytes))?;
        // What was loaded must be what was checked and what the digest says.
        if loaded.recorded != rows || digest(&r.path, fingerprints)? != r.digest {
            return Err(Trouble::FileChanged { file: r.sheet.name().to_owned() });
        }
        Ok((entry.index, loaded, counts))
    }

    /// Where nothing was imported, the next try writes the refused rows again.
    fn take_rejects_away(&self, ready: &[Ready]) {
        let is_new = |r: &Ready| not_imported_yet(self.store, &[], r.sheet.name(), &r.digest).is_ok();
        if let Some(rejects) = self.a.rejects.as_ref().filter(|_| ready.iter().all(is_new)) {
            // The failure of the import itself is what the person must hear of.
            let _ = std::fs::remove_file(rejects);
        }
    }
}

impl Looked {
    fn refused(&self) -> u64 {
        self.ready.iter().map(|r| r.checked.refused).sum()
    }

    fn accepted(&self) -> u64 {
        self.ready.iter().map(|r| r.checked.accepted).sum()
    }

    /// There is nothing to import, and nothing that is in the ledger already.
    fn is_nothing(&self) -> bool {
        self.accepted() == 0 && self.ready.iter().all(|r| r.checked.known == 0)
    }

    /// Nothing may be imported.
    fn stops(&self, a: &Import) -> bool {
        let cut_off = self.ready.iter().any(|r| r.checked.cut_off);
        !self.all_readable || cut_off || (self.refused() > 0 && !a.partial) || self.is_nothing()
    }

    /// Says that nothing was imported.
    fn told(&self, a: &Import, out: &mut Output) -> Outcome {
        let (accepted, refused) = (self.accepted(), self.refused());
        if out.json {
            out.object(
                &json!({ "imported": 0, "accepted": accepted, "refused": refused, "dry_run": a.dry_run }),
            );
        }
        out.remark(&if a.dry_run { Say::DryRun } else { Say::NothingImported { accepted, refused } });
        let bad = !self.all_readable || refused > 0 || self.is_nothing();
        if bad { Outcome::Refused } else { Outcome::Done }
    }
}

fn report(ready: &[Ready], done: &[Done], refused: u64, trusted: bool, out: &mut Output) {
    for (r, (import, loaded, counts)) in ready.iter().zip(done) {
        if out.json {
            out.object(&json!({
                "file": r.sheet.name(),
                "import": import,
                "imported": loaded.recorded,
                "known": counts.known.unwrap_or(0),
                "again": loaded.again,
                "refused": counts.refused,
                "skipped": r.checked.skipped,
                "first": loaded.first.map(|e| e.index),
                "last": loaded.last.map(|e| e.index),
                "hash": loaded.last.map(|e| e.leaf.to_string()),
                "encoding": form(&r.sheet),
            }));
        }
        out.result(&Say::Imported {
            file: r.sheet.name(),
            import: *import,
            loaded,
            known: counts.known.unwrap_or(0),
            trusted,
        });
    }
    if refused > 0 {
        out.remark(&Say::SomeRefused { refused });
    }
}

/// What a file comes to, before anything is written.
fn told(sheet: &Sheet, r: &Report, known: Option<u64>, out: &mut Output) {
    if !out.json {
        let report = text::say(out.lang, &Say::FileReport { report: r, known });
        if !report.is_empty() {
            out.say_to_people(&report);
        }
        return;
    }
    let short = r.short_ids();
    let skipped: serde_json::Map<String, serde_json::Value> =
        r.skipped.iter().map(|(why, count)| (why.name().to_owned(), (*count).into())).collect();
    out.object(&json!({
        "report": sheet.name(),
        "read": r.read,
        "accepted": r.accepted,
        "refused": r.refused,
        "skipped": skipped,
        "first_day": r.days.map(|(first, _)| first.to_string()),
        "last_day": r.days.map(|(_, last)| last.to_string()),
        "recipients": r.parties,
        "other_recipients": r.other_parties,
        "principals_without_id": r.without_id,
        "principals_unknown": r.nobody,
        "principal_unknown_lines": r.nobody_lines,
        "duplicates": r.duplicates,
        "duplicate_lines": r.duplicate_lines,
        "short_ids": short.as_ref().map(|s| s.rows),
        "short_id_lines": short.as_ref().map(|s| &s.lines[..]),
        "known": known,
        "record_dates": r.claims.map(|c| json!({
            "rows": c.rows, "first": c.first.to_string(), "last": c.last.to_string(),
        })),
    }));
}

/// Says what was understood of a file before any row.
fn introduce(sheet: &Sheet, trusted: bool, out: &mut Output) {
    match sheet.sheet() {
        Some((name, hidden, others)) => {
            out.remark(&Say::SheetRead { file: sheet.name(), sheet: name, hidden, others });
        }
        None => out.remark(&Say::EncodingFound {
            file: sheet.name(),
            encoding: sheet.encoding(),
            given: sheet.encoding_was_given(),
            delimiter: sheet.delimiter(),
        }),
    }
    if let Some((from, to)) = sheet.titles() {
        out.remark(&Say::TitlesLeftOut { file: sheet.name(), from, to });
    }
    for column in sheet.columns() {
        match column.used {
            Use::LeftOut if meaning(&column.heading) == Meaning::Ours => {}
            Use::LeftOut => out.remark(&Say::ColumnLeftOut { file: sheet.name(), column: &column.heading }),
            Use::Field(Field::ClaimedRecordedOn) => {
                let (file, column) = (sheet.name(), &column.heading[..]);
                out.remark(&match trusted {
                    true => Say::DateTrusted { file, column },
                    false => Say::ClaimedDate { file, column },
                });
            }
            Use::Field(_) | Use::More(_) | Use::Key | Use::Period | Use::Party => {}
        }
    }
}

fn not_imported_yet(store: &Store, ready: &[Ready], name: &str, digest: &str) -> Result<(), Trouble> {
    if let Some(other) = ready.iter().find(|r| r.digest == digest) {
        let other = other.sheet.name().to_owned();
        return Err(Trouble::SameFileTwice { file: name.to_owned(), other });
    }
    match store.imported_files()?.into_iter().find(|(_, known)| known == digest) {
        Some((index, _)) => Err(Trouble::AlreadyImported { file: name.to_owned(), index }),
        None => Ok(()),
    }
}

/// The keyed digest of a file: a plain one would confirm a guess at its content.
fn digest(path: &Path, fingerprints: &Fingerprints) -> Result<String, Trouble> {
    let name = text::shown(path);
    let failed = |error| Trouble::Source(provlog::import::SourceError { name: name.as_str().into(), error });
    let mut file = std::fs::File::open(path).map_err(failed)?;
    let mut digest = fingerprints.file();
    let mut buffer = vec![0; 128 * 1024];
    loop {
        match file.read(&mut buffer).map_err(failed)? {
            0 => return Ok(digest.finish()),
            n => digest.update(&buffer[..n]),
        }
    }
}

/// How the file was read: its encoding, or that it is a workbook.
fn form(sheet: &Sheet) -> &'static str {
    if sheet.sheet().is_some() { "xlsx" } else { sheet.encoding().word() }
}

/// What the import entry says of a file.
fn act(r: &Ready, counts: &Counts) -> act::Import {
    let name = r.path.file_name().map(|n| n.to_string_lossy().into_owned());
    act::Import {
        digest: r.digest.clone(),
        encoding: form(&r.sheet).to_owned(),
        known: counts.known,
        refused: counts.refused,
        rows: counts.rows,
        skipped: r.checked.skipped,
        file: name.filter(|n| check_element(n).is_ok()),
    }
}
