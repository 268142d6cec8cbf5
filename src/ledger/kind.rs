//! The kinds of entries, FORMAT.md section "Kinds".
//!
//! Owns: their names, and which of their parts may ever go.
//! Does not own: what their payloads hold (`act`).

use std::fmt;

macro_rules! kinds {
    ($($variant:ident $code:literal $name:literal $facts:ident $about:ident $doc:literal;)*) => {
        /// What an entry is. The names are part of the format.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub enum Kind {
            $(#[doc = $doc] $variant,)*
        }

        impl Kind {
            /// All kinds, in the order of FORMAT.md.
            pub const ALL: &'static [Kind] = &[$(Kind::$variant),*];

            /// The name in a header.
            #[must_use]
            pub fn name(self) -> &'static str {
                match self { $(Kind::$variant => $name,)* }
            }

            /// The kind of that name.
            #[must_use]
            pub fn from_name(name: &[u8]) -> Option<Kind> {
                $(if name == $name.as_bytes() { return Some(Kind::$variant); })*
                None
            }

            /// A record of a provision, from either side.
            #[must_use]
            pub fn is_record(self) -> bool {
                matches!(self, Kind::Provision | Kind::Receipt)
            }

            /// The number that stands for the kind in the database (the format knows names only).
            #[must_use]
            pub fn code(self) -> u8 {
                match self { $(Kind::$variant => $code,)* }
            }

            /// The kind of that number.
            #[must_use]
            pub fn from_code(code: i64) -> Option<Kind> {
                $(if code == $code { return Some(Kind::$variant); })*
                None
            }

            /// What may become of its facts.
            #[must_use]
            pub fn facts(self) -> Facts {
                match self { $(Kind::$variant => Facts::$facts,)* }
            }

            /// Whether it is about an earlier entry.
            #[must_use]
            pub fn about(self) -> About {
                match self { $(Kind::$variant => About::$about,)* }
            }
        }
    };
}

/// What may become of the facts of a kind of entry.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Facts {
    /// May be erased once the retention period that the header's base starts has ended.
    ErasableByRetention,
    /// Must stay for ever; hence nothing personal goes into them.
    Permanent,
}

/// Whether an entry of a kind is about an earlier one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum About {
    /// Never.
    Nothing,
    /// Always.
    One,
    /// It may be.
    Perhaps,
}

impl About {
    /// True where an entry may be about this.
    #[must_use]
    pub fn allows(self, about: Option<u64>) -> bool {
        match self {
            About::Nothing => about.is_none(),
            About::One => about.is_some(),
            About::Perhaps => true,
        }
    }
}

kinds! {
    Genesis 0 "genesis" Permanent Nothing "Entry 0: what the ledger is.";
    Provision 1 "provision" ErasableByRetention Nothing "A provision to a third party (Act 29).";
    Receipt 2 "receipt" ErasableByRetention Nothing "A provision received from a third party (Act 30).";
    Correction 3 "correction" ErasableByRetention One "Sets or clears fields of a record, or voids it.";
    Erasure 4 "erasure" Permanent Nothing "Names the parts that were erased, and why they could be.";
    Import 5 "import" Permanent Nothing "A file whose rows became records.";
    Export 6 "export" Permanent Nothing "Evidence that left the house.";
    Hold 7 "hold" Permanent Nothing "A legal hold: what it names stays.";
    Release 8 "release" Permanent One "Ends a hold.";
    Trust 9 "trust" Permanent Nothing "A recorded decision to count from dates that a file claims.";
    Recipient 10 "recipient" ErasableByRetention Perhaps "The register of recipients.";
    Filing 11 "filing" Permanent Perhaps "The register of opt-out filings.";
    StopRequest 12 "stop-request" ErasableByRetention Perhaps "A principal's request to stop.";
    Key 13 "key" Permanent Nothing "A new signing key.";
    Anchor 15 "anchor" Permanent Nothing "The newest state is kept outside, from here on or no longer.";
    Disclosure 14 "disclosure" ErasableByRetention Nothing "A copy given to the principal.";
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}
