-- subject: a case may be of a plan, a bundle … (fcgi/adr/0017); what such a case gathers stands in plan_item
ALTER TABLE project
    ADD COLUMN subject VARCHAR(16) NOT NULL DEFAULT 'project'
        CHECK (subject IN ('project', 'plan', 'unit', 'system', 'bundle', 'appropriation')),
    ADD KEY project_subject (subject, id);
CREATE TABLE plan_item (
    plan       BIGINT NOT NULL,
    project    BIGINT NOT NULL,
    state      VARCHAR(8) NOT NULL CHECK (state IN ('in', 'out')),
    reason     VARCHAR(500) NOT NULL DEFAULT '',
    at         DATETIME(6) NOT NULL,
    person     VARCHAR(64) NOT NULL,
    by_name    VARCHAR(200) NOT NULL,
    PRIMARY KEY (plan, project),
    KEY plan_item_project (project)
) ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin;
