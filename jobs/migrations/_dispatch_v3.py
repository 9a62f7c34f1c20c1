"""Functions of the database for dispatch that are fair to jobs outside the line; see migration 0003.

They replace those of version 1 under their names: the arguments and results are the same.
"""

# Returns what start-time fair queueing needs to know about the line of a queue (`cause` is empty) or
# about the jobs that one cause keeps out of it: the virtual time, the next start tag and the first
# job of the organization there, and the cost of its jobs.
# It reads across organizations, and so runs as the owner of the tables.
PLACES = """
CREATE FUNCTION jobs_places_v1(
    the_organization uuid, the_queue text, the_priority integer, cause text
) RETURNS TABLE (virtual_time float8, next_tag float8, first_id uuid, cost float8)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path FROM CURRENT AS $$
DECLARE
    previous float8;
BEGIN
    IF cause = '' THEN
        SELECT start_tag INTO virtual_time FROM jobs_job WHERE state = 'pending'
            AND blocked_by = '' AND queue = the_queue AND priority = the_priority
        ORDER BY start_tag LIMIT 1;
        SELECT start_tag INTO previous FROM jobs_job WHERE state = 'pending'
            AND blocked_by = '' AND organization_id = the_organization
            AND queue = the_queue AND priority = the_priority ORDER BY start_tag DESC LIMIT 1;
    ELSE
        SELECT start_tag INTO virtual_time FROM jobs_job WHERE state = 'pending'
            AND blocked_by <> '' AND blocked_by = cause AND priority = the_priority
        ORDER BY start_tag LIMIT 1;
        SELECT start_tag INTO previous FROM jobs_job WHERE state = 'pending'
            AND blocked_by <> '' AND blocked_by = cause AND priority = the_priority
            AND organization_id = the_organization ORDER BY start_tag DESC LIMIT 1;
        SELECT id INTO first_id FROM jobs_job WHERE state = 'pending'
            AND blocked_by <> '' AND blocked_by = cause AND priority = the_priority
            AND organization_id = the_organization ORDER BY start_tag, id LIMIT 1;
    END IF;
    SELECT 1.0 / weight INTO cost FROM jobs_organization WHERE id = the_organization;
    next_tag := coalesce(greatest(virtual_time, previous + cost), 0);
    RETURN NEXT;
END $$
"""
# Moves pending jobs into the line (`cause` is empty) or out of it, and returns their queues. Each
# takes the next place of its organization there. But up to `returned` jobs of an organization that
# are older than its first one there keep their place before it: a limit released them, and another
# job took the place.
MOVE = """
CREATE FUNCTION jobs_move_v1(jobs uuid[], cause text, returned integer)
RETURNS TABLE (queue text) LANGUAGE plpgsql VOLATILE AS $$
BEGIN
    RETURN QUERY WITH flow AS MATERIALIZED (
        SELECT distinct_flow.*, place.* FROM (
            SELECT DISTINCT job.organization_id, job.queue, job.priority
            FROM jobs_job AS job WHERE job.id = ANY (jobs)
        ) AS distinct_flow CROSS JOIN LATERAL jobs_places_v1(
            distinct_flow.organization_id, distinct_flow.queue, distinct_flow.priority, cause
        ) AS place
    ), moved AS (
        SELECT job.id, job.start_tag, flow.*, coalesce(job.id < flow.first_id, false)
            AND row_number() OVER (
                PARTITION BY job.organization_id, job.queue, job.priority ORDER BY job.id
            ) <= returned AS is_returned
        FROM jobs_job AS job JOIN flow ON flow.organization_id = job.organization_id
            AND flow.queue = job.queue AND flow.priority = job.priority
        WHERE job.id = ANY (jobs)
    ), placed AS (
        SELECT id, CASE WHEN is_returned THEN virtual_time ELSE next_tag + cost * (
            row_number() OVER (
                PARTITION BY organization_id, moved.queue, priority, is_returned
                ORDER BY start_tag, id
            ) - 1
        ) END AS tag FROM moved
    )
    UPDATE jobs_job AS job SET blocked_by = cause, start_tag = placed.tag, published_at = NULL
    FROM placed WHERE job.id = placed.id RETURNING job.queue::text;
END $$
"""
BLOCK = """
CREATE FUNCTION jobs_block_v2(the_queue text, cause text, returned integer) RETURNS void
LANGUAGE plpgsql VOLATILE AS $$
BEGIN
    PERFORM jobs_move_v1(ARRAY(
        SELECT id FROM jobs_job
        WHERE state = 'pending' AND blocked_by = '' AND queue = the_queue AND (
            cause = 'pause:queue:' || queue OR cause = 'pause:type:' || type
            OR cause = 'pause:organization:' || organization_id OR limit_keys @> ARRAY[cause]
        ) ORDER BY priority DESC, start_tag, id LIMIT 1000 FOR UPDATE SKIP LOCKED
    ), cause, returned);
END $$
"""
# As before, but jobs leave the line by `jobs_block_v2`, and a start is recorded after it: so also
# the times in the event log never exceed a rate.
CLAIM_NEXT = """
CREATE OR REPLACE FUNCTION jobs_claim_next_v1(
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
            has_message := head.id = named OR head.published_at IS NOT NULL;
            RETURN QUERY SELECT * FROM jobs_start_v1(head.id, head.attempt + 1, the_worker, lease);
            IF head.limit_keys <> '{}' THEN
                PERFORM jobs_record_starts_v1(head.limit_keys, limits);
            END IF;
            EXIT;
        END IF;
        PERFORM jobs_block_v2(the_queue, cause, coalesce(
            (limits -> split_part(cause, ':', 1) ->> 'size')::integer, 1000
        ));
    END LOOP;
    IF named IS NOT NULL AND NOT has_message THEN
        UPDATE jobs_job SET published_at = NULL WHERE id = named AND state = 'pending';
    END IF;
END $$
"""
# Returns jobs to the line. A limit releases as many as it has places, and these are next in line. A
# pause releases all jobs, and these take their turn like new ones.
UNBLOCK = """
CREATE OR REPLACE FUNCTION jobs_unblock_v1(causes text[], limits jsonb, most integer)
RETURNS TABLE (queue text) LANGUAGE plpgsql VOLATILE AS $$
DECLARE
    cause text;
    rule jsonb;
    places integer;
    released uuid[];
BEGIN
    FOR cause IN SELECT name FROM unnest(causes) AS name ORDER BY hashtextextended(name, 0) LOOP
        rule := limits -> split_part(cause, ':', 1);
        places := most;
        IF rule IS NOT NULL THEN
            PERFORM pg_advisory_xact_lock(hashtextextended(cause, 0));
            places := least(most, jobs_free_places_v1(cause, rule));
        END IF;
        released := ARRAY(
            SELECT id FROM jobs_job AS blocked WHERE blocked.state = 'pending'
                AND blocked.blocked_by <> '' AND blocked.blocked_by = cause
            ORDER BY priority DESC, blocked.start_tag, id
            LIMIT greatest(places, 0) FOR UPDATE SKIP LOCKED
        );
        IF rule IS NULL THEN
            RETURN QUERY SELECT moved.queue FROM jobs_move_v1(released, '', 0) AS moved;
        ELSE
            RETURN QUERY UPDATE jobs_job AS job SET blocked_by = '', start_tag = coalesce((
                SELECT ahead.start_tag FROM jobs_job AS ahead
                WHERE ahead.state = 'pending' AND ahead.blocked_by = ''
                    AND ahead.queue = job.queue AND ahead.priority = job.priority
                ORDER BY ahead.start_tag LIMIT 1
            ), 0) WHERE job.id = ANY (released) RETURNING job.queue::text;
        END IF;
    END LOOP;
END $$
"""
