-- delegation: a person acts for a colleague of the same post from one day to another; revoked, never changed
-- handing: a project given into one colleague's hands; the newest row of a project and post counts, the account may add, never change
CREATE TABLE delegation (
    id          BIGINT NOT NULL PRIMARY KEY,
    organ       VARCHAR(64) NOT NULL,
    unit        VARCHAR(64) NOT NULL DEFAULT '',
    from_person VARCHAR(64) NOT NULL,
    from_name   VARCHAR(100) NOT NULL,
    to_person   VARCHAR(64) NOT NULL,
    to_name     VARCHAR(100) NOT NULL,
    from_on     DATE NOT NULL,
    to_on       DATE NOT NULL,
    reason      VARCHAR(300) NOT NULL,
    created_at  DATETIME(6) NOT NULL,
    revoked_at  DATETIME(6) NULL,
    CHECK (from_person <> to_person),
    CHECK (from_on <= to_on),
    KEY delegation_to (to_person, organ, unit, to_on),
    KEY delegation_from (from_person, organ, unit, to_on),
    KEY delegation_post (organ, unit, to_on)
) ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin;
CREATE TABLE handing (
    id        BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
    project   BIGINT NOT NULL,
    organ     VARCHAR(64) NOT NULL,
    unit      VARCHAR(64) NOT NULL DEFAULT '',
    person    VARCHAR(64) NOT NULL,
    name      VARCHAR(100) NOT NULL,
    by_person VARCHAR(64) NOT NULL,
    by_name   VARCHAR(100) NOT NULL,
    reason    VARCHAR(300) NOT NULL,
    at        DATETIME(6) NOT NULL,
    KEY handing_project (project, organ, unit, id),
    CONSTRAINT handing_of_project FOREIGN KEY (project) REFERENCES project (id)
) ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin;
