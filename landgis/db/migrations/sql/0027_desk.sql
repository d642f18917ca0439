-- The desk's role has its rights itself: as a member of landgis_app it could take that role, which sees every row.
DO $$
BEGIN
    IF pg_has_role('landgis_desk', 'landgis_app', 'MEMBER') THEN
        PERFORM landgis.refuse(
            '角色 landgis_desk 仍是 landgis_app 的成员：请数据库管理员重新执行 landgis db roles 列出的语句，再运行 landgis db upgrade',
            'The role landgis_desk is still a member of landgis_app: have the DBA run what landgis db roles prints, then landgis db upgrade');
    END IF;
END
$$;
