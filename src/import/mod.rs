//! Files to records, one stage a file.
//!
//! | stage | from | to |
//! |---|---|---|
//! | [`source`] | a path, or memory | bytes, as often as wanted |
//! | [`encoding`], `utf16`, [`delimiter`] | bytes | UTF-8, UTF-16 or CP932, decoded or refused; what parts cells |
//! | `workbook` | .xlsx | the rows of one sheet, as texts |
//! | `reading` | an input | what its rows are read with, whatever its form |
//! | `position` | CSV bytes, or such rows | rows, each with its physical line |
//! | `layout` | the first rows | where the heading stands, its headings |
//! | `head` | the first rows | where the records begin |
//! | [`vocabulary`], [`heading`] | headings, JSON keys | fields |
//! | [`map`] | what somebody has said of the columns | the same |
//! | `table`, `table_row`; `lines`, `json` | CSV; JSON Lines | the texts of one record, [`Cells`] |
//! | `marks` | a cell | a value, or what stands in the place of one |
//! | `texts` | a cell | its text, or its elements |
//! | [`dates`], [`words`] | a text | a day, a basis, yes or no |
//! | [`row`] | the texts of one record | a [`Provision`](crate::record::Provision) that was [judged](crate::record::judge) |
//! | `report` | the rows of a file | what it comes to |
//! | `screen` | an outbound list | its rows, each to one of two sides |
//! | [`problem`] | | what is wrong, and where, as data |
//!
//! [`Sheet`] joins them. It streams: a file of any length takes the memory of its longest row, and a row is either
//! accepted or refused with all its faults.
//!
//! Owns: reading. Does not own: the words of messages (`cli/text`), the clock (the legal day is given), the ledger.

mod cells;
pub mod dates;
pub mod delimiter;
pub mod encoding;
mod head;
pub mod heading;
mod json;
mod layout;
mod lines;
pub mod map;
mod marks;
mod position;
pub mod problem;
mod reading;
mod report;
pub mod row;
mod screen;
mod sheet;
pub mod source;
mod table;
mod table_row;
mod texts;
mod utf16;
pub mod vocabulary;
pub mod words;
mod workbook;

pub use cells::{Cells, Split};
pub use encoding::Encoding;
pub use head::Understood;
pub use heading::{Column, Columns, Use};
pub use map::Map;
pub use marks::Skip;
pub use problem::{NotRead, NoticeKind, Place, Problem, RowNotice, SourceError, What};
pub use reading::{Content, Input, Row, Settings};
pub use report::{Claims, Report, ShortIds};
pub use row::Accepted;
pub use screen::{Divided, Outbound, Sent, Unsplit};
pub use sheet::{Format, Outline, Sheet, outline};
pub use source::{Changed, Source};
