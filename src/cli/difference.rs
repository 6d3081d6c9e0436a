//! What a delivered staff list changes, in lines to read.

use crate::fieldwork::roster_diff::{RosterDiff, Turned, Who};

/// The difference, a change a line.
pub fn told(diff: &RosterDiff, with_leaves: bool) -> String {
    let mut lines: Vec<String> = Vec::new();
    let mut say = |sign: char, who: &Who, what: String| {
        lines.push(format!("{sign} {}: {}{what}", who.school, who.name));
    };
    let lists = |turned: &Turned| {
        format!(
            ", {} to {}",
            turned.before.join("|"),
            turned.after.join("|")
        )
    };
    for who in &diff.joins {
        say('+', who, String::new());
    }
    for who in &diff.rejoins {
        say(
            '?',
            who,
            if with_leaves {
                " comes back"
            } else {
                " left, and is in the file"
            }
            .to_owned(),
        );
    }
    for leave in &diff.leaves {
        let sign = if with_leaves { '-' } else { '?' };
        let to = leave.moves_to.as_ref().map(|to| format!(", moves to {to}"));
        say(
            sign,
            &leave.who,
            to.unwrap_or_else(|| ", not in the file".to_owned()),
        );
    }
    for (who, day) in &diff.dated_leaves {
        say('-', who, format!(", leaves on {day}"));
    }
    for (who, before) in &diff.renames {
        say('~', who, format!(", was {before}"));
    }
    for turned in diff.roles.iter().chain(&diff.groups) {
        say('~', &turned.who, lists(turned));
    }
    for who in &diff.contacts {
        say('~', who, ", address, language or day of joining".to_owned());
    }
    for alike in &diff.alike {
        let what = if alike.by_address { "address" } else { "name" };
        lines.push(format!(
            "! {}: {} and {} have one {what}; they stay two people",
            alike.school, alike.name, alike.other
        ));
    }
    for (key, name) in &diff.new_schools {
        lines.push(format!("+ {key}: new school, {name}"));
    }
    for (key, before, after) in &diff.renamed_schools {
        lines.push(format!("~ {key}: {before} is now {after}"));
    }
    lines.into_iter().map(|line| line + "\n").collect()
}
