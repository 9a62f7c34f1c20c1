"""The functions of the database for dispatch, version 1; the first migration creates them."""

# Rows to change are chosen by `= ANY (ARRAY(SELECT ... LIMIT n FOR UPDATE SKIP LOCKED))`, which runs
# once. With `IN (SELECT ...)`, a plan may repeat it for each row, and so change more than n rows.
COLUMNS = """id, organization_id, owner_id, type, queue, priority, state, progress, message, input,
            output, error, traceback, usage, labels, subject, webhook_url, unique_key,
            debounce_key, batch_id, parent_id, part_number, has_dependants, runs_after_failure, attempt, max_attempts,
            uncounted_attempts, crashes, worker, timeout, grace, pending_timeout, keep_completed,
            keep_failed, run_at, pending_until, started_at, running_until, lease_expires_at,
            cancel_requested_at, finished_at, expires_at, log_number, start_tag, blocked_by,
            limit_keys"""

# Start-time fair queueing (Goyal, Vin and Cheng 1996). Every job costs 1; the start tag of a job is
# the finish tag of the organization's job before it, but at least the virtual time, which is the
# lowest start tag in line. A job that was started before keeps its place.
# It reads across organizations, and so runs as the owner of the tables.
SET_START_TAG = """
CREATE FUNCTION jobs_set_start_tag() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT AS $$
DECLARE
    virtual_time float8;
    previous float8;
    cost float8;
BEGIN
    NEW.blocked_by := '';
    SELECT start_tag INTO virtual_time FROM jobs_job
    WHERE state = 'pending' AND blocked_by = ''
        AND queue = NEW.queue AND priority = NEW.priority ORDER BY start_tag LIMIT 1;
    IF TG_OP = 'UPDATE' AND OLD.state = 'running' THEN
        NEW.start_tag := least(OLD.start_tag, virtual_time);
        RETURN NEW;
    END IF;
    NEW.start_tag := coalesce(virtual_time, 0);
    SELECT start_tag INTO previous FROM jobs_job
    WHERE state = 'pending' AND blocked_by = '' AND organization_id = NEW.organization_id
        AND queue = NEW.queue AND priority = NEW.priority AND start_tag >= NEW.start_tag
    ORDER BY start_tag DESC LIMIT 1;
    IF FOUND THEN
        SELECT 1.0 / weight INTO cost FROM jobs_organization WHERE id = NEW.organization_id;
        NEW.start_tag := previous + coalesce(cost, 1);
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER job_enters_line_inserted BEFORE INSERT ON jobs_job
    FOR EACH ROW WHEN (NEW.state = 'pending') EXECUTE FUNCTION jobs_set_start_tag();
CREATE TRIGGER job_enters_line_updated BEFORE UPDATE OF state ON jobs_job
    FOR EACH ROW WHEN (NEW.state = 'pending' AND OLD.state <> 'pending')
    EXECUTE FUNCTION jobs_set_start_tag();
"""
DROP_START_TAG = """
DROP TRIGGER job_enters_line_updated ON jobs_job;
DROP TRIGGER job_enters_line_inserted ON jobs_job;
DROP FUNCTION jobs_set_start_tag();
"""

# Returns the first of the keys whose limit is full, or null. `limits` maps "type/scope" to
# {"size": N} or, for a rate, {"size": N, "seconds": S}. The locks are taken in one order, and each
# statement after them sees what was committed before the lock was granted, so parallel claims never
# exceed a limit.
FULL_LIMIT = """
CREATE FUNCTION jobs_full_limit_v1(keys text[], limits jsonb) RETURNS text
LANGUAGE plpgsql VOLATILE AS $$
DECLARE
    key text;
    rule jsonb;
BEGIN
    PERFORM pg_advisory_xact_lock(hash) FROM (
        SELECT hashtextextended(name, 0) AS hash FROM unnest(keys) AS name ORDER BY 1
    ) AS ordered;
    FOREACH key IN ARRAY keys LOOP
        rule := limits -> split_part(key, ':', 1);
        IF rule IS NOT NULL AND jobs_free_places_v1(key, rule) <= 0 THEN
            RETURN key;
        END IF;
    END LOOP;
    RETURN NULL;
END $$
"""
FREE_PLACES = """
CREATE FUNCTION jobs_free_places_v1(key text, rule jsonb) RETURNS integer
LANGUAGE plpgsql VOLATILE AS $$
BEGIN
    IF rule ? 'seconds' THEN
        RETURN (rule ->> 'size')::int - coalesce((
            SELECT count(*) FROM jobs_ratewindow AS rate, unnest(rate.starts) AS start
            WHERE rate.key = jobs_free_places_v1.key
                AND start > clock_timestamp() - make_interval(secs => (rule ->> 'seconds')::float8)
        ), 0);
    END IF;
    RETURN (rule ->> 'size')::int - (
        SELECT count(*) FROM jobs_job WHERE state = 'running'
            AND limit_keys @> ARRAY[jobs_free_places_v1.key]
    );
END $$
"""
RECORD_STARTS = """
CREATE FUNCTION jobs_record_starts_v1(keys text[], limits jsonb) RETURNS void
LANGUAGE sql VOLATILE AS $$
INSERT INTO jobs_ratewindow AS rate (key, starts)
SELECT name, ARRAY[clock_timestamp()] FROM unnest(keys) AS name
WHERE limits -> split_part(name, ':', 1) ? 'seconds'
ON CONFLICT (key) DO UPDATE SET starts = ARRAY(
    SELECT start FROM unnest(rate.starts) AS start WHERE start > clock_timestamp()
        - make_interval(secs => (limits -> split_part(rate.key, ':', 1) ->> 'seconds')::float8)
) || excluded.starts
$$
"""

# Starts an attempt of one pending job, with its entry in the event log and its deliveries.
START = """
CREATE FUNCTION jobs_start_v1(the_job uuid, the_attempt integer, the_worker text, lease interval)
RETURNS TABLE (job jobs_job, logged_at timestamptz, stored_deliveries integer)
LANGUAGE plpgsql VOLATILE AS $$
DECLARE
    now timestamptz := clock_timestamp();
BEGIN
    RETURN QUERY WITH moved AS (
        UPDATE jobs_job SET state = 'running', attempt = attempt + 1, worker = the_worker,
            progress = CASE WHEN EXISTS (
                SELECT FROM jobs_job AS part WHERE part.parent_id = jobs_job.id
                AND part.part_number = 1 OFFSET 0
            ) THEN progress ELSE 0 END,
            message = '', error = NULL, started_at = now, pending_until = NULL,
            lease_expires_at = now + lease, running_until = now + timeout + 2 * grace,
            log_number = log_number + 1
        WHERE id = the_job AND state = 'pending' AND attempt = the_attempt - 1 RETURNING jobs_job AS stored
    ), logged AS (
        INSERT INTO jobs_jobevent (job_id, number, kind, state, attempt, at, actor, data, changes)
        SELECT (stored).id, (stored).log_number, 'started', 'running', (stored).attempt, now, '',
            jsonb_build_object('worker', the_worker),
            jsonb_build_object('state', 'running', 'attempt', (stored).attempt,
                'worker', the_worker, 'error', NULL, 'started_at', now, 'pending_until', NULL,
                'running_until', (stored).running_until)
        FROM moved
    )
    SELECT stored, now, CASE WHEN (stored).parent_id IS NULL THEN jobs_store_deliveries(
        'job.started', (stored).organization_id, (stored).id,
        (stored).id || '-' || (stored).log_number
    ) ELSE 0 END FROM moved;
END $$
"""
PAUSE_OF = """
CREATE FUNCTION jobs_pause_of_v1(the_queue text, the_type text, the_organization uuid) RETURNS text
LANGUAGE plpgsql STABLE AS $$
BEGIN
    RETURN (
        SELECT 'pause:' || scope || ':' || value FROM jobs_pause
        WHERE scope = 'queue' AND value = the_queue OR scope = 'type' AND value = the_type
            OR scope = 'organization' AND value = the_organization::text LIMIT 1
    );
END $$
"""

# Claims the next job of a queue in its order, if it has the given type; no row if it has another.
# Jobs that are paused or whose limit is full leave the line on the way, many at once.
# `named` is the job in the message that the worker received: if another job is claimed in its place
# and the message of that job was never published, `named` has no message any more.
CLAIM_NEXT = """
CREATE FUNCTION jobs_claim_next_v1(
    the_queue text, the_type text, known_types text[], named uuid, the_worker text, lease interval,
    limits jsonb
) RETURNS TABLE (job jobs_job, logged_at timestamptz, stored_deliveries integer)
LANGUAGE plpgsql VOLATILE AS $$
DECLARE
    head record;
    cause text;
    has_message boolean := false;
BEGIN
    FOR round IN 1..5 LOOP  -- a long row of blocked jobs leaves the line in several calls
        SELECT id, type, attempt, organization_id, limit_keys, published_at INTO head FROM jobs_job
        WHERE state = 'pending' AND blocked_by = '' AND queue = the_queue
            AND type = ANY (known_types)
        ORDER BY priority DESC, start_tag, id LIMIT 1 FOR UPDATE SKIP LOCKED;
        EXIT WHEN NOT FOUND;
        cause := jobs_pause_of_v1(the_queue, head.type, head.organization_id);
        EXIT WHEN cause IS NULL AND head.type <> the_type;
        IF cause IS NULL AND head.limit_keys <> '{}' THEN
            cause := jobs_full_limit_v1(head.limit_keys, limits);
        END IF;
        IF cause IS NULL THEN
            IF head.limit_keys <> '{}' THEN
                PERFORM jobs_record_starts_v1(head.limit_keys, limits);
            END IF;
            has_message := head.id = named OR head.published_at IS NOT NULL;
            RETURN QUERY SELECT * FROM jobs_start_v1(head.id, head.attempt + 1, the_worker, lease);
            EXIT;
        END IF;
        PERFORM jobs_block_v1(the_queue, cause);
    END LOOP;
    IF named IS NOT NULL AND NOT has_message THEN
        UPDATE jobs_job SET published_at = NULL WHERE id = named AND state = 'pending';
    END IF;
END $$
"""
BLOCK = """
CREATE FUNCTION jobs_block_v1(the_queue text, cause text) RETURNS void
LANGUAGE plpgsql VOLATILE AS $$
BEGIN
    UPDATE jobs_job SET blocked_by = cause, published_at = NULL WHERE id = ANY (ARRAY(
        SELECT id FROM jobs_job
        WHERE state = 'pending' AND blocked_by = '' AND queue = the_queue AND (
            cause = 'pause:queue:' || queue OR cause = 'pause:type:' || type
            OR cause = 'pause:organization:' || organization_id OR limit_keys @> ARRAY[cause]
        ) ORDER BY priority DESC, start_tag, id LIMIT 1000 FOR UPDATE SKIP LOCKED
    ));
END $$
"""
# Returns jobs to the line that a pause or a limit kept out of it; as many as the limit has places.
UNBLOCK = """
CREATE FUNCTION jobs_unblock_v1(causes text[], limits jsonb, most integer)
RETURNS TABLE (queue text) LANGUAGE plpgsql VOLATILE AS $$
DECLARE
    cause text;
    rule jsonb;
    places integer;
BEGIN
    FOR cause IN SELECT name FROM unnest(causes) AS name ORDER BY hashtextextended(name, 0) LOOP
        rule := limits -> split_part(cause, ':', 1);
        places := most;
        IF rule IS NOT NULL THEN
            PERFORM pg_advisory_xact_lock(hashtextextended(cause, 0));
            places := least(most, jobs_free_places_v1(cause, rule));
        END IF;
        RETURN QUERY UPDATE jobs_job AS job SET blocked_by = '', start_tag = least(start_tag, (
            SELECT ahead.start_tag FROM jobs_job AS ahead
            WHERE ahead.state = 'pending' AND ahead.blocked_by = ''
                AND ahead.queue = job.queue AND ahead.priority = job.priority
            ORDER BY ahead.start_tag LIMIT 1
        )) WHERE job.id = ANY (ARRAY(
            SELECT id FROM jobs_job AS blocked
            WHERE blocked.state = 'pending' AND blocked.blocked_by = cause
            ORDER BY priority DESC, blocked.start_tag, id
            LIMIT greatest(places, 0) FOR UPDATE SKIP LOCKED
        )) RETURNING job.queue::text;
    END LOOP;
END $$
"""
COMPLETE = """
CREATE FUNCTION jobs_complete_v1(the_job uuid, the_attempt integer, the_output jsonb)
RETURNS TABLE (new_log_number integer, is_required boolean, ended_at timestamptz, deliveries integer)
LANGUAGE plpgsql VOLATILE AS $$
DECLARE
    now timestamptz := clock_timestamp();
BEGIN
    RETURN QUERY WITH moved AS (
        UPDATE jobs_job SET state = 'completed', output = the_output, progress = 100, error = NULL,
            traceback = '', lease_expires_at = NULL, running_until = NULL, finished_at = now,
            expires_at = now + keep_completed, log_number = log_number + 1
        WHERE id = the_job AND state = 'running' AND attempt = the_attempt
        RETURNING id, log_number, attempt, expires_at, has_dependants, parent_id, organization_id
    ), logged AS (
        INSERT INTO jobs_jobevent (job_id, number, kind, state, attempt, at, actor, data, changes)
        SELECT id, log_number, 'completed', 'completed', attempt, now, '', '{}',
            jsonb_build_object('state', 'completed', 'error', NULL, 'running_until', NULL,
                'finished_at', now, 'expires_at', expires_at)
        FROM moved
    )
    SELECT log_number, has_dependants, now, CASE WHEN parent_id IS NULL THEN jobs_store_deliveries(
        'job.completed', organization_id, id, id || '-' || log_number
    ) ELSE 0 END FROM moved;
END $$
"""
COMPLETE_AND_CLAIM = """
CREATE FUNCTION jobs_complete_and_claim_v1(
    the_job uuid, the_attempt integer, the_output jsonb, the_queue text, the_type text,
    known_types text[], named uuid, the_worker text, lease interval, limits jsonb
) RETURNS TABLE (
    new_log_number integer, is_required boolean, ended_at timestamptz, deliveries integer,
    job jobs_job, logged_at timestamptz, stored_deliveries integer
) LANGUAGE plpgsql VOLATILE AS $$
BEGIN
    SELECT * INTO new_log_number, is_required, ended_at, deliveries
    FROM jobs_complete_v1(the_job, the_attempt, the_output);
    RETURN QUERY SELECT new_log_number, is_required, ended_at, deliveries, started.*
    FROM jobs_claim_next_v1(
        the_queue, the_type, known_types, named, the_worker, lease, limits
    ) AS started;
    IF NOT FOUND THEN
        RETURN QUERY SELECT new_log_number, is_required, ended_at, deliveries,
            NULL::jobs_job, NULL::timestamptz, NULL::integer;
    END IF;
END $$
"""
# Marks as published, and returns, the next jobs of a queue without a message, up to the window.
FILL_WINDOW = """
CREATE FUNCTION jobs_fill_window_v1(the_queue text, known_types text[], window_size integer)
RETURNS SETOF jobs_job LANGUAGE plpgsql VOLATILE AS $$
DECLARE
    room integer := jobs_window_room_v1(the_queue, window_size);
BEGIN
    IF room > 0 THEN
        RETURN QUERY UPDATE jobs_job SET published_at = clock_timestamp() WHERE id = ANY (ARRAY(
            SELECT id FROM jobs_job WHERE state = 'pending' AND blocked_by = ''
                AND queue = the_queue AND published_at IS NULL AND type = ANY (known_types)
            ORDER BY priority DESC, start_tag, id LIMIT room FOR UPDATE SKIP LOCKED
        )) RETURNING *;
    END IF;
END $$
"""

# The room in the window reads across organizations, and so runs as the owner of the tables.
WINDOW_ROOM = """
CREATE FUNCTION jobs_window_room_v1(the_queue text, window_size integer) RETURNS integer
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path FROM CURRENT AS $$
BEGIN
    RETURN window_size - (
        SELECT count(*) FROM (
            SELECT FROM jobs_job WHERE state = 'pending' AND published_at IS NOT NULL
                AND queue = the_queue LIMIT window_size
        ) AS published
    );
END $$
"""
COUNT_ACTIVE = """
CREATE FUNCTION jobs_count_active_v1(
    the_organization uuid, the_type text, the_owner jobs_job.owner_id%TYPE, the_subject text
) RETURNS integer LANGUAGE plpgsql STABLE AS $$
BEGIN
    RETURN (
        SELECT count(*) FROM jobs_job WHERE organization_id = the_organization AND type = the_type
            AND (the_owner IS NULL OR owner_id = the_owner)
            AND (the_subject IS NULL OR subject = the_subject) AND parent_id IS NULL
            AND state IN ('waiting', 'scheduled', 'pending', 'running') AND (
                state IN ('pending', 'running') OR state = 'scheduled' AND attempt > 0
                OR state = 'waiting' AND EXISTS (
                    SELECT FROM jobs_job AS part WHERE part.parent_id = jobs_job.id
                    AND part.part_number = 1 OFFSET 0
                )
            )
    );
END $$
"""
# Stores jobs, all or none, each with its first entry in the event log. `guards` are the limits of
# admission: {"lock", "maximum", "organization_id", "type", "owner_id", "subject"}. The locks are taken in
# one order, and each later statement sees what was committed before they were granted. If a count
# exceeds its maximum, nothing is stored, and the counts are returned.
# `windows` maps queues to the sizes of their windows: jobs that fit are marked as published.
SUBMIT = """
CREATE FUNCTION jobs_submit_v1(rows json, the_actor text, guards jsonb, windows jsonb)
RETURNS TABLE (job_id uuid, stored_at timestamptz, is_published boolean, counts integer[])
LANGUAGE plpgsql VOLATILE AS $$
DECLARE
    active integer[] := '{}';
BEGIN
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
            to_jsonb(moved) - '{id,input,output,traceback,log_number,start_tag,blocked_by}'::text[]
        FROM moved
    )
    SELECT id, created_at, published_at IS NOT NULL, active FROM moved;
END $$
""".replace("COLUMNS", COLUMNS)

FUNCTIONS = {
    "jobs_free_places_v1": FREE_PLACES,
    "jobs_full_limit_v1": FULL_LIMIT,
    "jobs_record_starts_v1": RECORD_STARTS,
    "jobs_start_v1": START,
    "jobs_pause_of_v1": PAUSE_OF,
    "jobs_block_v1": BLOCK,
    "jobs_claim_next_v1": CLAIM_NEXT,
    "jobs_unblock_v1": UNBLOCK,
    "jobs_complete_v1": COMPLETE,
    "jobs_complete_and_claim_v1": COMPLETE_AND_CLAIM,
    "jobs_window_room_v1": WINDOW_ROOM,
    "jobs_fill_window_v1": FILL_WINDOW,
    "jobs_count_active_v1": COUNT_ACTIVE,
    "jobs_submit_v1": SUBMIT,
}
