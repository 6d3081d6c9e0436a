-- Roles that keep names apart from answers on PostgreSQL. Run it in the database of the studies, as its owner, after the
-- program has made or changed its tables:
--     schakel roles | psql DATABASE
-- Nobody can sign in by these roles: grant them to users of your own, for instance
--     CREATE USER schakel LOGIN PASSWORD '...'; GRANT schakel_app TO schakel;

DO $$
BEGIN
    IF NOT EXISTS (SELECT 1 FROM pg_roles WHERE rolname = 'schakel_app') THEN CREATE ROLE schakel_app NOLOGIN; END IF;
    IF NOT EXISTS (SELECT 1 FROM pg_roles WHERE rolname = 'schakel_research') THEN CREATE ROLE schakel_research NOLOGIN; END IF;
    IF NOT EXISTS (SELECT 1 FROM pg_roles WHERE rolname = 'schakel_keys') THEN CREATE ROLE schakel_keys NOLOGIN; END IF;
END
$$;

REVOKE ALL ON ALL TABLES IN SCHEMA public FROM schakel_app, schakel_research, schakel_keys, PUBLIC;
GRANT USAGE ON SCHEMA public TO schakel_app, schakel_research, schakel_keys;

-- The program: everything.
GRANT ALL ON ALL TABLES IN SCHEMA public TO schakel_app;
GRANT ALL ON ALL SEQUENCES IN SCHEMA public TO schakel_app;

-- Research: answers and what was concluded from them, under ids. Nothing by which anyone is reached or recognised, and
-- nothing that opens a page.
GRANT SELECT ON
    answers, nominations, page_saves, part_submissions, responses, frozen_members, members, member_roles, member_groups,
    consents, objections, windows, studies, instruments, boards, schools, pupil_scores,
    conclusions, school_parts, school_networks, releases, openings, part_releases, recipes, recipe_findings, school_goals,
    training_log, trainer_reports,
    codebooks, interviews, statements, codings, coding_steps
TO schakel_research;
GRANT SELECT (person_id, study_id) ON persons TO schakel_research;
GRANT SELECT (pupil_id, school_id, weight) ON pupils TO schakel_research;
GRANT SELECT (invitation_id, member_id, wave, created_at, opened_at, submitted_at, withdrawn_at) ON invitations
    TO schakel_research;
GRANT SELECT (event_id, school_id, member_id, version, kind, effective_on, at, detail) ON roster_events
    TO schakel_research;
GRANT SELECT (action_id, school_id, wave, goal, noticed_by, due_on, at) ON agreed_actions TO schakel_research;
GRANT SELECT ON action_reviews TO schakel_research;

-- Whoever keeps the keys: who stands behind a key, sealed as it is, and nothing of what anybody answered.
GRANT SELECT ON contacts TO schakel_keys;
GRANT SELECT (person_id, study_id, key) ON persons TO schakel_keys;
