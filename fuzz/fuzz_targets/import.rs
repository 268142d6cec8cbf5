//! The whole path of an import, from bytes to records: text in every encoding, JSON Lines, workbooks, maps. What must hold is
//! what `tests/reading.rs` holds it to; both read it from the same file.
#![no_main]

#[path = "../../tests/support/reading.rs"]
mod reading;

use std::panic::{set_hook, take_hook};
use std::sync::{Arc, Once};

use libfuzzer_sys::fuzz_target;
use provlog::import::{Columns, Encoding, Map, panic_is_caught};
use provlog::record::Side;
use reading::{How, read, workbook};

const HEAD: &[u8] = "提供日,提供先,提供先住所,代表者,会員番号,提供項目,根拠,備考\n".as_bytes();

/// The fuzzer's own hook ends the process at any panic; one that is caught is none.
fn hook() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        let usual = take_hook();
        set_hook(Box::new(move |info| {
            if !panic_is_caught() {
                usual(info);
            }
        }));
    });
}

fuzz_target!(|data: &[u8]| {
    hook();
    // The first byte says what the others are.
    let Some((&what, data)) = data.split_first() else { return };
    let how = How {
        side: if what & 0x80 == 0 { Side::Provider } else { Side::Recipient },
        columns: if what & 0x40 == 0 { Columns::StopAtUnknown } else { Columns::RefuseUnknown },
        ..How::default()
    };
    let with = |encoding| How { encoding: Some(encoding), ..how.clone() };
    match what & 0x0f {
        0 => drop(read(data, &how)),
        1 => drop(read(&[HEAD, data].concat(), &how)),
        2 => drop(read(&[HEAD, data].concat(), &with(Encoding::Utf8))),
        3 => drop(read(data, &with(Encoding::Cp932))),
        4 => drop(read(data, &with(Encoding::Utf16Le))),
        5 => drop(read(data, &with(Encoding::Utf16Be))),
        6 => drop(read(&[b"{", data].concat(), &how)),
        7 => drop(read(&workbook(data, b"<sst><si><t>a</t></si></sst>"), &how)),
        8 => {
            // A sheet and its shared strings, parted by a NUL.
            let mut parts = data.splitn(2, |byte| *byte == 0);
            let (sheet, strings) = (parts.next().unwrap_or_default(), parts.next().unwrap_or_default());
            read(&workbook(sheet, strings), &how);
        }
        9 => {
            // A map and a ledger, parted by a NUL.
            let mut parts = data.splitn(2, |byte| *byte == 0);
            let (map, rows) = (parts.next().unwrap_or_default(), parts.next().unwrap_or_default());
            if let Ok(map) = Map::read("m.toml", &String::from_utf8_lossy(map)) {
                read(&[HEAD, rows].concat(), &How { map: Some(Arc::new(map)), ..how });
            }
        }
        _ => drop(read(&[b"PK\x03\x04", data].concat(), &how)),
    }
});
