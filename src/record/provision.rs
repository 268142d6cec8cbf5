//! A provision of personal data, as the ledger of one of its two sides keeps it.
//!
//! Owns: the values. Does not own: whether they suffice (`rules`), how they are written (`store`, `export`).

use std::borrow::Cow;
use std::sync::LazyLock;

use chrono::NaiveDate;

use super::field::{Field, with_fields};
use super::word::{Days, words};

/// Whose record it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
pub enum Side {
    /// The provider's, Act 29: entries of kind `provision`.
    #[default]
    Provider,
    /// The recipient's, Act 30: entries of kind `receipt`.
    Recipient,
}

impl Side {
    /// Both.
    pub const ALL: [Side; 2] = [Side::Provider, Side::Recipient];

    /// The word on the command line: the kind of its entries.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Side::Provider => "provision",
            Side::Recipient => "receipt",
        }
    }

    /// The side of that word.
    #[must_use]
    pub fn from_word(word: &str) -> Option<Side> {
        Side::ALL.into_iter().find(|s| s.word() == word)
    }

    /// True for a field that a record of this side can have.
    #[must_use]
    pub fn has(self, field: Field) -> bool {
        field.side().is_none_or(|of| of == self)
    }
}

words! {
    /// On which basis personal data is provided to a third party.
    Basis {
        /// オプトアウト, Act 27(2).
        OptOut "opt-out" 1 Days::ALWAYS, ja "オプトアウト（法第27条第2項）", en "opt-out, Act 27(2)";
        /// 本人の同意, Act 27(1).
        Consent "consent" 2 Days::ALWAYS, ja "本人の同意（法第27条第1項）", en "consent, Act 27(1)";
        /// 外国にある第三者への提供の同意, Act 28(1).
        ForeignConsent "foreign-consent" 3 Days::ALWAYS,
            ja "外国にある第三者への提供の同意（法第28条第1項）", en "consent to a foreign recipient, Act 28(1)";
        /// 個人関連情報, Act 31: personal data only in the recipient's hands.
        PersonalRelated "personal-related" 4 Days::ALWAYS,
            ja "個人関連情報（法第31条）", en "personal-related information, Act 31";
        /// Received from someone who is not a business operator (Act 30).
        PrivatePerson "private-person" 5 Days::ALWAYS,
            ja "事業者でない者からの提供（法第30条）", en "from a private person, Act 30";
        /// No record was asked for (docs/LAW.md, "Who must record what"); one was made all the same.
        Voluntary "voluntary" 6 Days::ALWAYS, ja "任意の記録", en "voluntary record";
    }
}

words! {
    /// How a record is made (Enforcement Rules 19 and 23).
    #[derive(Default)]
    Method {
        /// One record for each provision, made promptly.
        #[default]
        Each "each" 1 Days::ALWAYS, ja "都度", en "each";
        /// 一括: one record of a continuous or repeated provision, with its first and last day.
        Bulk "bulk" 2 Days::ALWAYS, ja "一括", en "bulk";
        /// 契約書等による代替: a contract or other document with the principal is the record.
        Contract "contract" 3 Days::ALWAYS, ja "契約書等による代替", en "contract";
    }
}

/// Whether a recipient or a provider is a body, which has a representative, or a natural person.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
pub enum PartyType {
    /// A legal person, or an unincorporated body with a manager (管理人).
    #[default]
    Body,
    /// A natural person.
    Person,
}

impl PartyType {
    /// The word in the payload and on the command line.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            PartyType::Body => "body",
            PartyType::Person => "person",
        }
    }

    /// The type of that word.
    #[must_use]
    pub fn from_word(word: &str) -> Option<PartyType> {
        match word {
            "body" => Some(PartyType::Body),
            "person" => Some(PartyType::Person),
            _ => None,
        }
    }
}

/// One provision, in the record of one side. Absent values are `None`; no text is ever empty.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct Provision {
    /// Whose record it is.
    pub side: Side,
    /// 提供年月日, or the day of receipt: a legal day (Japan).
    pub day: Option<NaiveDate>,
    /// 不特定かつ多数の者に提供した旨; then the recipient's name, address and representative stay absent.
    pub unspecified_recipients: bool,
    /// 第三者の氏名又は名称: the recipient's, in a recipient's record the provider's.
    pub party_name: Option<String>,
    /// 第三者の住所.
    pub party_address: Option<String>,
    /// 法人の代表者の氏名.
    pub party_representative: Option<String>,
    /// A body or a natural person.
    pub party_type: PartyType,
    /// An identifier of the principal.
    pub principal_id: Option<String>,
    /// 本人の氏名.
    pub principal_name: Option<String>,
    /// 個人データの項目, in the order given.
    pub items: Vec<String>,
    /// The basis.
    pub basis: Option<Basis>,
    /// How the record is made.
    pub method: Method,
    /// A reference to the evidence of consent.
    pub consent_evidence: Option<String>,
    /// What for.
    pub purpose: Option<String>,
    /// By which medium.
    pub medium: Option<String>,
    /// Who handled it.
    pub handler: Option<String>,
    /// Anything else.
    pub note: Option<String>,
    /// The row's number in the ledger it came from.
    pub source_number: Option<String>,
    /// 記録日 as claimed by an imported file.
    pub claimed_recorded_on: Option<NaiveDate>,
    /// What few records have.
    pub rare: Option<Box<Rare>>,
}

/// Fields that most records do not have, so that a plain record stays small.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct Rare {
    /// First day of a continuous provision.
    pub period_from: Option<NaiveDate>,
    /// Its last day.
    pub period_to: Option<NaiveDate>,
    /// The recipient's ID in the register.
    pub recipient_id: Option<String>,
    /// 取得の経緯.
    pub acquisition: Option<String>,
    /// How it was confirmed.
    pub confirmation: Option<String>,
    /// That the PPC has published the filing.
    pub ppc_publication: Option<String>,
    /// The recipient is in a foreign country.
    pub foreign_recipient: bool,
    /// That the principal was informed about it.
    pub foreign_information: Option<String>,
    /// The exemption that applied.
    pub exemption: Option<String>,
    /// The filing that it rests on.
    pub filing: Option<String>,
    /// Why its existence may not be admitted.
    pub existence_withheld: Option<String>,
    /// Rules that it broke.
    pub breaches: Vec<String>,
}

impl Provision {
    /// What few records have; nothing, where this one has none of it.
    #[must_use]
    pub fn rare(&self) -> &Rare {
        static NONE: LazyLock<Rare> = LazyLock::new(Rare::default);
        self.rare.as_deref().unwrap_or(&NONE)
    }

    /// The same, to be changed.
    pub fn rare_mut(&mut self) -> &mut Rare {
        self.rare.get_or_insert_default()
    }

    /// 不特定かつ多数 are of no type.
    fn lacks(&self, field: Field) -> bool {
        self.unspecified_recipients && matches!(field, Field::RecipientType | Field::ProviderType)
    }

    /// The last day of provision; `None` where none is known.
    #[must_use]
    pub fn last_day(&self) -> Option<NaiveDate> {
        last_day_of(self.method, |field| match self.value(field) {
            Some(Value::Day(day)) => Some(day),
            _ => None,
        })
    }

    /// A continuous provision whose last day is not known yet.
    #[must_use]
    pub fn is_open(&self) -> bool {
        self.method == Method::Bulk && self.rare().period_to.is_none()
    }

    /// The value of a field as text, a list one element a line; `None` where the record has none.
    #[must_use]
    pub fn text(&self, field: Field) -> Option<Cow<'_, str>> {
        self.value(field).map(Value::into_text)
    }
}

/// The fields that may hold the last day of a provision.
pub const LAST_DAYS: [Field; 3] = [Field::PeriodTo, Field::ProvidedOn, Field::ReceivedOn];

/// The last day of a provision whose days are these; `None` where none is known.
#[must_use]
pub fn last_day_of(method: Method, day: impl FnMut(Field) -> Option<NaiveDate>) -> Option<NaiveDate> {
    let [period_to, of_each @ ..] = LAST_DAYS;
    match method {
        Method::Bulk => std::iter::once(period_to).find_map(day),
        Method::Each | Method::Contract => of_each.into_iter().find_map(day),
    }
}

/// The value of a field.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Value<'a> {
    /// A text, a word, or `yes`; a list of a ledger file, one element a line.
    Text(&'a str),
    /// A legal day (Japan).
    Day(NaiveDate),
    /// The elements of a list.
    List(&'a [String]),
}

impl<'a> Value<'a> {
    /// As text, a list one element a line.
    #[must_use]
    pub fn into_text(self) -> Cow<'a, str> {
        match self {
            Value::Text(text) => Cow::Borrowed(text),
            Value::Day(day) => Cow::Owned(day.to_string()),
            Value::List([one]) => Cow::Borrowed(one),
            Value::List(elements) => Cow::Owned(elements.join("\n")),
        }
    }

    fn day(self) -> Result<NaiveDate, NotItsValue> {
        match self {
            Value::Day(day) => Ok(day),
            Value::Text(text) => text.parse().map_err(|_| NotItsValue),
            Value::List(_) => Err(NotItsValue),
        }
    }

    fn list(self) -> Vec<String> {
        match self {
            Value::List(elements) => elements.to_vec(),
            other => other.into_text().split('\n').map(str::to_owned).collect(),
        }
    }
}

/// A value is none of its field.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NotItsValue;

/// One of a few words.
trait Worded: Sized {
    /// The word; `None`: it is absent.
    fn to_word(&self) -> Option<&'static str>;
    /// What is meant by a word, or by none.
    fn of_word(word: Option<&str>) -> Option<Self>;
}

impl Worded for Option<Basis> {
    fn to_word(&self) -> Option<&'static str> {
        self.map(Basis::word)
    }

    fn of_word(word: Option<&str>) -> Option<Self> {
        word.map_or(Some(None), |word| Basis::from_word(word).map(Some))
    }
}

impl Worded for Method {
    fn to_word(&self) -> Option<&'static str> {
        Some(self.word())
    }

    fn of_word(word: Option<&str>) -> Option<Self> {
        word.map_or(Some(Method::default()), Method::from_word)
    }
}

impl Worded for PartyType {
    fn to_word(&self) -> Option<&'static str> {
        Some(self.word())
    }

    fn of_word(word: Option<&str>) -> Option<Self> {
        word.map_or(Some(PartyType::default()), PartyType::from_word)
    }
}

/// What stands at a place of a record, to be read.
macro_rules! get {
    ($p:ident, rare.$at:ident) => {
        &$p.rare().$at
    };
    ($p:ident, $at:ident) => {
        &$p.$at
    };
}

/// The same, to be set.
macro_rules! place {
    ($p:ident, rare.$at:ident) => {
        $p.rare_mut().$at
    };
    ($p:ident, $at:ident) => {
        $p.$at
    };
}

/// What stands there as a value, by its shape.
macro_rules! value {
    (Text, $at:expr) => {
        $at.as_deref().map(Value::Text)
    };
    (Day, $at:expr) => {
        $at.map(Value::Day)
    };
    (List, $at:expr) => {
        Some(Value::List($at)).filter(|_| !$at.is_empty())
    };
    (Flag, $at:expr) => {
        $at.then_some(Value::Text("yes"))
    };
    (Word, $at:expr) => {
        $at.to_word().map(Value::Text)
    };
}

/// What is to stand there, by its shape.
macro_rules! of_value {
    (Text, $value:expr) => {
        $value.map(|v| v.into_text().into_owned())
    };
    (Day, $value:expr) => {
        $value.map(Value::day).transpose()?
    };
    (List, $value:expr) => {
        $value.map(Value::list).unwrap_or_default()
    };
    (Flag, $value:expr) => {
        $value.is_some()
    };
    (Word, $value:expr) => {
        Worded::of_word($value.map(Value::into_text).as_deref()).ok_or(NotItsValue)?
    };
}

/// Shows the value of a field, where this record has one.
macro_rules! each {
    ($p:ident, $rare:ident, $see:ident, $variant:ident, $side:ident, $shape:ident, rare.$at:ident) => {
        if let Some(rare) = $rare
            && is_of!($p, $side)
            && let Some(value) = value!($shape, &rare.$at)
        {
            $see(Field::$variant, value);
        }
    };
    ($p:ident, $rare:ident, $see:ident, $variant:ident, $side:ident, $shape:ident, $at:ident) => {
        if is_of!($p, $side)
            && !$p.lacks(Field::$variant)
            && let Some(value) = value!($shape, &$p.$at)
        {
            $see(Field::$variant, value);
        }
    };
}

/// True where the record is of this side.
macro_rules! is_of {
    ($p:ident, both) => {
        true
    };
    ($p:ident, $side:ident) => {
        $p.side == Side::$side
    };
}

macro_rules! values {
    ($(#[doc = $doc:literal] $variant:ident $key:literal of $side:ident, $part:ident $shape:ident, in ($($column:tt)+),
        at ($($at:tt)+), flag ($($flag:tt)+), ja $ja:literal $ja_label:literal, en $en:literal $en_label:literal;)*) => {
        impl Provision {
            /// The value of a field; `None` where the record has none.
            #[must_use]
            pub fn value(&self, field: Field) -> Option<Value<'_>> {
                if self.lacks(field) || !self.side.has(field) {
                    return None;
                }
                match field { $(Field::$variant => value!($shape, get!(self, $($at)+)),)* }
            }

            /// Shows the values that the record has, in the order of [`Field::ALL`]: as [`Provision::value`] for each, but at
            /// once.
            pub fn each_value<'a>(&'a self, mut see: impl FnMut(Field, Value<'a>)) {
                let rare = self.rare.as_deref();
                $(each!(self, rare, see, $variant, $side, $shape, $($at)+);)*
            }

            /// Sets a field, or clears it.
            ///
            /// # Errors
            /// [`NotItsValue`]; the record is as it was.
            pub fn set(&mut self, field: Field, value: Option<Value<'_>>) -> Result<(), NotItsValue> {
                match field { $(Field::$variant => {
                    let value = of_value!($shape, value);
                    place!(self, $($at)+) = value;
                })* }
                if self.rare.as_deref().is_some_and(|rare| *rare == Rare::default()) {
                    self.rare = None;
                }
                Ok(())
            }
        }
    };
}

with_fields!(values);
