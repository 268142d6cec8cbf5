//! Many records at once, for `import` and `record --from`: a first pass that checks every row and touches nothing; the second one,
//! which loads them, is the library's (`intake`).
//!
//! Owns: telling what the first pass finds, progress. Does not own: reading rows (`import`), loading them.

use std::ops::ControlFlow;

use indicatif::{ProgressBar, ProgressStyle};
use provlog::import::problem::CellFault;
use provlog::import::{self, Accepted, Content, Problem, RowNotice, Sheet};
use provlog::intake::Known;
use serde_json::json;

use super::batch::Checked;
use super::output::Output;
use super::rejects::Rejects;
use super::text::{self, Say};
use super::trouble::Trouble;

/// An input that was opened, or its problems reported.
pub(crate) fn opened(
    result: Result<Sheet, import::NotRead>,
    out: &mut Output,
) -> Result<Option<Sheet>, Trouble> {
    match result {
        Ok(sheet) => Ok(Some(sheet)),
        Err(import::NotRead::Source(e)) => Err(e.into()),
        Err(import::NotRead::Problems(problems)) => {
            problems.iter().for_each(|problem| report(problem, out));
            Ok(None)
        }
    }
}

/// Notices of one kind in one column are said this often; the rest is counted.
const NOTICES_OF_A_KIND: u64 = 3;

/// Checks every row, reports every problem as it comes, and writes refused rows to `rejects`.
pub(crate) fn check(
    sheet: &Sheet,
    known: &Known,
    mut rejects: Option<&mut Rejects>,
    out: &mut Output,
) -> Result<(Checked, import::Report), Trouble> {
    let mut checked = Checked::default();
    let mut counted = import::Report::default();
    let mut notices = Said::default();
    let mut erased = Erased::default();
    let mut failed: Option<Trouble> = None;
    let progress = Progress::new(out, text::say(out.lang, &Say::Checking), sheet.len());
    sheet.rows(&mut |row| {
        progress.at(row.bytes_read);
        if known.has(row.line) {
            checked.known += 1;
            counted.add_known();
            return ControlFlow::Continue(());
        }
        counted.add(row.line, &row.content);
        let done = match &row.content {
            Content::Skipped(why) => {
                checked.skipped += 1;
                out.remark(&Say::RowSkipped { file: sheet.name(), line: row.line, why: *why });
                Ok(())
            }
            Content::Accepted(accepted) => {
                checked.accepted += 1;
                remark(sheet, row.line, accepted, &mut notices, out);
                Ok(())
            }
            Content::Refused(problems) => {
                checked.refused += 1;
                checked.cut_off |= problems.iter().any(|p| matches!(p.what, import::What::RowTooLong { .. }));
                problems.iter().filter(|p| erased.tell(p)).for_each(|p| report(p, out));
                match &mut rejects {
                    Some(rejects) => rejects.add(sheet, row.raw, row.line, problems, out.lang),
                    None => Ok(()),
                }
            }
        };
        match done {
            Ok(()) => ControlFlow::Continue(()),
            Err(e) => {
                failed = Some(e);
                ControlFlow::Break(())
            }
        }
    })?;
    progress.done();
    if let Some(failed) = failed {
        return Err(failed);
    }
    if let Some(more) = erased.more() {
        report(&more, out);
    }
    for (notice, count) in notices.0.iter().filter(|(_, count)| *count > NOTICES_OF_A_KIND) {
        let kind = text::say(out.lang, &Say::RowNotice { file: None, line: None, notice });
        out.remark(&Say::MoreNotices { kind: &kind, more: count - NOTICES_OF_A_KIND });
    }
    Ok((checked, counted))
}

/// Rows that may have been erased before: where it is one of them, it is most of a file.
#[derive(Default)]
struct Erased {
    rows: u64,
    last: Option<Problem>,
}

impl Erased {
    /// True for every other problem, and for the first of these.
    fn tell(&mut self, p: &Problem) -> bool {
        if !matches!(p.what, import::What::MayHaveBeenErased { .. }) {
            return true;
        }
        self.rows += 1;
        if self.rows > NOTICES_OF_A_KIND {
            self.last = Some(p.clone());
        }
        self.rows <= NOTICES_OF_A_KIND
    }

    /// The others, told once for the file.
    fn more(self) -> Option<Problem> {
        let last = self.last?;
        let import::What::MayHaveBeenErased { newest, .. } = last.what else { return None };
        let what = import::What::MayHaveBeenErased { newest, more: Some(self.rows - NOTICES_OF_A_KIND) };
        Some(Problem { line: None, place: import::Place::Whole, column: None, value: None, what, ..last })
    }
}

/// Notices that were said, one of each kind without its value, and how many there are of it. There are few kinds.
#[derive(Default)]
struct Said(Vec<(RowNotice, u64)>);

impl Said {
    /// Counts a notice: how many of its kind there have been.
    fn count(&mut self, notice: &RowNotice) -> u64 {
        let same = |other: &RowNotice| other.what == notice.what && other.column == notice.column;
        if let Some((_, count)) = self.0.iter_mut().find(|(other, _)| same(other)) {
            *count += 1;
            return *count;
        }
        self.0.push((RowNotice { value: None, ..notice.clone() }, 1));
        1
    }
}

fn remark(sheet: &Sheet, line: u64, accepted: &Accepted, said: &mut Said, out: &mut Output) {
    for notice in &accepted.notices {
        if said.count(notice) <= NOTICES_OF_A_KIND {
            out.remark(&Say::RowNotice { file: Some(sheet.name()), line: Some(line), notice });
        }
    }
}

/// One line for a problem: on stderr for people, as an object on stdout with `--json`.
pub(crate) fn report(p: &Problem, out: &mut Output) {
    let told = text::problem(out.lang, &p.what);
    if out.json {
        let mut object = json!({
            "problem": p.what.name(),
            "file": p.file.as_ref(),
            "line": p.line,
            "column": p.column.as_deref(),
            "field": p.place.field().map(|f| f.name()),
            "value": p.value,
            "what": told.what,
            "do": told.todo,
        });
        if let import::What::MayHaveBeenErased { more: Some(more), .. } = p.what {
            object["more"] = more.into();
        }
        return out.object(&object);
    }
    let line = p.line.map(|l| format!("{l}:")).unwrap_or_default();
    let column = match (&p.column, p.place.field()) {
        (Some(column), _) => format!(" {}:", column.replace('\n', " ")),
        (None, Some(field)) => format!(" {}:", text::field(out.lang, field)),
        (None, None) => String::new(),
    };
    let value = p.value.as_deref().map(|v| text::quoted(out.lang, v)).unwrap_or_default();
    out.must_say(&format!("{}:{line}{column} {value}{} -> {}", p.file, told.what, told.todo));
}

/// A problem of `record` by flags: the flag takes the place of the column.
pub(crate) fn report_fault(fault: &CellFault, out: &mut Output) {
    let told = text::problem(out.lang, &fault.what);
    let flag = match fault.place {
        import::Place::Key => Some("--key"),
        import::Place::Field(field) => field.flag().map(|flag| flag.typed),
        import::Place::Whole => None,
    };
    if out.json {
        return out.object(&json!({
            "problem": fault.what.name(),
            "option": flag,
            "field": fault.place.field().map(|f| f.name()),
            "value": fault.value,
            "what": told.what,
            "do": told.todo,
        }));
    }
    let lead = flag.map(|f| format!("{f}: ")).unwrap_or_default();
    let value = fault.value.as_deref().map(|v| text::quoted(out.lang, v)).unwrap_or_default();
    out.must_say(&format!("provlog: {lead}{value}{}\n  -> {}", told.what, told.todo));
}

/// A progress bar over the bytes of a file; nothing when nobody watches. A thread of the bar's own draws it: a terminal that
/// stands still holds up nobody who works, above all no transaction. It is made before one and [`Progress::done`] after it.
pub(crate) struct Progress {
    bar: Option<ProgressBar>,
    /// What lies before the file.
    before: u64,
}

/// How often it is drawn.
const TICK: std::time::Duration = std::time::Duration::from_millis(200);

impl Progress {
    pub(crate) fn new(out: &Output, what: String, bytes: u64) -> Self {
        let bar = out.is_watched().then(|| {
            let bar = ProgressBar::new(bytes).with_message(what);
            if let Ok(style) = ProgressStyle::with_template("{msg} [{bar:40}] {percent}% ({eta})") {
                bar.set_style(style);
            }
            bar.enable_steady_tick(TICK);
            bar
        });
        Progress { bar, before: 0 }
    }

    /// Something that takes its time and cannot say how far it has come.
    pub(crate) fn without_end(out: &Output, what: String) -> Self {
        let bar = out.is_watched().then(|| {
            let spinner = ProgressBar::new_spinner().with_message(what);
            spinner.enable_steady_tick(TICK);
            spinner
        });
        Progress { bar, before: 0 }
    }

    /// The same bar, over a file behind so many bytes of others.
    pub(crate) fn behind(&self, before: u64) -> Self {
        Progress { bar: self.bar.clone(), before }
    }

    pub(crate) fn at(&self, bytes: u64) {
        if let Some(bar) = &self.bar {
            bar.set_position(self.before + bytes);
        }
    }

    pub(crate) fn done(&self) {
        if let Some(bar) = &self.bar {
            bar.finish_and_clear();
        }
    }
}
