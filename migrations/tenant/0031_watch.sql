-- watch: what the last evaluation found for the lists of the supervision (监督清单); ref tells rows of one project apart
CREATE TABLE watch (
    list     VARCHAR(32) NOT NULL,
    project  BIGINT NOT NULL,
    ref      VARCHAR(64) NOT NULL,
    name     VARCHAR(300) NOT NULL,
    on_day   DATE NULL,
    against  DATE NULL,
    amount   BIGINT NOT NULL DEFAULT -1,
    base     BIGINT NOT NULL DEFAULT -1,
    words    VARCHAR(500) NOT NULL DEFAULT '',
    articles VARCHAR(200) NOT NULL DEFAULT '',
    PRIMARY KEY (list, project, ref),
    KEY watch_project (project),
    CONSTRAINT watch_of_project FOREIGN KEY (project) REFERENCES project (id)
) ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin;
