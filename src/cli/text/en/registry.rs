//! English: the registers of recipients, filings and requests to stop, and a principal's own copy.

use provlog::record::filing::{FilingFault, FilingRemark, Part};
use provlog::record::scheme::{SchemeFault, SchemeRemark};

use super::super::{Registry, Told, shown};

pub(crate) fn registry(say: &Registry<'_>) -> String {
    match say {
        Registry::RecipientSet { id, index } => format!("recipient {id} entered: entry {index}"),
        Registry::NoRecipients => "The register of recipients is empty.".into(),
        Registry::FilingEntered { filing, index } => match filing.stopped {
            true => format!("the end of filing {} on {} entered: entry {index}", filing.id, filing.effective),
            false => format!("filing {} as of {} entered: entry {index}", filing.id, filing.effective),
        },
        Registry::NoFilings => "There are no filings.".into(),
        Registry::Ended => "ENDED ".into(),
        Registry::MailNeedsConsent => {
            "Note: advertising mail needs prior consent (Act on Regulation of Transmission of Specified Electronic Mail); opt-out is never a basis for it.".into()
        }
        Registry::Filing(FilingRemark::FiledLate { filed_on, effective }) => format!(
            "warning: filed on {filed_on}, and it takes effect on {effective}; it had to be filed before (Act 27(2) and (3)). Provision before {filed_on} was not covered"
        ),
        Registry::Filing(FilingRemark::FileNow) => {
            "warning: this has not been filed with the PPC yet; file it without delay (Act 27(3)), then enter it with --filed-on".into()
        }
        Registry::Filing(FilingRemark::FiledAfter { days }) => format!(
            "warning: filed {days} days after it took effect; the law asks for it without delay (Act 27(3)) and names no number of days"
        ),
        Registry::StopEntered { index, effective } => {
            format!("request to stop entered: entry {index}, in force from {effective} on")
        }
        Registry::StopWithdrawn { request, index, from } => {
            format!("the request to stop in entry {request} is withdrawn from {from} on: entry {index}")
        }
        Registry::NoStops => "There are no requests to stop.".into(),
        Registry::AllFilings => "all".into(),
        Registry::WithdrawnBy { by, from } => format!("withdrawn from {from} on (entry {by})"),
        Registry::StoppedBy { index, effective } => format!("request to stop, entry {index}, from {effective}"),
        Registry::Nameless => "neither ID nor name: cannot be told apart from those who asked to stop".into(),
        Registry::Screened { split, day } => format!(
            "{} rows may go out on {day}, {} rows may not",
            split.allowed, split.stopped
        ),
        Registry::NamesakesLeftOut { records } => format!(
            "warning: {records} records without an ID bear this name, which somebody else with an ID bears too; they are not in the copy. Look at them with `provlog list --principal-name`"
        ),
        Registry::AnswerOverdue { due } => {
            format!("warning: the answer was due by {due}, two weeks after the request")
        }
        Registry::Disclosed { folder, records: 0, due, index } => format!(
            "{}: the answer that there is nothing to disclose; hand it over by {due} (entry {index})",
            shown(folder)
        ),
        Registry::Disclosed { folder, records, due, index } => format!(
            "{}: a copy of {records} records; hand it over by {due} (entry {index})",
            shown(folder)
        ),
    }
}

pub(crate) fn label(key: &str) -> &'static str {
    match key {
        "id" => "ID",
        "from" => "from",
        "name" => "name",
        "address" => "address",
        "representative" => "representative",
        "type" => "type",
        "check_date" => "identity checked on",
        "check_method" => "how it was checked",
        "check_evidence" => "evidence of the check",
        "purpose" => "purpose",
        "index" => "entry",
        "filing" => "filing",
        "effective" => "effective from",
        "filed_on" => "filed on",
        "number" => "filing number",
        "start_day" => "provision starts on",
        "stopped" => "ended",
        "publication" => "publication by the PPC wished",
        "telephone" => "telephone number",
        "contact" => "contact",
        "acquisition" => "how acquired",
        "provision_method" => "how provided",
        "request_method" => "how to ask to stop",
        "update_method" => "how kept up to date",
        "item" => "data item",
        "stop" => "stopped because",
        _ => "?",
    }
}

pub(crate) fn filing_fault(fault: &FilingFault) -> Told {
    match fault {
        FilingFault::Missing(part) => {
            let source = match part {
                // Law.md, section 3: practice asks for these, no article does.
                Part::Telephone | Part::Contact | Part::Purpose => "asked for by the PPC's form",
                _ => "Act 27(2), Enforcement Rules 11",
            };
            Told::new(
                format!("{} is missing ({source})", label(part.key())),
                format!("give {}.", flag(*part)),
            )
        }
        FilingFault::NoStartDay => Told::new(
            "the day on which provision starts is missing (Act 27(2), Enforcement Rules 11)",
            "give --start-day DAY.",
        ),
        FilingFault::NotFiled => Told::new(
            "when it was filed is missing; this is filed before it takes effect (Act 27(2) and (3))",
            "file it with the PPC first, then give --filed-on DAY.",
        ),
        FilingFault::NoItems => Told::new(
            "no data item is named; what is not filed may not be provided (Act 27(2))",
            "give --item NAME:CATEGORY:SOURCE for each, like --item 氏名:ordinary:public.",
        ),
        FilingFault::ItemTwice(item) => {
            Told::new(format!("the data item \"{item}\" is named twice"), "name it once.")
        }
        FilingFault::SpecialCare(item) => Told::new(
            format!(
                "\"{item}\" is special-care data, which is never provided by opt-out (Act 27(2), proviso)"
            ),
            "leave it out; it needs the principal's consent.",
        ),
        FilingFault::FromOptOut(item) => Told::new(
            format!(
                "\"{item}\" was received through someone else's opt-out, and is never passed on by opt-out (Act 27(2), proviso)"
            ),
            "leave it out; it needs the principal's consent.",
        ),
        FilingFault::Unlawful(item) => Told::new(
            format!(
                "\"{item}\" was acquired by wrongful means, and is never provided by opt-out (Act 27(2), proviso; Act 20(1))"
            ),
            "leave it out.",
        ),
    }
}

fn flag(part: Part) -> String {
    format!("--{}", part.key().replace('_', "-"))
}

pub(crate) fn scheme(fault: &SchemeFault) -> Told {
    match fault {
        SchemeFault::UnknownRecipient => Told::new(
            "this recipient is not in the register",
            "enter it with `provlog recipient set`, or give the recipient's name, address and representative.",
        ),
        SchemeFault::UnknownFiling => {
            Told::new("there is no such filing", "`provlog filing list` shows those that there are.")
        }
        SchemeFault::FilingWithoutOptOut => Told::new(
            "a filing is named, and the basis is not opt-out",
            "leave the filing out, or correct the basis.",
        ),
        SchemeFault::NoFilingThatDay { day } => Told::new(
            format!("no filing was in force on {day} (Act 27(2))"),
            "correct the day; what happened all the same is recorded with --as-happened.",
        ),
        SchemeFault::NotInForce { filing, day } => Told::new(
            format!("filing {filing} was not in force on {day} (Act 27(2))"),
            "correct the day or the filing; what happened all the same is recorded with --as-happened.",
        ),
        SchemeFault::SeveralFilings { ids } => Told::new(
            format!("several filings are in force: {}", ids.join(", ")),
            "say which one it rests on: --filing ID.",
        ),
        SchemeFault::ItemNotFiled { item, filing } => Told::new(
            format!(
                "the data item \"{item}\" is not in filing {filing}; what is not filed may not be provided by opt-out (Act 27(2))"
            ),
            "file the change first (`provlog filing change`); what happened all the same is recorded with --as-happened.",
        ),
        SchemeFault::Stopped { request, effective } => Told::new(
            format!(
                "the principal has asked to stop: entry {request}, in force from {effective} on (Act 27(2))"
            ),
            "do not provide this person's data; what happened all the same is recorded with --as-happened.",
        ),
    }
}

pub(crate) fn scheme_remark(remark: SchemeRemark) -> &'static str {
    match remark {
        SchemeRemark::NoFilingAtAll => {
            "the basis is opt-out, and the ledger has no filing to compare with (`provlog filing add`)"
        }
        SchemeRemark::BeforeFilings => {
            "before the first filing in the ledger: not compared with any (`provlog filing add` for an older one)"
        }
        SchemeRemark::RecipientNotRegistered => {
            "this recipient's ID is not in the register (`provlog recipient set`)"
        }
    }
}
