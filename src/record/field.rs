//! The fields of a record: the table from which everything about them comes.
//!
//! Owns: one row a field: its key (of the payload, of `--json`, of CSV, of JSON keys), whose record has it, which part it stands in,
//! what its value is, where a ledger file keeps it, where a [`Provision`](super::Provision) does, its flag, what people call it.
//! Does not own: which are required (`rules`, by day and article), what old files call it (`import::vocabulary`).
//!
//! What must be a file for others is held to this table by `tests/fields.rs`: schema.sql, FORMAT.md, verify.py.

use std::fmt;
use std::sync::LazyLock;

use super::provision::Side;

/// Which of an entry's two parts a field stands in (FORMAT.md, "Provision and receipt").
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Part {
    /// What the law asks for.
    Facts,
    /// Everything else.
    Extra,
}

/// What the value of a field is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shape {
    /// A text.
    Text,
    /// A legal day (Japan).
    Day,
    /// A list of texts without LF; a cell holds one a line.
    List,
    /// That something is so: `yes`, or absent.
    Flag,
    /// One of a few words.
    Word,
}

/// Values that are stored once and referred to: the table of a ledger file, which is also the column of `entry` that refers to it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Interned {
    /// The recipient, in a receipt the provider.
    Party,
    /// The list of items.
    Items,
    /// Purpose, medium, handler.
    Circumstance,
    /// What few records have.
    Particulars,
}

impl Interned {
    /// All of them.
    pub const ALL: [Interned; 4] =
        [Interned::Party, Interned::Items, Interned::Circumstance, Interned::Particulars];

    /// The name of the table, and of the column.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Interned::Party => "party",
            Interned::Items => "items",
            Interned::Circumstance => "circumstance",
            Interned::Particulars => "particulars",
        }
    }

    /// Its columns, in the order of the table [`Field::ALL`].
    #[must_use]
    pub fn columns(self) -> &'static [&'static str] {
        static ALL: LazyLock<[Vec<&'static str>; 4]> = LazyLock::new(|| {
            Interned::ALL.map(|table| {
                let mut columns: Vec<&'static str> = Vec::new();
                for field in Field::ALL {
                    if let Column::Of(of, column) = field.column()
                        && of == table
                        && !columns.contains(&column)
                    {
                        columns.push(column);
                    }
                }
                columns
            })
        });
        &ALL[self as usize]
    }
}

/// Where a ledger file keeps a field.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Column {
    /// In a column of `entry` of its own.
    Own(&'static str),
    /// In this column of an interned value.
    Of(Interned, &'static str),
    /// Basis and method together: the column `terms`.
    Terms,
    /// That the column `party` is empty.
    NoParty,
}

/// The columns of `entry` that hold what a record says: of its facts or of its extra part, those that refer to interned values last.
#[must_use]
pub fn entry_columns(part: Part) -> &'static [&'static str] {
    static ALL: LazyLock<[Vec<&'static str>; 2]> = LazyLock::new(|| {
        [Part::Facts, Part::Extra].map(|part| {
            let (mut own, mut interned): (Vec<&'static str>, Vec<&'static str>) = Default::default();
            for field in Field::ALL.iter().filter(|f| f.part() == part) {
                let (column, list) = match field.column() {
                    Column::Own(column) => (column, &mut own),
                    Column::Of(table, _) => (table.name(), &mut interned),
                    Column::Terms => ("terms", &mut own),
                    Column::NoParty => continue,
                };
                if !list.contains(&column) {
                    list.push(column);
                }
            }
            [own, interned].concat()
        })
    });
    &ALL[part as usize]
}

/// A name that people give a field, in both languages.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Called {
    /// In Japanese.
    pub ja: &'static str,
    /// In English.
    pub en: &'static str,
}

/// The flag by which `record` and `receive` take a field.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Flag {
    /// Its name, without the dashes.
    pub name: &'static str,
    /// As it is typed.
    pub typed: &'static str,
    /// What is typed behind it; empty for a flag that stands alone.
    pub value: &'static str,
}

/// Hands the table to a macro: a row a field.
macro_rules! with_fields {
    ($then:ident) => {
        $then! {
    #[doc = "提供年月日: the day of the provision."]
    ProvidedOn "provided_on" of Provider, Facts Day, in (Own "day"), at (day), flag ("provided-on" "DAY"),
        ja "提供年月日" "提供年月日", en "Date provided" "Date provided";
    #[doc = "提供を受けた年月日: the day of the provision, in a recipient's record."]
    ReceivedOn "received_on" of Recipient, Facts Day, in (Own "day"), at (day), flag ("received-on" "DAY"),
        ja "提供を受けた年月日" "提供を受けた年月日", en "Date received" "Date received";
    #[doc = "The first day of a continuous or repeated provision (method `bulk`)."]
    PeriodFrom "period_from" of both, Facts Day, in (Particulars "period_from"), at (rare.period_from), flag ("period-from" "DAY"),
        ja "提供開始日" "提供の最初の日", en "Period from" "First day of the period";
    #[doc = "Its last day; absent while it goes on."]
    PeriodTo "period_to" of both, Facts Day, in (Particulars "period_to"), at (rare.period_to), flag ("period-to" "DAY"),
        ja "提供終了日" "提供の最後の日", en "Period to" "Last day of the period";
    #[doc = "第三者の氏名又は名称."]
    RecipientName "recipient_name" of Provider, Facts Text, in (Party "name"), at (party_name), flag ("recipient" "NAME"),
        ja "第三者の氏名又は名称" "第三者の氏名又は名称", en "Recipient name" "Recipient";
    #[doc = "第三者の住所."]
    RecipientAddress "recipient_address" of Provider, Facts Text, in (Party "address"), at (party_address), flag ("recipient-address" "TEXT"),
        ja "第三者の住所" "第三者の住所", en "Recipient address" "Recipient's address";
    #[doc = "法人の代表者の氏名 (or the 管理人 of an unincorporated body)."]
    RecipientRepresentative "recipient_representative" of Provider, Facts Text, in (Party "representative"), at (party_representative), flag ("representative" "NAME"),
        ja "法人の代表者の氏名" "法人の代表者の氏名", en "Representative" "Representative";
    #[doc = "A body, which has a representative, or a natural person."]
    RecipientType "recipient_type" of Provider, Facts Word, in (Party "type"), at (party_type), flag ("recipient-type" "body|person"),
        ja "第三者の種別" "第三者の種別", en "recipient_type" "Recipient's type";
    #[doc = "不特定かつ多数の者に提供した旨, in place of name, address and representative."]
    UnspecifiedRecipients "unspecified_recipients" of Provider, Facts Flag, in (NoParty), at (unspecified_recipients), flag ("unspecified-recipients" ""),
        ja "不特定かつ多数の者に提供した旨" "不特定かつ多数", en "unspecified_recipients" "Unspecified recipients";
    #[doc = "The recipient's ID in the register; the record keeps what the register held on that day."]
    RecipientId "recipient_id" of Provider, Facts Text, in (Particulars "recipient_id"), at (rare.recipient_id), flag ("recipient-id" "ID"),
        ja "提供先ID" "提供先ID", en "Recipient ID" "Recipient's ID";
    #[doc = "Who provided it, in a recipient's record: 第三者の氏名又は名称."]
    ProviderName "provider_name" of Recipient, Facts Text, in (Party "name"), at (party_name), flag ("provider" "NAME"),
        ja "提供元の氏名又は名称" "提供元の氏名又は名称", en "Provider name" "Provider";
    #[doc = "第三者の住所, of the provider."]
    ProviderAddress "provider_address" of Recipient, Facts Text, in (Party "address"), at (party_address), flag ("provider-address" "TEXT"),
        ja "提供元の住所" "提供元の住所", en "Provider address" "Provider's address";
    #[doc = "法人の代表者の氏名, of the provider."]
    ProviderRepresentative "provider_representative" of Recipient, Facts Text, in (Party "representative"), at (party_representative), flag ("provider-representative" "NAME"),
        ja "提供元の代表者の氏名" "提供元の代表者の氏名", en "Provider representative" "Provider's representative";
    #[doc = "A body or a natural person, of the provider."]
    ProviderType "provider_type" of Recipient, Facts Word, in (Party "type"), at (party_type), flag ("provider-type" "body|person"),
        ja "提供元の種別" "提供元の種別", en "provider_type" "Provider's type";
    #[doc = "取得の経緯: how the provider had acquired it."]
    Acquisition "acquisition" of both, Facts Text, in (Particulars "acquisition"), at (rare.acquisition), flag ("acquisition" "TEXT"),
        ja "取得の経緯" "取得の経緯", en "How acquired" "How it was acquired";
    #[doc = "How it was confirmed: the document shown, a declaration, a registry."]
    Confirmation "confirmation" of both, Facts Text, in (Particulars "confirmation"), at (rare.confirmation), flag ("confirmation" "TEXT"),
        ja "確認の方法" "確認の方法", en "confirmation" "How it was confirmed";
    #[doc = "法第27条第4項の公表がされている旨, or the number of the filing."]
    PpcPublication "ppc_publication" of both, Facts Text, in (Particulars "ppc_publication"), at (rare.ppc_publication), flag ("ppc-publication" "TEXT"),
        ja "個人情報保護委員会による公表" "個人情報保護委員会による公表", en "ppc_publication" "Publication by the PPC";
    #[doc = "The recipient is in a foreign country."]
    ForeignRecipient "foreign_recipient" of both, Facts Flag, in (Particulars "foreign_recipient"), at (rare.foreign_recipient), flag ("foreign-recipient" ""),
        ja "外国にある第三者" "外国にある第三者", en "foreign_recipient" "Foreign recipient";
    #[doc = "That the principal was informed about the foreign recipient (Act 31)."]
    ForeignInformation "foreign_information" of both, Facts Text, in (Particulars "foreign_information"), at (rare.foreign_information), flag ("foreign-information" "TEXT"),
        ja "外国にある第三者に関する情報提供" "外国にある第三者に関する情報提供", en "foreign_information" "Information about the foreign recipient";
    #[doc = "An identifier that suffices to identify the principal (本人)."]
    PrincipalId "principal_id" of both, Facts Text, in (Own "principal_id"), at (principal_id), flag ("principal-id" "ID"),
        ja "本人ID" "本人ID", en "Subject ID" "Principal's ID";
    #[doc = "本人の氏名."]
    PrincipalName "principal_name" of both, Facts Text, in (Own "principal_name"), at (principal_name), flag ("principal-name" "NAME"),
        ja "本人の氏名" "本人の氏名", en "Data subject" "Principal's name";
    #[doc = "個人データの項目: names of data items, never their values."]
    Items "items" of both, Facts List, in (Items "list"), at (items), flag ("item" "NAME"),
        ja "個人データの項目" "個人データの項目", en "Data items" "Data items";
    #[doc = "On which basis the data was provided."]
    Basis "basis" of both, Facts Word, in (Terms), at (basis), flag ("basis" "BASIS"),
        ja "提供の根拠" "提供の根拠", en "Legal Basis" "Basis";
    #[doc = "Which exemption applied, where no record was asked for (basis `voluntary`)."]
    Exemption "exemption" of both, Facts Text, in (Particulars "exemption"), at (rare.exemption), flag ("exemption" "TEXT"),
        ja "記録義務の例外" "記録義務の例外", en "exemption" "Exemption";
    #[doc = "How the record is made (Rules 19 and 23)."]
    Method "method" of both, Facts Word, in (Terms), at (method), flag ("method" "METHOD"),
        ja "記録の方法" "記録の方法", en "method" "Method of recording";
    #[doc = "A reference to the evidence of consent."]
    ConsentEvidence "consent_evidence" of both, Facts Text, in (Own "consent_evidence"), at (consent_evidence), flag ("consent-evidence" "TEXT"),
        ja "本人の同意の証跡" "同意の証跡", en "consent_evidence" "Evidence of consent";
    #[doc = "The opt-out filing that it rests on."]
    Filing "filing" of Provider, Facts Text, in (Particulars "filing"), at (rare.filing), flag ("filing" "ID"),
        ja "オプトアウト届出" "オプトアウト届出", en "filing" "Opt-out filing";
    #[doc = "Why its mere existence may not be admitted to the principal (Cabinet Order 11)."]
    ExistenceWithheld "existence_withheld" of both, Facts Text, in (Particulars "existence_withheld"), at (rare.existence_withheld), flag ("existence-withheld" "GROUND"),
        ja "存否を明らかにしない理由" "存否を明らかにしない理由", en "existence_withheld" "Why its existence is withheld";
    #[doc = "Rules that it broke, where it was recorded as it happened."]
    Breaches "breaches" of both, Facts List, in (Particulars "breaches"), at (rare.breaches), flag (none),
        ja "違反の内容" "違反の内容", en "breaches" "Breaches";
    #[doc = "What for."]
    Purpose "purpose" of both, Extra Text, in (Circumstance "purpose"), at (purpose), flag ("purpose" "TEXT"),
        ja "提供目的" "提供目的", en "Purpose of Disclosure" "Purpose";
    #[doc = "By which medium it was provided."]
    Medium "medium" of both, Extra Text, in (Circumstance "medium"), at (medium), flag ("medium" "TEXT"),
        ja "媒体" "媒体", en "Disclosure Method" "Medium";
    #[doc = "Who handled it."]
    Handler "handler" of both, Extra Text, in (Circumstance "handler"), at (handler), flag ("handler" "NAME"),
        ja "担当者" "担当者", en "Reported by" "Handler";
    #[doc = "Anything else."]
    Note "note" of both, Extra Text, in (Own "note"), at (note), flag ("note" "TEXT"),
        ja "備考" "備考", en "note" "Note";
    #[doc = "The number of the row in the ledger that it was imported from."]
    SourceNumber "source_number" of both, Extra Text, in (Own "source_number"), at (source_number), flag (none),
        ja "整理番号" "整理番号", en "source_number" "Number in the source";
    #[doc = "記録日 as an imported file claims it; retention counts from it only where somebody has decided so."]
    ClaimedRecordedOn "claimed_recorded_on" of both, Extra Day, in (Own "claimed_recorded_on"), at (claimed_recorded_on), flag (none),
        ja "記録日" "記録日（申告）", en "claimed_recorded_on" "Record date (claimed)";
        }
    };
}
pub(super) use with_fields;

macro_rules! side {
    (both) => {
        None
    };
    ($side:ident) => {
        Some(Side::$side)
    };
}

macro_rules! column {
    (Own $name:literal) => {
        Column::Own($name)
    };
    (Terms) => {
        Column::Terms
    };
    (NoParty) => {
        Column::NoParty
    };
    ($table:ident $name:literal) => {
        Column::Of(Interned::$table, $name)
    };
}

macro_rules! flag {
    (none) => {
        None
    };
    ($name:literal $value:literal) => {
        Some(Flag { name: $name, typed: concat!("--", $name), value: $value })
    };
}

macro_rules! fields {
    ($(#[doc = $doc:literal] $variant:ident $key:literal of $side:ident, $part:ident $shape:ident, in ($($column:tt)+),
        at ($($at:tt)+), flag ($($flag:tt)+), ja $ja:literal $ja_label:literal, en $en:literal $en_label:literal;)*) => {
        /// A field of a record.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum Field {
            $(#[doc = $doc] $variant,)*
        }

        impl Field {
            /// All fields, in the order in which people read a record.
            pub const ALL: &'static [Field] = &[$(Field::$variant),*];

            /// The key in the payload, in `--json`, in CSV headings and JSON keys.
            #[must_use]
            pub const fn name(self) -> &'static str {
                match self { $(Field::$variant => $key,)* }
            }

            /// The key under which a correction sets it.
            #[must_use]
            pub fn set_name(self) -> &'static str {
                match self { $(Field::$variant => concat!("set_", $key),)* }
            }

            /// The field of that key.
            #[must_use]
            pub fn from_name(name: &str) -> Option<Field> {
                match name { $($key => Some(Field::$variant),)* _ => None }
            }

            /// Whose record has it; `None`: both sides'.
            #[must_use]
            pub fn side(self) -> Option<Side> {
                match self { $(Field::$variant => side!($side),)* }
            }

            /// The part that it stands in.
            #[must_use]
            pub const fn part(self) -> Part {
                match self { $(Field::$variant => Part::$part,)* }
            }

            /// What its value is.
            #[must_use]
            pub const fn shape(self) -> Shape {
                match self { $(Field::$variant => Shape::$shape,)* }
            }

            /// Where a ledger file keeps it.
            #[must_use]
            pub fn column(self) -> Column {
                match self { $(Field::$variant => column!($($column)+),)* }
            }

            /// Its flag; `None`: it cannot be typed.
            #[must_use]
            pub fn flag(self) -> Option<Flag> {
                match self { $(Field::$variant => flag!($($flag)+),)* }
            }

            /// Its heading in exported files.
            #[must_use]
            pub fn heading(self) -> Called {
                match self { $(Field::$variant => Called { ja: $ja, en: $en },)* }
            }

            /// What it is called in messages.
            #[must_use]
            pub fn label(self) -> Called {
                match self { $(Field::$variant => Called { ja: $ja_label, en: $en_label },)* }
            }
        }
    };
}

with_fields!(fields);

impl Field {
    /// How many fields there are.
    pub const COUNT: usize = Field::ALL.len();

    /// True for a list, whose elements a cell holds one a line.
    #[must_use]
    pub fn is_list(self) -> bool {
        self.shape() == Shape::List
    }

    /// The fields of a part in the order of their keys.
    #[must_use]
    pub fn of_part(part: Part) -> &'static [Field] {
        static PARTS: LazyLock<[Vec<Field>; 2]> = LazyLock::new(|| {
            [Part::Facts, Part::Extra].map(|part| {
                let mut fields: Vec<Field> =
                    Field::ALL.iter().copied().filter(|f| f.part() == part).collect();
                fields.sort_unstable_by_key(|f| f.name());
                fields
            })
        });
        &PARTS[part as usize]
    }

    /// Position in [`Field::ALL`].
    #[must_use]
    pub const fn position(self) -> usize {
        self as usize
    }
}

impl fmt::Display for Field {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}
