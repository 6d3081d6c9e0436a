//! Work that is longer than a request, on a thread that lets others go first: whoever answers a questionnaire does not
//! wait for an analysis.

use std::sync::atomic::{AtomicBool, Ordering};

#[cfg(target_os = "linux")]
use thread_priority::{
    NormalThreadSchedulePolicy, ThreadPriority, ThreadSchedulePolicy,
    set_thread_priority_and_policy, thread_native_id,
};

use super::ConcludeError;

/// How far behind the threads of requests; threads that the work starts are as patient. On a machine with nothing else to do
/// it costs nothing.
const BEHIND: i32 = 5;

/// Whether this process is a job, of which the server goes first.
static GIVES_WAY: AtomicBool = AtomicBool::new(false);

/// From here on whatever is computed in this process gives way at once to anybody who wakes up. What reads and writes the
/// database does not: who holds it must not be kept waiting by those who wait for it.
pub fn give_way() {
    GIVES_WAY.store(true, Ordering::Relaxed);
}

pub(super) async fn aside<T: Send + 'static>(
    work: impl FnOnce() -> T + Send + 'static,
) -> Result<T, ConcludeError> {
    let (done, told) = tokio::sync::oneshot::channel();
    std::thread::Builder::new()
        .name("analysis".to_owned())
        .spawn(move || {
            // On Linux this is of the thread alone; where it is not allowed the work is done all the same.
            #[cfg(target_os = "linux")]
            if GIVES_WAY.load(Ordering::Relaxed) {
                let _ = set_thread_priority_and_policy(
                    thread_native_id(),
                    ThreadPriority::Min,
                    ThreadSchedulePolicy::Normal(NormalThreadSchedulePolicy::Idle),
                );
            } else {
                let _ = rustix::process::setpriority_process(None, BEHIND);
            }
            // Whoever asked may have gone away.
            let _ = done.send(work());
        })
        .map_err(|_| ConcludeError::Interrupted)?;
    told.await.map_err(|_| ConcludeError::Interrupted)
}
