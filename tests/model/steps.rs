//! The histories that are played: for each step how the clock moves, and which command is given then.
//!
//! Owns: what is generated, and how often. Does not own: what it comes to in a given ledger (`play`): entries are named by a
//! fraction of those that there are, days by their distance from the clock's.

use proptest::prelude::*;
use proptest::sample::Index;

use super::calendar::{DAY, HOUR, Instant, MINUTE, SECOND, midnight};

/// How the clock moves before a command.
#[derive(Clone, Debug)]
pub enum Jump {
    Stay,
    Seconds(i64),
    Minutes(i64),
    Days(i64),
    /// So many days after the newest entry, at its time of the day.
    AheadOfNewest(i64),
    Years(i64),
    /// To the first instant of 28 or 29 February or 1 March of a leap year, and a little before or after.
    Leap {
        march: bool,
        of_month: i64,
        off: Instant,
    },
    /// To the next midnight in Japan, and a little before or after.
    Midnight(Instant),
    /// Before the newest entry.
    Behind(Instant),
    /// To the first instant at which a record may go, and a little before or after.
    FirstDay(Index, Instant),
    /// A battery is dead.
    Year2099,
    /// Back to the true time.
    True,
    /// For this command alone: a clock that shows no time that an entry can have.
    NoTime(NoTime),
}

#[derive(Clone, Copy, Debug)]
pub enum NoTime {
    LastOf1969,
    Of1900,
    FirstOf9999,
    Of10000,
}

/// What is stated by `--confirm-date`.
#[derive(Clone, Copy, Debug)]
pub enum Confirm {
    Nothing,
    /// The clock's day, in Japan.
    Today,
    /// The clock's day in Greenwich: another one for nine hours of each day.
    InGreenwich,
    Yesterday,
    Tomorrow,
}

/// A day.
#[derive(Clone, Copy, Debug)]
pub enum When {
    /// So many days from the clock's.
    FromToday(i64),
    /// So many days from the newest base of what was ever erased; from the clock's, where nothing was.
    FromErased(i64),
}

/// The days of a provision or a receipt.
#[derive(Clone, Debug)]
pub enum Days {
    On(When),
    /// A receipt on consent need not say when it was.
    Unsaid,
    /// In bulk, from then on, and so many days long, where the end is known.
    Period(When, Option<i64>),
}

#[derive(Clone, Debug)]
pub struct Recording {
    pub receipt: bool,
    pub days: Days,
    pub principal: u8,
    pub note: Option<u8>,
    pub beforehand: bool,
    pub again: bool,
}

#[derive(Clone, Debug)]
pub enum Change {
    Note(u8),
    Day(i64),
    LastDay(i64),
    ClearLastDay,
    Void,
}

/// A row of a file: the day of provision, and the day on which it was recorded, as the file says, from the clock's.
#[derive(Clone, Debug)]
pub struct Row {
    pub on: When,
    pub claimed: Option<i64>,
    pub principal: u8,
}

/// How a file is imported.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum How {
    Plain,
    Trusting,
    Again,
    TrustingAgain,
}

impl How {
    pub fn trusts(self) -> bool {
        matches!(self, How::Trusting | How::TrustingAgain)
    }

    pub fn again(self) -> bool {
        matches!(self, How::Again | How::TrustingAgain)
    }
}

/// Which entry a command names.
#[derive(Clone, Debug)]
pub enum Which {
    /// One of the records.
    Record(Index),
    /// One of those whose first day has come, if there is one.
    Ripe(Index),
    /// One of those in bulk, if there is one.
    Bulk(Index),
    /// One of those that are void, if there is one.
    Void(Index),
    /// One of the corrections, if there is one.
    Correction(Index),
    /// Any entry.
    Any(Index),
    /// Behind the end of the log.
    Beyond(u8),
}

/// A command.
#[derive(Clone, Debug)]
pub enum Action {
    Record(Recording),
    /// Under a key, which may have been used.
    RecordUnderKey(u8, Recording),
    /// What was recorded under a key, once more: the same, or with another note.
    Retry {
        which: Index,
        again: bool,
        other: bool,
    },
    /// What was erased, once more, as a row of a file or under a key of its own.
    ErasedOnce {
        more: Index,
        imported: bool,
        again: bool,
    },
    Correct(Which, Change),
    Hold(Vec<Which>),
    Release(Index),
    /// The plan alone.
    Plan(Vec<Which>),
    Delete {
        named: Vec<Which>,
        reason: bool,
    },
    DeleteExpired {
        reason: bool,
    },
    Import(Vec<Row>, How),
    /// A file that was imported, once more.
    SameFile(Index),
}

#[derive(Clone, Debug)]
pub struct Step {
    pub jump: Jump,
    pub confirm: Confirm,
    pub action: Action,
}

/// A ledger's beginning, and what is done with it.
#[derive(Clone, Debug)]
pub struct History {
    pub years: i64,
    pub start: Instant,
    pub steps: Vec<Step>,
}

/// Within moments of a border, on both sides of it.
fn nearby() -> impl Strategy<Value = Instant> {
    prop_oneof![
        3 => Just(0),
        2 => Just(-1),
        1 => Just(12),
        1 => Just(-12),
        1 => Just(HOUR),
        1 => -DAY..DAY,
    ]
}

fn behind() -> impl Strategy<Value = Jump> {
    prop_oneof![
        Just(12),
        Just(4 * MINUTE),
        Just(5 * MINUTE),
        Just(5 * MINUTE + 1),
        Just(6 * MINUTE),
        1..10 * MINUTE,
    ]
    .prop_map(Jump::Behind)
}

fn on_a_first_day() -> impl Strategy<Value = Jump> {
    (any::<Index>(), nearby()).prop_map(|(which, off)| Jump::FirstDay(which, off))
}

fn jump() -> impl Strategy<Value = Jump> {
    prop_oneof![
        20 => Just(Jump::Stay),
        6 => (-90i64..600).prop_map(Jump::Seconds),
        4 => (-20i64..120).prop_map(Jump::Minutes),
        8 => (-3i64..60).prop_map(Jump::Days),
        2 => (-400i64..0).prop_map(Jump::Days),
        8 => prop::sample::select(vec![44, 45, 46, 399, 400, 401]).prop_map(Jump::AheadOfNewest),
        3 => (-3i64..5).prop_map(Jump::Years),
        5 => (any::<bool>(), 27i64..=29, nearby()).prop_map(|(march, of_month, off)| {
            let of_month = if march { 1 } else { of_month };
            Jump::Leap { march, of_month, off }
        }),
        6 => nearby().prop_map(Jump::Midnight),
        8 => behind(),
        24 => on_a_first_day(),
        1 => Just(Jump::Year2099),
        4 => Just(Jump::True),
        2 => prop::sample::select(vec![NoTime::LastOf1969, NoTime::Of1900, NoTime::FirstOf9999, NoTime::Of10000])
            .prop_map(Jump::NoTime),
    ]
}

fn around_what_was_erased() -> impl Strategy<Value = When> {
    (-2i64..=2).prop_map(When::FromErased)
}

fn days_of(receipt: bool) -> impl Strategy<Value = Days> {
    let from_today =
        || prop_oneof![6 => -40i64..=0, 2 => -2000i64..-40, 2 => 1i64..60].prop_map(When::FromToday);
    let on = || prop_oneof![4 => from_today(), 1 => around_what_was_erased()];
    let long = prop_oneof![1 => Just(None), 2 => (0i64..200).prop_map(Some)];
    let unsaid =
        if receipt { Just(Days::Unsaid).boxed() } else { Just(Days::On(When::FromToday(0))).boxed() };
    prop_oneof![
        6 => on().prop_map(Days::On),
        1 => unsaid,
        3 => (on(), long).prop_map(|(from, long)| Days::Period(from, long)),
    ]
}

fn recording() -> impl Strategy<Value = Recording> {
    prop::bool::weighted(0.3).prop_flat_map(|receipt| {
        (days_of(receipt), 0u8..6, prop::option::of(0u8..3), prop::bool::weighted(0.7), any::<bool>())
            .prop_map(move |(days, principal, note, beforehand, again)| Recording {
                receipt,
                days,
                principal,
                note,
                beforehand,
                again,
            })
    })
}

fn which() -> impl Strategy<Value = Which> {
    prop_oneof![
        6 => any::<Index>().prop_map(Which::Record),
        8 => any::<Index>().prop_map(Which::Ripe),
        1 => any::<Index>().prop_map(Which::Bulk),
        1 => any::<Index>().prop_map(Which::Correction),
        2 => any::<Index>().prop_map(Which::Any),
        1 => (0u8..3).prop_map(Which::Beyond),
    ]
}

fn one_or_more() -> impl Strategy<Value = Vec<Which>> {
    prop_oneof![
        6 => which().prop_map(|one| vec![one]),
        1 => any::<Index>().prop_map(|one| vec![Which::Correction(one)]),
        2 => prop::collection::vec(which(), 2..4),
    ]
}

fn correction() -> impl Strategy<Value = (Which, Change)> {
    let bulk = || any::<Index>().prop_map(Which::Bulk);
    prop_oneof![
        3 => (which(), (0u8..4).prop_map(Change::Note)),
        2 => (bulk(), (0u8..4).prop_map(Change::Note)),
        3 => (which(), (-60i64..20).prop_map(Change::Day)),
        4 => (bulk(), (-30i64..=0).prop_map(Change::LastDay)),
        1 => (which(), (-30i64..20).prop_map(Change::LastDay)),
        2 => (bulk(), Just(Change::ClearLastDay)),
        2 => (any::<Index>().prop_map(Which::Void), (0u8..4).prop_map(Change::Note)),
        2 => (which(), Just(Change::Void)),
    ]
}

fn row() -> impl Strategy<Value = Row> {
    let from_today = prop_oneof![30 => -1800i64..=0, 1 => 1i64..9].prop_map(When::FromToday);
    let on = prop_oneof![2 => from_today, 1 => around_what_was_erased()];
    let claimed = prop_oneof![1 => Just(None), 3 => (-1800i64..10).prop_map(Some)];
    (on, claimed, 0u8..6).prop_map(|(on, claimed, principal)| Row { on, claimed, principal })
}

fn deletion() -> impl Strategy<Value = Action> {
    let reason = || prop::bool::weighted(0.95);
    prop_oneof![
        2 => (one_or_more(), reason()).prop_map(|(named, reason)| Action::Delete { named, reason }),
        1 => reason().prop_map(|reason| Action::DeleteExpired { reason }),
    ]
}

fn action() -> impl Strategy<Value = Action> {
    let how =
        prop::sample::select(vec![How::Plain, How::Trusting, How::Trusting, How::Again, How::TrustingAgain]);
    prop_oneof![
        14 => recording().prop_map(Action::Record),
        12 => (0u8..5, recording()).prop_map(|(key, r)| Action::RecordUnderKey(key, r)),
        6 => (any::<Index>(), any::<bool>(), prop::bool::weighted(0.2))
            .prop_map(|(which, again, other)| Action::Retry { which, again, other }),
        7 => (any::<Index>(), any::<bool>(), any::<bool>())
            .prop_map(|(more, imported, again)| Action::ErasedOnce { more, imported, again }),
        14 => correction().prop_map(|(which, change)| Action::Correct(which, change)),
        5 => one_or_more().prop_map(Action::Hold),
        5 => any::<Index>().prop_map(Action::Release),
        4 => one_or_more().prop_map(Action::Plan),
        30 => deletion(),
        9 => (prop::collection::vec(row(), 1..4), how).prop_map(|(rows, how)| Action::Import(rows, how)),
        2 => any::<Index>().prop_map(Action::SameFile),
    ]
}

fn step() -> impl Strategy<Value = Step> {
    // Around the limits of what a deletion may go by, it is tried more often.
    let any = (jump(), action());
    let at_a_limit = (prop_oneof![behind(), on_a_first_day()], deletion());
    prop_oneof![7 => any, 1 => at_a_limit].prop_flat_map(|(jump, action)| {
        let deletes = matches!(action, Action::Delete { .. } | Action::DeleteExpired { .. });
        let goes_far = matches!(
            jump,
            Jump::FirstDay(..)
                | Jump::Leap { .. }
                | Jump::Years(_)
                | Jump::Year2099
                | Jump::AheadOfNewest(399..)
        );
        confirm(deletes, goes_far).prop_map(move |confirm| Step {
            jump: jump.clone(),
            confirm,
            action: action.clone(),
        })
    })
}

/// A deletion needs the day, and so does whatever is done after a long step.
fn confirm(for_deleting: bool, goes_far: bool) -> impl Strategy<Value = Confirm> {
    let (nothing, today) = match (for_deleting, goes_far) {
        (true, _) => (2, 14),
        (false, true) => (5, 11),
        (false, false) => (12, 4),
    };
    prop_oneof![
        nothing => Just(Confirm::Nothing),
        today => Just(Confirm::Today),
        1 => Just(Confirm::InGreenwich),
        1 => prop_oneof![Just(Confirm::Yesterday), Just(Confirm::Tomorrow)],
    ]
}

/// Any history of a ledger.
pub fn history() -> impl Strategy<Value = History> {
    let start = prop_oneof![
        // The first instant that there is; any; before midnight on days from which three or four years lead to a 29 February.
        1 => Just(0),
        6 => midnight(10_000)..midnight(25_000),
        4 => prop::sample::select(vec![(2020, 2, 28), (2021, 2, 28), (2024, 2, 28), (2024, 2, 29), (2023, 12, 31)])
            .prop_map(|(y, m, d)| midnight(super::calendar::day(y, m, d).unwrap() + 1) - SECOND),
    ];
    (prop_oneof![6 => Just(3), 1 => Just(4), 1 => Just(7)], start, prop::collection::vec(step(), 20..44))
        .prop_map(|(years, start, steps)| History { years, start, steps })
}
