//! The fields of a record: their names are those of the payload, of `--json`, of CSV headings and of JSON keys.
//!
//! Owns: the list. Does not own: which are required (`rules`), what people call them (`import`, `export`, `cli`).

use std::fmt;
use std::sync::LazyLock;

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

            /// The key under which a correction sets it.
            #[must_use]
            pub fn set_name(self) -> &'static str {
                match self { $(Field::$variant => concat!("set_", $name),)* }
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
    ReceivedOn "received_on" "提供を受けた年月日: the day of the provision, in a recipient's record.";
    PeriodFrom "period_from" "The first day of a continuous or repeated provision (method `bulk`).";
    PeriodTo "period_to" "Its last day; absent while it goes on.";
    RecipientName "recipient_name" "第三者の氏名又は名称.";
    RecipientAddress "recipient_address" "第三者の住所.";
    RecipientRepresentative "recipient_representative" "法人の代表者の氏名 (or the 管理人 of an unincorporated body).";
    RecipientType "recipient_type" "A body, which has a representative, or a natural person.";
    UnspecifiedRecipients "unspecified_recipients" "不特定かつ多数の者に提供した旨, in place of name, address and representative.";
    RecipientId "recipient_id" "The recipient's ID in the register; the record keeps what the register held on that day.";
    ProviderName "provider_name" "Who provided it, in a recipient's record: 第三者の氏名又は名称.";
    ProviderAddress "provider_address" "第三者の住所, of the provider.";
    ProviderRepresentative "provider_representative" "法人の代表者の氏名, of the provider.";
    ProviderType "provider_type" "A body or a natural person, of the provider.";
    Acquisition "acquisition" "取得の経緯: how the provider had acquired it.";
    Confirmation "confirmation" "How it was confirmed: the document shown, a declaration, a registry.";
    PpcPublication "ppc_publication" "法第27条第4項の公表がされている旨, or the number of the filing.";
    ForeignRecipient "foreign_recipient" "The recipient is in a foreign country.";
    ForeignInformation "foreign_information" "That the principal was informed about the foreign recipient (Act 31).";
    PrincipalId "principal_id" "An identifier that suffices to identify the principal (本人).";
    PrincipalName "principal_name" "本人の氏名.";
    Items "items" "個人データの項目: names of data items, never their values.";
    Basis "basis" "On which basis the data was provided.";
    Exemption "exemption" "Which exemption applied, where no record was asked for (basis `voluntary`).";
    Method "method" "How the record is made (Rules 19 and 23).";
    ConsentEvidence "consent_evidence" "A reference to the evidence of consent.";
    Filing "filing" "The opt-out filing that it rests on.";
    ExistenceWithheld "existence_withheld" "Why its mere existence may not be admitted to the principal (Cabinet Order 11).";
    Breaches "breaches" "Rules that it broke, where it was recorded as it happened.";
    Purpose "purpose" "What for.";
    Medium "medium" "By which medium it was provided.";
    Handler "handler" "Who handled it.";
    Note "note" "Anything else.";
    SourceNumber "source_number" "The number of the row in the ledger that it was imported from.";
    ClaimedRecordedOn "claimed_recorded_on" "記録日 as an imported file claims it; retention counts from it only where somebody has decided so.";
}

impl Field {
    /// How many fields there are.
    pub const COUNT: usize = Field::ALL.len();

    /// True for the fields of the facts part (FORMAT.md, "Provision and receipt"); the others stand in the extra part.
    #[must_use]
    pub fn is_fact(self) -> bool {
        !matches!(
            self,
            Field::Purpose
                | Field::Medium
                | Field::Handler
                | Field::Note
                | Field::SourceNumber
                | Field::ClaimedRecordedOn
        )
    }

    /// True for a list, whose elements a cell holds one a line.
    #[must_use]
    pub fn is_list(self) -> bool {
        matches!(self, Field::Items | Field::Breaches)
    }

    /// The facts' or the extra part's fields in the order of their keys.
    #[must_use]
    pub fn of_part(facts: bool) -> &'static [Field] {
        static PARTS: LazyLock<[Vec<Field>; 2]> = LazyLock::new(|| {
            [true, false].map(|facts| {
                let mut fields: Vec<Field> =
                    Field::ALL.iter().copied().filter(|f| f.is_fact() == facts).collect();
                fields.sort_unstable_by_key(|f| f.name());
                fields
            })
        });
        &PARTS[usize::from(!facts)]
    }

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
