//! A training at a school, as its trainer keeps it: meetings with who was there as counts, and what she had seen.

use std::collections::BTreeMap;

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};

use super::id::MeetingId;

/// What a log says about one meeting. Who was there is a count per group, never a name.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Meeting {
    pub subject: String,
    /// How many were on the school's list that day.
    pub team: u32,
    pub attendance: Vec<Attendance>,
    /// The goals that were set, in the trainer's words.
    pub goals: String,
    /// How many group plans were discussed.
    pub group_plans: u32,
    /// How often support was given in class since the meeting before.
    pub class_support: u32,
    pub next_step: String,
}

/// The people of one group; the empty name is the whole team.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Attendance {
    pub group: String,
    pub invited: u32,
    pub present: u32,
}

/// A meeting with its day, in the order in which they were held.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LoggedMeeting {
    pub meeting_id: MeetingId,
    pub held_on: NaiveDate,
    pub meeting: Meeting,
}

impl Meeting {
    pub fn invited(&self) -> u32 {
        self.attendance.iter().map(|group| group.invited).sum()
    }

    pub fn present(&self) -> u32 {
        self.attendance.iter().map(|group| group.present).sum()
    }

    /// The share of those invited who came.
    pub fn share_of_invited(&self) -> Option<f64> {
        let invited = self.invited();
        (invited > 0).then(|| f64::from(self.present()) / f64::from(invited))
    }

    /// The share of the whole team that came, invited or not; whoever came besides counts as team.
    pub fn share_of_team(&self) -> Option<f64> {
        let team = self.team.max(self.invited());
        (team > 0).then(|| f64::from(self.present()) / f64::from(team))
    }
}

/// A training in numbers: what the factor "participation of the whole team" is read from.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Participation {
    pub n_meetings: usize,
    /// Mean over the meetings, each counting once.
    pub of_team: Option<f64>,
    pub of_invited: Option<f64>,
    pub group_plans: u32,
    pub class_support: u32,
}

pub fn participation<'m>(meetings: impl IntoIterator<Item = &'m Meeting>) -> Participation {
    let meetings: Vec<&Meeting> = meetings.into_iter().collect();
    let mean = |share: fn(&Meeting) -> Option<f64>| {
        let shares: Vec<f64> = meetings
            .iter()
            .filter_map(|meeting| share(meeting))
            .collect();
        (!shares.is_empty()).then(|| shares.iter().sum::<f64>() / shares.len() as f64)
    };
    Participation {
        n_meetings: meetings.len(),
        of_team: mean(Meeting::share_of_team),
        of_invited: mean(Meeting::share_of_invited),
        group_plans: meetings.iter().map(|meeting| meeting.group_plans).sum(),
        class_support: meetings.iter().map(|meeting| meeting.class_support).sum(),
    }
}

/// The lines of an attendance list, with how many belong to each. A group with fewer than `k` people, and whoever
/// belongs to none, goes with the smallest other one, so that no line is about one person. One line left over is the
/// whole team.
pub fn attendance_groups(of_member: &[Option<String>], k: usize) -> Vec<(String, usize)> {
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for group in of_member {
        *counts
            .entry(group.as_deref().unwrap_or_default())
            .or_default() += 1;
    }
    let mut groups: Vec<(Vec<&str>, usize)> = counts
        .into_iter()
        .map(|(name, n)| (vec![name], n))
        .collect();
    loop {
        groups.sort_by(|a, b| (a.1, &a.0).cmp(&(b.1, &b.0)));
        let small = groups
            .iter()
            .position(|(names, n)| *n < k || names.as_slice() == [""]);
        let Some(small) = small.filter(|_| groups.len() > 1) else {
            break;
        };
        let (names, n) = groups.remove(small);
        if let Some(next) = groups.first_mut() {
            next.0.extend(names);
            next.1 += n;
        }
    }
    if let [(names, _)] = groups.as_mut_slice() {
        names.clear();
    }
    let mut lines: Vec<(String, usize)> = groups
        .into_iter()
        .map(|(mut names, n)| {
            names.retain(|name| !name.is_empty());
            names.sort_unstable();
            (names.join(", "), n)
        })
        .collect();
    lines.sort();
    lines
}

/// What a trainer had opened of a school's results when she filed her report on it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Seen {
    pub wave: String,
    pub part: String,
    pub at: DateTime<Utc>,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn meeting(team: u32, groups: &[(u32, u32)]) -> Meeting {
        Meeting {
            team,
            attendance: groups
                .iter()
                .map(|(invited, present)| Attendance {
                    group: String::new(),
                    invited: *invited,
                    present: *present,
                })
                .collect(),
            ..Meeting::default()
        }
    }

    #[test]
    fn participation_is_the_mean_over_meetings_of_the_share_of_the_team() {
        // Half of a half-team meeting and all of a whole-team one.
        let all = [meeting(20, &[(6, 3), (4, 2)]), meeting(20, &[(20, 20)])];
        let counted = participation(&all);
        assert_eq!(counted.n_meetings, 2);
        assert_eq!(counted.of_team, Some((0.25 + 1.0) / 2.0));
        assert_eq!(counted.of_invited, Some((0.5 + 1.0) / 2.0));
        assert_eq!(participation(&[]).of_team, None);
        assert_eq!(meeting(0, &[]).share_of_team(), None);
        // Guests do not make a share of more than all.
        assert_eq!(meeting(8, &[(10, 10)]).share_of_team(), Some(1.0));
    }

    #[test]
    fn no_line_of_an_attendance_list_is_about_one_person() {
        let list = |groups: &[(&str, usize)]| -> Vec<Option<String>> {
            groups
                .iter()
                .flat_map(|(name, n)| vec![(!name.is_empty()).then(|| (*name).to_owned()); *n])
                .collect()
        };
        let lines = |groups: &[(&str, usize)]| attendance_groups(&list(groups), 5);
        assert_eq!(
            lines(&[("leiding", 2), ("onderbouw", 6), ("bovenbouw", 7), ("", 1)]),
            [
                ("bovenbouw".to_owned(), 7),
                ("leiding, onderbouw".to_owned(), 9)
            ]
        );
        assert_eq!(lines(&[("leiding", 2), ("", 9)]), [(String::new(), 11)]);
        assert_eq!(lines(&[("leiding", 2)]), [(String::new(), 2)]);
        assert_eq!(lines(&[]), []);
        for n in 1..12 {
            let lines = lines(&[("a", n), ("b", 12 - n), ("c", 1), ("", n)]);
            assert!(lines.iter().all(|(_, n)| *n >= 5), "{lines:?}");
        }
    }
}
