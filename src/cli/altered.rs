//! Entries of an answer that are not what was recorded: marked where they are shown, and told at its end.
//!
//! Owns: marking and collecting them. Does not own: how they are found out (`store`), the words (`text`).

use serde_json::Value;

use super::output::Output;
use super::status::Outcome;
use super::text;
use super::trouble::Trouble;

/// So many are named.
const NAMED: usize = 10;

/// The altered entries of an answer.
#[derive(Debug, Default)]
pub(crate) struct Altered {
    first: Vec<u64>,
    count: u64,
}

impl Altered {
    /// Counts an entry that is shown.
    pub(crate) fn shown(&mut self, index: u64, altered: bool) {
        if altered {
            self.count += 1;
            if self.first.len() < NAMED {
                self.first.push(index);
            }
        }
    }

    /// How the answer ends.
    pub(crate) fn end(self) -> Result<Outcome, Trouble> {
        match self.count {
            0 => Ok(Outcome::Done),
            count => Err(Trouble::Altered { entries: self.first, count }),
        }
    }
}

/// Marks an object of an answer.
pub(crate) fn mark(object: &mut Value, altered: bool) {
    if altered {
        object["altered"] = true.into();
    }
}

/// A line of an answer, marked at its end where it is altered.
pub(crate) fn marked_line(line: &str, altered: bool, out: &mut Output) {
    match altered {
        true => out.line(&format!("{} {}", line.trim_end(), text::mark_altered(out.lang).trim_end())),
        false => out.line(line),
    }
}
