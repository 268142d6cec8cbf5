//! English: what is wrong with the user's data, and how to mend it.

use chrono::NaiveDate;
use provlog::import::heading::Needed;
use provlog::import::problem::JsonType;
use provlog::import::{What, vocabulary};
use provlog::ledger::part::TextFault;
use provlog::record::rules::{Asked, Fault, Source};
use provlog::record::{Field, Side};

use super::super::{Told, bases_explained};
use super::field;
use super::foreign::foreign;

/// The words for a basis that a cell can hold.
fn in_cells(open: &str, close: &str) -> Vec<String> {
    let japanese = |word: &str| provlog::import::words::bases().find(|(basis, _)| *basis == word)?.1;
    bases_explained(open, close, |basis| japanese(basis.word()).map(str::to_owned))
}

pub(crate) fn problem(what: &What) -> Told {
    match what {
        What::EmptyFile => Told::new("the file is empty", "name another file."),
        What::NoRows => Told::new("there is a heading and no row", "name another file."),
        What::NotText => Told::new("the file is no text", "save it as \"CSV UTF-8\" in Excel."),
        What::NotAWorkbook => Told::new(
            "the file is an archive, and no .xlsx workbook that can be read",
            "open it in Excel and save it again.",
        ),
        What::OldWorkbook => Told::new(
            "the file is an .xls, or a workbook with a password",
            "save it as .xlsx without a password.",
        ),
        What::UnpacksToTooMuch { limit } => {
            Told::new(format!("the workbook unpacks to more than {limit} bytes"), "save the sheet as CSV.")
        }
        What::SheetTooLarge { rows, columns } => Told::new(
            format!("the sheet has a cell outside the first {rows} rows and {columns} columns"),
            "delete what stands there, or save the sheet as CSV.",
        ),
        What::NoSuchSheet { sheets } => Told::new(
            format!("there is no such sheet: the workbook has {}", sheets.join(", ")),
            "give one of them with --sheet.",
        ),
        What::NoLedgerSheet { sheets } => Told::new(
            format!("no sheet has a heading that is understood: {}", sheets.join(", ")),
            "name the sheet with --sheet.",
        ),
        What::SeveralSheets { sheets } => Told::new(
            format!("several sheets look like a ledger: {}", sheets.join(", ")),
            "name one with --sheet; import the others one by one.",
        ),
        What::SheetOfText => {
            Told::new("--sheet names a sheet, and the file is no workbook", "leave --sheet out.")
        }
        What::ByteOrderMarkContradicts { says, given } => Told::new(
            format!("the file says that it is {}, and --encoding says {}", says.word(), given.word()),
            "leave --encoding out.",
        ),
        What::JsonLinesAreUtf8(_) => Told::new("JSON Lines are always UTF-8", "leave --encoding out."),
        What::NotInEncoding(encoding) => Told::new(
            format!("bytes that are not {}", encoding.word()),
            "give the right --encoding (utf-8, cp932, utf-16le, utf-16be), or save the file again; nothing is replaced by guesses.",
        ),
        What::HeadingMissing(needed, side) => missing(*needed, *side),
        What::HeadingAmbiguous { candidates } => {
            let names: Vec<&str> = candidates.iter().map(|f| field(*f)).collect();
            Told::new(
                format!("this heading could mean several things ({})", names.join(", ")),
                "say which one in a map: `provlog import --propose-map map.toml FILE` begins one.",
            )
        }
        What::HeadingTwice { field: f, other } => {
            let name = f.map_or("key", field);
            Told::new(
                format!("the column \"{other}\" gives {name} already"),
                "leave one of the two columns out of the file.",
            )
        }
        What::HeadingUnknown => {
            Told::new("this heading is not known", "correct it; see `provlog record --help`.")
        }
        What::ConstantAndColumn(f) => Told::new(
            format!(
                "the file has a column for it, and {} gives it as well",
                f.flag().map(|flag| flag.typed).unwrap_or("a flag")
            ),
            "leave one of them out.",
        ),
        What::SeveralConstants(_) => Told::new("takes one value", "give it once."),
        What::WrongNumberOfCells { expected, found } => Told::new(
            format!("the row has {found} cells, the heading has {expected}"),
            match found < expected {
                true => {
                    "look for a comma too few or a quote too many. If empty cells at the ends of rows were left out, say so in a map: short_rows = true."
                }
                false => "look for a comma too many or a quote too few.",
            },
        ),
        What::CellWithoutHeading => {
            Told::new("a cell without a heading", "give the column a heading, or empty it.")
        }
        What::QuoteNotClosed => Told::new(
            "a quote opens here and is not closed before the end of the file",
            "close it; a quote inside a cell is written twice.",
        ),
        What::RowTooLong { limit } => Told::new(
            format!("the row is longer than {limit} bytes; what follows was not read"),
            "look for a quote that is not closed.",
        ),
        What::HeadingUnmapped => Told::new(
            "this heading is not known",
            "say what it is, or that it is to be left out, in a map: `provlog import --propose-map map.toml FILE` begins one.",
        ),
        What::MapNotUnderstood { column, message } => Told::new(
            format!(
                "this is not understood as a map{}: {}",
                column.map(|at| format!(" (character {at})")).unwrap_or_default(),
                foreign("the reader of TOML", message)
            ),
            "docs/MAP.md says what may stand in a map.",
        ),
        What::MapVersion { known } => Told::new(
            format!("a map of a version that is not known; this provlog reads {known}"),
            "use a newer provlog.",
        ),
        What::MapField => Told::new(
            "there is no such field",
            "use a name that `provlog list --json` shows, or period, party, leave_out, undecided.",
        ),
        What::MapSide => Told::new("not a side", "write provision or receipt."),
        What::MapEncoding => {
            Told::new("not an encoding", "write utf-8, cp932, utf-16le or utf-16be, or leave it out.")
        }
        What::MapSeparator => Told::new("nothing cannot part items", "take the empty text away."),
        What::MapWords { coded } => {
            let names: Vec<&str> = coded.iter().map(|f| f.name()).collect();
            Told::new(
                "the texts of this field are kept as they stand",
                format!("words are for {}.", names.join(", ")),
            )
        }
        What::MapColumnMissing => Told::new(
            "the map names this column, and the file has none with this heading",
            "correct the heading in the map, or take it out.",
        ),
        What::MapColumnTwice => Told::new("the map names this column twice", "keep one of the two."),
        What::MapUndecided => Told::new(
            "what this column is has not been decided",
            "move it from undecided to a field or to leave_out.",
        ),
        What::MapForLines => Told::new(
            "JSON Lines have no columns for a map",
            "leave --map out; name the keys like the fields.",
        ),
        What::YearLast => Told::new(
            "whether the day or the month comes first, cannot be told",
            "write the year first, or say it in a map: [days] order = \"dmy\" or \"mdy\".",
        ),
        What::NotADay => {
            Told::new("not a day", "write it like 2024-04-01, 2024/4/1, 2024年4月1日 or 令和6年4月1日.")
        }
        What::NoSuchDay => Told::new("there is no such day", "correct it."),
        What::TwoDigitYear => Told::new("a year of two digits could be any century", "write four digits."),
        What::UnknownBasis => {
            Told::new("not a basis", format!("write one of {}.", in_cells(" (", ")").join(", ")))
        }
        What::UnknownMethod => Told::new(
            "not a method of recording",
            "write each (都度), bulk (一括) or contract (契約書等); by which means it was sent is the medium.",
        ),
        What::Denied => Told::new(
            "this says that it is not so",
            "leave it empty, or write that it is so or where that stands.",
        ),
        What::FieldOfOtherSide => Told::new(
            "a record of this side has no such field",
            "what was provided to others goes to `record` (`import --side provision`), what was received from others to `receive` (`import --side receipt`).",
        ),
        What::UnknownRecipientType => Told::new("neither a body nor a person", "write body or person."),
        What::NotYesNo => Told::new("neither yes nor no", "write 有 or 無, yes or no."),
        What::ConsentDenied => Told::new(
            "the basis is consent, and this says that there is none",
            "correct whichever of the two is wrong.",
        ),
        What::NothingAbove => {
            Told::new("a ditto mark, and nothing stands above it", "write out what is meant.")
        }
        What::ExcelError => Told::new(
            "Excel shows an error here, and the value is lost",
            "correct the cell in the file it came from.",
        ),
        What::RoundedNumber => Told::new(
            "Excel has rounded this number, and its digits are lost",
            "format the column as text and fill it in again.",
        ),
        What::NotAParty => Told::new(
            "this should be name, address and representative",
            "write them in three lines, or in a column each.",
        ),
        What::EmptyItem => {
            Told::new("an empty name among the data items", "take the separator too many away.")
        }
        What::DittoMark => Told::new(
            "a ditto mark: provlog keeps every record whole",
            "write out what stands in the row above.",
        ),
        What::Text(TextFault::Empty) => Told::new("it is empty", "give it, or leave the option out."),
        What::Text(TextFault::Control(c)) => Told::new(
            format!("a control character (U+{c:04X})"),
            "take it away; a line break is the only one allowed.",
        ),
        What::Text(TextFault::LineFeedInElement) => {
            Told::new("a line break inside one data item", "give each item on its own.")
        }
        What::TooLong { limit } => Told::new(
            format!("the record is longer than {limit} bytes"),
            "record names of data items, never their values; shorten notes.",
        ),
        What::Law(fault) => law(*fault),
        What::Scheme(fault) => super::registry::scheme(fault),
        What::JsonSyntax { at, ends_early: false } => {
            Told::new(format!("not JSON (at byte {at} of the line)"), "write one JSON object a line.")
        }
        What::JsonSyntax { ends_early: true, .. } => {
            Told::new("the JSON ends too early", "write one whole JSON object a line.")
        }
        What::NotAnObject => Told::new("not a JSON object", "write one JSON object a line."),
        What::KeyTwice => Told::new("the same JSON key stands twice", "leave one out."),
        What::MayHaveBeenErased { newest, more } => may_have_been_erased(*newest, *more),
        What::WrongJsonType { found } => Told::new(
            format!("{} is not taken here", json_type(*found)),
            "write a string (numbers lose leading zeros); `items` takes an array of strings.",
        ),
    }
}

/// What may have been erased before: one record, or so many more of a file.
pub(super) fn may_have_been_erased(newest: NaiveDate, more: Option<u64>) -> Told {
    let todo =
        "if it is to be recorded all the same, say --again: its retention begins anew. Else leave it out.";
    let (subject, it) = match more {
        None => ("nothing shows that this is later".to_owned(), "it"),
        Some(n) => (format!("of {n} more rows nothing shows that they are later"), "they"),
    };
    Told::new(
        format!("{subject} than what was erased here (up to {newest}): {it} may have been erased before"),
        todo,
    )
}

fn law(fault: Fault) -> Told {
    match fault {
        Fault::NoBasis => Told::new(
            "nothing says on which basis the data was provided",
            "give --basis opt-out, consent or another one that `provlog rules` lists, or a column for it.",
        ),
        Fault::Missing(asked, source) => {
            let (name, how) = match asked {
                Asked::Principal => {
                    ("the principal".to_owned(), "--principal-id or --principal-name".to_owned())
                }
                Asked::Field(f) => (
                    format!("the {}", in_a_sentence(field(f))),
                    f.flag().map(|flag| flag.typed).unwrap_or_default().to_owned(),
                ),
            };
            let why = match source {
                Source::Provlog => "no article asks for it, but provlog needs it".to_owned(),
                source => format!("required by {}", super::source(source)),
            };
            let more = match asked {
                Asked::Field(Field::RecipientRepresentative) => {
                    " (a natural person has none: --recipient-type person)"
                }
                Asked::Field(Field::ProviderRepresentative) => {
                    " (a natural person has none: --provider-type person)"
                }
                _ => "",
            };
            let verb = if asked == Asked::Field(Field::Items) { "are" } else { "is" };
            Told::new(
                format!("{name} {verb} missing ({why})"),
                format!("fill it in ({how}){more}; what happened without it is recorded with --as-happened."),
            )
        }
        Fault::Future { day, today, .. } => Told::new(
            format!("{day} is still to come (today is {today} in Japan)"),
            "correct the day, or say --beforehand if the record is made before the provision.",
        ),
        Fault::BasisOfOtherSide(basis, side) => Told::new(
            match side {
                Side::Provider => format!("{} is not a basis on which data is provided", basis.word()),
                Side::Recipient => format!("{} is not a basis on which data is received", basis.word()),
            },
            format!("`provlog rules --side {}` lists those that there are.", side.word()),
        ),
        Fault::BasisOfOtherDays(basis, day) => Told::new(
            match day {
                Some(day) => format!("on {day} there was no basis {}", basis.word()),
                None => format!("there is no basis {} any more", basis.word()),
            },
            "correct the day or the basis.",
        ),
        Fault::MethodNotAllowed(basis, method) => Told::new(
            format!(
                "a {} record is not allowed on basis {} (Enforcement Rules 19 and 23)",
                method.word(),
                basis.word()
            ),
            "record each provision on its own (--method each); what happened otherwise is recorded with --as-happened.",
        ),
        Fault::PeriodWithoutBulk => Told::new(
            "a period belongs to a record of a continuous provision",
            "say --method bulk, or give the day of the provision instead.",
        ),
        Fault::DayInBulk => Told::new(
            "a bulk record has a period, not a day",
            "give --period-from, and --period-to where the last day is known, instead.",
        ),
        Fault::PeriodReversed { from, to } => {
            Told::new(format!("the period ends ({to}) before it begins ({from})"), "correct the days.")
        }
        Fault::UnspecifiedAndNamed => Told::new(
            "unspecified recipients stand in place of a named one, and one is named",
            "leave one of the two out.",
        ),
    }
}

/// The name of a field inside a sentence: its first letter small, unless it begins with an acronym.
fn in_a_sentence(name: &str) -> String {
    let mut letters = name.chars();
    match (letters.next(), letters.next()) {
        (Some(first), Some(second)) if !second.is_uppercase() => {
            format!("{}{second}{}", first.to_lowercase(), letters.as_str())
        }
        _ => name.to_owned(),
    }
}

fn missing(needed: Needed, side: Side) -> Told {
    let fields = needed.fields(side);
    let headings: Vec<&str> = fields.iter().flat_map(|f| vocabulary::headings_of(*f).take(4)).collect();
    let flags: Vec<&str> = fields.iter().filter_map(|f| f.flag().map(|flag| flag.typed)).collect();
    let name = match needed {
        Needed::ProvidedOn => "the date provided",
        Needed::Recipient => "the recipient",
        Needed::Principal => "the principal",
        Needed::Items => "the data items",
        Needed::Basis => "the basis",
    };
    Told::new(
        format!("no column is understood as {name}"),
        format!(
            "give the column a heading like {}, or name it in a map (--propose-map), or give the value for every row with {}.",
            headings.join(", "),
            flags.join(" or ")
        ),
    )
}

fn json_type(found: JsonType) -> &'static str {
    match found {
        JsonType::Boolean => "true or false",
        JsonType::Number => "a number",
        JsonType::Text => "a string",
        JsonType::Array => "an array",
        JsonType::Object => "an object",
        JsonType::Null => "null",
    }
}
