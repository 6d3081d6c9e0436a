//! How many rows there are of what respondents leave behind: a change that should not be shows here.

use std::collections::BTreeMap;

use super::{StorageError, Tx};

/// Rows by table, and the submissions and saves that the audit tells of.
pub async fn rows(tx: &mut Tx) -> Result<BTreeMap<String, i64>, StorageError> {
    let rows: Vec<(String, i64)> = on!(tx, c => sqlx::query_as(
            "SELECT 'responses', COUNT(*) FROM responses
             UNION ALL SELECT 'answers', COUNT(*) FROM answers
             UNION ALL SELECT 'nominations', COUNT(*) FROM nominations
             UNION ALL SELECT 'page_saves', COUNT(*) FROM page_saves
             UNION ALL SELECT 'part_submissions', COUNT(*) FROM part_submissions
             UNION ALL SELECT 'consents', COUNT(*) FROM consents
             UNION ALL SELECT 'submitted', COUNT(submitted_at) FROM invitations
             UNION ALL SELECT 'submit', COUNT(*) FROM audit WHERE verb = 'submit'
             UNION ALL SELECT 'save', COUNT(*) FROM audit WHERE verb = 'save'")
        .fetch_all(c).await)?;
    Ok(rows.into_iter().collect())
}
