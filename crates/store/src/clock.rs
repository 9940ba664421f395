//! A clock that never goes back.

use std::{
    sync::{
        Arc,
        atomic::{AtomicI64, Ordering},
    },
    time::{SystemTime, UNIX_EPOCH},
};

use intent::Time;

/// Tells the time. When the system's clock is set back, it stands still until that has caught up, so
/// that nothing which ended comes to life again.
#[derive(Clone, Debug)]
pub struct Clock {
    latest: Arc<AtomicI64>,
}

impl Clock {
    /// Starts at a moment that is known to have passed.
    pub fn after(latest: Time) -> Self {
        Self {
            latest: Arc::new(AtomicI64::new(latest.0)),
        }
    }

    /// Tells the time.
    pub fn now(&self) -> Time {
        let system = SystemTime::now()
            .duration_since(UNIX_EPOCH)
            .map_or(0, |past| {
                i64::try_from(past.as_millis()).unwrap_or(i64::MAX)
            });
        let before = self.latest.fetch_max(system, Ordering::Relaxed);
        Time(before.max(system))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_clock_that_was_set_back_stands_still() {
        let future = Clock::after(Time(0)).now().plus(60_000);
        let clock = Clock::after(future);
        assert_eq!(clock.now(), future);
        assert_eq!(clock.now(), future);
    }
}
