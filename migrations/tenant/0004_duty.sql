-- duty: what the last evaluation found to be due, kept for lists and reminders
CREATE TABLE duty (
    project          BIGINT NOT NULL,
    duty             VARCHAR(64) NOT NULL,
    duty_key         VARCHAR(160) NOT NULL DEFAULT '',
    name             VARCHAR(300) NOT NULL,
    who              VARCHAR(64) NOT NULL,
    who_name         VARCHAR(200) NOT NULL,
    unit             VARCHAR(64) NOT NULL DEFAULT '',
    opens_on         DATE NULL,
    due_on           DATE NULL,
    provisional      TINYINT NOT NULL DEFAULT 0,
    calendar_version VARCHAR(64) NOT NULL DEFAULT '',
    state            VARCHAR(16) NOT NULL CHECK (state IN ('future', 'open', 'done', 'done_late', 'overdue', 'cancelled')),
    fulfilled_on     DATE NULL,
    articles         VARCHAR(200) NOT NULL DEFAULT '',
    limit_text       VARCHAR(300) NOT NULL DEFAULT '',
    notified         TINYINT NOT NULL DEFAULT 0,
    PRIMARY KEY (project, duty, duty_key),
    KEY duty_due (state, due_on),
    KEY duty_who (who, unit, state, due_on),
    CONSTRAINT duty_of_project FOREIGN KEY (project) REFERENCES project (id)
) ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin;
