//! Work that is longer than a request, on a thread that lets others go first: whoever answers a questionnaire does not
//! wait for an analysis.

use super::ConcludeError;

/// How far behind the threads of requests; threads that the work starts are as patient. On a machine with nothing else to do
/// it costs nothing.
const BEHIND: i32 = 5;

pub(super) async fn aside<T: Send + 'static>(
    work: impl FnOnce() -> T + Send + 'static,
) -> Result<T, ConcludeError> {
    let (done, told) = tokio::sync::oneshot::channel();
    std::thread::Builder::new()
        .name("analysis".to_owned())
        .spawn(move || {
            // On Linux this is of the thread alone; where it is not allowed the work is done all the same.
            #[cfg(target_os = "linux")]
            let _ = rustix::process::setpriority_process(None, BEHIND);
            // Whoever asked may have gone away.
            let _ = done.send(work());
        })
        .map_err(|_| ConcludeError::Interrupted)?;
    told.await.map_err(|_| ConcludeError::Interrupted)
}
