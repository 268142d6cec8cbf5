//! The reasons for which a command is refused, and how the program says them: docs/EXIT-STATUS.md.
//!
//! Owns: that list. Does not own: when there is such a reason (`ledger`).

/// Why a command must be refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Why {
    /// The clock shows no time that an entry can have.
    NoClock,
    /// More than 400 days ahead, and nobody has stated the day.
    FarAhead,
    /// The day that was stated is not the clock's.
    WrongDay,
    /// A deletion, and no day was stated.
    NoDay,
    /// A deletion, and no reason was given.
    NoReason,
    /// A deletion while the clock stands more than five minutes behind the newest entry.
    Behind,
    /// Inside the retention period.
    Early,
    Held,
    Open,
    /// It goes with its record.
    WithRecord,
    Permanent,
    AlreadyErased,
    NoSuchEntry,
    /// A day of provision is still to come.
    FutureDay,
    /// The key is taken by other content.
    KeyTaken,
    /// It may have been erased, and nobody said `--again`.
    MayBeErased,
    SameFile,
    NothingClaimed,
    NotARecord,
    Erased,
    Void,
    NothingChanges,
    Reopens,
    /// The amended record would break a rule of the law.
    Unlawful,
    NotAHold,
}

impl Why {
    /// The exit status that says so.
    pub fn status(self) -> i32 {
        if self == Why::NoReason { 2 } else { 1 }
    }

    /// The code of the error that says so, where it is the only reason; a row that is refused has a problem instead.
    pub fn code(self) -> Option<&'static str> {
        Some(match self {
            Why::NoClock => "no-clock",
            Why::FarAhead => "clock-far-ahead",
            Why::WrongDay => "not-today",
            Why::NoDay => "day-not-stated",
            Why::NoReason => "wrong-options",
            Why::Behind => "clock-behind",
            Why::Early | Why::Held | Why::Open | Why::WithRecord | Why::Permanent | Why::AlreadyErased => {
                "must-stay"
            }
            Why::NoSuchEntry => "no-such-entry",
            Why::KeyTaken => "key-taken",
            Why::SameFile => "already-imported",
            Why::NothingClaimed => "nothing-claimed",
            Why::NotARecord | Why::Erased | Why::Void | Why::NothingChanges | Why::Reopens => {
                "not-correctable"
            }
            Why::NotAHold => "not-a-hold",
            Why::FutureDay | Why::MayBeErased | Why::Unlawful => return None,
        })
    }
}
