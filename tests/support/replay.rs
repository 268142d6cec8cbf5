//! What a crash can leave on a disk, made of the calls that a program had done.
//!
//! The model: a change of a file's content or length is durable after a sync of that file; a name that comes, goes or
//! moves is durable after a sync of its folder. Of what is not durable, a disk may keep any part, in any order. What a
//! reader maps into memory (`-shm`) is lost always.
//!
//! Owns: the model and its variants. Does not own: how the calls were recorded (`shim`), what is asked of a state.
#![allow(dead_code, unreachable_pub, clippy::unwrap_used, clippy::panic, reason = "a harness for tests")]

use std::collections::{BTreeMap, HashMap};
use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};
use std::rc::Rc;

use crate::shim::Call;
use crate::snapshot::{File, Snapshot};

/// A file or a folder, by its number.
type Node = usize;
const ROOT: Node = 0;

#[derive(Clone)]
enum Content {
    File(Rc<File>),
    Folder(BTreeMap<String, Node>),
}

/// Everything under the watched folder.
#[derive(Clone)]
pub struct Disk {
    nodes: Vec<Content>,
}

/// What a call changes.
enum Change {
    Write { node: Node, at: usize, bytes: Rc<Vec<u8>> },
    Length { node: Node, length: usize },
    Enter { folder: Node, name: String, node: Node },
    Leave { folder: Node, name: String, node: Node },
    Move { from: (Node, String), to: (Node, String), node: Node },
}

enum Event {
    Change(Change),
    Sync(Node),
    Said,
    Nothing,
}

/// A run of a command: the disk before it, and what happened.
pub struct Recording {
    before: Disk,
    events: Vec<Event>,
}

/// What a crash left.
pub struct Left {
    pub snapshot: Snapshot,
    /// So many calls had been made.
    pub point: usize,
    /// What became of the changes that were not durable.
    pub variant: String,
    /// The command had said on standard output that it was done.
    pub acknowledged: bool,
}

/// Pseudo-random subsets a point; where there are no more than so many, each of them.
pub const SUBSETS: usize = 64;
/// The last write arrives up to here.
pub const TORN: [usize; 2] = [512, 4096];
/// Nothing of what is not durable, all of it, subsets, torn writes.
pub const VARIANTS: usize = 2 + SUBSETS + TORN.len();

impl Change {
    /// The files and folders whose sync makes it durable.
    fn is_of(&self, synced: Node) -> bool {
        match self {
            Change::Write { node, .. } | Change::Length { node, .. } => *node == synced,
            Change::Enter { folder, .. } | Change::Leave { folder, .. } => *folder == synced,
            Change::Move { from, to, .. } => from.0 == synced || to.0 == synced,
        }
    }
}

impl Disk {
    /// The folder as it is, and its inodes.
    fn read(root: &Path) -> (Disk, HashMap<u64, Node>) {
        let mut disk = Disk { nodes: Vec::new() };
        let mut inodes = HashMap::new();
        disk.read_node(root, &mut inodes);
        (disk, inodes)
    }

    fn read_node(&mut self, path: &Path, inodes: &mut HashMap<u64, Node>) -> Node {
        let meta = path.symlink_metadata().unwrap();
        let node = self.nodes.len();
        inodes.insert(meta.ino(), node);
        if meta.is_dir() {
            self.nodes.push(Content::Folder(BTreeMap::new()));
            for entry in std::fs::read_dir(path).unwrap() {
                let entry = entry.unwrap();
                let child = self.read_node(&entry.path(), inodes);
                self.folder(node).insert(entry.file_name().into_string().unwrap(), child);
            }
        } else {
            self.nodes.push(Content::File(File::new(std::fs::read(path).unwrap())));
        }
        node
    }

    fn folder(&mut self, node: Node) -> &mut BTreeMap<String, Node> {
        match &mut self.nodes[node] {
            Content::Folder(names) => names,
            Content::File(_) => panic!("not a folder"),
        }
    }

    fn file(&mut self, node: Node) -> &mut Vec<u8> {
        match &mut self.nodes[node] {
            Content::File(file) => Rc::make_mut(file).change(),
            Content::Folder(_) => panic!("not a file"),
        }
    }

    /// Folder and name of a path under `root`.
    fn place(&mut self, root: &Path, path: &Path) -> (Node, String) {
        let inside = path.strip_prefix(root).unwrap();
        let mut folder = ROOT;
        for part in inside.parent().unwrap() {
            folder = self.folder(folder)[part.to_str().unwrap()];
        }
        (folder, inside.file_name().unwrap().to_str().unwrap().to_owned())
    }

    /// Applies a change; of a write, no more than `limit` bytes arrive.
    fn apply(&mut self, change: &Change, limit: usize) {
        match change {
            Change::Write { node, at, bytes } => {
                let bytes = &bytes[..bytes.len().min(limit)];
                let file = self.file(*node);
                file.resize(file.len().max(at + bytes.len()), 0);
                file[*at..at + bytes.len()].copy_from_slice(bytes);
            }
            Change::Length { node, length } => self.file(*node).resize(*length, 0),
            Change::Enter { folder, name, node } => drop(self.folder(*folder).insert(name.clone(), *node)),
            Change::Leave { folder, name, node } => self.leave(*folder, name, *node),
            Change::Move { from, to, node } => {
                self.leave(from.0, &from.1, *node);
                self.folder(to.0).insert(to.1.clone(), *node);
            }
        }
    }

    /// A name goes; not where it has come to mean something else.
    fn leave(&mut self, folder: Node, name: &str, node: Node) {
        let names = self.folder(folder);
        if names.get(name) == Some(&node) {
            names.remove(name);
        }
    }

    /// What can be reached: files with their content, and folders.
    fn tree(&self) -> Snapshot {
        let Snapshot { mut files, mut folders } = Snapshot::default();
        let mut open = vec![(PathBuf::new(), ROOT)];
        while let Some((path, node)) = open.pop() {
            match &self.nodes[node] {
                Content::File(_) if path.to_str().unwrap().ends_with("-shm") => {}
                Content::File(file) => drop(files.insert(path, Rc::clone(file))),
                Content::Folder(names) => {
                    open.extend(names.iter().map(|(name, node)| (path.join(name), *node)));
                    folders.push(path);
                }
            }
        }
        folders.sort();
        Snapshot { files, folders }
    }
}

/// The disk while the recorded calls are read.
struct Live {
    root: PathBuf,
    disk: Disk,
    inodes: HashMap<u64, Node>,
}

impl Live {
    fn new_node(&mut self, inode: u64, content: Content) -> Node {
        self.disk.nodes.push(content);
        // An inode that has become free may come again.
        self.inodes.insert(inode, self.disk.nodes.len() - 1);
        self.disk.nodes.len() - 1
    }

    /// Folder and name of a path, and what bears the name now.
    fn named(&mut self, path: &Path) -> (Node, String, Option<Node>) {
        let (folder, name) = self.disk.place(&self.root, path);
        let node = self.disk.folder(folder).get(&name).copied();
        (folder, name, node)
    }

    fn enter(&mut self, path: &Path, node: Node) -> Event {
        let (folder, name, _) = self.named(path);
        Event::Change(Change::Enter { folder, name, node })
    }

    /// What a call was, in terms of the model.
    fn event(&mut self, call: Call) -> Event {
        let event = match call {
            Call::Create(inode, path) => {
                let node = self.new_node(inode, Content::File(Rc::default()));
                self.enter(&path, node)
            }
            Call::Mkdir(inode, path) => {
                let node = self.new_node(inode, Content::Folder(BTreeMap::new()));
                self.enter(&path, node)
            }
            Call::Link(from, to) => {
                let node = self.named(&from).2.unwrap();
                self.enter(&to, node)
            }
            Call::Unlink(path) | Call::Rmdir(path) => {
                let (folder, name, node) = self.named(&path);
                Event::Change(Change::Leave { folder, name, node: node.unwrap() })
            }
            Call::Rename(from, to) => {
                let (from, to) = (self.named(&from), self.named(&to));
                let node = from.2.unwrap();
                Event::Change(Change::Move { from: (from.0, from.1), to: (to.0, to.1), node })
            }
            Call::Write { inode, at, bytes } => {
                Event::Change(Change::Write { node: self.inodes[&inode], at, bytes: Rc::new(bytes) })
            }
            Call::Length(inode, length) => {
                Event::Change(Change::Length { node: self.inodes[&inode], length })
            }
            Call::Sync(inode) => Event::Sync(self.inodes[&inode]),
            Call::Said => Event::Said,
            Call::Nothing | Call::Failed => Event::Nothing,
        };
        if let Event::Change(change) = &event {
            self.disk.apply(change, usize::MAX);
        }
        event
    }
}

impl Recording {
    /// Runs something whose calls under `root` are recorded, and handed back by it.
    pub fn of(root: &Path, run: impl FnOnce() -> Vec<Call>) -> Recording {
        let root = root.canonicalize().unwrap();
        let (mut before, inodes) = Disk::read(&root);
        let calls = run();
        let mut live = Live { disk: before.clone(), inodes, root };
        let events = calls.into_iter().map(|call| live.event(call)).collect();
        // What the recorder did not see would be missing here.
        let there = Disk::read(&live.root).0.tree();
        let seen = live.disk.tree();
        assert_eq!(seen.folders, there.folders);
        assert!(seen.files.keys().eq(there.files.keys()), "{:?} {:?}", seen.files.keys(), there.files.keys());
        for (path, file) in &there.files {
            let is_same = seen.files[path].bytes() == file.bytes();
            assert!(is_same, "the calls on {} were not all seen", path.display());
        }
        // What comes to be is there from the beginning, without a name.
        for new in &live.disk.nodes[before.nodes.len()..] {
            before.nodes.push(match new {
                Content::File(_) => Content::File(Rc::default()),
                Content::Folder(_) => Content::Folder(BTreeMap::new()),
            });
        }
        Recording { before, events }
    }

    /// A crash can come after each call, and before the first.
    pub fn points(&self) -> usize {
        self.events.len() + 1
    }

    /// Hands over every state that a crash could leave, of each point all variants.
    pub fn each_crash(&self, seed: u64, mut see: impl FnMut(Left)) {
        // The last word on standard output, or the exit.
        let answer = self.events.iter().rposition(|e| matches!(e, Event::Said));
        let answer = answer.unwrap_or(self.events.len() - 1);
        let mut durable = self.before.clone();
        let mut pending: Vec<&Change> = Vec::new();
        for point in 0..self.points() {
            match point.checked_sub(1).map(|last| &self.events[last]) {
                Some(Event::Change(change)) => pending.push(change),
                Some(Event::Sync(synced)) => {
                    pending.retain(|change| {
                        let now = change.is_of(*synced);
                        if now {
                            durable.apply(change, usize::MAX);
                        }
                        !now
                    });
                }
                Some(Event::Said | Event::Nothing) | None => {}
            }
            let mut left = |variant: String, keep: &mut dyn FnMut(usize) -> usize| {
                let mut disk = durable.clone();
                for (n, change) in pending.iter().enumerate() {
                    match keep(n) {
                        0 => {}
                        limit => disk.apply(change, limit),
                    }
                }
                see(Left { snapshot: disk.tree(), point, variant, acknowledged: point > answer });
            };
            left("nothing unsynced kept".to_owned(), &mut |_| 0);
            left("all unsynced kept".to_owned(), &mut |_| usize::MAX);
            let mut random = Random(seed ^ (point as u64) << 32);
            for subset in 0..SUBSETS {
                let every = pending.len() < usize::BITS as usize && 1 << pending.len() <= SUBSETS;
                let mut kept = Vec::new();
                let mut keep = |n: usize| {
                    // From nearly all kept to nearly nothing kept.
                    let kept_one =
                        if every { subset >> n & 1 == 1 } else { random.below(9) > subset as u64 % 8 };
                    kept.extend(kept_one.then_some(n));
                    if kept_one { usize::MAX } else { 0 }
                };
                let choice: Vec<usize> = (0..pending.len()).map(&mut keep).collect();
                left(format!("of {} unsynced kept: {kept:?}", pending.len()), &mut |n| choice[n]);
            }
            let last = pending.iter().rposition(|change| matches!(change, Change::Write { .. }));
            for torn in TORN {
                // What fits into a sector is never torn: it is lost.
                let arrives = match last.map(|last| pending[last]) {
                    Some(Change::Write { bytes, .. }) if bytes.len() > torn => torn,
                    _ => 0,
                };
                let limit = |n| if Some(n) == last { arrives } else { usize::MAX };
                left(format!("all kept, the last write torn at {torn}"), &mut |n| limit(n));
            }
        }
    }
}

/// splitmix64: any reproducible stream will do.
struct Random(u64);

impl Random {
    fn below(&mut self, n: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        (z ^ (z >> 31)) % n
    }
}
