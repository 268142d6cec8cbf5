//! The kinds of entries, FORMAT.md section "Kinds".
//!
//! Owns: their names, and which of their parts may ever go.
//! Does not own: what their payloads hold (`act`).

use std::fmt;

macro_rules! kinds {
    ($($variant:ident $code:literal $name:literal $facts:ident $doc:literal;)*) => {
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

kinds! {
    Genesis 0 "genesis" Permanent "Entry 0: what the ledger is.";
    Provision 1 "provision" ErasableByRetention "A provision to a third party (Act 29).";
    Receipt 2 "receipt" ErasableByRetention "A provision received from a third party (Act 30).";
    Correction 3 "correction" ErasableByRetention "Sets or clears fields of a record, or voids it.";
    Erasure 4 "erasure" Permanent "Names the parts that were erased, and why they could be.";
    Import 5 "import" Permanent "A file whose rows became records.";
    Export 6 "export" Permanent "Evidence that left the house.";
    Hold 7 "hold" Permanent "A legal hold: what it names stays.";
    Release 8 "release" Permanent "Ends a hold.";
    Trust 9 "trust" Permanent "A recorded decision to count from dates that a file claims.";
    Recipient 10 "recipient" ErasableByRetention "The register of recipients.";
    Filing 11 "filing" Permanent "The register of opt-out filings.";
    StopRequest 12 "stop-request" ErasableByRetention "A principal's request to stop.";
    Key 13 "key" Permanent "A new signing key.";
    Anchor 15 "anchor" Permanent "The newest state is kept outside, from here on or no longer.";
    Disclosure 14 "disclosure" ErasableByRetention "A copy given to the principal.";
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}
