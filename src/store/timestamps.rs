//! RFC 3161 replies over the checkpoints that the ledger keeps.
//!
//! Owns: finding the checkpoint that a reply is over, keeping the reply. Does not own: its form (`ledger::rfc3161`),
//! whether an authority has signed it (nobody here checks that), what its time means for erasures (`check`).

use rusqlite::params;

use super::connection::{Store, Wait};
use super::failure::Result;
use crate::ledger::Timestamp;
use crate::ledger::rfc3161::{Reply, ReplyFault, imprint};

/// A timestamp over a checkpoint; its signature has not been checked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stamped {
    /// The size of the checkpoint.
    pub size: u64,
    /// When, as the authority says.
    pub time: Timestamp,
}

/// Why a reply is not attached.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NotAttached {
    /// It is no usable reply.
    Reply(ReplyFault),
    /// It is over something else than a checkpoint of this ledger, as it was issued.
    OtherImprint,
}

impl Store {
    /// Keeps a reply with the checkpoint that it is over. The same one twice is kept once.
    ///
    /// # Errors
    /// Those of the database; what is wrong with the reply is a value.
    pub fn attach_timestamp(
        &self,
        wait: &mut Wait<'_>,
        reply: &[u8],
    ) -> Result<std::result::Result<Stamped, NotAttached>> {
        let read = match Reply::parse(reply) {
            Ok(read) => read,
            Err(fault) => return Ok(Err(NotAttached::Reply(fault))),
        };
        let over = self.checkpoints()?.into_iter().find(|(_, note)| imprint(note.as_bytes()) == read.imprint);
        let Some((size, _)) = over else { return Ok(Err(NotAttached::OtherImprint)) };
        self.begin(wait)?;
        let kept = self.run(|c| {
            c.execute(
                "INSERT INTO timestamp (size, reply) SELECT ?1, ?2
                 WHERE NOT EXISTS (SELECT 1 FROM timestamp WHERE size = ?1 AND reply = ?2)",
                params![size, reply],
            )
        });
        self.end(kept)?;
        Ok(Ok(Stamped { size, time: read.time }))
    }

    /// The replies that are kept, with the sizes of their checkpoints, ascending.
    ///
    /// # Errors
    /// Those of the database.
    pub fn timestamps(&self) -> Result<Vec<(u64, Vec<u8>)>> {
        self.run(|c| {
            c.prepare("SELECT size, reply FROM timestamp WHERE size >= 0 ORDER BY size, id")?
                .query_map([], |r| Ok((r.get(0)?, r.get(1)?)))?
                .collect()
        })
    }

    /// The replies as they stand to the checkpoints that are kept: what each says, or the size whose checkpoint it is not
    /// over.
    pub(super) fn stamped(&self) -> Result<Vec<std::result::Result<Stamped, u64>>> {
        let checkpoints = self.checkpoints()?;
        let over = |size: u64| {
            let at = checkpoints.binary_search_by_key(&size, |(size, _)| *size).ok()?;
            Some(imprint(checkpoints[at].1.as_bytes()))
        };
        let timestamps = self.timestamps()?;
        Ok(timestamps
            .iter()
            .map(|(size, reply)| match Reply::parse(reply) {
                Ok(reply) if Some(reply.imprint) == over(*size) => {
                    Ok(Stamped { size: *size, time: reply.time })
                }
                _ => Err(*size),
            })
            .collect())
    }
}
