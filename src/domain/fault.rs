//! What is wrong with an input, where, and the way out. Inputs are refused with all their faults at once.

use std::fmt;

#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Fault {
    pub file: String,
    /// Line in the file, from 1; 0 when the fault is about the whole file.
    pub line: usize,
    /// Column in the line, from 1; 0 when the fault is about the whole line.
    pub column: usize,
    /// What is wrong, as a stable word that scripts and manuals can cite.
    pub code: &'static str,
    pub message: String,
    /// What to do about it.
    pub hint: String,
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.file)?;
        if self.line > 0 {
            write!(f, ":{}", self.line)?;
        }
        if self.column > 0 {
            write!(f, ":{}", self.column)?;
        }
        write!(f, ": {} [{}]", self.message, self.code)?;
        if !self.hint.is_empty() {
            write!(f, "; {}", self.hint)?;
        }
        Ok(())
    }
}
