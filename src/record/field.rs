//! The fields of a record: their names are those of the payload, of `--json`, of CSV headings and of JSON keys.
//!
//! Owns: the list. Does not own: which are required (`rules`), what people call them (`import`, `export`, `cli`).

use std::fmt;

macro_rules! fields {
    ($($variant:ident $name:literal $doc:literal;)*) => {
        /// A field of a record.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum Field {
            $(#[doc = $doc] $variant,)*
        }

        impl Field {
            /// All fields, in the order in which people read a record.
            pub const ALL: &'static [Field] = &[$(Field::$variant),*];

            /// The name in the payload, in `--json`, in CSV headings and JSON keys.
            #[must_use]
            pub fn name(self) -> &'static str {
                match self { $(Field::$variant => $name,)* }
            }

            /// The field of that name.
            #[must_use]
            pub fn from_name(name: &str) -> Option<Field> {
                match name { $($name => Some(Field::$variant),)* _ => None }
            }
        }
    };
}

fields! {
    ProvidedOn "provided_on" "提供年月日: the day of the provision.";
    RecipientName "recipient_name" "第三者の氏名又は名称.";
    RecipientAddress "recipient_address" "第三者の住所.";
    RecipientRepresentative "recipient_representative" "法人の代表者の氏名 (or the 管理人 of an unincorporated body).";
    RecipientType "recipient_type" "A body, which has a representative, or a natural person.";
    UnspecifiedRecipients "unspecified_recipients" "不特定かつ多数の者に提供した旨, in place of name, address and representative.";
    PrincipalId "principal_id" "An identifier that suffices to identify the principal (本人).";
    PrincipalName "principal_name" "本人の氏名.";
    Items "items" "個人データの項目: names of data items, never their values.";
    Basis "basis" "On which basis the data was provided.";
    Method "method" "How the record is made (Rules 19): each provision on its own.";
    ConsentEvidence "consent_evidence" "A reference to the evidence of consent.";
    Purpose "purpose" "What for.";
    Medium "medium" "By which medium it was provided.";
    Handler "handler" "Who handled it.";
    Note "note" "Anything else.";
    SourceNumber "source_number" "The number of the row in the ledger that it was imported from.";
    ClaimedRecordedOn "claimed_recorded_on" "記録日 as an imported file claims it; retention never counts from it.";
}

impl Field {
    /// How many fields there are.
    pub const COUNT: usize = Field::ALL.len();

    /// Position in [`Field::ALL`].
    #[must_use]
    pub fn position(self) -> usize {
        self as usize
    }
}

impl fmt::Display for Field {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}
