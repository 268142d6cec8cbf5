//! A provision to a third party, as the ledger keeps it.
//!
//! Owns: the values. Does not own: whether they suffice (`rules`), how they are written (`store`, `export`).

use std::borrow::Cow;

use chrono::NaiveDate;

use super::field::Field;

/// On which basis personal data is provided to a third party.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Basis {
    /// オプトアウト, Act 27(2).
    OptOut,
    /// 本人の同意, Act 27(1).
    Consent,
    /// 外国にある第三者への提供の同意, Act 28(1).
    ForeignConsent,
}

impl Basis {
    /// All bases.
    pub const ALL: [Basis; 3] = [Basis::OptOut, Basis::Consent, Basis::ForeignConsent];

    /// The word in the payload and on the command line.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Basis::OptOut => "opt-out",
            Basis::Consent => "consent",
            Basis::ForeignConsent => "foreign-consent",
        }
    }

    /// The basis of that word.
    #[must_use]
    pub fn from_word(word: &str) -> Option<Basis> {
        Basis::ALL.into_iter().find(|b| b.word() == word)
    }
}

/// How a record is made (Enforcement Rules 19).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
pub enum Method {
    /// One record for each provision, made promptly.
    #[default]
    Each,
}

impl Method {
    /// The word in the payload and on the command line.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Method::Each => "each",
        }
    }

    /// The method of that word.
    #[must_use]
    pub fn from_word(word: &str) -> Option<Method> {
        (word == "each").then_some(Method::Each)
    }
}

/// Whether a recipient is a body, which has a representative, or a natural person.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
pub enum RecipientType {
    /// A legal person, or an unincorporated body with a manager (管理人).
    #[default]
    Body,
    /// A natural person.
    Person,
}

impl RecipientType {
    /// The word in the payload and on the command line.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            RecipientType::Body => "body",
            RecipientType::Person => "person",
        }
    }

    /// The type of that word.
    #[must_use]
    pub fn from_word(word: &str) -> Option<RecipientType> {
        match word {
            "body" => Some(RecipientType::Body),
            "person" => Some(RecipientType::Person),
            _ => None,
        }
    }
}

/// One provision. Absent values are `None`; no text is ever empty.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct Provision {
    /// 提供年月日, a legal day (Japan).
    pub provided_on: Option<NaiveDate>,
    /// 不特定かつ多数の者に提供した旨; then the recipient's name, address and representative stay absent.
    pub unspecified_recipients: bool,
    /// 第三者の氏名又は名称.
    pub recipient_name: Option<String>,
    /// 第三者の住所.
    pub recipient_address: Option<String>,
    /// 法人の代表者の氏名.
    pub recipient_representative: Option<String>,
    /// A body or a natural person.
    pub recipient_type: RecipientType,
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
}

impl Provision {
    /// The value of a field as text, items one a line; `None` where the record has none.
    #[must_use]
    pub fn text(&self, field: Field) -> Option<Cow<'_, str>> {
        fn kept(value: &Option<String>) -> Option<Cow<'_, str>> {
            value.as_deref().map(Cow::Borrowed)
        }
        let day = |d: Option<NaiveDate>| d.map(|d| Cow::Owned(d.to_string()));
        let word = |w: &'static str| Some(Cow::Borrowed(w));
        match field {
            Field::ProvidedOn => day(self.provided_on),
            Field::RecipientName => kept(&self.recipient_name),
            Field::RecipientAddress => kept(&self.recipient_address),
            Field::RecipientRepresentative => kept(&self.recipient_representative),
            Field::RecipientType if self.unspecified_recipients => None,
            Field::RecipientType => word(self.recipient_type.word()),
            Field::UnspecifiedRecipients if self.unspecified_recipients => word("yes"),
            Field::UnspecifiedRecipients => None,
            Field::PrincipalId => kept(&self.principal_id),
            Field::PrincipalName => kept(&self.principal_name),
            Field::Items if self.items.is_empty() => None,
            Field::Items => Some(Cow::Owned(self.items.join("\n"))),
            Field::Basis => self.basis.and_then(|b| word(b.word())),
            Field::Method => word(self.method.word()),
            Field::ConsentEvidence => kept(&self.consent_evidence),
            Field::Purpose => kept(&self.purpose),
            Field::Medium => kept(&self.medium),
            Field::Handler => kept(&self.handler),
            Field::Note => kept(&self.note),
            Field::SourceNumber => kept(&self.source_number),
            Field::ClaimedRecordedOn => day(self.claimed_recorded_on),
        }
    }
}
