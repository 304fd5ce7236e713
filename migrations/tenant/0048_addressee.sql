-- addressee: whom a paper names, the unit or office it is written to (is_main) and those it is copied to; who there opened it first, and when
-- place: that of the project, for offices that see one place alone
CREATE TABLE addressee (
    organ    VARCHAR(64) NOT NULL,
    unit     VARCHAR(64) NOT NULL,
    decision BIGINT NOT NULL,
    place    VARCHAR(64) NOT NULL,
    name     VARCHAR(200) NOT NULL,
    is_main  TINYINT NOT NULL,
    read_at  DATETIME(6) NULL,
    read_by  VARCHAR(100) NOT NULL DEFAULT '',
    PRIMARY KEY (organ, unit, decision),
    KEY addressee_unread (organ, unit, read_at, decision),
    KEY addressee_decision (decision),
    CONSTRAINT addressee_of_decision FOREIGN KEY (decision) REFERENCES decision (id)
) ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin;
