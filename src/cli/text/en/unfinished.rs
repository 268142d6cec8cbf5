//! English: what a stopped command left, and what became of it.

use super::super::{Unfinished, shown};

pub(crate) fn unfinished(say: &Unfinished<'_>) -> String {
    match say {
        Unfinished::FileRemoved { path } => {
            format!("{} was left unfinished by a command that was stopped; it was removed", shown(path))
        }
        Unfinished::FolderRemoved { path } => format!(
            "{} was left unfinished by a command that was stopped, and the log knows nothing of it; it was removed",
            shown(path)
        ),
        Unfinished::FolderPlaced { path, index } => format!(
            "{} is the folder of entry {index}: the command that made it was stopped before it could give it its name; it has it now. Name another place for a new one",
            shown(path)
        ),
        Unfinished::LedgerRemoved { paths } => {
            let list: Vec<String> = paths.iter().map(|path| shown(path)).collect();
            format!(
                "an earlier `provlog init` was interrupted; what it left was removed, and it begins anew: {}",
                list.join(", ")
            )
        }
    }
}
