"""Functions of the database beside those of dispatch, version 1; the first migration creates them."""

# A job and the first entry of its log are inserted by one statement. A policy's own query does not
# see what its statement inserts; a volatile function does. The policies of jobs hold inside it.
SEES_JOB = """
CREATE FUNCTION conveyor_sees_job(wanted uuid) RETURNS boolean LANGUAGE plpgsql VOLATILE AS
$$ BEGIN RETURN EXISTS (SELECT 1 FROM jobs_job WHERE id = wanted); END $$
"""
STORE_DELIVERIES = """
CREATE FUNCTION jobs_store_deliveries(the_kind text, the_tenant uuid, the_subject uuid, the_event text)
RETURNS integer LANGUAGE plpgsql VOLATILE AS $$
#variable_conflict use_variable
DECLARE
    the_row jsonb;
    the_url text := '';
    how_many integer;
BEGIN
    IF NOT EXISTS (
        SELECT FROM jobs_webhook
        WHERE organization_id = the_tenant AND disabled_at IS NULL AND deleted_at IS NULL
    ) THEN
        RETURN 0;
    END IF;
    IF the_kind = 'batch.completed' THEN
        SELECT to_jsonb(batch) INTO the_row FROM jobs_batch AS batch WHERE batch.id = the_subject;
    ELSE
        SELECT to_jsonb(job), job.webhook_url INTO the_row, the_url
        FROM jobs_job AS job WHERE job.id = the_subject;
    END IF;
    INSERT INTO jobs_delivery
        (id, webhook_id, event_id, type, url, snapshot, attempts, uncounted_attempts, next_at, created_at)
    SELECT gen_random_uuid(), webhook.id, the_event, the_kind,
        CASE WHEN webhook.url = '' THEN the_url ELSE '' END, the_row,
        0, 0, clock_timestamp(), clock_timestamp()
    FROM jobs_webhook AS webhook
    WHERE webhook.organization_id = the_tenant
        AND webhook.disabled_at IS NULL AND webhook.deleted_at IS NULL
        AND the_kind = ANY (webhook.events) AND (webhook.url <> '' OR the_url <> '')
    ON CONFLICT (webhook_id, event_id) DO NOTHING;
    GET DIAGNOSTICS how_many = ROW_COUNT;
    RETURN how_many;
END $$
"""
# The next two read across organizations, and so run as the owner of the tables. They return
# counts, types and durations: nothing by which a caller could find another organization's job.
LINE_AHEAD = """
CREATE FUNCTION jobs_line_ahead(the_job uuid) RETURNS TABLE (
    ahead bigint, types_ahead text[], running_types text[], running_seconds float8[]
) LANGUAGE sql STABLE SECURITY DEFINER SET search_path FROM CURRENT AS $$
WITH mine AS (
    SELECT id, queue, priority, start_tag FROM jobs_job WHERE id = the_job
), line AS (
    SELECT job.type, job.priority, job.start_tag, job.id FROM jobs_job AS job, mine
    WHERE job.state = 'pending' AND job.blocked_by = '' AND job.queue = mine.queue AND (
        job.priority > mine.priority OR job.priority = mine.priority
        AND (job.start_tag, job.id) < (mine.start_tag, mine.id)
    ) AND NOT EXISTS (
        SELECT FROM jobs_pause AS pause WHERE pause.scope = 'queue' AND pause.value = job.queue
        OR pause.scope = 'type' AND pause.value = job.type
        OR pause.scope = 'organization' AND pause.value = job.organization_id::text
    )
), running AS (
    SELECT job.type, extract(epoch FROM clock_timestamp() - job.started_at)::float8 AS seconds
    FROM jobs_job AS job, mine WHERE job.state = 'running' AND job.queue = mine.queue
)
SELECT (SELECT count(*) FROM line),
    ARRAY(SELECT type::text FROM line ORDER BY priority DESC, start_tag, id LIMIT 1000),
    ARRAY(SELECT type::text FROM running ORDER BY seconds),
    ARRAY(SELECT seconds FROM running ORDER BY seconds)
$$
"""
# Ids grow with time: the newest rows are read by the primary key, however many there are.
USUAL_DURATIONS = """
CREATE FUNCTION jobs_usual_durations() RETURNS TABLE (type text, seconds float8)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path FROM CURRENT AS $$
SELECT recent.type::text, percentile_cont(0.5) WITHIN GROUP (
    ORDER BY extract(epoch FROM recent.finished_at - recent.started_at)::float8
) FROM (
    SELECT job.type, job.state, job.started_at, job.finished_at
    FROM jobs_job AS job ORDER BY job.id DESC LIMIT 1000
) AS recent WHERE recent.state = 'completed' GROUP BY recent.type
$$
"""
