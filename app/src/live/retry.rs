//! When to try again.

/// How long to wait after so many failures in a row, in milliseconds. `chance` lies between 0 and 1: not everybody
/// comes back at the same moment.
#[cfg_attr(
    not(any(feature = "hydrate", test)),
    expect(dead_code, reason = "only browsers try again")
)]
pub(super) fn pause(failures: u32, chance: f64) -> u64 {
    let longest = 500_u64 << failures.min(4);
    let part = 0.5 + chance.clamp(0.0, 1.0) / 2.0;
    (longest.min(8_000) as f64 * part) as u64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pause_doubles_up_to_eight_seconds_and_is_never_the_same_for_all() {
        assert_eq!((pause(0, 0.0), pause(0, 1.0)), (250, 500));
        assert_eq!((pause(2, 0.0), pause(2, 1.0)), (1_000, 2_000));
        assert_eq!((pause(30, 0.0), pause(30, 1.0)), (4_000, 8_000));
    }
}
