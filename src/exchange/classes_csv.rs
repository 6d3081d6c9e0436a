//! Classes from CSV: `school`, `class`, `pupils`, and `year_group` and `teachers` (keys of persons, with `|` between them)
//! where they are known.

use super::table::Table;
use crate::domain::fault::{Fault, Faults};

/// A class as a list gives it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClassLine {
    pub line: u64,
    pub school: String,
    pub class: String,
    pub year_group: String,
    pub pupils: usize,
    /// Keys of persons.
    pub teachers: Vec<String>,
}

/// `schools` are the keys that the study knows.
pub fn read(file: &str, bytes: &[u8], schools: &[String]) -> Result<Vec<ClassLine>, Faults> {
    let mut faults = Faults::default();
    let mut lines: Vec<ClassLine> = Vec::new();
    if let Some(table) = Table::open(file, bytes, &mut faults) {
        let needed = ["school", "class", "pupils"].map(|name| table.required(name, &mut faults));
        let year_group = table.optional("year_group");
        let teachers = table.optional("teachers");
        if let [Some(school), Some(class), Some(pupils)] = needed {
            table.each_row(&mut faults, |row, faults| {
                let named = row.required(&school, faults).map(str::to_owned);
                if let Some(named) = named.as_ref().filter(|named| !schools.contains(named)) {
                    let message = format!("there is no school `{named}` in this study");
                    let hint = "enrol its staff first, or correct the key";
                    faults.push(row.fault(&school, "school_unknown", message, hint));
                }
                let title = row.required(&class, faults).map(str::to_owned);
                let n = row
                    .required(&pupils, faults)
                    .and_then(|_| row.number(&pupils, faults));
                let whole = n.filter(|n| n.fract() == 0.0 && (1.0..=40.0).contains(n));
                if n.is_some() && whole.is_none() {
                    let message = "a class has from 1 to 40 pupils";
                    faults.push(row.fault(&pupils, "class_size", message, "write a whole number"));
                }
                let (Some(named), Some(title), Some(n)) = (named, title, whole) else {
                    return;
                };
                let same = |known: &ClassLine| known.school == named && known.class == title;
                if let Some(earlier) = lines.iter().find(|known| same(known)) {
                    let message = format!("this class stands on line {} already", earlier.line);
                    faults.push(row.fault(&class, "class_twice", message, "keep one of the two"));
                }
                let text = |column: &Option<super::table::Column>| {
                    let value = column.as_ref().and_then(|column| row.attribute(column));
                    value.unwrap_or_default()
                };
                lines.push(ClassLine {
                    line: row.line,
                    school: named,
                    class: title,
                    year_group: text(&year_group),
                    pupils: n as usize,
                    teachers: text(&teachers)
                        .split('|')
                        .map(|key| key.trim().to_owned())
                        .filter(|key| !key.is_empty())
                        .collect(),
                });
            });
            if lines.is_empty() && faults.is_empty() {
                let hint = "add a line for each class";
                faults.push(Fault::of_file(
                    file,
                    "empty_file",
                    "there are no classes in it",
                    hint,
                ));
            }
        }
    }
    if faults.is_empty() {
        Ok(lines)
    } else {
        Err(faults)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_fault_is_told_with_its_line_and_nothing_is_read() {
        let schools = ["eik".to_owned()];
        let good =
            "school;class;year_group;pupils;teachers\neik;Groep 6a;6;24;k1|k2\neik;6b;;12;\n";
        let lines = read("classes.csv", good.as_bytes(), &schools).unwrap();
        assert_eq!((lines[0].pupils, lines[1].pupils), (24, 12));
        assert_eq!(lines[0].teachers, ["k1", "k2"]);
        let bad = "school,class,pupils\nesp,6a,24\neik,6a,2.5\neik,6b,90\neik,6c,9\neik,6c,9\n";
        let faults = read("classes.csv", bad.as_bytes(), &schools).unwrap_err();
        let told: Vec<(u64, &str)> = faults.reported().iter().map(|f| (f.line, f.code)).collect();
        let expected = [
            (2, "school_unknown"),
            (3, "class_size"),
            (4, "class_size"),
            (6, "class_twice"),
        ];
        assert_eq!(told, expected);
    }
}
