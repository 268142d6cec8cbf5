//! What a person types, and what files and folders are called, is echoed so that all of it is seen: no control character reaches
//! the terminal, no text turns its direction, no name makes a line of its own.
#![cfg(unix)]
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test")]

use std::os::unix::ffi::OsStrExt as _;

use crate::support::{Ran, Room, Words, history};

/// Clears the line, turns the text, rings the bell, and begins a line that looks like ours.
const HOSTILE: &str = "a\u{1b}[2K\u{202e}gpj\u{7}\u{9b}1m\nFINDING: forged";
const SHOWN: &str = "a\\u{1b}[2K\\u{202e}gpj\\u{7}\\u{9b}1m / FINDING: forged";

fn is_hidden(c: char) -> bool {
    (c.is_control() && c != '\n')
        || ['\u{61c}', '\u{200e}', '\u{200f}'].contains(&c)
        || ('\u{202a}'..='\u{202e}').contains(&c)
        || ('\u{2066}'..='\u{2069}').contains(&c)
}

#[track_caller]
fn nothing_hidden(ran: &Ran, args: impl Words) {
    let args = args.words();
    for (name, text) in [("stdout", &ran.stdout), ("stderr", &ran.stderr)] {
        assert!(!text.contains(is_hidden), "{args:?}: {name}: {text:?}");
        let forged = text.lines().any(|line| line.starts_with("FINDING: forged"));
        assert!(!forged, "{args:?}: {name}: {text:?}");
    }
}

/// The command fails, or succeeds, and names what it was given (for the word HOSTILE) so that it is seen.
#[track_caller]
fn echoes(room: &mut Room, args: &str) {
    let args: Vec<String> = args.words().iter().map(|word| word.replace("HOSTILE", HOSTILE)).collect();
    for lang in ["en", "ja"] {
        room.lang = lang;
        let ran = room.run(&args);
        nothing_hidden(&ran, &args);
        let all = format!("{}{}", ran.stdout, ran.stderr);
        assert!(all.contains(SHOWN), "{args:?} ({lang}): {all}");
        // For programs the message is the same; what is named beside it is exact.
        let ran = room.run("--json".and(&args));
        assert!(!ran.stderr.contains(is_hidden), "{args:?}: {:?}", ran.stderr);
        for object in ran.objects() {
            if let Some(message) = object["error"]["message"].as_str() {
                assert!(!message.contains(is_hidden) && !message.contains('\n'), "{args:?}: {message:?}");
            }
        }
    }
    room.lang = "en";
}

#[test]
fn what_is_typed_is_echoed_so_that_it_is_seen() {
    let mut room = Room::with_ledger();
    let room = &mut room;
    room.record("--principal-id A").done();
    room.write("note", "nonsense");
    for args in [
        "HOSTILE",
        "list --HOSTILE",
        "list HOSTILE",
        "show HOSTILE",
        "--wait HOSTILE list",
        "--lang HOSTILE list",
        "list --from HOSTILE",
        "list --month HOSTILE",
        "list --kind HOSTILE",
        "list --basis HOSTILE",
        "rules --method HOSTILE",
        "init --operator HOSTILE",
        "init --operator S --origin HOSTILE",
        "record --provided-on HOSTILE",
        "correct 1 --set HOSTILE --reason x",
        "correct 1 --clear HOSTILE --reason x",
        "recipient show HOSTILE",
        "recipient set HOSTILE --name N",
        "filing show HOSTILE",
        "filing add F --item HOSTILE",
        "optout add --principal-id A --received HOSTILE",
        "verify --checkpoint note --key HOSTILE",
    ] {
        echoes(room, args);
    }
}

#[test]
fn what_files_and_folders_are_called_is_echoed_so_that_it_is_seen() {
    let mut room = Room::with_ledger();
    let room = &mut room;
    room.record("--principal-id A").done();
    room.write("h.csv", history(2, 1));
    // There is nothing of that name.
    for args in [
        "--ledger HOSTILE list",
        "import HOSTILE",
        "import h.csv --map HOSTILE",
        "record --from HOSTILE",
        "checkpoint --since HOSTILE",
        "checkpoint --attach HOSTILE",
        "verify --checkpoint HOSTILE",
        "verify --bundle HOSTILE",
        "optout screen HOSTILE --out o --stopped s",
    ] {
        echoes(room, args);
    }
    // There is: good, then refused, and in the way.
    room.write(HOSTILE, history(2, 1));
    for args in [
        "import HOSTILE --basis opt-out --dry-run",
        "--ledger HOSTILE list",
        "--ledger HOSTILE init --operator S",
        "import HOSTILE --basis opt-out",
        "import HOSTILE --basis opt-out",
        "import h.csv --propose-map HOSTILE",
        "show 1 --proof HOSTILE",
        "export --out HOSTILE",
        "checkpoint --since HOSTILE",
        "checkpoint --attach HOSTILE",
        "checkpoint --timestamp-query HOSTILE",
        "anchor --set HOSTILE",
        "verify --bundle HOSTILE",
    ] {
        if args.starts_with("show") {
            room.run("checkpoint").done();
        }
        echoes(room, args);
    }
    room.write(HOSTILE, "提供年月日,提供先,本人ID,提供項目\n2020-02-30,a,b,c\n");
    echoes(room, "import HOSTILE --basis opt-out");
    // What is made under such a name.
    std::fs::create_dir(room.path("in")).unwrap();
    for (n, command) in
        ["export --out", "disclose --principal-id A --out", "import h.csv --propose-map", "anchor --set"]
            .into_iter()
            .enumerate()
    {
        let name = format!("in/{n}{HOSTILE}");
        let args = command.and([&name]);
        let ran = room.run(&args).done();
        nothing_hidden(&ran, &args);
        nothing_hidden(&room.run(&args), &args);
    }
    echoes(room, "anchor");
    // And inside a folder that somebody hands over.
    room.run("export --out folder").done();
    room.write(&format!("folder/data/{HOSTILE}"), "x");
    echoes(room, "verify --bundle folder");
}

#[test]
fn a_name_that_is_no_text_is_echoed_as_far_as_it_is() {
    let room = Room::with_ledger();
    let name = std::ffi::OsStr::from_bytes(b"\xff\x1bname");
    for args in ["import", "--ledger", "list --from", "verify --bundle", ""] {
        let output = room.command(args).arg(name).output().unwrap();
        assert!([1, 2, 3].contains(&output.status.code().unwrap()), "{args:?}");
        let stderr = String::from_utf8(output.stderr).unwrap();
        assert!(!stderr.contains(is_hidden) && !stderr.contains("panicked"), "{args:?}: {stderr:?}");
    }
}

#[test]
fn what_others_wrote_into_a_ledger_does_not_reach_the_terminal_as_it_is() {
    let mut room = Room::with_ledger();
    room.record("--principal-id A").done();
    let hostile = HOSTILE.replace('\'', "''");
    room.tamper(&format!("UPDATE entry SET principal_name = '{hostile}', note = '{hostile}' WHERE idx = 1"));
    for lang in ["en", "ja"] {
        room.lang = lang;
        for args in ["list", "show 1", "verify"] {
            let ran = room.run(args);
            nothing_hidden(&ran, args);
        }
    }
    // For programs it is what it is.
    let list = room.run("list --json --kind provision");
    assert_eq!(list.objects()[0]["principal_name"], HOSTILE);
}
