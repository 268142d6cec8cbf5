//! Words with a fixed meaning, and the days on which they have it: bases, methods, categories, origins.
//!
//! Owns: how such a table is written, and what a day says of a row. Does not own: the tables (`provision`, `filing`), what follows from
//! a word (`rules`), what else people write for it (`import::words`).

use chrono::NaiveDate;

/// From which day until which day something holds. A change of the law is a row with other days.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Days {
    /// The first day (legal day, Japan) on which it holds; `None`: always.
    pub from: Option<NaiveDate>,
    /// The first day on which it holds no more; `None`: always.
    pub until: Option<NaiveDate>,
}

impl Days {
    /// On all days.
    pub const ALWAYS: Days = Days { from: None, until: None };

    /// From a day on.
    #[must_use]
    pub const fn since(year: i32, month: u32, day: u32) -> Days {
        Days { from: NaiveDate::from_ymd_opt(year, month, day), until: None }
    }

    /// Whether it holds on a day. Where no day is known the newest state applies: what holds for good, and what will.
    #[must_use]
    pub fn hold_on(self, day: Option<NaiveDate>) -> bool {
        self.from.is_none_or(|from| day.is_none_or(|day| day >= from))
            && self.until.is_none_or(|until| day.is_some_and(|day| day < until))
    }
}

/// A table of words: `Variant "word" NUMBER DAYS, ja "..." , en "...";` a row. The number is what a ledger file may keep in the word's place:
/// it is never given to another word.
macro_rules! words {
    ($(#[doc = $about:literal])* $(#[derive($derive:ident)])? $name:ident {
        $($(#[$attribute:meta])* $variant:ident $word:literal $number:literal $days:expr, ja $ja:literal, en $en:literal;)*
    }) => {
        $(#[doc = $about])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord $(, $derive)?)]
        pub enum $name {
            $($(#[$attribute])* $variant,)*
        }

        impl $name {
            /// All of them.
            pub const ALL: &'static [$name] = &[$($name::$variant),*];

            /// The word in the payload and on the command line.
            #[must_use]
            pub fn word(self) -> &'static str {
                match self { $($name::$variant => $word,)* }
            }

            /// What a ledger file may keep in its place.
            #[must_use]
            pub fn number(self) -> u8 {
                match self { $($name::$variant => $number,)* }
            }

            /// On which days it is one.
            #[must_use]
            pub fn days(self) -> $crate::record::word::Days {
                match self { $($name::$variant => $days,)* }
            }

            /// What people call it.
            #[must_use]
            pub fn label(self) -> $crate::record::field::Called {
                match self { $($name::$variant => $crate::record::field::Called { ja: $ja, en: $en },)* }
            }

            /// The one of that word.
            #[must_use]
            pub fn from_word(word: &str) -> Option<$name> {
                match word { $($word => Some($name::$variant),)* _ => None }
            }

            /// The one of that number.
            #[must_use]
            pub fn from_number(number: u8) -> Option<$name> {
                match number { $($number => Some($name::$variant),)* _ => None }
            }
        }
    };
}
pub(super) use words;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_holds_from_its_first_day_and_no_more_on_its_last() {
        let day = |text: &str| text.parse::<NaiveDate>().ok();
        let days = Days { from: day("2028-07-16"), until: day("2030-01-01") };
        for (on, holds) in
            [("2028-07-15", false), ("2028-07-16", true), ("2029-12-31", true), ("2030-01-01", false)]
        {
            assert_eq!(days.hold_on(day(on)), holds, "{on}");
        }
        assert!(!days.hold_on(None), "what has an end is not the newest state");
        assert!(Days::since(2028, 7, 16).hold_on(None));
        assert!(Days::ALWAYS.hold_on(None) && Days::ALWAYS.hold_on(day("1999-01-01")));
    }
}
