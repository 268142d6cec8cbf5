//! `import FILE...`: historical ledgers, all files in one transaction.

use provlog::import::vocabulary::{Meaning, meaning};
use provlog::import::{Check, Columns, Encoding, Input, Report, Settings, Sheet, Source, Use};
use provlog::ledger::Kind;
use provlog::ledger::part::{PartWriter, check_element};
use provlog::record::Field;
use provlog::store::{Fingerprints, Store};
use serde_json::json;
use std::io::Read as _;
use std::path::Path;
use std::sync::Arc;

use super::args::{Args, Import};
use super::known::Known;
use super::load::{self, Checked, How, Loaded, Progress};
use super::output::Output;
use super::record::Typed;
use super::rejects::Rejects;
use super::text::{self, Say};
use super::trouble::{Expected, OptionProblem, Trouble};
use super::{Outcome, clock, map, record, session, typed};

/// A file that was checked and is ready to be loaded.
struct Ready {
    sheet: Sheet,
    path: std::path::PathBuf,
    digest: String,
    checked: Checked,
}

/// What an import entry keeps of a file, beside the rows skipped.
struct Counts {
    rows: u64,
    refused: u64,
    /// With `--new-only`.
    known: Option<u64>,
}

pub(crate) fn run(a: &Import, args: &Args, out: &mut Output) -> Result<Outcome, Trouble> {
    let options = |option, problem| Err(Trouble::Options { option, problem });
    if a.rejects.is_some() && !a.partial {
        return options("--rejects", OptionProblem::NeedsPartial);
    }
    if a.rejects.is_some() && a.dry_run {
        return options("--rejects", OptionProblem::NotWithDryRun);
    }
    // What counts from claimed dates is somebody's decision, with a reason.
    let trust = match a.trust_record_dates {
        true => Some(typed::reason("--trust-record-dates", a.reason.as_deref())?),
        false => None,
    };
    let encoding = match &a.encoding {
        None => None,
        Some(word) => Some(Encoding::from_word(word).ok_or_else(|| Trouble::BadOption {
            option: "--encoding",
            value: word.clone(),
            expected: Expected::Encoding,
        })?),
    };
    let side = typed::side("--side", a.side.as_deref())?;
    let typed = |side| Typed { side, fields: a.fields.given(), made: &a.made };
    if let Some(to) = &a.propose_map {
        let [file] = &a.files[..] else { return options("--propose-map", OptionProblem::NeedsOneFile) };
        let (name, source) = (text::shown(file), Source::File(file.clone()));
        let input = Input { name, source, encoding, sheet: a.sheet.clone() };
        let side = side.unwrap_or_default();
        return map::propose(input, side, record::constants(&typed(side), None), to, out);
    }
    let map = match &a.map {
        None => None,
        Some(path) => match map::read(path, out)? {
            Some(map) => Some(Arc::new(map)),
            None => return Ok(Outcome::Refused),
        },
    };
    let said = map.as_deref();
    let encoding = encoding.or(said.and_then(|map| map.encoding));
    let sheet_wanted = a.sheet.clone().or(said.and_then(|map| map.sheet.clone()));
    let typed = typed(side.or(said.and_then(|map| map.side)).unwrap_or_default());
    let mut constants = record::constants(&typed, None);
    constants.extend(said.into_iter().flat_map(|map| map.constants.iter().cloned()));
    let now = clock::now()?;
    let store = if a.dry_run { session::reading(args)? } else { session::writing(args, out)? };
    let fingerprints = store.fingerprints()?;
    let settings = Settings {
        constants,
        columns: Columns::StopAtUnknown,
        check: Check { erased: record::erased(&store, a.again)?, ..record::check(&typed, now, &store)? },
        map,
    };
    let mut ready: Vec<Ready> = Vec::new();
    let mut all_readable = true;
    let mut rejects: Option<Rejects> = None;
    for path in &a.files {
        let name = text::shown(path);
        let digest = digest(path, &fingerprints)?;
        not_imported_yet(&store, &ready, &name, &digest)?;
        let input = Input { name, source: Source::File(path.clone()), encoding, sheet: sheet_wanted.clone() };
        // A workbook is unpacked and read whole before its first row can be looked at.
        let progress = Progress::without_end(out, text::say(out.lang, &Say::Opening { file: &input.name }));
        let opened = Sheet::open(input, settings.clone());
        progress.done();
        let Some(sheet) = load::opened(opened, out)? else {
            all_readable = false;
            continue;
        };
        introduce(&sheet, trust.is_some(), out);
        if let (Some(to), None) = (&a.rejects, &rejects) {
            rejects = Some(Rejects::create(to, &sheet, out)?);
        }
        let passed_over = match a.new_only {
            true => Known::of(&sheet, &fingerprints, &store)?,
            false => Known::default(),
        };
        let (checked, counted) = load::check(&sheet, &passed_over, rejects.as_mut(), out)?;
        out.remark(&Say::Checked { file: sheet.name(), checked });
        // What is likely in the ledger already: a second reading, for those who only look.
        let known = match (a.new_only, a.dry_run) {
            (true, _) => Some(passed_over.rows()),
            (false, true) => Some(Known::of(&sheet, &fingerprints, &store)?.rows()),
            (false, false) => None,
        };
        told(&sheet, &counted, known, out);
        if trust.is_some() && counted.claims.is_none() && counted.accepted > 0 {
            return Err(Trouble::NothingClaimed { file: sheet.name().to_owned() });
        }
        ready.push(Ready { sheet, path: path.clone(), digest, checked });
    }
    if let Some(rejects) = rejects {
        rejects.finish()?;
    }
    let refused: u64 = ready.iter().map(|r| r.checked.refused).sum();
    let accepted: u64 = ready.iter().map(|r| r.checked.accepted).sum();
    let nothing = accepted == 0 && ready.iter().all(|r| r.checked.known == 0);
    let cut_off = ready.iter().any(|r| r.checked.cut_off);
    let stops = !all_readable || cut_off || (refused > 0 && !a.partial) || nothing;
    if a.dry_run || stops {
        if out.json {
            out.object(
                &json!({ "imported": 0, "accepted": accepted, "refused": refused, "dry_run": a.dry_run }),
            );
        }
        let bad = !all_readable || refused > 0 || nothing;
        out.remark(&if a.dry_run { Say::DryRun } else { Say::NothingImported { accepted, refused } });
        return Ok(if bad { Outcome::Refused } else { Outcome::Done });
    }
    let mut notify = record::waiting(out);
    let mut wait = args.waiting(&mut notify);
    let bytes = ready.iter().map(|r| r.sheet.len()).sum();
    let progress = Progress::new(out, text::say(out.lang, &Say::Importing), bytes);
    let done = store.append(&mut wait, &session::clock(args)?, &fingerprints, |appender| {
        record::same_registers(&store, &settings.check)?;
        let erased = store.newest_erased_base()?;
        let mut done: Vec<(u64, Loaded, Counts)> = Vec::new();
        let mut before = 0;
        for r in &ready {
            let progress = progress.behind(before);
            before += r.sheet.len();
            // Another process may have imported it since we looked.
            not_imported_yet(&store, &[], r.sheet.name(), &r.digest)?;
            // In the transaction: nobody records the same meanwhile.
            let mut counts = Counts { rows: r.checked.accepted, refused: r.checked.refused, known: None };
            let mut known = Known::default();
            if a.new_only {
                known = Known::of(&r.sheet, &fingerprints, &store)?;
                let (rows, refused) = known.others(&r.sheet)?;
                counts = Counts { rows, refused, known: Some(known.rows()) };
            }
            let (facts, extra) = act(r, &counts);
            let rows = counts.rows;
            if let Some(reason) = trust.as_deref().filter(|_| rows > 0) {
                appender.trust(rows, &why(reason))?;
            }
            let entry = appender.act(Kind::Import, &facts, &extra)?;
            let how = How { import: Some(entry.index), default_handler: None, erased, again: a.again };
            let loaded = load::load(appender, &r.sheet, &fingerprints, &how, &known, &progress)?;
            // What was loaded must be what was checked and what the digest says.
            if loaded.recorded != rows || digest(&r.path, &fingerprints)? != r.digest {
                return Err(Trouble::FileChanged { file: r.sheet.name().to_owned() });
            }
            done.push((entry.index, loaded, counts));
        }
        Ok(done)
    });
    let is_new = |r: &Ready| not_imported_yet(&store, &[], r.sheet.name(), &r.digest).is_ok();
    if let (Err(_), Some(rejects)) = (&done, &a.rejects)
        && ready.iter().all(is_new)
    {
        // Nothing was imported: the next try writes them again. The failure itself is what the person must hear of.
        let _ = std::fs::remove_file(rejects);
    }
    let done = done?;
    progress.done();
    for (import, loaded, _) in &done {
        out.committed(*import, loaded.last.map_or(*import, |last| last.index));
    }
    report(&ready, &done, refused, trust.is_some(), out);
    Ok(if refused > 0 { Outcome::Refused } else { Outcome::Done })
}

fn report(ready: &[Ready], done: &[(u64, Loaded, Counts)], refused: u64, trusted: bool, out: &mut Output) {
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

/// The extra part of a trust entry: why, and who.
fn why(reason: &str) -> Vec<u8> {
    let mut extra = Vec::new();
    let user = record::system_user();
    PartWriter::new(&mut extra).text("handler", user.as_deref()).text("reason", Some(reason)).finish();
    extra
}

/// The parts of an import entry (FORMAT.md, "Import"). The file's name may tell of a person: it goes into extra.
fn act(r: &Ready, counts: &Counts) -> (Vec<u8>, Vec<u8>) {
    let (mut facts, mut extra) = (Vec::new(), Vec::new());
    PartWriter::new(&mut facts)
        .text("digest", Some(&r.digest))
        .text("encoding", Some(form(&r.sheet)))
        .number("known", counts.known)
        .number("refused", Some(counts.refused))
        .number("rows", Some(counts.rows))
        .number("skipped", Some(r.checked.skipped))
        .finish();
    let name = r.path.file_name().map(|n| n.to_string_lossy().into_owned());
    let user = record::system_user();
    PartWriter::new(&mut extra)
        .text("file", name.as_deref().filter(|n| check_element(n).is_ok()))
        .text("handler", user.as_deref())
        .finish();
    (facts, extra)
}
