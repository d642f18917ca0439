-- Rules of the record of long work, for every client. How a job stands changes many times a minute while it runs, so its
-- rows have no history; what was asked, by whom and when never changes, a job moves forward only, and none is deleted.
DO $$
BEGIN
    IF to_regnamespace('landgis_jobs') IS NULL THEN
        PERFORM landgis.refuse(
            '数据库缺少模式 landgis_jobs：请数据库管理员重新执行 landgis db roles 列出的语句，再运行 landgis db upgrade',
            'The schema landgis_jobs is missing: have the DBA run what landgis db roles prints, then landgis db upgrade');
    END IF;
END
$$;

CREATE FUNCTION landgis.job_moves() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        NEW.created_at := now();
        IF NEW.state <> 'waiting' THEN
            PERFORM landgis.refuse('后台任务从排队开始', 'A job begins as waiting');
        END IF;
        RETURN NEW;
    END IF;
    IF (NEW.job_no, NEW.kind, NEW.arguments, NEW.key, NEW.asked_by, NEW.created_at)
       IS DISTINCT FROM (OLD.job_no, OLD.kind, OLD.arguments, OLD.key, OLD.asked_by, OLD.created_at) THEN
        PERFORM landgis.refuse('后台任务要求做什么、由谁提出，不能修改', 'What a job was asked to do, and by whom, never changes');
    END IF;
    IF OLD.state NOT IN ('waiting', 'running')
       AND to_jsonb(NEW) - 'cleared_at' IS DISTINCT FROM to_jsonb(OLD) - 'cleared_at' THEN
        PERFORM landgis.refuse(format('后台任务 %s 已经结束，不能再改', OLD.job_no),
                               format('Job %s is over: nothing of it changes any more', OLD.job_no));
    END IF;
    IF NEW.state = 'waiting' AND OLD.state <> 'waiting' OR OLD.state = 'waiting' AND NEW.state = 'done' THEN
        PERFORM landgis.refuse(format('后台任务 %s 不能由 %s 变为 %s', OLD.job_no, OLD.state, NEW.state),
                               format('Job %s cannot move from %s to %s', OLD.job_no, OLD.state, NEW.state));
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER moves BEFORE INSERT OR UPDATE ON landgis.job FOR EACH ROW EXECUTE FUNCTION landgis.job_moves();
CREATE TRIGGER keeps BEFORE DELETE ON landgis.job FOR EACH ROW EXECUTE FUNCTION landgis.refuse_change();
CREATE TRIGGER never_emptied BEFORE TRUNCATE ON landgis.job FOR EACH STATEMENT EXECUTE FUNCTION landgis.refuse_change();

GRANT SELECT, INSERT ON landgis.job TO landgis_app;
GRANT UPDATE (state, share, step_zh, step_en, result, error, started_at, ended_at, worker, heartbeat_at, cancel_by,
              cleared_at, queue_no) ON landgis.job TO landgis_app;
