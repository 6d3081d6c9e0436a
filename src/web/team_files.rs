//! One file per school of what its team may see, in the words of its own page.

use crate::domain::language::Language;
use crate::domain::opening::Part;
use crate::evaluation::portrait::Portrait;
use crate::fieldwork::study::Study;
use crate::locale::Words;
use crate::reports::team_page::{self, TeamFile};
use crate::reports::whole_study::is_simulated;
use crate::storage::{Tx, conclusions, schools};
use crate::web::school::wording::scale_words;
use crate::web::study_report::MaterialError;

/// Key of each school with its page, in the order of the keys; of the schools that have results, or of the one that is asked.
pub async fn pages(
    tx: &mut Tx,
    study: &Study,
    language: Language,
    only: Option<&str>,
) -> Result<Vec<(String, String)>, MaterialError> {
    let w = Words(language);
    let Some((key, at)) = conclusions::newest(tx, study.study_id).await? else {
        return Ok(Vec::new());
    };
    let kept = conclusions::parts(tx, &key, Part::Team).await?;
    let mut all = schools::of_study(tx, study.study_id).await?;
    all.sort_by(|a, b| a.key.cmp(&b.key));
    let scales = scale_words(w, study);
    let on = w.day(at, study.design.time_zone);
    let mut pages = Vec::new();
    for school in all {
        let wanted = only.is_none_or(|only| only == school.key);
        let text = kept.iter().find(|(id, _)| *id == school.school_id);
        let Some((_, text)) = text.filter(|_| wanted) else {
            continue;
        };
        let portrait: Portrait = serde_json::from_str(text)?;
        let file = TeamFile {
            words: w,
            study: (&study.design.key, is_simulated(&study.design)),
            school_key: &school.key,
            school_name: &school.name,
            on: &on,
            scales: &scales,
        };
        if let Some(page) = team_page::page(&file, &portrait)? {
            pages.push((school.key, page));
        }
    }
    Ok(pages)
}
