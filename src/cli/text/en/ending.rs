//! English: what stays when an answer, or the rest of a command, is lost.

use std::io;

use super::super::{Told, shown};
use super::foreign::os;
use crate::cli::kept::Kept;
use crate::cli::status::Outcome;

/// Beside what has been reported already.
pub(crate) fn outcome(outcome: Outcome) -> Told {
    match outcome {
        Outcome::Done => Told::new("", ""),
        Outcome::Refused => {
            Told::new("the content was refused", "the objects before this one say what and why.")
        }
        Outcome::Findings(_) => {
            Told::new("the check has findings", "the objects before this one name each, and say what to do.")
        }
    }
}

pub(crate) fn answer_lost(kept: &[Kept], why: &io::Error) -> Told {
    Told::new(
        format!("{}, but the answer could not be written to standard output: {}", list(kept), os(why)),
        again(kept),
    )
}

pub(crate) fn done_before(kept: &[Kept]) -> Told {
    Told::new(format!("before that, and it stays: {}", list(kept)), again(kept))
}

fn list(kept: &[Kept]) -> String {
    let one = |kept: &Kept| match kept {
        Kept::Entries { first, last } if first == last => format!("recorded as entry {first}"),
        Kept::Entries { first, last } => format!("recorded as entries {first} to {last}"),
        Kept::Made(path) => format!("{} was made", shown(path)),
        Kept::Stamped(size) => format!("the timestamp of the checkpoint of {size} entries is kept"),
    };
    kept.iter().map(one).collect::<Vec<_>>().join("; ")
}

fn again(kept: &[Kept]) -> String {
    let entry = kept.iter().find_map(|kept| match kept {
        Kept::Entries { first, .. } => Some(first),
        _ => None,
    });
    match entry {
        Some(first) => format!("do not run it again: `provlog show {first}` shows what was recorded."),
        None => "do not run it again.".to_owned(),
    }
}
