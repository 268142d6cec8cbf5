//! Where words go: data on stdout, messages on stderr.
//!
//! Owns: printing, and what becomes of an answer that nobody takes. Printing never fails: the first failure of standard
//! output is remembered, what comes behind it is dropped, and `ending` says in the end what that comes to. A closed standard
//! error is nobody's fault and nobody's loss. Does not own: texts (`text`), statuses (`status`).

use std::io::{self, BufWriter, IsTerminal as _, Write as _};
use std::path::Path;

use unicode_width::UnicodeWidthStr as _;

use super::kept::Kept;
use super::lang::Lang;
use super::text::{self, Say, Told};
use super::trouble::Trouble;

/// How it was asked to speak.
#[derive(Clone, Copy)]
pub(crate) struct Manner {
    /// Data as JSON objects.
    pub(crate) json: bool,
    /// Nothing that is worth saying only.
    pub(crate) quiet: bool,
    /// With what a failure is made of.
    pub(crate) verbose: bool,
}

/// The two streams, and how to speak on them.
pub(crate) struct Output {
    pub(crate) lang: Lang,
    pub(crate) json: bool,
    quiet: bool,
    verbose: bool,
    stdout: BufWriter<io::Stdout>,
    /// Standard output has not taken something, and is given nothing any more.
    gone: bool,
    /// Why.
    lost: Option<io::Error>,
    kept: Vec<Kept>,
    /// Something was said on stdout, or left out on purpose, after the last thing that was kept.
    answered: bool,
}

impl Output {
    pub(crate) fn new(lang: Lang, manner: Manner) -> Self {
        let Manner { json, quiet, verbose } = manner;
        Output {
            lang,
            json,
            quiet,
            verbose,
            stdout: BufWriter::new(io::stdout()),
            gone: false,
            lost: None,
            kept: Vec::new(),
            answered: false,
        }
    }

    /// Writes on stdout, unless it is gone.
    fn write(&mut self, write: impl FnOnce(&mut BufWriter<io::Stdout>) -> io::Result<()>) {
        if !self.gone
            && let Err(e) = write(&mut self.stdout)
        {
            self.gone = true;
            self.lost = Some(e);
        }
    }

    fn flush(&mut self) {
        self.write(io::Write::flush);
    }

    /// A line of data for people: nothing in it stays hidden from them.
    pub(crate) fn line(&mut self, line: &str) {
        self.exact(&text::visible(line));
    }

    /// A line of data that others take on as it is.
    pub(crate) fn exact(&mut self, line: &str) {
        self.answered = true;
        self.write(|stdout| writeln!(stdout, "{line}"));
    }

    /// A JSON object as a line of data.
    pub(crate) fn object(&mut self, value: &serde_json::Value) {
        self.answered = true;
        self.write(|stdout| {
            serde_json::to_writer(&mut *stdout, value)?;
            writeln!(stdout)
        });
    }

    /// What was done, for people: on stdout, unless stdout belongs to `--json`.
    pub(crate) fn result(&mut self, say: &Say<'_>) {
        self.told(&text::say(self.lang, say));
    }

    /// The same, of a text.
    pub(crate) fn told(&mut self, line: &str) {
        self.answered = true;
        if !self.json && !self.quiet {
            self.line(line);
        }
    }

    /// Rows of CSV as data, as Excel in Japan reads them without asking.
    pub(crate) fn csv<'r>(&mut self, rows: impl Iterator<Item = [&'r str; 2]>) {
        self.write(|stdout| {
            stdout.write_all("\u{feff}".as_bytes())?;
            let mut writer = csv::WriterBuilder::new().terminator(csv::Terminator::CRLF).from_writer(stdout);
            for row in rows {
                writer.write_record(row)?;
            }
            writer.flush()
        });
    }

    /// True when nobody takes what is printed: a command that only lists may stop.
    pub(crate) fn is_gone(&self) -> bool {
        self.gone
    }

    /// Says that something is done and stays; called as soon as it is so, before the answer is printed.
    pub(crate) fn keep(&mut self, kept: Kept) {
        self.kept.push(kept);
        self.answered = false;
    }

    /// Entries were committed.
    pub(crate) fn committed(&mut self, first: u64, last: u64) {
        self.keep(Kept::Entries { first, last });
    }

    /// A file or folder was made.
    pub(crate) fn made(&mut self, path: &Path) {
        self.keep(Kept::Made(path.to_owned()));
    }

    /// What was done and stays.
    pub(crate) fn kept(&self) -> &[Kept] {
        &self.kept
    }

    /// The answer to what was done last has been given.
    pub(crate) fn has_answered(&self) -> bool {
        self.answered
    }

    /// Writes what is still to be written; why it could not be, if not all of it was taken.
    pub(crate) fn finish(&mut self) -> Option<io::Error> {
        self.flush();
        self.lost.take()
    }

    /// A remark on stderr, of a text: left out with `-q`.
    pub(crate) fn say_to_people(&mut self, line: &str) {
        if !self.quiet {
            self.must_say(line);
        }
    }

    /// A remark on stderr: left out with `-q`.
    pub(crate) fn remark(&mut self, say: &Say<'_>) {
        if !self.quiet {
            self.must_say(&text::say(self.lang, say));
        }
    }

    /// A line on stderr that must be said even with `-q`.
    pub(crate) fn must_say(&mut self, line: &str) {
        self.flush();
        say_now(line);
    }

    /// A technical detail that `-v` asks for.
    pub(crate) fn detail(&mut self, line: impl FnOnce() -> Result<String, Trouble>) -> Result<(), Trouble> {
        if self.verbose {
            let line = line()?;
            self.must_say(&line);
        }
        Ok(())
    }

    /// What is wrong and what to do, on stderr.
    pub(crate) fn complain(&mut self, told: &Told) {
        self.flush();
        complain(told);
    }

    /// The failure of a command.
    pub(crate) fn trouble(&mut self, trouble: &Trouble) {
        self.complain(&text::trouble(self.lang, trouble));
        if self.verbose {
            say_now(&format!("  [{trouble:?}]"));
        }
    }

    /// True when a person watches: progress and waiting are shown.
    pub(crate) fn is_watched(&self) -> bool {
        !self.quiet && !self.json && io::stderr().is_terminal()
    }
}

impl Drop for Output {
    /// What was not taken once is not tried again: a disk with room by now would get an answer with a hole in it.
    fn drop(&mut self) {
        let rest = std::mem::replace(&mut self.stdout, BufWriter::with_capacity(0, io::stdout()));
        drop(rest.into_parts());
    }
}

/// What is wrong and what to do.
pub(crate) fn complain(told: &Told) {
    say_now(&format!("provlog: {}", told.what));
    if !told.todo.is_empty() {
        say_now(&format!("  -> {}", told.todo));
    }
}

/// A line on stderr, at once: somebody is waiting.
pub(crate) fn say_now(line: &str) {
    // Whoever has closed it wants to hear nothing; a command is not stopped by that.
    let _ = io::stderr().write_all(format!("{}\n", text::visible(line)).as_bytes());
}

/// Help, on stdout.
pub(crate) fn print_help(help: &str) -> io::Result<()> {
    let mut stdout = io::stdout();
    stdout.write_all(help.as_bytes()).and_then(|()| stdout.flush())
}

/// A JSON object on stdout, where there is no command yet.
pub(crate) fn print_object(value: &serde_json::Value) -> io::Result<()> {
    let mut stdout = io::stdout();
    stdout.write_all(format!("{value}\n").as_bytes()).and_then(|()| stdout.flush())
}

/// Pads a cell of a table to a width in terminal columns (Japanese characters take two). Nothing is cut off: a table
/// is complete, or it is no evidence.
pub(crate) fn cell(text: &str, width: usize) -> String {
    let text = text::on_one_line(text);
    let fill = width.saturating_sub(text.width());
    format!("{text}{}", " ".repeat(fill))
}
