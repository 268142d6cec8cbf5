//! What was typed, as values: days, words of fixed lists, texts that a part of an entry takes.
//!
//! Owns: reading them, and what is said of those that cannot be read. Does not own: what they are used for.

use chrono::NaiveDate;
use provlog::import::dates;
use provlog::ledger::part::{check_element, check_text};
use provlog::record::{Basis, Side};

use super::trouble::{Expected, OptionProblem, Trouble};

/// A basis by its word.
pub(crate) fn basis(typed: Option<&str>) -> Result<Option<Basis>, Trouble> {
    word("--basis", typed, Basis::from_word, Expected::Basis)
}

/// A side by the kind of its records.
pub(crate) fn side(option: &'static str, typed: Option<&str>) -> Result<Option<Side>, Trouble> {
    word(option, typed, Side::from_word, Expected::Side)
}

/// A word of a fixed list.
pub(crate) fn word<T>(
    option: &'static str,
    typed: Option<&str>,
    read: impl FnOnce(&str) -> Option<T>,
    expected: Expected,
) -> Result<Option<T>, Trouble> {
    let wrong = |value: &str| Trouble::BadOption { option, value: value.to_owned(), expected };
    typed.map(|text| read(text).ok_or_else(|| wrong(text))).transpose()
}

/// A day on the command line, in any form that a file may use.
pub(crate) fn day(option: &'static str, typed: Option<&str>) -> Result<Option<NaiveDate>, Trouble> {
    typed
        .map(|text| {
            let read = dates::read(text).ok().filter(|d| d.remark != Some(dates::DayRemark::Serial));
            read.map(|d| d.day).ok_or_else(|| Trouble::BadOption {
                option,
                value: text.to_owned(),
                expected: Expected::Day,
            })
        })
        .transpose()
}

/// A reason, as it is recorded; `option` needs one.
pub(crate) fn reason(option: &'static str, typed: Option<&str>) -> Result<String, Trouble> {
    let reason = typed.map(str::trim).filter(|r| !r.is_empty());
    let reason = reason
        .ok_or_else(|| Trouble::Options { option, problem: OptionProblem::NeedsReason })?
        .replace("\r\n", "\n");
    if check_text(&reason).is_err() || reason.len() > 16 * 1024 {
        return Err(Trouble::BadOption { option: "--reason", value: reason, expected: Expected::Text });
    }
    Ok(reason)
}

/// A text, trimmed; `None` where nothing is left of it.
pub(crate) fn text(option: &'static str, typed: Option<&str>) -> Result<Option<String>, Trouble> {
    let Some(text) = typed.map(str::trim).filter(|text| !text.is_empty()) else { return Ok(None) };
    let text = text.replace("\r\n", "\n");
    if check_text(&text).is_err() || text.len() > 16 * 1024 {
        return Err(Trouble::BadOption { option, value: text, expected: Expected::Text });
    }
    Ok(Some(text))
}

/// An ID: a text of one line.
pub(crate) fn id(option: &'static str, typed: &str) -> Result<String, Trouble> {
    let id = typed.trim();
    if check_element(id).is_err() || id.len() > 256 {
        return Err(Trouble::BadOption { option, value: typed.to_owned(), expected: Expected::Text });
    }
    Ok(id.to_owned())
}
