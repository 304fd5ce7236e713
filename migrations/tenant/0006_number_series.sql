-- number_series: the last number given within a series and year, taken under its row lock
CREATE TABLE number_series (
    series VARCHAR(64) NOT NULL,
    year   SMALLINT NOT NULL,
    last   BIGINT NOT NULL CHECK (last >= 1),
    PRIMARY KEY (series, year)
) ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin;
