//! Passwords are hashed off the threads that answer, two at a time: each takes 19 MiB and tens of milliseconds. Whoever
//! comes when many wait is asked to come back.

use tokio::sync::Semaphore;
use tokio::task::spawn_blocking;

use crate::domain::password;

const AT_ONCE: usize = 2;
const WAITING: usize = 64;

#[derive(Debug)]
pub struct Hashing {
    places: Semaphore,
    queue: Semaphore,
}

impl Default for Hashing {
    fn default() -> Self {
        Self {
            places: Semaphore::new(AT_ONCE),
            queue: Semaphore::new(AT_ONCE + WAITING),
        }
    }
}

impl Hashing {
    async fn run<T: Send + 'static>(&self, work: impl FnOnce() -> T + Send + 'static) -> Option<T> {
        let _queued = self.queue.try_acquire().ok()?;
        let _place = self.places.acquire().await.ok()?;
        spawn_blocking(work).await.ok()
    }

    /// None where too many wait already.
    pub async fn is_right(&self, password: &str, hash: &str) -> Option<bool> {
        let (password, hash) = (password.to_owned(), hash.to_owned());
        self.run(move || password::is_right(&password, &hash)).await
    }

    pub async fn hash(&self, password: &str, salt: [u8; 16]) -> Option<String> {
        let password = password.to_owned();
        self.run(move || password::hash(&password, salt)).await
    }
}
