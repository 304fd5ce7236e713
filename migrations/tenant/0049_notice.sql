-- notice: what a district tells everybody who works in it, from a day to a day; never changed, only ended
CREATE TABLE notice (
    id        BIGINT NOT NULL PRIMARY KEY,
    title     VARCHAR(200) NOT NULL,
    body      TEXT NOT NULL,
    from_on   DATE NOT NULL,
    to_on     DATE NOT NULL,
    by_person VARCHAR(64) NOT NULL,
    by_name   VARCHAR(100) NOT NULL,
    posted_at DATETIME(6) NOT NULL,
    ended_at  DATETIME(6) NULL,
    ended_by  VARCHAR(100) NOT NULL DEFAULT '',
    KEY notice_to (to_on)
) ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin;
