//! English: the help of commands and arguments.

use super::super::bases;
use crate::cli::lang::Lang;

pub(crate) fn help(command: &str, argument: Option<&str>) -> Option<&'static str> {
    let words = match (command, argument) {
        ("provlog", None) => {
            "A tamper-evident log of third-party provisions of personal data (APPI, Articles 29 and 30)."
        }
        ("init", None) => "Make a new ledger, its fingerprint secret and its signing key",
        ("record", None) => "Record a provision, or many (--from)",
        ("import", None) => "Import historical ledgers (CSV, .xlsx)",
        ("list", None) => "List entries",
        ("show", None) => "Show one entry, whole",
        ("verify", None) => "Re-read and re-hash everything; says what was altered",
        ("checkpoint", None) => "Print the state of the log, signed: keep it elsewhere",
        ("key", None) => "List the keys that sign checkpoints, or change the key",
        ("anchor", None) => "Compare the ledger with its anchor on another disk, or set, reset or end it",
        ("export", None) => "Export records and headers for an inspector",
        ("delete", None) => "Plan a deletion, and with --apply carry it out",

        (_, Some("help")) => "Print help",
        ("provlog", Some("version")) => "Print the version",
        (_, Some("ledger")) => "The ledger file [env: PROVLOG_LEDGER] [default: provlog.db]",
        (_, Some("lang")) => "Language: ja or en [env: PROVLOG_LANG] [default: the locale's]",
        (_, Some("json")) => "JSON on standard output, and nothing else there",
        (_, Some("quiet")) => "Leave out remarks and warnings",
        (_, Some("verbose")) => "Add technical details to errors, and the settings of SQLite to verify",
        (_, Some("wait")) => "How long to wait for other processes, in seconds [default: 60]",

        ("init", Some("operator")) => "Who keeps the log: the company's name",
        ("init", Some("origin")) => "The log's name in checkpoints, like example.co.jp/provisions",
        ("init", Some("retention_years")) => "How many years records are kept, at least 3 [default: 3]",

        ("receive", None) => "Record what was provided to you, or many (--from)",
        ("rules", None) => "Print which items a record must hold, with the article that asks for each",
        ("rules", Some("side")) => "provision (provided to others) or receipt (received from others)",
        ("rules", Some("basis")) => "Only this basis",
        ("rules", Some("method")) => "Only this method",
        ("import", Some("side")) => "Whose records: provision (default) or receipt",
        ("list" | "export" | "hold add", Some("month")) => "The provisions of one month, like 2026-11",
        ("list", Some("breaches")) => "Only records on which a breach stands",
        ("list" | "export" | "hold add", Some("side")) => {
            "provision (provided to others) or receipt (received from others)"
        }
        ("recipient", None) => "The register of recipients",
        ("recipient set", None) => {
            "Enter a recipient, or what has changed; what is not said stays as it stands"
        }
        ("recipient show", None) => "Show a recipient as it stands",
        ("recipient list", None) => "List the recipients: ID, name, identity check, purpose",
        ("recipient set" | "recipient show", Some("id")) => "ID that records name (record --recipient-id)",
        ("recipient set", Some("name")) => "Name",
        ("recipient set", Some("address")) => "Address",
        ("recipient set", Some("representative")) => "Representative, of a body",
        ("recipient set", Some("party_type")) => "body (default) or person",
        ("recipient set", Some("from")) => "Since when it stands so [default: today in Japan]",
        ("recipient set", Some("check_date")) => "When its identity was checked",
        ("recipient set", Some("check_method")) => {
            "How it was checked: registry, web page, document shown ..."
        }
        ("recipient set", Some("check_evidence")) => "Where the evidence of the check is",
        ("recipient set", Some("purpose")) => "The purpose that it has stated",
        ("recipient show" | "filing show" | "filing notice" | "filing form", Some("day")) => {
            "As it stood on this day [default: as it stands]"
        }
        ("filing", None) => "Opt-out filings with the PPC (Act 27(2)), and the texts made from them",
        ("filing add", None) => "Enter a new filing",
        ("filing change", None) => "Enter a change; what is not said stays as it stands",
        ("filing stop", None) => "Enter that provision by a filing has ended",
        ("filing show", None) => "Show a filing",
        ("filing list", None) => "List all filings and their changes",
        ("filing notice", None) => "Print the text for the privacy policy",
        ("filing form", None) => "Print the content of the PPC's form as CSV",
        (
            "filing add" | "filing change" | "filing stop" | "filing show" | "filing notice" | "filing form",
            Some("id"),
        ) => "ID that records name (record --filing)",
        ("filing add" | "filing change" | "filing stop", Some("filed_on")) => {
            "When it was filed with the PPC"
        }
        ("filing change" | "filing stop", Some("effective")) => "When it takes effect",
        ("filing stop", Some("reason")) => "Why; recorded",
        ("filing add" | "filing change", Some("number")) => "The PPC's filing number",
        ("filing add" | "filing change", Some("start_day")) => "Day on which provision starts",
        ("filing add" | "filing change", Some("items")) => {
            "A data item with its category (ordinary, special-care) and source (principal, public, third-party, opt-out, unlawful); repeatable, in `change` all of them"
        }
        ("filing add" | "filing change", Some("name")) => "Operator's name",
        ("filing add" | "filing change", Some("address")) => "Operator's address",
        ("filing add" | "filing change", Some("representative")) => "Operator's representative",
        ("filing add" | "filing change", Some("telephone")) => "Telephone number",
        ("filing add" | "filing change", Some("contact")) => "Contact: department, mail address",
        ("filing add" | "filing change", Some("purpose")) => "Purpose of the provision",
        ("filing add" | "filing change", Some("acquisition")) => {
            "How the data is acquired: source and method"
        }
        ("filing add" | "filing change", Some("provision_method")) => "How the data is provided",
        ("filing add" | "filing change", Some("request_method")) => "How a request to stop is received",
        ("filing add" | "filing change", Some("update_method")) => "How the data is kept up to date",
        ("filing add" | "filing change", Some("publication")) => "Whether publication by the PPC is wished",
        ("optout", None) => "Principals' requests to stop, and lists screened against them",
        ("optout add", None) => "Enter a request to stop",
        ("optout list", None) => "List the requests to stop",
        ("optout withdraw", None) => "Enter that a request is withdrawn",
        ("optout screen", None) => "Split an outbound list before it is sent: who may go out, who may not",
        ("optout add", Some("principal_id")) => "Principal's ID",
        ("optout add", Some("principal_name")) => "Principal's name; give both where both are known",
        ("optout add", Some("received")) => "When the request came [default: today in Japan]",
        ("optout add", Some("effective")) => "From when on nothing is provided [default: when it came]",
        ("optout add", Some("channel")) => "How it came: letter, telephone, web form ...",
        ("optout add", Some("filing")) => "The filing that it is about [default: all]",
        ("optout list", Some("day")) => "Only those in force on this day",
        ("optout withdraw", Some("index")) => "Index of the request",
        ("optout withdraw", Some("from")) => "From when on it no longer counts [default: today in Japan]",
        ("optout withdraw", Some("reason")) => "Why; recorded (needed)",
        ("optout screen", Some("file")) => "The list: CSV with a column for the principal's ID or name",
        ("optout screen", Some("out")) => "File to make: the rows that may go out",
        ("optout screen", Some("stopped")) => "File to make: the rows that may not, and why",
        ("optout screen", Some("filing")) => "The filing by which it goes out [default: any]",
        ("optout screen", Some("day")) => "The day on which it goes out [default: today in Japan]",
        ("optout screen", Some("encoding")) => {
            "utf-8, cp932 (sjis, windows-31j), utf-16le or utf-16be [default: found out]"
        }
        ("disclose", None) => "Make a principal's own copy of the records about him or her (Act 33(5))",
        ("disclose", Some("principal_id")) => "Principal's ID",
        ("disclose", Some("principal_name")) => "Principal's name",
        ("disclose", Some("request_received")) => "When it was asked for [default: today in Japan]",
        ("disclose", Some("out")) => "Folder to make; it must not exist",
        ("correct", None) => {
            "Correct a record, or void one made by mistake; what was recorded stays readable"
        }
        ("correct", Some("index")) => "Index of the record",
        ("correct", Some("set")) => {
            "Set a field (repeatable), like principal_name=NAME or period_to=2026-11-30"
        }
        ("correct", Some("clear")) => "Take the value of a field away (repeatable)",
        ("correct", Some("void")) => "The record was made by mistake: there was no such provision",
        ("correct" | "hold add" | "hold release", Some("reason")) => "Why; recorded (needed)",
        ("hold", None) => "Legal holds: what they name is not deleted",
        ("hold add", None) => "Place a hold on entries, by index or by a filter as it matches now",
        ("hold release", None) => "End a hold",
        ("hold list", None) => "List the holds",
        ("hold add", Some("indexes")) => "Indexes of entries",
        ("hold release", Some("index")) => "Index of the hold",
        ("list" | "export" | "hold add", Some("recipient_id")) => "Recipient's ID in the register",
        (_, Some("exemption")) => "With basis voluntary: the exemption that applied",
        (_, Some("period_from")) => "With method bulk: the first day",
        (_, Some("period_to")) => "With method bulk: the last day, once it is known",
        (_, Some("acquisition")) => "How the provider had acquired the data",
        (_, Some("confirmation")) => "How it was confirmed: document, declaration, registry",
        (_, Some("ppc_publication")) => {
            "That the PPC has published the opt-out filing, or the filing's number"
        }
        (_, Some("foreign_recipient")) => "The recipient is in a foreign country",
        (_, Some("foreign_information")) => "That the principal was informed about the foreign recipient",
        (_, Some("existence_withheld")) => {
            "Ground on which the record's mere existence may not be admitted to the principal"
        }
        (_, Some("as_happened")) => {
            "Record what happened although it broke a rule; the breach stands on the record"
        }
        (_, Some("recipient_id")) => "Recipient's ID in the register (`provlog recipient`)",
        ("record" | "import", Some("filing")) => "ID of the opt-out filing that it rests on",
        ("receive" | "import", Some("received_on")) => "Date received (day in Japan)",
        ("receive" | "import", Some("provider_name")) => "Provider's name",
        ("receive" | "import", Some("provider_address")) => "Provider's address",
        ("receive" | "import", Some("provider_representative")) => "Name of the provider's representative",
        ("receive" | "import", Some("provider_type")) => "body (default) or person",
        ("record" | "receive" | "import", Some("provided_on")) => "Date provided (day in Japan)",
        ("record" | "receive" | "import", Some("recipient_name")) => "Recipient's name",
        ("record" | "receive" | "import", Some("recipient_address")) => "Recipient's address",
        ("record" | "receive" | "import", Some("recipient_representative")) => {
            "Name of the recipient's representative"
        }
        ("record" | "receive" | "import", Some("unspecified_recipients")) => {
            "Provided to many and unspecified persons; in place of the recipient"
        }
        ("record" | "receive" | "import", Some("recipient_type")) => "body (default) or person",
        ("record" | "receive" | "import", Some("principal_id")) => {
            "ID that identifies the principal (the person concerned)"
        }
        ("record" | "receive" | "import", Some("principal_name")) => "Principal's name",
        ("record" | "receive" | "import", Some("items")) => {
            "Name of a data item, never its value; repeatable"
        }
        ("record" | "receive" | "import", Some("basis")) => bases(Lang::En),
        ("record" | "receive" | "import", Some("method")) => {
            "each (default), bulk (a period) or contract (a document is the record)"
        }
        ("record" | "receive" | "import", Some("consent_evidence")) => "Where the evidence of consent is",
        ("record" | "receive" | "import", Some("purpose")) => "What for",
        ("record" | "receive" | "import", Some("medium")) => "By which medium",
        ("record" | "receive", Some("handler")) => "Who handled it [default: the system's user]",
        ("import", Some("handler")) => "Who handled it",
        ("record" | "receive" | "import", Some("note")) => "Anything else",
        ("record" | "receive" | "import", Some("beforehand")) => {
            "The record is made before the provision: the day may be still to come"
        }
        ("record" | "receive", Some("key")) => {
            "Idempotency key: a retry with the same key and content records nothing twice"
        }
        ("record" | "receive", Some("from")) => {
            "Many provisions from a file or standard input (-): CSV or JSON Lines; flags give what it lacks"
        }
        ("import", Some("files")) => "CSV or .xlsx files; all in one transaction",
        ("import", Some("encoding")) => {
            "utf-8, cp932 (sjis, windows-31j), utf-16le or utf-16be [default: found out]"
        }
        ("import", Some("sheet")) => {
            "The sheet of a workbook [default: the one that has the heading of a ledger]"
        }
        ("import", Some("map")) => "What the columns mean, as a map says it (docs/MAP.md)",
        ("import", Some("propose_map")) => {
            "Write what is understood of one file's headings as a map, and stop"
        }
        ("import", Some("new_only")) => {
            "Pass over the rows that are in the ledger already: for a file that has grown"
        }
        ("record" | "receive" | "import", Some("again")) => {
            "Record also what may have been erased before; its retention begins anew"
        }
        ("import", Some("dry_run")) => "Check everything, change nothing",
        ("import", Some("partial")) => "Import the good rows even where others are refused",
        ("import", Some("rejects")) => {
            "With --partial: write refused rows here, as they stood, with the reason"
        }
        ("import", Some("trust_record_dates")) => {
            "Count retention from the record dates that the file claims; recorded as a decision"
        }
        ("import", Some("reason")) => "Why they are trusted; recorded (needed by --trust-record-dates)",

        ("list" | "export" | "hold add", Some("from")) => "First date provided",
        ("list" | "export" | "hold add", Some("to")) => "Last date provided",
        ("list" | "export" | "hold add", Some("recipient")) => {
            "Recipient's name (width and spaces do not matter)"
        }
        ("list" | "export" | "hold add", Some("principal_id")) => "Principal's ID",
        ("list" | "export" | "hold add", Some("principal_name")) => {
            "Principal's name (width and spaces do not matter)"
        }
        ("list" | "export" | "hold add", Some("basis")) => bases(Lang::En),
        ("list", Some("kind")) => "Kind of entry: provision, import, export, erasure ...",
        ("list", Some("limit")) => "Show at most so many",
        ("show", Some("index")) => "Index of the entry",
        ("show", Some("proof")) => {
            "Write a proof that the entry is in the log (C2SP tlog-proof) to this file"
        }
        ("verify", Some("bundle")) => "Check an exported folder, without the ledger",
        ("verify", Some("checkpoint")) => "A checkpoint kept elsewhere, which the log must continue",
        ("verify", Some("keys")) => "Believe checkpoints by this key alone (NAME+ID+KEY); repeatable",
        ("checkpoint", Some("since")) => {
            "Prove that the log continues this earlier checkpoint (as a C2SP tlog-witness asks)"
        }
        (_, Some("confirm_date")) => {
            "Today's date (in Japan), from a calendar: needed to erase, and where the clock is far ahead"
        }
        (_, Some("anchor_later")) => "Write although the anchor is out of reach; recorded",
        ("init", Some("anchor")) => {
            "Where to keep the newest state: a file on another disk, or a write-once folder"
        }
        ("anchor", Some("set")) => {
            "Keep the newest state here: a file on another disk, or a write-once folder that is there"
        }
        ("anchor", Some("reset")) => {
            "Go on although the anchor speaks against the ledger or is lost; recorded"
        }
        ("anchor", Some("off")) => "Keep no anchor any more; recorded",
        ("anchor", Some("reason")) => "Why; recorded (needed by --reset and --off)",
        ("checkpoint", Some("timestamp_query")) => {
            "Also write a query for an RFC 3161 timestamp over it (.tsq)"
        }
        ("checkpoint", Some("attach")) => {
            "Keep an authority's reply (.tsr) with the checkpoint that it is over"
        }
        ("key", Some("rotate")) => "Make a new signing key and record it; the old one is gone",
        ("key", Some("reason")) => "Why; recorded (needed by --rotate)",
        ("verify", Some("deep")) => "Also run SQLite's own check of the file (slow)",
        ("export", Some("sparse")) => {
            "One proof for each record instead of every header: small for few records out of many, and no claim about gaps"
        }
        ("export", Some("at")) => "As the log was when it had so many entries",
        ("export", Some("xlsx")) => "Also a workbook for Excel, all cells text",
        ("export", Some("out")) => "Folder to make; it must not exist",
        ("delete", Some("indexes")) => "Indexes of entries",
        ("delete", Some("expired")) => "All records whose retention period has ended",
        ("delete", Some("extra")) => {
            "Only the reasons, handlers and notes of entries that are kept for ever themselves"
        }
        ("delete", Some("apply")) => "Carry the plan out: erase for good",
        ("delete", Some("reason")) => "Why; recorded with the erasure (needed by --apply)",
        _ => return None,
    };
    Some(words)
}
