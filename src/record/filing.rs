//! Opt-out filings with the PPC (Act 27(2) to (4), Enforcement Rules 11 to 14; docs/LAW.md, "The opt-out scheme").
//!
//! Owns: what a filing must hold and may not hold, what stands on a day, when a change had to be filed.
//! Does not own: whether a provision may rest on it (`scheme`), how an entry is written (`act`), its texts (`export`).

use std::collections::HashSet;

use chrono::NaiveDate;

use super::fold::fold;
use super::recipient::Registered;
use super::word::{Days, words};

words! {
    /// Whether data may go by opt-out at all (Act 27(2), proviso).
    Category {
        /// Personal data that is not special-care data.
        Ordinary "ordinary" 1 Days::ALWAYS, ja "個人データ", en "ordinary";
        /// 要配慮個人情報 (Act 2(3)): race, creed, social status, medical history, criminal record, crime damage and the like.
        SpecialCare "special-care" 2 Days::ALWAYS, ja "要配慮個人情報", en "special-care";
    }
}

words! {
    /// Where data comes from.
    Origin {
        /// The principal.
        Principal "principal" 1 Days::ALWAYS, ja "本人", en "the principal";
        /// What anyone can read.
        Public "public" 2 Days::ALWAYS, ja "公開情報", en "public";
        /// Someone else, not by opt-out.
        ThirdParty "third-party" 3 Days::ALWAYS, ja "第三者", en "a third party";
        /// Someone else's opt-out: may never be passed on by opt-out.
        OptOut "opt-out" 4 Days::ALWAYS, ja "オプトアウトによる提供", en "someone else's opt-out";
        /// Deceit or other wrongful means (Act 20(1)): likewise.
        Unlawful "unlawful" 5 Days::ALWAYS, ja "不正の手段", en "wrongful means";
    }
}

/// A data item of a filing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FiledItem {
    /// Its name.
    pub name: String,
    /// What kind of data it is.
    pub category: Category,
    /// Where it comes from.
    pub origin: Origin,
}

/// The texts of a filing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Part {
    /// 氏名又は名称 of the operator.
    Name,
    /// 住所.
    Address,
    /// 法人の代表者の氏名.
    Representative,
    /// 電話番号.
    Telephone,
    /// 連絡先: department or person in charge, mail address.
    Contact,
    /// The purpose of the provision.
    Purpose,
    /// 取得の方法: source and method.
    Acquisition,
    /// 提供の方法.
    ProvisionMethod,
    /// How a principal's request to stop is received.
    RequestMethod,
    /// How the data is kept up to date.
    UpdateMethod,
}

impl Part {
    /// All, in the order of the form.
    pub const ALL: [Part; 10] = [
        Part::Name,
        Part::Address,
        Part::Representative,
        Part::Telephone,
        Part::Contact,
        Part::Purpose,
        Part::Acquisition,
        Part::ProvisionMethod,
        Part::RequestMethod,
        Part::UpdateMethod,
    ];

    /// The key in the payload, and with hyphens the flag.
    #[must_use]
    pub fn key(self) -> &'static str {
        match self {
            Part::Name => "name",
            Part::Address => "address",
            Part::Representative => "representative",
            Part::Telephone => "telephone",
            Part::Contact => "contact",
            Part::Purpose => "purpose",
            Part::Acquisition => "acquisition",
            Part::ProvisionMethod => "provision_method",
            Part::RequestMethod => "request_method",
            Part::UpdateMethod => "update_method",
        }
    }

    /// May hold something personal (a sole trader's name, who answers the telephone): stands in the part that may go.
    #[must_use]
    pub fn is_personal(self) -> bool {
        matches!(
            self,
            Part::Name
                | Part::Address
                | Part::Representative
                | Part::Telephone
                | Part::Contact
                | Part::RequestMethod
        )
    }

    /// A change of it is filed before it takes effect; of the others, without delay after (docs/LAW.md, "The opt-out scheme").
    #[must_use]
    pub fn is_filed_before(self) -> bool {
        matches!(self, Part::Acquisition | Part::ProvisionMethod | Part::RequestMethod | Part::UpdateMethod)
    }
}

/// A filing as it stands from a day on: whole, not what has changed.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct Filing {
    /// The ID that records name.
    pub id: String,
    /// Since when it stands so: the day on which the provision starts, or a change takes effect.
    pub effective: NaiveDate,
    /// When it was filed with the PPC; `None`: not yet.
    pub filed_on: Option<NaiveDate>,
    /// The PPC's number.
    pub number: Option<String>,
    /// The day on which provision starts.
    pub start_day: Option<NaiveDate>,
    /// The texts, in the order of [`Part::ALL`].
    pub parts: [Option<String>; 10],
    /// The data items: exhaustive.
    pub items: Vec<FiledItem>,
    /// The wish concerning the PPC's publication.
    pub publication: Option<String>,
    /// Provision by this filing has ended.
    pub stopped: bool,
}

impl Filing {
    /// One of its texts.
    #[must_use]
    pub fn part(&self, part: Part) -> Option<&str> {
        self.parts[part as usize].as_deref()
    }

    /// Whether it names this data item; width, composition and spaces do not matter.
    #[must_use]
    pub fn names(&self, item: &str) -> bool {
        self.items.iter().any(|i| i.name == item) || self.items.iter().any(|i| fold(&i.name) == fold(item))
    }
}

/// What is wrong with a filing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FilingFault {
    /// A text is missing.
    Missing(Part),
    /// The day on which provision starts is missing.
    NoStartDay,
    /// When it was filed is missing.
    NotFiled,
    /// It names no data item.
    NoItems,
    /// The same data item stands there twice.
    ItemTwice(String),
    /// Special-care data is never provided by opt-out.
    SpecialCare(String),
    /// Data received through someone else's opt-out is never passed on by opt-out.
    FromOptOut(String),
    /// Data acquired by wrongful means is never provided by opt-out.
    Unlawful(String),
}

names! {
    FilingFault:
    Missing => "missing",
    NoStartDay => "no-start-day",
    NotFiled => "not-filed",
    NoItems => "no-items",
    ItemTwice => "item-twice",
    SpecialCare => "special-care",
    FromOptOut => "from-opt-out",
    Unlawful => "unlawful",
}

/// What is said of a filing that is taken all the same.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FilingRemark {
    /// Filed on or after the day on which it took effect; it had to be filed before.
    FiledLate {
        /// When.
        filed_on: NaiveDate,
        /// What it had to precede.
        effective: NaiveDate,
    },
    /// A change of name, address or representative, or the end of provision, has not been filed yet.
    FileNow,
    /// ... was filed so many days after; the law says without delay, and names no number of days.
    FiledAfter {
        /// Days.
        days: i64,
    },
}

/// After this many days a filing that is due without delay is remarked on. The law names no number; provlog takes that of the
/// answer to a principal.
const WITHOUT_DELAY: i64 = 14;

/// What must be in a filing, and may not.
pub fn check(f: &Filing, mut fault: impl FnMut(FilingFault)) {
    for part in Part::ALL {
        // A sole trader has no representative.
        if part != Part::Representative && f.part(part).is_none() {
            fault(FilingFault::Missing(part));
        }
    }
    if f.start_day.is_none() {
        fault(FilingFault::NoStartDay);
    }
    if f.items.is_empty() {
        fault(FilingFault::NoItems);
    }
    let mut seen = HashSet::new();
    for item in &f.items {
        let name = || item.name.clone();
        if !seen.insert(fold(&item.name)) {
            fault(FilingFault::ItemTwice(name()));
        }
        if item.category == Category::SpecialCare {
            fault(FilingFault::SpecialCare(name()));
        }
        match item.origin {
            Origin::OptOut => fault(FilingFault::FromOptOut(name())),
            Origin::Unlawful => fault(FilingFault::Unlawful(name())),
            Origin::Principal | Origin::Public | Origin::ThirdParty => {}
        }
    }
}

/// Whether what has changed was filed in time; `before`: how it stood, `None` for a new filing.
pub fn timely(
    before: Option<&Filing>,
    now: &Filing,
    mut fault: impl FnMut(FilingFault),
    mut remark: impl FnMut(FilingRemark),
) {
    let changed = |part: &Part| before.is_none_or(|b| b.part(*part) != now.part(*part));
    let beforehand = before.is_none_or(|b| b.items != now.items || b.start_day != now.start_day)
        || Part::ALL.iter().any(|p| p.is_filed_before() && changed(p));
    match (beforehand && !now.stopped, now.filed_on) {
        (true, None) => fault(FilingFault::NotFiled),
        (true, Some(filed_on)) if filed_on >= now.effective => {
            remark(FilingRemark::FiledLate { filed_on, effective: now.effective });
        }
        (true, Some(_)) => {}
        (false, None) => remark(FilingRemark::FileNow),
        (false, Some(filed_on)) => {
            let days = (filed_on - now.effective).num_days();
            if days > WITHOUT_DELAY {
                remark(FilingRemark::FiledAfter { days });
            }
        }
    }
}

/// The register, in the order of the log.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct Filings(pub Vec<Registered<Filing>>);

impl Filings {
    /// The versions of a filing, in the order of the log.
    pub fn of(&self, id: &str) -> impl Iterator<Item = &Registered<Filing>> {
        self.0.iter().filter(move |f| f.value.id == id)
    }

    /// The first entry of an ID, which later ones are about.
    #[must_use]
    pub fn first(&self, id: &str) -> Option<u64> {
        self.of(id).next().map(|f| f.index)
    }

    /// How a filing stands after all that was entered.
    #[must_use]
    pub fn latest(&self, id: &str) -> Option<&Registered<Filing>> {
        self.of(id).max_by_key(|f| (f.value.effective, f.index))
    }

    /// How it stands on a day; `None` before it starts and once it has ended.
    #[must_use]
    pub fn on(&self, id: &str, day: NaiveDate) -> Option<&Registered<Filing>> {
        let by_then = self.of(id).filter(|f| f.value.effective <= day);
        by_then.max_by_key(|f| (f.value.effective, f.index)).filter(|f| !f.value.stopped)
    }

    /// The IDs, each once, in order.
    #[must_use]
    pub fn ids(&self) -> Vec<&str> {
        let mut ids: Vec<&str> = self.0.iter().map(|f| f.value.id.as_str()).collect();
        ids.sort_unstable();
        ids.dedup();
        ids
    }

    /// The first day on which provision starts by any filing.
    #[must_use]
    pub fn first_start(&self) -> Option<NaiveDate> {
        self.0.iter().map(|f| f.value.effective).min()
    }

    /// Whether a filing that was made by then names the item: a change that is filed late does not reach back.
    #[must_use]
    pub fn was_filed(&self, id: &str, item: &str, day: NaiveDate) -> bool {
        self.of(id).any(|f| f.value.filed_on.is_some_and(|on| on <= day) && f.value.names(item))
    }
}
