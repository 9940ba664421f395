//! How often somebody may try to sign in.

use std::{
    collections::HashMap,
    net::IpAddr,
    sync::{Mutex, PoisonError},
};

use mesh::Time;

/// Counts failed attempts. Each failure beyond the first few doubles the wait before the next attempt;
/// nobody is ever locked out for good.
#[derive(Default)]
pub(crate) struct Guesses {
    failed: Mutex<HashMap<Key, Failed>>,
}

/// What failures are counted for.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Key {
    /// An account from one address.
    From(String, String),
    /// An account from everywhere.
    Account(String),
    /// An address, whatever the account.
    Address(String),
    /// Somebody who is signed in, about their own password.
    Person(i64),
}

#[derive(Clone, Copy)]
struct Failed {
    times: u32,
    last: Time,
}

/// The longest wait, in milliseconds.
const LONGEST: i64 = 60_000;
/// A count is forgotten after so many milliseconds without a failure.
const FORGOTTEN: i64 = 15 * 60_000;
/// So many counts are kept at the most; beyond that, the oldest go first.
const MOST: usize = 10_000;

impl Key {
    /// What an attempt to sign in counts for. Without an address it counts for the account only.
    pub(crate) fn of(account: &str, address: &str) -> Vec<Self> {
        let account = account.to_owned();
        match neighbours(address) {
            Some(address) => vec![
                Self::From(account.clone(), address.clone()),
                Self::Account(account),
                Self::Address(address),
            ],
            None => vec![Self::Account(account)],
        }
    }

    /// Failures that cost nothing: people mistype, and several may share an address.
    fn free(&self) -> u32 {
        match self {
            Self::From(..) | Self::Person(_) => 3,
            Self::Account(_) | Self::Address(_) => 10,
        }
    }
}

/// An address as it is counted: whoever has one of IPv6 has all of its /64.
fn neighbours(address: &str) -> Option<String> {
    match address.parse().ok()? {
        IpAddr::V4(address) => Some(address.to_string()),
        IpAddr::V6(address) => {
            let [a, b, c, d, ..] = address.segments();
            Some(format!("{a:x}:{b:x}:{c:x}:{d:x}::/64"))
        }
    }
}

impl Guesses {
    /// Counts an attempt before it is known to be wrong, so that many at once gain nothing; or says how
    /// many milliseconds it has to wait yet.
    pub(crate) fn attempt(&self, keys: &[Key], now: Time) -> Result<(), i64> {
        let mut failed = self.failed.lock().unwrap_or_else(PoisonError::into_inner);
        let wait = |key: &Key| {
            failed
                .get(key)
                .map(|f| f.last.plus(f.wait(key.free())).since(now))
        };
        let longest = keys.iter().filter_map(wait).max().unwrap_or(0);
        if longest > 0 {
            return Err(longest);
        }
        for key in keys {
            if failed.len() >= MOST && !failed.contains_key(key) {
                let oldest = failed
                    .iter()
                    .min_by_key(|(_, f)| f.last)
                    .map(|(k, _)| k.clone());
                oldest.and_then(|oldest| failed.remove(&oldest));
            }
            let before = failed
                .get(key)
                .filter(|f| now.since(f.last) < FORGOTTEN)
                .map_or(0, |f| f.times);
            let times = before.saturating_add(1);
            failed.insert(key.clone(), Failed { times, last: now });
        }
        Ok(())
    }

    /// The attempt was right: it does not count, and what came before it from the same place is forgotten.
    /// What others did to the account, or the address to other accounts, is not.
    pub(crate) fn succeeded(&self, keys: &[Key]) {
        let mut failed = self.failed.lock().unwrap_or_else(PoisonError::into_inner);
        for key in keys {
            match key {
                Key::From(..) | Key::Person(_) => {
                    failed.remove(key);
                }
                Key::Account(_) | Key::Address(_) => {
                    if let Some(f) = failed.get_mut(key) {
                        f.times = f.times.saturating_sub(1);
                    }
                }
            }
        }
    }

    /// Forgets what is long past.
    pub(crate) fn forget(&self, now: Time) {
        let mut failed = self.failed.lock().unwrap_or_else(PoisonError::into_inner);
        failed.retain(|_, f| now.since(f.last) < FORGOTTEN);
    }
}

impl Failed {
    fn wait(self, free: u32) -> i64 {
        match self.times.checked_sub(free) {
            None | Some(0) => 0,
            Some(over) => (1000 << (over - 1).min(6)).min(LONGEST),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ada() -> Vec<Key> {
        Key::of("ada", "192.0.2.1")
    }

    /// Tries until it has to wait; answers how often that went, and how long it has to wait.
    fn exhaust(guesses: &Guesses, keys: &[Key]) -> (u32, i64) {
        let mut tries = 0;
        loop {
            match guesses.attempt(keys, Time(0)) {
                Ok(()) => tries += 1,
                Err(wait) => return (tries, wait),
            }
        }
    }

    #[test]
    fn the_wait_grows_and_has_an_end() {
        let guesses = Guesses::default();
        assert_eq!(exhaust(&guesses, &ada()), (4, 1000));
        let mut now = Time(1000);
        for expected in [2000, 4000, 8000, 16_000, 32_000, 60_000, 60_000] {
            guesses.attempt(&ada(), now).unwrap();
            assert_eq!(guesses.attempt(&ada(), now), Err(expected));
            now = now.plus(expected);
        }
    }

    #[test]
    fn whoever_guesses_from_elsewhere_does_not_slow_the_owner_at_once() {
        let guesses = Guesses::default();
        exhaust(&guesses, &ada());
        let elsewhere = Key::of("ada", "192.0.2.2");
        assert_eq!(guesses.attempt(&elsewhere, Time(0)), Ok(()));
    }

    #[test]
    fn guessing_one_account_from_many_addresses_becomes_slow() {
        let guesses = Guesses::default();
        for n in 0..11 {
            guesses
                .attempt(&Key::of("ada", &format!("192.0.2.{n}")), Time(0))
                .unwrap();
        }
        assert_eq!(
            guesses.attempt(&Key::of("ada", "192.0.2.99"), Time(0)),
            Err(1000)
        );
    }

    #[test]
    fn one_account_of_ones_own_does_not_wash_an_address_clean() {
        let guesses = Guesses::default();
        let own = Key::of("eve", "192.0.2.1");
        let mut tries = 0;
        while guesses
            .attempt(&Key::of(&format!("victim{tries}"), "192.0.2.1"), Time(0))
            .is_ok()
        {
            tries += 1;
            if guesses.attempt(&own, Time(0)).is_ok() {
                guesses.succeeded(&own);
            }
        }
        assert!(tries <= 11, "{tries}");
    }

    #[test]
    fn neighbours_share_an_address_of_ipv6() {
        assert_eq!(
            neighbours("2001:db8:1:2:3::4"),
            neighbours("2001:db8:1:2:ffff::1")
        );
        assert_ne!(neighbours("2001:db8:1:2::1"), neighbours("2001:db8:1:3::1"));
        assert_eq!(Key::of("ada", ""), [Key::Account("ada".into())]);
    }

    #[test]
    fn getting_it_right_or_time_makes_it_forgotten() {
        let guesses = Guesses::default();
        exhaust(&guesses, &ada());
        guesses.succeeded(&ada());
        assert_eq!(guesses.attempt(&ada(), Time(0)), Ok(()));
        exhaust(&guesses, &ada());
        guesses.forget(Time(FORGOTTEN));
        assert_eq!(guesses.attempt(&ada(), Time(0)), Ok(()));
    }

    #[test]
    fn it_remembers_only_so_many() {
        let guesses = Guesses::default();
        for n in 0..(MOST as i64 + 5) {
            guesses.attempt(&[Key::Person(n)], Time(n)).unwrap();
        }
        assert_eq!(guesses.failed.lock().unwrap().len(), MOST);
    }
}
