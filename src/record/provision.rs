//! A provision of personal data, as the ledger of one of its two sides keeps it.
//!
//! Owns: the values. Does not own: whether they suffice (`rules`), how they are written (`store`, `export`).

use std::borrow::Cow;

use chrono::NaiveDate;

use super::field::Field;

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
        use Field as F;
        let of = match field {
            F::ProvidedOn
            | F::RecipientName
            | F::RecipientAddress
            | F::RecipientRepresentative
            | F::RecipientType
            | F::UnspecifiedRecipients
            | F::RecipientId
            | F::Filing => Side::Provider,
            F::ReceivedOn
            | F::ProviderName
            | F::ProviderAddress
            | F::ProviderRepresentative
            | F::ProviderType => Side::Recipient,
            _ => return true,
        };
        of == self
    }
}

/// On which basis personal data is provided to a third party.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Basis {
    /// オプトアウト, Act 27(2).
    OptOut,
    /// 本人の同意, Act 27(1).
    Consent,
    /// 外国にある第三者への提供の同意, Act 28(1).
    ForeignConsent,
    /// 個人関連情報, Act 31: personal data only in the recipient's hands.
    PersonalRelated,
    /// Received from someone who is not a business operator (Act 30).
    PrivatePerson,
    /// No record was asked for (law.md, 1d); one was made all the same.
    Voluntary,
}

impl Basis {
    /// All bases.
    pub const ALL: [Basis; 6] = [
        Basis::OptOut,
        Basis::Consent,
        Basis::ForeignConsent,
        Basis::PersonalRelated,
        Basis::PrivatePerson,
        Basis::Voluntary,
    ];

    /// The word in the payload and on the command line.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Basis::OptOut => "opt-out",
            Basis::Consent => "consent",
            Basis::ForeignConsent => "foreign-consent",
            Basis::PersonalRelated => "personal-related",
            Basis::PrivatePerson => "private-person",
            Basis::Voluntary => "voluntary",
        }
    }

    /// The basis of that word.
    #[must_use]
    pub fn from_word(word: &str) -> Option<Basis> {
        Basis::ALL.into_iter().find(|b| b.word() == word)
    }

    /// True where consent is what it rests on.
    #[must_use]
    pub fn is_consent(self) -> bool {
        matches!(self, Basis::Consent | Basis::ForeignConsent)
    }
}

/// How a record is made (Enforcement Rules 19 and 23).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
pub enum Method {
    /// One record for each provision, made promptly.
    #[default]
    Each,
    /// 一括: one record of a continuous or repeated provision, with its first and last day.
    Bulk,
    /// 契約書等による代替: a contract or other document with the principal is the record.
    Contract,
}

impl Method {
    /// All methods.
    pub const ALL: [Method; 3] = [Method::Each, Method::Bulk, Method::Contract];

    /// The word in the payload and on the command line.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Method::Each => "each",
            Method::Bulk => "bulk",
            Method::Contract => "contract",
        }
    }

    /// The method of that word.
    #[must_use]
    pub fn from_word(word: &str) -> Option<Method> {
        Method::ALL.into_iter().find(|m| m.word() == word)
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

impl Rare {
    /// Nothing at all.
    pub const NONE: Rare = Rare {
        period_from: None,
        period_to: None,
        recipient_id: None,
        acquisition: None,
        confirmation: None,
        ppc_publication: None,
        foreign_recipient: false,
        foreign_information: None,
        exemption: None,
        filing: None,
        existence_withheld: None,
        breaches: Vec::new(),
    };
}

impl Provision {
    /// What few records have; nothing, where this one has none of it.
    #[must_use]
    pub fn rare(&self) -> &Rare {
        const NONE: &Rare = &Rare::NONE;
        self.rare.as_deref().unwrap_or(NONE)
    }

    /// The same, to be changed.
    pub fn rare_mut(&mut self) -> &mut Rare {
        self.rare.get_or_insert_default()
    }

    /// The last day of provision; `None` where none is known.
    #[must_use]
    pub fn last_day(&self) -> Option<NaiveDate> {
        match self.method {
            Method::Bulk => self.rare().period_to,
            _ => self.day,
        }
    }

    /// A continuous provision whose last day is not known yet.
    #[must_use]
    pub fn is_open(&self) -> bool {
        self.method == Method::Bulk && self.rare().period_to.is_none()
    }

    /// The value of a field as text, a list one element a line; `None` where the record has none.
    #[must_use]
    pub fn text(&self, field: Field) -> Option<Cow<'_, str>> {
        fn kept(value: &Option<String>) -> Option<Cow<'_, str>> {
            value.as_deref().map(Cow::Borrowed)
        }
        fn list(elements: &[String]) -> Option<Cow<'_, str>> {
            (!elements.is_empty()).then(|| Cow::Owned(elements.join("\n")))
        }
        let day = |d: Option<NaiveDate>| d.map(|d| Cow::Owned(d.to_string()));
        let word = |w: &'static str| Some(Cow::Borrowed(w));
        let yes = |yes: bool| yes.then_some(Cow::Borrowed("yes"));
        if !self.side.has(field) {
            return None;
        }
        let rare = self.rare();
        match field {
            Field::ProvidedOn | Field::ReceivedOn => day(self.day),
            Field::PeriodFrom => day(rare.period_from),
            Field::PeriodTo => day(rare.period_to),
            Field::RecipientName | Field::ProviderName => kept(&self.party_name),
            Field::RecipientAddress | Field::ProviderAddress => kept(&self.party_address),
            Field::RecipientRepresentative | Field::ProviderRepresentative => {
                kept(&self.party_representative)
            }
            Field::RecipientType | Field::ProviderType if self.unspecified_recipients => None,
            Field::RecipientType | Field::ProviderType => word(self.party_type.word()),
            Field::UnspecifiedRecipients => yes(self.unspecified_recipients),
            Field::RecipientId => kept(&rare.recipient_id),
            Field::Acquisition => kept(&rare.acquisition),
            Field::Confirmation => kept(&rare.confirmation),
            Field::PpcPublication => kept(&rare.ppc_publication),
            Field::ForeignRecipient => yes(rare.foreign_recipient),
            Field::ForeignInformation => kept(&rare.foreign_information),
            Field::PrincipalId => kept(&self.principal_id),
            Field::PrincipalName => kept(&self.principal_name),
            Field::Items => list(&self.items),
            Field::Basis => self.basis.and_then(|b| word(b.word())),
            Field::Exemption => kept(&rare.exemption),
            Field::Method => word(self.method.word()),
            Field::ConsentEvidence => kept(&self.consent_evidence),
            Field::Filing => kept(&rare.filing),
            Field::ExistenceWithheld => kept(&rare.existence_withheld),
            Field::Breaches => list(&rare.breaches),
            Field::Purpose => kept(&self.purpose),
            Field::Medium => kept(&self.medium),
            Field::Handler => kept(&self.handler),
            Field::Note => kept(&self.note),
            Field::SourceNumber => kept(&self.source_number),
            Field::ClaimedRecordedOn => day(self.claimed_recorded_on),
        }
    }
}
