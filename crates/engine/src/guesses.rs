//! How often somebody may try to sign in.

use std::{
    collections::HashMap,
    sync::{Mutex, PoisonError},
};

use mesh::Time;

/// Counts failed attempts per account and per address. Each failure beyond the first few doubles the
/// wait before the next attempt; nobody is ever locked out for good.
#[derive(Default)]
pub(crate) struct Guesses {
    failed: Mutex<HashMap<String, Failed>>,
}

#[derive(Clone, Copy)]
struct Failed {
    times: u32,
    last: Time,
}

/// Failures that cost nothing: people mistype.
const FREE: u32 = 3;
/// The longest wait, in milliseconds.
const LONGEST: i64 = 60_000;
/// A count is forgotten after so many milliseconds without a failure.
const FORGOTTEN: i64 = 15 * 60_000;
/// So many names and addresses are remembered at the most; beyond that, the oldest go first.
const MOST: usize = 10_000;

impl Guesses {
    /// How many milliseconds all these have to wait yet; 0 if an attempt may be made.
    pub(crate) fn wait(&self, keys: &[String], now: Time) -> i64 {
        let failed = self.failed.lock().unwrap_or_else(PoisonError::into_inner);
        keys.iter()
            .filter_map(|key| failed.get(key))
            .map(|f| f.last.plus(f.wait()).since(now))
            .max()
            .unwrap_or(0)
    }

    /// Counts a failure for all of these.
    pub(crate) fn failed(&self, keys: &[String], now: Time) {
        let mut failed = self.failed.lock().unwrap_or_else(PoisonError::into_inner);
        for key in keys {
            if failed.len() >= MOST && !failed.contains_key(key) {
                let oldest = failed
                    .iter()
                    .min_by_key(|(_, f)| f.last)
                    .map(|(k, _)| k.clone());
                oldest.and_then(|oldest| failed.remove(&oldest));
            }
            let before = failed.get(key).filter(|f| now.since(f.last) < FORGOTTEN);
            let times = before.map_or(1, |f| f.times.saturating_add(1));
            failed.insert(key.clone(), Failed { times, last: now });
        }
    }

    /// Forgets the failures of these: they got it right.
    pub(crate) fn succeeded(&self, keys: &[String]) {
        let mut failed = self.failed.lock().unwrap_or_else(PoisonError::into_inner);
        for key in keys {
            failed.remove(key);
        }
    }

    /// Forgets what is long past.
    pub(crate) fn forget(&self, now: Time) {
        let mut failed = self.failed.lock().unwrap_or_else(PoisonError::into_inner);
        failed.retain(|_, f| now.since(f.last) < FORGOTTEN);
    }
}

impl Failed {
    fn wait(self) -> i64 {
        match self.times.checked_sub(FREE) {
            None | Some(0) => 0,
            Some(over) => (1000 << (over - 1).min(6)).min(LONGEST),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn keys() -> Vec<String> {
        vec!["account:ada".into(), "address:127.0.0.1".into()]
    }

    #[test]
    fn the_wait_grows_and_has_an_end() {
        let guesses = Guesses::default();
        let waits: Vec<i64> = (0..12)
            .map(|_| {
                guesses.failed(&keys(), Time(0));
                guesses.wait(&keys(), Time(0))
            })
            .collect();
        assert_eq!(waits[..6], [0, 0, 0, 1000, 2000, 4000]);
        assert_eq!(waits[11], 60_000);
        assert_eq!(guesses.wait(&keys(), Time(60_000)), 0);
    }

    #[test]
    fn getting_it_right_or_time_makes_it_forgotten() {
        let guesses = Guesses::default();
        for _ in 0..5 {
            guesses.failed(&keys(), Time(0));
        }
        guesses.succeeded(&keys()[..1]);
        assert_eq!(guesses.wait(&keys()[..1], Time(0)), 0);
        assert!(guesses.wait(&keys(), Time(0)) > 0);
        guesses.forget(Time(FORGOTTEN));
        assert_eq!(guesses.wait(&keys(), Time(0)), 0);
    }

    #[test]
    fn it_remembers_only_so_many() {
        let guesses = Guesses::default();
        for n in 0..(MOST as i64 + 5) {
            guesses.failed(&[n.to_string()], Time(n));
        }
        assert_eq!(guesses.failed.lock().unwrap().len(), MOST);
    }
}
