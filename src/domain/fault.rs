//! What is wrong with an input, where, and the way out. Inputs are refused with all their faults at once.

use std::fmt;

/// Faults reported one by one; the rest is counted.
const REPORTED: usize = 200;

/// What is wrong with a file, where, and the way out.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Fault {
    pub file: String,
    /// From 1, as an editor counts; 0 when the fault is of the file as a whole.
    pub line: u64,
    /// From 1: the cell of a table, the character of a text; 0 when the fault is of the line as a whole.
    pub column: usize,
    /// Name of the column, empty where there is none.
    pub name: String,
    /// Snake-case, stable.
    pub code: &'static str,
    pub message: String,
    pub hint: String,
}

impl Fault {
    pub fn of_file(
        file: &str,
        code: &'static str,
        message: impl Into<String>,
        hint: impl Into<String>,
    ) -> Self {
        Self {
            file: file.to_owned(),
            line: 0,
            column: 0,
            name: String::new(),
            code,
            message: message.into(),
            hint: hint.into(),
        }
    }
}

impl Fault {
    /// `C7`, as a spreadsheet names the cell; none where the fault is of no cell.
    pub fn cell(&self) -> Option<String> {
        if self.line == 0 || self.column == 0 {
            return None;
        }
        let (mut rest, mut letters) = (self.column, Vec::new());
        while rest > 0 {
            rest -= 1;
            letters.push(char::from(b"ABCDEFGHIJKLMNOPQRSTUVWXYZ"[rest % 26]));
            rest /= 26;
        }
        letters.reverse();
        Some(letters.into_iter().collect::<String>() + &self.line.to_string())
    }

    pub fn is_in_workbook(&self) -> bool {
        self.file.to_lowercase().ends_with(".xlsx")
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.file)?;
        if let (Some(cell), true) = (self.cell(), self.is_in_workbook()) {
            write!(f, ":{cell}")?;
        } else if self.line > 0 {
            write!(f, ":{}", self.line)?;
            if self.column > 0 {
                write!(f, ":{}", self.column)?;
            }
        }
        if !self.name.is_empty() {
            write!(f, " ({})", self.name)?;
        }
        write!(f, ": {}; {}", self.message, self.hint)
    }
}

/// All faults of one reading, in the order in which they were met: the first two hundred, and how many more.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Faults {
    list: Vec<Fault>,
    more: usize,
}

impl Faults {
    pub fn push(&mut self, fault: Fault) {
        if self.list.len() < REPORTED {
            self.list.push(fault);
        } else {
            self.more += 1;
        }
    }

    /// Puts the faults of another reading after these.
    pub fn append(&mut self, other: Self) {
        for fault in other.list {
            self.push(fault);
        }
        self.more += other.more;
    }

    /// Puts the faults of another part of the same file among these, each part in the order of the key.
    pub fn merge_by_key<K: Ord>(&mut self, other: Self, key: impl Fn(&Fault) -> K) {
        if other.is_empty() {
            return;
        }
        self.list.extend(other.list);
        self.list.sort_by_key(key);
        self.more += other.more + self.list.len().saturating_sub(REPORTED);
        self.list.truncate(REPORTED);
    }

    pub fn is_empty(&self) -> bool {
        self.list.is_empty()
    }

    /// How many there are, reported or counted.
    pub fn count(&self) -> usize {
        self.list.len() + self.more
    }

    pub fn reported(&self) -> &[Fault] {
        &self.list
    }

    pub fn has(&self, code: &str) -> bool {
        self.list.iter().any(|fault| fault.code == code)
    }
}

impl fmt::Display for Faults {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (i, fault) in self.list.iter().enumerate() {
            if i > 0 {
                f.write_str("\n")?;
            }
            write!(f, "{fault}")?;
        }
        if self.more > 0 {
            write!(f, "\nand {} more faults of this kind or another", self.more)?;
        }
        Ok(())
    }
}

impl std::error::Error for Faults {}
