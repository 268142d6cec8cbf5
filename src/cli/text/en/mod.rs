//! English.

mod ending;
mod finding;
mod foreign;
mod help;
pub(crate) mod map;
mod problem;
mod reason;
mod registry;
mod trouble;
mod unfinished;

use provlog::import::{NoticeKind, Report, RowNotice, Skip};
use provlog::ledger::Kind;
use provlog::record::deletion::Verdict;
use provlog::record::rules::{Remark, Source};
use provlog::record::{Basis, Field};
use provlog::verify::bundle::{BundleSummary, Listed, NotChecked};
use std::path::Path;

use super::{Frame, Say, on_one_line, shown};

pub(super) use ending::{answer_lost, done_before, outcome};
pub(super) use finding::{finding, notice};
#[cfg(test)]
pub(super) use foreign::os_fault;
pub(super) use help::help;
pub(super) use problem::problem;
pub(super) use reason::form_fault;
pub(super) use registry::{filing_fault, label, registry};
pub(super) use trouble::{trouble, usage};
pub(super) use unfinished::unfinished;

pub(super) fn say(say: &Say<'_>) -> String {
    match say {
        Say::Made { ledger, secret, signing_key, genesis } => format!(
            "Ledger made: {}\n  operator            {}\n  origin              {}\n  retention           {} years\n  fingerprint secret  {}\n  signing key         {}\n  public key          {}\nBack up all three files. Whoever appends or searches needs the secret; the signing key belongs in other hands.",
            shown(ledger),
            genesis.operator,
            genesis.origin,
            genesis.years,
            shown(secret),
            shown(signing_key),
            genesis.public_key,
        ),
        Say::Recorded { index, leaf, existing: false, again } => {
            let again = match again {
                true => "; it may have been erased before: its retention begins anew",
                false => "",
            };
            format!("recorded: entry {index}, hash {leaf}{again}")
        }
        Say::Recorded { index, leaf, existing: true, .. } => {
            format!("already recorded under this key: entry {index}, hash {leaf}")
        }
        Say::RecordedMany { loaded } => {
            let existing = match loaded.existing {
                0 => String::new(),
                n => format!("; {n} were recorded before under the same key"),
            };
            let existing = format!("{existing}{}", come_again(loaded.again, false));
            match (loaded.first, loaded.last) {
                (Some(first), Some(last)) => format!(
                    "recorded: {} (entries {} to {}), last hash {}{existing}",
                    loaded.recorded, first.index, last.index, last.leaf
                ),
                _ => format!("recorded: 0{existing}"),
            }
        }
        Say::NothingRecorded { accepted, refused } => format!(
            "Nothing was recorded: {refused} rows are refused ({accepted} are good). Mend them and run the command again."
        ),
        Say::OpenToOthers { files } => format!(
            "warning: everybody with an account on this machine can read or change {}\n  -> take that away (chmod o= FILE), or close the folder that they lie in",
            super::listed(files, ", ")
        ),
        Say::Recording => "Recording".into(),
        Say::Opening { file } => format!("Reading {file}"),
        Say::Checking => "Checking".into(),
        Say::Importing => "Importing".into(),
        Say::ClockAhead { days, newest, today } => format!(
            "note: the clock says {today}, {days} days after the newest entry ({newest}). If that is wrong, set the clock right: by a clock that is ahead, records are kept longer."
        ),
        Say::Waiting => "Another process is writing to the ledger; waiting ...".into(),
        Say::EncodingFound { file, encoding, given, delimiter } => {
            let how = if *given { "" } else { " (found out; if that is wrong, name it with --encoding)" };
            let parted = match delimiter {
                b'\t' => ", cells parted by tabs",
                b';' => ", cells parted by semicolons",
                _ => "",
            };
            format!("{file}: read as {}{how}{parted}", encoding.word())
        }
        Say::ColumnLeftOut { file, column } => {
            let column = on_one_line(column);
            format!("{file}: column \"{column}\" is left out")
        }
        Say::FileReport { report, known } => file_report(report, *known),
        Say::SheetRead { file, sheet, hidden, others } => {
            let sheet = on_one_line(sheet);
            let mut said = format!("{file}: the sheet \"{sheet}\" is read");
            if !hidden.is_empty() {
                said.push_str(&format!("; hidden sheets, not looked at: {}", on_one_line(&hidden.join(", "))));
            }
            if !others.is_empty() {
                said.push_str(&format!("; other sheets: {}", on_one_line(&others.join(", "))));
            }
            said
        }
        Say::RowSkipped { file, line, why } => {
            let why = match why {
                Skip::Example => "an example",
                Skip::Total => "a sum",
                Skip::Heading => "the heading once more",
                Skip::Mapped => "the map says so",
            };
            format!("{file}:{line}: skipped: {why}")
        }
        Say::TitlesLeftOut { file, from, to } => {
            match from == to {
                true => format!("{file}: line {from} stands above the heading and is left out"),
                false => format!("{file}: lines {from} to {to} stand above the heading and are left out"),
            }
        }
        Say::ClaimedDate { file, column } => {
            let column = on_one_line(column);
            format!("{file}: column \"{column}\" is kept as a claim; the retention period counts from today's import (--trust-record-dates lets it count from these dates)")
        }
        Say::DateTrusted { file, column } => {
            let column = on_one_line(column);
            format!("{file}: the retention period counts from the dates in column \"{column}\", not from today's import; that is recorded as a decision. Rows without such a date count from today")
        }
        Say::Checked { file, checked } => {
            format!("{file}: {} rows are good, {} are refused", checked.accepted, checked.refused)
        }
        Say::MapProposed { map, file, undecided } => {
            let map = shown(map);
            let open = match undecided {
                0 => String::new(),
                n => format!(" Decide on the {n} headings under `undecided` in it."),
            };
            format!("{map}: what was understood of {file}.{open} Then: provlog import --map {map} {file} --dry-run")
        }
        Say::DryRun => "Dry run: nothing was changed.".into(),
        Say::NothingImported { accepted: 0, refused: 0 } => "Nothing was imported.".into(),
        Say::NothingImported { accepted, refused } => format!(
            "Nothing was imported ({accepted} rows are good, {refused} are refused). Mend the file, or take the good rows with --partial --rejects FILE."
        ),
        Say::Imported { file, import, loaded, known, trusted } => {
            let known = match known {
                0 => String::new(),
                n => format!("; {n} rows were in the ledger already"),
            };
            let known = format!("{known}{}", come_again(loaded.again, *trusted));
            match (loaded.first, loaded.last) {
            (Some(first), Some(last)) => format!(
                "imported: {} records from {file} (entry {import}; records {} to {}), last hash {}{known}",
                loaded.recorded, first.index, last.index, last.leaf
            ),
            _ => format!("imported: no records from {file} (entry {import}){known}"),
        }
        }
        Say::SomeRefused { refused } => format!("{refused} rows were refused and are not in the ledger."),
        Say::RowNotice { file, line, notice } => {
            let place = match (file, line) {
                (Some(file), Some(line)) => format!("{file}:{line}: "),
                _ => String::new(),
            };
            format!("{place}{}", row_notice(notice))
        }
        Say::MoreNotices { kind, more } => format!("... and {more} more: {kind}"),
        Say::CutOff { shown } => format!("The first {shown} entries; there are more (--limit)."),
        Say::NothingMatches => "No entry matches.".into(),
        Say::Corrected { about, index, leaf, void: false } => {
            format!("corrected: entry {about}, by entry {index}, hash {leaf}; what was recorded stays readable (show {about})")
        }
        Say::Corrected { about, index, leaf, void: true } => {
            format!("void: entry {about}, by entry {index}, hash {leaf}; what was recorded stays readable (show {about})")
        }
        Say::CorrectedBy { entries, void } => {
            let entries: Vec<String> = entries.iter().map(u64::to_string).collect();
            let what = if *void { "VOID, made by mistake" } else { "corrected; this is how it reads now" };
            format!("  {what} (by entry {})", entries.join(", "))
        }
        Say::AsRecorded { value: Some(value) } => format!("(recorded: {value})"),
        Say::AsRecorded { value: None } => "(recorded: nothing)".into(),
        Say::HoldPlaced { indexes, held } => {
            let indexes: Vec<String> = indexes.iter().map(u64::to_string).collect();
            format!("held: {held} entries (by entry {})", indexes.join(", "))
        }
        Say::HoldReleased { hold, index } => format!("released: the hold of entry {hold} (by entry {index})"),
        Say::HoldLine { hold, day, reason } => {
            let reason = on_one_line(reason);
            let runs: Vec<String> = hold.runs.iter().flatten().map(ToString::to_string).collect();
            let released = hold.released.map(|by| format!(", released by entry {by}")).unwrap_or_default();
            format!("{:>8}  {day}  entries {}{released}  {reason}", hold.index, runs.join(" "))
        }
        Say::NoHolds => "There are no holds.".into(),
        Say::ErasedBy { by: Some(by) } => format!("erased by entry {by}"),
        Say::ErasedBy { by: None } => "payload missing, and no erasure names it: run `provlog verify`".into(),
        Say::Unreadable => "cannot be read: run `provlog verify`".into(),
        Say::EntryTitle { index, kind: k, time } => format!("Entry {index}: {}, {time}", kind(*k)),
        Say::ImportedFrom { import, line } => {
            format!("  Imported with entry {import}, from line {line} of its file")
        }
        Say::DeletableFrom { free, trust } => {
            let why = trust.map(|t| format!(" (claimed record dates count, by entry {t})")).unwrap_or_default();
            format!("  May be deleted from {free} on{why}")
        }
        Say::HeaderFollows => "Header (what is hashed, src/ledger/FORMAT.md):".into(),
        Say::LeafHash { leaf } => format!("Leaf hash: {leaf}"),
        Say::FindingLead => "FINDING:".into(),
        Say::NoticeLead => "notice:".into(),
        Say::Verified { summary, findings } => {
            let head = summary.head.map(|h| h.to_string()).unwrap_or_default();
            let root =
                summary.root.map_or_else(|| "(not computed: entries are missing)".into(), |r| r.to_string());
            let result = match findings {
                0 => "VERIFIED: every entry is as it was recorded.".to_owned(),
                n => format!("NOT VERIFIED: {n} findings. What to do now: docs/WHEN-VERIFICATION-FAILS.md"),
            };
            format!(
                "{result}\n  entries  {} ({} records, {} erased)\n  head     {head}\n  root     {root}",
                summary.size, summary.records, summary.erased
            )
        }
        Say::PlanOnly { erasable, kept } => format!(
            "Plan: {erasable} may be erased, {kept} stay. Nothing was changed; --apply --reason TEXT carries it out."
        ),
        Say::NothingToErase => "No record's retention period has ended: nothing was erased.".into(),
        Say::ErasedNow { erased, entries } => {
            let entries: Vec<String> = entries.iter().map(|e| e.index.to_string()).collect();
            format!("erased: {erased} records (erasure entry {})", entries.join(", "))
        }
        Say::CheckpointIssued { issued } => format!(
            "{}\nKeep the checkpoint where nobody who can write the ledger can change it, and note the key that verifies it:\n{}",
            if issued.before {
                format!(
                    "This checkpoint of {} entries was issued before; nothing was added since.",
                    issued.checkpoint.size
                )
            } else {
                format!("Checkpoint of {} entries.", issued.checkpoint.size)
            },
            issued.key
        ),
        Say::KeyChanged { index, key } => format!(
            "The signing key was changed (entry {index}); checkpoints from now on are signed by\n{key}\nNote it in another place. Earlier checkpoints stay valid."
        ),
        Say::ContinuesCheckpoint { believed } => format!(
            "The log continues the checkpoint of {} entries, signed by {}.",
            believed.size, believed.key
        ),
        Say::ProofWritten { file, size } => format!(
            "Proof that the entry is in the log of {size} entries: {} (C2SP tlog-proof)",
            shown(file)
        ),
        Say::QueryWritten { file } => format!(
            "Query for a timestamp: {}. Send it to a time-stamping authority (Content-Type: application/timestamp-query), then `provlog checkpoint --attach REPLY.tsr`.",
            shown(file)
        ),
        Say::TimestampAttached { stamped } => format!(
            "The timestamp is over the checkpoint of {} entries and says {}. Whether an authority has signed it was not checked here: openssl ts -verify -in REPLY.tsr -data CHECKPOINT -CAfile ROOT.pem",
            stamped.size, stamped.time
        ),
        Say::NotAnchored => {
            "The ledger has no anchor. Set one on another disk: `provlog anchor --set PATH`.".into()
        }
        Say::Anchored { path, size } => {
            format!("The ledger continues its anchor of {size} entries at {}.", shown(path))
        }
        Say::AnchorChanged { index, off: false } => format!(
            "The anchor is set (entry {index}). From here on nothing is acknowledged that it does not hold."
        ),
        Say::AnchorChanged { index, off: true } => format!("Anchoring has ended (entry {index})."),
        Say::BundleVerified { summary: s, findings } => format!(
            "{}\n{}{}{}",
            match findings {
                0 => "VERIFIED: what the folder shows is in the log, unaltered.".to_owned(),
                n => format!("NOT VERIFIED: {n} findings."),
            },
            bundle_extent(s),
            if s.is_selection() {
                "\n  This is a selection: it does not show all of the log."
            } else {
                ""
            },
            match &s.signed {
                Some(signed) => format!("\n  signed by {}", signed.key),
                None => "\n  not signed: nothing shows that the log was not rewritten as a whole".to_owned(),
            }
        ),
        Say::BundleNotRead { file, why } => format!(
            "NOT VERIFIED: {file}: {}\n  -> keep this folder as it is, and ask for it again, made from the ledger.",
            form_fault(*why)
        ),
        Say::BundleStopped { why } => format!("NOT VERIFIED: the check could not go on: {why}"),
        Say::BundleNotChecked { what } => format!("not checked: {}", not_checked(*what)),
        Say::BundleNotProved { files } => {
            let files: Vec<String> = files.iter().map(|file| shown(Path::new(file))).collect();
            format!("not proved, and nothing counts on it: {}", files.join(", "))
        }
        Say::NotSigned => {
            "The folder is not signed: no checkpoint can be made here (the signing key of that size is away, or the ledger cannot be written).".into()
        }
        Say::NotLogged => {
            "This export could not be logged in the ledger: the ledger cannot be written.".into()
        }
        Say::Exported { folder, opened, counted, logged } => {
            let logged = logged.map(|l| format!(", logged as entry {l}")).unwrap_or_default();
            let counted = match counted {
                None => ", each with its proof; no claim about what lies between them".to_owned(),
                Some((withheld, erased, since)) => {
                    format!("; {withheld} entries withheld, {erased} erased{}", erased_since(*since))
                }
            };
            format!("exported to {}: {opened} records opened{counted}{logged}", shown(folder))
        }
    }
}

/// How many records may have been erased before; what that means for them, unless claimed record dates count.
fn come_again(records: u64, trusted: bool) -> String {
    match (records, trusted) {
        (0, _) => String::new(),
        (n, true) => format!("; {n} of them may have been erased before"),
        (n, false) => format!("; {n} of them may have been erased before: their retention begins anew"),
    }
}

fn not_checked(what: NotChecked) -> &'static str {
    match what {
        NotChecked::Signature => "who has signed: nothing is signed",
        NotChecked::Key => "whether the signature is by the right key: none was given (--key)",
        NotChecked::Timestamp => "whether an authority has signed a timestamp (openssl ts -verify)",
        NotChecked::BeforeRange => "what lies before the range",
        NotChecked::Between => "what lies between the entries that are shown",
        NotChecked::ErasedSince => "whether what was erased after that was erased lawfully",
    }
}

fn bundle_extent(s: &BundleSummary) -> String {
    match s.range {
        Some(Listed { first, .. }) if first == s.size => {
            format!("  no entry of the log {}, which had {} entries", s.origin, s.size)
        }
        Some(Listed { first, withheld, erased, since }) => format!(
            "  entries  {first} to {} of the log {} ({} opened, {withheld} withheld, {erased} erased{})",
            s.size.saturating_sub(1),
            s.origin,
            s.opened,
            erased_since(since)
        ),
        None => format!(
            "  {} entries of the log {}, each with a proof that it is among the {} entries; no claim about what lies between them",
            s.opened, s.origin, s.size
        ),
    }
}

fn erased_since(since: u64) -> String {
    match since {
        0 => String::new(),
        n => format!(", {n} erased since then, which this folder does not prove to be lawful"),
    }
}

/// So many of the other parties are named.
const PARTIES: usize = 5;

fn file_report(r: &Report, known: Option<u64>) -> String {
    let mut lines = Vec::new();
    let numbers = |lines: &[u64]| lines.iter().map(u64::to_string).collect::<Vec<_>>().join(", ");
    if let Some((first, last)) = r.days {
        lines.push(format!("  from {first} to {last}"));
    }
    let skipped: Vec<String> = r
        .skipped
        .iter()
        .map(|(why, count)| {
            let name = match why {
                Skip::Example => "examples",
                Skip::Total => "sums",
                Skip::Heading => "headings once more",
                Skip::Mapped => "by the map",
            };
            format!("{name} {count}")
        })
        .collect();
    if !skipped.is_empty() {
        lines.push(format!("  skipped: {}", skipped.join(", ")));
    }
    let mut parties: Vec<_> = r.parties.iter().collect();
    parties.sort_by_key(|(name, count)| (std::cmp::Reverse(**count), *name));
    let named: Vec<String> =
        parties.iter().take(PARTIES).map(|(name, count)| format!("{name} ({count})")).collect();
    if !named.is_empty() {
        let more = match parties.len() - named.len() {
            0 => String::new(),
            n => format!(" and {n} more"),
        };
        lines.push(format!("  recipients: {}{more}", named.join(", ")));
    }
    if let Some(claims) = &r.claims {
        let (rows, first, last) = (claims.rows, claims.first, claims.last);
        lines.push(format!("  record dates claimed: from {first} to {last} (rows: {rows})"));
    }
    if let n @ 1.. = r.nobody {
        let lines_of = numbers(&r.nobody_lines);
        lines.push(format!(
            "  principals that name nobody in particular: {n} rows (lines {lines_of}); a record must tell who it was"
        ));
    }
    if let n @ 1.. = r.without_id {
        lines.push(format!("  principals with a name and no ID: {n}"));
    }
    if let n @ 1.. = r.duplicates {
        lines.push(format!("  likely twice in the file: {n} rows (lines {})", numbers(&r.duplicate_lines)));
    }
    if let Some(short) = r.short_ids() {
        lines.push(format!(
            "  IDs shorter than the usual {} digits: {} (lines {}); leading zeros may be lost",
            short.usual,
            short.rows,
            numbers(&short.lines)
        ));
    }
    if let Some(n @ 1..) = known {
        lines.push(format!("  likely in the ledger already: {n} rows"));
    }
    lines.join("\n")
}

fn row_notice(notice: &RowNotice) -> String {
    let column = notice.column.as_deref().map(|c| format!("{}: ", on_one_line(c))).unwrap_or_default();
    let value = notice.value.as_deref().map(quoted).unwrap_or_default();
    let words = match notice.what {
        NoticeKind::Remark(Remark::NoConsentEvidence) => {
            "the basis is consent, and nothing refers to its evidence (--consent-evidence, or a column)"
                .into()
        }
        NoticeKind::Remark(Remark::OpenPeriod) => {
            "the last day is open: the record is kept until `provlog correct INDEX --set period_to=DAY` closes it".into()
        }
        NoticeKind::Remark(Remark::LooksLikeFormula(f)) => format!(
            "{}: starts like a spreadsheet formula; it is kept as it is, so open exports with care",
            field(f)
        ),
        NoticeKind::ExcelSerial => "a number, read as the day that Excel keeps under it".into(),
        NoticeKind::GuardTakenOff => {
            "an apostrophe that keeps spreadsheets from calculating the cell; read without it".into()
        }
        NoticeKind::FormulaText => "a text written as a formula, read as the text".into(),
        NoticeKind::TimeLeftOut => "the day is taken, the time behind it is not".into(),
        NoticeKind::ClaimInFuture => "this record date is still to come; it is kept as it is, and nothing counts from it".into(),
        NoticeKind::Ditto => "a ditto mark, read as the row above".into(),
        NoticeKind::Repeated => "an empty cell, read as the row above".into(),
        NoticeKind::LooksLikeDay => "looks like a number that Excel has taken for a day; kept as it is".into(),
        NoticeKind::Breaches => "recorded as it happened, with the breach on it".into(),
        NoticeKind::Scheme(remark) => registry::scheme_remark(remark).into(),
        NoticeKind::EraOutOfRange => "the day lies outside its era; taken as the western day it means".into(),
    };
    format!("{column}{value}{words}")
}

pub(super) fn verdict(verdict: &Verdict) -> String {
    match verdict {
        Verdict::Erase { base, free } => {
            format!("erase: retention counts from {base} and ended; free since {free}")
        }
        Verdict::KeepUntil { base, free } => {
            format!(
                "keep: retention counts from {base}; the first day on which deletion is allowed is {free}"
            )
        }
        Verdict::KeepHeld { hold } => format!("keep: the hold in entry {hold} names it"),
        Verdict::KeepWithRecord { about } => {
            format!("keep: it corrects entry {about}, and is erased with that one alone")
        }
        Verdict::KeepExtraOfRecord => {
            "keep: the notes of a record go with the record; --extra is for entries that are kept for ever"
                .into()
        }
        Verdict::KeepNoExtra => "keep: there is no reason, handler or note in it".into(),
        Verdict::KeepInUse { by } => format!("keep: record {by}, which is kept, names this recipient"),
        Verdict::KeepPermanent => {
            "keep: this kind of entry is kept for ever and holds nothing personal in its facts".into()
        }
        Verdict::KeepOpen => "keep: the last day of provision is not known yet".into(),
        Verdict::KeepInForce => "keep: it is in force".into(),
        Verdict::AlreadyErased { by } => format!("keep: already erased by entry {by}"),
    }
}

pub(super) fn field(field: Field) -> &'static str {
    field.label().en
}

pub(super) fn kind(kind: Kind) -> &'static str {
    match kind {
        Kind::Genesis => "genesis",
        Kind::Provision => "provision",
        Kind::Receipt => "receipt",
        Kind::Correction => "correction",
        Kind::Erasure => "erasure",
        Kind::Import => "import",
        Kind::Export => "export",
        Kind::Hold => "hold",
        Kind::Release => "release",
        Kind::Trust => "trust",
        Kind::Recipient => "recipient",
        Kind::Filing => "filing",
        Kind::StopRequest => "stop request",
        Kind::Key => "key",
        Kind::Anchor => "anchor",
        Kind::Disclosure => "disclosure",
    }
}

pub(super) fn basis(basis: Basis) -> &'static str {
    basis.label().en
}

pub(super) fn source(source: Source) -> &'static str {
    match source {
        Source::Act29Rules20 => "Act 29(1), Enforcement Rules 20(1)",
        Source::Rules19 => "Act 29(1), Enforcement Rules 19",
        Source::Act30Rules24 => "Act 30(3), Enforcement Rules 24",
        Source::Rules23 => "Act 30(3), Enforcement Rules 23",
        Source::Act31Rules28 => "Act 31, Enforcement Rules 28",
        Source::Provlog => "provlog (no article asks for it)",
    }
}

pub(super) fn principal() -> &'static str {
    "The principal (ID or name)"
}

pub(super) fn not_allowed() -> &'static str {
    "NOT ALLOWED"
}

pub(super) fn rules_heading() -> [&'static str; 6] {
    ["side", "basis", "method", "required item", "from", "asked for by"]
}

pub(super) fn mark_amended() -> &'static str {
    "[corrected] "
}

pub(super) fn mark_altered() -> &'static str {
    "[ALTERED] "
}

pub(super) fn mark_void() -> &'static str {
    "[VOID] "
}

pub(super) fn unspecified() -> &'static str {
    "(unspecified recipients)"
}

pub(super) fn quoted(value: &str) -> String {
    format!("\"{}\": ", on_one_line(value))
}

pub(super) fn list_heading() -> [&'static str; 6] {
    ["index", "kind", "day", "recipient", "principal", "items (basis)"]
}

pub(super) fn frame() -> Frame {
    Frame {
        template: "{about}\n\nUsage: {usage}\n\n{all-args}\n",
        usage: "provlog [OPTIONS] COMMAND",
        options: "Options",
        arguments: "Arguments",
        commands: "Commands",
    }
}
