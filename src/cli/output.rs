//! Where words go: data on stdout, messages on stderr.
//!
//! Owns: printing, and the rule that a closed pipe is not an error. Does not own: texts (`text`).
#![allow(clippy::print_stderr, reason = "this is the one place that prints")]

use std::io::{self, BufWriter, IsTerminal as _, Write as _};

use unicode_width::UnicodeWidthStr as _;

use super::args::Args;
use super::lang::Lang;
use super::text::{self, Say, Told};
use super::trouble::Trouble;

/// The two streams, and how to speak on them.
pub(crate) struct Output {
    pub(crate) lang: Lang,
    pub(crate) json: bool,
    quiet: bool,
    verbose: bool,
    stdout: BufWriter<io::Stdout>,
}

impl Output {
    pub(crate) fn new(lang: Lang, args: &Args) -> Self {
        Output {
            lang,
            json: args.json,
            quiet: args.quiet,
            verbose: args.verbose,
            stdout: BufWriter::new(io::stdout()),
        }
    }

    /// A line of data.
    pub(crate) fn line(&mut self, line: &str) -> Result<(), Trouble> {
        writeln!(self.stdout, "{line}").map_err(output_error)
    }

    /// A JSON object as a line of data.
    pub(crate) fn object(&mut self, value: &serde_json::Value) -> Result<(), Trouble> {
        serde_json::to_writer(&mut self.stdout, value)
            .map_err(io::Error::from)
            .and_then(|()| writeln!(self.stdout))
            .map_err(output_error)
    }

    pub(crate) fn flush(&mut self) -> Result<(), Trouble> {
        self.stdout.flush().map_err(output_error)
    }

    /// What was done, for people: on stdout, unless stdout belongs to `--json`.
    pub(crate) fn result(&mut self, say: &Say<'_>) -> Result<(), Trouble> {
        if self.json || self.quiet { Ok(()) } else { self.line(&text::say(self.lang, say)) }
    }

    /// The same, of a text.
    pub(crate) fn told(&mut self, line: &str) -> Result<(), Trouble> {
        if self.json || self.quiet { Ok(()) } else { self.line(line) }
    }

    /// Rows of CSV as data, as Excel in Japan reads them without asking.
    pub(crate) fn csv<'r>(&mut self, rows: impl Iterator<Item = [&'r str; 2]>) -> Result<(), Trouble> {
        self.stdout.write_all("\u{feff}".as_bytes()).map_err(output_error)?;
        let mut writer =
            csv::WriterBuilder::new().terminator(csv::Terminator::CRLF).from_writer(&mut self.stdout);
        for row in rows {
            writer.write_record(row).map_err(|e| output_error(e.into()))?;
        }
        writer.flush().map_err(output_error)
    }

    /// A remark on stderr, of a text: left out with `-q`.
    pub(crate) fn say_to_people(&mut self, line: &str) {
        if !self.quiet {
            let _ = self.stdout.flush();
            eprintln!("{line}");
        }
    }

    /// A remark on stderr: left out with `-q`.
    pub(crate) fn remark(&mut self, say: &Say<'_>) {
        if !self.quiet {
            let _ = self.stdout.flush();
            eprintln!("{}", text::say(self.lang, say));
        }
    }

    /// A line on stderr that must be said even with `-q`.
    pub(crate) fn must_say(&mut self, line: &str) {
        let _ = self.stdout.flush();
        eprintln!("{line}");
    }

    /// A technical detail that `-v` asks for.
    pub(crate) fn detail(&mut self, line: impl FnOnce() -> Result<String, Trouble>) -> Result<(), Trouble> {
        if self.verbose {
            let line = line()?;
            self.must_say(&line);
        }
        Ok(())
    }

    /// The failure of a command.
    pub(crate) fn trouble(&mut self, trouble: &Trouble) {
        let _ = self.stdout.flush();
        complain(self.lang, &text::trouble(self.lang, trouble));
        if self.verbose {
            eprintln!("  [{trouble:?}]");
        }
    }

    /// True when a person watches: progress and waiting are shown.
    pub(crate) fn is_watched(&self) -> bool {
        !self.quiet && !self.json && io::stderr().is_terminal()
    }
}

/// What is wrong and what to do.
pub(crate) fn complain(_: Lang, told: &Told) {
    eprintln!("provlog: {}", told.what);
    if !told.todo.is_empty() {
        eprintln!("  -> {}", told.todo);
    }
}

/// A line on stderr, at once: somebody is waiting.
pub(crate) fn say_now(line: &str) {
    eprintln!("{line}");
}

/// Help, on stdout.
pub(crate) fn print_help(help: &str) {
    // Nobody can be told that nobody listens.
    let _ = io::stdout().write_all(help.as_bytes());
}

fn output_error(e: io::Error) -> Trouble {
    if e.kind() == io::ErrorKind::BrokenPipe { Trouble::OutputClosed } else { Trouble::Output(e) }
}

/// Pads a cell of a table to a width in terminal columns (Japanese characters take two). Nothing is cut off: a table
/// is complete, or it is no evidence.
pub(crate) fn cell(text: &str, width: usize) -> String {
    let text = text.replace('\n', " / ");
    let fill = width.saturating_sub(text.width());
    format!("{text}{}", " ".repeat(fill))
}
