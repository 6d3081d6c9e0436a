//! Scores that were delivered and looked at, and are not registered yet. Numbers of pupils and no names; they do not stay.

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};

use super::audit::Act;
use super::{StorageError, Tx};
use crate::domain::id::{StudyId, UploadId};
use crate::domain::pupil::{Half, ScoreLine, ScoreNorm};

const KEPT: TimeDelta = TimeDelta::days(1);

/// What a file delivered: scores, and the means of the country that its mapping named.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Delivery {
    pub lines: Vec<ScoreLine>,
    pub norms: Vec<ScoreNorm>,
}

/// Keeps a delivery for a day; older ones of any study go.
pub async fn insert(
    tx: &mut Tx,
    act: &Act,
    study_id: StudyId,
    upload_id: UploadId,
    delivery: &Delivery,
) -> Result<(), StorageError> {
    on!(tx, c => sqlx::query("DELETE FROM score_uploads WHERE at <= $1")
        .bind(act.at - KEPT).execute(c).await.map(drop))?;
    on!(tx, c => sqlx::query(
            "INSERT INTO score_uploads (upload_id, study_id, content, at, actor) VALUES ($1, $2, $3, $4, $5)")
        .bind(upload_id.0).bind(study_id.0).bind(written(delivery)).bind(act.at).bind(&act.actor)
        .execute(c).await.map(drop))?;
    Ok(())
}

pub async fn load(
    tx: &mut Tx,
    study_id: StudyId,
    upload_id: UploadId,
    now: DateTime<Utc>,
) -> Result<Option<Delivery>, StorageError> {
    let content: Option<String> = on!(tx, c => sqlx::query_scalar(
            "SELECT content FROM score_uploads WHERE upload_id = $1 AND study_id = $2 AND at > $3")
        .bind(upload_id.0).bind(study_id.0).bind(now - KEPT).fetch_optional(c).await)?;
    content.map(|content| read(&content)).transpose()
}

pub async fn forget(tx: &mut Tx, upload_id: UploadId) -> Result<(), StorageError> {
    on!(tx, c => sqlx::query("DELETE FROM score_uploads WHERE upload_id = $1")
        .bind(upload_id.0).execute(c).await.map(drop))?;
    Ok(())
}

/// A line for each: hundreds of thousands of them are written and read within a second. No cell holds a tab.
fn written(delivery: &Delivery) -> String {
    use std::fmt::Write;
    let mut text = String::with_capacity(delivery.lines.len() * 48);
    for norm in &delivery.norms {
        let _ = writeln!(
            text,
            "norm\t{}\t{}\t{}",
            norm.year_group,
            norm.half.key(),
            norm.mean
        );
    }
    for line in &delivery.lines {
        let _ = writeln!(
            text,
            "{}\t{}\t{}\t{}\t{}\t{}\t{}",
            line.school,
            line.pupil,
            line.weight.as_deref().unwrap_or_default(),
            line.tested_on,
            line.score,
            line.year_group.unwrap_or_default(),
            line.class.as_deref().unwrap_or_default()
        );
    }
    text
}

fn read(content: &str) -> Result<Delivery, StorageError> {
    let wrong = || StorageError::Inconsistent {
        table: "score_uploads",
        column: "content",
        why: "a line is not as it was written".to_owned(),
    };
    let mut delivery = Delivery::default();
    let given = |text: &str| (!text.is_empty()).then(|| text.to_owned());
    for line in content.lines() {
        let cells: Vec<&str> = line.split('\t').collect();
        match cells.as_slice() {
            ["norm", year_group, half, mean] => delivery.norms.push(ScoreNorm {
                year_group: year_group.parse().map_err(|_| wrong())?,
                half: Half::from_key(half).ok_or_else(wrong)?,
                mean: mean.parse().map_err(|_| wrong())?,
            }),
            [school, pupil, weight, tested_on, score, year_group, class] => {
                let year_group: u8 = year_group.parse().map_err(|_| wrong())?;
                delivery.lines.push(ScoreLine {
                    school: (*school).to_owned(),
                    pupil: (*pupil).to_owned(),
                    weight: given(weight),
                    tested_on: tested_on.parse::<NaiveDate>().map_err(|_| wrong())?,
                    score: score.parse().map_err(|_| wrong())?,
                    year_group: (year_group > 0).then_some(year_group),
                    class: given(class),
                });
            }
            _ => return Err(wrong()),
        }
    }
    Ok(delivery)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_delivery_is_read_as_it_was_written() {
        let line = |year_group, class: Option<&str>| ScoreLine {
            school: "wilg".to_owned(),
            pupil: "é 1".to_owned(),
            weight: class.map(|_| "0.3".to_owned()),
            tested_on: NaiveDate::from_ymd_opt(2025, 1, 20).unwrap(),
            score: 0.1 + 0.2,
            year_group,
            class: class.map(str::to_owned),
        };
        let delivery = Delivery {
            lines: vec![line(None, None), line(Some(8), Some("8 b"))],
            norms: vec![ScoreNorm {
                year_group: 5,
                half: Half::End,
                mean: 61.7,
            }],
        };
        assert_eq!(read(&written(&delivery)).unwrap(), delivery);
        assert!(read("norm\t5\tX\t1\n").is_err());
    }
}
