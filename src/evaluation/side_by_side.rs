//! Work that falls apart into pieces, done several at a time.

use std::{
    sync::atomic::{AtomicUsize, Ordering},
    thread,
};

/// Pieces at a time; what comes of them does not depend on it.
pub const AT_ONCE: usize = 4;

/// What comes of each of `n` pieces, in their order.
pub fn side_by_side<T: Send>(
    at_once: usize,
    n: usize,
    piece: impl Fn(usize) -> T + Sync,
) -> Vec<T> {
    let next = AtomicUsize::new(0);
    let work = || {
        let mut done = Vec::new();
        loop {
            let place = next.fetch_add(1, Ordering::Relaxed);
            if place >= n {
                return done;
            }
            done.push((place, piece(place)));
        }
    };
    let mut all: Vec<(usize, T)> = thread::scope(|scope| {
        let others: Vec<_> = (1..at_once.min(n)).map(|_| scope.spawn(work)).collect();
        let mut all = work();
        for other in others {
            match other.join() {
                Ok(done) => all.extend(done),
                Err(panic) => std::panic::resume_unwind(panic),
            }
        }
        all
    });
    all.sort_by_key(|(place, _)| *place);
    all.into_iter().map(|(_, found)| found).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pieces_come_in_their_order() {
        for at_once in [1, 2, 5, 40] {
            assert_eq!(side_by_side(at_once, 4, |i| i * i), [0, 1, 4, 9]);
            assert!(side_by_side(at_once, 0, |i| i).is_empty());
        }
    }
}
