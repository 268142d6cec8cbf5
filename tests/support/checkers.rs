//! Both checkers of an exported folder in tests: `verify --bundle`, and the verify.py that lies in each folder. What they say, side
//! by side.
#![allow(
    dead_code,
    missing_docs,
    unreachable_pub,
    clippy::unwrap_used,
    clippy::panic,
    clippy::print_stderr,
    reason = "a harness for tests"
)]

use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use super::folders::Files;
use super::{Room, history};

pub const ORIGIN: &str = "sample.invalid/log";
pub const NOTE: &str = "data/checkpoint";
pub const LEFT_OUT: &str = "LEFT OUT: python3 is not installed, so verify.py was not asked";

/// A log with records, a correction, an erasure and a folder of it.
pub fn room() -> Room {
    let mut room = Room::new();
    room.run(["init", "--operator", "株式会社 架空商事", "--origin", ORIGIN]).done();
    room.write("h.csv", history(12, 31));
    room.run("import h.csv --basis opt-out").done();
    room.run("correct 4 --set 'principal_name=見本 華子' --reason 氏名の誤記").done();
    room.clock = "2030-11-24T00:00:00.000Z".into();
    room.states_the_day = true;
    room.run("delete 6 7 --apply --reason expired").done();
    room.record("--principal-id C-9").done();
    room.run("-q export --out folder").done();
    room
}

pub fn program() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("src/export/text/verify.py")
}

/// verify.py with these arguments; `None` without Python.
pub fn python(room: &Room, args: &[&str], set: &[(&str, &str)]) -> Option<Output> {
    let mut command = Command::new("python3");
    command.arg(program()).args(args).current_dir(room.path(".")).stdin(Stdio::null());
    command.env("PYTHONIOENCODING", "utf-8").envs(set.iter().copied());
    let done = command.output().ok();
    if done.is_none() {
        eprintln!("{LEFT_OUT}");
    }
    done
}

pub fn said(done: &Output) -> String {
    format!("{}{}", String::from_utf8_lossy(&done.stdout), String::from_utf8_lossy(&done.stderr))
}

/// The status, and that it did not end in a traceback.
#[track_caller]
pub fn status(done: &Output) -> i32 {
    let said = said(done);
    assert!(!said.contains("Traceback") && !said.contains("Error:"), "{said}");
    done.status.code().unwrap_or_else(|| panic!("ended by a signal: {said}"))
}

/// The key in force, as it was told.
pub fn key(room: &Room) -> String {
    room.run("key").done().stdout.split_whitespace().rfind(|word| word.contains('+')).unwrap().to_owned()
}

pub fn changed(room: &Room, edit: impl Fn(&mut Files)) {
    let mut files = Files::read(&room.path("folder"));
    edit(&mut files);
    files.seal();
    files.write(&room.path("changed"));
}

/// Runs a script of Python in which `v` is verify.py; what it prints.
pub fn script(room: &Room, text: &str) -> Option<String> {
    let head = "import importlib.util, sys\n\
        spec = importlib.util.spec_from_file_location('v', sys.argv[1])\n\
        v = importlib.util.module_from_spec(spec)\nspec.loader.exec_module(v)\n";
    let mut command = Command::new("python3");
    command.arg("-B").arg("-c").arg(format!("{head}{text}")).arg(program()).current_dir(room.path("."));
    let Ok(done) = command.stdin(Stdio::null()).output() else {
        eprintln!("{LEFT_OUT}");
        return None;
    };
    assert!(done.status.success(), "{}", said(&done));
    Some(String::from_utf8(done.stdout).unwrap())
}

/// What Finder, Explorer, Excel and LibreOffice leave where they show a folder.
pub const LITTER: [&str; 10] = [
    ".DS_Store",
    "data/.DS_Store",
    "data/._records.csv",
    "data/desktop.ini",
    "Desktop.ini",
    "data/Thumbs.db",
    "data/summary/ehthumbs.db",
    "data/~$records.xlsx",
    "data/.~lock.records.xlsx#",
    "__MACOSX/data/._records.csv",
];

/// What a checker has said.
pub struct Heard {
    pub status: i32,
    pub verified: bool,
    /// Name, entry and file of each finding; what stopped the check stands behind them, under the name of its fault.
    pub findings: Vec<(String, Option<u64>, Option<String>)>,
    pub notices: Vec<String>,
    pub last: serde_json::Value,
}

pub fn named(object: &serde_json::Value, name: &str) -> (String, Option<u64>, Option<String>) {
    let text = |key: &str| object[key].as_str().map(str::to_owned);
    (text(name).unwrap(), object["index"].as_u64(), text("file"))
}

impl Heard {
    fn end(&mut self, last: serde_json::Value) {
        if last["fault"].is_string() {
            self.findings.push(named(&last, "fault"));
        } else if last["file"].is_string() {
            self.findings.push(("cannot-be-read".into(), None, last["file"].as_str().map(str::to_owned)));
        }
        self.verified = last["verified"] == true;
        self.last = last;
    }

    fn nothing(status: i32) -> Heard {
        let (findings, notices) = (Vec::new(), Vec::new());
        Heard { status, verified: false, findings, notices, last: serde_json::Value::Null }
    }

    /// What the program says.
    #[track_caller]
    pub fn ours(room: &Room, folder: &str, more: &[&str]) -> Heard {
        let ran = room.run([&["verify", "--bundle", folder, "--json"], more].concat());
        let mut heard = Heard::nothing(ran.status);
        for object in ran.objects() {
            match &object {
                o if o["finding"].is_string() => heard.findings.push(named(o, "finding")),
                o if o["notice"].is_string() => heard.notices.push(named(o, "notice").0),
                // What cannot be read at all has status 2.
                o if o["error"]["status"] == 2 => {
                    let path = o["error"]["path"].as_str().unwrap_or_default();
                    let file = Path::new(path).strip_prefix(folder).unwrap().to_string_lossy().into_owned();
                    heard.findings.push(("cannot-be-read".into(), None, Some(file)));
                }
                o if o["error"].is_object() => {}
                _ => heard.end(object),
            }
        }
        assert_eq!(heard.verified, heard.status == 0, "{folder}: {}", ran.stdout);
        heard
    }

    /// What the object says that verify.py answers with.
    pub fn of_python(status: i32, object: serde_json::Value) -> Heard {
        let mut heard = Heard::nothing(status);
        for o in object["findings"].as_array().unwrap() {
            heard.findings.push(named(o, "finding"));
        }
        for o in object["notices"].as_array().unwrap() {
            heard.notices.push(named(o, "notice").0);
        }
        heard.end(object);
        assert_eq!(heard.verified, heard.status == 0);
        heard
    }

    #[track_caller]
    pub fn theirs(room: &Room, folder: &str, more: &[&str]) -> Option<Heard> {
        let done = python(room, &[&[folder, "--json"], more].concat(), &[])?;
        let object = serde_json::from_slice(&done.stdout).unwrap_or_else(|e| panic!("{e}: {}", said(&done)));
        Some(Heard::of_python(status(&done), object))
    }

    pub fn finds(&self, name: &str) -> bool {
        self.findings.iter().any(|(found, ..)| found == name)
    }
}

/// Both say that it is good, or both that it is not; what the program says, and what verify.py says.
#[track_caller]
pub fn both(room: &Room, folder: &str, more: &[&str], what: &str) -> [Heard; 2] {
    let ours = Heard::ours(room, folder, more);
    let theirs = Heard::theirs(room, folder, more).unwrap_or_else(|| Heard::ours(room, folder, more));
    assert_eq!(ours.status, theirs.status, "{what}: {:?} / {:?}", ours.findings, theirs.findings);
    [ours, theirs]
}
