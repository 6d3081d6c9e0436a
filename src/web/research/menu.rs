//! What stands in the menu of the desk.

/// The pages of the desk, in the order in which a study is read: what a group is called, and what is in it. A group leads to
/// its first page, and its other pages stand below the menu.
pub(super) const MENU: [(&str, &[(&str, &str)]); 7] = [
    (
        "desk-group-data",
        &[
            ("/research/data", "desk-data"),
            ("/research/seen", "desk-seen"),
            ("/research/exports", "desk-exports"),
        ],
    ),
    (
        "desk-group-teams",
        &[
            ("/research/networks", "desk-networks"),
            ("/research/change", "desk-change"),
            ("/research/isolation", "desk-isolation"),
            ("/research/scales", "nav-scales"),
            ("/research/knowledge", "desk-knowledge"),
            ("/research/chain", "desk-chain"),
        ],
    ),
    (
        "desk-group-leadership",
        &[
            ("/research/card", "desk-card"),
            ("/research/work", "desk-work"),
        ],
    ),
    (
        "nav-pupils",
        &[
            ("/research/achievement", "desk-achievement"),
            ("/research/pupils", "desk-pupils"),
        ],
    ),
    (
        "desk-group-effects",
        &[
            ("/research", "nav-contrast"),
            ("/research/effects", "desk-effects"),
        ],
    ),
    (
        "desk-group-why",
        &[
            ("/research/explanation", "desk-explanation"),
            ("/research/interviews", "desk-interviews"),
            ("/research/agreement", "desk-agreement"),
        ],
    ),
    (
        "desk-group-report",
        &[
            ("/research/plan", "desk-plan"),
            ("/research/report", "nav-report"),
        ],
    ),
];
