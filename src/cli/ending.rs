//! How a command on a folder ends: done, refused because the input is to be changed, or failed.

use std::process::ExitCode;

/// What a command has to say: its summary, or why it was refused; a failure is ours.
pub type Answer = anyhow::Result<Result<String, String>>;

/// Says it, and gives the exit code: 0 done, 2 refused, 1 failed.
pub fn ended(answer: Answer) -> ExitCode {
    match answer {
        Ok(Ok(summary)) => {
            print!("{summary}");
            ExitCode::SUCCESS
        }
        Ok(Err(refusal)) => {
            eprintln!("{refusal}");
            ExitCode::from(2)
        }
        Err(failure) => {
            eprintln!("schakel: {failure:#}");
            ExitCode::FAILURE
        }
    }
}
