//! Accounts of the people who work with a study: which roles need one, what a password has to be, how long a session lasts
//! and how long a wrong try makes one wait.

use std::str::FromStr;

use chrono::{DateTime, TimeDelta, Utc};

/// What opens a role.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Strength {
    /// Its link by itself.
    Link,
    /// An account with a second factor that holds its link.
    Account,
}

/// What each role needs. The page of a team is opened in a meeting, and a viewer sees no more than is published; everybody
/// else sees names, or what schools have not seen yet.
const NEEDS: [(&str, Strength); 11] = [
    ("administrator", Strength::Account),
    ("owner", Strength::Account),
    ("researcher", Strength::Account),
    ("coder", Strength::Account),
    ("custodian", Strength::Account),
    ("trainer", Strength::Account),
    ("principal", Strength::Account),
    ("coach", Strength::Account),
    ("board", Strength::Account),
    ("school", Strength::Link),
    ("viewer", Strength::Link),
];

/// A role that is not in the table needs the most.
pub fn needs(role: &str) -> Strength {
    NEEDS
        .iter()
        .find(|(name, _)| *name == role)
        .map_or(Strength::Account, |(_, strength)| *strength)
}

/// How a server treats links of roles that need an account.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum StaffLinks {
    /// They open by themselves: for a trial with nobody's data.
    Open,
    #[default]
    Accounts,
}

impl StaffLinks {
    /// Whether the link of this role opens by itself here.
    pub fn opens(self, role: &str) -> bool {
        self == Self::Open || needs(role) == Strength::Link
    }
}

impl FromStr for StaffLinks {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text {
            "open" => Ok(Self::Open),
            "accounts" => Ok(Self::Accounts),
            _ => Err("say `open` or `accounts`"),
        }
    }
}

/// By what someone proved to be the holder of an account, besides the password.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Factor {
    /// A code of an app that shows a new one every half minute.
    Totp,
    Recovery,
    /// A passkey checks a finger or a number of its own, and needs no password besides.
    Passkey,
}

impl Factor {
    pub fn name(self) -> &'static str {
        match self {
            Self::Totp => "totp",
            Self::Recovery => "recovery",
            Self::Passkey => "passkey",
        }
    }
}

/// A session ends when nobody used it for so long.
pub const IDLE: TimeDelta = TimeDelta::minutes(30);
/// And in any case so long after signing in.
pub const LONGEST: TimeDelta = TimeDelta::hours(8);
/// Use is noted no more often than this.
pub const NOTED: TimeDelta = TimeDelta::minutes(1);

pub const SHORTEST_PASSWORD: usize = 15;
pub const LONGEST_PASSWORD: usize = 128;
const FEWEST_CHARACTERS: usize = 6;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PasswordFault {
    Short,
    Long,
    /// The address, the product, or the same few characters again and again.
    Guessable,
}

/// Long rather than odd: no rule about capitals and signs. Spaces count.
pub fn password_fault(password: &str, address: &str) -> Option<PasswordFault> {
    let length = password.chars().count();
    if length < SHORTEST_PASSWORD {
        return Some(PasswordFault::Short);
    }
    if length > LONGEST_PASSWORD {
        return Some(PasswordFault::Long);
    }
    let lower = password.to_lowercase();
    let different: std::collections::BTreeSet<char> = lower.chars().collect();
    let name = address.split('@').next().unwrap_or_default().to_lowercase();
    let named = [name.as_str(), "schakel", "password", "wachtwoord", "123456"];
    // What is left of it without such words.
    let left = named
        .iter()
        .filter(|word| word.len() > 2)
        .fold(lower, |left, word| left.replace(word, ""));
    (different.len() < FEWEST_CHARACTERS || left.chars().count() < SHORTEST_PASSWORD / 2)
        .then_some(PasswordFault::Guessable)
}

/// An address as it is compared: in lower case, without blanks around it.
pub fn plain_address(text: &str) -> String {
    text.trim().to_lowercase()
}

pub fn is_address(text: &str) -> bool {
    text.len() <= 254
        && !text.contains(|c: char| c.is_whitespace() || c.is_control() || "<>,;\"".contains(c))
        && text.split_once('@').is_some_and(|(name, host)| {
            !name.is_empty() && host.contains('.') && !host.contains('@')
        })
}

/// Wrong tries are counted over so long.
pub const COUNTED: TimeDelta = TimeDelta::minutes(15);
/// So many are free.
pub const FREE: usize = 5;
const LONGEST_WAIT: i64 = 480;

/// When the next try is taken up after these wrong ones, oldest first: each further one makes wait twice as long, and none
/// shuts anyone out for good.
pub fn next_try(wrong: &[DateTime<Utc>]) -> Option<DateTime<Utc>> {
    let last = *wrong.last()?;
    let more = u32::try_from(wrong.len().checked_sub(FREE)?).ok()?;
    let seconds = 15_i64.checked_shl(more.min(6))?.min(LONGEST_WAIT);
    Some(last + TimeDelta::seconds(seconds))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn five_wrong_tries_are_free_and_each_further_one_waits_longer() {
        let at = |seconds| DateTime::UNIX_EPOCH + TimeDelta::seconds(seconds);
        let wrong: Vec<_> = (0..12).map(at).collect();
        assert_eq!(next_try(&[]), None);
        assert_eq!(next_try(&wrong[..4]), None);
        let waits: Vec<i64> = (5..=12)
            .map(|n| {
                let next = next_try(&wrong[..n]).expect("a wait");
                (next - wrong[n - 1]).num_seconds()
            })
            .collect();
        assert_eq!(waits, [15, 30, 60, 120, 240, 480, 480, 480]);
        assert!(
            TimeDelta::seconds(LONGEST_WAIT) < COUNTED,
            "nobody is shut out for good"
        );
    }

    #[test]
    fn passwords_are_long_and_not_the_obvious() {
        let fault = |password| password_fault(password, "an.smit@example.org");
        assert_eq!(fault("kort"), Some(PasswordFault::Short));
        assert_eq!(fault("veertien teken"), Some(PasswordFault::Short));
        assert_eq!(fault("vijf blauwe tafels"), None);
        assert_eq!(
            fault("aaaaaaaaaaaaaaaaaaaa"),
            Some(PasswordFault::Guessable)
        );
        assert_eq!(fault("an.smitan.smit12"), Some(PasswordFault::Guessable));
        assert_eq!(fault("wachtwoord123456"), Some(PasswordFault::Guessable));
        assert_eq!(fault(&"lange zin ".repeat(13)), Some(PasswordFault::Long));
    }

    #[test]
    fn what_is_not_in_the_table_needs_an_account() {
        assert_eq!(needs("school"), Strength::Link);
        assert_eq!(needs("researcher"), Strength::Account);
        assert_eq!(needs("something new"), Strength::Account);
        assert!(StaffLinks::Open.opens("owner") && !StaffLinks::Accounts.opens("owner"));
    }
}
