-- task: which organ is to act on which project; sort_on puts those without a due date last and still in the index
CREATE TABLE task (
    project        BIGINT NOT NULL,
    organ          VARCHAR(64) NOT NULL,
    unit           VARCHAR(64) NOT NULL DEFAULT '',
    act            VARCHAR(160) NOT NULL,
    name           VARCHAR(300) NOT NULL,
    procedure_name VARCHAR(200) NOT NULL DEFAULT '',
    since          DATETIME(6) NULL,
    due_on         DATE NULL,
    sort_on        DATE AS (COALESCE(due_on, DATE'9999-12-31')) STORED,
    provisional    TINYINT NOT NULL DEFAULT 0,
    articles       VARCHAR(200) NOT NULL DEFAULT '',
    PRIMARY KEY (project, organ, unit, act),
    KEY task_list (organ, unit, sort_on, since),
    CONSTRAINT task_of_project FOREIGN KEY (project) REFERENCES project (id)
) ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin;
