-- saved_view: a list as one person likes it: the filter and the columns as the query of its address
CREATE TABLE saved_view (
    id      BIGINT NOT NULL PRIMARY KEY,
    person  VARCHAR(64) NOT NULL,
    list    VARCHAR(32) NOT NULL,
    name    VARCHAR(60) NOT NULL,
    query   VARCHAR(1000) NOT NULL,
    made_at DATETIME(6) NOT NULL,
    UNIQUE KEY saved_view_name (person, list, name)
) ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin;
