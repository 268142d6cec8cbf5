//! The two ways in which this program uses more than one thread, and what they note down together; no other file starts one.
//!
//! Owns: starting and ending threads, the bounded queues between them, a set that all of them add to. Does not own: what is done in them.

use std::collections::VecDeque;
use std::sync::atomic::AtomicU64;
use std::sync::atomic::Ordering::Relaxed;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread;

/// Pieces that may wait for the next thread: enough to keep both busy, few enough to stay small.
const QUEUE: usize = 4;

/// A thread ended without a result. It cannot: no code of this package panics.
#[derive(Debug)]
pub struct ThreadLost;

/// Numbers below a bound that several threads note at once.
pub struct SharedSet(Vec<AtomicU64>);

impl SharedSet {
    /// An empty set with room for the numbers up to and including `most`.
    #[must_use]
    pub fn up_to(most: u64) -> Self {
        let words = usize::try_from(most / 64).map_or(0, |words| words + 1);
        SharedSet((0..words).map(|_| AtomicU64::new(0)).collect())
    }

    fn word(&self, number: i64) -> Option<(&AtomicU64, u64)> {
        let number = u64::try_from(number).ok()?;
        let word = self.0.get(usize::try_from(number / 64).ok()?)?;
        Some((word, 1 << (number % 64)))
    }

    /// Adds a number; one beyond the bound is left out.
    pub fn add(&self, number: i64) {
        // Most have been noted before: looking costs less than writing.
        if let Some((word, bit)) = self.word(number).filter(|(word, bit)| word.load(Relaxed) & bit == 0) {
            word.fetch_or(bit, Relaxed);
        }
    }

    /// True where the number was added, by a thread that has ended since, or by this one.
    #[must_use]
    pub fn has(&self, number: i64) -> bool {
        self.word(number).is_some_and(|(word, bit)| word.load(Relaxed) & bit != 0)
    }
}

/// One thread makes pieces, this one consumes them. `make` is handed a place to put a piece, which answers `false`
/// when nobody takes them any more.
///
/// # Errors
/// [`ThreadLost`].
pub fn pipeline<T: Send, M: Send, C>(
    make: impl FnOnce(&dyn Fn(T) -> bool) -> M + Send,
    consume: impl FnOnce(&mut dyn Iterator<Item = T>) -> C,
) -> Result<(M, C), ThreadLost> {
    let (put, pieces) = sync_channel(QUEUE);
    thread::scope(|scope| {
        let maker = scope.spawn(move || make(&|piece| put.send(piece).is_ok()));
        // Dropping the queue afterwards tells the maker to stop, if it has not.
        let consumed = {
            let mut pieces = pieces.into_iter();
            consume(&mut pieces)
        };
        maker.join().map(|made| (made, consumed)).map_err(|_| ThreadLost)
    })
}

/// Each worker does its share of the jobs on a thread of its own; the results come to this thread in the order of the
/// jobs, and only a few of them exist at a time. Stops at the first error of `take`, and returns it.
///
/// # Errors
/// [`ThreadLost`].
pub fn in_order<W: Send, J: Send, R: Send, E>(
    workers: Vec<W>,
    mut jobs: impl Iterator<Item = J>,
    work: impl Fn(&mut W, J) -> R + Sync,
    mut take: impl FnMut(R) -> Result<(), E>,
) -> Result<Result<(), E>, ThreadLost> {
    let work = &work;
    thread::scope(|scope| {
        let lanes: Vec<(SyncSender<J>, Receiver<R>)> = workers
            .into_iter()
            .map(|mut worker| {
                let (to_worker, jobs) = sync_channel(QUEUE);
                let (to_taker, results) = sync_channel(QUEUE);
                scope.spawn(move || {
                    for job in jobs {
                        if to_taker.send(work(&mut worker, job)).is_err() {
                            break;
                        }
                    }
                });
                (to_worker, results)
            })
            .collect();
        // The lanes of the jobs under way, oldest first.
        let mut under_way: VecDeque<&(SyncSender<J>, Receiver<R>)> = VecDeque::new();
        let mut turns = lanes.iter().cycle();
        loop {
            while under_way.len() < lanes.len() * QUEUE
                && let Some(job) = jobs.next()
                && let Some(lane) = turns.next()
            {
                lane.0.send(job).map_err(|_| ThreadLost)?;
                under_way.push_back(lane);
            }
            match under_way.pop_front() {
                Some((_, results)) => {
                    if let Err(e) = take(results.recv().map_err(|_| ThreadLost)?) {
                        return Ok(Err(e));
                    }
                }
                None => return Ok(Ok(())),
            }
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn results_come_in_the_order_of_the_jobs_whatever_they_take() {
        for workers in 1..4 {
            let mut taken = Vec::new();
            in_order(
                vec![(); workers],
                0..100u64,
                |(), n| {
                    thread::sleep(std::time::Duration::from_micros(n % 7 * 100));
                    n * n
                },
                |square| {
                    taken.push(square);
                    Ok::<_, ()>(())
                },
            )
            .unwrap()
            .unwrap();
            assert!(taken.iter().copied().eq((0..100).map(|n| n * n)), "{workers} workers");
        }
    }

    #[test]
    fn an_error_of_the_taker_ends_it_and_no_job_is_made_far_ahead() {
        let mut made = 0;
        let jobs = std::iter::from_fn(|| {
            made += 1;
            Some(made)
        });
        let done =
            in_order(vec![(); 2], jobs, |(), n: usize| n, |n| if n == 10 { Err("enough") } else { Ok(()) });
        assert_eq!(done.unwrap(), Err("enough"));
        assert!(made <= 10 + 2 * QUEUE, "{made} jobs for 10 results");
    }

    #[test]
    fn a_consumer_that_stops_early_stops_the_maker() {
        let (made, got) = pipeline(
            |put| (0..).take_while(|n| put(*n)).count(),
            |pieces| pieces.take(3).collect::<Vec<i32>>(),
        )
        .unwrap();
        assert_eq!(got, [0, 1, 2]);
        assert!((3..=3 + QUEUE + 1).contains(&made), "{made}");
    }
}
