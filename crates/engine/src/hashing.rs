//! Hashes passwords, one at a time.

use std::sync::OnceLock;

use argon2::{
    Algorithm, Argon2, Params, PasswordHasher, PasswordVerifier, Version,
    password_hash::phc::PasswordHash,
};
use intent::Password;
use tokio::sync::Semaphore;

use crate::{Error, Result};

/// Argon2id with 19 MiB and two passes (OWASP ASVS 5.0, appendix on password hashing). It takes tens of
/// milliseconds, so a flood of sign-ins waits in a short queue and is then turned away.
pub(crate) struct Hashing {
    turn: Semaphore,
    queue: Semaphore,
}

/// So many may wait for their turn.
const QUEUE: usize = 32;

impl Default for Hashing {
    fn default() -> Self {
        Self {
            turn: Semaphore::new(1),
            queue: Semaphore::new(QUEUE),
        }
    }
}

impl Hashing {
    /// Hashes a password for keeping.
    pub(crate) async fn hash(&self, password: Password) -> Result<String> {
        self.work(move || {
            let hash = hasher()?.hash_password(password.bytes()).map_err(broken)?;
            Ok(hash.to_string())
        })
        .await
    }

    /// Says whether a password is the one that was hashed. Without a hash it takes as long and says no,
    /// so that nobody learns from the time which accounts exist.
    pub(crate) async fn is(&self, password: Password, hash: Option<String>) -> Result<bool> {
        self.work(move || {
            let known = hash.is_some();
            let hash = match hash {
                Some(hash) => hash,
                None => nobody()?,
            };
            let hash = PasswordHash::new(&hash).map_err(broken)?;
            let same = hasher()?.verify_password(password.bytes(), &hash).is_ok();
            Ok(known && same)
        })
        .await
    }

    async fn work<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> Result<T> + Send + 'static,
    ) -> Result<T> {
        let too_many = Error::TooMany { seconds: 2 };
        let Ok(_place) = self.queue.try_acquire() else {
            return Err(too_many);
        };
        let Ok(_turn) = self.turn.acquire().await else {
            return Err(too_many);
        };
        tokio::task::spawn_blocking(work)
            .await
            .map_err(|e| Error::Unavailable(format!("hashing a password failed: {e}")))?
    }
}

fn hasher() -> Result<Argon2<'static>> {
    let params = Params::new(19 * 1024, 2, 1, None).map_err(broken)?;
    Ok(Argon2::new(Algorithm::Argon2id, Version::V0x13, params))
}

/// The hash of a password that nobody has.
fn nobody() -> Result<String> {
    static HASH: OnceLock<String> = OnceLock::new();
    if let Some(hash) = HASH.get() {
        return Ok(hash.clone());
    }
    let hash = hasher()?
        .hash_password(b"nobody has this password")
        .map_err(broken)?;
    Ok(HASH.get_or_init(|| hash.to_string()).clone())
}

fn broken(error: impl std::fmt::Display) -> Error {
    Error::Unavailable(format!("hashing a password failed: {error}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn typed(text: &str) -> Password {
        Password::typed(text.into())
    }

    #[tokio::test]
    async fn only_the_same_password_is_the_one() {
        let hashing = Hashing::default();
        let hash = hashing.hash(typed("correct horse")).await.unwrap();
        assert!(
            hash.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"),
            "{hash}"
        );
        assert!(
            hashing
                .is(typed("correct horse"), Some(hash.clone()))
                .await
                .unwrap()
        );
        assert!(
            !hashing
                .is(typed("correct horsf"), Some(hash))
                .await
                .unwrap()
        );
        assert!(
            !hashing
                .is(typed("nobody has this password"), None)
                .await
                .unwrap()
        );
    }

    #[tokio::test]
    async fn beyond_the_queue_one_is_turned_away() {
        let hashing = Hashing::default();
        let _busy = hashing.queue.acquire_many(QUEUE as u32).await.unwrap();
        let refused = hashing.is(typed("x"), None).await;
        assert!(matches!(refused, Err(Error::TooMany { .. })));
    }
}
