//! English: what a command could not do, and what to do about it.

use clap::error::ErrorKind;
use provlog::ledger::rfc3161::ReplyFault;
use provlog::store::{Against, Failure, NotAttached};

use super::super::{Mistake, Told, bases};
use super::foreign::{disk, foreign, os};
use super::reason::{bad_value, damage};
use crate::cli::lang::Lang;
use crate::cli::trouble::{Expected, OptionProblem, Register, Trouble, Uncorrectable};

pub(crate) fn trouble(trouble: &Trouble) -> Told {
    match trouble {
        Trouble::Store(failure) => store(failure),
        Trouble::Source(e) => Told::new(
            format!("{} cannot be read: {}", e.name, os(&e.error)),
            "check the path and the permissions.",
        ),
        Trouble::Write(path, e) => Told::new(
            format!("{} cannot be written: {e}", path.display(), e = os(e)),
            "check the folder, its permissions and the free space.",
        ),
        Trouble::OutputExists(path) => Told::new(
            format!("{} is there already, and nothing is overwritten", path.display()),
            "name another place, or move it away first.",
        ),
        Trouble::BeingMade { path, lock } => Told::new(
            format!("another process is just making {}", path.display()),
            format!(
                "wait for it, or name another place. If no provlog is running, remove {}.",
                lock.display()
            ),
        ),
        Trouble::Unplaced { folder, target, index, error } if folder == target => Told::new(
            format!(
                "{} is complete and in the log as entry {index}, but its name could not be made durable: {error}",
                folder.display(),
                error = os(error)
            ),
            "look after the disk; if the folder is there afterwards, nothing else is to be done.",
        ),
        Trouble::Unplaced { folder, target, index, error } => Told::new(
            format!(
                "the folder is complete and in the log as entry {index}, but it could not be given its name {}: {error}. It lies at {}",
                target.display(),
                folder.display(),
                error = os(error)
            ),
            "mend that and run the command again: it gives the folder its name. Or move it to another name yourself.",
        ),
        Trouble::Unsettled { folder, target, index } => Told::new(
            format!(
                "whether entry {index} about the folder is in the log could not be found out, so it was not named {}. It lies at {}",
                target.display(),
                folder.display()
            ),
            "mend what stands above and run the command again: it finishes the folder or removes it.",
        ),
        Trouble::UnfinishedOfAnother { folder } => Told::new(
            format!(
                "{} was left by a command that was stopped, and belongs to another ledger",
                folder.display()
            ),
            "run that command again with its own --ledger FILE, which finishes or removes it, or name another place with --out.",
        ),
        Trouble::Output(e) => {
            Told::new(format!("standard output cannot be written: {e}", e = os(e)), "check where it leads.")
        }
        Trouble::LedgerItself { file } => Told::new(
            format!("{} is the ledger itself, or its write-ahead log; it was not opened", file.display()),
            "name the file that you mean.",
        ),
        Trouble::BadOption { option, value, expected } => {
            Told::new(format!("{option}: \"{value}\" is not accepted"), expectation(*expected))
        }
        Trouble::Options { option, problem } => options(option, *problem),
        Trouble::NoSuchIndex { indexes, size } => {
            let list: Vec<String> = indexes.iter().take(10).map(u64::to_string).collect();
            Told::new(
                format!("there is no entry {}: the ledger has {size} entries, from 0", list.join(", ")),
                "`provlog list` shows the indexes.",
            )
        }
        Trouble::RegistersChanged => Told::new(
            "a filing, a recipient or a request to stop was entered while the records were checked; nothing was recorded",
            "run the command again.",
        ),
        Trouble::PlanChanged => Told::new(
            "somebody wrote in between, and what may be erased is no longer what was shown; nothing was erased",
            "run the command again, and look at the new plan.",
        ),
        Trouble::NotRegistered { register: Register::Recipients, id } => Told::new(
            format!("there is no recipient \"{id}\" in the register"),
            "`provlog recipient list` shows those that there are; `provlog recipient set` enters one.",
        ),
        Trouble::NotRegistered { register: Register::Filings, id } => Told::new(
            format!("there is no filing \"{id}\" (in force on that day)"),
            "`provlog filing list` shows those that there are; `provlog filing add` enters one.",
        ),
        Trouble::FilingExists { id } => Told::new(
            format!("there is a filing \"{id}\" already"),
            "enter what has changed with `provlog filing change`, or take another ID.",
        ),
        Trouble::FilingStopped { id } => Told::new(
            format!("provision by filing \"{id}\" has ended"),
            "a new filing is a new one: `provlog filing add` with another ID.",
        ),
        Trouble::BeforeFiling { effective, filed } => Told::new(
            format!("{effective} lies before {filed}, when the filing took its present form"),
            "correct --effective.",
        ),
        Trouble::NotAStopRequest { index } => Told::new(
            format!("entry {index} is no request to stop that is in force"),
            "`provlog optout list` shows those that there are.",
        ),
        Trouble::NoPrincipal => {
            Told::new("nothing says whom it is about", "give --principal-id or --principal-name, best both.")
        }
        Trouble::SeveralPrincipals { ids } => Told::new(
            format!("several people bear this name (IDs {}); nothing was disclosed", ids.join(", ")),
            "find out who has asked, and give --principal-id.",
        ),
        Trouble::Uncorrectable { index, why } => match why {
            Uncorrectable::NotARecord => Told::new(
                format!("entry {index} is not a record of a provision: only those are corrected"),
                "`provlog list --side provision` shows the records.",
            ),
            Uncorrectable::Erased => Told::new(
                format!("entry {index} was erased: there is nothing left to correct"),
                "record what is missing anew.",
            ),
            Uncorrectable::Void => Told::new(
                format!("entry {index} is void: it was made by mistake"),
                "record the provision anew, if there was one.",
            ),
            Uncorrectable::NothingChanges => Told::new(
                format!("entry {index} reads like that already: nothing was recorded"),
                "say what to change with --set FIELD=VALUE or --clear FIELD; `provlog show INDEX --json` names the fields.",
            ),
            Uncorrectable::Reopens => Told::new(
                format!("entry {index} has a last day: it can be moved, not taken away"),
                "give the right day: --set period_to=DAY.",
            ),
            Uncorrectable::Changed => Told::new(
                format!("entry {index} was corrected by somebody else meanwhile: nothing was recorded"),
                "look at it (`provlog show INDEX`) and say it again if it still holds.",
            ),
        },
        Trouble::NotAField { typed } => Told::new(
            format!("\"{typed}\": not FIELD=VALUE with a field that can be corrected"),
            "`provlog show INDEX --json` names the fields, like principal_name or period_to.",
        ),
        Trouble::NotAHold { index } => Told::new(
            format!("entry {index} is not a hold that is in force"),
            "`provlog hold list` shows the holds.",
        ),
        Trouble::NothingMatches => Told::new(
            "no record matches: nothing was written",
            "name indexes, or another filter; `provlog list` with the same filter shows what it finds.",
        ),
        Trouble::NoSuchSize { at, size } => Told::new(
            format!(
                "--at {at}: the ledger has {size} entries; it can be exported as it was at any size from 1 to {size}"
            ),
            "`provlog list` shows what was recorded when; the size is the index of the last entry wanted, plus one.",
        ),
        Trouble::Altered { entries, count } => {
            let named: Vec<String> = entries.iter().map(u64::to_string).collect();
            let more = count.saturating_sub(entries.len() as u64);
            let more = if more == 0 { String::new() } else { format!(" and {more} more") };
            Told::new(
                match count {
                    1 => format!("entry {} is not what was recorded", named.join(", ")),
                    _ => format!("entries {}{more} are not what was recorded", named.join(", ")),
                },
                "do not rely on what is marked: it, the entry before it or one about it was altered. Run `provlog verify`, and go on as docs/WHEN-VERIFICATION-FAILS.md says.",
            )
        }
        Trouble::MayHaveBeenErased { newest, line } => {
            let told = super::problem::may_have_been_erased(*newest, None);
            let line = line.map(|l| format!("line {l}: ")).unwrap_or_default();
            Told::new(format!("{line}{}; nothing was recorded", told.what), told.todo)
        }
        Trouble::KeyTaken { key, index, line } => {
            let line = line.map(|l| format!(" (line {l})")).unwrap_or_default();
            Told::new(
                format!(
                    "the key \"{key}\"{line} was used before for other content, in entry {index}; nothing was recorded"
                ),
                "a retry must send the same content; another provision needs a key of its own.",
            )
        }
        Trouble::AlreadyImported { file, index } => Told::new(
            format!("{file} was imported before, as entry {index}"),
            format!("nothing is to be done; `provlog show {index}` shows that import."),
        ),
        Trouble::NothingClaimed { file } => Told::new(
            format!("no row of {file} says when it was recorded, so there is no date to trust"),
            "leave --trust-record-dates out, or name the column with the record date in a map: claimed_recorded_on.",
        ),
        Trouble::SameFileTwice { file, other } => {
            Told::new(format!("{file} holds the same bytes as {other}"), "name each file once.")
        }
        Trouble::FileChanged { file } => Told::new(
            format!("{file} changed while it was being imported; nothing was imported"),
            "close it in other programs and import it again.",
        ),
        Trouble::MustStay { kept } => Told::new(
            format!("{kept} of the entries named must stay (listed above); nothing was erased"),
            "leave them out, or come back on the day given for each.",
        ),
        Trouble::Checkpoint { path, finding } => {
            let told = super::finding(finding);
            Told::new(format!("{}: {}", path.display(), told.what), told.todo)
        }
        Trouble::NoCheckpoint { index } => Told::new(
            format!("no checkpoint covers entry {index} yet, so nothing can be proved to others"),
            "make one first: `provlog checkpoint`.",
        ),
        Trouble::Timestamp { path, why } => Told::new(
            format!(
                "{}: {}",
                path.display(),
                match why {
                    NotAttached::Reply(ReplyFault::TooLong) =>
                        "longer than 64 KiB, so no reply of RFC 3161".to_owned(),
                    NotAttached::Reply(ReplyFault::NotAReply) => "not a reply of RFC 3161 (DER)".into(),
                    NotAttached::Reply(ReplyFault::Refused(status)) => {
                        format!("the authority refused (status {status})")
                    }
                    NotAttached::Reply(ReplyFault::OtherHash) => "its hash is not SHA-256".into(),
                    NotAttached::OtherImprint => {
                        "it is not over a checkpoint of this ledger, as it was issued".into()
                    }
                }
            ),
            "make a query with `provlog checkpoint --timestamp-query FILE`, and attach the reply to just that.",
        ),
        Trouble::ErasurePending => Told::new(
            "the records are erased, but another process keeps their bytes in the write-ahead log",
            "close other programs that have the ledger open, then run `provlog delete --expired --apply --reason TEXT` or any `record`: every writer tries again.",
        ),
    }
}

fn store(failure: &Failure) -> Told {
    match failure {
        Failure::NoLedger(path) => Told::new(
            format!("there is no ledger at {}", path.display()),
            "name it with --ledger FILE or PROVLOG_LEDGER, or make one with `provlog init`.",
        ),
        Failure::Interrupted(path) => Told::new(
            format!(
                "there is no ledger at {}: `provlog init` was interrupted there, or is still running",
                path.display()
            ),
            "run `provlog init` again: it removes what was left and begins anew.",
        ),
        Failure::BeingMade(path, lock) => Told::new(
            format!("another process is just making {}", path.display()),
            format!("wait for it. If no provlog is running, remove {}.", lock.display()),
        ),
        Failure::AlreadyThere(path) => Told::new(
            format!("{} is there already, and nothing is overwritten", path.display()),
            "name another --ledger FILE.",
        ),
        Failure::NotADatabase(path) => Told::new(
            format!("{} is not a provlog ledger (not a SQLite file)", path.display()),
            "name the ledger file with --ledger FILE.",
        ),
        Failure::OtherProgram(path, id) => Told::new(
            format!("{} is the database of another program (application_id {id:#010x})", path.display()),
            "name the ledger file with --ledger FILE.",
        ),
        Failure::Newer(path, version) => Told::new(
            format!("{} was made by a newer provlog (schema {version}); it was not touched", path.display()),
            "install that version.",
        ),
        Failure::ReadOnly(path) => Told::new(
            format!(
                "{}, a file beside it, or the folder that they lie in cannot be written by this account",
                path.display()
            ),
            "let the account that owns the ledger do it, or mend the permissions; what only reads (`verify`, `list`, `show`) works all the same.",
        ),
        Failure::Unreadable(path) => Told::new(
            format!("{} cannot be read by this account", path.display()),
            "let somebody who may read it do it, or mend the permissions.",
        ),
        Failure::HardLinked(path) => Told::new(
            format!(
                "{} has a second name (a hard link): what is recorded under one name would be lost under the other",
                path.display()
            ),
            "remove the other name (`find FOLDER -samefile FILE` shows it), or copy the file and use the copy; a symbolic link does no harm.",
        ),
        Failure::Moved(path) => Told::new(
            format!(
                "another file was put in the place of {} while this command ran: what it recorded is not in the file that lies there now",
                path.display()
            ),
            "stop everything that writes, put the right file in its place (docs/RESTORE.md), then run the command again.",
        ),
        Failure::ForeignLog(path) => Told::new(
            format!(
                "the write-ahead log beside {} is not its own: most likely a copy was put back, and the log of the file before it was left there; nothing was touched",
                path.display()
            ),
            format!(
                "move {0}-wal and {0}-shm to another folder (keep them: they may hold entries that the copy lacks), then run `provlog verify`; docs/RESTORE.md says more.",
                path.display()
            ),
        ),
        Failure::ForeignSchema { path, object } => Told::new(
            format!(
                "nothing was written: {} is not as every ledger is ({})",
                path.display(),
                super::finding::schema_object(object)
            ),
            "something was added to the file, taken out of it or changed, which could swallow, change or copy what is written. Run `provlog verify`; it lists all of it.",
        ),
        Failure::NotWal(path) => Told::new(
            format!(
                "{} is a copy that lost its journal mode (made by VACUUM INTO, or another tool)",
                path.display()
            ),
            format!("give it back: sqlite3 {} 'PRAGMA journal_mode=WAL'", path.display()),
        ),
        Failure::OwnerMustOpen(path) => Told::new(
            format!(
                "the newest entries of {} stand in its write-ahead log, which this account cannot read without the file {0}-shm",
                path.display()
            ),
            "the owner opens the ledger once (`provlog verify`); then this works.",
        ),
        Failure::ChangedMeanwhile(path) => Told::new(
            format!("{} was written while it was read; what was read says nothing", path.display()),
            "run the command again.",
        ),
        Failure::NoClock => Told::new("the machine's clock shows no usable time", "set the clock."),
        Failure::ClockFarAhead { newest, now } => Told::new(
            format!(
                "the clock says {}, the newest entry is of {}: an entry by a wrong clock would keep every later record for years; nothing was written",
                now.legal_day(),
                newest.legal_day()
            ),
            "look at a calendar. If the clock is right, state today's date in Japan: --confirm-date YYYY-MM-DD; if not, set it right.",
        ),
        Failure::ClockBehind { now, newest } => Told::new(
            format!("the clock ({now}) stands behind the newest entry ({newest}); nothing was erased"),
            "set the clock right. If an entry was made with a clock ahead of time, wait until that time has passed.",
        ),
        Failure::NotToday { confirmed, today } => Told::new(
            format!("--confirm-date {confirmed} is not today: the clock says {today} in Japan"),
            "look at a calendar; if the clock is wrong, set it right first.",
        ),
        Failure::DayNotStated => Told::new(
            "nothing is erased by the machine's clock alone",
            "look at a calendar, and state today's date in Japan: --confirm-date YYYY-MM-DD.",
        ),
        Failure::Locked(path) => Told::new(
            format!("another process kept {} locked for too long", path.display()),
            "run the command again, with a longer --wait SECONDS if need be.",
        ),
        Failure::NoSecret(path) => Told::new(
            format!("the fingerprint secret is not at {}", path.display()),
            "put the file that `provlog init` made back from the backup; without it nothing can be appended or searched.",
        ),
        Failure::SecretUnreadable(path) => Told::new(
            format!("the fingerprint secret {} cannot be read by this account", path.display()),
            "whoever records or searches for a person must be able to read it: let that account do it, or mend the permissions.",
        ),
        Failure::NotASecret(path) => Told::new(
            format!("{} is not a fingerprint secret", path.display()),
            "put the file that `provlog init` made back from the backup.",
        ),
        Failure::WrongSecret(path) => Told::new(
            format!("{} is the secret of another ledger", path.display()),
            "put this ledger's own file back from the backup.",
        ),
        Failure::NoSigningKey(path) => Told::new(
            format!("the signing key is not at {}", path.display()),
            "put the file back from where it is kept. If it is lost: `provlog key --rotate --reason TEXT` makes a new one.",
        ),
        Failure::SigningKeyUnreadable(path) => Told::new(
            format!("the signing key {} cannot be read by this account", path.display()),
            "let the account that holds the key sign, or mend the permissions.",
        ),
        Failure::NotASigningKey(path) => Told::new(
            format!("{} is not a signing key (Ed25519, PKCS#8 PEM)", path.display()),
            "put the file that `provlog init` or `provlog key` made back.",
        ),
        Failure::WrongSigningKey(path) => Told::new(
            format!("{} is not the key that this ledger names", path.display()),
            "put this ledger's own file back. If it is lost: `provlog key --rotate --reason TEXT` makes a new one.",
        ),
        Failure::NoAnchor => Told::new("the ledger has no anchor", "set one: `provlog anchor --set PATH`."),
        Failure::AnchorTaken(path) => Told::new(
            format!(
                "{} is there already, and nothing is overwritten; the anchor was not set",
                path.display()
            ),
            "name another place: `provlog anchor --set PATH`.",
        ),
        Failure::AnchorOutOfReach(path, why) => Told::new(
            format!(
                "the anchor at {} cannot be read: {why}; nothing was written",
                path.display(),
                why = os(why)
            ),
            "connect its disk or share. To write all the same, which is recorded: --anchor-later. If it is lost: `provlog anchor --reset --reason TEXT`.",
        ),
        Failure::AgainstAnchor(against) => against_anchor(against, "nothing was written"),
        Failure::DoneAgainstAnchor { against, entries } => {
            against_anchor(against, &format!("what was asked for {}", in_the_ledger(*entries)))
        }
        Failure::KeyNotPlaced { path, error, index } => Told::new(
            format!(
                "the new key is in the ledger, as entry {index}, but its file {} could not be put in its place: {error}",
                path.display(),
                error = os(error)
            ),
            "mend that and leave the file where it is: the next checkpoint puts it in its place.",
        ),
        Failure::InDoubt(path) => Told::new(
            format!(
                "it is not known whether this is in {}: the disk failed while it was made durable, and again while it was taken back",
                path.display()
            ),
            "look after the disk first. Then `provlog list` shows whether it is there; a `record` with the same --key records nothing twice.",
        ),
        Failure::NotAnchored { path, why, entries } => Told::new(
            format!(
                "it {}, but the anchor at {} could not be advanced: {why}",
                in_the_ledger(*entries),
                path.display(),
                why = os(why)
            ),
            "mend that; the next command that writes advances it. A retry with the same --key records nothing twice.",
        ),
        Failure::OldSqlite(version) => Told::new(
            format!("this program was built with SQLite {version}, which can lose data"),
            "build it with its bundled SQLite (3.51.3 or newer).",
        ),
        Failure::Damaged { index: Some(index), why } => Told::new(
            format!("entry {index} cannot be used: {}", damage(*why)),
            "run `provlog verify`: it says what was altered.",
        ),
        Failure::Damaged { index: None, why } => Told::new(
            format!("the ledger is damaged: {}", damage(*why)),
            "run `provlog verify --deep`, keep the file as it is, and go back to a backup.",
        ),
        Failure::BadValue(why) => {
            Told::new(format!("a value is not accepted: {}", bad_value(*why)), "correct the value.")
        }
        Failure::ThreadLost => Told::new(
            "a part of provlog ended without a result; this is a fault of the program, not of what it was given",
            "run the command again. If it happens again, report it with this command and the version (`provlog --version`).",
        ),
        Failure::NoRandomness => Told::new(
            "the system gives no random numbers, which salts and keys are made of",
            "run the command again later; right after a start, or in a closed environment, the system may not have any yet.",
        ),
        Failure::Io(path, e) => Told::new(
            format!("{}: {e}", path.display(), e = os(e)),
            "check the path, the permissions and the free space.",
        ),
        Failure::Sqlite(path, e) => Told::new(
            match failure.disk_fault() {
                Some(fault) => {
                    format!("{}: {} ({})", path.display(), disk(fault), foreign("SQLite", &e.to_string()))
                }
                None => format!("{}: {}", path.display(), foreign("SQLite", &e.to_string())),
            },
            "check the disk (free space, errors), then run `provlog verify --deep`.",
        ),
    }
}

fn in_the_ledger(entries: Option<(u64, u64)>) -> String {
    match entries {
        None => "is in the ledger".to_owned(),
        Some((first, last)) if first == last => format!("is in the ledger, as entry {first}"),
        Some((first, last)) => format!("is in the ledger, as entries {first} to {last}"),
    }
}

/// `written`: what this command did to the ledger.
fn against_anchor(against: &Against, written: &str) -> Told {
    match against {
        Against::State { path, anchored, ledger } => Told::new(
            format!(
                "the anchor at {} speaks against this ledger: it holds {} entries (head {}), the ledger has {} (head {}). The ledger was cut, rolled back or replaced; {written}",
                path.display(),
                anchored.size,
                anchored.head,
                ledger.size,
                ledger.head
            ),
            "keep this file as it is and put the newest copy back. If there is none: `provlog anchor --reset --reason TEXT` goes on from here and records both states.",
        ),
        Against::OfAnother(path) => Told::new(
            format!("{} is the anchor of another ledger; {written}", path.display()),
            "name the right ledger with --ledger FILE. If this one was put in the other's place, keep both and find out who did it.",
        ),
        Against::Unreadable(path) => Told::new(
            format!("{} is not an anchor, or was changed; {written}", path.display()),
            "put it back from where it is kept, or go on with `provlog anchor --reset --reason TEXT`, which is recorded.",
        ),
    }
}

fn expectation(expected: Expected) -> String {
    let words = match expected {
        Expected::Day => "give a day, like 2026-11-23, 2026/11/23 or 令和8年11月23日.",
        Expected::Basis => return format!("give {}.", bases(Lang::En)),
        Expected::Side => "give provision (provided to others) or receipt (received from others).",
        Expected::Month => "give a month, like 2026-11.",
        Expected::Method => "give each, bulk or contract.",
        Expected::Kind => "give a kind, like provision, import, export or erasure.",
        Expected::Encoding => "give utf-8, cp932, utf-16le or utf-16be.",
        Expected::Years => "the law asks for at least 3 years; give 3 to 100.",
        Expected::Origin => "give a name without spaces and without +, like example.co.jp/provisions.",
        Expected::Text => "give a text that is not empty, not too long, and has no control characters.",
        Expected::VerifierKey => "give a verifier key as `provlog key` prints it: NAME+ID+KEY.",
        Expected::PartyType => "give body or person.",
        Expected::FiledItem => {
            "give NAME:CATEGORY:SOURCE; CATEGORY is ordinary or special-care, SOURCE is principal, public, third-party, opt-out or unlawful, like 氏名:ordinary:public."
        }
        Expected::NotFuture => "the day is still to come (in Japan): correct it.",
        Expected::YesNo => "give yes or no.",
        Expected::Period => "the period ends before it starts: exchange --from and --to.",
    };
    words.to_owned()
}

fn options(option: &str, problem: OptionProblem) -> Told {
    match problem {
        OptionProblem::NeedsReason => {
            Told::new(format!("{option} needs a reason"), "add --reason TEXT: it is recorded.")
        }
        OptionProblem::NeedsCheckpoint => {
            Told::new(format!("{option} is for a checkpoint"), "add --checkpoint FILE or --bundle FOLDER.")
        }
        OptionProblem::NeedsPartial => {
            Told::new(format!("{option} makes sense with --partial only"), "add --partial, or leave it out.")
        }
        OptionProblem::NotWithDryRun => Told::new(
            format!("{option} cannot go with --dry-run, which changes nothing"),
            "leave one of them out.",
        ),
        OptionProblem::NeedsOneFile => {
            Told::new(format!("{option} looks at one file"), "name one; its map serves for the others.")
        }
        OptionProblem::NotWithFrom => Told::new(
            format!("{option} names one provision, and --from takes many"),
            "put a key into each row (column or JSON key `key`).",
        ),
        OptionProblem::NothingNamed => {
            Told::new("nothing is named to be deleted", "name indexes, or ask for --expired.")
        }
        OptionProblem::NamedAndFilter => {
            Told::new("indexes and a filter are two different questions", "use one of them.")
        }
        OptionProblem::NamedAndExpired => {
            Told::new("indexes and --expired are two different questions", "use one of them.")
        }
    }
}

pub(crate) fn usage(error: &clap::Error) -> Told {
    let m = Mistake::of(error);
    let argument = m.argument.as_deref().unwrap_or("?");
    let what = match m.kind {
        ErrorKind::UnknownArgument => format!("there is no option {argument}"),
        ErrorKind::InvalidSubcommand => format!("there is no command \"{argument}\""),
        ErrorKind::MissingRequiredArgument => format!("something is missing: {argument}"),
        ErrorKind::MissingSubcommand | ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand => {
            "no command was given".to_owned()
        }
        ErrorKind::InvalidValue | ErrorKind::ValueValidation => match m.value.as_deref() {
            Some("") | None => format!("{argument} needs a value"),
            Some(value) => format!("{argument}: \"{value}\" is not accepted"),
        },
        ErrorKind::ArgumentConflict => format!("{argument} is given twice, or contradicts another option"),
        _ => m.error.to_string().lines().next().unwrap_or_default().to_owned(),
    };
    let todo = match m.suggestion {
        Some(suggestion) => {
            format!("did you mean {suggestion}? `provlog --help` and `provlog COMMAND --help` list all.")
        }
        None => "`provlog --help` and `provlog COMMAND --help` list all.".to_owned(),
    };
    Told::new(what, todo)
}
