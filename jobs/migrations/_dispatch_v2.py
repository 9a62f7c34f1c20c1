"""The functions of the database for dispatch that replace those of version 1; see migration 0002."""

from jobs.migrations._dispatch_v1 import COLUMNS

# As `jobs_submit_v1`, and it verifies the default organization of a user: `the_user` (or null) must
# have joined `the_organization` first, and that row must still have the version `the_version`, its
# xmin. Otherwise nothing is stored, and a row of nulls is returned.
# The log entry omits null columns; a replay of the log fills them in.
SUBMIT = """
CREATE FUNCTION jobs_submit_v2(
    rows json, the_actor text, guards jsonb, windows jsonb,
    the_user jobs_job.owner_id%TYPE, the_organization uuid, the_version text
) RETURNS TABLE (job_id uuid, stored_at timestamptz, is_published boolean, counts integer[])
LANGUAGE plpgsql VOLATILE AS $$
DECLARE
    active integer[] := '{}';
BEGIN
    IF the_user IS NOT NULL AND NOT EXISTS (
        SELECT FROM jobs_organization AS organization
        WHERE organization.id = (
            SELECT membership.organization_id FROM jobs_membership AS membership
            WHERE membership.user_id = the_user ORDER BY membership.id LIMIT 1
        ) AND organization.id = the_organization AND organization.xmin::text = the_version
    ) THEN
        RETURN QUERY SELECT NULL::uuid, NULL::timestamptz, NULL::boolean, NULL::integer[];
        RETURN;
    END IF;
    IF guards <> '[]' THEN
        PERFORM pg_advisory_xact_lock(hash) FROM (
            SELECT hashtextextended(guard ->> 'lock', 0) AS hash
            FROM jsonb_array_elements(guards) AS guard ORDER BY 1
        ) AS ordered;
        active := ARRAY(
            SELECT jobs_count_active_v1(
                scope.organization_id, scope.type, scope.owner_id, scope.subject
            ) FROM jsonb_array_elements(guards) WITH ORDINALITY AS listed (guard, place),
                jsonb_populate_record(NULL::jobs_job, guard) AS scope
            ORDER BY place
        );
        IF EXISTS (
            SELECT FROM jsonb_array_elements(guards) WITH ORDINALITY AS listed (guard, place)
            WHERE active[place] > (guard ->> 'maximum')::integer
        ) THEN
            RETURN QUERY SELECT NULL::uuid, NULL::timestamptz, NULL::boolean, active;
            RETURN;
        END IF;
    END IF;
    RETURN QUERY WITH room AS MATERIALIZED (
        SELECT name, jobs_window_room_v1(name, size::integer) AS places
        FROM jsonb_each_text(windows) AS sizes (name, size)
    ), built AS (
        SELECT sent.*, row_number() OVER (PARTITION BY sent.queue, sent.state) AS place
        FROM json_populate_recordset(NULL::jobs_job, rows) AS sent
    ), moved AS (
        INSERT INTO jobs_job (
            COLUMNS, published_at, created_at
        ) SELECT
            COLUMNS, CASE WHEN state = 'pending' AND place <= (
                SELECT places FROM room WHERE name = queue
            ) THEN clock_timestamp() END, clock_timestamp()
        FROM built RETURNING *
    ), logged AS (
        INSERT INTO jobs_jobevent (job_id, number, kind, state, attempt, at, actor, data, changes)
        SELECT id, log_number, 'submitted', state, attempt, created_at, the_actor, '{}',
            jsonb_strip_nulls(to_jsonb(moved)
                - '{id,input,output,traceback,log_number,start_tag,blocked_by}'::text[])
        FROM moved
    )
    SELECT id, created_at, published_at IS NOT NULL, active FROM moved;
END $$
""".replace("COLUMNS", COLUMNS)
